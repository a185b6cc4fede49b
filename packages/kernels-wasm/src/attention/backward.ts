// Gradient of attention: a head of keys and values at a time, with its queries tile by tile. Weights are made again from the logarithms of their sums.
import type { AttentionSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, strideParams, u32 } from "../params.ts";
import {
  addProductFunction,
  attentionStrides,
  rangesBytes,
  rangesCall,
  scoreBytes,
  scoresFunction,
  tileFunctions,
  tileKeys,
  tileQueries,
  tileWidth,
} from "./tile.ts";

/**
 * `weights`: scores → exp(score − logSum), 0 beyond each row's range; products of gradients with values → those of the scores, weight · (product − delta).
 */
const weightsFunction = `
@call fn weights(scores: ptr, products: ptr, ranges: ptr, logSums: ptr, deltas: ptr, heads: u32, rows: u32, first: u32, keys: u32) {
  for (var row = 0; row < rows; row += 1) {
    let at = row * ${scoreBytes};
    let low = i32(max(load_u32(ranges + row * 8), first) - first);
    let high = i32(min(max(load_u32(ranges + row * 8 + 4), first) - first, keys));
    if (low >= high) {
      fill_bytes(scores + at, 0, keys * 4);
      fill_bytes(products + at, 0, keys * 4);
    } else {
      let logSum = load_splat(logSums + row * heads * 4);
      let delta = load_splat(deltas + row * heads * 4);
      var index = vec4i(0, 1, 2, 3);
      for (var i = at; i < at + keys * 4; i += 16) {
        let seen = select(select(vec4f(-1e30), load4(scores + i) - logSum, index < high), -1e30, index < low);
        let weight = exp(seen);
        store4(scores + i, weight);
        store4(products + i, unless(weight * (load4(products + i) - delta), weight == 0.0));
        index = index + 4;
      }
    }
  }
}`;

const own = ptr("keys", "values", "sumsK", "sumsV", "queries", "grads", "sumsQ", "scores", "products", "bounds");

const backwardKernel = defineWasmKernel({
  name: "attention_backward",
  params: {
    ...ptr("q", "k", "v", "logSum", "delta", "gradY", "gradQ", "gradK", "gradV", "ranges"),
    ...own,
    ...u32("begin", "end", "l", "m", "heads", "kvHeads", "headDim"),
    scale: "f32",
    ...strideParams(["q", "k", "v", "gradY", "gradQ", "gradK", "gradV"]),
  },
  functions: ({ width }: { readonly width: number }) => {
    const sum = (_row: number, old: string, part: string): string => `${old} + ${part}`;
    return [
      tileFunctions,
      weightsFunction,
      scoresFunction("multiply", width),
      addProductFunction("addRows", width, { rowA: scoreBytes, stepA: 4 }, sum),
      addProductFunction("addColumns", width, { rowA: 4, stepA: scoreBytes }, sum),
    ].join("\n");
  },
  body: ({ width }) => {
    const block = 4 * width * tileKeys;
    return `
  let blocks = (m + ${tileKeys - 1}) / ${tileKeys};
  for (var item = begin; item < end; item += 1) {
    let batch = item / kvHeads;
    let kvHead = item % kvHeads;
    let columns = kvHead * headDim * 4;
    for (var key = 0; key < m; key += ${tileKeys}) {
      let live = min(${tileKeys}, m - key);
      let at = key / ${tileKeys} * ${block};
      gather(values + at, v + batch * batch_v + key * stride_v + columns, stride_v, live, headDim, ${4 * width}, ${tileKeys});
      gather(keys + at, k + batch * batch_k + key * stride_k + columns, stride_k, live, headDim, ${4 * width}, ${tileKeys});
    }
    fill_bytes(sumsK, 0, blocks * ${block});
    fill_bytes(sumsV, 0, blocks * ${block});
    let group = heads / kvHeads;
    for (var head = kvHead * group; head < (kvHead + 1) * group; head += 1) {
      for (var first = 0; first < l; first += ${tileQueries}) {
        let count = min(${tileQueries}, l - first);
        let seenBy = ranges + (batch * l + first) * 8;
        let statistic = ((batch * l + first) * heads + head) * 4;
        let column = head * headDim * 4;
        gatherScaled(queries, q + batch * batch_q + first * stride_q + column, stride_q, count, headDim, ${4 * width}, ${tileQueries}, scale);
        gather(grads, gradY + batch * batch_gradY + first * stride_gradY + column, stride_gradY, count, headDim, ${4 * width}, ${tileQueries});
        fill_bytes(sumsQ, 0, ${4 * width * tileQueries});
        limits(bounds, seenBy, count);
        let high = load_u32(bounds + 4);
        for (var key = load_u32(bounds) / ${tileKeys} * ${tileKeys}; key < high; key += ${tileKeys}) {
          let at = key / ${tileKeys} * ${block};
          let whole = (min(${tileKeys}, high - key) + 7) / 8 * 8;
          multiply(scores, queries, keys + at, count, whole);
          multiply(products, grads, values + at, count, whole);
          weights(scores, products, seenBy, logSum + statistic, delta + statistic, heads, count, key, whole);
          addColumns(sumsV + at, scores, grads, whole, count, 0);
          addColumns(sumsK + at, products, queries, whole, count, 0);
          addRows(sumsQ, products, keys + at, count, whole, 0);
        }
        scatterScaled(gradQ + batch * batch_gradQ + first * stride_gradQ + column, stride_gradQ, sumsQ, count, headDim, ${4 * width}, scale);
      }
    }
    scatterScaled(gradK + batch * batch_gradK + columns, stride_gradK, sumsK, m, headDim, ${4 * width}, 1.0);
    scatterScaled(gradV + batch * batch_gradV + columns, stride_gradV, sumsV, m, headDim, ${4 * width}, 1.0);
  }`;
  },
});

function program(spec: AttentionSpec): WasmProgram {
  const { b, l, m, heads, kvHeads, headDim, scale, causal, seqIdx } = spec;
  const width = tileWidth(spec);
  const all = 4 * width * Math.ceil(m / tileKeys) * tileKeys;
  const ofKeys = { heads: kvHeads, tokens: m };
  const call = wasmCall(
    backwardKernel,
    { width },
    {
      l,
      m,
      heads,
      kvHeads,
      headDim,
      scale,
      ...attentionStrides(spec, ["q", "k", "v", "gradY", "gradQ", "gradK", "gradV"], {
        k: ofKeys,
        v: ofKeys,
        gradK: ofKeys,
        gradV: ofKeys,
      }),
    },
    { count: b * kvHeads, own: Object.keys(own) },
  );
  const temps: Record<keyof typeof own, number> = {
    keys: all,
    values: all,
    sumsK: all,
    sumsV: all,
    queries: 4 * width * tileQueries,
    grads: 4 * width * tileQueries,
    sumsQ: 4 * width * tileQueries,
    scores: scoreBytes * tileQueries,
    products: scoreBytes * tileQueries,
    bounds: 16,
  };
  return wasmProgram([rangesCall(spec, { causal, by: seqIdx ? "seqIdx" : "nothing" }), call], {
    ...temps,
    ranges: rangesBytes(spec),
  });
}

/** Gradients of {@link attentionWasm}: buffers q, k, v, logSum, delta, gradY, gradQ, gradK, gradV and, as the spec says, seqIdx. */
export const attentionBackwardWasm: { readonly program: (spec: AttentionSpec) => WasmProgram } = { program };
