// Mamba2LM: the language model. Embedding, blocks, final norm, head; over whole sequences, with a state, or token by token.
import { Builder, Embedding, IGNORE_INDEX, type LayerNorm, Linear, type Module, type RMSNorm } from "@x/nn/core";
import {
  add,
  checkOptions,
  ConfigError,
  type Device,
  requireArity,
  reshape,
  slice,
  Tensor,
  tidy,
} from "@x/tensor/core";
import { embedded, hiddenStates, stateBefore } from "./backbone.ts";
import { addNorm, Block, blockNorm, type Stream } from "./block.ts";
import { mamba2Config, type Mamba2Config, type Mamba2Fields } from "../config/config.ts";
import { hasPart } from "../config/layers.ts";
import { headLogits } from "./head.ts";
import { partOf } from "./model-parts.ts";
import { dimensions } from "../config/dimensions.ts";
import { progressAfter } from "../generation/generation-progress.ts";
import {
  checkModelOptions,
  checkPrefill,
  checkSizes,
  FORWARD_OPTIONS,
  type ForwardOptions,
  hookOf,
  type LossOptions,
  type Mamba2LMOptions,
  MODEL_OPTIONS,
  PREFILL_OPTIONS,
  type PrefillOptions,
  requirePlaces,
  type TokenIds,
} from "./model-options.ts";
import { prefillDocuments } from "./prefill-documents.ts";
import { readRows } from "../inputs/read-rows.ts";
import { type LayerState, State } from "../state/state.ts";
import { TextModel } from "./text-model.ts";
import { checkLayerCount, checkState, idColumn, idRows, type Row, type Rows, targetRows } from "../inputs/inputs.ts";

/** Logits and the state after the last token. */
export interface Continuation {
  readonly logits: Tensor;
  readonly state: State;
}

/**
 * A Mamba-2 language model.
 *
 * Source: Dao and Gu, "Transformers are SSMs", 2024. Parameter names, order of operations and layout are those of state-spaces/mamba e9594ce.
 *
 * @throws ConfigError for a configuration that cannot be built
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * const logits = model.forward([72, 101, 108, 108, 111]);   // [1, 5, 256]
 */
export class Mamba2LM extends TextModel {
  static override readonly fieldsOnly = true;
  readonly embedding: Embedding;
  readonly layers: readonly Block[];
  readonly normF: RMSNorm | LayerNorm;
  /** absent when the head is the embedding */
  readonly lmHead: Linear | undefined;
  readonly config: Mamba2Config;
  /** those of "@x/mamba2/adapters", which attach themselves to its layers */
  adapters: readonly Module[] = [];
  /** Compute each block again in the backward pass instead of keeping its intermediates. */
  gradientCheckpointing: boolean = false;

  constructor(fields: Mamba2Fields, options: Mamba2LMOptions = {}) {
    requireArity("Mamba2LM", arguments, 2);
    super();
    checkOptions<Mamba2LMOptions>("Mamba2LM", options, MODEL_OPTIONS);
    checkModelOptions(options);
    if (fields === undefined)
      throw new ConfigError(
        "Mamba2LM: fields must be an object of configuration fields, preset(name) for a named one; got undefined.",
        { field: "fields" },
      );
    const config = mamba2Config(fields);
    checkSizes(config);
    const builder = new Builder({
      layers: config.nLayer,
      init: hookOf(config, options.init),
      ...(options.device !== undefined && { device: options.device }),
      ...(options.seed !== undefined && { seed: options.seed }),
      ...(options.dtype !== undefined && { dtype: options.dtype }),
      ...(options.quantize !== undefined && { quantize: options.quantize }),
    });
    const { paddedVocabSize } = dimensions(config);
    this.config = config;
    [this.embedding, this.layers, this.normF, this.lmHead] = builder.whole(() => [
      new Embedding(paddedVocabSize, config.dModel, { builder: builder.at("backbone.embedding") }),
      Array.from({ length: config.nLayer }, (_, i) => new Block(config, builder.at(`backbone.layers.${i}`, i), i)),
      blockNorm(config, builder.at("backbone.norm_f")),
      config.tieEmbeddings
        ? undefined
        : new Linear(config.dModel, paddedVocabSize, { bias: false, role: "head", builder: builder.at("lm_head") }),
    ]);
  }

  /** The device of its parameters. */
  get device(): Device {
    return this.embedding.weight.device;
  }

  /**
   * Next-token logits of every position.
   *
   * @returns [b, l, v], f32 (f64 on the CPU), v the padded vocabulary size
   * @throws ConfigError, ShapeError, DTypeError for tokens or options that do not fit
   * @example
   * const logits = new Mamba2LM(preset("tiny")).forward([[72, 105], [72, 111]]); // [2, 2, 256]
   */
  forward(ids: TokenIds, options: ForwardOptions = {}): Tensor {
    requireArity("Mamba2LM.forward", arguments, 2);
    checkOptions<ForwardOptions>("forward", options, FORWARD_OPTIONS);
    return tidy(() => {
      const read = readRows(ids, options, this.config, this.device);
      if (options.state) this.#ready(options.state, read.ids);
      return headLogits(this, hiddenStates(this, read, options).hidden);
    });
  }

  /**
   * Mean next-token cross entropy, in nats. With many tokens or a large vocabulary the logits are made block by block and never held as a whole.
   *
   * @param ids [b, l]
   * @param following [b, l] as ids, i32, already shifted: the token that follows each position; −100 where none counts
   * @returns a scalar, f32
   * @throws ConfigError for ids outside of the vocabulary, ShapeError where `following` is not like `ids`
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * console.log(await model.loss([[1, 2, 3]], [[2, 3, 4]]).item());
   */
  loss(ids: TokenIds, following: Rows, options: LossOptions = {}): Tensor {
    requireArity("Mamba2LM.loss", arguments, 3);
    checkOptions<LossOptions>("loss", options, { seqIdx: true, places: true });
    const { places } = options;
    if (places !== undefined) requirePlaces(places);
    return tidy(() => {
      const read = this.tokens(ids);
      const targets = targetRows(following, read, this.config, this.device, IGNORE_INDEX);
      const { hidden } = hiddenStates(this, { ids: read, length: read.shape[1]! }, options);
      return partOf("loss").of(this, hidden, targets, places);
    });
  }

  /**
   * Reads tokens, from nothing or on top of a state, and returns the state after them. The given state stays as it is. With `seqIdx` it is the state of the document
   * that a row ends in; a row that ends in padding has the state before any token. Rows of several lengths are padded on either side and come with `lengths` or an
   * `attentionMask`: the logits are those of each row's last token, and the state is that after it. Several prompts in one row, with `seqIdx` and `statePerDocument`, become rows
   * of the result, each with its state.
   *
   * @returns logits [b, k, v] of the last `logitsToKeep` (default 1) positions
   * @throws ConfigError, ShapeError, DTypeError for tokens or options that do not fit
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * const { state } = model.prefill([72, 105, 72, 101, 121], { seqIdx: [0, 0, 1, 1, 1], statePerDocument: true });
   * console.log(state.batch); // 2
   */
  prefill(ids: TokenIds, options: PrefillOptions = {}): Continuation {
    requireArity("Mamba2LM.prefill", arguments, 2);
    checkOptions<PrefillOptions>("prefill", options, PREFILL_OPTIONS);
    checkPrefill(options);
    const { state } = options;
    if (options.statePerDocument) return prefillDocuments(this, ids, options.seqIdx!, options.logitsToKeep ?? 1);
    const { logits, layers, last, positions, length, tokens } = tidy(() => {
      const read = readRows(ids, options, this.config, this.device);
      if (state) this.#ready(state, read.ids);
      const { hidden, states, positions } = hiddenStates(this, read, { logitsToKeep: 1, ...options }, true);
      const scores = headLogits(this, hidden); // [b, k, v]
      const [b, k, v] = scores.shape as [number, number, number];
      return {
        logits: scores,
        layers: states,
        last: reshape(k === 1 ? scores : slice(scores, 1, k - 1), [b, v]),
        positions,
        length: read.length,
        tokens: read.tokens,
      };
    });
    const progress = progressAfter(state?.progress, last, options.seqIdx === undefined ? tokens : undefined);
    if (state) return { logits, state: state.after({ layers, positions }, length, progress) };
    return { logits, state: new State(layers, progress, positions && { positions, length }) };
  }

  /**
   * Reads one token per sequence.
   *
   * @param ids [b], numbers or i32
   * @returns logits [b, v], f32, and the next state; the given one stays as it is
   * @throws ConfigError for ids outside of the vocabulary, ShapeError for a state of another batch or model
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * const { state } = model.prefill([1, 2, 3]);
   * const { logits } = model.step([4], state); // [1, v]
   */
  step(ids: Tensor | Row, state: State): Continuation {
    requireArity("Mamba2LM.step", arguments, 2);
    const { logits, ...next } = tidy(() => {
      const read = idColumn(ids, this.config, this.device);
      this.#ready(state, read);
      return this.stepLayers(read, state.layers, state.positions);
    });
    const rows = ids instanceof Tensor ? undefined : Array.from(ids, (id) => [id]);
    const progress = progressAfter(state.progress, reshape(logits, logits.shape), rows);
    return { logits, state: state.after(next, 1, progress) };
  }

  /** Raises unless a state fits ids [b] or [b, l]; makes room for them in its caches. */
  #ready(state: State, { shape: [b, l = 1] }: Tensor): void {
    checkState(state, this.config, b!, this.device);
    state.reserve(l);
  }

  /**
   * {@link Mamba2LM.step} on plain trees of tensors, so that it can be captured. Caches are appended to in place and must have room ({@link State.reserve}); those of the result
   * are the same memory.
   *
   * @param ids [b] i32
   * @param positions [b] i32, tokens that the caches hold of each row: the state's, for a model with attention
   * @returns logits [b, v], f32 (f64 on the CPU), the layers and the positions after the token
   * @throws ShapeError for states of another model; ConfigError for a model with attention without positions
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * const state = model.initialState();
   * const { logits } = model.stepLayers(tensor([72], { dtype: "i32" }), state.layers, state.positions); // [1, 256]
   */
  stepLayers(
    ids: Tensor,
    states: readonly LayerState[],
    positions?: Tensor,
  ): { logits: Tensor; layers: LayerState[]; positions?: Tensor } {
    requireArity("Mamba2LM.stepLayers", arguments, 3);
    checkLayerCount(states, this.config);
    if (!positions && hasPart(this.config, "attention"))
      throw new ConfigError("stepLayers: positions must be given for a model with attention; got none.", {
        field: "positions",
      });
    let stream: Stream = { hidden: embedded(this, ids) }; // [b, d]
    const layers = this.layers.map((block, i) => {
      const next = block.step(stream, states[i]!, positions);
      stream = next.stream;
      return next.state;
    });
    const logits = headLogits(this, addNorm(this.normF, stream).y);
    return { logits, layers, ...(positions && { positions: add(positions, 1) }) };
  }

  /** The state before any token: zeros, or the learned one of each mixer. */
  initialState(batch = 1): State {
    requireArity("Mamba2LM.initialState", arguments, 1);
    return stateBefore(this, batch);
  }

  /**
   * Token ids as an i32 tensor [b, l] on the model's device; numbers are checked.
   *
   * @throws ConfigError for an id outside of the vocabulary, rows of different lengths or no token at all
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * model.tokens([[1, 2, 3], [4, 5, 6]]); // [2, 3]
   */
  tokens(ids: TokenIds): Tensor {
    requireArity("Mamba2LM.tokens", arguments, 1);
    return idRows("ids", ids, this.config, this.device);
  }
}
