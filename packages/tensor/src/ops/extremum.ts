// Largest and smallest elements with their positions. reduce.ts exports these next to the sums.
import { extremumWasm, type NumberType } from "@x/kernels-wasm";
import { reduce as kernel, type ReduceType } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireDType, numericDTypes } from "../numbers/dtype.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { axesOf, axisOf, reducedShape, type Shape, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { div, eq, mul } from "./elementwise.ts";
import { permute } from "./permute.ts";
import { reshape } from "./reshape.ts";
import { blocksAround } from "./strided.ts";
import { type ReduceOptions, sum } from "./sum.ts";
import { tidy } from "../memory/scope.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

/** Neighbouring axes from `first` to `last` inclusive. */
export interface ExtremumParams {
  readonly first: number;
  readonly last: number;
  readonly keepDims: boolean;
}

/**
 * y = extremum over a run of axes, NaN where there is one; index (i32) = where it first occurs, counted in row-major
 * order over that run.
 */
type ExtremumPrimitive = Primitive<"x", never, "y" | "index", ExtremumParams>;

function requireElements(op: string, shape: Shape, first: number, last: number): void {
  if (blocksAround(shape, first, last).n > 0) return;
  throw new ShapeError(`${op}: there must be an element to choose; got shape ${showShape(shape)}.`, { op, got: shape });
}

function extremumPrimitive(name: "max" | "min"): ExtremumPrimitive {
  const largest = name === "max";
  return definePrimitive({
    name,
    inputs: ["x"],
    outputs: ["y", "index"],
    infer({ x }, p: ExtremumParams) {
      requireDType(name, "x", x.dtype, ["f32", "f64", "i32", "u32"]);
      requireElements(name, x.shape, p.first, p.last);
      const axes = Array.from({ length: p.last - p.first + 1 }, (_, i) => p.first + i);
      const shape = reducedShape(x.shape, axes, p.keepDims);
      return { y: { shape, dtype: x.dtype }, index: { shape, dtype: "i32" } };
    },
    cpu({ x }, { y, index }, p) {
      const { outer, n, inner } = blocksAround(x.shape, p.first, p.last);
      const [source, values, positions] = [x.data, y.data, index.data];
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) {
          const start = o * n * inner + i;
          let best = source[start]!;
          let at = 0;
          for (let r = 1; r < n; r++) {
            const value = source[start + r * inner]!;
            if ((largest ? value > best : value < best) || (value !== value && best === best)) {
              best = value;
              at = r;
            }
          }
          values[o * inner + i] = best;
          positions[o * inner + i] = at;
        }
      }
    },
    webgpu({ x }, p, caps) {
      if (x.dtype === "f64") return undefined;
      return kernel.program(
        { op: name, type: x.dtype as ReduceType, steps: [blocksAround(x.shape, p.first, p.last)], index: true },
        caps,
      );
    },
    wasm: ({ x }, p) =>
      extremumWasm.program({ op: name, type: x.dtype as NumberType, ...blocksAround(x.shape, p.first, p.last) }),
    vjp({ x: { x }, y, grad, p }) {
      if (!grad.y) return {};
      const axes = Array.from({ length: p.last - p.first + 1 }, (_, i) => p.first + i);
      const kept = reducedShape(x.shape, axes, true);
      // A row whose extremum is NaN equals it nowhere: 0/0, NaN.
      const chosen = cast(eq(x, reshape(y.y, kept)), x.dtype);
      return { x: mul(chosen, div(reshape(grad.y, kept), sum(chosen, axes, { keepDims: true }))) };
    },
    cases: [
      { name: "one element", inputs: { x: [1] }, params: { first: 0, last: 0, keepDims: false } },
      { name: "rows of 63", inputs: { x: [3, 63] }, params: { first: 1, last: 1, keepDims: false } },
      { name: "rows of 65", inputs: { x: [2, 65] }, params: { first: 1, last: 1, keepDims: true } },
      { name: "rows of 257", inputs: { x: [3, 257] }, params: { first: 1, last: 1, keepDims: false } },
      { name: "columns", inputs: { x: [67, 5] }, params: { first: 0, last: 0, keepDims: false } },
      { name: "middle", inputs: { x: [3, 4, 2, 5] }, params: { first: 1, last: 2, keepDims: true } },
      { name: "two passes", inputs: { x: [8209] }, params: { first: 0, last: 0, keepDims: false } },
      {
        name: "ties",
        inputs: { x: { shape: [3, 70], fill: { integers: [0, 3] } } },
        params: { first: 1, last: 1, keepDims: false },
        noGradCheck: "the extremum has kinks where elements are equal",
      },
      { name: "logits", inputs: { x: [1024, 50288] }, params: { first: 1, last: 1, keepDims: false }, bench: true },
    ],
    cost: ({ x }) => ({ flops: sizeOf(x.shape), bytes: 4 * sizeOf(x.shape) }),
  });
}

/** Largest element and where it is first. */
export const maxPrimitive: ExtremumPrimitive = extremumPrimitive("max");
/** Smallest element and where it is first. */
export const minPrimitive: ExtremumPrimitive = extremumPrimitive("min");

function extremum(
  primitive: ExtremumPrimitive,
  x: Tensor,
  axes: number | readonly number[] | undefined,
  options: ReduceOptions,
): Tensor {
  requireTensors(primitive.name, { x });
  const over = axesOf(primitive.name, axes, x.shape.length);
  if (over.length === 0) return reshape(x, x.shape);
  const [first, last] = [over[0]!, over.at(-1)!];
  if (last - first + 1 === over.length)
    return tidy(() => apply(primitive, { x }, { first, last, keepDims: options.keepDims ?? false }).y);
  // Separate axes are moved together, so that equal elements share the gradient at any position.
  return tidy(() => {
    const rest = x.shape.map((_, i) => i).filter((axis) => !over.includes(axis));
    const { y } = apply(
      primitive,
      { x: permute(x, [...rest, ...over]) },
      { first: rest.length, last: x.shape.length - 1, keepDims: false },
    );
    return reshape(y, reducedShape(x.shape, over, options.keepDims ?? false));
  });
}

/**
 * Largest element over axes. Equal maxima share the gradient evenly, as in PyTorch's amax; where the result is NaN, so
 * is the gradient of all it was chosen from.
 *
 * @param x f32, f64, i32 or u32; integers are compared exactly; where there is a NaN, the result is NaN
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`)
 * @throws ShapeError when there is nothing to choose from
 * @example
 * max(tensor([[1, 4], [3, 2]]), 1);   // [4, 3]
 */
export function max(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  requireArity("max", arguments, 3);
  checkOptions("max", options, { keepDims: "boolean" });
  return extremum(maxPrimitive, x, axes, options);
}

/**
 * Smallest element over axes; ties and NaN as in {@link max}.
 *
 * @param x f32, f64, i32 or u32; integers are compared exactly; where there is a NaN, the result is NaN
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`)
 * @throws ShapeError when there is nothing to choose from
 * @example
 * min(tensor([[1, 4], [3, 2]]), 1); // [1, 2]
 */
export function min(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  requireArity("min", arguments, 3);
  checkOptions("min", options, { keepDims: "boolean" });
  return extremum(minPrimitive, x, axes, options);
}

function position(primitive: ExtremumPrimitive, x: Tensor, axis: number, options: ReduceOptions): Tensor {
  const op = `arg${primitive.name}`;
  checkOptions(op, options, { keepDims: "boolean" });
  requireTensors(op, { x });
  requireDType(op, "x", x.dtype, numericDTypes);
  const index = axisOf(op, axis, x.shape.length);
  requireElements(op, x.shape, index, index);
  return tidy(() => apply(primitive, { x }, { first: index, last: index, keepDims: options.keepDims ?? false }).index);
}

/**
 * Where the largest element along an axis is; the first of equal ones. NaN counts as larger than any number: the first
 * one is found.
 *
 * @returns i32, x's shape without `axis` (or with size 1 there: `keepDims`); has no gradient
 * @throws ShapeError when there is nothing to choose from; DTypeError for bool or halves
 * @example
 * argmax(tensor([[1, 4], [3, 2]]), -1);   // [1, 0]
 */
export function argmax(x: Tensor, axis: number, options: ReduceOptions = {}): Tensor {
  requireArity("argmax", arguments, 3);
  return position(maxPrimitive, x, axis, options);
}

/**
 * Where the smallest element along an axis is; the first of equal ones. NaN counts as smaller than any number: the
 * first one is found, as in PyTorch.
 *
 * @param x f32, f64, i32 or u32, one axis or more
 * @param axis negative ones count from the end
 * @returns i32, x's shape without `axis` (or with size 1 there: `keepDims`); has no gradient
 * @throws ShapeError when there is no such axis, or nothing to choose from; DTypeError for other dtypes
 * @example
 * argmin(tensor([[1, 4], [3, 2]]), -1);   // [0, 1]
 */
export function argmin(x: Tensor, axis: number, options: ReduceOptions = {}): Tensor {
  requireArity("argmin", arguments, 3);
  return position(minPrimitive, x, axis, options);
}
