// Where files come from: a Map of them, or a function that reads one by name.
import { hostBytes } from "@x/base";
import { CheckpointError } from "@x/tensor/core";
import type { FileReader } from "./sources.ts";

/** Files by name, or a function that reads them. */
export type CheckpointFiles = ReadonlyMap<string, Uint8Array> | FileReader;

/** A reader of files. @throws CheckpointError for anything else */
export function readerOf(files: CheckpointFiles): FileReader {
  if (typeof files === "function") return hostReader(files);
  if (files instanceof Map) return hostReader((name) => Promise.resolve(files.get(name)));
  throw CheckpointError.must("checkpoint", "files", "be a Map of files by name, or a function that reads one", files);
}

/** The same reader, of bytes as decoders and devices take them. */
function hostReader(given: FileReader): FileReader {
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const bytes = await given(name);
    return bytes && hostBytes(`checkpoint: ${name}`, bytes);
  };
  const { size, range, tensors } = given;
  const more = { ...(tensors && { tensors: () => given.tensors!() }) };
  if (!size || !range) return Object.assign(read, more);
  return Object.assign(read, {
    ...more,
    size,
    range: async (name: string, start: number, end: number) =>
      hostBytes(`checkpoint: ${name}`, await range(name, start, end)),
  });
}
