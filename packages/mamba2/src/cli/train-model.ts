// The model of a training run: a fresh one, one to fine-tune, or one with an adapter to train; and the files that it is saved in.
import { resolve } from "node:path";
import { CheckpointError, type Device, isJsonObject, readSafetensors } from "@x/tensor/core";
import type { Tokenizer } from "@x/nn/core";
import { type Adapter, addAdapter, loadAdapter, saveAdapter } from "../adapters/index.ts";
import type { FileReader } from "../checkpoint/files.ts";
import type { WarningOptions } from "../checkpoint/warnings.ts";
import type { LayoutName } from "../families/family.ts";
import { INIT_PRESETS } from "../model/init-hook.ts";
import { Mamba2LM } from "../model/model.ts";
import { type Io, type Option, type Options, UsageError } from "./command.ts";
import { LAYOUT_OPTION, layoutToSave, requireSavable, SAID_BEFORE } from "./destination.ts";
import { openCheckpoint, openConfig, presetFor, WEIGHT_OPTIONS, weightOptions } from "./model.ts";
import { isRepository, openReader } from "./model-location.ts";

/** Note in the run's file of an adapter: its base, and how that is held. */
const BASE = "base";

export const LORA_OPTIONS: readonly Option[] = [
  { name: "lora", value: "RANK", help: "train a low-rank adapter of --model instead of the model itself" },
  {
    name: "lora-alpha",
    value: "X",
    help: "with --lora: its changes are multiplied by X / RANK; default twice the rank",
  },
  {
    name: "targets",
    value: "NAMES",
    help: "with --lora: names of modules with commas between them; default all-linear, all but the head",
  },
  ...WEIGHT_OPTIONS.map((option) => ({ ...option, help: `with --lora, of the model beneath: ${option.help}` })),
];

export const CHECKPOINTING_OPTIONS: readonly Option[] = [
  { name: "checkpointing", help: "keep less in memory, compute more; adapters are trained so" },
  { name: "no-checkpointing", help: "train an adapter without: less to compute, about three times the memory" },
];

/** A model in training. */
export interface TrainedModel {
  readonly model: Mamba2LM;
  /** whether an adapter is trained, not the model */
  readonly isAdapter: boolean;
  /** numbers that are trained */
  readonly size: number;
  /** what the run's file must say of it */
  readonly notes: Readonly<Record<string, string>>;
  /** Makes sure that it can be saved, and says what will be lost. @returns the bytes of its files */
  requireSavable(io: Io): Promise<number>;
  /** The files to save, of the values of now: all reads have begun when it returns. */
  files(): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Raises about options of adapters that do not go together. */
export function checkLoraOptions(options: Options): void {
  for (const { name } of LORA_OPTIONS) {
    if (!options.has(name)) continue;
    if (options.has("resume"))
      throw new UsageError(`train: --${name} must not be given with --resume; the resumed run has its adapter.`);
    if (!options.has("lora"))
      throw new UsageError(`train: --${name} must be given with --lora; a model itself is trained as f32.`);
    if (!options.has("model")) throw new UsageError("train: --lora must be given with --model, whose adapter it is.");
  }
  if (options.has("lora") && options.has(LAYOUT_OPTION.name))
    throw new UsageError("train: --layout must not be given with --lora; adapters are saved as PEFT's files.");
}

/**
 * Whether the steps of a run keep less and compute more. Of an adapter they do unless told otherwise: beside a base of few bits nearly all memory is what the backward pass reads.
 * Not where the state is carried, which needs what checkpointing does not keep.
 */
export function checkpoints({ isAdapter }: TrainedModel, carryState: boolean, options: Options): boolean {
  if (options.flag("no-checkpointing") && !isAdapter)
    throw new UsageError("train: --no-checkpointing must be given with --lora; a model itself is trained without.");
  if (options.flag("no-checkpointing") && options.flag("checkpointing"))
    throw new UsageError("train: --checkpointing and --no-checkpointing must not be given together.");
  return options.flag("checkpointing") || (isAdapter && !carryState && !options.flag("no-checkpointing"));
}

/** The base of the adapter that a saved run trains; undefined when the run trains a model. */
export function baseOfRun(runFile: Uint8Array): string | undefined {
  return savedBase(runFile)?.place;
}

/** A model of its own, with first values. */
export async function freshModel(
  tokenizer: Tokenizer | undefined,
  device: Device,
  options: Options,
  io: Io,
): Promise<TrainedModel> {
  const { config, layout } = (await openConfig(options, io, tokenizer)) ?? {
    config: presetFor("tiny", tokenizer),
    layout: "own",
  };
  const model = new Mamba2LM(config, {
    device,
    seed: options.integer("seed") ?? 0,
    init: options.choice("init", INIT_PRESETS) ?? "default",
  });
  return whole(model, layoutToSave(options, layout, config));
}

/** The model of a place, with all its values in training. */
export async function savedModel(read: FileReader, device: Device, options: Options, io: Io): Promise<TrainedModel> {
  const { config, tensors, layout, origin, generationDefaults } = await openCheckpoint(read, io);
  const model = await Mamba2LM.fromTensors(config, tensors, { device });
  Object.assign(model, { origin, generationDefaults });
  return whole(model, layoutToSave(options, layout, config));
}

/** A new adapter of the model of `--model`. */
export async function newAdapter(read: FileReader, device: Device, options: Options, io: Io): Promise<TrainedModel> {
  const weights = weightOptions(options);
  const model = await Mamba2LM.load(read, { device, onWarning: (warning) => io.note(warning), ...weights });
  const alpha = options.positive("lora-alpha");
  const targets = options.text("targets");
  const adapter = addAdapter(model, {
    rank: options.integer("lora", 1)!,
    ...(alpha !== undefined && { alpha }),
    ...(targets !== undefined && { targets: targets === "all-linear" ? targets : targets.split(",") }),
    seed: options.integer("seed") ?? 0,
  });
  const base = options.require("model");
  return adapted(model, adapter, base, weights, base);
}

/** The adapter that a saved run trains, on its base. */
export async function savedAdapter(
  read: FileReader,
  runFile: Uint8Array,
  device: Device,
  options: Options,
  io: Io,
): Promise<TrainedModel> {
  const { place, weights } = savedBase(runFile)!;
  const onWarning = (warning: string): void => io.note(warning);
  const given = options.text("model");
  const base = given ?? place;
  const model = await Mamba2LM.load(await openReader(base, options, io), { device, onWarning, ...weights });
  return adapted(model, await loadAdapter(model, read, { onWarning, baseModel: base }), base, weights, given);
}

function whole(model: Mamba2LM, layout: LayoutName): TrainedModel {
  return {
    model,
    isAdapter: false,
    size: model.numParameters,
    notes: {},
    requireSavable: (io) => requireSavable("train", model, layout, io),
    files: async () => (await model.save(layout, { ...SAID_BEFORE, snapshot: true })).files,
  };
}

type Weights = ReturnType<typeof weightOptions>;

/** @param named what the adapter's files are to call its base; default: what they called it when they were read */
function adapted(
  model: Mamba2LM,
  adapter: Adapter,
  place: string,
  weights: Weights,
  named: string | undefined,
): TrainedModel {
  const base = isRepository(place) ? place : resolve(place);
  const files = (warning: WarningOptions): ReturnType<typeof saveAdapter> =>
    saveAdapter(adapter, { ...(named !== undefined && { baseModel: named }), ...warning });
  return {
    model,
    isAdapter: true,
    size: adapter.numParameters,
    notes: { [BASE]: JSON.stringify({ place: base, weights }) },
    requireSavable: async (io) => {
      const written = await files({ onWarning: (warning) => io.note(warning) });
      return [...written.files.values()].reduce((sum, { length }) => sum + length, 0);
    },
    files: async () => (await files(SAID_BEFORE)).files,
  };
}

function savedBase(runFile: Uint8Array): { readonly place: string; readonly weights: Weights } | undefined {
  const text = readSafetensors(runFile).metadata[BASE];
  if (text === undefined) return undefined;
  const saved: unknown = JSON.parse(text);
  if (isJsonObject(saved) && typeof saved["place"] === "string" && isJsonObject(saved["weights"]))
    return { place: saved["place"], weights: saved["weights"] as Weights };
  throw new CheckpointError(
    `train: the run's file must say the base of its adapter as { place, weights }; it says ${text}.`,
    { got: text },
  );
}
