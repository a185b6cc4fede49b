// The choice of experts and their weights, row by row, and the places of each expert.
import type { ExpertOrderSpec, ExpertRoutingSpec } from "@x/base";
import { foldSum } from "../codegen.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";

type RoutingConfig = Pick<ExpertRoutingSpec, "routing" | "normalize" | "correction"> & { readonly grouped: boolean };

/**
 * Floats as integers of the same order, all above 0: −0 as 0, NaN above all numbers. `take_largest`: the index of the
 * largest of `count` keys, the first of equal ones, which then becomes 0.
 */
const keys = `
fn key_of(v: f32) -> u32 {
  let bits = as_u32(v + 0.0);
  let key = select(bits | 0x80000000, ~bits, bits > 0x7fffffff);
  return select(key, 0xffffffff, v != v);
}
@call fn take_largest(keys: ptr, count: u32) -> u32 {
  var best = 0;
  var most = 0;
  for (var j = 0; j < count; j += 1) {
    let key = load_u32(keys + j * 4);
    if (key > most) { most = key; best = j; }
  }
  store_u32(keys + best * 4, 0);
  return best;
}`;

/** Leaves the keys of the best groups, by the sum of their two best scores, and sets all others to 0. */
const keepGroups = `
    for (var group = 0; group < groups; group += 1) {
      let own = keys + group * size * 4;
      var first = 0; var second = 0;
      var a = 0.0; var b = 0.0;
      for (var j = 0; j < size; j += 1) {
        let key = load_u32(own + j * 4);
        let score = load(scores + (group * size + j) * 4);
        if (key > first) { second = first; b = a; first = key; a = score; } else if (key > second) { second = key; b = score; }
      }
      store_u32(groupKeys + group * 4, key_of(a + b));
    }
    for (var r = 0; r < topGroups; r += 1) { let kept = take_largest(groupKeys, groups); }
    for (var group = 0; group < groups; group += 1) {
      if (load_u32(groupKeys + group * 4) != 0) { fill_bytes(keys + group * size * 4, 0, size * 4); }
    }`;

const routingKernel = defineWasmKernel({
  name: "expert_routing",
  params: {
    ...ptr("logits", "correction", "ids", "weights", "scratch"),
    ...u32("experts", "perToken", "groups", "topGroups"),
    scale: "f32",
    ...u32("begin", "end"),
  },
  functions: () => keys,
  body: ({ routing, normalize, correction, grouped }: RoutingConfig) => `
  let size = experts / groups;
  let keys = scratch;
  let scores = keys + experts * 4;
  let groupKeys = scores + experts * 4;
  for (var row = begin; row < end; row += 1) {
    let at = logits + row * experts * 4;
    let to = row * perToken * 4;
    for (var j = 0; j < experts; j += 1) {
      let score = ${routing === "sigmoid" ? "sigmoid(load(at + j * 4))" : "load(at + j * 4)"}${correction ? " + load(correction + j * 4)" : ""};
      store_u32(keys + j * 4, key_of(score));
      ${grouped ? "store(scores + j * 4, score);" : ""}
    }
    ${grouped ? keepGroups : ""}
    var total = 0.0;
    var top = 0.0;
    for (var r = 0; r < perToken; r += 1) {
      let expert = take_largest(keys, experts);
      store_u32(ids + to + r * 4, expert);
      let logit = load(at + expert * 4);
      if (r == 0) { top = logit; }
      let share = ${routing === "sigmoid" ? "sigmoid(logit)" : "exp(logit - top)"};
      total = total + share;
      store(weights + to + r * 4, share);
    }
    ${
      routing === "softmax" && !normalize
        ? `let tops = vec4f(top);
    ${foldSum("experts", "all", ({ load, live }, sum) => `${sum} = ${sum} + ${live(`exp(${load("at")} - tops)`)};`)}
    let divisor = all;`
        : `let divisor = ${normalize ? (routing === "sigmoid" ? "total + 1e-20" : "total") : "1.0"};`
    }
    for (var r = 0; r < perToken; r += 1) {
      store(weights + to + r * 4, load(weights + to + r * 4) / divisor * scale);
    }
  }`,
});

/** Buffers logits, correction, ids (i32) and weights. */
export function routing(spec: ExpertRoutingSpec): WasmProgram {
  const { rows, experts, perToken, groups, topGroups, scale, correction } = spec;
  return wasmProgram(
    [
      wasmCall(
        routingKernel,
        { routing: spec.routing, normalize: spec.normalize, correction, grouped: groups > 1 },
        { ...optional({ correction }), experts, perToken, groups, topGroups, scale },
        { count: rows, grain: Math.max(1, Math.ceil(4096 / (experts * perToken))), own: ["scratch"] },
      ),
    ],
    { scratch: 4 * (2 * experts + groups) },
  );
}

/** A counting sort: the offsets serve as the places where each expert goes on, and are moved back at the end. */
const orderKernel = defineWasmKernel({
  name: "expert_order",
  params: { ids: "ptr", order: "ptr", offsets: "ptr", size: "u32", experts: "u32" },
  body: () => `
  fill_bytes(offsets, 0, (experts + 1) * 4);
  for (var i = 0; i < size; i += 1) {
    let at = offsets + load_u32(ids + i * 4) * 4;
    store_u32(at + 4, load_u32(at + 4) + 1);
  }
  for (var j = 0; j < experts; j += 1) {
    let at = offsets + j * 4;
    store_u32(at + 4, load_u32(at + 4) + load_u32(at));
  }
  for (var i = 0; i < size; i += 1) {
    let at = offsets + load_u32(ids + i * 4) * 4;
    let place = load_u32(at);
    store_u32(order + place * 4, i);
    store_u32(at, place + 1);
  }
  for (var j = experts; j > 0; j -= 1) { store_u32(offsets + j * 4, load_u32(offsets + j * 4 - 4)); }
  store_u32(offsets, 0);`,
});

/** Buffers ids, order and offsets, all i32. */
export function order({ size, experts }: ExpertOrderSpec): WasmProgram {
  return wasmProgram([wasmCall(orderKernel, undefined, { size, experts })]);
}
