// Copies of strided views by WebAssembly kernels: what permute, slice, split, concat and broadcast are on the CPU.
import { type CopySpec, copyWasm, type WasmProgram } from "@x/kernels-wasm";
import { type DType, dtypeBytes } from "../numbers/dtype.ts";
import { type RowLayout, stridesOfSpec } from "../row-layout.ts";
import type { Shape } from "../shape.ts";
import type { StridedView } from "./strided.ts";

/** The view `from` of a buffer into a dense one, or into rows. */
export function readingView(view: StridedView, from: string, to: string, rows?: RowLayout): CopySpec {
  return {
    shape: view.shape,
    from: { buffer: from, strides: view.strides, offset: view.offset },
    to: { buffer: to, strides: stridesOfSpec({ shape: view.shape, rows }), offset: 0 },
  };
}

/** A buffer of the view's shape, dense or in rows, into the view `to` of a larger one. */
export function writingView(view: StridedView, from: string, to: string, rows?: RowLayout): CopySpec {
  return {
    shape: view.shape,
    from: { buffer: from, strides: stridesOfSpec({ shape: view.shape, rows }), offset: 0 },
    to: { buffer: to, strides: view.strides, offset: view.offset },
  };
}

/** The copies as one program; undefined for elements that are no words of 4 bytes. */
export function copies(dtype: DType, specs: readonly CopySpec[]): WasmProgram | undefined {
  return dtypeBytes(dtype) === 4 ? copyWasm.program(specs) : undefined;
}

/** `y` = a view of `x`. */
export function viewCopy(dtype: DType, view: StridedView, rows?: RowLayout): WasmProgram | undefined {
  return copies(dtype, [readingView(view, "x", "y", rows)]);
}

/** Part `[start, start + shape[axis])` along `axis` of a tensor of `whole`, dense or in rows. */
export function partOf(whole: Shape, axis: number, start: number, shape: Shape, rows?: RowLayout): StridedView {
  const strides = stridesOfSpec({ shape: whole, rows });
  return { shape, strides, offset: start * strides[axis]! };
}
