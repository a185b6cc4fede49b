// Gradient clipping as gradient transforms.
import { assign, clamp, joinAdjacent, mul, requireArity, requireNumber, strict, tidy } from "@x/tensor/core";
import { clipCoefficient, globalNorm } from "../ops/sum-squares/index.ts";
import { scaledGradient } from "./composed.ts";
import type { GradientFlow, GradientTransform } from "./optimizer.ts";

/**
 * Scales all gradients by `min(1, maxNorm / (norm + 1e-6))`, norm being that of all of them together. The factor stays on the device and is applied by
 * the update itself: no pass over the gradients. The norm before clipping comes out of `update`.
 *
 * @throws ConfigError unless maxNorm is above 0
 * @example
 * chain(clipByGlobalNorm(1), adamw({ lr: 3e-4 }));
 */
export function clipByGlobalNorm(maxNorm: number): GradientTransform {
  requireArity("clipByGlobalNorm", arguments, 1);
  requireNumber("clipByGlobalNorm", "maxNorm", maxNorm, "a number above 0", (value) => value > 0);
  return strict("clipByGlobalNorm", {
    transform(flow: GradientFlow): GradientFlow {
      if (flow.grads.length === 0) return flow;
      return tidy(() => {
        const norm = flow.known ?? scaledGradient(flow, globalNorm(flow.grads));
        const coefficient = clipCoefficient(norm, maxNorm);
        return { ...flow, norm, scale: flow.scale ? mul(flow.scale, coefficient) : coefficient };
      });
    },
  });
}

/**
 * Limits every element of the gradients to `[−limit, limit]`, in place: `torch.nn.utils.clip_grad_value_`.
 *
 * @throws ConfigError unless limit is above 0 and finite
 * @example
 * chain(clipByValue(0.5), adamw({ lr: 3e-4 }));
 */
export function clipByValue(limit: number): GradientTransform {
  requireArity("clipByValue", arguments, 1);
  requireNumber("clipByValue", "limit", limit, "a finite number above 0", (value) => value > 0 && value < Infinity);
  return strict("clipByValue", {
    transform({ scale, ...flow }: GradientFlow): GradientFlow {
      tidy(() => {
        // A factor that is NaN must not reach the padding between gradients: no later step writes it.
        const each = scale
          ? flow.grads
          : joinAdjacent(flow.grads.map((grad) => [grad])).map(({ tensors }) => tensors[0]!);
        for (const grad of each) assign(grad, clamp(scale ? mul(grad, scale) : grad, -limit, limit));
      });
      return flow;
    },
  });
}
