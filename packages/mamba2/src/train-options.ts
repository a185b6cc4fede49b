// Options and events of a training run, and the checks that come before its first step.
import { describeValue } from "@x/base";
import { ConfigError, isPlainObject } from "@x/tensor/core";
import { Mamba2LM } from "./model.ts";
import type { OptionRules } from "./option-rules.ts";
import { dataRules, type TrainData } from "./train-data.ts";
import { settingRules, type TrainSettings } from "./train-settings.ts";

export interface TrainOptions extends Partial<TrainSettings>, TrainData {
  /** stops the run after the step it is at */
  readonly signal?: AbortSignal;
  /** entries added to the metadata of the run's file */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Differences that {@link TrainingRun.restore} accepts. */
export interface RestoreOptions {
  /** go on with other data; default false */
  readonly otherData?: boolean;
  /** go on with a model of other values; default false */
  readonly otherModel?: boolean;
  /** go on with other settings; default false */
  readonly otherSettings?: boolean;
}

/** One step of a run. */
export interface TrainEvent {
  /** updates made so far */
  readonly step: number;
  readonly steps: number;
  /** mean next-token cross entropy of this step's batch, in nats, before the update */
  readonly loss: number;
  /** before clipping */
  readonly gradNorm: number;
  /** of the held-out tokens after this update; only where it was measured */
  readonly validationLoss?: number;
  /** of a dynamic loss scale: that of the next step, and how many steps it has left out so far, whose batches came again */
  readonly lossScale?: number;
  readonly skipped?: number;
  /** since the run began or was resumed, validation not counted */
  readonly tokensPerSecond: number;
}

/** What each of {@link TrainOptions} must be; prepareData checks the contents of the data. */
export const TRAIN_RULES: OptionRules<TrainOptions> = {
  ...settingRules,
  ...dataRules,
  signal: ["an AbortSignal", (value) => typeof (value as AbortSignal | null)?.aborted === "boolean"],
  notes: [
    "an object of texts",
    (value) => isPlainObject(value) && Object.values(value).every((note) => typeof note === "string"),
  ],
};

/** Raises unless `model` is a Mamba2LM whose parameters in training, an adapter's or its own, are f32: updates can change those and the run's file can hold them. */
export function requireTrainable(model: unknown): void {
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
export function requireBatchFits({ config, device }: Mamba2LM, { batch, length }: TrainSettings): void {
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
