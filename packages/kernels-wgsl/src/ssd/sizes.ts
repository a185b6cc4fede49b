// What a scan's sizes are called once everything is decided, and the uniforms that follow from them.
import type { TokenUniform } from "../token-uniforms.ts";
import { type SsdSpec, tokenStrides } from "@x/base";
import type { Caps } from "../caps.ts";
import type { SsdVariant } from "./variant.ts";
import type { DiscretizeUniform, SkipUniform } from "./formulas.ts";
import type { StatesConfig } from "./state-passing.ts";
import type { SizeUniform } from "./uniforms.ts";

/** A range of batch elements whose temps fit. */
export interface Slice {
  readonly start: number;
  readonly count: number;
  /** chunks in it, of all its elements */
  readonly cells: number;
}

/** An {@link SsdSpec} with everything decided. */
export interface SsdPlan {
  readonly shape: SsdSpec;
  readonly q: 32 | 64;
  /** chunks of one batch element */
  readonly c: number;
  readonly slices: readonly Slice[];
  /** batch elements of the largest slice */
  readonly sliceSize: number;
  /** blocks into which the heads of a group are split where a kernel sums over them */
  readonly headBlocks: number;
  readonly headsPerBlock: number;
  /** squares of q × q that cover p and n */
  readonly tilesP: number;
  readonly tilesN: number;
  /** how products are computed */
  readonly variant: SsdVariant;
  readonly caps: Caps;
}

/** Largest finite f32, in place of Infinity, which WGSL need not support. */
const largestF32 = 3.4028234663852886e38;

/** Values of the size uniforms for one slice. */
export function sizesOf({ shape: { l, h, p, g, n }, c }: SsdPlan, slice: Slice): Record<SizeUniform, number> {
  return { batch_start: slice.start, l, h, p, g, n, c };
}

/**
 * Values of the uniforms of bindings of tokens.
 *
 * @param buffers binding → buffer
 */
export function tokensOf<const B extends string>(
  { shape: { l, h, p, g, n, strides } }: Pick<SsdPlan, "shape">,
  buffers: Readonly<Record<B, string>>,
): Record<TokenUniform<B>, number> {
  const widths: Readonly<Record<string, number>> = {
    dt: h,
    gradDt: h,
    B: g * n,
    C: g * n,
    gradB: g * n,
    gradC: g * n,
    gradParts: g * n,
  };
  const values = Object.entries<string>(buffers).flatMap(([binding, buffer]) => {
    const { batch, token } = tokenStrides(strides, buffer, l, widths[buffer] ?? h * p);
    return [
      [`${binding}_batch`, batch],
      [`${binding}_token`, token],
      [`${binding}_offset`, 0],
    ];
  });
  return Object.fromEntries(values) as Record<TokenUniform<B>, number>;
}

/** Which uniforms get the offsets of which bindings: those of views. */
export function tokenOffsets(
  { shape: { strides = {} } }: Pick<SsdPlan, "shape">,
  buffers: Readonly<Record<string, string>>,
): Record<string, string> {
  const views = Object.entries(buffers).filter(([, buffer]) => strides[buffer]);
  return Object.fromEntries(views.map(([binding]) => [`${binding}_offset`, binding]));
}

/** Values of the uniforms of kernels that sum over heads of a group. */
export function blocksOf(
  { headsPerBlock, headBlocks }: SsdPlan,
  { cells }: Slice,
): Record<"heads_per_block" | "blocks" | "cells", number> {
  return { heads_per_block: headsPerBlock, blocks: headBlocks, cells };
}

/** Values of the uniforms of the discretization. */
export function discretizeValues({
  dtSoftplus = false,
  dtLimit: [lo, hi] = [0, Infinity],
}: Pick<SsdSpec, "dtSoftplus" | "dtLimit">): Record<DiscretizeUniform, number> {
  return { softplus: dtSoftplus ? 1 : 0, lo, hi: Math.min(hi, largestF32) };
}

/** Element strides of D over heads and channels. */
export function skipStrides({ D, p }: Pick<SsdSpec, "D" | "p">): Record<SkipUniform, number> {
  return D === "channel" ? { d_head: p, d_channel: 1 } : { d_head: 1, d_channel: 0 };
}

/** How the kernels without products see states. */
export function statesConfig({ shape: { p, n }, q, variant }: SsdPlan): StatesConfig {
  return { q, vector: (p * n) % 4 === 0, ...(variant.halfStates && { half: true }) };
}
