// Stochastic gradient descent as an optimizer: owns the velocities, where there is momentum.
import { ConfigError } from "@x/tensor";
import { sgdHyper, sgdUpdate } from "../functional/sgd.ts";
import { checkCount, pairs, slotOf, zeroState } from "./moments.ts";
import type { Optimizer } from "./optimizer.ts";
import { asSchedule, type Schedule } from "./schedule.ts";

/** Options of {@link sgd}. */
export interface SgdOptions {
  readonly lr: number | Schedule;
  /** decay of the velocity, in [0, 1); default 0: none */
  readonly momentum?: number;
  /** look ahead along the velocity; needs momentum */
  readonly nesterov?: boolean;
  /** `weightDecay · param` is added to the gradient, for parameters whose `decay` is true; default 0 */
  readonly weightDecay?: number;
}

/**
 * Gradient descent, `velocity ← momentum · velocity + gradient; param ← param − lr · velocity`.
 *
 * @throws ConfigError for momentum or weightDecay out of range, or nesterov without momentum
 * @example
 * const optimizer = sgd({ lr: 0.1, momentum: 0.9, nesterov: true });
 */
export function sgd({ lr, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions): Optimizer {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new ConfigError(`sgd: momentum must be at least 0 and below 1; got ${momentum}.`, { field: "momentum", got: momentum });
  }
  if (nesterov && momentum === 0) throw new ConfigError("sgd: nesterov must come with a momentum above 0; got 0.", { field: "nesterov", got: momentum });
  if (!(weightDecay >= 0)) throw new ConfigError(`sgd: weightDecay must be at least 0; got ${weightDecay}.`, { field: "weightDecay", got: weightDecay });
  const schedule = asSchedule(lr);
  return {
    init: (parameters) => zeroState(momentum > 0 ? ["velocity"] : [], parameters),
    hyper(step) {
      const hyper = new Float32Array(sgdHyper.length);
      hyper[sgdHyper.lr] = schedule(step);
      hyper[sgdHyper.momentum] = momentum;
      hyper[sgdHyper.weightDecay] = weightDecay;
      hyper[sgdHyper.gradScale] = 1;
      return hyper;
    },
    update({ parameters, grads, scale, state, hyper, norm }) {
      checkCount("sgd", parameters, grads);
      const tensors = parameters.map(({ path, value }, i) => ({ param: value, grad: grads[i]!, velocity: momentum > 0 ? slotOf(state, "velocity", path) : undefined }));
      const decays = parameters.map(({ decay }) => decay && weightDecay > 0);
      for (const [first, second] of pairs(parameters, decays)) {
        sgdUpdate({ ...tensors[first]!, second: second === undefined ? undefined : tensors[second], hyper, gradScale: scale }, { decay: decays[first]!, nesterov });
      }
      return norm ? { norm } : {};
    },
  };
}
