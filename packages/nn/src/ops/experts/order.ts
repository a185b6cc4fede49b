// The tokens of each expert: what lets a product read an expert's weight once for all of them.
import { expertsWasm } from "@x/kernels-wasm";
import { experts as kernels } from "@x/kernels-wgsl";
import {
  apply,
  arange,
  argsort,
  cast,
  definePrimitive,
  type IdRange,
  lt,
  type Primitive,
  requireArity,
  requireCount,
  requireDType,
  requireTensors,
  reshape,
  ShapeError,
  sizeOf,
  type Spec,
  sum,
  type Tensor,
} from "@x/tensor/core";
import { orderCases } from "./cases.ts";
import type { ExpertOrderParams } from "./spec.ts";

/** Where the tokens of each expert are; see {@link groupByExpert}. */
export interface ExpertGroups {
  /** `[t·k]`, i32 */
  readonly order: Tensor;
  /** `[e + 1]`, i32 */
  readonly offsets: Tensor;
}

/** Raises unless `ids` are the experts of tokens. */
export function checkIds(op: string, ids: Spec): void {
  requireDType(op, "ids", ids.dtype, ["i32"]);
  if (ids.shape.length !== 2) throw ShapeError.must(op, "ids", "be [t, k], the experts of each token", ids.shape);
}

/** Ids are experts. @param known whether they were made or checked as such before */
export function expertRange(op: string, experts: number, known: boolean = false): [IdRange<"ids">] {
  return [{ op, input: "ids", must: "ids must be experts, in", size: experts, known }];
}

/** order [t·k]: positions in ids, sorted by expert and then by position. offsets [e + 1]: those of expert j are order[offsets[j] … offsets[j + 1]). */
export const expertOrderPrimitive: Primitive<"ids", never, "order" | "offsets", ExpertOrderParams> = definePrimitive({
  name: "expert_order",
  inputs: ["ids"],
  outputs: ["order", "offsets"],
  infer({ ids }, { experts }: ExpertOrderParams) {
    checkIds("groupByExpert", ids);
    return {
      order: { shape: [sizeOf(ids.shape)], dtype: "i32" },
      offsets: { shape: [experts + 1], dtype: "i32" },
    };
  },
  ids: (_x, { experts }) => expertRange("groupByExpert", experts),
  reference({ ids }, { experts }) {
    const size = sizeOf(ids.shape);
    const bounds = arange(0, experts + 1, 1, { dtype: "i32", device: ids.device });
    return {
      order: argsort(reshape(ids, [size])),
      offsets: sum(cast(lt(reshape(ids, [size, 1]), bounds), "i32"), 0),
    };
  },
  webgpu: ({ ids }, { experts }, caps) => kernels.order({ size: sizeOf(ids.shape), experts }, caps),
  wasm: ({ ids }, { experts }) => expertsWasm.order({ size: sizeOf(ids.shape), experts }),
  cases: orderCases,
  cost: ({ ids }) => ({ flops: 0, bytes: 8 * sizeOf(ids.shape) }),
});

/**
 * Sorts tokens by expert, on the device: nothing is read back.
 *
 * @param ids `[t, k]`, i32: the experts of each token; the CPU raises about one that is none at once, a GPU at the next read
 * @param experts e, their number
 * @returns `order` `[t·k]`, i32: positions in ids by expert, then by position; `offsets` `[e + 1]`, i32: those of expert j are `order[offsets[j] … offsets[j + 1])`
 * @throws ShapeError, DTypeError when ids are no experts of tokens; ConfigError unless `experts` is a count
 * @example
 * const { order, offsets } = groupByExpert(tensor([[1, 0], [0, 2]], { dtype: "i32" }), 3); // [1, 2, 0, 3], [0, 2, 3, 4]
 */
export function groupByExpert(ids: Tensor, experts: number): ExpertGroups {
  requireArity("groupByExpert", arguments, 2);
  requireTensors("groupByExpert", { ids });
  requireCount("groupByExpert", "experts", experts, 1);
  return apply(expertOrderPrimitive, { ids }, { experts });
}
