// Plans a product with subgroup matrices: both operands are rounded into panels of halves, then multiplied.
import type { Caps } from "../../caps.ts";
import { grid1d } from "../../grid.ts";
import { dispatch, type Dispatch, type Program, programOf } from "../../kernel.ts";
import { type BatchAxis, batchParts } from "../batch-axes.ts";
import { noEpilogue } from "../epilogue.ts";
import type { ResolvedMatmul } from "../spec.ts";
import { minSplits, mostSplits, partDepth, splitOf } from "../split-k.ts";
import { side } from "./instructions.ts";
import { f16PanelThreads, type HalvesConfig, matmulF16Panels } from "./f16-panels.ts";
import { type PanelLayout, panelLayouts, subgroupMatrixFits, unitHalves, unitsTile } from "./layout.ts";
import { matmulSubgroupMatrix, type UnitsConfig } from "./product.ts";
import type { HalfRows } from "./rows.ts";
import type { SubgroupMatrixShape, SubgroupMatrixTuning } from "./shape.ts";

/** A shape, and how many parts k is cut into. */
export interface CutShape {
  readonly shape: SubgroupMatrixShape;
  readonly splits: number;
}

/**
 * The shape for a product, if rounding before pays, and how its k is cut: as a whole, or into as many parts as fill a
 * few waves of workgroups, whichever the table expects to take the shortest time.
 */
export function chooseSubgroupMatrixShape(
  product: ResolvedMatmul,
  { minMultiplyAdds, minReuse, partTime, shapes }: SubgroupMatrixTuning,
  caps: Caps,
): CutShape | undefined {
  const { m, n, k, matrices } = product;
  const roundedLines = (isHalfRows(product, "a") ? 0 : m) + (isHalfRows(product, "b") ? 0 : n);
  if (matrices * m * n * k < minMultiplyAdds || m * n < minReuse * roundedLines) return undefined;
  const [least, most] = [minSplits(product, caps, side), mostSplits(product, caps)];
  const timed = shapes
    .filter(({ shape }) => subgroupMatrixFits(shape, caps))
    .flatMap(({ shape, atOnce, time }) => {
      const { rows, columns } = unitsTile(shape);
      const tiles = matrices * Math.ceil(m / rows) * Math.ceil(n / columns);
      const filling = [1, 2, 3, 4].map((waves) => Math.floor((waves * atOnce) / tiles));
      return [least, ...filling.map((count) => Math.max(least, Math.min(most, count)))].map((wanted) => {
        const { splits } = splitOf(k, shape.depth, wanted, partDepth);
        const parts = splits > 1 ? partTime * matrices * m * n * splits : 0;
        return { shape, splits, total: (time * Math.ceil((tiles * splits) / atOnce) * k) / splits + parts };
      });
    });
  return timed.toSorted((x, y) => x.total - y.total)[0];
}

/** Uniforms of a batch whose matrices follow each other. */
const single: readonly BatchAxis[] = [];

/** One operand's panels. */
interface Panels {
  readonly layout: PanelLayout;
  /** vec4u of a matrix, and how many matrices there are: one where all share it */
  readonly size: number;
  readonly matrices: number;
}

function panelsOf(
  layout: PanelLayout,
  lines: number,
  rounds: number,
  strides: readonly number[],
  matrices: number,
): Panels {
  return {
    layout,
    size: Math.ceil(lines / layout.lines) * rounds * layout.size,
    matrices: strides.every((stride) => stride === 0) ? 1 : matrices,
  };
}

/** Whether an operand needs no panels: one matrix of halves whose contiguous axis a thread reads by eights. */
function isHalfRows({ m, n, k, transposeA, transposeB, matrices, types }: ResolvedMatmul, operand: "a" | "b"): boolean {
  const [lines, alongDepth] = operand === "a" ? [m, !transposeA] : [n, transposeB];
  return matrices === 1 && types[operand] === "f16" && (alongDepth ? k : lines) % unitHalves === 0;
}

function rowsOf(product: ResolvedMatmul, operand: "a" | "b", shape: SubgroupMatrixShape): HalfRows | undefined {
  if (!isHalfRows(product, operand)) return undefined;
  const { m, n, k } = product;
  const tile = unitsTile(shape);
  return {
    evenLines: operand === "a" ? m % tile.rows === 0 : n % tile.columns === 0,
    evenDepth: k % shape.depth === 0,
  };
}

/**
 * The dispatches that round those operands that are no matrices of halves, and one or more that multiply; their sums
 * are the parts of a cut k where `splits` is above 1. Undefined where a device's bindings do not hold the panels.
 */
export function subgroupMatrixProgram(
  product: ResolvedMatmul,
  shape: SubgroupMatrixShape,
  split: { readonly splits: number; readonly splitDepth: number },
  caps: Caps,
): Program | undefined {
  const { m, n, k, transposeA, transposeB, axes, matrices, types, groupSize, epilogue, buffers, epilogueBuffers } =
    product;
  const { splits, splitDepth } = split;
  const rounds = Math.ceil(k / shape.depth);
  const layouts = panelLayouts(shape, transposeA, transposeB);
  const panels = {
    a: panelsOf(
      layouts.a,
      m,
      rounds,
      axes.map(({ strideA }) => strideA),
      matrices,
    ),
    b: panelsOf(
      layouts.b,
      n,
      rounds,
      axes.map(({ strideB }) => strideB),
      matrices,
    ),
  };
  const rows = { a: rowsOf(product, "a", shape), b: rowsOf(product, "b", shape) };
  const bytesOf = (operand: "a" | "b"): number =>
    rows[operand] ? 0 : 16 * panels[operand].size * panels[operand].matrices;
  const bytes = { a: bytesOf("a"), b: bytesOf("b") };
  if (Math.max(bytes.a, bytes.b) > caps.maxStorageBufferBindingSize) return undefined;
  const limit = caps.maxComputeWorkgroupsPerDimension;
  const operands = {
    transposeA,
    transposeB,
    vectorA: (transposeA ? m : k) % 4 === 0,
    vectorB: (transposeB ? k : n) % 4 === 0,
    ...(types.a === "f32" ? {} : { typeA: types.a }),
    ...(types.b === "f32" ? {} : { typeB: types.b }),
    ...(groupSize > 0 ? { groupSize } : {}),
  };
  const rounded = (operand: "a" | "b"): Dispatch[] => {
    if (rows[operand]) return [];
    const { layout, size, matrices: count } = panels[operand];
    const config: HalvesConfig = { operand, layout, depth: shape.depth, evenDepth: k % shape.depth === 0, ...operands };
    const [x, y] = grid1d(size, f16PanelThreads, caps);
    const source =
      operand === "a"
        ? { a: buffers.a }
        : { b: buffers.b, ...(buffers.scales === undefined ? {} : { scales: buffers.scales }) };
    return batchParts(count === 1 ? single : axes, m * n, limit).map(({ matrices: z, uniforms }) =>
      dispatch(matmulF16Panels, {
        config,
        buffers: { ...source, halves: `halves_${operand}` },
        uniforms: { m, n, k, rounds, size, firstPanels: uniforms.offsetC / (m * n), ...uniforms },
        workgroups: [x, y, z],
      }),
    );
  };
  const cut = splits > 1;
  const tile = unitsTile(shape);
  const vectorC = n % 4 === 0;
  const config: UnitsConfig = {
    ...shape,
    subgroupSize: caps.subgroupMinSize,
    transposeA,
    transposeB,
    vectorC,
    ...(cut ? noEpilogue : epilogue),
    ...(types.c === "f32" || cut ? {} : { typeC: types.c }),
    ...(rows.a && { rowsA: rows.a }),
    ...(rows.b && { rowsB: rows.b }),
  };
  const source = {
    a: rows.a ? buffers.a : "halves_a",
    b: rows.b ? buffers.b : "halves_b",
  };
  const [tilesDown, tilesAcross] = [Math.ceil(m / tile.rows), Math.ceil(n / tile.columns)];
  const [x, y] = grid1d(tilesDown * tilesAcross, 1, caps);
  const perDispatch = Math.floor(limit / splits);
  const multiplied = Array.from({ length: Math.ceil(matrices / perDispatch) }, (_, part) => part * perDispatch).map(
    (firstMatrix) =>
      dispatch(matmulSubgroupMatrix, {
        config,
        buffers: cut ? { ...source, c: "parts" } : { ...source, c: buffers.c, ...epilogueBuffers },
        uniforms: {
          m,
          n,
          k,
          splits,
          splitRounds: splitDepth / shape.depth,
          splitSize: matrices * m * n,
          rounds,
          tilesDown,
          tilesAcross,
          firstMatrix,
          panelsA: panels.a.matrices === 1 ? 0 : panels.a.size,
          panelsB: panels.b.matrices === 1 ? 0 : panels.b.size,
        },
        workgroups: [x, y, Math.min(perDispatch, matrices - firstMatrix) * splits],
      }),
  );
  return programOf([...rounded("a"), ...rounded("b"), ...multiplied], {
    ...(!rows.a && { halves_a: bytes.a }),
    ...(!rows.b && { halves_b: bytes.b }),
  });
}
