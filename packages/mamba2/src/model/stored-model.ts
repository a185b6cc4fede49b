// StoredModel: what a model and checkpoints have to do with each other. Loaded from files, by its name, or from tensors; saved.
import { requireArity } from "@x/tensor/core";
import { Module } from "@x/nn/core";
import type { QuantizeParams, TensorBytes } from "@x/tensor/core";
import type { CheckpointFiles, WrittenCheckpoint } from "../checkpoint/files.ts";
import { hostReads } from "../checkpoint/host-reads.ts";
import type { GenerationDefaults } from "../checkpoint/generation-defaults.ts";
import type { CheckpointOrigin } from "../checkpoint/origin.ts";
import type { TensorSource } from "../checkpoint/sources.ts";
import type { Mamba2Config, Mamba2Fields } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import type {
  LoadFilesOptions,
  LoadOptions,
  Mamba2LMOptions,
  PretrainedOptions,
  SaveOptions,
} from "./model-options.ts";

/** A class of models that can be loaded: it makes one of a configuration. */
export type StoredModelClass<M extends StoredModel> = (new (fields: Mamba2Fields, options?: Mamba2LMOptions) => M) &
  Pick<typeof StoredModel, "fromSources">;

/** The part of a model that loads and saves it. */
export abstract class StoredModel extends Module {
  static readonly fieldsOnly = true;
  abstract readonly config: Mamba2Config;
  /**
   * How the model's authors want tokens to be chosen: the sampling fields of generation_config.json. Nothing uses them unasked but the command:
   * `model.generate(prompt, { ...model.generationDefaults })`.
   */
  generationDefaults: GenerationDefaults = {};
  /** What the files that it was loaded from say beyond the model: a save in the same layout keeps it. */
  origin: CheckpointOrigin | undefined = undefined;

  /** How its projections are stored as integers; undefined where they are floats. */
  get quantization(): QuantizeParams | undefined {
    const [first] = this.quantizedParameters();
    return first && { bits: first.value.bits, groupSize: first.value.groupSize };
  }

  /**
   * Loads a checkpoint of any layout.
   *
   * @param files by name, or a function that reads one by name; `loadFolder` of "@x/mamba2/node" reads folders
   * @throws CheckpointError, ConfigError
   * @example
   * const { files } = await new Mamba2LM(preset("tiny")).save();   // or (name) => the bytes of that file
   * const model = await Mamba2LM.load(files);
   */
  static async load<M extends StoredModel>(
    this: StoredModelClass<M>,
    files: CheckpointFiles,
    options: LoadFilesOptions = {},
  ): Promise<M> {
    requireArity("Mamba2LM.load", arguments, 2);
    const { load } = await import("./stored-files.ts");
    return load(this, files, options);
  }

  /**
   * Loads a model from a hub by its name: `owner/name`, or `owner/name@revision`; `owner/name/FILE.gguf` is a GGUF file of a repository. Its files are kept in a cache and checked; with `cache: false` they go straight to the
   * device and are checked as they pass. What reads hubs ("@x/mamba2/hub") is loaded when this is called, so a page that does not call it does not hold it.
   *
   * @throws CheckpointError for a repository that is not there, is private, or is no checkpoint, and for damaged files; ConfigError; the signal's reason when it is aborted
   * @example
   * const load = (name: string) => Mamba2LM.fromPretrained(name, { dtype: "bf16", onProgress: ({ loadedBytes }) => console.log(loadedBytes) });
   */
  static async fromPretrained<M extends StoredModel>(
    this: StoredModelClass<M>,
    name: string,
    options: PretrainedOptions = {},
  ): Promise<M> {
    requireArity("Mamba2LM.fromPretrained", arguments, 2);
    const { fromPretrained } = await import("./stored-files.ts");
    return fromPretrained(this, name, options);
  }

  /**
   * A model with the values of tensors that are read a piece at a time: beside the model, host memory holds some MiB, whatever the device stores them as.
   *
   * @throws CheckpointError that lists the tensors that are missing, unknown or of another shape
   */
  static async fromSources<M extends StoredModel>(
    this: StoredModelClass<M>,
    config: Mamba2Config,
    tensors: ReadonlyMap<string, TensorSource>,
    options: LoadOptions = {},
  ): Promise<M> {
    requireArity("Mamba2LM.fromSources", arguments, 3);
    const { fromSources } = await import("./stored-files.ts");
    return fromSources(this, config, tensors, options);
  }

  /** A model with the values of a checkpoint's tensors, which are given under this project's names. */
  static async fromTensors<M extends StoredModel>(
    this: StoredModelClass<M>,
    config: Mamba2Config,
    tensors: ReadonlyMap<string, TensorBytes>,
    options: LoadOptions = {},
  ): Promise<M> {
    requireArity("Mamba2LM.fromTensors", arguments, 3);
    const { fromTensors } = await import("./stored-files.ts");
    return fromTensors(this, config, tensors, options);
  }

  /**
   * The files of a checkpoint with this model's values, by default in the layout that {@link layoutFor} chooses; parameters that have not changed since they were loaded keep their element type and bits.
   * In the layout that it was loaded in, config.json keeps every field that is still true; generation_config.json, with `generationDefaults`, is kept in each. What the layout cannot say
   * goes to `onWarning`, and is returned. A quantised model is saved in the layout "own", the only one that holds its integers.
   *
   * @throws ConfigError when the layout cannot hold the model
   */
  async save(layout?: LayoutName, options: SaveOptions = {}): Promise<WrittenCheckpoint> {
    requireArity("Mamba2LM.save", arguments, 2);
    const reads = hostReads(this, options?.snapshot === true); // those of a snapshot begin before any code is waited for
    const [{ save }] = await Promise.all([import("./stored-files.ts"), reads.begun]);
    return save(this, reads, layout, options);
  }
}
