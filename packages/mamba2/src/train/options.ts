// Options and events of a training run.
import { type CompileProgress, type Device, isPlainObject } from "@x/tensor/core";
import { functionRule, type OptionRules, positiveWhole } from "../inputs/option-rules.ts";
import { dataRules, type TrainData } from "./data.ts";
import type { MemoryPlan } from "./memory.ts";
import type { DeviceLoss } from "./recovery.ts";
import { settingRules, type TrainSettings } from "./settings.ts";

/** Options of {@link train}. */
export interface TrainOptions extends Partial<TrainSettings>, TrainData {
  /** Is told what memory a step will take before the first one runs, and again when batches of another shape come. */
  readonly onPlan?: (plan: MemoryPlan) => void;
  /** Hears how far the device has come with compiling the first step, which it does in parallel and without blocking before that step. */
  readonly onCompile?: (progress: CompileProgress) => void;
  /** bytes that a step may take on the device, with all that is there; default: what the device can hold, where it says so */
  readonly memoryLimit?: number;
  /** stops the run after the step it is at */
  readonly signal?: AbortSignal;
  /** entries added to the metadata of the run's file */
  readonly notes?: Readonly<Record<string, string>>;
  /**
   * Makes a device when the model's is lost, e.g. `() => webgpuDevice()`: the run goes on there by itself, and the model is there too. For that it keeps a copy of model and optimizer on
   * the host, from before its first step and from each validation. On the same adapter it ends with the bits that it would have had. Default: the loss is raised.
   */
  newDevice?(): Device | Promise<Device>;
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
  /** where it was measured: whether no validation before was as good, each over the same part of the held-out tokens */
  readonly best?: boolean;
  /** in the first event after the run went to another device: how that came about */
  readonly recovered?: DeviceLoss;
  /** since the run began or was resumed, validation not counted */
  readonly tokensPerSecond: number;
}

/** What each of {@link TrainOptions} must be; prepareData checks the contents of the data. */
export const TRAIN_RULES: OptionRules<TrainOptions> = Object.freeze({
  ...settingRules,
  ...dataRules,
  onPlan: functionRule,
  onCompile: functionRule,
  memoryLimit: positiveWhole,
  signal: ["an AbortSignal", (value) => typeof (value as AbortSignal | null)?.aborted === "boolean"],
  newDevice: functionRule,
  notes: [
    "an object of texts",
    (value) => isPlainObject(value) && Object.values(value).every((note) => typeof note === "string"),
  ],
});
