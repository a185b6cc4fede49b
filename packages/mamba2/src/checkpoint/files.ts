// A checkpoint as files by name: config.json and weights (safetensors, one file or several, or what torch.save wrote) to a configuration with
// its tensors, and back to safetensors. Where the files lie (a folder, a server, a drop zone) is the caller's business.
import { hostBytes } from "@x/base";
import { CheckpointError, formatJson, readSafetensors, type TensorBytes, writeSafetensors } from "@x/tensor";
import type { Mamba2Config } from "../config.ts";
import { LAYOUTS, parseConfigJson, readConfigText } from "./detect.ts";
import type { ConfigDType, LayoutName } from "./layout.ts";
import { mergeShards, parseShardIndex, planShards } from "./shards.ts";
import { fromLayout, toLayout } from "./tensors.ts";
import { GENERATION_FILE, resolveTokenIds } from "./token-ids.ts";
import { readTorchBin } from "./torch-bin.ts";
import { checkWritable } from "./writable.ts";

/** Reads one file by name; undefined when it does not exist. */
export type FileReader = (name: string) => Promise<Uint8Array | undefined>;

/** Files by name, or a function that reads them. */
export type CheckpointFiles = ReadonlyMap<string, Uint8Array> | FileReader;

/** A checkpoint in memory: its configuration in this project's names, its tensors under the official ones. */
export interface Checkpoint {
  readonly config: Mamba2Config;
  /** whose names the files had; "own" when config.json is in this project's names */
  readonly layout: LayoutName | "own";
  readonly tensors: ReadonlyMap<string, TensorBytes>;
  /** what a user should know about the translation */
  readonly warnings: readonly string[];
}

const CONFIG = "config.json";
const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";
const TORCH = "pytorch_model.bin";

/**
 * Reads a checkpoint of any layout.
 *
 * @throws CheckpointError when files or tensors are missing, damaged or of other shapes than the configuration says; ConfigError for a
 *   configuration that cannot be built
 * @example
 * const { files } = await new Mamba2LM(preset("tiny")).save("hf");
 * const { config, layout, tensors } = await readCheckpoint(files);   // layout "hf"; names are the official ones
 */
export async function readCheckpoint(files: CheckpointFiles): Promise<Checkpoint> {
  const given: FileReader = typeof files === "function" ? files : (name) => Promise.resolve(files.get(name));
  const read: FileReader = async (name) => {
    const bytes = await given(name);
    return bytes && hostBytes(`checkpoint: ${name}`, bytes);
  };
  const configFile = await read(CONFIG);
  if (!configFile) throw new CheckpointError(`checkpoint: must have a ${CONFIG}; got none.`, { file: CONFIG });
  const raw = await readTensors(read);
  const text = new TextDecoder().decode(configFile);
  const stated = readConfigText(text, raw.keys());
  const { config, warnings } = await resolveTokenIds(read, parseConfigJson(text), stated.config);
  return { config, layout: stated.layout, tensors: fromLayout(config, raw), warnings: [...stated.warnings, ...warnings] };
}

async function readTensors(read: FileReader): Promise<ReadonlyMap<string, TensorBytes>> {
  const whole = await read(WEIGHTS);
  if (whole) return readSafetensors(whole).tensors;
  const indexFile = await read(INDEX);
  if (!indexFile) {
    const torch = await read(TORCH);
    if (torch) return readTorchBin(torch);
    throw new CheckpointError(`checkpoint: must have ${WEIGHTS}, ${INDEX} with its shards, or ${TORCH}; got none of them.`, { file: WEIGHTS });
  }
  const index = parseShardIndex(new TextDecoder().decode(indexFile));
  const shards = new Map<string, ReadonlyMap<string, TensorBytes>>();
  for (const file of index.files) {
    const bytes = await read(file);
    if (bytes) shards.set(file, readSafetensors(bytes).tensors);
  }
  return mergeShards(index, shards);
}

export interface WriteCheckpointOptions {
  /** bytes of tensor data per file; default 5 GB */
  readonly maxShardBytes?: number;
}

/** Files of a checkpoint and what its layout could not say. */
export interface WrittenCheckpoint {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly warnings: readonly string[];
}

/**
 * Writes a checkpoint in a layout. Every tensor keeps its element type and bits.
 *
 * @param tensors under the official names, without a tied head
 * @throws ConfigError when the layout cannot express the configuration
 */
export function writeCheckpoint(
  layout: LayoutName, config: Mamba2Config, tensors: ReadonlyMap<string, TensorBytes>, options: WriteCheckpointOptions = {},
): WrittenCheckpoint {
  const { maxShardBytes = 5e9 } = checkWritable(layout, config, options);
  const { json, warnings, generation } = LAYOUTS[layout].writeConfig(config, configDType(tensors));
  const { files: shards, indexText } = planShards(toLayout(layout, config, tensors), maxShardBytes);
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>();
  for (const [name, shard] of shards) files.set(name, writeSafetensors(shard, { format: "pt" }));
  if (indexText !== undefined) files.set(INDEX, encoder.encode(indexText));
  if (generation) files.set(GENERATION_FILE, encoder.encode(`${formatJson(generation)}\n`));
  files.set(CONFIG, encoder.encode(`${formatJson(json)}\n`));
  return { files, warnings };
}

/** The type that most elements are of. */
function configDType(tensors: ReadonlyMap<string, TensorBytes>): ConfigDType {
  const bytes = { F16: 0, BF16: 0, other: 0 };
  for (const { dtype, bytes: data } of tensors.values()) bytes[dtype === "F16" || dtype === "BF16" ? dtype : "other"] += data.length;
  if (bytes.F16 > bytes.BF16 && bytes.F16 > bytes.other) return "float16";
  return bytes.BF16 > bytes.other ? "bfloat16" : "float32";
}
