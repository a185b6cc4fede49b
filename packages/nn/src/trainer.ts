// Trainer: one captured function per shape of batch that does a whole training step on the device: loss, gradients, update.
import {
  add, capture, type Captured, CheckpointError, ConfigError, constant, type Device, float32ArrayOf, gradientsOf, keep, mul, readSafetensors, reshape, sameShape,
  showShape, stack, type Tensor, tensor, tensorBytes, type TensorBytes, tidy, writeSafetensors, zerosInArena,
} from "@x/tensor";
import type { TokenBatch } from "./data/tokens.ts";
import type { Module } from "./module.ts";
import type { Optimizer, OptimizerState } from "./optim/optimizer.ts";
import { gather } from "./optim/runs.ts";
import type { Parameter } from "./parameter.ts";

type HostData = Float32Array | Int32Array | Uint32Array;

/** A batch as the loss function gets it: its host arrays have become tensors of the batch's `shape`; everything else is as it was. */
export type OnDevice<B> = { readonly [K in keyof B]: B[K] extends HostData ? Tensor : B[K] };

export interface TrainerOptions {
  /** Record the step once per shape and replay it; default true. Without it every op runs as it is met: slower, easier to debug. */
  readonly capture?: boolean;
  /**
   * Factor on the loss whose gradients are taken; the update divides by it again. Keeps small gradients above the least number of a narrow format:
   * choose about 65536 where products round to f16 (`matmulPrecision: "f16"`). Powers of two change no bit in f32. Default 1.
   */
  readonly lossScale?: number;
}

/** What one step says. */
export interface TrainStep {
  /** updates made so far, this one included */
  readonly step: number;
  /** before the update */
  readonly loss: number;
  /** global norm of the gradients before clipping; absent unless the optimizer measures it (clipByGlobalNorm) */
  readonly gradNorm?: number;
}

/** Trains a model step by step. Owns the optimizer's state. */
export interface Trainer<B> {
  /** The optimizer's state: updates made, and its tensors. */
  readonly state: OptimizerState;
  /**
   * One update from one batch, or from several whose gradients are averaged. Waits for the device and reads back 8 bytes.
   *
   * @param batch host arrays beside a `shape`, or tensors, in a plain object
   */
  step(batch: B | readonly B[]): Promise<TrainStep>;
  /** {@link Trainer.step} without waiting: the loss (and the norm, where measured) as a tensor [1] or [2] that the caller disposes of. */
  enqueue(batch: B | readonly B[]): Tensor;
  /**
   * The optimizer's state as a safetensors file: with it and the model's values, training goes on as if it had never stopped.
   *
   * @param notes what the caller wants to find again in the file's metadata
   */
  serialize(notes?: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /** Puts a {@link Trainer.serialize}d state in place. @throws CheckpointError when it is of another model or optimizer */
  restore(file: Uint8Array): void;
  /** Frees the optimizer's state and the recorded step. */
  dispose(): void;
}

/**
 * Makes a trainer.
 *
 * @param model whose parameters are trained
 * @param optimizer e.g. `chain(clipByGlobalNorm(1), adamw({ lr: 3e-4 }))`
 * @param lossFn a scalar loss of a batch on the device; must do the same for the same shapes and read no values
 * @throws ConfigError for a model without parameters, and for a lossScale that is not above 0
 * @example
 * const model = new Embedding(16, 16);                                     // the token that follows each token
 * const fit = trainer(model, adamw({ lr: 0.1 }), ({ x, y }) => crossEntropy(model.forward(x), y));
 * const batches = randomBatches({ tokens: Uint8Array.from({ length: 99 }, (_, i) => i % 16), batch: 4, length: 8 });
 * for (let i = 0; i < 9; i++) console.log((await fit.step(batches.at(i))).loss);
 */
export function trainer<B extends object = TokenBatch>(
  model: Module, optimizer: Optimizer, lossFn: (batch: OnDevice<B>) => Tensor, options: TrainerOptions = {},
): Trainer<B> {
  return new ModuleTrainer(model.parameters(), optimizer, lossFn, options);
}

const FORMAT = "optimizer-state";

class ModuleTrainer<B extends object> implements Trainer<B> {
  readonly state: OptimizerState;
  readonly #parameters: readonly Parameter[];
  readonly #optimizer: Optimizer;
  readonly #device: Device;
  readonly #lossScale: number;
  /** where the gradients of a step lie: like the parameters, one after another */
  readonly #gradients: readonly Tensor[];
  readonly #update: (batches: readonly OnDevice<B>[], hyper: Tensor) => Tensor;
  readonly #captured: Captured<[readonly OnDevice<B>[], Tensor], Tensor> | undefined;

  constructor(parameters: readonly Parameter[], optimizer: Optimizer, lossFn: (batch: OnDevice<B>) => Tensor, options: TrainerOptions) {
    const [first] = parameters;
    if (!first) throw new ConfigError("trainer: the model must have at least one parameter; it has none.", { field: "model" });
    const { lossScale = 1 } = options;
    if (!(lossScale > 0 && lossScale < Infinity)) {
      throw new ConfigError(`trainer: lossScale must be a finite number above 0; got ${lossScale}.`, { field: "lossScale", got: lossScale });
    }
    this.#lossScale = lossScale;
    this.#parameters = parameters;
    this.#optimizer = optimizer;
    this.#device = first.device;
    this.state = optimizer.init(parameters);
    this.#gradients = zerosInArena(parameters.map(({ value }) => value)).map(keep);
    const update = (batches: readonly OnDevice<B>[], hyper: Tensor): Tensor => this.#step(batches, hyper, lossFn);
    this.#captured = options.capture === false ? undefined : capture(update);
    this.#update = this.#captured ?? ((batches, hyper) => tidy(() => update(batches, hyper)));
  }

  enqueue(batch: B | readonly B[]): Tensor {
    const batches = (Array.isArray(batch) ? batch : [batch]) as readonly B[];
    if (batches.length === 0) throw new ConfigError("trainer: a step must have at least one batch; got none.", { field: "batch" });
    const made: Tensor[] = [];
    const uploaded = batches.map((one) => upload(one, this.#device, made));
    const hyper = tensor(this.#optimizer.hyper(this.state.step), { device: this.#device });
    const metrics = this.#update(uploaded, hyper);
    for (const one of [hyper, ...made]) one.dispose();
    for (const parameter of this.#parameters) parameter.markChanged();
    this.state.step++;
    return metrics;
  }

  async step(batch: B | readonly B[]): Promise<TrainStep> {
    const metrics = this.enqueue(batch);
    const { step } = this.state;
    const [loss, gradNorm] = await metrics.data();
    metrics.dispose();
    return gradNorm === undefined ? { step, loss: loss! } : { step, loss: loss!, gradNorm };
  }

  async serialize(notes: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
    const tensors = new Map<string, TensorBytes>();
    for (const [name, value] of Object.entries(this.state.tensors)) tensors.set(name, tensorBytes("F32", value.shape, await value.data()));
    return writeSafetensors(tensors, { ...notes, format: FORMAT, step: String(this.state.step) });
  }

  restore(file: Uint8Array): void {
    const { tensors, metadata } = readSafetensors(file);
    const step = Number(metadata["step"]);
    if (metadata["format"] !== FORMAT || !Number.isSafeInteger(step) || step < 0) {
      throw new CheckpointError(`trainer: the file must be an optimizer state with its step; got format ${JSON.stringify(metadata["format"] ?? null)}.`, {
        op: "restore", expected: FORMAT, got: metadata["format"],
      });
    }
    const own = Object.entries(this.state.tensors);
    const wrong = own.find(([name, { shape }]) => !sameShape(tensors.get(name)?.shape ?? [-1], shape));
    if (wrong || tensors.size !== own.length) {
      const detail = wrong ? `"${wrong[0]}" of shape ${showShape(wrong[1].shape)} is missing or has another shape` : `it has ${tensors.size} tensors`;
      throw new CheckpointError(`trainer: the state must have the ${own.length} tensors of this model and optimizer; ${detail}.`, {
        op: "restore", expected: own.length, got: tensors.size,
      });
    }
    for (const [name, { device, storage }] of own) device.upload(storage.block, float32ArrayOf(tensors.get(name)!));
    this.state.step = step;
  }

  dispose(): void {
    this.#captured?.dispose();
    for (const value of [...this.#gradients, ...Object.values(this.state.tensors)]) value.dispose();
  }

  /** Gradients of all batches, one update; returns [loss] or [loss, norm]. */
  #step(batches: readonly OnDevice<B>[], hyper: Tensor, lossFn: (batch: OnDevice<B>) => Tensor): Tensor {
    const values = this.#parameters.map(({ value }) => value);
    const factor = this.#lossScale;
    const passes = batches.map((batch) => () => gradientsOf(() => (factor === 1 ? lossFn(batch) : mul(lossFn(batch), factor)), values));
    let { value: loss, grads } = passes[0]!();
    for (const pass of passes.slice(1)) {
      const next = pass();
      loss = add(loss, next.value);
      grads = grads.map((grad, i) => add(grad, next.grads[i]!));
    }
    const scale = 1 / (batches.length * factor);
    const flow = scale === 1 ? {} : { scale: constant(scale, loss.dtype, this.#device) };
    const { norm } = this.#optimizer.update({ parameters: this.#parameters, grads: gather(this.#gradients, grads), state: this.state, hyper, ...flow });
    const mean = reshape(flow.scale ? mul(loss, flow.scale) : loss, []);
    return norm ? stack([mean, reshape(norm, [])]) : reshape(mean, [1]);
  }
}

/** The batch with its host arrays as tensors, which are also added to `made`. */
function upload<B extends object>(batch: B, device: Device, made: Tensor[]): OnDevice<B> {
  const { shape } = batch as { readonly shape?: readonly number[] };
  const entries = Object.entries(batch).map(([name, value]: [string, unknown]) => {
    if (!isHostData(value)) return [name, value];
    const uploaded = tensor(value, { device, ...(shape && { shape }) });
    made.push(uploaded);
    return [name, uploaded];
  });
  return Object.fromEntries(entries) as OnDevice<B>;
}

function isHostData(value: unknown): value is HostData {
  return value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint32Array;
}
