// The numbers that define a training run: defaults, ranges, and what a resumed run must have in common with the saved one.
import { CheckpointError, ConfigError, readSafetensors, requireArity, requireOptions } from "@x/tensor/core";
import {
  checkRules,
  numberRule,
  oneOf,
  type OptionRules,
  positiveNumber,
  positiveWhole,
  switchRule,
  wholeNumber,
} from "../inputs/option-rules.ts";
import { type OptimizerSettings, optimizerSettings, OPTIMIZERS, SCHEDULES } from "./optimizer.ts";

/** Numbers that a run is defined by: with the same ones, the same data and the same device, it is the same run, bit for bit. */
export interface TrainSettings extends OptimizerSettings {
  /** sequences per update; default 8 */
  readonly batch: number;
  /** tokens per sequence; default 256 */
  readonly length: number;
  /**
   * Gradients are computed times this, so that those of devices that round products to f16 (`matmulPrecision`) do not vanish; powers of two change nothing in f32. "dynamic" finds its
   * value, and makes a step whose gradients are not finite again at half the scale. Default "dynamic" on such devices, else 1.
   */
  readonly lossScale: number | "dynamic";
  /** of the order of the data; default 0 */
  readonly seed: number;
  /** updates between two measurements of the validation loss, which is also measured after the last; default a tenth of `steps`, at least 1 */
  readonly validateEvery: number;
  /** held-out tokens of the measurement after the last update, at most; the ones on the way take a quarter of them. Default 32768. */
  readonly validationTokens: number;
  /** validations in a row that are not better than the best one, after which the run ends; default 0: it goes on to its last step */
  readonly patience: number;
  /**
   * Go on from the state that the row had at the end of the step before, with the gradient cut there: text and tokens are then read in consecutive windows (`consecutiveBatches`),
   * batches of one's own say by `continues` which rows go on. Not for models with attention, for reasons that docs/training.md gives. Default false.
   */
  readonly carryState: boolean;
}

const isShare = (value: unknown): boolean => typeof value === "number" && value >= 0 && value < 1;

/** What each setting must be. */
export const settingRules: OptionRules<TrainSettings> = {
  steps: positiveWhole,
  batch: positiveWhole,
  length: positiveWhole,
  optimizer: oneOf(OPTIMIZERS),
  lr: positiveNumber,
  schedule: oneOf(SCHEDULES),
  minLr: numberRule("a finite number of at least 0", (value) => value >= 0),
  warmup: wholeNumber,
  decay: wholeNumber,
  betas: [
    "two numbers of at least 0 and below 1",
    (value) => Array.isArray(value) && value.length === 2 && value.every((beta) => isShare(beta)),
  ],
  eps: numberRule("a finite number of at least 0", (value) => value >= 0),
  momentum: numberRule("a number of at least 0 and below 1", isShare),
  moments: oneOf(["f32", "8bit"]),
  weightDecay: numberRule("a finite number of at least 0", (value) => value >= 0),
  clip: positiveNumber,
  clipValue: positiveNumber,
  ema: numberRule("a number of at least 0 and below 1", isShare),
  lossScale: ['a finite number above 0, or "dynamic"', (value) => value === "dynamic" || positiveNumber[1](value)],
  seed: wholeNumber,
  validateEvery: positiveWhole,
  validationTokens: wholeNumber,
  patience: wholeNumber,
  carryState: switchRule,
};

/**
 * Settings of a training run with defaults filled in.
 *
 * @throws ConfigError for an unknown setting, one out of range, one of another optimizer or schedule, and a `warmup` above `steps`
 * @example
 * const { batch, lr } = trainSettings({ steps: 100 }); // 8, 0.004
 */
export function trainSettings(given: Partial<TrainSettings>): TrainSettings {
  requireArity("trainSettings", arguments, 1);
  requireOptions("train", given, "settings");
  checkRules<Partial<TrainSettings>>("train", given, settingRules);
  const steps = given.steps ?? 300;
  const warmup = given.warmup ?? Math.round(steps / 20);
  if (warmup > steps) throw ConfigError.must("train", "warmup", `be at most steps, ${steps}`, warmup, steps);
  return {
    steps,
    batch: given.batch ?? 8,
    length: given.length ?? 256,
    ...optimizerSettings(given, steps, warmup),
    warmup,
    weightDecay: given.weightDecay ?? 0.1,
    clip: given.clip ?? 1,
    ...(given.clipValue !== undefined && { clipValue: given.clipValue }),
    ...(given.ema !== undefined && { ema: given.ema }),
    lossScale: given.lossScale ?? 1,
    seed: given.seed ?? 0,
    validateEvery: given.validateEvery ?? Math.max(1, Math.round(steps / 10)),
    validationTokens: given.validationTokens ?? 32768,
    patience: given.patience ?? 0,
    carryState: given.carryState ?? false,
  };
}

const SETTINGS = "settings";

/** The note in a run's file that says its settings. */
export function settingsNote(settings: TrainSettings): Readonly<Record<string, string>> {
  return { [SETTINGS]: JSON.stringify(settings) };
}

/** The settings that a saved run was made with. @throws CheckpointError when the file is no saved run */
export function savedSettings(file: Uint8Array): TrainSettings {
  requireArity("savedSettings", arguments, 1);
  const text = readSafetensors(file).metadata[SETTINGS];
  if (text === undefined)
    throw new CheckpointError("train: the file must be a saved training run with its settings; it has none.", {
      op: "train",
    });
  try {
    return trainSettings(JSON.parse(text) as Partial<TrainSettings>);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(`train: the settings of a saved run must be those of a run; ${reason}`, {
      op: "train",
      cause,
    });
  }
}

/** Settings that only say when and how much is measured, and what ends a run early: a resumed run may have its own. */
const measuring: ReadonlySet<string> = new Set(["validateEvery", "validationTokens", "patience"]);

/** In which settings two runs differ such that they are not the same run, in words: "batch is 4, was 8". @param ownBatches whether batches are given, and these sizes mean nothing */
export function differences(now: TrainSettings, saved: TrainSettings, ownBatches = false): string[] {
  return (Object.keys(settingRules) as (keyof TrainSettings)[])
    .filter(
      (name) =>
        !measuring.has(name) &&
        !(ownBatches && ["batch", "length", "seed"].includes(name)) &&
        String(now[name]) !== String(saved[name]),
    )
    .map((name) => `${name} is ${now[name] ?? "none"}, was ${saved[name] ?? "none"}`);
}
