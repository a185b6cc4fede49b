// Strided views of dense tensors, as plans: which source element each element of a dense result comes from. Pure; no
// tensors.
import type { HostArray } from "../numbers/dtype.ts";
import type { Shape } from "../shape.ts";

/**
 * Element `[i0, i1, …]` of the result is the source's element `offset + Σ iₖ·strides[k]`; strides may be 0 (repeat) or
 * negative (flip).
 */
export interface StridedView {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** The same view with axes of size 1 dropped and neighbours merged where one stride runs through both. */
export function collapseView(view: StridedView): StridedView {
  const shape: number[] = [];
  const strides: number[] = [];
  view.shape.forEach((dim, i) => {
    if (dim === 1) return;
    const stride = view.strides[i]!;
    const last = shape.length - 1;
    if (last >= 0 && strides[last] === stride * dim) {
      shape[last]! *= dim;
      strides[last] = stride;
    } else {
      shape.push(dim);
      strides.push(stride);
    }
  });
  return { shape, strides, offset: view.offset };
}

/** Writes the elements of the view, in order, to the start of `target`. */
export function copyView(source: HostArray, target: HostArray, view: StridedView): void {
  const { shape, strides, offset } = collapseView(view);
  const rank = shape.length;
  const inner = shape[rank - 1] ?? 1;
  const step = strides[rank - 1] ?? 1;
  let rows = 1;
  for (let axis = 0; axis < rank - 1; axis++) rows *= shape[axis]!;
  const index = new Int32Array(Math.max(0, rank - 1));
  let base = offset;
  let out = 0;
  for (let row = 0; row < rows; row++) {
    if (step === 1 && inner >= 16) target.set(source.subarray(base, base + inner), out);
    else for (let i = 0; i < inner; i++) target[out + i] = source[base + i * step]!;
    out += inner;
    for (let axis = rank - 2; axis >= 0; axis--) {
      base += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      base -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** A tensor around one run of neighbouring axes: `[outer, n, inner]`. */
export interface AxisBlocks {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** `shape` read as `[outer, n, inner]`, where n covers the axes from `first` to `last` inclusive. */
export function blocksAround(shape: Shape, first: number, last: number = first): AxisBlocks {
  let outer = 1;
  let n = 1;
  let inner = 1;
  for (let i = 0; i < shape.length; i++) {
    if (i < first) outer *= shape[i]!;
    else if (i <= last) n *= shape[i]!;
    else inner *= shape[i]!;
  }
  return { outer, n, inner };
}
