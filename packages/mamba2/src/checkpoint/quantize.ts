// A checkpoint's weights as integers, made as they are read: beside those of one weight, the host holds a block of rows.
import { float32ArrayOf, quantizedRows, type QuantizeParams, SAFETENSORS_DTYPES } from "@x/tensor/core";
import { isQuantizable, packedName, scalesName, storedTensors } from "../model/quantization.ts";
import type { TensorSource } from "./sources.ts";

/** Elements of the rows that are read and widened at once. */
const BLOCK = 2 ** 21;

/**
 * The tensors of a quantised model, with the integers that a model gets which is loaded with `quantize`; what is not a projection stays as it is. The integers of a weight are made when
 * they are read, and kept until its scales are.
 *
 * Throws ConfigError where groups do not divide the rows of a weight.
 */
export function quantizedSources(
  tensors: ReadonlyMap<string, TensorSource>,
  quantization: QuantizeParams,
): Map<string, TensorSource> {
  const made = new Map<string, TensorSource>();
  for (const [path, source] of tensors) {
    const stored = storedTensors(path, source.shape, quantization);
    if (!isQuantizable(path)) {
      made.set(path, source);
      continue;
    }
    let weight: Promise<QuantizedBytes> | undefined;
    const part = (which: keyof QuantizedBytes, dtype: "U32" | "F32", shape: readonly number[]): TensorSource => ({
      dtype,
      shape,
      atOnce: true,
      async read(start, end) {
        weight ??= quantizedWeight(source, quantization);
        const bytes = (await weight)[which];
        if (which === "scales") weight = undefined; // they come last
        return bytes.subarray(start, end);
      },
    });
    made.set(packedName(path), part("packed", "U32", stored[0]!.shape));
    made.set(scalesName(path), part("scales", "F32", stored[1]!.shape));
  }
  return made;
}

/** The bytes of a weight's integers and of their factors. */
interface QuantizedBytes {
  readonly packed: Uint8Array;
  readonly scales: Uint8Array;
}

async function quantizedWeight(source: TensorSource, quantization: QuantizeParams): Promise<QuantizedBytes> {
  const { dtype, shape } = source;
  const inputs = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const width = SAFETENSORS_DTYPES[dtype];
  const packed = new Uint32Array((rows * inputs * quantization.bits) / 32);
  const scales = new Float32Array((rows * inputs) / quantization.groupSize);
  const step = source.atOnce ? rows : Math.max(1, Math.floor(BLOCK / inputs));
  for (let row = 0; row < rows; row += step) {
    const count = Math.min(step, rows - row);
    const bytes = await source.read(row * inputs * width, (row + count) * inputs * width);
    const values = float32ArrayOf({ dtype, shape: [count, inputs], bytes });
    const block = quantizedRows(values, inputs, quantization);
    packed.set(block.packed, (row / rows) * packed.length);
    scales.set(block.scales, (row / rows) * scales.length);
  }
  return { packed: new Uint8Array(packed.buffer), scales: new Uint8Array(scales.buffer) };
}
