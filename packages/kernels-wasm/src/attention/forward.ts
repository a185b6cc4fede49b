// Attention in tiles of queries by keys with a running softmax (Dao, "FlashAttention-2", 2023): no row of weights is ever whole.
import type { AttentionSpec } from "@x/base";
import { defineWasmKernel, type WasmCall, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, strideParams, u32 } from "../params.ts";
import { eachVector } from "../codegen.ts";
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
  unseen,
} from "./tile.ts";

interface Config {
  readonly width: number;
  /** keeps the logarithms of the sums */
  readonly statistics: boolean;
}

/**
 * `soften`: scores → weights exp(score − top), 0 beyond each row's range, with the running maximum `tops` and sum `sums` brought up to date; `factors` is what all
 * that was summed before is multiplied by. Keys are those from `first` on, `keys` of them in whole fours.
 */
const softenFunction = `
@call fn soften(scores: ptr, ranges: ptr, tops: ptr, sums: ptr, factors: ptr, rows: u32, first: u32, keys: u32) {
  for (var row = 0; row < rows; row += 1) {
    let line = scores + row * ${scoreBytes};
    let low = i32(max(load_u32(ranges + row * 8), first) - first);
    let high = i32(min(max(load_u32(ranges + row * 8 + 4), first) - first, keys));
    if (low >= high) {
      fill_bytes(line, 0, keys * 4);
      store(factors + row * 4, 1.0);
    } else {
      let old = load(tops + row * 4);
      var most = vec4f(old);
      var index = vec4i(0, 1, 2, 3);
      for (var i = 0; i < keys * 4; i += 16) {
        let live = select(select(vec4f(${unseen}), load4(line + i), index < high), ${unseen}, index < low);
        store4(line + i, live);
        most = max(most, live);
        index = index + 4;
      }
      let top = max4(most);
      let tops4 = vec4f(top);
      var total = vec4f(0.0);
      for (var i = 0; i < keys * 4; i += 16) {
        let score = load4(line + i);
        let weight = unless(exp(score - tops4), score <= ${unseen});
        store4(line + i, weight);
        total = total + weight;
      }
      let factor = exp(old - top);
      store(factors + row * 4, factor);
      store(sums + row * 4, load(sums + row * 4) * factor + sum4(total));
      store(tops + row * 4, top);
    }
  }
}`;

const own = ptr("queries", "rows", "rowsV", "scores", "sums", "context", "bounds");

const forwardKernel = defineWasmKernel({
  name: "attention",
  params: {
    ...ptr("q", "k", "v", "y", "logSum", "ranges"),
    ...own,
    ...u32("begin", "end", "l", "m", "heads", "group", "headDim"),
    scale: "f32",
    ...strideParams(["q", "k", "v", "y"]),
  },
  functions: ({ width }: Config) =>
    [
      tileFunctions,
      softenFunction,
      scoresFunction("products", width),
      addProductFunction(
        "weigh",
        width,
        { rowA: scoreBytes, stepA: 4 },
        (row, old, sum) => `fma(keep${row}, ${old}, ${sum})`,
        (row) => `let keep${row} = load_splat(factors + row * 4 + ${4 * row});`,
      ),
    ].join("\n"),
  body: ({ width, statistics }) => `
  let blocks = (l + ${tileQueries - 1}) / ${tileQueries};
  let tops = sums + ${4 * tileQueries};
  let factors = sums + ${8 * tileQueries};
  for (var item = begin; item < end; item += 1) {
    let first = item % blocks * ${tileQueries};
    let count = min(${tileQueries}, l - first);
    let head = item / blocks % heads;
    let batch = item / blocks / heads;
    let columns = head / group * headDim * 4;
    let keys = k + batch * batch_k + columns;
    let values = v + batch * batch_v + columns;
    let own = ranges + (batch * l + first) * 8;
    gatherScaled(queries, q + batch * batch_q + first * stride_q + head * headDim * 4, stride_q, count, headDim, ${4 * width}, ${tileQueries}, scale);
    fill_bytes(context, 0, ${4 * width * tileQueries});
    fill_bytes(sums, 0, ${4 * tileQueries});
    for (var row = 0; row < ${tileQueries}; row += 1) { store(tops + row * 4, ${unseen}); store(factors + row * 4, 1.0); }
    limits(bounds, own, count);
    let high = load_u32(bounds + 4);
    for (var key = load_u32(bounds) / ${tileKeys} * ${tileKeys}; key < high; key += ${tileKeys}) {
      let live = min(${tileKeys}, high - key);
      let whole = (live + 7) / 8 * 8;
      gather(rows, keys + key * stride_k, stride_k, live, headDim, ${4 * width}, whole);
      gather(rowsV, values + key * stride_v, stride_v, live, headDim, ${4 * width}, whole);
      products(scores, queries, rows, count, whole);
      soften(scores, own, tops, sums, factors, count, key, whole);
      weigh(context, scores, rowsV, count, live, factors);
    }
    let rowsY = y + batch * batch_y + first * stride_y + head * headDim * 4;
    for (var row = 0; row < count; row += 1) {
      let sum = load(sums + row * 4);
      let seen = load_u32(own + row * 8) < load_u32(own + row * 8 + 4);
      let total = sum / select(1.0, sum, sum == 0.0); // NaN where all scores are −∞
      let share = vec4f(select(0.0, 1.0 / total, seen));
      let from = context + row * ${4 * width};
      let to = rowsY + row * stride_y;
      ${eachVector("headDim", ({ load, store }) => store("to", `${load("from")} * share`))}
      ${statistics ? "store(logSum + ((batch * l + first + row) * heads + head) * 4, select(0.0, load(tops + row * 4) + log(select(1.0, total, seen)), seen));" : ""}
    }
  }`,
});

/** The call that reads keys and values from `k` and `v`, `m` tokens of each row, within `ranges`. */
export function forwardCall(
  spec: Omit<AttentionSpec, "causal" | "seqIdx">,
  names: { readonly k: string; readonly v: string; readonly logSum?: string },
): { readonly call: WasmCall; readonly temps: Readonly<Record<string, number>> } {
  const { b, l, m, heads, kvHeads, headDim, scale } = spec;
  const width = tileWidth(spec);
  const ofKeys = { heads: kvHeads, tokens: m };
  const call = wasmCall(
    forwardKernel,
    { width, statistics: names.logSum !== undefined },
    {
      k: names.k,
      v: names.v,
      logSum: names.logSum ?? 0,
      l,
      m,
      heads,
      group: heads / kvHeads,
      headDim,
      scale,
      ...attentionStrides(spec, ["q", "k", "v", "y"], { k: ofKeys, v: ofKeys }),
    },
    { count: b * heads * Math.ceil(l / tileQueries), own: Object.keys(own) },
  );
  const temps: Record<keyof typeof own, number> = {
    queries: 4 * width * tileQueries,
    rows: 4 * width * tileKeys,
    rowsV: 4 * width * tileKeys,
    scores: scoreBytes * tileQueries,
    sums: 12 * tileQueries,
    context: 4 * width * tileQueries,
    bounds: 16,
  };
  return { call, temps: { ...temps, ranges: rangesBytes(spec) } };
}

function program(spec: AttentionSpec): WasmProgram {
  const { causal, seqIdx } = spec;
  const { call, temps } = forwardCall(spec, { k: "k", v: "v", logSum: "logSum" });
  return wasmProgram([rangesCall(spec, { causal, by: seqIdx ? "seqIdx" : "nothing" }), call], temps);
}

/** Attention over whole sequences: buffers q, k, v, y, logSum and, as the spec says, seqIdx. */
export const attentionWasm: { readonly program: (spec: AttentionSpec) => WasmProgram } = { program };
