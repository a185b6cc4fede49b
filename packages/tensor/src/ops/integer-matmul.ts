// Products of integer matrices; matmul.ts calls it for i32 and u32.
import { integerMatmulWasm } from "@x/kernels-wasm";
import { integerMatmul as kernel } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { type DType, requireDType } from "../numbers/dtype.ts";
import { ShapeError } from "../errors.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { broadcastShapes, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { differ } from "./elementwise/promotion.ts";
import { transpose } from "./permute.ts";
import { reshape } from "./reshape.ts";
import { broadcastTo } from "./sum.ts";

const integers: readonly DType[] = ["i32", "u32"];

/** c[b, i, j] = Σ_k a[b, i, k]·b[b, k, j] of integers, modulo 2³². */
export const integerMatmulPrimitive: Primitive<"a" | "b", never, "c", undefined> = definePrimitive({
  name: "integer_matmul",
  inputs: ["a", "b"],
  outputs: ["c"],
  infer({ a, b }) {
    requireDType("matmul", "a", a.dtype, integers);
    if (a.dtype !== b.dtype) throw differ("matmul", a.dtype, b.dtype);
    const [batch, m, k] = a.shape as [number, number, number];
    if (b.shape[0] !== batch || b.shape[1] !== k)
      throw new ShapeError(
        `matmul: columns of a must equal rows of b; got a ${showShape(a.shape)} and b ${showShape(b.shape)}.`,
        { op: "matmul", shapes: { a: a.shape, b: b.shape } },
      );
    return { c: { shape: [batch, m, b.shape[2]!], dtype: a.dtype } };
  },
  // As words: products and sums of u32 have the bits of those of i32.
  cpu({ a, b }, { c }) {
    const [batch, m, k] = a.shape as [number, number, number];
    const n = b.shape[2]!;
    const [left, right, sums] = [a, b, c].map(
      ({ data }) => new Int32Array(data.buffer, data.byteOffset, data.length),
    ) as [Int32Array, Int32Array, Int32Array];
    sums.fill(0);
    for (let row = 0; row < batch * m; row++) {
      const to = sums.subarray(row * n, (row + 1) * n);
      const from = Math.floor(row / m) * k * n;
      for (let r = 0; r < k; r++) addMultiple(to, left[row * k + r]!, right, from + r * n);
    }
  },
  webgpu({ a, b }, _p, caps) {
    const [batch, m, k] = a.shape as [number, number, number];
    return kernel.program({ type: a.dtype as "i32" | "u32", batch, m, n: b.shape[2]!, k }, caps);
  },
  wasm({ a, b }) {
    const [batch, m, k] = a.shape as [number, number, number];
    return integerMatmulWasm.program({ batch, m, n: b.shape[2]!, k });
  },
  cases: (["i32", "u32"] as const).map((dtype) => ({
    name: `of ${dtype}`,
    inputs: {
      a: { shape: [3, 9, 19], dtype, fill: { integers: [dtype === "i32" ? -70000 : 0, 70000] } },
      b: { shape: [3, 19, 17], dtype, fill: { integers: [0, 70000] } },
    },
    params: undefined,
    noGradCheck: "integers have no gradient",
  })),
  cost: ({ a, b }) => ({ flops: 2 * sizeOf(a.shape) * b.shape[2]!, bytes: 4 * (sizeOf(a.shape) + sizeOf(b.shape)) }),
});

/** to += factor·b[start …] */
function addMultiple(to: Int32Array, factor: number, b: Int32Array, start: number): void {
  for (let j = 0; j < to.length; j++) to[j] = to[j]! + Math.imul(factor, b[start + j]!);
}

/** The product of […, m, k] and […, k, n], batch axes broadcast. */
export function integerProduct(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const [left, right] = [transposeA ? transpose(a) : a, transposeB ? transpose(b) : b];
  const batch = broadcastShapes("matmul", left.shape.slice(0, -2), right.shape.slice(0, -2));
  const flat = (x: Tensor): Tensor =>
    reshape(broadcastTo(x, [...batch, ...x.shape.slice(-2)]), [sizeOf(batch), ...x.shape.slice(-2)]);
  const { c } = apply(integerMatmulPrimitive, { a: flat(left), b: flat(right) }, undefined);
  return reshape(c, [...batch, ...c.shape.slice(-2)]);
}
