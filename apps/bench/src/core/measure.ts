// Times one case on one device: inputs that take turns, and state put back between samples.
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
import type { BufferSet, Program } from "@x/kernels-wgsl";
import { storageBytes } from "./specs.ts";
import { deviceInputs, hostInput, inputNames } from "./inputs.ts";
import { specsOf } from "@x/testing";
import type { Entry } from "./suite.ts";
import {
  calibrate,
  interleave,
  type MeasureOptions,
  raiseClocks,
  type Timed,
  type TimedBy,
  timedCalls,
  timedProgram,
} from "./timing.ts";

export interface Measurement {
  readonly clock: TimedBy;
  /** ns per call, in the order they were taken */
  readonly samplesNs: number[];
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

/** Total bytes of rotated copies of the inputs: more than any known cache, so that every run reads memory. */
const rotatedBytes = 64 * 2 ** 20;
const mostCopies = 8;

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
    await raiseClocks(device, prepared);
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
    const program = entry.primitive.webgpu?.(specsOf(entry.one), entry.one.params, device.runner.caps, {});
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
  return {
    clock: runner.device.features.has("timestamp-query") ? "timestamp-query" : "submit-to-done",
    dispatches: program.dispatches.length,
    copies,
    path: "kernel",
    firstUseMs,
    ...timedProgram(runner, program, sets),
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
  const timed = timedCalls(device, call);
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
    sample: timed.sample,
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
  if (device.kind !== "cpu" || !device.prepare(primitive, inputs, {}, params)) return "composed";
  return wasmSupport().simd && primitive.wasm?.(inputs, params, {}) !== undefined ? "kernel" : "loops";
}
