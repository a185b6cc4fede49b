// Copies of strided views by WebAssembly kernels: what permute, slice, split, concat and broadcast are on the CPU.
import { type CopySpec, copyWasm, type WasmProgram } from "@x/kernels-wasm";
import { type DType, dtypeBytes } from "../dtype.ts";
import { type Shape, stridesOf } from "../shape.ts";
import type { StridedView } from "./strided.ts";

/** The view `from` of a buffer into a dense one. */
export function readingView(view: StridedView, from: string, to: string): CopySpec {
  return {
    shape: view.shape,
    from: { buffer: from, strides: view.strides, offset: view.offset },
    to: { buffer: to, strides: stridesOf(view.shape), offset: 0 },
  };
}

/** A dense buffer of `shape` into the view `to` of a larger one. */
export function writingView(view: StridedView, from: string, to: string): CopySpec {
  return {
    shape: view.shape,
    from: { buffer: from, strides: stridesOf(view.shape), offset: 0 },
    to: { buffer: to, strides: view.strides, offset: view.offset },
  };
}

/** The copies as one program; undefined for elements that are no words of 4 bytes. */
export function copies(dtype: DType, specs: readonly CopySpec[]): WasmProgram | undefined {
  return dtypeBytes(dtype) === 4 ? copyWasm.program(specs) : undefined;
}

/** `y` = a view of `x`. */
export function viewCopy(dtype: DType, view: StridedView): WasmProgram | undefined {
  return copies(dtype, [readingView(view, "x", "y")]);
}

/** Part `[start, start + shape[axis])` along `axis` of a dense tensor of `whole`. */
export function partOf(whole: Shape, axis: number, start: number, shape: Shape): StridedView {
  const strides = stridesOf(whole);
  return { shape, strides, offset: start * strides[axis]! };
}
