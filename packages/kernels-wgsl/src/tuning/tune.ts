// Measures tuning choices on the device itself.
import { describeValue, KernelError } from "@x/base";
import type { TileShape } from "../matmul/tile-config.ts";
import type { WebGPURunner } from "../run/runner-types.ts";
import { race } from "./race.ts";
import {
  type Experiment,
  type Raced,
  type TrialResult,
  type TuneAxis,
  tuneFamilies,
  type TuneFamily,
  type TuneShape,
  type TuneWork,
  winner,
} from "./experiment.ts";
import { families as allFamilies } from "./families.ts";
import { adapterKey } from "./measured.ts";
import type { Tuning } from "./table.ts";

/** Options of {@link tune}. */
export interface TuneOptions {
  /**
   * Time for everything together, shared out evenly. What is being compiled or timed when it ends is finished. Default
   * 10000.
   */
  readonly budgetMs?: number;
  /** default: all */
  readonly families?: readonly TuneFamily[];
  /** products to tune tiles for, a choice each; default {@link tuneShapes} */
  readonly shapes?: readonly TuneShape[];
  /** tiles to try; default {@link tileCandidates} */
  readonly tiles?: readonly TileShape[];
  readonly signal?: AbortSignal;
  /** Told after the first timing of every candidate, for progress. */
  onTried?(event: TuneEvent): void;
  /** Told after each experiment, with the final times. */
  onRaced?(race: TuneRace): void;
}

/** An experiment: what is computed, the quantities in which its candidates differ, and what one run does. */
export interface TuneExperiment {
  readonly family: TuneFamily;
  /** Experiments of a family and a landscape differ in a size that is one of the axes. */
  readonly landscape: string;
  readonly name: string;
  readonly axes: readonly TuneAxis[];
  readonly work: TuneWork;
}

/** A candidate that was tried. */
export interface TuneEvent extends TuneExperiment, TrialResult<unknown> {
  /** of `count` candidates in this experiment */
  readonly index: number;
  readonly count: number;
  /** of `races` experiments */
  readonly race: number;
  readonly races: number;
}

/** An experiment that is done. Its first candidate is the built-in choice. */
export interface TuneRace extends TuneExperiment {
  readonly tried: readonly TrialResult<unknown>[];
  /** the position of the one to take; absent where none has a time */
  readonly chosen?: number;
}

/**
 * Finds what is fastest on a device, within a time budget: tiles of matrix products and of attention, chunks of scans,
 * segments of convolutions, threads that share a row. Candidates take turns and the shortest time of each counts; only those that fit the device's
 * limits and compute the same as the built-in choice can win, and a built-in choice gives way only to one that is at
 * least 3 % faster. The result is plain JSON: keep it, and give it to `createRunner(device, { tuning })` or
 * `webgpuDevice({ tuning })` on the same adapter.
 *
 * @throws KernelError kind `lost` when the device is lost; what `signal` was aborted with
 * @example
 * const runner = await requestRunner({ software: true });
 * const tuning = await tune(runner, { budgetMs: 200, families: ["matmul"], shapes: [{ m: 64, n: 64, k: 64 }] });
 * runner.destroy();
 * const faster = await requestRunner({ software: true, tuning: JSON.parse(JSON.stringify(tuning)) });
 */
export async function tune(runner: WebGPURunner, options: TuneOptions = {}): Promise<Tuning> {
  const { caps } = runner;
  const { budgetMs = 10000, families = tuneFamilies } = options;
  const unknown = families.find((family) => !tuneFamilies.includes(family));
  if (unknown !== undefined)
    throw new KernelError(`tune: families must be among ${tuneFamilies.join(", ")}; got ${describeValue(unknown)}.`);
  const endMs = performance.now() + budgetMs;
  const jobs = tuneFamilies
    .filter((family) => families.includes(family))
    .flatMap((family) => allFamilies[family].experiments(caps, options).map((experiment) => ({ family, experiment })));
  const raced: Record<string, Raced<unknown>[]> = {};
  for (const [race, { family, experiment }] of jobs.entries()) {
    const nowMs = performance.now();
    if (nowMs >= endMs) break;
    const untilMs = nowMs + (endMs - nowMs) / (jobs.length - race);
    const tried = await run(runner, family, experiment, untilMs, { race, races: jobs.length }, options);
    const chosen = winner(tried);
    if (chosen !== undefined) (raced[family] ??= []).push({ experiment, tried, chosen });
  }
  const sections = Object.entries(raced).flatMap(([family, done]) => {
    const all = jobs.filter((job) => job.family === family).length;
    const section = allFamilies[family as TuneFamily].choose(done, all);
    return section && Object.keys(section).length > 0 ? [[family, section]] : [];
  });
  return { adapter: adapterKey(caps), ...Object.fromEntries(sections) };
}

async function run(
  runner: WebGPURunner,
  family: TuneFamily,
  experiment: Experiment<unknown>,
  untilMs: number,
  place: Pick<TuneEvent, "race" | "races">,
  { signal, onTried, onRaced }: TuneOptions,
): Promise<TrialResult<unknown>[]> {
  const { landscape, name, axes, work } = experiment;
  const about: TuneExperiment = { family, landscape, name, axes, work };
  const count = experiment.candidates.length;
  let index = 0;
  const tried = await race(runner, experiment, {
    untilMs,
    signal,
    onTried: (one) => onTried?.({ ...about, ...one, ...place, index: index++, count }),
  });
  const chosen = tried.findIndex(({ candidate }) => candidate === winner(tried));
  onRaced?.({ ...about, tried, ...(chosen >= 0 && { chosen }) });
  return tried;
}
