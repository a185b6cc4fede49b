// The affine map of a layer as one primitive: product with a transposed weight, bias and activation in one pass over
// the result.
import { gemm as gemmKernel, type GemmSpec } from "@x/kernels-wasm";
import { type Activation, matmul as matmulKernel, type MatmulSpec } from "@x/kernels-wgsl";
import { vjp } from "../autograd/autograd.ts";
import { dtypeBytes } from "../numbers/dtype.ts";
import { checkOptions, DTypeError, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { type Case, caseInput, definePrimitive, type Inputs, type Primitive, type Spec } from "../primitive.ts";
import { decoded } from "../numbers/half-precision.ts";
import { showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { numberActivations, requireActivation, tensorActivations } from "./activations.ts";
import { add } from "./elementwise.ts";
import { gemm } from "./gemm-cpu.ts";
import { type HalfDType, isHalf, productDType, requireProductDTypes, storageType } from "./half-weights.ts";
import { matmul } from "./matmul.ts";
import { halfOperand } from "./matmul-cases.ts";
import { type NormedPrimitive, normedProduct, type NormedProductParams } from "./normed-product.ts";
import { sum } from "./sum.ts";
import { reshape } from "./reshape.ts";
import { tidy } from "../memory/scope.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

/** Options of {@link linear}. */
export interface LinearOptions {
  /** applied to the sum with its bias; gelu is the exact one. Default none. */
  readonly activation?: Activation;
}

/** Parameters of the primitive of {@link linear}. */
export interface LinearParams {
  readonly activation: Activation;
}

type LinearCase = Case<"x" | "weight", "bias", LinearParams>;

interface CaseOptions {
  readonly bias?: boolean;
  readonly activation?: Activation;
  readonly bench?: true;
  /** how the weight is stored; default f32 */
  readonly stored?: HalfDType;
}

function layer(
  name: string,
  rows: number,
  inputs: number,
  outputs: number,
  { bias = false, activation = "none", bench, stored }: CaseOptions = {},
): LinearCase {
  return {
    name,
    inputs: {
      x: [rows, inputs],
      weight: { shape: [outputs, inputs], ...(stored && halfOperand[stored]) },
      ...(bias ? { bias: [outputs] } : {}),
    },
    params: { activation },
    ...(bench ? { bench } : {}),
    ...(stored ? { noGradCheck: `no central differences in ${stored}` } : {}),
    ...(activation === "relu" ? { noGradCheck: "kink at 0, which differences may straddle" } : {}),
  };
}

/** The same layer of activations of f16. */
function ofHalves({ inputs, ...rest }: LinearCase): LinearCase {
  const { shape, dtype = "f32" } = caseInput(inputs.weight);
  return {
    ...rest,
    inputs: { ...inputs, x: { ...caseInput(inputs.x), dtype: "f16" }, weight: { shape, dtype } },
    noGradCheck: "no central differences in f16",
  };
}

/** The product as kernels of both devices take it. */
function productOf(
  { x, weight, bias }: Inputs<"x" | "weight", "bias", Spec>,
  { activation }: LinearParams,
): MatmulSpec & GemmSpec {
  const [m, k] = x.shape as [number, number];
  return {
    m,
    n: weight.shape[0]!,
    k,
    transposeB: true,
    types: { a: storageType(x.dtype), b: storageType(weight.dtype) },
    bias: bias !== undefined,
    activation,
    names: { a: "x", b: "weight", c: "y" },
  };
}

/** Inputs x [r, in], weight [out, in], bias [out]; output y [r, out]. */
export const linearPrimitive: Primitive<"x" | "weight", "bias", "y", LinearParams> = definePrimitive({
  name: "linear",
  inputs: ["x", "weight"],
  optional: ["bias"],
  outputs: ["y"],
  infer({ x, weight, bias }) {
    requireProductDTypes("linear", ["x", x.dtype], ["weight", weight.dtype]);
    const dtype = productDType(x.dtype);
    if (bias && bias.dtype !== dtype) {
      throw new DTypeError(
        `linear: bias must have the dtype of the product, ${dtype}; got ${bias.dtype}. Convert it with cast().`,
        { op: "linear", expected: dtype, got: bias.dtype },
      );
    }
    if (weight.shape.length !== 2 || x.shape.length !== 2 || weight.shape[1] !== x.shape[1]) {
      throw new ShapeError(
        `linear: the last axis of x must equal that of weight [out,in]; got x ${showShape(x.shape)}, weight ${showShape(weight.shape)}.`,
        {
          op: "linear",
          shapes: { x: x.shape, weight: weight.shape },
        },
      );
    }
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== weight.shape[0])) {
      throw new ShapeError(
        `linear: bias must be [${weight.shape[0]}], one number per row of weight; got ${showShape(bias.shape)}.`,
        {
          op: "linear",
          expected: [weight.shape[0]],
          got: bias.shape,
        },
      );
    }
    return { y: { shape: [x.shape[0]!, weight.shape[0]!], dtype } };
  },
  reference({ x, weight, bias }, { activation }) {
    const product = matmul(x, weight, { transposeB: true });
    return { y: tensorActivations[activation](bias ? add(product, bias) : product) };
  },
  cpu({ x, weight, bias }, { y }, { activation }) {
    const [m, k] = x.shape as [number, number];
    const n = weight.shape[0]!;
    const shape = { m, n, k, transposeA: false, transposeB: true };
    gemm(
      y.data,
      decoded(x.data, x.dtype),
      decoded(weight.data, weight.dtype),
      shape,
      { a: 0, b: 0, c: 0 },
      { bias: bias?.data, activate: numberActivations[activation] },
    );
  },
  webgpu: (inputs, p, caps) => matmulKernel.program(productOf(inputs, p), caps),
  rounds: (inputs, p, caps) => (matmulKernel.rounds(productOf(inputs, p), caps) ? ["x", "weight"] : []),
  normed: () => normedLinearPrimitive as unknown as Primitive,
  wasm: (inputs, p) => (isHalf(inputs.x.dtype) ? undefined : gemmKernel.program(productOf(inputs, p))),
  vjp({ x: { x, weight, bias }, grad, p: { activation }, needs }) {
    // The sums before the activation are computed again: one more product, against keeping r·out numbers per layer.
    const gradSum = activation === "none" ? grad.y! : activationGradient(linear(x, weight, bias), grad.y!, activation); // [r, out]
    return {
      x: needs("x") ? cast(matmul(gradSum, weight), x.dtype) : undefined,
      weight: needs("weight") ? cast(matmul(gradSum, x, { transposeA: true }), weight.dtype) : undefined,
      bias: bias && needs("bias") ? sum(gradSum, 0) : undefined,
    };
  },
  cases: [
    layer("one number", 1, 1, 1, { bias: true }),
    layer("one row", 1, 36, 20, { bias: true }),
    layer("tile", 16, 16, 64),
    layer("one below the tile", 15, 15, 63, { bias: true }),
    layer("one above the tile", 17, 17, 65, { bias: true }),
    layer("primes and relu", 7, 13, 11, { bias: true, activation: "relu" }),
    layer("primes and silu", 7, 13, 11, { activation: "silu" }),
    layer("aligned and gelu", 8, 12, 16, { bias: true, activation: "gelu" }),
    layer("long sum, small result", 6, 1030, 8, { bias: true, activation: "silu" }),
    layer("many rows, small weight", 600, 6, 5, { bias: true }),
    layer("one row, weight of bf16", 1, 36, 20, { bias: true, stored: "bf16" }),
    layer("one row of odd width, weight of f16", 1, 37, 5, { stored: "f16" }),
    layer("primes and silu, weight of f16", 7, 13, 11, { bias: true, activation: "silu", stored: "f16" }),
    layer("aligned, weight of bf16", 24, 32, 36, { stored: "bf16" }),
    ofHalves(layer("primes and silu, x of f16", 7, 13, 11, { bias: true, activation: "silu" })),
    ofHalves(layer("aligned, all of f16", 24, 32, 36, { stored: "f16" })),
    layer("input projection of a 130 M model", 2048, 768, 3352, { bench: true }),
    layer("its decode step", 1, 768, 3352, { bench: true }),
    layer("its decode step, weight of bf16", 1, 768, 3352, { bench: true, stored: "bf16" }),
  ],
  cost({ x, weight, bias }) {
    const [rows, inputs] = x.shape as [number, number];
    const outputs = weight.shape[0]!;
    return {
      flops: 2 * rows * inputs * outputs,
      bytes: 4 * (rows * inputs + rows * outputs + (bias ? outputs : 0)) + dtypeBytes(weight.dtype) * outputs * inputs,
    };
  },
});

function normedLayer(
  name: string,
  rows: number,
  inputs: number,
  outputs: number,
  { addend = false, ...options }: CaseOptions & { readonly addend?: boolean } = {},
): Case<"x" | "weight" | "normWeight", "bias" | "addend", NormedProductParams<LinearParams>> {
  const { inputs: given, params, ...rest } = layer(name, rows, inputs, outputs, options);
  return {
    ...rest,
    inputs: {
      ...given,
      normWeight: [inputs],
      ...(addend && { addend: [rows, inputs] }),
    },
    params: { eps: 1e-5, product: params },
  };
}

/** {@link linearPrimitive} of normed rows. */
export const normedLinearPrimitive: NormedPrimitive<"weight", "bias", LinearParams> = normedProduct(
  linearPrimitive,
  productOf,
  [
    normedLayer("one number", 1, 1, 1),
    normedLayer("a row of 63, bias, addend", 1, 63, 33, { bias: true, addend: true }),
    normedLayer("three rows of 64, addend, silu", 3, 64, 65, { activation: "silu", addend: true }),
    normedLayer("a row of 64, bf16", 1, 64, 33, { stored: "bf16" }),
    normedLayer("five rows: the reference", 5, 16, 8, { addend: true }),
    normedLayer("130m", 1, 768, 3352, { addend: true, bench: true }),
  ],
);

function activationGradient(sums: Tensor, grad: Tensor, activation: Activation): Tensor {
  return vjp(() => [tensorActivations[activation](sums)], [sums], [grad]).grads[0]!;
}

/**
 * `y = activation(x·weightᵀ + bias)` over the last axis of x.
 *
 * Sums of f32 are kept in f32 (in f64 by the plain loops of a CPU without SIMD).
 *
 * @param x […, in]; f32 (f64 on the CPU), or f16 or bf16
 * @param weight [out, in]; f32, f16 or bf16 with x of these (f64 with f64). Halves are widened as they are read, their
 *   gradients rounded to their dtype
 * @param bias [out], the result's dtype; absent: none
 * @returns […, out], f32 (f64 on the CPU)
 * @throws ShapeError, DTypeError when they do not fit together
 * @example
 * const y = linear(tensor([[1, 2]]), tensor([[1, 1], [0, 3]]), tensor([10, 20]));
 * console.log(await y.toArray()); // [[13, 26]]
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor, options: LinearOptions = {}): Tensor {
  requireArity("linear", arguments, 4);
  checkOptions("linear", options, { activation: true });
  const { activation = "none" } = options;
  requireActivation("linear", activation);
  requireTensors("linear", { x, weight });
  const inputs = x.shape.at(-1);
  if (inputs === undefined)
    throw new ShapeError("linear: x must have at least one axis; got a scalar.", { op: "linear", got: x.shape });
  if (x.shape.length === 2) return apply(linearPrimitive, { x, weight, bias }, { activation }).y;
  return tidy(() => {
    const rows = reshape(x, [sizeOf(x.shape.slice(0, -1)), inputs]);
    return reshape(apply(linearPrimitive, { x: rows, weight, bias }, { activation }).y, [
      ...x.shape.slice(0, -1),
      weight.shape[0]!,
    ]);
  });
}
