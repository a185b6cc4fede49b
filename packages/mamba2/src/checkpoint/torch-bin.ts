// Reads pytorch_model.bin, as torch.save writes it since PyTorch 1.6: a zip with a pickle and one file per storage. Only tensors,
// storages and OrderedDict may occur; nothing of the file is ever run.

import { hostBytes } from "@x/base";
import { CheckpointError, SAFETENSORS_DTYPES, type SafetensorsDType, type TensorBytes } from "@x/tensor";
import { PickleGlobal, readPickle } from "./pickle.ts";
import { readZip } from "./zip.ts";

const STORAGES: Readonly<Record<string, SafetensorsDType>> = {
  "torch.DoubleStorage": "F64", "torch.FloatStorage": "F32", "torch.HalfStorage": "F16", "torch.BFloat16Storage": "BF16", "torch.LongStorage": "I64",
  "torch.IntStorage": "I32", "torch.ShortStorage": "I16", "torch.CharStorage": "I8", "torch.ByteStorage": "U8", "torch.BoolStorage": "BOOL",
};
const ORDERED_DICT = "collections.OrderedDict";
const TENSOR = "torch._utils._rebuild_tensor_v2";
const PARAMETER = "torch._utils._rebuild_parameter";

interface Storage {
  readonly dtype: SafetensorsDType;
  readonly bytes: Uint8Array;
}

/**
 * The tensors of a state dict. Contiguous tensors are views of `bytes`; others are copied.
 *
 * Throws CheckpointError for anything else than a dict from names to tensors, for globals that such a dict does not need, and for damage.
 *
 * @example
 * const tensorsAt = async (url: string) => readTorchBin(new Uint8Array(await (await fetch(url)).arrayBuffer()));
 */
export function readTorchBin(bytes: Uint8Array): Map<string, TensorBytes> {
  const members = readZip(hostBytes("torch file: bytes", bytes));
  const pickle = [...members.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) throw new CheckpointError("torch file: must hold data.pkl; it does not. It was not written by torch.save.");
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = members.get(`${folder}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order) !== "little") {
    throw new CheckpointError("torch file: must be little-endian; its byteorder says otherwise.", { got: new TextDecoder().decode(order) });
  }
  const root = readPickle(members.get(pickle)!, {
    allow: (name) => Object.hasOwn(STORAGES, name) || name === ORDERED_DICT || name === TENSOR || name === PARAMETER,
    call(name, args) {
      if (name === ORDERED_DICT && args.length === 0) return new Map();
      if (name === TENSOR) return rebuildTensor(args);
      if (name === PARAMETER && isTensor(args[0])) return args[0];
      throw new CheckpointError(`torch file: ${name} is called with arguments that no state dict needs.`);
    },
    persistent: (id) => findStorage(id, members, folder),
  });
  if (!(root instanceof Map)) throw new CheckpointError("torch file: must hold a dict from names to tensors; it holds something else.");
  const tensors = new Map<string, TensorBytes>();
  for (const [name, tensor] of root as Map<unknown, unknown>) {
    if (typeof name !== "string" || !isTensor(tensor)) {
      throw new CheckpointError(`torch file: must hold a dict from names to tensors; "${String(name)}" is no tensor.`, { tensor: String(name) });
    }
    tensors.set(name, tensor);
  }
  return tensors;
}

function findStorage(id: unknown, members: ReadonlyMap<string, Uint8Array>, folder: string): Storage {
  const [kind, type, key, , count] = Array.isArray(id) ? (id as unknown[]) : [];
  const dtype = type instanceof PickleGlobal ? STORAGES[type.name] : undefined;
  if (kind !== "storage" || dtype === undefined || typeof key !== "string" || !isSize(count)) {
    throw new CheckpointError("torch file: a storage must have a type, a key and a size; got something else.", { got: id });
  }
  const bytes = members.get(`${folder}data/${key}`);
  const expected = count * SAFETENSORS_DTYPES[dtype];
  if (bytes?.length !== expected) {
    throw new CheckpointError(`torch file: storage ${key} must have ${expected} bytes; got ${bytes?.length ?? "no such member"}.`, {
      expected, got: bytes?.length,
    });
  }
  return { dtype, bytes };
}

function rebuildTensor(args: readonly unknown[]): TensorBytes {
  const [storage, offset, shape, strides] = args;
  if (!isStorage(storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides) || shape.length !== strides.length) {
    throw new CheckpointError("torch file: a tensor must have a storage, an offset, a shape and strides; got something else.", { got: args });
  }
  const { dtype, bytes } = storage;
  const width = SAFETENSORS_DTYPES[dtype];
  const count = shape.reduce((product, size) => product * size, 1);
  const last = count === 0 ? offset - 1 : shape.reduce((index, size, axis) => index + (size - 1) * strides[axis]!, offset);
  // a stride of 0 would let a small file ask for any amount of memory
  if (!Number.isSafeInteger(count) || (last + 1) * width > bytes.length || count * width > bytes.length) {
    throw new CheckpointError(
      `torch file: a tensor of shape [${shape.join(", ")}] and strides [${strides.join(", ")}] at ${offset} must lie within its storage of ` +
        `${bytes.length / width} elements.`,
      { expected: bytes.length / width, got: last + 1 },
    );
  }
  const contiguous = shape.every((size, axis) => size === 1 || strides[axis] === shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  if (contiguous || count === 0) return { dtype, shape, bytes: bytes.subarray(offset * width, (offset + count) * width) };
  const copy = new Uint8Array(count * width);
  const index = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    const from = index.reduce((sum, position, axis) => sum + position * strides[axis]!, offset) * width;
    copy.set(bytes.subarray(from, from + width), i * width);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return { dtype, shape, bytes: copy };
}

function isStorage(value: unknown): value is Storage {
  return typeof value === "object" && value !== null && "dtype" in value && "bytes" in value && !("shape" in value);
}

function isTensor(value: unknown): value is TensorBytes {
  return typeof value === "object" && value !== null && "shape" in value && "bytes" in value;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isSize);
}
