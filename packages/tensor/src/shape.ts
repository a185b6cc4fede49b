// Shape arithmetic: sizes, strides, broadcasting, axes. Pure functions over number arrays; no tensors.
import { describeValue } from "@x/base";
import { ShapeError } from "./errors.ts";

/** Sizes of the axes, outermost first; `[]` is a scalar. Elements are in row-major order. */
export type Shape = readonly number[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  if (!Array.isArray(shape)) throw noShape("sizeOf", shape);
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** `[2,3]` */
export function showShape(shape: Shape): string {
  if (!Array.isArray(shape)) throw noShape("showShape", shape);
  return `[${shape.join(",")}]`;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) throw noShape("sameShape", Array.isArray(a) ? b : a);
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

function noShape(op: string, shape: unknown): ShapeError {
  return ShapeError.must(op, "shape", "be an array of whole numbers", shape);
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** Strides of `shape`, which are `own`, read as if it had the shape `target`: 0 along axes that repeat. */
export function broadcastStrides(shape: Shape, target: Shape, own: readonly number[] = stridesOf(shape)): number[] {
  const lead = target.length - shape.length;
  return target.map((_, i) => (i < lead || shape[i - lead] === 1 ? 0 : own[i - lead]!));
}

/** The shape both broadcast to (NumPy's rule: align right, sizes equal or 1). */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `${op}: shapes must broadcast (aligned right, sizes equal or 1); got a ${showShape(a)} and b ${showShape(b)}.`,
        {
          op,
          shapes: { a, b },
        },
      );
    }
    return x === 1 ? y : x;
  });
}

/** Axis counted from the front; negative axes count from the end. @param source where it came from, at the end of the sentence: " in axes" */
export function axisOf(op: string, axis: number, rank: number, source: string = ""): number {
  const index = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || index < 0 || index >= rank) {
    const range =
      rank === 0
        ? "axis must be one of the tensor's, and a scalar has no axes"
        : `axis must be an integer in [-${rank}, ${rank})`;
    throw new ShapeError(`${op}: ${range}; got ${describeValue(axis)}${source}.`, { op, expected: rank, got: axis });
  }
  return index;
}

/** Sorted, distinct axes counted from the front; absent: all. */
export function axesOf(op: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  if (typeof axes !== "number" && !Array.isArray(axes))
    throw new ShapeError(`${op}: axes must be a number or an array of numbers; got ${describeValue(axes)}.`, {
      op,
      got: axes,
    });
  const list = (typeof axes === "number" ? [axes] : (axes as readonly number[])).map((axis) =>
    axisOf(op, axis, rank, " in axes"),
  );
  const unique = [...new Set(list)].sort((a, b) => a - b);
  if (unique.length !== list.length)
    throw new ShapeError(`${op}: axes must be distinct; got ${showShape(list)}.`, { op, got: list });
  return unique;
}

/** Shape after reducing `axes` (as {@link axesOf} returns them). */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) : shape.filter((_, i) => !axes.includes(i));
}

/** Raises unless `shape` is an array of whole numbers of at least 0 whose product can be counted. */
export function checkShape(op: string, shape: Shape): void {
  if (!Array.isArray(shape)) throw noShape(op, shape);
  for (const dim of shape) {
    if (!Number.isInteger(dim) || dim < 0) {
      throw new ShapeError(
        `${op}: sizes must be whole numbers of at least 0; got ${describeValue(dim)} in ${showShape(shape)}.`,
        { op, got: shape },
      );
    }
  }
  if (!Number.isSafeInteger(sizeOf(shape)))
    throw new ShapeError(
      `${op}: a tensor must have at most 2^53 − 1 elements; got ${showShape(shape)} with ${sizeOf(shape)}.`,
      { op, got: shape },
    );
}

/** The order that undoes a permutation of axes. */
export function inverseOrder(order: readonly number[]): number[] {
  return order.map((_, i) => order.indexOf(i));
}
