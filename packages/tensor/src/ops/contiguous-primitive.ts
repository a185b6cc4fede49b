// The copy that makes a view dense, as a primitive. It is apart from the function `contiguous`, since `apply` itself
// makes such copies.
import { contiguousLowering } from "../device/contiguous.ts";
import { dtypeBytes } from "../numbers/dtype.ts";
import type { Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";

/** y = x in memory of its own. */
export const contiguousPrimitive: Primitive<"x", never, "y", undefined> = {
  ...contiguousLowering,
  vjp: ({ grad: { y } }) => ({ x: y }),
  cases: [
    { name: "odd", inputs: { x: [5, 7] }, params: undefined },
    { name: "vec4", inputs: { x: [2, 3, 8] }, params: undefined },
    { name: "heads", inputs: { x: [4096, 1536] }, params: undefined, bench: true },
  ],
  cost: ({ x }) => ({ flops: 0, bytes: 2 * dtypeBytes(x.dtype) * sizeOf(x.shape) }),
};
