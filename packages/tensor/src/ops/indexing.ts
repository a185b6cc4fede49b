// What the ops with an index tensor share: parameters, checks, and how halves get through.
import type { GatherType, IndexType, ScatterSpec } from "@x/kernels-wgsl";
import type { DType } from "../numbers/dtype.ts";
import { ShapeError } from "../errors.ts";
import type { IdRange } from "../device/lowering.ts";
import type { HostTensor, Spec } from "../primitive.ts";
import { showShape } from "../shape.ts";
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

/** The ids of the operand `index`, each in `[0, size)`. */
export function indexRange(op: string, size: number): readonly [IdRange<"index">] {
  return [{ op, input: "index", size }];
}

/**
 * What a GPU, whose next read raises, makes meanwhile of ids out of range: words of NaN. Integers have none, and read
 * the nearest valid element.
 */
export function missingWord(dtype: DType): { readonly missing?: number } {
  if (dtype === "f32") return { missing: 0x7fc00000 };
  return dtype === "f16" ? { missing: 0x7e007e00 } : dtype === "bf16" ? { missing: 0x7fc07fc0 } : {};
}

/** Raises where ids look into an axis without elements. */
export function requireElements(op: string, x: Spec, axis: number, ids: number): void {
  if (ids > 0 && x.shape[axis] === 0)
    throw new ShapeError(`${op}: axis ${axis} must have elements for ids to name; got shape ${showShape(x.shape)}.`, {
      op,
      got: x.shape,
    });
}

/** Halves as f32. */
export function widened(x: Tensor): Tensor {
  return x.dtype === "f16" || x.dtype === "bf16" ? cast(x, "f32") : x;
}

/** Sums of elements, in doubles for floats; integers wrap around as they are added. */
export function sumInto(y: HostTensor, add: (totals: HostTensor["data"]) => void): void {
  const isInteger = y.dtype === "i32" || y.dtype === "u32";
  const totals = isInteger ? y.data.fill(0) : new Float64Array(y.data.length);
  add(totals);
  if (!isInteger) y.data.set(totals);
}

/** The sizes and types of the adding kernels; undefined for f64. */
export function scatterSpec(x: Spec, index: Spec, p: IndexAddParams): ScatterSpec | undefined {
  if (x.dtype === "f64") return undefined;
  const { outer, n: m, inner } = blocksAround(x.shape, p.axis);
  return { type: x.dtype as GatherType, index: index.dtype as IndexType, outer, n: p.size, m, inner };
}
