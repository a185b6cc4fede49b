// Optimizer steps as ops: parameters and one gradient per step in, parameters after each step and the moments out.
import { adamw, applyUpdate } from "@x/nn";
import { mul, reshape, slice, stack, type Tensor } from "@x/tensor";
import type { Args } from "./args.ts";
import type { Inputs, OpTable, Outputs } from "./inputs.ts";

/** A copy that an update in place may write to. */
function copyOf(x: Tensor): Tensor {
  return mul(x, 1);
}

/** Each parameter has a `weight_decay` of its own, and so an optimizer of its own. */
function adamwSteps(x: Inputs, args: Args): Outputs {
  const decays = args.numbers("weight_decay") ?? [0];
  const outputs: Record<string, Tensor> = {};
  for (const [i, initial] of x.numbered("param").entries()) {
    const grads = x.get(`grads${i}`);
    const parameter = { path: `param${i}`, decay: true, value: copyOf(initial) };
    const optimizer = adamw({
      lr: args.number("lr") ?? 1e-3,
      betas: betasOf(args),
      eps: args.number("eps") ?? 1e-8,
      weightDecay: decays[i % decays.length]!,
    });
    const state = optimizer.init([parameter]);
    const history: Tensor[] = [];
    for (let step = 0; step < grads.shape[0]!; step++) {
      applyUpdate(optimizer, [parameter], [reshape(slice(grads, 0, step, step + 1), initial.shape)], state);
      history.push(copyOf(parameter.value));
    }
    outputs[`param${i}`] = stack(history, 0);
    outputs[`exp_avg${i}`] = state.tensors[`m.param${i}`]!;
    outputs[`exp_avg_sq${i}`] = state.tensors[`v.param${i}`]!;
  }
  return outputs;
}

export function betasOf(args: Args): readonly [number, number] {
  return args.range("betas") ?? [args.number("beta1") ?? 0.9, args.number("beta2") ?? 0.999];
}

export const optimOps: OpTable = { adamw: adamwSteps };
