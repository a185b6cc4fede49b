// Block: the pre-norm residual block around a mixer, with an optional gated MLP as second half.
import { type Builder, builderOf, MLP, LayerNorm, Module, type Normed, RMSNorm } from "@x/nn";
import { add, checkOptions, requireMethods, requireOptions, type Tensor, tidy, opScope } from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "./config/config.ts";
import { dimensions } from "./dimensions.ts";
import { Mamba2Mixer, MIXER_OPTIONS, type MixerOptions, requireWidth } from "./mixer.ts";
import type { LayerState } from "./state.ts";

/**
 * The hidden states between blocks: the output of the last sublayer, not yet added, and the residual stream it will be added to (absent before
 * the first block). Keeping them apart lets the addition fuse with the next norm.
 */
export interface Stream {
  readonly hidden: Tensor;
  readonly residual?: Tensor;
}

/** A block's result; `state` only on request. */
export interface BlockResult {
  readonly stream: Required<Stream>;
  readonly state?: LayerState;
}

/**
 * The norm of a configuration over the model's width, {@link RMSNorm} or {@link LayerNorm}.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * const norm = blockNorm(preset("tiny"), new Builder()); // an RMSNorm of 96
 */
export function blockNorm(config: Mamba2Config, builder: Builder): RMSNorm | LayerNorm {
  requireConfig("blockNorm", config);
  builderOf("blockNorm", builder);
  const Norm = config.rmsNorm ? RMSNorm : LayerNorm;
  return new Norm(config.dModel, { eps: config.normEps, builder });
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
export function addNorm(norm: RMSNorm | LayerNorm, stream: Stream): Normed {
  requireMethods("addNorm", "norm", norm, "an RMSNorm or a LayerNorm", ["forward", "forwardAdded"]);
  requireOptions("addNorm", stream, "stream");
  const { hidden, residual } = stream;
  const summed = (): Normed =>
    residual === undefined ? { y: norm.forward(hidden), residual: hidden } : norm.forwardAdded(hidden, residual);
  return opScope("addNorm", { "stream.hidden": hidden }, summed, { "stream.residual": residual });
}

/**
 * Pre-norm residual block: add → norm → mixer, then add → norm2 → MLP when the configuration has one. The residual stream is f32.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * const block = new Block(preset("tiny"));
 * const { stream } = block.forward({ hidden: ones([1, 8, 96]) }); // stream.hidden and stream.residual [1, 8, 96]
 */
export class Block extends Module {
  static readonly fieldsOnly = true;
  readonly norm: RMSNorm | LayerNorm;
  readonly mixer: Mamba2Mixer;
  readonly norm2: RMSNorm | LayerNorm | undefined;
  readonly mlp: MLP | undefined;

  constructor(config: Mamba2Config, given?: Builder) {
    super();
    const builder = builderOf("Block", given);
    const { dMlpBlock } = dimensions(config);
    [this.norm, this.mixer, this.norm2, this.mlp] = builder.whole(() => [
      blockNorm(config, builder.at("norm")),
      new Mamba2Mixer(config, builder.at("mixer")),
      dMlpBlock > 0 ? blockNorm(config, builder.at("norm2")) : undefined,
      dMlpBlock > 0 ? new MLP(config.dModel, dMlpBlock, { builder: builder.at("mlp") }) : undefined,
    ]);
  }

  forward(stream: Stream, options: MixerOptions = {}): BlockResult {
    checkOptions<MixerOptions>("Block.forward", options, MIXER_OPTIONS);
    requireOptions("Block.forward", stream, "stream");
    requireWidth("Block.forward", "hidden", stream.hidden, "[b,l,d]", 3, this.mixer.config.dModel);
    return tidy(() => {
      const { y, residual } = addNorm(this.norm, stream);
      const mixed = this.mixer.forward(y, options);
      const next = this.#second({ hidden: mixed.y, residual });
      return mixed.state ? { stream: next, state: mixed.state } : { stream: next };
    });
  }

  /** {@link Block.forward} on a stream that is already summed, returning it summed: one tensor in, one out, as checkpointing needs. */
  forwardSummed(x: Tensor, options: MixerOptions = {}): Tensor {
    return tidy(() => {
      const { hidden, residual } = this.forward({ hidden: x }, options).stream;
      return add(hidden, residual);
    });
  }

  /** One token: `stream` holds [b, d]. */
  step(stream: Stream, state: LayerState): Required<BlockResult> {
    requireOptions("Block.step", stream, "stream");
    requireWidth("Block.step", "hidden", stream.hidden, "[b,d]", 2, this.mixer.config.dModel);
    return tidy(() => {
      const { y, residual } = addNorm(this.norm, stream);
      const mixed = this.mixer.step(y, state);
      return { stream: this.#second({ hidden: mixed.y, residual }), state: mixed.state };
    });
  }

  #second(stream: Required<Stream>): Required<Stream> {
    if (!this.norm2 || !this.mlp) return stream;
    const { y, residual } = addNorm(this.norm2, stream);
    return { hidden: this.mlp.forward(y), residual };
  }
}
