// The state that a run carries from step to step: truncated backpropagation through time. A row goes on from where it ended in the step before, as from a constant.
import type { OnDevice, TokenBatch } from "@x/nn/core";
import {
  assign,
  CheckpointError,
  ConfigError,
  eq,
  float32ArrayOf,
  keep,
  noGrad,
  readSafetensors,
  reshape,
  sameShape,
  ShapeError,
  showShape,
  type Tensor,
  tensorBytes,
  tidy,
  where,
  writeSafetensors,
  zeros,
} from "@x/tensor/core";
import { hiddenStates } from "../model/backbone.ts";
import { hasPart } from "../config/layers.ts";
import { headLoss } from "../model/head-loss.ts";
import { layerShapes, type LayerState, mapState, partsOfState } from "../state/layer-state.ts";
import type { Mamba2LM } from "../model/model.ts";
import { State } from "../state/state.ts";

/** A batch and the states around it, on the device. A step reads `before` and writes `after`; they change places in the next one, since the backward pass reads `before` again. */
export interface CarriedBatch extends TokenBatch {
  /** [b] 1 for a row that goes on, 0 for one that starts over */
  readonly continues: Int32Array;
  readonly before: readonly LayerState[];
  readonly after: readonly LayerState[];
}

const PREFIX = "carried.";

/** Raises unless a state of this model can be carried from step to step. */
export function requireCarriable({ config, gradientCheckpointing }: Mamba2LM): void {
  if (hasPart(config, "attention"))
    throw new ConfigError(
      "train: carryState must be used with a model without attention: keys and values of all tokens before would have to be carried, without end, and were made by weights that have changed since. Leave it out.",
      { field: "carryState" },
    );
  if (gradientCheckpointing)
    throw new ConfigError(
      "train: carryState must be used without gradientCheckpointing, which keeps no state of a block. Take a smaller length instead: the state goes on over its end.",
      { field: "carryState" },
    );
}

/**
 * The mean loss of a batch whose rows go on from `before`, or where they start over from the model's initial state; `after` gets the state behind the last token. No gradient leaves the
 * batch: `before` is a constant. A learnt initial state gets that of the rows that begin with it.
 */
export function carriedLoss(model: Mamba2LM, { x, y, continues, before, after }: OnDevice<CarriedBatch>): Tensor {
  return tidy(() => {
    const [b, l] = x.shape as [number, number];
    const goesOn = (rank: number): Tensor =>
      reshape(eq(continues, 1), [b, ...Array.from({ length: rank - 1 }, () => 1)]);
    const layers = before.map((layer, i) =>
      mapState(layer, (held, part) => {
        const initial = part === "ssm" ? model.layers[i]!.mixer?.initialState(b) : undefined;
        return where(goesOn(held.shape.length), held, initial ?? 0);
      }),
    );
    const { hidden, states } = hiddenStates(model, { ids: x, length: l }, { state: new State(layers) }, true);
    noGrad(() => {
      for (const [i, layer] of states.entries())
        for (const [part, value] of partsOfState(layer)) assign(after[i]![part]!, value);
    });
    return headLoss(model, hidden, y);
  });
}

/** The carried states of a run, twice: what a step reads and what it writes. Memory on the device is taken with the first batch. */
export class CarriedState implements Disposable {
  readonly #model: Mamba2LM;
  #before: readonly LayerState[] | undefined;
  #after: readonly LayerState[] | undefined;

  constructor(model: Mamba2LM) {
    requireCarriable(model);
    this.#model = model;
  }

  /** A batch with the states around it. */
  around(batch: TokenBatch & { readonly continues: Int32Array }): CarriedBatch {
    const rows = batch.shape[0];
    this.#before ??= this.#zeros(rows);
    this.#after ??= this.#zeros(rows);
    const had = partsOfState(this.#before[0]!)[0]?.[1].shape[0];
    if (had !== undefined && had !== rows)
      throw new ShapeError(
        `train: every batch must have the ${had} rows whose states are carried; got ${rows}. Leave carryState out, or keep the batch.`,
        { op: "train", expected: had, got: rows },
      );
    const continues = { data: batch.continues, shape: [rows] } as unknown as Int32Array; // as trainers take numbers of a shape of their own
    return { ...batch, continues, before: this.#before, after: this.#after };
  }

  /** What the step wrote is what the next one reads. */
  advance(): void {
    [this.#before, this.#after] = [this.#after, this.#before];
  }

  /** The file of a run with the states that its next step reads. */
  async written(file: Promise<Uint8Array>): Promise<Uint8Array> {
    if (!this.#before) return file;
    const reads = this.#before.flatMap((layer, i) =>
      [...partsOfState(layer)].map(
        async ([part, value]) =>
          [`${PREFIX}${i}.${part}`, tensorBytes("F32", value.shape, await value.data())] as const,
      ),
    );
    const [own, ...carried] = await Promise.all([file, ...reads]);
    const { tensors, metadata } = readSafetensors(own);
    return writeSafetensors(new Map([...tensors, ...carried]), metadata);
  }

  /** Takes the states of a run's file, if it has any. @throws CheckpointError for those of another model */
  restore(file: Uint8Array): void {
    const { tensors } = readSafetensors(file);
    const [first] = [...tensors].find(([name]) => name.startsWith(PREFIX))?.[1].shape ?? [];
    if (first === undefined) return;
    const before = this.#zeros(first);
    try {
      for (const [i, layer] of before.entries())
        for (const [part, { shape, storage }] of partsOfState(layer)) {
          const saved = tensors.get(`${PREFIX}${i}.${part}`);
          if (!saved || !sameShape(saved.shape, shape))
            throw new CheckpointError(
              `train: the carried ${part} of layer ${i} must be ${showShape(shape)}; got ${saved ? showShape(saved.shape) : "none"}. It is the state of another model.`,
              { op: "restore", expected: shape, got: saved?.shape },
            );
          storage.upload(float32ArrayOf(saved));
        }
    } catch (error) {
      disposeOf(before);
      throw error;
    }
    this.dispose();
    this.#before = before;
  }

  dispose(): void {
    for (const layers of [this.#before, this.#after]) if (layers) disposeOf(layers);
    this.#before = undefined;
    this.#after = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #zeros(rows: number): LayerState[] {
    const { config, device } = this.#model;
    return Array.from({ length: config.nLayer }, (_, i) =>
      Object.fromEntries(
        [...layerShapes(config, i, rows, 0)].map(([part, shape]) => [part, keep(zeros(shape, { device }))]),
      ),
    );
  }
}

/** The file of a run as its trainer reads it. */
export function withoutCarried(file: Uint8Array): Uint8Array {
  const { tensors, metadata } = readSafetensors(file);
  const own = [...tensors].filter(([name]) => !name.startsWith(PREFIX));
  return own.length === tensors.size ? file : writeSafetensors(new Map(own), metadata);
}

function disposeOf(layers: readonly LayerState[]): void {
  for (const layer of layers) for (const [, value] of partsOfState(layer)) value.dispose();
}
