// The scan by single threads from memory to registers. Scores and their gradients, squares of a chunk once per group, are those of the tiles.
import { type Dispatch, dispatch } from "../../kernel.ts";
import {
  gradStepsFromStates,
  gradSumsThenPassing,
  gradXCall,
  scanCall,
  type StateSums,
  sumsThenPassing,
} from "../dispatches.ts";
import type { SsdForm } from "../variant.ts";
import { sizesOf, type Slice, type SsdPlan } from "../sizes.ts";
import { tilesForm } from "../tiles/variant.ts";
import { bcBackwardDirect, xBackwardDirect } from "./backward.ts";
import { chunkScanDirect, chunkStateDirect, directWorkgroups, side } from "./forward.ts";

const steps = { steps: "steps" } as const;

function stateSums(plan: SsdPlan, slice: Slice, { direction, buffers }: StateSums): Dispatch {
  const {
    shape: { h, p, n },
    q,
  } = plan;
  return dispatch(chunkStateDirect, {
    config: { q, direction },
    buffers: { weights: "weights", ...buffers },
    uniforms: sizesOf(plan, slice),
    workgroups: [directWorkgroups(p, n), h, slice.cells],
  });
}

export const directForm: SsdForm = {
  stored: "weights",
  temps: ({ shape: { h }, q, sliceSize, c }) => ({ weights: 8 * sliceSize * c * h * q }),
  gradTemps: () => ({}),
  parts: ({ shape: { n } }) => ({ dots: n / side, pairs: 1 }),
  states: (plan, slice, finalState) => sumsThenPassing(plan, slice, finalState, (sums) => stateSums(plan, slice, sums)),
  scores: tilesForm.scores,
  scan(plan, slice, y, z) {
    const {
      shape: { h, p, D },
      q,
    } = plan;
    const { buffers, uniforms } = scanCall(plan, slice, y, z);
    return dispatch(chunkScanDirect, {
      config: { q, D: D !== undefined, z },
      buffers: { ...steps, ...buffers },
      uniforms,
      workgroups: [directWorkgroups(q, p), h, slice.cells],
    });
  },
  gradStates: (plan, slice, arriving) =>
    gradSumsThenPassing(plan, slice, arriving, (sums) => stateSums(plan, slice, sums)),
  gradX(plan, slice, gradY) {
    const {
      shape: { h, p, D },
      q,
    } = plan;
    const { buffers, uniforms } = gradXCall(plan, slice, gradY);
    return dispatch(xBackwardDirect, {
      config: { q, D: D !== undefined },
      buffers: { ...steps, ...buffers },
      uniforms,
      workgroups: [directWorkgroups(q, p), h, slice.cells],
    });
  },
  gradScores: tilesForm.gradScores,
  gradKeys({ shape: { g, n }, q, headBlocks }, slice, { side: of, buffers, uniforms }) {
    return dispatch(bcBackwardDirect, {
      config: { q, side: of },
      buffers: { ...steps, ...buffers },
      uniforms,
      workgroups: [directWorkgroups(q, n), g * headBlocks, slice.cells],
    });
  },
  gradSteps: (plan, slice, dotsC) => gradStepsFromStates(plan, slice, dotsC, plan.shape.n / side),
};
