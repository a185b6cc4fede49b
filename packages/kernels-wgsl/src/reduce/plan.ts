// How a reduction is cut into threads and passes.
import type { Caps } from "../caps.ts";
import { threadsOf, linearConfig } from "../grid.ts";
import { tuned } from "../tuning/select.ts";

/** How the elements of a group become one. */
export type ReduceOp = "sum" | "max" | "min";
/** Element types that can be reduced. */
export type ReduceType = "f32" | "i32" | "u32";

/** What is baked into the text. */
export interface ReduceConfig {
  readonly op: ReduceOp;
  readonly type: ReduceType;
  /** Threads that share one result; 1: every thread walks its own (README §2). */
  readonly threads: number;
  /** 4: `rows` loads four neighbours of a row, otherwise four neighbouring columns go side by side. */
  readonly vec: 1 | 4;
  /** The reduced axis is contiguous (inner is 1). */
  readonly rows: boolean;
  /** Positions of the extremum: not asked for, counted here, or merged from those of an earlier pass. */
  readonly index: "none" | "count" | "merge";
  /** Multiply the result by `u.scale` (means). */
  readonly scaled: boolean;
}

/** Loads that one thread adds up at most, four a turn: a longer chain of additions would lose digits. README §3. */
export const LONGEST_CHAIN = 64;

/** One reduction over the middle axis. */
export interface ReduceStep {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** How a step is cut: results per pass, threads per result, elements per load. */
export interface ReducePlan extends Pick<ReduceConfig, "threads" | "vec" | "rows"> {
  readonly segments: number;
  readonly segment: number;
}

/**
 * Plans one pass over a step (README §3): segments > 1 means that another pass adds up what this one leaves. Sums (`op`)
 * have chains of their own and vectors.
 */
export function planReduce({ outer, n, inner }: ReduceStep, caps: Caps, op?: ReduceOp): ReducePlan {
  const { threadRowLoads, targetRows, minRowLoads, targetThreads, minThreadLoads } = tuned(caps, "reduce");
  const rows = inner === 1;
  const vec = op === "sum" && (rows ? n % 4 === 0 && n > 0 : inner % 4 === 0) ? 4 : 1;
  const loads = rows ? n / vec : n;
  const results = (outer * inner) / (rows ? 1 : vec);
  const shared = rows && loads > threadRowLoads;
  // enough threads to fill the machine; a segment long enough to be worth its partial result, and short enough for its
  // sum to keep its digits
  const [wanted, shortest] = shared ? [targetRows, minRowLoads] : [targetThreads, minThreadLoads];
  const segments =
    results >= wanted || results === 0
      ? 1
      : Math.max(1, Math.min(Math.ceil(wanted / results), Math.floor(loads / shortest)));
  const even = Math.max(1, Math.ceil(loads / segments));
  const threads = !shared ? 1 : even <= 256 ? 64 : threadsOf(linearConfig(caps));
  const segment = op === "sum" ? Math.min(even, threads * LONGEST_CHAIN) : even;
  return { rows, vec, threads, segment, segments: Math.max(1, Math.ceil(loads / segment)) };
}

/** The passes over a step: each but the last leaves the partial results of its segments to the next. */
export function passesOf(
  step: ReduceStep,
  op: ReduceOp,
  caps: Caps,
): { readonly step: ReduceStep; readonly plan: ReducePlan }[] {
  const plan = planReduce(step, caps, op);
  return plan.segments === 1
    ? [{ step, plan }]
    : [{ step, plan }, ...passesOf({ ...step, n: plan.segments }, op, caps)];
}
