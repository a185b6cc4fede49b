// What attention's kernels share: which keys each query sees, rows copied into tiles, products of tiles. Of one head: queries, keys and their gradients are
// [token, head dim], scores [query, key], all in whole tiles. README.md of the package derives it.
import type { AttentionSpec } from "@x/base";
import { defineWasmKernel, type WasmArgument, type WasmCall, wasmCall } from "../kernel.ts";
import { strideArgs } from "../params.ts";
import { eachVector, repeat, repeatBoth } from "../codegen.ts";
import { rowFunctions } from "../ssd/chunk.ts";
import { accumulate, eachSum, startSums } from "../ssd/tile.ts";

/** Queries and keys of a tile of scores. */
export const tileQueries: number = 32;
export const tileKeys: number = 64;
/** The score of a key that a query does not see, and below every number of one that it sees. */
export const unseen: string = "-3.4028235e38";
/** Bytes of a row of scores. */
export const scoreBytes: number = 4 * tileKeys;

/** Head dim in memory: filled up with zeros to whole tiles. It is part of the text, so that strides are constants. */
export function tileWidth({ headDim }: Pick<AttentionSpec, "headDim">): number {
  return Math.ceil(headDim / 8) * 8;
}

/** Strides of buffers as arguments; `counts`: heads and tokens of those that have not the queries'. */
export function attentionStrides<const N extends string>(
  { strides, headDim, heads, l }: Pick<AttentionSpec, "strides" | "headDim" | "heads" | "l">,
  names: readonly N[],
  counts: Readonly<Record<string, { readonly heads: number; readonly tokens: number }>> = {},
): ReturnType<typeof strideArgs<N>> {
  return strideArgs(strides, names, (name) => {
    const of = counts[name] ?? { heads, tokens: l };
    return [of.tokens, of.heads * headDim];
  });
}

/** What limits the keys that a query sees. */
export interface RangesConfig {
  readonly causal: boolean;
  /** documents, or tokens that a cache holds before the first query */
  readonly by: "nothing" | "seqIdx" | "start";
}

const rangesKernel = defineWasmKernel({
  name: "attention_ranges",
  params: { of: "ptr", ranges: "ptr", l: "u32", m: "u32", begin: "u32", end: "u32" },
  body: ({ causal, by }: RangesConfig) => `
  for (var batch = begin; batch < end; batch += 1) {
    let to = ranges + batch * l * 8;
    ${
      by === "seqIdx"
        ? `
    let ids = of + batch * m * 4;
    var first = 0;
    for (var t = 0; t < m; t += 1) {
      if (t > 0) { if (load_i32(ids + t * 4) != load_i32(ids + t * 4 - 4)) { first = t; } }
      if (t + l >= m) {
        let at = to + (t + l - m) * 8;
        let padding = load_i32(ids + t * 4) < 0;
        store_u32(at, select(first, 0, padding));
        store_u32(at + 4, select(t + 1, 0, padding));
      }
    }
    ${
      causal
        ? ""
        : `
    var last = m;
    for (var t = m; t + l > m; t -= 1) {
      if (t < m) { if (load_i32(ids + t * 4) != load_i32(ids + t * 4 - 4)) { last = t; } }
      store_u32(to + (t - 1 + l - m) * 8 + 4, select(last, 0, load_i32(ids + t * 4 - 4) < 0));
    }`
    }`
        : `
    for (var i = 0; i < l; i += 1) {
      store_u32(to + i * 8, 0);
      store_u32(to + i * 8 + 4, ${by === "start" ? "min(load_u32(of + batch * 4) + i + 1, m)" : causal ? "m - l + i + 1" : "m"});
    }`
    }
  }`,
});

/** Writes `ranges`, the first key that each query sees and the one after the last, u32 [b, l, 2]. */
export function rangesCall({ b, l, m }: Pick<AttentionSpec, "b" | "l" | "m">, config: RangesConfig): WasmCall {
  const of: WasmArgument = config.by === "nothing" ? 0 : config.by;
  return wasmCall(rangesKernel, config, { of, l, m }, { count: b });
}

/** Bytes of the temporary that {@link rangesCall} writes. */
export function rangesBytes({ b, l }: Pick<AttentionSpec, "b" | "l">): number {
  return 8 * b * l;
}

/**
 * Scores of `rows` queries and `keys` keys, a [rows, D]·bᵀ [D, keys] into `to` [rows, keys], as a function `name`: dot products along the rows, each in the
 * order in which a step of decoding sums.
 */
export function scoresFunction(name: string, width: number): string {
  return `
@call fn ${name}(to: ptr, a: ptr, b: ptr, rows: u32, keys: u32) {
  var keyAt = b;
  for (var column = 0; column < keys * 4; column += 16) {
    var rowAt = a;
    for (var row = 0; row < rows; row += 2) {
      ${repeatBoth(2, 4, (i, r) => `var s${i}${r} = vec4f(0.0);`)}
      for (var i = 0; i < ${4 * width}; i += 16) {
        ${repeat(2, (i) => `let v${i} = load4(rowAt + i + ${4 * width * i});`)}
        ${repeat(4, (r) => `{ let w = load4(keyAt + i + ${4 * width * r}); ${repeat(2, (i) => `s${i}${r} = fma(v${i}, w, s${i}${r});`)} }`)}
      }
      ${repeat(2, (i) => `store4(to + (row + ${i}) * ${scoreBytes} + column, sums4(s${i}0, s${i}1, s${i}2, s${i}3));`)}
      rowAt += ${8 * width};
    }
    keyAt += ${16 * width};
  }
}`;
}

/**
 * to [rows, D] ← to and a·b [count, D], with element (row, step) of a at a + row·rowA + step·stepA, as a function `name`. `start(row)` are statements before a strip
 * of rows, `joined` what becomes of an old value and its sum.
 */
export function addProductFunction(
  name: string,
  width: number,
  { rowA, stepA }: { readonly rowA: number; readonly stepA: number },
  joined: (row: number, old: string, sum: string) => string,
  start: (row: number) => string = () => "",
): string {
  return `
@call fn ${name}(to: ptr, a: ptr, b: ptr, rows: u32, count: u32, factors: ptr) {
  for (var row = 0; row < rows; row += 4) {
    ${repeat(4, start)}
    for (var column = 0; column < ${4 * width}; column += 32) {
      ${startSums()}
      ${accumulate({ a: `a + row * ${rowA}`, rowA, stepA, b: "b + column", stepB: 4 * width, count: "count" })}
      ${eachSum((r, half, sum) => {
        const at = `to + row * ${4 * width} + column + ${r * 4 * width + 16 * half}`;
        return `store4(${at}, ${joined(r, `load4(${at})`, sum)});`;
      })}
    }
  }
}`;
}

/** `limits`: the least and the greatest of the ranges of `rows` queries, into the two u32 at `to`; equal where nothing is seen. */
export const tileFunctions: string = `${rowFunctions}
@call fn limits(to: ptr, ranges: ptr, rows: u32) {
  var low = 4294967295;
  var high = 0;
  for (var row = 0; row < rows; row += 1) {
    let last = load_u32(ranges + row * 8 + 4);
    if (last > load_u32(ranges + row * 8)) {
      low = min(low, load_u32(ranges + row * 8));
      high = max(high, last);
    }
  }
  store_u32(to, min(low, high));
  store_u32(to + 4, high);
}
// rows of width floats, stride bytes apart, times a factor → all rows of wide bytes, filled up with zeros
@call fn gatherScaled(to: ptr, from: ptr, stride: u32, rows: u32, width: u32, wide: u32, all: u32, factor: f32) {
  if ((wide != width * 4) || (rows != all)) { fill_bytes(to, 0, all * wide); }
  let factors = vec4f(factor);
  for (var row = 0; row < rows; row += 1) {
    let source = from + row * stride;
    let target = to + row * wide;
    ${eachVector("width", ({ load, store }) => store("target", `factors * ${load("source")}`))}
  }
}
// and back
@call fn scatterScaled(to: ptr, stride: u32, from: ptr, rows: u32, width: u32, wide: u32, factor: f32) {
  let factors = vec4f(factor);
  for (var row = 0; row < rows; row += 1) {
    let source = from + row * wide;
    let target = to + row * stride;
    ${eachVector("width", ({ load, store }) => store("target", `factors * ${load("source")}`))}
  }
}
`;
