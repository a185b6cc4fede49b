// Sizes and flags of the fused ops, declared once: `infer` of an op in @x/nn makes such an object, and the programs of
// both kernel packages take it. A flag named like a buffer says that the buffer is bound.

/** Where the tokens of a buffer `[b, l, …]` are, in elements. */
export interface TokenStrides {
  readonly batch: number;
  readonly token: number;
}

/** Buffers of tokens that are views, by name; those not named are dense. */
export type BufferStrides = Readonly<Record<string, TokenStrides>>;

/** Sizes of a scan: b batch, l length, h heads, p head dim, g groups, n state. */
export interface SsdSizes {
  readonly b: number;
  readonly l: number;
  readonly h: number;
  readonly p: number;
  readonly g: number;
  readonly n: number;
}

/**
 * A scan: x and z `[b, l, h, p]`, dt `[b, l, h]`, A and dtBias `[h]`, B and C `[b, l, g, n]`, states `[b, h, p, n]`,
 * seqIdx `[b, l]`.
 */
export interface SsdSpec extends SsdSizes {
  readonly dtSoftplus?: boolean;
  /** limits of dt after softplus; default [0, Infinity] */
  readonly dtLimit?: readonly [low: number, high: number];
  /** D is bound, per head `[h]` or per channel `[h, p]` */
  readonly D?: "head" | "channel" | undefined;
  readonly z?: boolean;
  readonly dtBias?: boolean;
  readonly initialState?: boolean;
  readonly seqIdx?: boolean;
  /** of x, dt, B, C, z, y, gradY and the gradients of the first five */
  readonly strides?: BufferStrides;
}

/** The gradient of a scan. */
export interface SsdBackwardSpec extends SsdSpec {
  readonly gradFinalState?: boolean;
}

/** One token of a scan: shapes as in {@link SsdSpec}, without l. */
export type SsdStepSpec = Omit<SsdSpec, "l" | "initialState" | "seqIdx">;

/**
 * A causal depthwise convolution: x and y `[batch, length, channels]`, weight `[channels, width]`, states `[batch,
 * channels, width − 1]`.
 */
export interface CausalConv1dSpec {
  readonly batch: number;
  readonly length: number;
  readonly channels: number;
  readonly width: number;
  /** default silu */
  readonly activation?: "silu" | "none";
  readonly bias?: boolean;
  /** forward: reads `initialState`, oldest input first; backward: also writes `gradInitialState` */
  readonly initialState?: boolean;
  /** forward: writes `finalState`; backward: reads `gradFinalState` */
  readonly finalState?: boolean;
  /** reads `seqIdx` i32 `[batch, length]`: a tap counts inside its document only; y is 0 where it is negative */
  readonly seqIdx?: boolean;
  /** of x, y, gradY and gradX that are views */
  readonly strides?: BufferStrides;
}

/** One token of a convolution: x `[batch, channels]`, states `[batch, channels, stateLength]`. */
export interface CausalConv1dStepSpec extends Pick<
  CausalConv1dSpec,
  "batch" | "channels" | "width" | "activation" | "bias"
> {
  /** elements from row to row of x; default channels */
  readonly pitch?: number;
  /** column of x at which the channels begin; default 0 */
  readonly start?: number;
  /** inputs that a state holds for each channel, at least width − 1; default width */
  readonly stateLength?: number;
}

/** Sizes of an attention: b batch, l queries and m keys of a row, heads of queries and of keys and values, head dim. */
export interface AttentionSizes {
  readonly b: number;
  readonly l: number;
  readonly m: number;
  readonly heads: number;
  /** a divisor of `heads`: neighbouring query heads share one */
  readonly kvHeads: number;
  readonly headDim: number;
}

/**
 * An attention: q and y `[b, l, heads, headDim]`, k and v `[b, m, kvHeads, headDim]`, statistics `[b, l, heads]`,
 * seqIdx `[b, m]`.
 */
export interface AttentionSpec extends AttentionSizes {
  /** multiplies the products of queries and keys */
  readonly scale: number;
  /** query i, of the last l of m tokens, sees keys up to m − l + i */
  readonly causal: boolean;
  readonly seqIdx?: boolean;
  /** of q, k, v, y, gradY, gradQ, gradK and gradV */
  readonly strides?: BufferStrides;
}

/**
 * An attention over a cache: q and y `[b, l, heads, headDim]`, k and v `[b, l, kvHeads, headDim]`, keys and values
 * `[b, m, kvHeads, headDim]`, where m is the capacity; start `[b]`.
 */
export type CachedAttentionSpec = Omit<AttentionSpec, "causal" | "seqIdx">;

/** A rotation of positions: x and y `[b, l, heads, headDim]`. */
export interface RotarySpec {
  readonly b: number;
  readonly l: number;
  readonly heads: number;
  readonly headDim: number;
  /** first elements of a head that are rotated, an even number */
  readonly size: number;
  readonly theta: number;
  /** pairs are neighbours; else entry i pairs with i + size/2 */
  readonly interleaved: boolean;
  /** by −angle: the gradient */
  readonly inverse: boolean;
  /** `positions` is not bound, is that of each row's first token `[b]`, or of each token `[b, l]` */
  readonly positions: "none" | "row" | "token";
  /** of x and y */
  readonly strides?: BufferStrides;
}

/** Rows `[rows, cols]`, normalised or reduced one by one. */
export interface RowSizes {
  readonly rows: number;
  readonly cols: number;
}

/** An RMS norm of rows; `residual` fuses the addition of the residual stream. */
export interface RmsNormSpec extends RowSizes {
  readonly residual?: boolean;
}

/** A layer norm of rows. */
export interface LayerNormSpec extends RowSizes {
  readonly bias: boolean;
}

/** Where silu(z) multiplies in a gated norm: nowhere, before the norm, after it. */
export type NormGate = "none" | "input" | "output";

/** A gated RMS norm: `rows` tokens of `groups` · `groupSize` channels. */
export interface RmsNormGatedSpec {
  readonly rows: number;
  readonly groups: number;
  readonly groupSize: number;
  readonly gate: NormGate;
  /** elements from token to token of z, y, gradY and gradZ that are views */
  readonly pitches?: Readonly<Record<string, number>>;
}

/** Cross entropy of rows of logits. */
export interface CrossEntropySpec extends RowSizes {
  /** rows with this target count for nothing */
  readonly ignoreIndex: number;
  /** share of the target that is spread evenly over all columns, in [0, 1) */
  readonly labelSmoothing: number;
}

/** An in-place update of `size` elements. */
export interface UpdateSpec {
  readonly size: number;
  /** weight decay applies to the elements before this one: all, or a multiple of four */
  readonly decayEnd: number;
  /** a scalar `gradScale` multiplies the gradient */
  readonly scaled: boolean;
}

/** An AdamW update. */
export type AdamwSpec = UpdateSpec;

/** An AdamW update of parameters whose moments are held in blocks of 8-bit numbers. */
export interface Adamw8bitSpec {
  /** elements */
  readonly size: number;
  /** parameters among them */
  readonly rows: number;
  /** blocks of moments of all parameters */
  readonly blocks: number;
  /** a scalar `gradScale` multiplies the gradient */
  readonly scaled: boolean;
}

/** A step of stochastic gradient descent; `momentum` says whether `velocity` is bound, and how the step uses it. */
export interface SgdSpec extends UpdateSpec {
  readonly momentum: "none" | "classic" | "nesterov";
}

/** A sum of squares of `size` elements; `previous`: a running sum is bound. */
export interface SumSquaresSpec {
  readonly size: number;
  readonly previous: boolean;
}

/** The next token of each row of logits `[rows, pitch]`, among the first `cols` of a row. */
export interface SampleTokensSpec extends RowSizes {
  /** logits of a row, the padding of the vocabulary included */
  readonly pitch: number;
  /** report log-probabilities: of the chosen token and so many of the likeliest; −1: none at all */
  readonly top: number;
  /** words of a row of the report */
  readonly width: number;
  readonly counts: boolean;
  readonly bias: boolean;
  readonly allowed: boolean;
  /** write the probabilities that the token is drawn from */
  readonly probabilities: boolean;
}

/** A choice of experts: logits `[rows, experts]`, ids and weights `[rows, perToken]`. */
export interface ExpertRoutingSpec {
  readonly rows: number;
  readonly experts: number;
  readonly perToken: number;
  readonly routing: "softmax" | "sigmoid";
  readonly normalize: boolean;
  readonly scale: number;
  readonly groups: number;
  readonly topGroups: number;
  /** `[experts]` is bound, added to the sigmoids for the choice */
  readonly correction: boolean;
}

/** Positions of `size` ids sorted by expert: order `[size]`, offsets `[experts + 1]`. */
export interface ExpertOrderSpec {
  readonly size: number;
  readonly experts: number;
}

/**
 * Products of rows with the matrices of their experts: y `[places, outputs]`, one row for each of `places` ids; the row
 * of x is that of its place, or, where `shared` ids in a row have one, of its token.
 */
export interface ExpertLinearSpec {
  readonly places: number;
  readonly shared: number;
  readonly experts: number;
  readonly inputs: number;
  readonly outputs: number;
  /** how the matrices are stored; computed in f32. Integers are buffers packed and scales in the place of weight, and never transposed. */
  readonly type: "f32" | "f16" | "bf16" | "int8" | "int4";
  /** numbers of a row that share a scale, of integers */
  readonly groupSize?: number;
  /** they are `[inputs, outputs]`, not `[outputs, inputs]`; only with `grouped` */
  readonly transposed: boolean;
  /** order and offsets of {@link ExpertOrderSpec} are bound in place of ids */
  readonly grouped: boolean;
}

/** Sums of outer products of the rows of each expert: y `[experts, a, b]`; rows of left and right as in {@link ExpertLinearSpec}. */
export interface ExpertOuterSpec {
  readonly places: number;
  readonly sharedLeft: number;
  readonly sharedRight: number;
  readonly experts: number;
  readonly a: number;
  readonly b: number;
}
