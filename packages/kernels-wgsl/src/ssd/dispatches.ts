// The dispatches of the chunked scan, forward and backward. Numbers are the equations of README.md.
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch } from "../kernel.ts";
import { blocksSum, decayBackward } from "./backward-kernels.ts";
import { discretize } from "./discretize.ts";
import {
  blocksOf,
  discretizeValues,
  sizesOf,
  skipStrides,
  type Slice,
  type SsdPlan,
  statesConfig,
  tokenOffsets,
  tokensOf,
} from "./sizes.ts";
import { statePassingBackward, statePassingForward } from "./state-passing.ts";
import type { Configured } from "./variant.ts";

/** What arrives from behind: the name of the gradient of y before the gate, and whether `gradFinalState` is given. */
export interface Arriving {
  readonly gradY: string;
  readonly gradFinalState: boolean;
}

function run<B extends string, U extends string>(
  { kernel, config }: Configured<B, U>,
  buffers: Readonly<Partial<Record<NoInfer<B>, string>>>,
  uniforms: Readonly<Record<NoInfer<U>, number>>,
  workgroups: readonly [x: number, y: number, z: number],
  offsets?: Readonly<Record<string, string>>,
): Dispatch {
  return dispatch(kernel, {
    config,
    buffers,
    uniforms,
    workgroups,
    ...(offsets && { offsets: offsets as Partial<Record<NoInfer<U>, NoInfer<B>>> }),
  });
}

/** (1)–(3): fills `steps`. */
export function discretizeCall(plan: SsdPlan, slice: Slice): Dispatch {
  const { shape, q } = plan;
  const { h, dtBias = false, seqIdx = false } = shape;
  return dispatch(discretize, {
    config: { q, dtBias, seqIdx },
    buffers: { ...(dtBias ? { dtBias: "dtBias" } : {}), ...(seqIdx ? { seqIdx: "seqIdx" } : {}) },
    uniforms: {
      ...sizesOf(plan, slice),
      ...discretizeValues(shape),
      ...tokensOf(plan, { dt: "dt" }),
    },
    offsets: tokenOffsets(plan, { dt: "dt" }),
    workgroups: [1, h, slice.cells],
  });
}

/** (4), (5), or (12), (13) from the gradients that arrive: two kernels, or one where the variant has it. */
function walkCalls(
  plan: SsdPlan,
  slice: Slice,
  backward: 0 | 1,
  tokens: { readonly x: string; readonly B: string },
  {
    states,
    first,
    last,
  }: { readonly states: string; readonly first: string | undefined; readonly last: string | undefined },
): Dispatch[] {
  const {
    shape: { h, p, n },
    tilesP,
    tilesN,
    caps,
    variant,
  } = plan;
  const buffers = { steps: "steps", ...tokens, states };
  const uniforms = { ...sizesOf(plan, slice), backward, ...tokensOf(plan, tokens) };
  const offsets = tokenOffsets(plan, tokens);
  const tiles = tilesP * tilesN;
  if (variant.stateWalk) {
    const flags = { initial: Boolean(first), final: Boolean(last) };
    const ends = { ...(first && { firstState: first }), ...(last && { lastState: last }) };
    return [run(variant.stateWalk(flags), { ...buffers, ...ends }, uniforms, [tiles, h, slice.count], offsets)];
  }
  const config = statesConfig(plan);
  const passing = {
    uniforms: { ...sizesOf(plan, slice), batches: slice.count },
    workgroups: grid1d((slice.count * h * p * n) / (config.vector ? 4 : 1), 64, caps),
  } as const;
  return [
    run(variant.chunkState(), buffers, uniforms, [tiles, h, slice.cells], offsets),
    backward === 1
      ? dispatch(statePassingBackward, {
          config: { ...config, gradFinalState: Boolean(first), initialState: Boolean(last) },
          buffers: { ...(first && { gradFinalState: first }), ...(last && { gradInitialState: last }) },
          ...passing,
        })
      : dispatch(statePassingForward, {
          config: { ...config, initialState: Boolean(first) },
          buffers: { ...(first && { initialState: first }), finalState: last ?? "finalStateAgain" },
          ...passing,
        }),
  ];
}

/** (4), (5): fills `states` with the state that enters each chunk, and `finalState` where it is named. */
export function statesCalls(plan: SsdPlan, slice: Slice, finalState?: string): Dispatch[] {
  const first = plan.shape.initialState ? "initialState" : undefined;
  return walkCalls(plan, slice, 0, { x: "x", B: "B" }, { states: "states", first, last: finalState });
}

/** (6): fills `scores`. */
export function scoresCall(plan: SsdPlan, slice: Slice): Dispatch {
  const tokens = { C: "C", B: "B" } as const;
  return run(
    plan.variant.chunkScores(),
    { ...tokens, scores: "scores" },
    { ...sizesOf(plan, slice), ...tokensOf(plan, tokens) },
    [1, plan.shape.g, slice.cells],
    tokenOffsets(plan, tokens),
  );
}

/** (7) and, where `z`, (8): fills `y`. */
export function scanCall(plan: SsdPlan, slice: Slice, y: string, z: boolean): Dispatch {
  const { shape, tilesP, variant } = plan;
  const D = shape.D !== undefined;
  const tokens = { x: "x", C: "C", y };
  return run(
    variant.chunkScan({ D, z }),
    {
      steps: "steps",
      scores: "scores",
      x: "x",
      C: "C",
      states: "states",
      ...(D ? { D: "D" } : {}),
      ...(z ? { z: "z" } : {}),
      y,
    },
    { ...sizesOf(plan, slice), ...skipStrides(shape), ...tokensOf(plan, { ...tokens, z: "z" }) },
    [tilesP, shape.h, slice.cells],
    tokenOffsets(plan, z ? { ...tokens, z: "z" } : tokens),
  );
}

/** (12), (13): fills `gradStates`, and `gradInitialState` where there is an initial state. */
export function gradStatesCalls(plan: SsdPlan, slice: Slice, { gradY, gradFinalState }: Arriving): Dispatch[] {
  const first = gradFinalState ? "gradFinalState" : undefined;
  const last = plan.shape.initialState ? "gradInitialState" : undefined;
  return walkCalls(plan, slice, 1, { x: gradY, B: "C" }, { states: "gradStates", first, last });
}

/** (14): fills `gradX`. */
export function gradXCall(plan: SsdPlan, slice: Slice, gradY: string): Dispatch {
  const { shape, tilesP, variant } = plan;
  const D = shape.D !== undefined;
  const tokens = { B: "B", gradY, gradX: "gradX" };
  return run(
    variant.xBackward({ D }),
    { steps: "steps", scores: "scores", gradStates: "gradStates", ...tokens, ...(D ? { D: "D" } : {}) },
    { ...sizesOf(plan, slice), ...skipStrides(shape), ...tokensOf(plan, tokens) },
    [tilesP, shape.h, slice.cells],
    tokenOffsets(plan, tokens),
  );
}

/** (15)–(17): fills `gradScores` and `intra`, and with a D per head `skips`, (20) of every token. */
export function gradScoresCall(plan: SsdPlan, slice: Slice, gradY: string): Dispatch {
  const tokens = { x: "x", gradY };
  const D = plan.shape.D === "head";
  return run(
    plan.variant.scoresBackward({ D }),
    {
      steps: "steps",
      scores: "scores",
      ...tokens,
      gradScores: "gradScores",
      intra: "intra",
      ...(D ? { skips: "skips" } : {}),
    },
    { ...sizesOf(plan, slice), ...blocksOf(plan, slice), ...tokensOf(plan, tokens) },
    [plan.headBlocks, plan.shape.g, slice.cells],
    tokenOffsets(plan, tokens),
  );
}

/**
 * (18) or (19): fills `gradB` or `gradC`, by blocks of heads and then their sum where there are several, and the dots
 * of that side.
 */
export function gradBCCalls(plan: SsdPlan, slice: Slice, side: "B" | "C", gradY: string): Dispatch[] {
  const {
    shape: { l, g, n },
    headBlocks,
    tilesN,
    caps,
  } = plan;
  const result = `grad${side}`;
  const [x, states, other] = side === "B" ? ["x", "gradStates", "C"] : [gradY, "states", "B"];
  const split = headBlocks > 1;
  const size = l * g * n;
  const count = slice.count * size;
  const tokens = { x, own: side, other, gradOwn: split ? "gradParts" : result };
  const blocks = run(
    plan.variant.bcBackward(side),
    { steps: "steps", ...tokens, states, gradScores: "gradScores", rowDots: "rowDots" },
    {
      ...sizesOf(plan, slice),
      ...blocksOf(plan, slice),
      out_batch_start: split ? slice.start : 0,
      block_stride: count,
      dots_start: side === "B" ? 0 : dotsOfC(plan, slice),
      ...tokensOf(plan, tokens),
    },
    [tilesN * headBlocks, g, slice.cells],
    tokenOffsets(plan, tokens),
  );
  if (!split) return [blocks];
  return [
    blocks,
    dispatch(blocksSum, {
      config: {},
      buffers: { parts: "gradParts", sums: result },
      uniforms: {
        blocks: headBlocks,
        block_stride: count,
        count,
        batch_start: slice.start,
        l,
        width: g * n,
        ...tokensOf(plan, { sums: result }),
      },
      offsets: tokenOffsets(plan, { sums: result }),
      workgroups: grid1d(count, 64, caps),
    }),
  ];
}

/** Where the dots of side C begin in `rowDots`: after those of side B, one per token, head and tile of n. */
function dotsOfC({ shape: { h }, q, tilesN }: SsdPlan, { cells }: Slice): number {
  return tilesN * cells * h * q;
}

/** (21)–(24) up to sums over batch and tokens: fills `gradDt` and `decayPartials`. */
export function gradDecaysCall(plan: SsdPlan, slice: Slice): Dispatch {
  const {
    shape: { b, h },
    c,
    tilesN,
  } = plan;
  return dispatch(decayBackward, {
    config: statesConfig(plan),
    buffers: { partials: "decayPartials" },
    uniforms: {
      ...sizesOf(plan, slice),
      cells: slice.cells,
      dots_tiles: tilesN,
      dots_c_start: dotsOfC(plan, slice),
      bias_start: b * c * h,
      ...tokensOf(plan, { gradDt: "gradDt" }),
    },
    offsets: tokenOffsets(plan, { gradDt: "gradDt" }),
    workgroups: [1, h, slice.cells],
  });
}
