// What a family of checkpoints must say: how its config.json is read and written, and what its tensors hold.
import type { JsonObject, JsonValue, QuantizeParams } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import type { LayoutName } from "./names.ts";
import type { FileTensor } from "./tensor-ranges.ts";

export type { LayoutName };

/** A foreign configuration in this project's names, and what a user should know about the translation. */
export interface ParsedConfig {
  readonly config: Mamba2Config;
  readonly warnings: readonly string[];
  /** how the integers that replace weights were made; absent where there are none */
  readonly quantization?: QuantizeParams;
}

/** A configuration in a layout's names; `json` is for `formatJson`, since it may hold Infinity. */
export interface SerializedConfig {
  readonly json: Readonly<Record<string, JsonValue>>;
  /** settings of initialisation that the layout has no name for */
  readonly warnings: readonly string[];
  /** what the layout keeps in generation_config.json, since its config.json has no names for it */
  readonly generation?: JsonObject | undefined;
}

/** Element type that a config.json states for its tensors. */
export type ConfigDType = "float32" | "float16" | "bfloat16";

/** One layout, the family of models that a library writes so: names of its configuration and of its tensors. */
export interface CheckpointLayout {
  readonly name: LayoutName;
  readonly title: string;
  /** the model_type of its config.json; null where that does not tell, or there is none */
  readonly modelType: string | null;
  readonly embeddingName: string;
  /** whether weights may be integers in its files, one way of storing them for all */
  readonly quantizes?: true;
  /** whether lm_head.weight is written although it is the embedding */
  readonly writesTiedHead?: true;
  /** where a checkpoint is not config.json and model.safetensors or shards: its two files, and what names in them begin with beside those of {@link CheckpointLayout.tensors} */
  readonly files?: { readonly config: string; readonly weights: string; readonly prefix: string };
  readConfig(json: Readonly<Record<string, JsonValue>>): ParsedConfig;
  /** @throws ConfigError that names the field which the layout cannot hold */
  writeConfig(config: Mamba2Config, dtype?: ConfigDType, quantization?: QuantizeParams): SerializedConfig;
  /** The name that {@link CheckpointLayout.tensors} has for one in a file; null for a tensor that is no part of the model. */
  nameOf(name: string): string | null;
  /** What the library calls a tensor of {@link CheckpointLayout.tensors} in memory, where that is another name: adapters are named after it. */
  memoryName?(name: string): string;
  /**
   * The tensors of a model's files, a tied head aside, and what each holds; together they hold every parameter once.
   *
   * @param names those in the files, as `nameOf` gives them, where a model may be stored in several ways; without them the way that is written
   */
  tensors(config: Mamba2Config, names?: ReadonlySet<string>): readonly FileTensor[];
}
