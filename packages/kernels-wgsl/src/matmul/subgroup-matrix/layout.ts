// What a workgroup and its subgroups compute with subgroup matrices, and the layout of operands on the way there: f16
// in panels, one panel to a row or column of subgroups.
import { requireArguments } from "@x/base";
import type { TileLimits } from "../../caps.ts";
import { hasSubgroupMatrices, type Leaving, leavingMemory, side } from "./instructions.ts";
import type { SubgroupMatrixShape } from "./shape.ts";

/** Halves of the 16 bytes that a thread moves at once: a vec4u. */
export const unitHalves = 8;

/** Rows and columns of C that one workgroup computes. */
export function unitsTile({ down, across, subgroupsDown, subgroupsAcross }: SubgroupMatrixShape): {
  readonly rows: number;
  readonly columns: number;
} {
  return { rows: side * down * subgroupsDown, columns: side * across * subgroupsAcross };
}

/**
 * Layout of an operand of a round, in storage and in workgroup memory: `panels` panels, each of the lines that one row
 * or column of subgroups shares, in rows along the axis that is contiguous in the operand as it was given. In workgroup
 * memory a row is 16 bytes longer than filled, so that eight rows begin in eight different groups of banks, as an
 * instruction that loads a block wants it. In storage eight rows follow each other vec4u by vec4u: neighbouring threads
 * then put to eight rows too.
 */
export interface PanelLayout {
  /** rows of op(A) or columns of op(B), of a tile and of a panel */
  readonly lines: number;
  readonly panelLines: number;
  readonly panels: number;
  readonly alongDepth: boolean;
  /** vec4u of a row that are filled, and from one row to the next in workgroup memory */
  readonly width: number;
  readonly stride: number;
  /** rows of a panel */
  readonly rows: number;
  /** vec4u of all panels of a round, in storage */
  readonly size: number;
}

export function panelLayout(panelLines: number, panels: number, depth: number, alongDepth: boolean): PanelLayout {
  const lines = panelLines * panels;
  const width = (alongDepth ? depth : panelLines) / unitHalves;
  return {
    lines,
    panelLines,
    panels,
    alongDepth,
    width,
    stride: width + 1,
    rows: alongDepth ? panelLines : depth,
    size: (lines * depth) / unitHalves,
  };
}

/** The layouts of both operands. */
export function panelLayouts(
  shape: SubgroupMatrixShape,
  transposeA: boolean,
  transposeB: boolean,
): { readonly a: PanelLayout; readonly b: PanelLayout } {
  return {
    a: panelLayout(side * shape.down, shape.subgroupsDown, shape.depth, !transposeA),
    b: panelLayout(side * shape.across, shape.subgroupsAcross, shape.depth, transposeB),
  };
}

/** WGSL of the row and the column of vec4u number `unit` in storage. */
export function unitPlace({ width }: PanelLayout, unit: string): { readonly row: string; readonly column: string } {
  return { row: `${unit} / ${8 * width}u * 8u + ${unit} % 8u`, column: `${unit} / 8u % ${width}u` };
}

/**
 * WGSL of the row and the column of vec4u number `unit` of a panel whose operand lies in storage as it was given.
 * Eight threads read at a time: they should take neighbours in storage, and put them to different banks. Where a row
 * is half of what they read, rows four apart are 64 bytes of banks apart.
 */
export function unitPlaceOfRows(
  { width, alongDepth }: PanelLayout,
  unit: string,
): { readonly row: string; readonly column: string } {
  if (!alongDepth || width % 8 === 0) return { row: `${unit} / ${width}u`, column: `${unit} % ${width}u` };
  if (width !== 4) return { row: `${unit} / ${8 * width}u * 8u + ${unit} % 8u`, column: `${unit} / 8u % ${width}u` };
  return { row: `${unit} / 32u * 8u + ${unit} / 4u % 2u * 4u + ${unit} / 8u % 4u`, column: `${unit} % 4u` };
}

/** How a shape's sums leave. */
export function unitsLeaving({ across }: SubgroupMatrixShape): Leaving {
  const blocks = across % 2 === 0 ? 2 : 1;
  return { blocks, stride: (blocks * side) / 4 + 1 };
}

/** Bytes of workgroup memory. */
function unitsBytes(shape: SubgroupMatrixShape, transposeA: boolean, transposeB: boolean): number {
  const { a, b } = panelLayouts(shape, transposeA, transposeB);
  const operands = [a, b].reduce((sum, { panels, rows, stride }) => sum + panels * rows * stride, 0);
  return 16 * operands + leavingMemory(unitsLeaving(shape), shape.subgroupsDown * shape.subgroupsAcross).sizeBytes;
}

/**
 * Whether a device can run a product by subgroup matrices in this shape: its features, subgroup size, threads and
 * workgroup memory.
 * @example
 * console.log(subgroupMatrixFits(subgroupMatrixShapes["128x128"], baseCaps)); // false: no such feature
 */
export function subgroupMatrixFits(shape: SubgroupMatrixShape, caps: TileLimits): boolean {
  requireArguments("subgroupMatrixFits", { shape, caps }, { shape: "object", caps: "object" });
  requireArguments("subgroupMatrixFits", { "caps.features": caps.features }, { "caps.features": "object" });
  const { rows, columns } = unitsTile(shape);
  const threads = shape.subgroupsDown * shape.subgroupsAcross * caps.subgroupMinSize;
  const bytes = [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => unitsBytes(shape, transposeA, transposeB)),
  );
  return (
    hasSubgroupMatrices(caps) &&
    shape.depth % side === 0 &&
    [rows, columns].every((lines) => ((lines * shape.depth) / unitHalves) % threads === 0) &&
    threads <= caps.maxComputeInvocationsPerWorkgroup &&
    Math.max(...bytes) <= caps.maxComputeWorkgroupStorageSize
  );
}
