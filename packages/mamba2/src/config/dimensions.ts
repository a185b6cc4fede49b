// Sizes that follow from a configuration: widths of its parts.

import { type Mamba2Config, requireConfig } from "./config.ts";
import type { AttentionConfig } from "./parts.ts";
import { innerWidth } from "./cross-field-rules.ts";
import { requireArity } from "@x/tensor/core";

/** Sizes that follow from a configuration; see {@link dimensions}. */
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
  /** width of the MLP parts, dIntermediate rounded up; 0: none */
  readonly dMlpBlock: number;
  /** of the attention parts */
  readonly attention: AttentionDimensions | null;
}

/** Sizes of an attention part. */
export interface AttentionDimensions {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  /** channels of queries, keys and values together: (heads + 2·keyValueHeads) · headDim */
  readonly qkvDim: number;
  /** columns of out_proj: heads · headDim, and half of dMlp */
  readonly outDim: number;
}

function attentionDimensions(dModel: number, attention: AttentionConfig): AttentionDimensions {
  const { heads, dMlp } = attention;
  const keyValueHeads = attention.keyValueHeads ?? heads;
  const headDim = attention.headDim ?? dModel / heads;
  return Object.freeze({
    heads,
    keyValueHeads,
    headDim,
    qkvDim: (heads + 2 * keyValueHeads) * headDim,
    outDim: heads * headDim + dMlp / 2,
  });
}

/**
 * The sizes that follow from a configuration: dInner = expand·dModel, nHeads = dSsm / headDim, convDim = dSsm + 2·nGroups·dState, …
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * const { dInner, nHeads } = dimensions(preset("tiny")); // 192, 6
 */
export function dimensions(config: Mamba2Config): Mamba2Dimensions {
  requireArity("dimensions", arguments, 1);
  requireConfig("dimensions", config);
  const dInner = innerWidth(config);
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
    dMlpBlock: roundUp(config.dIntermediate, config.mlp.multipleOf),
    attention: config.attention && attentionDimensions(config.dModel, config.attention),
  });
}

function roundUp(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple;
}
