// The safetensors format: dtypes, entries, and the sizes they take.
import { describeValue } from "@x/base";
import { CheckpointError } from "../errors.ts";
import { requireOptions } from "../arguments/require.ts";

/** Bytes per element of each dtype that a file may hold. */
export const SAFETENSORS_DTYPES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

/** A dtype by its name in a file. */
export type SafetensorsDType = keyof typeof SAFETENSORS_DTYPES;

/**
 * One tensor as bytes: little-endian elements in row-major order. `bytes` may be a view at any alignment; see {@link
 * typedArrayOf}.
 */
export interface TensorBytes {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A tensor whose bytes may be elsewhere, or not made yet. */
export interface PlannedTensor extends Omit<TensorBytes, "bytes"> {
  readonly bytes?: Uint8Array;
}

/** The longest header that is read, as in the reference implementation. */
export const MAX_HEADER_BYTES: number = 100_000_000;

export const PREFIX_BYTES = 8;

export const RESERVED: ReadonlySet<string> = new Set(["__metadata__", "__proto__"]);

/** Whether a file may give this name as a dtype. */
export function isSafetensorsDType(name: string): name is SafetensorsDType {
  return Object.hasOwn(SAFETENSORS_DTYPES, name);
}

/**
 * Raises unless a value has a dtype of the format, a shape and bytes. @param what the value as the caller knows it,
 * "writeSafetensors: a" @throws CheckpointError
 */
export function requireTensorBytes(what: string, value: unknown, planned = false): void {
  requireOptions(what, value, "the tensor");
  const { dtype, shape, bytes } = value as Partial<TensorBytes>;
  const hasBytes = ArrayBuffer.isView(bytes) || (planned && bytes === undefined);
  if (typeof dtype === "string" && isSafetensorsDType(dtype) && Array.isArray(shape) && hasBytes) return;
  throw new CheckpointError(
    `${what}: must have a dtype of the format, a shape and bytes; got dtype ${describeValue(dtype)}, shape ${describeValue(shape)}, bytes ${describeValue(bytes)}.`,
    { got: value },
  );
}

/** Bytes of a tensor, or undefined when they cannot be counted exactly. */
export function sizeInBytes(dtype: SafetensorsDType, shape: readonly number[]): number | undefined {
  let sizeBytes: number = SAFETENSORS_DTYPES[dtype];
  for (const size of shape) sizeBytes *= size;
  const most = shape.reduce((product, size) => product * Math.max(size, 1), SAFETENSORS_DTYPES[dtype] as number);
  return Number.isSafeInteger(most) ? sizeBytes : undefined;
}

export function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
