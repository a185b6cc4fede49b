// The scan's products for adapters where barriers and workgroup memory cost more than they save (those that compute on the CPU): a thread owns 8 × 8
// of a result and reads its operands, four numbers at a time, straight from memory. p and n must be multiples of 8. README.md §6 describes it.
import { defineKernel, type Kernel } from "../../kernel.ts";
import { complete, type SizeUniform, sizeUniforms, skipUniforms, type TileConfig, when } from "../uniforms.ts";

/** Rows and columns of a thread's part of a result. */
export const side = 8;
export const directThreads = 64;

export const rows: readonly number[] = Array.from({ length: side }, (_, i) => i);
const halves = [0, 1] as const;
const lanes = ["x", "y", "z", "w"] as const;

/** WGSL lines, one per row and half of the thread's part. */
export function eachPart(line: (row: number, half: 0 | 1) => string): string {
  return rows.flatMap((row) => halves.map((half) => line(row, half))).join("\n");
}

/** A zeroed 8 × 8 part: variables `name`{row}_{half}. */
export function zeroPart(name: string): string {
  return eachPart((row, half) => `var ${name}${row}_${half} = vec4f();`);
}

/** Adds the product of `left(row)` (f32) with `right(half)` (vec4f) to a part. */
export function addOuter(name: string, left: (row: number) => string, right: (half: 0 | 1) => string): string {
  return eachPart(
    (row, half) => `${name}${row}_${half} = fma(vec4f(${left(row)}), ${right(half)}, ${name}${row}_${half});`,
  );
}

/** Multiplies every row of a part by an f32. */
export function scaleRows(name: string, factor: (row: number) => string): string {
  return rows
    .map((row) => `{ let factor = ${factor(row)}; ${name}${row}_0 *= factor; ${name}${row}_1 *= factor; }`)
    .join("\n");
}

/**
 * Entry point of a direct kernel: threads cover `rowCount` × `columnCount` (WGSL) by 8 × 8, x of the grid; y is what `lane` names, z the cell. `body` sees
 * `row`, `column` (of the part's first element), `lane`, `cell`, `batch` (of the caller's tensors), `first` (token) and `tokens` (of the chunk).
 */
export function directMain(q: number, rowCount: string, columnCount: string, body: string): string {
  return `
@compute @workgroup_size(${directThreads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = ${columnCount} / ${side}u;
  if (id.x >= ${rowCount} / ${side}u * columns) { return; }
  let row = id.x / columns * ${side}u;
  let column = id.x % columns * ${side}u;
  let lane = id.y;
  let cell = id.z;
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * ${q}u;
  let tokens = min(${q}u, u.l - first);
  ${body}
}
`;
}

/** Workgroups in x that cover `rowCount` × `columnCount`. */
export function directWorkgroups(rowCount: number, columnCount: number): number {
  return Math.ceil(((rowCount / side) * (columnCount / side)) / directThreads);
}

/** (4) and, with the weights from the chunk's start, (12), as a product of every chunk and head. `weights`: (to the end · dt, from the start) per token. */
export const chunkStateDirect: Kernel<
  "weights" | "values" | "keys" | "states",
  SizeUniform,
  TileConfig & { direction: "forward" | "backward" }
> = defineKernel({
  name: "ssd_chunk_state_direct",
  uniforms: sizeUniforms,
  bindings: () => ({ weights: "read vec2f", values: "read vec4f", keys: "read vec4f", states: "read_write vec4f" }),
  wgsl: ({ q, direction }) =>
    complete(
      directMain(
        q,
        "u.p",
        "u.n",
        `
  let token = (cell * u.h + lane) * ${q}u;
  let value_stride = u.h * u.p / 4u;
  let key_stride = u.g * u.n / 4u;
  var value = ((batch * u.l + first) * u.h + lane) * u.p / 4u + row / 4u;
  var key = ((batch * u.l + first) * u.g + lane / (u.h / u.g)) * u.n / 4u + column / 4u;
  ${zeroPart("acc")}
  for (var i = 0u; i < tokens; i++) {
    let weight = weights[token + i].${direction === "forward" ? "x" : "y"};
    let a0 = values[value] * weight;
    let a1 = values[value + 1u] * weight;
    let b0 = keys[key];
    let b1 = keys[key + 1u];
    ${addOuter(
      "acc",
      (r) => `a${r >> 2}.${lanes[r & 3]}`,
      (half) => `b${half}`,
    )}
    value += value_stride;
    key += key_stride;
  }
  let state = ((cell * u.h + lane) * u.p + row) * u.n / 4u + column / 4u;
  ${eachPart((r, half) => `states[state + ${r}u * (u.n / 4u) + ${half}u] = acc${r}_${half};`)}`,
      ),
    ),
});

/** WGSL that adds Σ_n keys[token, n] · states[column, n] to `acc`: 8 tokens from `row` on, 8 channels from `column` on, of head `lane`. */
export function fromStateProduct(keys: string, states: string): string {
  const four = (half: 0 | 1): string =>
    `vec4f(${[0, 1, 2, 3].map((i) => `${states}[state + ${4 * half + i}u * u.n + k]`).join(", ")})`;
  return `let state = ((cell * u.h + lane) * u.p + column) * u.n;
  ${rows.map((r) => `let key${r} = ((batch * u.l + first + min(row + ${r}u, tokens - 1u)) * u.g + group) * u.n;`).join("\n")}
  for (var k = 0u; k < u.n; k++) {
    let b0 = ${four(0)};
    let b1 = ${four(1)};
    ${addOuter(
      "acc",
      (r) => `${keys}[key${r} + k]`,
      (half) => `b${half}`,
    )}
  }`;
}

/** WGSL that stores `acc` into tokens `row` … of head `lane`: `value` sees `at`, an index of vec4s, `channel` (of the head, in vec4s) and the sum `part`. */
export function storeTokens(target: string, value: (part: string) => string): string {
  return rows
    .map(
      (r) => `if (row + ${r}u < tokens) {
    ${halves
      .map(
        (half) => `{
      let channel = column / 4u + ${half}u;
      let at = ((batch * u.l + first + row + ${r}u) * u.h + lane) * u.p / 4u + channel;
      ${target}[at] = ${value(`acc${r}_${half}`)};
    }`,
      )
      .join("\n")}
  }`,
    )
    .join("\n");
}

/** WGSL of D over the four channels at `channel` of head `lane`. */
export const skipFour: string = `vec4f(${[0, 1, 2, 3].map((i) => `D[lane * u.d_head + (4u * channel + ${i}u) * u.d_channel]`).join(", ")})`;

export interface DirectScanConfig extends TileConfig {
  readonly D: boolean;
  readonly z: boolean;
}

/**
 * (7), (8). The decay from j to a row i of the part is split at the part's first row f: e(cs_i − cs_f) · e(cs_f − cs_j), so that tokens before the part
 * need one exponential for all of its rows. Both factors are at most 1. Tokens behind the part are never looked at.
 */
export const chunkScanDirect: Kernel<
  "steps" | "scores" | "x" | "C" | "states" | "D" | "z" | "y",
  SizeUniform | keyof typeof skipUniforms,
  DirectScanConfig
> = defineKernel({
  name: "ssd_chunk_scan_direct_forward",
  uniforms: { ...sizeUniforms, ...skipUniforms },
  bindings: ({ D, z }) => ({
    steps: "read vec4f",
    scores: "read f32",
    x: "read vec4f",
    C: "read f32",
    states: "read f32",
    ...when(D, { D: "read f32" }),
    ...when(z, { z: "read vec4f" }),
    y: "read_write vec4f",
  }),
  wgsl: ({ q, D, z }) => {
    const value = (part: string): string => (D ? `${part} + ${skipFour} * x[at]` : part);
    const gated = (part: string): string => (z ? `(${value(part)}) * silu4(z[at])` : value(part));
    return complete(
      `${z ? silu4 : ""}${directMain(
        q,
        `${q}u`,
        "u.p",
        `
  if (row >= tokens) { return; }
  let group = lane / (u.h / u.g);
  let token = (cell * u.h + lane) * ${q}u;
  let score = ((cell * u.g + group) * ${q}u + row) * ${q}u;
  let here = steps[token + row];
  ${zeroPart("acc")}
  ${fromStateProduct("C", "states")}
  let reached = select(0.0, decay(here.y), here.z == 0.0);
  ${scaleRows("acc", () => "reached")}
  let stride = u.h * u.p / 4u;
  let source = ((batch * u.l + first) * u.h + lane) * u.p / 4u + column / 4u;
  for (var j = 0u; j < row; j++) {
    let t = steps[token + j];
    let weight = select(0.0, decay(here.y - t.y) * t.x, t.z == here.z);
    let b0 = x[source + j * stride] * weight;
    let b1 = x[source + j * stride + 1u] * weight;
    ${addOuter(
      "acc",
      (r) => `scores[score + ${r * q}u + j]`,
      (half) => `b${half}`,
    )}
  }
  ${rows.map((r) => `let s${r} = steps[token + row + ${r}u];`).join("\n")}
  ${scaleRows("acc", (r) => `select(0.0, decay(s${r}.y - here.y), s${r}.z == here.z)`)}
  for (var j = row; j < min(row + ${side}u, tokens); j++) {
    let t = steps[token + j];
    let b0 = x[source + j * stride] * t.x;
    let b1 = x[source + j * stride + 1u] * t.x;
    ${rows.map((r) => `let a${r} = select(0.0, scores[score + ${r * q}u + j] * decay(s${r}.y - t.y), j <= row + ${r}u && s${r}.z == t.z);`).join("\n")}
    ${addOuter(
      "acc",
      (r) => `a${r}`,
      (half) => `b${half}`,
    )}
  }
  ${storeTokens("y", gated)}`,
      )}`,
    );
  },
});

const silu4 = `
fn silu4(v: vec4f) -> vec4f {
  return vec4f(silu(v.x), silu(v.y), silu(v.z), silu(v.w));
}
`;
