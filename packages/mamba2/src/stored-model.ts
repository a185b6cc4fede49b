// StoredModel: what a model and checkpoints have to do with each other. Loaded from files, by its name, or from tensors; saved.
import { Module, zerosInit } from "@x/nn";
import { checkOptions, float32ArrayOf, type QuantizeParams, type TensorBytes, typedArrayOf } from "@x/tensor/core";
import type { ReadConfigOptions } from "./checkpoint/detect.ts";
import { fillParameters } from "./checkpoint/fill.ts";
import {
  type CheckpointFiles,
  openCheckpoint,
  type OpenCheckpoint,
  writeCheckpoint,
  type WrittenCheckpoint,
} from "./checkpoint/files.ts";
import type { GenerationDefaults } from "./checkpoint/generation-defaults.ts";
import { hostTensors, storedDType } from "./checkpoint/host.ts";
import type { CheckpointOrigin } from "./checkpoint/origin.ts";
import { nameSources } from "./checkpoint/named-sources.ts";
import { requireSources, type TensorSource } from "./checkpoint/sources.ts";
import { fromLayout } from "./checkpoint/tensors.ts";
import { warn } from "./checkpoint/warnings.ts";
import { checkWritable } from "./checkpoint/writable.ts";
import { type Mamba2Config, type Mamba2Fields, requireConfig } from "./config/config.ts";
import type { LayoutName } from "./families/family.ts";
import { layoutFor } from "./families/table.ts";
import { agreedQuantization, holdsIntegers, packedName, requireQuantization, scalesName } from "./quantization.ts";
import {
  LOAD_FILES_OPTIONS,
  LOAD_OPTIONS,
  type LoadFilesOptions,
  type LoadOptions,
  type Mamba2LMOptions,
  PRETRAINED_OPTIONS,
  type PretrainedOptions,
  SAVE_OPTIONS,
  type SaveOptions,
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
    checkOptions<LoadFilesOptions>("Mamba2LM.load", options, LOAD_FILES_OPTIONS);
    const { layout, gatedNormGroups, dtLimit, onWarning, ...where } = options;
    const checkpoint = await openCheckpoint(files, reading({ layout, gatedNormGroups, dtLimit }));
    warn(checkpoint.warnings, { ...(onWarning && { onWarning }) });
    return modelOf(this, checkpoint, held("Mamba2LM.load", where, checkpoint.quantization));
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
    checkOptions<PretrainedOptions>("Mamba2LM.fromPretrained", options, PRETRAINED_OPTIONS);
    const { device, dtype, quantize, layout, gatedNormGroups, dtLimit, ...from } = options;
    const { pretrained } = await import("./hub/pretrained.ts");
    const where = { ...(device && { device }), ...(dtype && { dtype }), ...(quantize && { quantize }) };
    const optionsFor = (of: QuantizeParams | undefined): LoadOptions => held("Mamba2LM.fromPretrained", where, of);
    return pretrained(name, from, reading({ layout, gatedNormGroups, dtLimit }), {
      accept: ({ quantization }) => void optionsFor(quantization),
      load: (checkpoint) => modelOf(this, checkpoint, optionsFor(checkpoint.quantization)),
    });
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
    checkOptions<LoadOptions>("Mamba2LM.fromSources", options, LOAD_OPTIONS);
    requireConfig("Mamba2LM.fromSources", config);
    requireSources("Mamba2LM.fromSources", tensors);
    const { tensors: named } = await nameSources(
      config,
      tensors,
      "own",
      integersOf("Mamba2LM.fromSources", tensors.keys(), options),
    );
    const model = new this(config, { ...options, init: () => zerosInit });
    try {
      await fillParameters(model, named);
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  /** A model with the values of a checkpoint's tensors, which are given under this project's names. */
  static fromTensors<M extends StoredModel>(
    this: StoredModelClass<M>,
    config: Mamba2Config,
    tensors: ReadonlyMap<string, TensorBytes>,
    options: LoadOptions = {},
  ): M {
    checkOptions<LoadOptions>("Mamba2LM.fromTensors", options, LOAD_OPTIONS);
    const stored = integersOf("Mamba2LM.fromTensors", tensors.keys(), options);
    const named = fromLayout(config, tensors, "own", stored); // one sentence about all that is missing or of another shape
    const model = new this(config, {
      ...options,
      init: ({ path }) => {
        const values = named.get(path);
        return values ? () => float32ArrayOf(values) : zerosInit; // integers come after
      },
    });
    for (const parameter of stored ? model.quantizedParameters() : [])
      for (const [which, name] of [
        ["packed", packedName(parameter.path)],
        ["scales", scalesName(parameter.path)],
      ] as const)
        parameter.writePart(which, typedArrayOf(named.get(name)!) as Uint32Array | Float32Array, 0);
    for (const parameter of model.parameters()) parameter.markStoredAs(storedDType(named.get(parameter.path)!.dtype));
    return model;
  }

  /**
   * The files of a checkpoint with this model's values, by default in the layout that {@link layoutFor} chooses; parameters that have not changed since they were loaded keep their element type and bits.
   * In the layout that it was loaded in, config.json keeps every field that is still true; generation_config.json, with `generationDefaults`, is kept in each. What the layout cannot say
   * goes to `onWarning`, and is returned. A quantised model is saved in the layout "own", the only one that holds its integers.
   *
   * @throws ConfigError when the layout cannot hold the model
   */
  async save(
    layout: LayoutName = this.quantization ? "own" : layoutFor(this.config),
    options: SaveOptions = {},
  ): Promise<WrittenCheckpoint> {
    checkOptions<SaveOptions>("save", options, SAVE_OPTIONS);
    const { onWarning, snapshot, ...shards } = options;
    const { quantization } = this;
    const { origin, generationDefaults } = this;
    const writing = { ...shards, origin, generationDefaults, ...(quantization && { quantization }) };
    checkWritable(layout, this.config, writing);
    const written = writeCheckpoint(layout, this.config, await hostTensors(this, snapshot), writing);
    warn(written.warnings, { ...(onWarning && { onWarning }) });
    return written;
  }
}

/** A checkpoint's model, which knows how its authors want it to generate. */
async function modelOf<M extends StoredModel>(
  kind: StoredModelClass<M>,
  { config, tensors, generationDefaults, origin }: OpenCheckpoint,
  options: LoadOptions,
): Promise<M> {
  const model = await kind.fromSources(config, tensors, options);
  model.generationDefaults = generationDefaults;
  model.origin = origin;
  return model;
}

/** How weights are to be held: a checkpoint's integers as they are. */
function held(op: string, options: LoadOptions, quantization: QuantizeParams | undefined): LoadOptions {
  const quantize = agreedQuantization(op, quantization, options.quantize);
  return { ...options, ...(quantize && { quantize }) };
}

/** How the integers among tensors were made, which options must say; undefined where there are none. */
function integersOf(op: string, names: Iterable<string>, { quantize }: LoadOptions): QuantizeParams | undefined {
  return holdsIntegers(names) ? requireQuantization(`${op}: quantize`, quantize) : undefined;
}

/** Those that were given. */
function reading({
  layout,
  gatedNormGroups,
  dtLimit,
}: { readonly [K in keyof ReadConfigOptions]: ReadConfigOptions[K] | undefined }): ReadConfigOptions {
  return {
    ...(layout && { layout }),
    ...(gatedNormGroups !== undefined && { gatedNormGroups }),
    ...(dtLimit && { dtLimit }),
  };
}
