// Buffers and uniforms that the kernels of every form share, and the dispatches around products that do not depend on how they are computed.
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch } from "../kernel.ts";
import { decayBackward, statePassingBackward } from "./backward-kernels.ts";
import type { Arriving } from "./variant.ts";
import { blocksOf, sizesOf, skipStrides, type Slice, type SsdPlan } from "./sizes.ts";
import { statePassingForward } from "./discretize.ts";
import type { SizeUniform, skipUniforms } from "./uniforms.ts";

/** What (4) or (12) sums, under the names of its kernels. */
export interface StateSums {
  readonly direction: "forward" | "backward";
  readonly buffers: Readonly<Record<"values" | "keys" | "states", string>>;
}

/** (4) by `sums`, then (5). */
export function sumsThenPassing(
  plan: SsdPlan,
  slice: Slice,
  finalState: string,
  sums: (call: StateSums) => Dispatch,
): readonly Dispatch[] {
  const {
    shape: { h, p, n, initialState = false },
    q,
    caps,
  } = plan;
  const vector = (p * n) % 4 === 0;
  return [
    sums({ direction: "forward", buffers: { values: "x", keys: "B", states: "states" } }),
    dispatch(statePassingForward, {
      config: { q, initialState, vector },
      buffers: {
        steps: "steps",
        ...(initialState ? { initialState: "initialState" } : {}),
        states: "states",
        finalState,
      },
      uniforms: { ...sizesOf(plan, slice), batches: slice.count },
      workgroups: grid1d((slice.count * h * p * n) / (vector ? 4 : 1), 64, caps),
    }),
  ];
}

/** (12) by `sums`, then (13). */
export function gradSumsThenPassing(
  plan: SsdPlan,
  slice: Slice,
  { gradY, gradFinalState }: Arriving,
  sums: (call: StateSums) => Dispatch,
): readonly Dispatch[] {
  const {
    shape: { h, p, n, initialState = false },
    q,
    caps,
  } = plan;
  const vector = (p * n) % 4 === 0;
  return [
    sums({ direction: "backward", buffers: { values: gradY, keys: "C", states: "gradStates" } }),
    dispatch(statePassingBackward, {
      config: { q, gradFinalState, initialState, vector },
      buffers: {
        steps: "steps",
        gradStates: "gradStates",
        ...(gradFinalState ? { gradFinalState: "gradFinalState" } : {}),
        ...(initialState ? { gradInitialState: "gradInitialState" } : {}),
      },
      uniforms: { ...sizesOf(plan, slice), batches: slice.count },
      workgroups: grid1d((slice.count * h * p * n) / (vector ? 4 : 1), 64, caps),
    }),
  ];
}

interface Call<B extends string, U extends string> {
  readonly buffers: Readonly<Partial<Record<B, string>>>;
  readonly uniforms: Readonly<Record<U, number>>;
}

/** (6). */
export function scoresCall(plan: SsdPlan, slice: Slice): Call<"C" | "B" | "scores", SizeUniform> {
  return { buffers: { C: "C", B: "B", scores: "scores" }, uniforms: sizesOf(plan, slice) };
}

/** (7), (8), without the steps. */
export function scanCall(
  plan: SsdPlan,
  slice: Slice,
  y: string,
  z: boolean,
): Call<"scores" | "x" | "C" | "states" | "D" | "z" | "y", SizeUniform | keyof typeof skipUniforms> {
  const { shape } = plan;
  return {
    buffers: {
      scores: "scores",
      x: "x",
      C: "C",
      states: "states",
      ...(shape.D ? { D: "D" } : {}),
      ...(z ? { z: "z" } : {}),
      y,
    },
    uniforms: { ...sizesOf(plan, slice), ...skipStrides(shape) },
  };
}

/** (14), without the steps. */
export function gradXCall(
  plan: SsdPlan,
  slice: Slice,
  gradY: string,
): Call<"scores" | "B" | "gradStates" | "gradY" | "D" | "gradX", SizeUniform | keyof typeof skipUniforms> {
  const { shape } = plan;
  return {
    buffers: {
      scores: "scores",
      B: "B",
      gradStates: "gradStates",
      gradY,
      ...(shape.D ? { D: "D" } : {}),
      gradX: "gradX",
    },
    uniforms: { ...sizesOf(plan, slice), ...skipStrides(shape) },
  };
}

/** (15)–(17), without the steps. */
export function gradScoresCall(
  plan: SsdPlan,
  slice: Slice,
  gradY: string,
): Call<"scores" | "x" | "gradY" | "gradScores" | "intra", SizeUniform | keyof ReturnType<typeof blocksOf>> {
  return {
    buffers: { scores: "scores", x: "x", gradY, gradScores: "gradScores", intra: "intra" },
    uniforms: { ...sizesOf(plan, slice), ...blocksOf(plan, slice) },
  };
}

/** (21)–(24) from states as they lie, `dotsParts` dots a token. */
export function gradStepsFromStates(plan: SsdPlan, slice: Slice, dotsC: number, dotsParts: number): Dispatch {
  const {
    shape: { b, h, p, n },
    q,
    c,
  } = plan;
  return dispatch(decayBackward, {
    config: { q, vector: (p * n) % 4 === 0 },
    buffers: {
      steps: "steps",
      A: "A",
      states: "states",
      gradStates: "gradStates",
      intra: "intra",
      rowDots: "rowDots",
      gradDt: "gradDt",
      partials: "decayPartials",
    },
    uniforms: {
      ...sizesOf(plan, slice),
      cells: slice.cells,
      dots_tiles: dotsParts,
      dots_c_start: dotsC,
      bias_start: b * c * h,
    },
    workgroups: [1, h, slice.cells],
  });
}
