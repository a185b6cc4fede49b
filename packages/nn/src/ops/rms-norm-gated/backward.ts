// Gradient of the gated RMS norm, as a primitive of its own.
import { rmsNormWasm } from "@x/kernels-wasm";
import { rmsNormGated as kernels } from "@x/kernels-wgsl";
import {
  type Case,
  concat,
  definePrimitive,
  mean,
  mul,
  type Primitive,
  reshape,
  type Shape,
  silu,
  sizeOf,
  slice,
  sub,
  sumTo,
} from "@x/tensor/core";
import { checkSpec, perRow } from "../norm-checks.ts";
import {
  specOf,
  check,
  gatedCase,
  gatesOf,
  grouped,
  mlpSize,
  type RmsNormGatedParams,
  siluDerivative,
  statisticShape,
  widened,
} from "./spec.ts";

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
  reference({ x, weight, z, rstd, gradY }, { groupSize, normBeforeGate, mlp }) {
    const { gate, mlpGate, mlpValue } = z ? gatesOf(z, mlp) : {};
    const gated = gate !== undefined && !normBeforeGate;
    const v = gated ? mul(x, silu(gate)) : x;
    const own = mlp > 0 ? slice(gradY, -1, mlp) : gradY;
    const arrived = gate && normBeforeGate ? mul(own, silu(gate)) : own;
    const normed = mul(grouped(v, groupSize), perRow(rstd));
    const q = grouped(mul(arrived, weight), groupSize);
    const gradV = reshape(
      mul(perRow(rstd), sub(q, mul(normed, mean(mul(normed, q), -1, { keepDims: true })))),
      x.shape,
    );
    const flat = reshape(normed, x.shape);
    const gradWeight = sumTo(mul(arrived, flat), weight.shape);
    if (!gate) return { gradX: gradV, gradWeight };
    const gradGate = mul(gated ? mul(gradV, x) : mul(mul(own, flat), weight), siluDerivative(gate));
    const gradX = gated ? mul(gradV, silu(gate)) : gradV;
    if (!mlpGate || !mlpValue) return { gradX, gradWeight, gradZ: gradGate };
    const gradMlp = slice(gradY, -1, 0, mlp);
    return {
      gradX,
      gradWeight,
      gradZ: concat([mul(mul(gradMlp, mlpValue), siluDerivative(mlpGate)), mul(gradMlp, silu(mlpGate)), gradGate], -1),
    };
  },
  cpu(inputs, y, { groupSize, normBeforeGate, mlp }) {
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
      const ahead = (Math.floor(base / cols) + 1) * mlp; // numbers of MLP parts in gradY before this group; in z twice as many
      const [inZ, inY] = [base + 2 * ahead, base + ahead];
      if (gate && gradZ && channel === 0) {
        for (let j = 0; j < mlp; j++) {
          const [zj, value, arrived] = [gate[inZ - 2 * mlp + j]!, gate[inZ - mlp + j]!, gradY[inY - mlp + j]!];
          const sigma = 1 / (1 + Math.exp(-zj));
          gradZ[inZ - 2 * mlp + j] = arrived * value * sigma * (1 + zj * (1 - sigma));
          gradZ[inZ - mlp + j] = arrived * zj * sigma;
        }
      }
      const scale = rstd[group]!;
      let products = 0;
      for (let j = 0; j < groupSize; j++) {
        if (gate) {
          const sigma = 1 / (1 + Math.exp(-gate[inZ + j]!));
          sigmas[j] = sigma;
          silus[j] = gate[inZ + j]! * sigma;
        }
        const gx = gradY[inY + j]! * x[base + j]! * silus[j]! * scale;
        products += gx * weight[channel + j]!;
        sums[channel + j]! += gx;
      }
      const m = products / groupSize;
      for (let j = 0; j < groupSize; j++) {
        const i = base + j;
        const s = silus[j]!;
        const q = gradY[inY + j]! * weight[channel + j]!;
        const gradV = normBeforeGate ? scale * (q * s - x[i]! * scale * m) : scale * (q - x[i]! * s * scale * m);
        gradX[i] = normBeforeGate ? gradV : gradV * s;
        if (gradZ) {
          const sigma = sigmas[j]!;
          gradZ[inZ + j] = (normBeforeGate ? q * scale : gradV) * x[i]! * (sigma + s * (1 - sigma));
        }
      }
    }
    y.gradWeight.data.set(sums);
  },
  webgpu: ({ x, z }, p, caps) => kernels.backward(specOf(x, z, p), caps),
  wasm: ({ x, z }, p) => rmsNormWasm.backward(specOf(x, z, p)),
  cases: [
    backwardCase("one element", [1], 1, false, true),
    backwardCase("rows of 63", [3, 63], 63, false, true),
    backwardCase("rows of 64, gate after", [2, 64], 64, true, true),
    backwardCase("rows of 65, no gate", [2, 65], 65, false, false),
    backwardCase("3 groups of 12", [2, 5, 36], 12, false, true),
    backwardCase("3 groups of 12, gate after", [2, 5, 36], 12, true, true),
    backwardCase("5 groups of 3", [37, 15], 3, false, true),
    backwardCase("an MLP part beside 2 groups of 12", [3, 24], 12, false, true, 8),
    backwardCase("an MLP part of 5, gate after", [2, 3, 12], 12, true, true, 5),
    backwardCase("an MLP part beside rows of 516", [2, 516], 516, false, true, 260),
    { ...backwardCase("130m", [4096, 1536], 1536, false, true), bench: true },
  ],
  cost: ({ x, z }, { mlp }) => ({
    flops: (z ? 24 : 9) * sizeOf(x.shape) + 12 * mlpSize(x, mlp),
    bytes: (z ? 20 : 12) * sizeOf(x.shape) + 20 * mlpSize(x, mlp),
  }),
});

function backwardCase(
  name: string,
  shape: Shape,
  groupSize: number,
  normBeforeGate: boolean,
  gate: boolean,
  mlp: number = 0,
): Case<"x" | "weight" | "rstd" | "gradY", "z", RmsNormGatedParams> {
  const { inputs, params } = gatedCase(name, shape, groupSize, normBeforeGate, gate, mlp);
  const rstd = { shape: statisticShape(shape, groupSize), fill: { uniform: [0.5, 2] } } as const;
  return { name, inputs: { ...inputs, rstd, gradY: { shape: widened(shape, mlp) } }, params };
}
