// Conversion between element types. f16 and bf16 exist only to be stored: cast is the way in and out.
import { elementwiseWasm, narrowWasm, widenWasm } from "@x/kernels-wasm";
import { elementwiseProgram } from "@x/kernels-wgsl";
import { type DType, dtypeBytes, isFloat, checkDType } from "../numbers/dtype.ts";
import { bf16Bits, decoded, f16Bits } from "../numbers/half-precision.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { castExpression } from "./elementwise/cast-expression.ts";
import { elementType } from "./elementwise/element-type.ts";
import { placeOf } from "../row-layout.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

/** The element type to convert to. */
export interface CastParams {
  readonly dtype: DType;
  /** f16 for products, which round alike: a GPU may round it by its own instruction */
  readonly native?: true;
}

/** The range that floats saturate to; undefined where a plain store is right already. */
function integerRange(from: DType, to: DType): readonly [low: number, high: number] | undefined {
  if (!isFloat(from)) return undefined;
  if (to === "i32") return [-(2 ** 31), 2 ** 31 - 1];
  return to === "u32" ? [0, 2 ** 32 - 1] : undefined;
}

/** y = x in another element type. */
export const castPrimitive: Primitive<"x", never, "y", CastParams> = definePrimitive({
  name: "cast",
  inputs: ["x"],
  outputs: ["y"],
  views: ["x", "y"],
  infer: ({ x }, p: CastParams) => ({ y: { shape: x.shape, dtype: p.dtype } }),
  cpu({ x }, { y }, { dtype }) {
    const source = decoded(x.data, x.dtype);
    const target = y.data;
    const range = integerRange(x.dtype, dtype);
    if (dtype === "bool") for (let i = 0; i < target.length; i++) target[i] = source[i] === 0 ? 0 : 1;
    else if (dtype === "f16") for (let i = 0; i < target.length; i++) target[i] = f16Bits(source[i]!);
    else if (dtype === "bf16") for (let i = 0; i < target.length; i++) target[i] = bf16Bits(source[i]!);
    else if (range)
      for (let i = 0; i < target.length; i++) target[i] = Math.max(range[0], Math.min(range[1], source[i]!));
    else target.set(source);
  },
  webgpu({ x }, { dtype, native }, caps, { y }) {
    if (x.dtype === "f64" || dtype === "f64") return undefined;
    return elementwiseProgram({
      name: "cast",
      shape: x.shape,
      inputs: { x: { type: x.dtype, ...placeOf(x) } },
      outputs: { y: { type: dtype, rows: y, native } },
      result: { y: castExpression(x.dtype, dtype, "x") },
      caps,
    });
  },
  wasm({ x }, { dtype }, { y }) {
    if ((dtypeBytes(x.dtype) === 2 || dtypeBytes(dtype) === 2) && (x.rows || y)) return undefined;
    if ((x.dtype === "f16" || x.dtype === "bf16") && dtype === "f32")
      return widenWasm.program({ from: x.dtype, size: sizeOf(x.shape) });
    if (x.dtype === "f32" && (dtype === "f16" || dtype === "bf16"))
      return narrowWasm.program({ to: dtype, size: sizeOf(x.shape) });
    const [from, to] = [elementType(x.dtype), elementType(dtype)];
    return (
      from &&
      to &&
      elementwiseWasm.program({
        shape: x.shape,
        inputs: { x: { type: from, ...placeOf(x) } },
        output: { type: to, rows: y },
        result: castExpression(x.dtype, dtype, "x"),
      })
    );
  },
  vjp: ({ x: { x }, grad: { y } }) => ({ x: y && isFloat(x.dtype) ? cast(y, x.dtype) : undefined }),
  cases: [
    {
      name: "f32 to i32",
      inputs: { x: { shape: [67], fill: { uniform: [-9, 9] } } },
      params: { dtype: "i32" },
      noGradCheck: "integers have no gradient",
    },
    {
      name: "f32 to u32",
      inputs: { x: { shape: [5], fill: { uniform: [-9, 9] } } },
      params: { dtype: "u32" },
      noGradCheck: "integers have no gradient",
    },
    {
      name: "i32 to f32",
      inputs: { x: { shape: [7], dtype: "i32", fill: { integers: [-99, 99] } } },
      params: { dtype: "f32" },
      noGradCheck: "integers have no gradient",
    },
    {
      name: "i32 to bool",
      inputs: { x: { shape: [7], dtype: "i32", fill: { integers: [-1, 2] } } },
      params: { dtype: "bool" },
      noGradCheck: "integers have no gradient",
    },
    { name: "f32 to f16", inputs: { x: [67] }, params: { dtype: "f16" }, noGradCheck: "rounding is a staircase" },
    {
      name: "f32 to bf16, even",
      inputs: { x: [4, 17] },
      params: { dtype: "bf16" },
      noGradCheck: "rounding is a staircase",
    },
    {
      name: "f16 to f32",
      inputs: { x: { shape: [5], dtype: "f16", fill: { values: [0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000] } } },
      params: { dtype: "f32" },
      noGradCheck: "no central differences in f16",
    },
    {
      name: "bf16 to f32",
      inputs: { x: { shape: [3], dtype: "bf16", fill: { values: [0x3f80, 0xc000, 0x0080] } } },
      params: { dtype: "f32" },
      noGradCheck: "no central differences in bf16",
    },
    {
      name: "weights to f32",
      inputs: { x: { shape: [3072, 768], dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } } },
      params: { dtype: "f32" },
      bench: true,
    },
  ],
  cost: ({ x }, p) => ({ flops: 0, bytes: sizeOf(x.shape) * (dtypeBytes(x.dtype) + dtypeBytes(p.dtype)) }),
});

/**
 * Converts elements. Floats to halves round to nearest, ties to even; floats to integers drop the fraction and saturate
 * (a NaN becomes 0); i32 and u32 exchange bits; anything but 0 is true.
 *
 * @param x any dtype
 * @param dtype f64 exists on the CPU device only
 * @returns x in `dtype`; x itself when it has that dtype. The gradient is cast back; integers stop it.
 * @throws DTypeError when x is no tensor, or `dtype` is none of the device's
 * @example
 * cast(tensor([1.5, -2.5]), "i32");   // [1, -2]
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  requireArity("cast", arguments, 2);
  requireTensors("cast", { x });
  checkDType("cast", dtype);
  return x.dtype === dtype ? x : apply(castPrimitive, { x }, { dtype }).y;
}
