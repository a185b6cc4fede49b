// Attention, its gradient, and attention over a cache: the programs. The WGSL is in the files beside.
import { type AttentionSpec, type CachedAttentionSpec, KernelError } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch, type Program, programOf } from "../kernel.ts";
import { type BackwardConfig, attentionKeysBackward, attentionQueriesBackward } from "./backward.ts";
import { attentionAppend, attentionJoin } from "./cache.ts";
import { attentionForward, type ForwardConfig } from "./forward.ts";
import { attentionQueries, attentionRanges, rangesThreads } from "./ranges.ts";
import { tuned } from "../tuning/select.ts";
import { rowsOf, tileConfig, tokenValues, vectors, vectorsOf } from "./tile.ts";

/** Head dims that the kernels take. */
const mostHeadDim = 256;

const named = (...names: readonly (string | false)[]): Record<string, string> =>
  Object.fromEntries(names.filter((name) => name !== false).map((name) => [name, name]));

function checked(grid: readonly [number, number, number], caps: Caps): [number, number, number] {
  const most = Math.max(...grid);
  const available = caps.maxComputeWorkgroupsPerDimension;
  if (most > available) {
    throw new KernelError(`attention: each grid dimension must be at most ${available}; got ${grid.join(" × ")}.`, {
      kernel: "attention",
      kind: "limit",
      limit: "maxComputeWorkgroupsPerDimension",
      needed: most,
      available,
    });
  }
  return [...grid];
}

/** The dispatch that finds what each query sees among documents. */
function rangesDispatch({ b, l, m, causal }: AttentionSpec, caps: Caps): Dispatch {
  const most = caps.maxComputeInvocationsPerWorkgroup;
  return dispatch(attentionRanges, {
    config: { causal, ...(most < rangesThreads && { threads: 2 ** Math.floor(Math.log2(most)) }) },
    buffers: named("seqIdx", "ranges"),
    uniforms: { l, m },
    workgroups: checked([b, 1, 1], caps),
  });
}

const seesOf = ({ causal, seqIdx = false }: AttentionSpec): "all" | "causal" | "ranges" =>
  seqIdx ? "ranges" : causal ? "causal" : "all";

/** Whether there are kernels for a head dim. */
function takes({ headDim }: { readonly headDim: number }): boolean {
  return headDim <= mostHeadDim;
}

function forward(spec: AttentionSpec, caps: Caps = baseCaps): Program {
  const { b, l, m, heads, kvHeads, headDim, scale, seqIdx = false, strides } = spec;
  const group = heads / kvHeads;
  const tile = tileConfig(headDim, vectors(headDim, strides), l * group, caps);
  const config: ForwardConfig = { ...tile, sees: seesOf(spec), append: false, split: false, statistics: true };
  const tokens = tokenValues(config, strides, {
    q: [l, heads],
    k: [m, kvHeads],
    v: [m, kvHeads],
    keys: [m, kvHeads],
    values: [m, kvHeads],
    y: [l, heads],
  });
  const attend = dispatch(attentionForward, {
    config,
    buffers: named("q", "k", "v", seqIdx && "ranges", "y", "logSum"),
    uniforms: { l, m, group, kvHeads, splits: 1, scale, ...tokens.uniforms },
    offsets: tokens.offsets,
    workgroups: checked([Math.ceil((l * group) / rowsOf(config)), kvHeads, b], caps),
  });
  if (!seqIdx) return programOf([attend]);
  return programOf([rangesDispatch(spec, caps), attend], { ranges: 8 * b * l });
}

function backward(spec: AttentionSpec, caps: Caps = baseCaps): Program {
  const { b, l, m, heads, kvHeads, headDim, scale, causal, seqIdx = false, strides } = spec;
  const group = heads / kvHeads;
  const vector = vectors(headDim, strides);
  const ofQueries: readonly [number, number] = [l, heads];
  const ofKeys: readonly [number, number] = [m, kvHeads];
  const read = { q: ofQueries, k: ofKeys, v: ofKeys, gradY: ofQueries } as const;
  const sizes = { l, m, group, kvHeads, scale };
  const config = (rows: number): BackwardConfig => ({
    ...tileConfig(headDim, vector, rows, caps),
    causal: causal && !seqIdx,
    ranges: seqIdx,
  });
  const [rows, keys] = [config(l * group), config(m)];
  const queries = tokenValues(rows, strides, { ...read, gradQ: ofQueries });
  const keyValues = tokenValues(keys, strides, { ...read, gradK: ofKeys, gradV: ofKeys });
  const count = b * l * heads;
  return programOf(
    [
      ...(seqIdx ? [rangesDispatch(spec, caps)] : []),
      dispatch(attentionQueries, {
        config: { sees: seesOf(spec) },
        buffers: named("logSum", "delta", seqIdx && "ranges", "queries"),
        uniforms: { count, heads, l, m },
        workgroups: grid1d(count, 64, caps),
      }),
      dispatch(attentionQueriesBackward, {
        config: rows,
        buffers: named("q", "k", "v", "gradY", "queries", "gradQ"),
        uniforms: { ...sizes, ...queries.uniforms },
        offsets: queries.offsets,
        workgroups: checked([Math.ceil((l * group) / rowsOf(rows)), kvHeads, b], caps),
      }),
      dispatch(attentionKeysBackward, {
        config: keys,
        buffers: named("q", "k", "v", "gradY", "queries", "gradK", "gradV"),
        uniforms: { ...sizes, ...keyValues.uniforms },
        offsets: keyValues.offsets,
        workgroups: checked([Math.ceil(m / rowsOf(keys)), kvHeads, b], caps),
      }),
    ],
    { queries: 16 * count, ...(seqIdx && { ranges: 8 * b * l }) },
  );
}

function cached(spec: CachedAttentionSpec, caps: Caps = baseCaps): Program {
  const { b, l, m, heads, kvHeads, headDim, scale, strides } = spec;
  const group = heads / kvHeads;
  const tile = tileConfig(headDim, vectors(headDim, strides), l * group, caps);
  const tiles = Math.ceil((l * group) / rowsOf(tile));
  const { targetWorkgroups, minSplitSlots } = tuned(caps, "attention");
  const most = Math.floor(targetWorkgroups / (b * kvHeads * tiles));
  const splits = Math.max(1, Math.min(most, Math.floor(m / minSplitSlots)));
  const config: ForwardConfig = {
    ...tile,
    sees: "start",
    append: tiles === 1,
    split: splits > 1,
    statistics: false,
  };
  const now: readonly [number, number] = [l, kvHeads];
  const cache: readonly [number, number] = [m, kvHeads];
  const ofTokens = tokenValues(config, strides, {
    q: [l, heads],
    k: now,
    v: now,
    keys: cache,
    values: cache,
    y: [l, heads],
  });
  const offsets = (...names: readonly string[]): Record<string, string> =>
    Object.fromEntries(Object.entries(ofTokens.offsets).filter(([, name]) => names.includes(name)));
  const attend = dispatch(attentionForward, {
    config,
    buffers: named(
      "q",
      config.append && "k",
      config.append && "v",
      "keys",
      "values",
      "start",
      splits > 1 ? "parts" : "y",
    ),
    uniforms: { l, m, group, kvHeads, splits, scale, ...ofTokens.uniforms },
    offsets: offsets("q", ...(config.append ? ["k", "v"] : []), ...(splits > 1 ? [] : ["y"])),
    workgroups: checked([tiles, kvHeads * splits, b], caps),
  });
  const width = vectorsOf(config);
  const dispatches = [attend];
  if (!config.append) {
    const { uniforms } = tokenValues(config, strides, { k: now, v: now, keys: cache, values: cache });
    const count = b * l * kvHeads * width;
    dispatches.unshift(
      dispatch(attentionAppend, {
        config: { headDim, vector: config.vector },
        buffers: named("k", "v", "keys", "values", "start"),
        uniforms: { count, l, m, kvHeads, ...uniforms },
        offsets: offsets("k", "v"),
        workgroups: grid1d(count, 64, caps),
      }),
    );
  }
  if (splits > 1) {
    const { uniforms } = tokenValues(config, strides, { y: [l, heads] });
    const count = b * heads * l * width;
    dispatches.push(
      dispatch(attentionJoin, {
        config: { headDim, vector: config.vector },
        buffers: named("parts", "y"),
        uniforms: { count, l, group, kvHeads, splits, ...uniforms },
        offsets: offsets("y"),
        workgroups: grid1d(count, 64, caps),
      }),
    );
  }
  return programOf(dispatches, splits > 1 ? { parts: 16 * b * heads * l * splits * (width + 1) } : {});
}

/**
 * Scaled dot-product attention with a running softmax: `forward` and `backward` of whole sequences, and `cached`, which appends to a cache and goes on from it.
 * Buffers have the names of the specs; head dims up to 256 (`takes`). See README.md.
 *
 * @example
 * const spec = { b: 1, l: 64, m: 64, heads: 4, kvHeads: 2, headDim: 16, scale: 0.25, causal: true };
 * console.log(attention.forward(spec).dispatches.length); // 1
 */
export const attention: {
  readonly takes: (spec: Pick<AttentionSpec, "headDim">) => boolean;
  readonly forward: (spec: AttentionSpec, caps?: Caps) => Program;
  readonly backward: (spec: AttentionSpec, caps?: Caps) => Program;
  readonly cached: (spec: CachedAttentionSpec, caps?: Caps) => Program;
} = { takes, forward, backward, cached };
