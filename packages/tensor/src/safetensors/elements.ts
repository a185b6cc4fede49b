// Elements of a safetensors entry as typed arrays, and back.
import { copyOfBytes, describeValue, hostBytes } from "@x/base";
import { DTypeError } from "../errors.ts";
import { requireArity, requireArray } from "../arguments/require.ts";
import { bf16ToF32, f16ToF32 } from "../numbers/half-precision.ts";
import { SAFETENSORS_DTYPES, type SafetensorsDType, type TensorBytes, requireTensorBytes } from "./format.ts";

/**
 * A typed array's bytes as an entry; the memory is shared, not copied (unless it is shared with others already, or
 * resizable).
 *
 * @param values elements of `dtype`, F16, BF16 and F8 as their bits; or any entry's bytes
 * @throws DTypeError for elements of another type, which a file would hold as other numbers
 */
export function tensorBytes(dtype: SafetensorsDType, shape: readonly number[], values: ArrayBufferView): TensorBytes {
  requireArity("tensorBytes", arguments, 3);
  const bytes = hostBytes("tensorBytes: values", values);
  requireArray("tensorBytes", "shape", shape);
  const own = Object.hasOwn(ELEMENT_ARRAYS, dtype) ? ELEMENT_ARRAYS[dtype].name : undefined;
  const tag = Object.prototype.toString.call(values).slice(8, -1);
  if (own === undefined || ![own, "Uint8Array", ...(ALSO[dtype] ?? [])].includes(tag))
    throw new DTypeError(
      own === undefined
        ? `tensorBytes: dtype must be one of ${Object.keys(ELEMENT_ARRAYS).join(", ")}; got ${describeValue(dtype)}.`
        : `tensorBytes: values must be a ${own} for ${dtype}, or bytes as a Uint8Array; got ${describeValue(values)}.`,
      { op: "tensorBytes", expected: own, got: tag },
    );
  return { dtype, shape: [...shape], bytes };
}

/** Other arrays that hold elements of a type as a file has them. */
const ALSO: Readonly<Partial<Record<SafetensorsDType, readonly string[]>>> = {
  F16: ["Float16Array"],
  U8: ["Uint8ClampedArray"],
};

/** What holds the elements of a file's tensor on the host. */
export type ElementArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

type ElementArrayConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ElementArray;

/** F16, BF16 and F8 have no host array of their own: their bits are given. */
const ELEMENT_ARRAYS: Readonly<Record<SafetensorsDType, ElementArrayConstructor>> = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  F8_E4M3: Uint8Array,
  F8_E5M2: Uint8Array,
  U16: Uint16Array,
  I16: Int16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  U32: Uint32Array,
  I32: Int32Array,
  F32: Float32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
};

/** The elements as a typed array: a view where the alignment allows it, else a copy. Halves come as their bits. */
export function typedArrayOf(entry: TensorBytes): ElementArray {
  requireArity("typedArrayOf", arguments, 1);
  requireTensorBytes("typedArrayOf", entry);
  const { dtype, bytes } = entry;
  const width = SAFETENSORS_DTYPES[dtype];
  const plain = hostBytes("typedArrayOf: bytes", bytes);
  const aligned = plain.byteOffset % width === 0 ? plain : copyOfBytes(plain);
  return new ELEMENT_ARRAYS[dtype](aligned.buffer, aligned.byteOffset, aligned.byteLength / width);
}

/**
 * The elements of F64, F32, F16 or BF16 as f32; a view when they are f32 and aligned. Throws DTypeError for other
 * dtypes.
 */
export function float32ArrayOf(entry: TensorBytes): Float32Array {
  requireArity("float32ArrayOf", arguments, 1);
  const values = typedArrayOf(entry);
  switch (entry.dtype) {
    case "F32":
      return values as Float32Array;
    case "F64":
      return Float32Array.from(values as Float64Array);
    case "F16":
      return f16ToF32(values as Uint16Array);
    case "BF16":
      return bf16ToF32(values as Uint16Array);
    default:
      throw new DTypeError(`safetensors: expected F64, F32, F16 or BF16 values; got ${entry.dtype}.`, {
        got: entry.dtype,
      });
  }
}
