// The CPU device: primitives run at once, as SIMD WebAssembly kernels where they have one, else as plain loops; both
// over the same memory.
import { hostBytes, turns } from "@x/base";
import {
  compilesWasm,
  createWasmRunner,
  type PreparedProgram,
  type WasmProgram,
  WasmRunner,
  type WasmRunnerOptions,
} from "@x/kernels-wasm";
import { traceFromStart } from "#trace-switch";
import { reportMemory } from "../debug.ts";
import { DeviceError, checkOptions } from "../errors.ts";
import { checkIds } from "./id-range.ts";
import { type Lowering, mapValues, type OutputRows, outputRows, type Spec } from "./lowering.ts";
import { Caches } from "./caches.ts";
import {
  type Block,
  type Device,
  type DeviceMemory,
  type DeviceStats,
  type Operand,
  type KernelCost,
  type PreparedRun,
  transfer,
} from "./device.ts";
import { ArrayHeap, type CpuBlock, type CpuHeap, CpuPart, WasmBlocks } from "./heap.ts";
import { maxCachedOps, OpCache } from "./op-cache.ts";
import { requireArity, requireMethods, requireText } from "../arguments/require.ts";
import { hostResult, hostTensor, scatter, startOf } from "./host-operands.ts";
import { runnerOrReason, warnOfLoops } from "./wasm-or-loops.ts";

/** Options of {@link createCpuDevice}. */
export interface CpuDeviceOptions {
  /**
   * SIMD WebAssembly kernels; default: where the engine has them and the page may compile them. false: plain loops
   * only.
   */
  readonly wasm?: boolean;
  /** Fused multiply-adds, which differ from two roundings in the last bit; default: where the engine has them. */
  readonly fma?: boolean;
  /**
   * Threads that share long kernels, the calling one included; default 1. Results have the same bits for any number.
   * Only where several can be had: Node, Deno, a worker of a cross-origin isolated page; elsewhere one thread, and the
   * description says why. `dispose()` ends them; they do not keep a process alive.
   */
  readonly threads?: number;
  /** Runs the kernels, instead of one made from the other options. The device disposes of it. */
  readonly runner?: WasmRunner;
  /** Replaces the device's own description. */
  readonly description?: string;
}

class CpuDevice implements Device {
  readonly kind = "cpu";
  readonly caches = new Caches();
  readonly maxOperandBytes = Infinity;
  readonly #description: string | undefined;
  readonly #withoutKernels: string;
  readonly #runner: WasmRunner | undefined;
  readonly #heap: CpuHeap;
  readonly #prepared = new OpCache<PreparedRun | undefined>(this.caches.named("programs", maxCachedOps));
  #usedBytes = 0;
  #peakBytes = 0;
  /** Nothing here waits for anything: loops that read a value each time would let no signal, timer or socket through before they end. */
  readonly #rest = turns();

  constructor(options: CpuDeviceOptions, runnerOf: (options: WasmRunnerOptions) => WasmRunner) {
    checkOptions("createCpuDevice", options, {
      wasm: "boolean",
      fma: "boolean",
      threads: true,
      runner: true,
      description: true,
    });
    const { wasm = true, fma, threads = 1, runner, description } = options;
    if (runner !== undefined) requireMethods("createCpuDevice", "runner", runner, "a WasmRunner", ["prepare"]);
    if (description !== undefined) requireText("createCpuDevice", "description", description);
    const must = "cpu: threads must be a whole number from 1 to 256";
    if (!Number.isInteger(threads) || threads < 1 || threads > 256)
      throw new DeviceError(`${must}; got ${threads}.`, { device: "cpu", got: threads });
    const found =
      runner ?? (wasm ? runnerOrReason(runnerOf, { threads, ...(fma !== undefined && { fma }) }) : undefined);
    if (typeof found === "object") this.#runner = found;
    else if (typeof found === "string") warnOfLoops(found);
    this.#heap = this.#runner ? new WasmBlocks(this.#runner.heap) : new ArrayHeap();
    this.#description = description;
    this.#withoutKernels =
      typeof found === "string"
        ? `, because ${found}`
        : threads > 1
          ? ", because only WebAssembly kernels are shared"
          : "";
    traceFromStart(this);
  }

  get description(): string {
    if (this.#description !== undefined) return this.#description;
    if (!this.#runner) return `CPU, plain loops, one thread${this.#withoutKernels}`;
    const { fma, threads, oneThreadReason } = this.#runner;
    const because = oneThreadReason === undefined ? "" : `, because ${oneThreadReason}`;
    return `CPU, WebAssembly SIMD${fma ? " with FMA" : ""}, ${threads === 1 ? `one thread${because}` : `${threads} threads`}`;
  }

  get memory(): DeviceMemory {
    return { usedBytes: this.#usedBytes, peakBytes: this.#peakBytes, pooledBytes: this.#heap.pooledBytes };
  }

  get stats(): DeviceStats {
    return { caches: { ...this.caches.stats, ...this.#runner?.caches } };
  }

  get maxBytes(): number {
    return this.#heap.maxBytes;
  }

  allocate(sizeBytes: number): CpuBlock {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
      throw new DeviceError(
        `cpu: the size of a block must be a whole number of bytes of at least 0; got ${sizeBytes}.`,
        { device: "cpu", got: sizeBytes },
      );
    }
    const block = this.#heap.allocate(sizeBytes);
    this.#usedBytes += block.sizeBytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#usedBytes);
    return block;
  }

  free(block: Block): void {
    this.#usedBytes -= block.sizeBytes;
    this.#heap.free(block as CpuBlock);
  }

  trim(): void {
    this.#heap.trim();
  }

  part(block: Block, offsetBytes: number, sizeBytes: number): CpuBlock {
    return new CpuPart(block as CpuBlock, offsetBytes, sizeBytes);
  }

  clear(block: Block): void {
    bytesOf(block as CpuBlock, block.sizeBytes).fill(0);
  }

  upload(block: Block, data: ArrayBufferView): void {
    bytesOf(block as CpuBlock, data.byteLength).set(hostBytes("upload: data", data));
  }

  async download(block: Block, sizeBytes: number): Promise<ArrayBuffer> {
    const copy = new Uint8Array(sizeBytes);
    copy.set(bytesOf(block as CpuBlock, sizeBytes));
    await this.#rest();
    return copy.buffer;
  }

  copy(source: Block, target: Block, sizeBytes: number): void {
    bytesOf(target as CpuBlock, sizeBytes).set(bytesOf(source as CpuBlock, sizeBytes));
  }

  /** What kernels take is a part of the WebAssembly memory that no block has. */
  roundedInputs(): readonly string[] {
    return [];
  }

  kernelCost(): KernelCost {
    return { dispatches: 1, bytes: 0 };
  }

  mayShareBlock(): boolean {
    return true;
  }

  prepare(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
  ): PreparedRun | undefined {
    return primitive.transfer
      ? (x) => transfer(this, x)
      : this.#prepare(primitive, inputs, params, outputRows(outputs));
  }

  /** How to run an op, made once for its inputs and parameters; undefined where it has neither kernel nor loops. */
  #prepare(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    given: unknown,
    rows: OutputRows,
  ): PreparedRun | undefined {
    if (!primitive.cpu && !primitive.wasm) return undefined;
    return this.#prepared.get(
      primitive,
      inputs,
      given,
      (params) => {
        const ranges = primitive.ids?.(inputs, params) ?? [];
        const check =
          ranges.length === 0 && !primitive.check
            ? undefined
            : (x: Readonly<Record<string, Operand>>): void => {
                const host = mapValues(x, hostTensor);
                checkIds(ranges, host);
                primitive.check?.(host, params);
              };
        const program = this.#program(primitive, inputs, params, rows);
        if (program) return runOf(() => this.#runner!.prepare(program), check);
        if (!primitive.cpu) return undefined;
        return (x, y) => {
          check?.(x);
          const results = mapValues(y, hostResult);
          primitive.cpu!(mapValues(x, hostTensor), results, params);
          for (const name in rows) scatter(results[name]!, y[name]!);
        };
      },
      rows,
    );
  }

  /** The kernels' calls for these inputs; doubles and empty tensors are left to the loops. */
  #program(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    params: unknown,
    rows: OutputRows,
  ): WasmProgram | undefined {
    if (!this.#runner || !primitive.wasm) return undefined;
    for (const name in inputs) {
      const { dtype, shape } = inputs[name]!;
      if (dtype === "f64" || shape.includes(0)) return undefined;
    }
    const program = primitive.wasm(inputs, params, rows);
    return program && compilesWasm(program) ? program : undefined;
  }

  follow(run: () => void): void {
    run();
  }

  flush(): void {}

  sync(): Promise<void> {
    return this.#rest();
  }

  dispose(): void {
    reportMemory(this.kind, this.memory);
    this.#runner?.dispose();
  }
}

/**
 * A program over operands, after the check of their values, where there is one. It is compiled when it first runs: what
 * is only recorded may be fused.
 */
function runOf(
  prepare: () => PreparedProgram,
  check: ((x: Readonly<Record<string, Operand>>) => void) | undefined,
): PreparedRun {
  let run: PreparedProgram | undefined;
  return (x, y) => {
    check?.(x);
    run ??= prepare();
    const addresses: Record<string, number> = {};
    for (const name in x) addresses[name] = startOf(x[name]!);
    for (const name in y) addresses[name] = startOf(y[name]!);
    run(addresses);
  };
}

function bytesOf(block: CpuBlock, sizeBytes: number): Uint8Array {
  return new Uint8Array(block.buffer, block.offsetBytes, sizeBytes);
}

/**
 * A CPU device of its own (own memory, own counters). Most programs use the shared {@link cpuDevice}.
 *
 * @example
 * const device = createCpuDevice({ wasm: false });   // plain loops, as an oracle
 *
 * @example
 * const device = createCpuDevice({ threads: 2 });   // long kernels on two threads
 * device.dispose();
 */
export function createCpuDevice(options: CpuDeviceOptions = {}): Device {
  requireArity("createCpuDevice", arguments, 1);
  return new CpuDevice(options, createWasmRunner);
}

let shared: Device | undefined;

/** The shared CPU device: works everywhere, nothing to install; where tensors go unless told otherwise. */
export function cpuDevice(): Device {
  requireArity("cpuDevice", arguments, 0);
  return (shared ??= new CpuDevice({}, (options) => new WasmRunner(options))); // on one thread
}
