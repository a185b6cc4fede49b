// The backward program of the chunked scan: recomputes steps, states and scores, then walks the formulas of README.md §4 backwards.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch, type Program } from "../kernel.ts";
import {
  blocksSum,
  decayBackward,
  gateBackward,
  partialsSum,
  skipBackward,
  statePassingBackward,
} from "./backward-kernels.ts";
import { bcBackwardDirect, xBackwardDirect } from "./direct/backward.ts";
import type { Arriving } from "./variant.ts";
import { forwardTemps, prepare } from "./kernel.ts";
import { planScan, type SsdChoice } from "./plan.ts";
import { blocksOf, sizesOf, type Slice, type SsdPlan, type SsdShape } from "./sizes.ts";
import { bcBackwardTeams, scoresBackwardTeams, xBackwardTeams } from "./teams/backward.ts";
import { decayBackwardTeams } from "./teams/decay.ts";
import { bcBackward, scoresBackward, xBackward } from "./tiles/backward.ts";
import { bcBackwardMatrix, scoresBackwardMatrix, xBackwardMatrix } from "./subgroup-matrix/backward.ts";

/** What the backward program depends on: the forward's shape, and whether a gradient arrives at the final state. */
export interface SsdBackwardShape extends SsdShape {
  readonly gradFinalState?: boolean;
}

/** Names of the program's temps and what they hold; sizes for the largest slice, except those kept for the whole batch. */
function temps(plan: SsdPlan): Record<string, number> {
  const { shape, c, q, sliceSize, headBlocks, form } = plan;
  const { b, l, h, p, g, n, D, z } = shape;
  const cells = sliceSize * c;
  const forward = forwardTemps(plan);
  const parts = form.parts(plan);
  return {
    ...forward,
    ...form.gradTemps(plan),
    finalStateAgain: 4 * b * h * p * n,
    gradStates: forward.states,
    gradScores: headBlocks * forward.scores,
    intra: 8 * parts.pairs * cells * h * q,
    rowDots: 2 * 4 * parts.dots * cells * h * q,
    decayPartials: 2 * 4 * b * c * h,
    ...(z ? { gradScanned: 4 * b * l * h * p } : {}),
    ...(D ? { skipPartials: 4 * b * c * h * p } : {}),
    ...(headBlocks > 1 ? { keyParts: 4 * headBlocks * sliceSize * l * g * n } : {}),
  };
}

/** (18) or (19): by blocks of heads, then their sum where there are several. */
function gradKeys(plan: SsdPlan, slice: Slice, side: "B" | "C", gradY: string, dotsStart: number): Dispatch[] {
  const {
    shape: { l, g, n },
    headBlocks,
    form,
    caps,
  } = plan;
  const out = `grad${side}`;
  const [values, states, others] = side === "B" ? ["x", "gradStates", "C"] : [gradY, "states", "B"];
  const split = headBlocks > 1;
  const keys = l * g * n;
  const count = slice.count * keys;
  const blocks = form.gradKeys(plan, slice, {
    side,
    buffers: {
      values,
      states,
      keys: side,
      gradScores: "gradScores",
      others,
      gradKeys: split ? "keyParts" : out,
      rowDots: "rowDots",
    },
    uniforms: {
      ...sizesOf(plan, slice),
      ...blocksOf(plan, slice),
      out_batch_start: split ? slice.start : 0,
      block_stride: count,
      dots_start: dotsStart,
    },
  });
  if (!split) return [blocks];
  return [
    blocks,
    dispatch(blocksSum, {
      config: {},
      buffers: { parts: "keyParts", sums: out },
      uniforms: { blocks: headBlocks, block_stride: count, count, out_start: slice.start * keys },
      workgroups: grid1d(count, 64, caps),
    }),
  ];
}

/** (12)–(24) of a slice, up to sums over batch and tokens. */
function sliceBackward(plan: SsdPlan, slice: Slice, arriving: Arriving): Dispatch[] {
  const {
    shape: { h },
    q,
    form,
  } = plan;
  const { gradY } = arriving;
  const dotsC = form.parts(plan).dots * slice.cells * h * q;
  return [
    ...form.gradStates(plan, slice, arriving),
    form.gradX(plan, slice, gradY),
    form.gradScores(plan, slice, gradY),
    ...gradKeys(plan, slice, "B", gradY, 0),
    ...gradKeys(plan, slice, "C", gradY, dotsC),
    form.gradSteps(plan, slice, dotsC),
  ];
}

/** Gradients of what is summed over batch and tokens, from partial sums. */
function sums(plan: SsdPlan, gradY: string): Dispatch[] {
  const { shape, q, c, caps } = plan;
  const { b, l, h, p, D, dtBias } = shape;
  const rows = b * c;
  const total = (partials: string, out: string, start: number, count: number, width: number, inner: number): Dispatch =>
    dispatch(partialsSum, {
      config: {},
      buffers: { partials, sums: out },
      uniforms: { start, rows, width, inner },
      workgroups: [count],
    });
  const skip = (kind: "head" | "channel"): Dispatch[] => [
    dispatch(skipBackward, {
      config: { q },
      buffers: { gradY, x: "x", partials: "skipPartials" },
      uniforms: { rows, l, c, width: h * p },
      workgroups: grid1d(rows * h * p, 64, caps),
    }),
    kind === "head"
      ? total("skipPartials", "gradD", 0, h, h * p, p)
      : total("skipPartials", "gradD", 0, h * p, h * p, 1),
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
    const backward = (slice: Slice): Dispatch[] =>
      sliceBackward(plan, slice, { gradY, gradFinalState: shape.gradFinalState ?? false });
    const gate = dispatch(gateBackward, {
      config: {},
      buffers: { gradY: "gradY", z: "z", scanned: "gradScanned", gradZ: "gradZ" },
      uniforms: { count },
      workgroups: grid1d(count, 64, plan.caps),
    });
    // The gate works on the whole batch at once; with one slice its recomputation serves the rest too.
    const gated = z
      ? [
          ...plan.slices.flatMap((slice) => [...recompute(slice), plan.form.scan(plan, slice, "gradScanned", false)]),
          gate,
        ]
      : [];
    const again = (slice: Slice): Dispatch[] => (z && plan.slices.length === 1 ? [] : recompute(slice));
    return {
      temps: temps(plan),
      dispatches: [
        ...gated,
        ...plan.slices.flatMap((slice) => [...again(slice), ...backward(slice)]),
        ...sums(plan, gradY),
      ],
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
