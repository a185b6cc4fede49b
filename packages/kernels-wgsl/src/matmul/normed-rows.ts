// RMS norm of the rows of A inside a product of a few rows. The sum of squares is one more sum over k beside those of the
// product, and the row's factor comes out of the sum: Σ_k (x_k · r · w_k) · b_k = r · Σ_k (x_k · w_k) · b_k.
import type { Binding } from "../kernel.ts";

/** How the rows of A come about: `a`, or `a + addend`, times 1/√(mean of squares + eps), times `normWeight` [k]. */
export interface NormedRows {
  readonly eps: number;
  /** `addend`, of A's shape, is added before, and the sum is written to `summed` */
  readonly added: boolean;
}

/** The variable of the sum of squares of a row. */
export const squaresName = (row: number): string => `sumSquares${row}`;

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
export function normedRow(
  norm: NormedRows,
  row: number,
  place: string,
  element: "vec4f" | "f32",
  factor: string = "",
): string {
  return `${addedRow(norm, row, place, element)}
    let row${row} = x${row}${factor} * normWeight[${element === "vec4f" ? "k / 4u" : "k"}];`;
}

function addedRow({ added }: NormedRows, row: number, place: string, element: "vec4f" | "f32"): string {
  const at = `baseA + ${place} * u.k + k`;
  return `let at${row} = ${element === "vec4f" ? `(${at}) / 4u` : at};
    let x${row} = a[at${row}]${added ? ` + addend[at${row}]` : ""};`;
}

/**
 * WGSL: the factors of the rows before anything is multiplied by them, their squares added up as the norm's own kernel does:
 * lanes take neighbouring loads. @param total of a number of each lane
 */
export function rowFactors(
  norm: NormedRows,
  places: readonly string[],
  element: "vec4f" | "f32",
  lanes: number,
  total: (own: string) => string,
): string {
  const step = element === "vec4f" ? 4 : 1;
  const square = (x: string): string => (step === 4 ? `(${x}.x + ${x}.y) + (${x}.z + ${x}.w)` : x);
  return places
    .map(
      (place, row) => `  var ${squaresName(row)} = 0.0;
  for (var begin = 0u; begin < u.k; begin += ${lanes * step}u) {
    let k = begin + lane * ${step}u;
    var square = ${element}();
    if (k < u.k) {
    ${addedRow(norm, row, place, element)}
    square = x${row} * x${row};
    }
    ${squaresName(row)} += ${total(square("square"))};
  }
  let factor${row} = ${rowFactor(norm, squaresName(row))};
`,
    )
    .join("");
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
  squared: boolean,
): string {
  const x = `x${row}`;
  const store = added ? `if (writesSum${exists ? ` && ${exists}` : ""}) { summed[at${row}] = ${x}; }\n    ` : "";
  return `${store}${squared ? "" : `${squaresName(row)} += ${element === "vec4f" ? `dot(${x}, ${x})` : `${x} * ${x}`};`}`;
}

/** WGSL expression: the factor of a row, of its sum of squares. */
export function rowFactor({ eps }: NormedRows, squares: string): string {
  return `inverseSqrt(${squares} / f32(u.k) + ${eps}f)`;
}
