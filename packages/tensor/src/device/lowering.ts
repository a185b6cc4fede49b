// The part of a primitive that a device sees: specs in, shapes and kernels out. primitive.ts adds tensors, gradients
// and references.
import type { WasmProgram } from "@x/kernels-wasm";
import type { Caps, Program } from "@x/kernels-wgsl";
import { type DType, dtypeBytes, type HostArray } from "../numbers/dtype.ts";
import type { RowLayout, View } from "../row-layout.ts";
import { type Shape, sizeOf } from "../shape.ts";

/** What is known about a tensor before it exists. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
  /** layout of a view that is not dense; see {@link Lowering.views} */
  readonly rows?: RowLayout | undefined;
}

/** The layouts of those outputs that are written as parts of a larger tensor. */
export type OutputRows<O extends string = string> = { readonly [K in O]?: RowLayout };

/** The layouts of those outputs that have one. */
export function outputRows(outputs: Readonly<Record<string, Spec>>): OutputRows {
  const rows: Record<string, RowLayout> = {};
  for (const name in outputs) if (outputs[name]!.rows) rows[name] = outputs[name]!.rows;
  return rows;
}

/** A tensor on the host, as the CPU paths see it. */
export interface HostTensor extends Spec {
  readonly data: HostArray;
}

/** Inputs by name: `R` required, `Q` optional. */
export type Inputs<R extends string, Q extends string, T> = { readonly [K in R]: T } & {
  readonly [K in Q]?: T | undefined;
};

/** An RMS norm, as products of its rows can compute it: `y = (x + addend) · weight / √(mean of squares + eps)`. */
export interface RowNorm<R extends string = string, O extends string = string> {
  readonly eps: number;
  readonly x: R;
  readonly addend?: R;
  readonly weight: R;
  readonly y: O;
  /** the output x + addend */
  readonly summed?: O;
}

/** Integers of an input that must lie in [0, size). */
export interface IdRange<I extends string = string> {
  readonly input: I;
  readonly size: number;
  /** the function that errors name */
  readonly op: string;
  /** what errors say before the range; default "ids must lie in" */
  readonly must?: string;
  /** an id outside of the range that is right as well: it means nothing */
  readonly except?: number;
  /** all integers but 0 in the place of the range: they divide */
  readonly divisors?: true;
  /** they are known to be right, from the op that made them or checked them before: a GPU does not look again */
  readonly known?: boolean;
}

/** How an op is computed on each device. */
export interface Lowering<
  R extends string = string,
  Q extends string = string,
  O extends string = string,
  P = unknown,
> {
  readonly name: string;
  readonly inputs: readonly R[];
  readonly optional?: readonly Q[];
  readonly outputs: readonly O[];
  /** Outputs kept only for the gradient: users do not get them, and no gradient flows through them. */
  readonly saved?: readonly NoInfer<O>[];
  /**
   * Where the outputs are in the memory of the only input, relative to it: nothing runs. undefined where they are no
   * views of it.
   */
  alias?(x: NoInfer<Inputs<R, Q, Spec>>, p: P): NoInfer<{ readonly [K in O]?: View }> | undefined;
  /**
   * Inputs and outputs whose {@link Spec.rows} the kernels observe. Any other input that is a view is made dense first.
   */
  readonly views?: readonly NoInfer<R | Q | O>[];
  /** By name, how many of the last axes a row of such a view must hold, unless it holds all; default: any number. */
  readonly rowAxes?: Readonly<Partial<Record<NoInfer<R | Q | O>, number>>>;
  /** Elements at whose multiples rows of `views` must start, or they are made dense too; default 1. */
  readonly viewAlignment?: 1 | 2 | 4;
  /** The bytes of the input `source` are copied to the memory of `target` by the device itself: no kernel runs. */
  readonly transfer?: true;
  /**
   * The output `y` is the inputs, in order, side by side along the axis `params.axis`. In a captured function each can
   * be made in its place.
   */
  readonly joins?: true;
  /**
   * Says that the op is an RMS norm of rows, which a plan may compute inside the products that read it; undefined for
   * inputs and parameters that make it something else.
   */
  rowNorm?(x: NoInfer<Inputs<R, Q, Spec>>, p: P): RowNorm<NoInfer<R>, NoInfer<O>> | undefined;
  /**
   * The output that is stored as f16 where the parameters hold `half: true`. A plan asks for it where only products read
   * it, which round it anyway (capture/store-rounded.ts).
   */
  readonly half?: NoInfer<O>;
  /**
   * The inputs that the kernels round to f16 as they read them, on a device of such `caps`: stored so, they give the
   * same bits.
   */
  rounds?(x: NoInfer<Inputs<R, Q, Spec>>, p: P, caps: Caps): readonly NoInfer<R | Q>[];
  /** An output so quickly made that a plan may make it again in place of holding it (capture/make-again.ts). */
  readonly again?: NoInfer<O>;
  /** Inputs that are written in place. Such a primitive has no gradient. */
  readonly mutates?: readonly NoInfer<R | Q>[];
  /**
   * Shapes and dtypes of the outputs; the only place that raises about those of the inputs. An output may be left out
   * for some parameters.
   */
  infer(x: NoInfer<Inputs<R, Q, Spec>>, p: P): NoInfer<{ readonly [K in O]?: Spec }>;
  /**
   * The inputs whose integers name elements, and the ranges they must lie in. The CPU raises before it computes. A GPU
   * cannot: reads of what it wrote raise (device/id-faults.ts).
   */
  ids?(x: NoInfer<Inputs<R, Q, Spec>>, p: P): readonly IdRange<NoInfer<R | Q>>[];
  /** Raises about other values of inputs, on the CPU only: before the loops and before the kernels. */
  check?(x: NoInfer<Inputs<R, Q, HostTensor>>, p: P): void;
  /** Loops over host memory that write every element of `y`. They serve f32 and f64 alike and accumulate in doubles. */
  cpu?(x: NoInfer<Inputs<R, Q, HostTensor>>, y: NoInfer<Readonly<Record<O, HostTensor>>>, p: P): void;
  /**
   * The program that computes it, buffers named like inputs and outputs; undefined where these inputs have no kernel
   * (then the reference runs).
   */
  webgpu?(x: NoInfer<Inputs<R, Q, Spec>>, p: P, caps: Caps, y: NoInfer<OutputRows<O>>): Program | undefined;
  /**
   * The calls that compute it on the CPU device, buffers named like inputs and outputs; undefined where these inputs
   * have no kernel (then the loops run).
   */
  wasm?(x: NoInfer<Inputs<R, Q, Spec>>, p: P, y: NoInfer<OutputRows<O>>): WasmProgram | undefined;
}

/** Bytes a tensor takes on a device: whole 4-byte words, at least one. */
export function storageBytes(spec: Spec): number {
  return Math.max(4, Math.ceil((sizeOf(spec.shape) * dtypeBytes(spec.dtype)) / 4) * 4);
}

export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, key: string) => B,
): Record<string, B> {
  const result: Record<string, B> = {};
  for (const key in record) result[key] = map(record[key]!, key);
  return result;
}
