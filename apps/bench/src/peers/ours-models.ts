// The models of the compared training steps, as users of this library would write them.
import { Mamba2LM } from "@x/mamba2";
import { Builder, type BuilderOptions, crossEntropy, Embedding, Linear, Module, RMSNorm } from "@x/nn";
import { add, silu, type Tensor, tidy } from "@x/tensor/core";
import type { Mamba2Sizes, TrainOp } from "./peer.ts";

/** A model with a loss. */
export type LanguageModel = Module & { loss(ids: Tensor, targets: Tensor): Tensor };

class Mlp extends Module {
  readonly norm: RMSNorm;
  readonly up: Linear;
  readonly down: Linear;

  constructor(width: number, inner: number, builder: Builder) {
    super();
    this.norm = new RMSNorm(width, { builder: builder.at("norm") });
    this.up = new Linear(width, inner, { builder: builder.at("up") });
    this.down = new Linear(inner, width, { builder: builder.at("down") });
  }

  forward(x: Tensor): Tensor {
    return add(x, this.down.forward(silu(this.up.forward(this.norm.forward(x)))));
  }
}

/** Embedding, two residual MLPs, a norm and a head: a model of which token follows which. */
export class MlpLM extends Module {
  readonly embedding: Embedding;
  readonly blocks: readonly Mlp[];
  readonly norm: RMSNorm;
  readonly head: Linear;

  constructor(vocabulary: number, width: number, inner: number, options: BuilderOptions = {}) {
    super();
    const builder = new Builder(options);
    this.embedding = new Embedding(vocabulary, width, { builder: builder.at("embedding") });
    this.blocks = [0, 1].map((i) => new Mlp(width, inner, builder.at(`blocks.${i}`)));
    this.norm = new RMSNorm(width, { builder: builder.at("norm") });
    this.head = new Linear(width, vocabulary, { bias: false, role: "head", builder: builder.at("head") });
  }

  loss(ids: Tensor, targets: Tensor): Tensor {
    return tidy(() =>
      crossEntropy(
        this.head.forward(
          this.norm.forward(this.blocks.reduce((x, block) => block.forward(x), this.embedding.forward(ids))),
        ),
        targets,
      ),
    );
  }
}

/** The model of a training step. */
export function modelOf(op: TrainOp, sizes: Mamba2Sizes | undefined, options: BuilderOptions = {}): LanguageModel {
  if (op === "train_mlp") return new MlpLM(256, 128, 512, options);
  return new Mamba2LM({ ...sizes! }, options);
}
