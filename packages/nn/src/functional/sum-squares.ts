// Sums of squares over many tensors: the global norm and the factor that clips it, computed on the device.
import { sumWasm } from "@x/kernels-wasm";
import { sumSquares as kernels } from "@x/kernels-wgsl";
import { add, apply, definePrimitive, div, type Inputs, minimum, mul, type Primitive, requireDType, ShapeError, sizeOf, sqrt, square, sum, type Tensor } from "@x/tensor";
import { checkSpec } from "./norm-spec.ts";

/** Tensors of one call. A GPU takes nine of them per dispatch, and one dispatch more per call. */
const most = 64;
type More = `x${number}`;
const more: readonly More[] = Array.from({ length: most - 1 }, (_, i): More => `x${i + 1}`);

/** The tensors of a call: x and those of x1, x2, … that are given. They come without gaps. */
function given<T>(x: Inputs<"x", "previous" | More, T>): T[] {
  return [x.x, ...more.flatMap((name) => x[name] ?? [])];
}

/** y = Σ over x, x1, x2, … of Σ x² (+ previous). */
export const sumSquaresPrimitive: Primitive<"x", "previous" | More, "y", undefined> = definePrimitive({
  name: "sum_squares",
  inputs: ["x"],
  optional: ["previous", ...more],
  outputs: ["y"],
  infer(inputs, _p: undefined) {
    const { x, previous } = inputs;
    requireDType("sumSquares", "x", x.dtype, ["f32", "f64"]);
    for (const name of more) if (inputs[name]) requireDType("sumSquares", name, inputs[name].dtype, [x.dtype]);
    if (previous) checkSpec("sumSquares", "previous", previous, [], x.dtype);
    return { y: { shape: [], dtype: x.dtype } };
  },
  reference(inputs) {
    const total = given(inputs).map((x) => sum(square(x))).reduce((a, b) => add(a, b));
    return { y: inputs.previous ? add(inputs.previous, total) : total };
  },
  cpu(inputs, { y }) {
    let total = inputs.previous?.data[0] ?? 0;
    for (const { data } of given(inputs)) for (let i = 0; i < data.length; i++) total += data[i]! * data[i]!;
    y.data[0] = total;
  },
  webgpu: (inputs, _p, caps) => kernels.program({ sizes: given(inputs).map(({ shape }) => sizeOf(shape)), previous: inputs.previous !== undefined }, caps),
  wasm: (inputs) => sumWasm.squares({ sizes: given(inputs).map(({ shape }) => sizeOf(shape)), previous: inputs.previous !== undefined }),
  vjp({ x: inputs, grad: { y } }) {
    if (!y) return {};
    const twice = mul(y, 2);
    const grads: { [K in "x" | "previous" | More]?: Tensor } = { x: mul(inputs.x, twice), previous: y };
    for (const name of more) if (inputs[name]) grads[name] = mul(inputs[name], twice);
    return grads;
  },
  cases: [
    sumCase("one element", [1], false),
    sumCase("63 elements, previous", [63], true),
    sumCase("64 elements", [8, 8], false),
    sumCase("1031 elements, two steps", [1031], true),
    sumCase("4100 elements, two steps", [41, 100], false),
    { name: "eleven tensors of both kinds of loads", inputs: { ...Object.fromEntries(more.slice(0, 10).map((name, i) => [name, { shape: [3 + 13 * i] }])), x: { shape: [4, 8] }, previous: { shape: [] } }, params: undefined },
    { ...sumCase("130m embedding", [50288, 768], true), bench: true },
  ],
  cost(inputs) {
    const size = given(inputs).reduce((total, { shape }) => total + sizeOf(shape), 0);
    return { flops: 2 * size, bytes: 4 * size };
  },
});

function sumCase(name: string, shape: readonly number[], previous: boolean): (typeof sumSquaresPrimitive)["cases"][number] {
  return { name, inputs: { x: { shape }, ...(previous && { previous: { shape: [] } }) }, params: undefined };
}

/**
 * Euclidean norm of all elements of all tensors together, `√(Σ over tensors Σ x²)`. Partial sums in a fixed order: the same bits on every run.
 *
 * @param tensors at least one, of one dtype and device
 * @returns a scalar on their device
 * @example
 * globalNorm([tensor([3]), tensor([[0, 4]])]);   // 5
 */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) throw new ShapeError("globalNorm: there must be at least 1 tensor; got none.", { op: "globalNorm", got: 0 });
  let total: Tensor | undefined;
  for (let i = 0; i < tensors.length; i += most) {
    const [x, ...rest] = tensors.slice(i, i + most) as [Tensor, ...Tensor[]];
    const others = Object.fromEntries(rest.map((tensor, j) => [more[j]!, tensor]));
    total = apply(sumSquaresPrimitive, { x, ...others, ...(total && { previous: total }) }, undefined).y;
  }
  return sqrt(total!);
}

/**
 * The factor that brings a norm down to `maxNorm`: `min(1, maxNorm / (norm + 1e-6))`, on the device. Optimizers take it as `gradScale`, so clipping
 * costs no pass over the gradients.
 *
 * @example
 * clipCoefficient(globalNorm([tensor([3]), tensor([[0, 4]])]), 1);   // 0.2
 */
export function clipCoefficient(norm: Tensor, maxNorm: number): Tensor {
  return minimum(div(maxNorm, add(norm, 1e-6)), 1);
}
