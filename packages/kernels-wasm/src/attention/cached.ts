// Attention over a cache: new keys and values are appended, then a few queries go through the cache a number at a time, many in tiles.
import type { CachedAttentionSpec } from "@x/base";
import { defineWasmKernel, type WasmCall, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, strideParams, u32 } from "../params.ts";
import { eachVector, repeat } from "../codegen.ts";
import { forwardCall } from "./forward.ts";
import { rangesCall, attentionStrides, unseen } from "./tile.ts";

const appendKernel = defineWasmKernel({
  name: "attention_append",
  params: {
    ...ptr("k", "v", "keys", "values", "start"),
    ...u32("begin", "end", "l", "m", "bytes"),
    ...strideParams(["k", "v"]),
  },
  body: () => `
  for (var item = begin; item < end; item += 1) {
    let batch = item / l;
    let token = item % l;
    let slot = load_u32(start + batch * 4) + token;
    if (slot < m) {
      copy_bytes(keys + (batch * m + slot) * bytes, k + batch * batch_k + token * stride_k, bytes);
      copy_bytes(values + (batch * m + slot) * bytes, v + batch * batch_v + token * stride_v, bytes);
    }
  }`,
});

/** Slots of the cache whose scores are kept at a time. */
const slots = 64;

/** Products of the query with `keys` keys from `row` on, a vector each: their lanes are the scores, in the order of a tile's (tile.ts). */
const keySums = (keys: number): string => `
        ${repeat(keys, (j) => `var s${j} = vec4f(0.0);`)}
        for (var i = 0; i < headDim * 4; i += 16) {
          let part = load4(query + i);
          ${repeat(keys, (j) => `s${j} = fma(part, load4(row + ${j} * bytes + i), s${j});`)}
        }`;

/** Adds weight · value of `count` slots to `vectors` vectors of the sum from byte `column` on. */
const addValues = (vectors: number): string => `
        ${repeat(vectors, (j) => `var s${j} = vec4f(0.0);`)}
        var from = rowsV + column;
        for (var slot = 0; slot < count * 4; slot += 4) {
          let weight = load_splat(scores + slot);
          ${repeat(vectors, (j) => `s${j} = fma(weight, load4(from + ${16 * j}), s${j});`)}
          from += bytes;
        }
        ${repeat(vectors, (j) => `store4(context + column + ${16 * j}, fma(keep, load4(context + column + ${16 * j}), s${j}));`)}`;

const stepKernel = defineWasmKernel({
  name: "attention_step",
  params: {
    ...ptr("q", "keys", "values", "start", "y", "scores", "query", "context"),
    ...u32("begin", "end", "l", "m", "heads", "group", "headDim", "bytes"),
    scale: "f32",
    ...strideParams(["q", "y"]),
  },
  body: () => `
  let factors = vec4f(scale);
  for (var item = begin; item < end; item += 1) {
    let head = item % heads;
    let token = item / heads % l;
    let batch = item / heads / l;
    let high = min(load_u32(start + batch * 4) + token + 1, m);
    let columns = head / group * headDim * 4;
    let source = q + batch * batch_q + token * stride_q + head * headDim * 4;
    ${eachVector("headDim", ({ load, store }) => store("query", `factors * ${load("source")}`))}
    fill_bytes(context, 0, headDim * 4);
    var top: f32 = ${unseen};
    var total: f32 = 0.0;
    for (var first = 0; first < high; first += ${slots}) {
      let count = min(${slots}, high - first);
      var row = keys + (batch * m + first) * bytes + columns;
      var most4 = vec4f(top);
      var at = scores;
      for (var left = count >> 2; left > 0; left -= 1) {
        ${keySums(4)}
        let four = sums4(s0, s1, s2, s3);
        store4(at, four);
        most4 = max(most4, four);
        row += 4 * bytes;
        at += 16;
      }
      var most = max4(most4);
      for (var left = count & 3; left > 0; left -= 1) {
        ${keySums(1)}
        let score = sum4(s0);
        store(at, score);
        most = max(most, score);
        row += bytes;
        at += 4;
      }
      let tops = vec4f(most);
      var sum = vec4f(0.0);
      ${eachVector("count", ({ load, store, live }) => `let weight = ${live(`exp(${load("scores")} - tops)`)}; ${store("scores", "weight")} sum = sum + weight;`)}
      let factor = exp(top - most);
      let keep = vec4f(factor);
      total = total * factor + sum4(sum);
      top = most;
      let rowsV = values + (batch * m + first) * bytes + columns;
      var column = 0;
      while (column + 64 <= headDim * 4) {
        ${addValues(4)}
        column += 64;
      }
      while (column < headDim * 4) {
        ${addValues(1)}
        column += 16;
      }
    }
    let share = vec4f(1.0 / total);
    let to = y + batch * batch_y + token * stride_y + head * headDim * 4;
    ${eachVector("headDim", ({ load, store }) => store("to", `${load("context")} * share`))}
  }`,
});

/** Queries up to which each goes through the cache alone. */
const fewQueries = 3;

function program(spec: CachedAttentionSpec): WasmProgram {
  const { b, l, m, heads, kvHeads, headDim, scale, strides } = spec;
  const bytes = 4 * kvHeads * headDim;
  const ofKeys = { heads: kvHeads, tokens: l };
  const append: WasmCall = wasmCall(
    appendKernel,
    undefined,
    { l, m, bytes, ...attentionStrides(spec, ["k", "v"], { k: ofKeys, v: ofKeys }) },
    { count: b * l, grain: 16 },
  );
  if (l > fewQueries || headDim % 4 !== 0) {
    // The cache is dense, whatever layout the new tokens have.
    const { k: _k, v: _v, ...views } = strides ?? {};
    const { call, temps } = forwardCall({ ...spec, strides: views }, { k: "keys", v: "values" });
    return wasmProgram([append, rangesCall(spec, { causal: true, by: "start" }), call], temps);
  }
  const call = wasmCall(
    stepKernel,
    undefined,
    { l, m, heads, group: heads / kvHeads, headDim, bytes, scale, ...attentionStrides(spec, ["q", "y"]) },
    { count: b * l * heads, own: ["scores", "query", "context"] },
  );
  return wasmProgram([append, call], { scores: 4 * slots, query: 4 * headDim, context: 4 * headDim });
}

/** Attention over a cache: buffers q, k, v, keys, values, start and y. */
export const cachedAttentionWasm: { readonly program: (spec: CachedAttentionSpec) => WasmProgram } = { program };
