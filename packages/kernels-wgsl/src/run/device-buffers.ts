// The buffers of a runner: created from a pool, written, cleared and copied with every range checked. Queue writes,
// clears and copies take effect in the order of the calls.
import { hostBytes, KernelError } from "@x/base";
import { BufferPool } from "./buffer-pool.ts";
import type { Encoder } from "./encode.ts";
import type { ErrorLog } from "./error-log.ts";
import { bufferUsage } from "./flags.ts";
import { padded } from "../buffer-range.ts";

const mebibyte = 1048576;
/** Read-back buffers kept for reuse. */
const maxStagingBytes = 64 * mebibyte;
const poisonBytes = 65536;

export interface DeviceBuffersOptions {
  readonly device: GPUDevice;
  readonly encoder: Encoder;
  readonly errors: ErrorLog;
  /** prefix of labels */
  readonly label: string;
  readonly maxStorageBufferBindingSize: number;
  /** bytes of released buffers kept for reuse; undefined: the default of `RunnerOptions` */
  readonly maxPooledBytes: number | undefined;
  /** fill every buffer handed out with NaN */
  readonly poison: boolean;
}

export class DeviceBuffers {
  readonly #device: GPUDevice;
  readonly #encoder: Encoder;
  readonly #errors: ErrorLog;
  readonly #label: string;
  readonly #pool: BufferPool;
  readonly #poison: GPUBuffer | null;
  /** buffers that can be mapped for reading */
  readonly staging: BufferPool;
  #destroyed = false;

  constructor(options: DeviceBuffersOptions) {
    const { device, encoder, errors, label, maxStorageBufferBindingSize, maxPooledBytes, poison } = options;
    this.#device = device;
    this.#encoder = encoder;
    this.#errors = errors;
    this.#label = label;
    const { maxBufferSize } = device.limits;
    const pool = (usage: number, mostBinding: number, mostPooled: number | undefined): BufferPool =>
      new BufferPool(
        (sizeBytes) => this.#makeBuffer(sizeBytes, usage),
        (buffer) => encoder.discard(buffer),
        { maxBufferSize, maxStorageBufferBindingSize: mostBinding },
        mostPooled,
      );
    const { storage, uniform, copySrc, copyDst, mapRead } = bufferUsage;
    this.#pool = pool(storage | uniform | copySrc | copyDst, maxStorageBufferBindingSize, maxPooledBytes);
    this.staging = pool(mapRead | copyDst, maxBufferSize, maxStagingBytes);
    this.#poison = poison ? this.#makePoison() : null;
  }

  get usedBytes(): number {
    return this.#pool.usedBytes;
  }

  get peakBytes(): number {
    return this.#pool.peakBytes;
  }

  get pooledBytes(): number {
    return this.#pool.pooledBytes;
  }

  create(sizeBytes: number): GPUBuffer {
    this.#errors.check();
    const buffer = this.#pool.take(sizeBytes);
    if (this.#poison) {
      for (let offset = 0; offset < buffer.size; offset += poisonBytes) {
        this.#encoder.copy(this.#poison, 0, buffer, offset, Math.min(poisonBytes, buffer.size - offset));
      }
    }
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    // After destroy() every buffer is gone; owners that clean up late do no harm.
    if (!this.#destroyed) this.#pool.give(buffer);
  }

  hasFailed(buffer: GPUBuffer): boolean {
    return this.#pool.failed.has(buffer);
  }

  trim(): void {
    this.#pool.trim(0);
  }

  write(buffer: GPUBuffer, data: ArrayBufferView, offsetBytes: number = 0): void {
    this.#errors.check();
    const given = hostBytes("write: data", data);
    const sizeBytes = padded(given.length);
    this.checkRange("write", buffer, offsetBytes, sizeBytes, "copyDst");
    if (sizeBytes === 0) return;
    // A queue write takes effect at once, before everything that is encoded and not submitted.
    if (this.#encoder.uses(buffer)) this.#encoder.flush();
    const bytes = sizeBytes === given.length ? given : new Uint8Array(sizeBytes);
    if (bytes !== given) bytes.set(given);
    this.#errors.guard(
      ["validation"],
      () => this.#device.queue.writeBuffer(buffer, offsetBytes, bytes),
      (error) => new KernelError(`write: the device refused it: ${error.message}`, { kind: "device", cause: error }),
    );
  }

  clear(buffer: GPUBuffer, offsetBytes: number, sizeBytes: number): void {
    this.#errors.check();
    this.checkRange("clear", buffer, offsetBytes, sizeBytes, "copyDst");
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
    this.checkRange("copy: source", source, sourceOffsetBytes, sizeBytes, "copySrc");
    this.checkRange("copy: target", target, targetOffsetBytes, sizeBytes, "copyDst");
    if (source === target)
      throw new KernelError("copy: source and target must be two buffers; got the same one. Copy through a third.");
    if (sizeBytes > 0) this.#encoder.copy(source, sourceOffsetBytes, target, targetOffsetBytes, sizeBytes);
  }

  destroy(): void {
    this.#destroyed = true;
    this.#pool.destroy();
    this.#poison?.destroy();
  }

  #makeBuffer(sizeBytes: number, usage: number): GPUBuffer {
    const buffer = this.#errors.guard(
      ["validation", "out-of-memory"],
      () => this.#device.createBuffer({ label: `${this.#label} ${sizeBytes}`, size: sizeBytes, usage }),
      (error) => {
        const { usedBytes, pooledBytes } = this.#pool;
        this.#pool.failed.add(buffer);
        return new KernelError(
          `createBuffer: the device could not give ${sizeBytes} bytes with ${usedBytes} in use and ${pooledBytes} pooled: ${error.message} Use a smaller batch or model.`,
          { kind: "memory", needed: sizeBytes, cause: error },
        );
      },
    );
    return buffer;
  }

  #makePoison(): GPUBuffer {
    const buffer = this.#makeBuffer(poisonBytes, bufferUsage.copySrc | bufferUsage.copyDst);
    this.#device.queue.writeBuffer(buffer, 0, new Uint32Array(poisonBytes / 4).fill(0x7fc00000));
    return buffer;
  }

  /** Raises unless the range is in the buffer, whole words, and the buffer has the usage. */
  checkRange(
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
