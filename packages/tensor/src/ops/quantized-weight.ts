// A quantised weight as it is held: its integers, its scales, and the check of both.
import { requireDType } from "../numbers/dtype.ts";
import { ShapeError } from "../errors.ts";
import type { Spec } from "../primitive.ts";
import { requireOptions } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { sameShape, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** How a weight is quantised. */
export interface QuantizeParams {
  readonly bits: 8 | 4;
  /** so many neighbours of a row share a scale; a multiple of 8 */
  readonly groupSize: number;
}

/** Raises a {@link ShapeError} unless rows of `inputs` numbers are whole groups. */
export function requireGroups(op: string, inputs: number, { bits, groupSize }: QuantizeParams): void {
  if (bits !== 8 && bits !== 4)
    throw new ShapeError(`${op}: bits must be 8 or 4; got ${String(bits)}.`, { op, expected: [8, 4], got: bits });
  if (Number.isInteger(groupSize) && groupSize > 0 && groupSize % 8 === 0 && inputs % groupSize === 0) return;
  throw new ShapeError(
    `${op}: groupSize must be a multiple of 8 that divides the rows of the weight, ${inputs}; got ${groupSize}.`,
    {
      op,
      expected: inputs,
      got: groupSize,
    },
  );
}

/** A weight [out, in] as integers and scales: weight[j, k] ≈ integer[j, k] · scales[j, k / groupSize]. */
export interface QuantizedWeight extends QuantizeParams {
  readonly shape: readonly [outputs: number, inputs: number];
  /** u32 [out, in · bits / 32]; two's complement, the first number of a word in its lowest bits */
  readonly packed: Tensor;
  /** f32 [out, in / groupSize] */
  readonly scales: Tensor;
}

/** The shape [out, in] of what is packed. */
export function weightShape(
  op: string,
  packed: Spec,
  scales: Spec,
  p: QuantizeParams,
): [outputs: number, inputs: number] {
  requireDType(op, "packed", packed.dtype, ["u32"]);
  requireDType(op, "scales", scales.dtype, ["f32", "f64"]);
  const [outputs, words] = packed.shape as [number, number];
  const inputs = (words * 32) / p.bits;
  if (packed.shape.length !== 2) throw ShapeError.must(op, "packed", "have two axes", packed.shape);
  requireGroups(op, inputs, p);
  if (scales.shape.length !== 2 || scales.shape[0] !== outputs || scales.shape[1] !== inputs / p.groupSize) {
    throw new ShapeError(
      `${op}: scales must be [${outputs},${inputs / p.groupSize}], one per group of ${p.groupSize}; got ${showShape(scales.shape)}.`,
      {
        op,
        expected: [outputs, inputs / p.groupSize],
        got: scales.shape,
      },
    );
  }
  return [outputs, inputs];
}

/**
 * Raises unless `weight` is what {@link quantize} makes: living tensors of one device, and shapes, bits and groups that
 * agree.
 *
 * @param weight packed `[out, in · bits / 32]`, u32, and scales `[out, in / groupSize]`, f32 or f64
 * @throws ConfigError, DTypeError or ShapeError that names the field
 * @example
 * requireQuantized("load", quantize(new Float32Array(64), { shape: [2, 32] }));
 */
export function requireQuantized(op: string, weight: QuantizedWeight): void {
  requireOptions(op, weight, "weight");
  const { packed, scales, shape } = weight;
  requireTensors(op, { "weight.packed": packed, "weight.scales": scales });
  const held = weightShape(op, packed, scales, weight);
  if (!sameShape(held, shape))
    throw ShapeError.must(op, "weight.shape", `be ${showShape(held)}, which weight.packed holds`, shape, held);
}
