// The scan on matrix units: all products of the scan, rounded to f16.
import type { Caps } from "../../caps.ts";
import { type Dispatch, dispatch } from "../../kernel.ts";
import { hasMatrixUnits } from "../../matmul/subgroup-matrix/instructions.ts";
import type { SsdTuning } from "../../tuning/table.ts";
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
import { sizesOf, type Slice, type SsdPlan, type SsdShape } from "../sizes.ts";
import { tileThreads } from "../tiles/tile.ts";
import { bcBackwardMatrix, scoresBackwardMatrix, xBackwardMatrix } from "./backward.ts";
import { chunkScanMatrix, chunkScoresMatrix, chunkStateMatrix } from "./forward.ts";
import { type Finish, matrixBytes, type MatrixConfig, matrixShares } from "./tile.ts";

/** With fewer channels or columns of the state most of a matrix unit's block would be padding. */
const leastLines = 16;

const steps = { steps: "steps" } as const;

/** The form on matrix units where products may round to f16, rows of p and n are made of vec4s, and the device has what it takes. */
export function unitsForm(
  { p, n }: SsdShape,
  caps: Caps,
  precision: "f32" | "f16" | undefined,
  { chunkLength: q, matrix }: SsdTuning,
): SsdForm | undefined {
  if (
    precision !== "f16" ||
    !matrix ||
    p % 4 !== 0 ||
    n % 4 !== 0 ||
    Math.min(p, n) < leastLines ||
    !hasMatrixUnits(caps)
  )
    return undefined;
  const config = { q, depth: matrix.depth, subgroupSize: caps.subgroupMinSize };
  const wide = { ...config, threads: matrix.threads };
  const registers = { ...config, threads: tileThreads(q) };
  const fits = (one: MatrixConfig, finish: Finish): boolean =>
    matrixShares(one) &&
    matrixBytes(one, finish) <= caps.maxComputeWorkgroupStorageSize &&
    one.threads <= caps.maxComputeInvocationsPerWorkgroup;
  return fits(wide, "rows") && fits(registers, "registers") ? form(wide, registers) : undefined;
}

/** `registers`: for kernels that go on in the registers of tiles. */
function form(wide: MatrixConfig, registers: MatrixConfig): SsdForm {
  const stateSums = (plan: SsdPlan, slice: Slice, { direction, buffers }: StateSums): Dispatch => {
    const {
      shape: { h, p, n },
      q,
      tilesP,
      tilesN,
    } = plan;
    return dispatch(chunkStateMatrix, {
      config: { ...wide, direction, whole: p % q === 0 && n % q === 0 },
      buffers: { ...steps, ...buffers },
      uniforms: sizesOf(plan, slice),
      workgroups: [tilesP * tilesN, h, slice.cells],
    });
  };
  return {
    stored: "steps",
    temps: () => ({}),
    gradTemps: () => ({}),
    parts: ({ tilesN }) => ({ dots: tilesN, pairs: 1 }),
    states: (plan, slice, finalState) =>
      sumsThenPassing(plan, slice, finalState, (sums) => stateSums(plan, slice, sums)),
    scores: (plan, slice) =>
      dispatch(chunkScoresMatrix, {
        config: wide,
        ...scoresCall(plan, slice),
        workgroups: [1, plan.shape.g, slice.cells],
      }),
    scan(plan, slice, y, z) {
      const {
        shape: { h, D },
        tilesP,
      } = plan;
      const { buffers, uniforms } = scanCall(plan, slice, y, z);
      return dispatch(chunkScanMatrix, {
        config: { ...wide, D: D !== undefined, z },
        buffers: { ...steps, ...buffers },
        uniforms,
        workgroups: [tilesP, h, slice.cells],
      });
    },
    gradStates: (plan, slice, arriving) =>
      gradSumsThenPassing(plan, slice, arriving, (sums) => stateSums(plan, slice, sums)),
    gradX(plan, slice, gradY) {
      const {
        shape: { h, D },
        tilesP,
      } = plan;
      const { buffers, uniforms } = gradXCall(plan, slice, gradY);
      return dispatch(xBackwardMatrix, {
        config: { ...wide, D: D !== undefined },
        buffers: { ...steps, ...buffers },
        uniforms,
        workgroups: [tilesP, h, slice.cells],
      });
    },
    gradScores(plan, slice, gradY) {
      const { buffers, uniforms } = gradScoresCall(plan, slice, gradY);
      return dispatch(scoresBackwardMatrix, {
        config: registers,
        buffers: { ...steps, ...buffers },
        uniforms,
        workgroups: [plan.headBlocks, plan.shape.g, slice.cells],
      });
    },
    gradKeys({ shape: { g }, tilesN, headBlocks }, slice, { side, buffers, uniforms }) {
      return dispatch(bcBackwardMatrix, {
        config: { ...registers, side },
        buffers: { ...steps, ...buffers },
        uniforms,
        workgroups: [tilesN * headBlocks, g, slice.cells],
      });
    },
    gradSteps: (plan, slice, dotsC) => gradStepsFromStates(plan, slice, dotsC, plan.tilesN),
  };
}
