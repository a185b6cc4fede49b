// Layout of kernels that reduce along rows: how many threads share a row, and the WGSL that adds up what they hold.
// Not a kernel. Kernels build their text from `rowEntry` and `rowSum`, programs their grid from `rowWorkgroups`.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import type { KernelFeature } from "../kernel.ts";
import { encodeFunction } from "../elementwise/half-bits.ts";
import { tuned } from "../tuning/select.ts";

/** How a row kernel is laid out. */
export interface RowConfig {
  /** Threads that share a row; 1: every thread walks a row of its own. */
  readonly threads: number;
  /** Elements per load. */
  readonly vec: 1 | 4;
  /** Threads of a subgroup, whose sums are taken without workgroup memory. Absent: subgroups are not used. */
  readonly subgroup?: number;
}

/** Rows per workgroup where every thread has its own row. */
const ROWS_PER_WORKGROUP = 64;
/** Partial sums that each thread adds up after the first barrier. */
const LEAVES = 16;

/**
 * Layout for `rows` rows of `cols` elements, by the tuning table: many short rows are not worth the barriers of a
 * shared row. Rows of a multiple of four elements are read as vec4f.
 */
export function planRows(rows: number, cols: number, caps: Caps): RowConfig {
  const vec = rows > 0 && cols % 4 === 0 ? 4 : 1;
  const loads = cols / vec;
  const { threadRowLoads, threadRowCount, subgroupSums, loadsOf64, loadsOf128, loadsOf256 } = tuned(caps, "rows");
  const subgroup =
    caps.features.has("subgroups") && caps.subgroupMinSize === caps.subgroupMaxSize ? caps.subgroupMinSize : undefined;
  if (loads <= threadRowLoads && rows >= threadRowCount) return { threads: 1, vec };
  const wanted = loads <= loadsOf64 ? 64 : loads <= loadsOf128 ? 128 : loads <= loadsOf256 ? 256 : 1024;
  const threads = Math.min(wanted, caps.maxComputeInvocationsPerWorkgroup);
  return { threads, vec, ...(subgroupSums && subgroup !== undefined && subgroup < threads && { subgroup }) };
}

/** Features that a layout needs. */
export function rowFeatures({ subgroup }: RowConfig): readonly KernelFeature[] {
  return subgroup === undefined ? [] : ["subgroups"];
}

/** Grid that covers `rows` rows; two-dimensional where one dimension does not suffice. */
export function rowWorkgroups(rows: number, config: RowConfig, caps: Caps): [x: number, y: number] {
  return grid1d(rows, config.threads === 1 ? ROWS_PER_WORKGROUP : 1, caps);
}

/** Element type of the bindings. */
export function rowType(config: { readonly vec: 1 | 4 }): "f32" | "vec4f" {
  return config.vec === 4 ? "vec4f" : "f32";
}

/** Asks a program to store an output of rows as f16; rows are multiples of four then. */
export interface HalfOutput {
  readonly half?: true | undefined;
}

/** How kernels store it: converted by the device, or bit by bit where it has no f16. Both round alike. */
export interface HalfConfig {
  readonly half?: "native" | "bits";
}

export function halfConfig({ half }: HalfOutput, caps: Caps): HalfConfig {
  return half ? { half: caps.features.has("shader-f16") ? "native" : "bits" } : {};
}

/** Features of a layout whose output may be stored so. */
export function halfFeatures(config: RowConfig & HalfConfig): readonly KernelFeature[] {
  return config.half === "native" ? [...rowFeatures(config), "shader-f16"] : rowFeatures(config);
}

/** Binding of such an output, the WGSL function that its elements go through, and the call of it. */
export function halfOutput(config: RowConfig & HalfConfig): {
  readonly binding: `read_write ${"f32" | "vec4f" | "vec2u"}`;
  readonly wgsl: string;
  of(value: string): string;
} {
  if (!config.half) return { binding: `read_write ${rowType(config)}`, wgsl: "", of: (value) => value };
  if (config.half === "native")
    return { binding: "read_write vec2u", wgsl: "", of: (value) => `bitcast<vec2u>(vec4h(${value}))` };
  return {
    binding: "read_write vec2u",
    wgsl: encodeFunction("f16", "as_halves"),
    of: (value) => `as_halves(${value})`,
  };
}

/** Uniforms of a tensor of rows that may be a view: loads from token to token, elements before the first. */
export type PitchUniform<B extends string> = `${B}_${"pitch" | "offset"}`;

export function pitchUniforms<const B extends string>(...names: readonly B[]): Record<PitchUniform<B>, "u32"> {
  const uniforms = names.flatMap((name) => [`${name}_pitch`, `${name}_offset`]);
  return Object.fromEntries(uniforms.map((name) => [name, "u32"])) as Record<PitchUniform<B>, "u32">;
}

/** WGSL: where the row of `token` begins in the tensor `name`. */
export function rowStart(name: string, token: string, { vec }: Pick<RowConfig, "vec">): string {
  return `u.${name}_offset${vec === 4 ? " / 4u" : ""} + ${token} * u.${name}_pitch`;
}

/** Values of {@link pitchUniforms} and which of them get offsets at run time, for tokens of `cols` elements. */
export function pitchValues<const B extends string>(
  names: readonly B[],
  pitches: Readonly<Record<string, number>> | undefined,
  cols: number,
  { vec }: Pick<RowConfig, "vec">,
): { readonly uniforms: Record<PitchUniform<B>, number>; readonly offsets: Record<string, string> } {
  const values = names.flatMap((name) => [
    [`${name}_pitch`, (pitches?.[name] ?? cols) / vec],
    [`${name}_offset`, 0],
  ]);
  const views = names.filter((name) => pitches?.[name] !== undefined);
  return {
    uniforms: Object.fromEntries(values) as Record<PitchUniform<B>, number>,
    offsets: Object.fromEntries(views.map((name) => [`${name}_offset`, name])),
  };
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

/**
 * WGSL: `carried(sums, turns)`, for sums of many terms: they are added to `sums.x`, and after every 64 turns what has
 * gathered moves on, so that no chain of additions of up to 64⁴ terms is longer than 64 in any of the four. The sum is
 * that of the four.
 */
export const carriedFunction = `fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
`;

/**
 * WGSL: a thread's statements over its loads of a row, which add to the sums' first parts; every 64 turns all move on.
 */
export function carriedLoop(sums: readonly string[], statements: string): string {
  return `${sums.map((sum) => `  var ${sum} = vec4f();\n`).join("")}  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
${statements}    turns++;
    if (turns % 64u == 0u) {
${sums.map((sum) => `      ${sum} = carried(${sum}, turns);\n`).join("")}    }
  }
  }
`;
}

/** WGSL: the sum of the four parts. */
export const gathered = (sum: string): string => `(${sum}.x + ${sum}.y) + (${sum}.z + ${sum}.w)`;

interface Combination {
  readonly of: (a: string, b: string) => string;
  /** the built-in that combines a subgroup's values */
  readonly subgroup: string;
}

const combinations: Readonly<Record<"sum" | "max", Combination>> = {
  sum: { of: (a, b) => `${a} + ${b}`, subgroup: "subgroupAdd" },
  max: { of: (a, b) => `max(${a}, ${b})`, subgroup: "subgroupMax" },
};

function combineFunction({ threads, subgroup }: RowConfig, which: "sum" | "max"): string {
  const { of, subgroup: builtIn } = combinations[which];
  const head = `fn row_${which}(value: f32, lane: u32) -> f32 {\n`;
  if (threads === 1) return `${head}  return value;\n}\n`;
  if (subgroup !== undefined) {
    const count = threads / subgroup;
    return `${head}  let part = ${builtIn}(value);
  row_turn = ${count}u - row_turn;
  if (lane % ${subgroup}u == 0u) { row_parts[row_turn + lane / ${subgroup}u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < ${count}u; i++) { result = ${of("result", "row_parts[row_turn + i]")}; }
  return result;
}
`;
  }
  return `${head}  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < ${LEAVES}u) {
    var part = row_lanes[lane];
    for (var i = lane + ${LEAVES}u; i < THREADS; i += ${LEAVES}u) { part = ${of("part", "row_lanes[i]")}; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < ${LEAVES}u; i++) { result = ${of("result", "row_leaves[i]")}; }
  return result;
}
`;
}

/**
 * WGSL: workgroup memory of the reductions. Of subgroups' sums there are two halves, used in turn: one barrier per call
 * then suffices.
 */
function rowMemory({ threads, subgroup }: RowConfig): string {
  if (threads === 1) return "";
  if (subgroup === undefined)
    return `var<workgroup> row_lanes: array<f32, ${threads}>;\nvar<workgroup> row_leaves: array<f32, ${LEAVES}>;\n\n`;
  return `var<workgroup> row_parts: array<f32, ${(2 * threads) / subgroup}>;\nvar<private> row_turn = 0u;\n\n`;
}

/**
 * WGSL: `row_sum(value, lane)` and, if asked for, `row_max`: what the threads of a row hold, combined in a fixed order;
 * every thread gets the result. May be called again at once, README.md §2.
 */
export function rowReductions(config: RowConfig, which: readonly ("sum" | "max")[] = ["sum"]): string {
  return `const THREADS = ${config.threads}u;\n${rowMemory(config)}${which.map((name) => combineFunction(config, name)).join("\n")}`;
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
