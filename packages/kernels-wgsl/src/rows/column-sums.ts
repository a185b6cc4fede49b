// Sums down columns in two steps without atomics: partial sums of blocks of rows, then the sum of the partials. Same
// order, same bits, every time. Norms use it for the gradients of weight and bias.
import type { Caps } from "../caps.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { joinPrograms } from "../join-programs.ts";
import { reduce } from "../reduce/kernel.ts";
import { tuned } from "../tuning/select.ts";
import { sumColumns } from "./sum-partials.ts";
import { pitchUniforms, pitchValues, rowStart, rowType } from "./row-layout.ts";

const WORKGROUP = 64;
/** Enough blocks to fill a GPU, few enough for one thread to add up. */
const MAX_BLOCKS = 64;
const MIN_ROWS_PER_BLOCK = 16;
/** Rows that one thread adds up at most: a longer chain would lose digits. */
const mostRowsPerBlock = 256;

/** Rows of a block: `wanted`, if they are not too many for one chain, or too few for the blocks to fit a grid. */
export function blockOfRows(rows: number, wanted: number, caps: Caps): number {
  return Math.max(Math.min(mostRowsPerBlock, wanted), Math.ceil(rows / caps.maxComputeWorkgroupsPerDimension));
}

/** How rows are cut into blocks for column sums. */
export interface ColumnPlan {
  readonly vec: 1 | 4;
  readonly blocks: number;
  readonly rowsPerBlock: number;
}

/**
 * Plans column sums over `rows` × `cols`. Scalars give narrow matrices more threads; vec4f saves a software adapter
 * work.
 */
export function planColumns(rows: number, cols: number, caps: Caps): ColumnPlan {
  const vec = rows > 0 && cols % 4 === 0 && cols >= tuned(caps, "rows").columnVectors ? 4 : 1;
  const rowsPerBlock = blockOfRows(rows, Math.max(MIN_ROWS_PER_BLOCK, Math.ceil(rows / MAX_BLOCKS)), caps);
  return { vec, rowsPerBlock, blocks: Math.max(1, Math.ceil(rows / rowsPerBlock)) };
}

export interface NormWeightConfig {
  readonly vec: 1 | 4;
  /** Subtract the row's mean (layer norm). */
  readonly center: boolean;
  /** Multiply by silu(z) (gated norm, both orders). */
  readonly gate: boolean;
  /** Sum gradY as well: the gradient of a bias. */
  readonly bias: boolean;
}

/**
 * Partial sums over a block of rows of `gradY · x̂` (and of `gradY`): rms-norm README §3, layer-norm README §3,
 * rms-norm-gated README §3.
 */
export const normWeightBackward = defineKernel({
  name: "norm_weight_backward",
  uniforms: { rows: "u32", units: "u32", groups: "u32", rowsPerBlock: "u32", ...pitchUniforms("z", "gradY") },
  bindings: ({ center, gate, bias, vec }: NormWeightConfig) => ({
    x: `read ${rowType({ vec })}`,
    ...(gate && { z: `read ${rowType({ vec })}` as const }),
    ...(center && { mean: "read f32" as const }),
    rstd: "read f32",
    gradY: `read ${rowType({ vec })}`,
    partWeight: `read_write ${rowType({ vec })}`,
    ...(bias && { partBias: `read_write ${rowType({ vec })}` as const }),
  }),
  wgsl: ({ center, gate, bias, vec }) => `${gate ? siluFunction({ vec }) : ""}@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  let group = column / (u.units / u.groups);
  let end = min((id.y + 1u) * u.rowsPerBlock, u.rows);
  var sum_weight = ${rowType({ vec })}();
${bias ? `  var sum_bias = ${rowType({ vec })}();\n` : ""}  for (var row = id.y * u.rowsPerBlock; row < end; row++) {
    let i = row * u.units + column;
    let s = row * u.groups + group;
    let g = gradY[${rowStart("gradY", "row", { vec })} + column];
    sum_weight += g * ${center ? "(x[i] - mean[s])" : "x[i]"} * ${gate ? `silu(z[${rowStart("z", "row", { vec })} + column]) * ` : ""}rstd[s];
${bias ? "    sum_bias += g;\n" : ""}  }
  partWeight[id.y * u.units + column] = sum_weight;
${bias ? "  partBias[id.y * u.units + column] = sum_bias;\n" : ""}}
`,
});

/**
 * What the gradient of a norm's weight is computed from. `groups`: statistics per row; `cols`: elements per row, all
 * groups together.
 */
export interface NormWeightCall {
  readonly rows: number;
  readonly cols: number;
  readonly groups?: number;
  readonly center?: boolean;
  readonly gate?: boolean;
  readonly bias?: boolean;
  /** elements from row to row of z and gradY that are views */
  readonly pitches?: Readonly<Record<string, number>> | undefined;
}

/**
 * Dispatches and temps that compute `gradWeight` (and `gradBias`) from buffers `x`, `z`, `mean`, `rstd`, `gradY` as far
 * as the call needs them.
 */
export function normWeightGradient(
  { rows, cols, groups = 1, center = false, gate = false, bias = false, pitches }: NormWeightCall,
  caps: Caps,
): Program {
  const plan = planColumns(rows, cols / groups, caps);
  const { vec, blocks, rowsPerBlock } = plan;
  const units = cols / vec;
  const x = Math.ceil(units / WORKGROUP);
  const direct = blocks === 1;
  const temps: Record<string, number> = {};
  if (!direct) temps["partWeight"] = blocks * cols * 4;
  if (!direct && bias) temps["partBias"] = blocks * cols * 4;
  const views = pitchValues(["z", "gradY"], pitches, cols, plan);
  const partials = dispatch(normWeightBackward, {
    config: { vec, center, gate, bias },
    buffers: {
      partWeight: direct ? "gradWeight" : "partWeight",
      ...(bias && { partBias: direct ? "gradBias" : "partBias" }),
    },
    uniforms: { rows, units, groups, rowsPerBlock, ...views.uniforms },
    offsets: views.offsets,
    workgroups: [x, blocks],
  });
  const sums = partTotals(direct ? [] : ["Weight", ...(bias ? ["Bias"] : [])], { vec, blocks, units }, caps);
  return programOf([partials, ...sums.dispatches], { ...temps, ...sums.temps });
}

/** Blocks that `column_sum` adds up; more take the passes of a reduction. */
const mostBlocks = 512;

/** grad… of the partial sums part… of each of `names`. */
export function partTotals(
  names: readonly string[],
  { vec, blocks, units }: { readonly vec: 1 | 4; readonly blocks: number; readonly units: number },
  caps: Caps,
): Program {
  return joinPrograms(
    names.map((name) =>
      blocks <= mostBlocks
        ? {
            program: programOf([sumColumns(`part${name}`, `grad${name}`, { vec, blocks, units }, caps)]),
            names: {},
          }
        : {
            program: reduce.program(
              { op: "sum", type: "f32", steps: [{ outer: 1, n: blocks, inner: units * vec }] },
              caps,
            ),
            names: { x: `part${name}`, y: `grad${name}` },
          },
    ),
  );
}

/** WGSL: `sigmoid` and `silu` of a load; exp only of what is at most 0. */
export function siluFunction(config: { readonly vec: 1 | 4 }): string {
  const type = rowType(config);
  return `fn sigmoid(z: ${type}) -> ${type} {
  let e = exp(-abs(z));
  return select(e, ${type}(1.0), z >= ${type}(0.0)) / (1.0 + e);
}
fn silu(z: ${type}) -> ${type} { return z * sigmoid(z); }

`;
}
