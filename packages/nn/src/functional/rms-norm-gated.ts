// Gated RMS norm over groups of channels (the norm of the Mamba-2 mixer), and its gradient.
import { rmsNormWasm } from "@x/kernels-wasm";
import { type Gate, rmsNormGated as kernels } from "@x/kernels-wgsl";
import {
  add, apply, definePrimitive, mean, mul, type Primitive, reshape, rsqrt, type Shape, ShapeError, showShape, sigmoid, silu, sizeOf, type Spec, square,
  sub, sumTo, type Tensor,
} from "@x/tensor";
import { checkNorm, checkSpec, gradThroughRstd, perRow } from "./norm-spec.ts";

/** Parameters of the gated norm. */
export interface RmsNormGatedParams {
  readonly eps: number;
  /** channels that share a statistic; divides the last axis */
  readonly groupSize: number;
  readonly normBeforeGate: boolean;
}

/** `[…, i]` as `[…, groups, groupSize]`. */
function grouped(x: Tensor, groupSize: number): Tensor {
  return reshape(x, [...x.shape.slice(0, -1), x.shape.at(-1)! / groupSize, groupSize]);
}

function statisticShape(shape: Shape, groupSize: number): Shape {
  return [...shape.slice(0, -1), shape.at(-1)! / groupSize];
}

function check(
  op: string, x: Spec, groupSize: number, channels: Readonly<Record<string, Spec | undefined>>, like: Readonly<Record<string, Spec | undefined>>,
): void {
  const { cols } = checkNorm(op, x, channels, like);
  if (!Number.isInteger(groupSize) || groupSize < 1 || cols % groupSize !== 0) {
    throw new ShapeError(`${op}: groupSize must divide the last axis, ${cols}; got ${groupSize} (x ${showShape(x.shape)}).`, { op, expected: cols, got: groupSize });
  }
}

function gateOf(z: unknown, { normBeforeGate }: RmsNormGatedParams): Gate {
  if (z === undefined) return "none";
  return normBeforeGate ? "output" : "input";
}

function callOf(x: Spec, z: Spec | undefined, p: RmsNormGatedParams): { rows: number; groups: number; groupSize: number; gate: Gate } {
  const cols = x.shape.at(-1)!;
  return { rows: sizeOf(x.shape) / cols, groups: cols / p.groupSize, groupSize: p.groupSize, gate: gateOf(z, p) };
}

/** v = x · silu(z) normed and weighted, or x normed and weighted, then times silu(z); rstd per group. */
export const rmsNormGatedPrimitive: Primitive<"x" | "weight", "z", "y" | "rstd", RmsNormGatedParams> = definePrimitive({
  name: "rms_norm_gated",
  inputs: ["x", "weight"],
  optional: ["z"],
  outputs: ["y", "rstd"],
  infer({ x, weight, z }, { groupSize }: RmsNormGatedParams) {
    check("rmsNormGated", x, groupSize, { weight }, { z });
    return { y: { shape: x.shape, dtype: x.dtype }, rstd: { shape: statisticShape(x.shape, groupSize), dtype: x.dtype } };
  },
  reference({ x, weight, z }, { eps, groupSize, normBeforeGate }) {
    const v = grouped(z && !normBeforeGate ? mul(x, silu(z)) : x, groupSize);
    const rstd = rsqrt(add(mean(square(v), -1), eps));
    const y = mul(reshape(mul(v, perRow(rstd)), x.shape), weight);
    return { y: z && normBeforeGate ? mul(y, silu(z)) : y, rstd };
  },
  cpu({ x: { data: x, shape }, weight: { data: weight }, z }, { y: { data: y }, rstd: { data: rstd } }, { eps, groupSize, normBeforeGate }) {
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
  },
  webgpu: ({ x, z }, p, caps) => kernels.program({ ...callOf(x, z, p), eps: p.eps }, caps),
  wasm({ x, z }, p) {
    const { groupSize, ...call } = callOf(x, z, p);
    return rmsNormWasm.program({ ...call, size: groupSize, eps: p.eps });
  },
  vjp({ x: { x, weight, z }, y: { rstd }, grad, p }) {
    const norm = grad.y && apply(rmsNormGatedBackwardPrimitive, { x, weight, z, rstd, gradY: grad.y }, p);
    if (!grad.rstd) return { x: norm?.gradX, weight: norm?.gradWeight, z: norm?.gradZ };
    const gated = z !== undefined && !p.normBeforeGate;
    const v = grouped(gated ? mul(x, silu(z)) : x, p.groupSize);
    const gradV = reshape(gradThroughRstd(v, rstd, grad.rstd), x.shape);
    const gradX = gated ? mul(gradV, silu(z)) : gradV;
    const gradZ = gated ? mul(mul(gradV, x), siluDerivative(z)) : undefined;
    return {
      x: norm ? add(norm.gradX, gradX) : gradX,
      weight: norm?.gradWeight,
      z: norm && gradZ ? add(norm.gradZ, gradZ) : (gradZ ?? norm?.gradZ),
    };
  },
  cases: [
    forwardCase("one element", [1], 1, false, true),
    forwardCase("rows of 63", [3, 63], 63, false, true),
    forwardCase("rows of 64, gate after", [2, 64], 64, true, true),
    forwardCase("rows of 65, no gate", [2, 65], 65, false, false),
    forwardCase("3 groups of 12", [2, 5, 36], 12, false, true),
    forwardCase("3 groups of 12, gate after", [2, 5, 36], 12, true, true),
    forwardCase("5 groups of 3", [37, 15], 3, false, true),
    { ...forwardCase("130m", [4096, 1536], 1536, false, true), bench: true },
  ],
  cost: ({ x, z }) => ({ flops: (z ? 10 : 4) * sizeOf(x.shape), bytes: (z ? 12 : 8) * sizeOf(x.shape) }),
});

function siluDerivative(z: Tensor): Tensor {
  const s = sigmoid(z);
  return mul(s, add(mul(z, sub(1, s)), 1));
}

function forwardCase(
  name: string, shape: Shape, groupSize: number, normBeforeGate: boolean, gate: boolean,
): (typeof rmsNormGatedPrimitive)["cases"][number] {
  return { name, inputs: { x: { shape }, weight: { shape: shape.slice(-1) }, ...(gate && { z: { shape } }) }, params: { eps: 1e-5, groupSize, normBeforeGate } };
}

/** Gradient of the gated norm; gradZ only where there is a gate. */
export const rmsNormGatedBackwardPrimitive: Primitive<
  "x" | "weight" | "rstd" | "gradY", "z", "gradX" | "gradWeight" | "gradZ", RmsNormGatedParams
> = definePrimitive({
  name: "rms_norm_gated_backward",
  inputs: ["x", "weight", "rstd", "gradY"],
  optional: ["z"],
  outputs: ["gradX", "gradWeight", "gradZ"],
  infer({ x, weight, z, rstd, gradY }, { groupSize }: RmsNormGatedParams) {
    check("rmsNormGatedBackward", x, groupSize, { weight }, { z, gradY });
    checkSpec("rmsNormGatedBackward", "rstd", rstd, statisticShape(x.shape, groupSize), x.dtype);
    const like = { shape: x.shape, dtype: x.dtype };
    return { gradX: like, gradWeight: { shape: weight.shape, dtype: x.dtype }, ...(z && { gradZ: like }) };
  },
  reference({ x, weight, z, rstd, gradY }, { groupSize, normBeforeGate }) {
    const gated = z !== undefined && !normBeforeGate;
    const v = gated ? mul(x, silu(z)) : x;
    const arrived = z && normBeforeGate ? mul(gradY, silu(z)) : gradY;
    const normed = mul(grouped(v, groupSize), perRow(rstd));
    const q = grouped(mul(arrived, weight), groupSize);
    const gradV = reshape(mul(perRow(rstd), sub(q, mul(normed, mean(mul(normed, q), -1, { keepDims: true })))), x.shape);
    const flat = reshape(normed, x.shape);
    const gradWeight = sumTo(mul(arrived, flat), weight.shape);
    if (!z) return { gradX: gradV, gradWeight };
    const gradGate = gated ? mul(gradV, x) : mul(mul(gradY, flat), weight);
    return { gradX: gated ? mul(gradV, silu(z)) : gradV, gradWeight, gradZ: mul(gradGate, siluDerivative(z)) };
  },
  cpu(inputs, y, { groupSize, normBeforeGate }) {
    const { x: { data: x, shape }, weight: { data: weight }, rstd: { data: rstd }, gradY: { data: gradY }, z } = inputs;
    const cols = shape.at(-1)!;
    const gate = z?.data;
    const gradX = y.gradX.data;
    const gradZ = z && y.gradZ.data;
    const sums = new Float64Array(cols);
    const sigmas = new Float64Array(groupSize);
    const silus = new Float64Array(groupSize).fill(1);
    for (let base = 0, group = 0; base < x.length; base += groupSize, group++) {
      const channel = base % cols;
      const scale = rstd[group]!;
      let products = 0;
      for (let j = 0; j < groupSize; j++) {
        if (gate) {
          const sigma = 1 / (1 + Math.exp(-gate[base + j]!));
          sigmas[j] = sigma;
          silus[j] = gate[base + j]! * sigma;
        }
        const gx = gradY[base + j]! * x[base + j]! * silus[j]! * scale;
        products += gx * weight[channel + j]!;
        sums[channel + j]! += gx;
      }
      const m = products / groupSize;
      for (let j = 0; j < groupSize; j++) {
        const i = base + j;
        const s = silus[j]!;
        const q = gradY[i]! * weight[channel + j]!;
        const gradV = normBeforeGate ? scale * (q * s - x[i]! * scale * m) : scale * (q - x[i]! * s * scale * m);
        gradX[i] = normBeforeGate ? gradV : gradV * s;
        if (gradZ) {
          const sigma = sigmas[j]!;
          gradZ[i] = (normBeforeGate ? q * scale : gradV) * x[i]! * (sigma + s * (1 - sigma));
        }
      }
    }
    y.gradWeight.data.set(sums);
  },
  webgpu: ({ x, z }, p, caps) => kernels.backward(callOf(x, z, p), caps),
  wasm({ x, z }, p) {
    const { groupSize, ...call } = callOf(x, z, p);
    return rmsNormWasm.backward({ ...call, size: groupSize });
  },
  cases: [
    backwardCase("one element", [1], 1, false, true),
    backwardCase("rows of 63", [3, 63], 63, false, true),
    backwardCase("rows of 64, gate after", [2, 64], 64, true, true),
    backwardCase("rows of 65, no gate", [2, 65], 65, false, false),
    backwardCase("3 groups of 12", [2, 5, 36], 12, false, true),
    backwardCase("3 groups of 12, gate after", [2, 5, 36], 12, true, true),
    backwardCase("5 groups of 3", [37, 15], 3, false, true),
    { ...backwardCase("130m", [4096, 1536], 1536, false, true), bench: true },
  ],
  cost: ({ x, z }) => ({ flops: (z ? 24 : 9) * sizeOf(x.shape), bytes: (z ? 20 : 12) * sizeOf(x.shape) }),
});

function backwardCase(
  name: string, shape: Shape, groupSize: number, normBeforeGate: boolean, gate: boolean,
): (typeof rmsNormGatedBackwardPrimitive)["cases"][number] {
  const { inputs, params } = forwardCase(name, shape, groupSize, normBeforeGate, gate);
  return { name, inputs: { ...inputs, rstd: { shape: statisticShape(shape, groupSize), fill: { uniform: [0.5, 2] } }, gradY: { shape } }, params };
}

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
 * @param z x's shape; undefined: no gate
 * @param weight `[i]`
 * @returns x's shape
 * @throws ShapeError when shapes differ or groupSize does not divide i
 * Source: state-spaces/mamba@e9594ce, `mamba_ssm/ops/triton/layernorm_gated.py` (formula only).
 * @example
 * rmsNormGated(tensor([[1, 2, 3, 4]]), tensor([[0, 1, 0, 1]]), ones([4]), { groupSize: 2 });
 */
export function rmsNormGated(x: Tensor, z: Tensor | undefined, weight: Tensor, options: RmsNormGatedOptions = {}): Tensor {
  const { eps = 1e-5, groupSize = x.shape.at(-1) ?? 1, normBeforeGate = false } = options;
  return apply(rmsNormGatedPrimitive, { x, weight, z }, { eps, groupSize, normBeforeGate }).y;
}
