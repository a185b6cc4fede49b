// A configuration as a value: what its fields mean.
import type { Layer } from "./layers.ts";
import type { AttentionConfig, ExpertsConfig, MlpConfig, Multipliers, RotaryConfig } from "./parts.ts";

/** All that is needed to build a model. Make one with {@link mamba2Config}, which fills in defaults and checks every field. */
export interface Mamba2Config {
  /** width of the residual stream */
  readonly dModel: number;
  readonly nLayer: number;
  /** number of real tokens; the embedding's rows are this, rounded up to a multiple of padVocabSizeMultiple */
  readonly vocabSize: number;
  readonly padVocabSizeMultiple: number;
  /** state size per head and channel (n) */
  readonly dState: number;
  /** width of the causal convolution (w); 1: no token sees another in it, each channel is scaled and shifted alone */
  readonly dConv: number;
  /** inner width / dModel; a fraction is allowed when the product is whole */
  readonly expand: number;
  /** channels per head (p) */
  readonly headDim: number;
  /** groups of heads that share B and C (g) */
  readonly nGroups: number;
  /** channels that pass through the state-space part; null: the whole inner width. The rest is a gated MLP beside it. */
  readonly dSsm: number | null;
  /** tokens per chunk of the scan (q); changes speed and rounding, not the model */
  readonly chunkSize: number;
  /** width of the MLP parts, rounded up to a multiple of mlp.multipleOf; 0: none */
  readonly dIntermediate: number;
  /** what each layer is made of; null: a mixer, and an MLP after it where dIntermediate is above 0 */
  readonly layers: readonly Layer[] | null;
  readonly attention: AttentionConfig | null;
  readonly mlp: MlpConfig;
  readonly experts: ExpertsConfig | null;
  readonly multipliers: Multipliers;
  /** each mixer's state before the first token is a parameter instead of 0 */
  readonly learnableInitialState: boolean;
  readonly normEps: number;
  /** block norms: RMSNorm, or LayerNorm with bias when false */
  readonly rmsNorm: boolean;
  /** the gated RMSNorm inside the mixer; false: gate only */
  readonly gatedNorm: boolean;
  /**
   * groups of channels that the gated norm norms apart; null: nGroups, as the official implementation and FLA do. 1: the full width, as transformers evaluates
   * Mamba-2 whatever its n_groups. The two differ where nGroups is above 1.
   */
  readonly gatedNormGroups: number | null;
  /** N(y)·silu(z) instead of N(y·silu(z)) */
  readonly normBeforeGate: boolean;
  /** D has one value per channel instead of one per head */
  readonly dHasHeadDim: boolean;
  /** bias of in_proj, and of out_proj unless outBias says otherwise */
  readonly bias: boolean;
  /** bias of out_proj; null: like bias */
  readonly outBias: boolean | null;
  readonly convBias: boolean;
  /** lm_head is the embedding */
  readonly tieEmbeddings: boolean;
  /** whether the residual stream is f32 where activations are not; here they always are f32, or f64, and this is kept for files only */
  readonly residualInFp32: boolean;
  /** clamp of dt after softplus; the upper end may be Infinity */
  readonly dtLimit: readonly [number, number];
  /** half-width of the uniform draw of the convolution's weight; null: 1/√dConv */
  readonly convInit: number | null;
  /** A is drawn uniformly from here and stored as A_log */
  readonly aInitRange: readonly [number, number];
  readonly dtMin: number;
  readonly dtMax: number;
  readonly dtInitFloor: number;
  /** standard deviation of the embedding's draw */
  readonly initializerRange: number;
  /** scale the projections into the residual stream by 1/√(residualsPerLayer · nLayer) when they are drawn */
  readonly rescalePrenormResidual: boolean;
  readonly residualsPerLayer: number;
  readonly bosTokenId: number | null;
  /** the token that ends a text; several when any of them does */
  readonly eosTokenId: number | readonly number[] | null;
  readonly padTokenId: number | null;
  /** tokens of the longest texts that the model was made for, where somebody says so; kept for files only, nothing is computed from it and no length refused */
  readonly maxPositions: number | null;
}

/** Fields that hold one value, as a foreign file may name them. */
export type FlatField = Exclude<keyof Mamba2Config, keyof Parts | "layers">;

/** Fields of a configuration, any of which may be missing, also inside its parts. */
export type Mamba2Fields = Partial<Omit<Mamba2Config, keyof Parts>> & {
  readonly [P in Exclude<keyof Parts, "attention">]?: Partial<Parts[P]> | Extract<Mamba2Config[P], null>;
} & { readonly attention?: AttentionFields | null };

interface Parts {
  readonly attention: AttentionConfig;
  readonly mlp: MlpConfig;
  readonly experts: ExpertsConfig;
  readonly multipliers: Multipliers;
}

type AttentionFields = Partial<Omit<AttentionConfig, "rotary">> & { readonly rotary?: Partial<RotaryConfig> | null };
