// An exponential moving average of the weights, kept beside the optimizer's state, and the exchange of weights and average.
import {
  add,
  assign,
  ConfigError,
  joinAdjacent,
  mul,
  requireArity,
  requireNumber,
  requireOptions,
  strict,
  sub,
  type Tensor,
  tidy,
  zerosInArena,
} from "@x/tensor/core";
import type { OptimizerState, Trainable, WeightFollower } from "./optimizer.ts";
import { Revision } from "../module/revision.ts";
import { requireLike, requireTrainables, slotOf, zeroState } from "./state.ts";

/** States whose averages are in the place of the parameters, and what these held then. */
const exchanged = new WeakMap<OptimizerState, { readonly revision: Revision; readonly at: number }>();
/** States whose averages were overwritten while they were swapped into the parameters. */
const overwritten = new WeakSet<OptimizerState>();

/** Brings the weights back where the averages are in their place. */
export function bringWeightsBack(parameters: readonly Trainable[], state: OptimizerState): void {
  if (exchanged.has(state) && parameters.every(({ value }) => !value.disposed)) swapAverages(parameters, state);
}

/** Raises while the averages are in the place of the parameters. */
export function requireNotExchanged(op: string, state: OptimizerState): void {
  if (exchanged.has(state))
    throw new ConfigError(
      `${op}: the parameters must be in place; their averages are in it. Call swapAverages again before.`,
      { op, field: "state" },
    );
}

/** Raises while the averages are in the place of the parameters, and for averages that are lost. */
export function requireWeightsInPlace(op: string, state: OptimizerState): void {
  requireNotExchanged(op, state);
  if (overwritten.has(state))
    throw new ConfigError(`${op}: the averages must be those of the parameters; ${LOST}`, { op, field: "state" });
}

const LOST =
  "they were overwritten while they were in the place of the parameters. Go on from a saved state, or make a new one.";

/** The averages are those of a file now. */
export function averagesRestored(state: OptimizerState): void {
  overwritten.delete(state);
}

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
  requireArity("emaOfWeights", arguments, 1);
  requireNumber("emaOfWeights", "decay", decay, "at least 0 and below 1", (value) => value >= 0 && value < 1);
  return strict("emaOfWeights", {
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
  });
}

/**
 * Exchanges the parameters and their averages in place, e.g. for an evaluation by the averages; a second call brings both back, bit for bit. Until then training and saving by
 * this state is refused. Parameters that were written in between come back all the same, but their averages are lost, and an error says so.
 *
 * @throws ConfigError when the parameters were written between the two calls; DTypeError when the state has no averages of these parameters; ShapeError when it has others'
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
  requireArity("swapAverages", arguments, 2);
  requireTrainables("swapAverages", parameters);
  requireOptions("swapAverages", state, "state");
  requireOptions("swapAverages", state.tensors, "state.tensors");
  requireLike(
    "swapAverages",
    parameters,
    parameters.map(({ path }) => state.tensors[`ema.${path}`]),
    (i) => `state.tensors["ema.${parameters[i]!.path}"]`,
  );
  if (overwritten.has(state)) requireWeightsInPlace("swapAverages", state);
  const values = parameters.map(({ value }) => value);
  const open = exchanged.get(state);
  const written = open !== undefined && open.revision.of(...values) !== open.at;
  tidy(() => {
    for (const [value, average] of pairs(parameters, state)) {
      const [before] = zerosInArena([value]);
      assign(before!, value);
      assign(value, average);
      assign(average, before!);
    }
  });
  for (const parameter of parameters) parameter.markChanged?.();
  if (!open) {
    const revision = new Revision();
    exchanged.set(state, { revision, at: revision.of(...values) });
    return;
  }
  exchanged.delete(state);
  if (!written) return;
  overwritten.add(state);
  throw new ConfigError(`swapAverages: the parameters must stay as they are between two calls; ${LOST}`, {
    op: "swapAverages",
    field: "parameters",
  });
}
