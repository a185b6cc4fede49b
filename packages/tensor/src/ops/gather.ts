// Reading and adding at positions given by an index tensor: embedding, indexSelect, gather, and the sums that are their gradients.
import { type Caps, gather as kernel, type GatherType, type IndexType, type Program } from "@x/kernels-wgsl";
import { type DType, dtypeBytes, requireDType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply, definePrimitive, type HostTensor, type Primitive, type Spec } from "../primitive.ts";
import { axisOf, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { reshape, slice } from "./shape-ops.ts";
import { blocksAround } from "./strided.ts";

/** The axis that the index runs over. */
export interface IndexParams {
  readonly axis: number;
}

/** The axis that the index runs over, and its size in the result. */
export interface IndexAddParams extends IndexParams {
  readonly size: number;
}

const numeric: readonly DType[] = ["f32", "f64", "i32", "u32"];

/** Raises a {@link ShapeError} that names the first index outside of `[0, size)`. On a GPU nobody looks: reads clamp, writes are dropped. */
function checkIndex(op: string, index: HostTensor, size: number): void {
  for (let i = 0; i < index.data.length; i++) {
    const id = index.data[i]!;
    if (id < 0 || id >= size) {
      throw new ShapeError(`${op}: ids must lie in [0, ${size}); got ${id} at position ${i}.`, { op, expected: size, got: id });
    }
  }
}

/** Halves as f32. */
function widened(x: Tensor): Tensor {
  return x.dtype === "f16" || x.dtype === "bf16" ? cast(x, "f32") : x;
}

function requireVector(op: string, index: Spec): void {
  requireDType(op, "index", index.dtype, ["i32", "u32"]);
  if (index.shape.length !== 1) {
    throw new ShapeError(`${op}: index must have one axis; got ${showShape(index.shape)}.`, { op, expected: 1, got: index.shape });
  }
}

/** Copies of whole 4-byte words; undefined where elements are neither words nor fill them. */
function selectProgram(x: Spec, index: Spec, axis: number, caps: Caps): Program | undefined {
  const { outer, n, inner } = blocksAround(x.shape, axis);
  const words = (inner * dtypeBytes(x.dtype)) / 4;
  if (x.dtype === "f64" || !Number.isInteger(words)) return undefined;
  return kernel.indexSelect({ index: index.dtype as IndexType, outer, n, m: index.shape[0]!, inner: words }, caps);
}

/** The sizes and types of the adding kernels; undefined for f64. */
function scatterSpec(x: Spec, index: Spec, p: IndexAddParams): Parameters<typeof kernel.scatterAdd>[0] | undefined {
  if (x.dtype === "f64") return undefined;
  const { outer, n: m, inner } = blocksAround(x.shape, p.axis);
  return { type: x.dtype as GatherType, index: index.dtype as IndexType, outer, n: p.size, m, inner };
}

/** y[…, j, …] = x[…, index[j], …]. */
export const indexSelectPrimitive: Primitive<"x" | "index", never, "y", IndexParams> = definePrimitive({
  name: "index_select",
  inputs: ["x", "index"],
  outputs: ["y"],
  infer({ x, index }, p: IndexParams) {
    requireVector("indexSelect", index);
    return { y: { shape: x.shape.with(p.axis, index.shape[0]!), dtype: x.dtype } };
  },
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    checkIndex("indexSelect", index, n);
    const [source, target, ids] = [x.data, y.data, index.data];
    for (let o = 0, out = 0; o < outer; o++) {
      for (let j = 0; j < ids.length; j++, out += inner) {
        const from = (o * n + ids[j]!) * inner;
        if (inner >= 16) target.set(source.subarray(from, from + inner), out);
        else for (let i = 0; i < inner; i++) target[out + i] = source[from + i]!;
      }
    }
  },
  // halves that do not fill whole words go through f32
  reference: ({ x, index }, p) => ({ y: cast(indexSelect(widened(x), p.axis, index), x.dtype) }),
  webgpu: ({ x, index }, p, caps) => selectProgram(x, index, p.axis, caps),
  vjp: ({ x: { x, index }, grad: { y }, p }) => ({ x: y && cast(indexAdd(widened(y), p.axis, index, x.shape[p.axis]!), x.dtype) }),
  cases: [
    { name: "one", inputs: { x: { shape: [1, 1] }, index: { shape: [1], dtype: "i32", fill: { values: [0] } } }, params: { axis: 0 } },
    { name: "rows, repeated", inputs: { x: { shape: [5, 7] }, index: { shape: [11], dtype: "i32", fill: { integers: [0, 5] } } }, params: { axis: 0 } },
    { name: "rows in fours", inputs: { x: { shape: [5, 64] }, index: { shape: [67], dtype: "u32", fill: { integers: [0, 5] } } }, params: { axis: 0 } },
    { name: "middle", inputs: { x: { shape: [2, 4, 3] }, index: { shape: [3], dtype: "i32", fill: { values: [3, 0, 3] } } }, params: { axis: 1 } },
    {
      name: "halves", inputs: { x: { shape: [5, 6], dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } }, index: { shape: [4], dtype: "i32", fill: { values: [4, 0, 4, 1] } } },
      params: { axis: 0 }, noGradCheck: "no central differences in bf16",
    },
    {
      name: "halves of odd width", inputs: { x: { shape: [5, 3], dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } }, index: { shape: [2], dtype: "i32", fill: { values: [4, 0] } } },
      params: { axis: 0 }, noGradCheck: "no central differences in bf16",
    },
    {
      name: "tokens", inputs: { x: { shape: [50288, 768] }, index: { shape: [8192], dtype: "i32", fill: { integers: [0, 50288] } } }, params: { axis: 0 },
      bench: true,
    },
  ],
  cost: ({ x, index }, p) => ({ flops: 0, bytes: (8 * sizeOf(x.shape) * index.shape[0]!) / Math.max(1, x.shape[p.axis]!) }),
});

/** y[…, k, …] = Σ over all j with index[j] = k of x[…, j, …], in the order of j. */
export const indexAddPrimitive: Primitive<"x" | "index", never, "y", IndexAddParams> = definePrimitive({
  name: "index_add",
  inputs: ["x", "index"],
  outputs: ["y"],
  infer({ x, index }, p: IndexAddParams) {
    requireDType("indexAdd", "x", x.dtype, numeric);
    requireVector("indexAdd", index);
    if (index.shape[0] !== x.shape[p.axis]) {
      throw new ShapeError(`indexAdd: there must be one id per position on axis ${p.axis} of ${showShape(x.shape)}; got ${index.shape[0]}.`, {
        op: "indexAdd", shapes: { x: x.shape, index: index.shape },
      });
    }
    return { y: { shape: x.shape.with(p.axis, p.size), dtype: x.dtype } };
  },
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    checkIndex("indexAdd", index, p.size);
    const [source, ids] = [x.data, index.data];
    const totals = new Float64Array(y.data.length);
    for (let o = 0, at = 0; o < outer; o++) {
      for (let j = 0; j < n; j++) {
        const to = (o * p.size + ids[j]!) * inner;
        for (let i = 0; i < inner; i++) totals[to + i]! += source[at++]!;
      }
    }
    y.data.set(totals);
  },
  webgpu({ x, index }, p, caps) {
    const spec = scatterSpec(x, index, p);
    return spec && kernel.indexAdd(spec, caps);
  },
  vjp: ({ x: { index }, grad: { y }, p }) => ({ x: y && indexSelect(y, p.axis, index) }),
  cases: [
    { name: "one", inputs: { x: { shape: [1, 1] }, index: { shape: [1], dtype: "i32", fill: { values: [0] } } }, params: { axis: 0, size: 1 } },
    { name: "rows, some untouched", inputs: { x: { shape: [67, 7] }, index: { shape: [67], dtype: "i32", fill: { integers: [0, 9] } } }, params: { axis: 0, size: 11 } },
    { name: "one row takes all", inputs: { x: { shape: [9, 64] }, index: { shape: [9], dtype: "u32", fill: { integers: [2, 3] } } }, params: { axis: 0, size: 3 } },
    { name: "middle", inputs: { x: { shape: [2, 3, 5] }, index: { shape: [3], dtype: "i32", fill: { values: [3, 0, 3] } } }, params: { axis: 1, size: 4 } },
    {
      name: "gradient of an embedding", inputs: { x: { shape: [8192, 768] }, index: { shape: [8192], dtype: "i32", fill: { integers: [0, 50288] } } },
      params: { axis: 0, size: 50288 }, bench: true,
    },
  ],
  cost: ({ x }, p) => ({ flops: sizeOf(x.shape), bytes: 4 * sizeOf(x.shape) * (1 + p.size / Math.max(1, x.shape[p.axis]!)) }),
});

function requireSameButAxis(op: string, x: Spec, index: Spec, axis: number): void {
  requireDType(op, "index", index.dtype, ["i32", "u32"]);
  if (index.shape.length !== x.shape.length || index.shape.some((dim, i) => i !== axis && dim !== x.shape[i])) {
    throw new ShapeError(`${op}: index must have x's shape ${showShape(x.shape)} except on axis ${axis}; got ${showShape(index.shape)}.`, {
      op, shapes: { x: x.shape, index: index.shape },
    });
  }
}

/** y[o, j, i] = x[o, index[o, j, i], i], for x read as [outer, axis, inner]. */
export const gatherPrimitive: Primitive<"x" | "index", never, "y", IndexParams> = definePrimitive({
  name: "gather",
  inputs: ["x", "index"],
  outputs: ["y"],
  infer({ x, index }, p: IndexParams) {
    requireSameButAxis("gather", x, index, p.axis);
    return { y: { shape: index.shape, dtype: x.dtype } };
  },
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    checkIndex("gather", index, n);
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
    return kernel.program({ index: index.dtype as IndexType, outer, n, m: index.shape[p.axis]!, inner }, caps);
  },
  vjp: ({ x: { x, index }, grad: { y }, p }) => ({ x: y && cast(scatterAdd(widened(y), p.axis, index, x.shape[p.axis]!), x.dtype) }),
  cases: [
    { name: "one", inputs: { x: { shape: [1] }, index: { shape: [1], dtype: "i32", fill: { values: [0] } } }, params: { axis: 0 } },
    { name: "one per row", inputs: { x: { shape: [67, 5] }, index: { shape: [67, 1], dtype: "i32", fill: { integers: [0, 5] } } }, params: { axis: 1 } },
    { name: "repeated", inputs: { x: { shape: [3, 4, 5] }, index: { shape: [3, 6, 5], dtype: "u32", fill: { integers: [0, 4] } } }, params: { axis: 1 } },
    {
      name: "targets", inputs: { x: { shape: [1024, 50288] }, index: { shape: [1024, 1], dtype: "i32", fill: { integers: [0, 50288] } } },
      params: { axis: 1 }, bench: true,
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
    requireDType("scatterAdd", "x", x.dtype, numeric);
    requireSameButAxis("scatterAdd", x, index, -1);
    return { y: { shape: x.shape.with(p.axis, p.size), dtype: x.dtype } };
  },
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    checkIndex("scatterAdd", index, p.size);
    const totals = new Float64Array(y.data.length);
    for (let o = 0, at = 0; o < outer; o++) {
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < inner; i++, at++) totals[(o * p.size + index.data[at]!) * inner + i]! += x.data[at]!;
      }
    }
    y.data.set(totals);
  },
  webgpu({ x, index }, p, caps) {
    const spec = scatterSpec(x, index, p);
    return spec && kernel.scatterAdd(spec, caps);
  },
  vjp: ({ x: { index }, grad: { y }, p }) => ({ x: y && gather(y, p.axis, index) }),
  cases: [
    { name: "one", inputs: { x: { shape: [1] }, index: { shape: [1], dtype: "i32", fill: { values: [0] } } }, params: { axis: 0, size: 1 } },
    { name: "one per row", inputs: { x: { shape: [67, 1] }, index: { shape: [67, 1], dtype: "i32", fill: { integers: [0, 5] } } }, params: { axis: 1, size: 5 } },
    { name: "repeated", inputs: { x: { shape: [3, 6, 5] }, index: { shape: [3, 6, 5], dtype: "u32", fill: { integers: [0, 4] } } }, params: { axis: 1, size: 4 } },
    {
      name: "gradient of targets", inputs: { x: { shape: [1024, 1] }, index: { shape: [1024, 1], dtype: "i32", fill: { integers: [0, 50288] } } },
      params: { axis: 1, size: 50288 }, bench: true,
    },
  ],
  cost: ({ x }, p) => ({ flops: sizeOf(x.shape), bytes: 4 * sizeOf(x.shape) * (2 + p.size / Math.max(1, x.shape[p.axis]!)) }),
});

/**
 * Elements of x at the positions `index` along an axis: y[…, j, …] = x[…, index[j], …].
 *
 * @param x any dtype
 * @param axis negative ones count from the end
 * @param index i32 or u32, [m], each in [0, size of the axis); outside of it the CPU raises, a GPU reads the nearest valid element
 * @returns x's shape with m on `axis`
 * @throws ShapeError for an index with other than one axis
 * @example
 * indexSelect(tensor([10, 20, 30]), 0, tensor([2, 0], { dtype: "i32" }));   // [30, 10]
 */
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor {
  return apply(indexSelectPrimitive, { x, index }, { axis: axisOf("indexSelect", axis, x.shape.length) }).y;
}

/**
 * The gradient of {@link indexSelect}: zeros of `size` on `axis`, plus x's slices at the positions `index`, summed in order (no
 * atomics: the same bits on every run). Ids outside of [0, size) raise on the CPU and are dropped on a GPU.
 */
export function indexAdd(x: Tensor, axis: number, index: Tensor, size: number): Tensor {
  return apply(indexAddPrimitive, { x, index }, { axis: axisOf("indexAdd", axis, x.shape.length), size }).y;
}

/**
 * Rows of a table: y[…] = weight[ids[…]].
 *
 * @param weight [v, d]
 * @param ids i32 or u32 of any shape, each in [0, v); outside of it the CPU raises, a GPU reads the nearest valid row
 * @returns ids' shape followed by d
 * @throws ShapeError when weight is not a table
 * @example
 * embedding(tensor([[1, 2], [3, 4]]), tensor([1, 1], { dtype: "i32" }));   // [[3, 4], [3, 4]]
 */
export function embedding(weight: Tensor, ids: Tensor): Tensor {
  if (weight.shape.length !== 2) {
    throw new ShapeError(`embedding: weight must be a table [v, d]; got ${showShape(weight.shape)}.`, { op: "embedding", got: weight.shape });
  }
  return reshape(indexSelect(weight, 0, reshape(ids, [ids.size])), [...ids.shape, weight.shape[1]!]);
}

/**
 * Picks along an axis, with an index of its own for every place (torch.gather): y[o, j, i] = x[o, index[o, j, i], i].
 *
 * @param x any dtype
 * @param axis negative ones count from the end
 * @param index i32 or u32; x's rank, and no larger than x on the other axes; values as in {@link indexSelect}
 * @returns index's shape
 * @throws ShapeError when index does not fit
 * @example
 * gather(tensor([[1, 2], [3, 4]]), 1, tensor([[1], [0]], { dtype: "i32" }));   // [[2], [3]]
 */
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  const along = axisOf("gather", axis, x.shape.length);
  let source = x;
  if (index.shape.length === x.shape.length) {
    index.shape.forEach((dim, i) => {
      if (i !== along && dim < x.shape[i]!) source = slice(source, i, 0, dim);
    });
  }
  return apply(gatherPrimitive, { x: source, index }, { axis: along }).y;
}

/**
 * The gradient of {@link gather}: zeros of `size` on `axis`, plus every element of x at its index, summed in order.
 *
 * @param index i32 or u32 of x's shape; ids outside of [0, size) raise on the CPU and are dropped on a GPU
 * @example
 * scatterAdd(tensor([1, 2, 3]), 0, tensor([1, 1, 0], { dtype: "i32" }), 2);   // [3, 3]
 */
export function scatterAdd(x: Tensor, axis: number, index: Tensor, size: number): Tensor {
  return apply(scatterAddPrimitive, { x, index }, { axis: axisOf("scatterAdd", axis, x.shape.length), size }).y;
}

