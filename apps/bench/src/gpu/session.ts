// What every part of the GPU session shares: the device, the sizes to run, and a clock. It measures nothing by itself.
import type { BufferSet, Program, TileShape } from "@x/kernels-wgsl";
import type { WebGPUDevice } from "@x/tensor/core";
import type { Report } from "./report.ts";

/** Sizes of a session: `full` for a GPU, `tiny` to try the harness on a software adapter. */
export type Scale = "full" | "tiny";

export interface Session {
  readonly device: WebGPUDevice;
  /** the Dawn instance that `device` came from */
  readonly gpu: GPU;
  readonly report: Report;
  readonly scale: Scale;
  /** folder of the golden data */
  readonly fixtures: string;
  /** file of the text that models learn */
  readonly text: string;
}

/** Times of repeated runs, in milliseconds per run. */
export interface Times {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** until the host had handed the work over; of whole runs only */
  readonly encoded?: number;
}

/** How long one sample should last, and how many there are. */
export interface TimingOptions {
  readonly sampleMs?: number;
  readonly samples?: number;
}

/** A GPU that had nothing to do runs at a fraction of its clock, and takes about this long to notice; a processor does not. */
function warmMs({ runner }: WebGPUDevice): number {
  return runner.caps.adapter === "software" ? 0 : 1200;
}

/** Runs `run` until the clocks should be up; gives the time of one run then. */
async function warmUp(device: WebGPUDevice, run: () => void): Promise<number> {
  const start = performance.now();
  let [count, last] = [1, Infinity];
  do {
    const begin = performance.now();
    for (let i = 0; i < count; i++) run();
    await device.sync();
    last = (performance.now() - begin) / count;
    count = Math.max(1, Math.min(200, Math.round(50 / last)));
  } while (performance.now() - start < warmMs(device));
  return last;
}

/** Times `run` from its first submit until the GPU is done, several runs per sample, so that the way to the GPU and back hardly counts. */
export async function timeRuns(
  device: WebGPUDevice,
  run: () => void,
  { sampleMs = 40, samples = 7 }: TimingOptions = {},
): Promise<Times> {
  const count = Math.max(1, Math.min(200, Math.round(sampleMs / (await warmUp(device, run)))));
  const times: number[] = [];
  let encoded = Infinity;
  for (let i = 0; i < samples; i++) {
    const start = performance.now();
    for (let j = 0; j < count; j++) run();
    encoded = Math.min(encoded, (performance.now() - start) / count);
    await device.sync();
    times.push((performance.now() - start) / count);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1]!, least: times[0]!, most: times.at(-1)!, encoded };
}

/** Time spent in one kernel. */
export interface KernelShare {
  readonly kernel: string;
  readonly dispatches: number;
  readonly ms: number;
}

/** Where the time of `run` goes, the slowest kernel first, products told apart by their tiles. */
export async function kernelShares(device: WebGPUDevice, run: () => void, most = 12): Promise<readonly KernelShare[]> {
  await warmUp(device, run);
  await device.runner.profile(run);
  const { dispatches } = await device.runner.profile(run);
  const byKernel = new Map<string, { dispatches: number; ms: number }>();
  for (const { kernel, config, elapsedNs } of dispatches) {
    const label = kernel === "matmul_tile" ? `${kernel} ${tileName(config as Partial<TileShape>)}` : kernel;
    const entry = byKernel.get(label) ?? { dispatches: 0, ms: 0 };
    byKernel.set(label, { dispatches: entry.dispatches + 1, ms: entry.ms + elapsedNs / 1e6 });
  }
  return [...byKernel]
    .map(([kernel, entry]) => ({ kernel, ...entry }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, most);
}

function tileName({ rows = 0, vectors = 0, threadsX = 0, threadsY = 0, depth = 0 }: Partial<TileShape>): string {
  return `${rows * threadsY}×${4 * vectors * threadsX} d${depth}`;
}

/** Milliseconds of a program run alone over the same buffers, by timestamps around as many runs as fill about `sampleMs`; the median of three. */
export async function timeProgram(
  device: WebGPUDevice,
  program: Program,
  buffers: BufferSet,
  sampleMs = 25,
): Promise<Times> {
  const sample = async (count: number): Promise<number> =>
    (await device.runner.time({ program, sets: [buffers], count })).elapsedNs / 1e6 / count;
  const start = performance.now();
  do await sample(3);
  while (performance.now() - start < warmMs(device) / 24);
  const count = Math.max(3, Math.min(500, Math.round(sampleMs / Math.max(1e-3, await sample(3)))));
  const times = [await sample(count), await sample(count), await sample(count)].sort((a, b) => a - b);
  return { median: times[1]!, least: times[0]!, most: times[2]! };
}

const patternWords = 1 << 18;

/** Random numbers in [−1, 1) that repeat every {@link patternWords} elements, so that the host knows every element of a large buffer. */
export const pattern: Float32Array<ArrayBuffer> = (() => {
  let state = 0x2545f491;
  return Float32Array.from({ length: patternWords }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
})();

/** Element `i` of a buffer filled with {@link pattern}. */
export function patternAt(i: number): number {
  return pattern[i % patternWords]!;
}

/** A buffer of `count` floats filled with {@link pattern}, its first copy written from the host and the rest on the GPU. */
export function patternBuffer({ runner }: WebGPUDevice, count: number): GPUBuffer {
  const buffer = runner.createBuffer(Math.max(4, 4 * count));
  const first = Math.min(count, patternWords);
  runner.write(buffer, pattern.subarray(0, first));
  if (count > first) {
    const seed = runner.createBuffer(4 * patternWords);
    runner.write(seed, pattern);
    for (let at = first; at < count; at += patternWords)
      runner.copy(seed, 0, buffer, 4 * at, 4 * Math.min(patternWords, count - at));
    runner.releaseBuffer(seed);
  }
  return buffer;
}
