// Mamba2Mixer: one Mamba-2 layer. Projection, short convolution, state-space scan, gated norm, projection.
import {
  Builder, CausalConv1d, type Linear, Module, onesInit, type Parameter, projectedStep, projection, type QuantizedLinear, RMSNormGated, ssd, uniformInit,
} from "@x/nn";
import { concat, exp, mul, neg, pad, permute, reshape, silu, slice, split, type Tensor } from "@x/tensor";
import type { Mamba2Config } from "./config.ts";
import { dimensions, type Mamba2Dimensions } from "./dimensions.ts";
import { aLogInit, dtBiasInit } from "./init-hook.ts";
import type { LayerState } from "./state.ts";

export interface MixerOptions {
  /** [b, l] i32, the number of each token's document: neither convolution nor state crosses a boundary; −1 is padding */
  readonly seqIdx?: Tensor | undefined;
  /** continue from here instead of from nothing */
  readonly state?: LayerState | undefined;
  /** also return the state after the last token */
  readonly returnState?: boolean;
}

/** What a mixer returns; `state` only on request. */
export interface MixerResult {
  readonly y: Tensor;
  readonly state?: LayerState;
}

/**
 * One Mamba-2 layer, with every option of the official one. Names and split order are those of its checkpoints:
 * in_proj makes `[z0 dMlp | x0 dMlp | z dSsm | x dSsm | B g·n | C g·n | dt h]`.
 *
 * Source: Dao and Gu, "Transformers are SSMs", 2024; state-spaces/mamba e9594ce, modules/mamba2.py.
 *
 * @example
 * const mixer = new Mamba2Mixer(mamba2Config({ dModel: 64, headDim: 16 }));
 * const { y } = mixer.forward(ones([1, 5, 64]));   // [1, 5, 64]
 */
export class Mamba2Mixer extends Module {
  /** [h] */
  readonly dtBias: Parameter;
  /** [h] */
  readonly aLog: Parameter;
  /** [h], or [dSsm] with dHasHeadDim */
  readonly d: Parameter;
  readonly inProj: Linear | QuantizedLinear;
  readonly conv1d: CausalConv1d;
  readonly norm: RMSNormGated | undefined;
  readonly outProj: Linear | QuantizedLinear;
  readonly config: Mamba2Config;
  readonly dims: Mamba2Dimensions;

  constructor(config: Mamba2Config, builder: Builder = new Builder()) {
    super();
    const dims = dimensions(config);
    const { dModel, dConv, convInit, normEps, bias } = config;
    this.config = config;
    this.dims = dims;
    this.dtBias = builder.parameter("dt_bias", { role: "dt_bias", shape: [dims.nHeads], init: dtBiasInit(config) });
    this.aLog = builder.parameter("A_log", { role: "A_log", shape: [dims.nHeads], init: aLogInit(config.aInitRange) });
    this.d = builder.parameter("D", { role: "D", shape: [config.dHasHeadDim ? dims.dSsm : dims.nHeads], init: onesInit });
    this.inProj = projection(dModel, dims.dInProj, { bias, builder: builder.at("in_proj") });
    this.conv1d = new CausalConv1d(dims.convDim, dConv, {
      bias: config.convBias, builder: builder.at("conv1d"), ...(convInit === null ? {} : { init: uniformInit(-convInit, convInit) }),
    });
    this.norm = config.gatedNorm
      ? new RMSNormGated(dims.dSsm, {
        eps: normEps, groupSize: dims.dSsm / config.nGroups, normBeforeGate: config.normBeforeGate, builder: builder.at("norm"),
      })
      : undefined;
    this.outProj = projection(dims.dInner, dModel, { bias, role: "residual-projection", builder: builder.at("out_proj") });
  }

  /** @param u [b, l, d] @returns y [b, l, d] */
  forward(u: Tensor, { seqIdx, state, returnState = false }: MixerOptions = {}): MixerResult {
    const { dSsm, nHeads } = this.dims;
    const { headDim, chunkSize, dtLimit } = this.config;
    const [b, l] = u.shape as [number, number];
    const { z, xBC, dt, mlp } = this.#project(u);
    const conv = this.conv1d.forward(xBC, { seqIdx, initialState: state && slice(state.conv, 2, 1) }); // [b, l, convDim]
    const { x, B, C } = this.#splitConv(conv);
    const heads = (value: Tensor): Tensor => reshape(value, [b, l, nHeads, headDim]);
    const scan = ssd(heads(x), dt, this.#a(), this.#groups(B), this.#groups(C), {
      D: this.#dPerHead(), dtBias: this.dtBias.value, z: this.norm ? undefined : heads(z),
      initialState: state?.ssm, seqIdx, dtLimit, chunkSize,
    });
    const y = reshape(scan.y, [b, l, dSsm]);
    const out = this.#output(this.norm ? this.norm.forward(y, z) : y, mlp);
    return returnState ? { y: out, state: { conv: lastInputs(xBC, this.config.dConv, state?.conv), ssm: scan.finalState } } : { y: out };
  }

  /** One token. @param u [b, d] @returns y [b, d] and the state after it */
  step(u: Tensor, state: LayerState): Required<MixerResult> {
    const { dMlp, dSsm } = this.dims;
    const { nGroups, dtLimit } = this.config;
    const projected = this.inProj.forward(u); // [b, dInProj]
    const gateAfter = this.norm?.normBeforeGate === true;
    const { y, ...next } = projectedStep(projected, state, {
      weight: this.conv1d.weight.value, bias: this.conv1d.bias?.value, dtBias: this.dtBias.value, aLog: this.aLog.value, D: this.#dPerHead(),
    }, { groups: nGroups, gated: !gateAfter, dtLimit });
    const part = (start: number, size: number): Tensor => slice(projected, 1, start, start + size);
    const normed = this.norm ? this.norm.forward(y, gateAfter ? part(2 * dMlp, dSsm) : undefined) : y;
    return { y: this.#output(normed, dMlp === 0 ? undefined : mul(silu(part(0, dMlp)), part(dMlp, dMlp))), state: next };
  }

  /** in_proj and its split; `mlp` is the part of the inner width that bypasses the scan. */
  #project(u: Tensor): { z: Tensor; xBC: Tensor; dt: Tensor; mlp: Tensor | undefined } {
    const { dMlp, dSsm, convDim, nHeads } = this.dims;
    const projected = this.inProj.forward(u); // […, dInProj]
    if (dMlp === 0) {
      const [z, xBC, dt] = split(projected, [dSsm, convDim, nHeads], -1) as [Tensor, Tensor, Tensor];
      return { z, xBC, dt, mlp: undefined };
    }
    const [z0, x0, z, xBC, dt] = split(projected, [dMlp, dMlp, dSsm, convDim, nHeads], -1) as [Tensor, Tensor, Tensor, Tensor, Tensor];
    return { z, xBC, dt, mlp: mul(silu(z0), x0) };
  }

  #splitConv(xBC: Tensor): { x: Tensor; B: Tensor; C: Tensor } {
    const bc = this.config.nGroups * this.config.dState;
    const [x, B, C] = split(xBC, [this.dims.dSsm, bc, bc], -1) as [Tensor, Tensor, Tensor];
    return { x, B, C };
  }

  /** […, g·n] → […, g, n] */
  #groups(value: Tensor): Tensor {
    return reshape(value, [...value.shape.slice(0, -1), this.config.nGroups, this.config.dState]);
  }

  /** A = −exp(A_log) [h] */
  #a(): Tensor {
    return neg(exp(this.aLog.value));
  }

  #dPerHead(): Tensor {
    return this.config.dHasHeadDim ? reshape(this.d.value, [this.dims.nHeads, this.config.headDim]) : this.d.value;
  }

  /** out_proj of `[mlp | y]`. */
  #output(y: Tensor, mlp: Tensor | undefined): Tensor {
    return this.outProj.forward(mlp ? concat([mlp, y], -1) : y);
  }
}

/** The last `width` inputs of the convolution, oldest first, of what came before and now; zeros where there is nothing. [b, c, w] */
function lastInputs(xBC: Tensor, width: number, before: Tensor | undefined): Tensor {
  const l = xBC.shape[1]!;
  const recent = permute(slice(xBC, 1, Math.max(0, l - width)), [0, 2, 1]); // [b, c, min(l, w)]
  if (l >= width) return recent;
  return before ? concat([slice(before, 2, l), recent], 2) : pad(recent, 2, width - l, 0);
}
