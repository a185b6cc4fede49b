// What every part of the GPU session shares: the device, the sizes to run, buffers whose numbers the host knows, and times in milliseconds.
import type { BufferSet, Program, TileShape } from "@x/kernels-wgsl";
import type { WebGPUDevice } from "@x/tensor/core";
import type { Summary } from "../core/stats.ts";
import { raiseClocks, timeAlone, timedCalls, timedProgram } from "../core/timing.ts";
import type { KernelShare, PartReport, Report } from "./report.ts";

/** Sizes of a session: `full` for a GPU, `tiny` to try the harness on a software adapter. */
export type Scale = "full" | "tiny";

export interface Session {
  readonly device: WebGPUDevice;
  /** Another device of the same adapter, whose peak of memory is its own. */
  anotherDevice(): Promise<WebGPUDevice>;
  /** the Dawn instance that `device` came from */
  readonly gpu: GPU;
  readonly report: Report;
  readonly scale: Scale;
  /** folder of the golden data */
  readonly fixtures: string;
  /** file of the text that models learn */
  readonly text: string;
}

/** Times `run` from its first submit until the GPU is done, several runs per sample, in milliseconds a run. `handedOver`: the least until the host had encoded it. */
export async function timeRuns(
  device: WebGPUDevice,
  run: () => void,
  sampleMs: number = 40,
): Promise<Summary & { readonly handedOver: number }> {
  const timed = timedCalls(device, run);
  const times = await timeAlone(device, timed, { sampleMs, samples: 7, warmMs: 1200 });
  return { ...inMs(times), handedOver: timed.handedOverNs / 1e6 };
}

/** Milliseconds of a program run alone over the same buffers, on the GPU's clock. */
export async function timeProgram(
  device: WebGPUDevice,
  program: Program,
  buffers: BufferSet,
  sampleMs: number = 25,
): Promise<Summary> {
  return inMs(
    await timeAlone(device, timedProgram(device.runner, program, [buffers]), { sampleMs, samples: 3, warmMs: 50 }),
  );
}

function inMs({ median, q1, q3, min, count }: Summary): Summary {
  return { median: median / 1e6, q1: q1 / 1e6, q3: q3 / 1e6, min: min / 1e6, count };
}

/** Where the time of `run` goes, the slowest kernel first, products told apart by their tiles. */
export async function kernelShares(device: WebGPUDevice, run: () => void, most = 12): Promise<readonly KernelShare[]> {
  await raiseClocks(device, timedCalls(device, run));
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

/** Buffers that are held together. */
export interface PatternBuffers extends Disposable {
  readonly buffers: Readonly<Record<string, GPUBuffer>>;
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

/** Buffers of so many floats each, filled with {@link pattern}, by name; they go back when it is disposed of. */
export function patternBuffers(device: WebGPUDevice, counts: Readonly<Record<string, number>>): PatternBuffers {
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, count] of Object.entries(counts)) buffers[name] = patternBuffer(device, count);
  return {
    buffers,
    [Symbol.dispose]: () => {
      for (const buffer of Object.values(buffers)) device.runner.releaseBuffer(buffer);
    },
  };
}

/** So many floats for each buffer that a program is given. */
function givenBuffers({ dispatches, temps }: Program, floats: number): Record<string, number> {
  const names = dispatches.flatMap(({ buffers }) => Object.values(buffers)).filter((name) => !(name in temps));
  return Object.fromEntries(names.map((name) => [name, floats]));
}

/** Milliseconds of a program over buffers of pattern numbers, `floats` each. */
export async function timeOverPattern(device: WebGPUDevice, program: Program, floats: number): Promise<number> {
  using made = patternBuffers(device, givenBuffers(program, floats));
  return (await timeProgram(device, program, made.buffers, 15)).median;
}

/** Adds a row for every dispatch of a program, run alone, over and over: its time without its neighbours. */
export async function addDispatches(
  device: WebGPUDevice,
  part: PartReport,
  name: string,
  program: Program,
  floats: number,
): Promise<void> {
  const temps = Object.entries(program.temps).map(([name, bytes]) => [name, bytes / 4]);
  using made = patternBuffers(device, { ...givenBuffers(program, floats), ...Object.fromEntries(temps) });
  for (const dispatch of program.dispatches) {
    const { median } = await timeProgram(device, { temps: {}, dispatches: [dispatch] }, made.buffers, 10);
    part.add(`${name} alone · ${dispatch.kernel.name}`, median, "ms", dispatch.workgroups.join("×"));
  }
}

/** A buffer of `count` floats filled with {@link pattern}, its first copy written from the host and the rest on the GPU. */
function patternBuffer({ runner }: WebGPUDevice, count: number): GPUBuffer {
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
