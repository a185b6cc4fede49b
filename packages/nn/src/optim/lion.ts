// Lion: steps by the sign of a mean of gradients; one moment per parameter.
import {
  add,
  assign,
  checkOptions,
  isFinite,
  mul,
  requireArity,
  requireOptions,
  sign,
  strict,
  sub,
  tidy,
  where,
} from "@x/tensor/core";
import { requireBetas } from "./betas.ts";
import { hyperScalar, scaledGradient } from "./composed.ts";
import { flatUpdates } from "./flat-updates.ts";
import type { Optimizer } from "./optimizer.ts";
import { rowsOf } from "./own-steps.ts";
import { asSchedule, requireAmount, type Schedule } from "./schedule.ts";
import { checkCount, zeroState } from "./state.ts";

/** Options of {@link lion}. */
export interface LionOptions {
  /** a third to a tenth of what AdamW takes */
  readonly lr: number | Schedule;
  /** weight of the moment in the step, and its decay, each in [0, 1); default [0.9, 0.99] */
  readonly betas?: readonly [number, number];
  /** per update `param · (1 − lr · weightDecay)`, for parameters whose `decay` is true; default 0 */
  readonly weightDecay?: number;
}

/**
 * Lion: `param ← param · (1 − lr·λ) − lr · sign(β₁m + (1 − β₁)g); m ← β₂m + (1 − β₂)g`.
 *
 * @throws ConfigError for an unknown option, and for lr, betas or weightDecay out of range
 * Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, algorithm 2.
 * @example
 * const optimizer = lion({ lr: 1e-4, weightDecay: 1 });
 */
export function lion(options: LionOptions): Optimizer {
  requireArity("lion", arguments, 1);
  requireOptions("lion", options);
  checkOptions("lion", options, { lr: true, betas: true, weightDecay: true });
  const { lr, betas = [0.9, 0.99], weightDecay = 0 } = options;
  requireBetas("lion", betas);
  requireAmount("lion", "weightDecay", weightDecay);
  const schedule = asSchedule("lion", lr);
  const [beta1, beta2] = betas;
  return strict("lion", {
    init: (parameters) => zeroState(["m"], parameters),
    hyper(step, own) {
      const rate = schedule(step);
      return rowsOf(own ?? [step], () => Float32Array.of(rate, 1 - rate * weightDecay)); // flatUpdates takes a row of each
    },
    update(call) {
      checkCount("lion", call.parameters, call.grads);
      tidy(() => {
        for (const { param, grad, slots, decayEnd, hyper } of flatUpdates(call, ["m"], true)) {
          const m = slots[0]!;
          const g = scaledGradient(call, grad);
          const kept = decayEnd > 0 ? mul(param, hyperScalar(hyper, 1, param)) : param;
          const blend = add(mul(m, beta1), mul(g, 1 - beta1));
          // The sign of NaN is 0, and that of ∞ is 1 for ever: a parameter whose moment is lost would stay, or leave, without a word.
          const direction = where(isFinite(blend), sign(blend), NaN);
          assign(param, sub(kept, mul(direction, hyperScalar(hyper, 0, param))));
          assign(m, add(mul(m, beta2), mul(g, 1 - beta2)));
        }
      });
      return call.norm ? { norm: call.norm } : {};
    },
  });
}
