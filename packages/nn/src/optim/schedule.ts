// Learning-rate schedules: pure functions from the number of updates made so far to a rate. No state, so resuming needs none.
import { checkOptions, ConfigError, requireArity, requireNumber, requireOptions, strict } from "@x/tensor/core";

/** Learning rate of the next update, given how many were made before it (0 at the first). */
export type Schedule = (step: number) => number;

/** A schedule that refuses arguments beyond the step. */
function rates(rateOf: Schedule): Schedule {
  return strict("schedule", (step: number) => rateOf(step));
}

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
  requireArity("constantSchedule", arguments, 1);
  requireAmount("constantSchedule", "lr", lr);
  return rates(() => lr);
}

/**
 * Linear from `start` to `end` over `steps` updates; `end` from then on.
 *
 * @throws ConfigError when a rate or `steps` is negative or not finite
 * @example
 * const lr = linearSchedule(1e-3, 0, 100);   // lr(0) = 1e-3, lr(50) = 5e-4, lr(100) = 0
 */
export function linearSchedule(start: number, end: number, steps: number): Schedule {
  requireArity("linearSchedule", arguments, 3);
  requireAmount("linearSchedule", "steps", steps);
  requireAmount("linearSchedule", "start", start);
  requireAmount("linearSchedule", "end", end);
  return rates((step) => (step >= steps ? end : start + (end - start) * (step / steps)));
}

/** Options of {@link warmupCosine} and {@link warmupLinear}. */
export interface WarmupOptions {
  /** the highest rate */
  readonly peak: number;
  /** updates in all; the rate is `end` from there on */
  readonly steps: number;
  /** updates of linear warm-up, at most `steps`; default 0 */
  readonly warmup?: number;
  /** rate at the end; default 0 */
  readonly end?: number;
}

/** Options of {@link warmupStableDecay}. */
export interface WarmupStableDecayOptions extends WarmupOptions {
  /** updates of the decay, the last ones; at most `steps − warmup` */
  readonly decay: number;
  /** how far the rate is from `peak` to `end` at a share s of the decay: s, or √s; default "linear" */
  readonly shape?: "linear" | "sqrt";
}

/** Checks what all schedules with a warm-up share. */
function checkWarmup(op: string, { peak, steps, warmup = 0, end = 0 }: WarmupOptions): Required<WarmupOptions> {
  for (const [name, value] of Object.entries({ peak, end, steps, warmup })) requireAmount(op, name, value);
  if (warmup > steps) throw ConfigError.must(op, "warmup", `be at most steps, ${steps}`, warmup, steps);
  return { peak, steps, warmup, end };
}

/**
 * Update k < warmup has rate `peak · (k + 1)/(warmup + 1)`; from there on the rate is `peak + (end − peak) · progress(share)`, where the share of the rest
 * that is done goes from 0 to 1 over the last `falling` updates.
 */
function warmed(
  { peak, steps, warmup, end }: Required<WarmupOptions>,
  falling: number,
  progress: (share: number) => number,
): Schedule {
  return rates((step) => {
    if (step < warmup) return (peak * (step + 1)) / (warmup + 1);
    if (step >= steps) return end;
    return peak + (end - peak) * progress(Math.max(0, (step - (steps - falling)) / falling));
  });
}

/**
 * Linear warm-up to `peak`, then half a cosine down to `end`. The first update already moves: update k < warmup has rate `peak · (k + 1)/(warmup + 1)`.
 *
 * @throws ConfigError for an unknown option, when one is negative or no number, and when `warmup` is above `steps`
 * @example
 * adamw({ lr: warmupCosine({ peak: 3e-4, warmup: 100, steps: 1000 }) });
 */
export function warmupCosine(options: WarmupOptions): Schedule {
  requireArity("warmupCosine", arguments, 1);
  requireOptions("warmupCosine", options);
  checkOptions("warmupCosine", options, { peak: true, steps: true, warmup: true, end: true });
  const checked = checkWarmup("warmupCosine", options);
  return warmed(checked, checked.steps - checked.warmup, (share) => 0.5 * (1 - Math.cos(Math.PI * share)));
}

/**
 * Linear warm-up to `peak` as {@link warmupCosine} has it, then a straight line down to `end`.
 *
 * @throws ConfigError for an unknown option, when one is negative or no number, and when `warmup` is above `steps`
 * @example
 * const lr = warmupLinear({ peak: 1e-3, warmup: 1, steps: 5 }); // 5e-4, 1e-3, 7.5e-4, 5e-4, 2.5e-4, 0, 0 …
 */
export function warmupLinear(options: WarmupOptions): Schedule {
  requireArity("warmupLinear", arguments, 1);
  requireOptions("warmupLinear", options);
  checkOptions("warmupLinear", options, { peak: true, steps: true, warmup: true, end: true });
  const checked = checkWarmup("warmupLinear", options);
  return warmed(checked, checked.steps - checked.warmup, (share) => share);
}

/**
 * Linear warm-up to `peak`, the peak, and a decay to `end` over the last `decay` updates ("WSD"): a run can be prolonged from any step before its decay.
 *
 * @throws ConfigError for an unknown option, when one is negative or no number, and when `warmup + decay` is above `steps`
 * Sources: Hu et al., "MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies", 2024; the shape "sqrt": Hägele et al., "Scaling Laws and
 * Compute-Optimal Training Beyond Fixed Training Durations", 2024.
 * @example
 * const lr = warmupStableDecay({ peak: 1, warmup: 1, steps: 6, decay: 2 }); // 0.5, 1, 1, 1, 1, 0.5, 0, 0 …
 */
export function warmupStableDecay(options: WarmupStableDecayOptions): Schedule {
  requireArity("warmupStableDecay", arguments, 1);
  requireOptions("warmupStableDecay", options);
  checkOptions("warmupStableDecay", options, {
    peak: true,
    steps: true,
    warmup: true,
    end: true,
    decay: true,
    shape: true,
  });
  const { decay, shape = "linear" } = options;
  const checked = checkWarmup("warmupStableDecay", options);
  requireAmount("warmupStableDecay", "decay", decay);
  const most = checked.steps - checked.warmup;
  if (decay > most)
    throw ConfigError.must("warmupStableDecay", "decay", `be at most steps − warmup, ${most}`, decay, most);
  if (shape !== "linear" && shape !== "sqrt")
    throw ConfigError.must("warmupStableDecay", "shape", 'be "linear" or "sqrt"', shape);
  return warmed(checked, decay, shape === "sqrt" ? Math.sqrt : (share) => share);
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
