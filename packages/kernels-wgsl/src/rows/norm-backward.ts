// Backward kernels of the norms: gradX along rows, and with it, where a workgroup shares a row, the column sums of the
// weight's gradient. The workgroup then walks a block of rows and every thread keeps the sums of its own columns, so x
// and gradY are read once. README.md §4.
import type { Caps } from "../caps.ts";
import type { Binding, Dispatch } from "../kernel.ts";
import { blockOfRows, type NormWeightCall, normWeightGradient, partTotals } from "./column-sums.ts";
import { tuned } from "../tuning/select.ts";
import { eachHeld, mostHeld } from "./held-rows.ts";
import { planRows, type RowConfig, rowEntry, rowType, rowWorkgroups } from "./row-layout.ts";
import { range } from "../range.ts";

/** Layout of a norm's backward kernel. */
export interface NormBackwardConfig extends RowConfig {
  /** Loads per thread whose column sums it keeps; 0: another kernel makes the column sums. */
  readonly keep: number;
  /** Every thread has `keep` loads, none fewer. */
  readonly whole: boolean;
}

const minRowsPerBlock = 4;

/**
 * Uniforms that a norm's backward kernel must have; `rows` counts groups of channels, as many per token as `groups`.
 */
export const normBackwardUniforms = {
  rows: "u32",
  cols: "u32",
  units: "u32",
  groups: "u32",
  rowsPerBlock: "u32",
} as const;
type Uniform = keyof typeof normBackwardUniforms;

/** Bindings of the partial column sums. */
export function keptBindings(config: NormBackwardConfig, bias = false): { partWeight?: Binding; partBias?: Binding } {
  if (config.keep === 0) return {};
  const binding = `read_write ${rowType(config)}` as const;
  return { partWeight: binding, ...(bias && { partBias: binding }) };
}

/**
 * A row's two passes, as WGSL. `perColumn` and `loads` name what is read of load `j` at `i = base + j`: the first is
 * the same for every row of a column, the second is not. Statements of a pass see those names; they also see `row`,
 * `lane`, `group_index` (row mod u.groups) and what `before` declares, `base` among it.
 */
export interface NormBackwardBody {
  readonly perColumn: Readonly<Record<string, string>>;
  readonly before: string;
  readonly loads: Readonly<Record<string, string>>;
  readonly first: string;
  readonly between: string;
  readonly second: string;
  /** terms of the column sums of a load, after the second pass's statements */
  readonly sums: { readonly weight: string; readonly bias?: string };
}

/** WGSL: the entry point; with kept sums, a loop over a block of rows. */
export function normBackwardEntry(config: NormBackwardConfig, body: NormBackwardBody): string {
  const { before, between } = body;
  if (config.keep === 0) {
    const lets = Object.entries({ ...body.perColumn, ...body.loads })
      .map(([name, value]) => `    let ${name} = ${value};\n`)
      .join("");
    const pass = (statements: string): string =>
      `  for (var j = lane; j < u.units; j += THREADS) {\n    let i = base + j;\n${lets}${statements}  }\n`;
    return rowEntry(
      config,
      `  let group_index = row % u.groups;\n${before}${pass(body.first)}${between}${pass(body.second)}`,
    );
  }
  return keptEntry(config, body);
}

/**
 * A thread's loads are few and known: their loops are written out, so that all reads of a pass can be under way
 * together.
 */
function keptEntry(
  config: NormBackwardConfig,
  { perColumn, before, loads, first, between, second, sums }: NormBackwardBody,
): string {
  const { keep, whole, threads } = config;
  const type = rowType(config);
  const held = keep <= mostHeld;
  const each = (text: (k: number) => string): string => eachHeld(keep, whole, text);
  const declare = (names: readonly string[]): string =>
    range(keep)
      .map((k) => names.map((name) => `  var ${name}_${k} = ${type}();\n`).join(""))
      .join("");
  const read = (k: number, from: Readonly<Record<string, string>>): string =>
    Object.entries(from)
      .map(([name, value]) => `    ${name}_${k} = ${value};\n`)
      .join("");
  const use = (k: number, names: readonly string[]): string =>
    names.map((name) => `    let ${name} = ${name}_${k};\n`).join("");
  const again = Object.entries(loads)
    .map(([name, value]) => `    let ${name} = ${value};\n`)
    .join("");
  const columns = Object.keys(perColumn);
  const rows = Object.keys(loads);
  const sumNames = Object.keys(sums) as ("weight" | "bias")[];
  const part = (name: string): string => `part${name === "weight" ? "Weight" : "Bias"}`;
  return `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
${declare([...columns, ...sumNames.map((name) => `sum_${name}`)])}${each((k) => read(k, perColumn))}  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
${before}${held ? declare(rows) : ""}${held ? each((k) => `    let i = base + j;\n${read(k, loads)}`) : ""}${each(
    (k) => `    let i = base + j;\n${use(k, columns)}${held ? use(k, rows) : again}${first}`,
  )}${between}${each(
    (k) =>
      `    let i = base + j;\n${use(k, columns)}${held ? use(k, rows) : again}${second}${sumNames.map((name) => `    sum_${name}_${k} += ${sums[name]!};\n`).join("")}`,
  )}  }
  let first_part = (group.x * u.groups + group_index) * u.units;
${each((k) => sumNames.map((name) => `    ${part(name)}[first_part + j] = sum_${name}_${k};\n`).join(""))}}
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
  const { rows: tokens, cols, groups = 1, bias = false } = call;
  const [rows, size] = [tokens * groups, cols / groups];
  const layout = planRows(rows, size, caps);
  const { keptLoads, normBlocks } = tuned(caps, "rows");
  const units = size / layout.vec;
  const loads = Math.ceil(units / layout.threads);
  if (layout.threads === 1 || rows === 0 || loads > keptLoads) {
    const { temps, dispatches } = normWeightGradient(call, caps);
    const config = { ...layout, keep: 0, whole: false };
    return {
      config,
      buffers: {},
      uniforms: { rows, cols: size, units, groups, rowsPerBlock: 1 },
      workgroups: rowWorkgroups(rows, config, caps),
      temps,
      rest: dispatches,
    };
  }
  const rowsPerBlock = blockOfRows(rows, Math.max(minRowsPerBlock, Math.ceil(rows / normBlocks)), caps);
  const blocks = Math.ceil(tokens / rowsPerBlock);
  const names = bias ? ["Weight", "Bias"] : ["Weight"];
  const direct = blocks === 1;
  const totals = partTotals(direct ? [] : names, { vec: layout.vec, blocks, units: units * groups }, caps);
  return {
    config: { ...layout, keep: loads, whole: units === loads * layout.threads },
    buffers: Object.fromEntries(names.map((name) => [`part${name}`, direct ? `grad${name}` : `part${name}`])),
    uniforms: { rows, cols: size, units, groups, rowsPerBlock },
    workgroups: [blocks, groups],
    temps: direct
      ? {}
      : { ...Object.fromEntries(names.map((name) => [`part${name}`, blocks * cols * 4])), ...totals.temps },
    rest: totals.dispatches,
  };
}
