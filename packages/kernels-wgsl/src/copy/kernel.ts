// Copies that the elementwise family's strided views do not serve: blocks into part of a wider result (concat, pad),
// and tiled transposes.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, type LinearConfig, linearConfig, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program, programOf } from "../kernel.ts";

export interface CopyBlockConfig extends LinearConfig {
  /** Words per load. */
  readonly vec: 1 | 4;
  /** Write whole rows of the target, `u.fill` where x has nothing. */
  readonly pad: boolean;
}

/** Rows of `columns` words into rows `pitch` words apart in the target, from `offset` on; README §1. */
export const copyBlockKernel = defineKernel({
  name: "copy_block",
  uniforms: { count: "u32", columns: "u32", pitch: "u32", offset: "u32", fill: "u32" },
  bindings: ({ vec }: CopyBlockConfig) => ({ x: `read ${wordType(vec)}`, y: `read_write ${wordType(vec)}` }),
  wgsl: ({ vec, pad, ...linear }) =>
    linearMain(
      linear,
      pad
        ? `  if (index >= u.count) { return; }
  let row = index / u.pitch;
  let column = index % u.pitch;
  let inside = column >= u.offset && column < u.offset + u.columns;
  let at = select(0u, row * u.columns + column - u.offset, inside);
  y[index] = select(${wordType(vec)}(u.fill), x[at], inside);`
        : `  if (index >= u.count) { return; }
  let row = index / u.columns;
  y[row * u.pitch + u.offset + index % u.columns] = x[index];`,
    ),
});

function wordType(vec: 1 | 4): string {
  return vec === 4 ? "vec4<u32>" : "u32";
}

/** One block that goes into a wider target; sizes in 4-byte words. */
export interface CopyBlockSpec {
  readonly rows: number;
  /** words per row of x */
  readonly columns: number;
  /** words per row of y */
  readonly pitch: number;
  /** where in a row of y the block begins */
  readonly offset: number;
  /** Given: every other word of y becomes this bit pattern. Absent: other words stay as they are. */
  readonly fill?: number;
}

/**
 * Copies [rows, columns] words of `x` into the columns from `offset` on of `y`, [rows, pitch].
 *
 * @returns a program over buffers `x` and `y`
 */
function block({ rows, columns, pitch, offset, fill }: CopyBlockSpec, caps: Caps = baseCaps): Program {
  const vec = [columns, pitch, offset].every((size) => size % 4 === 0) ? 4 : 1;
  const pad = fill !== undefined;
  const count = (rows * (pad ? pitch : columns)) / vec;
  if (count === 0) return programOf([]);
  const linear = linearConfig(caps);
  return programOf([
    dispatch(copyBlockKernel, {
      config: { vec, pad, ...linear },
      uniforms: { count, columns: columns / vec, pitch: pitch / vec, offset: offset / vec, fill: fill ?? 0 },
      workgroups: grid1d(count, linear, caps),
    }),
  ]);
}

/** Side of a tile of the transpose. */
const TILE = 32;
const TILE_ROWS = 8;

/** y[b, j, i] = x[b, i, j] through a tile of workgroup memory; README §2. */
export const transposeKernel: Kernel<"x" | "y", "rows" | "columns", Record<string, never>> = defineKernel({
  name: "transpose",
  uniforms: { rows: "u32", columns: "u32" },
  bindings: () => ({ x: "read u32", y: "read_write u32" }),
  // a row of the tile is one word longer than the tile, so that a column of it touches every bank of the memory
  wgsl: () => `const TILE = ${TILE}u;
const TILE_ROWS = ${TILE_ROWS}u;
var<workgroup> tile: array<u32, ${TILE * (TILE + 1)}>;

@compute @workgroup_size(${TILE}, ${TILE_ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let base = group.z * u.rows * u.columns;
  let column = group.x * TILE + local.x;
  for (var k = local.y; k < TILE; k += TILE_ROWS) {
    let row = group.y * TILE + k;
    if (row < u.rows && column < u.columns) { tile[k * (TILE + 1u) + local.x] = x[base + row * u.columns + column]; }
  }
  workgroupBarrier();
  let row = group.y * TILE + local.x;
  for (var k = local.y; k < TILE; k += TILE_ROWS) {
    let target_row = group.x * TILE + k;
    if (target_row < u.columns && row < u.rows) { y[base + target_row * u.rows + row] = tile[local.x * (TILE + 1u) + k]; }
  }
}
`,
});

/** A batch of matrices of 4-byte elements. */
export interface TransposeSpec {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Whether the tiled transpose is worth it: tiles mostly full, a grid and a workgroup that fit, and an adapter on which
 * barriers are cheap.
 */
function suitsTranspose({ batch, rows, columns }: TransposeSpec, caps: Caps = baseCaps): boolean {
  const most = caps.maxComputeWorkgroupsPerDimension;
  return (
    caps.adapter !== "software" &&
    caps.maxComputeInvocationsPerWorkgroup >= TILE * TILE_ROWS &&
    rows >= 16 &&
    columns >= 16 &&
    batch <= most &&
    Math.ceil(rows / TILE) <= most &&
    Math.ceil(columns / TILE) <= most
  );
}

/**
 * Transposes the last two axes of [batch, rows, columns].
 *
 * @returns a program over buffers `x` and `y`
 */
function transpose({ batch, rows, columns }: TransposeSpec): Program {
  if (batch * rows * columns === 0) return programOf([]);
  return programOf([
    dispatch(transposeKernel, {
      config: {},
      uniforms: { rows, columns },
      workgroups: [Math.ceil(columns / TILE), Math.ceil(rows / TILE), batch],
    }),
  ]);
}

/**
 * Copies of 4-byte words. `block`: x [rows, columns] into columns `offset` … of y [rows, pitch]; with `fill`, all other
 * words of y become that bit pattern. `transpose`: x [batch, rows, columns] → y [batch, columns, rows], through
 * workgroup memory; `suitsTranspose` tells whether that pays. Permutations, slices and broadcasts are `elementwise` programs with the expression `x`.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, y] = [runner.createBuffer(16), runner.createBuffer(24)];
 * runner.write(x, new Float32Array([1, 2, 3, 4])); // [2, 2]
 * runner.run(copy.block({ rows: 2, columns: 2, pitch: 3, offset: 1, fill: 0 }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 24))); // 0, 1, 2, 0, 3, 4
 */
export const copy: {
  readonly block: (spec: CopyBlockSpec, caps?: Caps) => Program;
  readonly transpose: (spec: TransposeSpec) => Program;
  readonly suitsTranspose: (spec: TransposeSpec, caps?: Caps) => boolean;
} = {
  block,
  transpose,
  suitsTranspose,
};
