// What of a configuration the results of a model depend on, beside the names and shapes of its parameters.
import type { Mamba2Config } from "./config.ts";
import { dimensions } from "./dimensions.ts";
import { hasPart, layerOf } from "./layers.ts";

/** Fields that change how weights are drawn, how fast or how exactly things are computed, what texts are made of, or only the sizes of parameters. */
type Other =
  | "padVocabSizeMultiple"
  | "chunkSize"
  | "dIntermediate"
  | "tieEmbeddings"
  | "bias"
  | "outBias"
  | "convBias"
  | "residualInFp32"
  | "convInit"
  | "aInitRange"
  | "dtMin"
  | "dtMax"
  | "dtInitFloor"
  | "initializerRange"
  | "rescalePrenormResidual"
  | "residualsPerLayer"
  | "bosTokenId"
  | "eosTokenId"
  | "padTokenId"
  | "maxPositions";

/** Two models with the same parameters compute the same where this is equal, however their configurations were written: what is null is the value that it stands for. */
export function mathsOf(config: Mamba2Config): Omit<Mamba2Config, Other> {
  const { dModel, nLayer, vocabSize, dState, dConv, expand, headDim, nGroups, attention, experts } = config;
  const { dSsm, attention: sizes } = dimensions(config);
  const { mlp, multipliers, normEps, rmsNorm, gatedNorm, normBeforeGate, dHasHeadDim, dtLimit } = config;
  return {
    dModel,
    nLayer,
    vocabSize,
    dState,
    dConv,
    expand,
    headDim,
    nGroups,
    dSsm,
    layers: Array.from({ length: nLayer }, (_, i) => layerOf(config, i)),
    attention: hasPart(config, "attention")
      ? {
          ...attention!,
          keyValueHeads: sizes!.keyValueHeads,
          headDim: sizes!.headDim,
          scale: attention!.scale ?? sizes!.headDim ** -0.5,
        }
      : null,
    mlp: hasPart(config, "mlp")
      ? { ...mlp, multipleOf: 1 }
      : { ...mlp, multipleOf: 1, activation: "silu", gated: true, bias: false },
    experts: hasPart(config, "experts") ? experts : null,
    multipliers,
    learnableInitialState: config.learnableInitialState,
    normEps,
    rmsNorm,
    gatedNorm,
    gatedNormGroups: gatedNorm ? (config.gatedNormGroups ?? nGroups) : null,
    normBeforeGate: gatedNorm && normBeforeGate,
    dHasHeadDim,
    dtLimit,
  };
}
