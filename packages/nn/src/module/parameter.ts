// Parameter: a trainable tensor with a name, a role and a decay flag as typed fields. It owns its value.
import {
  checkShape,
  ConfigError,
  contiguous,
  decoded,
  type Device,
  DeviceError,
  type DType,
  DTypeError,
  floatDTypes,
  keep,
  requireArity,
  requireCount,
  requireDType,
  requireNotRecording,
  requireTensors,
  requireText,
  sameShape,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  type Tensor,
  toDevice,
} from "@x/tensor/core";
import { copyOf, type RestoreTo } from "./host-copy.ts";
import { encode, requireNumbers } from "./host-numbers.ts";
import { Revision } from "./revision.ts";

/** What a parameter is for. Initialisation and weight decay go by it, never by a pattern over names. */
export type ParameterRole =
  | "embedding"
  | "head"
  | "projection"
  /** a projection that writes into the residual stream */
  | "residual-projection"
  | "conv"
  | "norm"
  | "bias"
  | "A_log"
  | "dt_bias"
  | "D"
  /** a state before the first token */
  | "initial-state"
  /** of an adapter: no part of the model that it adapts, nor of its checkpoints */
  | "adapter";

/** Metadata of a parameter, known before it has values: the argument of an init hook. */
export interface ParameterInfo {
  /** dotted, in the names of the official checkpoints */
  readonly path: string;
  readonly role: ParameterRole;
  readonly shape: Shape;
  /** whether weight decay applies */
  readonly decay: boolean;
  /** which of the model's layers it belongs to, from 0; absent outside of layers */
  readonly layer?: number;
  /** how many layers the model has */
  readonly layers: number;
}

/** Element types that a parameter can be stored in; products compute in f32. */
export type StoredDType = Extract<DType, "f32" | "f16" | "bf16">;

/** A parameter's value on the host. */
export interface HostParameter {
  readonly shape: Shape;
  readonly data: Float32Array;
  /** the type that holds exactly these values in a checkpoint; default f32 */
  readonly storedAs?: StoredDType;
}

/**
 * A trainable tensor with its path in checkpoints. It owns the tensor; optimizers write it in place.
 *
 * @throws ConfigError, DTypeError, ShapeError that name what in `info` or `value` does not fit
 * @example
 * const { weight } = new Linear(2, 3);
 * console.log(weight.path, weight.shape, weight.decay); // weight [3, 2] true
 */
export class Parameter implements ParameterInfo {
  readonly path: string;
  readonly role: ParameterRole;
  readonly shape: Shape;
  readonly decay: boolean;
  readonly layer?: number;
  readonly layers: number;
  /** Training leaves it as it is: {@link Module.parameters} passes over it, and no gradient of it is made. */
  frozen: boolean = false;
  /** The type it came from a checkpoint in, and goes back in as long as its value has not changed. */
  #storedAs: StoredDType;
  #value: Tensor;
  readonly #revision = new Revision();

  /** Takes over `value`. */
  constructor(info: ParameterInfo, value: Tensor) {
    requireArity("Parameter", arguments, 2);
    if (typeof info !== "object" || info === null)
      throw ConfigError.must("Parameter", "info", "say its path, role and shape", info);
    requireText("Parameter", "info.path", info.path);
    requireCount("Parameter", "info.layers", info.layers);
    checkShape("Parameter", info.shape);
    requireTensors("Parameter", { value });
    requireDType("Parameter", "value", value.dtype, floatDTypes);
    if (!sameShape(value.shape, info.shape))
      throw new ShapeError(
        `Parameter: value must have the shape of info, ${showShape(info.shape)}; got ${showShape(value.shape)}.`,
        { op: "Parameter", expected: info.shape, got: value.shape },
      );
    this.path = info.path;
    this.role = info.role;
    this.shape = [...info.shape];
    this.decay = info.decay;
    if (info.layer !== undefined) this.layer = info.layer;
    this.layers = info.layers;
    this.#value = value;
    this.#storedAs = storedAs(value);
    this.value = value;
  }

  get value(): Tensor {
    return this.#value;
  }

  /** Takes over a tensor of the same shape, dtype and device, and disposes of the previous one. */
  set value(value: Tensor) {
    this.#requireLike(value);
    this.#replace(value);
    this.markChanged();
  }

  /** Raises unless a tensor can take the value's place. */
  #requireLike(value: Tensor): void {
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(
        `parameter ${this.path}: value must have shape ${showShape(this.shape)}; got ${showShape(value.shape)}.`,
        { op: "parameter", expected: this.shape, got: value.shape },
      );
    }
    if (value.dtype !== this.#value.dtype) {
      throw new DTypeError(
        `parameter ${this.path}: value must be ${this.#value.dtype}; got ${value.dtype}. Cast it first.`,
        {
          op: "parameter",
          expected: this.#value.dtype,
          got: value.dtype,
        },
      );
    }
    if (value.device !== this.#value.device) {
      throw new DeviceError(
        `parameter ${this.path}: value must lie on its device, ${this.#value.device.kind}; got ${value.device.kind}.`,
        {
          device: value.device.kind,
        },
      );
    }
  }

  /**
   * Puts another tensor in the place of the value, and gives that back instead of disposing of it.
   *
   * @param value of the parameter's shape (`[…]`), dtype and device
   * @throws ShapeError, DTypeError, DeviceError when it is of others
   * @example
   * const { weight } = new Linear(2, 2);
   * const before = weight.swap(ones([2, 2])); // f32 [2, 2], the caller's now
   * weight.swap(before).dispose();
   */
  swap(value: Tensor): Tensor {
    const before = this.#value;
    this.#requireLike(value);
    this.#value = keep(contiguous(value));
    if (this.#value !== value) value.dispose();
    this.markChanged();
    return before;
  }

  /**
   * Overwrites the value in place from host memory: a captured step that reads the tensor sees the new numbers.
   *
   * @throws DTypeError for anything but a Float32Array; ShapeError for another number of values
   */
  write(data: Float32Array): void {
    requireArity("Parameter.write", arguments, 1);
    requireNumbers(`parameter ${this.path}`, data);
    if (data.length !== this.size) {
      throw new ShapeError(`parameter ${this.path}: must be written with ${this.size} values; got ${data.length}.`, {
        op: "parameter",
        expected: this.size,
        got: data.length,
      });
    }
    const { device, storage, dtype } = this.#value;
    requireNotRecording(`parameter ${this.path}: write()`, device);
    storage.upload(encode(data, dtype));
    this.markChanged();
  }

  /**
   * Overwrites a part of the value in place, the elements from `at` on, so that what is loaded need not be on the host as a whole.
   *
   * @param at a multiple of 128: memory is written from multiples of 256 bytes on
   * @throws DTypeError for anything but a Float32Array; ShapeError when the part lies beyond the value or begins elsewhere
   */
  writePart(data: Float32Array, at: number): void {
    requireArity("Parameter.writePart", arguments, 2);
    requireNumbers(`parameter ${this.path}`, data);
    if (!Number.isSafeInteger(at) || at < 0 || at % 128 !== 0 || at + data.length > this.size) {
      throw new ShapeError(
        `parameter ${this.path}: a part must begin at a multiple of 128 and lie within its ${this.size} values; got ${data.length} from ${at} on.`,
        { op: "parameter", expected: this.size, got: at + data.length },
      );
    }
    const { device, storage, dtype } = this.#value;
    requireNotRecording(`parameter ${this.path}: writePart()`, device);
    const values = encode(data, dtype);
    if (data.length > 0) storage.upload(values, at * (values.byteLength / data.length));
    this.markChanged();
  }

  /** A number that differs after every change of the elements, also in place by any holder of the tensor: what was computed of them holds while it is the same. Moving them is none. */
  get revision(): number {
    return this.#revision.of(this.#value);
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  get device(): Device {
    return this.#value.device;
  }

  get storedAs(): StoredDType {
    return this.#storedAs;
  }

  /** Copies the value to the host. */
  async hostValue(): Promise<HostParameter> {
    const { shape, value, storedAs } = this;
    return { shape, data: Float32Array.from(decoded(await value.data(), value.dtype)), storedAs };
  }

  /** Says in which type a checkpoint holds exactly this value; one that is held as halves keeps its own. */
  markStoredAs(dtype: StoredDType): void {
    const own = storedAs(this.#value);
    this.#storedAs = own === "f32" ? dtype : own;
  }

  /** To be called when the value was changed in place: it is no longer what a checkpoint of a narrower type holds. */
  markChanged(): void {
    this.#revision.changed(this.#value);
    this.#storedAs = storedAs(this.#value);
  }

  /** Moves the value to another device. */
  async to(device: Device): Promise<void> {
    requireArity("Parameter.to", arguments, 1);
    const value = await toDevice(this.#value, device);
    void this.revision;
    this.#replace(value);
    this.#revision.moved(this.#value);
  }

  /** Copies the value to the host. @returns what takes it back to a device: the value's own may be lost by then */
  async copyToHost(): Promise<RestoreTo> {
    const { storedAs, revision } = this;
    const make = await copyOf(this.#value);
    return (device) => {
      const same = revision === this.revision;
      this.#replace(make(device));
      if (same) this.#revision.moved(this.#value);
      else this.#revision.changed(this.#value);
      this.#storedAs = storedAs;
    };
  }

  dispose(): void {
    this.#value.dispose();
  }

  #replace(value: Tensor): void {
    if (value !== this.#value) this.#value.dispose();
    // A view would keep its base alive, and could not be written in place.
    this.#value = keep(contiguous(value));
    if (this.#value !== value) value.dispose();
  }
}

/** f16 and bf16 parameters are stored in their own type. */
function storedAs({ dtype }: Tensor): StoredDType {
  return dtype === "f16" || dtype === "bf16" ? dtype : "f32";
}
