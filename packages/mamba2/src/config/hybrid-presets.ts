// Published hybrids, as far as every number of theirs is known.
import type { Mamba2Fields } from "./config.ts";
import type { Layer, Sublayer } from "./layers.ts";
import type { AttentionConfig } from "./parts.ts";

export type HybridPresetName = "falcon-h1-0.5b" | "granite-4.0-h-350m" | "bamba-9b" | "nemotron-3-nano-4b";

/** Attention whose projections have no biases. */
const attention = (
  heads: number,
  keyValueHeads: number,
  headDim: number,
  rest: Partial<AttentionConfig> = {},
): Partial<AttentionConfig> => ({ heads, keyValueHeads, headDim, ...rest });

/** A mixer and an MLP in each layer, attention in the mixer's place in some. */
function withAttentionAt(count: number, indices: readonly number[]): readonly Layer[] {
  return Array.from({ length: count }, (_, i): Layer => [indices.includes(i) ? "attention" : "mixer", "mlp"]);
}

const LETTERS: Readonly<Record<string, Sublayer>> = { M: "mixer", "-": "mlp", "*": "attention" };

export const HYBRID_PRESETS: Readonly<Record<HybridPresetName, Mamba2Fields>> = {
  /** tiiuae/Falcon-H1-0.5B */
  "falcon-h1-0.5b": {
    dModel: 1024,
    layers: Array.from({ length: 36 }, (): Layer => ["mixer+attention", "mlp"]),
    vocabSize: 32_784,
    padVocabSizeMultiple: 1,
    expand: 1.5,
    dState: 128,
    chunkSize: 128,
    gatedNorm: false,
    outBias: false,
    dIntermediate: 2048,
    mlp: { multipleOf: 1 },
    attention: attention(8, 2, 64, { rotary: { size: 64, theta: 1e11, interleaved: false } }),
    multipliers: {
      embedding: 5.656854249492381,
      logits: 0.0390625,
      key: 0.390625,
      attentionOut: 0.9375,
      ssmIn: 1.25,
      ssmOut: 0.23570226039551587,
      ssm: [0.3535533905932738, 0.25, 0.3535533905932738, 0.5, 0.3535533905932738],
      mlpGate: 0.8838834764831844,
      mlpOut: 0.5859375,
    },
    tieEmbeddings: false,
    bosTokenId: 1,
    eosTokenId: 11,
    padTokenId: 0,
  },
  /** ibm-granite/granite-4.0-h-350m */
  "granite-4.0-h-350m": {
    dModel: 768,
    layers: withAttentionAt(32, [10, 13, 17, 27]),
    vocabSize: 100_352,
    padVocabSizeMultiple: 1,
    headDim: 32,
    dState: 128,
    dIntermediate: 2048,
    mlp: { multipleOf: 1 },
    attention: attention(12, 4, 64, { scale: 0.015625 }),
    multipliers: { embedding: 12, residual: 0.246, logits: 1 / 3 },
    bosTokenId: 100_257,
    eosTokenId: 100_257,
  },
  /** ibm-ai-platform/Bamba-9B */
  "bamba-9b": {
    dModel: 4096,
    layers: withAttentionAt(32, [9, 18, 27]),
    vocabSize: 128_256,
    padVocabSizeMultiple: 1,
    dState: 128,
    dIntermediate: 14_336,
    mlp: { multipleOf: 1 },
    attention: attention(32, 8, 128, { rotary: { size: 64, theta: 10_000, interleaved: false } }),
    tieEmbeddings: false,
    bosTokenId: 128_000,
    eosTokenId: 128_001,
  },
  /** nvidia/NVIDIA-Nemotron-3-Nano-4B */
  "nemotron-3-nano-4b": {
    dModel: 3136,
    layers: [..."M-M-M-MM-M-M*-M-M*-M-M-M*-M-M-MM*-MMM-M-M-"].map((letter): Layer => [LETTERS[letter]!]),
    vocabSize: 131_072,
    padVocabSizeMultiple: 1,
    expand: 7680 / 3136,
    headDim: 80,
    nGroups: 8,
    dState: 128,
    chunkSize: 128,
    dIntermediate: 12_544,
    mlp: { multipleOf: 1, activation: "relu2", gated: false },
    attention: attention(40, 8, 128),
    tieEmbeddings: false,
    bosTokenId: 1,
    eosTokenId: 2,
    padTokenId: 0,
  },
};
