// Host values for tensors: which arrays are taken, their shape, and their elements as those of a dtype. What a dtype
// cannot hold is refused, never cut off.
import { describeValue, hostBytes } from "@x/base";
import { checkDType, type DType, hostArray, type HostArray } from "../numbers/dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { bf16Bits, f16Bits } from "../numbers/half-precision.ts";
import { canHold, describeLimits } from "../numbers/integer-limits.ts";
import { showShape } from "../shape.ts";

/** Numbers, or booleans, nested as deeply as the tensor has axes. */
export type NestedValues = number | boolean | readonly NestedValues[];

/** Typed arrays of narrow integers, which become i32. */
export type NarrowArray = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array;

/** What a tensor can be made of. */
export type TensorData = NestedValues | HostArray | NarrowArray;

/** Values in row-major order, the shape they came in, and the dtype that they have by themselves. */
export interface HostValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
  /** undefined for halves, whose kind the array does not say */
  readonly dtype: DType | undefined;
  /** `values` are f16 or bf16 patterns where one of these types is asked for */
  readonly patterns: boolean;
}

/** Deeper nesting is a cycle or a mistake. */
const deepest = 32;

const typeOfArray: Readonly<Record<string, DType | undefined>> = {
  Float32Array: "f32",
  Float64Array: "f64",
  Int32Array: "i32",
  Uint32Array: "u32",
  Int8Array: "i32",
  Uint8Array: "i32",
  Uint8ClampedArray: "i32",
  Int16Array: "i32",
  Float16Array: "f16",
};

/** Reads what a caller gave as data. */
export function readValues(op: string, data: unknown): HostValues {
  if (ArrayBuffer.isView(data)) return readView(op, data);
  if (data instanceof ArrayBuffer || (typeof SharedArrayBuffer === "function" && data instanceof SharedArrayBuffer)) {
    throw new DTypeError(
      `${op}: data must say what its bytes are; got ${describeValue(data)}. Wrap it: new Float32Array(buffer).`,
      { op, got: data },
    );
  }
  return readNested(op, data);
}

function readView(op: string, data: ArrayBufferView): HostValues {
  // Symbol.toStringTag is the kind of array, for subclasses (Buffer) and arrays of other realms alike.
  const kind = Object.prototype.toString.call(data).slice(8, -1);
  const dtype = typeOfArray[kind];
  if (kind !== "Uint16Array" && dtype === undefined) {
    throw new DTypeError(
      `${op}: data must be a Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array (halves) or an array of 8 or 16 bits; got ${describeValue(data)}. ` +
        (kind.startsWith("Big") ? "Convert it with Int32Array.from(data, Number)." : "Wrap its buffer in one of them."),
      { op, got: kind },
    );
  }
  const bytes = hostBytes(`${op}: data`, data);
  const length = (data as HostArray).length;
  if (kind === "Float16Array")
    return { values: new Uint16Array(bytes.buffer, bytes.byteOffset, length), shape: [length], dtype, patterns: true };
  // A copy where the memory could change or go away; else the array itself.
  const values =
    bytes.buffer === data.buffer
      ? (data as HostArray)
      : new (Object.getPrototypeOf(data) as { constructor: new (b: ArrayBuffer) => HostArray }).constructor(
          bytes.buffer,
        );
  return { values, shape: [length], dtype, patterns: kind === "Uint16Array" };
}

function readNested(op: string, data: unknown): HostValues {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0]) {
    if (shape.length === deepest)
      throw new ShapeError(`${op}: data must be nested at most ${deepest} deep; got more.`, { op });
    shape.push(level.length);
  }
  const values: number[] = [];
  const kinds = new Set<string>();
  const place = (path: readonly number[]): string =>
    path.length === 0 ? "" : ` at ${path.map((i) => `[${i}]`).join("")}`;
  const visit = (level: unknown, axis: number, path: readonly number[]): void => {
    if (Array.isArray(level)) {
      if (axis === shape.length || level.length !== shape[axis]) {
        throw new ShapeError(
          `${op}: all rows must have one shape, ${showShape(shape.slice(axis))} like the first; got an array of ${level.length}${place(path)}.`,
          {
            op,
            expected: shape,
            got: level.length,
          },
        );
      }
      for (let i = 0; i < level.length; i++) {
        if (axis + 1 === shape.length && typeof level[i] === "number") values.push(level[i] as number);
        else visit(level[i], axis + 1, [...path, i]);
      }
      if (axis + 1 === shape.length && level.some((value) => typeof value === "number")) kinds.add("number");
      return;
    }
    if (typeof level !== "number" && typeof level !== "boolean") {
      const hint = ArrayBuffer.isView(level)
        ? " Give one flat typed array, with shape, or tensors to stack()."
        : typeof level === "bigint"
          ? " Convert it with Number()."
          : "";
      throw new DTypeError(
        `${op}: data must hold numbers or booleans; got ${describeValue(level)}${place(path)}.${hint}`,
        { op, got: level },
      );
    }
    if (axis !== shape.length) {
      throw new ShapeError(
        `${op}: all rows must have one shape, ${showShape(shape.slice(axis))} like the first; got ${describeValue(level)}${place(path)}.`,
        { op, expected: shape, got: level },
      );
    }
    kinds.add(typeof level);
    values.push(Number(level));
  };
  visit(data, 0, []);
  if (kinds.size > 1) throw new DTypeError(`${op}: data must hold numbers only or booleans only; got both.`, { op });
  return { values, shape, dtype: kinds.has("boolean") ? "bool" : "f32", patterns: false };
}

/**
 * The values as elements of `dtype`. Floats round to nearest; a bool is true unless 0; an integer that the type cannot
 * hold, or a fraction, is refused.
 */
export function encode(
  op: string,
  { values, dtype: own, patterns }: Pick<HostValues, "values"> & Partial<HostValues>,
  dtype: DType,
): HostArray {
  checkDType(op, dtype);
  const half = dtype === "f16" || dtype === "bf16";
  if (patterns && (own === undefined ? half : own === dtype)) return values as Uint16Array;
  if (patterns && own !== undefined) {
    throw new DTypeError(
      `${op}: a Float16Array must become f16; got dtype ${dtype}. Cast the tensor, or convert with Float32Array.from.`,
      { op, got: dtype },
    );
  }
  if (ArrayBuffer.isView(values) && fits(values as HostArray, dtype)) return values as HostArray;
  const data = hostArray(dtype, values.length);
  const convert =
    dtype === "f16"
      ? f16Bits
      : dtype === "bf16"
        ? bf16Bits
        : dtype === "bool"
          ? (value: number) => (value !== 0 ? 1 : 0)
          : undefined;
  const whole = dtype === "i32" || dtype === "u32";
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (whole && !canHold(dtype, value)) {
      throw new DTypeError(
        `${op}: ${dtype} holds ${describeLimits(dtype)}; got ${describeValue(value)} at position ${i}. To saturate and drop fractions, cast a float tensor.`,
        { op, got: value },
      );
    }
    data[i] = convert ? convert(value) : value;
  }
  return data;
}

function fits(data: HostArray, dtype: DType): boolean {
  return (
    hostArray(dtype, 0)[Symbol.toStringTag] === data[Symbol.toStringTag] &&
    (dtype !== "bool" || data.every((value) => value <= 1))
  );
}

/** The type of values whose own dtype is used; raises about halves, which do not say which they are. */
export function naturalDType(op: string, { dtype }: HostValues): DType {
  if (dtype !== undefined) return dtype;
  throw new DTypeError(`${op}: a Uint16Array holds halves and must come with dtype "f16" or "bf16"; got no dtype.`, {
    op,
  });
}

/** One element of a dtype, as it is stored: a bit pattern for halves. */
export function encodeOne(op: string, value: unknown, dtype: DType): number {
  checkDType(op, dtype);
  if (typeof value !== "number" && typeof value !== "boolean")
    throw new DTypeError(`${op}: value must be a number; got ${describeValue(value)}.`, { op, got: value });
  if (dtype !== "bool" && !canHold(dtype, Number(value))) {
    throw new DTypeError(
      `${op}: value must be ${describeLimits(dtype)} for ${dtype}; got ${describeValue(value)}. For other numbers use f32.`,
      { op, got: value },
    );
  }
  return encode(op, { values: [Number(value)] }, dtype)[0]!;
}
