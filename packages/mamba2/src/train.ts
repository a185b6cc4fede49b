// Training a model on tokens: data, schedule and optimizer with sensible defaults around nn's trainer; and how a run is saved and resumed.
import {
  adamw, type Batches, byteTokenizer, chain, clipByGlobalNorm, holdOut, randomBatches, sequentialBatches, type TokenArray, type TokenBatch, trainer, type Trainer,
  warmupCosine,
} from "@x/nn";
import { CheckpointError, ConfigError, readSafetensors } from "@x/tensor";
import { meanLoss } from "./evaluate.ts";
import type { Mamba2LM } from "./model.ts";

/** Numbers that a run is defined by: with the same ones, the same data and the same device, it is the same run, bit for bit. */
export interface TrainSettings {
  /** updates in all; default 300 */
  readonly steps: number;
  /** sequences per update; default 8 */
  readonly batch: number;
  /** tokens per sequence; default 256 */
  readonly length: number;
  /** highest learning rate; default 4e-3 */
  readonly lr: number;
  /** updates of linear warm-up before the cosine that ends at a tenth of `lr`; default a twentieth of `steps` */
  readonly warmup: number;
  /** default 0.1; not applied to norms, biases, A_log, dt_bias, D */
  readonly weightDecay: number;
  /** largest global norm of the gradients; default 1 */
  readonly clip: number;
  /** Gradients are computed times this, for devices that round products to f16 (`matmulPrecision`): 65536 there; powers of two change nothing in f32. Default 1. */
  readonly lossScale: number;
  /** of the order of the data; default 0 */
  readonly seed: number;
  /** updates between two measurements of the validation loss, which is also measured after the last; default a tenth of `steps`, at least 1 */
  readonly validateEvery: number;
  /** held-out tokens of the measurement after the last update, at most; the ones on the way take a quarter of them. Default 32768. */
  readonly validationTokens: number;
}

export interface TrainOptions extends Partial<TrainSettings> {
  /** read as bytes; every 20th block of 4 KiB is held out for validation */
  readonly text?: string;
  /** the same for tokens of another tokenizer */
  readonly tokens?: TokenArray;
  /** batches of one's own, instead */
  readonly batches?: Batches;
  /** measured at every validation; default: what was held out */
  readonly validation?: readonly TokenBatch[];
  /** stops the run after the step it is at */
  readonly signal?: AbortSignal;
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
  /** since the run began or was resumed, validation not counted */
  readonly tokensPerSecond: number;
}

const SETTINGS = "settings";
const END_OF_COSINE = 0.1;

/**
 * Trains a model with AdamW (β 0.9, 0.95), clipping, linear warm-up and cosine.
 *
 * @returns the run: iterate it to train; every step is an event. Breaking off keeps what was learned.
 * @throws ConfigError for settings out of range, too few tokens, or a loss that is no longer finite
 * @example
 * const model = new Mamba2LM({ dModel: 16, nLayer: 1, headDim: 8, dState: 8, vocabSize: 256 });
 * const text = "to be or not to be ".repeat(20);
 * for await (const { step, loss } of train(model, { text, steps: 10, batch: 2, length: 16 })) console.log(step, loss);
 */
export function train(model: Mamba2LM, options: TrainOptions): TrainingRun {
  return new TrainingRun(model, options);
}

/** A training run that can be iterated, saved and resumed. */
export class TrainingRun implements AsyncIterable<TrainEvent> {
  readonly settings: TrainSettings;
  readonly #model: Mamba2LM;
  readonly #batches: Batches;
  readonly #validation: readonly TokenBatch[];
  readonly #signal: AbortSignal | undefined;
  readonly #trainer: Trainer<TokenBatch>;

  constructor(model: Mamba2LM, options: TrainOptions) {
    const settings = trainSettings(options);
    this.settings = settings;
    this.#model = model;
    this.#signal = options.signal;
    const data = dataOf(model, options, settings);
    this.#batches = data.batches;
    this.#validation = data.validation;
    const { lr, steps, warmup, weightDecay, clip, lossScale } = settings;
    const schedule = warmupCosine({ peak: lr, steps, warmup, end: lr * END_OF_COSINE });
    const optimizer = chain(clipByGlobalNorm(clip), adamw({ lr: schedule, weightDecay }));
    this.#trainer = trainer<TokenBatch>(model, optimizer, ({ x, y }) => model.loss(x, y), { lossScale, allowNonFinite: true });
  }

  /** Updates made so far. */
  get step(): number {
    return this.#trainer.state.step;
  }

  /** Trains until the last step, or until the signal. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TrainEvent, void, void> {
    const { steps, batch, length, validateEvery } = this.settings;
    const first = this.step;
    let milliseconds = 0;
    while (this.step < steps && !this.#signal?.aborted) {
      const began = performance.now();
      const { step, loss, gradNorm = NaN } = await this.#trainer.step(this.#batches.at(this.step));
      milliseconds += performance.now() - began;
      if (!Number.isFinite(loss)) {
        throw new ConfigError(`train: the loss must stay finite; it was ${loss} at step ${step}. Lower lr, now ${this.settings.lr}.`, { field: "lr", got: loss });
      }
      const tokensPerSecond = ((step - first) * batch * length) / (milliseconds / 1000);
      const measured = step === steps ? await this.validationLoss() : step % validateEvery === 0 ? await this.validationLoss(0.25) : undefined;
      if (measured !== undefined && !Number.isFinite(measured)) { // the last update broke the model: nobody should save it
        throw new ConfigError(`train: the validation loss must stay finite; it was ${measured} after step ${step}. Lower lr, now ${this.settings.lr}.`, { field: "lr", got: measured });
      }
      yield { step, steps, loss, gradNorm, tokensPerSecond, ...(measured !== undefined && { validationLoss: measured }) };
      await nextTurn();
    }
  }

  /** Mean loss over the held-out tokens, or over an evenly spread part of them; undefined when there are none. */
  async validationLoss(part: number = 1): Promise<number | undefined> {
    if (this.#validation.length === 0) return undefined;
    return (await meanLoss(this.#model, spread(this.#validation, part * this.#validation.length))).loss;
  }

  /** What it takes besides the model's values to go on bit-equal: optimizer moments, step and settings, as a safetensors file. */
  async serialize(): Promise<Uint8Array> {
    return this.#trainer.serialize({ [SETTINGS]: JSON.stringify(this.settings) });
  }

  /** Goes on from a {@link TrainingRun.serialize}d state; the model must have the values it had then. */
  restore(file: Uint8Array): void {
    this.#trainer.restore(file);
  }

  /** Frees the optimizer's memory; the model stays. */
  dispose(): void {
    this.#trainer.dispose();
  }
}

/** The settings that a saved run was made with. @throws CheckpointError when the file is no saved run */
export function savedSettings(file: Uint8Array): TrainSettings {
  const text = readSafetensors(file).metadata[SETTINGS];
  if (text === undefined) throw new CheckpointError("train: the file must be a saved training run with its settings; it has none.", { op: "train" });
  try {
    return trainSettings(JSON.parse(text) as Partial<TrainSettings>);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(`train: the settings of a saved run must be those of a run; ${reason}`, { op: "train", cause });
  }
}

/** Settings with defaults filled in. @throws ConfigError for one out of range */
export function trainSettings(given: Partial<TrainSettings>): TrainSettings {
  const steps = given.steps ?? 300;
  const settings: TrainSettings = {
    steps,
    batch: given.batch ?? 8,
    length: given.length ?? 256,
    lr: given.lr ?? 4e-3,
    warmup: given.warmup ?? Math.round(steps / 20),
    weightDecay: given.weightDecay ?? 0.1,
    clip: given.clip ?? 1,
    lossScale: given.lossScale ?? 1,
    seed: given.seed ?? 0,
    validateEvery: given.validateEvery ?? Math.max(1, Math.round(steps / 10)),
    validationTokens: given.validationTokens ?? 32768,
  };
  for (const name of ["steps", "batch", "length", "validateEvery"] as const) requireInteger(name, settings[name], 1);
  for (const name of ["warmup", "seed", "validationTokens"] as const) requireInteger(name, settings[name], 0);
  for (const name of ["lr", "clip", "lossScale"] as const) {
    if (!(settings[name] > 0 && settings[name] < Infinity)) throw outOfRange(name, "a finite number above 0", settings[name]);
  }
  if (!(settings.weightDecay >= 0 && settings.weightDecay < Infinity)) throw outOfRange("weightDecay", "a finite number of at least 0", settings.weightDecay);
  return settings;
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw outOfRange(name, `a whole number of at least ${least}`, value);
}

function outOfRange(field: string, must: string, got: unknown): ConfigError {
  return new ConfigError(`train: ${field} must be ${must}; got ${String(got)}.`, { field, got });
}

function dataOf(
  model: Mamba2LM, options: TrainOptions, { batch, length, seed, validationTokens }: TrainSettings,
): { readonly batches: Batches; readonly validation: readonly TokenBatch[] } {
  if (options.batches) return { batches: options.batches, validation: options.validation ?? [] };
  const tokens = options.tokens ?? (options.text === undefined ? undefined : byteTokenizer.encode(options.text));
  if (!tokens) throw new ConfigError("train: there must be data, as text, tokens or batches; got none.", { field: "text" });
  checkVocabulary(tokens, model.config.vocabSize);
  const { train: segments, validation } = holdOut(tokens.length);
  return {
    batches: randomBatches({ tokens, segments, batch, length, seed }),
    validation: options.validation ?? spread([...sequentialBatches({ tokens, segments: validation, batch, length })], validationTokens / (batch * length)),
  };
}

function checkVocabulary(tokens: TokenArray, vocabSize: number): void {
  const wrong = tokens.findIndex((token) => token < 0 || token >= vocabSize);
  if (wrong < 0) return;
  throw new ConfigError(`train: tokens must be whole numbers in [0, ${vocabSize}), the vocabulary; got ${tokens[wrong]} at position ${wrong}.`, {
    field: "vocabSize", got: tokens[wrong],
  });
}

/** About `count` items, at least one, evenly spread over all. */
function spread<T>(items: readonly T[], count: number): T[] {
  const kept = Math.min(items.length, Math.max(1, Math.ceil(count)));
  return Array.from({ length: kept }, (_, i) => items[Math.floor((i * items.length) / kept)]!);
}

/** Lets timers, signals and the page have their turn; a CPU step never waits for anything by itself. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}
