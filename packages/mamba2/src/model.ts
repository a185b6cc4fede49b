// Mamba2LM: the language model. Embedding, blocks, final norm, head; over whole sequences, with a state, or token by token.
import { Builder, crossEntropy, Embedding, type InitHook, type LayerNorm, Linear, linearCrossEntropy, Module, type RMSNorm } from "@x/nn";
import { checkpoint, ConfigError, type Device, float32ArrayOf, linear, type QuantizeParams, reshape, ShapeError, slice, type Tensor, tensor, type TensorBytes, tidy } from "@x/tensor";
import { addNorm, Block, blockNorm, type Stream } from "./block.ts";
import { type CheckpointFiles, readCheckpoint, type WriteCheckpointOptions, writeCheckpoint, type WrittenCheckpoint } from "./checkpoint/files.ts";
import type { LayoutName } from "./checkpoint/layout.ts";
import { hostTensors, storedDType } from "./checkpoint/host.ts";
import { mamba2Config, type Mamba2Config } from "./config.ts";
import { dimensions } from "./dimensions.ts";
import { type GenerateOptions, generateIds } from "./generate.ts";
import { type GenerateTextOptions, generateText } from "./generate-text.ts";
import { initHook, type InitPreset } from "./init-hook.ts";
import { type LayerState, type Progress, State } from "./state.ts";
import { TokenHistory } from "./token-history.ts";

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

/** Token ids: one sequence, several of one length, or a tensor [b, l] of i32. */
export type TokenIds = Tensor | readonly number[] | readonly (readonly number[])[];

export interface ForwardOptions {
  /** [b, l] i32: which document each token belongs to; documents do not see each other. −1 is padding. Not together with `state`. */
  readonly seqIdx?: Tensor;
  /** continue from this state */
  readonly state?: State;
  /** logits of the last positions only; default all */
  readonly logitsToKeep?: number;
  /** Called after each block with its last sublayer's output and the residual stream that it will be added to. */
  onLayer?(layer: number, stream: Required<Stream>): void;
}

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
    if (fields === undefined) throw new ConfigError("Mamba2LM: fields must be an object of configuration fields, preset(name) for a named one; got undefined.", { field: "fields" });
    const config = mamba2Config(fields);
    const builder = new Builder({
      layers: config.nLayer, init: hookOf(config, options.init),
      ...(options.device && { device: options.device }),
      ...(options.seed !== undefined && { seed: options.seed }),
      ...(options.dtype && { dtype: options.dtype }),
      ...(options.quantize && { quantize: options.quantize }),
    });
    const { paddedVocabSize } = dimensions(config);
    this.config = config;
    this.embedding = new Embedding(paddedVocabSize, config.dModel, { builder: builder.at("backbone.embedding") });
    this.layers = Array.from({ length: config.nLayer }, (_, i) => new Block(config, builder.at(`backbone.layers.${i}`, i)));
    this.normF = blockNorm(config, builder.at("backbone.norm_f"));
    this.lmHead = config.tieEmbeddings
      ? undefined
      : new Linear(config.dModel, paddedVocabSize, { bias: false, role: "head", builder: builder.at("lm_head") });
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
  static async load(files: CheckpointFiles, options: LoadOptions = {}): Promise<Mamba2LM> {
    const { config, tensors } = await readCheckpoint(files);
    return Mamba2LM.fromTensors(config, tensors, options);
  }

  /** A model with the values of a checkpoint's tensors, which are given under the official names. */
  static fromTensors(config: Mamba2Config, tensors: ReadonlyMap<string, TensorBytes>, options: LoadOptions = {}): Mamba2LM {
    const model = new Mamba2LM(config, { ...options, init: ({ path }) => () => float32ArrayOf(tensors.get(path)!) });
    for (const parameter of model.parameters()) parameter.markStoredAs(storedDType(tensors.get(parameter.path)!.dtype));
    return model;
  }

  /** The files of a checkpoint with this model's values; parameters that have not changed since they were loaded keep their element type and bits. */
  async save(layout: LayoutName = "official", options: WriteCheckpointOptions = {}): Promise<WrittenCheckpoint> {
    return writeCheckpoint(layout, this.config, await hostTensors(this), options);
  }

  /** Next-token logits of every position. @returns [b, l, v], v the padded vocabulary size */
  forward(ids: TokenIds, options: ForwardOptions = {}): Tensor {
    return tidy(() => this.#head(this.#hidden(this.tokens(ids), options).hidden));
  }

  /**
   * Mean next-token cross entropy, in nats. With many tokens or a large vocabulary the logits are made block by block and never held as a whole.
   *
   * @param ids [b, l]
   * @param targets [b, l] i32, already shifted: the token that follows each position; −100 where none counts
   */
  loss(ids: TokenIds, targets: Tensor, options: Pick<ForwardOptions, "seqIdx"> = {}): Tensor {
    return tidy(() => {
      const { hidden } = this.#hidden(this.tokens(ids), options);
      const large = targets.size * this.#headWeight.shape[0]! > MOST_LOGITS || this.#headWeight.storage.sizeBytes > this.#headWeight.device.maxOperandBytes;
      return large ? linearCrossEntropy(hidden, this.#headWeight, targets) : crossEntropy(this.#head(hidden), targets);
    });
  }

  /**
   * Reads tokens, from nothing or on top of a state, and returns the state after them. The given state stays as it is.
   *
   * @returns logits [b, k, v] of the last `logitsToKeep` (default 1) positions
   */
  prefill(ids: TokenIds, options: Pick<ForwardOptions, "state" | "logitsToKeep"> = {}): Continuation {
    const { logits, layers, last } = tidy(() => {
      const { hidden, states } = this.#hidden(this.tokens(ids), { logitsToKeep: 1, ...options }, true);
      const scores = this.#head(hidden); // [b, k, v]
      const [b, k, v] = scores.shape as [number, number, number];
      return { logits: scores, layers: states, last: reshape(k === 1 ? scores : slice(scores, 1, k - 1), [b, v]) };
    });
    return { logits, state: new State(layers, progressAfter(options.state, last, ids)) };
  }

  /**
   * Reads one token per sequence.
   *
   * @param ids [b]
   * @returns logits [b, v] and the next state; the given one stays as it is
   */
  step(ids: Tensor | readonly number[], state: State): Continuation {
    const { logits, layers } = tidy(() => this.stepLayers(this.#column(ids), state.layers));
    return { logits, state: new State(layers, progressAfter(state, reshape(logits, logits.shape), Array.isArray(ids) ? (ids as readonly number[]).map((id) => [id]) : undefined)) };
  }

  /** {@link Mamba2LM.step} on plain trees of tensors, so that it can be captured. @param ids [b] i32 */
  stepLayers(ids: Tensor, states: readonly LayerState[]): { logits: Tensor; layers: LayerState[] } {
    this.#requireLayers(states);
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
  generate(prompt: string, options: GenerateTextOptions = {}): AsyncGenerator<string, void, void> {
    return generateText(this, prompt, options);
  }

  /** Continues token sequences of one length: an async iterator of one id per row, null for a row that has ended. */
  generateIds(prompts: readonly (readonly number[])[], options: GenerateOptions = {}): AsyncGenerator<(number | null)[], void, void> {
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
    if (!Array.isArray(ids)) return ids as Tensor;
    const rows = (typeof ids[0] === "number" ? [ids] : ids) as readonly (readonly number[])[];
    const length = rows[0]?.length ?? 0;
    if (length === 0) throw new ConfigError("ids: must hold at least one token; got none.", { field: "ids" });
    const uneven = rows.find((row) => row.length !== length);
    if (uneven) throw new ConfigError(`ids: rows must have one length, ${length} like the first; got ${uneven.length}.`, { field: "ids", got: uneven.length });
    return tensor(Int32Array.from(rows.flatMap((row) => this.#checked(row))), { shape: [rows.length, length], device: this.device });
  }

  #column(ids: Tensor | readonly number[]): Tensor {
    return Array.isArray(ids) ? tensor(Int32Array.from(this.#checked(ids)), { device: this.device }) : (ids as Tensor);
  }

  #checked(ids: readonly number[]): readonly number[] {
    const { paddedVocabSize } = dimensions(this.config);
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= paddedVocabSize);
    if (wrong === undefined) return ids;
    throw new ConfigError(`ids: must be whole numbers in [0, ${paddedVocabSize}), the vocabulary; got ${String(wrong)}.`, { field: "ids", got: wrong });
  }

  /** The normed hidden states of the last positions, and the states after the last token when asked for. */
  #hidden(ids: Tensor, options: ForwardOptions, returnState = false): { hidden: Tensor; states: LayerState[] } {
    const { seqIdx, state, logitsToKeep } = options;
    if (seqIdx && state) throw new ConfigError("forward: seqIdx and state must not be given together; a state continues one document per row.", { field: "seqIdx" });
    if (state) this.#requireLayers(state.layers);
    const embedded = this.embedding.forward(ids); // [b, l, d]
    const states: LayerState[] = [];
    let stream: Stream = { hidden: embedded };
    for (const [i, block] of this.layers.entries()) {
      if (this.gradientCheckpointing && !returnState && !options.onLayer) {
        stream = { hidden: this.#checkpointed(block, stream.hidden, options) };
        continue;
      }
      const result = block.forward(stream, { seqIdx, state: state?.layers[i], returnState });
      stream = result.stream;
      if (result.state) states.push(result.state);
      options.onLayer?.(i, result.stream);
    }
    const l = ids.shape[1]!;
    const last = (x: Tensor): Tensor => (logitsToKeep === undefined || logitsToKeep >= l ? x : slice(x, 1, l - logitsToKeep));
    const kept: Stream = stream.residual ? { hidden: last(stream.hidden), residual: last(stream.residual) } : { hidden: last(stream.hidden) };
    return { hidden: addNorm(this.normF, kept).y, states };
  }

  #requireLayers({ length }: readonly LayerState[]): void {
    if (length === this.layers.length) return;
    throw new ShapeError(`state: must have one state per layer, ${this.layers.length}; got ${length}. It is the state of another model.`, {
      op: "state", expected: this.layers.length, got: length,
    });
  }

  #checkpointed(block: Block, x: Tensor, { seqIdx, state }: ForwardOptions): Tensor {
    const layer = this.layers.indexOf(block);
    return checkpoint(() => block.forwardSummed(x, { seqIdx, state: state?.layers[layer] }), [x, ...block.parameters().map(({ value }) => value)]);
  }

  get #headWeight(): Tensor {
    return (this.lmHead ?? this.embedding).weight.value;
  }

  #head(hidden: Tensor): Tensor {
    return linear(hidden, this.#headWeight);
  }
}

/** What generation goes on from after tokens: their scores, and a history where they came as numbers. */
function progressAfter(before: State | undefined, logits: Tensor, ids: TokenIds | undefined): Progress {
  const rows = Array.isArray(ids) ? ((typeof ids[0] === "number" ? [ids] : ids) as readonly (readonly number[])[]) : undefined;
  const history = before ? before.progress.history : TokenHistory.empty(logits.shape[0]!);
  return { drawn: before?.progress.drawn ?? 0, seed: before?.progress.seed, logits, history: rows && history?.append(rows) };
}

function hookOf(config: Mamba2Config, init: InitHook | InitPreset | undefined): InitHook {
  if (typeof init === "string") return initHook(init, config);
  const standardHook = initHook("default", config);
  return init ? (parameter, standard) => init(parameter, standardHook(parameter, standard)) : standardHook;
}
