// What torch.save wrote before PyTorch 1.6, and writes on request: five pickles (a magic number, a version, what the machine was, the state dict, the
// keys of its storages), then for each key its count of elements, an int64, and its data.
import { CheckpointError, SAFETENSORS_DTYPES } from "@x/tensor/core";
import { type PickleHooks, PickleCutOff, readPickle } from "./pickle.ts";
import type { Reading } from "./reading.ts";
import {
  isSize,
  MOST_PICKLE_BYTES,
  type PlacedTensors,
  readStateDict,
  type StorageId,
  type TorchStorage,
  type TorchView,
} from "./torch-tensors.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
const FIRST_BYTES = 2 ** 17;
const COUNT_BYTES = 8;

/** The pickles before the data. */
interface Head {
  readonly tensors: Map<string, TorchView>;
  /** bytes of each storage, by key */
  readonly sizes: ReadonlyMap<string, { readonly count: number; readonly width: number }>;
  /** in the order of their data */
  readonly keys: readonly string[];
  readonly end: number;
}

/** Whether bytes begin like a pickle of protocol 2 and later, as these files do. */
export function isPickle(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x80 && bytes[1]! <= 5;
}

/** The tensors of a state dict and where the data of each storage begins. */
export function* readTorchLegacy(sizeBytes: number): Reading<PlacedTensors> {
  const { tensors, sizes, keys, end } = yield* readHead(sizeBytes);
  const starts = new Map<string, number>();
  let at = end;
  for (const key of keys) {
    const { count, width } = sizes.get(key)!;
    const start = at + COUNT_BYTES;
    if (start + count * width > sizeBytes) {
      throw new CheckpointError(
        `torch file: storage ${JSON.stringify(key)} must have ${count * width} bytes from byte ${start} on; the file ends at ${sizeBytes}. It is truncated or damaged.`,
        { expected: start + count * width, got: sizeBytes },
      );
    }
    const bytes = yield [at, start];
    const got = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigInt64(0, true);
    if (got !== BigInt(count)) {
      throw new CheckpointError(
        `torch file: storage ${JSON.stringify(key)} must have ${count} elements, as the state dict says; its data have ${got}.`,
        { expected: count, got },
      );
    }
    starts.set(key, start);
    at = start + count * width;
  }
  return { tensors, starts };
}

/** Reads more of the file until it holds all of the pickles. */
function* readHead(sizeBytes: number): Reading<Head> {
  for (let size = FIRST_BYTES; ; size *= 4) {
    const bytes = yield [0, Math.min(size, sizeBytes)];
    try {
      return parseHead(bytes, sizeBytes);
    } catch (error) {
      if (!(error instanceof PickleCutOff) || size >= sizeBytes || size >= MOST_PICKLE_BYTES) throw error;
    }
  }
}

function parseHead(bytes: Uint8Array, sizeBytes: number): Head {
  let end = 0;
  const next = (): unknown => {
    const read = readPickle(bytes.subarray(end), NOTHING);
    end += read.end;
    return read.value;
  };
  if (next() !== MAGIC)
    throw new CheckpointError("torch file: must begin with the magic number of torch.save; it is another pickle.");
  const version = next();
  if (version !== VERSION)
    throw new CheckpointError(`torch file: must have version ${VERSION}; got ${String(version)}.`, { got: version });
  if (!(next() instanceof Map))
    throw new CheckpointError("torch file: the third pickle must say what the machine was; it is no dict.");
  const sizes = new Map<string, { count: number; width: number }>();
  const read = readStateDict(bytes.subarray(end), (id) => storageOf(id, sizes, sizeBytes));
  end += read.end;
  return { tensors: read.value, sizes, keys: keysOf(next(), sizes), end };
}

/** Pickles of numbers and texts alone. */
const NOTHING: PickleHooks = {
  allow: () => false,
  call: () => undefined, // never reached: what is called must be allowed first
  persistent() {
    throw new CheckpointError("torch file: only the state dict may name storages; another pickle does.");
  },
};

function storageOf(
  { dtype, key, count, view }: StorageId,
  sizes: Map<string, { count: number; width: number }>,
  fileBytes: number,
): TorchStorage {
  const width = SAFETENSORS_DTYPES[dtype];
  const before = sizes.get(key);
  if (count * width > fileBytes || (before && (before.count !== count || before.width !== width))) {
    throw new CheckpointError(
      `torch file: storage ${JSON.stringify(key)} must have ${before ? `${before.count} elements of ${before.width} bytes, as it is named before` : `at most the ${fileBytes} bytes of the file`}; got ${count} of ${width}.`,
      { expected: before ? before.count * before.width : fileBytes, got: count * width },
    );
  }
  sizes.set(key, { count, width });
  if (view === null) return { dtype, key, begin: 0, sizeBytes: count * width };
  const [, offset, size] = Array.isArray(view) ? (view as unknown[]) : [];
  if (!isSize(offset) || !isSize(size) || offset + size > count) {
    throw new CheckpointError(
      `torch file: a part of storage ${JSON.stringify(key)} must be within its ${count} elements; got ${String(size)} from ${String(offset)} on.`,
      { expected: count, got: view },
    );
  }
  return { dtype, key, begin: offset * width, sizeBytes: size * width };
}

function keysOf(value: unknown, sizes: ReadonlyMap<string, unknown>): readonly string[] {
  const keys = new Set(Array.isArray(value) ? (value as readonly unknown[]) : []);
  const same = Array.isArray(value) && keys.size === value.length && keys.size === sizes.size;
  if (same && [...keys].every((key) => typeof key === "string" && sizes.has(key))) return [...keys] as string[];
  throw new CheckpointError(
    `torch file: the keys of the data must be those of the ${sizes.size} storages in the state dict, once each; got others.`,
    { expected: [...sizes.keys()], got: value },
  );
}
