// Mixtures of experts. README.md has the derivation.
import type { ExpertLinearSpec, ExpertOrderSpec, ExpertOuterSpec, ExpertRoutingSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { dispatch, type Program, programOf } from "../kernel.ts";
import { matvecProgram } from "../matmul/matvec-program.ts";
import { resolveMatmul } from "../matmul/spec.ts";
import { tuned } from "../tuning/select.ts";
import { order } from "./order.ts";
import { routing } from "./routing.ts";
import { expertOuter, expertTile, tileColumns, tileRows } from "./tile.ts";

const nothing: Program = { temps: {}, dispatches: [] };

/** Buffers x, weight (of integers packed and scales), y, and ids or order and offsets. */
function linear(spec: ExpertLinearSpec, caps: Caps = baseCaps): Program {
  const { places, shared, experts, inputs: k, outputs: n, type, groupSize, transposed, grouped } = spec;
  if (places * n === 0) return nothing;
  const weight = groupSize === undefined ? "weight" : "packed";
  if (!grouped) {
    const product = resolveMatmul({
      m: 1,
      n,
      k,
      transposeB: true,
      types: { b: type },
      ...(groupSize !== undefined && { groupSize }),
      batch: [
        { size: places / shared, strideA: k, strideB: 0 },
        { size: shared, strideA: 0, strideB: 0 },
      ],
      names: { a: "x", b: weight, c: "y" },
    });
    return matvecProgram(product, tuned(caps, "matmul"), caps, undefined, experts);
  }
  // Every expert has at most one tile that is not full.
  const tiles = Math.ceil(places / tileRows) + Math.min(experts, places);
  const [y, z] = grid1d(tiles, 1, caps);
  return programOf([
    dispatch(expertTile, {
      config: { type, transposed, ...(groupSize !== undefined && { groupSize }) },
      buffers: { weight },
      uniforms: { n, k, shared_rows: shared, experts },
      workgroups: [Math.ceil(n / tileColumns), y, z],
    }),
  ]);
}

/** Buffers left, right, order, offsets and y. */
function outer({ sharedLeft, sharedRight, experts, a, b }: ExpertOuterSpec): Program {
  if (a * b * experts === 0) return nothing;
  return programOf([
    dispatch(expertOuter, {
      config: undefined,
      uniforms: { a, b, shared_left: sharedLeft, shared_right: sharedRight },
      workgroups: [Math.ceil(b / tileColumns), Math.ceil(a / tileRows), experts],
    }),
  ]);
}

/** Mixtures of experts: the choice, the places of each expert, products with the experts' matrices, and the gradient of these. */
export const experts: {
  readonly routing: (spec: ExpertRoutingSpec, caps?: Caps) => Program;
  readonly order: (spec: ExpertOrderSpec, caps?: Caps) => Program;
  readonly linear: (spec: ExpertLinearSpec, caps?: Caps) => Program;
  readonly outer: (spec: ExpertOuterSpec) => Program;
} = { routing, order, linear, outer };
