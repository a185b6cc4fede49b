// Learning-rate schedules: pure functions from the number of updates made so far to a rate. No state, so resuming needs none.
import { checkOptions, ConfigError, requireNumber, requireOptions } from "@x/tensor/core";

/** Learning rate of the next update, given how many were made before it (0 at the first). */
export type Schedule = (step: number) => number;

/** Raises unless `value` is a finite number of at least 0. @throws ConfigError that names it */
export function requireAmount(op: string, name: string, value: unknown): void {
  requireNumber(op, name, value, "a finite number of at least 0", (amount) => amount >= 0 && amount < Infinity);
}

/**
 * The same rate for every update.
 *
 * @throws ConfigError unless it is a finite number of at least 0
 * @example
 * const lr = constantSchedule(1e-3); // lr(0) = lr(100) = 1e-3
 */
export function constantSchedule(lr: number): Schedule {
  requireAmount("constantSchedule", "lr", lr);
  return () => lr;
}

/**
 * Linear from `start` to `end` over `steps` updates; `end` from then on.
 *
 * @throws ConfigError when a rate or `steps` is negative or not finite
 * @example
 * const lr = linearSchedule(1e-3, 0, 100);   // lr(0) = 1e-3, lr(50) = 5e-4, lr(100) = 0
 */
export function linearSchedule(start: number, end: number, steps: number): Schedule {
  requireAmount("linearSchedule", "steps", steps);
  requireAmount("linearSchedule", "start", start);
  requireAmount("linearSchedule", "end", end);
  return (step) => (step >= steps ? end : start + (end - start) * (step / steps));
}

/** Options of {@link warmupCosine}. */
export interface WarmupCosineOptions {
  /** the highest rate */
  readonly peak: number;
  /** updates in all; the rate is `end` from there on */
  readonly steps: number;
  /** updates of linear warm-up, at most `steps`; default 0 */
  readonly warmup?: number;
  /** rate at the end; default 0 */
  readonly end?: number;
}

/**
 * Linear warm-up to `peak`, then half a cosine down to `end`. The first update already moves: update k < warmup has rate `peak · (k + 1)/(warmup + 1)`.
 *
 * @throws ConfigError for an unknown option, when one is negative or no number, and when `warmup` is above `steps`
 * @example
 * adamw({ lr: warmupCosine({ peak: 3e-4, warmup: 100, steps: 1000 }) });
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  requireOptions("warmupCosine", options);
  checkOptions("warmupCosine", options, { peak: true, steps: true, warmup: true, end: true });
  const { peak, steps, warmup = 0, end = 0 } = options;
  requireAmount("warmupCosine", "peak", peak);
  requireAmount("warmupCosine", "end", end);
  requireAmount("warmupCosine", "steps", steps);
  requireAmount("warmupCosine", "warmup", warmup);
  if (warmup > steps)
    throw new ConfigError(`warmupCosine: warmup must be at most steps, ${steps}; got ${warmup}.`, {
      field: "warmup",
      expected: steps,
      got: warmup,
    });
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / (warmup + 1);
    if (step >= steps) return end;
    return end + (peak - end) * 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)));
  };
}

/** A rate or a schedule as a schedule whose every rate is checked. */
export function asSchedule(op: string, lr: number | Schedule): Schedule {
  if (typeof lr !== "function") requireAmount(op, "lr", lr);
  const schedule = typeof lr === "function" ? lr : constantSchedule(lr);
  return (step) => {
    const rate = schedule(step);
    requireAmount(op, `lr at step ${step}`, rate);
    return rate;
  };
}
