// State: everything a model remembers of the tokens it has seen, as a value. Nothing changes it; a step returns the next one.
import {
  checkOptions,
  ConfigError,
  cpuDevice,
  type Device,
  dtypeBytes,
  keep,
  noGrad,
  pad,
  requireCount,
  requireNotRecording,
  reshape,
  sizeOf,
  slice,
  type Tensor,
  tidy,
  zeros,
  requireArity,
} from "@x/tensor/core";
import { CacheLineage, roomFor } from "./cache-lineage.ts";
import { hasPart } from "../config/layers.ts";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import type { Progress } from "../generation/generation-progress.ts";
import { TokenHistory } from "../generation/token-history.ts";
import {
  CACHES,
  type LayerState,
  layerShapes,
  mapState,
  partsOfState,
  type Positions,
  type StatePart,
} from "./layer-state.ts";

export type { LayerState, MixerState, Positions } from "./layer-state.ts";

/** A model whose tokens a state is of: one that generates. */
export interface ReadingModel {
  readonly config: Mamba2Config;
  readonly device: Device;
  /** What tells it from every model that computes something else; one that has no such text is not compared. */
  identity?(): Promise<string>;
}

/** Options of {@link State.deserialize}. */
export interface DeserializeOptions {
  /** take the state of a model with other values, or of a file that does not say of which, and go on from it as if it were this one's own; default false */
  readonly otherModel?: boolean;
}

/** What a step made: the layers after it, and with attention the positions. */
export interface NextLayers {
  readonly layers: readonly LayerState[];
  readonly positions?: Tensor | undefined;
}

/**
 * The state after some tokens: of mixers, of constant size however many there were; of attention, keys and values of every token. Continue from one state as often as
 * wanted: every continuation is a branch. The owner disposes of it.
 *
 * Keys and values are memory that the states of one line of tokens share: the newest of them is continued in place, an older one (while a newer one is alive) copies.
 *
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const { state } = model.prefill(Array.from(byteTokenizer.encode("Once upon a time")));
 * const saved = await state.serialize(model);                   // of constant size
 * const later = await State.deserialize(saved, model);
 */
export class State {
  readonly progress: Progress;
  #layers: readonly LayerState[];
  readonly #tokens: Positions | undefined;
  /** of states with caches */
  #line: CacheLineage | undefined;
  #place: number;
  #disposed = false;

  /** Takes over the tensors. @param tokens required where layers have keys and values, which must be shared with no other state */
  constructor(layers: readonly LayerState[], progress: Progress = { drawn: 0 }, tokens?: Positions) {
    this.#layers = layers;
    this.progress = progress;
    this.#tokens = tokens;
    this.#place = 0;
    if (tokens) this.#join(new CacheLineage(), 0);
  }

  /**
   * The state before any token.
   *
   * @param initial the first `ssm` of a layer [b, h, p, n], which it takes over; default zeros. A model with learned ones has {@link Mamba2LM.initialState}.
   * @param dtype what the model computes in
   */
  static empty(
    config: Mamba2Config,
    batch: number,
    device: Device = cpuDevice(),
    initial?: (layer: number) => Tensor | undefined,
    dtype: "f32" | "f64" = "f32",
  ): State {
    requireArity("State.empty", arguments, 5);
    requireConfig("State.empty", config);
    if (!Number.isSafeInteger(batch) || batch < 1) {
      throw ConfigError.must("state", "batch", "be a whole number of at least 1", batch);
    }
    const layers = Array.from({ length: config.nLayer }, (_, i) =>
      Object.fromEntries(
        [...layerShapes(config, i, batch, roomFor(1))].map(([part, shape]) => [
          part,
          (part === "ssm" ? initial?.(i) : undefined) ?? zeros(shape, { device, dtype }),
        ]),
      ),
    );
    return new State(layers, { history: TokenHistory.empty(batch), drawn: 0 }, noTokens(config, batch, device));
  }

  /** What each layer remembers. */
  get layers(): readonly LayerState[] {
    return this.#layers;
  }

  /** i32 [b], how many tokens each row has read; undefined for a model without attention, which need not know. */
  get positions(): Tensor | undefined {
    return this.#tokens?.positions;
  }

  /** No row has read more tokens; 0 for a model without attention, which need not know. */
  get length(): number {
    return this.#tokens?.length ?? 0;
  }

  /** Tokens of each row that the caches have room for; undefined without attention. */
  get capacity(): number | undefined {
    return this.#layers.find(({ keys }) => keys !== undefined)?.keys!.shape[1];
  }

  /** Number of sequences. */
  get batch(): number {
    const { logits, history } = this.progress;
    const [, any] = this.#layers.flatMap(partsOfState)[0] ?? [undefined, logits];
    return any?.shape[0] ?? history?.rows.length ?? 1;
  }

  /** Bytes of its tensors; memory that it shares with other states counts whole. */
  get sizeBytes(): number {
    return this.#tensors().reduce((total, { shape, dtype }) => total + sizeOf(shape) * dtypeBytes(dtype), 0);
  }

  /** Whether it is known to have read no token. */
  get isInitial(): boolean {
    const { logits, history } = this.progress;
    return logits === undefined && history !== undefined && history.rows.every(({ recent }) => recent.length === 0);
  }

  /** The same values under their own ownership: disposing of one leaves the other. Nothing is copied. @param progress instead of its own; its logits are taken over */
  clone(progress?: Progress): State {
    requireArity("State.clone", arguments, 1);
    const { logits } = this.progress;
    const copy = new State(
      this.#layers.map((layer) => mapState(layer, alias)),
      progress ?? { ...this.progress, logits: logits && alias(logits) },
    );
    return this.#inLine(copy, this.length, this.positions && alias(this.positions), this.#place);
  }

  /**
   * Makes room to append `tokens` of each row in place: caches that are too small, or that a living newer state has appended to, are replaced by copies. They grow by
   * doubling. Not to be called within `capture`: a step that is captured finds the room made.
   *
   * @throws ConfigError for a count that is none; DeviceError when there is no memory
   */
  reserve(tokens: number): void {
    requireArity("State.reserve", arguments, 1);
    requireCount("state.reserve", "tokens", tokens);
    const { capacity, length } = this;
    if (capacity === undefined) return;
    const needed = length + tokens;
    if (needed <= capacity && this.#line!.isNewest(this.#place)) return;
    requireNotRecording("state.reserve()", this.positions!.device);
    const size = needed <= capacity ? capacity : Math.max(2 * capacity, roomFor(needed));
    const grown: LayerState[] = [...this.#layers];
    for (const i of grown.keys()) {
      // one tensor at a time, so that only one of them is in memory twice
      for (const part of CACHES) {
        const old = grown[i]![part];
        if (!old) continue;
        grown[i] = { ...grown[i], [part]: roomier(old, length, size) };
        old.dispose();
      }
      this.#layers = [...grown];
    }
    this.#line!.leave(this.#place);
    this.#join(new CacheLineage(), 0);
  }

  /** The state of what a step made of this one, which had {@link State.reserve}d room. @param tokens that were read of each row, at most */
  after({ layers, positions }: NextLayers, tokens: number, progress: Progress = { drawn: 0 }): State {
    return this.#inLine(new State(layers, progress), this.length + tokens, positions, this.#place + 1);
  }

  /**
   * The state as a safetensors file: its layers, of caches the part in use, and the progress of generation (the next token's logits, counts of tokens read and generated,
   * the position in the random streams). It says which model has read the tokens, by a hash of all its values, which are read once as long as they do not change.
   *
   * @param model that has read them
   */
  async serialize(model: ReadingModel): Promise<Uint8Array> {
    requireArity("State.serialize", arguments, 1);
    requireReader("state.serialize", model);
    const { writeState } = await import("../model/stored-files.ts");
    return writeState(this.#layers, this.#tokens, this.progress, await model.identity?.());
  }

  /**
   * Reads what {@link State.serialize} wrote. A file of version 4 or before does not say of which model it is and needs `otherModel`; one of version 2 or before has the layers only: generation goes on from it
   * after a prompt, with its streams of random numbers from their beginning, and without penalties; after one of version 2 that had generated something, without presence and
   * frequency penalties.
   *
   * @param model that goes on from it: the one that has read the tokens, with the same values, adapter in use and configuration. One without an `identity` is not compared.
   * @throws CheckpointError when it is no state, or not said to be one of this model
   */
  static async deserialize(file: Uint8Array, model: ReadingModel, options: DeserializeOptions = {}): Promise<State> {
    requireArity("State.deserialize", arguments, 3);
    requireReader("State.deserialize", model);
    checkOptions<DeserializeOptions>("State.deserialize", options, { otherModel: "boolean" });
    const { openState, readState, requireReadBy } = await import("../model/stored-files.ts");
    const opened = openState(file);
    if (!options.otherModel) requireReadBy(opened.metadata, await model.identity?.()); // before any of its tensors is read
    const { layers, progress, tokens } = readState(opened, model.config, model.device);
    return new State(layers, progress, tokens);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.#tensors()) tensor.dispose();
    this.#line?.leave(this.#place);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #tensors(): Tensor[] {
    const held: Tensor[] = [];
    for (const layer of this.#layers)
      for (const part of Object.keys(layer) as StatePart[]) if (layer[part]) held.push(layer[part]);
    for (const tensor of [this.positions, this.progress.logits]) if (tensor) held.push(tensor);
    return held;
  }

  #join(line: CacheLineage, place: number): void {
    this.#line = line;
    this.#place = place;
    line.join(place);
  }

  /** A state with the caches of this one. */
  #inLine(state: State, length: number, positions: Tensor | undefined, place: number): State {
    if (!this.#line || !positions) return state;
    const next = new State(state.#layers, state.progress, { positions, length });
    next.#join(this.#line, place);
    return next;
  }
}

function requireReader(op: string, model: unknown): void {
  const { config, device } = (model ?? {}) as Partial<ReadingModel>;
  if (config === undefined || device === undefined)
    throw ConfigError.must(op, "model", "be the model that has read the tokens of the state", model);
  requireConfig(op, config);
}

/** Positions before any token, for a model with attention. */
export function noTokens(config: Mamba2Config, batch: number, device: Device): Positions | undefined {
  return hasPart(config, "attention") ? { positions: zeros([batch], { dtype: "i32", device }), length: 0 } : undefined;
}

const alias = (x: Tensor): Tensor => reshape(x, x.shape);

/** A copy of the first `length` entries of a cache in one with room for `capacity`. */
function roomier(cache: Tensor, length: number, capacity: number): Tensor {
  const [b, , heads, width] = cache.shape as [number, number, number, number];
  const { device, dtype } = cache;
  const copied = (): Tensor =>
    length === 0
      ? zeros([b, capacity, heads, width], { device, dtype })
      : pad(slice(cache, 1, 0, length), 1, 0, capacity - length);
  return keep(noGrad(() => tidy(copied))); // the state has it, whatever scope makes room
}
