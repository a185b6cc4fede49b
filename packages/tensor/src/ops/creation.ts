// Tensors from host values: the only ops without inputs.
import { context } from "../context.ts";
import { cpuDevice } from "../device/cpu.ts";
import type { Device } from "../device/device.ts";
import { type DType, hostArray, type HostArray } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { bf16Bits, f16Bits } from "../half.ts";
import { storageBytes } from "../primitive.ts";
import { checkShape, type Shape, showShape, sizeOf } from "../shape.ts";
import { Storage } from "../storage.ts";
import { type NestedArray, Tensor } from "../tensor.ts";

/** Options of the functions that make tensors. */
export interface TensorOptions {
  /** default f32; for a typed array the type it holds */
  readonly dtype?: DType;
  /** default: the shared CPU device */
  readonly device?: Device;
}

/** Options of {@link tensor}: also the shape, for flat data. */
export interface TensorFromOptions extends TensorOptions {
  readonly shape?: Shape;
}

/**
 * A tensor of the given values.
 *
 * @param data a number, nested arrays of numbers (all rows of one length), or a typed array (flat, with `shape`; its dtype is
 *   that of the array; halves are a Uint16Array of bit patterns with `dtype` given)
 * @throws ShapeError when rows differ in length or the number of values does not fit the shape; DTypeError for a type the device has not
 * @example
 * const a = tensor([[1, 2], [3, 4]]);
 * const b = tensor(new Float32Array(6), { shape: [2, 3] });
 */
export function tensor(data: NestedArray | HostArray, options: TensorFromOptions = {}): Tensor {
  const nested = !ArrayBuffer.isView(data);
  const shape = options.shape ?? (nested ? shapeOf(data) : [data.length]);
  checkShape("tensor", shape);
  const flat = nested ? flatten(data) : data;
  if (flat.length !== sizeOf(shape)) {
    throw new ShapeError(`tensor: shape ${showShape(shape)} must have as many elements as there are values, ${flat.length}; it has ${sizeOf(shape)}.`, {
      op: "tensor", expected: flat.length, got: shape,
    });
  }
  const dtype = options.dtype ?? (nested ? "f32" : dtypeOf(data));
  return fromHost(encode(flat, dtype), shape, dtype, options.device ?? cpuDevice());
}

/** A tensor filled with one value. */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  checkShape("full", shape);
  const dtype = options.dtype ?? "f32";
  const data = hostArray(dtype, sizeOf(shape));
  if (value !== 0) data.fill(encode([value], dtype)[0]!);
  return fromHost(data, shape, dtype, options.device ?? cpuDevice());
}

/** A tensor of zeros. */
export function zeros(shape: Shape, options: TensorOptions = {}): Tensor {
  return full(shape, 0, options);
}

/** A tensor of ones. */
export function ones(shape: Shape, options: TensorOptions = {}): Tensor {
  return full(shape, 1, options);
}

/** Zeros of another tensor's shape, dtype and device. */
export function zerosLike(like: Tensor): Tensor {
  return zeros(like.shape, { dtype: like.dtype, device: like.device });
}

/** Ones of another tensor's shape, dtype and device. */
export function onesLike(like: Tensor): Tensor {
  return ones(like.shape, { dtype: like.dtype, device: like.device });
}

/** `start, start + step, …` below `end`. */
export function arange(start: number, end: number, step = 1, options: TensorOptions = {}): Tensor {
  if (step === 0) throw new ShapeError("arange: step must not be 0; got 0.", { op: "arange", got: 0 });
  const length = Math.max(0, Math.ceil((end - start) / step));
  const dtype = options.dtype ?? "f32";
  const values = Array.from({ length }, (_, i) => start + i * step);
  return fromHost(encode(values, dtype), [length], dtype, options.device ?? cpuDevice());
}

/** A copy of a tensor on another device; the tensor itself when it is there already. */
export async function toDevice(x: Tensor, device: Device): Promise<Tensor> {
  return x.device === device ? x : fromHost(await x.data(), x.shape, x.dtype, device);
}

/** Constants that a device keeps. */
const mostConstants = 512;

/**
 * A scalar that its device keeps, made once per value: what a number in `add(x, 2)` becomes. It belongs to the device, which disposes of it when many others were used after
 * it: ask for it again rather than holding it.
 */
export function constant(value: number, dtype: DType, device: Device): Tensor {
  const constants = device.caches.named<string, Tensor>("constants", mostConstants, retire);
  return constants.get(`${dtype} ${Object.is(value, -0) ? "-0" : value}`, () => unscoped(() => fromHost(encode([value], dtype), [], dtype, device)));
}

/** A scalar that is kept no longer may still be on a tape or in use by a captured function; those end with the outermost scope. */
function retire(scalar: Tensor): void {
  const [outermost] = context.scopes;
  if (outermost) outermost.tensors.add(scalar);
  else scalar.dispose();
}

function unscoped(make: () => Tensor): Tensor {
  const made = make();
  for (const scope of context.scopes) scope.tensors.delete(made);
  return made;
}

function fromHost(data: HostArray, shape: Shape, dtype: DType, device: Device): Tensor {
  if (dtype === "f64" && device.kind !== "cpu") {
    throw new DTypeError("tensor: f64 must be on the CPU device; WebGPU has no 64-bit floats. Use f32.", { op: "tensor", expected: "f32", got: "f64" });
  }
  const storage = Storage.allocate(device, storageBytes({ shape, dtype }));
  try {
    device.upload(storage.block, wholeWords(data));
  } catch (error) {
    storage.release();
    throw error;
  }
  return new Tensor(shape, dtype, storage);
}

/** WebGPU writes multiples of 4 bytes: an odd number of halves is padded by one. */
function wholeWords(data: HostArray): HostArray {
  if (data.byteLength % 4 === 0) return data;
  const padded = new Uint16Array(data.length + 1);
  padded.set(data);
  return padded;
}

function encode(values: ArrayLike<number>, dtype: DType): HostArray {
  if (ArrayBuffer.isView(values) && dtypeFits(values as HostArray, dtype)) return values as HostArray;
  const data = hostArray(dtype, values.length);
  const convert = dtype === "f16" ? f16Bits : dtype === "bf16" ? bf16Bits : dtype === "bool" ? (v: number) => (v !== 0 ? 1 : 0) : undefined;
  for (let i = 0; i < values.length; i++) data[i] = convert ? convert(values[i]!) : values[i]!;
  return data;
}

function dtypeFits(data: HostArray, dtype: DType): boolean {
  return hostArray(dtype, 0).constructor === data.constructor && (dtype !== "bool" || data.every((value) => value <= 1));
}

function dtypeOf(data: HostArray): DType {
  if (data instanceof Float32Array) return "f32";
  if (data instanceof Int32Array) return "i32";
  if (data instanceof Uint32Array) return "u32";
  if (data instanceof Float64Array) return "f64";
  throw new DTypeError("tensor: a Uint16Array holds halves and must come with dtype \"f16\" or \"bf16\"; got no dtype.", { op: "tensor" });
}

function flatten(data: NestedArray): number[] {
  return Array.isArray(data) ? data.flatMap(flatten) : [data];
}

function shapeOf(data: NestedArray): number[] {
  if (!Array.isArray(data)) return [];
  const inner = data.length === 0 ? [] : shapeOf(data[0]!);
  for (const row of data) {
    const shape = shapeOf(row);
    if (showShape(shape) !== showShape(inner)) {
      throw new ShapeError(`tensor: all rows must have one shape, ${showShape(inner)} like the first; got ${showShape(shape)}.`, {
        op: "tensor", expected: inner, got: shape,
      });
    }
  }
  return [data.length, ...inner];
}

