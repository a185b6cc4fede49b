// What a caller asks of a product, checked and with nothing left open.
import { KernelError } from "../errors.ts";
import type { BatchAxis } from "./batch.ts";
import type { Activation } from "./epilogue.ts";

/** C = activation(op(A) · op(B) + bias), for every matrix of a batch. */
export interface MatmulSpec {
  /** rows of op(A) and of C */
  readonly m: number;
  /** columns of op(B) and of C */
  readonly n: number;
  /** columns of op(A), rows of op(B) */
  readonly k: number;
  /** A is stored as [k, m]. */
  readonly transposeA?: boolean;
  /** B is stored as [n, k]. */
  readonly transposeB?: boolean;
  /** Matrices, when A, B and C are dense stacks of as many; or the batch axes of C, outermost first. Default 1. */
  readonly batch?: number | readonly BatchAxis[];
  /** Adds `bias` [n] to every row. */
  readonly bias?: boolean;
  readonly activation?: Activation;
  /** Buffer names, where they are not a, b, bias and c. */
  readonly names?: Readonly<Partial<Record<"a" | "b" | "bias" | "c", string>>>;
}

/** {@link MatmulSpec} with its defaults; `buffers` maps the kernels' bindings to the caller's names. */
export interface ResolvedMatmul {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly axes: readonly BatchAxis[];
  /** product of the batch axes */
  readonly matrices: number;
  readonly bias: boolean;
  readonly activation: Activation;
  readonly buffers: Readonly<{ a: string; b: string; c: string } & { bias?: string }>;
}

/** Fills in defaults and raises a {@link KernelError} about sizes that are not whole numbers. */
export function resolveMatmul(spec: MatmulSpec): ResolvedMatmul {
  const { m, n, k, batch = 1, transposeA = false, transposeB = false, bias = false, activation = "none", names = {} } = spec;
  const axes = typeof batch === "number" ? [{ size: batch, strideA: m * k, strideB: k * n }] : batch;
  for (const [name, size] of [["m", m], ["n", n], ["k", k], ...axes.map((axis) => ["batch", axis.size] as const)] as const) {
    if (!Number.isInteger(size) || size < 0) throw new KernelError(`matmul: ${name} must be a whole number of at least 0; got ${size}.`, { kernel: "matmul" });
  }
  return {
    m, n, k, transposeA, transposeB, axes, bias, activation,
    matrices: axes.reduce((count, axis) => count * axis.size, 1),
    buffers: { a: names.a ?? "a", b: names.b ?? "b", c: names.c ?? "c", ...(bias ? { bias: names.bias ?? "bias" } : {}) },
  };
}
