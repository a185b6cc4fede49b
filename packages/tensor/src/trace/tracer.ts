// Notes the ops, plans and devices of a stretch of time. One at a time: it stands in `context`.
import { observe, type WebGPURunner } from "@x/kernels-wgsl";
import { type BoundOp, context, type OpWatch } from "../context.ts";
import type { Device, Op } from "../device/device.ts";
import { storageBytes } from "../device/lowering.ts";
import { DeviceError } from "../errors.ts";
import { showShape } from "../shape.ts";
import { EventLog, type Track } from "./event-log.ts";
import { type CurrentOp, GpuTrack } from "./gpu-track.ts";

/** Events that a trace holds unless told otherwise. */
export const defaultMaxEvents = 200_000;

/** A device; one on a GPU with its runner. */
export type TracedDevice = Device & { readonly runner?: WebGPURunner };

export class Tracer implements OpWatch {
  readonly #log: EventLog;
  readonly #host: Track;
  readonly #devices = new Map<TracedDevice, { readonly gpu: GpuTrack; readonly stop: () => void } | undefined>();
  #current: CurrentOp | undefined;

  /** Begins; `whenFull` hears that there is no room any more, where the trace ends. @throws DeviceError while another trace is taken */
  constructor(mostEvents: number, whenFull: () => void) {
    if (context.watch)
      throw new DeviceError("trace: must be called while no other trace is taken (TRACE=1 takes one); one is.", {});
    this.#log = new EventLog(mostEvents, () => {
      this.stop();
      whenFull();
    });
    this.#host = this.#log.track({ process: 1, thread: 1, processName: "host", threadName: "JavaScript" });
    context.watch = this;
  }

  /** Notes what this device does, too. */
  add(device: TracedDevice): void {
    if (this.#devices.has(device) || this.cut) return;
    const { runner, description } = device;
    if (!runner) return void this.#devices.set(device, undefined);
    const place = { process: this.#devices.size + 2, processName: description };
    const gpu = new GpuTrack(this.#log, this.#host, place, runner, () => this.#current);
    this.#devices.set(device, { gpu, stop: observe(runner, gpu) });
  }

  op(device: Device, name: string, { run, inputs, outputs }: BoundOp): void {
    if (!this.#devices.has(device)) return run(inputs, outputs);
    const before = this.#current;
    this.#current = { name, inputs, outputs };
    const beginNs = performance.now() * 1e6;
    try {
      run(inputs, outputs);
    } finally {
      this.#current = before;
      const made = Object.values(outputs).map(({ dtype, shape }) => `${dtype}${showShape(shape)}`);
      const operands = [...Object.values(inputs), ...Object.values(outputs)];
      const bytes = operands.reduce((sum, operand) => sum + storageBytes(operand), 0);
      this.#span(name, "op", beginNs, { device: device.kind, made: made.join(", "), bytes });
    }
  }

  plan(device: Device, ops: readonly Op[], steps: readonly BoundOp[]): void {
    const beginNs = performance.now() * 1e6;
    try {
      steps.forEach((step, i) => this.op(device, ops[i]!.primitive.name, step));
    } finally {
      if (this.#devices.has(device))
        this.#span(`plan of ${ops.length} ops`, "plan", beginNs, { device: device.kind, ops: ops.length });
    }
  }

  /** Ends: nothing is noted or slowed any more. */
  stop(): void {
    if (context.watch === this) context.watch = null;
    for (const traced of this.#devices.values()) traced?.stop();
  }

  get events(): number {
    return this.#log.size;
  }

  /** Whether the trace ended before it was stopped, since it was full. */
  get cut(): boolean {
    return this.#log.full;
  }

  /** The trace so far. */
  json(): string {
    return this.#log.json({
      timeOrigin: performance.timeOrigin,
      cut: this.cut,
      devices: [...this.#devices].map(([{ kind, description }, traced]) => ({
        kind,
        description,
        ...(traced?.gpu.about ?? { times: "of ops, which run as they are called" }),
      })),
    });
  }

  #span(name: string, category: string, beginNs: number, args: Readonly<Record<string, unknown>>): void {
    this.#log.add({ track: this.#host, name, category, beginNs, endNs: performance.now() * 1e6, args });
  }
}
