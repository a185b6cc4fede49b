// Matrix multiplication, batched, of either operand or its transpose, with bias and activation: chooses the kernels and
// makes the program. README.md has the derivation.
import { KernelError } from "@x/base";
import {
  type WasmArgument,
  type WasmCall,
  wasmCall,
  type WasmProgram,
  type WasmSplit,
  wasmProgram,
} from "../kernel.ts";
import { weightBytes } from "./pack.ts";
import type { GemmConfig, GemmSpec, GemmSplit, WeightType } from "./spec.ts";
import { addPart } from "./split-k.ts";
import { wholeBlocks } from "./integer-dots.ts";
import { integersProgram } from "./integers-kernel.ts";
import { rowsProgram } from "./rows-kernel.ts";
import { gemmKernel, scratchBytes } from "./tiled-kernel.ts";
import { vecmat, vecmatScratchBytes } from "./vecmat.ts";

const oneMatrix = { count: 1, strideA: 0, strideB: 0 } as const;

/** Columns, so that every thread packs its own part of B; rows of a tall product. */
function splitOf(m: number, n: number, count: number): WasmSplit & { readonly kind: GemmSplit } {
  const own = ["scratch"];
  if (count >= 8) return { kind: "batch", count, own };
  if (n >= 128 || n >= m) return { kind: "columns", count: Math.ceil(n / 16), grain: 4, own };
  return { kind: "rows", count: Math.ceil(m / 4), grain: 8, own };
}

/** Products with a transposed B that go along its rows, as they are stored; undefined for what is no such product. */
function alongRows(spec: GemmSpec, type: WeightType): WasmProgram | undefined {
  const {
    k,
    transposeA = false,
    transposeB = false,
    groupSize = 0,
    batch = oneMatrix,
    names: { scales = "scales" } = {},
  } = spec;
  if (!transposeB || transposeA || k === 0) return undefined;
  const [atA, atB, atC] = places(spec, type);
  if (type !== "int8" && type !== "int4") return rowsProgram({ ...spec, batch }, atA, atB, atC, type);
  const bits = type === "int8" ? 8 : 4;
  if (!wholeBlocks({ bits, groupSize })) return undefined;
  return integersProgram({ ...spec, bits, groupSize }, atA, atB, scales, atC);
}

/** Where the first matrices begin. */
function places(
  { names: { a = "a", b = "b", c = "c" } = {}, offsets = { a: 0, b: 0, c: 0 } }: GemmSpec,
  type: WeightType,
): [a: WasmArgument, b: WasmArgument, c: WasmArgument] {
  const at = (buffer: string, offset: number, bytes: number): WasmArgument => ({ buffer, offsetBytes: bytes * offset });
  return [at(a, offsets.a, 4), at(b, offsets.b, weightBytes(type)), at(c, offsets.c, 4)];
}

function program(spec: GemmSpec): WasmProgram {
  const {
    m,
    n,
    k,
    transposeA = false,
    transposeB = false,
    bias = false,
    activation = "none",
    batch = oneMatrix,
    groupSize = 0,
  } = spec;
  const type = spec.types?.b ?? "f32";
  const integers = type === "int8" || type === "int4";
  if (integers && !transposeB)
    throw new KernelError(
      `gemm: a B of ${type} must be transposed: its scales are those of neighbours along k; got transposeB false.`,
      { kernel: "gemm" },
    );
  const along = alongRows(spec, type);
  if (along) return along;
  const [atA, atB, atC] = places(spec, type);
  if (type === "f32" && m === 1 && n > 1 && !transposeB && k > 0)
    return wasmProgram([vecmat({ ...spec, batch }, atA, atB, atC)], { scratch: vecmatScratchBytes });
  if (type === "f32" && n === 1 && !transposeA && !bias && activation === "none" && k > 0) {
    // A column is a row of the transposed product: (A·b)ᵀ = bᵀ·Aᵀ.
    const swapped = { m: 1, n: m, k, batch: { count: batch.count, strideA: batch.strideB, strideB: batch.strideA } };
    return rowsProgram(swapped, atB, atA, atC, "f32");
  }
  if (k > maxSumDepth && !(integers && maxSumDepth % groupSize !== 0)) return longProgram(spec, type);
  return tiledProgram(spec, type, { first: 0, depth: k }, atC);
}

/** Terms that `gemm` adds up in f32: 16 blocks of 256. */
const maxSumDepth = 4096;

/** A longer sum is made of parts, added up so that no rounding is lost. */
function longProgram(spec: GemmSpec, type: WeightType): WasmProgram {
  const { m, n, k, bias = false, activation = "none", batch = oneMatrix } = spec;
  const [, , c] = places(spec, type);
  const count = m * n * batch.count;
  const temps: Record<string, number> = { part: 4 * count, rests: 4 * count };
  const calls: WasmCall[] = [];
  for (let first = 0; first < k; first += maxSumDepth) {
    const product = tiledProgram(
      { ...spec, bias: false, activation: "none" },
      type,
      { first, depth: Math.min(maxSumDepth, k - first) },
      "part",
    );
    Object.assign(temps, product.temps);
    const last = first + maxSumDepth >= k;
    calls.push(
      ...product.calls,
      addPart(
        { first: first === 0, bias: bias && last, activation: last ? activation : "none" },
        { rows: m * batch.count, n },
        c,
      ),
    );
  }
  return wasmProgram(calls, temps);
}

/** The part of a product's sum from `first` on, `depth` long, into c. */
function tiledProgram(
  spec: GemmSpec,
  type: WeightType,
  { first, depth }: { readonly first: number; readonly depth: number },
  c: WasmArgument,
): WasmProgram {
  const {
    m,
    n,
    k,
    transposeA = false,
    transposeB = false,
    bias = false,
    activation = "none",
    batch = oneMatrix,
    groupSize = 0,
    names: { scales = "scales" } = {},
  } = spec;
  const integers = type === "int8" || type === "int4";
  const { a = 0, b = 0 } = spec.offsets ?? {};
  const [atA, atB] = places(
    { ...spec, offsets: { a: a + first * (transposeA ? m : 1), b: b + first * (transposeB ? 1 : n), c: 0 } },
    type,
  );
  // Packing B pays once it is read often and does not fit the second-level cache.
  const packB = !transposeB && (type !== "f32" || (m > 32 && n * k > 2 ** 18));
  const { kind, ...split } = splitOf(m, n, batch.count);
  const config: GemmConfig = {
    tile: m === 1 ? "row" : "wide",
    transposeA,
    transposeB,
    packB,
    type,
    groupSize: integers ? groupSize : 0,
    bias,
    activation,
    split: kind,
  };
  const call: WasmCall = wasmCall(
    gemmKernel,
    config,
    {
      a: atA,
      b: atB,
      c,
      bias: bias ? "bias" : 0,
      m,
      n,
      k: depth,
      strideA: 4 * (transposeA ? m : k),
      strideB: weightBytes(type) * (transposeB ? k : n),
      batch: batch.count,
      batchA: 4 * batch.strideA,
      batchB: weightBytes(type) * batch.strideB,
      scales: integers ? { buffer: scales, offsetBytes: (4 * first) / groupSize } : 0,
      strideScales: integers ? (4 * k) / groupSize : 0,
    },
    split,
  );
  return wasmProgram([call], { scratch: scratchBytes(spec, config) });
}

/** Matrix multiplication: `gemm.program({ m, n, k })` over buffers a, b and c. k must be at least 1. */
export const gemm: {
  readonly program: (spec: GemmSpec) => WasmProgram;
} = { program };
