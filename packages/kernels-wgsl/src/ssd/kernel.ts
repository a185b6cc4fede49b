// The forward program of the chunked scan (state space duality): which kernels run over which buffers. `backward.ts` and `step.ts` hold the others.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch, type Program } from "../kernel.ts";
import { chunkScanDirect, chunkStateDirect } from "./direct/forward.ts";
import { planScan, type SsdChoice } from "./plan.ts";
import { sizesOf, type Slice, type SsdPlan, type SsdShape, stepUniforms } from "./sizes.ts";
import { statePassingForward, stepsForward } from "./discretize.ts";
import { chunkScanTeams, chunkScoresTeams, stateWalk } from "./teams/forward.ts";
import { chunkScan, chunkScores, chunkState } from "./tiles/forward.ts";
import { chunkScanMatrix, chunkScoresMatrix, chunkStateMatrix } from "./subgroup-matrix/forward.ts";

/** Bytes of the temps that both directions need, for the largest slice. */
export function forwardTemps(
  plan: SsdPlan,
): Readonly<Record<"steps" | "states" | "scores", number>> & Readonly<Record<string, number>> {
  const {
    shape: { h, p, n, g },
    c,
    q,
    sliceSize,
    form,
  } = plan;
  const cells = sliceSize * c;
  return {
    ...form.temps(plan),
    steps: 16 * cells * h * q,
    states: 4 * cells * h * p * n,
    scores: 4 * cells * g * q * q,
  };
}

/** The dispatch of (1)–(3). */
function steps(plan: SsdPlan, slice: Slice): Dispatch {
  const {
    shape,
    q,
    form: { stored },
    caps,
  } = plan;
  const { h, dtBias = false, seqIdx = false } = shape;
  return dispatch(stepsForward, {
    config: { q, dtBias, seqIdx, store: stored },
    buffers: {
      dt: "dt",
      A: "A",
      ...(dtBias ? { dtBias: "dtBias" } : {}),
      ...(seqIdx ? { seqIdx: "seqIdx" } : {}),
      steps: "steps",
      ...(stored === "steps" ? {} : { [stored]: stored }),
    },
    uniforms: { ...sizesOf(plan, slice), ...stepUniforms(shape), chunks_total: slice.cells },
    workgroups: grid1d(slice.cells * h, 64, caps),
  });
}

/** Dispatches that fill steps, states (entering each chunk), scores and `finalState`. */
export function prepare(plan: SsdPlan, slice: Slice, finalState: string): Dispatch[] {
  return [steps(plan, slice), ...plan.form.states(plan, slice, finalState), plan.form.scores(plan, slice)];
}

/** The chunked scan, forward. */
export const ssd = {
  /**
   * Program of `S_t = e^(dt_t·A) S_(t-1) + dt_t x_t ⊗ B_t`, `y_t = S_t C_t + D ⊙ x_t`, times silu(z_t).
   * Buffers: x [b, l, h, p], dt [b, l, h], A [h], B and C [b, l, g, n]; D, z, dtBias [h], initialState [b, h, p, n] and seqIdx (i32 [b, l]) as the shape
   * says; writes y [b, l, h, p] and finalState [b, h, p, n]. All f32 but seqIdx.
   * @throws KernelError when sizes do not fit together, or one sequence does not fit the device's limits
   */
  program(shape: SsdShape, caps?: Caps, choice?: SsdChoice): Program {
    const plan = planScan(shape, caps, choice);
    return {
      temps: forwardTemps(plan),
      dispatches: plan.slices.flatMap((slice) => [
        ...prepare(plan, slice, "finalState"),
        plan.form.scan(plan, slice, "y", shape.z ?? false),
      ]),
    };
  },
  kernels: {
    stepsForward: stepsForward as typeof stepsForward,
    chunkState: chunkState as typeof chunkState,
    statePassingForward: statePassingForward as typeof statePassingForward,
    chunkScores: chunkScores as typeof chunkScores,
    chunkScan: chunkScan as typeof chunkScan,
    chunkStateDirect: chunkStateDirect as typeof chunkStateDirect,
    chunkScanDirect: chunkScanDirect as typeof chunkScanDirect,
    chunkStateMatrix: chunkStateMatrix as typeof chunkStateMatrix,
    chunkScoresMatrix: chunkScoresMatrix as typeof chunkScoresMatrix,
    chunkScanMatrix: chunkScanMatrix as typeof chunkScanMatrix,
    stateWalk: stateWalk as typeof stateWalk,
    chunkScoresTeams: chunkScoresTeams as typeof chunkScoresTeams,
    chunkScanTeams: chunkScanTeams as typeof chunkScanTeams,
  },
} as const;
