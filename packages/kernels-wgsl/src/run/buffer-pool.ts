// Buffer pool: size classes, reuse, and the accounting of bytes. Knows nothing of encoders; its owner says when
// destroying is safe.
import { KernelError } from "@x/base";
import { padded } from "../buffer-range.ts";

const smallestBytes = 256;

/**
 * Classes of large buffers are no further apart: a page of parameters is made once and must not cost a quarter more.
 */
const largestStepBytes = 4 * 1048576;

/**
 * The size a request is rounded up to: four classes per power of two, so at most 25 % over the request (from 256 bytes
 * on), and at most 4 MiB.
 */
export function sizeClass(sizeBytes: number): number {
  if (sizeBytes <= smallestBytes) return smallestBytes;
  const step = Math.min(largestStepBytes, 2 ** (Math.ceil(Math.log2(sizeBytes)) - 3));
  return Math.ceil(sizeBytes / step) * step;
}

export interface PoolLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
}

export class BufferPool {
  readonly #make: (sizeBytes: number) => GPUBuffer;
  readonly #discard: (buffer: GPUBuffer) => void;
  readonly #limits: PoolLimits;
  readonly #maxPooledBytes: number | undefined;
  readonly #free = new Map<number, GPUBuffer[]>();
  /** every buffer that waits for reuse, longest unused first */
  readonly #freeOrder = new Set<GPUBuffer>();
  /** whose memory was not there: they are not handed out again */
  readonly failed: WeakSet<GPUBuffer> = new WeakSet();
  /** with their bytes: to ask a buffer for its size takes a call into WebGPU */
  readonly #used = new Map<GPUBuffer, number>();
  usedBytes = 0;
  peakBytes = 0;
  pooledBytes = 0;

  /**
   * `maxPooledBytes` absent: 512 MiB, or what was in use at the peak less what is now. `discard` is called with a
   * buffer that is not used again; it may have to wait until encoded work is submitted.
   */
  constructor(
    make: (sizeBytes: number) => GPUBuffer,
    discard: (buffer: GPUBuffer) => void,
    limits: PoolLimits,
    maxPooledBytes: number | undefined,
  ) {
    this.#make = make;
    this.#discard = discard;
    this.#limits = limits;
    this.#maxPooledBytes = maxPooledBytes;
  }

  take(sizeBytes: number): GPUBuffer {
    if (!(sizeBytes >= 0)) throw new KernelError(`createBuffer: the size must be a number of bytes; got ${sizeBytes}.`);
    const size = this.#classWithinLimits(sizeBytes);
    const list = this.#free.get(size);
    let buffer = list?.pop();
    while (buffer) {
      this.#freeOrder.delete(buffer);
      this.pooledBytes -= size;
      if (!this.failed.has(buffer)) break;
      buffer = list!.pop();
    }
    buffer ??= this.#make(size);
    this.#used.set(buffer, size);
    this.usedBytes += size;
    this.peakBytes = Math.max(this.peakBytes, this.usedBytes);
    return buffer;
  }

  give(buffer: GPUBuffer): void {
    const size = this.#used.get(buffer);
    if (size === undefined) {
      throw new KernelError(
        this.#freeOrder.has(buffer)
          ? "releaseBuffer: the buffer was released before."
          : "releaseBuffer: the buffer is none of this runner.",
      );
    }
    this.#used.delete(buffer);
    this.usedBytes -= size;
    this.pooledBytes += size;
    const list = this.#free.get(size);
    if (list) list.push(buffer);
    else this.#free.set(size, [buffer]);
    this.#freeOrder.add(buffer);
    // What a loop needed at its peak it will need again: letting go of less than that would make and clear the same
    // buffers over and over.
    this.trim(this.#maxPooledBytes ?? Math.max(512 * 1048576, this.peakBytes - this.usedBytes));
  }

  /** Lets go of buffers, longest unused first, until at most `bytes` wait for reuse. */
  trim(bytes: number): void {
    for (const buffer of this.#freeOrder) {
      if (this.pooledBytes <= bytes) return;
      const list = this.#free.get(buffer.size) as GPUBuffer[];
      list.splice(list.indexOf(buffer), 1);
      this.#freeOrder.delete(buffer);
      this.pooledBytes -= buffer.size;
      this.#discard(buffer);
    }
  }

  /** Lets go of everything, used buffers too. */
  destroy(): void {
    this.trim(0);
    for (const buffer of this.#used.keys()) this.#discard(buffer);
    this.#used.clear();
    this.usedBytes = 0;
  }

  #classWithinLimits(sizeBytes: number): number {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#limits;
    if (sizeBytes > maxBufferSize) {
      throw new KernelError(
        `createBuffer: maxBufferSize of this device is ${maxBufferSize} bytes; got a request for ${sizeBytes}. Split the data over several buffers.`,
        { kind: "limit", limit: "maxBufferSize", needed: sizeBytes, available: maxBufferSize },
      );
    }
    // Rounding up must not make a buffer that can no longer be bound as a whole.
    const limit =
      sizeBytes <= maxStorageBufferBindingSize ? Math.min(maxStorageBufferBindingSize, maxBufferSize) : maxBufferSize;
    return Math.min(sizeClass(sizeBytes), Math.max(Math.floor(limit / 4) * 4, padded(sizeBytes)));
  }
}
