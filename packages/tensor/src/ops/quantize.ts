// Quantised weights: integers of 8 or 4 bits with a scale per group, and back to floats.
import { dequantizeWasm } from "@x/kernels-wasm";
import { dequantize as dequantizeKernel } from "@x/kernels-wgsl";
import type { Device } from "../device/device.ts";
import { checkOptions, DTypeError, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { type CaseInput, definePrimitive, type Primitive } from "../primitive.ts";
import { checkShape, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { onesLike, tensor, zeros } from "./creation.ts";
import { mul } from "./elementwise.ts";
import { sum } from "./sum.ts";
import { reshape } from "./reshape.ts";
import { requireArity, requireOptions } from "../arguments/require.ts";
import { quantizedRows } from "./quantized-rows.ts";
import {
  type QuantizedWeight,
  type QuantizeParams,
  requireGroups,
  requireQuantized,
  weightShape,
} from "./quantized-weight.ts";

export type { QuantizeParams, QuantizedWeight };

/** Options of {@link quantize}. */
export interface QuantizeOptions extends Partial<QuantizeParams> {
  readonly shape: readonly [outputs: number, inputs: number];
  /** default: the shared CPU device */
  readonly device?: Device;
}

/**
 * Quantises a weight, symmetrically: scale = max |w| of the group / (2^(bits−1) − 1), integer = w / scale rounded to
 * nearest.
 *
 * A number moves by at most half a scale. 8 bits take (1 + 4/groupSize)/4 of the bytes of f32, 4 bits (1/2 +
 * 4/groupSize)/4.
 *
 * @param weight row-major [out, in], on the host
 * @param options `bits` 8 (default) or 4, `groupSize` 32 unless given, `shape`, `device`
 * @throws ShapeError when `weight` does not fill its shape or groups do not divide rows
 * @example
 * const weight = quantize(new Float32Array(64).fill(0.5), { shape: [2, 32], bits: 4 });
 * const y = quantizedLinear(ones([1, 32]), weight);   // about [[16, 16]]
 */
export function quantize(weight: Float32Array, options: QuantizeOptions): QuantizedWeight {
  requireArity("quantize", arguments, 2);
  requireOptions("quantize", options);
  if (!(weight instanceof Float32Array)) throw DTypeError.must("quantize", "weight", "be a Float32Array", weight);
  const { shape, params, on } = checkedOptions("quantize", options);
  const [outputs, inputs] = shape;
  if (weight.length !== outputs * inputs) {
    throw new ShapeError(
      `quantize: weight must have ${outputs * inputs} numbers, the size of ${showShape(shape)}; got ${weight.length}.`,
      {
        op: "quantize",
        expected: outputs * inputs,
        got: weight.length,
      },
    );
  }
  const { packed, scales } = quantizedRows(weight, inputs, params);
  return {
    ...params,
    shape,
    packed: tensor(packed, { shape: [outputs, (inputs * params.bits) / 32], ...on }),
    scales: tensor(scales, { shape: [outputs, inputs / params.groupSize], ...on }),
  };
}

/**
 * The quantised weight of zeros (packed u32, scales f32), made on the device: what rows are written into.
 *
 * @param options `bits` 8 (default) or 4, `groupSize` 32 unless given, `shape` [out, in], `device`
 * @throws ShapeError when groups do not divide rows
 * @example
 * dequantize(quantizedZeros({ shape: [2, 32] })); // [2, 32], all 0
 */
export function quantizedZeros(options: QuantizeOptions): QuantizedWeight {
  requireArity("quantizedZeros", arguments, 1);
  requireOptions("quantizedZeros", options);
  const { shape, params, on } = checkedOptions("quantizedZeros", options);
  const [outputs, inputs] = shape;
  return {
    ...params,
    shape,
    packed: zeros([outputs, (inputs * params.bits) / 32], { dtype: "u32", ...on }),
    scales: zeros([outputs, inputs / params.groupSize], on),
  };
}

/** Options with the defaults in their places. */
function checkedOptions(
  op: string,
  options: QuantizeOptions,
): {
  readonly shape: readonly [outputs: number, inputs: number];
  readonly params: QuantizeParams;
  readonly on: { readonly device?: Device };
} {
  checkOptions(op, options, { shape: true, device: true, bits: true, groupSize: true });
  const { shape, bits = 8, groupSize = 32, device } = options;
  checkShape(op, shape);
  if (shape.length !== 2)
    throw new ShapeError(`${op}: shape must be [outputs, inputs]; got ${showShape(shape)}.`, { op, got: shape });
  const params = { bits, groupSize };
  requireGroups(op, shape[1], params);
  return { shape: [shape[0], shape[1]], params, on: device === undefined ? {} : { device } };
}

export type PackedInputs = { readonly packed: CaseInput; readonly scales: CaseInput };

/** Inputs of a case. */
/* @__NO_SIDE_EFFECTS__ */
export function packedInputs(outputs: number, inputs: number, { bits, groupSize }: QuantizeParams): PackedInputs {
  return {
    packed: { shape: [outputs, (inputs * bits) / 32], dtype: "u32", fill: { integers: [0, 2 ** 32] } },
    scales: { shape: [outputs, inputs / groupSize], fill: { uniform: [0.001, 0.01] } },
  };
}

/** Inputs packed u32 [out, in·bits/32], scales [out, in/groupSize]; output y [out, in] of the scales' dtype. */
export const dequantizePrimitive: Primitive<"packed" | "scales", never, "y", QuantizeParams> = definePrimitive({
  name: "dequantize",
  inputs: ["packed", "scales"],
  outputs: ["y"],
  infer: ({ packed, scales }, p: QuantizeParams) => ({
    y: { shape: weightShape("dequantize", packed, scales, p), dtype: scales.dtype },
  }),
  cpu({ packed, scales }, { y }, { bits, groupSize }) {
    const perWord = 32 / bits;
    for (let i = 0; i < y.data.length; i++) {
      const word = packed.data[Math.floor(i / perWord)]!;
      y.data[i] =
        ((word << (32 - bits * ((i % perWord) + 1))) >> (32 - bits)) * scales.data[Math.floor(i / groupSize)]!;
    }
  },
  webgpu: ({ packed }, p, caps) => dequantizeKernel.program({ ...p, size: (sizeOf(packed.shape) * 32) / p.bits }, caps),
  wasm: ({ packed }, p) => dequantizeWasm.program({ ...p, size: (sizeOf(packed.shape) * 32) / p.bits }),
  vjp({ x: { packed, scales }, grad, p }) {
    // y is linear in the scales: dy/dscale of a group is its integers.
    const integers = apply(dequantizePrimitive, { packed, scales: onesLike(scales) }, p).y;
    return { scales: sum(reshape(mul(grad.y!, integers), [...scales.shape, p.groupSize]), 2) };
  },
  cases: [
    {
      name: "one group of bytes",
      inputs: packedInputs(1, 8, { bits: 8, groupSize: 8 }),
      params: { bits: 8, groupSize: 8 },
    },
    { name: "bytes", inputs: packedInputs(5, 96, { bits: 8, groupSize: 32 }), params: { bits: 8, groupSize: 32 } },
    { name: "half bytes", inputs: packedInputs(5, 96, { bits: 4, groupSize: 32 }), params: { bits: 4, groupSize: 32 } },
    {
      name: "a row per group of half bytes",
      inputs: packedInputs(3, 24, { bits: 4, groupSize: 24 }),
      params: { bits: 4, groupSize: 24 },
    },
    {
      name: "a projection",
      inputs: packedInputs(3352, 768, { bits: 8, groupSize: 32 }),
      params: { bits: 8, groupSize: 32 },
      bench: true,
    },
  ],
  cost: ({ packed, scales }, { bits }) => ({
    flops: 0,
    bytes: sizeOf(packed.shape) * (4 + 128 / bits) + 4 * sizeOf(scales.shape),
  }),
});

/**
 * A quantised weight as a tensor `[out, in]` of f32.
 *
 * @throws ConfigError, DTypeError for what is no quantised weight
 * @example
 * dequantize(quantize(Float32Array.of(7, -7, 0, 1, 2, 3, 4, 5), { shape: [1, 8], bits: 4, groupSize: 8 })); // [[7, -7, 0, 1, 2, 3, 4, 5]]
 */
export function dequantize(weight: QuantizedWeight): Tensor {
  requireArity("dequantize", arguments, 1);
  requireQuantized("dequantize", weight);
  const { packed, scales, bits, groupSize } = weight;
  return apply(dequantizePrimitive, { packed, scales }, { bits, groupSize }).y;
}
