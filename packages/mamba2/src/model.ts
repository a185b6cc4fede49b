// Mamba2LM: the language model. Embedding, blocks, final norm, head; over whole sequences, with a state, or token by token.
import {
  Builder,
  crossEntropy,
  Embedding,
  IGNORE_INDEX,
  type InitHook,
  type LayerNorm,
  Linear,
  linearCrossEntropy,
  Module,
  type RMSNorm,
  zerosInit,
} from "@x/nn";
import {
  checkOptions,
  checkpoint,
  ConfigError,
  type Device,
  DeviceError,
  float32ArrayOf,
  linear,
  type QuantizeParams,
  requireFunction,
  reshape,
  sizeOf,
  slice,
  Tensor,
  type TensorBytes,
  tidy,
} from "@x/tensor/core";
import { describeValue, type OptionKeys } from "@x/base";
import { addNorm, Block, blockNorm, type Stream } from "./block.ts";
import type { ReadConfigOptions } from "./checkpoint/detect.ts";
import {
  type CheckpointFiles,
  openCheckpoint,
  type WriteCheckpointOptions,
  writeCheckpoint,
  type WrittenCheckpoint,
} from "./checkpoint/files.ts";
import type { LayoutName } from "./checkpoint/layout.ts";
import { hostTensors, storedDType } from "./checkpoint/host.ts";
import { tensorOf, type TensorSource } from "./checkpoint/sources.ts";
import { fromLayout } from "./checkpoint/tensors.ts";
import { warn, type WarningOptions } from "./checkpoint/warnings.ts";
import { checkWritable } from "./checkpoint/writable.ts";
import { mamba2Config, type Mamba2Config } from "./config.ts";
import { dimensions, parameterCount, parameterShapes } from "./dimensions.ts";
import { type GenerateOptions, generateIds } from "./generate.ts";
import { type GenerateTextOptions, generateText } from "./generate-text.ts";
import { initHook, type InitPreset } from "./init-hook.ts";
import { type LayerState, type Progress, State } from "./state.ts";
import { TokenHistory } from "./token-history.ts";
import {
  checkLayerCount,
  checkState,
  documentRows,
  hostRows,
  idColumn,
  idRows,
  type Row,
  type Rows,
  targetRows,
} from "./inputs.ts";

export interface Mamba2LMOptions {
  /** default: the shared CPU device */
  readonly device?: Device;
  /** of the first values; default 0 */
  readonly seed?: number;
  /**
   * How parameters are drawn: a preset by name, or a hook that gets each parameter and how it would be drawn by default. Default: like the
   * official implementation, with projections into the residual stream times 1/√(residualsPerLayer·L) = 1/√(2L).
   */
  readonly init?: InitHook | InitPreset;
  /**
   * f64 is for gradient checks on the CPU. f16 and bf16 store the matrices (embedding, head, in_proj, out_proj, MLP) so, frozen, to run in less memory;
   * what is left, and every sum, stays f32. Default f32.
   */
  readonly dtype?: "f32" | "f64" | "f16" | "bf16";
  /** Stores projections as integers of so many bits, frozen, with an f32 scale per `groupSize` (default 32) of a row; embedding and head are of `dtype`. */
  readonly quantize?: Partial<QuantizeParams>;
}

/** Where a checkpoint's values go, and how matrices are stored there. */
export type LoadOptions = Pick<Mamba2LMOptions, "device" | "dtype" | "quantize">;

/** How a checkpoint's files are read, beside where its values go. */
export interface LoadFilesOptions extends LoadOptions, ReadConfigOptions, WarningOptions {}

/** How a model is saved. */
export interface SaveOptions extends WriteCheckpointOptions, WarningOptions {}

/** Token ids: one sequence, several of one length, or a tensor [b, l] of i32. */
export type TokenIds = Rows;

export interface ForwardOptions {
  /**
   * of the ids' shape: the number of the document that each token belongs to; documents do not see each other. A document is a run of equal numbers, which may repeat;
   * −1 is padding. Not together with `state`.
   */
  readonly seqIdx?: Rows;
  /** continue from this state */
  readonly state?: State;
  /** logits of the last positions only; default all */
  readonly logitsToKeep?: number;
  /** Called after each block with its last sublayer's output and the residual stream that it will be added to. */
  onLayer?(layer: number, stream: Required<Stream>): void;
}

const FORWARD_OPTIONS: OptionKeys<ForwardOptions> = { seqIdx: true, state: true, logitsToKeep: true, onLayer: true };
const MODEL_OPTIONS: OptionKeys<Mamba2LMOptions> = {
  device: true,
  seed: true,
  init: true,
  dtype: true,
  quantize: true,
};
const LOAD_OPTIONS: OptionKeys<LoadOptions> = { device: true, dtype: true, quantize: true };
const LOAD_FILES_OPTIONS: OptionKeys<LoadFilesOptions> = {
  ...LOAD_OPTIONS,
  layout: true,
  gatedNormGroups: true,
  onWarning: true,
};
const SAVE_OPTIONS: OptionKeys<SaveOptions> = { maxShardBytes: true, onWarning: true };
/** Beyond this no configuration is meant: 256 GiB of f32. */
const MOST_PARAMETERS = 2 ** 36;
const DTYPES: readonly unknown[] = ["f32", "f64", "f16", "bf16"];

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

  constructor(fields: Partial<Mamba2Config>, options: Mamba2LMOptions = {}) {
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
      Array.from({ length: config.nLayer }, (_, i) => new Block(config, builder.at(`backbone.layers.${i}`, i))),
      blockNorm(config, builder.at("backbone.norm_f")),
      config.tieEmbeddings
        ? undefined
        : new Linear(config.dModel, paddedVocabSize, { bias: false, role: "head", builder: builder.at("lm_head") }),
    ]);
  }

  /** Where its parameters lie. */
  get device(): Device {
    return this.embedding.weight.device;
  }

  /**
   * Loads a checkpoint of any layout.
   *
   * @param files by name, or a function that reads one by name; `loadFolder` of "@x/mamba2/node" reads folders
   * @throws CheckpointError, ConfigError
   * @example
   * const { files } = await new Mamba2LM(preset("tiny")).save();   // or (name) => the bytes of that file, from wherever it lies
   * const model = await Mamba2LM.load(files);
   */
  static async load(files: CheckpointFiles, options: LoadFilesOptions = {}): Promise<Mamba2LM> {
    checkOptions<LoadFilesOptions>("Mamba2LM.load", options, LOAD_FILES_OPTIONS);
    const { layout, gatedNormGroups, onWarning, ...where } = options;
    const { config, tensors, warnings } = await openCheckpoint(files, {
      ...(layout && { layout }),
      ...(gatedNormGroups !== undefined && { gatedNormGroups }),
    });
    warn(warnings, { ...(onWarning && { onWarning }) });
    return Mamba2LM.fromSources(config, tensors, where);
  }

  /** A model with the values of tensors that are read one at a time: beside the model, host memory holds the largest of them. */
  static async fromSources(
    config: Mamba2Config,
    tensors: ReadonlyMap<string, TensorSource>,
    options: LoadOptions = {},
  ): Promise<Mamba2LM> {
    if (options.quantize) {
      // integers are made of whole weights while the model is built, which takes them at once
      const whole = new Map<string, TensorBytes>();
      for (const [name, source] of tensors) whole.set(name, await tensorOf(source));
      return Mamba2LM.fromTensors(config, whole, options);
    }
    checkOptions<LoadOptions>("Mamba2LM.fromSources", options, LOAD_OPTIONS);
    const model = new Mamba2LM(config, { ...options, init: () => zerosInit });
    try {
      for (const parameter of model.parameters()) {
        const tensor = await tensorOf(tensors.get(parameter.path)!);
        parameter.write(float32ArrayOf(tensor));
        parameter.markStoredAs(storedDType(tensor.dtype));
      }
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  /** A model with the values of a checkpoint's tensors, which are given under the official names. */
  static fromTensors(
    config: Mamba2Config,
    tensors: ReadonlyMap<string, TensorBytes>,
    options: LoadOptions = {},
  ): Mamba2LM {
    checkOptions<LoadOptions>("Mamba2LM.fromTensors", options, LOAD_OPTIONS);
    fromLayout(config, tensors); // one sentence about all that is missing or of another shape
    const model = new Mamba2LM(config, {
      ...options,
      init:
        ({ path }) =>
        () =>
          float32ArrayOf(tensors.get(path)!),
    });
    for (const parameter of model.parameters()) parameter.markStoredAs(storedDType(tensors.get(parameter.path)!.dtype));
    return model;
  }

  /**
   * The files of a checkpoint with this model's values; parameters that have not changed since they were loaded keep their element type and bits. What the layout cannot say
   * goes to `onWarning`, and is returned.
   *
   * @throws ConfigError when the layout cannot hold the model
   */
  async save(layout: LayoutName = "official", options: SaveOptions = {}): Promise<WrittenCheckpoint> {
    checkOptions<SaveOptions>("save", options, SAVE_OPTIONS);
    const { onWarning, ...writing } = options;
    checkWritable(layout, this.config, writing);
    const written = writeCheckpoint(layout, this.config, await hostTensors(this), writing);
    warn(written.warnings, { ...(onWarning && { onWarning }) });
    return written;
  }

  /** Next-token logits of every position. @returns [b, l, v], v the padded vocabulary size */
  forward(ids: TokenIds, options: ForwardOptions = {}): Tensor {
    checkOptions<ForwardOptions>("forward", options, FORWARD_OPTIONS);
    return tidy(() => this.#head(this.#hidden(this.tokens(ids), options).hidden));
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
      const { hidden } = this.#hidden(read, options);
      const large =
        targets.size * this.#headWeight.shape[0]! > MOST_LOGITS ||
        this.#headWeight.storage.sizeBytes > this.#headWeight.device.maxOperandBytes;
      return large ? linearCrossEntropy(hidden, this.#headWeight, targets) : crossEntropy(this.#head(hidden), targets);
    });
  }

  /**
   * Reads tokens, from nothing or on top of a state, and returns the state after them. The given state stays as it is. With `seqIdx` it is the state of the document
   * that a row ends in, so rows of several lengths are padded in front; a row that ends in padding has the state before any token.
   *
   * @returns logits [b, k, v] of the last `logitsToKeep` (default 1) positions
   */
  prefill(ids: TokenIds, options: Pick<ForwardOptions, "seqIdx" | "state" | "logitsToKeep"> = {}): Continuation {
    checkOptions<Pick<ForwardOptions, "seqIdx" | "state" | "logitsToKeep">>("prefill", options, {
      seqIdx: true,
      state: true,
      logitsToKeep: true,
    });
    const { logits, layers, last } = tidy(() => {
      const { hidden, states } = this.#hidden(this.tokens(ids), { logitsToKeep: 1, ...options }, true);
      const scores = this.#head(hidden); // [b, k, v]
      const [b, k, v] = scores.shape as [number, number, number];
      return { logits: scores, layers: states, last: reshape(k === 1 ? scores : slice(scores, 1, k - 1), [b, v]) };
    });
    return {
      logits,
      state: new State(
        layers,
        progressAfter(options.state, last, options.seqIdx === undefined ? hostRows(ids) : undefined),
      ),
    };
  }

  /**
   * Reads one token per sequence.
   *
   * @param ids [b]
   * @returns logits [b, v] and the next state; the given one stays as it is
   */
  step(ids: Tensor | Row, state: State): Continuation {
    const { logits, layers } = tidy(() => {
      const read = idColumn(ids, this.config, this.device);
      checkState(state, this.config, read.shape[0]!, this.device);
      return this.stepLayers(read, state.layers);
    });
    const rows = ids instanceof Tensor ? undefined : Array.from(ids, (id) => [id]);
    return { logits, state: new State(layers, progressAfter(state, reshape(logits, logits.shape), rows)) };
  }

  /** {@link Mamba2LM.step} on plain trees of tensors, so that it can be captured. @param ids [b] i32 */
  stepLayers(ids: Tensor, states: readonly LayerState[]): { logits: Tensor; layers: LayerState[] } {
    checkLayerCount(states, this.config);
    let stream: Stream = { hidden: this.embedding.forward(ids) }; // [b, d]
    const layers = this.layers.map((block, i) => {
      const next = block.step(stream, states[i]!);
      stream = next.stream;
      return next.state;
    });
    return { logits: this.#head(addNorm(this.normF, stream).y), layers };
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

  /** Continues token sequences of one length: an async iterator of one id per row, null for a row that has ended. */
  generateIds(
    prompts: readonly (readonly number[])[],
    options: GenerateOptions = {},
  ): AsyncGenerator<(number | null)[], void, void> {
    return generateIds(this, prompts, options);
  }

  /** The state before any token. */
  initialState(batch = 1): State {
    return State.empty(this.config, batch, this.device);
  }

  /**
   * Token ids as an i32 tensor [b, l] on the model's device; numbers are checked.
   *
   * @throws ConfigError for an id outside of the vocabulary, rows of different lengths or no token at all
   */
  tokens(ids: TokenIds): Tensor {
    return idRows("ids", ids, this.config, this.device);
  }

  /** The normed hidden states of the last positions, and the states after the last token when asked for. */
  #hidden(ids: Tensor, options: ForwardOptions, returnState = false): { hidden: Tensor; states: LayerState[] } {
    const { state, logitsToKeep } = options;
    if (options.onLayer !== undefined) requireFunction("forward", "onLayer", options.onLayer);
    if (options.seqIdx && state)
      throw new ConfigError(
        "forward: seqIdx and state must not be given together; a state continues one document per row.",
        { field: "seqIdx" },
      );
    if (logitsToKeep !== undefined && (!Number.isSafeInteger(logitsToKeep) || logitsToKeep < 1)) {
      throw new ConfigError(`logitsToKeep: must be a whole number of at least 1; got ${describeValue(logitsToKeep)}.`, {
        field: "logitsToKeep",
        got: logitsToKeep,
      });
    }
    const seqIdx = options.seqIdx === undefined ? undefined : documentRows(options.seqIdx, ids, this.device);
    if (state) checkState(state, this.config, ids.shape[0]!, this.device);
    const embedded = this.embedding.forward(ids); // [b, l, d]
    const states: LayerState[] = [];
    let stream: Stream = { hidden: embedded };
    for (const [i, block] of this.layers.entries()) {
      if (this.gradientCheckpointing && !returnState && !options.onLayer) {
        stream = { hidden: this.#checkpointed(block, stream.hidden, seqIdx, state) };
        continue;
      }
      const result = block.forward(stream, { seqIdx, state: state?.layers[i], returnState });
      stream = result.stream;
      if (result.state) states.push(result.state);
      options.onLayer?.(i, result.stream);
    }
    const l = ids.shape[1]!;
    const last = (x: Tensor): Tensor =>
      logitsToKeep === undefined || logitsToKeep >= l ? x : slice(x, 1, l - logitsToKeep);
    const kept: Stream = stream.residual
      ? { hidden: last(stream.hidden), residual: last(stream.residual) }
      : { hidden: last(stream.hidden) };
    return { hidden: addNorm(this.normF, kept).y, states };
  }

  #checkpointed(block: Block, x: Tensor, seqIdx: Tensor | undefined, state: State | undefined): Tensor {
    const layer = this.layers.indexOf(block);
    return checkpoint(
      () => block.forwardSummed(x, { seqIdx, state: state?.layers[layer] }),
      [x, ...block.parameters().map(({ value }) => value)],
    );
  }

  get #headWeight(): Tensor {
    return (this.lmHead ?? this.embedding).weight.value;
  }

  #head(hidden: Tensor): Tensor {
    return linear(hidden, this.#headWeight);
  }
}

/** What generation goes on from after tokens: their scores, and a history where they came as numbers. */
function progressAfter(
  before: State | undefined,
  logits: Tensor,
  rows: readonly (readonly number[])[] | undefined,
): Progress {
  const history = before ? before.progress.history : TokenHistory.empty(logits.shape[0]!);
  return {
    drawn: before?.progress.drawn ?? 0,
    seed: before?.progress.seed,
    logits,
    history: rows && history?.append(rows),
  };
}

/** Raises, before anything is drawn, about a model that no machine holds: systems hand out memory that they do not have, and end the process when it is used. */
function checkSizes(config: Mamba2Config): void {
  for (const [path, shape] of parameterShapes(config)) {
    const sizeBytes = 4 * sizeOf(shape);
    if (sizeBytes > 4 * MOST_PARAMETERS) {
      throw new DeviceError(
        `${path}: must fit in memory; [${shape.join(", ")}] takes ${sizeBytes} bytes, which cannot be allocated.`,
        { got: sizeBytes },
      );
    }
  }
  const count = parameterCount(config);
  if (count > MOST_PARAMETERS)
    throw new ConfigError(
      `Mamba2LM: the configuration must have at most ${MOST_PARAMETERS} parameters; got ${count}.`,
      { expected: MOST_PARAMETERS, got: count },
    );
}

function checkModelOptions({ init, dtype, quantize, seed }: Mamba2LMOptions): void {
  const refuse = (field: string, must: string, got: unknown): never => {
    throw new ConfigError(`Mamba2LM: ${field} must be ${must}; got ${describeValue(got)}.`, { field, got });
  };
  if (dtype !== undefined && !DTYPES.includes(dtype)) refuse("dtype", DTYPES.join(", "), dtype);
  if (init !== undefined && typeof init !== "string" && typeof init !== "function")
    refuse("init", "a preset's name or a hook", init);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0))
    refuse("seed", "an integer from 0 to 2^53 − 1", seed);
  checkOptions<Partial<QuantizeParams>>("Mamba2LM: quantize", quantize, { bits: true, groupSize: true });
}

function hookOf(config: Mamba2Config, init: InitHook | InitPreset | undefined): InitHook {
  if (typeof init === "string") return initHook(init, config);
  const standardHook = initHook("default", config);
  return init ? (parameter, standard) => init(parameter, standardHook(parameter, standard)) : standardHook;
}
