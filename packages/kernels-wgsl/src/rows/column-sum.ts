// The sum of partial sums, column by column, in a fixed order: the second step of column sums without atomics.
import type { Caps } from "../caps.ts";
import { defineKernel, dispatch, type Dispatch, type Kernel } from "../kernel.ts";
import type { RowsTuning } from "../tuning/table.ts";
import { tuned } from "../tuning/select.ts";
import { rowType } from "./rows.ts";

/** Threads that share a column. */
export type ColumnLanes = RowsTuning["sumLanes"];

const ownThreads = 64;
const sharedThreads = 256;

/** Columns that a workgroup adds up. */
export function sumWidth(lanes: ColumnLanes): number {
  return lanes === 1 ? ownThreads : sharedThreads / lanes;
}

/**
 * WGSL of a whole kernel that adds up `u.blocks` rows of `u.units` elements of the binding `part`; `store` puts `sum` where column number `column` belongs.
 */
export function columnSumMain(type: "f32" | "vec4f", lanes: ColumnLanes, part: string, store: string): string {
  if (lanes === 1) {
    return `@compute @workgroup_size(${ownThreads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = ${type}();
  for (var block = 0u; block < u.blocks; block++) { sum += ${part}[block * u.units + column]; }
  ${store}
}
`;
  }
  const width = sumWidth(lanes);
  return `var<workgroup> sums: array<${type}, ${sharedThreads}>;

@compute @workgroup_size(${sharedThreads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * ${width}u + local % ${width}u;
  var sum = ${type}();
  if (column < u.units) {
    for (var block = local / ${width}u; block < u.blocks; block += ${lanes}u) { sum += ${part}[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= ${width}u || column >= u.units) { return; }
  for (var lane = 1u; lane < ${lanes}u; lane++) { sum += sums[local + lane * ${width}u]; }
  ${store}
}
`;
}

export interface ColumnSumConfig {
  readonly vec: 1 | 4;
  readonly lanes: ColumnLanes;
}

/** Adds up `blocks` rows of partials. */
export const columnSum: Kernel<"part" | "y", "blocks" | "units", ColumnSumConfig> = defineKernel({
  name: "column_sum",
  uniforms: { blocks: "u32", units: "u32" },
  bindings: (config) => ({ part: `read ${rowType(config)}`, y: `read_write ${rowType(config)}` }),
  wgsl: (config) => columnSumMain(rowType(config), config.lanes, "part", "y[column] = sum;"),
});

/** Dispatch that adds up `blocks` rows of `units` loads. */
export function sumColumns(part: string, y: string, { vec, blocks, units }: { readonly vec: 1 | 4; readonly blocks: number; readonly units: number }, caps: Caps): Dispatch {
  const { sumLanes: lanes } = tuned(caps, "rows");
  return dispatch(columnSum, { config: { vec, lanes }, buffers: { part, y }, uniforms: { blocks, units }, workgroups: [Math.ceil(units / sumWidth(lanes))] });
}
