// Bind groups, cached by layout, uniform slot and pieces of buffers (making one costs more than a dispatch), and what
// is known of each buffer that was bound.
import { BoundedCache, type CacheStats, KernelError } from "@x/base";
import { type Bindable, type BufferRange, overlap, rangeOf } from "../buffer-range.ts";
import type { ErrorLog } from "./error-log.ts";
import { bufferUsage } from "./flags.ts";
import type { Pipeline } from "./pipelines.ts";

/** What the encoder remembers of a buffer. */
export interface BufferTrack {
  readonly id: number;
  /** number of the last encoder that uses the buffer */
  encoder: number;
  /** keys of cached bind groups that hold it */
  readonly groups: Set<string>;
}

/** A cached bind group with the tracks of its buffers. */
export interface BoundGroup {
  readonly group: GPUBindGroup;
  readonly tracks: readonly BufferTrack[];
}

/** What a binding must keep to; bytes. */
export interface BindingLimits {
  readonly maxStorageBufferBindingSize: number;
  readonly minStorageBufferOffsetAlignment: number;
}

export class BindGroupCache {
  readonly #device: GPUDevice;
  readonly #errors: ErrorLog;
  readonly #uniforms: GPUBuffer;
  readonly #limits: BindingLimits;
  readonly #tracks = new WeakMap<GPUBuffer, BufferTrack>();
  readonly #groups: BoundedCache<string, BoundGroup>;
  #nextId = 0;

  constructor(device: GPUDevice, errors: ErrorLog, uniforms: GPUBuffer, limits: BindingLimits, capacity: number) {
    this.#device = device;
    this.#errors = errors;
    this.#uniforms = uniforms;
    this.#limits = limits;
    this.#groups = new BoundedCache(capacity, ({ tracks }, key) => {
      for (const track of tracks) track.groups.delete(key);
    });
  }

  get stats(): CacheStats {
    return this.#groups.stats;
  }

  track(buffer: GPUBuffer): BufferTrack {
    let track = this.#tracks.get(buffer);
    if (!track) {
      track = { id: this.#nextId++, encoder: -1, groups: new Set() };
      this.#tracks.set(buffer, track);
    }
    return track;
  }

  /** The bind group of a pipeline over pieces of buffers, its uniform struct at an offset of the uniform buffer. */
  get(pipeline: Pipeline, pieces: readonly Bindable[], uniformOffset: number): BoundGroup {
    const tracks: BufferTrack[] = [];
    let key = `${pipeline.layoutKey} ${uniformOffset}`;
    for (const piece of pieces) {
      const part = "buffer" in piece;
      const track = this.track(part ? piece.buffer : piece);
      tracks.push(track);
      key += part ? ` ${track.id}:${piece.offsetBytes}+${piece.sizeBytes}` : ` ${track.id}`;
    }
    return this.#groups.get(key, () => {
      const group = this.#make(pipeline, pieces, uniformOffset, () => this.#groups.delete(key));
      for (const track of tracks) track.groups.add(key);
      return { group, tracks };
    });
  }

  #make(pipeline: Pipeline, pieces: readonly Bindable[], uniformOffset: number, forget: () => void): GPUBindGroup {
    const ranges = pieces.map(rangeOf);
    this.#check(pipeline, ranges);
    const entries: GPUBindGroupEntry[] = ranges.map(({ buffer, offsetBytes, sizeBytes }, i) => ({
      binding: i + 1,
      resource: {
        buffer,
        offset: offsetBytes,
        // An array of vec4f is bound in whole vectors, which buffers of the pool have room for.
        size: pipeline.bindings[i]!.uniform ? Math.ceil(sizeBytes / 16) * 16 : sizeBytes,
      },
    }));
    if (pipeline.uniformSizeBytes > 0)
      entries.unshift({
        binding: 0,
        resource: { buffer: this.#uniforms, offset: uniformOffset, size: pipeline.uniformSizeBytes },
      });
    return this.#errors.guard(
      ["validation"],
      () => this.#device.createBindGroup({ label: pipeline.key, layout: pipeline.layout, entries }),
      (error) => {
        forget();
        return new KernelError(`${pipeline.kernel.name}: its buffers cannot be bound: ${error.message}`, {
          kind: "binding",
          kernel: pipeline.kernel.name,
        });
      },
    );
  }

  /** Forgets the bind groups of a buffer that is about to be destroyed. */
  drop(buffer: GPUBuffer): void {
    for (const key of this.#tracks.get(buffer)?.groups ?? []) this.#groups.delete(key);
  }

  clear(): void {
    this.#groups.clear();
  }

  #check({ kernel, bindings }: Pipeline, ranges: readonly BufferRange[]): void {
    const { maxStorageBufferBindingSize: most, minStorageBufferOffsetAlignment: alignment } = this.#limits;
    const refuse = (message: string): KernelError =>
      new KernelError(`${kernel.name}: ${message}`, { kind: "binding", kernel: kernel.name });
    ranges.forEach((range, i) => {
      const { name, writable, uniform } = bindings[i] as (typeof bindings)[number];
      const { buffer, offsetBytes, sizeBytes } = range;
      const usage = uniform ? "uniform" : "storage";
      if ((buffer.usage & bufferUsage[usage]) === 0)
        throw refuse(`the buffer of "${name}" must have the usage ${usage.toUpperCase()}; got usage ${buffer.usage}.`);
      if (
        !(offsetBytes >= 0 && sizeBytes > 0) ||
        offsetBytes % alignment !== 0 ||
        sizeBytes % 4 !== 0 ||
        offsetBytes + sizeBytes > buffer.size
      ) {
        throw refuse(
          `the range of "${name}" must be within its buffer's ${buffer.size} bytes, its offset a multiple of ${alignment} and its size one of 4; got offset ${offsetBytes}, size ${sizeBytes}.`,
        );
      }
      if (sizeBytes > most) {
        throw new KernelError(
          `${kernel.name}: the buffer of "${name}" has ${sizeBytes} bytes; maxStorageBufferBindingSize of this device is ${most}. Split it.`,
          {
            kind: "limit",
            kernel: kernel.name,
            limit: "maxStorageBufferBindingSize",
            needed: sizeBytes,
            available: most,
          },
        );
      }
      if (!writable) return;
      // WebGPU: within a dispatch a buffer is either read or written, and what is written is written through one
      // binding.
      const other = ranges.findIndex(
        (candidate, j) =>
          j !== i && candidate.buffer === buffer && (!bindings[j]!.writable || overlap(candidate, range)),
      );
      if (other >= 0) {
        throw refuse(
          bindings[other]!.writable
            ? `"${name}" and "${bindings[other]!.name}" are written, so their ranges must not overlap. Give each output memory of its own.`
            : `"${name}" is written, so no binding may read its buffer, not even another part; "${bindings[other]!.name}" does. Give the output a buffer of its own.`,
        );
      }
    });
  }
}
