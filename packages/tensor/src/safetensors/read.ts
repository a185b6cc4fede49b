// Reading the safetensors container: whole, or the header alone for range reads. Every field of a file is checked before
// it is used. Knows nothing of tensors on a device; what a name means is the business of the model.
import { hostBytes } from "@x/base";
import { CheckpointError } from "../errors.ts";
import { isJsonObject, parseJson, type JsonValue } from "../json.ts";
import {
  SAFETENSORS_DTYPES,
  type SafetensorsDType,
  type TensorBytes,
  MAX_HEADER_BYTES,
  PREFIX_BYTES,
  isSafetensorsDType,
  sizeInBytes,
  isSizes,
} from "./format.ts";
import { requireArity } from "../arguments/require.ts";

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
  requireArity("readSafetensors", arguments, 1);
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
  requireArity("safetensorsHeaderEnd", arguments, 1);
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
  requireArity("parseSafetensorsHeader", arguments, 2);
  const bytes = hostBytes("safetensors: start", start);
  const dataStart = headerEnd(bytes);
  if (dataStart > start.length) {
    throw new CheckpointError(
      `safetensors: the header ends at byte ${dataStart}, but there are only ${start.length} bytes. The file is truncated or of another format.`,
      { expected: dataStart, got: start.length },
    );
  }
  const { root, text } = parseHeaderText(bytes.subarray(PREFIX_BYTES, dataStart));
  let metadata: Readonly<Record<string, string>> = {};
  const extents: [string, TensorExtent][] = [];
  for (const [name, entry] of Object.entries(root)) {
    if (name === "__metadata__") metadata = parseMetadata(entry);
    else extents.push([name, parseExtent(name, entry)]);
  }
  requireWhole(text);
  extents.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  checkCoverage(extents, fileSizeBytes === undefined ? undefined : fileSizeBytes - dataStart);
  return { tensors: new Map(extents), metadata, dataStart };
}

interface HeaderText {
  readonly text: string;
  readonly root: Readonly<Record<string, JsonValue>>;
}

function parseHeaderText(header: Uint8Array): HeaderText {
  let text: string;
  let root: JsonValue;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
    root = parseJson(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(`safetensors: the header must be JSON without duplicate names; ${reason}.`, { cause });
  }
  if (isJsonObject(root)) return { text, root };
  throw new CheckpointError("safetensors: the header must be a JSON object of tensors; got another JSON value.", {
    got: root,
  });
}

/** Raises about 1.0, 1e0 and -0 in a header whose values are right otherwise: other readers refuse them, and a number no longer tells how it was written. */
function requireWhole(text: string): void {
  const [, got] = /(-\d+|\d+[.eE][\d.eE+-]+)/.exec(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "")) ?? [];
  if (got !== undefined)
    throw new CheckpointError(
      `safetensors: sizes and offsets must be written as integers, of digits alone; got ${got}.`,
      { got },
    );
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
