// The program of the gradient of the scan in chunks: what heads share, the kernel of backward-kernel.ts, and sums over
// heads and batches.
import type { SsdBackwardSpec } from "@x/base";
import { wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional } from "../params.ts";
import { sumOfParts } from "../reduce/partial.ts";
import { squareBytes, tileSizes, tokenBytes } from "./chunk.ts";
import { configOf, scanStrides } from "./spec.ts";
import { sharedByHeads } from "./scores.ts";
import { sharedGradients } from "./shared-backward.ts";
import { type BackwardConfig, backwardTokens, ownTemps, ssdBackwardKernel } from "./backward-kernel.ts";

/**
 * The heads of a group are cut into parts until there are this many items for threads to share, whatever their number.
 */
const leastItems = 8;

function program(spec: SsdBackwardSpec): WasmProgram {
  const { b, l, h, p, g, n, dtLimit: [low, high] = [0, Infinity], gradFinalState = false } = spec;
  const tile = tileSizes(spec);
  const config: BackwardConfig = { ...configOf(spec), gradFinalState, tile };
  const { D, z, dtBias, initialState, seqIdx } = config;
  const perPart = Math.ceil(h / g / Math.max(1, Math.ceil(leastItems / (b * g))));
  const parts = Math.ceil(h / g / perPart);
  const shared = sharedByHeads(spec, { chunksCT: true });
  const joined = sharedGradients(spec, parts);
  const state = 4 * tile.p * tile.n;
  const tokens = shared.chunks * tokenBytes;
  const rows = tile.p * tokenBytes;
  const temps: Record<keyof typeof ownTemps, number> = {
    states: (shared.chunks + 1) * state,
    lambda: state,
    turned: state,
    sizes: tokens,
    logs: tokens,
    slopes: tokens,
    gradLogs: tokens,
    inners: tokens,
    skips: 8 * tile.p,
    outputs: z ? shared.chunks * rows : 0,
    starts: tokenBytes,
    ends: tokenBytes,
    weights: tokenBytes,
    within: squareBytes,
    decayed: squareBytes,
    products: squareBytes,
    inputs: z ? rows : 0,
    weightedX: rows,
    rowsX: rows,
    rowsY: rows,
    xT: rows,
    gradYT: rows,
    sums: 4 * tokenBytes,
  };
  // Each batch sums for itself what all of them share; sums over batches follow, in order.
  const sums = {
    gradA: sumOfParts("gradA", b, h),
    ...(dtBias && { gradDtBias: sumOfParts("gradDtBias", b, h) }),
    ...(D !== "none" && { gradD: sumOfParts("gradD", b, D === "head" ? h : h * p) }),
  };
  const call = wasmCall(
    ssdBackwardKernel,
    config,
    {
      ...optional({ D: D !== "none", z, dtBias, initialState, seqIdx, gradFinalState }),
      ...optional({ gradZ: z, gradInitialState: initialState }),
      gradA: sums.gradA.partial,
      gradD: sums.gradD?.partial ?? 0,
      gradDtBias: sums.gradDtBias?.partial ?? 0,
      b,
      l,
      h,
      p,
      g,
      n,
      perPart,
      low,
      high,
      ...scanStrides(spec, backwardTokens),
    },
    { count: b * g * parts, own: Object.keys(ownTemps) },
  );
  return wasmProgram(
    [shared.call, call, joined.call, ...Object.values(sums).flatMap((sum) => sum.calls)],
    Object.assign({}, shared.temps, joined.temps, temps, ...Object.values(sums).map((sum) => sum.temps)) as Record<
      string,
      number
    >,
  );
}

/**
 * Gradients of {@link ssdForwardWasm}'s inputs: buffers as there, gradY, gradFinalState, and a `grad…` of every input
 * given.
 */
export const ssdBackwardWasm: {
  readonly program: (spec: SsdBackwardSpec) => WasmProgram;
} = {
  program,
};
