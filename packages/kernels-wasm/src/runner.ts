// Runs programs: compiles each kernel and configuration once, on first use, and calls it with addresses.
import { WasmError } from "./errors.ts";
import { WasmHeap } from "./heap.ts";
import { type WasmArgument, type WasmCall, type WasmKernel, wasmKernelKey, type WasmProgram, wasmText } from "./kernel.ts";
import { compile } from "./language/compile.ts";
import { wasmSupport } from "./support.ts";

/** Options of {@link createWasmRunner}. */
export interface WasmRunnerOptions {
  /** where the buffers of programs lie; default: a heap of its own */
  readonly heap?: WasmHeap;
  /** Fused multiply-adds of relaxed SIMD; default: where the engine has them. They differ from two roundings in the last bit. */
  readonly fma?: boolean;
}

/** A program made ready: called with the address of each of its buffers. */
export type PreparedProgram = (addresses: Readonly<Record<string, number>>) => void;

type Main = (...args: number[]) => void;

interface PreparedCall {
  readonly main: Main;
  readonly args: number[];
  /** arguments that are addresses: where they go, of which buffer, and how far into it */
  readonly slots: readonly { readonly at: number; readonly buffer: string; readonly offsetBytes: number }[];
}

export class WasmRunner {
  readonly heap: WasmHeap;
  readonly fma: boolean;
  readonly #kernels = new Map<string, Main>();

  /** @throws WasmError where WebAssembly SIMD is missing or forbidden */
  constructor({ heap, fma }: WasmRunnerOptions) {
    const support = wasmSupport();
    if (!support.simd) throw new WasmError(`runner: needs WebAssembly with SIMD; ${support.reason}.`, { kind: "support" });
    this.heap = heap ?? new WasmHeap();
    this.fma = fma ?? support.fma;
  }

  /** Number of modules compiled so far. */
  get modules(): number {
    return this.#kernels.size;
  }

  /** Resolves names and compiles what is new; the result runs the program as often as wanted. */
  prepare({ temps, calls }: WasmProgram): PreparedProgram {
    const prepared = calls.map((call) => this.#prepareCall(call));
    const sizes = Object.entries(temps);
    return (given) => {
      let addresses = given;
      if (sizes.length > 0) {
        const own: Record<string, number> = { ...given };
        for (const [name, sizeBytes] of sizes) own[name] = this.heap.allocate(sizeBytes);
        addresses = own;
      }
      try {
        for (const { main, args, slots } of prepared) {
          for (const { at, buffer, offsetBytes } of slots) {
            const address = addresses[buffer];
            if (address === undefined) throw new WasmError(`run: must be given the address of "${buffer}"; got those of ${Object.keys(given).join(", ")}.`);
            args[at] = address + offsetBytes;
          }
          main(...args);
        }
      } finally {
        for (const [name, sizeBytes] of sizes) if (addresses[name] !== undefined) this.heap.free(addresses[name], sizeBytes);
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
    new Uint8Array(this.heap.memory.buffer, address, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return address;
  }

  /** A copy of `length` floats. */
  read(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(new Float32Array(this.heap.memory.buffer, address, length));
  }

  #prepareCall({ kernel, config, args: given, split }: WasmCall): PreparedCall {
    const main = this.#main(kernel, config);
    const args: WasmCall["args"] = split ? { ...given, begin: 0, end: split.count } : given;
    const names = Object.keys(kernel.params);
    const values: number[] = [];
    const slots: { at: number; buffer: string; offsetBytes: number }[] = [];
    names.forEach((name, at) => {
      const arg = args[name] as WasmArgument | undefined;
      if (arg === undefined) throw new WasmError(`${kernel.name}: must get ${names.join(", ")}; ${name} is missing.`, { kernel: kernel.name });
      if (typeof arg === "number") values.push(arg);
      else {
        values.push(0);
        slots.push(typeof arg === "string" ? { at, buffer: arg, offsetBytes: 0 } : { at, ...arg });
      }
    });
    return { main, args: values, slots };
  }

  #main(kernel: WasmKernel, config: unknown): Main {
    const key = wasmKernelKey(kernel, config);
    let main = this.#kernels.get(key);
    if (!main) this.#kernels.set(key, (main = this.#compile(kernel, config)));
    return main;
  }

  #compile(kernel: WasmKernel, config: unknown): Main {
    const { memory } = this.heap;
    const text = wasmText(kernel, config);
    try {
      // One small module per kernel: some browsers compile only small ones at once on a page's main thread.
      const shared = !(memory.buffer instanceof ArrayBuffer);
      const module = new WebAssembly.Module(compile(text, { fma: this.fma, shared }));
      return new WebAssembly.Instance(module, { host: { memory } }).exports["main"] as Main;
    } catch (cause) {
      const lines = text.split("\n").map((line, i) => `${String(i + 1).padStart(4)}  ${line}`);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new WasmError(`${kernel.name}: must compile (config ${JSON.stringify(config)}); ${reason}\n${lines.join("\n")}`, {
        kind: "text", kernel: kernel.name, cause,
      });
    }
  }
}

/**
 * A runner over a memory of its own, or over your heap.
 *
 * @throws WasmError where WebAssembly SIMD is missing or forbidden
 */
export function createWasmRunner(options: WasmRunnerOptions = {}): WasmRunner {
  return new WasmRunner(options);
}
