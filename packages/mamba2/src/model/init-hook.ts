// How a Mamba-2 is drawn: the default, the tables of the three reference implementations, and the residual rescaling with its factor.
// One hook per parameter, called once while the model is built; nothing is ever drawn a second time.
import { describeValue } from "@x/base";
import {
  type InitHook,
  type Initializer,
  kaimingUniformInit,
  mapInit,
  normalInit,
  type ParameterInfo,
  scaledInit,
  uniformInit,
  valuesInit,
  zerosInit,
} from "@x/nn/core";
import { ConfigError, requireArity, requireArray, requireOptions, strict } from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "../config/config.ts";

/**
 * Ways to draw a model.
 *
 * - `default`: the official table; projections into the residual stream × 1/√(residualsPerLayer·L), which with the config's default of
 *   2 residuals per layer is **1/√(2L)**; unscaled when the config's `rescalePrenormResidual` is false.
 * - `official`: state-spaces/mamba (e9594ce). The same table with **1/√L**, with or without MLP blocks: MambaLMHeadModel applies its
 *   hook to the whole model once more with one residual per layer, whatever MixerModel passed before.
 * - `fla`: flash-linear-attention (bc3b101). Projections, convolution and head N(0, 0.02), convolution bias 0, **1/√L**.
 * - `hf`: transformers (d6a6c82). Embedding, projections and head N(0, 0.1), A_log = ln(1 … heads), convolution bias 0, **unscaled**
 *   (its `rescale_prenorm_residual` is false by default).
 * - `unscaled`: the official table without rescaling.
 */
export type InitPreset = "default" | "official" | "fla" | "hf" | "unscaled";

/** Every named way to draw parameters. */
export const INIT_PRESETS: readonly InitPreset[] = Object.freeze([
  "default",
  "official",
  "fla",
  "hf",
  "unscaled",
] as const);

/** Whether a text is the name of a way to draw. */
export function isInitPreset(name: string): name is InitPreset {
  requireArity("isInitPreset", arguments, 1);
  return (INIT_PRESETS as readonly string[]).includes(name);
}

/**
 * The hook of a preset. It decides by role; what it does not mention is drawn as the modules draw it, which is the official way.
 *
 * Projections into the residual stream (`out_proj.weight`, and `fc2.weight` of an MLP) are drawn kaiming-uniform with a = √5, standard
 * deviation 1/√(3·fanIn), and multiplied by the factor once; so are those of attention and experts. `residualsPerLayer` is taken as the configuration says, 2 by default: for the
 * real number of additions to the stream it is the number of sublayers over that of layers.
 *
 * @throws ConfigError for an unknown name
 * @example
 * const model = new Mamba2LM(preset("tiny"), { init: initHook("official", preset("tiny")) });   // or init: "official"
 */
export function initHook(name: InitPreset, config: Mamba2Config): InitHook {
  requireArity("initHook", arguments, 2);
  requireConfig("initHook", config);
  return strict("init", hookOf(name, config));
}

function hookOf(name: InitPreset, config: Mamba2Config): InitHook {
  switch (name) {
    case "default":
      return official(config, residualFactor(config));
    case "official":
      return official(config, oneResidualPerLayer);
    case "unscaled":
      return official(config, () => 1);
    case "fla":
      return fla(config);
    case "hf":
      return hf;
    default:
      throw new ConfigError(`init: must be one of ${INIT_PRESETS.join(", ")}; got ${describeValue(name)}.`, {
        expected: INIT_PRESETS,
        got: name,
      });
  }
}

type Factor = (layers: number) => number;

const oneResidualPerLayer: Factor = (layers) => 1 / Math.sqrt(layers);

function residualFactor({ rescalePrenormResidual, residualsPerLayer }: Mamba2Config): Factor {
  return rescalePrenormResidual ? (layers) => 1 / Math.sqrt(residualsPerLayer * layers) : () => 1;
}

function residualProjection(parameter: ParameterInfo, factor: Factor): Initializer {
  return scaledInit(kaimingOfRows(parameter), factor(parameter.layers));
}

/** U(±1/√inputs), of the last axis: matrices of experts are stacked. */
function kaimingOfRows({ shape }: ParameterInfo): Initializer {
  return kaimingUniformInit(undefined, shape.at(-1)!);
}

function official({ initializerRange }: Mamba2Config, factor: Factor): InitHook {
  return (parameter, standard) => {
    if (parameter.role === "embedding") return normalInit(0, initializerRange);
    return parameter.role === "residual-projection" ? residualProjection(parameter, factor) : standard;
  };
}

function fla({ convInit }: Mamba2Config): InitHook {
  return (parameter, standard) => {
    switch (parameter.role) {
      case "embedding":
      case "head":
      case "projection":
        return normalInit(0, 0.02);
      case "conv":
        return convInit === null ? normalInit(0, 0.02) : standard;
      case "residual-projection":
        return residualProjection(parameter, oneResidualPerLayer);
      case "bias":
        return zerosInit;
      default:
        return standard;
    }
  };
}

const hf: InitHook = (parameter, standard) => {
  switch (parameter.role) {
    case "embedding":
    case "head":
    case "projection":
      return normalInit(0, 0.1);
    case "residual-projection":
    case "conv":
      return kaimingOfRows(parameter);
    case "A_log":
      return valuesInit((head) => Math.log(head + 1));
    case "bias":
      return zerosInit;
    default:
      return standard;
  }
};

/**
 * A_log = ln A with A uniform in [low, high): the heads' decay rates are −A.
 *
 * @throws ConfigError unless low < high, both finite in f32; an error that names `range` when it is no array
 * @example
 * const values = aLogInit([1, 16])([24], { seed: 0, stream: 0 }); // 24 numbers in [0, ln 16)
 */
export function aLogInit(range: readonly [number, number]): Initializer {
  requireArity("aLogInit", arguments, 1);
  requireArray("aLogInit", "range", range);
  const [low, high] = range;
  return mapInit(uniformInit(low, high), Math.log);
}

/**
 * dt_bias such that softplus(dt_bias) is log-uniform in [dtMin, dtMax), and at least dtInitFloor: `dt + ln(1 − e^−dt)`, the inverse of
 * softplus, computed as `dt + ln(−expm1(−dt))`, which keeps the digits of a small dt.
 *
 * @throws an error that names `config` when it is not an object
 * @example
 * const values = dtBiasInit(preset("tiny"))([6], { seed: 0, stream: 0 }); // one number per head
 */
export function dtBiasInit(config: Pick<Mamba2Config, "dtMin" | "dtMax" | "dtInitFloor">): Initializer {
  requireArity("dtBiasInit", arguments, 1);
  requireOptions("dtBiasInit", config, "config");
  const { dtMin, dtMax, dtInitFloor } = config;
  const [low, high] = [Math.log(dtMin), Math.log(dtMax)];
  return mapInit(uniformInit(0, 1), (u) => {
    const dt = Math.max(Math.exp(low + u * (high - low)), dtInitFloor);
    return dt + Math.log(-Math.expm1(-dt));
  });
}
