// Tensors that are not read yet, under the official names: checked against the configuration before any is read.
import { SAFETENSORS_DTYPES, sizeOf } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { sameBytes, type TensorSource } from "./sources.ts";
import { headDiffers, nameTensors } from "./tensors.ts";

/**
 * Sources under the official names, all that the configuration needs. A tied head is compared with the embedding and
 * left out.
 *
 * Throws CheckpointError that lists what is missing, what is unknown and which shapes or dtypes are wrong.
 */
export async function nameSources(
  config: Mamba2Config,
  sources: ReadonlyMap<string, TensorSource>,
): Promise<ReadonlyMap<string, TensorSource>> {
  const { tensors, tied } = nameTensors(config, sources);
  if (tied && !(await sameBytes(tied[0], tied[1], sizeOf(tied[0].shape) * SAFETENSORS_DTYPES[tied[0].dtype])))
    throw headDiffers();
  return tensors;
}
