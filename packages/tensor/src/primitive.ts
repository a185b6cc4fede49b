// A primitive is one object that holds everything about an op. `apply` runs it.
import type { HostTensor, Inputs, Lowering, OutputRows, Spec } from "./device/lowering.ts";
import type { DType } from "./numbers/dtype.ts";
import type { Shape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

export type { HostTensor, Inputs, Lowering, OutputRows, Spec };

/**
 * What a vjp gets: the primitive's inputs, outputs and parameters, the gradients that arrived, and which inputs want
 * one.
 */
export interface VjpCall<R extends string, Q extends string, O extends string, P> {
  readonly x: Inputs<R, Q, Tensor>;
  readonly y: Readonly<Record<O, Tensor>>;
  /** Absent where no gradient reached that output. */
  readonly grad: { readonly [K in O]?: Tensor };
  readonly p: P;
  needs(input: R | Q): boolean;
}

/** How a test input is filled; numbers are drawn from a fixed seed. Default: normal, mean 0, std 1. */
export type Fill =
  | { readonly normal: readonly [mean: number, std: number] }
  | { readonly uniform: readonly [low: number, high: number] }
  | { readonly integers: readonly [low: number, highExclusive: number] }
  | { readonly values: readonly number[] };

/** An input of a case in full. */
export interface CaseInput {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly fill?: Fill;
}

/** An input of a case in full, where it may be a shape alone. */
export function caseInput(input: Shape | CaseInput): CaseInput {
  return "shape" in input ? input : { shape: input };
}

/**
 * One set of shapes and parameters. Cases drive the tests on every device, the gradient check, golden WGSL and the
 * bench.
 */
export interface Case<R extends string = string, Q extends string = string, P = unknown> {
  readonly name: string;
  /** each a shape, of f32 drawn from a normal distribution, or in full */
  readonly inputs: Inputs<R, Q, Shape | CaseInput>;
  readonly params: P;
  /** A size to be timed, too large to be tested. */
  readonly bench?: boolean;
  /** No gradient check, with the reason (a kink inside the inputs, integers only …). */
  readonly noGradCheck?: string;
  /** Allowed rms(got − ref)/rms(ref) in f32, with the reason when it is not the default. */
  readonly tolerance?: { readonly ratio: number; readonly why: string };
}

/** Work of one call. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/**
 * Everything about one op. A core primitive has `cpu` loops; a fused one is born with its `reference`, made of other
 * primitives, which is its oracle and documentation and runs wherever no faster path exists.
 */
export interface Primitive<
  R extends string = string,
  Q extends string = string,
  O extends string = string,
  P = unknown,
> extends Lowering<R, Q, O, P> {
  /** The same op of rows of its input x that are RMS-normed as they are read (ops/normed-product.ts). */
  normed?(): Primitive;
  reference?(x: NoInfer<Inputs<R, Q, Tensor>>, p: P): NoInfer<{ readonly [K in O]?: Tensor }>;
  /** Gradients of the inputs, made of primitives. Absent: the reference is differentiated. */
  vjp?(call: NoInfer<VjpCall<R, Q, O, P>>): NoInfer<{ readonly [K in R | Q]?: Tensor | undefined }>;
  readonly cases: NoInfer<readonly Case<R, Q, P>[]>;
  cost?(x: NoInfer<Inputs<R, Q, Spec>>, p: P): Cost;
}

/** Declares a primitive; exists for its type inference. */
/* @__NO_SIDE_EFFECTS__ */
export function definePrimitive<const R extends string, const O extends string, P, const Q extends string = never>(
  primitive: Primitive<R, Q, O, P>,
): Primitive<R, Q, O, P> {
  return primitive;
}
