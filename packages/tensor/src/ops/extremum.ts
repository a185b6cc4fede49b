// Largest and smallest elements with their positions. reduce.ts exports these next to the sums.
import { extremumWasm, type NumberType } from "@x/kernels-wasm";
import { reduce as kernel, type ReduceType } from "@x/kernels-wgsl";
import { apply, definePrimitive, type Primitive } from "../primitive.ts";
import { requireDType } from "../dtype.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { axesOf, axisOf, reducedShape, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { scatterAdd } from "./gather.ts";
import { reshape } from "./shape-ops.ts";
import { blocksAround } from "./strided.ts";
import type { ReduceOptions } from "./reduce.ts";
import { tidy } from "../scope.ts";
import { requireTensors } from "../require.ts";

/** Neighbouring axes from `first` to `last` inclusive. */
export interface ExtremumParams {
  readonly first: number;
  readonly last: number;
  readonly keepDims: boolean;
}

/** y = extremum over a run of axes, NaN where there is one; index (i32) = where it first occurs, counted in row-major order over that run. */
type ExtremumPrimitive = Primitive<"x", never, "y" | "index", ExtremumParams>;

function extremumPrimitive(name: "max" | "min"): ExtremumPrimitive {
  const largest = name === "max";
  return definePrimitive({
    name,
    inputs: ["x"],
    outputs: ["y", "index"],
    infer({ x }, p: ExtremumParams) {
      requireDType(name, "x", x.dtype, ["f32", "f64", "i32", "u32"]);
      if (blocksAround(x.shape, p.first, p.last).n === 0) {
        throw new ShapeError(`${name}: there must be an element to choose; got shape ${showShape(x.shape)}.`, { op: name, got: x.shape });
      }
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
      return kernel.program({ op: name, type: x.dtype as ReduceType, steps: [blocksAround(x.shape, p.first, p.last)], index: true }, caps);
    },
    wasm: ({ x }, p) => extremumWasm.program({ op: name, type: x.dtype as NumberType, ...blocksAround(x.shape, p.first, p.last) }),
    vjp({ x: { x }, y, grad, p }) {
      if (!grad.y) return {};
      const { outer, n, inner } = blocksAround(x.shape, p.first, p.last);
      const flat = scatterAdd(reshape(grad.y, [outer, 1, inner]), 1, reshape(y.index, [outer, 1, inner]), n);
      return { x: reshape(flat, x.shape) };
    },
    cases: [
      { name: "one element", inputs: { x: { shape: [1] } }, params: { first: 0, last: 0, keepDims: false } },
      { name: "rows of 63", inputs: { x: { shape: [3, 63] } }, params: { first: 1, last: 1, keepDims: false } },
      { name: "rows of 65", inputs: { x: { shape: [2, 65] } }, params: { first: 1, last: 1, keepDims: true } },
      { name: "rows of 257", inputs: { x: { shape: [3, 257] } }, params: { first: 1, last: 1, keepDims: false } },
      { name: "columns", inputs: { x: { shape: [67, 5] } }, params: { first: 0, last: 0, keepDims: false } },
      { name: "middle", inputs: { x: { shape: [3, 4, 2, 5] } }, params: { first: 1, last: 2, keepDims: true } },
      { name: "two passes", inputs: { x: { shape: [8209] } }, params: { first: 0, last: 0, keepDims: false } },
      {
        name: "ties", inputs: { x: { shape: [3, 70], fill: { integers: [0, 3] } } }, params: { first: 1, last: 1, keepDims: false },
        noGradCheck: "the extremum has kinks where elements are equal",
      },
      { name: "logits", inputs: { x: { shape: [1024, 50288] } }, params: { first: 1, last: 1, keepDims: false }, bench: true },
    ],
    cost: ({ x }) => ({ flops: sizeOf(x.shape), bytes: 4 * sizeOf(x.shape) }),
  });
}

/** Largest element and where it is first. */
export const maxPrimitive: ExtremumPrimitive = extremumPrimitive("max");
/** Smallest element and where it is first. */
export const minPrimitive: ExtremumPrimitive = extremumPrimitive("min");

/** Runs of neighbouring axes, last one first: each reduces what the one before left. */
function runsOf(axes: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const axis of axes) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === axis) run[1] = axis;
    else runs.push([axis, axis]);
  }
  return runs.reverse();
}

function extremum(primitive: ExtremumPrimitive, x: Tensor, axes: number | readonly number[] | undefined, options: ReduceOptions): Tensor {
  requireTensors(primitive.name, { x });
  const over = axesOf(primitive.name, axes, x.shape.length);
  return tidy(() => {
    let y = x;
    for (const [first, last] of runsOf(over)) y = apply(primitive, { x: y }, { first, last, keepDims: true }).y;
    return options.keepDims ? y : reshape(y, reducedShape(x.shape, over, false));
  });
}

/**
 * Largest element over axes. The gradient goes to the first of equal maxima (over several runs of axes: first along the innermost run,
 * then the next), never split between them.
 *
 * @param x f32, f64, i32 or u32; integers are compared exactly; where there is a NaN, the result is NaN
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`)
 * @throws ShapeError when there is nothing to choose from
 * @example
 * max(tensor([[1, 4], [3, 2]]), 1);   // [4, 3]
 */
export function max(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  checkOptions("max", options, { keepDims: true });
  return extremum(maxPrimitive, x, axes, options);
}

/** Smallest element over axes; see {@link max}. */
export function min(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  checkOptions("min", options, { keepDims: true });
  return extremum(minPrimitive, x, axes, options);
}

/**
 * Where the largest element along an axis is; the first of equal ones. NaN counts as larger than any number: the first one is found.
 *
 * @returns i32, x's shape without `axis` (or with size 1 there: `keepDims`); has no gradient
 * @example
 * argmax(tensor([[1, 4], [3, 2]]), -1);   // [1, 0]
 */
export function argmax(x: Tensor, axis: number, options: ReduceOptions = {}): Tensor {
  checkOptions("argmax", options, { keepDims: true });
  requireTensors("argmax", { x });
  const index = axisOf("argmax", axis, x.shape.length);
  return tidy(() => apply(maxPrimitive, { x }, { first: index, last: index, keepDims: options.keepDims ?? false }).index);
}

