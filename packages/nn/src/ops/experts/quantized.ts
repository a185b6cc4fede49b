// Every token times the integer matrices of its own experts.
import { expertsWasm } from "@x/kernels-wasm";
import { experts as kernels } from "@x/kernels-wgsl";
import {
  apply,
  definePrimitive,
  dequantizePrimitive,
  opScope,
  type Primitive,
  type QuantizedWeight,
  requireArity,
  requireCount,
  requireDType,
  requireQuantized,
  reshape,
  ShapeError,
  showShape,
  type Spec,
  type Tensor,
} from "@x/tensor/core";
import { quantizedCases } from "./cases.ts";
import { checkGrouping, checkOrder, checkRows, expertLinearPrimitive, linearSpec } from "./linear.ts";
import { type ExpertLinearOptions, groupsOf } from "./options.ts";
import { expertRange } from "./order.ts";
import type { ExpertQuantizedLinearParams } from "./spec.ts";

type Names = "x" | "packed" | "scales" | "ids";

/** The matrices as if they were floats: [e, out, in]. */
function matrices(packed: Spec, scales: Spec, p: ExpertQuantizedLinearParams): [number, number, number] {
  const [rows, inputs] = dequantizePrimitive.infer({ packed, scales }, p).y!.shape as [number, number];
  return [p.experts, rows / p.experts, inputs];
}

function specOf(
  { x, packed, scales, ids, order }: Readonly<Record<Names, Spec>> & { readonly order?: Spec | undefined },
  p: ExpertQuantizedLinearParams,
): ReturnType<typeof linearSpec> {
  const weight = { shape: matrices(packed, scales, p), dtype: "f32" } as const;
  const type = p.bits === 8 ? "int8" : "int4";
  return { ...linearSpec(x, weight, ids, order !== undefined, false), type, groupSize: p.groupSize };
}

/**
 * Inputs x [t, 1 or k, in], packed and scales of [e·out, in] as in `dequantize`, ids [t, k]; output y [t, k, out] = expert_linear with the numbers that they encode. The integers
 * have no gradient.
 */
export const expertQuantizedLinearPrimitive: Primitive<Names, "order" | "offsets", "y", ExpertQuantizedLinearParams> =
  definePrimitive({
    name: "expert_quantized_linear",
    inputs: ["x", "packed", "scales", "ids"],
    optional: ["order", "offsets"],
    outputs: ["y"],
    infer({ x, packed, scales, ids, order, offsets }, p: ExpertQuantizedLinearParams) {
      const op = "expertQuantizedLinear";
      requireDType(op, "x", x.dtype, ["f32", "f64"]);
      requireCount(op, "experts", p.experts, 1);
      const [experts, outputs, inputs] = matrices(packed, scales, p);
      if (!Number.isInteger(outputs))
        throw new ShapeError(
          `${op}: rows of the weight must be those of ${experts} experts, a multiple of it; got ${packed.shape[0]}.`,
          { op, expected: experts, got: packed.shape[0] },
        );
      checkGrouping(op, ids, experts, { order, offsets });
      checkRows(op, "x", x, ids);
      if (x.shape[2] !== inputs)
        throw new ShapeError(
          `${op}: the last axis of x must be ${inputs}, as the weight's; got ${showShape(x.shape)}.`,
          {
            op,
            expected: inputs,
            got: x.shape,
          },
        );
      return { y: { shape: [...ids.shape, outputs], dtype: x.dtype } };
    },
    ids: ({ order }, { experts, routed }) =>
      expertRange("expertQuantizedLinear", experts, routed || order !== undefined),
    check({ ids, order, offsets }, { experts }) {
      if (order && offsets) checkOrder("expertQuantizedLinear", ids.data, order.data, offsets.data, experts);
    },
    reference({ x, packed, scales, ids, order, offsets }, p) {
      const numbers = apply(dequantizePrimitive, { packed, scales }, { bits: p.bits, groupSize: p.groupSize }).y;
      const weight = reshape(numbers, matrices(packed, scales, p));
      return {
        y: apply(
          expertLinearPrimitive,
          { x, weight, ids, order, offsets },
          { transposed: false, ...(p.routed && { routed: true }) },
        ).y,
      };
    },
    webgpu: (inputs, p, caps) => kernels.linear(specOf(inputs, p), caps),
    wasm: (inputs, p) => expertsWasm.linear(specOf(inputs, p)),
    cases: quantizedCases,
    cost: ({ x, packed, scales, ids }, p) => {
      const [t, k] = ids.shape as [number, number];
      const [e, outputs, inputs] = matrices(packed, scales, p);
      const bytes = outputs * inputs * (p.bits / 8 + 4 / p.groupSize);
      return {
        flops: 2 * t * k * outputs * inputs,
        bytes: Math.min(e, t * k) * bytes + 4 * t * (x.shape[1]! * inputs + k * outputs),
      };
    },
  });

/**
 * `expertLinear` with matrices of integers: `y[i, j] = dequantize(weight)[ids[i, j]] · x[i, j]`; only the integers of chosen experts are read. Gradients flow to x; the integers
 * are frozen.
 *
 * @param x `[t, k, in]`, or `[t, 1, in]`: one row for all experts of a token; f32 (f64 on the CPU)
 * @param weight what `quantize` makes of the matrices one below the other, `[e·out, in]`
 * @param experts e
 * @param ids `[t, k]`, i32; each in [0, e): the CPU raises about others at once, a GPU at the next read
 * @returns `[t, k, out]`, x's dtype
 * @throws ShapeError, DTypeError when they do not fit together; ConfigError for an unknown option
 * @example
 * const weight = quantize(new Float32Array(64).fill(1), { shape: [2, 32] }); // two experts [1, 32]
 * const y = expertQuantizedLinear(ones([1, 1, 32]), weight, 2, tensor([[1, 0]], { dtype: "i32" })); // [[[32], [32]]]
 */
export function expertQuantizedLinear(
  x: Tensor,
  weight: QuantizedWeight,
  experts: number,
  ids: Tensor,
  options: ExpertLinearOptions = {},
): Tensor {
  requireArity("expertQuantizedLinear", arguments, 5);
  const { order, offsets, routed } = groupsOf("expertQuantizedLinear", options);
  requireQuantized("expertQuantizedLinear", weight);
  const { packed, scales, bits, groupSize } = weight;
  const params = { bits, groupSize, experts, ...(routed && { routed }) };
  return opScope(
    "expertQuantizedLinear",
    { x, ids, "weight.packed": packed, "weight.scales": scales },
    () => apply(expertQuantizedLinearPrimitive, { x, packed, scales, ids, order, offsets }, params).y,
    { "groups.order": order, "groups.offsets": offsets },
  );
}
