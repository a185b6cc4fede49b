// Largest elements and means of windows over the last one or two axes.
import {
  argmax,
  checkOptions,
  gather,
  mean,
  opScope,
  requireArity,
  requireFloats,
  reshape,
  ShapeError,
  showShape,
  sizeOf,
  type Tensor,
  unfold,
  unsqueeze,
  type WindowOptions,
} from "@x/tensor/core";
import { padded } from "../convolution/index.ts";

/** Options of {@link maxPool} and {@link avgPool}; one number applies to all axes. */
export interface PoolingOptions extends WindowOptions {
  /** default: the size of a window */
  readonly stride?: number | readonly number[];
  /** elements before and after each axis, at most half a window; default 0 */
  readonly padding?: number | readonly number[];
}

const options = { stride: true, padding: true, dilation: true } as const;

/** Windows as […, elements, …windows], and their axis. */
function windowsOf(
  op: string,
  x: Tensor,
  sizes: number | readonly number[],
  given: PoolingOptions,
  value: number,
): { readonly columns: Tensor; readonly axis: number } {
  const each = typeof sizes === "number" ? [sizes] : sizes;
  const axes = Array.isArray(each) ? each.length : 0;
  const { padding = 0, ...windows } = given;
  if (axes > x.shape.length)
    throw new ShapeError(`${op}: x must have ${axes} axes or more; got ${showShape(x.shape)}.`, { op, got: x.shape });
  const unfolded = unfold(axes === 0 ? x : padded(op, x, axes, padding, value), sizes, { stride: sizes, ...windows });
  const lead = unfolded.shape.slice(0, unfolded.shape.length - 2 * axes);
  const counts = unfolded.shape.slice(lead.length + axes);
  const columns = reshape(unfolded, [...lead, sizeOf(each), ...counts]);
  return { columns, axis: lead.length };
}

/**
 * Largest element of each window. Its gradient goes to the first largest element of the window, as in PyTorch.
 *
 * @param x […, n] or […, n, m], f32 or f64; padding counts as −∞
 * @param sizes size of a window along the last axis, or those along the last two
 * @returns […, windows] or […, windows, windows], ⌊(n + 2·padding − dilation·(size − 1) − 1)/stride⌋ + 1 on each axis
 * @throws ShapeError, ConfigError when sizes or options do not fit
 * @example
 * maxPool(tensor([1, 3, 2, 0]), 2);   // [3, 2]
 */
export function maxPool(x: Tensor, sizes: number | readonly number[], given: PoolingOptions = {}): Tensor {
  requireArity("maxPool", arguments, 3);
  checkOptions<PoolingOptions>("maxPool", given, options);
  requireFloats("maxPool", { x });
  return opScope("maxPool", { x }, () => {
    const { columns, axis } = windowsOf("maxPool", x, sizes, given, -Infinity);
    const picked = gather(columns, axis, unsqueeze(argmax(columns, axis), axis));
    return reshape(picked, picked.shape.toSpliced(axis, 1));
  });
}

/**
 * Mean of each window, padding counted as zeros (PyTorch's `count_include_pad`).
 *
 * @param x […, n] or […, n, m], f32 or f64
 * @param sizes size of a window along the last axis, or those along the last two
 * @returns […, windows] or […, windows, windows], ⌊(n + 2·padding − dilation·(size − 1) − 1)/stride⌋ + 1 on each axis
 * @throws ShapeError, ConfigError when sizes or options do not fit
 * @example
 * avgPool(tensor([1, 3, 2, 0]), 2);   // [2, 1]
 */
export function avgPool(x: Tensor, sizes: number | readonly number[], given: PoolingOptions = {}): Tensor {
  requireArity("avgPool", arguments, 3);
  checkOptions<PoolingOptions>("avgPool", given, options);
  requireFloats("avgPool", { x });
  return opScope("avgPool", { x }, () => {
    const { columns, axis } = windowsOf("avgPool", x, sizes, given, 0);
    return mean(columns, axis);
  });
}
