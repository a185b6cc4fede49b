// Training a model on tokens: data, schedule and optimizer with sensible defaults around nn's trainer; and how a run is saved and resumed.
import {
  checkOptions,
  ConfigError,
  DisposedError,
  readSafetensors,
  requireOptions,
  writeSafetensors,
} from "@x/tensor/core";
import { Fit } from "./train-fit.ts";
import { meanLoss } from "./evaluate.ts";
import type { Mamba2LM } from "./model.ts";
import { checkRules } from "./option-rules.ts";
import { prepareData, type PreparedData, spread } from "./train-data.ts";
import { dataNote, requireSameData } from "./train-mark.ts";
import {
  requireBatchFits,
  requireTrainable,
  type RestoreOptions,
  TRAIN_RULES,
  type TrainEvent,
  type TrainOptions,
} from "./train-options.ts";
import { requireCarriable } from "./train-carry.ts";
import { modelNote, requireSameModel } from "./model-hash.ts";
import { differences, savedSettings, settingsNote, type TrainSettings, trainSettings } from "./train-settings.ts";

export { type RestoreOptions, TRAIN_RULES, type TrainEvent, type TrainOptions } from "./train-options.ts";

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
  return new TrainingRun(model, options);
}

/** A training run that can be iterated, saved and resumed. */
export class TrainingRun implements AsyncIterable<TrainEvent>, Disposable, AsyncDisposable {
  readonly settings: TrainSettings;
  readonly #model: Mamba2LM;
  readonly #data: PreparedData;
  readonly #signal: AbortSignal | undefined;
  readonly #notes: Readonly<Record<string, string>>;
  /** while the run is iterated */
  #fit: Fit | undefined;
  /** the optimizer's state between iterations; absent before the first update */
  #saved: Uint8Array | undefined;
  #step = 0;
  /** what a restored file says of its model, until the model has been compared with it */
  #restored: Readonly<Record<string, string>> | undefined;
  /** why there is nothing to go on from */
  #ended: Error | undefined;

  constructor(model: Mamba2LM, options: TrainOptions) {
    requireTrainable(model);
    requireOptions("train", options);
    checkRules<TrainOptions>("train", options, TRAIN_RULES);
    const { text, tokens, heldOut, batches, validation, signal, notes = {}, ...settings } = options;
    this.settings = trainSettings(settings);
    if (!batches) requireBatchFits(model, this.settings);
    if (this.settings.carryState) requireCarriable(model);
    this.#model = model;
    this.#signal = signal;
    this.#notes = notes;
    this.#data = prepareData(
      {
        ...(text !== undefined && { text }),
        ...(tokens && { tokens }),
        ...(heldOut !== undefined && { heldOut }),
        ...(batches && { batches }),
        ...(validation && { validation }),
      },
      model.config.vocabSize,
      this.settings,
    );
  }

  /** Updates made so far. */
  get step(): number {
    return this.#fit?.step ?? this.#step;
  }

  /** Trains until the last step, or until the signal. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TrainEvent, void, void> {
    await this.#compareModel();
    if (this.#fit)
      throw new ConfigError("train: the run must be iterated by one loop at a time; another one is at it.", {
        field: "run",
      });
    if (this.#ended) throw this.#ended;
    if (this.step >= this.settings.steps || this.#signal?.aborted) return;
    const fit = this.#begin();
    let failed = false;
    try {
      yield* this.#events(fit);
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      await this.#end(fit, failed);
    }
  }

  async *#events(fit: Fit): AsyncGenerator<TrainEvent, void, void> {
    const { steps, validateEvery } = this.settings;
    let milliseconds = 0;
    let tokens = 0;
    while (this.step < steps && !this.#signal?.aborted) {
      const batch = this.#data.batches.at(this.step);
      const began = performance.now();
      const { step, loss, gradNorm = NaN, skipped } = await fit.update(batch);
      milliseconds += performance.now() - began;
      if (skipped) continue; // the same batch again, at half the loss scale
      tokens += batch.x.length;
      this.#requireFinite("loss", loss, `at step ${step}`);
      this.#requireFinite("norm of the gradients", gradNorm, `at step ${step}`);
      const measured =
        step === steps
          ? await this.validationLoss()
          : step % validateEvery === 0
            ? await this.validationLoss(0.25)
            : undefined;
      this.#requireFinite("validation loss", measured ?? 0, `after step ${step}`); // the last update broke the model: it must not be saved
      yield {
        step,
        steps,
        loss,
        gradNorm,
        tokensPerSecond: tokens / (milliseconds / 1000),
        ...(fit.lossScale && { lossScale: fit.lossScale.scale, skipped: fit.lossScale.skipped }),
        ...(measured !== undefined && { validationLoss: measured }),
      };
      await nextTurn();
    }
  }

  /** Mean loss over the held-out tokens, or over an evenly spread part of them; undefined when there are none. */
  async validationLoss(part: number = 1): Promise<number | undefined> {
    if (this.#data.validation.length === 0) return undefined;
    return (await meanLoss(this.#model, spread(this.#data.validation, part * this.#data.validation.length))).loss;
  }

  /**
   * The run as a safetensors file: optimizer moments, step, settings, and hashes of data and model. Together with the model's values training continues bit for bit; save both
   * at once.
   */
  async serialize(): Promise<Uint8Array> {
    if (this.#ended && !this.#fit) throw this.#ended;
    await this.#compareModel();
    if (this.#fit) return this.#fileOf(this.#fit, await modelNote(this.#model));
    if (this.#saved) {
      const { tensors, metadata } = readSafetensors(this.#saved);
      return writeSafetensors(tensors, { ...metadata, ...(await modelNote(this.#model)) });
    }
    using fresh = new Fit(this.#model, this.settings);
    return await this.#fileOf(fresh, await modelNote(this.#model)); // read before it is freed
  }

  /**
   * Continues from a {@link TrainingRun.serialize}d state. The model must have the values it had then; this is checked when the run is iterated or saved.
   *
   * @throws CheckpointError when the file is of another model, or of a run with other data or settings that is not allowed by its option
   */
  restore(file: Uint8Array, options: RestoreOptions = {}): void {
    checkOptions("train: restore", options, { otherData: true, otherModel: true, otherSettings: true });
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
    if (!options.otherData) requireSameData(readSafetensors(file).metadata, this.#data, probe.step);
    this.#saved = file;
    this.#restored = options.otherModel ? undefined : readSafetensors(file).metadata;
    this.#step = probe.step;
    this.#ended = undefined;
  }

  /** Frees the optimizer's memory and forgets its state; the model stays. */
  dispose(): void {
    this.#step = this.step;
    this.#fit?.dispose();
    this.#fit = undefined;
    this.#saved = undefined;
    this.#ended ??= new DisposedError("train: the run must not be used after dispose(). Make a new one with train().", {
      op: "train",
    });
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }

  #begin(): Fit {
    const fit = new Fit(this.#model, this.settings);
    try {
      if (this.#saved) fit.restore(this.#saved);
    } catch (error) {
      fit.dispose();
      throw error;
    }
    this.#saved = undefined;
    this.#fit = fit;
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

  #fileOf(fit: Fit, model: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
    return fit.serialize({
      ...this.#notes,
      ...settingsNote(this.settings),
      ...dataNote(this.#data, fit.step),
      ...model,
    });
  }

  /** Raises when the model is not that of the restored file. */
  async #compareModel(): Promise<void> {
    if (!this.#restored) return;
    await requireSameModel(this.#restored, this.#model);
    this.#restored = undefined;
  }

  #requireFinite(what: string, got: number, when: string): void {
    if (Number.isFinite(got)) return;
    this.#ended = new ConfigError(
      `train: the ${what} must stay finite; it was ${got} ${when}. Lower lr, now ${this.settings.lr}.`,
      { field: "lr", got },
    );
    throw this.#ended;
  }
}

/** Lets timers, signals and the page have their turn; a CPU step never waits for anything by itself. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}
