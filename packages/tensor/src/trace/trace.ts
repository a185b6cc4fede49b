// trace(device, work): the host's and the device's times of a piece of work, as a file for ui.perfetto.dev.
import { checkOptions } from "../errors.ts";
import { requireArity, requireCount, requireDevice, requireFunction } from "../arguments/require.ts";
import type { Device } from "../device/device.ts";
import { defaultMaxEvents, Tracer } from "./tracer.ts";

/** Options of {@link trace}. */
export interface TraceOptions {
  /** Events kept, some 200 bytes each; default 200,000. What comes after them is left out, and `cut` set. */
  readonly maxEvents?: number;
}

/** What {@link trace} gives. */
export interface Trace<T> {
  /** what the work returned */
  readonly value: T;
  /** the trace in the Trace Event Format, to be saved as a file: ui.perfetto.dev and chrome://tracing open it */
  readonly json: string;
  readonly events: number;
  /** whether the work took more than `maxEvents` */
  readonly cut: boolean;
}

/**
 * Runs `work` and notes what it does when. On the host: each op, the plans of captured functions with their ops inside, submits to a
 * GPU, waits for it, and compiling. On a GPU with timestamp queries: each dispatch with its kernel, workgroups and bytes, in
 * a pass of its own, so the whole is slower than usual; on other GPUs each submit. `otherData` of the trace says which, and how far
 * the device's clock may be off. The work must be all that runs meanwhile.
 *
 * @param work any function; what it leaves to be done is waited for
 * @throws DeviceError while another trace is taken; ConfigError for a wrong option; what the work throws
 * @example
 * const x = tensor([1, 2]);
 * const { json, events } = await trace(cpuDevice(), async () => console.log(await silu(x).sum().item()));
 * console.log(events > 0, JSON.parse(json).traceEvents.length > events);
 */
export async function trace<T>(
  device: Device,
  work: () => T | Promise<T>,
  options: TraceOptions = {},
): Promise<Trace<T>> {
  requireArity("trace", arguments, 3);
  requireDevice("trace", device);
  requireFunction("trace", "work", work);
  checkOptions<TraceOptions>("trace", options, { maxEvents: true });
  const { maxEvents = defaultMaxEvents } = options;
  requireCount("trace", "maxEvents", maxEvents, 1);
  await device.sync();
  const tracer = new Tracer(maxEvents, () => undefined);
  try {
    tracer.add(device);
    const value = await work();
    await device.sync();
    return { value, json: tracer.json(), events: tracer.events, cut: tracer.cut };
  } finally {
    tracer.stop();
  }
}
