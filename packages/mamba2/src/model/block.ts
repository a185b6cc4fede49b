// Block: a layer, as its configuration describes it: one or two sublayers, each a norm and the parts that read it.
import {
  type Attention,
  type Builder,
  builderOf,
  type Experts,
  LayerNorm,
  MLP,
  Module,
  type AddNormResult,
  RMSNorm,
} from "@x/nn/core";
import {
  add,
  checkOptions,
  opScope,
  requireArity,
  requireCount,
  requireMethods,
  requireOptions,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import type { OptionKeys } from "@x/base";
import type { AttendOptions, AttentionFactors } from "./attention-part.ts";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import { type Layer, layerOf, type Part, partsOf } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import { Mamba2Mixer, MIXER_OPTIONS, type MixerOptions } from "./mixer.ts";
import { normName } from "../config/parameter-shapes.ts";
import { partOf } from "./model-parts.ts";
import type { LayerState, MixerState } from "../state/layer-state.ts";
import { requireWidth } from "../inputs/require-width.ts";

/**
 * The hidden states between blocks: the output of the last sublayer, not yet added, and the residual stream it will be added to (absent before
 * the first block). Keeping them apart lets the addition fuse with the next norm. Both are divided by multipliers.residual: h/r + f(x) takes no factor where
 * h + r·f(x) does, and a norm of h with ε is one of h/r with ε/r².
 */
export interface Stream {
  readonly hidden: Tensor;
  readonly residual?: Tensor;
}

/** Options of {@link Block.forward}. */
export interface BlockOptions extends Omit<MixerOptions, "state"> {
  /** continue from here instead of from nothing; caches are appended to in place, and must have room */
  readonly state?: LayerState | undefined;
  /** i32 [b], tokens that the caches of the state hold of each row */
  readonly start?: Tensor | undefined;
}

/** A block's result; `state` only on request. */
export interface BlockResult {
  readonly stream: Required<Stream>;
  readonly state?: LayerState;
}

/** What a part makes of the normed input. */
interface PartResult {
  readonly y: Tensor;
  readonly state?: LayerState;
}

/**
 * The norm of a configuration over the model's width, {@link RMSNorm} or {@link LayerNorm}, of a {@link Stream}.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * const norm = blockNorm(preset("tiny"), new Builder()); // an RMSNorm of 96
 */
export function blockNorm(config: Mamba2Config, builder: Builder): RMSNorm | LayerNorm {
  requireArity("blockNorm", arguments, 2);
  requireConfig("blockNorm", config);
  builderOf("blockNorm", builder);
  const Norm = config.rmsNorm ? RMSNorm : LayerNorm;
  return new Norm(config.dModel, { eps: config.normEps / config.multipliers.residual ** 2, builder });
}

/**
 * `residual + hidden`, then its norm: the beginning of every sublayer.
 *
 * @param stream hidden and residual of one shape, `[b, l, d]` or `[b, d]`
 * @returns y, the normed sum, and residual, the sum
 * @throws ShapeError, DTypeError when they do not fit the norm
 * @example
 * const norm = blockNorm(preset("tiny"), new Builder());
 * const { y } = addNorm(norm, { hidden: ones([1, 2, 96]) }); // [1, 2, 96]
 */
export function addNorm(norm: RMSNorm | LayerNorm, stream: Stream): AddNormResult {
  requireArity("addNorm", arguments, 2);
  requireMethods("addNorm", "norm", norm, "an RMSNorm or a LayerNorm", ["forward", "forwardAdded"]);
  requireOptions("addNorm", stream, "stream");
  const { hidden, residual } = stream;
  const summed = (): AddNormResult =>
    residual === undefined ? { y: norm.forward(hidden), residual: hidden } : norm.forwardAdded(hidden, residual);
  return opScope("addNorm", { "stream.hidden": hidden }, summed, { "stream.residual": residual });
}

/**
 * A layer: its sublayers one after another, each `h + Σ part(norm(h))` over the parts that it is made of (times multipliers.residual). The residual stream is f32.
 *
 * @param layer which of the configuration's layers; default the first
 * @throws ConfigError unless `config` comes from {@link mamba2Config} and has such a layer; for a part that the page has not got (`@x/mamba2/core`)
 * @example
 * const block = new Block(preset("tiny"));
 * const { stream } = block.forward({ hidden: ones([1, 8, 96]) }); // stream.hidden and stream.residual [1, 8, 96]
 */
export class Block extends Module {
  static readonly fieldsOnly = true;
  readonly config: Mamba2Config;
  readonly sublayers: Layer;
  readonly norm: RMSNorm | LayerNorm;
  readonly mixer: Mamba2Mixer | undefined;
  readonly attention: Attention | undefined;
  readonly attentionFactors: AttentionFactors | undefined;
  readonly norm2: RMSNorm | LayerNorm | undefined;
  readonly mlp: MLP | undefined;
  readonly experts: Experts | undefined;

  constructor(config: Mamba2Config, given?: Builder, layer: number = 0) {
    requireArity("Block", arguments, 3);
    super();
    requireConfig("Block", config);
    const builder = builderOf("Block", given);
    requireCount("Block", "layer", layer, 0, config.nLayer - 1);
    this.config = config;
    this.sublayers = layerOf(config, layer);
    const parts = new Set(this.sublayers.flatMap(partsOf));
    this.attentionFactors = parts.has("attention") ? partOf("attention").factorsOf(config) : undefined;
    [this.norm, this.mixer, this.attention, this.norm2, this.mlp, this.experts] = builder.whole(() => [
      blockNorm(config, builder.at(normName(0))),
      parts.has("mixer") ? new Mamba2Mixer(config, builder.at("mixer")) : undefined,
      parts.has("attention") ? partOf("attention").make(config, builder.at("attention")) : undefined,
      this.sublayers.length > 1 ? blockNorm(config, builder.at(normName(1))) : undefined,
      parts.has("mlp") ? mlpOf(config, builder.at("mlp")) : undefined,
      parts.has("experts") ? partOf("experts").make(config, builder.at("experts")) : undefined,
    ]);
  }

  forward(stream: Stream, options: BlockOptions = {}): BlockResult {
    requireArity("Block.forward", arguments, 2);
    checkOptions<BlockOptions>("Block.forward", options, BLOCK_OPTIONS);
    requireOptions("Block.forward", stream, "stream");
    requireWidth("Block.forward", "hidden", stream.hidden, "[b,l,d]", 3, this.config.dModel);
    const { state, start, returnState, ...rows } = options;
    return tidy(() => {
      const next = this.#through(stream, (part, x) => {
        switch (part) {
          case "mixer":
            return this.mixer!.forward(x, { ...rows, returnState, state: mixerState(state) });
          case "attention":
            return this.#attend(x, { ...rows, state, start });
          default:
            return this.#pointwise(part, x);
        }
      });
      return returnState ? next : { stream: next.stream };
    });
  }

  /**
   * {@link Block.forward} on a stream that is already summed, returning it summed: one tensor in, one out, as
   * checkpointing needs.
   *
   * @param x [b, l, d], f32 (f64 on the CPU)
   * @returns [b, l, d]
   * @throws ShapeError for an input of another width
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * (model.layers[0] as Block).forwardSummed(ones([1, 5, model.config.dModel])); // [1, 5, d]
   */
  forwardSummed(x: Tensor, options: BlockOptions = {}): Tensor {
    requireArity("Block.forwardSummed", arguments, 2);
    return tidy(() => {
      const { hidden, residual } = this.forward({ hidden: x }, options).stream;
      return add(hidden, residual);
    });
  }

  /**
   * One token.
   *
   * @param stream of [b, d], f32 (f64 on the CPU)
   * @param state of the layer; caches are appended to in place
   * @param start i32 [b], tokens that caches of the state hold of each row
   * @throws ShapeError, DTypeError when they do not fit the layer
   * @example
   * const state = State.empty(preset("tiny"), 1);
   * const { stream } = new Block(preset("tiny")).step({ hidden: ones([1, 96]) }, state.layers[0]!); // stream.hidden [1, 96]
   */
  step(stream: Stream, state: LayerState, start?: Tensor): Required<BlockResult> {
    requireArity("Block.step", arguments, 3);
    requireOptions("Block.step", stream, "stream");
    requireWidth("Block.step", "hidden", stream.hidden, "[b,d]", 2, this.config.dModel);
    return tidy(() =>
      this.#through(stream, (part, x) => {
        switch (part) {
          case "mixer":
            return this.mixer!.step(x, mixerState(state)!);
          case "attention":
            return this.#attend(x, { state, start });
          default:
            return this.#pointwise(part, x);
        }
      }),
    );
  }

  /** The sublayers around what `run` makes of a part and its input. */
  #through(stream: Stream, run: (part: Part, x: Tensor) => PartResult): Required<BlockResult> {
    let state: LayerState = {};
    let next = stream;
    for (const [i, sublayer] of this.sublayers.entries()) {
      const { y: x, residual } = addNorm(i === 0 ? this.norm : this.norm2!, next);
      const outputs = partsOf(sublayer).map((part) => {
        const result = run(part, x);
        state = { ...state, ...result.state };
        return result.y;
      });
      next = { hidden: outputs.reduce((sum, output) => add(sum, output)), residual };
    }
    return { stream: next as Required<Stream>, state };
  }

  #attend(x: Tensor, options: AttendOptions): PartResult {
    return partOf("attention").run(this.attention!, this.attentionFactors!, x, options);
  }

  /** A part in which tokens do not see each other. */
  #pointwise(part: Part, x: Tensor): PartResult {
    return { y: (part === "mlp" ? this.mlp! : this.experts!).forward(x) };
  }
}

/** What a layer's state holds of its mixer. */
function mixerState({ conv, ssm }: LayerState = {}): MixerState | undefined {
  return conv && ssm && { conv, ssm };
}

function mlpOf(config: Mamba2Config, builder: Builder): MLP {
  const { activation, gated, bias } = config.mlp;
  const { mlpGate, mlpOut } = config.multipliers;
  return new MLP(config.dModel, dimensions(config).dMlpBlock, {
    activation,
    gated,
    bias,
    gateScale: mlpGate,
    outScale: mlpOut,
    builder,
  });
}

const BLOCK_OPTIONS: OptionKeys<BlockOptions> = { ...MIXER_OPTIONS, start: true };
