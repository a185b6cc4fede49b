// The attention of a configuration: nn's module, with the model's factors around and within it.
import { Attention, type AttentionForwardOptions, type Builder } from "@x/nn/core";
import type { Tensor } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";
import type { LayerState } from "../state/layer-state.ts";
import type { Padding } from "../inputs/padding.ts";
import { scaled } from "./multipliers.ts";

/** Factors of the attention's input and output. */
export interface AttentionFactors {
  readonly input: number;
  readonly output: number;
}

/**
 * Whether attentionIn may as well be a factor of the scores (its square: of q and k) and of the output (of v): where nothing between in_proj and out_proj is added, or
 * no product.
 */
function linearThrough({ attention }: Mamba2Config): boolean {
  const { bias, outBias, dConv, dMlp } = attention!;
  return !bias && !outBias && dConv === 0 && dMlp === 0;
}

/** What is left of the factors beside those in the scale of {@link attentionOf}. */
export function attentionFactors(config: Mamba2Config): AttentionFactors {
  const { attentionIn, attentionOut } = config.multipliers;
  return linearThrough(config)
    ? { input: 1, output: attentionOut * attentionIn }
    : { input: attentionIn, output: attentionOut };
}

/** The module; the factor of the keys is one of the scores. */
export function attentionOf(config: Mamba2Config, builder: Builder): Attention {
  const { bias, outBias, rotary, dConv, dMlp, scale } = config.attention!;
  const { heads, keyValueHeads, headDim } = dimensions(config).attention!;
  const { attentionIn, key } = config.multipliers;
  return new Attention(config.dModel, {
    heads,
    keyValueHeads,
    headDim,
    scale: (scale ?? headDim ** -0.5) * key * (linearThrough(config) ? attentionIn ** 2 : 1),
    bias,
    outBias,
    rotary,
    dConv,
    dMlp,
    builder,
  });
}

/** What {@link attend} goes on from: the layer's state, which must have room, and how many tokens it holds of each row. */
export interface AttendOptions extends Pick<AttentionForwardOptions, "seqIdx"> {
  readonly padding?: Padding | undefined;
  readonly state?: LayerState | undefined;
  /** i32 [b] */
  readonly start?: Tensor | undefined;
}

/** Attention of tokens [b, l, d], or of one of each row [b, d]. Where the layer's state has caches they are appended to in place. */
export function attend(
  attention: Attention,
  { input, output }: AttentionFactors,
  x: Tensor,
  { state, start, seqIdx, padding }: AttendOptions,
): { readonly y: Tensor; readonly state?: LayerState } {
  const { keys, values, attentionConv } = state ?? {};
  const before = keys && values && { keys, values, ...(attentionConv && { conv: attentionConv }) };
  const given = scaled(x, input);
  const { y, state: after } =
    x.shape.length === 2
      ? attention.step(given, before!, start!)
      : attention.forward(given, before ? { state: before, start, lengths: padding?.lengths } : { seqIdx });
  const result = scaled(y, output);
  if (!after) return { y: result };
  const { conv, ...caches } = after;
  return { y: result, state: conv ? { ...caches, attentionConv: conv } : caches };
}
