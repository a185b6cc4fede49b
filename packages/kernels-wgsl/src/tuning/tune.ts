// Measures tuning choices on the device itself.
import type { TileShape } from "../matmul/tile-config.ts";
import type { WebGPURunner } from "../run/runner-types.ts";
import {
  productExperiment,
  rowExperiment,
  rowLoads,
  rowThresholds,
  scanExperiment,
  tileCandidates,
  type TuneShape,
  tuneShapes,
} from "./candidates.ts";
import { type Experiment, race, type TrialResult } from "./race.ts";
import { adapterKey, matmulShapeClass } from "./measured.ts";
import type { Tuning } from "./table.ts";

/** Families of kernels that can be tuned. */
export type TuneFamily = "matmul" | "ssd" | "rows";

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
  /** Told after each race, with the final times. */
  onRaced?(family: TuneFamily, name: string, tried: readonly TrialResult<unknown>[]): void;
}

/** A candidate that was tried. */
export interface TuneEvent extends TrialResult<unknown> {
  readonly family: TuneFamily;
  readonly name: string;
  /** of `count` candidates in this race */
  readonly index: number;
  readonly count: number;
}

/**
 * Finds what is fastest on a device, within a time budget: tiles of matrix products, chunks and step layout of scans,
 * thread layout of rows. Candidates take turns and the shortest time of each counts; only those that fit the device's
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
  const {
    budgetMs = 10000,
    families = ["rows", "matmul", "ssd"],
    shapes = tuneShapes(caps),
    tiles = tileCandidates(caps),
  } = options;
  const endMs = performance.now() + budgetMs;
  const matmul: Record<string, TileShape> = {};
  const ssd: { -readonly [K in keyof NonNullable<Tuning["ssd"]>]: NonNullable<Tuning["ssd"]>[K] } = {};
  const rows: { loads: number; layout: number }[] = [];

  const jobs: (() => Promise<void>)[] = [];
  let left = 0;
  const add = <C>(experiment: Experiment<C>, choose: (won: C) => void): void => {
    jobs.push(async () => {
      const nowMs = performance.now();
      if (nowMs >= endMs) return;
      const tried = await run(runner, experiment, nowMs + (endMs - nowMs) / left, options);
      const best = winner(tried);
      if (best !== undefined) choose(best);
    });
  };
  // What compiles fastest comes first: one that takes longer than its share then leaves less time only to later ones.
  if (families.includes("rows")) {
    for (const loads of rowLoads) {
      add(rowExperiment(loads, caps), (layout) => rows.push({ loads, layout }));
    }
  }
  if (families.includes("matmul")) {
    for (const shape of shapes) {
      add(productExperiment(shape, tiles, caps), (tile) => (matmul[matmulShapeClass(shape)] = tile));
    }
  }
  if (families.includes("ssd")) {
    add(scanExperiment(caps), (chunkLength) => {
      if (chunkLength !== "default") ssd.chunkLength = chunkLength;
    });
  }
  left = jobs.length;
  for (const job of jobs) {
    await job();
    left--;
  }
  return {
    adapter: adapterKey(caps),
    ...(Object.keys(matmul).length > 0 && { matmul }),
    ...(Object.keys(ssd).length > 0 && { ssd }),
    // Thresholds need every length: half of them would say nothing of the others.
    ...(rows.length === rowLoads.length && { rows: rowThresholds(rows) }),
  };
}

async function run<C>(
  runner: WebGPURunner,
  experiment: Experiment<C>,
  untilMs: number,
  { signal, onTried, onRaced }: TuneOptions,
): Promise<TrialResult<C>[]> {
  const family = experiment.family as TuneFamily;
  const {
    name,
    candidates: { length: count },
  } = experiment;
  let index = 0;
  const tried = await race(runner, experiment, {
    untilMs,
    signal,
    onTried: (one) => onTried?.({ ...one, family, name, index: index++, count }),
  });
  onRaced?.(family, name, tried);
  return tried;
}

/** The candidate of the shortest time; the first one where no other is clearly faster. */
function winner<C>(tried: readonly TrialResult<C>[]): C | undefined {
  const timed = tried.filter((one) => one.elapsedNs !== undefined);
  const best = timed.toSorted((a, b) => a.elapsedNs! - b.elapsedNs!)[0];
  const first = timed[0];
  return best && first && best.elapsedNs! > 0.97 * first.elapsedNs! ? first.candidate : best?.candidate;
}
