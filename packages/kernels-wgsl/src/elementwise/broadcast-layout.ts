// Layout of broadcast inputs relative to the output: strides, merged dimensions, and the access each
// input gets. Pure.
import { KernelError } from "@x/base";

/** Layout of an input, in elements. Absent strides: dense. */
export interface ElementLayout {
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
  readonly offset?: number;
}

/**
 * - `dense`: element i of the output uses element i of the input
 * - `scalar`: every element uses element 0
 * - `row`: four neighbours of the output use four neighbours at a multiple of 4 (vec4 path)
 * - `splat`: four neighbours of the output use one element (vec4 path)
 * - `strided`: the offset is computed for every element
 */
export type Access = "dense" | "scalar" | "row" | "splat" | "strided";

/** Output and inputs with as few dimensions as possible, the outermost first; the output is dense. */
export interface CollapsedLayout {
  readonly sizes: readonly number[];
  /** per input, per dimension */
  readonly strides: readonly (readonly number[])[];
}

function denseStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = (strides[d + 1] as number) * (shape[d + 1] as number);
  return strides;
}

/** Strides of an input over the dimensions of the output; 0 where it is broadcast. */
export function broadcastStrides(
  kernel: string,
  name: string,
  input: ElementLayout,
  shape: readonly number[],
): number[] {
  const strides = input.strides ?? denseStrides(input.shape);
  const lead = shape.length - input.shape.length;
  const fits =
    lead >= 0 &&
    strides.length === input.shape.length &&
    input.shape.every((size, d) => size === 1 || size === shape[lead + d]);
  if (!fits) {
    throw new KernelError(
      `${kernel}: the shape of "${name}" must broadcast to [${shape.join(", ")}]; got [${input.shape.join(", ")}]${
        strides.length === input.shape.length ? "" : ` with ${strides.length} strides`
      }.`,
    );
  }
  return shape.map((_, d) => (d < lead || input.shape[d - lead] === 1 ? 0 : (strides[d - lead] as number)));
}

/** Drops dimensions of size 1 and merges neighbours that every input walks through evenly. */
export function collapse(shape: readonly number[], strides: readonly (readonly number[])[]): CollapsedLayout {
  const sizes: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d] as number;
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((of, k) => merged[k]?.[last] === (of[d] as number) * size)) {
      sizes[last] = (sizes[last] as number) * size;
      strides.forEach((of, k) => ((merged[k] as number[])[last] = of[d] as number));
    } else {
      sizes.push(size);
      strides.forEach((of, k) => merged[k]?.push(of[d] as number));
    }
  }
  return { sizes, strides: merged };
}

/** The access of an input over collapsed dimensions. */
export function accessOf(
  sizes: readonly number[],
  strides: readonly number[],
  offset: number,
  vectorized: boolean,
  alignment?: number,
): Access {
  const dense = denseStrides(sizes);
  const fixed = offset === 0 && alignment === undefined;
  if (fixed && strides.every((stride, d) => stride === dense[d])) return sizes.length === 0 ? "scalar" : "dense";
  if (fixed && strides.every((stride) => stride === 0)) return "scalar";
  if (!vectorized) return "strided";
  const inner = strides[strides.length - 1];
  if (inner === 0) return "splat";
  const starts = offset % 4 === 0 && (alignment ?? 4) % 4 === 0;
  if (inner === 1 && starts && strides.slice(0, -1).every((stride) => stride % 4 === 0)) return "row";
  return "strided";
}
