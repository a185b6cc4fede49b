// Bind groups, cached by layout, uniform slot and buffers (making one costs more than a dispatch), and what is known of each buffer that was bound.
import { KernelError } from "../errors.ts";
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

export class BindGroupCache {
  readonly #device: GPUDevice;
  readonly #errors: ErrorLog;
  readonly #uniforms: GPUBuffer;
  readonly #maxBindingBytes: number;
  readonly #capacity: number;
  readonly #tracks = new WeakMap<GPUBuffer, BufferTrack>();
  readonly #groups = new Map<string, BoundGroup>();
  #nextId = 0;

  constructor(device: GPUDevice, errors: ErrorLog, uniforms: GPUBuffer, maxBindingBytes: number, capacity: number) {
    this.#device = device;
    this.#errors = errors;
    this.#uniforms = uniforms;
    this.#maxBindingBytes = maxBindingBytes;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#groups.size;
  }

  track(buffer: GPUBuffer): BufferTrack {
    let track = this.#tracks.get(buffer);
    if (!track) {
      track = { id: this.#nextId++, encoder: -1, groups: new Set() };
      this.#tracks.set(buffer, track);
    }
    return track;
  }

  /** The bind group of a pipeline over buffers, its uniform struct at an offset of the uniform buffer. */
  get(pipeline: Pipeline, buffers: readonly GPUBuffer[], uniformOffset: number): BoundGroup {
    const tracks = buffers.map((buffer) => this.track(buffer));
    let key = `${pipeline.layoutKey} ${uniformOffset}`;
    for (const { id } of tracks) key += ` ${id}`;
    const known = this.#groups.get(key);
    if (known) {
      // Reinsertion makes the map's order the order of last use.
      this.#groups.delete(key);
      this.#groups.set(key, known);
      return known;
    }
    this.#checkBuffers(pipeline, buffers);
    const entries: GPUBindGroupEntry[] = buffers.map((buffer, i) => ({ binding: i + 1, resource: { buffer } }));
    if (pipeline.uniformSizeBytes > 0) entries.unshift({ binding: 0, resource: { buffer: this.#uniforms, offset: uniformOffset, size: pipeline.uniformSizeBytes } });
    const group = this.#errors.guard(
      ["validation"],
      () => this.#device.createBindGroup({ label: pipeline.key, layout: pipeline.layout, entries }),
      (error) => new KernelError(`${pipeline.kernel.name}: its buffers cannot be bound: ${error.message}`, { kind: "binding", kernel: pipeline.kernel.name }),
    );
    const bound: BoundGroup = { group, tracks };
    if (this.#groups.size >= this.#capacity) this.#dropOldest();
    this.#groups.set(key, bound);
    for (const track of tracks) track.groups.add(key);
    return bound;
  }

  /** Forgets the bind groups of a buffer that is about to be destroyed. */
  drop(buffer: GPUBuffer): void {
    for (const key of this.#tracks.get(buffer)?.groups ?? []) this.#drop(key);
  }

  clear(): void {
    this.#groups.clear();
  }

  #drop(key: string): void {
    const bound = this.#groups.get(key);
    this.#groups.delete(key);
    for (const track of bound?.tracks ?? []) track.groups.delete(key);
  }

  #dropOldest(): void {
    let count = Math.ceil(this.#capacity / 4);
    for (const key of this.#groups.keys()) {
      if (count-- <= 0) return;
      this.#drop(key);
    }
  }

  #checkBuffers({ kernel, bindings }: Pipeline, buffers: readonly GPUBuffer[]): void {
    buffers.forEach((buffer, i) => {
      const { name, writable } = bindings[i] as (typeof bindings)[number];
      if ((buffer.usage & bufferUsage.storage) === 0) {
        throw new KernelError(`${kernel.name}: the buffer of "${name}" must have the usage STORAGE; got usage ${buffer.usage}.`, {
          kind: "binding",
          kernel: kernel.name,
        });
      }
      if (buffer.size > this.#maxBindingBytes) {
        throw new KernelError(
          `${kernel.name}: the buffer of "${name}" has ${buffer.size} bytes; maxStorageBufferBindingSize of this device is ${this.#maxBindingBytes}. Split it.`,
          { kind: "limit", kernel: kernel.name, limit: "maxStorageBufferBindingSize", needed: buffer.size, available: this.#maxBindingBytes },
        );
      }
      const other = buffers.findIndex((candidate, j) => j !== i && candidate === buffer);
      if (writable && other >= 0) {
        throw new KernelError(
          `${kernel.name}: "${name}" is written, so no other binding may use its buffer; "${bindings[other]?.name}" does. Give the output a buffer of its own.`,
          { kind: "binding", kernel: kernel.name },
        );
      }
    });
  }
}
