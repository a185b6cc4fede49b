// Writing single elements, each to a position of its own along an axis: the inverse of gather.
import { type IndexType, scatter as kernel } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { type DType, dtypeBytes, requireDType } from "../numbers/dtype.ts";
import { checkOptions, ConfigError, DTypeError, ShapeError } from "../errors.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { tidy } from "../memory/scope.ts";
import { axisOf, sameShape, type Shape, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { onesLike, zerosLike } from "./creation.ts";
import { add, where } from "./elementwise.ts";
import { gather, scatterAdd } from "./gather.ts";
import { indexRange, type IndexParams } from "./indexing.ts";
import { pad, slice } from "./slice.ts";
import { blocksAround } from "./strided.ts";
import { requireArity } from "../arguments/require.ts";

const words: readonly DType[] = ["f32", "f64", "i32", "u32", "bool"];

/** y = x, with y[o, index[o, j, i], i] = source[o, j, i]; of several at one place the last j counts. */
export const scatterPrimitive: Primitive<"x" | "index" | "source", never, "y", IndexParams> = definePrimitive({
  name: "scatter",
  inputs: ["x", "index", "source"],
  outputs: ["y"],
  infer({ x, index, source }, p: IndexParams) {
    requireDType("scatter", "x", x.dtype, words);
    requireDType("scatter", "index", index.dtype, ["i32", "u32"]);
    if (source.dtype !== x.dtype)
      throw new DTypeError(
        `scatter: source must have x's dtype, ${x.dtype}; got ${source.dtype}. Convert with cast().`,
        {
          op: "scatter",
          expected: x.dtype,
          got: source.dtype,
        },
      );
    const fits = (shape: Shape): boolean =>
      shape.length === x.shape.length && shape.every((dim, i) => i === p.axis || dim === x.shape[i]);
    if (!fits(index.shape) || !sameShape(index.shape, source.shape))
      throw new ShapeError(
        `scatter: index and source must have one shape, that of x, ${showShape(x.shape)}, except on axis ${p.axis}; got ${showShape(index.shape)} and ${showShape(source.shape)}.`,
        { op: "scatter", shapes: { x: x.shape, index: index.shape, source: source.shape } },
      );
    return { y: { shape: x.shape, dtype: x.dtype } };
  },
  ids: ({ x }, p) => indexRange("scatter", x.shape[p.axis]!),
  cpu({ x, index, source }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    const m = index.shape[p.axis]!;
    y.data.set(x.data);
    for (let o = 0, at = 0; o < outer; o++) {
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < inner; i++, at++) y.data[(o * n + index.data[at]!) * inner + i] = source.data[at]!;
      }
    }
  },
  webgpu({ x, index }, p, caps) {
    if (dtypeBytes(x.dtype) !== 4) return undefined;
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    return kernel.program({ index: index.dtype as IndexType, outer, n, m: index.shape[p.axis]!, inner }, caps);
  },
  vjp: ({ x: { index, source }, grad: { y }, p, needs }) => ({
    x: y && needs("x") ? apply(scatterPrimitive, { x: y, index, source: zerosLike(source) }, p).y : undefined,
    source: y && needs("source") ? gather(y, p.axis, index) : undefined,
  }),
  cases: [
    {
      name: "one",
      inputs: { x: [3], index: { shape: [1], dtype: "i32", fill: { values: [2] } }, source: [1] },
      params: { axis: 0 },
    },
    {
      name: "rows",
      inputs: {
        x: [2, 5],
        index: { shape: [2, 3], dtype: "u32", fill: { values: [4, 0, 2, 1, 3, 0] } },
        source: [2, 3],
      },
      params: { axis: 1 },
    },
    {
      name: "repeated, along the middle",
      inputs: {
        x: [3, 4, 5],
        index: { shape: [3, 9, 5], dtype: "i32", fill: { integers: [0, 4] } },
        source: [3, 9, 5],
      },
      params: { axis: 1 },
      noGradCheck: "as in PyTorch, each of several sources at one place gets the gradient of that place",
    },
    {
      name: "long rows",
      inputs: {
        x: [64, 16384],
        index: { shape: [64, 16384], dtype: "i32", fill: { integers: [0, 16384] } },
        source: [64, 16384],
      },
      params: { axis: 1 },
      bench: true,
    },
  ],
  cost: ({ x, index }) => ({ flops: 0, bytes: 16 * sizeOf(x.shape) + 8 * sizeOf(index.shape) }),
});

/** Options of {@link scatter}. */
export interface ScatterOptions {
  /** What becomes of an element at an index: it is replaced ("set", default), or source's are added to it ("add"). */
  readonly mode?: "set" | "add";
}

/**
 * x with elements of source at positions of an index, one index for every element (torch.scatter, torch.scatter_add): y
 * = x, then y[o, index[o, j, i], i] = source[o, j, i], or += with `mode: "add"`. Of several at one place the last along
 * the axis counts, and "add" sums them in order: the same result on every run.
 *
 * @param x f32, f64, i32, u32 or bool ("add": not bool), one axis or more
 * @param axis negative ones count from the end
 * @param index i32 or u32; x's rank, and no larger than x on the other axes; ids outside of the axis raise: on
 *   the CPU at once, on a GPU at the next read
 * @param source x's dtype, index's shape; gets the gradient at its positions, x that at all others ("add": at all)
 * @returns x's shape and dtype
 * @throws ShapeError, DTypeError when index or source do not fit, or an id is outside of the axis; ConfigError for another mode
 * @example
 * scatter(zeros([3]), 0, tensor([2, 0], { dtype: "i32" }), tensor([5, 7]));   // [7, 0, 5]
 */
export function scatter(x: Tensor, axis: number, index: Tensor, source: Tensor, options: ScatterOptions = {}): Tensor {
  requireArity("scatter", arguments, 5);
  checkOptions("scatter", options, { mode: true });
  requireTensors("scatter", { x, index, source });
  const { mode = "set" } = options;
  if (mode !== "set" && mode !== "add") throw ConfigError.must("scatter", "mode", 'be "set" or "add"', mode);
  const along = axisOf("scatter", axis, x.shape.length);
  const smaller =
    index.shape.length === x.shape.length && index.shape.some((dim, i) => i !== along && dim < x.shape[i]!);
  return tidy(() => {
    if (!smaller) {
      if (mode === "set") return apply(scatterPrimitive, { x, index, source }, { axis: along }).y;
      scatterPrimitive.infer({ x, index, source }, { axis: along });
      return add(x, scatterAdd(source, along, index, x.shape[along]!));
    }
    // The part of x that index reaches, and the rest around it.
    const part = index.shape.with(along, x.shape[along]!);
    const reached = part.reduce((whole, dim, i) => slice(whole, i, 0, Math.min(dim, whole.shape[i]!)), x);
    const written = scatter(reached, along, index, source, options);
    const whole = (y: Tensor): Tensor => part.reduce((sum, dim, i) => pad(sum, i, 0, x.shape[i]! - dim), y);
    return where(cast(whole(onesLike(cast(written, "i32"))), "bool"), whole(written), x);
  });
}
