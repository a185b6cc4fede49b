// Tensors that are not read yet, as this project's parameters: checked against the configuration before any is read, and put together from their pieces when they are.
import { type QuantizeParams, SAFETENSORS_DTYPES, sizeOf } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import { type Joined, overlaps } from "../families/tensor-ranges.ts";
import { layoutNamed } from "../families/table.ts";
import { sameBytes, type TensorSource } from "./sources.ts";
import { headDiffers, nameTensors } from "./tensors.ts";

/** A model's parameters, and what a user should know about them. */
export interface NamedSources {
  readonly tensors: ReadonlyMap<string, TensorSource>;
  readonly warnings: readonly string[];
}

/**
 * The parameters that a configuration needs. A tied head is compared with the embedding and left out.
 *
 * Throws CheckpointError that lists what is missing, what is unknown and which shapes or dtypes are wrong.
 */
export async function nameSources(
  config: Mamba2Config,
  sources: ReadonlyMap<string, TensorSource>,
  layout: LayoutName = "own",
  quantization?: QuantizeParams,
): Promise<NamedSources> {
  const { tensors, tied, warnings } = nameTensors(config, sources, layoutNamed(layout), quantization);
  if (tied && !(await sameBytes(tied[0], tied[1], sizeOf(tied[0].shape) * SAFETENSORS_DTYPES[tied[0].dtype])))
    throw headDiffers();
  return { tensors: new Map([...tensors].map(([name, joined]) => [name, joinedSource(joined)])), warnings };
}

/** A tensor whose bytes are read from those that it is made of, no more of each than is asked for. */
function joinedSource(joined: Joined<TensorSource>): TensorSource {
  const { dtype, shape, parts } = joined;
  const [first] = parts;
  const { place } = first!.from;
  const where = { ...(place && { place }), ...(parts.some(({ from }) => from.atOnce) && { atOnce: true }) };
  if (parts.length === 1 && first!.begin === 0 && first!.size === sizeOf(first!.from.shape))
    return { dtype, shape, ...where, read: first!.from.read };
  const sizeBytes = sizeOf(shape) * SAFETENSORS_DTYPES[dtype];
  return {
    dtype,
    shape,
    ...where,
    async read(start = 0, end = sizeBytes) {
      const pieces = overlaps(joined, start, end);
      if (pieces.length === 1) return pieces[0]!.from.read(pieces[0]!.start, pieces[0]!.end);
      const bytes = new Uint8Array(Math.max(0, end - start));
      let at = 0;
      for (const piece of pieces) {
        bytes.set(await piece.from.read(piece.start, piece.end), at);
        at += piece.end - piece.start;
      }
      return bytes;
    },
  };
}
