// Uniform values on their way to the GPU: packing in the order of the header's struct, and one ring buffer that all dispatches share.
import { KernelError } from "../errors.ts";
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
  for (const name of Object.keys(values)) {
    if (!names.includes(name)) {
      throw new KernelError(`${kernel.name}: there is no uniform "${name}"; it has ${names.join(", ") || "none"}.`, { kind: "uniform", kernel: kernel.name });
    }
  }
  names.forEach((name, i) => {
    const type = kernel.uniforms[name];
    const value = values[name];
    const fits =
      value !== undefined &&
      (type === "f32" ? !Number.isNaN(value) : Number.isInteger(value) && (type === "u32" ? value >= 0 && value < 2 ** 32 : value >= -(2 ** 31) && value < 2 ** 31));
    if (!fits) {
      throw new KernelError(`${kernel.name}: uniform "${name}" must be ${type === "f32" ? "a number" : `a whole number that fits ${type}`}; got ${value}.`, {
        kind: "uniform",
        kernel: kernel.name,
      });
    }
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else if (type === "i32") view.setInt32(4 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
  return new Uint32Array(bytes);
}

/** A uniform buffer filled slot by slot; `upload` must come before the submit that uses the slots. */
export class UniformRing {
  readonly buffer: GPUBuffer;
  readonly #queue: GPUQueue;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #alignment: number;
  #next = 0;
  #uploaded = 0;

  constructor(device: GPUDevice, sizeBytes: number, label: string) {
    this.#queue = device.queue;
    this.#alignment = device.limits.minUniformBufferOffsetAlignment;
    this.#words = new Uint32Array(sizeBytes / 4);
    this.buffer = device.createBuffer({ label: `${label} uniforms`, size: sizeBytes, usage: bufferUsage.uniform | bufferUsage.copyDst });
  }

  get sizeBytes(): number {
    return this.#words.byteLength;
  }

  /** Whether a struct of this size still fits before the next {@link rewind}. */
  fits(sizeBytes: number): boolean {
    return this.#next + sizeBytes <= this.sizeBytes;
  }

  /** Places a struct; gives its offset in bytes. */
  push(words: Uint32Array): number {
    const offset = this.#next;
    this.#words.set(words, offset / 4);
    this.#next = Math.ceil((offset + words.byteLength) / this.#alignment) * this.#alignment;
    return offset;
  }

  /** Queues the write of what was placed since the last upload. */
  upload(): void {
    const end = Math.min(this.#next, this.sizeBytes);
    if (end > this.#uploaded) this.#queue.writeBuffer(this.buffer, this.#uploaded, this.#words, this.#uploaded / 4, (end - this.#uploaded) / 4);
    this.#uploaded = end;
  }

  /** Starts over. Allowed once every dispatch that uses a slot is submitted: later queue writes run after it. */
  rewind(): void {
    this.#next = 0;
    this.#uploaded = 0;
  }
}
