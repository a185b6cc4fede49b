// What the operands of products with subgroup matrices are made of, four elements at a time: tensors as stored,
// states, scores, and decays between tokens. Text only.
import { unpackedState } from "../state-passing.ts";
import type { MatrixConfig, MatrixOperand } from "./tile.ts";

/** What of an operand does not depend on how it lies in the product. */
type Stored = Omit<MatrixOperand, "contiguous">;

/** Index, in fours, of [token of the chunk, group or head, feature] of a tensor [b, l, heads, width] bound by vec4. */
export function tokenIndex(tensor: string, token: string, heads: "h" | "g", feature: string): string {
  const [width, lane] = heads === "h" ? ["p", "place.head"] : ["n", "place.group"];
  return `${startInFours(tensor, "place.batch", `(place.first + ${token})`)} + ${lane} * (u.${width} / 4u) + ${feature} / 4u`;
}

/** {@link tokenStart} in fours, of which all strides are multiples: so written, what a thread's vectors share is computed once. */
export function startInFours(tensor: string, batch: string, token: string): string {
  return `u.${tensor}_offset / 4u + ${batch} * (u.${tensor}_batch / 4u) + ${token} * (u.${tensor}_token / 4u)`;
}

/**
 * The four elements at {@link tokenIndex}, times `weight`; 0 outside, of which there is nothing where all tiles are
 * whole.
 */
export function tokenVector(
  { whole }: MatrixConfig,
  tensor: string,
  token: string,
  heads: "h" | "g",
  feature: string,
  weight: string = "",
): Stored {
  const width = heads === "h" ? "p" : "n";
  const weighted = `stored${weight && ` * ${weight}`}`;
  return {
    stored: `${tensor}[${tokenIndex(tensor, token, heads, feature)}]`,
    type: "vec4f",
    value: whole ? weighted : `select(vec4f(), ${weighted}, ${feature} < u.${width} && place.first + ${token} < u.l)`,
  };
}

/** WGSL that leaves a function which stores at `row` and `column` of tokens of `width`, where that is outside. */
export function unlessOutside({ whole }: MatrixConfig, width: "p" | "n"): string {
  return whole ? "" : `if (place.first + row >= u.l || column >= u.${width}) { return; }\n  `;
}

/** Index, in fours, of (p, n) of the matrix of a chunk and head. */
export function stateIndex(ofP: string, ofN: string, place = "place"): string {
  return `((${place}.cell * u.h + ${place}.head) * u.p + ${ofP}) * (u.n / 4u) + ${ofN} / 4u`;
}

/** Four elements from (p, n) on of the matrix of a chunk and head in `states`; 0 outside. */
export function stateVector({ halfStates, whole }: MatrixConfig, states: string, ofP: string, ofN: string): Stored {
  const value = halfStates ? unpackedState("stored") : "stored";
  return {
    stored: `${states}[${stateIndex(ofP, ofN)}]`,
    type: halfStates ? "vec2u" : "vec4f",
    value: whole ? value : `select(vec4f(), ${value}, ${ofP} < u.p && ${ofN} < u.n)`,
  };
}

/** Four scores of tokens `i` and `j`, of which one is the first of four, times `weight`. */
export function scoreVectorOf(q: number, i: string, j: string, weight: string): Stored {
  return { stored: `scores[${scoreVector(q, i, j)}]`, type: "vec4f", value: `stored * ${weight}` };
}

/** What a binding of states holds. */
export function statesBinding({ halfStates }: MatrixConfig): "read vec2u" | "read vec4f" {
  return halfStates ? "read vec2u" : "read vec4f";
}

/** Index of the vec4 of scores of token `i` against `j` and the three after it. */
export function scoreVector(q: number, i: string, j: string): string {
  return `(place.cell * u.g + place.group) * ${(q * q) / 4}u + (${i} * ${q}u + ${j}) / 4u`;
}

/**
 * WGSL functions of tokens `first` (a multiple of 4) to `first` + 3 of the chunk: the decay from each to `later`, 0
 * across documents and against time; and their dt. They read what {@link stageColumns} put side by side: vec4s of
 * `token` would be 64 bytes apart and in the same banks.
 */
export function decayFunctions(q: number): string {
  return `
var<workgroup> size_of: array<vec4f, ${q / 4}>;
var<workgroup> sum_of: array<vec4f, ${q / 4}>;
var<workgroup> rest_of: array<vec4f, ${q / 4}>;

fn decays(later: u32, first: u32) -> vec4f {
  if (first > later) { return vec4f(); }
  let here = token[later];
  let reaches = vec4u(first) + vec4u(0u, 1u, 2u, 3u) <= vec4u(later);
  return select(vec4f(), decays_of_sums(here.y - sum_of[first / 4u], here.z - rest_of[first / 4u]), reaches);
}
`;
}

/** WGSL that fills what {@link decayFunctions} read from `token`; needs a barrier after it. */
export function stageColumns(q: number): string {
  const four = (field: string): string =>
    `vec4f(${[0, 1, 2, 3].map((i) => `token[4u * lid + ${i}u].${field}`).join(", ")})`;
  return `if (lid < ${q / 4}u) {
    size_of[lid] = ${four("x")};
    sum_of[lid] = ${four("y")};
    rest_of[lid] = ${four("z")};
  }`;
}
