// Muon: momentum whose matrix is brought near an orthogonal one by Newton–Schulz steps. For matrices; other parameters go to another optimizer, see groups.
import {
  add,
  assign,
  checkOptions,
  ConfigError,
  div,
  matmul,
  maximum,
  mul,
  norm,
  requireArity,
  requireCount,
  requireNumber,
  requireOptions,
  showShape,
  strict,
  sub,
  type Tensor,
  tidy,
  transpose,
} from "@x/tensor/core";
import { hyperScalar, scaledGradient } from "./composed.ts";
import type { Optimizer, Trainable } from "./optimizer.ts";
import { asSchedule, requireAmount, type Schedule } from "./schedule.ts";
import { checkCount, slotOf, zeroState } from "./state.ts";

/** Options of {@link muon}, with the names and defaults of `torch.optim.Muon`. */
export interface MuonOptions {
  readonly lr: number | Schedule;
  /** decay of the momentum, in [0, 1); default 0.95 */
  readonly momentum?: number;
  /** look ahead along the momentum; default true */
  readonly nesterov?: boolean;
  /** per update `param · (1 − lr · weightDecay)`, for parameters whose `decay` is true; default 0.1 */
  readonly weightDecay?: number;
  /** steps of Newton–Schulz; default 5 */
  readonly steps?: number;
  /** least norm that the momentum is divided by; default 1e-7 */
  readonly eps?: number;
  /**
   * Factor on lr for a matrix `[r, c]`: "original" is `√max(1, r/c)`, "match-rms-adamw" is `0.2 · √max(r, c)`, with which lr and weight decay of AdamW serve. Default "original".
   */
  readonly adjustLr?: "original" | "match-rms-adamw";
}

/** Keller Jordan's coefficients: singular values in (0, 1] come to about 0.7 to 1.2 in five steps. */
const [A, B, C] = [3.4445, -4.775, 2.0315];

/**
 * X ← aX + (bG + cG²)X with G = XXᵀ, from X = x / max(‖x‖, eps). On the side with fewer rows, as the smaller G serves both.
 *
 * @param x `[r, c]`
 */
function newtonSchulz(x: Tensor, steps: number, eps: number): Tensor {
  const [rows, columns] = x.shape as readonly [number, number];
  const tall = rows > columns;
  let result = div(x, maximum(norm(x), eps));
  if (tall) result = transpose(result);
  for (let i = 0; i < steps; i++) {
    const gram = matmul(result, result, { transposeB: true });
    const polynomial = add(mul(gram, B), mul(matmul(gram, gram), C));
    result = add(mul(result, A), matmul(polynomial, result));
  }
  return tall ? transpose(result) : result;
}

function requireMatrices(parameters: readonly Trainable[]): void {
  const other = parameters.find(({ value }) => value.shape.length !== 2);
  if (!other) return;
  throw new ConfigError(
    `muon: every parameter must be a matrix; ${other.path} has shape ${showShape(other.value.shape)}. Give the others another optimizer: groups([{ match: …, optimizer: muon(…) }, …]).`,
    { field: "parameters", got: other.value.shape },
  );
}

/**
 * Muon for matrices: `m ← μm + (1 − μ)g`; the direction is m, or `μm + (1 − μ)g` of the new m (Nesterov), brought near an orthogonal matrix by Newton–Schulz steps;
 * `param ← param · (1 − lr·λ) − lr · adjusted · direction`. Semantics, coefficients and defaults are those of `torch.optim.Muon`, in f32 where that rounds the steps to bf16.
 *
 * @throws ConfigError for an unknown option or one out of range; `init` and `update` for a parameter that is no matrix
 * Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024; "match-rms-adamw": Liu et al., "Muon is Scalable for LLM Training", 2025.
 * @example
 * const optimizer = groups([
 *   { match: ({ role }) => role === "projection" || role === "residual-projection", optimizer: muon({ lr: 0.02 }) },
 *   { optimizer: adamw({ lr: 3e-4 }) },
 * ]);
 */
export function muon(options: MuonOptions): Optimizer {
  requireArity("muon", arguments, 1);
  requireOptions("muon", options);
  checkOptions("muon", options, {
    lr: true,
    momentum: true,
    nesterov: "boolean",
    weightDecay: true,
    steps: true,
    eps: true,
    adjustLr: true,
  });
  const { lr, momentum = 0.95, nesterov = true, weightDecay = 0.1 } = options;
  const { steps = 5, eps = 1e-7, adjustLr = "original" } = options;
  requireNumber("muon", "momentum", momentum, "at least 0 and below 1", (value) => value >= 0 && value < 1);
  requireAmount("muon", "weightDecay", weightDecay);
  requireCount("muon", "steps", steps, 1);
  requireNumber("muon", "eps", eps, "a finite number above 0", (value) => value > 0 && value < Infinity);
  if (adjustLr !== "original" && adjustLr !== "match-rms-adamw")
    throw ConfigError.must("muon", "adjustLr", 'be "original" or "match-rms-adamw"', adjustLr);
  const schedule = asSchedule("muon", lr);
  const adjusted = ({ shape: [r, c] }: Tensor): number =>
    adjustLr === "original" ? Math.sqrt(Math.max(1, r! / c!)) : 0.2 * Math.sqrt(Math.max(r!, c!));
  return strict("muon", {
    init(parameters) {
      requireMatrices(parameters);
      return zeroState(["momentum"], parameters);
    },
    hyper(step, _own) {
      const rate = schedule(step);
      return Float32Array.of(rate, 1 - rate * weightDecay);
    },
    update(call) {
      requireMatrices(call.parameters);
      checkCount("muon", call.parameters, call.grads);
      for (const [i, { path, value, decay }] of call.parameters.entries()) {
        tidy(() => {
          const m = slotOf(call.state, "momentum", path);
          const g = scaledGradient(call, call.grads[i]!);
          const mean = add(mul(m, momentum), mul(g, 1 - momentum));
          const ahead = nesterov ? add(mul(mean, momentum), mul(g, 1 - momentum)) : mean;
          const direction = mul(newtonSchulz(ahead, steps, eps), adjusted(value));
          const kept = decay ? mul(value, hyperScalar(call.hyper, 1, value)) : value;
          assign(value, sub(kept, mul(direction, hyperScalar(call.hyper, 0, value))));
          assign(m, mean);
        });
      }
      return call.norm ? { norm: call.norm } : {};
    },
  });
}
