// A few rows times a matrix (decoding): nothing is reused but those rows, so B streams through once, coalesced, and the sum over k is shared by lanes.
import { type Binding, defineKernel, type Kernel } from "../kernel.ts";
import { batchBases, batchUniformTypes, type ProductUniform } from "./batch.ts";
import { activateFunction, type Epilogue, type EpilogueBinding, epilogueBindings, finish } from "./epilogue.ts";

/** How a workgroup is laid out: `lanes` threads share the sum over k of each of `outputs` columns (or vectors of columns). */
export interface MatvecShape {
  /** power of two */
  readonly lanes: number;
  readonly outputs: number;
}

/** What is baked into the text of a product with few rows. */
export interface MatvecConfig extends MatvecShape, Epilogue {
  /** m, 1 … 4: each vector of B that is loaded serves all of them */
  readonly rows: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** k (B transposed) or n (B as it is) is a multiple of 4, so that B is bound as vec4f */
  readonly vectorB: boolean;
}

/** Columns of C that one workgroup computes. */
export function matvecColumns(config: MatvecConfig): number {
  return config.outputs * (config.vectorB && !config.transposeB ? 4 : 1);
}

export const matmulMatvec: Kernel<"a" | "b" | "c" | EpilogueBinding, ProductUniform, MatvecConfig> = defineKernel({
  name: "matmul_matvec",
  uniforms: { m: "u32", n: "u32", k: "u32", ...batchUniformTypes },
  bindings: (config: MatvecConfig) => {
    const wide = accumulator(config) === "vec4f";
    const bindings: Record<string, Binding> = {
      a: `read ${vectorA(config) ? "vec4f" : "f32"}`,
      b: `read ${config.vectorB ? "vec4f" : "f32"}`,
    };
    Object.assign(bindings, epilogueBindings(config, wide ? "vec4f" : "f32"));
    bindings["c"] = `read_write ${wide ? "vec4f" : "f32"}`;
    return bindings;
  },
  wgsl: matvecText,
});

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Rows of A are read along k in vectors when B's columns are. */
function vectorA(config: MatvecConfig): boolean {
  return config.vectorB && config.transposeB && (!config.transposeA || config.rows === 1);
}

function accumulator(config: MatvecConfig): "vec4f" | "f32" {
  return config.vectorB && !config.transposeB ? "vec4f" : "f32";
}

function matvecText(config: MatvecConfig): string {
  const { lanes, outputs, rows, transposeA, transposeB, vectorB } = config;
  const type = accumulator(config);
  const wide = type === "vec4f";
  const step = vectorB && transposeB ? 4 : 1;
  const columnCount = wide ? "(u.n / 4u)" : "u.n";
  // Threads that are neighbours read neighbouring memory: lanes along k where B is transposed, columns otherwise.
  const [size, lane, output] = transposeB ? [`${lanes}, ${outputs}`, "local.x", "local.y"] : [`${outputs}, ${lanes}`, "local.y", "local.x"];
  const elementA = (row: number, k: string): string => (transposeA && rows > 1 ? `a[baseA + (${k}) * u.m + ${row}u]` : `a[baseA + ${row}u * u.k + ${k}]`);
  const rowOfA = (row: number): string => {
    if (step === 1) return elementA(row, "k");
    return vectorA(config) ? `a[(baseA + ${row}u * u.k + k) / 4u]` : `vec4f(${range(4).map((q) => elementA(row, `k + ${q}u`)).join(", ")})`;
  };
  const indexB = transposeB ? (step === 4 ? "(baseB + column * u.k + k) / 4u" : "baseB + column * u.k + k") : `${wide ? "baseB / 4u" : "baseB"} + k * ${columnCount} + column`;
  const add = (row: number): string =>
    step === 4 ? `    sum${row} += dot(${rowOfA(row)}, vector);` : `    sum${row} = fma(${wide ? `vec4f(${rowOfA(row)})` : rowOfA(row)}, vector, sum${row});`;
  const shared = lanes === 1 ? "" : `// one partial sum per thread: [output][lane]\nvar<workgroup> partial: array<${type}, ${lanes * outputs}>;\n\n${addLanes(type, lanes)}\n`;
  const total = (row: number): string => (lanes === 1 ? `sum${row}` : `total${row}`);
  const stores = range(rows).map((row) => {
    const at = `${wide ? "baseC / 4u" : "baseC"} + ${row}u * ${columnCount} + column`;
    return `    c[${at}] = ${finish(config, total(row), "column", at)};`;
  });
  return `${activateFunction(config.activation, type)}${shared}@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;
${batchBases}
  let lane = ${lane};
  let ownColumn = (group.y * groups.x + group.x) * ${outputs}u + ${output};
  let column = min(ownColumn, ${columnCount} - 1u);
${range(rows).map((row) => `  var sum${row} = ${type}();`).join("\n")}
  for (var k = lane * ${step}u; k < u.k; k += ${lanes * step}u) {
    let vector = b[${indexB}];
${range(rows).map(add).join("\n")}
  }
${lanes === 1 ? "" : `${range(rows).map((row) => `  let total${row} = add_lanes(sum${row}, lane, ${output});`).join("\n")}\n`}  if (lane == 0u && ownColumn < ${columnCount}) {
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
