// CPU loops of elementwise ops: one function of numbers over one, two or three operands, with broadcasting.
import type { HostArray } from "../../numbers/dtype.ts";
import type { HostTensor } from "../../primitive.ts";
import { broadcastStrides, type Shape, sizeOf } from "../../shape.ts";

/** The op on numbers. */
export type ScalarFunction = (a: number, b: number, c: number) => number;

/** y = f(a, b, c) with every operand broadcast to y's shape. */
export function mapElements(f: ScalarFunction, operands: readonly HostTensor[], y: HostTensor): void {
  const size = sizeOf(y.shape);
  const steps = operands.map((operand) => denseStep(operand.shape, size));
  if (steps.every((step) => step !== undefined))
    mapDense(
      f,
      operands.map((operand) => operand.data),
      steps,
      y.data,
      size,
    );
  else mapStrided(f, operands, y);
}

/** 1 when the operand has one element per result, 0 when it has a single one, undefined when it must be strided. */
function denseStep(shape: Shape, size: number): 0 | 1 | undefined {
  const own = sizeOf(shape);
  return own === 1 ? 0 : own === size ? 1 : undefined;
}

function mapDense(
  f: ScalarFunction,
  data: readonly HostArray[],
  steps: readonly number[],
  y: HostArray,
  size: number,
): void {
  const [a, b = a!, c = a!] = data;
  const [stepA = 0, stepB = 0, stepC = 0] = steps;
  if (data.length === 1) for (let i = 0; i < size; i++) y[i] = f(a![i * stepA]!, 0, 0);
  else if (data.length === 2) for (let i = 0; i < size; i++) y[i] = f(a![i * stepA]!, b[i * stepB]!, 0);
  else for (let i = 0; i < size; i++) y[i] = f(a![i * stepA]!, b[i * stepB]!, c[i * stepC]!);
}

/** Rows of the last axis are loops; the outer axes are counted like an odometer. */
function mapStrided(f: ScalarFunction, operands: readonly HostTensor[], y: HostTensor): void {
  const rank = y.shape.length;
  const inner = y.shape[rank - 1]!;
  const rows = sizeOf(y.shape) / Math.max(1, inner);
  const strides = operands.map((operand) => broadcastStrides(operand.shape, y.shape));
  const [a, b = a!, c = a!] = operands.map((operand) => operand.data);
  const [sa, sb, sc] = [0, 1, 2].map((i) => strides[i]?.[rank - 1] ?? 0) as [number, number, number];
  const offsets = [0, 0, 0];
  const index = new Array<number>(rank).fill(0);
  for (let row = 0, out = 0; row < rows; row++) {
    let [oa, ob, oc] = offsets as [number, number, number];
    for (let i = 0; i < inner; i++, oa += sa, ob += sb, oc += sc) y.data[out++] = f(a![oa]!, b[ob]!, c[oc]!);
    for (let axis = rank - 2; axis >= 0; axis--) {
      const wraps = ++index[axis]! === y.shape[axis]!;
      for (let k = 0; k < strides.length; k++) offsets[k]! += strides[k]![axis]! * (wraps ? 1 - y.shape[axis]! : 1);
      if (!wraps) break;
      index[axis] = 0;
    }
  }
}
