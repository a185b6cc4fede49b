// Training a model on tokens: data, schedule and optimizer with sensible defaults around nn's trainer; and how a run is saved and resumed.
import {
  checkOptions,
  ConfigError,
  DisposedError,
  readSafetensors,
  requireArity,
  writeSafetensors,
} from "@x/tensor/core";
import { meanLoss } from "./evaluate.ts";
import type { Mamba2LM } from "../model/model.ts";
import type { MemoryPlan } from "./memory.ts";
import { modelNote, requireSameModel } from "../hashes/model-hash.ts";
import { AveragesInUse } from "./averages.ts";
import { afterValidation, type BestValidation, bestNote, savedBest } from "./best-validation.ts";
import { type PreparedData, spread } from "./data.ts";
import { Fit } from "./fit.ts";
import { dataNote, requireSameData } from "./data-fingerprint.ts";
import type { RestoreOptions, TrainEvent, TrainOptions } from "./options.ts";
import { type PreparedRun, prepareRun } from "./prepare.ts";
import type { DeviceLoss, Recovery } from "./recovery.ts";
import { differences, savedSettings, settingsNote, type TrainSettings } from "./settings.ts";
import { BrokenModel, endsEarly, type RunOfSteps, stepsOf } from "./steps.ts";

export type { BestValidation } from "./best-validation.ts";
export type { DeviceLoss } from "./recovery.ts";
export { type RestoreOptions, TRAIN_RULES, type TrainEvent, type TrainOptions } from "./options.ts";

/**
 * Trains a model, unless told otherwise with AdamW (β 0.9, 0.95), clipping, linear warm-up and cosine.
 *
 * The optimizer's memory on the device is taken when the loop begins and freed when it ends: by its last step, a `break`, an error or the signal. The run
 * then holds the optimizer's state in host memory, so that it can be saved or iterated further, until it is disposed of (`using`) or garbage-collected.
 *
 * @returns the run: iterate it to train; every step is an event. Leaving the loop keeps the trained values.
 * @throws ConfigError for unknown options, settings out of range, too few tokens, tokens outside of the vocabulary, or a loss that is no longer finite: the model is broken
 *   then, and the run cannot be saved
 * @example
 * const model = new Mamba2LM({ dModel: 16, nLayer: 1, headDim: 8, dState: 8, vocabSize: 256 });
 * const text = "to be or not to be ".repeat(20);
 * for await (const { step, loss } of train(model, { text, steps: 10, batch: 2, length: 16 })) console.log(step, loss);
 */
export function train(model: Mamba2LM, options: TrainOptions): TrainingRun {
  requireArity("train", arguments, 2);
  return new TrainingRun(model, options);
}

/** A training run that can be iterated, saved and resumed. */
export class TrainingRun implements AsyncIterable<TrainEvent>, Disposable, AsyncDisposable {
  readonly settings: TrainSettings;
  readonly #model: Mamba2LM;
  readonly #data: PreparedData;
  readonly #prepared: PreparedRun;
  /** while the run is iterated */
  #fit: Fit | undefined;
  /** the optimizer's state between iterations; absent before the first update */
  #saved: Uint8Array | undefined;
  #step = 0;
  #best: BestValidation | undefined;
  readonly #recovery: Recovery | undefined;
  readonly #averages = new AveragesInUse();
  /** of the last loss, until an event has told it */
  #recovered: DeviceLoss | undefined;
  /** what a restored file says of its model, until the model has been compared with it */
  #restored: Readonly<Record<string, string>> | undefined;
  /** why there is nothing to go on from */
  #ended: Error | undefined;

  constructor(model: Mamba2LM, options: TrainOptions) {
    this.#prepared = prepareRun(model, options);
    this.settings = this.#prepared.settings;
    this.#model = model;
    this.#data = this.#prepared.data;
    this.#recovery = this.#prepared.recovery;
  }

  /** Updates made so far. */
  get step(): number {
    return this.#fit?.step ?? this.#step;
  }

  /** The best validation so far; undefined before the first. */
  get best(): BestValidation | undefined {
    return this.#best;
  }

  /** Whether there are held-out tokens, by which it is measured. */
  get isMeasured(): boolean {
    return this.#data.validation.length > 0;
  }

  /** Whether no step is left: the last one is made, or as many validations in a row as `patience` were not better than the best. */
  get finished(): boolean {
    return this.step >= this.settings.steps || endsEarly(this.settings, this.#best);
  }

  /**
   * Trains until the last step, the signal, or the end of patience. Where the device is lost and there is a `newDevice`, the run goes on there from the last step that it kept:
   * the steps behind that one are made and told again, the first of them with `recovered`.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<TrainEvent, void, void> {
    if (this.#restored) await this.#compareModel();
    if (this.#fit)
      throw new ConfigError("train: the run must be iterated by one loop at a time; got two.", { field: "run" });
    if (this.#ended) throw this.#ended;
    while (!this.finished && !this.#prepared.signal?.aborted) {
      const fit = this.#begin();
      let failure: unknown;
      try {
        await this.#recovery?.keep(fit.step, await this.#fileOf(fit));
        for await (const event of stepsOf(this.#steps(), fit)) {
          yield this.#recovered ? { ...event, recovered: this.#recovered } : event;
          this.#recovered = undefined;
        }
      } catch (error) {
        failure = error;
        if (error instanceof BrokenModel) this.#ended = error;
      } finally {
        await this.#end(fit, failure !== undefined);
      }
      if (failure !== undefined && !(await this.recover(failure))) throw failure;
    }
  }

  #steps(): RunOfSteps {
    return {
      settings: this.settings,
      data: this.#data,
      signal: this.#prepared.signal,
      onCompile: this.#prepared.onCompile,
      best: this.#best,
      validationLoss: (part) => this.validationLoss(part),
      measured: async (fit, loss) => {
        if (loss !== undefined) this.#best = afterValidation(this.#best, fit.step, loss);
        await this.#recovery?.keep(fit.step, await this.#fileOf(fit));
        return this.#best;
      },
    };
  }

  /**
   * Takes the run to a new device after the loss of its own, as a loop over the run does by itself. For losses that show elsewhere: between two loops, or in the body of one, when model
   * or run are saved.
   *
   * @param error what was raised
   * @returns whether the run goes on from the last step that it kept; false when the error is another one, or nothing was kept
   * @throws what `newDevice` throws; ConfigError while a loop is at the run
   */
  async recover(error: unknown): Promise<boolean> {
    requireArity("TrainingRun.recover", arguments, 1);
    if (!this.#recovery?.canRecover(error) || this.#ended instanceof DisposedError) return false;
    if (this.#fit)
      throw new ConfigError("train: a run must not be taken to a new device while a loop is at it; leave it first.", {
        field: "run",
      });
    this.#recovered = await this.#recovery.recover(error, this.#step);
    const { file, step } = this.#recovery.kept!;
    [this.#saved, this.#step, this.#ended] = [file, step, undefined];
    this.#best = savedBest(readSafetensors(file).metadata);
    return true;
  }

  /** Mean loss over the held-out tokens, or over an evenly spread part of them, by the averages where there are some; undefined when there are no such tokens. */
  async validationLoss(part: number = 1): Promise<number | undefined> {
    requireArity("TrainingRun.validationLoss", arguments, 1);
    if (!this.isMeasured) return undefined;
    const batches = spread(this.#data.validation, part * this.#data.validation.length);
    return this.withAverages(async () => (await meanLoss(this.#model, batches)).loss);
  }

  /**
   * Does something while the model holds the averages of its weights that `ema` keeps; without `ema` the model is as it is. The weights come back whatever happens, bit for bit.
   *
   * @param use must not train; what it returns is returned
   * @throws what `use` throws; ConfigError within another call, and after the model broke
   */
  async withAverages<T>(use: () => T | Promise<T>): Promise<T> {
    requireArity("TrainingRun.withAverages", arguments, 1);
    if (this.settings.ema === undefined) return use();
    if (this.#restored) await this.#compareModel();
    if (this.#fit) return this.#averages.during(this.#fit, use);
    if (this.#ended) throw this.#ended;
    using fit = this.#restoredFit();
    return await this.#averages.during(fit, use);
  }

  /**
   * The run as a safetensors file: optimizer moments, step, settings, and hashes of data and model. Together with the model's values training continues bit for bit; save both
   * at once. In a loop over the run all reads begin before it returns: the loop may go on while it is waited for.
   */
  async serialize(): Promise<Uint8Array> {
    requireArity("TrainingRun.serialize", arguments, 0);
    if (this.#ended && !this.#fit) throw this.#ended;
    if (this.#restored) await this.#compareModel();
    if (this.#fit) return this.#fileOf(this.#fit, modelNote(this.#model));
    if (this.#saved) {
      const { tensors, metadata } = readSafetensors(this.#saved);
      return writeSafetensors(tensors, { ...metadata, ...(await modelNote(this.#model)) });
    }
    using fresh = new Fit(this.#model, this.settings);
    return await this.#fileOf(fresh, modelNote(this.#model)); // read before it is freed
  }

  /**
   * Continues from a {@link TrainingRun.serialize}d state. The model must have the values it had then; this is checked when the run is iterated or saved.
   *
   * @throws CheckpointError when the file is of another model, or of a run with other data or settings that is not allowed by its option
   */
  restore(file: Uint8Array, options: RestoreOptions = {}): void {
    requireArity("TrainingRun.restore", arguments, 2);
    checkOptions("train: restore", options, { otherData: "boolean", otherModel: "boolean", otherSettings: "boolean" });
    if (this.#fit)
      throw new ConfigError("train: a run must be restored before it is iterated; a loop is at it.", { field: "run" });
    const changed = differences(this.settings, savedSettings(file), this.#data.own);
    if (changed.length > 0 && !options.otherSettings) {
      throw new ConfigError(
        `train: the settings must be those of the saved run; ${changed.join("; ")}. restore(file, { otherSettings: true }) goes on all the same.`,
        { field: "settings" },
      );
    }
    using probe = new Fit(this.#model, this.settings);
    probe.restore(file);
    const { metadata } = readSafetensors(file);
    if (!options.otherData) requireSameData(metadata, this.#data, probe.step);
    this.#saved = file;
    this.#restored = options.otherModel ? undefined : metadata;
    [this.#step, this.#best, this.#ended] = [probe.step, savedBest(metadata), undefined];
    this.#recovery?.forget();
  }

  /** Frees the optimizer's memory and forgets its state; the model stays. */
  dispose(): void {
    this.#step = this.step;
    this.#fit?.dispose();
    [this.#fit, this.#saved] = [undefined, undefined];
    this.#ended ??= new DisposedError("train: the run must not be used after dispose(). Make a new one with train().", {
      op: "train",
    });
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
  }

  #begin(): Fit {
    this.#fit = this.#restoredFit(this.#prepared.planned);
    this.#saved = undefined;
    return this.#fit;
  }

  /** With the state that the run stands at. */
  #restoredFit(planned?: (plan: MemoryPlan) => void): Fit {
    const fit = new Fit(this.#model, this.settings, planned);
    try {
      if (this.#saved) fit.restore(this.#saved);
    } catch (error) {
      fit.dispose();
      throw error;
    }
    return fit;
  }

  /** Takes the optimizer's state to the host and frees its memory on the device. What went wrong before is the error that counts. */
  async #end(fit: Fit, failed: boolean): Promise<void> {
    if (this.#fit !== fit) return; // disposed of meanwhile
    this.#step = fit.step;
    try {
      if (!this.#ended) this.#saved = await this.#fileOf(fit);
    } catch (cause) {
      this.#ended = new ConfigError("train: the run must be resumed from a saved file; its state could not be read.", {
        field: "run",
        cause,
      });
      if (!failed) throw cause;
    } finally {
      this.#fit = undefined;
      fit.dispose();
    }
  }

  #fileOf(fit: Fit, model?: Promise<Readonly<Record<string, string>>>): Promise<Uint8Array> {
    const notes = {
      ...this.#prepared.notes,
      ...settingsNote(this.settings),
      ...bestNote(this.#best),
      ...dataNote(this.#data, fit.step),
    };
    return fit.serialize(model ? model.then((note) => ({ ...notes, ...note })) : notes);
  }

  /** Raises when the model is not that of the restored file. */
  async #compareModel(): Promise<void> {
    await requireSameModel(this.#restored!, this.#model);
    this.#restored = undefined;
  }
}
