// One optimizer update outside of a captured function.
import {
  requireArity,
  requireArray,
  requireMethods,
  requireOptions,
  type Tensor,
  tensor,
  tidy,
  zerosInArena,
} from "@x/tensor/core";
import type { Optimizer, OptimizerState, Trainable } from "./optimizer.ts";
import { requireWeightsInPlace } from "./ema.ts";
import { gatherGradients } from "./flat-updates.ts";
import { countUpdate, ownSteps, partOf } from "./own-steps.ts";
import { checkCount, requireTrainables } from "./state.ts";

/**
 * One update outside of `capture`: uploads the hyper values, updates in place, counts the step.
 *
 * @param grads one per parameter, in their order, of their shapes, f32: what {@link gradientsOf} gives. Where there is none, undefined, the parameter stays as it is, without decay and with its
 *   moments, as where `grad is None` in PyTorch; zeros are a gradient
 * @returns the global norm, where a transform measured it
 * @throws ConfigError unless there are as many as parameters, and a gradient among them
 * @example
 * const parameters = [{ path: "w", decay: true, value: tensor([1, 2]) }];
 * const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 1e-2 }));
 * const state = optimizer.init(parameters);
 * const { grads } = gradientsOf(() => parameters[0]!.value.mul(2).sum(), parameters.map(({ value }) => value));
 * console.log(await applyUpdate(optimizer, parameters, grads, state).norm?.item());   // 2.83
 */
export function applyUpdate(
  optimizer: Optimizer,
  parameters: readonly Trainable[],
  grads: readonly (Tensor | undefined)[],
  state: OptimizerState,
): { readonly norm?: Tensor } {
  requireArity("applyUpdate", arguments, 4);
  requireMethods("applyUpdate", "optimizer", optimizer, "an optimizer", ["init", "hyper", "update"]);
  requireTrainables("applyUpdate", parameters);
  requireOptions("applyUpdate", state, "state");
  requireOptions("applyUpdate", state.tensors, "state.tensors");
  requireWeightsInPlace("applyUpdate", state);
  if (parameters.length === 0) return {};
  requireArray("applyUpdate", "grads", grads);
  checkCount("applyUpdate", parameters, grads, { some: true });
  const result = tidy(() => {
    // Transforms may write gradients in place; those of the caller stay as they are.
    const places = zerosInArena(parameters.map(({ value }) => value));
    gatherGradients(places, grads);
    const hyper = tensor(optimizer.hyper(state.step, ownSteps(state)), { device: parameters[0]!.value.device });
    return optimizer.update({ ...partOf(parameters, places, (i) => grads[i]), all: parameters, state, hyper });
  });
  countUpdate(state, parameters, grads);
  return result;
}
