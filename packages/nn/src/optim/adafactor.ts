// Adafactor: the second moment of a matrix as one number per row and one per column.
import {
  add,
  assign,
  checkOptions,
  ConfigError,
  div,
  keep,
  matmul,
  maximum,
  mean,
  mul,
  requireArity,
  requireArray,
  requireNumber,
  requireOptions,
  rsqrt,
  type Shape,
  sqrt,
  square,
  strict,
  sub,
  type Tensor,
  tidy,
  zeros,
} from "@x/tensor/core";
import { hyperScalar, scaledGradient } from "./composed.ts";
import type { Optimizer } from "./optimizer.ts";
import { hyperByCount, rowsOf } from "./own-steps.ts";
import { asSchedule, requireAmount, type Schedule } from "./schedule.ts";
import { checkCount, slotOf, zeroState } from "./state.ts";

/** Options of {@link adafactor}, with the names and defaults of `torch.optim.Adafactor`. */
export interface AdafactorOptions {
  /** the highest relative step; default 0.01 */
  readonly lr?: number | Schedule;
  /** update t takes `t^beta2Decay` of the new squares; at most 0; default −0.8 */
  readonly beta2Decay?: number;
  /** least root of a second moment, and least root mean square of a parameter; default [2⁻²³, 1e-3] */
  readonly eps?: readonly [number, number];
  /** largest root mean square of an update; default 1 */
  readonly clipThreshold?: number;
  /** per update `param · (1 − lr · weightDecay)`, for parameters whose `decay` is true; default 0 */
  readonly weightDecay?: number;
}

/** The shapes of a matrix's means over columns and over rows. */
const factors = (shape: Shape): readonly [Shape, Shape] => [shape.with(-1, 1), shape.with(-2, 1)];

const rms = (x: Tensor): Tensor => sqrt(mean(square(x)));

/**
 * Adafactor: of a matrix `[…, r, c]` it keeps `[…, r, 1]` and `[…, 1, c]` instead of a second moment, and no first one. With `w = t^beta2Decay` and `ρ = min(lr, 1/√t)`:
 * `R ← (1 − w)R + w·mean(g² over c)`, `C ← (1 − w)C + w·mean(g² over r)`, `V = R·C / max(mean(R over r), eps₁)` (of a vector: `V ← (1 − w)V + w·g²`), `u = g / √max(V, eps₁²)`,
 * `param ← param · (1 − lr·λ) − max(eps₂, rms(param)) · ρ · u / max(1, rms(u) / clipThreshold)`. The rms of a parameter is that before the decay.
 *
 * @throws ConfigError for an unknown option or one out of range
 * Source: Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", 2018; as `torch.optim.Adafactor` has it.
 * @example
 * const optimizer = adafactor({ lr: 0.01 });
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  requireArity("adafactor", arguments, 1);
  requireOptions("adafactor", options);
  checkOptions("adafactor", options, {
    lr: true,
    beta2Decay: true,
    eps: true,
    clipThreshold: true,
    weightDecay: true,
  });
  const { lr = 0.01, beta2Decay = -0.8, eps = [2 ** -23, 1e-3], clipThreshold = 1, weightDecay = 0 } = options;
  requireNumber("adafactor", "beta2Decay", beta2Decay, "a finite number of at most 0", (n) => n <= 0 && n > -Infinity);
  requireArray("adafactor", "eps", eps);
  if (eps.length !== 2)
    throw new ConfigError(`adafactor: eps must be two numbers; got ${eps.length}.`, { field: "eps", got: eps });
  for (const one of eps) requireAmount("adafactor", "eps", one);
  requireNumber("adafactor", "clipThreshold", clipThreshold, "a finite number above 0", (n) => n > 0 && n < Infinity);
  requireAmount("adafactor", "weightDecay", weightDecay);
  const schedule = asSchedule("adafactor", lr);
  return strict("adafactor", {
    init(parameters) {
      const tensors: Record<string, Tensor> = { ...zeroState([], parameters).tensors };
      for (const { path, value } of parameters) {
        const { shape, dtype, device } = value;
        if (shape.length < 2) {
          tensors[`variance.${path}`] = keep(zeros(shape, { dtype, device }));
          continue;
        }
        for (const [i, slot] of ["row", "column"].entries())
          tensors[`${slot}.${path}`] = keep(zeros(factors(shape)[i]!, { dtype, device }));
      }
      return { step: 0, tensors };
    },
    hyper(step, own) {
      const rate = schedule(step);
      return rowsOf(own ?? [step], (taken) =>
        Float32Array.of(Math.min(rate, 1 / Math.sqrt(taken + 1)), 1 - rate * weightDecay, (taken + 1) ** beta2Decay),
      );
    },
    update(call) {
      checkCount("adafactor", call.parameters, call.grads);
      for (const [i, { path, value, decay }] of call.parameters.entries()) {
        tidy(() => {
          const g = scaledGradient(call, call.grads[i]!);
          const squares = square(g);
          const hyper = hyperByCount(call)(i);
          const weight = hyperScalar(hyper, 2, value);
          /** Moves a kept mean towards `now`. */
          const moved = (slot: string, now: Tensor): Tensor => {
            const kept = slotOf(call.state, slot, path);
            const next = add(kept, mul(sub(now, kept), weight));
            assign(kept, next);
            return next;
          };
          let variance: Tensor;
          if (value.shape.length < 2) variance = moved("variance", squares);
          else {
            const row = moved("row", mean(squares, -1, { keepDims: true }));
            const column = moved("column", mean(squares, -2, { keepDims: true }));
            variance = div(matmul(row, column), maximum(mean(row, -2, { keepDims: true }), eps[0]));
          }
          const update = mul(g, rsqrt(maximum(variance, eps[0] ** 2)));
          const rate = mul(maximum(rms(value), eps[1]), hyperScalar(hyper, 0, value));
          const factor = div(rate, maximum(div(rms(update), clipThreshold), 1));
          const kept = decay ? mul(value, hyperScalar(hyper, 1, value)) : value;
          assign(value, sub(kept, mul(update, factor)));
        });
      }
      return call.norm ? { norm: call.norm } : {};
    },
  });
}
