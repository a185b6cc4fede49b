// The sum of partial sums, column by column, in a fixed order: the second step of column sums without atomics.
import type { Caps } from "../caps.ts";
import { type LinearConfig, linearConfig, threadsOf } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch } from "../kernel.ts";
import type { RowsTuning } from "../tuning/table.ts";
import { tuned } from "../tuning/select.ts";
import { rowType } from "./row-layout.ts";

/** Threads that share a column. */
export type ColumnLanes = RowsTuning["sumLanes"];

/**
 * Part of the config of kernels that add up columns: lanes for each, in workgroups of the usual size or as large as the
 * device allows.
 */
export interface ColumnConfig extends LinearConfig {
  readonly lanes: ColumnLanes;
}

export function columnConfig(caps: Caps): ColumnConfig {
  return { lanes: tuned(caps, "rows").sumLanes, ...linearConfig(caps) };
}

/** Rows that a thread adds up before it adds their sum to that of the rows before: no sum is one long chain. */
const chain = 64;

/** Columns that a workgroup adds up. */
export function sumWidth({ lanes, ...linear }: ColumnConfig): number {
  return threadsOf(linear) / lanes;
}

/**
 * WGSL of a whole kernel that adds up `u.blocks` rows of `u.units` elements of the binding `part`; `store` puts `sum`
 * where column number `column` belongs.
 */
export function columnSumMain(type: "f32" | "vec4f", config: ColumnConfig, part: string, store: string): string {
  const { lanes } = config;
  const [width, threads] = [sumWidth(config), threadsOf(config)];
  return `var<workgroup> sums: array<${type}, ${threads}>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * ${width}u + local % ${width}u;
  var sum = ${type}();
  if (column < u.units) {
    for (var start = local / ${width}u; start < u.blocks; start += ${lanes * chain}u) {
      var run = ${type}();
      for (var block = start; block < min(start + ${lanes * chain}u, u.blocks); block += ${lanes}u) { run += ${part}[block * u.units + column]; }
      sum += run;
    }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= ${width}u || column >= u.units) { return; }
  for (var lane = 1u; lane < ${lanes}u; lane++) { sum += sums[local + lane * ${width}u]; }
  ${store}
}
`;
}

export interface ColumnSumConfig extends ColumnConfig {
  readonly vec: 1 | 4;
}

/** Adds up `blocks` rows of partials. */
export const columnSum = defineKernel({
  name: "column_sum",
  uniforms: { blocks: "u32", units: "u32" },
  bindings: (config: ColumnSumConfig) => ({ part: `read ${rowType(config)}`, y: `read_write ${rowType(config)}` }),
  wgsl: (config) => columnSumMain(rowType(config), config, "part", "y[column] = sum;"),
});

/** Dispatch that adds up `blocks` rows of `units` loads. */
export function sumColumns(
  part: string,
  y: string,
  { vec, blocks, units }: { readonly vec: 1 | 4; readonly blocks: number; readonly units: number },
  caps: Caps,
): Dispatch {
  const columns = columnConfig(caps);
  return dispatch(columnSum, {
    config: { vec, ...columns },
    buffers: { part, y },
    uniforms: { blocks, units },
    workgroups: [Math.ceil(units / sumWidth(columns))],
  });
}
