// The scan by tiles in workgroup memory, in f32: on hardware, and everywhere else for sizes that other forms do not take.
import { type Dispatch, dispatch } from "../../kernel.ts";
import {
  gradScoresCall,
  gradStepsFromStates,
  gradSumsThenPassing,
  gradXCall,
  scanCall,
  scoresCall,
  type StateSums,
  sumsThenPassing,
} from "../dispatches.ts";
import type { SsdForm } from "../variant.ts";
import { sizesOf, type Slice, type SsdPlan } from "../sizes.ts";
import { bcBackward, scoresBackward, xBackward } from "./backward.ts";
import { chunkScan, chunkScores, chunkState } from "./forward.ts";

const steps = { steps: "steps" } as const;

function stateSums(plan: SsdPlan, slice: Slice, { direction, buffers }: StateSums): Dispatch {
  const {
    shape: { h },
    q,
    tilesP,
    tilesN,
  } = plan;
  return dispatch(chunkState, {
    config: { q, direction },
    buffers: { ...steps, ...buffers },
    uniforms: sizesOf(plan, slice),
    workgroups: [tilesP * tilesN, h, slice.cells],
  });
}

export const tilesForm: SsdForm = {
  stored: "steps",
  temps: () => ({}),
  gradTemps: () => ({}),
  parts: ({ tilesN }) => ({ dots: tilesN, pairs: 1 }),
  states: (plan, slice, finalState) => sumsThenPassing(plan, slice, finalState, (sums) => stateSums(plan, slice, sums)),
  scores: (plan, slice) =>
    dispatch(chunkScores, {
      config: { q: plan.q },
      ...scoresCall(plan, slice),
      workgroups: [1, plan.shape.g, slice.cells],
    }),
  scan(plan, slice, y, z) {
    const { shape, q, tilesP } = plan;
    const { buffers, uniforms } = scanCall(plan, slice, y, z);
    return dispatch(chunkScan, {
      config: { q, D: shape.D !== undefined, z },
      buffers: { ...steps, ...buffers },
      uniforms,
      workgroups: [tilesP, shape.h, slice.cells],
    });
  },
  gradStates: (plan, slice, arriving) =>
    gradSumsThenPassing(plan, slice, arriving, (sums) => stateSums(plan, slice, sums)),
  gradX(plan, slice, gradY) {
    const { shape, q, tilesP } = plan;
    const { buffers, uniforms } = gradXCall(plan, slice, gradY);
    return dispatch(xBackward, {
      config: { q, D: shape.D !== undefined },
      buffers: { ...steps, ...buffers },
      uniforms,
      workgroups: [tilesP, shape.h, slice.cells],
    });
  },
  gradScores(plan, slice, gradY) {
    const {
      shape: { g },
      q,
      headBlocks,
    } = plan;
    const { buffers, uniforms } = gradScoresCall(plan, slice, gradY);
    return dispatch(scoresBackward, {
      config: { q },
      buffers: { ...steps, ...buffers },
      uniforms,
      workgroups: [headBlocks, g, slice.cells],
    });
  },
  gradKeys({ shape: { g }, q, tilesN, headBlocks }, slice, { side, buffers, uniforms }) {
    return dispatch(bcBackward, {
      config: { q, side },
      buffers: { ...steps, ...buffers },
      uniforms,
      workgroups: [tilesN * headBlocks, g, slice.cells],
    });
  },
  gradSteps: (plan, slice, dotsC) => gradStepsFromStates(plan, slice, dotsC, plan.tilesN),
};
