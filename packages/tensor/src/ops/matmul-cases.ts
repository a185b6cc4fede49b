// Parameters of the product, and what it is tested on.
import type { Case } from "../primitive.ts";
import type { Shape } from "../shape.ts";

/** Which operands of a product are read transposed, with nothing left open. */
export interface MatmulParams {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

type MatmulCase = Case<"a" | "b", never, MatmulParams>;

/** A right-hand side of halves: bit patterns of numbers from 1/128, or 1/16, to 1. */
export const halfOperand = {
  bf16: { dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } },
  f16: { dtype: "f16", fill: { integers: [0x2c00, 0x3c00] } },
} as const;

function halfProduct(
  name: string,
  dtype: "f16" | "bf16",
  a: Shape,
  b: Shape,
  params: Partial<MatmulParams> = {},
): MatmulCase {
  return {
    ...product(name, a, b, params),
    inputs: { a, b: { shape: b, ...halfOperand[dtype] } },
    noGradCheck: `no central differences in ${dtype}`,
  };
}

/** A product of activations of halves. */
function halvesProduct(
  name: string,
  typeA: "f16" | "bf16",
  typeB: "f16" | "f32",
  a: Shape,
  b: Shape,
  params: Partial<MatmulParams> = {},
): MatmulCase {
  return {
    ...product(name, a, b, params),
    inputs: { a: { shape: a, dtype: typeA }, b: { shape: b, dtype: typeB } },
    noGradCheck: `no central differences in ${typeA}`,
  };
}

function product(name: string, a: Shape, b: Shape, params: Partial<MatmulParams> = {}, bench = false): MatmulCase {
  return {
    name,
    inputs: { a, b },
    params: { transposeA: false, transposeB: false, ...params },
    ...(bench ? { bench } : {}),
  };
}

/** Shapes around tiles, orientations, batches, halves. */
export const matmulCases: readonly MatmulCase[] = [
  product("one number", [1, 1], [1, 1]),
  product("row times matrix", [1, 37], [37, 65]),
  product("row times transposed matrix", [1, 67], [33, 67], { transposeB: true }),
  product("matrix times column", [19, 23], [23, 1]),
  product("transposed matrix times column", [23, 19], [23, 1], { transposeA: true }),
  product("tile", [16, 16], [16, 64]),
  product("one below the tile", [15, 15], [15, 63]),
  product("one above the tile", [17, 17], [17, 65]),
  product("primes", [31, 29], [29, 37]),
  product("primes, a transposed", [29, 31], [29, 37], { transposeA: true }),
  product("primes, b transposed", [31, 29], [37, 29], { transposeB: true }),
  product("primes, both transposed", [29, 31], [37, 29], { transposeA: true, transposeB: true }),
  product("aligned, a transposed", [24, 16], [24, 20], { transposeA: true }),
  product("aligned, b transposed", [16, 24], [20, 24], { transposeB: true }),
  product("aligned, both transposed", [24, 16], [20, 24], { transposeA: true, transposeB: true }),
  product("batched", [3, 5, 7], [3, 7, 4]),
  product("batched, b transposed", [3, 4, 8], [3, 12, 8], { transposeB: true }),
  product("broadcast batches", [2, 1, 5, 4], [3, 4, 6]),
  product("one matrix against many", [5, 4], [2, 3, 4, 7]),
  product("batched rows", [4, 1, 9], [4, 9, 5]),
  product("long sum, small result", [9, 1500], [1500, 11]),
  product("long sum, small result, a transposed", [1500, 8], [1500, 12], { transposeA: true }),
  halfProduct("row times transposed matrix of bf16", "bf16", [1, 64], [33, 64], { transposeB: true }),
  halfProduct("primes, b of f16", "f16", [31, 29], [29, 37]),
  halfProduct("primes, b transposed and of bf16", "bf16", [31, 29], [37, 29], { transposeB: true }),
  halfProduct("aligned, both transposed, b of f16", "f16", [24, 16], [20, 24], { transposeA: true, transposeB: true }),
  halfProduct("batched, b of bf16", "bf16", [3, 5, 8], [3, 8, 4]),
  halvesProduct("primes, both of f16", "f16", "f16", [31, 29], [29, 37]),
  halvesProduct("aligned, a transposed and of f16", "f16", "f32", [24, 16], [24, 20], { transposeA: true }),
  halvesProduct("row of bf16 times transposed matrix", "bf16", "f32", [1, 64], [33, 64], { transposeB: true }),
  halvesProduct("batched, a of bf16, b of f16", "bf16", "f16", [3, 5, 8], [3, 8, 4]),
  product("input projection of a 130 M model", [2048, 768], [3352, 768], { transposeB: true }, true),
  product("its weight gradient", [2048, 3352], [2048, 768], { transposeA: true }, true),
  product("batched 64 by 64", [768, 64, 64], [768, 64, 64], {}, true),
];
