// Blocks that matrix units multiply: what a device must have, how operands rounded to f16 lie in workgroup memory, and how blocks of them are loaded. The tiled
// product (tile-matrix.ts) and the scan (../ssd/matrix.ts) are made of these.
import type { Caps } from "../caps.ts";
import type { KernelFeature } from "../kernel.ts";

/** Sides of what one instruction multiplies: C[16, 16] += A[16, 16] · B[16, 16]. */
export const side: number = 16;
/** vec4f of a block of sums. */
export const blockVectors: number = (side * side) / 4;

/** What a device must have. */
export const matrixFeatures: readonly KernelFeature[] = ["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"];

/** Whether a device multiplies such blocks of f16 into f32, in subgroups of a fixed size. */
export function hasMatrixUnits(caps: Pick<Caps, "features" | "subgroupMinSize" | "subgroupMaxSize" | "subgroupMatrix">): boolean {
  return (
    matrixFeatures.every((feature) => caps.features.has(feature)) && caps.subgroupMinSize === caps.subgroupMaxSize &&
    caps.subgroupMatrix.some(({ componentType, resultComponentType, M, N, K }) => componentType === "f16" && resultComponentType === "f32" && M === side && N === side && K === side)
  );
}

/** How an operand lies in workgroup memory, as it lies in storage: rows of vec4h along its contiguous axis, each beginning at a multiple of 16 bytes, in other banks than the one before. */
export interface Layout {
  readonly lines: number;
  readonly alongDepth: boolean;
  /** vec4h of a row that are filled, and from one row to the next */
  readonly width: number;
  readonly stride: number;
  /** vec4h in all */
  readonly size: number;
}

/** The layout of `lines` rows or columns of an operand, `depth` steps of the summed index deep. */
export function layoutOf(lines: number, depth: number, alongDepth: boolean): Layout {
  const width = (alongDepth ? depth : lines) / 4;
  const stride = width + 2;
  return { lines, alongDepth, width, stride, size: stride * (alongDepth ? lines : depth) };
}

/** WGSL that loads the block of an operand in `memory` that begins at `line` of the layout and at depth `d`. */
export function loadBlockOf(operand: "left" | "right", memory: string, { alongDepth, stride }: Layout, line: string): string {
  const order = (operand === "left") === alongDepth ? "row_major" : "col_major";
  const at = alongDepth ? `(${line}) * ${stride}u + d / 4u` : `d * ${stride}u + (${line}) / 4u`;
  return `subgroupMatrixLoad<subgroup_matrix_${operand}<f16, ${side}, ${side}>, ${order}>(&${memory}, ${at}, ${stride}u)`;
}
