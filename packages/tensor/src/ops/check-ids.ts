// Ids that an op composed of others takes: looked at on their way, since none of the others knows what they name.
import { joinPrograms } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import type { IdRange } from "../device/lowering.ts";
import { requireDType } from "../numbers/dtype.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireCount, requireOptions, requireText } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { viewProgram } from "./copy-programs.ts";

/** The range that ids must lie in, and what errors say. */
export type CheckIdsParams = Omit<IdRange, "input">;

/** y = ids. */
export const checkIdsPrimitive: Primitive<"ids", never, "y", CheckIdsParams> = definePrimitive({
  name: "check_ids",
  inputs: ["ids"],
  outputs: ["y"],
  infer({ ids }, { op }: CheckIdsParams) {
    requireDType(op, "ids", ids.dtype, ["i32", "u32"]);
    return { y: { shape: ids.shape, dtype: ids.dtype } };
  },
  ids: (_x, p) => [{ ...p, input: "ids" }],
  cpu: ({ ids }, { y }) => y.data.set(ids.data),
  webgpu({ ids }, _p, caps) {
    const program = viewProgram(ids, { shape: [sizeOf(ids.shape)], strides: [1], offset: 0 }, caps);
    return program && joinPrograms([{ program, names: { x: "ids" } }]);
  },
  cases: [
    {
      name: "odd",
      inputs: { ids: { shape: [5, 7], dtype: "i32", fill: { integers: [0, 4] } } },
      params: { op: "check", size: 4 },
    },
    {
      name: "one that means nothing",
      inputs: { ids: { shape: [3], dtype: "i32", fill: { values: [-100, 0, 3] } } },
      params: { op: "check", size: 4, except: -100 },
    },
    {
      name: "words",
      inputs: { ids: { shape: [8], dtype: "u32", fill: { integers: [0, 9] } } },
      params: { op: "check", size: 9 },
    },
  ],
  cost: ({ ids }) => ({ flops: 0, bytes: 12 * sizeOf(ids.shape) }),
});

/**
 * Ids as they are, once it is known that they lie in [0, size): for an op composed of others that takes ids. The CPU raises about others at once, a GPU at the next read.
 *
 * @param op who takes them: errors name it
 * @param ids i32 or u32, any shape
 * @returns a copy of ids, without a gradient; only what reads it is sure of the range
 * @throws ShapeError for an id outside of the range; DTypeError for ids that are no integers;
 *   ConfigError for a size that is no whole number
 * @example
 * const ids = checkIds("permute", tensor([2, 0, 1], { dtype: "i32" }), { size: 3 });
 * console.log(indexSelect(tensor([10, 20, 30]), 0, ids).shape); // [3]
 */
export function checkIds(op: string, ids: Tensor, range: Omit<CheckIdsParams, "op">): Tensor {
  requireText("checkIds", "op", op);
  requireTensors(op, { ids });
  requireOptions(op, range, "range");
  requireCount(op, "size", range.size);
  return apply(checkIdsPrimitive, { ids }, { op, ...range }).y;
}
