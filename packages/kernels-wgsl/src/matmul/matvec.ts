// A few rows times a matrix (decoding): nothing is reused but those rows, so B streams through once, coalesced, and the
// sum over k is shared by lanes.
import { type Binding, defineKernel } from "../kernel.ts";
import { batchBases, batchUniformTypes, chosenBases } from "./batch-axes.ts";
import { activateFunction, epilogueBindings } from "./epilogue.ts";
import {
  accumulator,
  chain,
  columnCount,
  type MatvecConfig,
  placeOf,
  rowExists,
  sumName,
  sumNames,
} from "./matvec-config.ts";
import { endText } from "./matvec-ends.ts";
import { normedRow, normedSums, normInputs, rowFactors } from "./normed-rows.ts";
import { boundElement, decodersOf, readElement, readVector } from "./operand.ts";
import { lanes as components } from "./tile-config.ts";
import { range } from "../range.ts";

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

/** Rows of A are read along k in vectors when B's columns are. */
function vectorA(config: MatvecConfig): boolean {
  return config.vectorB && config.transposeB && (!config.transposeA || config.rows === 1);
}

function elementA(config: MatvecConfig): "vec4f" | "f32" {
  return vectorA(config) ? "vec4f" : "f32";
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

/** WGSL of some steps of k: all loads first, B's before all others, then what is added up. */
function stepsText(config: MatvecConfig, steps: number): string {
  const { rows, columns, norm, round = 0, lanes } = config;
  const dots = config.vectorB && config.transposeB;
  const phases = [
    range(columns).map((j) => `let vector${j} = ${readB(config, `column${j}`)};`),
    range(rows).map((row) =>
      norm
        ? normedRow(norm, row, placeOf(config, row), elementA(config), round ? ` * factor${row}` : "")
        : `let row${row} = ${readA(config, row)};`,
    ),
    [
      ...(norm
        ? range(rows).map((row) => normedSums(norm, row, elementA(config), rowExists(config, row), round > 0))
        : []),
      ...range(rows).flatMap((row) =>
        range(columns).map((j) => {
          const sum = sumName(row, j);
          if (dots && round)
            return `${lanes > 1 ? `${sum} = ` : `${sum} += `}${components.reduce((so, q) => `fma(row${row}.${q}, vector${j}.${q}, ${so})`, lanes > 1 ? sum : "0.0")};`;
          return dots
            ? `${sum} += dot(row${row}, vector${j});`
            : `${sum} = fma(${accumulator(config)}(row${row}), vector${j}, ${sum});`;
        }),
      ),
    ],
  ];
  // What is of one step alone has its number at the end.
  return phases
    .flatMap((lines) => range(steps).map((step) => `    ${lines.join("\n    ")}\n`.replace(ofStep, `$&_${step}`)))
    .join("");
}
const ofStep = /(?<![.\w])(k|(vector|row|at|x)\d+)\b/g;

function matvecText(config: MatvecConfig): string {
  const {
    lanes,
    outputs,
    columns,
    parts,
    rowGroups,
    subgroup,
    rows,
    manyRows,
    oneBlock,
    transposeB,
    vectorB,
    typeB = "f32",
    chosenOf,
    norm,
    round = 0,
    steps = 1,
  } = config;
  const type = accumulator(config);
  const step = vectorB && transposeB ? 4 : 1;
  const inRounds = round > 0 && lanes > 1;
  const stride = inRounds ? step : lanes * parts * step;
  // Threads that are neighbours read neighbouring memory: lanes along k where B is transposed, columns otherwise.
  const [size, lane, output] = subgroup
    ? [`${lanes}, ${rowGroups}, ${parts}`, "local.x", "0u"]
    : transposeB
      ? [`${lanes}, ${outputs}`, "local.x", "local.y"]
      : [`${outputs}, ${lanes}`, "local.y", "local.x"];
  const names = sumNames(config, rows, columns);
  const each = (text: (name: string) => string): string => names.map((name) => `  ${text(name)}\n`).join("");
  // In blocks of blocks, so that no chain of additions is long.
  const blocks = oneBlock
    ? ""
    : `    terms++;
    if (terms % ${chain}u == 0u) {
${each((name) => `near_${name} += ${name}; ${name} = ${type}();`)}    }
    if (terms % ${chain ** 2}u == 0u) {
${each((name) => `far_${name} += near_${name}; near_${name} = ${type}();`)}    }
`;
  const [declarations, end] = endText(config, output);
  return `${activateFunction(config.activation, type)}${decodersOf([
    { type: typeB, vector: vectorB },
  ])}${declarations}@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix${manyRows ? "" : " + group.z"};
${
  manyRows
    ? `  let firstRow = (group.z * ${rowGroups}u${subgroup ? " + local.y" : ""}) * ${rows}u;\n${range(rows)
        .map((row) => `  let place${row} = min(firstRow + ${row}u, u.m - 1u);\n`)
        .join("")}`
    : ""
}${chosenOf ? chosenBases(chosenOf) : batchBases}
  let lane = ${lane};
  let ownColumn = ((group.y * groups.x + group.x) * ${outputs}u + ${output}) * ${columns}u;
${norm?.added ? "  let writesSum = ownColumn == 0u;\n" : ""}${range(columns)
    .map((j) => `  let column${j} = min(ownColumn + ${j}u, ${columnCount(config)} - 1u);`)
    .join("\n")}
  let first = ${subgroup ? `(local.z * ${lanes}u + lane)` : "lane"} * ${inRounds ? round : step}u;
${
  round > 0 && norm
    ? rowFactors(
        norm,
        range(rows).map((row) => placeOf(config, row)),
        elementA(config),
        lanes,
        (own) => (subgroup ? `subgroupAdd(${own})` : lanes > 1 ? `add_shares(${own}, lane, ${output})` : own),
      )
    : ""
}${each((name) => `var ${name} = ${type}();`)}${
    oneBlock ? "" : `${each((name) => `var near_${name} = ${type}(); var far_${name} = ${type}();`)}  var terms = 0u;\n`
  }  for (var k = first; k < ${inRounds ? `min(first + ${round}u, u.k)` : "u.k"}; k += ${stride * steps}u) {
${range(steps)
  .map((i) => `    let k_${i} = k + ${i * stride}u;\n`)
  .join("")}${stepsText(config, steps)}${blocks}  }
${oneBlock ? "" : each((name) => `${name} = far_${name} + (near_${name} + ${name});`)}${end}}
`;
}
