// RMS norm of the rows of A inside a product of a few rows. The sum of squares is one more sum over k beside those of the
// product, and the row's factor comes out of the sum: Σ_k (x_k · r · w_k) · b_k = r · Σ_k (x_k · w_k) · b_k.
import type { Binding } from "../kernel.ts";

/** How the rows of A come about: `a`, or `a + addend`, times 1/√(mean of squares + eps), times `normWeight` [k]. */
export interface NormedRows {
  readonly eps: number;
  /** `addend`, of A's shape, is added before, and the sum is written to `summed` */
  readonly added: boolean;
}

/** The bindings that it needs beside the product's own. */
export type NormBinding = "addend" | "normWeight" | "summed";

/** What is read of them, each an array of `element`. */
export function normInputs(
  norm: NormedRows | undefined,
  element: "vec4f" | "f32",
): Partial<Record<NormBinding, Binding>> {
  if (!norm) return {};
  return { ...(norm.added && { addend: `read ${element}` as const }), normWeight: `read ${element}` };
}

/** WGSL: what a lane reads of a row at `k`. @param place its number */
export function normedRow({ added }: NormedRows, row: number, place: string, element: "vec4f" | "f32"): string {
  const wide = element === "vec4f";
  const at = wide ? `(baseA + ${place} * u.k + k) / 4u` : `baseA + ${place} * u.k + k`;
  return `let at${row} = ${at};
    let x${row} = a[at${row}]${added ? ` + addend[at${row}]` : ""};
    let row${row} = x${row} * normWeight[${wide ? "k / 4u" : "k"}];`;
}

/**
 * WGSL: what a lane does with what it has read of a row: adds to its sum of squares, and writes x + addend if it is the
 * one that does. @param exists a condition of its being a row of A, if it may be none
 */
export function normedSums(
  { added }: NormedRows,
  row: number,
  element: "vec4f" | "f32",
  exists: string | undefined,
): string {
  const x = `x${row}`;
  const store = added ? `if (writesSum${exists ? ` && ${exists}` : ""}) { summed[at${row}] = ${x}; }\n    ` : "";
  return `${store}sumSquares${row} += ${element === "vec4f" ? `dot(${x}, ${x})` : `${x} * ${x}`};`;
}

/** WGSL expression: the factor of a row, of its sum of squares. */
export function rowFactor({ eps }: NormedRows, squares: string): string {
  return `inverseSqrt(${squares} / f32(u.k) + ${eps}f)`;
}
