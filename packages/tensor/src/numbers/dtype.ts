// Element types: what they are called, how wide they are, which typed array holds them on the host.
import { describeValue } from "@x/base";
import { DeviceError, DTypeError } from "../errors.ts";
import { requireCount } from "../arguments/require.ts";

/**
 * f32, i32, u32 and bool compute on every device; f64 only on the CPU; f16 and bf16 are storage types that `cast`
 * converts.
 */
export type DType = "f32" | "i32" | "u32" | "bool" | "f64" | "f16" | "bf16";

/** The types arithmetic is done in. */
export const numericDTypes: readonly DType[] = ["f32", "f64", "i32", "u32"];

/** The types gradients are computed in. */
export const computeDTypes: readonly DType[] = ["f32", "f64"];

/** The types gradients flow through: those they are computed in, and those that parameters may be stored in. */
export const floatDTypes: readonly DType[] = ["f32", "f64", "f16", "bf16"];

/** Host view of a tensor's elements. bool is one u32 of 0 or 1 per element; f16 and bf16 are their 16-bit patterns. */
export type HostArray = Float32Array | Int32Array | Uint32Array | Float64Array | Uint16Array;

interface DTypeInfo {
  readonly sizeBytes: number;
  readonly float: boolean;
  view(buffer: ArrayBufferLike, offsetBytes: number, length: number): HostArray;
}

const infos: Readonly<Record<DType, DTypeInfo>> = {
  f32: { sizeBytes: 4, float: true, view: (b, o, n) => new Float32Array(b, o, n) },
  i32: { sizeBytes: 4, float: false, view: (b, o, n) => new Int32Array(b, o, n) },
  u32: { sizeBytes: 4, float: false, view: (b, o, n) => new Uint32Array(b, o, n) },
  bool: { sizeBytes: 4, float: false, view: (b, o, n) => new Uint32Array(b, o, n) },
  f64: { sizeBytes: 8, float: true, view: (b, o, n) => new Float64Array(b, o, n) },
  f16: { sizeBytes: 2, float: true, view: (b, o, n) => new Uint16Array(b, o, n) },
  bf16: { sizeBytes: 2, float: true, view: (b, o, n) => new Uint16Array(b, o, n) },
};

/** Bytes per element. */
export function dtypeBytes(dtype: DType): number {
  return infoOf(dtype).sizeBytes;
}

function infoOf(dtype: DType): DTypeInfo {
  const info = infos[dtype] as DTypeInfo | undefined;
  if (!info)
    throw new DTypeError(`dtype: must be one of ${Object.keys(infos).join(", ")}; got ${describeValue(dtype)}.`, {
      expected: Object.keys(infos),
      got: dtype,
    });
  return info;
}

/** Whether gradients flow through this type. */
export function isFloat(dtype: DType): boolean {
  return infoOf(dtype).float;
}

/** A typed array over `length` elements of `buffer`, starting at `offsetBytes`. */
export function hostView(dtype: DType, buffer: ArrayBufferLike, offsetBytes: number, length: number): HostArray {
  const { view } = infoOf(dtype);
  try {
    const elements = view(buffer, offsetBytes, length);
    if (elements.buffer === buffer) return elements;
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw noView(dtype, buffer, offsetBytes, length, cause);
  }
  throw noView(dtype, buffer, offsetBytes, length);
}

function noView(dtype: DType, buffer: unknown, offsetBytes: unknown, length: unknown, cause?: unknown): DTypeError {
  const { sizeBytes } = infoOf(dtype);
  const room = (buffer as Partial<ArrayBufferLike> | null | undefined)?.byteLength;
  return new DTypeError(
    `hostView: buffer must hold ${String(length)} elements of ${dtype} from byte ${String(offsetBytes)} on, a multiple of ${sizeBytes}; got ${describeValue(buffer)}${room === undefined ? "" : ` of ${room} bytes`}.`,
    { op: "hostView", got: buffer, cause },
  );
}

/**
 * A fresh zeroed typed array.
 *
 * @param op who asks for it, for the error's sentence
 * @throws DeviceError where no memory can be allocated for it
 */
export function hostArray(dtype: DType, length: number, op = "hostArray"): HostArray {
  const { sizeBytes, view } = infoOf(dtype);
  requireCount(op, "length", length);
  let buffer: ArrayBuffer;
  try {
    buffer = new ArrayBuffer(length * sizeBytes);
  } catch (cause) {
    throw new DeviceError(
      `${op}: ${length} elements of ${dtype} must fit in memory; their ${length * sizeBytes} bytes cannot be allocated.`,
      { op, needed: length * sizeBytes, cause },
    );
  }
  return view(buffer, 0, length);
}

/** Raises a {@link DTypeError} unless `dtype` is one of `allowed`. `name` is the argument as the caller knows it. */
export function requireDType(op: string, name: string, dtype: DType, allowed: readonly DType[]): void {
  if (!Array.isArray(allowed))
    throw new TypeError(`requireDType: allowed must be an array of dtypes; got ${describeValue(allowed)}.`);
  if (!allowed.includes(dtype)) {
    throw new DTypeError(
      `${op}: ${name} must be ${allowed.join(" or ")}; got ${dtype}. Convert it with cast(${name}, "${allowed[0]}").`,
      {
        op,
        expected: allowed,
        got: dtype,
      },
    );
  }
}

/** Raises a {@link DTypeError} unless `dtype` names an element type. */
export function checkDType(op: string, dtype: DType): void {
  if (typeof dtype === "string" && Object.hasOwn(infos, dtype)) return;
  throw DTypeError.must(op, "dtype", `be one of ${Object.keys(infos).join(", ")}`, dtype, Object.keys(infos));
}
