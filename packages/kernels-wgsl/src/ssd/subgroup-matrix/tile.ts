// The tile of a result with subgroup matrices: operands are weighted and masked in f32 and rounded to f16 on their way
// into workgroup memory, each subgroup multiplies 16 × 16 blocks of them, sums are f32. Each subgroup loads from panels
// and stores to a part of memory that are its own, at constant places. README.md §6. Text only.
import { type Layout, layoutOf } from "../../matmul/tile-subgroup-matrix.ts";
import { emptySums, type Leaving, leavingMemory, side } from "../../matmul/subgroup-matrix/instructions.ts";
import type { Blocks } from "../../matmul/subgroup-matrix/shape.ts";
import { placeDeclarations, tileMain } from "../tiles/tile.ts";

/** What is baked into the text of a kernel with subgroup matrices. */
export interface MatrixConfig {
  /** chunk length and tile side */
  readonly q: number;
  /** steps of the summed index that are in workgroup memory at a time: a multiple of 16 that divides q */
  readonly depth: number;
  /** threads of a subgroup */
  readonly subgroupSize: number;
  /**
   * Threads of a workgroup; those of tiles where their registers take part. More of them hold less each, and more of
   * their loads are on the way at once.
   */
  readonly threads: number;
  /** states are f16, packed in pairs */
  readonly halfStates?: true;
  /** l, p and n are multiples of q: nothing has to be masked */
  readonly whole: boolean;
}

/**
 * One side of a product, four elements at a time: those from `row` (left) or `column` (right) and `k` on, along the axis
 * that is contiguous. What is done to them waits until they are put into workgroup memory: a thread that weighted or
 * masked what it has just asked for would wait for it, and nothing would be multiplied meanwhile.
 */
export interface MatrixOperand {
  /** expression of the vector as stored; outside the operand, whatever is there */
  readonly stored: string;
  readonly type: "vec4f" | "vec2u";
  /** vec4f expression of what is multiplied, of `stored`; 0 outside the operand */
  readonly value: string;
  readonly contiguous: "row" | "column" | "k";
}

/** A product: its name in the text and its sides. */
export interface MatrixProduct {
  readonly name: string;
  readonly left: MatrixOperand;
  readonly right: MatrixOperand;
}

const orders = [true, false] as const;

/** The subgroups of a workgroup, below each other and next to each other, and the blocks of each. */
export interface Share extends Blocks {
  readonly subgroupsDown: number;
  readonly subgroupsAcross: number;
}

export function share({ q, subgroupSize, threads }: MatrixConfig): Share {
  const count = threads / subgroupSize;
  const subgroupsAcross = 2 ** Math.floor(Math.log2(count) / 2);
  const subgroupsDown = count / subgroupsAcross;
  const blocks = q / side;
  return { subgroupsDown, subgroupsAcross, down: blocks / subgroupsDown, across: blocks / subgroupsAcross };
}

/** Whether subgroups of so many threads share tiles of q × q evenly. */
export function matrixShares(config: MatrixConfig): boolean {
  const { q, depth, subgroupSize, threads } = config;
  const { down, across } = share(config);
  return (
    threads % subgroupSize === 0 &&
    Number.isInteger(down) &&
    Number.isInteger(across) &&
    down * across > 0 &&
    (q === depth || q % (2 * depth) === 0) &&
    depth % side === 0 &&
    (q * depth) % (4 * threads) === 0 &&
    threads >= q
  );
}

/** Layout of an operand in workgroup memory: a panel to a row or column of subgroups, of each band of its rows. */
export interface Panels extends Layout {
  readonly panels: number;
  readonly bands: number;
  /** vec4h of a panel */
  readonly size: number;
}

/**
 * Where one row in storage goes to several panels, a panel is as much longer as holds its part of the row: the parts
 * are then in other banks.
 */
export function panelsOf(operand: "left" | "right", config: MatrixConfig, alongDepth: boolean, bands = 1): Panels {
  const { q, depth } = config;
  const { subgroupsDown, subgroupsAcross } = share(config);
  const panels = operand === "left" ? subgroupsDown : subgroupsAcross;
  const layout = layoutOf(q, q / panels, depth, alongDepth);
  const rows = layout.rows / bands;
  return { ...layout, rows, panels, bands, size: rows * layout.stride + (alongDepth ? 0 : layout.width) };
}

/**
 * What becomes of a kernel's sums: stored by subgroupMatrixStore, or they go through workgroup memory block by block to
 * be stored in rows, or as a whole tile to the registers of tiles.
 */
export type Finish = "store" | "rows" | "registers";

/** A block at a time, in rows of no more than it. */
export const leaving: Leaving = { blocks: 1, stride: side / 4 };

/**
 * Vec4s of a row of each subgroup's part of a finished tile, from one row to the next, and of all of it. Four rows are
 * stored at once, eight numbers of each, and meet different banks.
 */
export function finishedPart(config: MatrixConfig): {
  readonly width: number;
  readonly stride: number;
  readonly size: number;
} {
  const { down, across } = share(config);
  const width = (side * across) / 4;
  const stride = width + (across > 1 ? 2 : 1);
  return { width, stride, size: side * down * stride };
}

/** Bytes of workgroup memory of a kernel that uses all there is. */
export function matrixBytes(config: MatrixConfig, finish: Finish): number {
  const { q, subgroupSize, threads } = config;
  const operand = (name: "left" | "right"): number =>
    Math.max(
      ...orders.map((order) => {
        const { panels, size } = panelsOf(name, config, order);
        return panels * size;
      }),
    );
  const sums = {
    store: 0,
    rows: leavingMemory(leaving, threads / subgroupSize).sizeBytes,
    registers: (16 * finishedPart(config).size * threads) / subgroupSize,
  }[finish];
  return 8 * (operand("left") + operand("right")) + sums + (16 + 4 + 12) * q;
}

/**
 * Declarations of a kernel: places, the operands of its products, what its sums go through, and the weights of tokens.
 */
export function matrixDeclarations(config: MatrixConfig, products: readonly MatrixProduct[], finish: Finish): string {
  const { q, subgroupSize, threads } = config;
  const operand = (name: "left" | "right"): string => {
    const layouts = products.map((product) => panelsOf(name, config, product[name].contiguous === "k"));
    return `array<array<vec4h, ${Math.max(...layouts.map(({ size }) => size))}>, ${layouts[0]!.panels}>`;
  };
  const subgroups = threads / subgroupSize;
  const sums = {
    store: "",
    rows: leavingMemory(leaving, subgroups).wgsl,
    registers: `var<workgroup> finished: array<array<vec4f, ${finishedPart(config).size}>, ${subgroups}>;\n`,
  }[finish];
  return `${placeDeclarations(q)}
var<workgroup> tile_a: ${operand("left")};
var<workgroup> tile_b: ${operand("right")};
${sums}var<workgroup> weight: array<f32, ${q}>;
`;
}

/** WGSL functions that fetch the operands of a product, and that finish them. */
export function matrixFunctions({ name, left, right }: MatrixProduct): string {
  const functions = (side: "left" | "right", indices: string, { stored, type, value }: MatrixOperand): string => `
fn stored_${name}_${side}(place: Place, ${indices}) -> ${type} {
  return ${stored};
}

fn ${name}_${side}(place: Place, ${indices}, stored: ${type}) -> vec4f {
  return ${value};
}
`;
  return functions("left", "row: u32, k: u32", left) + functions("right", "k: u32, column: u32", right);
}

/** WGSL of a subgroup's sums, all 0. */
export function emptyMatrixSums(config: MatrixConfig): string {
  return emptySums(share(config));
}

/**
 * Row and vector in it of the `i`-th vector that a thread moves, of rows of `width` vectors. Where threads are whole rows
 * all of them are in one column, which the text shows, so that their places are a sum away from each other.
 */
export function vectorOf(i: number, threads: number, width: number): { readonly row: string; readonly vector: string } {
  if (threads % width === 0)
    return { row: `(lid / ${width}u + ${(i * threads) / width}u)`, vector: `(lid % ${width}u)` };
  const index = `(lid + ${i * threads}u)`;
  return { row: `(${index} / ${width}u)`, vector: `(${index} % ${width}u)` };
}

/** Entry point; `body` sees what that of tiles does, and the position of its own subgroup. */
export function matrixMain(config: MatrixConfig, body: string): string {
  const { subgroupsAcross } = share(config);
  return tileMain(
    config.q,
    `let subgroup_row = subgroup / ${subgroupsAcross}u;
  let subgroup_column = subgroup % ${subgroupsAcross}u;
  ${body}`,
    ", @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32",
    config.threads,
  );
}
