// Memory for kernels: blocks inside one WebAssembly memory, found by first fit, merged when freed, grown when full.
import { requireArguments, KernelError } from "@x/base";
import { maximumPages } from "./language/module.ts";

const pageBytes = 65536;
/** Blocks begin and end on cache lines, so that kernels may read and write whole vectors at the end of a buffer. */
const granuleBytes = 64;
/** Growing replaces the memory's ArrayBuffer: rarely, in large steps. */
const growthBytes = 16 * 2 ** 20;

/** Bytes at which every memory ends. */
export const memoryLimitBytes: number = maximumPages * pageBytes;

/** Bytes a block of `sizeBytes` really takes. */
export function blockBytes(sizeBytes: number): number {
  // Every op of the CPU device passes here: what is right needs no table.
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
    requireArguments("blockBytes", { sizeBytes }, { sizeBytes: "count" });
  return Math.max(granuleBytes, Math.ceil(sizeBytes / granuleBytes) * granuleBytes);
}

/**
 * What is used of a `WebAssembly.Memory`, written out since TypeScript knows that name only with a DOM or worker
 * library.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  grow(pages: number): number;
}

interface Hole {
  address: number;
  sizeBytes: number;
}

/**
 * A memory that may grow as far as this process can reserve addresses for: phones and containers allow less than 4 GiB.
 */
export function reserveMemory(shared: boolean = false): WasmMemory {
  requireArguments("reserveMemory", { shared }, { shared: "boolean" });
  let cause: unknown;
  for (let maximum = maximumPages; maximum >= 4096; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared });
    } catch (error) {
      cause = error;
    }
  }
  throw new KernelError("memory: must be able to reserve 256 MiB of addresses; this JavaScript engine refused.", {
    kind: "memory",
    needed: 2 ** 28,
    cause,
  });
}

/** An allocator over a memory that nothing else allocates in. Address 0 is never given out. */
export class WasmHeap {
  readonly memory: WasmMemory;
  readonly #holes: Hole[] = [];
  #top = granuleBytes;
  #freeBytes = 0;

  /** @throws KernelError when no memory can be had */
  constructor(memory: WasmMemory = reserveMemory()) {
    requireArguments("WasmHeap", { memory }, { memory: "object" });
    requireArguments("WasmHeap", { "memory.grow": memory.grow }, { "memory.grow": "function" });
    this.memory = memory;
  }

  /** Bytes freed and kept for reuse. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /**
   * Bytes of the memory that no block takes: freed ones, and those that were grown ahead. The memory cannot shrink, so
   * they stay the process's.
   */
  get unusedBytes(): number {
    return this.#freeBytes + this.memory.buffer.byteLength - this.#top;
  }

  /** @returns the address of a block of at least `sizeBytes`; it holds whatever was there before */
  allocate(sizeBytes: number): number {
    const size = blockBytes(sizeBytes);
    const index = this.#holes.findIndex((hole) => hole.sizeBytes >= size);
    if (index < 0) return this.#extend(size);
    const hole = this.#holes[index]!;
    const { address } = hole;
    hole.address += size;
    hole.sizeBytes -= size;
    this.#freeBytes -= size;
    if (hole.sizeBytes === 0) this.#holes.splice(index, 1);
    return address;
  }

  /** Gives a block back; `sizeBytes` as it was asked for. */
  free(address: number, sizeBytes: number): void {
    const size = blockBytes(sizeBytes);
    this.#freeBytes += size;
    const at = this.#firstHoleAbove(address);
    const before = this.#holes[at - 1];
    const after = this.#holes[at];
    const joinsBefore = before !== undefined && before.address + before.sizeBytes === address;
    const joinsAfter = after !== undefined && address + size === after.address;
    if (joinsBefore) {
      before.sizeBytes += size + (joinsAfter ? after.sizeBytes : 0);
      if (joinsAfter) this.#holes.splice(at, 1);
    } else if (joinsAfter) {
      after.address = address;
      after.sizeBytes += size;
    } else this.#holes.splice(at, 0, { address, sizeBytes: size });
  }

  /** Index of the first hole above an address, by halving. */
  #firstHoleAbove(address: number): number {
    let [low, high] = [0, this.#holes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#holes[middle]!.address > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #extend(size: number): number {
    // The last hole may reach the top: it grows instead of staying behind.
    const last = this.#holes.at(-1);
    const reaches = last !== undefined && last.address + last.sizeBytes === this.#top;
    const address = reaches ? last.address : this.#top;
    // Kernels may read a little beyond the last block.
    this.#grow(address + size + 2 * granuleBytes);
    if (reaches) {
      this.#freeBytes -= last.sizeBytes;
      this.#holes.pop();
    }
    this.#top = address + size;
    return address;
  }

  /** Makes the memory at least `bytes` long. */
  #grow(bytes: number): void {
    const have = this.memory.buffer.byteLength;
    if (bytes <= have) return;
    const pages = (target: number): number => Math.ceil((target - have) / pageBytes);
    const generous = Math.min(memoryLimitBytes, Math.max(bytes, have + Math.max(growthBytes, have / 4)));
    for (const target of bytes <= memoryLimitBytes ? [generous, bytes] : []) {
      try {
        this.memory.grow(pages(target));
        return;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    throw new KernelError(
      `memory: must be able to grow from ${have} to ${bytes} bytes; it cannot (WebAssembly ends at ${memoryLimitBytes}). Use smaller batches, or free tensors earlier.`,
      { kind: "memory", needed: bytes, available: have },
    );
  }
}
