// What torch.save writes since PyTorch 1.6: a zip with a pickle, data.pkl, and one file per storage, all in one folder.
import { CheckpointError, SAFETENSORS_DTYPES } from "@x/tensor/core";
import type { Reading } from "./reading.ts";
import { isFileName } from "./file-names.ts";
import {
  MOST_PICKLE_BYTES,
  type PlacedTensors,
  readStateDict,
  type StorageId,
  type TorchStorage,
} from "./torch-tensors.ts";
import { type ZipData, zipMembers } from "./zip.ts";

const PICKLE = /^[^/]+\/data\.pkl$/;
const MOST_ORDER_BYTES = 16;

/** The tensors of a state dict and where the data of each storage begins. */
export function* readTorchZip(sizeBytes: number): Reading<PlacedTensors> {
  const members = yield* zipMembers(sizeBytes);
  const pickle = [...members.keys()].find((name) => PICKLE.test(name));
  if (pickle === undefined)
    throw new CheckpointError("torch file: must hold data.pkl; it does not. It was not written by torch.save.");
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = members.get(`${folder}byteorder`);
  const endian =
    order === undefined ? "little" : new TextDecoder().decode(yield* contents("byteorder", order, MOST_ORDER_BYTES));
  if (endian !== "little")
    throw new CheckpointError("torch file: must be little-endian; its byteorder says otherwise.", { got: endian });
  const starts = new Map<string, number>();
  const storageOf = ({ dtype, key, count }: StorageId): TorchStorage => {
    const expected = count * SAFETENSORS_DTYPES[dtype];
    const member = isFileName(key) ? members.get(`${folder}data/${key}`) : undefined;
    if (member?.sizeBytes !== expected) {
      const got = !isFileName(key) ? "a key that is a path" : (member?.sizeBytes ?? "no such member");
      throw new CheckpointError(`torch file: storage ${JSON.stringify(key)} must have ${expected} bytes; got ${got}.`, {
        expected,
        got: member?.sizeBytes,
      });
    }
    starts.set(key, member.start);
    return { dtype, key, begin: 0, sizeBytes: expected };
  };
  const data = yield* contents("data.pkl", members.get(pickle)!, MOST_PICKLE_BYTES);
  return { tensors: readStateDict(data, storageOf).value, starts };
}

function* contents(name: string, { start, sizeBytes }: ZipData, most: number): Reading<Uint8Array> {
  if (sizeBytes <= most) return yield [start, start + sizeBytes];
  throw CheckpointError.must("torch file", name, `have at most ${most} bytes`, sizeBytes, most);
}
