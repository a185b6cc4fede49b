// Tensors from host values: the only ops without inputs.
import { requireArity, requireDevice } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { describeValue, type OptionKeys } from "@x/base";
import { context } from "../context.ts";
import { cpuDevice } from "../device/cpu.ts";
import type { Block, Device } from "../device/device.ts";
import { checkDType, type DType, hostArray, type HostArray } from "../numbers/dtype.ts";
import { checkOptions, DeviceError, DTypeError, ShapeError } from "../errors.ts";
import { checkRoom } from "../apply.ts";
import { storageBytes } from "../device/lowering.ts";
import { checkShape, type Shape, showShape, sizeOf } from "../shape.ts";
import { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";
import { encode, encodeOne, naturalDType, readValues, type TensorData } from "./host-data.ts";

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

const tensorOptions = { dtype: true, device: true } as const;

/** Raises about unknown options, a dtype or a device that is none. */
export function checkTensorOptions<O extends Partial<TensorOptions>>(
  op: string,
  options: O,
  known: OptionKeys<O>,
): void {
  checkOptions(op, options, known);
  const { dtype, device } = options;
  if (dtype !== undefined) checkDType(op, dtype);
  if (device === undefined || (typeof device === "object" && device !== null && "allocate" in device)) return;
  throw new DeviceError(
    `${op}: device must be one that cpuDevice(), await webgpuDevice() or await defaultDevice() gives; got ${describeValue(device)}.`,
    { op, got: device },
  );
}

/**
 * A tensor of the given values.
 *
 * @param data a number or boolean, nested arrays of numbers or of booleans (all rows of one length), or a typed array
 *   (flat, with `shape`), which is copied. The dtype is f32 for numbers, bool for booleans, that of a typed array (i32
 *   for one of 8 or 16 bits; halves are a Uint16Array of bit patterns with `dtype` given, or a Float16Array)
 * @param options `dtype` to convert to: floats round to nearest, anything but 0 is true; `shape`; `device`
 * @throws ShapeError when rows differ in length or the number of values does not fit the shape; DTypeError for what is
 *   no number, for a number that the integer `dtype` cannot hold (1.5, 3e9 or NaN in i32) and for a type the device has
 *   not; HostMemoryError for a detached array
 * @example
 * const a = tensor([[1, 2], [3, 4]]);
 * const b = tensor(new Float32Array(6), { shape: [2, 3] });
 * const mask = tensor([true, false]);   // bool
 */
export function tensor(data: TensorData, options: TensorFromOptions = {}): Tensor {
  requireArity("tensor", arguments, 2);
  checkTensorOptions<TensorFromOptions>("tensor", options, { ...tensorOptions, shape: true });
  const given = readValues("tensor", data);
  const shape = options.shape ?? given.shape;
  checkShape("tensor", shape);
  if (given.values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `tensor: shape ${showShape(shape)} must have as many elements as there are values, ${given.values.length}; it has ${sizeOf(shape)}.`,
      {
        op: "tensor",
        expected: given.values.length,
        got: shape,
      },
    );
  }
  const dtype = options.dtype ?? naturalDType("tensor", given);
  return fromHost("tensor", encode("tensor", given, dtype), shape, dtype, options.device ?? cpuDevice());
}

/**
 * A tensor filled with one value.
 *
 * @param value a number that the dtype can hold (floats round to nearest); −0 and NaN stay what they are in floats
 * @throws ShapeError for a size that is no whole number of at least 0; DTypeError for 1.5, 3e9 or NaN in i32;
 *   DeviceError for more bytes than the device can hold
 * @example
 * full([2, 3], -1, { dtype: "i32" });
 */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  requireArity("full", arguments, 3);
  return filled("full", shape, value, options);
}

function filled(op: string, shape: Shape, value: number, options: TensorOptions): Tensor {
  checkTensorOptions<TensorOptions>(op, options, tensorOptions);
  checkShape(op, shape);
  const { dtype = "f32", device = cpuDevice() } = options;
  const element = encodeOne(op, value, dtype);
  if (Object.is(element, 0)) return written(allocated(op, shape, dtype, device), (block) => device.clear(block));
  checkRoom(op, { shape, dtype }, device);
  return fromHost(op, hostArray(dtype, sizeOf(shape)).fill(element), shape, dtype, device);
}

/**
 * A tensor of zeros.
 *
 * @param shape sizes, `[]` for a scalar
 * @param options `dtype`, default f32; `device`
 * @throws ShapeError for a size that is no whole number of at least 0; DTypeError for a dtype that the device has not;
 *   DeviceError for too many bytes
 * @example
 * zeros([2, 3]); // [[0, 0, 0], [0, 0, 0]]
 */
export function zeros(shape: Shape, options: TensorOptions = {}): Tensor {
  requireArity("zeros", arguments, 2);
  return filled("zeros", shape, 0, options);
}

/**
 * A tensor of ones.
 *
 * @param shape sizes, `[]` for a scalar
 * @param options `dtype`, default f32; `device`
 * @throws ShapeError for a size that is no whole number of at least 0; DTypeError for a dtype that the device has not;
 *   DeviceError for too many bytes
 * @example
 * ones([2, 3]); // [[1, 1, 1], [1, 1, 1]]
 */
export function ones(shape: Shape, options: TensorOptions = {}): Tensor {
  requireArity("ones", arguments, 2);
  return filled("ones", shape, 1, options);
}

/**
 * Zeros of another tensor's shape, dtype and device.
 *
 * @param like `[…]`, any dtype
 * @throws DTypeError when `like` is no tensor
 * @example
 * zerosLike(tensor([[3], [4]], { dtype: "i32" })); // [[0], [0]]
 */
export function zerosLike(like: Tensor): Tensor {
  requireArity("zerosLike", arguments, 1);
  requireTensors("zerosLike", { like });
  return filled("zerosLike", like.shape, 0, { dtype: like.dtype, device: like.device });
}

/**
 * Ones of another tensor's shape, dtype and device.
 *
 * @param like `[…]`, any dtype
 * @throws DTypeError when `like` is no tensor
 * @example
 * onesLike(tensor([[3], [4]], { dtype: "i32" })); // [[1], [1]]
 */
export function onesLike(like: Tensor): Tensor {
  requireArity("onesLike", arguments, 1);
  requireTensors("onesLike", { like });
  return filled("onesLike", like.shape, 1, { dtype: like.dtype, device: like.device });
}

/**
 * `start, start + step, …` below `end` (above it for a negative step): ⌈(end − start) / step⌉ elements, none when that
 * is negative.
 *
 * @param options `dtype`, default f32; `device`
 * @throws ShapeError unless start, end and step are finite and step is not 0; DTypeError when an element is none that
 *   `dtype` can hold
 * @example
 * arange(0, 5, 2);   // [0, 2, 4]
 */
export function arange(start: number, end: number, step = 1, options: TensorOptions = {}): Tensor {
  requireArity("arange", arguments, 4);
  checkTensorOptions<TensorOptions>("arange", options, tensorOptions);
  for (const [name, value] of Object.entries({ start, end, step })) {
    if (!Number.isFinite(value)) throw ShapeError.must("arange", name, "be a finite number", value);
  }
  if (step === 0) throw new ShapeError("arange: step must not be 0; got 0.", { op: "arange", got: 0 });
  const length = Math.max(0, Math.ceil((end - start) / step));
  const { dtype = "f32", device = cpuDevice() } = options;
  checkShape("arange", [length]);
  checkRoom("arange", { shape: [length], dtype }, device);
  return fromHost(
    "arange",
    encode("arange", { values: Float64Array.from({ length }, (_, i) => start + i * step) }, dtype),
    [length],
    dtype,
    device,
  );
}

/**
 * A copy of a tensor on another device; the tensor itself when it is there already.
 *
 * @param x `[…]`, any dtype (f64 is on the CPU device only)
 * @returns the copy, of x's shape and dtype
 * @throws DTypeError when x is no tensor, or its dtype is none of the device's; DeviceError in a captured function
 * @example
 * const y = await toDevice(tensor([1, 2]), cpuDevice());
 */
export async function toDevice(x: Tensor, device: Device): Promise<Tensor> {
  requireArity("toDevice", arguments, 2);
  requireTensors("toDevice", { x });
  requireDevice("toDevice", device);
  return x.device === device ? x : fromHost("to", await x.data(), x.shape, x.dtype, device);
}

/** Constants that a device keeps. */
const mostConstants = 512;

/**
 * A scalar that its device keeps, made once per value: what a number in `add(x, 2)` becomes. It belongs to the device,
 * which disposes of it when many others were used after it: ask for it again rather than holding it.
 *
 * @param dtype any dtype that can hold the value
 * @returns a scalar, `[]`
 * @throws DTypeError when the dtype cannot hold the value
 * @example
 * constant(2, "f32", cpuDevice()); // 2
 */
export function constant(value: number, dtype: DType, device: Device): Tensor {
  requireDevice("constant", device);
  const constants = device.caches.named<string, Tensor>("constants", mostConstants, retire);
  const make = (): Tensor =>
    fromHost("constant", hostArray(dtype, 1).fill(encodeOne("constant", value, dtype)), [], dtype, device);
  const key = `${dtype} ${Object.is(value, -0) ? "-0" : value}`;
  const known = constants.get(key, () => unscoped(make));
  if (!device.hasFailed?.(known.storage.block)) return known;
  constants.delete(key);
  return constants.get(key, () => unscoped(make));
}

/**
 * A scalar that is kept no longer may still be on a tape or in use by a captured function; those end with the outermost
 * scope.
 */
function retire(scalar: Tensor): void {
  const [outermost] = context.scopes;
  if (outermost) outermost.tensors.add(scalar);
  else scalar.dispose();
}

function unscoped(make: () => Tensor): Tensor {
  const made = make();
  made.storage.fixed = true;
  for (const scope of context.scopes) scope.tensors.delete(made);
  return made;
}

function fromHost(op: string, data: HostArray, shape: Shape, dtype: DType, device: Device): Tensor {
  return written(allocated(op, shape, dtype, device), (block) => device.upload(block, wholeWords(data)));
}

/** The tensor, once `write` has filled its memory; free again when that throws. */
function written(made: Tensor, write: (block: Block) => void): Tensor {
  try {
    write(made.storage.block);
    return made;
  } catch (error) {
    made.dispose();
    throw error;
  }
}

/** A tensor over uninitialized memory. */
function allocated(op: string, shape: Shape, dtype: DType, device: Device): Tensor {
  requireDevice(op, device);
  if (dtype === "f64" && device.kind !== "cpu") {
    throw new DTypeError(`${op}: f64 must be on the CPU device; WebGPU has no 64-bit floats. Use f32.`, {
      op,
      expected: "f32",
      got: "f64",
    });
  }
  checkRoom(op, { shape, dtype }, device);
  return new Tensor(shape, dtype, Storage.allocate(device, storageBytes({ shape, dtype })));
}

/** WebGPU writes multiples of 4 bytes: an odd number of halves is padded by one. */
function wholeWords(data: HostArray): HostArray {
  if (data.byteLength % 4 === 0) return data;
  const padded = new Uint16Array(data.length + 1);
  padded.set(data);
  return padded;
}
