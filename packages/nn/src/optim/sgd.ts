// Stochastic gradient descent as an optimizer: owns the velocities, where there is momentum.
import {
  apply,
  checkOptions,
  ConfigError,
  requireArity,
  requireNumber,
  requireOptions,
  strict,
  tidy,
} from "@x/tensor/core";
import { sgdHyper, sgdPrimitive } from "../ops/sgd/index.ts";
import type { Optimizer } from "./optimizer.ts";
import { flatUpdates } from "./flat-updates.ts";
import { rowsOf } from "./own-steps.ts";
import { asSchedule, requireAmount, type Schedule } from "./schedule.ts";
import { checkCount, zeroState } from "./state.ts";

/** Options of {@link sgd}. */
export interface SgdOptions {
  readonly lr: number | Schedule;
  /** decay of the velocity, in [0, 1); default 0: none */
  readonly momentum?: number;
  /** share of a gradient that does not reach the velocity, from a parameter's second update on; default 0. Needs momentum, without `nesterov`. */
  readonly dampening?: number;
  /** look ahead along the velocity; needs momentum */
  readonly nesterov?: boolean;
  /** `weightDecay · param` is added to the gradient, for parameters whose `decay` is true; default 0 */
  readonly weightDecay?: number;
}

/**
 * Gradient descent, `velocity ← momentum · velocity + (1 − dampening) · gradient; param ← param − lr · velocity`, as `torch.optim.SGD`: the first velocity is the gradient itself, and with
 * `nesterov` the step is along `gradient + momentum · velocity`.
 *
 * @throws ConfigError for an unknown option, lr, momentum, dampening or weightDecay out of range, or nesterov or dampening where they mean nothing
 * @example
 * const optimizer = sgd({ lr: 0.1, momentum: 0.9, nesterov: true });
 */
export function sgd(options: SgdOptions): Optimizer {
  requireArity("sgd", arguments, 1);
  requireOptions("sgd", options);
  checkOptions("sgd", options, { lr: true, momentum: true, nesterov: "boolean", weightDecay: true, dampening: true });
  const { lr, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  requireNumber("sgd", "momentum", momentum, "at least 0 and below 1", (value) => value >= 0 && value < 1);
  requireNumber("sgd", "dampening", dampening, "from 0 to 1", (value) => value >= 0 && value <= 1);
  if (dampening > 0 && (momentum === 0 || nesterov))
    throw new ConfigError(
      `sgd: dampening must come with a momentum above 0 and without nesterov; got ${dampening} with momentum ${momentum}${nesterov ? " and nesterov" : ""}.`,
      { field: "dampening", got: dampening },
    );
  if (nesterov && momentum === 0)
    throw new ConfigError("sgd: nesterov must come with a momentum above 0; got 0.", {
      field: "nesterov",
      got: momentum,
    });
  requireAmount("sgd", "weightDecay", weightDecay);
  const schedule = asSchedule("sgd", lr);
  const slots = momentum > 0 ? ["velocity"] : [];
  return strict("sgd", {
    init: (parameters) => zeroState(slots, parameters),
    hyper: (step, own) =>
      rowsOf(own ?? [step], (taken) => {
        const hyper = new Float32Array(sgdHyper.length);
        hyper[sgdHyper.lr] = schedule(step);
        hyper[sgdHyper.momentum] = momentum;
        hyper[sgdHyper.weightDecay] = weightDecay;
        hyper[sgdHyper.gradScale] = 1;
        hyper[sgdHyper.share] = taken === 0 ? 1 : 1 - dampening;
        return hyper;
      }),
    update(call) {
      checkCount("sgd", call.parameters, call.grads);
      tidy(() => {
        for (const {
          param,
          grad,
          slots: [velocity],
          decayEnd,
          hyper,
        } of flatUpdates(call, slots)) {
          apply(
            sgdPrimitive,
            { param, grad, velocity, hyper, gradScale: call.scale },
            { decayEnd: weightDecay > 0 ? decayEnd : 0, nesterov },
          );
        }
      });
      return call.norm ? { norm: call.norm } : {};
    },
  });
}
