// Reads pytorch_model.bin, as torch.save writes it since PyTorch 1.6: a zip with a pickle and one file per storage. Only tensors,
// storages and OrderedDict may occur; nothing of the file is ever run.

import { hostBytes } from "@x/base";
import { CheckpointError, SAFETENSORS_DTYPES, type SafetensorsDType, type TensorBytes } from "@x/tensor/core";
import { PickleGlobal, readPickle } from "./pickle.ts";
import { LOCAL_HEADER_BYTES, ZIP_TAIL_BYTES, zipDataStart, type ZipMember, zipMembers } from "./zip.ts";

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

/** A storage: the bytes [start, end) of its file. */
interface Storage {
  readonly dtype: SafetensorsDType;
  readonly start: number;
  readonly sizeBytes: number;
}

/** The bytes of one file, in parts. */
export interface FileBytes {
  readonly sizeBytes: number;
  range(start: number, end: number): Promise<Uint8Array>;
}

/** A tensor of a state dict: the bytes [begin, end) of its file, or what `gather` takes out of them. */
export interface TorchTensor {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
  readonly gather?: (span: Uint8Array) => Uint8Array;
}

interface Located {
  readonly start: number;
  readonly sizeBytes: number;
}

/**
 * The tensors of a state dict. Contiguous tensors are views of `bytes`; others are copied.
 *
 * @throws CheckpointError for anything else than a dict from names to tensors, for globals that such a dict does not need, and for damage
 * @example
 * const tensorsAt = async (url: string) => readTorchBin(new Uint8Array(await (await fetch(url)).arrayBuffer()));
 */
export function readTorchBin(file: Uint8Array): Map<string, TensorBytes> {
  const bytes = hostBytes("torch file: bytes", file);
  const found = zipMembers(bytes, 0);
  if (typeof found === "number")
    throw new CheckpointError("zip: an offset leads outside of the file. It is truncated or damaged.");
  const members = found.map((member) =>
    locate(member, bytes.subarray(member.header, member.header + LOCAL_HEADER_BYTES), bytes.length),
  );
  const part = ({ start, sizeBytes }: Located): Uint8Array => bytes.subarray(start, start + sizeBytes);
  const tensors = readStateDict(new Map(members), part);
  return new Map(
    [...tensors].map(([name, { dtype, shape, begin, end, gather }]) => {
      const span = bytes.subarray(begin, end);
      return [name, { dtype, shape, bytes: gather ? gather(span) : span }];
    }),
  );
}

/** The same of a file that is read in parts: its directory and its pickle now, tensors when they are wanted. */
export async function openTorchFile({ sizeBytes, range }: FileBytes): Promise<Map<string, TorchTensor>> {
  const base = Math.max(0, sizeBytes - ZIP_TAIL_BYTES);
  let found = zipMembers(await range(base, sizeBytes), base);
  if (typeof found === "number") found = zipMembers(await range(Math.max(0, found), sizeBytes), Math.max(0, found));
  if (typeof found === "number")
    throw new CheckpointError("zip: an offset leads outside of the file. It is truncated or damaged.");
  const members = new Map<string, Located>();
  const texts = new Map<Located, Uint8Array>();
  for (const member of found) {
    const header = await range(
      Math.min(member.header, sizeBytes),
      Math.min(member.header + LOCAL_HEADER_BYTES, sizeBytes),
    );
    const [name, located] = locate(member, header, sizeBytes);
    members.set(name, located);
    if (/^[^/]+\/(?:data\.pkl|byteorder)$/.test(name))
      texts.set(located, await range(located.start, located.start + located.sizeBytes));
  }
  return readStateDict(members, (located) => texts.get(located)!);
}

function locate(member: ZipMember, header: Uint8Array, fileBytes: number): [string, Located] {
  const start = zipDataStart(member, header);
  if (start + member.sizeBytes > fileBytes)
    throw new CheckpointError(`zip: member "${member.name}" leads outside of the file. It is truncated or damaged.`);
  return [member.name, { start, sizeBytes: member.sizeBytes }];
}

/** @param part the bytes of a member, of the pickle and the byte order */
function readStateDict(
  members: ReadonlyMap<string, Located>,
  part: (member: Located) => Uint8Array,
): Map<string, TorchTensor> {
  const pickle = [...members.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined)
    throw new CheckpointError("torch file: must hold data.pkl; it does not. It was not written by torch.save.");
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = members.get(`${folder}byteorder`);
  const endian = order === undefined ? "little" : new TextDecoder().decode(part(order));
  if (endian !== "little")
    throw new CheckpointError("torch file: must be little-endian; its byteorder says otherwise.", { got: endian });
  const root = readPickle(part(members.get(pickle)!), {
    allow: (name) => Object.hasOwn(STORAGES, name) || name === ORDERED_DICT || name === TENSOR || name === PARAMETER,
    call(name, args) {
      if (name === ORDERED_DICT && args.length === 0) return new Map();
      if (name === TENSOR) return rebuildTensor(args);
      if (name === PARAMETER && isTensor(args[0])) return args[0];
      throw new CheckpointError(`torch file: ${name} is called with arguments that no state dict needs.`);
    },
    persistent: (id) => findStorage(id, members, folder),
  });
  if (!(root instanceof Map))
    throw new CheckpointError("torch file: must hold a dict from names to tensors; it holds something else.");
  const tensors = new Map<string, TorchTensor>();
  for (const [name, tensor] of root as Map<unknown, unknown>) {
    if (typeof name !== "string" || !isTensor(tensor)) {
      throw new CheckpointError(`torch file: must hold a dict from names to tensors; "${String(name)}" is no tensor.`, {
        tensor: String(name),
      });
    }
    tensors.set(name, tensor);
  }
  return tensors;
}

function findStorage(id: unknown, members: ReadonlyMap<string, Located>, folder: string): Storage {
  const [kind, type, key, , count] = Array.isArray(id) ? (id as unknown[]) : [];
  const dtype = type instanceof PickleGlobal ? STORAGES[type.name] : undefined;
  if (kind !== "storage" || dtype === undefined || typeof key !== "string" || !isSize(count)) {
    throw new CheckpointError("torch file: a storage must have a type, a key and a size; got something else.", {
      got: id,
    });
  }
  const member = members.get(`${folder}data/${key}`);
  const expected = count * SAFETENSORS_DTYPES[dtype];
  if (member?.sizeBytes !== expected) {
    throw new CheckpointError(
      `torch file: storage ${key} must have ${expected} bytes; got ${member?.sizeBytes ?? "no such member"}.`,
      {
        expected,
        got: member?.sizeBytes,
      },
    );
  }
  return { dtype, ...member };
}

function rebuildTensor(args: readonly unknown[]): TorchTensor {
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
  const { dtype, start, sizeBytes } = storage;
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
  const begin = start + offset * width;
  if (contiguous || count === 0) return { dtype, shape, begin, end: begin + count * width };
  return {
    dtype,
    shape,
    begin,
    end: start + (last + 1) * width,
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
  const count = shape.reduce((product, size) => product * size, 1);
  const copy = new Uint8Array(count * width);
  const index = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    const from = index.reduce((sum, position, axis) => sum + position * strides[axis]!, 0) * width;
    copy.set(span.subarray(from, from + width), i * width);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return copy;
}

function isStorage(value: unknown): value is Storage {
  return typeof value === "object" && value !== null && "dtype" in value && "sizeBytes" in value && !("shape" in value);
}

function isTensor(value: unknown): value is TorchTensor {
  return typeof value === "object" && value !== null && "shape" in value && "begin" in value;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isSize);
}
