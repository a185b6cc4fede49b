// Mamba2Mixer: one Mamba-2 layer. Projection, short convolution, state-space scan, gated norm, projection.
import { describeValue, type OptionKeys } from "@x/base";
import {
  type Builder,
  builderOf,
  CausalConv1d,
  type Linear,
  Module,
  onesInit,
  type Parameter,
  projectedStep,
  projection,
  type QuantizedLinear,
  RMSNormGated,
  ssd,
  uniformInit,
} from "@x/nn";
import {
  and,
  cast,
  checkOptions,
  concat,
  cumsum,
  eq,
  exp,
  ge,
  minimum,
  mul,
  ne,
  neg,
  pad,
  permute,
  reshape,
  ShapeError,
  showShape,
  silu,
  slice,
  split,
  Tensor,
  tidy,
  where,
} from "@x/tensor/core";
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
  static readonly fieldsOnly = true;
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

  constructor(config: Mamba2Config, given?: Builder) {
    super();
    const builder = builderOf("Mamba2Mixer", given);
    const dims = dimensions(config);
    const { dModel, dConv, convInit, normEps, bias } = config;
    this.config = config;
    this.dims = dims;
    [this.dtBias, this.aLog, this.d, this.inProj, this.conv1d, this.norm, this.outProj] = builder.whole(() => [
      builder.parameter("dt_bias", { role: "dt_bias", shape: [dims.nHeads], init: dtBiasInit(config) }),
      builder.parameter("A_log", { role: "A_log", shape: [dims.nHeads], init: aLogInit(config.aInitRange) }),
      builder.parameter("D", { role: "D", shape: [config.dHasHeadDim ? dims.dSsm : dims.nHeads], init: onesInit }),
      projection(dModel, dims.dInProj, { bias, builder: builder.at("in_proj") }),
      new CausalConv1d(dims.convDim, dConv, {
        bias: config.convBias,
        builder: builder.at("conv1d"),
        ...(convInit === null ? {} : { init: uniformInit(-convInit, convInit) }),
      }),
      config.gatedNorm
        ? new RMSNormGated(dims.dSsm, {
            eps: normEps,
            groupSize: dims.dSsm / (config.gatedNormGroups ?? config.nGroups),
            normBeforeGate: config.normBeforeGate,
            builder: builder.at("norm"),
          })
        : undefined,
      projection(dims.dInner, dModel, { bias, role: "residual-projection", builder: builder.at("out_proj") }),
    ]);
  }

  /** @param u [b, l, d] @returns y [b, l, d] */
  forward(u: Tensor, options: MixerOptions = {}): MixerResult {
    checkOptions<MixerOptions>("Mamba2Mixer.forward", options, MIXER_OPTIONS);
    requireWidth("Mamba2Mixer.forward", "u", u, "[b,l,d]", 3, this.config.dModel);
    return tidy(() => this.#forward(u, options));
  }

  #forward(u: Tensor, { seqIdx, state, returnState = false }: MixerOptions): MixerResult {
    const { dMlp, dSsm, convDim, nHeads } = this.dims;
    const { headDim, nGroups, dState, chunkSize, dtLimit, dConv } = this.config;
    const [b, l] = u.shape as [number, number];
    const projected = this.inProj.forward(u); // [b, l, dInProj]
    const front = 2 * dMlp + dSsm;
    const {
      front: gates,
      parts: [x, B, C],
      rest: dt,
    } = this.conv1d.forwardProjected(projected, {
      front,
      parts: [dSsm, nGroups * dState, nGroups * dState],
      seqIdx,
      initialState: state && slice(state.conv, 2, 1),
    });
    const heads = (value: Tensor): Tensor => reshape(value, [b, l, nHeads, headDim]);
    const scan = ssd(heads(x), dt, this.#a(), this.#groups(B), this.#groups(C), {
      D: this.#dPerHead(),
      dtBias: this.dtBias.value,
      z: this.norm ? undefined : heads(this.#gate(gates)),
      initialState: state?.ssm,
      seqIdx,
      dtLimit,
      chunkSize,
    });
    const y = reshape(scan.y, [b, l, dSsm]);
    const out = this.outProj.forward(this.norm ? this.norm.forward(y, gates, dMlp) : this.#besideMlp(y, gates));
    if (!returnState) return { y: out };
    return {
      y: out,
      state: { conv: lastInputs(projected, front, convDim, dConv, state?.conv, seqIdx), ssm: scan.finalState },
    };
  }

  /** One token. @param u [b, d] @returns y [b, d] and the state after it */
  step(u: Tensor, state: LayerState): Required<MixerResult> {
    requireWidth("Mamba2Mixer.step", "u", u, "[b,d]", 2, this.config.dModel);
    return tidy(() => this.#step(u, state));
  }

  #step(u: Tensor, state: LayerState): Required<MixerResult> {
    const { dMlp, dSsm } = this.dims;
    const { nGroups, dtLimit } = this.config;
    const projected = this.inProj.forward(u); // [b, dInProj]
    // The norm gates where it stands after the gate or writes an MLP part as well: it reads the gates of both then.
    const normGates = this.norm !== undefined && (this.norm.normBeforeGate || dMlp > 0);
    const { y, ...next } = projectedStep(
      projected,
      state,
      {
        weight: this.conv1d.weight.value,
        bias: this.conv1d.bias?.value,
        dtBias: this.dtBias.value,
        aLog: this.aLog.value,
        D: this.#dPerHead(),
      },
      { groups: nGroups, gated: !normGates, dtLimit },
    );
    const gates = normGates || dMlp > 0 ? slice(projected, 1, 0, 2 * dMlp + dSsm) : undefined;
    const normed = this.norm
      ? this.norm.forward(y, normGates ? gates : undefined, dMlp)
      : gates
        ? this.#besideMlp(y, gates)
        : y;
    return { y: this.outProj.forward(normed), state: next };
  }

  /** z of the scan, out of [z0 | x0 | z]. */
  #gate(gates: Tensor): Tensor {
    const { dMlp } = this.dims;
    return dMlp === 0 ? gates : slice(gates, -1, 2 * dMlp);
  }

  /** [silu(z0)·x0 | y], the input of out_proj where there is no norm to write both. */
  #besideMlp(y: Tensor, gates: Tensor): Tensor {
    const { dMlp } = this.dims;
    if (dMlp === 0) return y;
    const [z0, x0] = split(slice(gates, -1, 0, 2 * dMlp), dMlp, -1) as [Tensor, Tensor];
    return concat([mul(silu(z0), x0), y], -1);
  }

  /** […, g·n] → […, g, n] */
  #groups(value: Tensor): Tensor {
    return reshape(value, [...value.shape.slice(0, -1), this.config.nGroups, this.config.dState]);
  }

  /** A = −exp(A_log) [h]; A_log counts up to 88, where A is the most that an f32 holds and every decay 0 */
  #a(): Tensor {
    return neg(exp(minimum(this.aLog.value, 88)));
  }

  #dPerHead(): Tensor {
    return this.config.dHasHeadDim ? reshape(this.d.value, [this.dims.nHeads, this.config.headDim]) : this.d.value;
  }
}

export const MIXER_OPTIONS: OptionKeys<MixerOptions> = { seqIdx: true, state: true, returnState: true };

/** Raises unless a tensor has `rank` axes, of which the last is as wide as the model. */
export function requireWidth(op: string, name: string, x: Tensor, must: string, rank: number, dModel: number): void {
  if (!(x instanceof Tensor))
    throw new ShapeError(`${op}: ${name} must be a tensor ${must}; got ${describeValue(x)}.`, { op, got: x });
  if (x.shape.length === rank && x.shape.at(-1) === dModel) return;
  throw new ShapeError(`${op}: ${name} must be ${must} with d = ${dModel}; got ${showShape(x.shape)}.`, {
    op,
    expected: dModel,
    got: x.shape,
  });
}

/**
 * The last `width` inputs of the convolution, `channels` columns of `projected` from `start` on, oldest first, of what came before and now; zeros where there is nothing,
 * and of other documents than the one that a row ends in. [b, c, w]
 */
function lastInputs(
  projected: Tensor,
  start: number,
  channels: number,
  width: number,
  before: Tensor | undefined,
  seqIdx: Tensor | undefined,
): Tensor {
  const l = projected.shape[1]!;
  const inputs = permute(slice(slice(projected, 1, Math.max(0, l - width)), 2, start, start + channels), [0, 2, 1]); // [b, c, min(l, w)]
  const recent = seqIdx ? where(ofLastDocument(slice(seqIdx, 1, Math.max(0, l - width))), inputs, 0) : inputs;
  if (l >= width) return recent;
  return before ? concat([slice(before, 2, l), recent], 2) : pad(recent, 2, width - l, 0);
}

/** Which tokens of a row are of the document that it ends in: nothing changes from there to the end, which is no padding. [b, l] → [b, 1, l] bool */
function ofLastDocument(seqIdx: Tensor): Tensor {
  const [b, l] = seqIdx.shape as [number, number];
  const last = slice(seqIdx, 1, l - 1);
  const changed = pad(cast(ne(slice(seqIdx, 1, 0, l - 1), slice(seqIdx, 1, 1)), "f32"), 1, 0, 1); // at the token before a change
  return reshape(and(eq(cumsum(changed, 1, { reverse: true }), 0), ge(last, 0)), [b, 1, l]);
}
