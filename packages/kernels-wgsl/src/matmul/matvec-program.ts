// Programs of products of a few rows: the shape of the kernel in matvec.ts for a product and a device.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { dispatch, type Program, programOf } from "../kernel.ts";
import type { MatmulTuning } from "../tuning/table.ts";
import { batchParts } from "./batch-axes.ts";
import { matvecBlock, matvecColumns, type MatvecConfig, type MatvecShape } from "./matvec-config.ts";
import { matmulMatvec } from "./matvec.ts";
import type { ResolvedMatmul } from "./spec.ts";

/** Rows that a subgroup, or a workgroup without, takes at most: B is read once for all of them. */
const maxRows = 8;

/** Up to as many rows, B is streamed once for all of them, however it lies. */
export const maxSharedRows = 4;

/** Subgroups of a workgroup that take a product of more rows: some of its rows, or of the sum over k. */
const maxSubgroups = 4;

/** Rows that a workgroup takes at most. */
export function maxWorkgroupRows(tuning: MatmulTuning, caps: Caps): number {
  return sumsBySubgroup(tuning, caps) ? maxSubgroups * maxRows : maxRows;
}

/**
 * The program of a product of a few rows of f32; of more than a workgroup takes, one product with A as it is.
 *
 * @param chosenOf B is a stack of so many matrices, of which the buffer `ids` names one for each product
 */
export function matvecProgram(
  product: ResolvedMatmul,
  tuning: MatmulTuning,
  caps: Caps,
  shape?: MatvecShape,
  chosenOf?: number,
): Program {
  const {
    m,
    n,
    k,
    transposeA,
    transposeB,
    axes,
    types,
    groupSize,
    epilogue,
    norm,
    buffers,
    epilogueBuffers,
    normBuffers,
  } = product;
  const rows = Math.ceil(m / Math.ceil(m / maxRows));
  const round = chosenOf === undefined && shape === undefined ? roundOf(product, tuning, caps) : 0;
  const config: MatvecConfig = {
    columns: 1,
    parts: 1,
    rowGroups: 1,
    ...withinWorkgroup(
      shape ??
        (transposeB
          ? (subgroupShape(product, rows, tuning, caps, round > 0) ?? forRows(rows, tuning.matvecTransposed))
          : forRows(rows, tuning.matvec)),
      caps,
    ),
    rows,
    ...(rows < m ? { manyRows: true as const } : {}),
    transposeA: transposeA && m > 1,
    transposeB,
    vectorB: (transposeB ? k : n) % 4 === 0,
    ...epilogue,
    ...(types.b === "f32" ? {} : { typeB: types.b }),
    ...(groupSize > 0 ? { groupSize } : {}),
    ...(chosenOf ? { chosenOf } : {}),
    ...(norm ? { norm } : {}),
    ...(round > 0 ? { round } : {}),
  };
  const { subgroup, lanes, parts, columns } = config;
  const oneBlock = (round > 0 || k <= matvecBlock(config)) && { oneBlock: true as const };
  let steps = oneBlock && subgroup && round === 0 ? Math.floor(maxHeld / (rows * columns)) : 1;
  while (steps > 1 && k % (4 * lanes * parts * steps) > 0) steps--;
  const limit = caps.maxComputeWorkgroupsPerDimension;
  const [x, y] = grid1d(n, matvecColumns(config), caps);
  const dispatches = batchParts(axes, m * n, limit).map((part) =>
    dispatch(matmulMatvec, {
      config: { ...config, ...oneBlock, ...(steps > 1 && { steps }) },
      buffers: { ...buffers, ...normBuffers, ...epilogueBuffers, ...(chosenOf ? { ids: "ids" } : {}) },
      uniforms: { m, n, k, ...part.uniforms },
      workgroups: [x, y, rows < m ? Math.ceil(m / (rows * config.rowGroups)) : part.matrices],
    }),
  );
  return programOf(dispatches);
}

/** A shape meant for one row, with as many sums for several. */
function forRows(rows: number, shape: MatvecShape): MatvecShape {
  return shape.columns === undefined ? shape : { ...shape, columns: Math.max(1, Math.floor(shape.columns / rows)) };
}

/** The shape with as many threads as a workgroup of the device has. */
function withinWorkgroup(shape: MatvecShape, { maxComputeInvocationsPerWorkgroup: most }: Caps): MatvecShape {
  return shape.lanes * shape.outputs <= most
    ? shape
    : { ...shape, outputs: Math.max(1, Math.floor(most / shape.lanes)) };
}

/** Whether a subgroup takes a sum of a transposed B: where the device's have one size. */
function sumsBySubgroup({ subgroupColumns }: MatmulTuning, caps: Caps): boolean {
  return subgroupColumns > 0 && caps.features.has("subgroups") && caps.subgroupMinSize === caps.subgroupMaxSize;
}

/**
 * Subgroups to a set of columns. Of few rows each is a workgroup. Of more, up to four of them share what a workgroup
 * reads: the sum over k where there are few columns, so that the device is busy, and the rows of A otherwise.
 */
function subgroupShape(
  { m, n }: ResolvedMatmul,
  rows: number,
  tuning: MatmulTuning,
  caps: Caps,
  inRounds: boolean,
): MatvecShape | undefined {
  if (!sumsBySubgroup(tuning, caps) || (inRounds && tuning.tile.stage === "none")) return undefined;
  const shape = { lanes: caps.subgroupMinSize, outputs: 1, subgroup: true } as const;
  if (rows <= maxSharedRows) {
    const most = Math.min(tuning.subgroupColumns, 16 / rows, caps.adapter === "software" ? n : n / manySubgroups);
    return { ...shape, columns: Math.floor(most) || 1 };
  }
  const groups = Math.ceil(m / rows);
  if (inRounds) return { ...shape, columns: 2, rowGroups: Math.min(groups, maxSubgroups) };
  const subgroups = groups * Math.ceil(n / manyColumns);
  const parts = subgroups < busySubgroups ? 4 : subgroups < 4 * busySubgroups ? 2 : 1;
  return { ...shape, columns: manyColumns, parts, rowGroups: Math.min(groups, maxSubgroups / parts) };
}

/**
 * Steps of a round of the tile that more rows would take, where this kernel adds up in its order: weights so small that it costs
 * nothing, and k that no tile cuts.
 */
function roundOf({ n, k, transposeA, transposeB, matrices }: ResolvedMatmul, tuning: MatmulTuning, caps: Caps): number {
  const {
    tile: { depth, stage },
    minSplitDepth,
    matvecTransposed,
  } = tuning;
  const direct = stage === "none";
  const most = direct
    ? Infinity
    : depth * (sumsBySubgroup(tuning, caps) ? caps.subgroupMinSize : matvecTransposed.lanes);
  return transposeB &&
    !transposeA &&
    matrices === 1 &&
    n > 1 &&
    (direct ? k % 4 === 0 : n * k <= maxInRounds) &&
    k <= most &&
    k < 2 * minSplitDepth
    ? depth
    : 0;
}

/** Numbers of weights whose sums are added up in rounds. */
const maxInRounds = 2 ** 18;

/** Columns of a subgroup with more rows: each lane keeps 64 sums at most, more would not stay in registers. */
const manyColumns = 8;

/** Products of vectors in the steps of k that are written out: more loads would not stay in registers. */
const maxHeld = 16;

/** Subgroups that a product of one row wants: each waits for memory once, and there is little else to do. Measured on an H200. */
const manySubgroups = 1536;

/** Fewer subgroups than these leave a large GPU waiting for memory, measured on an H200. */
const busySubgroups = 1024;
