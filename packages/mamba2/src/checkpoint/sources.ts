// Tensors that are not read yet: dtype and shape are known, bytes are read one tensor at a time. A reader that can read ranges is asked for ranges, so that no
// file has to fit in memory, nor in the 2 GiB that Node reads at once.
import { describeValue } from "@x/base";
import {
  CheckpointError,
  parseSafetensorsHeader,
  requireMap,
  requireText,
  type SafetensorsDType,
  type SafetensorsHeader,
  safetensorsHeaderEnd,
  type TensorBytes,
} from "@x/tensor/core";
import { mergeShards, parseShardIndex } from "./shards.ts";
import type { FileBytes } from "./reading.ts";
import { openTorchFile, type TorchTensor } from "./torch-bin.ts";
import { utf8 } from "./utf8.ts";

/** Reads files by name. */
export interface FileReader {
  /** a whole file; undefined when it does not exist */
  (name: string): Promise<Uint8Array | undefined>;
  /** Its size in bytes, undefined when it does not exist. With `range` weights are read tensor by tensor, and files may be of any size. */
  size?(name: string): Promise<number | undefined>;
  /** exactly its bytes [start, end) */
  range?(name: string, start: number, end: number): Promise<Uint8Array>;
  /** The tensors, where they are in no files that are read by name. */
  tensors?(): Promise<ReadonlyMap<string, TensorSource>>;
}

/** A tensor of a file. */
export interface TensorSource {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  /** its bytes [start, end), all of them unless told otherwise; elements are little-endian, in row-major order */
  read(start?: number, end?: number): Promise<Uint8Array>;
  /** its place: files are fastest read in order */
  readonly place?: { readonly file: string; readonly begin: number };
  /** a part takes as long as the whole */
  readonly atOnce?: boolean;
}

export const CONFIG = "config.json";
/** … of Mistral's own releases */
export const PARAMS = "params.json";
export const WEIGHTS = "model.safetensors";
export const INDEX = "model.safetensors.index.json";
export const TORCH = "pytorch_model.bin";
export const TORCH_INDEX = "pytorch_model.bin.index.json";
export const CONSOLIDATED = "consolidated.safetensors";

/** Where weights may be, the first that is there counts. */
export const PLACES: readonly string[] = [WEIGHTS, INDEX, TORCH, TORCH_INDEX, CONSOLIDATED];

/** The tensors of a checkpoint's weights: one file or several with an index, of safetensors or of torch.save. */
export async function openTensors(read: FileReader): Promise<ReadonlyMap<string, TensorSource>> {
  if (read.tensors) return read.tensors();
  for (const place of PLACES) {
    const tensors = place.endsWith(".index.json") ? await openShards(read, place) : await openWeights(read, place);
    if (tensors) return tensors;
  }
  throw new CheckpointError(
    `checkpoint: must have ${WEIGHTS}, ${INDEX} with its shards, ${TORCH}, ${TORCH_INDEX} with its shards, or ${CONSOLIDATED}; got none of them.`,
    { file: WEIGHTS },
  );
}

async function openShards(read: FileReader, name: string): Promise<ReadonlyMap<string, TensorSource> | undefined> {
  const indexFile = await read(name);
  if (!indexFile) return undefined;
  const index = parseShardIndex(utf8(name, indexFile));
  const shards = new Map<string, ReadonlyMap<string, TensorSource>>();
  for (const file of index.files) {
    const shard = await openWeights(read, file);
    if (shard) shards.set(file, shard);
  }
  return mergeShards(index, shards);
}

/** The tensors of one file, whose name says its format. */
async function openWeights(read: FileReader, name: string): Promise<ReadonlyMap<string, TensorSource> | undefined> {
  const file = await openFile(read, name);
  return file && (name.endsWith(".safetensors") ? openSafetensors(name, file) : openTorch(name, file));
}

/** Raises unless every element of `tensors` is a tensor that can be read. @throws ConfigError, CheckpointError that name it */
export function requireSources(op: string, tensors: unknown): void {
  requireMap(op, "tensors", tensors);
  for (const [name, source] of tensors as ReadonlyMap<unknown, Partial<TensorSource> | null | undefined>) {
    requireText(op, "names of tensors", name);
    if (typeof source?.dtype === "string" && Array.isArray(source.shape) && typeof source.read === "function") continue;
    throw new CheckpointError(
      `${op}: "${name as string}" must be a tensor to be read, { dtype, shape, read }; got ${describeValue(source)}.`,
      { tensor: name as string, got: source },
    );
  }
}

/** All bytes of a source. */
export async function tensorOf({ dtype, shape, read }: TensorSource): Promise<TensorBytes> {
  return { dtype, shape, bytes: await read() };
}

/** Bytes that two tensors are compared by at a time. */
const COMPARED_BYTES = 2 ** 24;

/** Whether two tensors hold the same bits, read a part at a time. */
export async function sameBytes(a: TensorSource, b: TensorSource, sizeBytes: number): Promise<boolean> {
  for (let start = 0; start < sizeBytes; start += COMPARED_BYTES) {
    const end = Math.min(start + COMPARED_BYTES, sizeBytes);
    const [left, right] = [await a.read(start, end), await b.read(start, end)];
    if (!left.every((byte, i) => byte === right[i])) return false;
  }
  return true;
}

/** A file in parts: by ranges where the reader knows them, else read whole, once. */
export async function openFile(read: FileReader, name: string): Promise<FileBytes | undefined> {
  if (!read.size || !read.range) {
    const bytes = await read(name);
    return bytes && { sizeBytes: bytes.length, range: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
  }
  const sizeBytes = await read.size(name);
  if (sizeBytes === undefined) return undefined;
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
    throw new CheckpointError(
      `checkpoint: the size of ${name} must be a whole number; the reader gave ${describeValue(sizeBytes)}.`,
      { file: name },
    );
  return {
    sizeBytes,
    range: async (start, end) => {
      const bytes = await read.range!(name, start, end);
      if (bytes.length === end - start) return bytes;
      throw new CheckpointError(
        `checkpoint: ${name} must have bytes ${start} to ${end}, as when it was opened; got ${bytes.length} of ${end - start}. It changed while it was read.`,
        {
          file: name,
          expected: end - start,
          got: bytes.length,
        },
      );
    },
  };
}

/** What a safetensors file says of itself, read without its tensors. */
export async function safetensorsHeader({ sizeBytes, range }: FileBytes): Promise<SafetensorsHeader> {
  const headerEnd = safetensorsHeaderEnd(await range(0, Math.min(8, sizeBytes)));
  return parseSafetensorsHeader(await range(0, Math.min(headerEnd, sizeBytes)), sizeBytes);
}

async function openSafetensors(file: string, bytes: FileBytes): Promise<Map<string, TensorSource>> {
  const { tensors, dataStart } = await safetensorsHeader(bytes);
  return new Map(
    [...tensors].map(([name, { dtype, shape, begin, end }]) => [
      name,
      {
        dtype,
        shape,
        place: { file, begin },
        read: (from = 0, to = end - begin) => bytes.range(dataStart + begin + from, dataStart + begin + to),
      },
    ]),
  );
}

async function openTorch(name: string, file: FileBytes): Promise<Map<string, TensorSource>> {
  const tensors = await openTorchFile(file);
  return new Map(
    [...tensors].map(([path, { dtype, shape, begin, end, gather }]: [string, TorchTensor]) => [
      path,
      {
        dtype,
        shape,
        place: { file: name, begin },
        ...(gather && { atOnce: true }),
        // a tensor that is not contiguous is gathered from all bytes that it spans
        read: async (from = 0, to?: number) =>
          gather
            ? gather(await file.range(begin, end)).subarray(from, to)
            : file.range(begin + from, to === undefined ? end : begin + to),
      },
    ]),
  );
}
