// Times one case on one device: warm-up, samples of at least 5 ms, rotated inputs, state put back between samples.
import {
  apply,
  type Device,
  type HostArray,
  type Primitive,
  type Spec,
  type Tensor,
  tidy,
  WebGPUDevice,
} from "@x/tensor/core";
import { wasmSupport } from "@x/kernels-wasm";
import type { BufferSet, Clock, Program } from "@x/kernels-wgsl";
import { storageBytes } from "./specs.ts";
import { deviceInputs, hostInput, inputNames } from "./inputs.ts";
import { type Entry, specsOf } from "./suite.ts";

export interface MeasureOptions {
  /** a sample lasts at least this long, in ms; default 5 */
  readonly sampleMs?: number;
  /** samples wanted; default 11 */
  readonly samples?: number;
  /** time for all samples, in ms, after which no further one is begun once there are three; default 1500 */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

/** How a time was taken; `wall` is plain host time (CPU). */
export type TimedBy = Clock | "wall";

export interface Measurement {
  readonly clock: TimedBy;
  /** ns per call, in the order they were taken */
  readonly samplesNs: readonly number[];
  /** calls per sample */
  readonly repeats: number;
  /** first call, compiling included, in ms */
  readonly firstUseMs: number;
  readonly dispatches: number;
  /** copies of the inputs that calls take in turn */
  readonly copies: number;
  /** kernel: the primitive's own; loops: its plain JavaScript; composed: its reference, op by op */
  readonly path: "kernel" | "composed" | "loops";
}

/** Inputs are rotated until they are larger than any cache we know of. */
const rotatedBytes = 64 * 2 ** 20;
const mostCopies = 8;
const mostRepeats = 2000;

/** One thing that can be called many times over and timed: a kernel of ours, or a peer's. */
export interface Timed {
  /** ns of `repeats` calls */
  sample(repeats: number): Promise<number>;
  /** puts state back; not timed */
  reset?(): void | Promise<void>;
}

/** A GPU that the check on the CPU left without work runs at a fraction of its clock, a sixth on an H100, and takes about this long to notice. */
const clockMs = 300;

/** Calls until the clocks should be up. */
async function raiseClocks(timed: Timed): Promise<void> {
  const startMs = performance.now();
  for (let repeats = 1; performance.now() - startMs < clockMs;) {
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

/** A case made ready on a device, to be timed and then freed. */
export interface Prepared extends Timed {
  readonly clock: TimedBy;
  readonly dispatches: number;
  readonly copies: number;
  readonly path: Measurement["path"];
  readonly firstUseMs: number;
  dispose(): void;
}

/** Measures a case. It must have passed the gate. */
export async function measure(entry: Entry, device: Device, options: MeasureOptions = {}): Promise<Measurement> {
  const prepared = await prepare(entry, device);
  try {
    if (device instanceof WebGPUDevice && device.runner.caps.adapter !== "software") await raiseClocks(prepared);
    const repeats = await calibrate(prepared, options.sampleMs ?? 5);
    const [samplesNs] = await interleave([{ timed: prepared, repeats }], options);
    const { clock, firstUseMs, dispatches, copies, path } = prepared;
    return { clock, samplesNs: samplesNs!, repeats, firstUseMs, dispatches, copies, path };
  } finally {
    prepared.dispose();
  }
}

/** Makes inputs and program, and calls it once. */
export async function prepare(entry: Entry, device: Device): Promise<Prepared> {
  if (device instanceof WebGPUDevice) {
    const program = entry.primitive.webgpu?.(specsOf(entry.one), entry.one.params, device.runner.caps);
    if (program && program.dispatches.length > 0) return prepareProgram(entry, device, program);
  }
  return prepareCalls(entry, device);
}

async function prepareProgram(
  { primitive, one, cost }: Entry,
  device: WebGPUDevice,
  program: Program,
): Promise<Prepared> {
  const { runner } = device;
  const specs = specsOf(one);
  const outputs = Object.entries(primitive.infer(specs, one.params)).filter(
    (pair): pair is [string, Spec] => pair[1] !== undefined,
  );
  const bytes = [...Object.values(specs), ...outputs.map(([, spec]) => spec)].reduce(
    (sum, spec) => sum + storageBytes(spec),
    0,
  );
  const copies = primitive.mutates
    ? 1
    : Math.max(1, Math.min(mostCopies, Math.ceil(rotatedBytes / Math.max(bytes, cost.bytes))));
  const made: GPUBuffer[] = [];
  const pristine: { readonly target: GPUBuffer; readonly data: HostArray }[] = [];
  const sets: BufferSet[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const set: Record<string, GPUBuffer> = {};
    for (const name of inputNames(one)) {
      const { spec, data } = hostInput(primitive, one, name, copy);
      made.push((set[name] = runner.createBuffer(storageBytes(spec))));
      runner.write(set[name], data);
      if ((primitive.mutates as readonly string[] | undefined)?.includes(name))
        pristine.push({ target: set[name], data });
    }
    for (const [name, spec] of outputs) made.push((set[name] = runner.createBuffer(storageBytes(spec))));
    sets.push(set);
  }
  await runner.sync();
  const startMs = performance.now();
  runner.run(program, sets[0]!);
  await runner.sync();
  const firstUseMs = performance.now() - startMs;
  let expectedNs = 0;
  return {
    clock: runner.device.features.has("timestamp-query") ? "timestamp-query" : "submit-to-done",
    dispatches: program.dispatches.length,
    copies,
    path: "kernel",
    firstUseMs,
    async sample(repeats) {
      // Dawn for Node polls while a promise is pending, at the cost of software adapters: sleep through most of the wait.
      const pause = (): Promise<void> => sleep(Math.floor((0.8 * expectedNs * repeats) / 1e6));
      const { elapsedNs } = await runner.time({ program, sets, count: repeats, pause });
      expectedNs = elapsedNs / repeats;
      return elapsedNs;
    },
    reset() {
      for (const { target, data } of pristine) runner.write(target, data);
    },
    dispose() {
      for (const buffer of made) runner.releaseBuffer(buffer);
    },
  };
}

async function prepareCalls({ primitive, one }: Entry, device: Device): Promise<Prepared> {
  const bytes = Object.values(specsOf(one)).reduce((sum, spec) => sum + storageBytes(spec), 0);
  const copies = primitive.mutates ? 1 : Math.max(1, Math.min(mostCopies, Math.ceil(rotatedBytes / bytes)));
  const sets = Array.from({ length: copies }, (_, copy) => deviceInputs(primitive, one, device, copy));
  const call = (i: number): void => {
    for (const output of Object.values(
      tidy(() => apply(primitive, sets[i % copies]!, one.params)) as Record<string, Tensor>,
    ))
      output.dispose();
  };
  await device.sync();
  const startMs = performance.now();
  call(0);
  await device.sync();
  const firstUseMs = performance.now() - startMs;
  return {
    clock: device.kind === "cpu" ? "wall" : "submit-to-done",
    dispatches: 0,
    copies,
    firstUseMs,
    path: pathOf(primitive, sets[0]!, one.params, device),
    async sample(repeats) {
      const beganMs = performance.now();
      for (let i = 0; i < repeats; i++) call(i);
      await device.sync();
      return (performance.now() - beganMs) * 1e6;
    },
    reset() {
      for (const name of primitive.mutates ?? []) {
        const target = sets[0]![name];
        if (target) device.upload(target.storage.block, hostInput(primitive, one, name).data);
      }
    },
    dispose() {
      for (const set of sets) for (const input of Object.values(set)) input.dispose();
    },
  };
}

/** Whether the device runs the primitive by itself and, on the CPU, as a WebAssembly kernel. */
function pathOf(
  primitive: Primitive,
  inputs: Readonly<Record<string, Spec>>,
  params: unknown,
  device: Device,
): Measurement["path"] {
  if (device.kind !== "cpu" || !device.runs(primitive, inputs, params)) return "composed";
  return wasmSupport().simd && primitive.wasm?.(inputs, params) !== undefined ? "kernel" : "loops";
}

function sleep(ms: number): Promise<void> {
  return ms < 1 ? Promise.resolve() : new Promise((resolve) => void setTimeout(resolve, ms));
}
