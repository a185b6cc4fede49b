// A product of rows that are RMS-normed as they are read: what a plan makes of a norm and the products after it while a
// model decodes, so that each is one dispatch (capture/norms-in-products.ts).
import { matmul as matmulKernel, type MatmulSpec } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { requireDType } from "../numbers/dtype.ts";
import { ShapeError } from "../errors.ts";
import { type Case, definePrimitive, type Inputs, type Primitive, type Spec } from "../primitive.ts";
import { sameShape, type Shape, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul, rsqrt, square } from "./elementwise.ts";
import { mean } from "./mean.ts";

/** Parameters of a product of normed rows. */
export interface NormedProductParams<P> {
  readonly eps: number;
  readonly product: P;
}

type NormedInput = "x" | "normWeight";
/** {@link normedProduct}. */
export type NormedPrimitive<R extends string, Q extends string, P> = Primitive<
  R | NormedInput,
  Q | "addend",
  "y" | "summed",
  NormedProductParams<P>
>;

/**
 * The primitive of `product` of `(x + addend) / √(mean((x + addend)²) + eps) · normWeight` in place of x, and of the
 * sum. Inputs are those of the product with x [r, in], and normWeight [in], addend [r, in]; outputs y, and summed
 * [r, in] where there is an addend.
 *
 * @param spec the product as its kernel takes it; `names` must be those of the primitive
 */
export function normedProduct<R extends string, Q extends string, P>(
  product: Primitive<R | "x", Q, "y", P>,
  spec: (x: Inputs<R | "x", Q, Spec>, p: P) => MatmulSpec,
  cases: readonly Case<R | NormedInput, Q | "addend", NormedProductParams<P>>[],
): NormedPrimitive<R, Q, P> {
  type Given<T> = Inputs<R | "x", Q, T> & { readonly normWeight: T; readonly addend?: T | undefined };
  const primitive: Primitive<string, string, "y" | "summed", NormedProductParams<P>> = {
    name: `normed_${product.name}`,
    inputs: [...product.inputs, "normWeight"],
    optional: [...(product.optional ?? []), "addend"],
    outputs: ["y", "summed"],
    infer(inputs, p) {
      const { x, normWeight, addend } = inputs as Given<Spec>;
      const like = { shape: x.shape, dtype: x.dtype };
      requireLike(this.name, "normWeight", normWeight, x.shape.slice(-1), x);
      if (addend) requireLike(this.name, "addend", addend, x.shape, x);
      const { y } = product.infer(inputs as Given<Spec>, p.product);
      return { y: y!, ...(addend && { summed: like }) };
    },
    reference(inputs, p) {
      const { x, normWeight, addend, ...rest } = inputs as Given<Tensor>;
      const sum = addend ? add(x, addend) : x;
      const rstd = rsqrt(add(mean(square(sum), -1, { keepDims: true }), p.eps));
      const rows = mul(mul(sum, rstd), normWeight);
      const { y } = apply(product, { ...rest, x: rows } as unknown as Inputs<R | "x", Q, Tensor>, p.product);
      return { y, ...(addend && { summed: sum }) };
    },
    webgpu(inputs, p, caps) {
      const given = inputs as Given<Spec>;
      const normed = { ...spec(given, p.product), norm: { eps: p.eps, added: given.addend !== undefined } };
      return matmulKernel.takesNorm(normed, caps) ? matmulKernel.program(normed, caps) : undefined;
    },
    cases: cases as Primitive<string, string, "y" | "summed", NormedProductParams<P>>["cases"],
    cost(inputs, p) {
      const { flops, bytes } = product.cost!(inputs as Given<Spec>, p.product);
      const size = sizeOf(inputs["x"]!.shape);
      return { flops: flops + 5 * size, bytes: bytes + (inputs["addend"] ? 8 : 0) * size };
    },
  };
  return definePrimitive(primitive) as unknown as NormedPrimitive<R, Q, P>;
}

function requireLike(op: string, name: string, got: Spec, shape: Shape, x: Spec): void {
  requireDType(op, name, got.dtype, [x.dtype]);
  if (sameShape(got.shape, shape)) return;
  throw ShapeError.must(op, name, `have shape ${showShape(shape)} beside x ${showShape(x.shape)}`, got.shape, shape);
}
