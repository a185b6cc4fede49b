// The interfaces of a runner, which runs programs over buffers of a GPUDevice.
import type { CacheStats, OptionKeys } from "@x/base";
import type { Caps } from "../caps.ts";
import type { Program } from "../kernel.ts";
import type { Bindable, BufferRange } from "../buffer-range.ts";
import type { Tuning } from "../tuning/table.ts";
import type { AdapterInfo } from "./device.ts";
import type { Clock, DispatchTime } from "./dispatch-time.ts";
import type { Report } from "./error-log.ts";
import type { Watch } from "./observer.ts";
import type { PrecompileOptions } from "./precompile-options.ts";
import type { RepeatCall, RepeatTime } from "./repeat-timing.ts";

/** Counters of a runner; bytes are those of buffers it created. */
export interface RunnerStats {
  readonly dispatches: number;
  readonly submits: number;
  readonly pipelines: number;
  /** bytes handed out and not released */
  readonly usedBytes: number;
  readonly peakBytes: number;
  /** bytes kept in the pool for reuse */
  readonly pooledBytes: number;
  /** what is kept to run dispatches faster, by name; bounded: what was not used for longest goes */
  readonly caches: Readonly<Record<string, CacheStats>>;
}

/**
 * A program ready to run over and over: it remembers its pipelines and, as long as it is given the same pieces of
 * memory, its bind groups.
 */
export interface PreparedProgram {
  /** the inputs and outputs it needs, in the order in which `run` takes their buffers */
  readonly names: readonly string[];
  /**
   * @param offsets elements between the start of each buffer and its operand; default: none. Only programs with {@link
   * Dispatch.offsets} observe them.
   */
  run(buffers: readonly Bindable[], offsets?: readonly number[]): void;
}

/**
 * Runs programs on one GPUDevice. Everything is recorded into one command encoder and submitted by {@link Runner.flush}
 * (or by a read, or when enough has gathered); calls take effect in program order.
 */
export interface Runner {
  readonly device: GPUDevice;
  readonly caps: Caps;
  readonly stats: RunnerStats;
  /** Whether the device is lost or the runner destroyed: every call raises. */
  readonly gone: boolean;
  /**
   * Encodes a program. `buffers` names its inputs and outputs, each a GPUBuffer or a part of one; temps come from the
   * pool and go back to it. As WebGPU has it, a buffer that a dispatch writes must not be read in it, not even another
   * part; two parts of one buffer may be written.
   */
  run(program: Program, buffers: Readonly<Record<string, Bindable>>): void;
  /**
   * The program as something to run again and again, e.g. as a step of a recorded computation. Compiles nothing yet.
   */
  prepare(program: Program): PreparedProgram;
  /** A storage buffer of at least `sizeBytes`, from the pool; contents undefined. */
  createBuffer(sizeBytes: number): GPUBuffer;
  /** Gives a buffer of `createBuffer` back to the pool. Dispatches already encoded still see its contents. */
  releaseBuffer(buffer: GPUBuffer): void;
  /** Whether WebGPU has said by now that it had no memory for a buffer of `createBuffer`. */
  hasFailed(buffer: GPUBuffer): boolean;
  /** Destroys the buffers that wait in the pool, once the work that uses them is submitted. */
  trim(): void;
  /** Writes bytes; ordered with respect to everything encoded before and after. */
  write(buffer: GPUBuffer, data: ArrayBufferView, offsetBytes?: number): void;
  /** Sets bytes to zero. */
  clear(buffer: GPUBuffer, offsetBytes: number, sizeBytes: number): void;
  copy(
    source: GPUBuffer,
    sourceOffsetBytes: number,
    target: GPUBuffer,
    targetOffsetBytes: number,
    sizeBytes: number,
  ): void;
  /**
   * Submits what is encoded, copies the bytes out. Rejects with the first error the device reported since the last
   * read.
   */
  read(buffer: GPUBuffer, sizeBytes: number, offsetBytes?: number): Promise<ArrayBuffer>;
  /**
   * Reads several ranges, whose offsets are multiples of 4, at one moment and with one wait. A caller that follows what
   * depends on what gives the reports that the ranges depend on, and raises their errors itself.
   */
  readAll(ranges: readonly BufferRange[], followed?: ReadonlySet<unknown>): Promise<ArrayBuffer[]>;
  /** Runs calls of this runner and adds to `reports` what the device will say about them. */
  collect(run: () => void, reports: Set<Report>): void;
  /** Submits what is encoded. */
  flush(): void;
  /** Submits and waits for the GPU. Rejects like {@link Runner.read}; `followed`: only with errors that belong to no call. */
  sync(followed?: unknown): Promise<void>;
  /** Destroys every buffer the runner made; the GPUDevice only if the runner requested it. */
  destroy(): void;
}

/** Options of {@link createRunner}. */
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
  readonly tuning?: Tuning | undefined;
  /** What matrix products may round their operands to; default `"f32"`. See {@link Caps.matmulPrecision}. */
  readonly matmulPrecision?: "f32" | "f16" | undefined;
  /** The runner alone uses the device: it reports its uncaptured errors and destroys it. Default false. */
  readonly ownsDevice?: boolean;
  /**
   * Bytes of released buffers kept for reuse; default 512 MiB, or more, up to the most that was in use at a time less
   * what is in use.
   */
  readonly maxPooledBytes?: number;
  /** Dispatches after which the encoded work is submitted, so that the GPU starts early; default 256. */
  readonly flushAfter?: number;
  /** Bytes of the buffer that holds uniforms; when they are used up, it submits and starts over. Default 1 MiB. */
  readonly uniformBytes?: number;
  /** Fills every buffer it hands out with NaN, to find elements that no kernel writes. Default false. */
  readonly poison?: boolean | undefined;
  /**
   * Plans and checks as if the device could do only this, e.g. `{ maxStorageBufferBindingSize: 65536 }`. For tests of
   * what is done where limits are low.
   */
  readonly caps?: Partial<Caps> | undefined;
}

/** What `createRunner` reads. */
export const runnerOptions: OptionKeys<RunnerOptions> = {
  label: true,
  debug: true,
  log: "function",
  adapterInfo: true,
  tuning: true,
  matmulPrecision: true,
  ownsDevice: "boolean",
  maxPooledBytes: true,
  flushAfter: true,
  uniformBytes: true,
  poison: "boolean",
  caps: true,
};

/** What {@link WebGPURunner.profile} measured. */
export interface Profile {
  readonly clock: Clock;
  readonly dispatches: readonly DispatchTime[];
}

/** A {@link Runner} with what only a real GPU has. */
export interface WebGPURunner extends Runner {
  /** Whom it tells what it does; {@link observe} begins that. */
  readonly watch: Watch;
  /** Compiles the pipelines of programs ahead of time, in parallel and without blocking. Rejects with the first WGSL error. */
  precompile(programs: readonly Program[], options?: PrecompileOptions): Promise<void>;
  /**
   * Runs `work` and gives the time of every dispatch in it. Each dispatch gets a pass of its own, so the whole is
   * slower than usual.
   */
  profile(work: () => void | Promise<void>): Promise<Profile>;
  /**
   * Runs a program `count` times, its buffers taken from `sets` in turn, and gives the time of all runs together: by
   * two timestamps around them, or, without timestamp queries, from the first call to done.
   */
  time(call: RepeatCall): Promise<RepeatTime>;
}
