// Where the CPU device keeps its bytes: separate array buffers, or one WebAssembly memory that SIMD kernels can reach.
import { DeviceError } from "../errors.ts";
import type { Block } from "./device.ts";

/** A piece of host memory. `buffer` must be read again after every allocation: growing a WebAssembly memory replaces it. */
export interface CpuBlock extends Block {
  readonly buffer: ArrayBufferLike;
  readonly offsetBytes: number;
}

/** An allocator of host memory. */
export interface CpuHeap {
  allocate(sizeBytes: number): CpuBlock;
  free(block: CpuBlock): void;
  /** bytes held for reuse */
  readonly pooledBytes: number;
}

const granuleBytes = 64;
const pooledLimitBytes = 256 * 2 ** 20;

function rounded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / granuleBytes) * granuleBytes;
}

/** One ArrayBuffer per block; freed ones are kept by size, up to 256 MiB. */
export class ArrayHeap implements CpuHeap {
  readonly #free = new Map<number, CpuBlock[]>();
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
      throw new DeviceError(`cpu: must be able to allocate ${size} bytes; the JavaScript engine refused.`, { device: "cpu", needed: size, cause });
    }
  }

  free(block: CpuBlock): void {
    if (this.pooledBytes + block.sizeBytes > pooledLimitBytes) return;
    const list = this.#free.get(block.sizeBytes);
    if (list) list.push(block);
    else this.#free.set(block.sizeBytes, [block]);
    this.pooledBytes += block.sizeBytes;
  }
}

interface Hole {
  offsetBytes: number;
  sizeBytes: number;
}

/**
 * Blocks inside one WebAssembly memory, 64-byte aligned: first fit over a sorted list of holes that merge when they touch.
 * The memory grows when no hole fits, which detaches views made before.
 */
export class WasmHeap implements CpuHeap {
  readonly memory: WebAssembly.Memory;
  readonly #holes: Hole[] = [];
  #topBytes: number;

  /** @param baseBytes the first byte the heap may use (what lies below belongs to the module) */
  constructor(memory: WebAssembly.Memory, baseBytes = 0) {
    this.memory = memory;
    this.#topBytes = rounded(baseBytes);
  }

  get pooledBytes(): number {
    return this.#holes.reduce((total, hole) => total + hole.sizeBytes, 0);
  }

  allocate(sizeBytes: number): CpuBlock {
    const size = rounded(sizeBytes);
    const index = this.#holes.findIndex((hole) => hole.sizeBytes >= size);
    if (index < 0) return this.#block(this.#extend(size), size);
    const hole = this.#holes[index]!;
    const offsetBytes = hole.offsetBytes;
    hole.offsetBytes += size;
    hole.sizeBytes -= size;
    if (hole.sizeBytes === 0) this.#holes.splice(index, 1);
    return this.#block(offsetBytes, size);
  }

  free({ offsetBytes, sizeBytes }: CpuBlock): void {
    let at = this.#holes.findIndex((hole) => hole.offsetBytes > offsetBytes);
    if (at < 0) at = this.#holes.length;
    const hole: Hole = { offsetBytes, sizeBytes };
    const after = this.#holes[at];
    if (after && offsetBytes + sizeBytes === after.offsetBytes) {
      hole.sizeBytes += after.sizeBytes;
      this.#holes.splice(at, 1);
    }
    const before = this.#holes[at - 1];
    if (before && before.offsetBytes + before.sizeBytes === offsetBytes) before.sizeBytes += hole.sizeBytes;
    else this.#holes.splice(at, 0, hole);
  }

  #extend(size: number): number {
    const offsetBytes = this.#topBytes;
    const missing = offsetBytes + size - this.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / 65536));
      } catch (cause) {
        throw new DeviceError(
          `cpu: the WebAssembly memory must grow by ${missing} bytes beyond ${this.memory.buffer.byteLength}; it cannot (4 GiB is its limit). Use a smaller batch.`,
          { device: "cpu", needed: size, got: this.memory.buffer.byteLength, cause },
        );
      }
    }
    this.#topBytes += size;
    return offsetBytes;
  }

  #block(offsetBytes: number, sizeBytes: number): CpuBlock {
    const memory = this.memory;
    return {
      sizeBytes, offsetBytes,
      get buffer() {
        return memory.buffer;
      },
    };
  }
}
