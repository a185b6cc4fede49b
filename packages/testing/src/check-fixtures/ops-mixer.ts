// One Mamba-2 layer as an op: its parameters come as `in.p.*` under their official names, its options in the official constructor's words.
import { mamba2Config, type Mamba2Config, Mamba2Mixer, type MixerState } from "@x/mamba2";
import { Builder } from "@x/nn";
import type { Args } from "./args.ts";
import type { Inputs, Op, OpTable, Outputs } from "./inputs.ts";

/** The configuration of a layer; widths that the arguments leave out follow from the input. */
function configOf(x: Inputs, args: Args): Mamba2Config {
  const dModel = args.number("d_model") ?? x.get("u").shape.at(-1)!;
  const fields: { [F in keyof Mamba2Config]?: Mamba2Config[F] | undefined } = {
    dModel,
    dState: args.number("d_state"),
    dConv: args.number("d_conv"),
    expand: args.number("expand"),
    headDim: args.number("headdim"),
    dSsm: args.number("d_ssm", "d_ssm_"),
    nGroups: args.number("ngroups"),
    chunkSize: args.number("chunk_size"),
    normEps: args.number("norm_eps", "eps"),
    dHasHeadDim: args.flag("D_has_hdim"),
    gatedNorm: args.flag("rmsnorm"),
    normBeforeGate: args.flag("norm_before_gate"),
    bias: args.flag("bias"),
    convBias: args.flag("conv_bias"),
    dtLimit: args.range("dt_limit"),
  };
  return mamba2Config(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

function mixer(x: Inputs, args: Args, before?: MixerState): Outputs {
  const layer = new Mamba2Mixer(configOf(x, args), new Builder({ device: x.get("u").device }));
  x.fillParameters(layer);
  const { y, state } = layer.forward(x.get("u"), {
    seqIdx: x.find("seq_idx"),
    state: before,
    returnState: true,
  });
  return { y, conv_state: state?.conv, ssm_state: state?.ssm };
}

/** The same from a state to a state. */
const mixerWithState: Op = (x, args) => mixer(x, args, { conv: x.get("conv_state"), ssm: x.get("ssm_state") });

export const mixerOps: OpTable = { mamba2_mixer: mixer, mamba2_mixer_state: mixerWithState };
