// Linear layers with a quantised weight.
import { opScope } from "../memory/op-scope.ts";
import { gemm as gemmKernel, type GemmSpec } from "@x/kernels-wasm";
import { type Activation, matmul as matmulKernel, type MatmulSpec } from "@x/kernels-wgsl";
import { requireDType } from "../numbers/dtype.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Inputs, type Primitive, type Spec } from "../primitive.ts";
import { showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { requireActivation } from "./activations.ts";
import { linear, type LinearOptions } from "./linear.ts";
import { normedProduct, type NormedPrimitive } from "./normed-product.ts";
import { reshape } from "./reshape.ts";
import { dequantizePrimitive, packedInputs, type QuantizeParams } from "./quantize.ts";
import { type QuantizedWeight, requireQuantized, weightShape } from "./quantized-weight.ts";
import { requireArity } from "../arguments/require.ts";

/** {@link QuantizeParams} and what is done to the sum. */
export interface QuantizedLinearParams extends QuantizeParams {
  readonly activation: Activation;
}

/** The product as kernels of both devices take it. */
function productOf(
  { x, packed, bias }: Inputs<"x" | "packed" | "scales", "bias", Spec>,
  { bits, groupSize, activation }: QuantizedLinearParams,
): MatmulSpec & GemmSpec {
  const [m, k] = x.shape as [number, number];
  return {
    m,
    n: packed.shape[0]!,
    k,
    transposeB: true,
    types: { b: bits === 8 ? "int8" : "int4" },
    groupSize,
    bias: bias !== undefined,
    activation,
    names: { a: "x", b: "packed", c: "y" },
  };
}

/**
 * Inputs x [r, in], packed, scales as in `dequantize`, bias [out]; output y [r, out] = activation(x ·
 * dequantize(packed, scales)ᵀ + bias).
 */
export const quantizedLinearPrimitive: Primitive<"x" | "packed" | "scales", "bias", "y", QuantizedLinearParams> =
  definePrimitive({
    name: "quantized_linear",
    inputs: ["x", "packed", "scales"],
    optional: ["bias"],
    outputs: ["y"],
    infer({ x, packed, scales, bias }, p) {
      requireDType("quantizedLinear", "x", x.dtype, ["f32", "f64"]);
      const [outputs, inputs] = weightShape("quantizedLinear", packed, scales, p);
      if (
        x.shape.length !== 2 ||
        x.shape[1] !== inputs ||
        (bias && (bias.shape.length !== 1 || bias.shape[0] !== outputs))
      ) {
        throw new ShapeError(
          `quantizedLinear: the last axis of x must be ${inputs} and bias [${outputs}], as the weight is ${showShape([outputs, inputs])}; ` +
            `got x ${showShape(x.shape)}${bias ? `, bias ${showShape(bias.shape)}` : ""}.`,
          { op: "quantizedLinear", shapes: { x: x.shape, packed: packed.shape } },
        );
      }
      if (bias) requireDType("quantizedLinear", "bias", bias.dtype, [x.dtype]);
      return { y: { shape: [x.shape[0]!, outputs], dtype: x.dtype } };
    },
    reference: ({ x, packed, scales, bias }, { bits, groupSize, activation }) => ({
      y: linear(x, apply(dequantizePrimitive, { packed, scales }, { bits, groupSize }).y, bias, { activation }),
    }),
    webgpu: (inputs, p, caps) => matmulKernel.program(productOf(inputs, p), caps),
    normed: () => normedQuantizedLinearPrimitive as unknown as Primitive,
    wasm: (inputs, p) => gemmKernel.program(productOf(inputs, p)),
    cases: [
      {
        name: "one row of bytes",
        inputs: { x: [1, 64], ...packedInputs(33, 64, { bits: 8, groupSize: 32 }) },
        params: { bits: 8, groupSize: 32, activation: "none" },
      },
      {
        name: "one row of half bytes",
        inputs: { x: [1, 64], ...packedInputs(20, 64, { bits: 4, groupSize: 32 }), bias: [20] },
        params: { bits: 4, groupSize: 32, activation: "silu" },
      },
      {
        name: "tile of bytes",
        inputs: { x: [17, 48], ...packedInputs(36, 48, { bits: 8, groupSize: 16 }), bias: [36] },
        params: { bits: 8, groupSize: 16, activation: "none" },
      },
      {
        name: "tile of half bytes",
        inputs: { x: [17, 40], ...packedInputs(35, 40, { bits: 4, groupSize: 8 }) },
        params: { bits: 4, groupSize: 8, activation: "none" },
      },
      {
        name: "decode step of a 130 M model, bytes",
        inputs: { x: [1, 768], ...packedInputs(3352, 768, { bits: 8, groupSize: 32 }) },
        params: { bits: 8, groupSize: 32, activation: "none" },
        bench: true,
      },
      {
        name: "decode step of a 130 M model, half bytes",
        inputs: { x: [1, 768], ...packedInputs(3352, 768, { bits: 4, groupSize: 32 }) },
        params: { bits: 4, groupSize: 32, activation: "none" },
        bench: true,
      },
    ],
    cost({ x, packed, scales }, { bits }) {
      const [rows, inputs] = x.shape as [number, number];
      const outputs = packed.shape[0]!;
      return {
        flops: 2 * rows * inputs * outputs,
        bytes: (outputs * inputs * bits) / 8 + 4 * (sizeOf(scales.shape) + rows * (inputs + outputs)),
      };
    },
  });

const q4 = { bits: 4, groupSize: 32, activation: "none" } as const;
const q8 = { bits: 8, groupSize: 16, activation: "none" } as const;

/** {@link quantizedLinearPrimitive} of normed rows. */
export const normedQuantizedLinearPrimitive: NormedPrimitive<"packed" | "scales", "bias", QuantizedLinearParams> =
  normedProduct(quantizedLinearPrimitive, productOf, [
    {
      name: "a row, half bytes",
      inputs: {
        x: [1, 64],
        ...packedInputs(33, 64, q4),
        normWeight: [64],
        addend: [1, 64],
      },
      params: { eps: 1e-5, product: q4 },
    },
    {
      name: "three rows, bytes",
      inputs: {
        x: [3, 48],
        ...packedInputs(20, 48, q8),
        bias: [20],
        normWeight: [48],
      },
      params: { eps: 1e-5, product: q8 },
    },
  ]);

/**
 * {@link linear} with a quantised weight: `y = activation(x·dequantize(weight)ᵀ + bias)`. Gradients flow to x and the
 * bias; the integers are frozen.
 *
 * @param x […, in] f32
 * @param weight what {@link quantize} makes
 * @returns […, out]
 * @throws ShapeError, DTypeError when they do not fit together
 * @example
 * const weight = quantize(new Float32Array(64).fill(1), { shape: [2, 32], bits: 8 });
 * quantizedLinear(ones([3, 32]), weight); // [3, 2], all 32
 */
export function quantizedLinear(
  x: Tensor,
  weight: QuantizedWeight,
  bias?: Tensor,
  options: LinearOptions = {},
): Tensor {
  requireArity("quantizedLinear", arguments, 4);
  checkOptions("quantizedLinear", options, { activation: true });
  const { activation = "none" } = options;
  requireActivation("quantizedLinear", activation);
  requireQuantized("quantizedLinear", weight);
  const { packed, scales, bits, groupSize, shape } = weight;
  const inputs = { x, "weight.packed": packed, "weight.scales": scales };
  const multiply = (): Tensor => {
    const rows = x.shape.length === 2 ? x : reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);
    const { y } = apply(quantizedLinearPrimitive, { x: rows, packed, scales, bias }, { bits, groupSize, activation });
    return x.shape.length === 2 ? y : reshape(y, [...x.shape.slice(0, -1), shape[0]]);
  };
  return opScope("quantizedLinear", inputs, multiply, { bias });
}
