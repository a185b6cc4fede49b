// Reading buffers back: a copy into a mappable staging buffer, submitted with everything before it, mapped when the GPU
// is done.
import type { Encoder } from "./encode.ts";
import type { ErrorLog } from "./error-log.ts";
import { mapMode } from "./flags.ts";
import type { BufferPool } from "./buffer-pool.ts";

export class Reader {
  readonly #encoder: Encoder;
  readonly #errors: ErrorLog;
  readonly #staging: BufferPool;
  readonly #wait: <T>(promise: Promise<T>) => Promise<T>;
  #destroyed = false;

  /** `staging` hands out buffers of usage MAP_READ | COPY_DST; `wait` waits for the GPU. */
  constructor(encoder: Encoder, errors: ErrorLog, staging: BufferPool, wait: <T>(promise: Promise<T>) => Promise<T>) {
    this.#encoder = encoder;
    this.#errors = errors;
    this.#staging = staging;
    this.#wait = wait;
  }

  /** The bytes of a range, whose offset is a multiple of 4; rejects with the first error the device reported. */
  async read(buffer: GPUBuffer, offsetBytes: number, sizeBytes: number): Promise<ArrayBuffer> {
    const paddedBytes = Math.ceil(sizeBytes / 4) * 4;
    const staging = this.#staging.take(paddedBytes);
    this.#encoder.copy(buffer, offsetBytes, staging, 0, paddedBytes);
    this.#encoder.flush();
    const reports = this.#errors.pending();
    let bytes: ArrayBuffer;
    try {
      await this.#wait(staging.mapAsync(mapMode.read, 0, paddedBytes));
      bytes = staging.getMappedRange(0, paddedBytes).slice(0, sizeBytes);
      staging.unmap(); // raises in Deno where the device was lost after it was mapped
    } catch (cause) {
      throw await this.#errors.explainRejection("reading a buffer", cause, reports);
    }
    if (!this.#destroyed) this.#staging.give(staging);
    await this.#errors.raise(reports);
    return bytes;
  }

  destroy(): void {
    this.#destroyed = true;
    this.#staging.destroy();
  }
}
