// A folder of golden data: its index.json, and the numbers in its safetensors files. Knows nothing of the library under test.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  readSafetensors,
  type Shape,
  type TensorBytes,
  typedArrayOf,
  float32ArrayOf,
} from "@x/tensor";

/** What the index says about one tensor. A tolerance ending in `_gpu` is for WebGPU. */
export interface FixtureTensor {
  readonly shape?: Shape;
  /** as stored, and the checksum of its bytes: of tensors in a container of weights */
  readonly dtype?: string;
  readonly crc32?: number;
  readonly tolerances: Readonly<Record<string, number>>;
}

/** One file of the index: an op with its arguments, or something of a model. */
export interface FixtureEntry {
  readonly file: string;
  readonly op?: string;
  readonly kind?: string;
  readonly args: JsonObject;
  readonly tensors: ReadonlyMap<string, FixtureTensor>;
  /** folder of the weights this entry belongs to */
  readonly model?: string;
  /** file with the inputs this entry belongs to */
  readonly case?: string;
  /** configuration that belongs to weights */
  readonly config?: string;
  /** file of the weights, where they are not beside the configuration; more may follow it */
  readonly weights?: string;
  /** what its names mean, in words */
  readonly explain: JsonObject;
  readonly note?: string;
  /** what is wrong with a file that must be refused */
  readonly what?: string;
  /** folder of the LoRA adapter that this entry belongs to */
  readonly adapter?: string;
  /** folder of the tokenizer that this entry belongs to */
  readonly tokenizer?: string;
}

/** Numbers of one tensor on the host: integers as i32, everything else as floats. */
export interface HostValue {
  readonly shape: Shape;
  readonly integer: boolean;
  readonly values: Float32Array | Float64Array | Int32Array;
}

export interface FixtureSet {
  readonly folder: string;
  readonly entries: readonly FixtureEntry[];
}

/** A folder or a file of it that is not what the format says. */
export class FixtureError extends Error {
  override readonly name: string = "FixtureError";
}

const TOLERANCES = ["atol", "rtol", "rms", "max"];

/** Reads a folder's index.json. */
export async function readFixtureSet(folder: string): Promise<FixtureSet> {
  const path = join(folder, "index.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new FixtureError(`fixtures: the folder must hold an index.json; got none in "${folder}".`);
  let index: JsonValue;
  try {
    index = parseJson(text, { nonFinite: true });
  } catch (error) {
    throw new FixtureError(`fixtures: "${path}" must be JSON; ${(error as Error).message}.`);
  }
  const files = isJsonObject(index) ? index["files"] : undefined;
  if (!Array.isArray(files) || files.length === 0)
    throw new FixtureError(`fixtures: "${path}" must list at least one file under "files"; got none.`);
  return { folder, entries: files.map(parseEntry) };
}

function parseEntry(entry: JsonValue, at: number): FixtureEntry {
  const file = isJsonObject(entry) ? entry["file"] : undefined;
  if (!isJsonObject(entry) || typeof file !== "string") {
    throw new FixtureError(
      `fixtures: files[${at}] of index.json must be an object with a "file"; got ${JSON.stringify(entry)?.slice(0, 80)}.`,
    );
  }
  const texts = ["op", "kind", "model", "case", "config", "note", "adapter", "tokenizer", "what", "weights"].flatMap(
    (key) => (typeof entry[key] === "string" ? [[key, entry[key]]] : []),
  );
  const { args, explain } = entry;
  const tensors = entry["tensors"];
  return {
    ...(Object.fromEntries(texts) as Partial<FixtureEntry>),
    file,
    args: isObject(args) ? args : {},
    explain: isObject(explain) ? explain : {},
    tensors: new Map(
      isJsonObject(tensors) ? Object.entries(tensors).map(([name, tensor]) => [name, parseTensor(tensor)]) : [],
    ),
  };
}

const isObject = (value: JsonValue | undefined): value is JsonObject => value !== undefined && isJsonObject(value);

function parseTensor(tensor: JsonValue): FixtureTensor {
  const fields = isJsonObject(tensor) ? tensor : {};
  const names = TOLERANCES.flatMap((name) => [name, `${name}_gpu`]);
  const tolerances = Object.fromEntries(
    names.flatMap((name) => (typeof fields[name] === "number" ? [[name, fields[name]]] : [])),
  );
  const { shape, dtype, crc32 } = fields;
  return {
    tolerances,
    ...(Array.isArray(shape) && { shape: shape as Shape }),
    ...(typeof dtype === "string" && { dtype }),
    ...(typeof crc32 === "number" && { crc32 }),
  };
}

/** Reads a file of the set as bytes. */
export async function readBytes(set: FixtureSet, file: string): Promise<Uint8Array> {
  try {
    return await readFile(join(set.folder, file));
  } catch (error) {
    throw new FixtureError(
      `fixtures: "${file}", which index.json names, must be readable; ${(error as Error).message}.`,
    );
  }
}

/** Reads a safetensors file of the set. */
export async function readValues(set: FixtureSet, file: string): Promise<Map<string, HostValue>> {
  const { tensors } = readSafetensors(await readBytes(set, file));
  return new Map([...tensors].map(([name, tensor]) => [name, hostValue(tensor)]));
}

/** A file's tensor as numbers. Integers must fit 32 bits. */
export function hostValue(tensor: TensorBytes): HostValue {
  const { dtype, shape } = tensor;
  if (dtype === "F64") return { shape, integer: false, values: typedArrayOf(tensor) as Float64Array };
  if (dtype === "F32" || dtype === "F16" || dtype === "BF16")
    return { shape, integer: false, values: float32ArrayOf(tensor) };
  return { shape, integer: true, values: Int32Array.from(typedArrayOf(tensor) as Iterable<number | bigint>, Number) };
}
