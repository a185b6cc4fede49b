// Sum of squares: the global norm of many tensors and the factor that clips it, computed on the device.
import { sumSquaresWasm } from "@x/kernels-wasm";
import { sumSquares as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  definePrimitive,
  div,
  indexedNames,
  joinAdjacent,
  minimum,
  mul,
  opScope,
  type Primitive,
  requireArity,
  requireDType,
  requireFloats,
  requireNumber,
  requireTensorList,
  ShapeError,
  sizeOf,
  sqrt,
  square,
  sum,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import { checkSpec } from "../norm-checks.ts";

/** y = Σ x² (+ previous). */
export const sumSquaresPrimitive: Primitive<"x", "previous", "y", undefined> = definePrimitive({
  name: "sum_squares",
  inputs: ["x"],
  optional: ["previous"],
  outputs: ["y"],
  infer({ x, previous }, _p: undefined) {
    requireDType("sumSquares", "x", x.dtype, ["f32", "f64"]);
    if (previous) checkSpec("sumSquares", "previous", previous, [], x.dtype);
    return { y: { shape: [], dtype: x.dtype } };
  },
  reference({ x, previous }) {
    const total = sum(square(x));
    return { y: previous ? add(previous, total) : total };
  },
  webgpu: ({ x, previous }, _p, caps) =>
    kernels.program({ size: sizeOf(x.shape), previous: previous !== undefined }, caps),
  wasm: ({ x, previous }) => sumSquaresWasm.program({ size: sizeOf(x.shape), previous: previous !== undefined }),
  vjp: ({ x: { x }, grad: { y } }) => (y ? { x: mul(x, mul(y, 2)), previous: y } : {}),
  cases: [
    sumCase("one element", [1], false),
    sumCase("63 elements, previous", [63], true),
    sumCase("64 elements", [8, 8], false),
    sumCase("1031 elements, two steps", [1031], true),
    sumCase("4100 elements, two steps", [41, 100], false),
    { ...sumCase("130m embedding", [50288, 768], true), bench: true },
  ],
  cost: ({ x }) => ({ flops: 2 * sizeOf(x.shape), bytes: 4 * sizeOf(x.shape) }),
});

function sumCase(
  name: string,
  shape: readonly number[],
  previous: boolean,
): (typeof sumSquaresPrimitive)["cases"][number] {
  return { name, inputs: { x: shape, ...(previous && { previous: [] }) }, params: undefined };
}

/**
 * Euclidean norm of all elements of all tensors together, `√(Σ over tensors Σ x²)`: one call per tensor, or per page of an arena that holds them. Partial sums in a
 * fixed order: the same bits on every run.
 *
 * @param tensors at least one, f32 (f64 on the CPU), all of one dtype and device
 * @returns a scalar on their device
 * @throws ShapeError for an empty list; DTypeError when one is no float tensor
 * @example
 * globalNorm([tensor([3]), tensor([[0, 4]])]);   // 5
 */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  requireArity("globalNorm", arguments, 1);
  requireTensorList("globalNorm", "tensors", tensors);
  if (tensors.length === 0)
    throw new ShapeError("globalNorm: there must be at least 1 tensor; got none.", { op: "globalNorm", got: 0 });
  return opScope("globalNorm", indexedNames("tensors", tensors), () => {
    const joined = joinAdjacent(tensors.map((tensor) => [tensor]));
    const total = joined.reduce<Tensor | undefined>(
      (previous, { tensors: [x] }) => apply(sumSquaresPrimitive, { x: x!, previous }, undefined).y,
      undefined,
    );
    return sqrt(total!);
  });
}

/**
 * The factor that brings a norm down to `maxNorm`: `min(1, maxNorm / (norm + 1e-6))`, on the device. Optimizers take it as `gradScale`, so clipping
 * costs no pass over the gradients.
 *
 * @param norm a scalar, f32 or f64
 * @throws ConfigError unless maxNorm is above 0; DTypeError when norm is no float tensor
 * @example
 * clipCoefficient(globalNorm([tensor([3]), tensor([[0, 4]])]), 1);   // 0.2
 */
export function clipCoefficient(norm: Tensor, maxNorm: number): Tensor {
  requireArity("clipCoefficient", arguments, 2);
  requireFloats("clipCoefficient", { norm });
  requireNumber("clipCoefficient", "maxNorm", maxNorm, "a number above 0", (value) => value > 0);
  if (norm.size !== 1) throw ShapeError.must("clipCoefficient", "norm", "be a scalar", norm.shape);
  return tidy(() => minimum(div(maxNorm, add(norm, 1e-6)), 1));
}
