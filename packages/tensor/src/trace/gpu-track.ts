// What a GPU does, as its runner tells it: submits, waits and compiling on the host's track; dispatches on the device's,
// or, without timestamp queries, whole submits.
import type { DispatchTime, EncodedDispatch, RunnerObserver, WebGPURunner } from "@x/kernels-wgsl";
import { type BoundOp } from "../context.ts";
import { storageBytes } from "../device/lowering.ts";
import { DeviceClock } from "./device-clock.ts";
import type { EventLog, Track } from "./event-log.ts";

/** An op that is being encoded. */
export interface CurrentOp extends Pick<BoundOp, "inputs" | "outputs"> {
  readonly name: string;
}

/** A dispatch that was encoded, with what is to be said of it. */
interface Encoded extends Pick<EncodedDispatch, "number" | "submit" | "dispatch"> {
  readonly op: string | undefined;
  readonly bytes: number;
}

export class GpuTrack implements RunnerObserver {
  readonly #log: EventLog;
  readonly #host: Track;
  readonly #device: Track;
  readonly #runner: WebGPURunner;
  readonly #current: () => CurrentOp | undefined;
  readonly #clock = new DeviceClock();
  readonly #timed: boolean;
  /** encoded, and not seen to be done */
  #pending: Encoded[] = [];
  readonly #submits = new Map<number, number>();
  #lastDoneNs = 0;

  /** `current`: the op that is being run, where one is. */
  constructor(
    log: EventLog,
    host: Track,
    device: Pick<Track, "process" | "processName">,
    runner: WebGPURunner,
    current: () => CurrentOp | undefined,
  ) {
    this.#log = log;
    this.#host = host;
    this.#runner = runner;
    this.#current = current;
    this.#timed = runner.device.features.has("timestamp-query");
    this.#device = log.track({
      ...device,
      thread: 1,
      threadName: this.#timed ? "dispatches" : "submits",
      offsetNs: () => (this.#timed ? this.#clock.offsetNs : 0),
    });
  }

  /** For the trace's own description. */
  get about(): Readonly<Record<string, unknown>> {
    if (!this.#timed) return { times: "of whole submits, from submit to done: the device has no timestamp queries" };
    const uncertain = this.#clock.uncertainNs;
    return {
      times: "of dispatches, by timestamp queries",
      clockUncertainUs: Number.isFinite(uncertain) ? Math.round(uncertain / 10) / 100 : null,
      dispatchesWithoutTime: this.#pending.length,
    };
  }

  encoded(encoded: EncodedDispatch): void {
    const { number, submit, dispatch } = encoded;
    const op = this.#current();
    this.#pending.push({ number, submit, dispatch, op: op?.name, bytes: bytesOf(encoded, op) });
  }

  submitted(number: number, startMs: number): void {
    const dispatches = this.#pending.filter(({ submit }) => submit === number);
    this.#span("submit", "submit", startMs, {
      args: { submit: number, dispatches: dispatches.length },
      flow: this.#flow(number),
    });
    if (dispatches.length === 0) return;
    if (this.#timed) return void this.#submits.set(number, startMs * 1e6);
    this.#pending = [];
    this.#runner.device.queue.onSubmittedWorkDone().then(
      () => this.#done(number, startMs * 1e6, dispatches),
      () => undefined, // the device is lost: whoever waits for it hears so
    );
  }

  executed({ number, beginNs, elapsedNs }: DispatchTime): void {
    while (this.#pending[0] && this.#pending[0].number < number) this.#pending.shift(); // not timed
    if (this.#pending[0]?.number !== number) return; // encoded before the trace began
    const { submit, op, bytes, dispatch } = this.#pending.shift()!;
    for (const known of this.#submits.keys()) if (known < submit) this.#submits.delete(known);
    const endNs = beginNs + elapsedNs;
    this.#clock.note(beginNs, endNs, this.#submits.get(submit)!, performance.now() * 1e6);
    // Passes that do not depend on each other may overlap; a track holds one after the other.
    const from = Math.max(beginNs, this.#lastDoneNs);
    this.#lastDoneNs = Math.max(endNs, from);
    this.#log.add({
      track: this.#device,
      name: dispatch.kernel.name,
      category: "dispatch",
      beginNs: from,
      endNs: this.#lastDoneNs,
      args: { workgroups: dispatch.workgroups, bytes, ...(op !== undefined && { op }), submit },
      flow: this.#flow(submit),
    });
  }

  waits(what: string, until: Promise<unknown>, bytes?: number): void {
    const startMs = performance.now();
    const args = bytes === undefined ? {} : { bytes };
    const ended = (): void => this.#span(`wait: ${what}`, "wait", startMs, { overlaps: true, args });
    until.then(ended, ended);
  }

  compiled(key: string, startMs: number, blocking: boolean): void {
    this.#span(`compile ${key}`, "compile", startMs, { overlaps: !blocking, args: { blocking } });
  }

  #done(number: number, submittedNs: number, dispatches: readonly Encoded[]): void {
    const doneNs = performance.now() * 1e6;
    const kernels: Record<string, number> = {};
    for (const { dispatch } of dispatches) kernels[dispatch.kernel.name] = (kernels[dispatch.kernel.name] ?? 0) + 1;
    this.#log.add({
      track: this.#device,
      name: `${dispatches.length} dispatches`,
      category: "submit",
      beginNs: Math.max(submittedNs, this.#lastDoneNs),
      endNs: doneNs,
      args: { kernels, bytes: dispatches.reduce((sum, { bytes }) => sum + bytes, 0), submit: number },
      flow: this.#flow(number),
    });
    this.#lastDoneNs = doneNs;
  }

  #flow(submit: number): string {
    return `${this.#device.process}.${submit}`;
  }

  #span(
    name: string,
    category: string,
    startMs: number,
    more: Pick<Parameters<EventLog["add"]>[0], "args" | "overlaps" | "flow">,
  ): void {
    const endNs = performance.now() * 1e6;
    this.#log.add({ track: this.#host, name, category, beginNs: startMs * 1e6, endNs, ...more });
  }
}

/** Bytes that a dispatch is given: of an operand of the op what it holds, of other memory what is bound. */
function bytesOf({ dispatch, pieces }: EncodedDispatch, op: CurrentOp | undefined): number {
  const { kernel, config, buffers } = dispatch;
  return Object.keys(kernel.bindings(config)).reduce((total, binding, i) => {
    const piece = pieces[i]!;
    const bound = "buffer" in piece ? piece.sizeBytes : piece.size;
    const name = buffers[binding]!;
    const operand = op?.inputs[name] ?? op?.outputs[name];
    return total + (operand ? Math.min(bound, storageBytes(operand)) : bound);
  }, 0);
}
