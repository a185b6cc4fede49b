// Sorting along an axis: one primitive gives the elements in order and where they were.
import { gather as gatherKernel, joinPrograms, sort as kernel, type SortType } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { type DType, dtypeBytes, type HostArray, requireDType } from "../numbers/dtype.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireArity, requireCount } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { tidy } from "../memory/scope.ts";
import { axisOf, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { zerosLike } from "./creation.ts";
import type { ValuesAndIndices } from "./cumulative.ts";
import { scatterPrimitive } from "./scatter.ts";
import { slice } from "./slice.ts";
import { orderOf } from "./sort-order.ts";
import { blocksAround } from "./strided.ts";

/** The axis and the direction. */
export interface SortParams {
  readonly axis: number;
  readonly descending: boolean;
}

const sortable: readonly DType[] = ["f32", "f64", "i32", "u32", "bool"];

/** y = x in order along an axis; index (i32) = where each element was. */
export const sortPrimitive: Primitive<"x", never, "y" | "index", SortParams> = definePrimitive({
  name: "sort",
  inputs: ["x"],
  outputs: ["y", "index"],
  infer({ x }, _p: SortParams) {
    requireDType("sort", "x", x.dtype, sortable);
    return { y: { shape: x.shape, dtype: x.dtype }, index: { shape: x.shape, dtype: "i32" } };
  },
  cpu({ x }, { y, index }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    const line = x.data.slice(0, n) as HostArray;
    for (let o = 0; o < outer * inner; o++) {
      const start = Math.floor(o / inner) * n * inner + (o % inner);
      for (let r = 0; r < n; r++) line[r] = x.data[start + r * inner]!;
      const order = orderOf(line, p.descending);
      for (let r = 0; r < n; r++) {
        y.data[start + r * inner] = line[order[r]!]!;
        index.data[start + r * inner] = order[r]!;
      }
    }
  },
  webgpu({ x }, p, caps) {
    if (dtypeBytes(x.dtype) !== 4) return undefined;
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    const type = (x.dtype === "bool" ? "u32" : x.dtype) as SortType;
    return joinPrograms([
      { program: kernel.program({ type, outer, n, inner, descending: p.descending }, caps), names: {} },
      { program: gatherKernel.program({ index: "i32", outer, n, m: n, inner }, caps), names: {} },
    ]);
  },
  vjp: ({ x: { x }, y: { index }, grad: { y }, p }) => ({
    x: y && apply(scatterPrimitive, { x: zerosLike(x), index, source: y }, { axis: p.axis }).y,
  }),
  cases: [
    { name: "one element", inputs: { x: [1] }, params: { axis: 0, descending: false } },
    { name: "rows of 7", inputs: { x: [5, 7] }, params: { axis: 1, descending: true } },
    { name: "columns", inputs: { x: [33, 3] }, params: { axis: 0, descending: false } },
    {
      name: "rows of 1500",
      inputs: { x: [2, 1500] },
      params: { axis: 1, descending: false },
      noGradCheck: "neighbours change places within the step of the differences",
    },
    {
      name: "a long row",
      inputs: { x: [5000] },
      params: { axis: 0, descending: true },
      noGradCheck: "neighbours change places within the step of the differences",
    },
    {
      name: "ties",
      inputs: { x: { shape: [2, 70, 3], dtype: "i32", fill: { integers: [-2, 3] } } },
      params: { axis: 1, descending: true },
      noGradCheck: "integers only",
    },
    { name: "logits", inputs: { x: [8, 50288] }, params: { axis: 1, descending: true }, bench: true },
  ],
  cost: ({ x }) => ({ flops: 0, bytes: 12 * sizeOf(x.shape) }),
});

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** From the largest to the smallest. Default false. */
  readonly descending?: boolean;
}

function sorted(op: string, x: Tensor, axis: number, options: SortOptions): { y: Tensor; index: Tensor } {
  checkOptions(op, options, { descending: "boolean" });
  requireTensors(op, { x });
  requireDType(op, "x", x.dtype, sortable);
  const params = { axis: axisOf(op, axis, x.shape.length), descending: options.descending ?? false };
  return apply(sortPrimitive, { x }, params);
}

/**
 * Elements in order along an axis. Equal elements keep their order in both directions; NaN counts as larger than any
 * number, as in PyTorch. The gradient of each goes to where it was.
 *
 * @param x f32, f64, i32, u32 or bool, one axis or more
 * @param axis negative ones count from the end; default the last
 * @returns `values` of x's shape and dtype, and `indices` (i32) of x's shape: where each was along the axis
 * @throws DTypeError for other dtypes; ShapeError when there is no such axis
 * @example
 * sort(tensor([3, 1, 2])).values;   // [1, 2, 3]
 */
export function sort(x: Tensor, axis: number = -1, options: SortOptions = {}): ValuesAndIndices {
  requireArity("sort", arguments, 3);
  const { y: values, index: indices } = sorted("sort", x, axis, options);
  return { values, indices };
}

/**
 * Where the elements in order are along an axis: `indices` of {@link sort}.
 *
 * @param x f32, f64, i32, u32 or bool, one axis or more
 * @param axis negative ones count from the end; default the last
 * @returns i32 of x's shape; has no gradient
 * @throws DTypeError for other dtypes; ShapeError when there is no such axis
 * @example
 * argsort(tensor([3, 1, 2]));   // [1, 2, 0]
 */
export function argsort(x: Tensor, axis: number = -1, options: SortOptions = {}): Tensor {
  requireArity("argsort", arguments, 3);
  return tidy(() => sorted("argsort", x, axis, options).index);
}

/** Options of {@link topk}. */
export interface TopKOptions {
  /** The largest (default), or the smallest. */
  readonly largest?: boolean;
}

/**
 * The k largest elements along an axis, the largest first; of equal ones those that come first. NaN counts as larger
 * than any number.
 *
 * @param x f32, f64, i32, u32 or bool, one axis or more
 * @param k from 0 to the length of the axis
 * @param axis negative ones count from the end; default the last
 * @returns `values` of x's dtype and `indices` (i32), of x's shape with k elements along the axis
 * @throws DTypeError for other dtypes; ShapeError when there is no such axis, or k is larger than it
 * @example
 * topk(tensor([3, 1, 2]), 2).values;   // [3, 2]
 */
export function topk(x: Tensor, k: number, axis: number = -1, options: TopKOptions = {}): ValuesAndIndices {
  requireArity("topk", arguments, 4);
  checkOptions("topk", options, { largest: "boolean" });
  requireTensors("topk", { x });
  requireCount("topk", "k", k);
  const along = axisOf("topk", axis, x.shape.length);
  if (k > x.shape[along]!)
    throw new ShapeError(`topk: k must be at most ${x.shape[along]}, the length of axis ${along}; got ${k}.`, {
      op: "topk",
      got: showShape(x.shape),
    });
  return tidy(() => {
    const { y, index } = sorted("topk", x, along, { descending: options.largest ?? true });
    return { values: slice(y, along, 0, k), indices: slice(index, along, 0, k) };
  });
}
