// The WGSL of an elementwise kernel: the expression as one scalar function, and around it the loads and stores of one,
// two or four elements per invocation. The expression is scalar on every path; only memory is touched in vectors.
import type { UniformType } from "../kernel.ts";
import { linearMain } from "../grid.ts";
import { basicFunctions } from "./basic-functions.ts";
import { functionText } from "./function-tables.ts";
import type { Access } from "./broadcast-layout.ts";

/**
 * Element types in memory. bool is a u32 of 0 or 1; f16 and bf16 are packed two to a u32 word, the first in the low
 * half.
 */
export type ElementType = "f32" | "i32" | "u32" | "bool" | "f16" | "bf16";

/** What is baked into the text of an elementwise kernel. */
export interface ElementwiseConfig {
  readonly inputs: readonly { readonly name: string; readonly type: ElementType; readonly access: Access }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly type: ElementType;
    readonly previous: boolean;
    readonly rows?: true;
    readonly native?: true;
  }[];
  readonly scalars: readonly { readonly name: string; readonly type: UniformType }[];
  readonly statements: readonly string[];
  /** output name → expression */
  readonly result: Readonly<Record<string, string>>;
  /** dimensions that offsets are computed from; 0 where no input needs them */
  readonly rank: number;
  /** elements per invocation: 4 in vectors, 2 so that one invocation writes a whole word of 16-bit elements, or 1 */
  readonly lanes: 1 | 2 | 4;
  readonly workgroupSize: number;
  /** text of the functions that the expressions call beside the basic ones; absent: none */
  readonly functions?: string;
}

interface Load {
  readonly parameter: string;
  readonly binding: string;
  readonly type: ElementType;
  readonly access: Access;
}

const isPacked = (type: ElementType): boolean => type === "f16" || type === "bf16";
const isVector = (access: Access): boolean => access === "dense" || access === "row";
const needsOffset = (access: Access): boolean => access !== "dense" && access !== "scalar";
const valueType = (type: ElementType): string => (isPacked(type) ? "f32" : type);
const memoryType = (type: ElementType): string => (type === "bool" || isPacked(type) ? "u32" : type);
const letters = ["x", "y", "z", "w"] as const;

/** Element type of the array of a binding. */
export function arrayType(type: ElementType, vector: boolean): string {
  if (!vector) return memoryType(type);
  return isPacked(type) ? "vec2<u32>" : `vec4<${memoryType(type)}>`;
}

/** Storage bindings of a configuration, inputs first. */
export function elementwiseBindings({
  inputs,
  outputs,
  lanes,
}: ElementwiseConfig): Record<string, `${"read" | "read_write"} ${string}`> {
  const bindings: Record<string, `${"read" | "read_write"} ${string}`> = {};
  for (const { name, type, access } of inputs)
    bindings[name] = `read ${arrayType(type, lanes === 4 && isVector(access))}`;
  for (const { name, type } of outputs) bindings[name] = `read_write ${arrayType(type, lanes === 4)}`;
  return bindings;
}

/**
 * Uniforms of a configuration: the count, the inner sizes, then per input its offset and strides, per output in rows
 * theirs.
 */
export function elementwiseUniforms({
  inputs,
  outputs,
  scalars,
  rank,
}: ElementwiseConfig): Record<string, UniformType> {
  const uniforms: Record<string, UniformType> = { count: "u32" };
  for (const { name, type } of scalars) uniforms[name] = type;
  for (let d = 1; d < rank; d++) uniforms[`size_${d}`] = "u32";
  for (const { name, access } of inputs) {
    if (!needsOffset(access)) continue;
    uniforms[`${name}_offset`] = "u32";
    for (let d = 0; d < rank; d++) uniforms[`${name}_stride_${d}`] = "u32";
  }
  for (const { name, rows } of outputs) {
    if (rows) for (const part of ["offset", "size", "pitch"]) uniforms[`${name}_${part}`] = "u32";
  }
  return uniforms;
}

/** Functions and entry point of a configuration. */
export function elementwiseWgsl(config: ElementwiseConfig): string {
  const loads: Load[] = [
    ...config.inputs.map(({ name, type, access }) => ({ parameter: name, binding: name, type, access })),
    ...config.outputs
      .filter(({ previous }) => previous)
      .map(({ name, type }) => ({ parameter: `${name}_old`, binding: name, type, access: "dense" as const })),
  ];
  const expression = expressionFunction(config, loads);
  const body = config.lanes === 4 ? vectorBody(config, loads) : scalarBody(config, loads);
  const text = (config.functions ?? "") + expression + body;
  return functionText(basicFunctions, text) + text;
}

function usesIndex({ statements, result }: ElementwiseConfig): boolean {
  return /\bindex\b/.test([...statements, ...Object.values(result)].join("\n"));
}

function expressionFunction(config: ElementwiseConfig, loads: readonly Load[]): string {
  const { outputs, statements, result, scalars } = config;
  const parameters = loads.map(({ parameter, type }) => `${parameter}: ${valueType(type)}`);
  if (usesIndex(config)) parameters.push("index: u32");
  const values = outputs.map(({ name, type }) => `${valueType(type)}(${result[name]})`);
  const struct =
    outputs.length > 1
      ? `struct Result {\n${outputs.map(({ name, type }) => `  ${name}: ${valueType(type)},\n`).join("")}}\n`
      : "";
  const lines = [
    ...scalars.map(({ name }) => `  let ${name} = u.${name};\n`),
    ...statements.map((statement) => `  ${statement.trim().replace(/;?$/, ";")}\n`),
    outputs.length > 1 ? `  return Result(${values.join(", ")});\n` : `  return ${values[0]};\n`,
  ];
  return `${struct}fn expression(${parameters.join(", ")}) -> ${resultType(config)} {\n${lines.join("")}}\n`;
}

function resultType({ outputs }: ElementwiseConfig): string {
  return outputs.length > 1 ? "Result" : valueType((outputs[0] as ElementwiseConfig["outputs"][number]).type);
}

const field = (config: ElementwiseConfig, value: string, name: string): string =>
  config.outputs.length > 1 ? `${value}.${name}` : value;

/** Value of a word or of a 16-bit half as the expression sees it. */
function decode(type: ElementType, memory: string): string {
  if (type === "bool") return `${memory} != 0u`;
  return isPacked(type) ? `${type}_value(${memory})` : memory;
}

function encode(type: ElementType, value: string): string {
  if (type === "bool") return `select(0u, 1u, ${value})`;
  return isPacked(type) ? `${type}_bits(${value})` : value;
}

/** Lines that compute the offsets of the inputs that need them, for the element whose index is `i`. */
function offsetLines({ rank }: ElementwiseConfig, loads: readonly Load[], indent: string): string {
  const moving = loads.filter(({ access }) => needsOffset(access));
  if (moving.length === 0) return "";
  const lines: string[] = [];
  let rest = "i";
  for (let d = rank - 1; d > 0; d--) {
    const quotient = d === 1 ? "c0" : `r${d}`;
    lines.push(`let c${d} = ${rest} % u.size_${d};`, `let ${quotient} = ${rest} / u.size_${d};`);
    rest = quotient;
  }
  if (rank === 1) lines.push("let c0 = i;");
  for (const { parameter } of moving) {
    const terms = Array.from({ length: rank }, (_, d) => `c${d} * u.${parameter}_stride_${d}`);
    lines.push(`let ${parameter}_at = u.${parameter}_offset + ${terms.join(" + ")};`);
  }
  return lines.map((line) => `${indent}${line}\n`).join("");
}

/** Where element `i` of an output is. */
function storePlace({ name, rows }: ElementwiseConfig["outputs"][number], i: string): string {
  return rows ? `u.${name}_offset + (${i}) / u.${name}_size * u.${name}_pitch + (${i}) % u.${name}_size` : i;
}

function loadElement({ binding, type }: Load, at: string): string {
  if (!isPacked(type)) return decode(type, `${binding}[${at}]`);
  const index = /^\w+$/.test(at) ? at : `(${at})`;
  return decode(type, `(${binding}[${index} >> 1u] >> ((${index} & 1u) << 4u)) & 0xffffu`);
}

function scalarBody(config: ElementwiseConfig, loads: readonly Load[]): string {
  const { outputs, lanes, workgroupSize } = config;
  const values = loads.map((load) =>
    loadElement(load, load.access === "dense" ? "i" : load.access === "scalar" ? "0u" : `${load.parameter}_at`),
  );
  if (usesIndex(config)) values.push("i");
  const element = `fn element(i: u32) -> ${resultType(config)} {\n${offsetLines(config, loads, "  ")}  return expression(${values.join(", ")});\n}\n`;
  if (lanes === 1) {
    const stores = outputs.map(
      (output) =>
        `    ${output.name}[${storePlace(output, "index")}] = ${encode(output.type, field(config, "value", output.name))};\n`,
    );
    return `${element}\n${linearMain(workgroupSize, `  if (index < u.count) {\n    let value = element(index);\n${stores.join("")}  }`)}`;
  }
  const stores = outputs.map((output) => {
    const { name, type } = output;
    const [low, high] = [encode(type, field(config, "low", name)), encode(type, field(config, "high", name))];
    if (isPacked(type)) return `    ${name}[index] = ${low} | (select(0u, ${high}, both) << 16u);\n`;
    return `    ${name}[${storePlace(output, "i")}] = ${low};\n    if (both) { ${name}[${storePlace(output, "i + 1u")}] = ${high}; }\n`;
  });
  const lines = `  let i = index * 2u;
  if (i < u.count) {
    let both = i + 1u < u.count;
    let low = element(i);
    let high = element(select(i, i + 1u, both));
${stores.join("")}  }`;
  return `${element}\n${linearMain(workgroupSize, lines)}`;
}

function vectorBody(config: ElementwiseConfig, loads: readonly Load[]): string {
  const { outputs, rank, workgroupSize } = config;
  const fetches = loads.map(({ parameter, binding, access }) => {
    if (access === "dense") return `    let ${parameter}_4 = ${binding}[index];\n`;
    return access === "row" ? `    let ${parameter}_4 = ${binding}[${parameter}_at / 4u];\n` : "";
  });
  const lane = (load: Load, k: number): string => {
    const { parameter, type, access } = load;
    if (access === "scalar") return loadElement(load, "0u");
    if (access === "splat") return loadElement(load, `${parameter}_at`);
    if (access === "strided")
      return loadElement(
        load,
        k === 0 ? `${parameter}_at` : `${parameter}_at + ${k}u * u.${parameter}_stride_${rank - 1}`,
      );
    if (!isPacked(type)) return decode(type, `${parameter}_4.${letters[k]}`);
    const word = `${parameter}_4.${letters[k >> 1]}`;
    return decode(type, k % 2 === 0 ? `${word} & 0xffffu` : `${word} >> 16u`);
  };
  const values = letters.map((letter, k) => {
    const parts = loads.map((load) => lane(load, k));
    if (usesIndex(config)) parts.push(k === 0 ? "i" : `i + ${k}u`);
    return `    let value_${letter} = expression(${parts.join(", ")});\n`;
  });
  const stores = outputs.map((output) => {
    const { name, type, rows } = output;
    const at = rows ? `(${storePlace(output, "i")}) / 4u` : "index";
    const fields = letters.map((letter) => field(config, `value_${letter}`, name));
    if (output.native) return `    ${name}[index] = bitcast<vec2u>(vec4h(vec4f(${fields.join(", ")})));\n`;
    const parts = fields.map((one) => encode(type, one));
    if (!isPacked(type)) return `    ${name}[${at}] = ${arrayType(type, true)}(${parts.join(", ")});\n`;
    return `    ${name}[index] = vec2<u32>(${parts[0]} | (${parts[1]} << 16u), ${parts[2]} | (${parts[3]} << 16u));\n`;
  });
  const usesI =
    usesIndex(config) || outputs.some(({ rows }) => rows) || loads.some(({ access }) => needsOffset(access));
  const start = `${usesI ? "    let i = index * 4u;\n" : ""}${offsetLines(config, loads, "    ")}`;
  return `\n${linearMain(workgroupSize, `  if (index < u.count / 4u) {\n${start}${fetches.join("")}${values.join("")}${stores.join("")}  }`)}`;
}
