// Fields of the parts beside the mixer: attention, MLP, experts; and the multipliers of a whole model.
import {
  type Fields,
  flag,
  integer,
  listOf,
  notNegative,
  oneOf,
  orNull,
  positive,
  within,
  defaultsOf,
  fieldsRule,
} from "./rules.ts";

/** Rotation of queries and keys by their position. */
export interface RotaryConfig {
  /** entries of each head that turn, an even number; the rest pass */
  readonly size: number;
  /** the angle of pair i at position t is t · theta^(−2i/size) */
  readonly theta: number;
  /** pairs are (2i, 2i + 1) instead of (i, i + size/2) */
  readonly interleaved: boolean;
}

/** Causal attention, every attention layer alike. */
export interface AttentionConfig {
  readonly heads: number;
  /** heads of keys and values; query head j reads number floor(j / (heads / keyValueHeads)). null: heads */
  readonly keyValueHeads: number | null;
  /** width of a head; null: dModel / heads */
  readonly headDim: number | null;
  /** factor of the scores; null: headDim^(−1/2) */
  readonly scale: number | null;
  /** biases of queries, keys and values */
  readonly bias: boolean;
  /** bias of the output projection */
  readonly outBias: boolean;
  /** null: no positions */
  readonly rotary: RotaryConfig | null;
  /** width of a causal convolution of queries, keys and values before the rotation; 0: none */
  readonly dConv: number;
  /** width of a gated MLP beside the attention, in its projections; 0: none */
  readonly dMlp: number;
}

/** The feed-forward part of a layer; its width is dIntermediate. */
export interface MlpConfig {
  /** dIntermediate is rounded up to a multiple of this */
  readonly multipleOf: number;
  readonly activation: Activation;
  /** fc2(up · act(gate)) instead of fc2(act(fc1)) */
  readonly gated: boolean;
  readonly bias: boolean;
}

/** silu(x), or relu(x)². */
export type Activation = "silu" | "relu2";

/** A mixture of experts: each token goes through `perToken` of `count` MLPs. */
export interface ExpertsConfig {
  readonly count: number;
  readonly perToken: number;
  /** width of one expert */
  readonly width: number;
  readonly activation: Activation;
  readonly gated: boolean;
  /** "softmax": weights are the softmax of the chosen logits; "sigmoid": the chosen sigmoids, the choice is by sigmoid + correction */
  readonly routing: "softmax" | "sigmoid";
  /** sigmoid routing: weights are divided by their sum */
  readonly normalize: boolean;
  /** factor of the weights */
  readonly scale: number;
  /** sigmoid routing: experts are chosen within the best `topGroups` of so many groups */
  readonly groups: number;
  readonly topGroups: number;
  /** width that the experts read and write, between two projections; 0: dModel */
  readonly latent: number;
  /** width of an MLP that every token goes through; 0: none */
  readonly sharedWidth: number;
  /** biases of the shared MLP and the latent projections */
  readonly bias: boolean;
}

/** Factors in the model, all 1 unless a family has them. */
export interface Multipliers {
  readonly embedding: number;
  /** of the logits */
  readonly logits: number;
  /** of every sublayer's output, before it is added */
  readonly residual: number;
  readonly attentionIn: number;
  readonly attentionOut: number;
  /** of the keys, before their rotation */
  readonly key: number;
  readonly ssmIn: number;
  readonly ssmOut: number;
  /** of what in_proj makes: z, x, B, C, dt */
  readonly ssm: readonly [z: number, x: number, B: number, C: number, dt: number];
  /** of the MLP's gate, before its activation */
  readonly mlpGate: number;
  readonly mlpOut: number;
}

const MOST_FACTOR = 1e6;
const factor = within(MOST_FACTOR);
/** 1e11 is published. */
const MOST_THETA = 1e15;

export const ROTARY_FIELDS: Fields<RotaryConfig> = {
  size: [64, integer(2, 2 ** 16)],
  theta: [10_000, positive(MOST_THETA)],
  interleaved: [false, flag],
};

export const ATTENTION_FIELDS: Fields<AttentionConfig> = {
  heads: [1, integer(1)],
  keyValueHeads: [null, orNull(integer(1))],
  headDim: [null, orNull(integer(1))],
  scale: [null, orNull(factor)],
  bias: [false, flag],
  outBias: [false, flag],
  rotary: [null, orNull(fieldsRule)],
  dConv: [0, integer(0)],
  dMlp: [0, integer(0)],
};

export const MLP_FIELDS: Fields<MlpConfig> = {
  multipleOf: [128, integer(1)],
  activation: ["silu", oneOf("silu", "relu2")],
  gated: [true, flag],
  bias: [false, flag],
};

export const EXPERTS_FIELDS: Fields<ExpertsConfig> = {
  count: [8, integer(1)],
  perToken: [2, integer(1)],
  width: [1024, integer(1)],
  activation: ["silu", oneOf("silu", "relu2")],
  gated: [true, flag],
  routing: ["softmax", oneOf("softmax", "sigmoid")],
  normalize: [true, flag],
  scale: [1, notNegative(MOST_FACTOR)],
  groups: [1, integer(1)],
  topGroups: [1, integer(1)],
  latent: [0, integer(0)],
  sharedWidth: [0, integer(0)],
  bias: [false, flag],
};

export const MULTIPLIER_FIELDS: Fields<Multipliers> = {
  embedding: [1, factor],
  logits: [1, factor],
  // above 0: the stream is divided by it
  residual: [1, positive(MOST_FACTOR)],
  attentionIn: [1, factor],
  attentionOut: [1, factor],
  key: [1, factor],
  ssmIn: [1, factor],
  ssmOut: [1, factor],
  ssm: [Object.freeze([1, 1, 1, 1, 1] as const), listOf(5, factor)],
  mlpGate: [1, factor],
  mlpOut: [1, factor],
};

export const DEFAULT_MLP: MlpConfig = defaultsOf(MLP_FIELDS);
export const NO_MULTIPLIERS: Multipliers = defaultsOf(MULTIPLIER_FIELDS);
