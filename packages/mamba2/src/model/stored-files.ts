// What StoredModel does with files: loaded when a model is first loaded or saved, so that a page that does neither holds none of the layouts.
import { zerosInit } from "@x/nn/core";
import { checkOptions, float32ArrayOf, type QuantizeParams, type TensorBytes, typedArrayOf } from "@x/tensor/core";
import type { ReadConfigOptions } from "../checkpoint/detect.ts";
import { areFinite, fillParameters, nonFiniteTold } from "../checkpoint/fill.ts";
import {
  type CheckpointFiles,
  openCheckpoint,
  type OpenCheckpoint,
  writeCheckpoint,
  type WrittenCheckpoint,
} from "../checkpoint/files.ts";
import type { HostReads } from "../checkpoint/host-reads.ts";
import { hostTensors, storedDType } from "../checkpoint/host.ts";
import { nameSources } from "../checkpoint/named-sources.ts";
import { requireSources, type TensorSource } from "../checkpoint/sources.ts";
import { fromLayout } from "../checkpoint/tensors.ts";
import { warn, type WarningOptions } from "../checkpoint/warnings.ts";
import { checkWritable } from "../checkpoint/writable.ts";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import { layoutFor } from "../families/table.ts";
import { agreedQuantization, holdsIntegers, packedName, requireQuantization, scalesName } from "./quantization.ts";
import {
  LOAD_FILES_OPTIONS,
  LOAD_OPTIONS,
  type LoadFilesOptions,
  type LoadOptions,
  PRETRAINED_OPTIONS,
  type PretrainedOptions,
  SAVE_OPTIONS,
  type SaveOptions,
} from "./model-options.ts";
import { loadParts } from "./model-parts.ts";
import type { StoredModel, StoredModelClass } from "./stored-model.ts";

export { requireReadBy } from "../state/state-identity.ts";
export { openState, readState, writeState } from "../state/state-file.ts";

/** {@link StoredModel.load} */
export async function load<M extends StoredModel>(
  kind: StoredModelClass<M>,
  files: CheckpointFiles,
  options: LoadFilesOptions,
): Promise<M> {
  checkOptions<LoadFilesOptions>("Mamba2LM.load", options, LOAD_FILES_OPTIONS);
  const { layout, gatedNormGroups, dtLimit, onWarning, ...where } = options;
  const checkpoint = await openCheckpoint(files, reading({ layout, gatedNormGroups, dtLimit }));
  const warning = { ...(onWarning && { onWarning }) };
  warn(checkpoint.warnings, warning);
  return modelOf(kind, checkpoint, held("Mamba2LM.load", where, checkpoint.quantization), warning);
}

/** {@link StoredModel.fromPretrained} */
export async function fromPretrained<M extends StoredModel>(
  kind: StoredModelClass<M>,
  name: string,
  options: PretrainedOptions,
): Promise<M> {
  checkOptions<PretrainedOptions>("Mamba2LM.fromPretrained", options, PRETRAINED_OPTIONS);
  const { device, dtype, quantize, layout, gatedNormGroups, dtLimit, ...from } = options;
  const { pretrained } = await import("../hub/pretrained.ts");
  const where = {
    ...(device !== undefined && { device }),
    ...(dtype !== undefined && { dtype }),
    ...(quantize !== undefined && { quantize }),
  };
  const optionsFor = (of: QuantizeParams | undefined): LoadOptions => held("Mamba2LM.fromPretrained", where, of);
  return pretrained(name, from, reading({ layout, gatedNormGroups, dtLimit }), {
    accept: ({ quantization }) => void optionsFor(quantization),
    load: (checkpoint) =>
      modelOf(
        kind,
        { ...checkpoint, origin: { ...checkpoint.origin, name: at(name, from.revision) } },
        optionsFor(checkpoint.quantization),
        { ...(from.onWarning && { onWarning: from.onWarning }) },
      ),
  });
}

/** {@link StoredModel.fromSources} */
export async function fromSources<M extends StoredModel>(
  kind: StoredModelClass<M>,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, TensorSource>,
  options: LoadOptions,
): Promise<M> {
  const { model, warnings } = await filled(kind, config, tensors, options);
  warn(warnings, {});
  return model;
}

async function filled<M extends StoredModel>(
  kind: StoredModelClass<M>,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, TensorSource>,
  options: LoadOptions,
): Promise<{ readonly model: M; readonly warnings: readonly string[] }> {
  checkOptions<LoadOptions>("Mamba2LM.fromSources", options, LOAD_OPTIONS);
  requireConfig("Mamba2LM.fromSources", config);
  requireSources("Mamba2LM.fromSources", tensors);
  const { tensors: named } = await nameSources(
    config,
    tensors,
    "own",
    integersOf("Mamba2LM.fromSources", tensors.keys(), options),
  );
  await loadParts(config, options);
  const model = new kind(config, { ...options, init: () => zerosInit });
  try {
    return { model, warnings: await fillParameters(model, named) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** {@link StoredModel.fromTensors} */
export async function fromTensors<M extends StoredModel>(
  kind: StoredModelClass<M>,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, TensorBytes>,
  options: LoadOptions,
): Promise<M> {
  checkOptions<LoadOptions>("Mamba2LM.fromTensors", options, LOAD_OPTIONS);
  const stored = integersOf("Mamba2LM.fromTensors", tensors.keys(), options);
  const named = fromLayout(config, tensors, "own", stored); // one sentence about all that is missing or of another shape
  await loadParts(config, options);
  const nonFinite: string[] = [];
  const checked = <Values extends Float32Array | Uint32Array>(name: string, values: Values): Values => {
    if (!areFinite(values)) nonFinite.push(name);
    return values;
  };
  const model = new kind(config, {
    ...options,
    init: ({ path }) => {
      const values = named.get(path);
      return values ? () => checked(path, float32ArrayOf(values)) : zerosInit; // integers come after
    },
  });
  for (const parameter of stored ? model.quantizedParameters() : [])
    for (const [which, name] of [
      ["packed", packedName(parameter.path)],
      ["scales", scalesName(parameter.path)],
    ] as const)
      parameter.writePart(which, checked(name, typedArrayOf(named.get(name)!) as Uint32Array | Float32Array), 0);
  for (const parameter of model.parameters()) parameter.markStoredAs(storedDType(named.get(parameter.path)!.dtype));
  warn(nonFiniteTold(nonFinite), {});
  return model;
}

/** {@link StoredModel.save} @param reads of its values, some of which may have begun */
export async function save(
  model: StoredModel,
  reads: HostReads,
  given: LayoutName | undefined,
  options: SaveOptions,
): Promise<WrittenCheckpoint> {
  checkOptions<SaveOptions>("save", options, SAVE_OPTIONS);
  const { onWarning, snapshot: _taken, ...shards } = options;
  const { quantization } = model;
  const layout = given ?? (quantization ? "own" : layoutFor(model.config));
  const { origin, generationDefaults } = model;
  const writing = { ...shards, origin, generationDefaults, ...(quantization && { quantization }) };
  checkWritable(layout, model.config, writing);
  const written = writeCheckpoint(layout, model.config, await hostTensors(model, reads), writing);
  warn(written.warnings, { ...(onWarning && { onWarning }) });
  return written;
}

/** A checkpoint's model, which knows how its authors want it to generate. */
async function modelOf<M extends StoredModel>(
  kind: StoredModelClass<M>,
  { config, tensors, generationDefaults, origin }: OpenCheckpoint,
  options: LoadOptions,
  warning: WarningOptions,
): Promise<M> {
  const { model, warnings } = await filled(kind, config, tensors, options);
  warn(warnings, warning);
  model.generationDefaults = generationDefaults;
  model.origin = origin;
  return model;
}

/** How weights are to be held: a checkpoint's integers as they are. */
function held(op: string, options: LoadOptions, quantization: QuantizeParams | undefined): LoadOptions {
  const quantize = agreedQuantization(op, quantization, options.quantize);
  return { ...options, ...(quantize !== undefined && { quantize }) };
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
    ...(layout !== undefined && { layout }),
    ...(gatedNormGroups !== undefined && { gatedNormGroups }),
    ...(dtLimit !== undefined && { dtLimit }),
  };
}

/** The name of a repository at a revision. */
function at(name: string, revision: string | undefined): string {
  return revision === undefined || name.includes("@") ? name : `${name}@${revision}`;
}
