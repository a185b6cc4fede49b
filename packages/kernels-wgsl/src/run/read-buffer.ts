// Reading buffers back: a copy into a mappable staging buffer, submitted with everything before it, mapped when the GPU
// is done.
import { type BufferRange, padded } from "../buffer-range.ts";
import type { Encoder } from "./encode.ts";
import type { ErrorLog } from "./error-log.ts";
import { mapMode } from "./flags.ts";
import type { BufferPool } from "./buffer-pool.ts";

export class Reader {
  readonly #encoder: Encoder;
  readonly #errors: ErrorLog;
  readonly #staging: BufferPool;
  readonly #wait: <T>(promise: Promise<T>, bytes: number) => Promise<T>;
  #destroyed = false;

  /** `staging` hands out buffers of usage MAP_READ | COPY_DST; `wait` waits for the GPU. */
  constructor(
    encoder: Encoder,
    errors: ErrorLog,
    staging: BufferPool,
    wait: <T>(promise: Promise<T>, bytes: number) => Promise<T>,
  ) {
    this.#encoder = encoder;
    this.#errors = errors;
    this.#staging = staging;
    this.#wait = wait;
  }

  /**
   * The bytes of ranges, not all of them empty, whose offsets are multiples of 4; rejects with the first error the device
   * reported. `followed`: with no error but that of the copy itself, which is submitted alone unless it depends on what is
   * encoded: one of these reports.
   */
  async read(ranges: readonly BufferRange[], followed?: ReadonlySet<unknown>): Promise<ArrayBuffer[]> {
    if (followed && !followed.has(this.#encoder.report)) this.#encoder.flush();
    const starts: number[] = [];
    let allBytes = 0;
    for (const { sizeBytes } of ranges) {
      starts.push(allBytes);
      allBytes += padded(sizeBytes);
    }
    const staging = this.#staging.take(allBytes);
    for (let i = 0; i < ranges.length; i++) {
      const { buffer, offsetBytes, sizeBytes } = ranges[i]!;
      if (sizeBytes > 0) this.#encoder.copy(buffer, offsetBytes, staging, starts[i]!, padded(sizeBytes));
    }
    const reports = followed ? [this.#encoder.report!] : this.#errors.pending();
    this.#encoder.flush();
    let bytes: ArrayBuffer[];
    try {
      await this.#wait(staging.mapAsync(mapMode.read, 0, allBytes), allBytes);
      const mapped = staging.getMappedRange(0, allBytes);
      bytes = ranges.map(({ sizeBytes }, i) => mapped.slice(starts[i]!, starts[i]! + sizeBytes));
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
