// Programs of products of a few rows: the shape of the kernel in matvec.ts for a product and a device.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { dispatch, type Program } from "../kernel.ts";
import type { MatmulTuning } from "../tuning/table.ts";
import { batchParts } from "./batch-axes.ts";
import { type MatvecConfig, type MatvecShape, matmulMatvec, matvecColumns } from "./matvec.ts";
import type { ResolvedMatmul } from "./spec.ts";

/** Rows that a workgroup takes at most: B is read once for all of them, from cache for those of other workgroups. */
const maxWorkgroupRows = 8;

/** Sums that a thread of a subgroup keeps at once: more would not stay in registers. */
const maxSubgroupSums = 16;

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
  const rows = m <= maxWorkgroupRows ? m : Math.ceil(m / Math.ceil(m / maxWorkgroupRows));
  const config: MatvecConfig = {
    ...withinWorkgroup(
      shape ??
        (transposeB
          ? (subgroupShape(rows, tuning.subgroupColumns, caps) ?? forRows(rows, tuning.matvecTransposed))
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
  };
  const limit = caps.maxComputeWorkgroupsPerDimension;
  const [x, y] = grid1d(n, matvecColumns(config), caps);
  const dispatches = batchParts(axes, m * n, limit).map((part) =>
    dispatch(matmulMatvec, {
      config,
      buffers: { ...buffers, ...normBuffers, ...epilogueBuffers, ...(chosenOf ? { ids: "ids" } : {}) },
      uniforms: { m, n, k, ...part.uniforms },
      workgroups: [x, y, rows < m ? Math.ceil(m / rows) : part.matrices],
    }),
  );
  return { temps: {}, dispatches };
}

/** A shape meant for one row, with as many sums for several. */
function forRows(rows: number, shape: MatvecShape): MatvecShape {
  return shape.columns === undefined ? shape : { ...shape, columns: Math.max(1, Math.floor(shape.columns / rows)) };
}

/** The shape with as many outputs as a workgroup of the device has threads for. */
function withinWorkgroup(shape: MatvecShape, { maxComputeInvocationsPerWorkgroup: most }: Caps): MatvecShape {
  return shape.lanes * shape.outputs <= most
    ? shape
    : { ...shape, outputs: Math.max(1, Math.floor(most / shape.lanes)) };
}

/** One subgroup to a workgroup, where the device's have one size. */
function subgroupShape(
  rows: number,
  most: number,
  { features, subgroupMinSize, subgroupMaxSize }: Caps,
): MatvecShape | undefined {
  if (most === 0 || !features.has("subgroups") || subgroupMinSize !== subgroupMaxSize) return undefined;
  return {
    lanes: subgroupMinSize,
    outputs: 1,
    columns: Math.min(most, Math.floor(maxSubgroupSums / rows)),
    subgroup: true,
  };
}
