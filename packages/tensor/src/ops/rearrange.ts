// Repeating and rotating along axes.
import { opScope } from "../memory/op-scope.ts";
import { describeValue } from "@x/base";
import { ShapeError } from "../errors.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { tidy } from "../memory/scope.ts";
import { axisOf, type Shape, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { concat } from "./concat.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";
import { broadcastTo } from "./sum.ts";
import { requireArity } from "../arguments/require.ts";

/** A number or an array of whole numbers, as an array. */
function wholeNumbers(op: string, name: string, value: number | readonly number[], least: number): readonly number[] {
  const list = typeof value === "number" ? [value] : value;
  if (Array.isArray(list) && list.every((each) => Number.isSafeInteger(each) && each >= least)) return list;
  const must = least === 0 ? "whole numbers of at least 0" : "whole numbers";
  throw new ShapeError(`${op}: ${name} must be ${must}; got ${describeValue(value)}.`, { op, got: value });
}

/**
 * Repeats x along axes of size 1 and new leading axes, as broadcastTo does; −1 leaves an axis as it is.
 *
 * @param x any dtype
 * @param shape sizes, aligned right with x's; −1 for that of x
 * @returns a tensor of that shape; x itself when it has it
 * @throws ShapeError when x does not fit
 * @example
 * expand(tensor([[1], [2]]), [-1, 3]);   // [[1, 1, 1], [2, 2, 2]]
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  requireArity("expand", arguments, 2);
  requireTensors("expand", { x });
  const sizes = wholeNumbers("expand", "shape", shape, -1);
  const lead = sizes.length - x.shape.length;
  return opScope("expand", { x }, () =>
    broadcastTo(
      x,
      sizes.map((size, i) => (size === -1 && i >= lead ? x.shape[i - lead]! : size)),
    ),
  );
}

/**
 * x repeated as a whole along its axes (numpy.tile): `[a, b]` → `[a, b, a, b]`.
 *
 * @param x any dtype
 * @param repeats how often along each axis, aligned right; more numbers than axes make new leading ones
 * @returns a tensor of x's shape times `repeats`
 * @throws ShapeError unless repeats are whole numbers of at least 0
 * @example
 * tile(tensor([1, 2]), 2);   // [1, 2, 1, 2]
 */
export function tile(x: Tensor, repeats: number | readonly number[]): Tensor {
  requireArity("tile", arguments, 2);
  requireTensors("tile", { x });
  const given = wholeNumbers("tile", "repeats", repeats, 0);
  const rank = Math.max(given.length, x.shape.length);
  const times = Array.from({ length: rank }, (_, i) => given[i - rank + given.length] ?? 1);
  const dims = Array.from({ length: rank }, (_, i) => x.shape[i - rank + x.shape.length] ?? 1);
  return tidy(() => {
    const apart = reshape(
      x,
      dims.flatMap((dim) => [1, dim]),
    );
    const repeated = broadcastTo(
      apart,
      dims.flatMap((dim, i) => [times[i]!, dim]),
    );
    return reshape(
      repeated,
      dims.map((dim, i) => dim * times[i]!),
    );
  });
}

/**
 * Rotates along axes: what leaves at the end comes in at the start, y[(i + shift) mod n] = x[i].
 *
 * @param x any dtype
 * @param shifts by how many places, one per axis; negative ones towards the start
 * @param axes axis or axes, negative ones from the end; absent: x is rotated as one flat sequence
 * @returns x's shape and dtype
 * @throws ShapeError unless there are as many shifts as axes
 * @example
 * roll(tensor([1, 2, 3]), 1);   // [3, 1, 2]
 */
export function roll(x: Tensor, shifts: number | readonly number[], axes?: number | readonly number[]): Tensor {
  requireArity("roll", arguments, 3);
  requireTensors("roll", { x });
  const by = wholeNumbers("roll", "shifts", shifts, -Infinity);
  const along = axes === undefined ? [0] : wholeNumbers("roll", "axes", axes, -Infinity);
  if (by.length !== along.length)
    throw new ShapeError(`roll: there must be one shift per axis; got ${showShape(by)} and axes ${showShape(along)}.`, {
      op: "roll",
      got: by,
    });
  return tidy(() => {
    const start = axes === undefined ? reshape(x, [-1]) : x;
    const rolled = along.reduce((y, each, i) => {
      const axis = axisOf("roll", each, y.shape.length, " in axes");
      const n = y.shape[axis]!;
      const cut = n === 0 ? 0 : n - (((by[i]! % n) + n) % n);
      return cut === 0 || cut === n ? y : concat([slice(y, axis, cut), slice(y, axis, 0, cut)], axis);
    }, start);
    return reshape(rolled, x.shape);
  });
}
