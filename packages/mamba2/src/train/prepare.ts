// What of a run is decided before its first step: that model, options and data go together.
import { describeValue } from "@x/base";
import { defaultLossScale } from "@x/nn/core";
import { ConfigError, requireOptions } from "@x/tensor/core";
import { Mamba2LM } from "../model/model.ts";
import { checkRules } from "../inputs/option-rules.ts";
import { requireCarriable } from "./carried-state.ts";
import { type PreparedData, prepareData } from "./data.ts";
import { type MemoryPlan, requireFits } from "./memory.ts";
import { TRAIN_RULES, type TrainOptions } from "./options.ts";
import { Recovery } from "./recovery.ts";
import { type TrainSettings, trainSettings } from "./settings.ts";

/** A run that can begin. */
export interface PreparedRun {
  readonly settings: TrainSettings;
  readonly data: PreparedData;
  readonly signal: AbortSignal | undefined;
  readonly onCompile: TrainOptions["onCompile"];
  readonly notes: Readonly<Record<string, string>>;
  readonly recovery: Recovery | undefined;
  /** hears of the memory of a step before it is taken, and raises where it does not fit */
  readonly planned: (plan: MemoryPlan) => void;
}

/** @throws ConfigError for what a run cannot be made of */
export function prepareRun(model: Mamba2LM, options: TrainOptions): PreparedRun {
  requireTrainable(model);
  requireOptions("train", options);
  checkRules<TrainOptions>("train", options, TRAIN_RULES);
  const {
    text,
    tokens,
    heldOut,
    batches,
    validation,
    signal,
    notes = {},
    newDevice,
    onPlan,
    onCompile,
    memoryLimit,
    ...given
  } = options;
  const settings = trainSettings({ ...given, lossScale: given.lossScale ?? defaultLossScale(model.device) });
  if (!batches) requireBatchFits(model, settings);
  if (settings.carryState) requireCarriable(model);
  const sources = {
    ...(text !== undefined && { text }),
    ...(tokens && { tokens }),
    ...(heldOut !== undefined && { heldOut }),
    ...(batches && { batches }),
    ...(validation && { validation }),
  };
  const data = prepareData(sources, model.config.vocabSize, settings);
  if (settings.patience > 0 && data.validation.length === 0)
    throw new ConfigError(
      `train: patience must be used with held-out data, by which a run is measured; got ${settings.patience} and none.`,
      { field: "patience", got: settings.patience },
    );
  const planned = (plan: MemoryPlan): void => {
    requireFits(plan, model.device, settings, model.gradientCheckpointing, memoryLimit);
    onPlan?.(plan);
  };
  return { settings, data, signal, notes, onCompile, recovery: newDevice && new Recovery(model, newDevice), planned };
}

/** Raises unless `model` is a Mamba2LM whose parameters in training, an adapter's or its own, are f32: updates can change those and the run's file can hold them. */
function requireTrainable(model: unknown): void {
  if (!(model instanceof Mamba2LM))
    throw new ConfigError(
      `train: model must be a Mamba2LM; got ${describeValue(model)}. The trainer of @x/nn takes any Module.`,
      { field: "model", got: model },
    );
  const trained = model.parameters();
  const dtype = trained.find(({ value }) => value.dtype !== "f32")?.value.dtype;
  if (dtype !== undefined)
    throw new ConfigError(
      `train: model must hold its values as f32; got ${dtype}. Make or load it without the option dtype, or add an adapter.`,
      { field: "model", expected: "f32", got: dtype },
    );
  if (trained.length === 0)
    throw new ConfigError(
      "train: model must have parameters to train; all are frozen and no adapter is in use. Call useAdapter, or removeAdapter.",
      { field: "model" },
    );
}

/** Raises when the hidden states of a batch would exceed the largest tensor of the device. */
function requireBatchFits({ config, device }: Mamba2LM, { batch, length }: TrainSettings): void {
  const most = Math.floor(device.maxBytes / (4 * config.dModel));
  if (batch * length <= most) return;
  throw new ConfigError(
    `train: batch × length must be at most ${most} tokens, whose hidden states this device can hold (${device.description}); got ${batch} × ${length} = ${batch * length}.`,
    {
      field: "batch",
      expected: most,
      got: batch * length,
    },
  );
}
