// Gated RMS norm over groups of channels (the norm of the Mamba-2 mixer).
import { rmsNormWasm } from "@x/kernels-wasm";
import { rmsNormGated as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  cast,
  checkOptions,
  definePrimitive,
  f32ToF16,
  mean,
  mul,
  type Primitive,
  requireArity,
  reshape,
  rsqrt,
  silu,
  sizeOf,
  square,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import { checkEps, gradThroughRstd, halved, halvedCase, halvedDType, perRow, takesHalf } from "../norm-checks.ts";
import { rmsNormGatedBackwardPrimitive } from "./backward.ts";
import { specOf, check, gatedCase, grouped, type RmsNormGatedParams, siluDerivative, statisticShape } from "./spec.ts";

export type { RmsNormGatedParams } from "./spec.ts";

/** v = x · silu(z) normed and weighted, or x normed and weighted, then times silu(z); rstd per group. */
export const rmsNormGatedPrimitive: Primitive<"x" | "weight", "z", "y" | "rstd", RmsNormGatedParams> = definePrimitive({
  name: "rms_norm_gated",
  inputs: ["x", "weight"],
  optional: ["z"],
  outputs: ["y", "rstd"],
  half: "y",
  again: "y",
  infer({ x, weight, z }, p: RmsNormGatedParams) {
    check("rmsNormGated", x, p, { weight, z });
    return {
      y: { shape: x.shape, dtype: halvedDType(p, x.dtype) },
      rstd: { shape: statisticShape(x.shape, p.groupSize), dtype: x.dtype },
    };
  },
  reference({ x, weight, z }, { eps, groupSize, normBeforeGate, half }) {
    const v = grouped(z && !normBeforeGate ? mul(x, silu(z)) : x, groupSize);
    const rstd = rsqrt(add(mean(square(v), -1), eps));
    const normed = mul(reshape(mul(v, perRow(rstd)), x.shape), weight);
    return { y: halved({ half }, z && normBeforeGate ? mul(normed, silu(z)) : normed), rstd };
  },
  cpu(
    { x: { data: x, shape }, weight: { data: weight }, z },
    { y: { data: stored }, rstd: { data: rstd } },
    { eps, groupSize, normBeforeGate, half },
  ) {
    const y = half ? new Float32Array(x.length) : stored;
    const cols = shape.at(-1)!;
    const gate = z?.data;
    for (let base = 0, group = 0; base < x.length; base += groupSize, group++) {
      const channel = base % cols;
      let squares = 0;
      for (let j = 0; j < groupSize; j++) {
        const zj = gate ? gate[base + j]! : 0;
        const s = gate ? zj / (1 + Math.exp(-zj)) : 1;
        const v = normBeforeGate ? x[base + j]! : x[base + j]! * s;
        squares += v * v;
        y[base + j] = x[base + j]! * s * weight[channel + j]!;
      }
      const scale = 1 / Math.sqrt(squares / groupSize + eps);
      for (let j = 0; j < groupSize; j++) y[base + j]! *= scale;
      rstd[group] = scale;
    }
    if (half) stored.set(f32ToF16(y as Float32Array));
  },
  rowNorm: ({ x, z }, { eps, groupSize, half }) =>
    half || z || groupSize !== x.shape.at(-1) ? undefined : { eps, x: "x", weight: "weight", y: "y" },
  views: ["z", "y"],
  viewAlignment: 4,
  rowAxes: { z: 1, y: 1 },
  webgpu: ({ x, z }, { half, ...p }, caps, { y }) =>
    takesHalf({ half }, p.groupSize)
      ? kernels.program({ ...specOf(x, z, p, { z: z?.rows, y }), eps: p.eps, ...(half && { half }) }, caps)
      : undefined,
  wasm: ({ x, z }, p, { y }) =>
    p.half ? undefined : rmsNormWasm.program({ ...specOf(x, z, p, { z: z?.rows, y }), eps: p.eps }),
  vjp({ x: { x, weight, z }, y: { rstd }, grad, p: { half: _half, ...p } }) {
    const gradY = grad.y && cast(grad.y, x.dtype);
    const norm = gradY && apply(rmsNormGatedBackwardPrimitive, { x, weight, z, rstd, gradY }, p);
    if (!grad.rstd) return { x: norm?.gradX, weight: norm?.gradWeight, z: norm?.gradZ };
    const gate = p.normBeforeGate ? undefined : z;
    const v = grouped(gate ? mul(x, silu(gate)) : x, p.groupSize);
    const gradV = reshape(gradThroughRstd(v, rstd, grad.rstd), x.shape);
    const gradX = gate ? mul(gradV, silu(gate)) : gradV;
    const gradZ = gate && mul(mul(gradV, x), siluDerivative(gate));
    return {
      x: norm ? add(norm.gradX, gradX) : gradX,
      weight: norm?.gradWeight,
      z: norm && gradZ ? add(norm.gradZ, gradZ) : (gradZ ?? norm?.gradZ),
    };
  },
  cases: [
    gatedCase("one element", [1], 1, false, true),
    gatedCase("rows of 63", [3, 63], 63, false, true),
    gatedCase("rows of 64, gate after", [2, 64], 64, true, true),
    gatedCase("rows of 65, no gate", [2, 65], 65, false, false),
    gatedCase("3 groups of 12", [2, 5, 36], 12, false, true),
    gatedCase("3 groups of 12, gate after", [2, 5, 36], 12, true, true),
    gatedCase("5 groups of 3", [37, 15], 3, false, true),
    ...[
      gatedCase("2 groups of 12", [5, 24], 12, false, true),
      gatedCase("rows of 68, gate after", [3, 68], 68, true, true),
      gatedCase("2 groups of 3, no gate", [5, 6], 3, false, false),
    ].map(({ name, inputs, params }) => ({
      name: `${name}, stored as f16`,
      inputs,
      params: { ...params, half: true as const },
      ...halvedCase,
    })),
    { ...gatedCase("130m", [4096, 1536], 1536, false, true), bench: true },
  ],
  cost: ({ x, z }) => ({ flops: (z ? 10 : 4) * sizeOf(x.shape), bytes: (z ? 12 : 8) * sizeOf(x.shape) }),
});

/** Options of {@link rmsNormGated}. */
export interface RmsNormGatedOptions {
  /** added to the mean square before the root; default 1e-5 */
  readonly eps?: number;
  /** channels that share a statistic; default: all */
  readonly groupSize?: number;
  /** true: norm first, then multiply by silu(z); false (default): the other way round, as in the published Mamba-2 models */
  readonly normBeforeGate?: boolean;
}

/**
 * RMS norm with a SiLU gate, over groups of channels: `y = N(x · silu(z)) · weight`, or with `normBeforeGate` `y = N(x) · weight · silu(z)`, where
 * `N(v) = v / √(mean over the group(v²) + eps)`. Statistics are f32 (doubles in plain loops).
 *
 * @param x `[…, i]`
 * @param z `[…, i]`; undefined: no gate
 * @param weight `[i]`
 * @returns `[…, i]`
 * @throws ShapeError when shapes differ or groupSize does not divide i
 * Source: state-spaces/mamba@e9594ce, `mamba_ssm/ops/triton/layernorm_gated.py` (formula only).
 * @example
 * rmsNormGated(tensor([[1, 2, 3, 4]]), tensor([[0, 1, 0, 1]]), ones([4]), { groupSize: 2 });
 */
export function rmsNormGated(
  x: Tensor,
  z: Tensor | undefined,
  weight: Tensor,
  options: RmsNormGatedOptions = {},
): Tensor {
  requireArity("rmsNormGated", arguments, 4);
  checkOptions<RmsNormGatedOptions>("rmsNormGated", options, {
    eps: true,
    groupSize: true,
    normBeforeGate: "boolean",
  });
  const { eps = 1e-5, groupSize = x.shape.at(-1) ?? 1, normBeforeGate = false } = options;
  checkEps("rmsNormGated", eps);
  return tidy(() => apply(rmsNormGatedPrimitive, { x, weight, z }, { eps, groupSize, normBeforeGate }).y);
}
