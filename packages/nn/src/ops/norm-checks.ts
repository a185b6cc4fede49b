// Checks and small pieces that the norms share: specs of inputs, statistics per row, gradients through the statistics.
import type { RowSizes } from "@x/base";
import {
  cast,
  checkOptions,
  type DType,
  DTypeError,
  mul,
  requireDType,
  requireNumber,
  reshape,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  type Spec,
  square,
  type Tensor,
} from "@x/tensor/core";

/** Options of the norms. */
export interface NormEps {
  /** added to the mean square (the variance) before the root; default 1e-5 */
  readonly eps?: number;
}

/** How a plan may ask an op to store an output that only products read, which round it: as f16. */
export interface Halved {
  readonly half?: true | undefined;
}

/** The dtype of such an output. */
export function halvedDType({ half }: Halved, dtype: DType): DType {
  return half ? "f16" : dtype;
}

/** An output as it is stored. */
export function halved({ half }: Halved, y: Tensor): Tensor {
  return half ? cast(y, "f16") : y;
}

/** Whether kernels store an output of rows of `cols` so: they write four at a time. */
export function takesHalf({ half }: Halved, cols: number): boolean {
  return !half || cols % 4 === 0;
}

/** Of a case with an output of halves. */
export const halvedCase = {
  noGradCheck: "rounding is a staircase",
  tolerance: { ratio: 2e-4, why: "a last bit of f32 decides which half is nearest" },
} as const;

/** Checks x and the per-channel tensors beside it; returns the sizes. */
export function checkNorm(
  op: string,
  x: Spec,
  channels: Readonly<Record<string, Spec | undefined>>,
  like: Readonly<Record<string, Spec | undefined>> = {},
): RowSizes {
  requireDType(op, "x", x.dtype, ["f32", "f64"]);
  const cols = x.shape.at(-1) ?? 0;
  if (cols === 0)
    throw new ShapeError(`${op}: x must have a last axis of at least 1 element; got shape ${showShape(x.shape)}.`, {
      op,
      got: x.shape,
    });
  for (const [name, spec] of Object.entries(channels)) if (spec) checkSpec(op, name, spec, [cols], x.dtype);
  for (const [name, spec] of Object.entries(like)) if (spec) checkSpec(op, name, spec, x.shape, x.dtype);
  return { rows: sizeOf(x.shape) / cols, cols };
}

/** The eps of a norm's options. @throws ConfigError for an option that is none, or an eps below 0 */
export function epsOf(op: string, options: NormEps): number {
  checkOptions<NormEps>(op, options, { eps: true });
  return checkEps(op, options.eps ?? 1e-5);
}

export function checkEps(op: string, eps: number): number {
  requireNumber(op, "eps", eps, "a finite number of at least 0", (value) => value >= 0 && value < Infinity);
  return eps;
}

/** Raises unless a tensor has this shape and dtype. */
export function checkSpec(op: string, name: string, got: Spec, shape: Shape, dtype: Spec["dtype"]): void {
  if (showShape(got.shape) !== showShape(shape)) {
    throw ShapeError.must(op, name, `have shape ${showShape(shape)}`, got.shape, shape);
  }
  if (got.dtype !== dtype)
    throw new DTypeError(`${op}: ${name} must be ${dtype} like x; got ${got.dtype}.`, {
      op,
      expected: dtype,
      got: got.dtype,
    });
}

/** Rows and columns without checks, for paths behind `infer`. */
export function rowSizes(shape: Shape): RowSizes {
  const cols = shape.at(-1)!;
  return { rows: sizeOf(shape) / cols, cols };
}

/** A statistic per row, with an axis of 1 to broadcast along the row. */
export function perRow(statistic: Tensor): Tensor {
  return reshape(statistic, [...statistic.shape, 1]);
}

/**
 * The part of gradX that comes through rstd = (mean(v²) + eps)^(−1/2): −gradRstd · rstd³ · v / cols. Needed where someone uses rstd itself, second
 * derivatives among them.
 */
export function gradThroughRstd(v: Tensor, rstd: Tensor, gradRstd: Tensor): Tensor {
  return mul(v, perRow(mul(mul(gradRstd, mul(rstd, square(rstd))), -1 / v.shape.at(-1)!)));
}
