// Reading single elements, each at a position of its own: gather, and scatterAdd, the sum that is its gradient.
import { gatherWasm, indexAddWasm, type NumberType } from "@x/kernels-wasm";
import { gather as kernel, type IndexType } from "@x/kernels-wgsl";
import { dtypeBytes, requireDType } from "../numbers/dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive, type Spec } from "../primitive.ts";
import { axisOf, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import {
  indexRange,
  type IndexAddParams,
  type IndexParams,
  missingWord,
  requireElements,
  scatterSpec,
  summable,
  sumInto,
  widened,
} from "./indexing.ts";
import { slice } from "./slice.ts";
import { blocksAround } from "./strided.ts";
import { tidy } from "../memory/scope.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity, requireCount } from "../arguments/require.ts";

function requireSameButAxis(op: string, x: Spec, index: Spec, axis: number): void {
  requireDType(op, "index", index.dtype, ["i32", "u32"]);
  if (index.shape.length !== x.shape.length || index.shape.some((dim, i) => i !== axis && dim !== x.shape[i])) {
    throw new ShapeError(
      `${op}: index must have x's shape ${showShape(x.shape)} except on axis ${axis}; got ${showShape(index.shape)}.`,
      {
        op,
        shapes: { x: x.shape, index: index.shape },
      },
    );
  }
}

/** y[o, j, i] = x[o, index[o, j, i], i], for x read as [outer, axis, inner]. */
export const gatherPrimitive: Primitive<"x" | "index", never, "y", IndexParams> = definePrimitive({
  name: "gather",
  inputs: ["x", "index"],
  outputs: ["y"],
  infer({ x, index }, p: IndexParams) {
    requireSameButAxis("gather", x, index, p.axis);
    requireElements("gather", x, p.axis, sizeOf(index.shape));
    return { y: { shape: index.shape, dtype: x.dtype } };
  },
  ids: ({ x }, p) => indexRange("gather", x.shape[p.axis]!),
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    const m = index.shape[p.axis]!;
    for (let o = 0, out = 0; o < outer; o++) {
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < inner; i++, out++) y.data[out] = x.data[(o * n + index.data[out]!) * inner + i]!;
      }
    }
  },
  // halves go through f32
  reference: ({ x, index }, p) => ({ y: cast(gather(widened(x), p.axis, index), x.dtype) }),
  webgpu({ x, index }, p, caps) {
    if (dtypeBytes(x.dtype) !== 4) return undefined;
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    return kernel.program(
      { index: index.dtype as IndexType, outer, n, m: index.shape[p.axis]!, inner, ...missingWord(x.dtype) },
      caps,
    );
  },
  wasm({ x, index }, p) {
    if (dtypeBytes(x.dtype) !== 4) return undefined;
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    return gatherWasm.program({ outer, n, m: index.shape[p.axis]!, inner });
  },
  vjp: ({ x: { x, index }, grad: { y }, p }) => ({
    x: y && cast(scatterAdd(widened(y), p.axis, index, x.shape[p.axis]!), x.dtype),
  }),
  cases: [
    {
      name: "one",
      inputs: { x: [1], index: { shape: [1], dtype: "i32", fill: { values: [0] } } },
      params: { axis: 0 },
    },
    {
      name: "one per row",
      inputs: { x: [67, 5], index: { shape: [67, 1], dtype: "i32", fill: { integers: [0, 5] } } },
      params: { axis: 1 },
    },
    {
      name: "repeated",
      inputs: { x: [3, 4, 5], index: { shape: [3, 6, 5], dtype: "u32", fill: { integers: [0, 4] } } },
      params: { axis: 1 },
    },
    {
      name: "targets",
      inputs: { x: [1024, 50288], index: { shape: [1024, 1], dtype: "i32", fill: { integers: [0, 50288] } } },
      params: { axis: 1 },
      bench: true,
    },
  ],
  cost: ({ index }) => ({ flops: 0, bytes: 12 * sizeOf(index.shape) }),
});

/** y[o, k, i] = Σ over all j with index[o, j, i] = k of x[o, j, i], in the order of j. */
export const scatterAddPrimitive: Primitive<"x" | "index", never, "y", IndexAddParams> = definePrimitive({
  name: "scatter_add",
  inputs: ["x", "index"],
  outputs: ["y"],
  infer({ x, index }, p: IndexAddParams) {
    requireDType("scatterAdd", "x", x.dtype, summable);
    requireSameButAxis("scatterAdd", x, index, -1);
    return { y: { shape: x.shape.with(p.axis, p.size), dtype: x.dtype } };
  },
  ids: (_x, p) => indexRange("scatterAdd", p.size),
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    sumInto(y, (totals) => {
      for (let o = 0, at = 0; o < outer; o++) {
        for (let j = 0; j < n; j++) {
          for (let i = 0; i < inner; i++, at++) totals[(o * p.size + index.data[at]!) * inner + i]! += x.data[at]!;
        }
      }
    });
  },
  webgpu({ x, index }, p, caps) {
    const spec = scatterSpec(x, index, p);
    return spec && kernel.scatterAdd(spec, caps);
  },
  wasm({ x }, p) {
    const { outer, n: m, inner } = blocksAround(x.shape, p.axis);
    return indexAddWasm.scatter({ type: x.dtype as NumberType, outer, n: p.size, m, inner });
  },
  vjp: ({ x: { index }, grad: { y }, p }) => ({ x: y && gather(y, p.axis, index) }),
  cases: [
    {
      name: "one",
      inputs: { x: [1], index: { shape: [1], dtype: "i32", fill: { values: [0] } } },
      params: { axis: 0, size: 1 },
    },
    {
      name: "one per row",
      inputs: { x: [67, 1], index: { shape: [67, 1], dtype: "i32", fill: { integers: [0, 5] } } },
      params: { axis: 1, size: 5 },
    },
    {
      name: "repeated",
      inputs: { x: [3, 6, 5], index: { shape: [3, 6, 5], dtype: "u32", fill: { integers: [0, 4] } } },
      params: { axis: 1, size: 4 },
    },
    {
      name: "gradient of targets",
      inputs: { x: [1024, 1], index: { shape: [1024, 1], dtype: "i32", fill: { integers: [0, 50288] } } },
      params: { axis: 1, size: 50288 },
      bench: true,
    },
  ],
  cost: ({ x }, p) => ({
    flops: sizeOf(x.shape),
    bytes: 4 * sizeOf(x.shape) * (2 + p.size / Math.max(1, x.shape[p.axis]!)),
  }),
});

/**
 * Picks along an axis, with an index of its own for every place (torch.gather): y[o, j, i] = x[o, index[o, j, i], i].
 *
 * @param x any dtype
 * @param axis negative ones count from the end
 * @param index i32 or u32; x's rank, and no larger than x on the other axes; ids outside of the axis raise: on
 *   the CPU at once, on a GPU at the next read
 * @returns index's shape
 * @throws ShapeError when index does not fit, or an id is outside of the axis
 * @example
 * gather(tensor([[1, 2], [3, 4]]), 1, tensor([[1], [0]], { dtype: "i32" }));   // [[2], [3]]
 */
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  requireArity("gather", arguments, 3);
  requireTensors("gather", { x, index });
  const along = axisOf("gather", axis, x.shape.length);
  return tidy(() => {
    let source = x;
    if (index.shape.length === x.shape.length) {
      index.shape.forEach((dim, i) => {
        if (i !== along && dim < x.shape[i]!) source = slice(source, i, 0, dim);
      });
    }
    return apply(gatherPrimitive, { x: source, index }, { axis: along }).y;
  });
}

/**
 * The gradient of {@link gather}: zeros of `size` on `axis`, plus every element of x at its index, summed in order.
 *
 * @param x `[…]`, f32, f64, i32 or u32
 * @param index i32 or u32 of x's shape; ids outside of [0, size) raise: on the CPU at once, on a GPU at
 *   the next read
 * @throws ShapeError, DTypeError when the arguments do not fit; ShapeError for an id outside of the range
 * @example
 * scatterAdd(tensor([1, 2, 3]), 0, tensor([1, 1, 0], { dtype: "i32" }), 2);   // [3, 3]
 */
export function scatterAdd(x: Tensor, axis: number, index: Tensor, size: number): Tensor {
  requireArity("scatterAdd", arguments, 4);
  requireTensors("scatterAdd", { x, index });
  requireCount("scatterAdd", "size", size);
  return apply(scatterAddPrimitive, { x, index }, { axis: axisOf("scatterAdd", axis, x.shape.length), size }).y;
}
