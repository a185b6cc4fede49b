// Runs programs: compiles each kernel and configuration once, on first use, and calls it with addresses, on as many
// threads as the call and the runner allow.
import {
  BoundedCache,
  type CacheStats,
  checkKernelOptions,
  describeValue,
  hostBytes,
  KernelError,
  type OptionKeys,
  requireArguments,
} from "@x/base";
import { blockBytes, reserveMemory, WasmHeap } from "./heap.ts";
import { type WasmArgument, type WasmCall, type WasmProgram, wasmText } from "./kernel.ts";
import { compile } from "./language/compile.ts";
import { wasmSupport } from "./support.ts";
import type { Job, ThreadPool } from "./threads/pool.ts";
import type { Sharing } from "./threads/threshold.ts";
import type { Threads } from "./threads/threads.ts";

/** Options of {@link createWasmRunner}. */
export interface WasmRunnerOptions {
  /** memory of the buffers of programs; default: a heap of its own. For several threads its memory must be shared. */
  readonly heap?: WasmHeap;
  /**
   * Fused multiply-adds of relaxed SIMD; default: where the engine has them. They differ from two roundings in the last
   * bit.
   */
  readonly fma?: boolean;
  /**
   * Threads that share long calls, the calling one included; default 1. The results have the same bits for any number.
   */
  readonly threads?: number;
  /** Calls that take this long on one thread are shared; default 1. 0 shares every call that can be. */
  readonly shareAboveMs?: number;
  /** How long a worker may stay in a call that the others have finished before it counts as dead; default 10 000 ms. */
  readonly patienceMs?: number;
  /**
   * How long the calling thread waits for a worker to begin a call before it takes part; default 0. Tests make sure of
   * workers by it.
   */
  readonly headStartMs?: number;
}

const runnerOptions: OptionKeys<WasmRunnerOptions> = {
  heap: true,
  fma: "boolean",
  threads: true,
  shareAboveMs: true,
  patienceMs: true,
  headStartMs: true,
};

/** A program made ready: called with the address of each of its buffers. */
export type PreparedProgram = (addresses: Readonly<Record<string, number>>) => void;

type Main = (...args: number[]) => void;

interface CompiledKernel {
  readonly main: Main;
  readonly code: Uint8Array;
  /** of this module and no other, ever */
  readonly number: number;
}

/** Modules kept for programs to come; those that prepared programs use stay with them. */
const mostModules = 1024;

interface PreparedCall {
  readonly run: () => void;
  readonly args: number[];
  /** arguments that are addresses: where they go, of which buffer, and how far into it */
  readonly slots: readonly Slot[];
}

interface Slot {
  readonly at: number;
  readonly buffer: string;
  readonly offsetBytes: number;
}

/** Compiles WebAssembly kernels, each text once, and runs their calls on the memory of a heap. */
export class WasmRunner {
  readonly heap: WasmHeap;
  readonly fma: boolean;
  /**
   * By text, which is all that a module is made of: two kernels of one name are two modules unless they say the same.
   */
  readonly #kernels = new BoundedCache<string, CompiledKernel>(mostModules, ({ number }) => this.#pool?.forget(number));
  #compiled = 0;
  readonly #alone: string | undefined;
  readonly #pool: ThreadPool | undefined;
  readonly #sharing: Sharing | undefined;

  /**
   * {@link createWasmRunner} gives `parallel`, what starts threads: a page that asks for one thread does not hold it.
   *
   * @throws KernelError where WebAssembly SIMD is missing or forbidden, or for a number of threads that is none
   */
  constructor(options: WasmRunnerOptions, parallel?: Threads) {
    requireArguments("WasmRunner", { options }, { options: "object" });
    checkKernelOptions("WasmRunner", options, runnerOptions);
    const { heap, fma, threads = 1, shareAboveMs = 1, patienceMs = 10_000, headStartMs = 0 } = options;
    requireArguments(
      "WasmRunner",
      { heap, fma, shareAboveMs, patienceMs, headStartMs },
      { "heap?": "object", "fma?": "boolean", shareAboveMs: "number", patienceMs: "number", headStartMs: "number" },
    );
    for (const [name, ms] of Object.entries({ shareAboveMs, patienceMs, headStartMs }))
      if (ms < 0) throw new KernelError(`WasmRunner: ${name} must be at least 0; got ${ms}.`);
    if (heap && !(heap instanceof WasmHeap))
      throw new KernelError(`WasmRunner: heap must be a WasmHeap; got ${describeValue(heap)}.`);
    const support = wasmSupport();
    if (!support.simd)
      throw new KernelError(`runner: needs WebAssembly with SIMD; ${support.reason}.`, { kind: "feature" });
    if (!Number.isInteger(threads) || threads < 1 || threads > 256)
      throw new KernelError(`runner: threads must be a whole number from 1 to 256; got ${threads}.`);
    if (threads > 1 && !parallel)
      throw new KernelError(`runner: for ${threads} threads it must be made by createWasmRunner; it was made without.`);
    this.#alone = threads > 1 ? parallel!.whyOneThread() : undefined;
    const several = threads > 1 && this.#alone === undefined;
    this.heap = heap ?? new WasmHeap(reserveMemory(several));
    this.fma = fma ?? support.fma;
    if (several && this.heap.memory.buffer instanceof ArrayBuffer) {
      throw new KernelError(
        `runner: ${threads} threads need a heap over shared memory; got one over memory that is not. Make it with new WasmHeap(reserveMemory(true)).`,
      );
    }
    if (several) {
      this.#pool = parallel!.pool(this.heap, threads, { patienceMs, headStartMs });
      this.#sharing = parallel!.sharing(this.#pool, shareAboveMs);
    }
  }

  /** Number of modules kept. */
  get modules(): number {
    return this.#kernels.size;
  }

  /** What is kept to run calls faster. Bounded: what was not used for longest goes. */
  get caches(): Readonly<Record<string, CacheStats>> {
    return { modules: this.#kernels.stats, ...(this.#sharing && { callTimes: this.#sharing.stats }) };
  }

  /** Threads that share calls, the calling one included: 1 where workers cannot be had. */
  get threads(): number {
    return this.#pool && this.#pool.unavailable === undefined ? this.#pool.threads : 1;
  }

  /** Why there is one thread where more were asked for. */
  get oneThreadReason(): string | undefined {
    return this.#alone ?? this.#pool?.unavailable;
  }

  /** Items of calls (rows, columns, heads, vectors) that other threads have done. */
  get sharedItems(): number {
    return this.#pool?.sharedItems ?? 0;
  }

  /** Starts the workers now, rather than at the first call worth it, and resolves when they run. */
  async startThreads(): Promise<void> {
    await this.#pool?.started();
  }

  /** Ends the workers; what runs afterwards runs on the calling thread. */
  dispose(): void {
    this.#pool?.dispose();
  }

  /** Resolves names and compiles what is new; the result runs the program as often as wanted. */
  prepare({ temps, calls }: WasmProgram): PreparedProgram {
    const sizes = this.#tempSizes(temps, calls);
    const prepared = calls.map((call) => this.#prepareCall(call, temps));
    return (given) => {
      let addresses = given;
      if (sizes.length > 0) {
        const own: Record<string, number> = { ...given };
        for (const [name, sizeBytes] of sizes) own[name] = this.heap.allocate(sizeBytes);
        addresses = own;
      }
      try {
        for (const { run, args, slots } of prepared) {
          for (const { at, buffer, offsetBytes } of slots) {
            const address = addresses[buffer];
            if (address === undefined)
              throw new KernelError(
                `run: must be given the address of "${buffer}"; got those of ${Object.keys(given).join(", ")}.`,
              );
            args[at] = address + offsetBytes;
          }
          run();
        }
      } finally {
        for (const [name, sizeBytes] of sizes)
          if (addresses[name] !== undefined) this.heap.free(addresses[name], sizeBytes);
      }
    };
  }

  /** {@link prepare} and run once. */
  run(program: WasmProgram, addresses: Readonly<Record<string, number>>): void {
    this.prepare(program)(addresses);
  }

  /** A block holding `data`. Free it with `free(address, bytes)` of the heap. */
  upload(data: Float32Array | Int32Array | Uint32Array): number {
    const address = this.heap.allocate(data.byteLength);
    new Uint8Array(this.heap.memory.buffer, address, data.byteLength).set(hostBytes("upload: data", data));
    return address;
  }

  /** A copy of `length` floats. */
  read(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(new Float32Array(this.heap.memory.buffer, address, length));
  }

  /**
   * What to allocate: a temporary that each thread needs for itself comes as often as there are threads, on cache lines
   * of their own.
   */
  #tempSizes(temps: WasmProgram["temps"], calls: readonly WasmCall[]): [name: string, sizeBytes: number][] {
    const own = new Set(this.#pool ? calls.flatMap(({ split }) => split?.own ?? []) : []);
    return Object.entries(temps).map(([name, sizeBytes]) => [
      name,
      own.has(name) ? this.#pool!.threads * blockBytes(sizeBytes) : sizeBytes,
    ]);
  }

  #prepareCall({ kernel, config, args: given, split }: WasmCall, temps: WasmProgram["temps"]): PreparedCall {
    const text = wasmText(kernel, config);
    const { main, code, number } = this.#kernels.get(text, () => ({
      ...this.#compile(kernel.name, config, text),
      number: this.#compiled++,
    }));
    const names = Object.keys(kernel.params);
    const args: number[] = [];
    const slots: Slot[] = [];
    names.forEach((name, at) => {
      const arg =
        split && name === "begin"
          ? 0
          : split && name === "end"
            ? split.count
            : (given[name] as WasmArgument | undefined);
      if (arg === undefined)
        throw new KernelError(`${kernel.name}: must get ${names.join(", ")}; ${name} is missing.`, {
          kernel: kernel.name,
        });
      if (typeof arg === "number") args.push(arg);
      else {
        args.push(0);
        slots.push(typeof arg === "string" ? { at, buffer: arg, offsetBytes: 0 } : { at, ...arg });
      }
    });
    const { count, grain = 1, own: ownNames = [] } = split ?? { count: 1 };
    if (!this.#sharing || count <= grain) return { run: () => main(...args), args, slots };
    const own = slots
      .filter(({ buffer }) => ownNames.includes(buffer))
      .map(({ at, buffer }) => ({ at, strideBytes: blockBytes(temps[buffer]!) }));
    const job: Job = {
      kernel: number,
      code,
      name: kernel.name,
      main,
      args,
      beginAt: names.indexOf("begin"),
      endAt: names.indexOf("end"),
      count,
      grain,
      own,
    };
    return { run: this.#sharing.prepare(job, `${number} ${args.join()}`), args, slots };
  }

  #compile(name: string, config: unknown, text: string): { main: Main; code: Uint8Array } {
    const { memory } = this.heap;
    try {
      // One small module per kernel: some browsers compile only small ones at once on a page's main thread.
      const shared = !(memory.buffer instanceof ArrayBuffer);
      const code = compile(text, { fma: this.fma, shared });
      return {
        main: new WebAssembly.Instance(new WebAssembly.Module(code), { host: { memory: memory as WebAssembly.Memory } })
          .exports["main"] as Main,
        code,
      };
    } catch (cause) {
      const lines = text.split("\n").map((line, i) => `${String(i + 1).padStart(4)}  ${line}`);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new KernelError(
        `${name}: must compile (config ${JSON.stringify(config)}); ${reason}\n${lines.join("\n")}`,
        {
          kind: "compile",
          kernel: name,
          cause,
        },
      );
    }
  }
}
