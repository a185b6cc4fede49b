// Basic indexing, as NumPy has it: positions, ranges with steps of either sign, new axes.
import { describeValue } from "@x/base";
import { apply } from "../apply.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { tidy } from "../memory/scope.ts";
import { type Shape, showShape, sizeOf, stridesOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { flip } from "./permute.ts";
import { viewProgram } from "./copy-programs.ts";
import { reshape, unsqueeze } from "./reshape.ts";
import { pad, slice } from "./slice.ts";
import { copyView, type StridedView } from "./strided.ts";
import { viewCopy } from "./wasm-copies.ts";
import { requireArity } from "../arguments/require.ts";

/** Along each axis `sizes[i]` elements, from `starts[i]` on in steps of `steps[i]`. */
export interface StridedSliceParams {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly sizes: readonly number[];
}

function stridedView(shape: Shape, { starts, steps, sizes }: StridedSliceParams): StridedView {
  const strides = stridesOf(shape);
  return {
    shape: sizes,
    strides: strides.map((stride, axis) => stride * steps[axis]!),
    offset: sizeOf(sizes) === 0 ? 0 : strides.reduce((offset, stride, axis) => offset + stride * starts[axis]!, 0),
  };
}

/** The gradient: each element back to its place, zeros around and between them. */
function placed(y: Tensor, shape: Shape, { starts, steps, sizes }: StridedSliceParams): Tensor {
  return shape.reduce((part, n, axis) => {
    const count = sizes[axis]!;
    const step = Math.abs(steps[axis]!);
    if (count === 0) return pad(part, axis, 0, n);
    const start = steps[axis]! > 0 ? starts[axis]! : starts[axis]! - step * (count - 1);
    const forward = steps[axis]! > 0 || count === 1 ? part : flip(part, axis);
    if (step === 1 || count === 1)
      return start === 0 && count === n ? forward : pad(forward, axis, start, n - start - count);
    const apart = reshape(
      pad(unsqueeze(forward, axis + 1), axis + 1, 0, step - 1),
      part.shape.with(axis, count * step),
    );
    const length = (count - 1) * step + 1;
    return pad(slice(apart, axis, 0, length), axis, start, n - start - length);
  }, y);
}

/** y[i…] = x[starts + i·steps]. */
export const stridedSlicePrimitive: Primitive<"x", never, "y", StridedSliceParams> = definePrimitive({
  name: "strided_slice",
  inputs: ["x"],
  outputs: ["y"],
  infer: ({ x }, p: StridedSliceParams) => ({ y: { shape: p.sizes, dtype: x.dtype } }),
  cpu: ({ x }, { y }, p) => copyView(x.data, y.data, stridedView(x.shape, p)),
  webgpu: ({ x }, p, caps) => viewProgram(x, stridedView(x.shape, p), caps),
  wasm: ({ x }, p) => viewCopy(x.dtype, stridedView(x.shape, p)),
  vjp: ({ x: { x }, grad: { y }, p }) => ({ x: y && placed(y, x.shape, p) }),
  cases: [
    { name: "every third", inputs: { x: [11] }, params: { starts: [1], steps: [3], sizes: [4] } },
    { name: "backwards", inputs: { x: [3, 7] }, params: { starts: [0, 6], steps: [1, -2], sizes: [3, 4] } },
    { name: "a block", inputs: { x: [4, 5, 6] }, params: { starts: [1, 4, 2], steps: [2, -1, 1], sizes: [2, 5, 3] } },
    { name: "nothing", inputs: { x: [4] }, params: { starts: [0], steps: [1], sizes: [0] } },
  ],
  cost: (_x, p) => ({ flops: 0, bytes: 8 * sizeOf(p.sizes) }),
});

/**
 * Positions along an axis from `start` on, before `end`, in steps. Negative positions count from the end; those outside
 * of the axis are its ends.
 */
export interface IndexRange {
  /** default: the first position, for a negative step the last */
  readonly start?: number;
  /** not included; default: beyond the last position, for a negative step before the first */
  readonly end?: number;
  /** default 1; negative: backwards */
  readonly step?: number;
}

/**
 * What {@link index} takes along an axis: a position (the axis goes), a range, all axes that are not named ("..."), or
 * a new axis of size 1 ("new").
 */
export type IndexItem = number | IndexRange | "..." | "new";

function fail(must: string, got: unknown): ShapeError {
  return new ShapeError(`index: ${must}; got ${describeValue(got)}.`, { op: "index", got });
}

/** First position, step and count of a range of an axis of n elements. */
function resolved(range: IndexRange, n: number, axis: number): readonly [start: number, step: number, count: number] {
  if (typeof range !== "object" || range === null)
    throw fail('an item must be a whole number, { start, end, step }, "..." or "new"', range);
  checkOptions("index", range, { start: true, end: true, step: true });
  const { step = 1 } = range;
  for (const [name, value] of Object.entries({ start: range.start ?? 0, end: range.end ?? 0, step })) {
    if (!Number.isSafeInteger(value) || (name === "step" && value === 0))
      throw fail(`${name} on axis ${axis} must be a whole number${name === "step" ? " other than 0" : ""}`, value);
  }
  // Backwards the range may end before the first position.
  const [least, most] = step > 0 ? [0, n] : [-1, n - 1];
  const position = (given: number | undefined, absent: number): number =>
    given === undefined ? absent : Math.min(most, Math.max(least, given < 0 ? given + n : given));
  const start = position(range.start, step > 0 ? 0 : n - 1);
  const end = position(range.end, step > 0 ? n : -1);
  const count = Math.max(0, Math.ceil((end - start) / step));
  return count === 0 ? [0, 1, 0] : [start, step, count];
}

/**
 * Elements by positions and ranges, an item per axis (NumPy's basic indexing): a whole number takes one position and
 * drops the axis; `{ start, end, step }` takes a range, `{}` the whole axis; "..." means all axes that are not
 * named, as does the end of the list; "new" makes an axis of size 1. Negative positions count from the end.
 *
 * x[1, ::-1, ..., None] of NumPy is `index(x, [1, { step: -1 }, "...", "new"])`.
 *
 * @param x any dtype
 * @returns a tensor with the axes that are left; the gradient is 0 where nothing was taken
 * @throws ShapeError for a position outside of its axis, for more items than axes and for two "..."
 * @example
 * index(tensor([[1, 2, 3], [4, 5, 6]]), [-1, { step: -2 }]);   // [6, 4]
 */
export function index(x: Tensor, items: readonly IndexItem[]): Tensor {
  requireArity("index", arguments, 2);
  requireTensors("index", { x });
  if (!Array.isArray(items)) throw fail("items must be an array", items);
  const rank = x.shape.length;
  const given = items as readonly IndexItem[];
  const named = given.filter((item) => item !== "..." && item !== "new").length;
  if (named > rank || given.filter((item) => item === "...").length > 1)
    throw fail(
      `there must be at most one "..." and one item for each of the ${rank} axes of ${showShape(x.shape)}`,
      given.length,
    );
  const rest = new Array<IndexRange>(rank - named).fill({});
  const full = given.includes("...") ? given.flatMap((item) => (item === "..." ? rest : [item])) : [...given, ...rest];
  const [starts, steps, sizes, shape]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const item of full) {
    if (item === "new") {
      shape.push(1);
      continue;
    }
    const axis = starts.length;
    const n = x.shape[axis]!;
    if (typeof item === "number") {
      const place = item < 0 ? item + n : item;
      if (!Number.isSafeInteger(item) || place < 0 || place >= n)
        throw fail(`a position on axis ${axis} must be a whole number from ${-n} to ${n - 1}`, item);
      [starts[axis], steps[axis], sizes[axis]] = [place, 1, 1];
      continue;
    }
    [starts[axis], steps[axis], sizes[axis]] = resolved(item as IndexRange, n, axis) as [number, number, number];
    shape.push(sizes[axis]!);
  }
  return tidy(() => reshape(taken(x, { starts, steps, sizes }), shape));
}

/** One range of whole rows is a slice, which need not copy; everything else is one copy. */
function taken(x: Tensor, p: StridedSliceParams): Tensor {
  const cut = x.shape.flatMap((n, axis) => (p.sizes[axis] === n && p.steps[axis]! > 0 ? [] : [axis]));
  if (cut.length === 0) return x;
  const [axis] = cut as [number];
  if (cut.length === 1 && p.steps[axis] === 1) return slice(x, axis, p.starts[axis]!, p.starts[axis]! + p.sizes[axis]!);
  return apply(stridedSlicePrimitive, { x }, p).y;
}
