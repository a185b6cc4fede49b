// Reads pytorch_model.bin, what torch.save writes: a zip (torch-zip.ts), or the older form (torch-legacy.ts).
import { hostBytes } from "@x/base";
import { requireArity, type SafetensorsDType, type TensorBytes } from "@x/tensor/core";
import { type FileBytes, readByRanges, type Reading, readNow } from "./reading.ts";
import { isPickle, readTorchLegacy } from "./torch-legacy.ts";
import { readTorchZip } from "./torch-zip.ts";

/** A tensor of a state dict: the bytes [begin, end) of its file, or what `gather` takes out of them. */
export interface TorchTensor {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
  readonly gather?: (span: Uint8Array) => Uint8Array;
}

/**
 * The tensors of a state dict. Contiguous tensors are views of `bytes`; others are copied.
 *
 * @throws CheckpointError for anything else than a dict from names to tensors, for globals that such a dict does not need, and for damage
 * @example
 * const tensorsAt = async (url: string) => readTorchBin(new Uint8Array(await (await fetch(url)).arrayBuffer()));
 */
export function readTorchBin(file: Uint8Array): Map<string, TensorBytes> {
  requireArity("readTorchBin", arguments, 1);
  const bytes = hostBytes("torch file: bytes", file);
  return new Map(
    [...readNow(bytes, readTensors(bytes.length))].map(([name, { dtype, shape, begin, end, gather }]) => {
      const span = bytes.subarray(begin, end);
      return [name, { dtype, shape, bytes: gather ? gather(span) : span }];
    }),
  );
}

/** The same of a file that is read in parts: what tells where its tensors are now, tensors when they are wanted. */
export async function openTorchFile(file: FileBytes): Promise<Map<string, TorchTensor>> {
  return readByRanges(file, readTensors(file.sizeBytes));
}

function* readTensors(sizeBytes: number): Reading<Map<string, TorchTensor>> {
  const first = yield [0, Math.min(2, sizeBytes)];
  const { tensors, starts } = yield* isPickle(first) ? readTorchLegacy(sizeBytes) : readTorchZip(sizeBytes);
  return new Map(
    [...tensors].map(([name, { key, begin, end, ...view }]) => {
      const start = starts.get(key)!;
      return [name, { ...view, begin: start + begin, end: start + end }];
    }),
  );
}
