// Attention over a cache of keys and values, to which it appends: a prompt in pieces, or a token at a time.
import type { CachedAttentionSpec } from "@x/base";
import { cachedAttentionWasm } from "@x/kernels-wasm";
import { attention as kernels } from "@x/kernels-wgsl";
import {
  and,
  apply,
  arange,
  assign,
  broadcastTo,
  type Case,
  checkOptions,
  clamp,
  definePrimitive,
  gather,
  ge,
  le,
  lt,
  opScope,
  type OutputRows,
  type Primitive,
  requireArity,
  requireOptions,
  reshape,
  ShapeError,
  sizeOf,
  type Spec,
  sub,
  type Tensor,
  where,
} from "@x/tensor/core";
import { weighted } from "./reference.ts";
import { checkHeads, checkLike, checkScale, sizesOf, stridesOf } from "./spec.ts";

/** Parameters of an attention over a cache. */
export interface CachedAttentionParams {
  readonly scale: number;
}

type Input = "q" | "k" | "v" | "keys" | "values" | "start";

function check(x: Readonly<Record<Input, Spec>>, { scale }: CachedAttentionParams): void {
  const op = "cachedAttention";
  const { q, k, v, keys, values, start } = x;
  const { b, l, kvHeads, headDim } = checkHeads(op, q, k);
  for (const [name, spec] of [
    ["k", k],
    ["v", v],
  ] as const)
    checkLike(op, name, spec, [b, l, kvHeads, headDim], q.dtype);
  const capacity = keys.shape[1] ?? 0;
  if (capacity < l) {
    throw new ShapeError(
      `${op}: keys must be [b, capacity, kvHeads, a] with room for the ${l} tokens; got ${keys.shape.length > 1 ? `a capacity of ${capacity}` : `[${keys.shape.join()}]`}.`,
      { op, expected: l, got: keys.shape },
    );
  }
  checkLike(op, "keys", keys, [b, capacity, kvHeads, headDim], q.dtype);
  checkLike(op, "values", values, [b, capacity, kvHeads, headDim], q.dtype);
  checkLike(op, "start", start, [b], "i32");
  checkScale(op, scale);
}

/** What the kernels' programs depend on. */
function specOf(
  { q, k, v, keys }: Readonly<Record<"q" | "k" | "v" | "keys", Spec>>,
  { scale }: CachedAttentionParams,
  y: OutputRows,
): CachedAttentionSpec {
  const strides = stridesOf({
    q: [q.rows, q.shape],
    k: [k.rows, k.shape],
    v: [v.rows, k.shape],
    y: [y["y"], q.shape],
  });
  return { ...sizesOf({ q, k }), m: keys.shape[1]!, scale, strides };
}

function cachedCase(
  name: string,
  [b, l, capacity, heads, kvHeads, a]: readonly [number, number, number, number, number, number],
  start: readonly number[],
  bench?: true,
): Case<Input, never, CachedAttentionParams> {
  const tokens = { shape: [b, l, kvHeads, a] };
  const cache = { shape: [b, capacity, kvHeads, a] };
  return {
    name,
    inputs: {
      q: [b, l, heads, a],
      k: tokens,
      v: tokens,
      keys: cache,
      values: cache,
      start: { shape: [b], dtype: "i32", fill: { values: start } },
    },
    params: { scale: a ** -0.5 },
    noGradCheck: "writes in place",
    ...(bench ? { bench } : {}),
  };
}

/**
 * Inputs q [b, l, heads, a], k and v [b, l, kvHeads, a], keys and values [b, capacity, kvHeads, a], which are written, start i32 [b]; output y like q.
 */
export const cachedAttentionPrimitive: Primitive<Input, never, "y", CachedAttentionParams> = definePrimitive({
  name: "cached_attention",
  inputs: ["q", "k", "v", "keys", "values", "start"],
  outputs: ["y"],
  mutates: ["keys", "values"],
  infer(inputs, params: CachedAttentionParams) {
    check(inputs, params);
    return { y: { shape: inputs.q.shape, dtype: inputs.q.dtype } };
  },
  check({ k, keys, start }) {
    const [l, capacity] = [k.shape[1]!, keys.shape[1]!];
    for (const at of start.data) {
      if (at >= 0 && at + l <= capacity) continue;
      throw new ShapeError(
        `cachedAttention: start must be at least 0 and leave room for the ${l} tokens in a capacity of ${capacity}; got ${at}. Make a larger cache first.`,
        { op: "cachedAttention", expected: capacity - l, got: at },
      );
    }
  },
  reference({ q, k, v, keys, values, start }, { scale }) {
    const { b, l, kvHeads, headDim } = sizesOf({ q, k });
    const capacity = keys.shape[1]!;
    const slots = reshape(arange(0, capacity, 1, { dtype: "i32", device: q.device }), [1, capacity]);
    const token = sub(slots, reshape(start, [b, 1])); // [b, capacity], which of the l tokens a slot is for
    const written = reshape(and(ge(token, 0), lt(token, l)), [b, capacity, 1, 1]);
    const from = broadcastTo(reshape(clamp(token, 0, l - 1), [b, capacity, 1, 1]), [b, capacity, kvHeads, headDim]);
    const [allKeys, allValues] = (
      [
        [k, keys],
        [v, values],
      ] as const
    ).map(([now, cache]) => where(written, gather(now, 1, from), cache)) as [Tensor, Tensor];
    const queries = reshape(arange(0, l, 1, { dtype: "i32", device: q.device }), [1, 1, 1, l, 1]);
    const mask = le(reshape(token, [b, 1, 1, 1, capacity]), queries);
    const { y } = weighted(q, allKeys, allValues, mask, scale);
    assign(keys, allKeys);
    assign(values, allValues);
    return { y };
  },
  views: ["q", "k", "v", "y"],
  viewAlignment: 4,
  rowAxes: { q: 2, k: 2, v: 2, y: 2 },
  webgpu(inputs, params, caps, y) {
    const spec = specOf(inputs, params, y);
    return kernels.takes(spec) ? kernels.cached(spec, caps) : undefined;
  },
  wasm: (inputs, params, y) => cachedAttentionWasm.program(specOf(inputs, params, y)),
  cases: [
    cachedCase("one number", [1, 1, 1, 1, 1, 1], [0]),
    cachedCase("a token after some", [2, 1, 9, 4, 2, 8], [3, 8]),
    cachedCase("a prompt into an empty cache", [2, 7, 16, 2, 2, 8], [0, 0]),
    cachedCase("a piece of a prompt, an odd head dim", [3, 5, 40, 6, 2, 7], [0, 11, 35]),
    cachedCase("a token after many", [1, 1, 300, 3, 1, 8], [257]),
    cachedCase("a token after many, in one of three rows", [3, 1, 600, 8, 2, 8], [0, 511, 130]),
    cachedCase("a long piece after many", [1, 70, 400, 2, 1, 8], [301]),
    cachedCase("a few tokens of many heads, the largest head dim", [1, 3, 50, 16, 1, 256], [20]),
    cachedCase("0.5B, a token after 4095", [1, 1, 4096, 8, 2, 64], [4095], true),
  ],
  cost({ q, k, keys }) {
    return {
      flops: (4 * sizeOf(q.shape) * keys.shape[1]!) | 0,
      bytes: 4 * (2 * sizeOf(q.shape) + 4 * sizeOf(k.shape) + 2 * sizeOf(keys.shape)),
    };
  },
});

/** Keys and values of the tokens that were read, with room for more. */
export interface KeyValueCache {
  /** [b, capacity, kvHeads, a] */
  readonly keys: Tensor;
  /** like keys */
  readonly values: Tensor;
}

/**
 * Causal attention of l further tokens over a cache, to which their keys and values are appended in place: those of row r go to slots start[r] … start[r] + l − 1, and
 * query i of row r sees slots 0 … start[r] + i. Slots beyond are not read. With l = 1 it decodes. There is no gradient.
 *
 * @param q [b, l, heads, a], f32 or f64
 * @param k [b, l, kvHeads, a]
 * @param v like k
 * @param cache keys and values [b, capacity, kvHeads, a]: memory that no view is alive of; other tensors over all of it see the new tokens
 * @param start i32 [b], tokens that the cache holds of each row. On the CPU start + l beyond the capacity raises; a GPU drops what has no room.
 * @param options `scale` multiplies the products of queries and keys; default 1/√a
 * @returns [b, l, heads, a]
 * @throws ShapeError, DTypeError when they do not fit together; ConfigError for an unknown option; TypeError while a view of the cache is alive, or inside a gradient of it
 * @example
 * const cache = { keys: zeros([1, 4, 1, 1]), values: zeros([1, 4, 1, 1]) };
 * const [k, v] = [ones([1, 1, 1, 1]), full([1, 1, 1, 1], 3)];
 * const y = cachedAttention(k, k, v, cache, tensor([0], { dtype: "i32" }));
 * console.log((await y.data())[0], (await cache.values.data()).join(" ")); // 3 "3 0 0 0"
 */
export function cachedAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  cache: KeyValueCache,
  start: Tensor,
  options: { readonly scale?: number } = {},
): Tensor {
  requireArity("cachedAttention", arguments, 6);
  const op = "cachedAttention";
  requireOptions(op, cache, "cache");
  checkOptions<{ readonly scale?: number }>(op, options, { scale: true });
  if (options.scale !== undefined) checkScale(op, options.scale);
  const { keys, values } = cache;
  return opScope(op, { q, k, v, "cache.keys": keys, "cache.values": values, start }, () => {
    const scale = options.scale ?? (q.shape[3] ?? 1) ** -0.5;
    return apply(cachedAttentionPrimitive, { q, k, v, keys, values, start }, { scale }).y;
  });
}
