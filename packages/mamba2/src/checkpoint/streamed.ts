// A checkpoint whose files are made while they are written: of its tensors the host holds a part at a time.
import { planSafetensors, type QuantizeParams, SAFETENSORS_DTYPES, sizeOf } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import { type Joined, overlaps } from "../families/tensor-ranges.ts";
import { describeCheckpoint, METADATA, type WriteCheckpointOptions } from "./files.ts";
import type { TensorSource } from "./sources.ts";
import { inLayout } from "./tensors.ts";

/** Bytes that are read of a tensor at a time, where it can be read in parts. */
const PART_BYTES = 2 ** 24;

/** The contents of a file that is made as it is written. */
export interface StreamedFile {
  readonly sizeBytes: number;
  /** its bytes, in their order */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Files of a checkpoint, and what its layout could not say. */
export interface StreamedCheckpoint {
  readonly files: ReadonlyMap<string, Uint8Array | StreamedFile>;
  /** how many tensors they hold */
  readonly count: number;
  readonly warnings: readonly string[];
}

/** The files that `writeCheckpoint` makes of the same tensors. Throws what that throws, before anything is read. */
export function streamCheckpoint(
  layout: LayoutName,
  config: Mamba2Config,
  sources: ReadonlyMap<string, TensorSource>,
  options: WriteCheckpointOptions,
): StreamedCheckpoint {
  const stored = (quantization: QuantizeParams | undefined): Map<string, Joined<TensorSource>> =>
    inLayout(layout, config, sources, quantization);
  const { shards, texts, warnings } = describeCheckpoint(layout, config, sources, options, stored);
  const files = new Map<string, Uint8Array | StreamedFile>(texts);
  for (const [name, shard] of shards) files.set(name, streamedFile(shard));
  return { files, count: sources.size, warnings };
}

function streamedFile(tensors: ReadonlyMap<string, Joined<TensorSource>>): StreamedFile {
  const described = new Map([...tensors].map(([name, { dtype, shape }]) => [name, { dtype, shape }]));
  const { header, order, fileSizeBytes } = planSafetensors(described, METADATA);
  return {
    sizeBytes: fileSizeBytes,
    async *chunks() {
      yield header;
      for (const name of order) yield* bytesOf(tensors.get(name)!);
    },
  };
}

/** A tensor's bytes, part by part. */
async function* bytesOf(joined: Joined<TensorSource>): AsyncGenerator<Uint8Array, void, void> {
  const sizeBytes = sizeOf(joined.shape) * SAFETENSORS_DTYPES[joined.dtype];
  for (const { from, start, end } of overlaps(joined, 0, sizeBytes)) {
    const step = from.atOnce ? Infinity : PART_BYTES;
    for (let at = start; at < end; at += step) yield from.read(at, Math.min(end, at + step));
  }
}
