// Sizes that follow from a configuration: widths, the shape of every parameter under its official name, and their count.

import { type Mamba2Config, requireConfig } from "./config.ts";

export interface Mamba2Dimensions {
  /** expand · dModel */
  readonly dInner: number;
  readonly dSsm: number;
  /** channels of the MLP beside the state-space part: dInner − dSsm */
  readonly dMlp: number;
  readonly nHeads: number;
  /** channels of the convolution: x, B and C */
  readonly convDim: number;
  /** rows of in_proj: Σ columns */
  readonly dInProj: number;
  /** what in_proj makes: z0 and x0 (dMlp each), z (dSsm), xBC (convDim), dt (nHeads) */
  readonly columns: readonly [z0: number, x0: number, z: number, xBC: number, dt: number];
  /** what the convolution makes: x (dSsm), B and C (nGroups · dState each) */
  readonly convColumns: readonly [x: number, B: number, C: number];
  readonly paddedVocabSize: number;
  /** width of the gated MLP after each mixer, a multiple of 128; 0: none */
  readonly dMlpBlock: number;
}

const MLP_MULTIPLE = 128;

/**
 * The sizes that follow from a configuration: dInner = expand·dModel, nHeads = dSsm / headDim, convDim = dSsm + 2·nGroups·dState, …
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * const { dInner, nHeads } = dimensions(preset("tiny")); // 192, 6
 */
export function dimensions(config: Mamba2Config): Mamba2Dimensions {
  requireConfig("dimensions", config);
  const dInner = config.expand * config.dModel;
  const dSsm = config.dSsm ?? dInner;
  const dMlp = dInner - dSsm;
  const nHeads = dSsm / config.headDim;
  const bDim = config.nGroups * config.dState;
  const convDim = dSsm + 2 * bDim;
  return Object.freeze({
    dInner,
    dSsm,
    dMlp,
    nHeads,
    convDim,
    dInProj: 2 * dMlp + dSsm + convDim + nHeads,
    columns: Object.freeze([dMlp, dMlp, dSsm, convDim, nHeads] as const),
    convColumns: Object.freeze([dSsm, bDim, bDim] as const),
    paddedVocabSize: roundUp(config.vocabSize, config.padVocabSizeMultiple),
    dMlpBlock: roundUp(config.dIntermediate, MLP_MULTIPLE),
  });
}

/**
 * Every parameter's official name and shape, in the order of the official state dict. A tied lm_head is no parameter.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * const shape = parameterShapes(preset("tiny")).get("backbone.embedding.weight"); // [256, 96]
 */
export function parameterShapes(config: Mamba2Config): Map<string, readonly number[]> {
  requireConfig("parameterShapes", config);
  const { dModel, nLayer, dConv, rmsNorm, gatedNorm, bias, convBias, dHasHeadDim, tieEmbeddings } = config;
  const { dInner, dSsm, nHeads, convDim, dInProj, paddedVocabSize, dMlpBlock } = dimensions(config);
  const shapes = new Map<string, readonly number[]>();
  const norm = (path: string): void => {
    shapes.set(`${path}.weight`, [dModel]);
    if (!rmsNorm) shapes.set(`${path}.bias`, [dModel]);
  };
  shapes.set("backbone.embedding.weight", [paddedVocabSize, dModel]);
  for (let layer = 0; layer < nLayer; layer++) {
    const block = `backbone.layers.${layer}`;
    const mixer = `${block}.mixer`;
    norm(`${block}.norm`);
    shapes.set(`${mixer}.dt_bias`, [nHeads]);
    shapes.set(`${mixer}.A_log`, [nHeads]);
    shapes.set(`${mixer}.D`, [dHasHeadDim ? dSsm : nHeads]);
    shapes.set(`${mixer}.in_proj.weight`, [dInProj, dModel]);
    if (bias) shapes.set(`${mixer}.in_proj.bias`, [dInProj]);
    shapes.set(`${mixer}.conv1d.weight`, [convDim, 1, dConv]);
    if (convBias) shapes.set(`${mixer}.conv1d.bias`, [convDim]);
    if (gatedNorm) shapes.set(`${mixer}.norm.weight`, [dSsm]);
    shapes.set(`${mixer}.out_proj.weight`, [dModel, dInner]);
    if (bias) shapes.set(`${mixer}.out_proj.bias`, [dModel]);
    if (dMlpBlock > 0) {
      norm(`${block}.norm2`);
      shapes.set(`${block}.mlp.fc1.weight`, [2 * dMlpBlock, dModel]);
      shapes.set(`${block}.mlp.fc2.weight`, [dModel, dMlpBlock]);
    }
  }
  norm("backbone.norm_f");
  if (!tieEmbeddings) shapes.set("lm_head.weight", [paddedVocabSize, dModel]);
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
  let count = 0;
  for (const shape of parameterShapes(config).values()) count += shape.reduce((product, size) => product * size, 1);
  return count;
}

function roundUp(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple;
}
