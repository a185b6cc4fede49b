// What a tuner measures: experiments, each something that can be computed in several ways, and the families of kernels they belong to.
import type { Caps } from "../caps.ts";
import type { Program } from "../kernel.ts";
import type { TileShape } from "../matmul/tile-config.ts";
import type { Tuning } from "./table.ts";

/**
 * Families of kernels that can be tuned, each with a section of its own in a tuning table; what compiles fastest comes
 * first, so that one that takes longer than its share leaves less time only to later ones.
 */
export const tuneFamilies = ["rows", "reduce", "cumsum", "conv", "attention", "matmul", "ssd"] as const;

/** One of {@link tuneFamilies}. */
export type TuneFamily = (typeof tuneFamilies)[number];

/** A quantity in which candidates differ, such as the threads of a row. */
export interface TuneAxis {
  readonly name: string;
  readonly unit?: string;
}

/** Where a candidate lies: a value for each axis. */
export type TunePlace = readonly (number | string)[];

/** What one run does: `amount` per nanosecond is so many `unit`, such as GFLOP/s. */
export interface TuneWork {
  readonly amount: number;
  readonly unit: string;
}

/** Something that can be computed in several ways. */
export interface Experiment<C> {
  /** Experiments of one landscape differ in a size that is one of its axes: they are drawn together. */
  readonly landscape: string;
  /** names the sizes, e.g. `"512 × 3072 × 768"` */
  readonly name: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly axes: readonly TuneAxis[];
  readonly work: TuneWork;
  /** One that leads to the same dispatches as one before it is left out. */
  readonly candidates: readonly C[];
  readonly inputs: Readonly<Record<string, RandomInput>>;
  /** elements per output, f32 */
  readonly outputs: Readonly<Record<string, number>>;
  place(candidate: C): TunePlace;
  /** Why this device cannot run a candidate, if it cannot. */
  refuses?(candidate: C): string | undefined;
  /** Without a candidate: what the class of the adapter would do. */
  program(candidate: C | undefined, caps: Caps): Program;
}

/** What became of a candidate: the shortest time of one run, or why there is none. */
export interface TrialResult<C> {
  readonly candidate: C;
  readonly place: TunePlace;
  readonly elapsedNs?: number;
  readonly failure?: string;
}

/** An experiment whose candidates were timed, and the one to take. */
export interface Raced<C> {
  readonly experiment: Experiment<C>;
  readonly tried: readonly TrialResult<C>[];
  readonly chosen: C;
}

/** Sizes of a product. */
export interface TuneShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** What a caller may want otherwise of the experiments. */
export interface ExperimentOptions {
  readonly shapes?: readonly TuneShape[] | undefined;
  readonly tiles?: readonly TileShape[] | undefined;
}

/** A family: its experiments, and the section of a tuning table that follows from them; nothing where too few were done. */
export interface Family<F extends TuneFamily, C> {
  experiments(caps: Caps, options: ExperimentOptions): Experiment<C>[];
  choose(raced: readonly Raced<C>[], all: number): Tuning[F] | undefined;
}

/** Choices in place of what was measured on the device; none: its class's. */
export function tunedWith(caps: Caps, tuning: Tuning | undefined): Caps {
  const { tuning: _, ...rest } = caps;
  return tuning ? { ...rest, tuning } : rest;
}

/** The candidate of the shortest time; the first one where no other is clearly faster. */
export function winner<C>(tried: readonly TrialResult<C>[]): C | undefined {
  const timed = tried.filter((one) => one.elapsedNs !== undefined);
  const best = timed.toSorted((a, b) => a.elapsedNs! - b.elapsedNs!)[0];
  const first = timed[0];
  return best && first && best.elapsedNs! > 0.97 * first.elapsedNs! ? first.candidate : best?.candidate;
}

/**
 * The candidate that is best over several experiments: the least sum of times, each as a share of its experiment's best.
 * One that some experiment has no time of cannot be.
 */
export function bestOverall<C, K>(raced: readonly Raced<C>[], keyOf: (candidate: C) => K): K | undefined {
  const sums = new Map<K, { candidate: K; elapsedNs: number; count: number }>();
  for (const { tried } of raced) {
    const times = new Map<K, number>();
    for (const { candidate, elapsedNs = Infinity } of tried)
      times.set(keyOf(candidate), Math.min(times.get(keyOf(candidate)) ?? Infinity, elapsedNs));
    const least = Math.min(...times.values());
    for (const [candidate, elapsedNs] of times) {
      const sum = sums.get(candidate) ?? { candidate, elapsedNs: 0, count: 0 };
      sums.set(candidate, { candidate, elapsedNs: sum.elapsedNs + elapsedNs / least, count: sum.count + 1 });
    }
  }
  const whole = [...sums.values()].filter(({ count, elapsedNs }) => count === raced.length && elapsedNs < Infinity);
  return winner(whole.map((one) => ({ ...one, place: [] })));
}

/** Numbers that are drawn where they are needed: an experiment that nobody runs holds none. */
export interface RandomInput {
  readonly length: number;
  /** The same every time. */
  values(): Float32Array<ArrayBuffer>;
}

/** Numbers even between `low` and `high`. */
export function numbers(length: number, seed: number, low: number = -1, high: number = 1): RandomInput {
  return {
    length,
    values() {
      let state = seed;
      return new Float32Array(length).map(() => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return low + ((high - low) * state) / 2 ** 32;
      });
    },
  };
}
