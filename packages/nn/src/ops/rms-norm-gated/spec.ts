// Parameters, checks, small pieces and cases that the gated norm shares with its gradient.
import type { NormGate, RmsNormGatedSpec } from "@x/base";
import {
  add,
  type Case,
  mul,
  reshape,
  type Shape,
  ShapeError,
  showShape,
  sigmoid,
  sizeOf,
  type Spec,
  split,
  sub,
  type Tensor,
} from "@x/tensor/core";
import { checkNorm, checkSpec } from "../norm-checks.ts";

/** Parameters of the gated norm. */
export interface RmsNormGatedParams {
  readonly eps: number;
  /** channels that share a statistic; divides the last axis */
  readonly groupSize: number;
  readonly normBeforeGate: boolean;
  /** width of a SwiGLU part beside the norm: z begins with its gates and its values, y with their product */
  readonly mlp: number;
}

/** `[…, i]` as `[…, groups, groupSize]`. */
export function grouped(x: Tensor, groupSize: number): Tensor {
  return reshape(x, [...x.shape.slice(0, -1), x.shape.at(-1)! / groupSize, groupSize]);
}

export function statisticShape(shape: Shape, groupSize: number): Shape {
  return [...shape.slice(0, -1), shape.at(-1)! / groupSize];
}

/** `shape` with so many more in its last axis. */
export function widened(shape: Shape, by: number): Shape {
  return [...shape.slice(0, -1), shape.at(-1)! + by];
}

/** Checks the inputs of both directions. */
export function check(
  op: string,
  x: Spec,
  { groupSize, mlp }: RmsNormGatedParams,
  { weight, z, gradY }: { readonly weight: Spec; readonly z?: Spec | undefined; readonly gradY?: Spec },
): void {
  const { cols } = checkNorm(op, x, { weight }, {});
  if (!Number.isInteger(groupSize) || groupSize < 1 || cols % groupSize !== 0) {
    throw new ShapeError(
      `${op}: groupSize must divide the last axis, ${cols}; got ${groupSize} (x ${showShape(x.shape)}).`,
      { op, expected: cols, got: groupSize },
    );
  }
  if (!Number.isInteger(mlp) || mlp < 0 || (mlp > 0 && !z)) {
    throw new ShapeError(`${op}: mlp must be a whole number, and 0 without a gate z; got ${mlp}.`, { op, got: mlp });
  }
  if (z) checkSpec(op, "z", z, widened(x.shape, 2 * mlp), x.dtype);
  if (gradY) checkSpec(op, "gradY", gradY, widened(x.shape, mlp), x.dtype);
}

function gateOf(z: unknown, { normBeforeGate }: RmsNormGatedParams): NormGate {
  if (z === undefined) return "none";
  return normBeforeGate ? "output" : "input";
}

export function specOf(x: Spec, z: Spec | undefined, p: RmsNormGatedParams): Required<RmsNormGatedSpec> {
  const cols = x.shape.at(-1)!;
  return {
    rows: sizeOf(x.shape) / cols,
    groups: cols / p.groupSize,
    groupSize: p.groupSize,
    gate: gateOf(z, p),
    mlp: p.mlp,
  };
}

/** z as the gates and values of the MLP part and the norm's own gate. */
export function gatesOf(
  z: Tensor,
  mlp: number,
): { readonly mlpGate?: Tensor; readonly mlpValue?: Tensor; readonly gate: Tensor } {
  if (mlp === 0) return { gate: z };
  const [mlpGate, mlpValue, gate] = split(z, [mlp, mlp, z.shape.at(-1)! - 2 * mlp], -1) as [Tensor, Tensor, Tensor];
  return { mlpGate, mlpValue, gate };
}

/** silu'(z) */
export function siluDerivative(z: Tensor): Tensor {
  const s = sigmoid(z);
  return mul(s, add(mul(z, sub(1, s)), 1));
}

/** Numbers of an MLP part of width `mlp` beside x. */
export function mlpSize(x: Spec, mlp: number): number {
  return (sizeOf(x.shape) / x.shape.at(-1)!) * mlp;
}

export function gatedCase(
  name: string,
  shape: Shape,
  groupSize: number,
  normBeforeGate: boolean,
  gate: boolean,
  mlp: number = 0,
): Case<"x" | "weight", "z", RmsNormGatedParams> {
  return {
    name,
    inputs: {
      x: { shape },
      weight: { shape: shape.slice(-1) },
      ...(gate && { z: { shape: widened(shape, 2 * mlp) } }),
    },
    params: { eps: 1e-5, groupSize, normBeforeGate, mlp },
  };
}
