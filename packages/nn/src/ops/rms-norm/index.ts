// RMS norm along the last axis, and its gradient. The form fused with the residual addition is in add.ts.
import { rmsNormWasm } from "@x/kernels-wasm";
import { rmsNorm as rmsNormKernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  cast,
  definePrimitive,
  mean,
  mul,
  type Primitive,
  requireArity,
  rsqrt,
  sizeOf,
  square,
  sub,
  sumTo,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import {
  checkNorm,
  checkSpec,
  epsOf,
  gradThroughRstd,
  type Halved,
  halved,
  halvedCase,
  halvedDType,
  type NormEps,
  perRow,
  rowSizes,
  takesHalf,
} from "../norm-checks.ts";

/** Parameters of the rms norms. */
export interface RmsNormParams extends Halved {
  readonly eps: number;
}

/** y = x · rstd · weight with rstd = 1/√(mean(x²) + eps) per row. */
export const rmsNormPrimitive: Primitive<"x" | "weight", never, "y" | "rstd", RmsNormParams> = definePrimitive({
  name: "rms_norm",
  inputs: ["x", "weight"],
  outputs: ["y", "rstd"],
  half: "y",
  infer({ x, weight }, p: RmsNormParams) {
    checkNorm("rmsNorm", x, { weight });
    return {
      y: { shape: x.shape, dtype: halvedDType(p, x.dtype) },
      rstd: { shape: x.shape.slice(0, -1), dtype: x.dtype },
    };
  },
  reference({ x, weight }, p) {
    const rstd = rsqrt(add(mean(square(x), -1), p.eps));
    return { y: halved(p, mul(mul(x, perRow(rstd)), weight)), rstd };
  },
  rowNorm: (_x, { eps, half }) => (half ? undefined : { eps, x: "x", weight: "weight", y: "y" }),
  webgpu: ({ x }, { eps, half }, caps) =>
    takesHalf({ half }, x.shape.at(-1)!)
      ? rmsNormKernels.program({ ...rowSizes(x.shape), eps, ...(half && { half }) }, caps)
      : undefined,
  wasm: ({ x }, { eps, half }) => (half ? undefined : rmsNormWasm.program({ ...rowSizes(x.shape), eps })),
  vjp({ x: { x, weight }, y: { rstd }, grad, needs }) {
    const norm =
      grad.y && apply(rmsNormBackwardPrimitive, { x, weight, rstd, gradY: cast(grad.y, x.dtype) }, undefined);
    if (!grad.rstd || !needs("x")) return { x: norm?.gradX, weight: norm?.gradWeight };
    const through = gradThroughRstd(x, rstd, grad.rstd);
    return { x: norm ? add(norm.gradX, through) : through, weight: norm?.gradWeight };
  },
  cases: [
    { name: "one element", inputs: { x: [1], weight: [1] }, params: { eps: 1 } },
    { name: "rows of 63", inputs: { x: [3, 63], weight: [63] }, params: { eps: 1e-5 } },
    { name: "rows of 64", inputs: { x: [2, 64], weight: [64] }, params: { eps: 1e-5 } },
    { name: "rows of 65", inputs: { x: [2, 65], weight: [65] }, params: { eps: 1e-5 } },
    { name: "37 rows of 12, large eps", inputs: { x: [37, 12], weight: [12] }, params: { eps: 0.5 } },
    { name: "three axes", inputs: { x: [2, 3, 20], weight: [20] }, params: { eps: 1e-6 } },
    { name: "stored as f16", inputs: { x: [5, 68], weight: [68] }, params: { eps: 1e-5, half: true }, ...halvedCase },
    {
      name: "of odd width, stored as f16",
      inputs: { x: [3, 7], weight: [7] },
      params: { eps: 1e-5, half: true },
      ...halvedCase,
    },
    {
      name: "rows of zeros",
      inputs: { x: { shape: [2, 8], fill: { values: Array<number>(16).fill(0) } }, weight: [8] },
      params: { eps: 1 },
    },
    { name: "130m", inputs: { x: [4096, 768], weight: [768] }, params: { eps: 1e-5 }, bench: true },
  ],
  cost: ({ x }) => ({ flops: 4 * sizeOf(x.shape), bytes: 8 * sizeOf(x.shape) }),
});

/** Gradient of the rms norms; `gradResidual`, what arrives at the normed tensor by other ways, is added to gradX. */
export const rmsNormBackwardPrimitive: Primitive<
  "x" | "weight" | "rstd" | "gradY",
  "gradResidual",
  "gradX" | "gradWeight",
  undefined
> = definePrimitive({
  name: "rms_norm_backward",
  inputs: ["x", "weight", "rstd", "gradY"],
  optional: ["gradResidual"],
  outputs: ["gradX", "gradWeight"],
  infer({ x, weight, rstd, gradY, gradResidual }, _p: undefined) {
    checkNorm("rmsNormBackward", x, { weight }, { gradY, gradResidual });
    checkSpec("rmsNormBackward", "rstd", rstd, x.shape.slice(0, -1), x.dtype);
    return { gradX: { shape: x.shape, dtype: x.dtype }, gradWeight: { shape: weight.shape, dtype: x.dtype } };
  },
  reference({ x, weight, rstd, gradY, gradResidual }) {
    const normed = mul(x, perRow(rstd));
    const q = mul(gradY, weight);
    const gradX = mul(perRow(rstd), sub(q, mul(normed, mean(mul(normed, q), -1, { keepDims: true }))));
    return {
      gradX: gradResidual ? add(gradX, gradResidual) : gradX,
      gradWeight: sumTo(mul(gradY, normed), weight.shape),
    };
  },
  webgpu: ({ x, gradResidual }, _p, caps) =>
    rmsNormKernels.backward({ ...rowSizes(x.shape), residual: gradResidual !== undefined }, caps),
  wasm: ({ x, gradResidual }) => rmsNormWasm.backward({ ...rowSizes(x.shape), residual: gradResidual !== undefined }),
  cases: [
    backwardCase("one element", [1], false),
    backwardCase("rows of 63", [3, 63], false),
    backwardCase("rows of 64, residual", [2, 64], true),
    backwardCase("rows of 65, residual", [2, 65], true),
    backwardCase("37 rows of 12", [37, 12], false),
    backwardCase("three axes", [2, 3, 20], true),
    { ...backwardCase("130m", [4096, 768], true), bench: true },
  ],
  cost: ({ x, gradResidual }) => ({ flops: 9 * sizeOf(x.shape), bytes: (gradResidual ? 16 : 12) * sizeOf(x.shape) }),
});

function backwardCase(
  name: string,
  shape: readonly number[],
  residual: boolean,
): (typeof rmsNormBackwardPrimitive)["cases"][number] {
  return {
    name,
    inputs: {
      x: shape,
      weight: shape.slice(-1),
      rstd: { shape: shape.slice(0, -1), fill: { uniform: [0.1, 0.5] } },
      gradY: shape,
      ...(residual && { gradResidual: shape }),
    },
    params: undefined,
  };
}

/**
 * Root-mean-square norm, `y = x / √(mean(x²) + eps) · weight` along the last axis. Statistics are f32.
 *
 * @param x `[…, d]`
 * @param weight `[d]`
 * @returns x's shape
 * @throws ShapeError, DTypeError when weight does not fit x
 * Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
 * @example
 * rmsNorm(tensor([[3, 4]]), tensor([1, 1]));   // [[0.849, 1.131]]
 */
export function rmsNorm(x: Tensor, weight: Tensor, options: NormEps = {}): Tensor {
  requireArity("rmsNorm", arguments, 3);
  const eps = epsOf("rmsNorm", options);
  return tidy(() => apply(rmsNormPrimitive, { x, weight }, { eps }).y);
}
