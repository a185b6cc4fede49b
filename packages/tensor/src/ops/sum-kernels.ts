// What sum and mean share: CPU loops, programs and cases of a scaled sum over any axes.
import { sumWasm, type WasmProgram } from "@x/kernels-wasm";
import { type Caps, type Program, reduce as kernel, type ReduceType } from "@x/kernels-wgsl";
import type { HostArray } from "../numbers/dtype.ts";
import type { Cost, HostTensor, Spec } from "../primitive.ts";
import { reducedShape, type Shape, sizeOf, stridesOf } from "../shape.ts";
import { viewProgram } from "./copy-programs.ts";
import { type AxisBlocks, blocksAround } from "./strided.ts";
import { viewCopy } from "./wasm-copies.ts";

/** Parameters of a reduction: sorted axes counted from the front. */
export interface ReduceParams {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** A reduction over any axes as one over `[outer, n, inner]` after the other, innermost run of axes first. */
export function reductionSteps(shape: Shape, axes: readonly number[]): AxisBlocks[] {
  const runs: [first: number, last: number][] = [];
  for (const axis of axes) {
    const run = runs.at(-1);
    // axes of size 1 between two reduced ones do not separate them
    if (run && shape.slice(run[1] + 1, axis).every((dim) => dim === 1)) run[1] = axis;
    else runs.push([axis, axis]);
  }
  const left = [...shape];
  return runs.reverse().map(([first, last]) => {
    const blocks = blocksAround(left, first, last);
    left.fill(1, first, last + 1);
    return blocks;
  });
}

/** Sums of integers modulo 2^32, exactly, however many there are. */
function sumIntegers(source: HostArray, target: HostArray, { outer, n, inner }: AxisBlocks): void {
  target.fill(0);
  for (let o = 0, at = 0; o < outer; o++) {
    for (let r = 0; r < n; r++) for (let i = 0; i < inner; i++) target[o * inner + i]! += source[at++]!;
  }
}

function sumInto(source: HostArray, target: HostArray, { outer, n, inner }: AxisBlocks, scale: number): void {
  if (inner === 1) {
    for (let o = 0, at = 0; o < outer; o++) {
      let total = 0;
      for (const end = at + n; at < end; at++) total += source[at]!;
      target[o] = total * scale;
    }
    return;
  }
  const totals = new Float64Array(inner);
  for (let o = 0, at = 0; o < outer; o++) {
    totals.fill(0);
    for (let r = 0; r < n; r++) for (let i = 0; i < inner; i++) totals[i]! += source[at++]!;
    for (let i = 0; i < inner; i++) target[o * inner + i] = totals[i]! * scale;
  }
}

export function sumHost(x: HostTensor, y: HostTensor, axes: readonly number[], scale: number): void {
  const steps = reductionSteps(x.shape, axes);
  if (steps.length === 0) y.data.set(x.data);
  let source = x.data;
  steps.forEach((step, i) => {
    const last = i === steps.length - 1;
    const integers = x.dtype === "i32" || x.dtype === "u32";
    const target = last
      ? y.data
      : integers
        ? new Int32Array(step.outer * step.inner)
        : new Float64Array(step.outer * step.inner);
    if (integers) sumIntegers(source, target, step);
    else sumInto(source, target, step, last ? scale : 1);
    source = target;
  });
}

export function sumProgram(
  x: Spec,
  axes: readonly number[],
  scale: number | undefined,
  caps: Caps,
): Program | undefined {
  if (x.dtype === "f64") return undefined;
  const steps = reductionSteps(x.shape, axes);
  if (steps.length === 0) return viewProgram(x, { shape: x.shape, strides: stridesOf(x.shape), offset: 0 }, caps);
  return kernel.program({ op: "sum", type: x.dtype as ReduceType, steps, ...(scale !== undefined && { scale }) }, caps);
}

export function sumWasmProgram(x: Spec, axes: readonly number[], scale: number): WasmProgram | undefined {
  if (x.dtype !== "f32") return undefined;
  const steps = reductionSteps(x.shape, axes);
  return steps.length === 0
    ? viewCopy(x.dtype, { shape: x.shape, strides: stridesOf(x.shape), offset: 0 })
    : sumWasm.program(steps, scale);
}

export function inferReduction(x: Spec, p: ReduceParams): { y: Spec } {
  return { y: { shape: reducedShape(x.shape, p.axes, p.keepDims), dtype: x.dtype } };
}

/** Elements that go into one element of the result. */
export function reducedCount(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * shape[axis]!, 1);
}

/** Work of a reduction. */
export const reduceCost: (x: { x: Spec }, p: ReduceParams) => Cost = (x, p) => {
  const size = sizeOf(x.x.shape);
  return { flops: size, bytes: 4 * (size + size / Math.max(1, reducedCount(x.x.shape, p.axes))) };
};

/** Cases of sum and mean. */
export const cases: readonly {
  name: string;
  inputs: { x: Shape };
  params: ReduceParams;
  bench?: boolean;
}[] = [
  { name: "one element", inputs: { x: [1] }, params: { axes: [0], keepDims: false } },
  { name: "rows of 63", inputs: { x: [3, 63] }, params: { axes: [1], keepDims: false } },
  { name: "rows of 65, kept", inputs: { x: [2, 65] }, params: { axes: [1], keepDims: true } },
  { name: "rows of 257", inputs: { x: [5, 257] }, params: { axes: [1], keepDims: false } },
  { name: "columns", inputs: { x: [67, 5] }, params: { axes: [0], keepDims: false } },
  { name: "middle", inputs: { x: [3, 7, 5] }, params: { axes: [1], keepDims: true } },
  { name: "two runs", inputs: { x: [3, 4, 5, 2] }, params: { axes: [0, 2], keepDims: false } },
  { name: "all, two passes", inputs: { x: [41, 211] }, params: { axes: [0, 1], keepDims: false } },
  { name: "long columns, two passes", inputs: { x: [1031, 3] }, params: { axes: [0], keepDims: false } },
  { name: "no axes", inputs: { x: [2, 3] }, params: { axes: [], keepDims: false } },
  { name: "bias gradient", inputs: { x: [4096, 768] }, params: { axes: [0], keepDims: false }, bench: true },
  { name: "rows", inputs: { x: [4096, 768] }, params: { axes: [1], keepDims: false }, bench: true },
];
