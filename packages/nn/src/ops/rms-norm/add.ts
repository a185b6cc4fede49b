// The residual addition and the rms norm after it in one pass: what every pre-norm block begins with.
import { rmsNormWasm } from "@x/kernels-wasm";
import { rmsNorm as rmsNormKernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  cast,
  definePrimitive,
  type Primitive,
  requireArity,
  sizeOf,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import {
  checkNorm,
  epsOf,
  gradThroughRstd,
  halvedCase,
  halvedDType,
  type NormEps,
  rowSizes,
  takesHalf,
} from "../norm-checks.ts";
import { rmsNormBackwardPrimitive, type RmsNormParams, rmsNormPrimitive } from "./index.ts";

/** residualOut = x + residual; y = rmsNorm(residualOut, weight). */
export const addRmsNormPrimitive: Primitive<
  "x" | "residual" | "weight",
  never,
  "y" | "residualOut" | "rstd",
  RmsNormParams
> = definePrimitive({
  name: "add_rms_norm",
  inputs: ["x", "residual", "weight"],
  outputs: ["y", "residualOut", "rstd"],
  half: "y",
  infer({ x, residual, weight }, p: RmsNormParams) {
    checkNorm("addRmsNorm", x, { weight }, { residual });
    const like = { shape: x.shape, dtype: x.dtype };
    return {
      y: { ...like, dtype: halvedDType(p, x.dtype) },
      residualOut: like,
      rstd: { shape: x.shape.slice(0, -1), dtype: x.dtype },
    };
  },
  reference({ x, residual, weight }, p) {
    const residualOut = add(x, residual);
    const { y, rstd } = apply(rmsNormPrimitive, { x: residualOut, weight }, p);
    return { y, residualOut, rstd };
  },
  rowNorm: (_x, { eps, half }) =>
    half ? undefined : { eps, x: "x", addend: "residual", weight: "weight", y: "y", summed: "residualOut" },
  webgpu: ({ x }, { eps, half }, caps) =>
    takesHalf({ half }, x.shape.at(-1)!)
      ? rmsNormKernels.program({ ...rowSizes(x.shape), eps, residual: true, ...(half && { half }) }, caps)
      : undefined,
  wasm: ({ x }, { eps, half }) =>
    half ? undefined : rmsNormWasm.program({ ...rowSizes(x.shape), eps, residual: true }),
  vjp({ x: { weight }, y: { residualOut, rstd }, grad }) {
    const norm =
      grad.y &&
      apply(
        rmsNormBackwardPrimitive,
        { x: residualOut, weight, rstd, gradY: cast(grad.y, residualOut.dtype), gradResidual: grad.residualOut },
        undefined,
      );
    let gradSum = norm ? norm.gradX : grad.residualOut;
    if (grad.rstd) {
      const through = gradThroughRstd(residualOut, rstd, grad.rstd);
      gradSum = gradSum ? add(gradSum, through) : through;
    }
    return { x: gradSum, residual: gradSum, weight: norm?.gradWeight };
  },
  cases: [
    { name: "one element", inputs: { x: [1], residual: [1], weight: [1] }, params: { eps: 1 } },
    { name: "rows of 63", inputs: { x: [3, 63], residual: [3, 63], weight: [63] }, params: { eps: 1e-5 } },
    { name: "rows of 64", inputs: { x: [2, 64], residual: [2, 64], weight: [64] }, params: { eps: 1e-5 } },
    { name: "rows of 65", inputs: { x: [2, 65], residual: [2, 65], weight: [65] }, params: { eps: 1e-5 } },
    {
      name: "stored as f16",
      inputs: { x: [5, 68], residual: [5, 68], weight: [68] },
      params: { eps: 1e-5, half: true },
      ...halvedCase,
    },
    { name: "three axes", inputs: { x: [3, 7, 12], residual: [3, 7, 12], weight: [12] }, params: { eps: 1e-5 } },
    {
      name: "130m",
      inputs: { x: [4096, 768], residual: [4096, 768], weight: [768] },
      params: { eps: 1e-5 },
      bench: true,
    },
  ],
  cost: ({ x }) => ({ flops: 5 * sizeOf(x.shape), bytes: 16 * sizeOf(x.shape) }),
});

/**
 * `residual + x`, and the rms norm of that sum, reading and writing the residual stream once.
 *
 * @param x `[…, d]`, f32 (f64 on the CPU), what the previous block added
 * @param residual x's shape
 * @param weight `[d]`
 * @returns `y`, the normed sum; `residual`, the sum itself: the residual stream from here on
 * @throws ShapeError, DTypeError when the shapes differ
 * @example
 * const { y, residual } = addRmsNorm(tensor([[1, 2]]), tensor([[2, 2]]), tensor([1, 1]));   // [[0.849, 1.131]], [[3, 4]]
 */
export function addRmsNorm(
  x: Tensor,
  residual: Tensor,
  weight: Tensor,
  options: NormEps = {},
): { readonly y: Tensor; readonly residual: Tensor } {
  requireArity("addRmsNorm", arguments, 4);
  const eps = epsOf("addRmsNorm", options);
  return tidy(() => {
    const { y, residualOut } = apply(addRmsNormPrimitive, { x, residual, weight }, { eps });
    return { y, residual: residualOut };
  });
}
