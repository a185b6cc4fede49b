// Backward kernels of the norms: gradX along rows, and with it, where a workgroup shares a row, the column sums of the weight's gradient. The workgroup then
// walks a block of rows and every thread keeps the sums of its own columns, so x and gradY are read once. README.md §4.
import type { Caps } from "../caps.ts";
import type { Binding, Dispatch } from "../kernel.ts";
import { sumColumns } from "./column-sum.ts";
import { type NormWeightCall, normWeightGradient } from "./columns.ts";
import { planRows, type RowConfig, rowEntry, rowType, rowWorkgroups } from "./rows.ts";

/** Layout of a norm's backward kernel. */
export interface NormBackwardConfig extends RowConfig {
  /** Loads per thread whose column sums it keeps; 0: another kernel makes the column sums. */
  readonly keep: number;
}

/** Column sums that one thread may hold in registers. */
const MOST_KEPT = 8;
/** Blocks of rows that keep a large GPU busy; more only means more partial sums. */
const WANTED_WORKGROUPS = 512;
const MIN_ROWS_PER_BLOCK = 4;

/** Uniforms that a norm's backward kernel must have; `rows` counts groups of channels, as many per token as `groups`. */
export const normBackwardUniforms = { rows: "u32", cols: "u32", units: "u32", groups: "u32", rowsPerBlock: "u32" } as const;
type Uniform = keyof typeof normBackwardUniforms;

/** Bindings of the partial column sums. */
export function keptBindings(config: NormBackwardConfig, bias = false): { partWeight?: Binding; partBias?: Binding } {
  if (config.keep === 0) return {};
  const binding = `read_write ${rowType(config)}` as const;
  return { partWeight: binding, ...(bias && { partBias: binding }) };
}

/** WGSL: `statements` for every load `j` of the row. */
export function eachLoad({ keep }: NormBackwardConfig, statements: string): string {
  if (keep === 0) return `  for (var j = lane; j < u.units; j += THREADS) {\n${statements}  }\n`;
  return `  for (var k = 0u; k < ${keep}u; k++) {\n    let j = lane + k * THREADS;\n    if (j >= u.units) { break; }\n${statements}  }\n`;
}

/** WGSL: adds `value` to the column sum of load `j`; nothing where another kernel does. */
export function keepSum({ keep }: NormBackwardConfig, name: "weight" | "bias", value: string): string {
  return keep === 0 ? "" : `    sum_${name}[k] += ${value};\n`;
}

/** WGSL: the entry point around `body`, which sees `row` and `lane`; with kept sums, around a loop over a block of rows. */
export function normBackwardEntry(config: NormBackwardConfig, body: string, bias = false): string {
  if (config.keep === 0) return rowEntry(config, body);
  const names = bias ? ["weight", "bias"] : ["weight"];
  const part = (name: string): string => `part${name === "weight" ? "Weight" : "Bias"}`;
  return `@compute @workgroup_size(${config.threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
${names.map((name) => `  var sum_${name}: array<${rowType(config)}, ${config.keep}>;\n`).join("")}  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
${body}  }
  let first = (group.x * u.groups + group.y) * u.units;
${eachLoad(config, names.map((name) => `    ${part(name)}[first + j] = sum_${name}[k];\n`).join(""))}}
`;
}

/** What a norm's backward program is made of, around its own kernel. */
export interface NormBackwardPlan {
  readonly config: NormBackwardConfig;
  readonly buffers: { readonly partWeight?: string; readonly partBias?: string };
  readonly uniforms: Readonly<Record<Uniform, number>>;
  readonly workgroups: readonly [x: number, y: number];
  readonly temps: Readonly<Record<string, number>>;
  /** after the kernel: what is left of the gradients of weight and bias */
  readonly rest: readonly Dispatch[];
}

/** Plans the backward pass over `rows` tokens of `cols` channels in `groups` groups. */
export function planNormBackward(call: NormWeightCall, caps: Caps): NormBackwardPlan {
  const { rows: tokens, cols, groups = 1, bias = false, mlp = 0 } = call;
  const [rows, size] = [tokens * groups, cols / groups];
  const layout = planRows(rows, size, caps, mlp);
  const units = size / layout.vec;
  const loads = Math.ceil(units / layout.threads);
  if (layout.threads === 1 || rows === 0 || loads > MOST_KEPT) {
    const { temps, dispatches } = normWeightGradient(call, caps);
    const config = { ...layout, keep: 0 };
    return { config, buffers: {}, uniforms: { rows, cols: size, units, groups, rowsPerBlock: 1 }, workgroups: rowWorkgroups(rows, config, caps), temps, rest: dispatches };
  }
  const rowsPerBlock = Math.max(MIN_ROWS_PER_BLOCK, Math.ceil(rows / WANTED_WORKGROUPS));
  const blocks = Math.ceil(tokens / rowsPerBlock);
  const names = bias ? ["Weight", "Bias"] : ["Weight"];
  const direct = blocks === 1;
  return {
    config: { ...layout, keep: loads },
    buffers: Object.fromEntries(names.map((name) => [`part${name}`, direct ? `grad${name}` : `part${name}`])),
    uniforms: { rows, cols: size, units, groups, rowsPerBlock },
    workgroups: [blocks, groups],
    temps: direct ? {} : Object.fromEntries(names.map((name) => [`part${name}`, blocks * cols * 4])),
    rest: direct ? [] : names.map((name) => sumColumns(`part${name}`, `grad${name}`, { vec: layout.vec, blocks, units: units * groups }, caps)),
  };
}
