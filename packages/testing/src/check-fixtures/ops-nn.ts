// The fused ops of the nn layer by their names in fixtures, which are those of state-spaces/mamba, causal-conv1d and torch.
import {
  addRmsNorm,
  causalConv1d,
  causalConv1dStep,
  causalConv1dWithState,
  clipCoefficient,
  crossEntropy,
  globalNorm,
  layerNorm,
  type Reduction,
  rmsNorm,
  rmsNormGated,
  ssd,
  ssdStep,
} from "@x/nn";
import { add, concat, linear, mul, ones, permute, reshape, silu, slice, split, stack, type Tensor } from "@x/tensor";
import type { Args } from "./args.ts";
import type { Inputs, Op, OpTable } from "./inputs.ts";

const eps = (args: Args): { readonly eps?: number } => {
  const value = args.number("eps", "norm_eps");
  return value === undefined ? {} : { eps: value };
};

/** A norm's weight; ones where the fixture has none. */
function weightOf(x: Inputs): Tensor {
  const value = x.get("x");
  return x.find("weight") ?? ones([value.shape.at(-1)!], { device: value.device });
}

/** What the scan and its step share. */
function scanOptions(
  x: Inputs,
  args: Args,
): { D: Tensor | undefined; dtBias: Tensor | undefined; dtSoftplus: boolean; dtLimit: readonly [number, number] } {
  return {
    D: x.find("D"),
    dtBias: x.find("dt_bias"),
    dtSoftplus: args.flag("dt_softplus") ?? false,
    dtLimit: args.range("dt_limit") ?? [0, Infinity],
  };
}

const scan: Op = (x, args) => {
  const { y, finalState } = ssd(x.get("x"), x.get("dt"), x.get("A"), x.get("B"), x.get("C"), {
    ...scanOptions(x, args),
    z: x.find("z"),
    initialState: x.find("initial_states"),
    seqIdx: x.find("seq_idx"),
    ...chunk(args),
  });
  return { y, final_state: finalState, final_states: finalState };
};

function chunk(args: Args): { readonly chunkSize?: number } {
  const chunkSize = args.number("chunk_size");
  return chunkSize === undefined ? {} : { chunkSize };
}

/** Step `i` of a tensor whose first axis counts steps. */
function stepOf(x: Tensor, i: number): Tensor {
  return reshape(slice(x, 0, i, i + 1), x.shape.slice(1));
}

const scanSteps: Op = (x, args) => {
  const [inputs, dt, B, C] = [x.get("x"), x.get("dt"), x.get("B"), x.get("C")];
  const z = x.find("z");
  const ys: Tensor[] = [];
  let state = x.get("state");
  for (let i = 0; i < inputs.shape[0]!; i++) {
    const next = ssdStep(state, stepOf(inputs, i), stepOf(dt, i), x.get("A"), stepOf(B, i), stepOf(C, i), {
      ...scanOptions(x, args),
      z: z && stepOf(z, i),
    });
    ys.push(next.y);
    ({ state } = next);
  }
  return { y: stack(ys, 0), state };
};

function activationOf(args: Args): "silu" | "none" {
  const name = args.text("activation");
  if (name === "silu" || name === "swish") return "silu";
  if (name === undefined || name === "none" || name === "identity" || name === "") return "none";
  throw new Error(`activation must be silu, swish or none; got "${name}"`);
}

/** Fixtures have channels before time. */
const swapped = (x: Tensor): Tensor => permute(x, [0, 2, 1]);

const convolution: Op = (x, args) => {
  const { y, finalState } = causalConv1dWithState(swapped(x.get("x")), x.get("weight"), {
    bias: x.find("bias"),
    initialState: x.find("initial_states"),
    seqIdx: x.find("seq_idx"),
    activation: activationOf(args),
  });
  return { y: swapped(y), final_states: finalState, final_state: finalState };
};

/** A state longer than the convolution is wide is a history of which the newest columns count. */
const convolutionSteps: Op = (x, args) => {
  const [inputs, weight] = [x.get("x"), x.get("weight")];
  const width = weight.shape.at(-1)!;
  const ys: Tensor[] = [];
  let history = x.get("conv_state");
  const length = history.shape[2]!;
  for (let i = 0; i < inputs.shape[0]!; i++) {
    const token = stepOf(inputs, i);
    const next = causalConv1dStep(token, slice(history, 2, length - width), weight, {
      bias: x.find("bias"),
      activation: activationOf(args),
    });
    history = length === width ? next.state : concat([slice(history, 2, 1), reshape(token, [...token.shape, 1])], 2);
    ys.push(next.y);
  }
  return { y: stack(ys, 0), conv_state: history };
};

const gatedNorm: Op = (x, args) => {
  const groupSize = args.number("group_size");
  const y = rmsNormGated(x.get("x"), x.find("z"), weightOf(x), {
    ...eps(args),
    ...(groupSize !== undefined && { groupSize }),
    normBeforeGate: args.flag("norm_before_gate") ?? false,
  });
  const bias = x.find("bias");
  return { y: bias ? add(y, bias) : y };
};

/**
 * The whole layer between its projections in, as one op of the reference, as the mixer computes it. Its norm is over the full width, unless the arguments say otherwise;
 * what the projection has more than scan and convolution take is a SwiGLU part.
 */
const splitConvScan: Op = (x, args) => {
  const zxbcdt = x.get("zxbcdt");
  const [b, l, width] = zxbcdt.shape as [number, number, number];
  const nHeads = x.get("dt_bias").shape[0]!;
  const headDim = args.number("headdim") ?? x.get("D").shape[1];
  if (headDim === undefined) throw new Error("mamba_split_conv1d_scan must say headdim, or have D per channel");
  const nGroups = args.number("ngroups") ?? 1;
  const inner = nHeads * headDim;
  const weight = x.get("conv1d_weight");
  const groupState = (weight.shape[0]! - inner) / 2;
  const mlp = (width - 2 * inner - 2 * groupState - nHeads) / 2;
  const seqIdx = x.find("seq_idx");
  const channels = weight.shape[0]!;
  const [z0, x0, z, xBC, dt] = split(zxbcdt, [mlp, mlp, inner, channels, nHeads], -1);
  const bias = x.find("conv1d_bias");
  const convolved = causalConv1d(xBC, weight, { bias, seqIdx, activation: activationOf(args) });
  const [value, B, C] = split(convolved, [inner, groupState, groupState], -1);
  const heads = (tensor: Tensor): Tensor => reshape(tensor, [b, l, nHeads, headDim]);
  const groups = (tensor: Tensor): Tensor => reshape(tensor, [b, l, nGroups, groupState / nGroups]);
  const norm = x.find("rmsnorm_weight");
  const scanned = ssd(heads(value), dt, x.get("A"), groups(B), groups(C), {
    D: x.find("D"),
    dtBias: x.get("dt_bias"),
    dtSoftplus: true,
    dtLimit: args.range("dt_limit") ?? [0, Infinity],
    z: norm ? undefined : heads(z),
    initialState: x.find("initial_states"),
    seqIdx,
    ...chunk(args),
  });
  const flat = reshape(scanned.y, [b, l, inner]);
  const groupSize = args.number("group_size");
  const normed = norm
    ? rmsNormGated(flat, z, norm, {
        eps: args.number("rmsnorm_eps", "eps") ?? 1e-6,
        normBeforeGate: args.flag("norm_before_gate") ?? true,
        ...(groupSize !== undefined && { groupSize }),
      })
    : flat;
  const y = mlp > 0 ? concat([mul(silu(z0), x0), normed], -1) : normed;
  const out = x.find("outproj_weight");
  return {
    y: out ? linear(y, out, x.find("outproj_bias")) : y,
    final_states: scanned.finalState,
    final_state: scanned.finalState,
  };
};

const loss: Op = (x, args) => {
  const ignoreIndex = args.number("ignore_index");
  const value = crossEntropy(x.get("logits"), x.get("targets"), {
    reduction: (args.text("reduction") ?? "mean") as Reduction,
    labelSmoothing: args.number("label_smoothing") ?? 0,
    ...(ignoreIndex !== undefined && { ignoreIndex }),
  });
  return { loss: value, y: value };
};

const clip: Op = (x, args) => {
  const grads = x.numbered("grad");
  const norm = globalNorm(grads);
  const factor = clipCoefficient(norm, args.number("max_norm") ?? 1);
  return { total_norm: norm, ...Object.fromEntries(grads.map((grad, i) => [`grad${i}`, mul(grad, factor)])) };
};

export const nnOps: OpTable = {
  ssd: scan,
  selective_state_update: scanSteps,
  causal_conv1d: convolution,
  causal_conv1d_update: convolutionSteps,
  gated_rmsnorm: gatedNorm,
  rmsnorm: (x, args) => ({ y: rmsNorm(x.get("x"), weightOf(x), eps(args)) }),
  layernorm: (x, args) => ({ y: layerNorm(x.get("x"), weightOf(x), x.find("bias"), eps(args)) }),
  add_rmsnorm: (x, args) => ({ ...addRmsNorm(x.get("x"), x.get("residual"), weightOf(x), eps(args)) }),
  mamba_split_conv1d_scan: splitConvScan,
  cross_entropy: loss,
  clip_grad_norm: clip,
};
