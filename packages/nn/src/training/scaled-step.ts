// A training step under a dynamic loss scale, in two recorded parts: gradients, and, once the host has read that they are finite, the update.
import { capture, ConfigError, precompile, type PrecompileOptions, type Tensor, tensor, tidy } from "@x/tensor/core";
import type { TrainerOptions } from "./trainer-types.ts";
import { leastLossScale, type LossScaleState, noteStep } from "./loss-scale.ts";

/** What a recorded part of a step returns. */
export interface TakenGradients {
  /** here `[3]`: loss, norm, and the factor that the gradients are still to be multiplied by */
  readonly metrics: Tensor;
  /** per parameter whether it has a gradient; of the plan that ran */
  readonly reached: readonly boolean[];
}

/** What the first part found. */
export interface ScaledGradients extends Pick<TakenGradients, "reached"> {
  readonly loss: number;
  readonly gradNorm: number;
  readonly finite: boolean;
}

/** A stamp of `capture`: another number whenever the text is another. */
export function numbered(textOf: () => string): () => number {
  let [number, before] = [0, ""];
  return () => (before === (before = textOf()) ? number : ++number);
}

/** The two parts of a step. */
export interface ScaledStep<A extends unknown[]> {
  /**
   * Takes gradients, reads loss and norm, notes in the scale's state whether they are finite, and if so makes the update.
   *
   * @param hyper makes the numbers of the update, a tensor that is disposed of here
   * @throws ConfigError while another step waits, whose gradients it would overwrite; when gradients are not finite at the least scale
   */
  run(hyper: () => Tensor, ...args: A): Promise<ScaledGradients>;
  /** Compiles what a `run` with such arguments takes. */
  precompile(hyper: () => Tensor, options: PrecompileOptions, ...args: A): Promise<void>;
  dispose(): void;
}

/**
 * @param update makes an update; the norm, read to see whether it is finite, comes back, so that it is measured once
 */
export function scaledStep<A extends unknown[]>(
  state: LossScaleState,
  takeGradients: (...args: A) => TakenGradients,
  update: (scale: Tensor, norm: Tensor, hyper: Tensor, reached: readonly boolean[]) => unknown,
  { capture: recorded = true, stamp, planned }: Pick<TrainerOptions, "capture" | "stamp" | "planned">,
): ScaledStep<A> {
  // A new scale is a new number in the recorded loss: it counts as a change to the stamp as well.
  const stamped = stamp && numbered(() => `${stamp()} ${state.scale}`);
  let reached: readonly boolean[] = [];
  const apply = (scale: Tensor, norm: Tensor, hyper: Tensor): void => void update(scale, norm, hyper, reached);
  const gradients = (...args: A): TakenGradients => {
    const taken = takeGradients(...args);
    ({ reached } = taken);
    return taken;
  };
  const taking = recorded
    ? capture<A, TakenGradients>(gradients, { ...(stamped && { stamp: stamped }), ...(planned && { planned }) })
    : undefined;
  const making = recorded ? capture(apply) : undefined;
  const take = taking ?? ((...args: A) => tidy(() => gradients(...args)));
  const make = making ?? ((...numbers: [Tensor, Tensor, Tensor]) => tidy(() => apply(...numbers)));
  let waiting = false;
  return {
    async run(hyper, ...args) {
      if (waiting)
        throw new ConfigError(
          'trainer: a step with lossScale "dynamic" must be awaited before the next; another one is under way.',
          { field: "lossScale" },
        );
      waiting = true;
      let metrics: Tensor | undefined;
      try {
        ({ metrics, reached } = take(...args));
        const [loss, gradNorm, scale] = (await metrics.data()) as unknown as [number, number, number];
        const finite = Number.isFinite(loss) && Number.isFinite(gradNorm);
        const used = state.scale;
        noteStep(state, finite);
        if (!finite && used === leastLossScale)
          throw new ConfigError(
            `trainer: gradients must be finite at some loss scale; at ${used} the loss was ${loss} and their norm ${gradNorm}. No update was made: lower lr or look at the data.`,
            { field: "lossScale", got: used },
          );
        if (finite) {
          const { dtype, device } = metrics;
          const numbers = [tensor(scale, { dtype, device }), tensor(gradNorm, { dtype, device }), hyper()] as const;
          try {
            make(...numbers);
          } finally {
            for (const one of numbers) one.dispose();
          }
        }
        return { loss, gradNorm, finite, reached };
      } finally {
        waiting = false;
        metrics?.dispose();
      }
    },
    async precompile(hyper, options, ...args) {
      const step = hyper();
      const { device } = step;
      const numbers: [Tensor, Tensor, Tensor] = [tensor(1, { device }), tensor(1, { device }), step];
      try {
        await (taking ? taking.precompile(args, options) : precompile(gradients, args, options));
        await (making ? making.precompile(numbers, options) : precompile(apply, numbers, options));
      } finally {
        for (const one of numbers) one.dispose();
      }
    },
    dispose() {
      taking?.dispose();
      making?.dispose();
    },
  };
}
