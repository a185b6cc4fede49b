// An exponential moving average of the weights, kept beside the optimizer's state, and the exchange of weights and average.
import {
  add,
  assign,
  joinAdjacent,
  mul,
  requireNumber,
  requireOptions,
  sub,
  type Tensor,
  tidy,
  zerosInArena,
} from "@x/tensor/core";
import type { OptimizerState, Trainable, WeightFollower } from "./optimizer.ts";
import { requireLike, requireTrainables, slotOf, zeroState } from "./state.ts";

/** Parameters and averages, joined where they are neighbours. */
function pairs(parameters: readonly Trainable[], state: OptimizerState): (readonly [Tensor, Tensor])[] {
  return joinAdjacent(parameters.map(({ path, value }) => [value, slotOf(state, "ema", path)])).map(
    ({ tensors: [value, average] }) => [value!, average!],
  );
}

/**
 * Keeps `average ← average + (1 − decay) · (param − average)` after every update, from the parameters before the first one on: the last part of a {@link chain}. The averages are
 * tensors of the optimizer's state, and are saved with it.
 *
 * @param decay in [0, 1), usually 0.99 to 0.9999: the average is over about 1/(1 − decay) updates
 * @throws ConfigError unless decay is at least 0 and below 1
 * Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992.
 * @example
 * const optimizer = chain(adamw({ lr: 3e-4 }), emaOfWeights(0.999));
 */
export function emaOfWeights(decay: number): WeightFollower {
  requireNumber("emaOfWeights", "decay", decay, "at least 0 and below 1", (value) => value >= 0 && value < 1);
  return {
    init(parameters) {
      const state = zeroState(["ema"], parameters);
      tidy(() => {
        for (const [value, average] of pairs(parameters, state)) assign(average, value);
      });
      return state.tensors;
    },
    follow(parameters, state) {
      tidy(() => {
        for (const [value, average] of pairs(parameters, state))
          assign(average, add(average, mul(sub(value, average), 1 - decay)));
      });
    },
  };
}

/**
 * Exchanges the parameters and their averages in place, e.g. for an evaluation by the averages; a second call brings both back, bit for bit. Train only with the
 * parameters in place.
 *
 * @throws DTypeError when the state has no averages of these parameters; ShapeError when it has others'
 * @example
 * const parameters = [{ path: "w", decay: true, value: tensor([1, 2]) }];
 * const optimizer = chain(sgd({ lr: 1 }), emaOfWeights(0.5));
 * const state = optimizer.init(parameters);
 * applyUpdate(optimizer, parameters, [tensor([2, 2])], state);
 * swapAverages(parameters, state);
 * console.log(await parameters[0]!.value.data()); // [0, 1]: half way from [1, 2] to [-1, 0]
 * swapAverages(parameters, state);
 */
export function swapAverages(parameters: readonly Trainable[], state: OptimizerState): void {
  requireTrainables("swapAverages", parameters);
  requireOptions("swapAverages", state, "state");
  requireOptions("swapAverages", state.tensors, "state.tensors");
  requireLike(
    "swapAverages",
    parameters,
    parameters.map(({ path }) => state.tensors[`ema.${path}`]),
    (i) => `state.tensors["ema.${parameters[i]!.path}"]`,
  );
  tidy(() => {
    for (const [value, average] of pairs(parameters, state)) {
      const [before] = zerosInArena([value]);
      assign(before!, value);
      assign(value, average);
      assign(average, before!);
    }
  });
  for (const parameter of parameters) parameter.markChanged?.();
}
