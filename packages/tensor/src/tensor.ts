// Tensor: a shape and a dtype over device memory. Ops import it; methods.ts adds those that call the ops.
import { context, requireNotRecording } from "./context.ts";
import type { Device } from "./device/device.ts";
import { type DType, hostView, type HostArray } from "./numbers/dtype.ts";
import { DisposedError, ShapeError } from "./errors.ts";
import { decoded } from "./numbers/half-precision.ts";
import { debugFlags } from "./debug.ts";
import { unwatchForLeak, watchForLeak } from "./memory/leak-detector.ts";
import { readDense } from "./device/contiguous.ts";
import { storageBytes } from "./device/lowering.ts";
import type { RowLayout, View } from "./row-layout.ts";
import { type Shape, showShape, sizeOf } from "./shape.ts";
import type { Storage } from "./memory/storage.ts";

/** Numbers nested as deeply as the tensor has axes. */
export type NestedArray = number | NestedArray[];

const whole: View = { offset: 0 };

/** An operand of an elementwise op: a number is taken as a scalar tensor of the other operand's dtype. */
export type TensorLike = Tensor | number;

/**
 * A row-major, immutable array on a device. Make one with `tensor`, `zeros`, `arange` …; ops return new ones. What
 * `slice` and `split` return shares the memory of the tensor it was cut from, which stays allocated as long as such a
 * view lives; `contiguous` copies. It lives until the scope it was made in ends, or until `dispose()`.
 */
export class Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly device: Device;
  /**
   * Internal: the layout of a view whose elements are not one dense range that starts where every device can bind it;
   * else undefined.
   */
  readonly rows: RowLayout | undefined;
  /** Internal: elements of its storage before its first. */
  readonly offset: number;
  /** Internal: whether it is a part of its storage, and not all of it. */
  readonly isView: boolean;
  #storage: Storage | null;

  /** Internal: takes over one reference of `storage`. @param view where in the storage it is; default: all of it */
  constructor(shape: Shape, dtype: DType, storage: Storage, view: View = whole) {
    this.shape = shape.slice(); // whose array it is may change it
    this.dtype = dtype;
    this.device = storage.device;
    this.offset = view.offset;
    this.rows = view.rows;
    this.#storage = storage;
    this.isView =
      view !== whole && (view.rows !== undefined || view.offset > 0 || storageBytes(this) < storage.sizeBytes);
    if (this.isView) storage.addView();
    context.scopes.at(-1)?.tensors.add(this);
    if (debugFlags().debug > 0) watchForLeak(this, this.toString());
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

  /** Frees the memory (once the last reshape and view of it is gone too). Disposing twice is harmless. */
  dispose(): void {
    if (this.#storage === null) return;
    if (this.isView) this.#storage.dropView();
    this.#storage.release();
    this.#storage = null;
    unwatchForLeak(this);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * The elements, flat, in this tensor's own representation (bool 0/1, halves as bit patterns). Waits for the device.
   */
  data(): Promise<HostArray> {
    // Throws synchronously: a rejected promise might never be awaited. The readers below do the same.
    requireNotRecording("data()", this.device);
    return this.#read();
  }

  async #read(): Promise<HostArray> {
    const { shape, dtype, rows, offset, storage } = this;
    const buffer = await readDense(this.device, { shape, dtype, rows, offset, block: storage.block });
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
