// Mamba2LM: the language model. Embedding, blocks, final norm, head; over whole sequences, with a state, or token by token.
import {
  Builder,
  crossEntropy,
  Embedding,
  IGNORE_INDEX,
  type LayerNorm,
  Linear,
  linearCrossEntropy,
  Module,
  type RMSNorm,
  zerosInit,
} from "@x/nn";
import {
  add,
  checkOptions,
  ConfigError,
  type Device,
  float32ArrayOf,
  linear,
  reshape,
  slice,
  Tensor,
  type TensorBytes,
  tidy,
} from "@x/tensor/core";
import { describeValue } from "@x/base";
import { embedded, hiddenStates } from "./backbone.ts";
import { addNorm, Block, blockNorm, type Stream } from "./block.ts";
import { type CheckpointFiles, openCheckpoint, writeCheckpoint, type WrittenCheckpoint } from "./checkpoint/files.ts";
import type { LayoutName } from "./families/family.ts";
import { layoutFor } from "./families/table.ts";
import { hostTensors, storedDType } from "./checkpoint/host.ts";
import { fillParameters } from "./checkpoint/fill.ts";
import { requireSources, type TensorSource } from "./checkpoint/sources.ts";
import { nameSources } from "./checkpoint/named-sources.ts";
import { fromLayout } from "./checkpoint/tensors.ts";
import { warn } from "./checkpoint/warnings.ts";
import { checkWritable } from "./checkpoint/writable.ts";
import { mamba2Config, type Mamba2Config, type Mamba2Fields, requireConfig } from "./config/config.ts";
import { hasPart } from "./config/layers.ts";
import { dimensions } from "./dimensions.ts";
import { progressAfter } from "./generation/generation-progress.ts";
import { complete, type Completed, type CompleteOptions, type Prompt } from "./generation/complete.ts";
import { type GenerateOptions, generateIds } from "./generation/generate.ts";
import { type GenerateTextOptions, generateText } from "./generation/generate-text.ts";
import {
  checkModelOptions,
  checkSizes,
  FORWARD_OPTIONS,
  type ForwardOptions,
  hookOf,
  LOAD_FILES_OPTIONS,
  LOAD_OPTIONS,
  type LoadFilesOptions,
  type LoadOptions,
  type Mamba2LMOptions,
  MODEL_OPTIONS,
  PADDING_OPTIONS,
  PRETRAINED_OPTIONS,
  type PretrainedOptions,
  SAVE_OPTIONS,
  type SaveOptions,
  type TokenIds,
} from "./model-options.ts";
import { readRows } from "./read-rows.ts";
import { scaled } from "./scaled.ts";
import { type LayerState, State } from "./state.ts";
import { checkLayerCount, checkState, idColumn, idRows, type Row, type Rows, targetRows } from "./inputs.ts";

/** Logits that the loss holds at once, 64 MiB of them. */
const MOST_LOGITS = 2 ** 24;

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
export class Mamba2LM extends Module {
  static readonly fieldsOnly = true;
  readonly embedding: Embedding;
  readonly layers: readonly Block[];
  readonly normF: RMSNorm | LayerNorm;
  /** absent when the head is the embedding */
  readonly lmHead: Linear | undefined;
  readonly config: Mamba2Config;
  /** Compute each block again in the backward pass instead of keeping its intermediates. */
  gradientCheckpointing: boolean = false;

  constructor(fields: Mamba2Fields, options: Mamba2LMOptions = {}) {
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
      ...(options.device && { device: options.device }),
      ...(options.seed !== undefined && { seed: options.seed }),
      ...(options.dtype && { dtype: options.dtype }),
      ...(options.quantize && { quantize: options.quantize }),
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
   * Loads a checkpoint of any layout.
   *
   * @param files by name, or a function that reads one by name; `loadFolder` of "@x/mamba2/node" reads folders
   * @throws CheckpointError, ConfigError
   * @example
   * const { files } = await new Mamba2LM(preset("tiny")).save();   // or (name) => the bytes of that file
   * const model = await Mamba2LM.load(files);
   */
  static async load(files: CheckpointFiles, options: LoadFilesOptions = {}): Promise<Mamba2LM> {
    checkOptions<LoadFilesOptions>("Mamba2LM.load", options, LOAD_FILES_OPTIONS);
    const { layout, gatedNormGroups, dtLimit, onWarning, ...where } = options;
    const { config, tensors, warnings } = await openCheckpoint(files, {
      ...(layout && { layout }),
      ...(gatedNormGroups !== undefined && { gatedNormGroups }),
      ...(dtLimit && { dtLimit }),
    });
    warn(warnings, { ...(onWarning && { onWarning }) });
    return Mamba2LM.fromSources(config, tensors, where);
  }

  /**
   * Loads a model from a hub by its name: `owner/name`, or `owner/name@revision`. Its files are kept in a cache and checked; with `cache: false` they go straight to the
   * device and are checked as they pass. What reads hubs ("@x/mamba2/hub") is loaded when this is called, so a page that does not call it does not hold it.
   *
   * @throws CheckpointError for a repository that is not there, is private, or is no checkpoint, and for damaged files; ConfigError; the signal's reason when it is aborted
   * @example
   * const load = (name: string) => Mamba2LM.fromPretrained(name, { dtype: "bf16", onProgress: ({ loadedBytes }) => console.log(loadedBytes) });
   */
  static async fromPretrained(name: string, options: PretrainedOptions = {}): Promise<Mamba2LM> {
    checkOptions<PretrainedOptions>("Mamba2LM.fromPretrained", options, PRETRAINED_OPTIONS);
    const { device, dtype, quantize, layout, gatedNormGroups, ...from } = options;
    const { pretrained } = await import("./hub/pretrained.ts");
    return pretrained(
      name,
      from,
      { ...(layout && { layout }), ...(gatedNormGroups !== undefined && { gatedNormGroups }) },
      ({ config, tensors }) =>
        Mamba2LM.fromSources(config, tensors, {
          ...(device && { device }),
          ...(dtype && { dtype }),
          ...(quantize && { quantize }),
        }),
    );
  }

  /**
   * A model with the values of tensors that are read a piece at a time: beside the model, host memory holds some MiB, whatever the device stores them as.
   *
   * @throws CheckpointError that lists the tensors that are missing, unknown or of another shape
   */
  static async fromSources(
    config: Mamba2Config,
    tensors: ReadonlyMap<string, TensorSource>,
    options: LoadOptions = {},
  ): Promise<Mamba2LM> {
    checkOptions<LoadOptions>("Mamba2LM.fromSources", options, LOAD_OPTIONS);
    requireConfig("Mamba2LM.fromSources", config);
    requireSources("Mamba2LM.fromSources", tensors);
    const { tensors: named } = await nameSources(config, tensors);
    const model = new Mamba2LM(config, { ...options, init: () => zerosInit });
    try {
      await fillParameters(model, named);
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  /** A model with the values of a checkpoint's tensors, which are given under this project's names. */
  static fromTensors(
    config: Mamba2Config,
    tensors: ReadonlyMap<string, TensorBytes>,
    options: LoadOptions = {},
  ): Mamba2LM {
    checkOptions<LoadOptions>("Mamba2LM.fromTensors", options, LOAD_OPTIONS);
    const named = fromLayout(config, tensors); // one sentence about all that is missing or of another shape
    const model = new Mamba2LM(config, {
      ...options,
      init:
        ({ path }) =>
        () =>
          float32ArrayOf(named.get(path)!),
    });
    for (const parameter of model.parameters()) parameter.markStoredAs(storedDType(named.get(parameter.path)!.dtype));
    return model;
  }

  /**
   * The files of a checkpoint with this model's values, by default in the layout that {@link layoutFor} chooses; parameters that have not changed since they were loaded keep their element type and bits. What the layout cannot say
   * goes to `onWarning`, and is returned.
   *
   * @throws ConfigError when the layout cannot hold the model
   */
  async save(layout: LayoutName = layoutFor(this.config), options: SaveOptions = {}): Promise<WrittenCheckpoint> {
    checkOptions<SaveOptions>("save", options, SAVE_OPTIONS);
    const { onWarning, ...writing } = options;
    checkWritable(layout, this.config, writing);
    const written = writeCheckpoint(layout, this.config, await hostTensors(this), writing);
    warn(written.warnings, { ...(onWarning && { onWarning }) });
    return written;
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
    checkOptions<ForwardOptions>("forward", options, FORWARD_OPTIONS);
    return tidy(() => {
      const read = readRows(ids, options, this.config, this.device);
      if (options.state) this.#ready(options.state, read.ids);
      return this.#head(hiddenStates(this, read, options).hidden);
    });
  }

  /**
   * Mean next-token cross entropy, in nats. With many tokens or a large vocabulary the logits are made block by block and never held as a whole.
   *
   * @param ids [b, l]
   * @param following [b, l] as ids, already shifted: the token that follows each position; −100 where none counts
   */
  loss(ids: TokenIds, following: Rows, options: Pick<ForwardOptions, "seqIdx"> = {}): Tensor {
    checkOptions<Pick<ForwardOptions, "seqIdx">>("loss", options, { seqIdx: true });
    return tidy(() => {
      const read = this.tokens(ids);
      const targets = targetRows(following, read, this.config, this.device, IGNORE_INDEX);
      const { hidden } = hiddenStates(this, { ids: read, length: read.shape[1]! }, options);
      const large =
        targets.size * this.#headWeight.shape[0]! > MOST_LOGITS ||
        this.#headWeight.storage.sizeBytes > this.#headWeight.device.maxOperandBytes;
      return large
        ? linearCrossEntropy(scaled(hidden, this.config.multipliers.logits), this.#headWeight, targets)
        : crossEntropy(this.#head(hidden), targets);
    });
  }

  /**
   * Reads tokens, from nothing or on top of a state, and returns the state after them. The given state stays as it is. With `seqIdx` it is the state of the document
   * that a row ends in; a row that ends in padding has the state before any token. Rows of several lengths are padded on either side and come with `lengths` or an
   * `attentionMask`: the logits are those of each row's last token, and the state is that after it.
   *
   * @returns logits [b, k, v] of the last `logitsToKeep` (default 1) positions
   */
  prefill(ids: TokenIds, options: Omit<ForwardOptions, "onLayer"> = {}): Continuation {
    checkOptions<Omit<ForwardOptions, "onLayer">>("prefill", options, {
      ...PADDING_OPTIONS,
      seqIdx: true,
      state: true,
      logitsToKeep: true,
    });
    const { state } = options;
    const { logits, layers, last, positions, length, tokens } = tidy(() => {
      const read = readRows(ids, options, this.config, this.device);
      if (state) this.#ready(state, read.ids);
      const { hidden, states, positions } = hiddenStates(this, read, { logitsToKeep: 1, ...options }, true);
      const scores = this.#head(hidden); // [b, k, v]
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
   * @param ids [b]
   * @returns logits [b, v] and the next state; the given one stays as it is
   */
  step(ids: Tensor | Row, state: State): Continuation {
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
    const logits = this.#head(addNorm(this.normF, stream).y);
    return { logits, layers, ...(positions && { positions: add(positions, 1) }) };
  }

  /**
   * Continues a text: an async iterator of its pieces.
   *
   * @throws ConfigError for an option out of range, an empty prompt, or a model that needs a tokenizer and got none
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * for await (const piece of model.generate("interface ", { maxTokens: 8, temperature: 0.8, seed: 1 })) console.log(piece);
   */
  async *generate(prompt: string, options: GenerateTextOptions = {}): AsyncGenerator<string, void, void> {
    if (typeof prompt !== "string")
      throw new ConfigError(`generate: prompt must be a text; got ${describeValue(prompt)}. generateIds takes ids.`, {
        field: "prompt",
        got: prompt,
      });
    yield* generateText(this, prompt, options);
  }

  /** Continues token sequences: an async iterator of one id per row, null for a row that has ended. */
  generateIds(
    prompts: readonly (readonly number[])[],
    options: GenerateOptions = {},
  ): AsyncGenerator<(number | null)[], void, void> {
    return generateIds(this, prompts, options);
  }

  /**
   * Continues prompts, texts or token ids of any lengths, and returns the whole results: several samples of each (`n`), log-probabilities, why each ended, counts of tokens.
   *
   * @throws ConfigError for an option out of range, an empty prompt, or a model that needs a tokenizer and got none
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * const { completions } = await model.complete(["interface "], { n: 2, maxTokens: 8, stop: ";" });
   * console.log(completions[0]!.map(({ text, finishReason }) => [text, finishReason]));
   */
  complete(prompts: readonly Prompt[], options: CompleteOptions = {}): Promise<Completed> {
    return complete(this, prompts, options);
  }

  /** The state before any token: zeros, or the learnt one of each mixer. */
  initialState(batch = 1): State {
    return State.empty(this.config, batch, this.device, (i) => this.layers[i]!.mixer?.initialState(batch));
  }

  /**
   * Token ids as an i32 tensor [b, l] on the model's device; numbers are checked.
   *
   * @throws ConfigError for an id outside of the vocabulary, rows of different lengths or no token at all
   */
  tokens(ids: TokenIds): Tensor {
    return idRows("ids", ids, this.config, this.device);
  }

  get #headWeight(): Tensor {
    return (this.lmHead ?? this.embedding).weight.value;
  }

  #head(hidden: Tensor): Tensor {
    return linear(scaled(hidden, this.config.multipliers.logits), this.#headWeight);
  }
}
