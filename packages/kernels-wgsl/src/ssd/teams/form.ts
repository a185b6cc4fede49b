// The scan by teams: from memory to registers, one operand shared within subgroups.
import { grid1d } from "../../grid.ts";
import { dispatch } from "../../kernel.ts";
import { gradScoresCall, gradXCall, scanCall, scoresCall } from "../dispatches.ts";
import type { SsdForm } from "../variant.ts";
import { sizesOf } from "../sizes.ts";
import { bcBackwardTeams, scoresBackwardTeams, xBackwardTeams } from "./backward.ts";
import { decayBackwardTeams } from "./decay.ts";
import { chunkScanTeams, chunkScoresTeams, stateWalk } from "./forward.ts";
import { columnTeams, planeCount, type TeamPlan, teamWorkgroups } from "./teams.ts";

const planes = { planes: "planes" } as const;

export function teamsForm({ team, square }: TeamPlan): SsdForm {
  return {
    stored: "planes",
    temps: ({ shape: { h }, sliceSize, c, q }) => ({ planes: 4 * planeCount * sliceSize * c * h * q }),
    gradTemps: ({ shape: { h, p, n }, sliceSize, c }) => ({
      passing: 4 * teamWorkgroups(team, p, n) * sliceSize * c * h,
    }), // ⟨S, Λ⟩ of each team
    parts: ({ shape: { n }, q }) => ({ dots: columnTeams(team, n), pairs: teamWorkgroups(square, q, q) }),
    states(plan, slice, finalState) {
      const {
        shape: { h, p, n, initialState = false },
        q,
      } = plan;
      return [
        dispatch(stateWalk, {
          config: { q, direction: "forward", initial: initialState, final: true, ...team },
          buffers: {
            ...planes,
            values: "x",
            keys: "B",
            states: "states",
            finalState,
            ...(initialState ? { initialState: "initialState" } : {}),
          },
          uniforms: { ...sizesOf(plan, slice), cells: slice.cells },
          workgroups: [teamWorkgroups(team, p, n), h, slice.count],
        }),
      ];
    },
    scores: (plan, slice) =>
      dispatch(chunkScoresTeams, {
        config: { q: plan.q, ...square },
        ...scoresCall(plan, slice),
        workgroups: [teamWorkgroups(square, plan.q, plan.q), plan.shape.g, slice.cells],
      }),
    scan(plan, slice, y, z) {
      const {
        shape: { h, p, D },
        q,
      } = plan;
      const { buffers, uniforms } = scanCall(plan, slice, y, z);
      return dispatch(chunkScanTeams, {
        config: { q, D: D !== undefined, z, ...team },
        buffers: { ...planes, ...buffers },
        uniforms,
        workgroups: [teamWorkgroups(team, q, p), h, slice.cells],
      });
    },
    gradStates(plan, slice, { gradY, gradFinalState }) {
      const {
        shape: { h, p, n, initialState = false },
        q,
      } = plan;
      return [
        dispatch(stateWalk, {
          config: { q, direction: "backward", initial: gradFinalState, final: initialState, ...team },
          buffers: {
            ...planes,
            values: gradY,
            keys: "C",
            entering: "states",
            states: "gradStates",
            passing: "passing",
            ...(gradFinalState ? { initialState: "gradFinalState" } : {}),
            ...(initialState ? { finalState: "gradInitialState" } : {}),
          },
          uniforms: { ...sizesOf(plan, slice), cells: slice.cells },
          workgroups: [teamWorkgroups(team, p, n), h, slice.count],
        }),
      ];
    },
    gradX(plan, slice, gradY) {
      const {
        shape: { h, p, D },
        q,
      } = plan;
      const { buffers, uniforms } = gradXCall(plan, slice, gradY);
      return dispatch(xBackwardTeams, {
        config: { q, D: D !== undefined, ...team },
        buffers: { ...planes, ...buffers },
        uniforms,
        workgroups: [teamWorkgroups(team, q, p), h, slice.cells],
      });
    },
    gradScores(plan, slice, gradY) {
      const {
        shape: { g },
        q,
        headBlocks,
      } = plan;
      const { buffers, uniforms } = gradScoresCall(plan, slice, gradY);
      return dispatch(scoresBackwardTeams, {
        config: { q, ...square },
        buffers: { ...planes, ...buffers },
        uniforms,
        workgroups: [teamWorkgroups(square, q, q), g * headBlocks, slice.cells],
      });
    },
    gradKeys: ({ shape: { g, n }, q, headBlocks }, slice, { side, buffers, uniforms }) =>
      dispatch(bcBackwardTeams, {
        config: { q, side, ...team },
        buffers: { ...planes, ...buffers },
        uniforms,
        workgroups: [teamWorkgroups(team, q, n), g * headBlocks, slice.cells],
      }),
    gradSteps(plan, slice, dotsC) {
      const {
        shape: { b, h, p, n },
        q,
        c,
        caps,
      } = plan;
      return dispatch(decayBackwardTeams, {
        config: { q },
        buffers: {
          steps: "steps",
          A: "A",
          passing: "passing",
          intra: "intra",
          rowDots: "rowDots",
          gradDt: "gradDt",
          partials: "decayPartials",
        },
        uniforms: {
          ...sizesOf(plan, slice),
          cells: slice.cells,
          dots_c_start: dotsC,
          bias_start: b * c * h,
          state_teams: teamWorkgroups(team, p, n),
          score_teams: teamWorkgroups(square, q, q),
          dots_teams: columnTeams(team, n),
        },
        workgroups: grid1d(slice.cells * h, 64, caps),
      });
    },
  };
}
