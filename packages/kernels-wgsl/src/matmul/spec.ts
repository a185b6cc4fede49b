// The spec of a matrix product, checked, with defaults filled in.
import { KernelError } from "@x/base";
import type { BatchAxis } from "./batch-axes.ts";
import type { Activation, Epilogue, EpilogueBinding } from "./epilogue.ts";
import type { NormBinding, NormedRows } from "./normed-rows.ts";
import { isGrouped, type StorageType, type WeightType } from "./operand.ts";

/** Buffers of a product. */
export type MatmulBuffer = "a" | "b" | "scales" | "c" | EpilogueBinding | NormBinding;

/** C = activation(op(A) · op(B) + bias) · gate + residual, for every matrix of a batch. */
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
  /**
   * How the elements of A, B and C are stored; default f32. Sums are f32 always. bf16 and f16 results need n to be a
   * multiple of 4.
   */
  readonly types?: { readonly a?: StorageType; readonly b?: WeightType; readonly c?: StorageType };
  /**
   * For int8 and int4 weights: B must be one transposed matrix [n, k], `scales` [n, k / groupSize] f32 is one more
   * buffer, and so many numbers along k share a scale. A multiple of 8 that divides k.
   */
  readonly groupSize?: number;
  /**
   * "f16" allows a product to round its operands to f16, where that lets subgroup matrices do it; sums stay f32.
   * Elsewhere it changes nothing. Operands beyond ±65504 then overflow, those below 6e-8 vanish. Default:
   * `caps.matmulPrecision`, else "f32".
   */
  readonly precision?: "f32" | "f16";
  /** Adds `bias` [n] to every row. */
  readonly bias?: boolean;
  readonly activation?: Activation;
  /** Multiplies by `gate`, of C's shape, f32: SwiGLU is silu(x·W₁) · (x·W₂), the second product gated by the first. */
  readonly gate?: boolean;
  /** Adds `residual`, of C's shape, f32, last. */
  readonly residual?: boolean;
  /**
   * Norms the rows of A as they are read, times `normWeight` [k]; with `added` of `a + addend`, which is written to
   * `summed`. Only where `takesNorm` says so.
   */
  readonly norm?: NormedRows;
  /** Buffer names, where they are not those of the bindings. */
  readonly names?: Readonly<Partial<Record<MatmulBuffer, string>>>;
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
  readonly types: { readonly a: StorageType; readonly b: WeightType; readonly c: StorageType };
  /** 0 without scales */
  readonly groupSize: number;
  readonly precision: "f32" | "f16" | undefined;
  readonly epilogue: Epilogue;
  /** a, b and c, and scales if B has them */
  readonly buffers: Readonly<{ a: string; b: string; c: string; scales?: string }>;
  readonly norm: NormedRows | undefined;
  readonly normBuffers: Readonly<Partial<Record<NormBinding, string>>>;
  /** those that the epilogue reads */
  readonly epilogueBuffers: Readonly<Partial<Record<EpilogueBinding, string>>>;
}

/** Fills in defaults and raises a {@link KernelError} about what does not fit together. */
export function resolveMatmul(spec: MatmulSpec): ResolvedMatmul {
  const {
    m,
    n,
    k,
    batch = 1,
    transposeA = false,
    transposeB = false,
    bias = false,
    activation = "none",
    gate = false,
    residual = false,
    names = {},
    precision,
    norm,
  } = spec;
  const types = { a: spec.types?.a ?? "f32", b: spec.types?.b ?? "f32", c: spec.types?.c ?? "f32" } as const;
  const axes = typeof batch === "number" ? [{ size: batch, strideA: m * k, strideB: k * n }] : batch;
  for (const [name, size] of [
    ["m", m],
    ["n", n],
    ["k", k],
    ...axes.map((axis) => ["batch", axis.size] as const),
  ] as const) {
    if (!Number.isInteger(size) || size < 0)
      throw new KernelError(`matmul: ${name} must be a whole number of at least 0; got ${size}.`, { kernel: "matmul" });
  }
  const matrices = axes.reduce((count, axis) => count * axis.size, 1);
  if (types.c !== "f32" && n % 4 !== 0) {
    throw new KernelError(
      `matmul: n must be a multiple of 4 where C is ${types.c}; got ${n}. Store C as f32 and cast it.`,
      { kernel: "matmul" },
    );
  }
  const manyB = axes.reduce((count, { size, strideB }) => (strideB === 0 ? count : count * size), 1);
  const groupSize = isGrouped(types.b) ? groupSizeOf(spec, manyB) : 0;
  return {
    m,
    n,
    k,
    transposeA,
    transposeB,
    axes,
    matrices,
    types,
    groupSize,
    precision,
    epilogue: { bias, activation, ...(gate ? { gate } : {}), ...(residual ? { residual } : {}) },
    buffers: {
      a: names.a ?? "a",
      b: names.b ?? "b",
      c: names.c ?? "c",
      ...(groupSize > 0 ? { scales: names.scales ?? "scales" } : {}),
    },
    norm,
    normBuffers: norm
      ? {
          normWeight: names.normWeight ?? "normWeight",
          ...(norm.added && { addend: names.addend ?? "addend", summed: names.summed ?? "summed" }),
        }
      : {},
    epilogueBuffers: {
      ...(bias ? { bias: names.bias ?? "bias" } : {}),
      ...(gate ? { gate: names.gate ?? "gate" } : {}),
      ...(residual ? { residual: names.residual ?? "residual" } : {}),
    },
  };
}

function groupSizeOf({ k, transposeB = false, types, groupSize = 0 }: MatmulSpec, matrices: number): number {
  if (!transposeB || matrices > 1) {
    throw new KernelError(
      `matmul: B of ${types?.b} must be one matrix stored as [n, k] (transposeB); got ${matrices} of them, transposeB ${transposeB}.`,
      { kernel: "matmul" },
    );
  }
  if (!Number.isInteger(groupSize) || groupSize < 8 || groupSize % 8 !== 0 || k % groupSize !== 0) {
    throw new KernelError(
      `matmul: groupSize must be a multiple of 8 that divides k, ${k}; got ${groupSize}. Quantise with groups that fit, for example of 32.`,
      { kernel: "matmul" },
    );
  }
  return groupSize;
}
