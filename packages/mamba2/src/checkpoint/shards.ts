// Checkpoints of several files: `model.safetensors.index.json`, or `pytorch_model.bin.index.json`, which says what file holds which tensor. Pure
// data: who calls reads and writes the files.

import {
  CheckpointError,
  ConfigError,
  isJsonObject,
  requireArity,
  requireArray,
  requireMap,
  requireOptions,
  requireTensorBytes,
  SAFETENSORS_DTYPES,
  sizeOf,
  type TensorBytes,
} from "@x/tensor/core";
import { jsonIn } from "./json-text.ts";
import { isFileName } from "./file-names.ts";

/** Which file of a sharded checkpoint holds each tensor. */
export interface ShardIndex {
  /** the files, in the order of their names */
  readonly files: readonly string[];
  /** tensor → file */
  readonly fileOf: ReadonlyMap<string, string>;
}

/**
 * Parses an index. File names must be plain names beside the index: a path could lead anywhere.
 *
 * @example
 * const { files } = parseShardIndex('{ "weight_map": { "lm_head.weight": "model-00001-of-00002.safetensors" } }');
 */
export function parseShardIndex(text: string): ShardIndex {
  requireArity("parseShardIndex", arguments, 1);
  const json = jsonIn("shard index:", text);
  const map = isJsonObject(json) ? json["weight_map"] : undefined;
  if (!isJsonObject(map))
    throw new CheckpointError("shard index: must be an object with a weight_map from tensors to files.", { got: json });
  const fileOf = new Map<string, string>();
  for (const [tensor, file] of Object.entries(map)) {
    if (typeof file !== "string" || !isFileName(file) || !/\.(?:safetensors|bin)$/.test(file)) {
      throw new CheckpointError(
        `shard index: the file of "${tensor}" must be the name of a .safetensors or .bin file beside the index; got ${JSON.stringify(file)}.`,
        { tensor, got: file },
      );
    }
    fileOf.set(tensor, file);
  }
  if (fileOf.size === 0) throw new CheckpointError("shard index: weight_map must name at least one tensor; got none.");
  return { files: [...new Set(fileOf.values())].sort(), fileOf };
}

/**
 * The tensors of all shards, in one map.
 *
 * @throws CheckpointError when a file lacks a tensor of the index or holds a tensor that is not in it
 * @example
 * const index = { files: ["a"], fileOf: new Map([["w", "a"]]) };
 * console.log(mergeShards(index, new Map([["a", new Map([["w", 1]])]])).get("w")); // 1
 */
export function mergeShards<T>(index: ShardIndex, shards: ReadonlyMap<string, ReadonlyMap<string, T>>): Map<string, T> {
  requireArity("mergeShards", arguments, 2);
  requireOptions("mergeShards", index, "index");
  requireArray("mergeShards", "index.files", index.files);
  requireMap("mergeShards", "index.fileOf", index.fileOf);
  requireMap("mergeShards", "shards", shards);
  const merged = new Map<string, T>();
  for (const file of index.files) {
    const tensors = shards.get(file);
    if (tensors === undefined) throw new CheckpointError(`shard index: the file ${file} is missing.`, { file });
    for (const [name, tensor] of tensors) {
      const promised = index.fileOf.get(name);
      if (promised !== file) {
        throw new CheckpointError(
          `shard index: ${file} holds "${name}", which the index ${promised === undefined ? "does not name" : `places in ${promised}`}.`,
          { file, tensor: name, expected: promised },
        );
      }
      merged.set(name, tensor);
    }
  }
  const missing = [...index.fileOf].filter(([name]) => !merged.has(name));
  if (missing.length === 0) return merged;
  const [name, file] = missing[0]!;
  throw new CheckpointError(
    `shard index: "${name}" must be in ${file}; it is not${missing.length > 1 ? `, nor are ${missing.length - 1} others` : ""}.`,
    {
      file,
      tensor: name,
      tensors: missing.map(([tensor]) => tensor),
    },
  );
}

/** Files to write, and the text of their index; one file has no index. */
export interface ShardPlan<T = TensorBytes> {
  readonly files: ReadonlyMap<string, ReadonlyMap<string, T>>;
  readonly indexText: string | undefined;
}

/** Splits tensors, in their order, over files of at most `maxBytes` of data (more only where one tensor is larger). */
export function planShards(tensors: ReadonlyMap<string, TensorBytes>, maxBytes: number = 5e9): ShardPlan {
  requireArity("planShards", arguments, 2);
  requireMap("planShards", "tensors", tensors);
  for (const [name, tensor] of tensors) requireTensorBytes(`planShards: ${name}`, tensor);
  return shardsOf(tensors, maxBytes);
}

/** The same of tensors that are not made yet. */
export function shardsOf<T extends Pick<TensorBytes, "dtype" | "shape">>(
  tensors: ReadonlyMap<string, T>,
  maxBytes: number,
): ShardPlan<T> {
  if (!(maxBytes > 0)) throw ConfigError.must("planShards", "maxBytes", "be above 0", maxBytes);
  const shards: Map<string, T>[] = [new Map()];
  let total = 0;
  let filled = 0;
  for (const [name, tensor] of tensors) {
    const sizeBytes = sizeOf(tensor.shape) * SAFETENSORS_DTYPES[tensor.dtype];
    if (filled > 0 && filled + sizeBytes > maxBytes) {
      shards.push(new Map());
      filled = 0;
    }
    shards.at(-1)!.set(name, tensor);
    filled += sizeBytes;
    total += sizeBytes;
  }
  if (shards.length === 1) return { files: new Map([["model.safetensors", shards[0]!]]), indexText: undefined };
  const digits = (n: number): string => String(n).padStart(5, "0");
  const files = new Map(
    shards.map((shard, i) => [`model-${digits(i + 1)}-of-${digits(shards.length)}.safetensors`, shard]),
  );
  const weightMap = Object.fromEntries(
    [...files].flatMap(([file, shard]) => [...shard.keys()].map((name) => [name, file])),
  );
  return {
    files,
    indexText: `${JSON.stringify({ metadata: { total_size: total }, weight_map: weightMap }, null, 2)}\n`,
  };
}
