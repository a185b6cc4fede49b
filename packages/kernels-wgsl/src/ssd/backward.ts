// The backward program of the chunked scan: recomputes steps, states and scores, then evaluates the formulas of
// README.md §4.
import type { SsdBackwardSpec } from "@x/base";
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { type Dispatch, dispatch, type Program, programOf } from "../kernel.ts";
import { gateBackward, partialsSum, skipBackward } from "./backward-kernels.ts";
import {
  type Arriving,
  gradBCCalls,
  gradDecaysCall,
  gradScoresCall,
  gradStatesCalls,
  gradXCall,
  scanCall,
} from "./dispatches.ts";
import { forwardCalls, forwardTemps } from "./kernel.ts";
import { planScan, type SsdChoice } from "./plan.ts";
import { type Slice, type SsdPlan, tokenOffsets, tokensOf } from "./sizes.ts";

/**
 * Names of the program's temps and what they hold; sizes for the largest slice, except those kept for the whole batch.
 */
function temps(plan: SsdPlan): Record<string, number> {
  const { shape, c, q, sliceSize, headBlocks, tilesN } = plan;
  const { b, l, h, p, g, n, D, z } = shape;
  const cells = sliceSize * c;
  const forward = forwardTemps(plan);
  return {
    ...forward,
    ...(plan.variant.stateWalk ? {} : { finalStateAgain: 4 * b * h * p * n }),
    gradStates: forward.states,
    gradScores: headBlocks * forward.scores,
    intra: 8 * cells * h * q,
    rowDots: 2 * 4 * tilesN * cells * h * q,
    decayPartials: 2 * 4 * b * c * h,
    ...(z ? { gradScanned: 4 * b * l * h * p } : {}),
    ...(D === "head" ? { skips: 4 * b * c * h * q } : {}),
    ...(D === "channel" ? { skipPartials: 4 * b * c * h * p } : {}),
    ...(headBlocks > 1 ? { gradParts: 4 * headBlocks * sliceSize * l * g * n } : {}),
  };
}

/** (12)–(24) of a slice, up to sums over batch and tokens. */
function sliceCalls(plan: SsdPlan, slice: Slice, arriving: Arriving): Dispatch[] {
  const { gradY } = arriving;
  return [
    ...gradStatesCalls(plan, slice, arriving),
    gradXCall(plan, slice, gradY),
    gradScoresCall(plan, slice, gradY),
    ...gradBCCalls(plan, slice, "B", gradY),
    ...gradBCCalls(plan, slice, "C", gradY),
    gradDecaysCall(plan, slice),
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
  const ofChannels = (): Dispatch[] => [
    dispatch(skipBackward, {
      config: { q },
      buffers: { gradY, partials: "skipPartials" },
      uniforms: { rows, l, c, width: h * p, ...tokensOf(plan, { gradY, x: "x" }) },
      offsets: tokenOffsets(plan, { gradY, x: "x" }),
      workgroups: grid1d(rows * h * p, 64, caps),
    }),
    total("skipPartials", "gradD", 0, h * p, h * p, 1),
  ];
  return [
    total("decayPartials", "gradA", 0, h, h, 1),
    ...(dtBias ? [total("decayPartials", "gradDtBias", b * c * h, h, h, 1)] : []),
    ...(D === "head" ? [total("skips", "gradD", 0, h, h * q, q)] : []),
    ...(D === "channel" ? ofChannels() : []),
  ];
}

/** The chunked scan, backward. */
export const ssdBackward = {
  /**
   * Program of the gradients of {@link ssd}. Buffers: the forward's inputs, gradY [b, l, h, p], gradFinalState as the
   * shape says; writes gradX, gradDt (of the raw dt), gradA, gradB, gradC, and gradD, gradZ, gradDtBias,
   * gradInitialState where the input is given.
   * @throws KernelError as the forward program
   */
  program(shape: SsdBackwardSpec, caps?: Caps, choice?: SsdChoice): Program {
    const plan = planScan(shape, caps, choice);
    const { b, l, h, p, z = false } = shape;
    const gradY = z ? "gradScanned" : "gradY";
    const count = b * l * h * p;
    const recompute = (slice: Slice): Dispatch[] => forwardCalls(plan, slice);
    const backward = (slice: Slice): Dispatch[] =>
      sliceCalls(plan, slice, { gradY, gradFinalState: shape.gradFinalState ?? false });
    const gated = { gradY: "gradY", z: "z", gradZ: "gradZ" } as const;
    const gate = dispatch(gateBackward, {
      config: {},
      buffers: { ...gated, scanned: "gradScanned" },
      uniforms: { count, l, width: h * p, ...tokensOf(plan, gated) },
      offsets: tokenOffsets(plan, gated),
      workgroups: grid1d(count, 64, plan.caps),
    });
    // The gate works on the whole batch at once; with one slice its recomputation serves the rest too.
    const scanned = z
      ? [...plan.slices.flatMap((slice) => [...recompute(slice), scanCall(plan, slice, "gradScanned", false)]), gate]
      : [];
    const again = (slice: Slice): Dispatch[] => (z && plan.slices.length === 1 ? [] : recompute(slice));
    return programOf(
      [...scanned, ...plan.slices.flatMap((slice) => [...again(slice), ...backward(slice)]), ...sums(plan, gradY)],
      temps(plan),
    );
  },
} as const;
