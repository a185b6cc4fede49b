// How anything is timed: something that can be called many times over, how many calls make a sample, and samples taken in turn.
import type { BufferSet, Clock, Program, WebGPURunner } from "@x/kernels-wgsl";
import { type Device, WebGPUDevice } from "@x/tensor/core";
import { type Summary, summarize } from "./stats.ts";

export interface MeasureOptions {
  /** a sample lasts at least this long, in ms; default 5 */
  readonly sampleMs?: number;
  /** samples wanted; default 11 */
  readonly samples?: number;
  /** time for all samples, in ms, after which no further one starts once there are three; default 1500 */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

/** How a time was taken; `wall` is plain host time (CPU). */
export type TimedBy = Clock | "wall";

const mostRepeats = 2000;

/** One thing that can be called many times over and timed: a kernel of ours, or a peer's. */
export interface Timed {
  /** ns of `repeats` calls */
  sample(repeats: number): Promise<number>;
  /** puts state back; not timed */
  reset?(): void | Promise<void>;
}

/** A program over sets of buffers that calls take in turn, timed by the runner. */
export function timedProgram(runner: WebGPURunner, program: Program, sets: readonly BufferSet[]): Timed {
  let expectedNs = 0;
  return {
    async sample(repeats) {
      // Dawn for Node polls while a promise is pending, at the cost of software adapters: sleep through most of the wait.
      const pause = (): Promise<void> => sleep(Math.floor((0.8 * expectedNs * repeats) / 1e6));
      const { elapsedNs } = await runner.time({ program, sets, count: repeats, pause });
      expectedNs = elapsedNs / repeats;
      return elapsedNs;
    },
  };
}

/** Calls that hand work to a device, timed on the host from the first call until the device is done. */
export interface TimedCalls extends Timed {
  /** the least ns per call until the work was handed over */
  readonly handedOverNs: number;
}

/** @param call is told which call of its sample it is */
export function timedCalls(device: Device, call: (i: number) => void): TimedCalls {
  let handedOverNs = Infinity;
  return {
    get handedOverNs() {
      return handedOverNs;
    },
    async sample(repeats) {
      const startMs = performance.now();
      for (let i = 0; i < repeats; i++) call(i);
      handedOverNs = Math.min(handedOverNs, ((performance.now() - startMs) * 1e6) / repeats);
      await device.sync();
      return (performance.now() - startMs) * 1e6;
    },
  };
}

/** A GPU that the host left without work runs at a fraction of its clock, a sixth on an H100, and takes about this long to notice. */
const clockMs = 300;

/** Calls until the clocks of a hardware adapter should be up. */
export async function raiseClocks(device: Device, timed: Timed, warmMs: number = clockMs): Promise<void> {
  if (!(device instanceof WebGPUDevice) || device.runner.caps.adapter === "software") return;
  const startMs = performance.now();
  for (let repeats = 1; performance.now() - startMs < warmMs;) {
    const ms = (await timed.sample(repeats)) / 1e6;
    repeats = Math.max(1, Math.min(mostRepeats, Math.ceil((repeats * 20) / Math.max(ms, 0.05))));
  }
}

/** Warm-up and calibration: how many calls make a sample long enough. */
export async function calibrate(timed: Timed, sampleMs: number): Promise<number> {
  let repeats = 1;
  for (let round = 0; round < 6; round++) {
    const ms = (await timed.sample(repeats)) / 1e6;
    if (ms >= sampleMs || repeats >= mostRepeats) return repeats;
    // Timestamps may be quantised to 65 µs: a first sample of 0 says only that it was short.
    repeats = Math.min(mostRepeats, Math.max(repeats * 2, Math.ceil((repeats * sampleMs * 1.25) / Math.max(ms, 0.05))));
  }
  return repeats;
}

/** One of those that take turns. */
export interface Contender {
  readonly timed: Timed;
  /** calls per sample */
  readonly repeats: number;
}

/**
 * Samples of one or several contenders, taken in turn (A B A B), so that drift of the machine meets all alike: sample i of each is of round i.
 * A contender that has had `least` samples and its budget sits out, and already after one sample that took ten budgets; the first one goes on as
 * long as any other does.
 *
 * @returns ns per call, by contender
 */
export async function interleave(
  contenders: readonly Contender[],
  options: MeasureOptions & { readonly least?: number } = {},
): Promise<number[][]> {
  const { samples = 11, budgetMs = 1500, least = 3, signal } = options;
  const taken: number[][] = contenders.map(() => []);
  const usedMs = contenders.map(() => 0);
  for (let i = 0; i < samples; i++) {
    const wants = contenders.map((_, c) => usedMs[c]! <= (i < least ? 10 : 1) * budgetMs);
    if (!wants.some((each, c) => each && (c > 0 || contenders.length === 1))) break;
    for (const [c, { timed, repeats }] of contenders.entries()) {
      if (c > 0 && !wants[c]) continue;
      signal?.throwIfAborted();
      await timed.reset?.();
      const ns = await timed.sample(repeats);
      usedMs[c]! += ns / 1e6;
      taken[c]!.push(ns / repeats);
    }
  }
  return taken;
}

/** Times one thing alone. @returns ns per call @param options `warmMs`: for how long the clocks are raised before */
export async function timeAlone(
  device: Device,
  timed: Timed,
  { warmMs, ...options }: MeasureOptions & { readonly warmMs?: number } = {},
): Promise<Summary> {
  await timed.sample(1);
  await raiseClocks(device, timed, warmMs);
  const repeats = await calibrate(timed, options.sampleMs ?? 5);
  return summarize((await interleave([{ timed, repeats }], options))[0]!);
}

function sleep(ms: number): Promise<void> {
  return ms < 1 ? Promise.resolve() : new Promise((resolve) => void setTimeout(resolve, ms));
}
