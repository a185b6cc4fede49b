// Integers and scales of rows of floats, on the host.
import { DTypeError, ShapeError } from "../errors.ts";
import { requireArity, requireOptions } from "../arguments/require.ts";
import { type QuantizeParams, requireGroups } from "./quantized-weight.ts";

/**
 * The integers and scales of whole rows of a weight, on the host: those that `quantize` gives these rows, whatever
 * rows are around them.
 *
 * @param weight row-major [rows, inputs]
 * @returns packed [rows, inputs · bits / 32] and scales [rows, inputs / groupSize], flat
 * @throws DTypeError for no Float32Array; ShapeError when it does not hold whole rows or groups do not divide rows
 * @example
 * const { scales } = quantizedRows(Float32Array.of(7, 0, 0, 0, 0, 0, 0, 0), 8, { bits: 4, groupSize: 8 }); // [1]
 */
export function quantizedRows(
  weight: Float32Array,
  inputs: number,
  params: QuantizeParams,
): { readonly packed: Uint32Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } {
  requireArity("quantizedRows", arguments, 3);
  if (!(weight instanceof Float32Array)) throw DTypeError.must("quantizedRows", "weight", "be a Float32Array", weight);
  requireOptions("quantizedRows", params, "params");
  requireGroups("quantizedRows", inputs, params);
  if (weight.length % inputs !== 0)
    throw ShapeError.must("quantizedRows", "weight", `be whole rows of ${inputs} numbers`, weight.length, inputs);
  const { bits, groupSize } = params;
  const most = 2 ** (bits - 1) - 1;
  const perWord = 32 / bits;
  const mask = 2 ** bits - 1;
  const packed = new Uint32Array(weight.length / perWord);
  const scales = new Float32Array(weight.length / groupSize);
  for (let group = 0; group < scales.length; group++) {
    const begin = group * groupSize;
    let largest = 0;
    for (let i = begin; i < begin + groupSize; i++) largest = Math.max(largest, Math.abs(weight[i]!));
    scales[group] = largest / most;
    const scale = scales[group]!;
    if (scale === 0) continue;
    for (let i = begin; i < begin + groupSize; i++) {
      const integer = Math.max(-most, Math.min(most, Math.round(weight[i]! / scale)));
      packed[Math.floor(i / perWord)]! |= (integer & mask) << ((i % perWord) * bits);
    }
  }
  return { packed, scales };
}
