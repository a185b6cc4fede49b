// Layer norm along the last axis, and its gradient.
import { layerNormWasm } from "@x/kernels-wasm";
import { layerNorm as layerNormKernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  broadcastTo,
  definePrimitive,
  mean,
  mul,
  type Primitive,
  requireArity,
  reshape,
  rsqrt,
  sizeOf,
  square,
  sub,
  sum,
  sumTo,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import { checkNorm, checkSpec, epsOf, gradThroughRstd, type NormEps, perRow, rowSizes } from "../norm-checks.ts";

/** Parameters of the layer norm. */
export interface LayerNormParams {
  readonly eps: number;
}

/** y = (x − mean) · rstd · weight (+ bias) with rstd = 1/√(var + eps) per row, var the mean squared deviation. */
export const layerNormPrimitive: Primitive<"x" | "weight", "bias", "y" | "mean" | "rstd", LayerNormParams> =
  definePrimitive({
    name: "layer_norm",
    inputs: ["x", "weight"],
    optional: ["bias"],
    outputs: ["y", "mean", "rstd"],
    infer({ x, weight, bias }, _p: LayerNormParams) {
      checkNorm("layerNorm", x, { weight, bias });
      const statistic = { shape: x.shape.slice(0, -1), dtype: x.dtype };
      return { y: { shape: x.shape, dtype: x.dtype }, mean: statistic, rstd: statistic };
    },
    reference({ x, weight, bias }, { eps }) {
      const center = mean(x, -1);
      const centred = sub(x, perRow(center));
      const rstd = rsqrt(add(mean(square(centred), -1), eps));
      const scaled = mul(mul(centred, perRow(rstd)), weight);
      return { y: bias ? add(scaled, bias) : scaled, mean: center, rstd };
    },
    webgpu: ({ x, bias }, { eps }, caps) =>
      layerNormKernels.program({ ...rowSizes(x.shape), bias: bias !== undefined, eps }, caps),
    wasm: ({ x, bias }, { eps }) => layerNormWasm.program({ ...rowSizes(x.shape), bias: bias !== undefined, eps }),
    vjp({ x: { x, weight, bias }, y, grad, needs }) {
      const norm =
        grad.y &&
        apply(
          layerNormBackwardPrimitive,
          { x, weight, mean: y.mean, rstd: y.rstd, gradY: grad.y },
          { bias: bias !== undefined },
        );
      let gradX = norm?.gradX;
      const join = (part: Tensor): void => {
        gradX = gradX ? add(gradX, part) : part;
      };
      if (grad.rstd && needs("x")) join(gradThroughRstd(sub(x, perRow(y.mean)), y.rstd, grad.rstd));
      if (grad.mean && needs("x")) join(broadcastTo(perRow(mul(grad.mean, 1 / x.shape.at(-1)!)), x.shape));
      return { x: gradX, weight: norm?.gradWeight, bias: norm?.gradBias };
    },
    cases: [
      forwardCase("one element", [1], true),
      forwardCase("rows of 63", [3, 63], true),
      forwardCase("rows of 64, no bias", [2, 64], false),
      forwardCase("rows of 65", [2, 65], true),
      forwardCase("37 rows of 12, no bias", [37, 12], false),
      forwardCase("three axes", [2, 3, 20], true),
      {
        ...forwardCase("far from zero", [3, 33], true),
        inputs: { ...forwardCase("", [3, 33], true).inputs, x: { shape: [3, 33], fill: { normal: [100, 1] } } },
      },
      { ...forwardCase("130m", [4096, 768], true), bench: true },
    ],
    cost: ({ x }) => ({ flops: 7 * sizeOf(x.shape), bytes: 8 * sizeOf(x.shape) }),
  });

function forwardCase(
  name: string,
  shape: readonly number[],
  bias: boolean,
): (typeof layerNormPrimitive)["cases"][number] {
  const channels = shape.slice(-1);
  return { name, inputs: { x: shape, weight: channels, ...(bias && { bias: channels }) }, params: { eps: 1e-5 } };
}

/** Gradient of the layer norm; `bias` says whether there was one. */
export const layerNormBackwardPrimitive: Primitive<
  "x" | "weight" | "mean" | "rstd" | "gradY",
  never,
  "gradX" | "gradWeight" | "gradBias",
  { readonly bias: boolean }
> = definePrimitive({
  name: "layer_norm_backward",
  inputs: ["x", "weight", "mean", "rstd", "gradY"],
  outputs: ["gradX", "gradWeight", "gradBias"],
  infer({ x, weight, mean: center, rstd, gradY }, { bias }: { readonly bias: boolean }) {
    checkNorm("layerNormBackward", x, { weight }, { gradY });
    checkSpec("layerNormBackward", "mean", center, x.shape.slice(0, -1), x.dtype);
    checkSpec("layerNormBackward", "rstd", rstd, x.shape.slice(0, -1), x.dtype);
    const channels = { shape: weight.shape, dtype: x.dtype };
    return { gradX: { shape: x.shape, dtype: x.dtype }, gradWeight: channels, ...(bias && { gradBias: channels }) };
  },
  reference({ x, weight, mean: center, rstd, gradY }, { bias }) {
    const normed = mul(sub(x, perRow(center)), perRow(rstd));
    const q = mul(gradY, weight);
    const inner = sub(
      sub(q, mean(q, -1, { keepDims: true })),
      mul(normed, mean(mul(normed, q), -1, { keepDims: true })),
    );
    return {
      gradX: mul(perRow(rstd), inner),
      gradWeight: sumTo(mul(gradY, normed), weight.shape),
      ...(bias && { gradBias: sum(reshape(gradY, [gradY.size / weight.size, weight.size]), 0) }),
    };
  },
  webgpu: ({ x }, { bias }, caps) => layerNormKernels.backward({ ...rowSizes(x.shape), bias }, caps),
  wasm: ({ x }, { bias }) => layerNormWasm.backward({ ...rowSizes(x.shape), bias }),
  cases: [
    backwardCase("one element", [1], true),
    backwardCase("rows of 63", [3, 63], false),
    backwardCase("rows of 64", [2, 64], true),
    backwardCase("rows of 65", [2, 65], true),
    backwardCase("37 rows of 12", [37, 12], true),
    { ...backwardCase("130m", [4096, 768], true), bench: true },
  ],
  cost: ({ x }) => ({ flops: 13 * sizeOf(x.shape), bytes: 12 * sizeOf(x.shape) }),
});

function backwardCase(
  name: string,
  shape: readonly number[],
  bias: boolean,
): (typeof layerNormBackwardPrimitive)["cases"][number] {
  const statistic = shape.slice(0, -1);
  return {
    name,
    inputs: {
      x: shape,
      weight: shape.slice(-1),
      mean: statistic,
      rstd: { shape: statistic, fill: { uniform: [0.5, 2] } },
      gradY: shape,
    },
    params: { bias },
  };
}

/**
 * Layer norm, `y = (x − mean(x)) / √(var(x) + eps) · weight + bias` along the last axis, var over all d elements. Two passes over a row, so a large
 * mean does not cancel the variance.
 *
 * @param x `[…, d]`, f32 (f64 on the CPU)
 * @param weight `[d]`
 * @param bias `[d]`, may be left out
 * @returns x's shape
 * @throws ShapeError, DTypeError when weight or bias do not fit x
 * Source: Ba, Kiros, Hinton, "Layer Normalization", 2016.
 * @example
 * layerNorm(tensor([[1, 3]]), tensor([1, 1]));   // [[−1, 1]]
 */
export function layerNorm(x: Tensor, weight: Tensor, bias?: Tensor, options: NormEps = {}): Tensor {
  requireArity("layerNorm", arguments, 4);
  const eps = epsOf("layerNorm", options);
  return tidy(() => apply(layerNormPrimitive, { x, weight, bias }, { eps }).y);
}
