// Matrix products: chooses the variant for a shape and a device and makes the program. The WGSL is in tile.ts,
// matvec.ts and split-k-sum.ts.
import { baseCaps, type Caps } from "../caps.ts";
import { KernelError } from "@x/base";
import { dispatch, type Dispatch, type Program, programOf } from "../kernel.ts";
import { batchParts } from "./batch-axes.ts";
import { blockedProduct } from "./large-operands.ts";
import { isPlain, noEpilogue } from "./epilogue.ts";
import type { MatvecShape } from "./matvec-config.ts";
import { matvecProgram, maxSharedRows, maxWorkgroupRows } from "./matvec-program.ts";
import { elementsPerWord } from "./operand.ts";
import { type MatmulSpec, resolveMatmul, type ResolvedMatmul } from "./spec.ts";
import { minSplits, splitOf, splitSum, targetSplits } from "./split-k.ts";
import { tuned } from "../tuning/select.ts";
import type { MatmulTuning } from "../tuning/table.ts";
import { matmulShapeClass, tileRuns } from "../tuning/measured.ts";
import { matmulTile } from "./tile.ts";
import { tileShapes } from "./tile-shapes.ts";
import {
  type MatrixShape,
  type SubgroupMatrixOptions,
  type ProductConfig,
  type TileConfig,
  type TileShape,
  workgroupTile,
} from "./tile-config.ts";
import { side } from "./subgroup-matrix/instructions.ts";
import type { SubgroupMatrixShape } from "./subgroup-matrix/shape.ts";
import { subgroupMatrixProgram, chooseSubgroupMatrixShape } from "./subgroup-matrix/plan.ts";

/** With fewer rows or columns most of a 16 × 16 block would be padding. */
const minMatrixLines = 32;

/** Whether a product has so few rows that B is best streamed past them. */
function hasFewRows(product: ResolvedMatmul, tuning: MatmulTuning, caps: Caps): boolean {
  const { m, n, k, transposeA, transposeB, matrices, types } = product;
  const { fewRows, matrix } = tuning;
  if (types.a !== "f32" || types.c !== "f32") return false;
  if (m <= maxSharedRows) return true;
  if (m > fewRows || transposeA || !transposeB || matrices > 1) return false;
  if (n * k > maxCached && m > maxWorkgroupRows(tuning, caps)) return false;
  return !(matrix && roundsToF16(product, matrix.smallTile, caps));
}

/** Numbers of B that caches of a GPU may hold: of more rows than a workgroup takes, each reads it again. */
const maxCached = 2 ** 23;

/** Whether a product can norm the rows of A as it reads them: a few rows, and B in one piece. */
function takesNorm(spec: MatmulSpec, caps: Caps = baseCaps): boolean {
  const product = resolveMatmul(spec);
  const { m, n, k, transposeA, transposeB, matrices, types } = product;
  return (
    m >= 1 &&
    hasFewRows(product, tuned(caps, "matmul"), caps) &&
    n * k > 0 &&
    matrices === 1 &&
    !transposeA &&
    transposeB &&
    (4 * n * k) / elementsPerWord[types.b] <= caps.maxStorageBufferBindingSize
  );
}

/** Overrides of what `program` would choose; for tests and the bench. */
export interface MatmulChoice {
  readonly tile?: TileShape;
  readonly matvec?: boolean;
  readonly matvecShape?: MatvecShape;
  readonly splits?: number;
  /** with subgroup matrices, of operands rounded into panels before */
  readonly subgroupMatrix?: SubgroupMatrixShape;
}

function program(spec: MatmulSpec, caps: Caps = baseCaps, choice: MatmulChoice = {}): Program {
  const product = resolveMatmul(spec);
  if (product.m * product.n * product.matrices === 0) return programOf([]);
  if (product.norm && !takesNorm(spec, caps)) {
    throw new KernelError(
      `matmul: norm must come with at most ${Math.max(maxSharedRows, tuned(caps, "matmul").fewRows)} rows of f32 and one B [n, k] that can be bound; got m = ${product.m}, ${product.matrices} matrices.`,
      { kernel: "matmul" },
    );
  }
  const blocked = product.norm ? undefined : blockedProduct(product, caps, (block) => program(block, caps, choice));
  if (blocked) return blocked;
  const tuning = tuned(caps, "matmul");
  if (
    choice.matvec ??
    (choice.tile === undefined && choice.splits === undefined && choice.subgroupMatrix === undefined)
  ) {
    // A column is a row of the transposed product: (A·b)ᵀ = bᵀ·Aᵀ.
    const { types, m, n, epilogue } = product;
    const asRow = n === 1 && m > maxSharedRows && types.b === "f32" && !epilogue.bias ? transposed(product) : product;
    if (hasFewRows(asRow, choice.matvec ? { ...tuning, fewRows: Infinity } : tuning, caps))
      return matvecProgram(asRow, tuning, caps, choice.matvecShape);
  }
  return panelsProgram(product, tuning, caps, choice) ?? tileProgram(product, tuning, caps, choice);
}

function transposed(product: ResolvedMatmul): ResolvedMatmul {
  const { m, n, transposeA, transposeB, axes, buffers } = product; // f32, without a bias
  return {
    ...product,
    m: n,
    n: m,
    transposeA: !transposeB,
    transposeB: !transposeA,
    axes: axes.map(({ size, strideA, strideB }) => ({ size, strideA: strideB, strideB: strideA })),
    buffers: { ...buffers, a: buffers.b, b: buffers.a },
  };
}

/** With subgroup matrices, of operands rounded into panels before: undefined where that does not pay, or cannot be. */
function panelsProgram(
  product: ResolvedMatmul,
  { matrix }: MatmulTuning,
  caps: Caps,
  choice: MatmulChoice,
): Program | undefined {
  const chosen =
    choice.subgroupMatrix !== undefined
      ? { shape: choice.subgroupMatrix, splits: choice.splits ?? minSplits(product, caps, side) }
      : matrix?.panels && roundsToF16(product, matrix.smallTile, caps) && !choice.tile && !choice.splits
        ? chooseSubgroupMatrixShape(product, matrix.panels, caps)
        : undefined;
  if (!chosen) return undefined;
  const split = splitOf(product.k, chosen.shape.depth, chosen.splits, 1);
  const program = subgroupMatrixProgram(product, chosen.shape, split, caps);
  if (!program || split.splits === 1) return program;
  return programOf([...program.dispatches, splitSum(product, split.splits, caps)], {
    ...program.temps,
    parts: split.splits * product.matrices * product.m * product.n * 4,
  });
}

/** Whether a product may round its operands to f16 and subgroup matrices do it then. */
function roundsToF16({ m, n, precision }: ResolvedMatmul, smallTile: TileShape, caps: Caps): boolean {
  return (precision ?? caps.matmulPrecision) === "f16" && Math.min(m, n) >= minMatrixLines && tileRuns(smallTile, caps);
}

/** Whether a product rounds both operands to f16 on this device: stored so, they give the same bits. */
function rounds(spec: MatmulSpec, caps: Caps = baseCaps): boolean {
  const product = resolveMatmul(spec);
  const { matrix } = tuned(caps, "matmul");
  return (
    matrix !== undefined &&
    product.m * product.n * product.matrices > 0 &&
    4 * Math.max(product.m * product.k, product.k * product.n, product.m * product.n) <=
      caps.maxStorageBufferBindingSize &&
    roundsToF16(product, matrix.smallTile, caps)
  );
}

function tileProgram(product: ResolvedMatmul, table: MatmulTuning, caps: Caps, choice: MatmulChoice): Program {
  const { m, n, k, transposeA, transposeB, axes, matrices, epilogue, buffers, epilogueBuffers } = product;
  const { matrix } = table;
  const halves = matrix !== undefined && roundsToF16(product, matrix.smallTile, caps);
  const tuning = halves ? { ...table, ...matrix } : table;
  const tilesOf = (shape: TileShape): [number, number] => {
    const tile = workgroupTile(shape);
    return [Math.ceil(n / tile.columns), Math.ceil(m / tile.rows)];
  };
  const countOf = (shape: TileShape): number => matrices * tilesOf(shape)[0] * tilesOf(shape)[1];
  const measured = halves ? {} : { ...table.measured, ...caps.tuning?.matmul };
  const reach = halves ? 1 : Math.max(1, Math.floor(k / tuning.minSplitDepth)); // subgroup matrices lose more by adding up parts
  const wanted = [
    measured[matmulShapeClass(product)],
    countOf(tuning.tile) * reach < tuning.minWorkgroups ? tuning.smallTile : tuning.tile,
    tuning.smallTile,
  ];
  const limit = caps.maxComputeWorkgroupsPerDimension;
  const tile = choice.tile ?? wanted.find((shape) => shape && tileRuns(shape, caps)) ?? tileShapes.direct;
  const { splits, splitDepth } = splitOf(
    k,
    tile.depth,
    choice.splits ?? Math.max(minSplits(product, caps), Math.min(limit, targetSplits(countOf(tile), tuning))),
    choice.splits ? 1 : tuning.minSplitDepth,
  );
  const split = splits > 1;
  const baked: ProductConfig = {
    transposeA,
    transposeB,
    ...(split ? noEpilogue : epilogue),
    vectorA: (transposeA ? m : k) % 4 === 0,
    vectorB: (transposeB ? k : n) % 4 === 0,
    vectorC: n % 4 === 0,
    evenDepth: k % tile.depth === 0,
    ...bakedTypes(product, split),
  };
  const config: TileConfig =
    tile.stage === "matrix"
      ? { ...tile, ...baked, ...subgroupMatrixOptions(product, tile, split, caps) }
      : { ...tile, ...baked };
  const [x, y] = tilesOf(tile);
  checkedCount("n", n, x, limit);
  checkedCount("m", m, y, limit);
  const tileBuffers = split ? { ...buffers, c: "parts" } : { ...buffers, ...epilogueBuffers };
  const size = matrices * m * n;
  const dispatches: Dispatch[] = batchParts(axes, m * n, Math.floor(limit / splits)).map((part) =>
    dispatch(matmulTile, {
      config,
      buffers: tileBuffers,
      uniforms: { m, n, k, splits, splitDepth, splitSize: size, ...part.uniforms },
      workgroups: [x, y, part.matrices * splits],
    }),
  );
  if (!split) return programOf(dispatches);
  return programOf([...dispatches, splitSum(product, splits, caps)], { parts: splits * size * 4 });
}

/** The types that differ from f32, as configurations hold them. Parts of a cut sum are f32. */
function bakedTypes(
  { types: { a, b, c }, groupSize }: ResolvedMatmul,
  split: boolean,
): Pick<ProductConfig, "typeA" | "typeB" | "typeC" | "groupSize"> {
  return {
    ...(a === "f32" ? {} : { typeA: a }),
    ...(b === "f32" ? {} : { typeB: b }),
    ...(c === "f32" || split ? {} : { typeC: c }),
    ...(groupSize > 0 ? { groupSize } : {}),
  };
}

function subgroupMatrixOptions(
  { m, n, types, epilogue }: ResolvedMatmul,
  tile: MatrixShape,
  split: boolean,
  caps: Caps,
): SubgroupMatrixOptions {
  const { rows, columns } = workgroupTile(tile);
  const asIs = split || (isPlain(epilogue) && types.c === "f32");
  return {
    subgroupSize: caps.subgroupMinSize,
    ...(asIs && m % rows === 0 && n % columns === 0 ? { whole: true } : {}),
  };
}

function checkedCount(name: string, size: number, count: number, limit: number): number {
  if (count > limit) {
    throw new KernelError(
      `matmul: ${name} must need at most ${limit} workgroups; ${size} needs ${count}. Cut the product along ${name}.`,
      {
        kernel: "matmul",
        kind: "limit",
        limit: "maxComputeWorkgroupsPerDimension",
        needed: count,
        available: limit,
      },
    );
  }
  return count;
}

/**
 * Matrix products C = activation(op(A) · op(B) + bias) · gate + residual of any size, batched, of either operand or its
 * transpose. Operands may be stored as f32, f16 or bf16, B also as int8 or int4 with scales; sums are f32.
 *
 * `program(spec, caps)` makes the program; its buffers are `a`, `b`, `c`, and where asked for `scales`, `bias`, `gate`,
 * `residual`, or what `names` says. The sum over k runs in f32 in an order that depends on the sizes and the class of
 * device alone. See README.md for how it is computed.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [a, b, c] = [runner.createBuffer(24), runner.createBuffer(24), runner.createBuffer(16)];
 * runner.write(a, new Float32Array([1, 2, 3, 4, 5, 6])); // [2, 3]
 * runner.write(b, new Float32Array([1, 0, 0, 1, 1, 1])); // [3, 2]
 * runner.run(matmul.program({ m: 2, n: 2, k: 3 }), { a, b, c });
 * console.log(new Float32Array(await runner.read(c, 16))); // 4, 5, 10, 11
 */
export const matmul: {
  readonly program: (spec: MatmulSpec, caps?: Caps, choice?: MatmulChoice) => Program;
  readonly takesNorm: (spec: MatmulSpec, caps?: Caps) => boolean;
  readonly rounds: (spec: MatmulSpec, caps?: Caps) => boolean;
} = { program, takesNorm, rounds };
