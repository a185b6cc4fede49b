// Tensor: a shape and a dtype over device memory. Ops import it; methods.ts adds those that call the ops.
import { context, requireNotRecording } from "./context.ts";
import type { Device } from "./device/device.ts";
import { type DType, dtypeBytes, hostView, type HostArray } from "./dtype.ts";
import { DisposedError, ShapeError } from "./errors.ts";
import { decoded } from "./half.ts";
import { switches } from "./debug.ts";
import { unwatchForLeak, watchForLeak } from "./leaks.ts";
import { type Shape, showShape, sizeOf } from "./shape.ts";
import type { Storage } from "./storage.ts";

/** Numbers nested as deeply as the tensor has axes. */
export type NestedArray = number | NestedArray[];

/** An operand of an elementwise op: a number stands for a scalar tensor of the other operand's dtype. */
export type TensorLike = Tensor | number;

/**
 * A dense, row-major, immutable array on a device. Make one with `tensor`, `zeros`, `arange` …; ops return new ones.
 * It lives until the scope it was made in ends, or until `dispose()`.
 */
export class Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly device: Device;
  #storage: Storage | null;

  /** Internal: takes over one reference of `storage`. */
  constructor(shape: Shape, dtype: DType, storage: Storage) {
    this.shape = shape.slice(); // whose array it is may change it
    this.dtype = dtype;
    this.device = storage.device;
    this.#storage = storage;
    context.scopes.at(-1)?.tensors.add(this);
    if (switches().debug > 0) watchForLeak(this, this.toString());
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Internal: the memory. Raises a {@link DisposedError} once the tensor is disposed. */
  get storage(): Storage {
    if (this.#storage === null) {
      throw new DisposedError(
        `tensor: must not be used after it was disposed; this one was ${this}. Return it from its scope, or keep() it, to use it longer.`,
        {},
      );
    }
    return this.#storage;
  }

  get disposed(): boolean {
    return this.#storage === null;
  }

  /** Frees the memory (once the last reshape of it is gone too). Disposing twice is harmless. */
  dispose(): void {
    if (this.#storage === null) return;
    this.#storage.release();
    this.#storage = null;
    unwatchForLeak(this);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The elements, flat, in this tensor's own representation (bool 0/1, halves as bit patterns). Waits for the device. */
  data(): Promise<HostArray> {
    // Thrown at once, not as the rejection of a promise that nobody may wait for; so in the readers below.
    requireNotRecording("data()", this.device);
    return this.#read();
  }

  async #read(): Promise<HostArray> {
    const buffer = await this.device.download(this.storage.block, Math.max(4, this.size * dtypeBytes(this.dtype)));
    return hostView(this.dtype, buffer, 0, this.size);
  }

  /** The elements as nested arrays of numbers (a number for a scalar). */
  toArray(): Promise<NestedArray> {
    requireNotRecording("toArray()", this.device);
    return this.#nested();
  }

  async #nested(): Promise<NestedArray> {
    const flat = decoded(await this.#read(), this.dtype);
    let offset = 0;
    const nest = (axis: number): NestedArray =>
      axis === this.shape.length ? flat[offset++]! : Array.from({ length: this.shape[axis]! }, () => nest(axis + 1));
    return nest(0);
  }

  /** The value of a tensor with one element. */
  item(): Promise<number> {
    requireNotRecording("item()", this.device);
    return this.#item();
  }

  async #item(): Promise<number> {
    if (this.size !== 1)
      throw new ShapeError(`item: tensor must have one element; got shape ${showShape(this.shape)}.`, {
        op: "item",
        got: this.shape,
      });
    return decoded(await this.#read(), this.dtype)[0]!;
  }

  toString(): string {
    return `Tensor ${this.dtype}${showShape(this.shape)} on ${this.device.kind}`;
  }
}
