// Where the CPU device keeps its bytes: separate array buffers, or one WebAssembly memory that SIMD kernels can reach.
import { blockBytes, memoryLimitBytes, KernelError, type WasmHeap, type WasmMemory } from "@x/kernels-wasm";
import { DeviceError } from "../errors.ts";
import { requireOptions } from "../arguments/require.ts";
import type { Block } from "./device.ts";

/**
 * A piece of host memory. `buffer` must be read again after every allocation: growing a WebAssembly memory replaces it.
 */
export interface CpuBlock extends Block {
  readonly buffer: ArrayBufferLike;
  readonly offsetBytes: number;
}

/** An allocator of host memory. */
export interface CpuHeap {
  allocate(sizeBytes: number): CpuBlock;
  free(block: CpuBlock): void;
  /** lets go of blocks held for reuse, where the system takes them back */
  trim(): void;
  /** bytes held for reuse */
  readonly pooledBytes: number;
  /** bytes of the largest block there can be */
  readonly maxBytes: number;
}

const granuleBytes = 64;
const pooledLimitBytes = 256 * 2 ** 20;

function rounded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / granuleBytes) * granuleBytes;
}

/** One ArrayBuffer per block; freed ones are kept by size, up to 256 MiB. */
export class ArrayHeap implements CpuHeap {
  readonly #free = new Map<number, CpuBlock[]>();
  /** What engines of 64 bits allow a typed array, less than which they may still refuse. */
  readonly maxBytes: number = 8 * 2 ** 30;
  pooledBytes = 0;

  allocate(sizeBytes: number): CpuBlock {
    const size = rounded(sizeBytes);
    const reused = this.#free.get(size)?.pop();
    if (reused) {
      this.pooledBytes -= size;
      return reused;
    }
    try {
      return { sizeBytes: size, buffer: new ArrayBuffer(size), offsetBytes: 0 };
    } catch (cause) {
      throw new DeviceError(`cpu: must be able to allocate ${size} bytes; the JavaScript engine refused.`, {
        device: "cpu",
        needed: size,
        cause,
      });
    }
  }

  free(block: CpuBlock): void {
    if (this.pooledBytes + block.sizeBytes > pooledLimitBytes) return;
    const list = this.#free.get(block.sizeBytes);
    if (list) list.push(block);
    else this.#free.set(block.sizeBytes, [block]);
    this.pooledBytes += block.sizeBytes;
  }

  trim(): void {
    this.#free.clear();
    this.pooledBytes = 0;
  }
}

/** Blocks inside the WebAssembly memory that SIMD kernels work on. */
export class WasmBlocks implements CpuHeap {
  readonly #heap: WasmHeap;

  constructor(heap: WasmHeap) {
    this.#heap = heap;
  }

  get pooledBytes(): number {
    return this.#heap.unusedBytes;
  }

  get maxBytes(): number {
    return memoryLimitBytes;
  }

  allocate(sizeBytes: number): CpuBlock {
    try {
      return new WasmBlock(this.#heap.memory, this.#heap.allocate(sizeBytes), blockBytes(sizeBytes));
    } catch (cause) {
      if (!(cause instanceof KernelError && cause.kind === "memory")) throw cause;
      throw new DeviceError(`cpu: ${cause.message}`, {
        device: "cpu",
        needed: cause.needed,
        got: cause.available,
        cause,
      });
    }
  }

  free({ offsetBytes, sizeBytes }: CpuBlock): void {
    this.#heap.free(offsetBytes, sizeBytes);
  }

  /**
   * Gives nothing back: a WebAssembly memory cannot shrink. What was freed serves the next allocations; the memory goes
   * with the device.
   */
  trim(): void {}
}

class WasmBlock implements CpuBlock {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly #memory: WasmMemory;

  constructor(memory: WasmMemory, offsetBytes: number, sizeBytes: number) {
    this.#memory = memory;
    this.offsetBytes = offsetBytes;
    this.sizeBytes = sizeBytes;
  }

  get buffer(): ArrayBufferLike {
    return this.#memory.buffer;
  }
}

/** A part of a block. */
export class CpuPart implements CpuBlock {
  readonly sizeBytes: number;
  readonly #whole: CpuBlock;
  readonly #startBytes: number;

  constructor(whole: CpuBlock, startBytes: number, sizeBytes: number) {
    requireOptions("CpuPart", whole, "whole");
    this.#whole = whole;
    this.#startBytes = startBytes;
    this.sizeBytes = sizeBytes;
  }

  get buffer(): ArrayBufferLike {
    return this.#whole.buffer;
  }

  get offsetBytes(): number {
    return this.#whole.offsetBytes + this.#startBytes;
  }
}
