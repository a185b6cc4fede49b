// The backward program of the chunked scan: recomputes steps, states and scores, then walks the formulas of README.md §4 backwards.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch, type Program } from "../kernel.ts";
import { bcBackward, scoresBackward, xBackward } from "./backward.ts";
import { blocksSum, decayBackward, gateBackward, partialsSum, skipBackward, statePassingBackward } from "./backward-rows.ts";
import { bcBackwardDirect, xBackwardDirect } from "./direct-backward.ts";
import { directWorkgroups, side as directSide } from "./direct.ts";
import { forwardTemps, prepare, scan, stateSums } from "./kernel.ts";
import { bcBackwardMatrix, scoresBackwardMatrix, xBackwardMatrix } from "./matrix-backward.ts";
import { bcBackwardTeams, scoresBackwardTeams, xBackwardTeams } from "./teams-backward.ts";
import { decayBackwardTeams } from "./teams-decay.ts";
import { backwardTeams, gradKeysTeams, teamParts } from "./teams-program.ts";
import { planScan, sizesOf, skipStrides, type Slice, type SsdChoice, type SsdPlan, type SsdShape } from "./plan.ts";

/** What the backward program depends on: the forward's shape, and whether a gradient arrives at the final state. */
export interface SsdBackwardShape extends SsdShape {
  readonly gradFinalState?: boolean;
}

/** Parts of n whose sums over its columns are stored apart: (18), (19). */
function dotsTiles({ shape, tilesN, direct, teams, q }: SsdPlan): number {
  return teams ? teamParts(teams, shape, q).dots : direct ? shape.n / directSide : tilesN;
}

/** Names of the program's temps and what they hold; sizes for the largest slice, except those kept for the whole batch. */
function temps(plan: SsdPlan): Record<string, number> {
  const { shape, c, q, sliceSize, headBlocks } = plan;
  const { b, l, h, p, g, n, D, z } = shape;
  const cells = sliceSize * c;
  const forward = forwardTemps(plan);
  const team = plan.teams && teamParts(plan.teams, shape, q);
  return {
    ...forward,
    finalStateAgain: 4 * b * h * p * n,
    gradStates: forward.states,
    gradScores: headBlocks * forward.scores,
    intra: 8 * (team?.scores ?? 1) * cells * h * q,
    rowDots: 2 * 4 * dotsTiles(plan) * cells * h * q,
    decayPartials: 2 * 4 * b * c * h,
    ...(z ? { gradScanned: 4 * b * l * h * p } : {}),
    ...(D ? { skipPartials: 4 * b * c * h * p } : {}),
    ...(team && { passing: 4 * team.states * cells * h }),
    ...(headBlocks > 1 ? { keyParts: 4 * headBlocks * sliceSize * l * g * n } : {}),
  };
}

function sliceBackward(plan: SsdPlan, slice: Slice, gradY: string, gradFinalState: boolean): Dispatch[] {
  const { shape, q, c, tilesP, tilesN, headsPerBlock, headBlocks, direct, matrix, teams, caps } = plan;
  const { b, l, h, p, g, n, initialState = false, D } = shape;
  const vector = (p * n) % 4 === 0;
  const sizes = sizesOf(plan, slice);
  const cells = slice.count * c;
  const blocks = { heads_per_block: headsPerBlock, blocks: headBlocks, cells };
  const dotsC = dotsTiles(plan) * cells * h * q;
  const hasD = D !== undefined;
  const keys = l * g * n;
  const gradKeys = (side: "B" | "C"): Dispatch[] => {
    const out = `grad${side}`;
    const [values, states, others] = side === "B" ? ["x", "gradStates", "C"] : [gradY, "states", "B"];
    const split = headBlocks > 1;
    const tensors = { values, states, keys: side, gradScores: "gradScores", others, gradKeys: split ? "keyParts" : out, rowDots: "rowDots" };
    const uniforms = {
      ...sizes, ...blocks, out_batch_start: split ? slice.start : 0, block_stride: slice.count * keys, dots_start: side === "B" ? 0 : dotsC,
    };
    const call = {
      buffers: { steps: "steps", ...tensors }, uniforms,
      workgroups: direct ? [directWorkgroups(q, n), g * headBlocks, cells] as const : [tilesN * headBlocks, g, cells] as const,
    };
    const sum = teams
      ? gradKeysTeams(plan, teams, { side, tensors, uniforms, cells })
      : matrix ? dispatch(bcBackwardMatrix, { config: { ...matrix.registers, side }, ...call })
      : dispatch(direct ? bcBackwardDirect : bcBackward, { config: { q, side }, ...call });
    if (!split) return [sum];
    const count = slice.count * keys;
    return [
      sum,
      dispatch(blocksSum, {
        config: {},
        buffers: { parts: "keyParts", sums: out },
        uniforms: { blocks: headBlocks, block_stride: count, count, out_start: slice.start * keys },
        workgroups: grid1d(count, 64, caps),
      }),
    ];
  };
  if (teams) {
    const { before, after } = backwardTeams(plan, teams, slice, { gradY, gradFinalState, blocks, dotsC });
    return [...before, ...gradKeys("B"), ...gradKeys("C"), after];
  }
  const gradX = {
    buffers: { steps: "steps", scores: "scores", B: "B", gradStates: "gradStates", gradY, ...(hasD ? { D: "D" } : {}), gradX: "gradX" },
    uniforms: { ...sizes, ...skipStrides(shape) },
    workgroups: [direct ? directWorkgroups(q, p) : tilesP, h, cells],
  } as const;
  const gradScores = {
    buffers: { steps: "steps", scores: "scores", x: "x", gradY, gradScores: "gradScores", intra: "intra" },
    uniforms: { ...sizes, ...blocks },
    workgroups: [headBlocks, g, cells],
  } as const;
  return [
    stateSums(plan, slice, "backward", { values: gradY, keys: "C", states: "gradStates" }),
    dispatch(statePassingBackward, {
      config: { q, gradFinalState, initialState, vector },
      buffers: {
        steps: "steps", gradStates: "gradStates",
        ...(gradFinalState ? { gradFinalState: "gradFinalState" } : {}), ...(initialState ? { gradInitialState: "gradInitialState" } : {}),
      },
      uniforms: { ...sizes, batches: slice.count },
      workgroups: grid1d((slice.count * h * p * n) / (vector ? 4 : 1), 64, caps),
    }),
    matrix ? dispatch(xBackwardMatrix, { config: { ...matrix.wide, D: hasD }, ...gradX }) : dispatch(direct ? xBackwardDirect : xBackward, { config: { q, D: hasD }, ...gradX }),
    matrix ? dispatch(scoresBackwardMatrix, { config: matrix.registers, ...gradScores }) : dispatch(scoresBackward, { config: { q }, ...gradScores }),
    ...gradKeys("B"),
    ...gradKeys("C"),
    dispatch(decayBackward, {
      config: { q, vector },
      buffers: {
        steps: "steps", A: "A", states: "states", gradStates: "gradStates", intra: "intra", rowDots: "rowDots", gradDt: "gradDt", partials: "decayPartials",
      },
      uniforms: { ...sizes, cells, dots_tiles: dotsTiles(plan), dots_c_start: dotsC, bias_start: b * c * h },
      workgroups: [1, h, cells],
    }),
  ];
}

/** Gradients of what is summed over batch and tokens, from partial sums. */
function sums(plan: SsdPlan, gradY: string): Dispatch[] {
  const { shape, q, c, caps } = plan;
  const { b, l, h, p, D, dtBias } = shape;
  const rows = b * c;
  const total = (partials: string, out: string, start: number, count: number, width: number, inner: number): Dispatch =>
    dispatch(partialsSum, { config: {}, buffers: { partials, sums: out }, uniforms: { start, rows, width, inner }, workgroups: [count] });
  const skip = (kind: "head" | "channel"): Dispatch[] => [
    dispatch(skipBackward, {
      config: { q },
      buffers: { gradY, x: "x", partials: "skipPartials" },
      uniforms: { rows, l, c, width: h * p },
      workgroups: grid1d(rows * h * p, 64, caps),
    }),
    kind === "head" ? total("skipPartials", "gradD", 0, h, h * p, p) : total("skipPartials", "gradD", 0, h * p, h * p, 1),
  ];
  return [
    total("decayPartials", "gradA", 0, h, h, 1),
    ...(dtBias ? [total("decayPartials", "gradDtBias", b * c * h, h, h, 1)] : []),
    ...(D ? skip(D) : []),
  ];
}

/** The chunked scan, backward. */
export const ssdBackward = {
  /**
   * Program of the gradients of {@link ssd}. Buffers: the forward's inputs, gradY [b, l, h, p], gradFinalState as the shape says; writes
   * gradX, gradDt (of the raw dt), gradA, gradB, gradC, and gradD, gradZ, gradDtBias, gradInitialState where the input is given.
   * @throws KernelError as the forward program
   */
  program(shape: SsdBackwardShape, caps?: Caps, choice?: SsdChoice): Program {
    const plan = planScan(shape, caps, choice);
    const { b, l, h, p, z = false } = shape;
    const gradY = z ? "gradScanned" : "gradY";
    const count = b * l * h * p;
    const recompute = (slice: Slice): Dispatch[] => prepare(plan, slice, "finalStateAgain");
    const backward = (slice: Slice): Dispatch[] => sliceBackward(plan, slice, gradY, shape.gradFinalState ?? false);
    const gate = dispatch(gateBackward, {
      config: {}, buffers: { gradY: "gradY", z: "z", scanned: "gradScanned", gradZ: "gradZ" }, uniforms: { count }, workgroups: grid1d(count, 64, plan.caps),
    });
    // The gate works on the whole batch at once; with one slice its recomputation serves the rest too.
    const gated = z ? [...plan.slices.flatMap((slice) => [...recompute(slice), scan(plan, slice, "gradScanned", false)]), gate] : [];
    const again = (slice: Slice): Dispatch[] => (z && plan.slices.length === 1 ? [] : recompute(slice));
    return {
      temps: temps(plan),
      dispatches: [...gated, ...plan.slices.flatMap((slice) => [...again(slice), ...backward(slice)]), ...sums(plan, gradY)],
    };
  },
  kernels: {
    xBackward: xBackward as typeof xBackward,
    scoresBackward: scoresBackward as typeof scoresBackward,
    bcBackward: bcBackward as typeof bcBackward,
    xBackwardDirect: xBackwardDirect as typeof xBackwardDirect,
    bcBackwardDirect: bcBackwardDirect as typeof bcBackwardDirect,
    xBackwardMatrix: xBackwardMatrix as typeof xBackwardMatrix,
    scoresBackwardMatrix: scoresBackwardMatrix as typeof scoresBackwardMatrix,
    bcBackwardMatrix: bcBackwardMatrix as typeof bcBackwardMatrix,
    xBackwardTeams: xBackwardTeams as typeof xBackwardTeams,
    scoresBackwardTeams: scoresBackwardTeams as typeof scoresBackwardTeams,
    bcBackwardTeams: bcBackwardTeams as typeof bcBackwardTeams,
    decayBackwardTeams: decayBackwardTeams as typeof decayBackwardTeams,
    statePassingBackward: statePassingBackward as typeof statePassingBackward,
    gateBackward: gateBackward as typeof gateBackward,
    skipBackward: skipBackward as typeof skipBackward,
    decayBackward: decayBackward as typeof decayBackward,
    partialsSum: partialsSum as typeof partialsSum,
    blocksSum: blocksSum as typeof blocksSum,
  },
} as const;
