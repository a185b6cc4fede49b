// The state dict in a file of torch.save: a pickle of a dict from names to tensors, each a view of a storage. Only tensors, storages and OrderedDict
// may occur; nothing of the file is ever run. Where storages are is the container's business (torch-zip.ts, torch-legacy.ts).
import { CheckpointError, SAFETENSORS_DTYPES, type SafetensorsDType } from "@x/tensor/core";
import { PickleGlobal, type PickleHooks, type ReadPickle, readPickle } from "./pickle.ts";

const STORAGES: Readonly<Record<string, SafetensorsDType>> = {
  "torch.DoubleStorage": "F64",
  "torch.FloatStorage": "F32",
  "torch.HalfStorage": "F16",
  "torch.BFloat16Storage": "BF16",
  "torch.LongStorage": "I64",
  "torch.IntStorage": "I32",
  "torch.ShortStorage": "I16",
  "torch.CharStorage": "I8",
  "torch.ByteStorage": "U8",
  "torch.BoolStorage": "BOOL",
};
const ORDERED_DICT = "collections.OrderedDict";
const TENSOR = "torch._utils._rebuild_tensor_v2";
const PARAMETER = "torch._utils._rebuild_parameter";

/** A state dict takes some hundred bytes a tensor. */
export const MOST_PICKLE_BYTES: number = 2 ** 26;

/** Elements of one type in the container, or a part of them: `sizeBytes` from byte `begin` of the data under `key`. */
export interface TorchStorage {
  readonly dtype: SafetensorsDType;
  readonly key: string;
  readonly begin: number;
  readonly sizeBytes: number;
}

/** What a pickle says of a storage. */
export interface StorageId {
  readonly dtype: SafetensorsDType;
  readonly key: string;
  readonly count: number;
  /** of what its type says, beside type, key, device and size: the part of it that is meant, in files of the oldest form */
  readonly view: unknown;
}

/** A tensor of a state dict: the bytes [begin, end) of the data under `key`, or what `gather` takes out of them. */
export interface TorchView {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly key: string;
  readonly begin: number;
  readonly end: number;
  readonly gather?: (span: Uint8Array) => Uint8Array;
}

/** What a container holds: tensors as parts of storages, and where the data of each storage begin in the file, by key. */
export interface PlacedTensors {
  readonly tensors: ReadonlyMap<string, TorchView>;
  readonly starts: ReadonlyMap<string, number>;
}

/**
 * Reads the pickle of a state dict.
 *
 * @param storageOf checks what the pickle says of a storage against the container
 * @throws CheckpointError for anything else than a dict from names to tensors, and for globals that such a dict does not need
 */
export function readStateDict(
  bytes: Uint8Array,
  storageOf: (id: StorageId) => TorchStorage,
): ReadPickle<Map<string, TorchView>> {
  const hooks: PickleHooks = {
    allow: (name) => Object.hasOwn(STORAGES, name) || name === ORDERED_DICT || name === TENSOR || name === PARAMETER,
    call(name, args) {
      if (name === ORDERED_DICT && args.length === 0) return new Map();
      if (name === TENSOR) return rebuildTensor(args);
      if (name === PARAMETER && isView(args[0])) return args[0];
      throw new CheckpointError(`torch file: ${name} is called with arguments that no state dict needs.`);
    },
    persistent: (id) => storageOf(parseId(id)),
  };
  const { value: root, end } = readPickle(bytes, hooks);
  if (!(root instanceof Map))
    throw new CheckpointError("torch file: must hold a dict from names to tensors; it holds something else.");
  const tensors = new Map<string, TorchView>();
  for (const [name, tensor] of root as Map<unknown, unknown>) {
    if (typeof name !== "string" || !isView(tensor)) {
      throw new CheckpointError(`torch file: must hold a dict from names to tensors; "${String(name)}" is no tensor.`, {
        tensor: String(name),
      });
    }
    tensors.set(name, tensor);
  }
  return { value: tensors, end };
}

function parseId(id: unknown): StorageId {
  const [kind, type, key, , count, view] = Array.isArray(id) ? (id as unknown[]) : [];
  const dtype = type instanceof PickleGlobal ? STORAGES[type.name] : undefined;
  if (kind === "storage" && dtype !== undefined && typeof key === "string" && isSize(count))
    return { dtype, key, count, view: view ?? null };
  throw new CheckpointError("torch file: a storage must have a type, a key and a size; got something else.", {
    got: id,
  });
}

function rebuildTensor(args: readonly unknown[]): TorchView {
  const [storage, offset, shape, strides] = args;
  if (
    !isStorage(storage) ||
    !isSize(offset) ||
    !isSizes(shape) ||
    !isSizes(strides) ||
    shape.length !== strides.length
  ) {
    throw new CheckpointError(
      "torch file: a tensor must have a storage, an offset, a shape and strides; got something else.",
      { got: args },
    );
  }
  const { dtype, key, sizeBytes } = storage;
  const width = SAFETENSORS_DTYPES[dtype];
  const count = shape.reduce((product, size) => product * size, 1);
  const last =
    count === 0 ? offset - 1 : shape.reduce((index, size, axis) => index + (size - 1) * strides[axis]!, offset);
  // a stride of 0 would let a small file ask for any amount of memory
  if (!Number.isSafeInteger(count) || (last + 1) * width > sizeBytes || count * width > sizeBytes) {
    throw new CheckpointError(
      `torch file: a tensor of shape [${shape.join(", ")}] and strides [${strides.join(", ")}] at ${offset} must be within its storage of ` +
        `${sizeBytes / width} elements.`,
      { expected: sizeBytes / width, got: last + 1 },
    );
  }
  const contiguous = shape.every(
    (size, axis) => size === 1 || strides[axis] === shape.slice(axis + 1).reduce((a, b) => a * b, 1),
  );
  const begin = storage.begin + offset * width;
  if (contiguous || count === 0) return { dtype, shape, key, begin, end: begin + count * width };
  return {
    dtype,
    shape,
    key,
    begin,
    end: storage.begin + (last + 1) * width,
    gather: (span) => gatherStrided(span, shape, strides, width),
  };
}

/** Elements of `width` bytes in row-major order, from the first one of `span` on. */
function gatherStrided(
  span: Uint8Array,
  shape: readonly number[],
  strides: readonly number[],
  width: number,
): Uint8Array {
  const copy = new Uint8Array(shape.reduce((product, size) => product * size, width));
  let to = 0;
  const fill = (axis: number, from: number): void => {
    if (axis === shape.length) {
      for (let byte = 0; byte < width; byte++) copy[to++] = span[from + byte]!;
      return;
    }
    for (let i = 0; i < shape[axis]!; i++) fill(axis + 1, from + i * strides[axis]! * width);
  };
  fill(0, 0);
  return copy;
}

function isStorage(value: unknown): value is TorchStorage {
  return typeof value === "object" && value !== null && "key" in value && "sizeBytes" in value;
}

function isView(value: unknown): value is TorchView {
  return typeof value === "object" && value !== null && "key" in value && "shape" in value;
}

/** Whether a value of a pickle is a count. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isSize);
}
