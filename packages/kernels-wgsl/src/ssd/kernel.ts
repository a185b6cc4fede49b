// The forward program of the chunked scan (state space duality): which kernels run over which buffers. `backward-program.ts` and `step.ts` hold the others.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch, type Program } from "../kernel.ts";
import { chunkScan, chunkScores, chunkState, statePassingForward, stepsForward } from "./forward.ts";
import { chunkScanDirect, chunkStateDirect, directWorkgroups } from "./direct.ts";
import { chunkScanMatrix, chunkScoresMatrix, chunkStateMatrix } from "./matrix-forward.ts";
import { chunkScanTeams, chunkScoresTeams, stateWalk } from "./teams-forward.ts";
import { prepareTeams, scanTeams, teamTemps } from "./teams-program.ts";
import { planScan, sizesOf, skipStrides, type Slice, type SsdChoice, type SsdPlan, type SsdShape, stepUniforms } from "./plan.ts";

/** Bytes of the temps that both directions need, for the largest slice. */
export function forwardTemps(plan: SsdPlan): { steps: number; states: number; scores: number; weights?: number; planes?: number } {
  const { shape: { h, p, n, g }, c, q, sliceSize, direct } = plan;
  const cells = sliceSize * c;
  return { steps: 16 * cells * h * q, states: 4 * cells * h * p * n, scores: 4 * cells * g * q * q, ...(direct ? { weights: 8 * cells * h * q } : {}), ...teamTemps(plan) };
}

/** The dispatch of (1)–(3). */
function steps({ shape, q, direct, teams, caps }: SsdPlan, sizes: ReturnType<typeof sizesOf>, cells: number): Dispatch {
  const { h, dtBias = false, seqIdx = false } = shape;
  const store = teams ? "planes" : direct ? "weights" : "steps";
  return dispatch(stepsForward, {
    config: { q, dtBias, seqIdx, store },
    buffers: { dt: "dt", A: "A", ...(dtBias ? { dtBias: "dtBias" } : {}), ...(seqIdx ? { seqIdx: "seqIdx" } : {}), steps: "steps", ...(store === "steps" ? {} : { [store]: store }) },
    uniforms: { ...sizes, ...stepUniforms(shape), chunks_total: cells },
    workgroups: grid1d(cells * h, 64, caps),
  });
}

/** The dispatch of (4), or backward of (12): sums over each chunk's tokens of values ⊗ keys. */
export function stateSums(
  plan: SsdPlan, slice: Slice, direction: "forward" | "backward", buffers: Readonly<Record<"values" | "keys" | "states", string>>,
): Dispatch {
  const { shape: { h, p, n }, q, c, tilesP, tilesN, direct, matrix } = plan;
  const [config, uniforms, cells] = [{ q, direction }, sizesOf(plan, slice), slice.count * c];
  if (direct) return dispatch(chunkStateDirect, { config, buffers: { weights: "weights", ...buffers }, uniforms, workgroups: [directWorkgroups(p, n), h, cells] });
  const tiles = { buffers: { steps: "steps", ...buffers }, uniforms, workgroups: [tilesP * tilesN, h, cells] } as const;
  return matrix ? dispatch(chunkStateMatrix, { config: { ...matrix.wide, direction, whole: p % q === 0 && n % q === 0 }, ...tiles }) : dispatch(chunkState, { config, ...tiles });
}

/** Dispatches that fill steps, states (entering each chunk), scores and `finalState`. */
export function prepare(plan: SsdPlan, slice: Slice, finalState: string): Dispatch[] {
  const { shape, q, c, matrix, caps } = plan;
  const { h, g, p, n } = shape;
  const sizes = sizesOf(plan, slice);
  const cells = slice.count * c;
  const { initialState = false } = shape;
  const vector = (p * n) % 4 === 0;
  if (plan.teams) return [steps(plan, sizes, cells), ...prepareTeams(plan, plan.teams, slice, finalState)];
  const scores = { buffers: { C: "C", B: "B", scores: "scores" }, uniforms: sizes, workgroups: [1, g, cells] } as const;
  return [
    steps(plan, sizes, cells),
    stateSums(plan, slice, "forward", { values: "x", keys: "B", states: "states" }),
    dispatch(statePassingForward, {
      config: { q, initialState, vector },
      buffers: { steps: "steps", ...(initialState ? { initialState: "initialState" } : {}), states: "states", finalState },
      uniforms: { ...sizes, batches: slice.count },
      workgroups: grid1d((slice.count * h * p * n) / (vector ? 4 : 1), 64, caps),
    }),
    matrix ? dispatch(chunkScoresMatrix, { config: matrix.wide, ...scores }) : dispatch(chunkScores, { config: { q }, ...scores }),
  ];
}

/** The dispatch that computes `y`, gated where `z` says so. */
export function scan(plan: SsdPlan, slice: Slice, y: string, z: boolean): Dispatch {
  const { shape, q, c, tilesP, direct, matrix } = plan;
  if (plan.teams) return scanTeams(plan, plan.teams, slice, y, z);
  const D = shape.D !== undefined;
  const call = {
    buffers: { steps: "steps", scores: "scores", x: "x", C: "C", states: "states", ...(D ? { D: "D" } : {}), ...(z ? { z: "z" } : {}), y },
    uniforms: { ...sizesOf(plan, slice), ...skipStrides(shape) },
    workgroups: [direct ? directWorkgroups(q, shape.p) : tilesP, shape.h, slice.count * c],
  } as const;
  return matrix ? dispatch(chunkScanMatrix, { config: { ...matrix.wide, D, z }, ...call }) : dispatch(direct ? chunkScanDirect : chunkScan, { config: { q, D, z }, ...call });
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
      dispatches: plan.slices.flatMap((slice) => [...prepare(plan, slice, "finalState"), scan(plan, slice, "y", shape.z ?? false)]),
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
