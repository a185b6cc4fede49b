// The safetensors container over bytes: read, write, and the header alone for range reads. Every field of a file is
// checked before it is used. Knows nothing of tensors on a device; what a name means is the business of the model.

import { copyOfBytes, describeValue, hostBytes } from "@x/base";
import { CheckpointError, DTypeError } from "./errors.ts";
import { bf16ToF32, f16ToF32 } from "./half-precision.ts";
import { isJsonObject, parseJson, type JsonValue } from "./json.ts";
import { requireMap, requireOptions, requireText } from "./require.ts";

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

/** The range of one tensor in the file; `begin` and `end` count from `dataStart` of the file. */
export interface TensorExtent {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What the header of a file says of its tensors. */
export interface SafetensorsHeader {
  /** in the order of their bytes in the file */
  readonly tensors: ReadonlyMap<string, TensorExtent>;
  readonly metadata: Readonly<Record<string, string>>;
  /** offset of the first data byte in the file */
  readonly dataStart: number;
}

/** A parsed file: its tensors, which are views of its bytes, and its metadata. */
export interface Safetensors {
  /** in the order of their bytes in the file */
  readonly tensors: Map<string, TensorBytes>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The longest header that is read, as in the reference implementation. */
export const MAX_HEADER_BYTES: number = 100_000_000;
const PREFIX_BYTES = 8;
const RESERVED = new Set(["__metadata__", "__proto__"]);

/**
 * Reads a whole file. The tensors are views of `bytes`, nothing is copied.
 *
 * Throws CheckpointError, with the tensor's name and the numbers, for everything a valid file cannot hold: a header
 * longer than the file or than 100 MB, no JSON, duplicate names, unknown dtypes, sizes that disagree, ranges that
 * overlap, leave holes or pass the end.
 *
 * @example
 * const file = writeSafetensors(new Map([["w", tensorBytes("F32", [2], new Float32Array([1, 2]))]]));   // or await (await fetch(…)).arrayBuffer()
 * const { tensors } = readSafetensors(file);
 * console.log(typedArrayOf(tensors.get("w")!));
 */
export function readSafetensors(data: ArrayBuffer | Uint8Array): Safetensors {
  const bytes = hostBytes("readSafetensors: data", data);
  const header = parseSafetensorsHeader(bytes, bytes.length);
  const tensors = new Map<string, TensorBytes>();
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    tensors.set(name, { dtype, shape, bytes: bytes.subarray(header.dataStart + begin, header.dataStart + end) });
  }
  return { tensors, metadata: header.metadata };
}

/**
 * How many bytes from the start of a file hold its header, read from the first 8 bytes: fetch so many, then call
 * {@link parseSafetensorsHeader} and fetch the ranges you need.
 */
export function safetensorsHeaderEnd(start: Uint8Array): number {
  return headerEnd(hostBytes("safetensors: start", start));
}

function headerEnd(start: Uint8Array): number {
  if (start.length < PREFIX_BYTES) {
    throw new CheckpointError(`safetensors: a file begins with 8 bytes of header length; got ${start.length} bytes.`, {
      got: start.length,
    });
  }
  const view = new DataView(start.buffer, start.byteOffset, PREFIX_BYTES);
  const sizeBytes = view.getBigUint64(0, true);
  if (sizeBytes > BigInt(MAX_HEADER_BYTES)) {
    throw new CheckpointError(
      `safetensors: the header must be at most ${MAX_HEADER_BYTES} bytes; this file states ${sizeBytes}. It is damaged or of another format.`,
      { expected: MAX_HEADER_BYTES, got: sizeBytes },
    );
  }
  return PREFIX_BYTES + Number(sizeBytes);
}

/**
 * Parses and checks the header alone.
 *
 * @param start the first bytes of the file, at least up to {@link safetensorsHeaderEnd}
 * @param fileSizeBytes size of the whole file; when it is not known, the last tensor is not checked against it
 */
export function parseSafetensorsHeader(start: Uint8Array, fileSizeBytes?: number): SafetensorsHeader {
  const bytes = hostBytes("safetensors: start", start);
  const dataStart = headerEnd(bytes);
  if (dataStart > start.length) {
    throw new CheckpointError(
      `safetensors: the header ends at byte ${dataStart}, but there are only ${start.length} bytes. The file is truncated or of another format.`,
      { expected: dataStart, got: start.length },
    );
  }
  const root = parseHeaderText(bytes.subarray(PREFIX_BYTES, dataStart));
  let metadata: Readonly<Record<string, string>> = {};
  const extents: [string, TensorExtent][] = [];
  for (const [name, entry] of Object.entries(root)) {
    if (name === "__metadata__") metadata = parseMetadata(entry);
    else extents.push([name, parseExtent(name, entry)]);
  }
  extents.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  checkCoverage(extents, fileSizeBytes === undefined ? undefined : fileSizeBytes - dataStart);
  return { tensors: new Map(extents), metadata, dataStart };
}

function parseHeaderText(header: Uint8Array): Readonly<Record<string, JsonValue>> {
  let root: JsonValue;
  try {
    root = parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(`safetensors: the header must be JSON without duplicate names; ${reason}.`, { cause });
  }
  if (isJsonObject(root)) return root;
  throw new CheckpointError("safetensors: the header must be a JSON object of tensors; got another JSON value.", {
    got: root,
  });
}

function parseMetadata(entry: JsonValue): Readonly<Record<string, string>> {
  if (!isJsonObject(entry))
    throw new CheckpointError("safetensors: __metadata__ must be an object of strings.", { got: entry });
  for (const [key, text] of Object.entries(entry)) {
    if (typeof text === "string") continue;
    throw new CheckpointError(
      `safetensors: __metadata__ must hold only strings; "${key}" is ${JSON.stringify(text)}.`,
      { got: text },
    );
  }
  return { ...(entry as Readonly<Record<string, string>>) };
}

function parseExtent(name: string, entry: JsonValue): TensorExtent {
  const fail = (what: string, expected?: unknown, got?: unknown): never => {
    throw new CheckpointError(`safetensors: tensor "${name}": ${what}`, { tensor: name, expected, got });
  };
  if (!isJsonObject(entry))
    return fail(`must be an object with dtype, shape and data_offsets; got ${JSON.stringify(entry)}.`);
  const { dtype, shape, data_offsets: offsets, ...unknown } = entry as Readonly<Record<string, JsonValue>>;
  const extra = Object.keys(unknown);
  if (extra.length > 0) fail(`has the unknown field "${extra[0]}"; the fields are dtype, shape and data_offsets.`);
  if (typeof dtype !== "string" || !isSafetensorsDType(dtype)) {
    return fail(
      `dtype must be one of ${Object.keys(SAFETENSORS_DTYPES).join(", ")}; got ${JSON.stringify(dtype)}.`,
      undefined,
      dtype,
    );
  }
  if (!isSizes(shape))
    return fail(`shape must be a list of integers from 0 to 2^53 − 1; got ${JSON.stringify(shape)}.`, undefined, shape);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return fail(`data_offsets must be two integers, begin ≤ end; got ${JSON.stringify(offsets)}.`, undefined, offsets);
  }
  const [begin, end] = offsets as readonly [number, number];
  const sizeBytes = sizeInBytes(dtype, shape);
  if (sizeBytes === undefined)
    return fail(`shape [${shape.join(", ")}] of ${dtype} has more than 2^53 − 1 bytes.`, undefined, shape);
  if (sizeBytes !== end - begin) {
    fail(
      `${dtype} of shape [${shape.join(", ")}] takes ${sizeBytes} bytes; data_offsets [${begin}, ${end}] span ${end - begin}.`,
      sizeBytes,
      end - begin,
    );
  }
  return { dtype, shape, begin, end };
}

/** The data must cover the section after the header exactly: no overlap, no hole, nothing beyond either end. */
function checkCoverage(extents: readonly (readonly [string, TensorExtent])[], dataBytes: number | undefined): void {
  let covered = 0;
  let previous = "the header";
  for (const [name, { begin, end }] of extents) {
    if (dataBytes !== undefined && end > dataBytes) {
      throw new CheckpointError(
        `safetensors: tensor "${name}" ends at data byte ${end}, but the file holds ${dataBytes} data bytes. The file is truncated.`,
        { tensor: name, expected: end, got: dataBytes },
      );
    }
    if (begin !== covered) {
      const how = begin < covered ? "overlaps" : "leaves a hole after";
      throw new CheckpointError(
        `safetensors: tensor "${name}" ${how} ${previous}: it begins at data byte ${begin}, but must begin at ${covered}.`,
        { tensor: name, expected: covered, got: begin },
      );
    }
    covered = end;
    previous = `"${name}"`;
  }
  if (dataBytes !== undefined && covered !== dataBytes) {
    throw new CheckpointError(
      `safetensors: the tensors take ${covered} data bytes, but the file holds ${dataBytes}; ${dataBytes - covered} bytes belong to no tensor.`,
      { expected: covered, got: dataBytes },
    );
  }
}

/** What to write, and where: the header bytes, then the tensors' bytes in `order`, make the file. */
export interface SafetensorsPlan {
  readonly header: Uint8Array;
  readonly order: readonly string[];
  readonly fileSizeBytes: number;
}

/**
 * Plans a file, for a writer that streams. Wide dtypes come first so that every tensor is aligned to its element;
 * within one width the order of the map is kept, so that a file read and written again has its tensors in the same
 * places.
 */
export function planSafetensors(
  tensors: ReadonlyMap<string, TensorBytes>,
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsPlan {
  requireMap("writeSafetensors", "tensors", tensors);
  requireOptions("writeSafetensors", metadata, "metadata");
  for (const [name, entry] of tensors) requireTensorBytes(`safetensors: tensor "${name}"`, entry);
  for (const [key, value] of Object.entries(metadata)) requireText("writeSafetensors", `metadata.${key}`, value);
  const order = [...tensors.keys()].sort(
    (a, b) => SAFETENSORS_DTYPES[tensors.get(b)!.dtype] - SAFETENSORS_DTYPES[tensors.get(a)!.dtype],
  );
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) entries.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let at = 0;
  for (const name of order) {
    const { dtype, shape, bytes } = tensors.get(name)!;
    const expected = isSizes(shape) ? sizeInBytes(dtype, shape) : undefined;
    if (RESERVED.has(name))
      throw new CheckpointError(`safetensors: a tensor cannot be named "${name}".`, { tensor: name });
    if (expected !== bytes.length) {
      throw new CheckpointError(
        `safetensors: tensor "${name}": ${dtype} of shape [${shape.join(", ")}] takes ${expected} bytes; got ${bytes.length}.`,
        { tensor: name, expected, got: bytes.length },
      );
    }
    const info = { dtype, shape, data_offsets: [at, at + bytes.length] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
    at += bytes.length;
  }
  const json = new TextEncoder().encode(`{${entries.join(",")}}`);
  const header = new Uint8Array(PREFIX_BYTES + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - PREFIX_BYTES), true);
  header.set(json, PREFIX_BYTES);
  return { header, order, fileSizeBytes: header.length + at };
}

/**
 * Writes a whole file into memory. @example writeSafetensors(new Map([["w", tensorBytes("F32", [2], new
 * Float32Array(2))]]))
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorBytes>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { header, order, fileSizeBytes } = planSafetensors(tensors, metadata);
  const file = new Uint8Array(fileSizeBytes);
  file.set(header);
  let at = header.length;
  for (const name of order) {
    const bytes = hostBytes(`safetensors: tensor "${name}"`, tensors.get(name)!.bytes);
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * A typed array's bytes as an entry; the memory is shared, not copied (unless it is shared with others already, or
 * resizable).
 */
export function tensorBytes(dtype: SafetensorsDType, shape: readonly number[], values: ArrayBufferView): TensorBytes {
  return { dtype, shape, bytes: hostBytes("tensorBytes: values", values) };
}

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

/** Whether a file may give this name as a dtype. */
export function isSafetensorsDType(name: string): name is SafetensorsDType {
  return Object.hasOwn(SAFETENSORS_DTYPES, name);
}

/**
 * Raises unless a value has a dtype of the format, a shape and bytes. @param what the value as the caller knows it,
 * "writeSafetensors: a" @throws CheckpointError
 */
export function requireTensorBytes(what: string, value: unknown): void {
  requireOptions(what, value, "the tensor");
  const { dtype, shape, bytes } = value as Partial<TensorBytes>;
  if (typeof dtype === "string" && isSafetensorsDType(dtype) && Array.isArray(shape) && ArrayBuffer.isView(bytes))
    return;
  throw new CheckpointError(
    `${what}: must have a dtype of the format, a shape and bytes; got dtype ${describeValue(dtype)}, shape ${describeValue(shape)}, bytes ${describeValue(bytes)}.`,
    { got: value },
  );
}

/** Bytes of a tensor, or undefined when they cannot be counted exactly. */
function sizeInBytes(dtype: SafetensorsDType, shape: readonly number[]): number | undefined {
  let sizeBytes: number = SAFETENSORS_DTYPES[dtype];
  for (const size of shape) sizeBytes *= size;
  const most = shape.reduce((product, size) => product * Math.max(size, 1), SAFETENSORS_DTYPES[dtype] as number);
  return Number.isSafeInteger(most) ? sizeBytes : undefined;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
