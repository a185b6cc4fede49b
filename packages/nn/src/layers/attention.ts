// Attention: multi-head attention with grouped keys and values, rotary positions, an optional convolution, and an optional gated part beside it.
import {
  checkOptions,
  concat,
  ConfigError,
  cpuDevice,
  type Device,
  mul,
  requireArity,
  requireCount,
  requireOptions,
  requireTensors,
  reshape,
  ShapeError,
  silu,
  slice,
  split,
  type Tensor,
  tidy,
  zeros,
} from "@x/tensor/core";
import { type AttentionModuleOptions, attentionSizes } from "./attention-options.ts";
import { after, type AttentionState, lastInputs } from "./attention-state.ts";
import { builderOf } from "../module/builder.ts";
import { CausalConv1d } from "./conv1d.ts";
import type { Linear } from "./linear.ts";
import { Module } from "../module/module.ts";
import { cachedAttention } from "../ops/attention/cached.ts";
import { attention } from "../ops/attention/index.ts";
import { rotated, type RotaryOptions } from "../ops/attention/rotary.ts";
import { projection } from "./projection.ts";
import type { QuantizedLinear } from "./quantized-linear.ts";

/** Options of {@link Attention.forward}. */
export interface AttentionForwardOptions {
  /** i32 [b, l], the number of each token's document, negative for padding; only without a state */
  readonly seqIdx?: Tensor | undefined;
  /** caches to append to and to see; `start` says how many tokens of each row they hold */
  readonly state?: AttentionState | undefined;
  /** i32 [b], the position of each row's first token; required with a state, default 0 */
  readonly start?: Tensor | undefined;
  /** i32 [b], tokens of each row that count, the others are padding on its right: they reach no state. Default: all. */
  readonly lengths?: Tensor | undefined;
}

/** What {@link Attention.forward} gives: y, and the state after the tokens where one was given. */
export interface AttentionResult {
  readonly y: Tensor;
  readonly state?: AttentionState;
}

/**
 * Causal multi-head attention as hybrids of Mamba-2 have it. in_proj makes `[q heads·a | k kvHeads·a | v kvHeads·a | up dMlp/2 | gate dMlp/2]`; a convolution over q, k and v
 * (without activation) and the rotation of q and k follow where there are such; out_proj takes `[heads·a | up · silu(gate)]`.
 *
 * A state's caches are appended to in place: see {@link Attention.forward}.
 *
 * Source: state-spaces/mamba 1f9da4d, modules/mha.py.
 *
 * @throws ConfigError for options that do not fit together
 * @example
 * const layer = new Attention(16, { heads: 4, keyValueHeads: 2, rotary: { size: 4 } });
 * const { y } = layer.forward(ones([1, 5, 16])); // [1, 5, 16]
 * console.log(y.shape.join()); // 1,5,16
 */
export class Attention extends Module {
  static readonly fieldsOnly = true;
  readonly inProj: Linear | QuantizedLinear;
  readonly conv1d: CausalConv1d | undefined;
  readonly outProj: Linear | QuantizedLinear;
  readonly dModel: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  readonly scale: number;
  readonly rotary: Required<RotaryOptions> | null;
  readonly dConv: number;
  readonly dMlp: number;

  constructor(dModel: number, options: AttentionModuleOptions) {
    requireArity("Attention", arguments, 2);
    super();
    const { bias, outBias, ...sizes } = attentionSizes(dModel, options);
    const { heads, keyValueHeads, headDim, dConv, dMlp } = sizes;
    const builder = builderOf("Attention", options.builder);
    const [query, channels] = [heads * headDim, (heads + 2 * keyValueHeads) * headDim];
    [this.dModel, this.heads, this.keyValueHeads, this.headDim] = [dModel, heads, keyValueHeads, headDim];
    [this.scale, this.rotary, this.dConv, this.dMlp] = [sizes.scale, sizes.rotary, dConv, dMlp];
    [this.inProj, this.conv1d, this.outProj] = builder.whole(() => [
      projection(dModel, channels + dMlp, { bias, builder: builder.at("in_proj") }),
      dConv > 0 ? new CausalConv1d(channels, dConv, { activation: "none", builder: builder.at("conv1d") }) : undefined,
      projection(query + dMlp / 2, dModel, {
        bias: outBias,
        role: "residual-projection",
        builder: builder.at("out_proj"),
      }),
    ]);
  }

  /**
   * A state that holds no token, with room for `capacity` of each row.
   *
   * @returns keys and values [batch, capacity, keyValueHeads, headDim], conv [batch, channels, dConv]
   * @throws ConfigError when `batch` or `capacity` is no whole number of at least 1
   * @example
   * const { keys } = new Attention(8, { heads: 2 }).emptyState(1, 16); // f32 [1, 16, 2, 4]
   */
  emptyState(batch: number, capacity: number, device: Device = cpuDevice()): AttentionState {
    requireArity("Attention.emptyState", arguments, 3);
    requireCount("Attention.emptyState", "batch", batch, 1);
    requireCount("Attention.emptyState", "capacity", capacity, 1);
    const cache = [batch, capacity, this.keyValueHeads, this.headDim];
    const keys = zeros(cache, { device });
    const values = zeros(cache, { device });
    if (this.dConv === 0) return { keys, values };
    return { keys, values, conv: zeros([batch, this.#channels, this.dConv], { device }) };
  }

  /**
   * Without a state: every token sees those before it in its row (and document). With one: the tokens go on from those that the state holds, and their keys and values
   * are appended to its caches in place, at `start`; the state returned has the same memory under tensors of its own.
   *
   * @param x [b, l, dModel], f32 or f64
   * @returns y [b, l, dModel], and with a state the one after the tokens
   * @throws ShapeError, DTypeError when they do not fit together; ConfigError for options that exclude each other
   * @example
   * const layer = new Attention(8, { heads: 2 });
   * const start = tensor([0], { dtype: "i32" });
   * const { y, state } = layer.forward(ones([1, 3, 8]), { state: layer.emptyState(1, 16), start });
   * console.log(y.shape.join(), state!.keys.shape.join()); // 1,3,8 1,16,2,4
   */
  forward(x: Tensor, options: AttentionForwardOptions = {}): AttentionResult {
    requireArity("Attention.forward", arguments, 2);
    const op = "Attention.forward";
    checkOptions<AttentionForwardOptions>(op, options, { seqIdx: true, state: true, start: true, lengths: true });
    const { seqIdx, state, start, lengths } = options;
    requireTensors(op, { x }, { seqIdx, start, lengths });
    this.#requireWidth(op, x, 3, "[b,l,d]");
    if (state && (seqIdx || !start))
      throw new ConfigError(
        `${op}: a state must come with start, and without seqIdx; got ${seqIdx ? "both" : "no start"}.`,
        {
          op,
          field: seqIdx ? "seqIdx" : "start",
        },
      );
    return tidy(() => this.#forward(x, options));
  }

  #forward(x: Tensor, { seqIdx, state, start, lengths }: AttentionForwardOptions): AttentionResult {
    const [qkv, up, gate] = this.#project(x);
    const initialState = state?.conv && slice(state.conv, 2, 1);
    const convolved = this.conv1d ? this.conv1d.forward(qkv, { seqIdx, initialState }) : qkv;
    const [q, k, v] = this.#headsOf(convolved, start);
    const { scale } = this;
    if (!state) return { y: this.#finish(attention(q, k, v, { scale, causal: true, seqIdx }), up, gate) };
    const context = cachedAttention(q, k, v, state, start!, { scale });
    const conv = state.conv && lastInputs(qkv, state.conv, lengths);
    return { y: this.#finish(context, up, gate), state: after(state, conv) };
  }

  /**
   * One token of each row; its key and value are appended to the state's caches in place.
   *
   * @param x [b, dModel], f32 or f64
   * @param start i32 [b], tokens that the state holds of each row
   * @returns y [b, dModel] and the state after it, with the same caches under tensors of its own
   * @throws ShapeError, DTypeError when they do not fit together
   * @example
   * const layer = new Attention(8, { heads: 2, rotary: { size: 4 } });
   * const { y } = layer.step(ones([1, 8]), layer.emptyState(1, 16), tensor([0], { dtype: "i32" }));
   * console.log(y.shape.join()); // 1,8
   */
  step(x: Tensor, state: AttentionState, start: Tensor): Required<AttentionResult> {
    requireArity("Attention.step", arguments, 3);
    const op = "Attention.step";
    requireOptions(op, state, "state");
    requireTensors(op, { x, start });
    this.#requireWidth(op, x, 2, "[b,d]");
    return tidy(() => {
      const [qkv, up, gate] = this.#project(x);
      const convolved = this.conv1d && this.conv1d.step(qkv, state.conv!);
      const [q, k, v] = this.#headsOf(unsqueezeTokens(convolved?.y ?? qkv), start);
      const context = cachedAttention(q, k, v, state, start, { scale: this.scale });
      const y = this.#finish(context, up && unsqueezeTokens(up), gate && unsqueezeTokens(gate));
      return { y: reshape(y, x.shape), state: after(state, convolved?.state) };
    });
  }

  get #channels(): number {
    return (this.heads + 2 * this.keyValueHeads) * this.headDim;
  }

  #requireWidth(op: string, x: Tensor, rank: number, must: string): void {
    if (x.shape.length === rank && x.shape.at(-1) === this.dModel) return;
    throw ShapeError.must(op, "x", `be ${must} with d = ${this.dModel}`, x.shape, this.dModel);
  }

  /** in_proj, as views: q, k and v together, and the two halves of the gated part. */
  #project(x: Tensor): [qkv: Tensor, up?: Tensor, gate?: Tensor] {
    const projected = this.inProj.forward(x);
    if (this.dMlp === 0) return [projected];
    return split(projected, [this.#channels, this.dMlp / 2, this.dMlp / 2], -1);
  }

  /** [b, l, channels] as q, k and v, [b, l, …, headDim], the first two rotated. */
  #headsOf(qkv: Tensor, start: Tensor | undefined): [q: Tensor, k: Tensor, v: Tensor] {
    const { heads, keyValueHeads, headDim } = this;
    const as = (part: Tensor, count: number): Tensor => reshape(part, [...qkv.shape.slice(0, 2), count, headDim]);
    if (!this.rotary) {
      const [q, k, v] = split(qkv, [heads * headDim, keyValueHeads * headDim, keyValueHeads * headDim], -1);
      return [as(q!, heads), as(k!, keyValueHeads), as(v!, keyValueHeads)];
    }
    const [qk, v] = split(qkv, [(heads + keyValueHeads) * headDim, keyValueHeads * headDim], -1);
    const turned = rotated(as(qk!, heads + keyValueHeads), start, this.rotary);
    const [q, k] = split(turned, [heads, keyValueHeads], 2);
    return [q!, k!, as(v!, keyValueHeads)];
  }

  /** out_proj of [heads·a | up · silu(gate)] */
  #finish(context: Tensor, up: Tensor | undefined, gate: Tensor | undefined): Tensor {
    const flat = reshape(context, [...context.shape.slice(0, 2), this.heads * this.headDim]);
    return this.outProj.forward(up && gate ? concat([flat, mul(up, silu(gate))], -1) : flat);
  }
}

/** [b, c] as [b, 1, c], a view */
function unsqueezeTokens(x: Tensor): Tensor {
  return reshape(x, [x.shape[0]!, 1, x.shape[1]!]);
}
