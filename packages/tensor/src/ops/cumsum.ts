// Running sums along an axis.
import { cumsumWasm, type NumberType } from "@x/kernels-wasm";
import { cumsum as kernel, type CumsumType } from "@x/kernels-wgsl";
import { requireDType } from "../numbers/dtype.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { axisOf, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { blocksAround } from "./strided.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { checkOptions } from "../errors.ts";
import { requireArity } from "../arguments/require.ts";

/** Options of {@link cumsum}. */
export interface CumsumOptions {
  /** Sum from the end of the axis. Default false. */
  readonly reverse?: boolean;
  /** Leave out the element itself: the first result is 0. Default false. */
  readonly exclusive?: boolean;
}

/** {@link CumsumOptions} with nothing left open. */
export interface CumsumParams extends Required<CumsumOptions> {
  readonly axis: number;
}

/** y[r] = x[0] + … + x[r] along an axis. */
export const cumsumPrimitive: Primitive<"x", never, "y", CumsumParams> = definePrimitive({
  name: "cumsum",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, _p: CumsumParams) {
    requireDType("cumsum", "x", x.dtype, ["f32", "f64", "i32", "u32"]);
    return { y: { shape: x.shape, dtype: x.dtype } };
  },
  cpu({ x }, { y }, { axis, reverse, exclusive }) {
    const { outer, n, inner } = blocksAround(x.shape, axis);
    const stride = reverse ? -inner : inner;
    const integers = x.dtype === "i32" || x.dtype === "u32"; // modulo 2^32, however many there are
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let at = (o * n + (reverse ? n - 1 : 0)) * inner + i;
        let total = 0;
        for (let r = 0; r < n; r++, at += stride) {
          const next = integers ? (total + x.data[at]!) | 0 : total + x.data[at]!;
          y.data[at] = exclusive ? total : next;
          total = next;
        }
      }
    }
  },
  webgpu({ x }, { axis, reverse, exclusive }, caps) {
    return x.dtype === "f64"
      ? undefined
      : kernel.program({ type: x.dtype as CumsumType, ...blocksAround(x.shape, axis), reverse, exclusive }, caps);
  },
  wasm: ({ x }, { axis, reverse, exclusive }) =>
    cumsumWasm.program({ type: x.dtype as NumberType, ...blocksAround(x.shape, axis), reverse, exclusive }),
  vjp: ({ grad: { y }, p }) => ({ x: y && apply(cumsumPrimitive, { x: y }, { ...p, reverse: !p.reverse }).y }),
  cases: [
    { name: "one element", inputs: { x: [1] }, params: { axis: 0, reverse: false, exclusive: false } },
    { name: "rows of 63", inputs: { x: [3, 63] }, params: { axis: 1, reverse: false, exclusive: false } },
    { name: "rows of 257", inputs: { x: [2, 257] }, params: { axis: 1, reverse: true, exclusive: false } },
    { name: "rows of 1031", inputs: { x: [2, 1031] }, params: { axis: 1, reverse: false, exclusive: true } },
    { name: "columns", inputs: { x: [7, 5] }, params: { axis: 0, reverse: true, exclusive: true } },
    { name: "middle", inputs: { x: [2, 5, 3] }, params: { axis: 1, reverse: false, exclusive: false } },
    {
      name: "decays of chunks",
      inputs: { x: [24, 32, 256] },
      params: { axis: 2, reverse: false, exclusive: false },
      bench: true,
    },
  ],
  cost: ({ x }) => ({ flops: sizeOf(x.shape), bytes: 8 * sizeOf(x.shape) }),
});

/**
 * Running sum along an axis: y[r] = x[0] + … + x[r]. Sums of f32 keep their digits as those of `sum` do; integers wrap
 * around.
 *
 * @param x f32, f64, i32 or u32
 * @param axis negative ones count from the end
 * @returns x's shape
 * @throws ShapeError for an axis that x has not; DTypeError for another dtype
 * @example
 * cumsum(tensor([1, 2, 3]), 0);                        // [1, 3, 6]
 * cumsum(tensor([1, 2, 3]), 0, { reverse: true });     // [6, 5, 3]
 */
export function cumsum(x: Tensor, axis: number, options: CumsumOptions = {}): Tensor {
  requireArity("cumsum", arguments, 3);
  checkOptions("cumsum", options, { reverse: "boolean", exclusive: "boolean" });
  requireTensors("cumsum", { x });
  const { reverse = false, exclusive = false } = options;
  return apply(cumsumPrimitive, { x }, { axis: axisOf("cumsum", axis, x.shape.length), reverse, exclusive }).y;
}
