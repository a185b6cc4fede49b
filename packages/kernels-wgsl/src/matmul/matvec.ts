// A few rows times a matrix (decoding): nothing is reused but those rows, so B streams through once, coalesced, and the
// sum over k is shared by lanes.
import { type Binding, defineKernel } from "../kernel.ts";
import { batchBases, batchUniformTypes, chosenBases } from "./batch-axes.ts";
import { activateFunction, type Epilogue, epilogueBindings, finish } from "./epilogue.ts";
import { type NormedRows, normedRow, normedSums, normInputs, rowFactor } from "./normed-rows.ts";
import { boundElement, decodersOf, readElement, readVector, type WeightType } from "./operand.ts";

/**
 * How a workgroup is laid out: `lanes` threads share the sum over k of each of `outputs` sets of columns (or of vectors
 * of columns).
 */
export interface MatvecShape {
  /** power of two */
  readonly lanes: number;
  readonly outputs: number;
  /** columns (or vectors of them) in a set: each number of A that is loaded serves all of them; default 1 */
  readonly columns?: number;
  /**
   * the lanes are one whole subgroup, which is the workgroup: sums are added without workgroup memory. For B
   * transposed.
   */
  readonly subgroup?: true;
}

/** What is baked into the text of a product with few rows. */
export interface MatvecConfig extends MatvecShape, Epilogue {
  /** rows of a workgroup, m unless there are `manyRows`: each vector of B that is loaded serves all of them */
  readonly rows: number;
  /** m is more than `rows`, and each workgroup takes so many of them; of one product with A as it is */
  readonly manyRows?: true;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** k (B transposed) or n (B as it is) is a multiple of 4, so that B is bound by vectors */
  readonly vectorB: boolean;
  /** default f32 */
  readonly typeB?: WeightType;
  /** with B of int8 or int4: numbers along k that share a scale */
  readonly groupSize?: number;
  /** B is a stack of so many matrices, of which `ids` names one for each product */
  readonly chosenOf?: number;
  /** rows of A are normed as they are read; A as it is, B transposed, one product */
  readonly norm?: NormedRows;
}

/** Columns of C that one workgroup computes. */
export function matvecColumns(config: MatvecConfig): number {
  return config.outputs * (config.columns ?? 1) * (config.vectorB && !config.transposeB ? 4 : 1);
}

export const matmulMatvec = defineKernel({
  name: "matmul_matvec",
  uniforms: { m: "u32", n: "u32", k: "u32", ...batchUniformTypes },
  features: ({ subgroup }: MatvecConfig) => (subgroup ? (["subgroups"] as const) : []),
  bindings: (config: MatvecConfig) => {
    const wide = accumulator(config) === "vec4f";
    const bindings: Record<string, Binding> = {
      a: `read ${elementA(config)}`,
      ...normInputs(config.norm, elementA(config)),
      b: `read ${boundElement(config.typeB ?? "f32", config.vectorB)}`,
      ...(config.groupSize ? { scales: "read f32" } : {}),
      ...(config.chosenOf ? { ids: "read i32" } : {}),
    };
    Object.assign(bindings, epilogueBindings(config, wide ? "vec4f" : "f32"));
    bindings["c"] = `read_write ${wide ? "vec4f" : "f32"}`;
    if (config.norm?.added) bindings["summed"] = `read_write ${elementA(config)}`;
    return bindings;
  },
  wgsl: matvecText,
});

/** Additions in a row: of terms, of blocks of terms, of blocks of blocks. */
const chain = 256;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Rows of A are read along k in vectors when B's columns are. */
function vectorA(config: MatvecConfig): boolean {
  return config.vectorB && config.transposeB && (!config.transposeA || config.rows === 1);
}

function elementA(config: MatvecConfig): "vec4f" | "f32" {
  return vectorA(config) ? "vec4f" : "f32";
}

function accumulator(config: MatvecConfig): "vec4f" | "f32" {
  return config.vectorB && !config.transposeB ? "vec4f" : "f32";
}

/** WGSL expression: what a lane reads of B at `k` and the column (or vector of columns) number `column`. */
function readB({ transposeB, vectorB, typeB = "f32", groupSize, chosenOf }: MatvecConfig, column: string): string {
  if (!vectorB)
    return readElement("b", typeB, transposeB ? `baseB + ${column} * u.k + k` : `baseB + k * u.n + ${column}`);
  if (!transposeB) return readVector("b", typeB, `baseB / 4u + k * (u.n / 4u) + ${column}`);
  const numbers = readVector("b", typeB, `(baseB + ${column} * u.k + k) / 4u`);
  const first = chosenOf ? "baseB + " : ""; // one product has one matrix
  return groupSize ? `${numbers} * scales[(${first}${column} * u.k + k) / ${groupSize}u]` : numbers;
}

/** The number of a row of A, of those that a workgroup takes; of many rows the last is there more than once. */
const placeOf = ({ manyRows }: MatvecConfig, row: number): string => (manyRows ? `place${row}` : `${row}u`);

/** A condition of a row's being one of A, if it may be none. */
const rowExists = ({ manyRows }: MatvecConfig, row: number): string | undefined =>
  manyRows && row > 0 ? `firstRow + ${row}u < u.m` : undefined;

/** WGSL expression: what a lane reads of a row of A at `k`. */
function readA(config: MatvecConfig, row: number): string {
  const { transposeA, transposeB, vectorB, rows } = config;
  const place = placeOf(config, row);
  const number = (at: string): string =>
    transposeA && rows > 1 ? `a[baseA + (${at}) * u.m + ${row}u]` : `a[baseA + ${place} * u.k + ${at}]`;
  if (!vectorB || !transposeB) return number("k");
  if (vectorA(config)) return `a[(baseA + ${place} * u.k + k) / 4u]`;
  const numbers = range(4).map((q) => number(`k + ${q}u`));
  return `vec4f(${numbers.join(", ")})`;
}

/** A sum over k: of a row of A and of column `j` of a set. */
interface Sum {
  readonly row: number;
  readonly j: number;
  readonly name: string;
}

/** WGSL of a step of k: all loads first, then what is added up. */
function stepText(config: MatvecConfig, sums: readonly Sum[]): string {
  const { rows, columns = 1, norm } = config;
  const wide = accumulator(config) === "vec4f";
  const dots = config.vectorB && config.transposeB;
  const loads = [
    ...range(columns).map((j) => `let vector${j} = ${readB(config, `column${j}`)};`),
    ...range(rows).map((row) =>
      norm ? normedRow(norm, row, placeOf(config, row), elementA(config)) : `let row${row} = ${readA(config, row)};`,
    ),
  ];
  const adds = [
    ...(norm ? range(rows).map((row) => normedSums(norm, row, elementA(config), rowExists(config, row))) : []),
    ...sums.map(({ row, j, name }) =>
      dots
        ? `sum${name} += dot(row${row}, vector${j});`
        : `sum${name} = fma(${wide ? `vec4f(row${row})` : `row${row}`}, vector${j}, sum${name});`,
    ),
  ];
  return [...loads, ...adds].map((line) => `    ${line}\n`).join("");
}

function matvecText(config: MatvecConfig): string {
  const {
    lanes,
    outputs,
    columns = 1,
    subgroup,
    rows,
    manyRows,
    transposeB,
    vectorB,
    typeB = "f32",
    chosenOf,
    norm,
  } = config;
  const type = accumulator(config);
  const wide = type === "vec4f";
  const step = vectorB && transposeB ? 4 : 1;
  const columnCount = wide ? "(u.n / 4u)" : "u.n";
  // Threads that are neighbours read neighbouring memory: lanes along k where B is transposed, columns otherwise.
  const [size, lane, output] = transposeB
    ? [`${lanes}, ${outputs}`, "local.x", "local.y"]
    : [`${outputs}, ${lanes}`, "local.y", "local.x"];
  const sums = range(rows).flatMap((row) => range(columns).map((j) => ({ row, j, name: `${row}_${j}` })));
  const names = [...sums.map(({ name }) => name), ...(norm ? range(rows).map((row) => `Squares${row}`) : [])];
  const total = (name: string): string =>
    subgroup ? `subgroupAdd(sum${name})` : lanes === 1 ? `sum${name}` : `add_lanes(sum${name}, lane, ${output})`;
  const barriers = lanes > 1 && !subgroup;
  const shared = barriers
    ? `// one partial sum per thread: [output][lane]\nvar<workgroup> partial: array<${type}, ${lanes * outputs}>;\n\n${addLanes(type, lanes)}\n`
    : "";
  const stores = sums.map(({ row, j, name }) => {
    const at = `${wide ? "baseC / 4u" : "baseC"} + ${placeOf(config, row)} * ${columnCount} + column${j}`;
    const total = norm ? `(total${name} * ${rowFactor(norm, `totalSquares${row}`)})` : `total${name}`;
    const exists = rowExists(config, row);
    return `    if (${exists ? `${exists} && ` : ""}ownColumn + ${j}u < ${columnCount}) {\n      c[${at}] = ${finish(config, total, `column${j}`, at)};\n    }`;
  });
  return `${activateFunction(config.activation, type)}${decodersOf([{ type: typeB, vector: vectorB }])}${shared}@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix${manyRows ? "" : " + group.z"};
${
  manyRows
    ? `  let firstRow = group.z * ${rows}u;\n${range(rows)
        .map((row) => `  let place${row} = ${row === 0 ? "firstRow" : `min(firstRow + ${row}u, u.m - 1u)`};\n`)
        .join("")}`
    : ""
}${chosenOf ? chosenBases(chosenOf) : batchBases}
  let lane = ${lane};
  let ownColumn = ((group.y * groups.x + group.x) * ${outputs}u + ${output}) * ${columns}u;
${norm?.added ? "  let writesSum = ownColumn == 0u;\n" : ""}${range(columns)
    .map((j) => `  let column${j} = min(ownColumn + ${j}u, ${columnCount} - 1u);`)
    .join("\n")}
${names.map((name) => `  var near${name} = ${type}();\n  var far${name} = ${type}();`).join("\n")}
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * ${step}u; first < u.k; first += ${chain * lanes * step}u) {
${names.map((name) => `  var sum${name} = ${type}();`).join("\n")}
  let end = min(first + ${chain * lanes * step}u, u.k);
  for (var k = first; k < end; k += ${lanes * step}u) {
${stepText(config, sums)}  }
${names.map((name) => `  near${name} += sum${name};`).join("\n")}
  blocks++;
  if (blocks % ${chain}u == 0u) {
${names.map((name) => `    far${name} += near${name};\n    near${name} = ${type}();`).join("\n")}
  }
  }
${names.map((name) => `  let sum${name} = far${name} + near${name};`).join("\n")}
${names.map((name) => `  let total${name} = ${total(name)};`).join("\n")}
  if (lane == 0u) {
${stores.join("\n")}
  }
}
`;
}

/** WGSL `add_lanes`: the sum over the lanes of one output, by halves; right in lane 0. */
function addLanes(type: string, lanes: number): string {
  return `fn add_lanes(value: ${type}, lane: u32, output: u32) -> ${type} {
  let slot = output * ${lanes}u + lane;
  partial[slot] = value;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[slot] += partial[slot + half];
    }
    workgroupBarrier();
  }
  let total = partial[output * ${lanes}u];
  workgroupBarrier();
  return total;
}
`;
}
