// What the ops with an index tensor share: parameters, checks, and how halves get through.
import type { GatherType, IndexType, ScatterSpec } from "@x/kernels-wgsl";
import type { DType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { HostTensor, Spec } from "../primitive.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { blocksAround } from "./strided.ts";

/** The axis that the index runs over. */
export interface IndexParams {
  readonly axis: number;
}

/** The axis that the index runs over, and its size in the result. */
export interface IndexAddParams extends IndexParams {
  readonly size: number;
}

/** Dtypes that can be added up. */
export const summable: readonly DType[] = ["f32", "f64", "i32", "u32"];

/** Raises a {@link ShapeError} that names the first index outside of `[0, size)`. On a GPU nobody looks: reads clamp, writes are dropped. */
export function checkIndex(op: string, index: HostTensor, size: number): void {
  for (let i = 0; i < index.data.length; i++) {
    const id = index.data[i]!;
    if (id < 0 || id >= size) {
      throw new ShapeError(`${op}: ids must lie in [0, ${size}); got ${id} at position ${i}.`, { op, expected: size, got: id });
    }
  }
}

/** Halves as f32. */
export function widened(x: Tensor): Tensor {
  return x.dtype === "f16" || x.dtype === "bf16" ? cast(x, "f32") : x;
}

/** The sizes and types of the adding kernels; undefined for f64. */
export function scatterSpec(x: Spec, index: Spec, p: IndexAddParams): ScatterSpec | undefined {
  if (x.dtype === "f64") return undefined;
  const { outer, n: m, inner } = blocksAround(x.shape, p.axis);
  return { type: x.dtype as GatherType, index: index.dtype as IndexType, outer, n: p.size, m, inner };
}
