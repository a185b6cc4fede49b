// Types of the trainer: its options, the result of a step, its interface.
import type { PlannedMemory, PrecompileOptions, Tensor } from "@x/tensor/core";
import type { LossScaleState } from "./loss-scale.ts";
import type { OptimizerState } from "../optim/optimizer.ts";

/** Options of {@link trainer}. */
export interface TrainerOptions {
  /** Record the step once per shape and replay it; default true. Without it every op runs eagerly: slower, easier to debug. */
  readonly capture?: boolean;
  /**
   * Factor on the loss whose gradients are taken; the update divides by it again. Keeps small gradients above the least number of a narrow format:
   * choose about 65536 where products round to f16 (`matmulPrecision: "f16"`). Powers of two change no bit in f32. Default `defaultLossScale` of the model's device: "dynamic" where products
   * round to f16, else 1. `enqueue`, which does not wait, needs a number.
   * "dynamic" begins at 65536, halves and leaves the update out where gradients are not finite, and doubles after 2000 steps that are; `step` then reads the norm before the update.
   */
  readonly lossScale?: number | "dynamic";
  /** Let {@link Trainer.step} return a loss or norm that is NaN or infinite instead of raising; default false. */
  readonly allowNonFinite?: boolean;
  /**
   * A number that differs from that of the last step whenever model, loss or optimizer would do something else for equal batches, see `stamp` of `capture`. While it is the same the
   * loss does not run again on the host, only its recorded ops on the device. `watchModule(model)` makes one for a loss that computes with its batch and the model alone: not for
   * one with dropout, which draws again at every call. Default: none, every step runs the loss.
   */
  stamp?(): number;
  /** Is told what memory a recorded step will take, before it is taken: see `planned` of `capture`. Where it raises, the step does, and nothing has changed. */
  planned?(memory: PlannedMemory): void;
}

/** Result of one step. */
export interface TrainStep {
  /** updates made so far, this one included */
  readonly step: number;
  /** before the update */
  readonly loss: number;
  /** global norm of the gradients before clipping; absent unless the optimizer measures it (clipByGlobalNorm) */
  readonly gradNorm?: number;
  /** of a dynamic loss scale: whether the update was left out, since the gradients were not finite */
  readonly skipped?: boolean;
}

/**
 * Trains a model step by step. Owns the optimizer's state: `dispose` frees it, and so does `using`. The model is inspected at every step: a parameter whose `value` was
 * replaced continues with its state; a parameter that was disposed of or moved to another device, and a changed set of parameters, raise. `step`,
 * `enqueue`, `serialize` and `restore` raise a DeviceError in a captured function: they write or read memory at once.
 */
export interface Trainer<B> extends Disposable {
  /** The optimizer's state: updates made, and its tensors. */
  readonly state: OptimizerState;
  /** the dynamic loss scale: its value, and how many steps it skipped; undefined where it is a number */
  readonly lossScale: Readonly<LossScaleState> | undefined;
  /**
   * Compiles what a step with such a batch runs, in parallel and without blocking, so that the step itself compiles nothing: the first step of a model on a GPU takes seconds else.
   * The loss runs once, on placeholders. On the CPU there is nothing to do.
   *
   * @param batch as of {@link Trainer.step}; its shapes count, not its numbers
   * @throws what a step throws before it computes; KernelError for a kernel that the device refuses; the signal's reason
   */
  precompile(batch: B | readonly B[], options?: PrecompileOptions): Promise<void>;
  /**
   * One update from one batch, or from several as if they were one: each loss is weighted by the number of its targets. Waits for the device and reads back 8 bytes.
   * A parameter that the loss does not reach stays as it is, without decay and with its moments.
   *
   * @param batch a plain object of fields: typed arrays (of the batch's `shape`, where it has one), nested arrays, `{ data, shape }`, tensors, and plain data
   * @throws ConfigError when the loss reaches no parameter, and when it or the gradients' norm is not finite (the update has been made by then: go back to saved values); ShapeError, DTypeError, DeviceError
   *   about a field; DisposedError, DeviceError, ConfigError about the model's parameters
   */
  step(batch: B | readonly B[]): Promise<TrainStep>;
  /** {@link Trainer.step} without waiting: the loss (and the norm, where measured) as a tensor [1] or [2], which the caller reads and disposes of: a NaN does not raise. */
  enqueue(batch: B | readonly B[]): Tensor;
  /**
   * The optimizer's state as a safetensors file: with it and the model's values, training continues bit for bit. All reads begin before it returns its promise, so that steps may be made
   * while it is waited for.
   *
   * @param notes entries added to the file's metadata, or a promise of them
   */
  serialize(notes?: Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>): Promise<Uint8Array>;
  /** Loads a {@link Trainer.serialize}d state. @throws CheckpointError when it is of another model or optimizer */
  restore(file: Uint8Array): void;
  /** Frees the optimizer's state and the recorded step. */
  dispose(): void;
}
