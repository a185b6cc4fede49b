// An adapter written into a checkpoint's weights as they are read: the host holds some of their rows at a time.
import {
  type Device,
  float32ArrayOf,
  type QuantizeParams,
  SAFETENSORS_DTYPES,
  sizeOf,
  tensor,
  type TensorBytes,
  tidy,
} from "@x/tensor/core";
import { storedBytes, storedDType, writtenDType } from "../checkpoint/host.ts";
import type { TensorSource } from "../checkpoint/sources.ts";
import type { Adapter } from "./adapter.ts";
import { requireMergeable } from "./merge.ts";
import type { LayerAdapter } from "./slots.ts";

/** Elements of the rows that are read and changed at once. */
const BLOCK = 2 ** 20;

/**
 * The tensors of a checkpoint with an adapter written into them, the bits that `mergeAdapter` and `save` give: rows are merged when they are read, in the element type that the weight
 * has. The others stay as they are.
 *
 * @param sources by the paths of parameters
 * @param quantization of the integers among them
 * Throws ConfigError for what `mergeAdapter` refuses, before anything is read.
 */
export function mergedSources(
  sources: ReadonlyMap<string, TensorSource>,
  adapter: Adapter,
  quantization?: QuantizeParams,
): Map<string, TensorSource> {
  requireMergeable(adapter, (path) => (sources.has(path) ? undefined : quantization?.bits));
  const merged = new Map(sources);
  const { device } = adapter.modules[0]!.pair.a;
  for (const { path, adapter: change } of adapter.weights) {
    const source = sources.get(path)!;
    const dtype = writtenDType(source.dtype);
    const [rows, ...row] = source.shape as [number, ...number[]];
    const [readBytes, rowBytes] = [source.dtype, dtype].map((type) => sizeOf(row) * SAFETENSORS_DTYPES[type]) as [
      number,
      number,
    ];
    const step = source.atOnce ? rows : Math.max(1, Math.floor(BLOCK / sizeOf(row)));
    const rowsFrom = async (from: number, count: number): Promise<Uint8Array> => {
      const shape = [count, ...row];
      const bytes = await source.read(from * readBytes, (from + count) * readBytes);
      return mergedBytes({ dtype: source.dtype, shape, bytes }, change, from, device);
    };
    merged.set(path, {
      ...source,
      dtype,
      async read(start = 0, end = rows * rowBytes) {
        const [first, last] = [Math.floor(start / rowBytes), Math.ceil(end / rowBytes)];
        const whole = new Uint8Array((last - first) * rowBytes);
        for (let from = first; from < last; from += step)
          whole.set(await rowsFrom(from, Math.min(step, last - from)), (from - first) * rowBytes);
        return whole.subarray(start - first * rowBytes, end - first * rowBytes);
      },
    });
  }
  return merged;
}

async function mergedBytes(rows: TensorBytes, change: LayerAdapter, from: number, device: Device): Promise<Uint8Array> {
  const { shape, dtype } = rows;
  const merged = tidy(() => change.merged(tensor(float32ArrayOf(rows), { shape, device }), from));
  try {
    return storedBytes(storedDType(dtype), shape, (await merged.data()) as Float32Array).bytes;
  } finally {
    merged.dispose();
  }
}
