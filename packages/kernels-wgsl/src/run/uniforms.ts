// Uniform values on their way to the GPU: packing in the order of the header's struct, and one buffer that all
// dispatches share.
import { type CacheStats, fitsNumber, KernelError } from "@x/base";
import type { Kernel } from "../kernel.ts";
import { bufferUsage } from "./flags.ts";

/** Bytes of the uniform struct of a kernel as it is bound; 0 without uniforms. */
export function uniformSizeBytes(kernel: Kernel): number {
  return Math.ceil(Object.keys(kernel.uniforms).length / 4) * 16;
}

/** The uniform struct of a dispatch as words, in the order of `kernel.uniforms`. */
export function packUniforms(kernel: Kernel, values: Readonly<Record<string, number>>): Uint32Array {
  const bytes = new ArrayBuffer(uniformSizeBytes(kernel));
  const view = new DataView(bytes);
  const names = Object.keys(kernel.uniforms);
  const refuse = (what: string): KernelError =>
    new KernelError(`${kernel.name}: ${what}.`, { kind: "uniform", kernel: kernel.name });
  for (const name of Object.keys(values))
    if (!names.includes(name)) throw refuse(`there is no uniform "${name}"; it has ${names.join(", ") || "none"}`);
  names.forEach((name, i) => {
    const type = kernel.uniforms[name]!;
    const value = values[name]!;
    if (!fitsNumber(type, value))
      throw refuse(
        `uniform "${name}" must be a ${type === "f32" ? "number" : `whole number that fits ${type}`}; got ${value}`,
      );
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else view.setUint32(4 * i, value, true); // modulo 2^32: the bits of an i32 too
  });
  return new Uint32Array(bytes);
}

/** The uniform struct of a dispatch and where it was placed. */
export interface UniformStruct {
  readonly words: Uint32Array;
  /** bytes; good while `generation` is that of the slots */
  offset: number;
  generation: number;
}

/**
 * A uniform buffer filled slot by slot, equal structs in one slot. A slot keeps its place until {@link
 * UniformSlots.clear}, so a dispatch that runs again uploads nothing and its bind group stays what it was. `upload`
 * must come before the submit that uses the slots.
 */
export class UniformSlots {
  readonly buffer: GPUBuffer;
  readonly #queue: GPUQueue;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #alignment: number;
  /** words of a struct, joined → offset in bytes */
  readonly #offsets = new Map<string, number>();
  #next = 0;
  #uploaded = 0;
  #hits = 0;
  #misses = 0;
  #evictions = 0;
  /** Offsets are good as long as this number is the same. */
  generation = 0;

  constructor(device: GPUDevice, sizeBytes: number, label: string) {
    this.#queue = device.queue;
    this.#alignment = device.limits.minUniformBufferOffsetAlignment;
    this.#words = new Uint32Array(sizeBytes / 4);
    this.buffer = device.createBuffer({
      label: `${label} uniforms`,
      size: sizeBytes,
      usage: bufferUsage.uniform | bufferUsage.copyDst,
    });
  }

  /** Slots of the buffer; all go at once when it is full. */
  get stats(): CacheStats {
    return {
      size: this.#offsets.size,
      limit: Math.floor(this.#words.byteLength / this.#alignment),
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    };
  }

  /** Whether less than half is taken. */
  get roomy(): boolean {
    return this.#next < this.#words.byteLength / 2;
  }

  /** Gives a struct its offset; false where there is no room before the next {@link clear}. */
  place(struct: UniformStruct): boolean {
    if (struct.generation === this.generation) return true;
    const { words } = struct;
    const key = words.join();
    let offset = this.#offsets.get(key);
    if (offset !== undefined) this.#hits++;
    else {
      offset = this.#next;
      if (offset + words.byteLength > this.#words.byteLength) return false;
      this.#misses++;
      this.#words.set(words, offset / 4);
      this.#next = Math.ceil((offset + words.byteLength) / this.#alignment) * this.#alignment;
      this.#offsets.set(key, offset);
    }
    struct.offset = offset;
    struct.generation = this.generation;
    return true;
  }

  /** Queues the write of what was placed since the last upload. */
  upload(): void {
    const end = Math.min(this.#next, this.#words.byteLength);
    if (end > this.#uploaded)
      this.#queue.writeBuffer(this.buffer, this.#uploaded, this.#words, this.#uploaded / 4, (end - this.#uploaded) / 4);
    this.#uploaded = end;
  }

  /** Starts over. Allowed once every dispatch that uses a slot is submitted: later queue writes run after it. */
  clear(): void {
    this.#evictions += this.#offsets.size;
    this.#offsets.clear();
    this.#next = 0;
    this.#uploaded = 0;
    this.generation++;
  }
}
