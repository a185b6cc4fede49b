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

/** WGSL: what a lane reads of a row at `k`, and adds to its sum of squares. */
export function normedRow({ added }: NormedRows, row: number, element: "vec4f" | "f32"): string {
  const wide = element === "vec4f";
  const at = wide ? `(baseA + ${row}u * u.k + k) / 4u` : `baseA + ${row}u * u.k + k`;
  const sum = added ? ` + addend[at${row}];\n    if (writesSum) { summed[at${row}] = x${row}; }` : ";";
  return `    let at${row} = ${at};
    let x${row} = a[at${row}]${sum}
    sumSquares${row} += ${wide ? `dot(x${row}, x${row})` : `x${row} * x${row}`};
    let row${row} = x${row} * normWeight[${wide ? "k / 4u" : "k"}];`;
}

/** WGSL expression: the factor of a row, of its sum of squares. */
export function rowFactor({ eps }: NormedRows, squares: string): string {
  return `inverseSqrt(${squares} / f32(u.k) + ${eps}f)`;
}
