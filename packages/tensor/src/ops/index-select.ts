// Reading whole slices at positions given by a vector of ids: embedding, indexSelect, and indexAdd, the sum that is
// their gradient.
import { gatherWasm, indexAddWasm, type NumberType } from "@x/kernels-wasm";
import { type Caps, gather as kernel, type IndexType, type Program } from "@x/kernels-wgsl";
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
import { reshape } from "./reshape.ts";
import { blocksAround } from "./strided.ts";
import { opScope } from "../memory/op-scope.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity, requireCount } from "../arguments/require.ts";

function requireVector(op: string, index: Spec): void {
  requireDType(op, "index", index.dtype, ["i32", "u32"]);
  if (index.shape.length !== 1) {
    throw ShapeError.must(op, "index", "have one axis", index.shape, 1);
  }
}

/** Copies of whole 4-byte words; undefined where elements are neither words nor fill them. */
function selectProgram(x: Spec, index: Spec, axis: number, caps: Caps): Program | undefined {
  const { outer, n, inner } = blocksAround(x.shape, axis);
  const words = (inner * dtypeBytes(x.dtype)) / 4;
  if (x.dtype === "f64" || !Number.isInteger(words)) return undefined;
  return kernel.indexSelect(
    { index: index.dtype as IndexType, outer, n, m: index.shape[0]!, inner: words, ...missingWord(x.dtype) },
    caps,
  );
}

/** The axis that the index runs over, and the function that errors about ids name. */
interface IndexSelectParams extends IndexParams {
  readonly op?: string;
}

/** y[…, j, …] = x[…, index[j], …]. */
export const indexSelectPrimitive: Primitive<"x" | "index", never, "y", IndexSelectParams> = definePrimitive({
  name: "index_select",
  inputs: ["x", "index"],
  outputs: ["y"],
  infer({ x, index }, p: IndexSelectParams) {
    requireVector("indexSelect", index);
    requireElements("indexSelect", x, p.axis, index.shape[0]!);
    return { y: { shape: x.shape.with(p.axis, index.shape[0]!), dtype: x.dtype } };
  },
  ids: ({ x }, p) => indexRange(p.op ?? "indexSelect", x.shape[p.axis]!),
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
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
  wasm({ x, index }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    return gatherWasm.indexSelect({ outer, n, m: index.shape[0]!, inner: inner * dtypeBytes(x.dtype) });
  },
  vjp: ({ x: { x, index }, grad: { y }, p }) => ({
    x: y && cast(indexAdd(widened(y), p.axis, index, x.shape[p.axis]!), x.dtype),
  }),
  cases: [
    {
      name: "one",
      inputs: { x: [1, 1], index: { shape: [1], dtype: "i32", fill: { values: [0] } } },
      params: { axis: 0 },
    },
    {
      name: "rows, repeated",
      inputs: { x: [5, 7], index: { shape: [11], dtype: "i32", fill: { integers: [0, 5] } } },
      params: { axis: 0 },
    },
    {
      name: "rows in fours",
      inputs: { x: [5, 64], index: { shape: [67], dtype: "u32", fill: { integers: [0, 5] } } },
      params: { axis: 0 },
    },
    {
      name: "middle",
      inputs: { x: [2, 4, 3], index: { shape: [3], dtype: "i32", fill: { values: [3, 0, 3] } } },
      params: { axis: 1 },
    },
    {
      name: "halves",
      inputs: {
        x: { shape: [5, 6], dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } },
        index: { shape: [4], dtype: "i32", fill: { values: [4, 0, 4, 1] } },
      },
      params: { axis: 0 },
      noGradCheck: "no central differences in bf16",
    },
    {
      name: "halves of odd width",
      inputs: {
        x: { shape: [5, 3], dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } },
        index: { shape: [2], dtype: "i32", fill: { values: [4, 0] } },
      },
      params: { axis: 0 },
      noGradCheck: "no central differences in bf16",
    },
    {
      name: "tokens",
      inputs: { x: [50288, 768], index: { shape: [8192], dtype: "i32", fill: { integers: [0, 50288] } } },
      params: { axis: 0 },
      bench: true,
    },
  ],
  cost: ({ x, index }, p) => ({
    flops: 0,
    bytes: (8 * sizeOf(x.shape) * index.shape[0]!) / Math.max(1, x.shape[p.axis]!),
  }),
});

/** y[…, k, …] = Σ over all j with index[j] = k of x[…, j, …], in the order of j. */
export const indexAddPrimitive: Primitive<"x" | "index", never, "y", IndexAddParams> = definePrimitive({
  name: "index_add",
  inputs: ["x", "index"],
  outputs: ["y"],
  infer({ x, index }, p: IndexAddParams) {
    requireDType("indexAdd", "x", x.dtype, summable);
    requireVector("indexAdd", index);
    if (index.shape[0] !== x.shape[p.axis]) {
      throw new ShapeError(
        `indexAdd: there must be one id per position on axis ${p.axis} of ${showShape(x.shape)}; got ${index.shape[0]}.`,
        {
          op: "indexAdd",
          shapes: { x: x.shape, index: index.shape },
        },
      );
    }
    return { y: { shape: x.shape.with(p.axis, p.size), dtype: x.dtype } };
  },
  ids: (_x, p) => indexRange("indexAdd", p.size),
  cpu({ x, index }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    const [source, ids] = [x.data, index.data];
    sumInto(y, (totals) => {
      for (let o = 0, at = 0; o < outer; o++) {
        for (let j = 0; j < n; j++) {
          const to = (o * p.size + ids[j]!) * inner;
          for (let i = 0; i < inner; i++) totals[to + i]! += source[at++]!;
        }
      }
    });
  },
  webgpu({ x, index }, p, caps) {
    const spec = scatterSpec(x, index, p);
    return spec && kernel.indexAdd(spec, caps);
  },
  wasm({ x }, p) {
    const { outer, n: m, inner } = blocksAround(x.shape, p.axis);
    return indexAddWasm.program({ type: x.dtype as NumberType, outer, n: p.size, m, inner });
  },
  vjp: ({ x: { index }, grad: { y }, p }) => ({ x: y && indexSelect(y, p.axis, index) }),
  cases: [
    {
      name: "one",
      inputs: { x: [1, 1], index: { shape: [1], dtype: "i32", fill: { values: [0] } } },
      params: { axis: 0, size: 1 },
    },
    {
      name: "rows, some untouched",
      inputs: { x: [67, 7], index: { shape: [67], dtype: "i32", fill: { integers: [0, 9] } } },
      params: { axis: 0, size: 11 },
    },
    {
      name: "one row takes all",
      inputs: { x: [9, 64], index: { shape: [9], dtype: "u32", fill: { integers: [2, 3] } } },
      params: { axis: 0, size: 3 },
    },
    {
      name: "middle",
      inputs: { x: [2, 3, 5], index: { shape: [3], dtype: "i32", fill: { values: [3, 0, 3] } } },
      params: { axis: 1, size: 4 },
    },
    {
      name: "runs over several blocks",
      inputs: { x: [150, 8], index: { shape: [150], dtype: "i32", fill: { integers: [1, 3] } } },
      params: { axis: 0, size: 5 },
    },
    {
      name: "one run over whole blocks",
      inputs: { x: [2, 96, 3], index: { shape: [96], dtype: "u32", fill: { integers: [1, 2] } } },
      params: { axis: 1, size: 2 },
    },
    {
      name: "gradient of an embedding of bytes",
      inputs: { x: [8192, 256], index: { shape: [8192], dtype: "i32", fill: { integers: [0, 64] } } },
      params: { axis: 0, size: 256 },
      bench: true,
    },
    {
      name: "gradient of an embedding",
      inputs: { x: [8192, 768], index: { shape: [8192], dtype: "i32", fill: { integers: [0, 50288] } } },
      params: { axis: 0, size: 50288 },
      bench: true,
    },
  ],
  cost: ({ x }, p) => ({
    flops: sizeOf(x.shape),
    bytes: 4 * sizeOf(x.shape) * (1 + p.size / Math.max(1, x.shape[p.axis]!)),
  }),
});

/**
 * Elements of x at the positions `index` along an axis: y[…, j, …] = x[…, index[j], …].
 *
 * @param x any dtype
 * @param axis negative ones count from the end
 * @param index i32 or u32, [m], each in [0, size of the axis); the CPU raises about others at
 *   once, a GPU at the next read
 * @returns x's shape with m on `axis`
 * @throws ShapeError for an index with other than one axis, and for an id outside of the axis
 * @example
 * indexSelect(tensor([10, 20, 30]), 0, tensor([2, 0], { dtype: "i32" }));   // [30, 10]
 */
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor {
  requireArity("indexSelect", arguments, 3);
  requireTensors("indexSelect", { x, index });
  return apply(indexSelectPrimitive, { x, index }, { axis: axisOf("indexSelect", axis, x.shape.length) }).y;
}

/**
 * The gradient of {@link indexSelect}: zeros of `size` on `axis`, plus x's slices at the positions `index`, summed in
 * order (no atomics: the same bits on every run). Ids outside of [0, size) raise: on the CPU at once, on a GPU at the next
 * read.
 *
 * @param x `[…, m, …]`, f32, f64, i32 or u32
 * @param axis the axis of length m; negative ones count from the end
 * @param index `[m]`, i32 or u32, each in [0, size)
 * @returns x's shape with `size` on `axis`
 * @throws ShapeError, DTypeError when the arguments do not fit, or an id is outside of the range
 * @example
 * indexAdd(tensor([1, 2, 3]), 0, tensor([1, 1, 0], { dtype: "i32" }), 2); // [3, 3]
 */
export function indexAdd(x: Tensor, axis: number, index: Tensor, size: number): Tensor {
  requireArity("indexAdd", arguments, 4);
  requireTensors("indexAdd", { x, index });
  requireCount("indexAdd", "size", size);
  return apply(indexAddPrimitive, { x, index }, { axis: axisOf("indexAdd", axis, x.shape.length), size }).y;
}

/**
 * Rows of a table: y[…] = weight[ids[…]].
 *
 * @param weight [v, d]; rows of f16 or bf16 come out as f32
 * @param ids i32 or u32 of any shape, each in [0, v); the CPU raises about others at once, a GPU at the
 *   next read
 * @returns ids' shape followed by d
 * @throws ShapeError when weight is not a table, and for an id outside of it
 * @example
 * embedding(tensor([[1, 2], [3, 4]]), tensor([1, 1], { dtype: "i32" }));   // [[3, 4], [3, 4]]
 */
export function embedding(weight: Tensor, ids: Tensor): Tensor {
  requireArity("embedding", arguments, 2);
  return opScope("embedding", { weight, ids }, () => {
    if (weight.shape.length !== 2) throw ShapeError.must("embedding", "weight", "be a table [v, d]", weight.shape);
    const rows = apply(
      indexSelectPrimitive,
      { x: weight, index: reshape(ids, [ids.size]) },
      { axis: 0, op: "embedding" },
    );
    return reshape(widened(rows.y), [...ids.shape, weight.shape[1]!]);
  });
}
