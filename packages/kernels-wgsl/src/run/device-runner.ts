// The runner of one GPUDevice: puts pipelines, bind groups, uniforms, buffers, encoder and timing together behind
// `WebGPURunner`.
import type { Caps } from "../caps.ts";
import { checkKernelOptions, KernelError } from "@x/base";
import type { Program } from "../kernel.ts";
import { type Bindable, type BufferRange, padded, partOf } from "../buffer-range.ts";
import type { PreparedProgram, Profile, RunnerOptions, RunnerStats, WebGPURunner } from "./runner-types.ts";
import { checkTuning } from "../tuning/check-tuning.ts";
import { adapterKey } from "../tuning/measured.ts";
import { BindGroupCache } from "./bind-groups.ts";
import { capsOf } from "./device.ts";
import { Encoder } from "./encode.ts";
import { ErrorLog, type Report } from "./error-log.ts";
import { PipelineCache } from "./pipelines.ts";
import { type PrecompileOptions, precompileOptions } from "./precompile-options.ts";
import { DeviceBuffers } from "./device-buffers.ts";
import { Reader } from "./read-buffer.ts";
import type { Watch } from "./observer.ts";
import { waitForGpu } from "./wait-for-gpu.ts";
import { type RepeatCall, type RepeatTime, RepeatTimer } from "./repeat-timing.ts";
import { type DispatchTime, formatTime } from "./dispatch-time.ts";
import { Timing } from "./dispatch-timing.ts";
import { type BoundDispatch, newlyBound, placeOffsets, Planner, type ProgramPlan } from "./prepare-program.ts";
import { UniformSlots } from "./uniforms.ts";

const mebibyte = 1048576;

export class DeviceRunner implements WebGPURunner {
  readonly device: GPUDevice;
  readonly caps: Caps;
  readonly #debug: number;
  readonly #log: (line: string) => void;
  readonly #ownsDevice: boolean;
  readonly #errors: ErrorLog;
  readonly #pipelines: PipelineCache;
  readonly #groups: BindGroupCache;
  readonly #planner: Planner;
  readonly #uniforms: UniformSlots;
  readonly #timing: Timing;
  readonly watch: Watch = { observer: null };
  readonly #encoder: Encoder;
  readonly #buffers: DeviceBuffers;
  readonly #reader: Reader;
  readonly #repeat: RepeatTimer;
  #destroyed = false;

  constructor(device: GPUDevice, options: RunnerOptions) {
    this.device = device;
    this.caps = {
      ...capsOf(device, options.adapterInfo),
      ...options.caps,
      ...(options.tuning !== undefined && { tuning: options.tuning }),
      ...(options.matmulPrecision !== undefined && { matmulPrecision: options.matmulPrecision }),
    };
    if (options.tuning !== undefined) checkTuning("createRunner", options.tuning);
    const measuredOn = options.tuning?.adapter;
    if (measuredOn !== undefined && measuredOn !== adapterKey(this.caps)) {
      throw new KernelError(
        `createRunner: tuning must have been measured on this adapter, ${adapterKey(this.caps)}; got that of ${measuredOn}. Run tune() again, or leave it out.`,
      );
    }
    const label = options.label ?? "runner";
    this.#debug = options.debug ?? 0;
    this.#log = options.log ?? ((line) => console.debug(line));
    this.#ownsDevice = options.ownsDevice ?? false;
    const log = (line: string): void => {
      if (this.#debug >= 1) this.#log(`${label}: ${line}`);
    };
    this.#errors = new ErrorLog(device, this.#ownsDevice, log);
    this.#pipelines = new PipelineCache(device, this.caps, this.#errors, ({ key, code }, startMs, blocking) => {
      this.watch.observer?.compiled(key, startMs, blocking);
      log(`pipeline ${key}`);
      if (this.#debug >= 4) this.#log(code);
    });
    this.#planner = new Planner(this.caps, this.#pipelines);
    this.#uniforms = new UniformSlots(device, options.uniformBytes ?? mebibyte, label);
    this.#groups = new BindGroupCache(
      device,
      this.#errors,
      this.#uniforms.buffer,
      {
        maxStorageBufferBindingSize: this.caps.maxStorageBufferBindingSize,
        minStorageBufferOffsetAlignment: device.limits.minStorageBufferOffsetAlignment,
      },
      16384,
    );
    const flushAfter = options.flushAfter ?? 256;
    this.#timing = new Timing(device, flushAfter, this.watch);
    this.#encoder = new Encoder({
      device,
      errors: this.#errors,
      groups: this.#groups,
      uniforms: this.#uniforms,
      timing: this.#timing,
      watch: this.watch,
      flushAfter,
    });
    this.#repeat = new RepeatTimer(device, this.#encoder, this.#timing.clock);
    this.#buffers = new DeviceBuffers({
      device,
      encoder: this.#encoder,
      errors: this.#errors,
      label,
      maxStorageBufferBindingSize: this.caps.maxStorageBufferBindingSize,
      maxPooledBytes: options.maxPooledBytes,
      poison: options.poison ?? false,
    });
    this.#reader = new Reader(this.#encoder, this.#errors, this.#buffers.staging, (promise, bytes) =>
      this.#wait("read", promise, bytes),
    );
    if (this.#debug >= 2) {
      this.#timing.listen((time) => {
        const uniforms = this.#debug >= 3 ? ` ${JSON.stringify(time.dispatch.uniforms)}` : "";
        log(`${formatTime(time)}, ${(this.#buffers.usedBytes / mebibyte).toFixed(1)} MiB in use${uniforms}`);
      });
    }
  }

  get stats(): RunnerStats {
    const { usedBytes, peakBytes, pooledBytes } = this.#buffers;
    return {
      dispatches: this.#encoder.dispatches,
      submits: this.#encoder.submits,
      pipelines: this.#pipelines.size,
      usedBytes,
      peakBytes,
      pooledBytes,
      caches: { ...this.#pipelines.stats, bindGroups: this.#groups.stats, uniformSlots: this.#uniforms.stats },
    };
  }

  get gone(): boolean {
    return this.#errors.gone;
  }

  run(program: Program, buffers: Readonly<Record<string, Bindable>>): void {
    const prepared = this.prepare(program);
    const ordered = prepared.names.map((name): Bindable => {
      const buffer = buffers[name];
      if (buffer) return buffer;
      const given = Object.keys(buffers);
      const kernel = program.dispatches.find((dispatch) => Object.values(dispatch.buffers).includes(name))!.kernel.name;
      throw new KernelError(
        `${kernel}: the program needs a buffer named "${name}"; got ${given.join(", ") || "none"}.`,
        { kind: "binding", kernel },
      );
    });
    prepared.run(ordered);
  }

  prepare(program: Program): PreparedProgram {
    this.#errors.check();
    const plan = this.#planner.program(program);
    const bound: BoundDispatch[] = [];
    return { names: plan.names, run: (buffers, offsets) => this.#run(plan, bound, buffers, offsets) };
  }

  /** Runs a planned program; `bound` remembers its dispatches from call to call. */
  #run(
    { names, tempBytes, sources, offsets: slots, dispatches }: ProgramPlan,
    bound: BoundDispatch[],
    given: readonly Bindable[],
    offsets?: readonly number[],
  ): void {
    this.#errors.check();
    if (given.length !== names.length) {
      throw new KernelError(
        `runner: a prepared program must be given ${names.length} buffers (${names.join(", ")}); got ${given.length}.`,
        { kind: "binding" },
      );
    }
    const all = tempBytes.length === 0 ? given : [...given];
    try {
      for (const sizeBytes of tempBytes) (all as Bindable[]).push(this.#buffers.create(sizeBytes));
      for (let i = 0; i < dispatches.length; i++) {
        const one = (bound[i] ??= newlyBound(this.#planner.dispatch(dispatches[i]!)));
        if (one.plan.pipeline.error) throw one.plan.pipeline.error;
        const bindings = sources[i]!;
        for (let j = 0; j < bindings.length; j++) {
          const { number, part } = bindings[j]!;
          const piece = all[number]!;
          if (one.given[j] === piece) continue;
          one.given[j] = piece;
          one.pieces[j] = part ? partOf(piece, part) : piece;
          one.group = null;
        }
        placeOffsets(one, slots[i]!, offsets);
        this.#encoder.dispatch(one);
      }
    } finally {
      for (let i = names.length; i < all.length; i++) this.#buffers.release(all[i] as GPUBuffer);
    }
  }

  createBuffer(sizeBytes: number): GPUBuffer {
    return this.#buffers.create(sizeBytes);
  }

  releaseBuffer(buffer: GPUBuffer): void {
    this.#buffers.release(buffer);
  }

  hasFailed(buffer: GPUBuffer): boolean {
    return this.#buffers.hasFailed(buffer);
  }

  trim(): void {
    this.#buffers.trim();
  }

  write(buffer: GPUBuffer, data: ArrayBufferView, offsetBytes: number = 0): void {
    this.#buffers.write(buffer, data, offsetBytes);
  }

  clear(buffer: GPUBuffer, offsetBytes: number, sizeBytes: number): void {
    this.#buffers.clear(buffer, offsetBytes, sizeBytes);
  }

  copy(
    source: GPUBuffer,
    sourceOffsetBytes: number,
    target: GPUBuffer,
    targetOffsetBytes: number,
    sizeBytes: number,
  ): void {
    this.#buffers.copy(source, sourceOffsetBytes, target, targetOffsetBytes, sizeBytes);
  }

  async read(buffer: GPUBuffer, sizeBytes: number, offsetBytes: number = 0): Promise<ArrayBuffer> {
    const [bytes] = await this.readAll([{ buffer, offsetBytes, sizeBytes }]);
    return bytes!;
  }

  async readAll(ranges: readonly BufferRange[], followed?: ReadonlySet<unknown>): Promise<ArrayBuffer[]> {
    this.#errors.check();
    for (const { buffer, offsetBytes, sizeBytes } of ranges)
      this.#buffers.checkRange("read", buffer, offsetBytes, padded(sizeBytes), "copySrc");
    if (ranges.some(({ sizeBytes }) => sizeBytes > 0)) return await this.#reader.read(ranges, followed);
    await this.sync(followed);
    return ranges.map(() => new ArrayBuffer(0));
  }

  flush(): void {
    this.#errors.check();
    this.#encoder.flush();
  }

  collect(run: () => void, reports: Set<Report>): void {
    this.#errors.collect(run, reports);
  }

  async sync(followed?: unknown): Promise<void> {
    this.flush();
    const reports = followed ? [] : this.#errors.pending();
    try {
      await this.#wait("sync", this.device.queue.onSubmittedWorkDone());
      await this.#timing.settle();
    } catch (cause) {
      throw await this.#errors.explainRejection("waiting for the GPU", cause, reports);
    }
    await this.#errors.raise(reports);
  }

  /** Waits for the GPU; where that computes on the CPU, without taking a core from it. */
  #wait<T>(what: "read" | "sync" | "compile", promise: Promise<T>, bytes?: number): Promise<T> {
    const waiting = this.caps.adapter === "software" ? waitForGpu(promise) : promise;
    this.watch.observer?.waits(what, waiting, bytes);
    return waiting;
  }

  async precompile(programs: readonly Program[], options: PrecompileOptions = {}): Promise<void> {
    checkKernelOptions("precompile", options, precompileOptions);
    this.#errors.check();
    const dispatches = programs.flatMap(({ dispatches }) => dispatches);
    const fresh = dispatches.filter((dispatch) => !this.#planner.knows(dispatch));
    try {
      await this.#wait("compile", this.#pipelines.precompile(fresh, options));
    } catch (cause) {
      this.#errors.check(); // the loss of the device, if that is why
      throw cause;
    }
  }

  async profile(work: () => void | Promise<void>): Promise<Profile> {
    await this.sync();
    const dispatches: DispatchTime[] = [];
    const stop = this.#timing.listen((time) => dispatches.push(time));
    try {
      await work();
      await this.sync();
    } finally {
      stop();
    }
    return { clock: this.#timing.clock, dispatches };
  }

  async time(call: RepeatCall): Promise<RepeatTime> {
    await this.sync();
    let time: RepeatTime;
    try {
      // Single dispatches timed on the way (debug 2) would each end the pass.
      this.#timing.suspended = true;
      time = await this.#repeat.time(call, (buffers) => this.run(call.program, buffers));
    } catch (cause) {
      if (cause instanceof KernelError) throw cause;
      throw await this.#errors.explainRejection("timing a program", cause, this.#errors.pending());
    } finally {
      this.#timing.suspended = false;
    }
    await this.#errors.raise(this.#errors.pending());
    return time;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#encoder.destroy();
    this.#errors.destroy();
    this.#groups.clear();
    this.#buffers.destroy();
    this.#reader.destroy();
    this.#timing.destroy();
    this.#repeat.destroy();
    this.#uniforms.buffer.destroy();
    if (this.#ownsDevice) this.device.destroy();
  }
}
