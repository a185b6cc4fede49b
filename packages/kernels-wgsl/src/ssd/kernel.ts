// The forward program of the chunked scan (state space duality, SSD). `backward.ts` holds its gradient, `step.ts` one
// token of it.
import type { SsdSpec } from "@x/base";
import type { Caps } from "../caps.ts";
import { type Dispatch, type Program, programOf } from "../kernel.ts";
import { discretizeCall, scanCall, scoresCall, statesCalls } from "./dispatches.ts";
import { planScan, type SsdChoice } from "./plan.ts";
import type { Slice, SsdPlan } from "./sizes.ts";

/** Bytes of the temps that both directions need, for the largest slice. */
export function forwardTemps({
  shape: { h, p, n, g },
  c,
  q,
  sliceSize,
  variant: { halfStates },
}: SsdPlan): Readonly<Record<"steps" | "states" | "scores", number>> {
  const cells = sliceSize * c;
  const states = cells * h * p * n;
  return {
    steps: 16 * cells * h * q,
    states: (halfStates ? 2 : 4) * states,
    scores: 4 * cells * g * q * q,
  };
}

/** (1)–(6): fills steps, states (entering each chunk), scores, and `finalState` where it is named. */
export function forwardCalls(plan: SsdPlan, slice: Slice, finalState?: string): Dispatch[] {
  return [discretizeCall(plan, slice), ...statesCalls(plan, slice, finalState), scoresCall(plan, slice)];
}

/** The chunked scan, forward. */
export const ssd = {
  /**
   * Program of `S_t = e^(dt_t·A) S_(t-1) + dt_t x_t ⊗ B_t`, `y_t = S_t C_t + D ⊙ x_t`, times silu(z_t).
   *
   * Buffers: x [b, l, h, p], dt [b, l, h], A [h], B and C [b, l, g, n]; D [h] or [h, p], z [b, l, h, p], dtBias [h],
   * initialState [b, h, p, n] and seqIdx (i32 [b, l]) as the shape says. Writes y [b, l, h, p] and finalState [b, h, p,
   * n]. All f32 except seqIdx.
   * @throws KernelError (kind `argument`) when the sizes do not fit together, (kind `limit`) when one sequence does not
   * fit the device's limits
   */
  program(shape: SsdSpec, caps?: Caps, choice?: SsdChoice): Program {
    const plan = planScan(shape, caps, choice);
    return programOf(
      plan.slices.flatMap((slice) => [
        ...forwardCalls(plan, slice, "finalState"),
        scanCall(plan, slice, "y", shape.z ?? false),
      ]),
      forwardTemps(plan),
    );
  },
} as const;
