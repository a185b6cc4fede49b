// The dispatches of the scan by teams: which of their kernels run over which buffers, for `kernel.ts` and `backward-program.ts` to choose.
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch } from "../kernel.ts";
import { sizesOf, skipStrides, type Slice, type SsdPlan, type SsdShape } from "./plan.ts";
import { columnTeams, planeCount, type TeamPlan, teamWorkgroups } from "./teams.ts";
import { bcBackwardTeams, scoresBackwardTeams, xBackwardTeams } from "./teams-backward.ts";
import { decayBackwardTeams } from "./teams-decay.ts";
import { chunkScanTeams, chunkScoresTeams, stateWalk } from "./teams-forward.ts";

/** Bytes of the temps that teams need besides those of every plan. */
export function teamTemps({ shape: { h }, teams, sliceSize, c, q }: SsdPlan): { planes?: number } {
  return teams ? { planes: 4 * planeCount * sliceSize * c * h * q } : {};
}

/** Parts whose sums teams store apart: of n in (18) and (19), of a chunk's rows in (16) and (17), of a state in ⟨S, Λ⟩. */
export function teamParts({ team, square }: TeamPlan, { p, n }: Pick<SsdShape, "p" | "n">, q: number): Record<"dots" | "scores" | "states", number> {
  return { dots: columnTeams(team, n), scores: teamWorkgroups(square, q, q), states: teamWorkgroups(team, p, n) };
}

/** (4) and (5), (6): states entering each chunk, `finalState`, scores. */
export function prepareTeams(plan: SsdPlan, { team, square }: TeamPlan, slice: Slice, finalState: string): Dispatch[] {
  const { shape: { h, p, g, n, initialState = false }, q, c } = plan;
  const sizes = sizesOf(plan, slice);
  const cells = slice.count * c;
  return [
    dispatch(stateWalk, {
      config: { q, direction: "forward", initial: initialState, final: true, ...team },
      buffers: { planes: "planes", values: "x", keys: "B", states: "states", finalState, ...(initialState ? { initialState: "initialState" } : {}) },
      uniforms: { ...sizes, cells }, workgroups: [teamWorkgroups(team, p, n), h, slice.count],
    }),
    dispatch(chunkScoresTeams, {
      config: { q, ...square }, buffers: { C: "C", B: "B", scores: "scores" }, uniforms: sizes, workgroups: [teamWorkgroups(square, q, q), g, cells],
    }),
  ];
}

/** (7) and (8). */
export function scanTeams(plan: SsdPlan, { team }: TeamPlan, slice: Slice, y: string, z: boolean): Dispatch {
  const { shape, q, c } = plan;
  const D = shape.D !== undefined;
  return dispatch(chunkScanTeams, {
    config: { q, D, z, ...team },
    buffers: { planes: "planes", scores: "scores", x: "x", C: "C", states: "states", ...(D ? { D: "D" } : {}), ...(z ? { z: "z" } : {}), y },
    uniforms: { ...sizesOf(plan, slice), ...skipStrides(shape) },
    workgroups: [teamWorkgroups(team, q, shape.p), shape.h, slice.count * c],
  });
}

type Blocks = Readonly<Record<"heads_per_block" | "blocks" | "cells", number>>;

/** (12)–(17) `before` and (21)–(24) `after` the gradients of B and C. `dotsC`: where the dots of side C begin in `rowDots`. */
export function backwardTeams(
  plan: SsdPlan, teams: TeamPlan, slice: Slice,
  { gradY, gradFinalState, blocks, dotsC }: { readonly gradY: string; readonly gradFinalState: boolean; readonly blocks: Blocks; readonly dotsC: number },
): { readonly before: readonly Dispatch[]; readonly after: Dispatch } {
  const { shape, q, c, caps } = plan;
  const { b, h, p, g, initialState = false } = shape;
  const { team, square } = teams;
  const sizes = sizesOf(plan, slice);
  const { cells } = blocks;
  const D = shape.D !== undefined;
  const parts = teamParts(teams, shape, q);
  return {
    before: [
      dispatch(stateWalk, {
        config: { q, direction: "backward", initial: gradFinalState, final: initialState, ...team },
        buffers: {
          planes: "planes", values: gradY, keys: "C", entering: "states", states: "gradStates", passing: "passing",
          ...(gradFinalState ? { initialState: "gradFinalState" } : {}), ...(initialState ? { finalState: "gradInitialState" } : {}),
        },
        uniforms: { ...sizes, cells }, workgroups: [parts.states, h, slice.count],
      }),
      dispatch(xBackwardTeams, {
        config: { q, D, ...team },
        buffers: { planes: "planes", scores: "scores", B: "B", gradStates: "gradStates", gradY, ...(D ? { D: "D" } : {}), gradX: "gradX" },
        uniforms: { ...sizes, ...skipStrides(shape) }, workgroups: [teamWorkgroups(team, q, p), h, cells],
      }),
      dispatch(scoresBackwardTeams, {
        config: { q, ...square }, buffers: { planes: "planes", scores: "scores", x: "x", gradY, gradScores: "gradScores", intra: "intra" },
        uniforms: { ...sizes, ...blocks }, workgroups: [parts.scores, g * blocks.blocks, cells],
      }),
    ],
    after: dispatch(decayBackwardTeams, {
      config: { q }, buffers: { steps: "steps", A: "A", passing: "passing", intra: "intra", rowDots: "rowDots", gradDt: "gradDt", partials: "decayPartials" },
      uniforms: {
        ...sizes, cells, dots_c_start: dotsC, bias_start: b * c * h, state_teams: parts.states, score_teams: parts.scores, dots_teams: parts.dots,
      },
      workgroups: grid1d(cells * h, 64, caps),
    }),
  };
}

/** (18) or (19), for a block of the heads of each group. */
export function gradKeysTeams(
  { shape: { g, n }, q, headBlocks }: SsdPlan, { team }: TeamPlan,
  { side, tensors, uniforms, cells }: {
    readonly side: "B" | "C";
    readonly tensors: Readonly<Record<"values" | "states" | "keys" | "gradScores" | "others" | "gradKeys" | "rowDots", string>>;
    readonly uniforms: Readonly<Record<keyof typeof bcBackwardTeams.uniforms, number>>;
    readonly cells: number;
  },
): Dispatch {
  return dispatch(bcBackwardTeams, {
    config: { q, side, ...team }, buffers: { planes: "planes", ...tensors }, uniforms, workgroups: [teamWorkgroups(team, q, n), g * headBlocks, cells],
  });
}
