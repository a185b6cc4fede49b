// Mamba2Mixer: one Mamba-2 layer. Projection, short convolution, state-space scan, gated norm, projection.
import type { OptionKeys } from "@x/base";
import {
  type Builder,
  builderOf,
  CausalConv1d,
  type Linear,
  Module,
  onesInit,
  type Parameter,
  projection,
  type QuantizedLinear,
  RMSNormGated,
  uniformInit,
  zerosInit,
} from "@x/nn/core";
import {
  broadcastTo,
  checkOptions,
  concat,
  exp,
  minimum,
  mul,
  neg,
  requireArity,
  reshape,
  silu,
  slice,
  split,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { dimensions, type Mamba2Dimensions } from "../config/dimensions.ts";
import { lastInputs } from "../state/conv-state.ts";
import { aLogInit, dtBiasInit } from "./init-hook.ts";
import type { MixerState } from "../state/layer-state.ts";
import { ssdFromLearnedState } from "./learned-initial-state.ts";
import { partOf } from "./model-parts.ts";
import { scaled, scaledInProj } from "./multipliers.ts";
import { maskedSteps, type Padding } from "../inputs/padding.ts";
import { requireWidth } from "../inputs/require-width.ts";

/** Options of {@link Mamba2Mixer.forward}. */
export interface MixerOptions {
  /** [b, l] i32, the number of each token's document: neither convolution nor state crosses a boundary; −1 is padding. A row that begins with 0 goes on from the state. */
  readonly seqIdx?: Tensor | undefined;
  /** Which tokens count; the others change no state. Not with `seqIdx`. */
  readonly padding?: Padding | undefined;
  /** continue from here instead of from nothing */
  readonly state?: MixerState | undefined;
  /** also return the state after the last token */
  readonly returnState?: boolean | undefined;
}

/** What a mixer returns; `state` only on request. */
export interface MixerResult {
  readonly y: Tensor;
  readonly state?: MixerState;
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
  /** the state before the first token [h, p, n], with learnableInitialState; else it is 0 */
  readonly initStates: Parameter | undefined;
  readonly inProj: Linear | QuantizedLinear;
  readonly conv1d: CausalConv1d;
  readonly norm: RMSNormGated | undefined;
  readonly outProj: Linear | QuantizedLinear;
  readonly config: Mamba2Config;
  readonly dims: Mamba2Dimensions;

  constructor(config: Mamba2Config, given?: Builder) {
    requireArity("Mamba2Mixer", arguments, 2);
    super();
    const builder = builderOf("Mamba2Mixer", given);
    const dims = dimensions(config);
    const { dModel, dConv, dState, headDim, convInit, normEps, bias } = config;
    this.config = config;
    this.dims = dims;
    [this.dtBias, this.aLog, this.d, this.initStates, this.inProj, this.conv1d, this.norm, this.outProj] =
      builder.whole(() => [
        builder.parameter("dt_bias", { role: "dt_bias", shape: [dims.nHeads], init: dtBiasInit(config) }),
        builder.parameter("A_log", { role: "A_log", shape: [dims.nHeads], init: aLogInit(config.aInitRange) }),
        builder.parameter("D", { role: "D", shape: [config.dHasHeadDim ? dims.dSsm : dims.nHeads], init: onesInit }),
        config.learnableInitialState
          ? builder.parameter("init_states", {
              role: "initial-state",
              shape: [dims.nHeads, headDim, dState],
              init: zerosInit,
            })
          : undefined,
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
        projection(dims.dInner, dModel, {
          bias: config.outBias ?? bias,
          role: "residual-projection",
          builder: builder.at("out_proj"),
        }),
      ]);
  }

  /**
   * A sequence at once.
   *
   * @param u [b, l, d], f32 (f64 on the CPU)
   * @returns y [b, l, d], and the state after the last token where `returnState` asks for it
   * @throws ShapeError for an input of another width
   * @example
   * const mixer = new Mamba2Mixer(mamba2Config({ dModel: 64, headDim: 16 }));
   * const { y, state } = mixer.forward(ones([1, 5, 64]), { returnState: true });
   * mixer.step(ones([1, 64]), state!); // the sixth token
   */
  forward(u: Tensor, options: MixerOptions = {}): MixerResult {
    requireArity("Mamba2Mixer.forward", arguments, 2);
    checkOptions<MixerOptions>("Mamba2Mixer.forward", options, MIXER_OPTIONS);
    requireWidth("Mamba2Mixer.forward", "u", u, "[b,l,d]", 3, this.config.dModel);
    return tidy(() => this.#forward(u, options));
  }

  #forward(u: Tensor, { seqIdx, padding, state, returnState = false }: MixerOptions): MixerResult {
    const [z0, x0, z, xBC, dt] = split(scaledInProj(this.inProj, u, this.config), this.dims.columns, -1);
    const convolved = this.conv1d.forward(xBC, { seqIdx, initialState: state && slice(state.conv, 2, 1) });
    const [x, B, C] = split(convolved, this.dims.convColumns, -1);
    const { dConv, dtLimit, chunkSize } = this.config;
    const { dt: steps, ...stepOptions } = maskedSteps(dt, this.dtBias.value, dtLimit, padding);
    const scan = ssdFromLearnedState(this.#heads(x), steps, this.#A(), this.#groups(B), this.#groups(C), {
      ...stepOptions,
      chunkSize,
      seqIdx,
      D: this.#D(),
      z: this.norm ? undefined : this.#heads(z),
      initialState: state?.ssm,
      initStates: this.initStates?.value,
    });
    const y = reshape(scan.y, z.shape);
    const out = this.#project(z0, x0, this.norm ? this.norm.forward(y, z) : y);
    if (!returnState) return { y: out };
    return { y: out, state: { conv: lastInputs(xBC, dConv, state?.conv, seqIdx, padding), ssm: scan.finalState } };
  }

  /**
   * One token.
   *
   * @param u [b, d], f32 (f64 on the CPU)
   * @returns y [b, d], and the state after it; the given one stays as it is
   * @throws ShapeError for an input of another width, or a state of another batch
   * @example
   * const mixer = new Mamba2Mixer(mamba2Config({ dModel: 64, headDim: 16 }));
   * const { state } = mixer.forward(ones([1, 5, 64]), { returnState: true });
   * mixer.step(ones([1, 64]), state!).y; // [1, 64]
   */
  step(u: Tensor, state: MixerState): Required<MixerResult> {
    requireArity("Mamba2Mixer.step", arguments, 2);
    requireWidth("Mamba2Mixer.step", "u", u, "[b,d]", 2, this.config.dModel);
    return tidy(() => this.#step(u, state));
  }

  #step(u: Tensor, state: MixerState): Required<MixerResult> {
    const { nGroups, dtLimit } = this.config;
    const projected = scaledInProj(this.inProj, u, this.config); // [b, dInProj]
    const [z0, x0, z] = split(projected, this.dims.columns, -1);
    const gated = !this.norm?.normBeforeGate; // a gate before the norm is the step's
    const { y, ...next } = partOf("step").run(
      projected,
      state,
      {
        weight: this.conv1d.taps(),
        bias: this.conv1d.bias?.value,
        dtBias: this.dtBias.value,
        aLog: this.aLog.value,
        D: this.#D(),
      },
      { groups: nGroups, gated, dtLimit },
    );
    const normed = this.norm ? this.norm.forward(y, gated ? undefined : z) : y;
    return { y: this.#project(z0, x0, normed), state: next };
  }

  /**
   * The learned state before the first token, `[batch, h, p, n]`, f32 (f64 on the CPU); undefined where it is 0.
   *
   * @throws ShapeError for a batch that is no count
   * @example
   * const mixer = new Mamba2Mixer(mamba2Config({ dModel: 16, headDim: 8, dState: 4, learnableInitialState: true }));
   * mixer.initialState(2); // [2, 4, 8, 4]
   */
  initialState(batch: number): Tensor | undefined {
    requireArity("Mamba2Mixer.initialState", arguments, 1);
    const value = this.initStates?.value;
    return value && broadcastTo(value, [batch, ...value.shape]);
  }

  /** out_proj of [silu(z0)·x0 | y], times ssmOut */
  #project(z0: Tensor, x0: Tensor, y: Tensor): Tensor {
    const out = this.outProj.forward(this.dims.dMlp === 0 ? y : concat([mul(silu(z0), x0), y], -1));
    return scaled(out, this.config.multipliers.ssmOut);
  }

  /** […, h·p] → […, h, p] */
  #heads(value: Tensor): Tensor {
    return reshape(value, [...value.shape.slice(0, -1), this.dims.nHeads, this.config.headDim]);
  }

  /** […, g·n] → […, g, n] */
  #groups(value: Tensor): Tensor {
    return reshape(value, [...value.shape.slice(0, -1), this.config.nGroups, this.config.dState]);
  }

  /** A = −exp(A_log) [h]; A_log counts up to 88, where A is the most that an f32 holds and every decay 0 */
  #A(): Tensor {
    return neg(exp(minimum(this.aLog.value, 88)));
  }

  /** [h], or [h, p] with dHasHeadDim */
  #D(): Tensor {
    return this.config.dHasHeadDim ? reshape(this.d.value, [this.dims.nHeads, this.config.headDim]) : this.d.value;
  }
}

export const MIXER_OPTIONS: OptionKeys<MixerOptions> = {
  seqIdx: true,
  padding: true,
  state: true,
  returnState: "boolean",
};
