// Whether a layout can hold a model: asked before anything is fetched, computed or written for it.
import { checkOptions, ConfigError, type QuantizeParams, requireNumber, requireOptions } from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import { layoutNamed } from "../families/table.ts";
import { requireQuantizes } from "../model/quantization.ts";
import type { GenerationDefaults } from "./generation-defaults.ts";
import type { CheckpointOrigin } from "./origin.ts";

/** Options of writing a checkpoint. */
export interface WriteCheckpointOptions {
  /** bytes of tensor data per file; default 5 GB */
  readonly maxShardBytes?: number;
  /** how the integers among the tensors were made; only the layout "own" holds such */
  readonly quantization?: QuantizeParams;
  /** the files that the checkpoint came from, whose other fields are kept */
  readonly origin?: CheckpointOrigin | undefined;
  /** how tokens are to be chosen, for generation_config.json; default: as the origin says */
  readonly generationDefaults?: GenerationDefaults;
}

/** Raises when a layout cannot hold a configuration or the options are none. @throws ConfigError */
export function checkWritable(
  layout: LayoutName,
  config: Mamba2Config,
  options: WriteCheckpointOptions,
): WriteCheckpointOptions {
  checkOptions<WriteCheckpointOptions>("writeCheckpoint", options, {
    maxShardBytes: true,
    quantization: true,
    origin: true,
    generationDefaults: true,
  });
  const { maxShardBytes, quantization } = options;
  if (maxShardBytes !== undefined)
    requireNumber("writeCheckpoint", "maxShardBytes", maxShardBytes, "a number above 0", (value) => value > 0);
  for (const name of ["origin", "generationDefaults"] as const)
    if (options[name] !== undefined) requireOptions("writeCheckpoint", options[name], name);
  const family = layoutNamed(layout);
  const { files } = family;
  if (files && maxShardBytes !== undefined) {
    throw new ConfigError(
      `writeCheckpoint: maxShardBytes must be absent for the layout ${layout}, which is one file, ${files.weights}; got ${maxShardBytes}.`,
      { field: "maxShardBytes", got: maxShardBytes },
    );
  }
  requireConfig("writeCheckpoint", config);
  requireQuantizes(family, quantization);
  family.writeConfig(config);
  return options;
}
