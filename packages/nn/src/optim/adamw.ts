// AdamW as an optimizer: owns the moments, turns options and the step count into the hyper tensor of its kernel.
import { apply, checkOptions, requireOptions, tidy } from "@x/tensor/core";
import { adamwHyper, adamwPrimitive } from "../ops/adamw/index.ts";
import { requireBetas } from "./betas.ts";
import type { Optimizer } from "./optimizer.ts";
import { flatUpdates } from "./flat-updates.ts";
import { asSchedule, requireAmount, type Schedule } from "./schedule.ts";
import { checkCount, zeroState } from "./state.ts";

/** Options of {@link adamw}. */
export interface AdamwOptions {
  readonly lr: number | Schedule;
  /** decay of the first and second moment, each in [0, 1); default [0.9, 0.95] */
  readonly betas?: readonly [number, number];
  /** added to the root of the second moment; default 1e-8 */
  readonly eps?: number;
  /** per update `param · (1 − lr · weightDecay)`, for parameters whose `decay` is true; default 0 */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay. Moments have the parameters' dtype; bias corrections are those of the f32 betas the device sees, so that the first
 * update is exactly lr · sign-like.
 *
 * @throws ConfigError for an unknown option, and for lr, betas, eps or weightDecay out of range
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
 * @example
 * const optimizer = adamw({ lr: warmupCosine({ peak: 3e-4, warmup: 100, steps: 1000 }), weightDecay: 0.1 });
 */
export function adamw(options: AdamwOptions): Optimizer {
  requireOptions("adamw", options);
  checkOptions("adamw", options, { lr: true, betas: true, eps: true, weightDecay: true });
  const { lr, betas = [0.9, 0.95], eps = 1e-8, weightDecay = 0 } = options;
  requireBetas("adamw", betas);
  requireAmount("adamw", "eps", eps);
  requireAmount("adamw", "weightDecay", weightDecay);
  const schedule = asSchedule("adamw", lr);
  return {
    init: (parameters) => zeroState(["m", "v"], parameters),
    hyper(step) {
      const hyper = new Float32Array(adamwHyper.length);
      hyper[adamwHyper.lr] = schedule(step);
      hyper[adamwHyper.beta1] = betas[0];
      hyper[adamwHyper.beta2] = betas[1];
      hyper[adamwHyper.eps] = eps;
      hyper[adamwHyper.weightDecay] = weightDecay;
      hyper[adamwHyper.biasCorrection1] = 1 - hyper[adamwHyper.beta1]! ** (step + 1);
      hyper[adamwHyper.biasCorrection2] = 1 - hyper[adamwHyper.beta2]! ** (step + 1);
      hyper[adamwHyper.gradScale] = 1;
      return hyper;
    },
    update(call) {
      checkCount("adamw", call.parameters, call.grads);
      tidy(() => {
        for (const {
          param,
          grad,
          slots: [m, v],
          decayEnd,
        } of flatUpdates(call, ["m", "v"])) {
          apply(
            adamwPrimitive,
            { param, grad, m: m!, v: v!, hyper: call.hyper, gradScale: call.scale },
            { decayEnd: weightDecay > 0 ? decayEnd : 0 },
          );
        }
      });
      return call.norm ? { norm: call.norm } : {};
    },
  };
}
