// Every parameter of a model by its path, in the order of the state dict, part by part.
import { type Mamba2Config, requireConfig } from "./config.ts";
import { layerOf, type Part, partsOf } from "./layers.ts";
import { dimensions, type Mamba2Dimensions } from "./dimensions.ts";
import { requireArity } from "@x/tensor/core";

/** Notes a shape; undefined where there is no such parameter. */
type Note = (name: string, shape: readonly number[] | undefined) => void;

/**
 * Every parameter's name and shape, in the order of the official state dict; names of mixers, MLPs and norms are the official ones. A tied lm_head is no parameter.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * const shape = parameterShapes(preset("tiny")).get("backbone.embedding.weight"); // [256, 96]
 */
export function parameterShapes(config: Mamba2Config): Map<string, readonly number[]> {
  requireArity("parameterShapes", arguments, 1);
  requireConfig("parameterShapes", config);
  const dims = dimensions(config);
  const { dModel, nLayer, rmsNorm, tieEmbeddings } = config;
  const shapes = new Map<string, readonly number[]>();
  const norm = (path: string): void => {
    shapes.set(`${path}.weight`, [dModel]);
    if (!rmsNorm) shapes.set(`${path}.bias`, [dModel]);
  };
  shapes.set("backbone.embedding.weight", [dims.paddedVocabSize, dModel]);
  for (let layer = 0; layer < nLayer; layer++) {
    for (const [i, sublayer] of layerOf(config, layer).entries()) {
      const block = `backbone.layers.${layer}`;
      norm(`${block}.${normName(i)}`);
      for (const part of partsOf(sublayer)) {
        PART_SHAPES[part](config, dims, (name, shape) => {
          if (shape) shapes.set(`${block}.${part}.${name}`, shape);
        });
      }
    }
  }
  norm("backbone.norm_f");
  if (!tieEmbeddings) shapes.set("lm_head.weight", [dims.paddedVocabSize, dModel]);
  return shapes;
}

/**
 * The number of parameters, vocabulary padding included.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * console.log(parameterCount(preset("tiny"))); // about 279 k
 */
export function parameterCount(config: Mamba2Config): number {
  requireArity("parameterCount", arguments, 1);
  let count = 0;
  for (const shape of parameterShapes(config).values()) count += shape.reduce((product, size) => product * size, 1);
  return count;
}

/** The name of the norm before sublayer `i` of a layer. */
export function normName(i: number): string {
  return i === 0 ? "norm" : `norm${i + 1}`;
}

const PART_SHAPES: Readonly<Record<Part, (config: Mamba2Config, dims: Mamba2Dimensions, note: Note) => void>> = {
  mixer({ dModel, dState, dConv, headDim, bias, convBias, gatedNorm, dHasHeadDim, ...config }, dims, note) {
    const { dInner, dSsm, nHeads, convDim, dInProj } = dims;
    note("dt_bias", [nHeads]);
    note("A_log", [nHeads]);
    note("D", [dHasHeadDim ? dSsm : nHeads]);
    note("init_states", config.learnableInitialState ? [nHeads, headDim, dState] : undefined);
    note("in_proj.weight", [dInProj, dModel]);
    note("in_proj.bias", bias ? [dInProj] : undefined);
    note("conv1d.weight", [convDim, 1, dConv]);
    note("conv1d.bias", convBias ? [convDim] : undefined);
    note("norm.weight", gatedNorm ? [dSsm] : undefined);
    note("out_proj.weight", [dModel, dInner]);
    note("out_proj.bias", (config.outBias ?? bias) ? [dModel] : undefined);
  },
  attention({ dModel, attention }, dims, note) {
    const { bias, outBias, dConv, dMlp } = attention!;
    const { qkvDim, outDim } = dims.attention!;
    note("in_proj.weight", [qkvDim + dMlp, dModel]);
    note("in_proj.bias", bias ? [qkvDim + dMlp] : undefined);
    note("conv1d.weight", dConv > 0 ? [qkvDim, 1, dConv] : undefined);
    note("conv1d.bias", dConv > 0 ? [qkvDim] : undefined);
    note("out_proj.weight", [dModel, outDim]);
    note("out_proj.bias", outBias ? [dModel] : undefined);
  },
  mlp({ dModel, mlp }, { dMlpBlock }, note) {
    mlpShapes(dModel, dMlpBlock, mlp, note);
  },
  experts({ dModel, experts }, _dims, note) {
    const { count, width, gated, routing, latent, sharedWidth, bias } = experts!;
    const inner = latent || dModel;
    note("router.weight", [count, dModel]);
    note("router.bias", routing === "sigmoid" ? [count] : undefined);
    note("up", [count, gated ? 2 * width : width, inner]);
    note("down", [count, inner, width]);
    if (sharedWidth > 0)
      mlpShapes(dModel, sharedWidth, { gated, bias }, (name, shape) => note(`shared.${name}`, shape));
    for (const [name, rows, columns] of [
      ["latent_in", latent, dModel],
      ["latent_out", dModel, latent],
    ] as const) {
      note(`${name}.weight`, latent > 0 ? [rows, columns] : undefined);
      note(`${name}.bias`, latent > 0 && bias ? [rows] : undefined);
    }
  },
};

function mlpShapes(
  dModel: number,
  width: number,
  { gated, bias }: { readonly gated: boolean; readonly bias: boolean },
  note: Note,
): void {
  const rows = gated ? 2 * width : width;
  note("fc1.weight", [rows, dModel]);
  note("fc1.bias", bias ? [rows] : undefined);
  note("fc2.weight", [dModel, width]);
  note("fc2.bias", bias ? [dModel] : undefined);
}
