// AdamW as an optimizer: owns the moments, turns options and the step count into the hyper tensor of its kernel.
import {
  apply,
  checkOptions,
  ConfigError,
  moveIntoArena,
  requireArity,
  requireOptions,
  strict,
  tidy,
} from "@x/tensor/core";
import { adamwHyper, adamwPrimitive } from "../ops/adamw/index.ts";
import { has8bitMoments, slots8bit, update8bit } from "./adamw-8bit.ts";
import { requireBetas } from "./betas.ts";
import type { Optimizer } from "./optimizer.ts";
import { flatUpdates } from "./flat-updates.ts";
import { asSchedule, requireAmount, type Schedule } from "./schedule.ts";
import { partOf, rowsOf } from "./own-steps.ts";
import { checkCount, inOrderOfDecay, likeParameter, requireOwnPaths, zeroSlots } from "./state.ts";

/** Options of {@link adamw}. */
export interface AdamwOptions {
  readonly lr: number | Schedule;
  /** decay of the first and second moment, each in [0, 1); default [0.9, 0.95] */
  readonly betas?: readonly [number, number];
  /** added to the root of the second moment; default 1e-8 */
  readonly eps?: number;
  /** per update `param · (1 − lr · weightDecay)`, for parameters whose `decay` is true; default 0 */
  readonly weightDecay?: number;
  /**
   * "8bit" holds both moments as blocks of 256 8-bit numbers with a scale each, 2.03 bytes a parameter instead of 8: of parameters of at least 4096 elements that are no
   * embeddings. Default "f32".
   */
  readonly moments?: "f32" | "8bit";
}

/**
 * Adam with decoupled weight decay. Moments have the parameters' dtype unless `moments` says otherwise; bias corrections are those of the f32 betas the device sees, so that the first
 * update is exactly lr · sign-like.
 *
 * @throws ConfigError for an unknown option, for lr, betas, eps or weightDecay out of range, and for other `moments`
 * Sources: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019; 8 bits: Dettmers et al., "8-bit Optimizers via Block-wise Quantization", 2022.
 * @example
 * const optimizer = adamw({ lr: warmupCosine({ peak: 3e-4, warmup: 100, steps: 1000 }), weightDecay: 0.1 });
 */
export function adamw(options: AdamwOptions): Optimizer {
  requireArity("adamw", arguments, 1);
  requireOptions("adamw", options);
  checkOptions("adamw", options, { lr: true, betas: true, eps: true, weightDecay: true, moments: true });
  const { lr, betas = [0.9, 0.95], eps = 1e-8, weightDecay = 0, moments = "f32" } = options;
  requireBetas("adamw", betas);
  requireAmount("adamw", "eps", eps);
  requireAmount("adamw", "weightDecay", weightDecay);
  if (moments !== "f32" && moments !== "8bit")
    throw ConfigError.must("adamw", "moments", 'be "f32" or "8bit"', moments);
  const schedule = asSchedule("adamw", lr);
  const in8bit = moments === "8bit" ? has8bitMoments : () => false;
  return strict("adamw", {
    init(parameters) {
      requireOwnPaths(parameters);
      const parts = [true, false].map((yes) => parameters.filter((parameter) => in8bit(parameter) === yes));
      moveIntoArena(parts.flatMap(inOrderOfDecay));
      const [small, whole] = [zeroSlots(slots8bit, parts[0]!), zeroSlots(["m", "v"].map(likeParameter), parts[1]!)];
      return { step: 0, tensors: { ...small, ...whole } };
    },
    hyper: (step, own) =>
      rowsOf(own ?? [step], (taken) => {
        const hyper = new Float32Array(adamwHyper.length);
        hyper[adamwHyper.lr] = schedule(step);
        hyper[adamwHyper.beta1] = betas[0];
        hyper[adamwHyper.beta2] = betas[1];
        hyper[adamwHyper.eps] = eps;
        hyper[adamwHyper.weightDecay] = weightDecay;
        hyper[adamwHyper.biasCorrection1] = 1 - hyper[adamwHyper.beta1]! ** (taken + 1);
        hyper[adamwHyper.biasCorrection2] = 1 - hyper[adamwHyper.beta2]! ** (taken + 1);
        hyper[adamwHyper.gradScale] = 1;
        return hyper;
      }),
    update(call) {
      checkCount("adamw", call.parameters, call.grads);
      const { parameters, grads } = call;
      const [small, whole] = [true, false].map((yes) => ({
        ...call,
        ...partOf(parameters, grads, (i) => in8bit(parameters[i]!) === yes),
      }));
      tidy(() => {
        update8bit(small!, weightDecay > 0);
        for (const {
          param,
          grad,
          slots: [m, v],
          decayEnd,
          hyper,
        } of flatUpdates(whole!, ["m", "v"])) {
          apply(
            adamwPrimitive,
            { param, grad, m: m!, v: v!, hyper, gradScale: call.scale },
            { decayEnd: weightDecay > 0 ? decayEnd : 0 },
          );
        }
      });
      return call.norm ? { norm: call.norm } : {};
    },
  });
}
