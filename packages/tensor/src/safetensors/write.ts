// Writing the safetensors container.
import { hostBytes } from "@x/base";
import { CheckpointError } from "../errors.ts";
import { requireArity, requireMap, requireOptions, requireText } from "../arguments/require.ts";
import {
  SAFETENSORS_DTYPES,
  type PlannedTensor,
  type TensorBytes,
  PREFIX_BYTES,
  RESERVED,
  requireTensorBytes,
  sizeInBytes,
  isSizes,
} from "./format.ts";

/** What to write, and where: the header bytes, then the tensors' bytes in `order`, make the file. */
export interface SafetensorsPlan {
  readonly header: Uint8Array;
  readonly order: readonly string[];
  readonly fileSizeBytes: number;
}

/**
 * Plans a file, for a writer that streams. Wide dtypes come first so that every tensor is aligned to its element;
 * within one width the order of the map is kept, so that a file read and written again has its tensors in the same
 * places.
 *
 * @param tensors of which bytes may be absent: the shape says how many there will be
 */
export function planSafetensors(
  tensors: ReadonlyMap<string, PlannedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsPlan {
  requireArity("planSafetensors", arguments, 2);
  requireMap("writeSafetensors", "tensors", tensors);
  requireOptions("writeSafetensors", metadata, "metadata");
  for (const [name, entry] of tensors) requireTensorBytes(`safetensors: tensor "${name}"`, entry, true);
  for (const [key, value] of Object.entries(metadata)) requireText("writeSafetensors", `metadata.${key}`, value);
  const order = [...tensors.keys()].sort(
    (a, b) => SAFETENSORS_DTYPES[tensors.get(b)!.dtype] - SAFETENSORS_DTYPES[tensors.get(a)!.dtype],
  );
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) entries.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let at = 0;
  for (const name of order) {
    const { dtype, shape, bytes } = tensors.get(name)!;
    const expected = isSizes(shape) ? sizeInBytes(dtype, shape) : undefined;
    if (RESERVED.has(name))
      throw new CheckpointError(`safetensors: a tensor cannot be named "${name}".`, { tensor: name });
    if (expected === undefined || (bytes !== undefined && expected !== bytes.length)) {
      throw new CheckpointError(
        `safetensors: tensor "${name}": ${dtype} of shape [${shape.join(", ")}] takes ${expected} bytes; got ${bytes?.length}.`,
        { tensor: name, expected, got: bytes?.length },
      );
    }
    const info = { dtype, shape, data_offsets: [at, at + expected] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
    at += expected;
  }
  const json = new TextEncoder().encode(`{${entries.join(",")}}`);
  const header = new Uint8Array(PREFIX_BYTES + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - PREFIX_BYTES), true);
  header.set(json, PREFIX_BYTES);
  return { header, order, fileSizeBytes: header.length + at };
}

/**
 * Writes a whole file into memory. @example writeSafetensors(new Map([["w", tensorBytes("F32", [2], new
 * Float32Array(2))]]))
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorBytes>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  requireArity("writeSafetensors", arguments, 2);
  requireMap("writeSafetensors", "tensors", tensors);
  for (const [name, entry] of tensors) requireTensorBytes(`safetensors: tensor "${name}"`, entry);
  const { header, order, fileSizeBytes } = planSafetensors(tensors, metadata);
  const file = new Uint8Array(fileSizeBytes);
  file.set(header);
  let at = header.length;
  for (const name of order) {
    const bytes = hostBytes(`safetensors: tensor "${name}"`, tensors.get(name)!.bytes);
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
