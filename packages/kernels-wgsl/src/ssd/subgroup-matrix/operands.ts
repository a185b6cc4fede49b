// What the operands of products with subgroup matrices are made of, four elements at a time: tensors as stored,
// states, scores, and decays between tokens. Text only.
import { unpackedState } from "../state-passing.ts";
import { tokenStart } from "../uniforms.ts";
import type { MatrixConfig } from "./tile.ts";

/**
 * Four elements from [token of the chunk, group or head, feature] on of a tensor [b, l, heads, width] bound by vec4; 0
 * outside.
 */
export function tokenVector(tensor: string, token: string, heads: "h" | "g", feature: string): string {
  const width = heads === "h" ? "p" : "n";
  const lane = heads === "h" ? "place.head" : "place.group";
  const at = `(${tokenStart(tensor, "place.batch", `place.first + ${token}`)} + ${lane} * u.${width} + ${feature}) / 4u`;
  return `select(vec4f(), ${tensor}[${at}], ${feature} < u.${width} && place.first + ${token} < u.l)`;
}

/** Four elements from (p, n) on of the matrix of a chunk and head in `states`; 0 outside. */
export function stateVector({ halfStates }: MatrixConfig, states: string, ofP: string, ofN: string): string {
  const stored = `${states}[(((place.cell * u.h + place.head) * u.p + ${ofP}) * u.n + ${ofN}) / 4u]`;
  return `select(vec4f(), ${halfStates ? unpackedState(stored) : stored}, ${ofP} < u.p && ${ofN} < u.n)`;
}

/** What a binding of states holds. */
export function statesBinding({ halfStates }: MatrixConfig): "read vec2u" | "read vec4f" {
  return halfStates ? "read vec2u" : "read vec4f";
}

/** Index of the vec4 of scores of token `i` against `j` and the three after it. */
export function scoreVector(q: number, i: string, j: string): string {
  return `((place.cell * u.g + place.group) * ${q * q}u + ${i} * ${q}u + ${j}) / 4u`;
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
