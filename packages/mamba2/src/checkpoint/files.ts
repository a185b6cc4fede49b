// A checkpoint as files by name: config.json and weights (safetensors, one file or several, or what torch.save wrote) to a configuration with
// its tensors, and back to safetensors. The caller says where the files are (a folder, a server, a drop zone).
import {
  CheckpointError,
  type QuantizeParams,
  requireArity,
  requireMap,
  SAFETENSORS_DTYPES,
  sizeOf,
  type TensorBytes,
  writeSafetensors,
} from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { type CheckpointFiles, readerOf } from "./file-reader.ts";
import { parseConfigJson, type ReadConfigOptions, readConfigText } from "./detect.ts";
import type { ConfigDType, LayoutName } from "../families/family.ts";
import { layoutNamed } from "../families/table.ts";
import type { GenerationDefaults } from "./generation-defaults.ts";
import { type CheckpointOrigin, configTextOf, generationTextOf } from "./origin.ts";
import { shardsOf } from "./shards.ts";
import { nameSources } from "./named-sources.ts";
import { CONFIG, type FileReader, INDEX, openTensors, PARAMS, tensorOf, type TensorSource } from "./sources.ts";
import { resolveHead, toLayout } from "./tensors.ts";
import { GENERATION_FILE, resolveTokenIds } from "./token-ids.ts";
import { unwrappedName } from "./unwrapped-name.ts";
import { checkWritable, type WriteCheckpointOptions } from "./writable.ts";
import { utf8 } from "./utf8.ts";

export type { CheckpointFiles } from "./file-reader.ts";
export type { FileReader, TensorSource } from "./sources.ts";
export type { WriteCheckpointOptions };

/** A checkpoint in memory: its configuration and its tensors in this project's names, which are the official ones where the official implementation has any. */
export interface Checkpoint {
  readonly config: Mamba2Config;
  /** whose names the files had; "own" when they are this project's */
  readonly layout: LayoutName;
  readonly tensors: ReadonlyMap<string, TensorBytes>;
  /** how the integers that replace weights were made; absent where all are floats */
  readonly quantization?: QuantizeParams;
  /** how generation_config.json wants tokens to be chosen */
  readonly generationDefaults: GenerationDefaults;
  /** what its files say beyond that, for writing it again */
  readonly origin: CheckpointOrigin;
  /** what a user should know about the translation */
  readonly warnings: readonly string[];
}

/** A checkpoint whose tensors are still in their files. */
export interface OpenCheckpoint extends Omit<Checkpoint, "tensors"> {
  readonly tensors: ReadonlyMap<string, TensorSource>;
}

/** A configuration takes some kB. */
const MOST_CONFIG_BYTES = 2 ** 24;

/**
 * Reads a checkpoint of any layout.
 *
 * @throws CheckpointError when files or tensors are missing, damaged or of other shapes than the configuration says; ConfigError for a
 *   configuration that cannot be built
 * @example
 * const { files } = await new Mamba2LM(preset("tiny")).save("hf");
 * const { config, layout, tensors } = await readCheckpoint(files);   // layout "hf"; names are this project's
 */
export async function readCheckpoint(files: CheckpointFiles, options: ReadConfigOptions = {}): Promise<Checkpoint> {
  requireArity("readCheckpoint", arguments, 2);
  const { tensors, ...rest } = await openCheckpoint(files, options);
  const read = new Map<string, TensorBytes>();
  for (const [name, source] of tensors) read.set(name, await tensorOf(source));
  return { ...rest, tensors: read };
}

/**
 * Reads a checkpoint's configuration and what its tensors are, all checked, but no tensor: {@link TensorSource.read} does, one at a time. With a reader of ranges no file
 * has to fit in memory.
 *
 * @throws CheckpointError, ConfigError like {@link readCheckpoint}
 * @example
 * const { files } = await new Mamba2LM(preset("tiny")).save();
 * const { tensors } = await openCheckpoint(files);
 * const bytes = await tensors.get("backbone.norm_f.weight")!.read();
 */
export async function openCheckpoint(files: CheckpointFiles, options: ReadConfigOptions = {}): Promise<OpenCheckpoint> {
  requireArity("openCheckpoint", arguments, 2);
  const read = readerOf(files);
  const text = await configText(read);
  const raw = await openTensors(read);
  const stated = readConfigText(text, [...raw.keys()].map(unwrappedName), options);
  const resolved = await resolveTokenIds(read, parseConfigJson(text), stated.config);
  const { config, warnings } = resolveHead(resolved.config, raw.keys(), layoutNamed(stated.layout));
  const named = await nameSources(config, raw, stated.layout, stated.quantization);
  return {
    config,
    layout: stated.layout,
    tensors: named.tensors,
    ...(stated.quantization && { quantization: stated.quantization }),
    generationDefaults: resolved.generationDefaults,
    origin: {
      layout: stated.layout,
      config: text,
      ...(resolved.generationText !== undefined && { generation: resolved.generationText }),
    },
    warnings: [...stated.warnings, ...resolved.warnings, ...warnings, ...named.warnings],
  };
}

/** The file that describes the model, the first that is there. */
async function configText(read: FileReader): Promise<string> {
  for (const file of [CONFIG, PARAMS]) {
    const stated = await read.size?.(file);
    const bytes = (stated ?? 0) > MOST_CONFIG_BYTES ? undefined : await read(file);
    const sizeBytes = stated ?? bytes?.length;
    if (sizeBytes === undefined) continue;
    if (bytes && sizeBytes <= MOST_CONFIG_BYTES) return utf8(file, bytes);
    throw new CheckpointError(`checkpoint: ${file} must have at most ${MOST_CONFIG_BYTES} bytes; got ${sizeBytes}.`, {
      file,
      expected: MOST_CONFIG_BYTES,
      got: sizeBytes,
    });
  }
  throw new CheckpointError(`checkpoint: must have a ${CONFIG}, or a ${PARAMS}; got none.`, { file: CONFIG });
}

/** Files of a checkpoint and what its layout could not say. */
export interface WrittenCheckpoint {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly warnings: readonly string[];
}

/**
 * Writes a checkpoint in a layout. Every tensor keeps its element type and bits. With an `origin` of the same layout config.json keeps every field that it had, ours or not,
 * but those that are not true of the model any more; generation_config.json is kept in every layout.
 *
 * @param tensors under this project's names, without a tied head
 * @throws ConfigError when the layout cannot express the configuration
 */
export function writeCheckpoint(
  layout: LayoutName,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, TensorBytes>,
  options: WriteCheckpointOptions = {},
): WrittenCheckpoint {
  requireArity("writeCheckpoint", arguments, 4);
  requireMap("writeCheckpoint", "tensors", tensors);
  const { shards, texts, warnings } = describeCheckpoint(layout, config, tensors, options, (quantization) =>
    toLayout(layout, config, tensors, quantization),
  );
  const files = new Map<string, Uint8Array>();
  for (const [name, shard] of shards) files.set(name, writeSafetensors(shard, METADATA));
  return { files: new Map([...files, ...texts]), warnings };
}

/** What the weights of every checkpoint say of themselves, as Python's libraries want it. */
export const METADATA = { format: "pt" } as const;

type Described = Pick<TensorBytes, "dtype" | "shape">;

/** The files of a checkpoint: of weights which tensors each holds, the others whole. */
export interface DescribedCheckpoint<T> {
  readonly shards: ReadonlyMap<string, ReadonlyMap<string, T>>;
  readonly texts: ReadonlyMap<string, Uint8Array>;
  readonly warnings: readonly string[];
}

/** Says what the files of a checkpoint hold. @param stored makes its tensors as the layout stores them */
export function describeCheckpoint<T extends Described>(
  layout: LayoutName,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, Described>,
  options: WriteCheckpointOptions,
  stored: (quantization: QuantizeParams | undefined) => ReadonlyMap<string, T>,
): DescribedCheckpoint<T> {
  const { files: own, writeConfig } = layoutNamed(layout);
  const { maxShardBytes = own ? Infinity : 5e9, quantization, ...kept } = checkWritable(layout, config, options);
  const dtype = configDType(tensors);
  const written = writeConfig(config, dtype, quantization);
  const describing = { config, written, dtype, ...kept };
  const generation = generationTextOf(layoutNamed(layout), describing);
  const { files, indexText } = shardsOf(stored(quantization), maxShardBytes);
  const encoder = new TextEncoder();
  const texts = new Map<string, Uint8Array>();
  if (indexText !== undefined) texts.set(INDEX, encoder.encode(indexText));
  if (generation !== undefined) texts.set(GENERATION_FILE, encoder.encode(generation));
  texts.set(own?.config ?? CONFIG, encoder.encode(configTextOf(layoutNamed(layout), describing, generation)));
  const shards = new Map([...files].map(([name, shard]) => [own?.weights ?? name, shard]));
  return { shards, texts, warnings: written.warnings };
}

/** The type that most elements are of. */
function configDType(tensors: ReadonlyMap<string, Described>): ConfigDType {
  const bytes = { F16: 0, BF16: 0, other: 0 };
  for (const { dtype, shape } of tensors.values())
    bytes[dtype === "F16" || dtype === "BF16" ? dtype : "other"] += sizeOf(shape) * SAFETENSORS_DTYPES[dtype];
  if (bytes.F16 > bytes.BF16 && bytes.F16 > bytes.other) return "float16";
  return bytes.BF16 > bytes.other ? "bfloat16" : "float32";
}
