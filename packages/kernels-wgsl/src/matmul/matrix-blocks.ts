// How operands rounded to f16 lie in workgroup memory as they lie in storage, and how blocks of them are loaded from any place there.
import { side } from "./units/blocks.ts";

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
