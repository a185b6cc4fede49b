// What makes the steps of a run, on the device: optimizer and schedule by the run's settings, and the state that is carried from step to step. Both are in the run's file.
import "../model/all-parts.ts"; // the loss
import {
  type ConsecutiveBatch,
  type HostBatchField,
  swapAverages,
  type TokenBatch,
  trainer,
  type Trainable,
  type Trainer,
  type TrainStep,
  watchModule,
} from "@x/nn/core";
import type { PlannedMemory, PrecompileOptions } from "@x/tensor/core";
import { targetPositions } from "./target-positions.ts";
import type { Mamba2LM } from "../model/model.ts";
import { type CarriedBatch, carriedLoss, CarriedState, withoutCarried } from "./carried-state.ts";
import { type HeldMemory, heldMemory, type MemoryPlan, planOf } from "./memory.ts";
import { optimizerOf } from "./optimizer.ts";
import type { TrainSettings } from "./settings.ts";

/** A batch with the places that its logits are made of, where few count. */
interface PlacedBatch extends TokenBatch {
  readonly places?: HostBatchField;
}

/** The memory that a run takes on the device while it is iterated. */
export class Fit implements Disposable {
  readonly #parameters: readonly Trainable[];
  readonly #trainer: Trainer<PlacedBatch> | undefined;
  readonly #carrying: { readonly trainer: Trainer<CarriedBatch>; readonly state: CarriedState } | undefined;

  /** @param planned hears of each step's memory before it is taken */
  constructor(model: Mamba2LM, settings: TrainSettings, planned?: (plan: MemoryPlan) => void) {
    const { lossScale, carryState } = settings;
    this.#parameters = model.parameters();
    const optimizer = optimizerOf(settings, this.#parameters);
    const before = model.device.memory.usedBytes;
    let held: HeldMemory | undefined;
    const options = {
      lossScale,
      allowNonFinite: true,
      stamp: watchModule(model),
      planned: (step: PlannedMemory) => planned?.(planOf(held!, step)),
    };
    if (carryState) {
      const state = new CarriedState(model);
      this.#carrying = {
        state,
        trainer: trainer<CarriedBatch>(model, optimizer, (batch) => carriedLoss(model, batch), options),
      };
    } else {
      this.#trainer = trainer<PlacedBatch>(
        model,
        optimizer,
        ({ x, y, seqIdx, places }) => model.loss(x, y, { ...(seqIdx && { seqIdx }), ...(places && { places }) }),
        options,
      );
    }
    held = heldMemory(model, before, Object.values(this.#any.state.tensors));
  }

  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Updates made so far. */
  get step(): number {
    return this.#any.state.step;
  }

  /** Exchanges the model's weights with their averages, in place; a second call brings both back. */
  swapAverages(): void {
    swapAverages(this.#parameters, this.#any.state);
  }

  /** Where a dynamic loss scale stands. */
  get lossScale(): Trainer<TokenBatch>["lossScale"] {
    return this.#any.lossScale;
  }

  /** Compiles what an {@link Fit.update} with such a batch takes. */
  async precompile(batch: TokenBatch, options: PrecompileOptions): Promise<void> {
    if (!this.#carrying) return this.#trainer!.precompile(placed(batch), options);
    const { trainer: fit, state } = this.#carrying;
    await fit.precompile(state.around(batch as ConsecutiveBatch), options);
  }

  /** One update. @param batch with `continues` where the state is carried */
  async update(batch: TokenBatch): Promise<TrainStep> {
    if (!this.#carrying) return this.#trainer!.step(placed(batch));
    const { trainer: fit, state } = this.#carrying;
    const step = await fit.step(state.around(batch as ConsecutiveBatch));
    if (!step.skipped) state.advance(); // else the batch comes again
    return step;
  }

  /** The optimizer's state and the carried one as a safetensors file; all reads begin before it returns. */
  async serialize(
    notes: Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
  ): Promise<Uint8Array> {
    const file = this.#any.serialize(notes);
    return this.#carrying ? this.#carrying.state.written(file) : file;
  }

  /** Takes what {@link Fit.serialize} wrote. @throws CheckpointError when it is of another model or optimizer */
  restore(file: Uint8Array): void {
    this.#any.restore(withoutCarried(file));
    this.#carrying?.state.restore(file);
  }

  /** Frees its memory; where the model holds the averages, its weights come back first. */
  dispose(): void {
    this.#disposed = true;
    this.#any.dispose();
    this.#carrying?.state.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #any(): Pick<Trainer<TokenBatch>, "state" | "lossScale" | "serialize" | "restore" | "dispose"> {
    return this.#carrying?.trainer ?? this.#trainer!;
  }
}

function placed(batch: TokenBatch): PlacedBatch {
  const places = targetPositions(batch.y);
  return { ...batch, ...(places && { places: { data: places, shape: [places.length] } }) };
}
