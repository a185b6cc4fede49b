// Parameters, checks, small pieces and cases that the gated norm shares with its gradient.
import type { NormGate, RmsNormGatedSpec } from "@x/base";
import {
  add,
  type Case,
  mul,
  reshape,
  type RowLayout,
  type Shape,
  ShapeError,
  showShape,
  sigmoid,
  sizeOf,
  type Spec,
  sub,
  type Tensor,
} from "@x/tensor/core";
import { checkNorm, checkSpec, type Halved } from "../norm-checks.ts";

/** Parameters of the gated norm. */
export interface RmsNormGatedParams extends Halved {
  readonly eps: number;
  /** channels that share a statistic; divides the last axis */
  readonly groupSize: number;
  readonly normBeforeGate: boolean;
}

/** `[…, i]` as `[…, groups, groupSize]`. */
export function grouped(x: Tensor, groupSize: number): Tensor {
  return reshape(x, [...x.shape.slice(0, -1), x.shape.at(-1)! / groupSize, groupSize]);
}

export function statisticShape(shape: Shape, groupSize: number): Shape {
  return [...shape.slice(0, -1), shape.at(-1)! / groupSize];
}

/** Checks the inputs of both directions. */
export function check(
  op: string,
  x: Spec,
  { groupSize }: RmsNormGatedParams,
  { weight, z, gradY }: { readonly weight: Spec; readonly z?: Spec | undefined; readonly gradY?: Spec },
): void {
  const { cols } = checkNorm(op, x, { weight }, {});
  if (!Number.isInteger(groupSize) || groupSize < 1 || cols % groupSize !== 0) {
    throw new ShapeError(
      `${op}: groupSize must divide the last axis, ${cols}; got ${groupSize} (x ${showShape(x.shape)}).`,
      { op, expected: cols, got: groupSize },
    );
  }
  if (z) checkSpec(op, "z", z, x.shape, x.dtype);
  if (gradY) checkSpec(op, "gradY", gradY, x.shape, x.dtype);
}

function gateOf(z: unknown, { normBeforeGate }: RmsNormGatedParams): NormGate {
  if (z === undefined) return "none";
  return normBeforeGate ? "output" : "input";
}

/** What the programs depend on. @param views the layouts of z, y, gradY and gradZ, as far as they are views */
export function specOf(
  x: Spec,
  z: Spec | undefined,
  p: RmsNormGatedParams,
  views: Readonly<Record<string, RowLayout | undefined>>,
): RmsNormGatedSpec {
  const cols = x.shape.at(-1)!;
  const pitches: Record<string, number> = {};
  // A view in one piece has one row.
  for (const name in views) {
    const rows = views[name];
    if (rows) pitches[name] = rows.size === cols ? rows.pitch : cols;
  }
  return {
    rows: sizeOf(x.shape) / cols,
    groups: cols / p.groupSize,
    groupSize: p.groupSize,
    gate: gateOf(z, p),
    pitches,
  };
}

/** silu'(z) */
export function siluDerivative(z: Tensor): Tensor {
  const s = sigmoid(z);
  return mul(s, add(mul(z, sub(1, s)), 1));
}

export function gatedCase(
  name: string,
  shape: Shape,
  groupSize: number,
  normBeforeGate: boolean,
  gate: boolean,
): Case<"x" | "weight", "z", RmsNormGatedParams> {
  return {
    name,
    inputs: {
      x: shape,
      weight: shape.slice(-1),
      ...(gate && { z: shape }),
    },
    params: { eps: 1e-5, groupSize, normBeforeGate },
  };
}
