// Gradient of the gated RMS norm, as a primitive of its own.
import { rmsNormWasm } from "@x/kernels-wasm";
import { rmsNormGated as kernels } from "@x/kernels-wgsl";
import {
  type Case,
  definePrimitive,
  mean,
  mul,
  type Primitive,
  reshape,
  type Shape,
  silu,
  sizeOf,
  sub,
  sumTo,
} from "@x/tensor/core";
import { checkSpec, perRow } from "../norm-checks.ts";
import { specOf, check, gatedCase, grouped, type RmsNormGatedParams, siluDerivative, statisticShape } from "./spec.ts";

/** Gradient of the gated norm; gradZ only where there is a gate. */
export const rmsNormGatedBackwardPrimitive: Primitive<
  "x" | "weight" | "rstd" | "gradY",
  "z",
  "gradX" | "gradWeight" | "gradZ",
  RmsNormGatedParams
> = definePrimitive({
  name: "rms_norm_gated_backward",
  inputs: ["x", "weight", "rstd", "gradY"],
  optional: ["z"],
  outputs: ["gradX", "gradWeight", "gradZ"],
  infer({ x, weight, z, rstd, gradY }, p: RmsNormGatedParams) {
    check("rmsNormGatedBackward", x, p, { weight, z, gradY });
    checkSpec("rmsNormGatedBackward", "rstd", rstd, statisticShape(x.shape, p.groupSize), x.dtype);
    const { dtype } = x;
    return {
      gradX: { shape: x.shape, dtype },
      gradWeight: { shape: weight.shape, dtype },
      ...(z && { gradZ: { shape: z.shape, dtype } }),
    };
  },
  reference({ x, weight, z: gate, rstd, gradY }, { groupSize, normBeforeGate }) {
    const gated = gate !== undefined && !normBeforeGate;
    const v = gated ? mul(x, silu(gate)) : x;
    const arrived = gate && normBeforeGate ? mul(gradY, silu(gate)) : gradY;
    const normed = mul(grouped(v, groupSize), perRow(rstd));
    const q = grouped(mul(arrived, weight), groupSize);
    const gradV = reshape(
      mul(perRow(rstd), sub(q, mul(normed, mean(mul(normed, q), -1, { keepDims: true })))),
      x.shape,
    );
    const flat = reshape(normed, x.shape);
    const gradWeight = sumTo(mul(arrived, flat), weight.shape);
    if (!gate) return { gradX: gradV, gradWeight };
    const gradGate = mul(gated ? mul(gradV, x) : mul(mul(gradY, flat), weight), siluDerivative(gate));
    return { gradX: gated ? mul(gradV, silu(gate)) : gradV, gradWeight, gradZ: gradGate };
  },
  cpu(inputs, y, { groupSize, normBeforeGate }) {
    const {
      x: { data: x, shape },
      weight: { data: weight },
      rstd: { data: rstd },
      gradY: { data: gradY },
      z,
    } = inputs;
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
        const q = gradY[base + j]! * weight[channel + j]!;
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
  views: ["z", "gradY", "gradZ"],
  viewAlignment: 4,
  rowAxes: { z: 1, gradY: 1, gradZ: 1 },
  webgpu: ({ x, z, gradY }, p, caps, { gradZ }) =>
    kernels.backward(specOf(x, z, p, { z: z?.rows, gradY: gradY.rows, gradZ }), caps),
  wasm: ({ x, z, gradY }, p, { gradZ }) =>
    rmsNormWasm.backward(specOf(x, z, p, { z: z?.rows, gradY: gradY.rows, gradZ })),
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
  name: string,
  shape: Shape,
  groupSize: number,
  normBeforeGate: boolean,
  gate: boolean,
): Case<"x" | "weight" | "rstd" | "gradY", "z", RmsNormGatedParams> {
  const { inputs, params } = gatedCase(name, shape, groupSize, normBeforeGate, gate);
  const rstd = { shape: statisticShape(shape, groupSize), fill: { uniform: [0.5, 2] } } as const;
  return { name, inputs: { ...inputs, rstd, gradY: shape }, params };
}
