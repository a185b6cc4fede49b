// Experts: a feed-forward layer of many MLPs, of which every token goes through a few.
import {
  add,
  checkOptions,
  linear,
  mul,
  requireArity,
  requireCount,
  requireOptions,
  requireTensors,
  reshape,
  ShapeError,
  sizeOf,
  sum,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import type { ExpertAdapters } from "./adapter.ts";
import { type Builder, builderOf } from "../module/builder.ts";
import { type FeedForwardActivation, feedForwardShape, hiddenOf } from "./feed-forward.ts";
import { kaimingUniformInit, zerosInit } from "../module/init.ts";
import type { Linear } from "./linear.ts";
import { MLP } from "./mlp.ts";
import { Module } from "../module/module.ts";
import { expertLinear } from "../ops/experts/linear.ts";
import { type ExpertGroups, groupByExpert } from "../ops/experts/order.ts";
import { expertQuantizedLinear } from "../ops/experts/quantized.ts";
import { expertRouting, routingParams } from "../ops/experts/routing.ts";
import type { ExpertRoutingParams } from "../ops/experts/spec.ts";
import type { Parameter } from "../module/parameter.ts";
import { projection } from "./projection.ts";
import type { QuantizedLinear } from "./quantized-linear.ts";
import { QuantizedParameter } from "../module/quantized-parameter.ts";

/** Options of {@link Experts}. */
export interface ExpertsOptions {
  /** e, the number of experts */
  readonly count: number;
  /** k, how many of them a token goes through */
  readonly perToken: number;
  /** hidden width of an expert */
  readonly width: number;
  /** default "silu" */
  readonly activation?: FeedForwardActivation;
  /** default true */
  readonly gated?: boolean;
  /** default "softmax"; see {@link expertRouting} for it and the next four */
  readonly routing?: "softmax" | "sigmoid";
  /** default true */
  readonly normalize?: boolean;
  /** default 1 */
  readonly scale?: number;
  /** default 1 */
  readonly groups?: number;
  /** default 1 */
  readonly topGroups?: number;
  /** width that tokens are projected to before the experts, and back from; 0 (default): none */
  readonly latent?: number;
  /** hidden width of an MLP that every token goes through besides; 0 (default): none */
  readonly sharedWidth?: number;
  /** of the shared MLP and the projections to and from `latent`; default false. Experts have none. */
  readonly bias?: boolean;
  readonly builder?: Builder;
}

/** The parameters by which experts are chosen: `weight` `[e, d]`, and with sigmoid routing `bias` `[e]`, which takes part in the choice alone and gets no gradient. */
export interface Router {
  readonly weight: Parameter;
  readonly bias?: Parameter;
}

/**
 * Mixture of experts: `Σ_j w_j · down_j(up_j · activation(gate_j))` over the k experts that {@link expertRouting} chooses by the logits `x·routerᵀ`, weighted by w;
 * with `latent` between two projections, with `sharedWidth` plus an {@link MLP} of every token. Parameters: router.weight `[e, d]`, router.bias `[e]` (sigmoid routing),
 * up `[e, 2·width, in]` with rows `[up | gate]` (`[e, width, in]` without a gate), down `[e, in, width]`, where in is `latent` or d; shared.fc1, shared.fc2, latent_in,
 * latent_out. f32 (f64 on the CPU), or stored as the builder says; integers of up and down are those of `[e·out, in]`.
 *
 * @throws ConfigError for options that do not fit; ShapeError where groups of integers do not divide rows
 * @example
 * const experts = new Experts(8, { count: 4, perToken: 2, width: 16 });
 * const y = experts.forward(ones([2, 3, 8])); // [2, 3, 8]
 */
export class Experts extends Module {
  static readonly fieldsOnly = true;
  readonly router: Router;
  readonly up: Parameter | QuantizedParameter;
  readonly down: Parameter | QuantizedParameter;
  readonly shared: MLP | undefined;
  readonly latent_in: Linear | QuantizedLinear | undefined;
  readonly latent_out: Linear | QuantizedLinear | undefined;
  readonly dModel: number;
  readonly count: number;
  readonly choice: ExpertRoutingParams;
  readonly activation: FeedForwardActivation;
  readonly gated: boolean;
  /** change the products, while the weights stay as they are */
  adapters: ExpertAdapters = {};

  constructor(dModel: number, options: ExpertsOptions) {
    requireArity("Experts", arguments, 2);
    super();
    requireOptions("Experts", options);
    checkOptions<ExpertsOptions>("Experts", options, {
      count: true,
      perToken: true,
      width: true,
      activation: true,
      gated: "boolean",
      routing: true,
      normalize: "boolean",
      scale: true,
      groups: true,
      topGroups: true,
      latent: true,
      sharedWidth: true,
      bias: "boolean",
      builder: true,
    });
    const { count, width, latent = 0, sharedWidth = 0, bias = false } = options;
    requireCount("Experts", "dModel", dModel, 1);
    requireCount("Experts", "count", count, 1);
    requireCount("Experts", "width", width, 1);
    requireCount("Experts", "latent", latent);
    requireCount("Experts", "sharedWidth", sharedWidth);
    const { activation, gated } = feedForwardShape("Experts", options);
    this.choice = routingParams("Experts", count, options);
    this.dModel = dModel;
    this.count = count;
    this.activation = activation;
    this.gated = gated;
    const builder = builderOf("Experts", options.builder);
    const inner = latent || dModel;
    const route = builder.at("router");
    [this.router, this.up, this.down, this.shared, this.latent_in, this.latent_out] = builder.whole(() => [
      {
        weight: route.parameter("weight", { role: "projection", shape: [count, dModel], init: kaimingUniformInit() }),
        ...(this.choice.routing === "sigmoid" && {
          bias: route.parameter("bias", { role: "bias", shape: [count], init: zerosInit }),
        }),
      },
      matrices(builder, "up", "projection", [count, (gated ? 2 : 1) * width, inner]),
      matrices(builder, "down", latent > 0 ? "projection" : "residual-projection", [count, inner, width]),
      sharedWidth > 0
        ? new MLP(dModel, sharedWidth, { activation, gated, bias, builder: builder.at("shared") })
        : undefined,
      latent > 0 ? projection(dModel, latent, { bias, builder: builder.at("latent_in") }) : undefined,
      latent > 0
        ? projection(latent, dModel, { bias, role: "residual-projection", builder: builder.at("latent_out") })
        : undefined,
    ]);
  }

  /**
   * Every token through its experts.
   *
   * @param x `[…, d]`, f32 (f64 on the CPU)
   * @returns `[…, d]`
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * new Experts(8, { count: 4, perToken: 2, width: 16 }).forward(ones([3, 8])); // [3, 8]
   */
  forward(x: Tensor): Tensor {
    requireArity("Experts.forward", arguments, 1);
    requireTensors("Experts.forward", { x });
    if (x.shape.at(-1) !== this.dModel)
      throw ShapeError.must("Experts.forward", "x", `be […, ${this.dModel}]`, x.shape);
    return tidy(() => {
      const rows = reshape(x, [sizeOf(x.shape) / this.dModel, this.dModel]);
      const routed = this.#routed(rows);
      const y = this.latent_out ? this.latent_out.forward(routed) : routed;
      return reshape(this.shared ? add(y, this.shared.forward(rows)) : y, x.shape);
    });
  }

  /** The weighted sum over the chosen experts: [t, d] → [t, in]. */
  #routed(rows: Tensor): Tensor {
    const [t] = rows.shape as [number, number];
    const { perToken, ...options } = this.choice;
    const { weight, bias } = this.router;
    const { router, up, down } = this.adapters;
    const logits = linear(rows, weight.value);
    const { ids, weights } = expertRouting(router ? router.forward(rows, logits, { weight }) : logits, perToken, {
      ...options,
      correction: bias?.value,
    });
    const x = this.latent_in ? this.latent_in.forward(rows) : rows;
    // With fewer places than experts hardly two tokens would share an expert: not worth sorting.
    const groups = t * perToken > this.count ? groupByExpert(ids, this.count) : undefined;
    const shared = reshape(x, [t, 1, x.shape[1]!]);
    const product = this.#product(shared, this.up, ids, groups);
    const sums = up ? up.forward(shared, product, ids, groups) : product;
    // weighted before the second product, where rows are narrower
    const hidden = mul(hiddenOf(sums, this), reshape(weights, [t, perToken, 1]));
    const outputs = this.#product(hidden, this.down, ids, groups);
    return sum(down ? down.forward(hidden, outputs, ids, groups) : outputs, 1);
  }

  #product(x: Tensor, weight: Parameter | QuantizedParameter, ids: Tensor, groups: ExpertGroups | undefined): Tensor {
    return weight instanceof QuantizedParameter
      ? expertQuantizedLinear(x, weight.value, this.count, ids, { groups, routed: true })
      : expertLinear(x, weight.value, ids, { groups, routed: true });
  }
}

/** A matrix of each expert `[e, out, in]`; integers are those of the matrices one below the other, `[e·out, in]`. */
function matrices(
  builder: Builder,
  name: string,
  role: "projection" | "residual-projection",
  shape: readonly [experts: number, outputs: number, inputs: number],
): Parameter | QuantizedParameter {
  const [experts, outputs, inputs] = shape;
  const init = kaimingUniformInit(undefined, inputs);
  return builder.quantize
    ? builder.quantized(name, { role, shape: [experts * outputs, inputs], init })
    : builder.parameter(name, { role, shape, init });
}
