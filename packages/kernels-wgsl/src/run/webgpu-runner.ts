// The runner of one GPUDevice: puts pipelines, bind groups, uniforms, pool, encoder and timing together behind `Runner`.
import { hostBytes } from "@x/base";
import type { Caps } from "../caps.ts";
import { KernelError } from "../errors.ts";
import type { Program } from "../kernel.ts";
import { type Bindable, partOf } from "../buffer-range.ts";
import type { PreparedProgram, Runner, RunnerStats } from "./runner-types.ts";
import { adapterKey } from "../tuning/measured.ts";
import type { Tuning } from "../tuning/table.ts";
import { BindGroupCache } from "./bind-groups.ts";
import { capsOf, requestDevice, type AdapterInfo, type DeviceOptions } from "./device.ts";
import { Encoder } from "./encode.ts";
import { ErrorLog } from "./error-log.ts";
import { bufferUsage } from "./flags.ts";
import { PipelineCache } from "./pipelines.ts";
import { BufferPool } from "./buffer-pool.ts";
import { Reader } from "./read-buffer.ts";
import { restUntil } from "./wait-for-gpu.ts";
import { type RepeatCall, type RepeatTime, RepeatTimer } from "./repeat-timing.ts";
import { formatTime, Timing, type Clock, type DispatchTime } from "./dispatch-timing.ts";
import { type BoundDispatch, newlyBound, placeOffsets, Planner, type ProgramPlan } from "./prepare-program.ts";
import { UniformSlots } from "./uniforms.ts";

export interface RunnerOptions {
  /** Prefix of the labels of what the runner makes; default `"runner"`. */
  readonly label?: string;
  /** 1: pipelines · 2: and a line per dispatch with its time · 3: and its uniforms · 4: and the WGSL. Default 0. */
  readonly debug?: 0 | 1 | 2 | 3 | 4;
  /** Where debug lines go; default `console.debug`. */
  readonly log?: (line: string) => void;
  /** The adapter the device came from; default `device.adapterInfo`. */
  readonly adapterInfo?: AdapterInfo;
  /** What `tune` measured to be best on this adapter; default: the built-in choices. Another adapter's is an error. */
  readonly tuning?: Tuning;
  /** What matrix products may round their operands to; default `"f32"`. See {@link Caps.matmulPrecision}. */
  readonly matmulPrecision?: "f32" | "f16";
  /** The runner alone uses the device: it reports its uncaptured errors and destroys it. Default false. */
  readonly ownsDevice?: boolean;
  /** Bytes of released buffers kept for reuse; default 512 MiB, or more, up to the most that was in use at a time less what is in use. */
  readonly maxPooledBytes?: number;
  /** Dispatches after which the encoded work is submitted, so that the GPU starts early; default 256. */
  readonly flushAfter?: number;
  /** Bytes of the buffer that holds uniforms; when they are used up, it submits and starts over. Default 1 MiB. */
  readonly uniformBytes?: number;
  /** Fills every buffer it hands out with NaN, to find elements that no kernel writes. Default false. */
  readonly poison?: boolean;
  /** Plans and checks as if the device could do only this, e.g. `{ maxStorageBufferBindingSize: 65536 }`. For tests of what is done where limits are low. */
  readonly caps?: Partial<Caps>;
}

/** What {@link WebGPURunner.profile} measured. */
export interface Profile {
  readonly clock: Clock;
  readonly dispatches: readonly DispatchTime[];
}

/** A {@link Runner} with what only a real GPU has. */
export interface WebGPURunner extends Runner {
  /** Compiles the pipelines of programs ahead of time, without blocking. Rejects with the first WGSL error. */
  precompile(programs: readonly Program[]): Promise<void>;
  /** Runs `work` and gives the time of every dispatch in it. Each dispatch gets a pass of its own, so the whole is slower than usual. */
  profile(work: () => void | Promise<void>): Promise<Profile>;
  /**
   * Runs a program `count` times, its buffers taken from `sets` in turn, and gives the time of all runs together: by two timestamps around
   * them, or, without timestamp queries, from the first call to done.
   */
  time(call: RepeatCall): Promise<RepeatTime>;
}

/**
 * A runner on a GPUDevice, the caller's own or one of {@link requestDevice}. Several runners may share a device; each submits its own work.
 * @example
 * import { createRunner, elementwise, requestDevice } from "@x/kernels-wgsl";
 *
 * const { device } = await requestDevice({ software: true });
 * const runner = createRunner(device);
 * const [x, y] = [runner.createBuffer(16), runner.createBuffer(16)];
 * runner.write(x, new Float32Array([1, 2, 3, 4]));
 * runner.run(elementwise.program({ shape: [4], inputs: { x: { type: "f32" } }, outputs: { y: { type: "f32" } }, result: { y: "x * x" } }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 16))); // 1, 4, 9, 16
 */
export function createRunner(device: GPUDevice, options: RunnerOptions = {}): WebGPURunner {
  return new DeviceRunner(device, options);
}

/**
 * Requests a device and makes a runner that owns it: `destroy()` destroys the device too.
 * @throws KernelError those of {@link requestDevice}
 * @example
 * import { requestRunner } from "@x/kernels-wgsl";
 *
 * const runner = await requestRunner({ software: true, debug: 1 });
 * console.log(runner.caps.adapter, runner.stats.peakBytes);
 * runner.destroy();
 */
export async function requestRunner(
  options: DeviceOptions & Omit<RunnerOptions, "ownsDevice" | "adapterInfo"> = {},
): Promise<WebGPURunner> {
  const { device, info } = await requestDevice(options);
  return createRunner(device, { ...options, adapterInfo: info, ownsDevice: true });
}

const mebibyte = 1048576;
/** Read-back buffers kept for reuse. */
const maxStagingBytes = 64 * mebibyte;
const poisonBytes = 65536;

class DeviceRunner implements WebGPURunner {
  readonly device: GPUDevice;
  readonly caps: Caps;
  readonly #label: string;
  readonly #debug: number;
  readonly #log: (line: string) => void;
  readonly #ownsDevice: boolean;
  readonly #errors: ErrorLog;
  readonly #pipelines: PipelineCache;
  readonly #groups: BindGroupCache;
  readonly #planner: Planner;
  readonly #uniforms: UniformSlots;
  readonly #timing: Timing;
  readonly #encoder: Encoder;
  readonly #pool: BufferPool;
  readonly #reader: Reader;
  readonly #repeat: RepeatTimer;
  readonly #poison: GPUBuffer | null;
  #destroyed = false;

  constructor(device: GPUDevice, options: RunnerOptions) {
    this.device = device;
    this.caps = {
      ...capsOf(device, options.adapterInfo),
      ...options.caps,
      ...(options.tuning && { tuning: options.tuning }),
      ...(options.matmulPrecision && { matmulPrecision: options.matmulPrecision }),
    };
    const measuredOn = options.tuning?.adapter;
    if (measuredOn !== undefined && measuredOn !== adapterKey(this.caps)) {
      throw new KernelError(
        `createRunner: tuning must have been measured on this adapter, ${adapterKey(this.caps)}; got that of ${measuredOn}. Run tune() again, or leave it out.`,
      );
    }
    this.#label = options.label ?? "runner";
    this.#debug = options.debug ?? 0;
    this.#log = options.log ?? ((line) => console.debug(line));
    this.#ownsDevice = options.ownsDevice ?? false;
    const log = (line: string): void => {
      if (this.#debug >= 1) this.#log(`${this.#label}: ${line}`);
    };
    this.#errors = new ErrorLog(device, this.#ownsDevice, log);
    this.#pipelines = new PipelineCache(device, this.caps, this.#errors, ({ key, code }) => {
      log(`pipeline ${key}`);
      if (this.#debug >= 4) this.#log(code);
    });
    this.#planner = new Planner(this.caps, this.#pipelines);
    this.#uniforms = new UniformSlots(device, options.uniformBytes ?? mebibyte, this.#label);
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
    this.#timing = new Timing(device, flushAfter);
    this.#encoder = new Encoder({
      device,
      errors: this.#errors,
      groups: this.#groups,
      uniforms: this.#uniforms,
      timing: this.#timing,
      flushAfter,
    });
    this.#repeat = new RepeatTimer(device, this.#encoder, this.#timing.clock);
    const { maxBufferSize } = device.limits;
    this.#pool = new BufferPool(
      (sizeBytes) => this.#makeBuffer(sizeBytes, bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst),
      (buffer) => this.#encoder.discard(buffer),
      { maxBufferSize, maxStorageBufferBindingSize: this.caps.maxStorageBufferBindingSize },
      options.maxPooledBytes,
    );
    const staging = new BufferPool(
      (sizeBytes) => this.#makeBuffer(sizeBytes, bufferUsage.mapRead | bufferUsage.copyDst),
      (buffer) => this.#encoder.discard(buffer),
      { maxBufferSize, maxStorageBufferBindingSize: maxBufferSize },
      maxStagingBytes,
    );
    this.#reader = new Reader(this.#encoder, this.#errors, staging, (promise) => this.#wait(promise));
    this.#poison = options.poison ? this.#makePoison() : null;
    if (this.#debug >= 2) {
      this.#timing.listen((time) => {
        const uniforms = this.#debug >= 3 ? ` ${JSON.stringify(time.dispatch.uniforms)}` : "";
        log(`${formatTime(time)}, ${(this.#pool.usedBytes / mebibyte).toFixed(1)} MiB in use${uniforms}`);
      });
    }
  }

  get stats(): RunnerStats {
    const { usedBytes, peakBytes, pooledBytes } = this.#pool;
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
      for (const sizeBytes of tempBytes) (all as Bindable[]).push(this.createBuffer(sizeBytes));
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
      for (let i = names.length; i < all.length; i++) this.#pool.give(all[i] as GPUBuffer);
    }
  }

  createBuffer(sizeBytes: number): GPUBuffer {
    this.#errors.check();
    const buffer = this.#pool.take(sizeBytes);
    if (this.#poison) {
      for (let offset = 0; offset < buffer.size; offset += poisonBytes) {
        this.#encoder.copy(this.#poison, 0, buffer, offset, Math.min(poisonBytes, buffer.size - offset));
      }
    }
    return buffer;
  }

  releaseBuffer(buffer: GPUBuffer): void {
    // After destroy() every buffer is gone; owners that clean up late do no harm.
    if (!this.#destroyed) this.#pool.give(buffer);
  }

  trim(): void {
    this.#pool.trim(0);
  }

  write(buffer: GPUBuffer, data: ArrayBufferView, offsetBytes: number = 0): void {
    this.#errors.check();
    const given = hostBytes("write: data", data);
    const sizeBytes = Math.ceil(given.length / 4) * 4;
    this.#checkRange("write", buffer, offsetBytes, sizeBytes, "copyDst");
    if (sizeBytes === 0) return;
    // A queue write takes effect at once, before everything that is encoded and not submitted.
    if (this.#encoder.uses(buffer)) this.#encoder.flush();
    const bytes = sizeBytes === given.length ? given : new Uint8Array(sizeBytes);
    if (bytes !== given) bytes.set(given);
    this.#errors.guard(
      ["validation"],
      () => this.device.queue.writeBuffer(buffer, offsetBytes, bytes),
      (error) => new KernelError(`write: the device refused it: ${error.message}`, { kind: "device", cause: error }),
    );
  }

  clear(buffer: GPUBuffer, offsetBytes: number, sizeBytes: number): void {
    this.#errors.check();
    this.#checkRange("clear", buffer, offsetBytes, sizeBytes, "copyDst");
    if (sizeBytes > 0) this.#encoder.clear(buffer, offsetBytes, sizeBytes);
  }

  copy(
    source: GPUBuffer,
    sourceOffsetBytes: number,
    target: GPUBuffer,
    targetOffsetBytes: number,
    sizeBytes: number,
  ): void {
    this.#errors.check();
    this.#checkRange("copy: source", source, sourceOffsetBytes, sizeBytes, "copySrc");
    this.#checkRange("copy: target", target, targetOffsetBytes, sizeBytes, "copyDst");
    if (source === target)
      throw new KernelError("copy: source and target must be two buffers; got the same one. Copy through a third.");
    if (sizeBytes > 0) this.#encoder.copy(source, sourceOffsetBytes, target, targetOffsetBytes, sizeBytes);
  }

  async read(buffer: GPUBuffer, sizeBytes: number, offsetBytes: number = 0): Promise<ArrayBuffer> {
    this.#errors.check();
    this.#checkRange("read", buffer, offsetBytes, Math.ceil(sizeBytes / 4) * 4, "copySrc");
    if (sizeBytes === 0) {
      await this.sync();
      return new ArrayBuffer(0);
    }
    return await this.#reader.read(buffer, offsetBytes, sizeBytes);
  }

  flush(): void {
    this.#errors.check();
    this.#encoder.flush();
  }

  async sync(): Promise<void> {
    this.flush();
    const reports = this.#errors.pending();
    try {
      await this.#wait(this.device.queue.onSubmittedWorkDone());
      await this.#timing.settle();
    } catch (cause) {
      throw await this.#errors.explainRejection("waiting for the GPU", cause, reports);
    }
    await this.#errors.raise(reports);
  }

  /** Waits for the GPU; where that computes on the CPU, without taking a core from it. */
  #wait<T>(promise: Promise<T>): Promise<T> {
    return this.caps.adapter === "software" ? restUntil(promise) : promise;
  }

  async precompile(programs: readonly Program[]): Promise<void> {
    this.#errors.check();
    await this.#pipelines.precompile(programs.flatMap(({ dispatches }) => dispatches));
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
    this.#pool.destroy();
    this.#reader.destroy();
    this.#timing.destroy();
    this.#repeat.destroy();
    this.#uniforms.buffer.destroy();
    this.#poison?.destroy();
    if (this.#ownsDevice) this.device.destroy();
  }

  #makeBuffer(sizeBytes: number, usage: number): GPUBuffer {
    return this.#errors.guard(
      ["validation", "out-of-memory"],
      () => this.device.createBuffer({ label: `${this.#label} ${sizeBytes}`, size: sizeBytes, usage }),
      (error) => {
        const { usedBytes, pooledBytes } = this.#pool;
        return new KernelError(
          `createBuffer: the device could not give ${sizeBytes} bytes with ${usedBytes} in use and ${pooledBytes} pooled: ${error.message} Use a smaller batch or model.`,
          { kind: "memory", needed: sizeBytes, cause: error },
        );
      },
    );
  }

  #makePoison(): GPUBuffer {
    const buffer = this.#makeBuffer(poisonBytes, bufferUsage.copySrc | bufferUsage.copyDst);
    this.device.queue.writeBuffer(buffer, 0, new Uint32Array(poisonBytes / 4).fill(0x7fc00000));
    return buffer;
  }

  #checkRange(
    what: string,
    buffer: GPUBuffer,
    offsetBytes: number,
    sizeBytes: number,
    usage: "copySrc" | "copyDst",
  ): void {
    if (
      offsetBytes % 4 !== 0 ||
      sizeBytes % 4 !== 0 ||
      !(offsetBytes >= 0) ||
      !(sizeBytes >= 0) ||
      offsetBytes + sizeBytes > buffer.size
    ) {
      throw new KernelError(
        `${what}: offset and size must be multiples of 4 within the buffer's ${buffer.size} bytes; got offset ${offsetBytes}, size ${sizeBytes}.`,
      );
    }
    if ((buffer.usage & bufferUsage[usage]) === 0) {
      throw new KernelError(
        `${what}: the buffer must have the usage ${usage === "copySrc" ? "COPY_SRC" : "COPY_DST"}; got usage ${buffer.usage}.`,
        { kind: "binding" },
      );
    }
  }
}
