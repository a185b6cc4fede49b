// What an optimizer is: { init, hyper, update } over plain state, and how gradient transforms go before one. No optimizer lives here.
import { ConfigError, strict, type Tensor, tidy } from "@x/tensor/core";

/** What an optimizer needs of a parameter; `Parameter` is one. */
export interface Trainable {
  readonly path: string;
  /** whether weight decay applies */
  readonly decay: boolean;
  /** what it is for, where it says so */
  readonly role?: string;
  readonly value: Tensor;
  /** Called after an update has written the value in place. */
  markChanged?(): void;
}

/** Everything that has to be saved to go on bit-equal: how many updates were made, and tensors by name. */
export interface OptimizerState {
  /** updates made; the caller of `update` increments it */
  step: number;
  /** in how many of them a parameter had no gradient, by path; none for those that have taken all. Counted by the caller of `update`. */
  missed?: Readonly<Record<string, number>>;
  /** e.g. `"m.backbone.embedding.weight"`; updated in place */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/**
 * Gradients on their way to an update. Transforms that only scale leave the tensors alone and set `scale`. Whoever runs updates puts the gradients into an arena
 * laid out like the parameters (`zerosInArena`, `assign`), as `trainer` and {@link applyUpdate} do: then one call works on many.
 */
export interface GradientFlow {
  /** one per parameter, in their order */
  readonly grads: readonly Tensor[];
  /** scalar that every gradient is still to be multiplied by; absent: 1 */
  readonly scale?: Tensor;
  /** global norm before clipping, where a transform measured it */
  readonly norm?: Tensor;
  /** global norm of `grads` times `scale`, where whoever made them knows it; only the first transform of a chain sees it */
  readonly known?: Tensor;
}

/** A step of gradients before the update. Runs on the device, inside `capture`. */
export interface GradientTransform {
  transform(flow: GradientFlow): GradientFlow;
}

/** The arguments of an update. */
export interface UpdateCall extends GradientFlow {
  /** those that are updated: a parameter that the loss does not reach has no gradient, and stays as it is */
  readonly parameters: readonly Trainable[];
  /** every parameter of the state, where some have no gradient: what a {@link WeightFollower} gets */
  readonly all?: readonly Trainable[];
  readonly state: OptimizerState;
  /** what {@link Optimizer.hyper} gives, on the device: an argument of a captured step, so new values need no new plan */
  readonly hyper: Tensor;
}

/** Changes parameters in place by their gradients. */
export interface Optimizer {
  /** State before the first update, on the parameters' devices; its tensors belong to the caller. Moves the parameters' memory together, their values stay. */
  init(parameters: readonly Trainable[]): OptimizerState;
  /**
   * What varies from update to update (learning rate, bias corrections), after `step` updates were made. Host numbers, to be uploaded as f32. An optimizer whose numbers depend on how many updates
   * a parameter has taken itself gives a row for each of `own`, default `[step]`: parameters without a gradient take no part in an update.
   */
  hyper(step: number, own?: readonly number[]): Float32Array;
  /** Writes parameters and state in place. Reads no values, so it may run inside `capture`. Leaves `state.step` alone. */
  update(call: UpdateCall): { readonly norm?: Tensor };
}

/** Something that is kept of the parameters after every update. */
export interface WeightFollower {
  /** its part of the optimizer's state, after the optimizer has made its own */
  init(parameters: readonly Trainable[]): Readonly<Record<string, Tensor>>;
  /** Writes its state in place after an update. Runs on the device, inside `capture`. */
  follow(parameters: readonly Trainable[], state: OptimizerState): void;
}

const has = (part: unknown, method: "transform" | "update" | "follow"): boolean =>
  typeof (part as Readonly<Record<string, unknown>> | null | undefined)?.[method] === "function";

/**
 * Gradient transforms in order, one optimizer, and what follows the weights, where something does, as one optimizer.
 *
 * @throws ConfigError unless the parts are transforms, one optimizer, and at most one follower, in this order
 * @example
 * const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 3e-4, weightDecay: 0.1 }), emaOfWeights(0.999));
 */
export function chain(
  ...parts: readonly [...GradientTransform[], Optimizer] | readonly [...GradientTransform[], Optimizer, WeightFollower]
): Optimizer {
  const last = parts.at(-1);
  const follower = has(last, "follow") ? (last as WeightFollower) : undefined;
  const rest = follower ? parts.slice(0, -1) : [...parts];
  const optimizer = rest.at(-1) as Optimizer;
  const transforms = rest.slice(0, -1) as GradientTransform[];
  if (!has(optimizer, "update") || !transforms.every((part) => has(part, "transform"))) {
    throw new ConfigError(
      "chain: parts must be gradient transforms followed by one optimizer, then at most one follower of the weights; got another order or something else.",
      { field: "parts" },
    );
  }
  return strict("chain", {
    init(parameters) {
      const state = optimizer.init(parameters);
      return follower ? { step: state.step, tensors: { ...state.tensors, ...follower.init(parameters) } } : state;
    },
    hyper: (step, own) => optimizer.hyper(step, own),
    update({ parameters, all, state, hyper, ...flow }) {
      return tidy(() => {
        const { norm, ...rest } = transforms.reduce<GradientFlow>((before, part) => {
          const { known: _, ...after } = part.transform(before);
          return after;
        }, flow);
        const result = optimizer.update({ parameters, ...(all && { all }), state, hyper, ...rest });
        follower?.follow(all ?? parameters, state);
        return norm ? { ...result, norm } : result;
      });
    },
  });
}
