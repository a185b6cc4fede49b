// Trainer: one captured function per shape of batch that does a whole training step on the device: loss, gradients, update.
import {
  capture,
  type Captured,
  checkOptions,
  ConfigError,
  constant,
  type Device,
  DisposedError,
  keep,
  mul,
  precompile,
  type PrecompileOptions,
  requireArity,
  requireFunction,
  requireNotRecording,
  requireNumber,
  reshape,
  stack,
  type Tensor,
  tensor,
  tidy,
  zerosInArena,
} from "@x/tensor/core";
import { accumulate, type BatchLoss } from "./accumulate.ts";
import { type OnDevice, uploadBatch } from "../data/batch.ts";
import type { TokenBatch } from "../data/tokens.ts";
import { Module } from "../module/module.ts";
import type { Optimizer, OptimizerState } from "../optim/optimizer.ts";
import { averagesRestored, bringWeightsBack, requireNotExchanged, requireWeightsInPlace } from "../optim/ema.ts";
import { gatherGradients } from "../optim/flat-updates.ts";
import { countsKey, countUpdate, ownSteps, partOf } from "../optim/own-steps.ts";
import { globalNorm } from "../ops/sum-squares/index.ts";
import { initialLossScale, type LossScaleState, lossScaleNote, readLossScale, defaultLossScale } from "./loss-scale.ts";
import { numbered, type ScaledStep, scaledStep, type TakenGradients } from "./scaled-step.ts";
import { type Notes, restoreState, serializeState } from "../optim/state-file.ts";
import type { Parameter } from "../module/parameter.ts";
import { parametersCheck, requireFinite, requireReached } from "./trainer-parameters.ts";
import type { Trainer, TrainerOptions, TrainStep } from "./trainer-types.ts";

export type { Trainer, TrainerOptions, TrainStep } from "./trainer-types.ts";

/**
 * Makes a trainer.
 *
 * A parameter that the loss of a step does not reach takes no part in its update (no decay, its moments stay, its bias corrections count its own updates), as where `grad is None` in PyTorch.
 * Several batches in one step are weighted by their targets `y` that are not −100. The mean over something else is returned as `{ sum, count }`; the step's loss is then Σ sum / Σ count.
 *
 * @param model whose parameters are trained
 * @param optimizer e.g. `chain(clipByGlobalNorm(1), adamw({ lr: 3e-4 }))`
 * @param lossFn a scalar loss of a batch on the device, the mean over what counts in it, or `{ sum, count }`; must be synchronous and read no values
 * @throws ConfigError for a model without parameters, an unknown option, and a lossScale that is not above 0
 * @example
 * const model = new Embedding(16, 16);                                     // the token that follows each token
 * using fit = trainer(model, adamw({ lr: 0.1 }), ({ x, y }) => crossEntropy(model.forward(x), y));
 * const batches = randomBatches({ tokens: Uint8Array.from({ length: 99 }, (_, i) => i % 16), batch: 4, length: 8 });
 * for (let i = 0; i < 9; i++) console.log((await fit.step(batches.at(i))).loss);
 */
export function trainer<B extends object = TokenBatch>(
  model: Module,
  optimizer: Optimizer,
  lossFn: (batch: OnDevice<B>) => BatchLoss,
  options: TrainerOptions = {},
): Trainer<B> {
  requireArity("trainer", arguments, 4);
  return new ModuleTrainer(model, optimizer, lossFn, options);
}

class ModuleTrainer<B extends object> implements Trainer<B> {
  readonly state: OptimizerState;
  readonly #model: Module;
  /** the parameters of the optimizer state; the model must still have exactly these */
  readonly #parameters: readonly Parameter[];
  readonly #optimizer: Optimizer;
  readonly #device: Device;
  readonly #check: (now: readonly Parameter[]) => void;
  readonly lossScale: LossScaleState | undefined;
  readonly #fixedScale: number;
  readonly #allowNonFinite: boolean;
  /** destinations of a step's gradients: an arena with the layout of the parameters */
  readonly #gradients: readonly Tensor[];
  readonly #update: (batches: readonly OnDevice<B>[], hyper: Tensor) => TakenGradients;
  readonly #captured: Captured<[readonly OnDevice<B>[], Tensor], TakenGradients> | undefined;
  /** in place of `#update` where the loss scale is dynamic */
  readonly #scaled: ScaledStep<[readonly OnDevice<B>[]]> | undefined;
  #disposed = false;

  constructor(model: Module, optimizer: Optimizer, lossFn: (batch: OnDevice<B>) => BatchLoss, options: TrainerOptions) {
    checkOptions<TrainerOptions>("trainer", options, {
      capture: "boolean",
      lossScale: true,
      allowNonFinite: "boolean",
      stamp: "function",
      planned: "function",
    });
    if (!(model instanceof Module)) throw ConfigError.must("trainer", "model", "be a Module", model);
    requireFunction("trainer", "optimizer.update", (optimizer as Partial<Optimizer> | undefined)?.update);
    requireFunction("trainer", "lossFn", lossFn);
    const parameters = model.parameters();
    const [first] = parameters;
    if (!first)
      throw new ConfigError("trainer: the model must have at least one parameter; it has none.", { field: "model" });
    const { lossScale = defaultLossScale(first.device), allowNonFinite = false } = options;
    if (lossScale !== "dynamic")
      requireNumber(
        "trainer",
        "lossScale",
        lossScale,
        'a finite number above 0, or "dynamic"',
        (value) => value > 0 && value < Infinity,
      );
    this.lossScale = lossScale === "dynamic" ? initialLossScale() : undefined;
    this.#fixedScale = lossScale === "dynamic" ? 1 : lossScale;
    this.#allowNonFinite = allowNonFinite;
    this.#model = model;
    this.#parameters = parameters;
    this.#optimizer = optimizer;
    this.#device = first.device;
    this.#check = parametersCheck(parameters, first.device);
    this.#requireParameters();
    this.state = optimizer.init(parameters);
    this.#gradients = zerosInArena(parameters.map(({ value }) => value)).map(keep);
    const update = (batches: readonly OnDevice<B>[], hyper: Tensor) => this.#step(batches, hyper, lossFn);
    const { stamp, planned } = options;
    // Which parameters share numbers is part of a recorded update.
    const stamped = stamp && numbered(() => `${stamp()} ${countsKey(this.state)}`);
    const recorded = { ...(stamped && { stamp: stamped }), ...(planned && { planned }) };
    this.#captured = options.capture === false ? undefined : capture(update, recorded);
    this.#update = this.#captured ?? ((batches, hyper) => tidy(() => update(batches, hyper)));
    if (this.lossScale) {
      const gradients = (batches: readonly OnDevice<B>[]): TakenGradients => {
        const { mean, reached, scale } = this.#takeGradients(batches, lossFn, this.lossScale!.scale);
        const factor = scale ?? constant(1, mean.dtype, mean.device);
        const norm = globalNorm(this.#gradients.filter((_, i) => reached[i]));
        return { metrics: stack([mean, reshape(mul(norm, factor), []), reshape(factor, [])]), reached };
      };
      this.#scaled = scaledStep(
        this.lossScale,
        gradients,
        (scale, known, hyper, reached) => this.#apply(hyper, reached, scale, known),
        options,
      );
    }
  }

  async precompile(batch: B | readonly B[], options: PrecompileOptions = {}): Promise<void> {
    requireArity("Trainer.precompile", arguments, 2);
    checkOptions<PrecompileOptions>("trainer: precompile", options, { onProgress: "function", signal: "signal" });
    requireNotRecording("trainer: precompile()", this.#device);
    if (!this.#device.precompile) return;
    const hyper = this.#hyper();
    try {
      await this.#withBatches(batch, (batches) => {
        if (this.#scaled) return this.#scaled.precompile(() => this.#hyper(), options, batches);
        if (this.#captured) return this.#captured.precompile([batches, hyper], options);
        return precompile(this.#update, [batches, hyper], options);
      });
    } finally {
      hyper.dispose();
    }
  }

  enqueue(batch: B | readonly B[]): Tensor {
    requireArity("Trainer.enqueue", arguments, 1);
    requireNotRecording("trainer: enqueue()", this.#device);
    if (this.#scaled)
      throw new ConfigError(
        'trainer: lossScale must be a number for enqueue(); got "dynamic", which reads gradients before an update; it is the default where products round to f16. Use step(), or give a number.',
        { field: "lossScale", got: "dynamic" },
      );
    return this.#withBatches(batch, (uploaded) => {
      const hyper = this.#hyper();
      try {
        const { metrics, reached } = this.#update(uploaded, hyper);
        countUpdate(this.state, this.#parameters, reached);
        return metrics;
      } finally {
        hyper.dispose();
      }
    });
  }

  /** The numbers of the next update, to be disposed of. */
  #hyper(): Tensor {
    return tensor(this.#optimizer.hyper(this.state.step, ownSteps(this.state)), { device: this.#device });
  }

  /** Uploads batches for one call. */
  #withBatches<T>(batch: B | readonly B[], run: (batches: readonly OnDevice<B>[]) => T): T {
    const batches = (Array.isArray(batch) ? batch : [batch]) as readonly B[];
    if (batches.length === 0)
      throw new ConfigError("trainer: a step must have at least one batch; got none.", { field: "batch" });
    this.#requireParameters();
    requireWeightsInPlace("trainer", this.state);
    const made: Tensor[] = [];
    try {
      const uploaded = batches.map((one) => uploadBatch(one, this.#device, made));
      return run(uploaded);
    } finally {
      for (const one of made) one.dispose();
    }
  }

  async step(batch: B | readonly B[]): Promise<TrainStep> {
    requireArity("Trainer.step", arguments, 1);
    requireNotRecording("trainer: step()", this.#device);
    if (this.#scaled) {
      const { loss, gradNorm, finite, reached } = await this.#withBatches(batch, (batches) =>
        this.#scaled!.run(() => this.#hyper(), batches),
      );
      if (finite) countUpdate(this.state, this.#parameters, reached);
      return { step: this.state.step, loss, gradNorm, skipped: !finite };
    }
    const metrics = this.enqueue(batch);
    const { step } = this.state;
    try {
      const [loss, gradNorm] = await metrics.data();
      if (!this.#allowNonFinite) requireFinite(step, { loss, "norm of the gradients": gradNorm });
      return { step, loss: loss!, ...(gradNorm !== undefined && { gradNorm }) };
    } finally {
      metrics.dispose();
    }
  }

  async serialize(notes: Notes | Promise<Notes> = {}): Promise<Uint8Array> {
    requireArity("Trainer.serialize", arguments, 1);
    requireNotRecording("trainer: serialize()", this.#device);
    requireWeightsInPlace("trainer", this.state);
    return serializeState(this.state, notes, this.lossScale && { lossScale: lossScaleNote(this.lossScale) });
  }

  restore(file: Uint8Array): void {
    requireArity("Trainer.restore", arguments, 1);
    requireNotRecording("trainer: restore()", this.#device);
    requireNotExchanged("trainer", this.state);
    const paths = new Set(this.#parameters.map(({ path }) => path));
    restoreState(this.state, file, paths, (metadata) => {
      if (this.lossScale) Object.assign(this.lossScale, readLossScale(metadata["lossScale"]));
    });
    averagesRestored(this.state);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    try {
      bringWeightsBack(this.#parameters, this.state); // they would go with the state
    } finally {
      this.#free();
    }
  }

  #free(): void {
    this.#captured?.dispose();
    this.#scaled?.dispose();
    for (const value of [...this.#gradients, ...Object.values(this.state.tensors)]) value.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Gradients of all batches, one update; the metrics are [loss] or [loss, norm]. */
  #step(batches: readonly OnDevice<B>[], hyper: Tensor, lossFn: (batch: OnDevice<B>) => BatchLoss): TakenGradients {
    const { mean, reached, scale } = this.#takeGradients(batches, lossFn, this.#fixedScale);
    const norm = this.#apply(hyper, reached, scale);
    return { metrics: norm ? stack([mean, reshape(norm, [])]) : reshape(mean, [1]), reached };
  }

  /** Puts the gradients of all batches into their arena. */
  #takeGradients(
    batches: readonly OnDevice<B>[],
    lossFn: (batch: OnDevice<B>) => BatchLoss,
    factor: number,
  ): { readonly mean: Tensor; readonly reached: readonly boolean[]; readonly scale: Tensor | undefined } {
    const values = this.#parameters.map(({ value }) => value);
    const { loss, grads, scale } = accumulate(batches, lossFn, values, factor);
    requireReached(this.#parameters, grads);
    gatherGradients(this.#gradients, grads);
    return { mean: reshape(scale ? mul(loss, scale) : loss, []), reached: grads.map(Boolean), scale };
  }

  /** One update, by the gradients in the arena, of the parameters that are reached. @returns their norm, where the optimizer measures it */
  #apply(hyper: Tensor, reached: readonly boolean[], scale: Tensor | undefined, known?: Tensor): Tensor | undefined {
    const [all, state] = [this.#parameters, this.state];
    const part = partOf(all, this.#gradients, (i) => reached[i]);
    const more = { ...(scale && { scale }), ...(known && { known }) };
    return this.#optimizer.update({ ...part, ...more, all, state, hyper }).norm;
  }

  #requireParameters(): void {
    if (this.#disposed)
      throw new DisposedError("trainer: must not be used after dispose(). Make a new trainer.", { op: "trainer" });
    this.#check(this.#model.parameters());
  }
}
