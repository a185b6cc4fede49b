// Layout of kernels that reduce along rows: how many threads share a row, and the WGSL that adds up what they hold.
// Not a kernel. Kernels build their text from `rowEntry` and `rowSum`, programs their grid from `rowWorkgroups`.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { tuned } from "../tuning/select.ts";

/** How a row kernel is laid out. */
export interface RowConfig {
  /** Threads that share a row; 1: every thread walks a row of its own. */
  readonly threads: 1 | 64 | 128 | 256;
  /** Elements per load. */
  readonly vec: 1 | 4;
}

/** Rows per workgroup where every thread has its own row. */
const ROWS_PER_WORKGROUP = 64;
/** Partial sums that each thread adds up after the first barrier. */
const LEAVES = 16;

/**
 * Layout for `rows` rows of `cols` elements, by the tuning table: many short rows are not worth the barriers of a shared row, and on a software
 * adapter no row is. Rows of a multiple of four elements are read as vec4f, where what lies `beside` them is one too.
 */
export function planRows(rows: number, cols: number, caps: Caps, beside: number = 0): RowConfig {
  const vec = rows > 0 && cols % 4 === 0 && beside % 4 === 0 ? 4 : 1;
  const loads = cols / vec;
  const { ownRowLoads, ownRowCount, loadsOf64, loadsOf128 } = tuned(caps, "rows");
  if (loads <= ownRowLoads && rows >= ownRowCount) return { threads: 1, vec };
  if (loads <= loadsOf64) return { threads: 64, vec };
  return { threads: loads <= loadsOf128 ? 128 : 256, vec };
}

/** Grid that covers `rows` rows; two-dimensional where one dimension does not suffice. */
export function rowWorkgroups(rows: number, config: RowConfig, caps: Caps): [x: number, y: number] {
  return grid1d(rows, config.threads === 1 ? ROWS_PER_WORKGROUP : 1, caps);
}

/** Element type of the bindings. */
export function rowType(config: { readonly vec: 1 | 4 }): "f32" | "vec4f" {
  return config.vec === 4 ? "vec4f" : "f32";
}

/** WGSL: `total(v)`, the sum of the elements of one load. */
export function totalFunction(config: { readonly vec: 1 | 4 }): string {
  return config.vec === 4
    ? "fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }\n"
    : "fn total(v: f32) -> f32 { return v; }\n";
}

/** WGSL: `peak(v)`, the largest element of one load. */
export function peakFunction(config: { readonly vec: 1 | 4 }): string {
  return config.vec === 4
    ? "fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }\n"
    : "fn peak(v: f32) -> f32 { return v; }\n";
}

function combineFunction({ threads }: RowConfig, name: string, combine: (a: string, b: string) => string): string {
  if (threads === 1) return `fn ${name}(value: f32, lane: u32) -> f32 { return value; }\n`;
  return `fn ${name}(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < ${LEAVES}u) {
    var part = row_lanes[lane];
    for (var i = lane + ${LEAVES}u; i < THREADS; i += ${LEAVES}u) { part = ${combine("part", "row_lanes[i]")}; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < ${LEAVES}u; i++) { result = ${combine("result", "row_leaves[i]")}; }
  return result;
}
`;
}

/**
 * WGSL: `row_sum(value, lane)` and, if asked for, `row_max`: what the threads of a row hold, combined in a fixed order; every thread gets
 * the result. Two barriers each; may be called again at once, since the first barrier of a call follows the last read of the call before.
 */
export function rowReductions(config: RowConfig, which: readonly ("sum" | "max")[] = ["sum"]): string {
  const memory = config.threads === 1 ? "" : `var<workgroup> row_lanes: array<f32, ${config.threads}>;\nvar<workgroup> row_leaves: array<f32, ${LEAVES}>;\n\n`;
  return `const THREADS = ${config.threads}u;\n${memory}${which
    .map((name) => combineFunction(config, `row_${name}`, name === "sum" ? (a, b) => `${a} + ${b}` : (a, b) => `max(${a}, ${b})`))
    .join("\n")}`;
}

/** WGSL: the entry point around `body`, which sees `row` (< u.rows) and `lane` (< THREADS, its place in the row). */
export function rowEntry(config: RowConfig, body: string): string {
  const own = config.threads === 1;
  return `@compute @workgroup_size(${own ? ROWS_PER_WORKGROUP : config.threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) ${own ? "local" : "lane"}: u32,
) {
${own ? `  let row = (group.x + group.y * groups.x) * ${ROWS_PER_WORKGROUP}u + local;\n  const lane = 0u;` : "  let row = group.x + group.y * groups.x;"}
  if (row >= u.rows) { return; }
${body}}
`;
}
