// A checkpoint's weights as integers, made as they are read: beside the result, the host holds a block of rows.
import {
  float32ArrayOf,
  quantizedRows,
  type QuantizeParams,
  SAFETENSORS_DTYPES,
  tensorBytes,
  type TensorBytes,
} from "@x/tensor/core";
import { isQuantizable, packedName, scalesName, storedTensors } from "../quantization.ts";
import { tensorOf, type TensorSource } from "./sources.ts";

/** Elements of the rows that are read and widened at once. */
const BLOCK = 2 ** 21;

/**
 * The tensors of a quantised model, with the integers that a model gets which is loaded with `quantize`; what is not a projection stays as it is.
 *
 * Throws ConfigError where groups do not divide the rows of a weight.
 */
export async function quantizedTensors(
  tensors: ReadonlyMap<string, TensorSource>,
  quantization: QuantizeParams,
): Promise<Map<string, TensorBytes>> {
  const made = new Map<string, TensorBytes>();
  for (const [path, { shape }] of tensors) storedTensors(path, shape, quantization); // before anything is read
  for (const [path, source] of tensors) {
    if (!isQuantizable(path)) {
      made.set(path, await tensorOf(source));
      continue;
    }
    const { packed, scales } = await quantizedWeight(source, quantization);
    const [words, factors] = storedTensors(path, source.shape, quantization);
    made.set(packedName(path), tensorBytes("U32", words!.shape, packed));
    made.set(scalesName(path), tensorBytes("F32", factors!.shape, scales));
  }
  return made;
}

async function quantizedWeight(
  source: TensorSource,
  quantization: QuantizeParams,
): Promise<{ readonly packed: Uint32Array; readonly scales: Float32Array }> {
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
  return { packed, scales };
}
