// The tiled product: every thread keeps a register tile of C; with `stage: "shared"` the workgroup shares its operands in workgroup memory.
import { type Binding, defineKernel, type Kernel } from "../kernel.ts";
import { batchBases, batchUniformTypes, type ProductUniform } from "./batch.ts";
import { activateFunction, type Epilogue, finish } from "./epilogue.ts";

/** Shape of the tiles. A thread owns `rows` × (4 · `vectors`) elements of C. */
export interface TileShape {
  /** none: threads load operands from storage; shared: through workgroup memory */
  readonly stage: "none" | "shared";
  /** multiple of 4 */
  readonly rows: number;
  readonly vectors: number;
  readonly threadsX: number;
  readonly threadsY: number;
  /** steps of k per round, a multiple of 4; `stage: "none"` takes 4 */
  readonly depth: number;
  /** with `stage: "shared"`: fetch the next round's operands into registers while this one computes. Default false. */
  readonly prefetch?: boolean;
}

/** What is baked into the text of a tiled product. */
export interface TileConfig extends TileShape, Epilogue {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** whether an operand's contiguous axis is a multiple of 4, so that it is bound as vec4f */
  readonly vectorA: boolean;
  readonly vectorB: boolean;
  readonly vectorC: boolean;
  /** k is a multiple of `depth`: no guards at its end */
  readonly evenDepth: boolean;
  /** k is cut into parts whose sums go to C one after another, to be added up by `matmul_split_sum` */
  readonly split: boolean;
}

/** Rows and columns of C that one workgroup computes. */
export function workgroupTile(shape: TileShape): { readonly rows: number; readonly columns: number } {
  return { rows: shape.rows * shape.threadsY, columns: shape.vectors * 4 * shape.threadsX };
}

export const matmulTile: Kernel<"a" | "b" | "bias" | "c", ProductUniform | "splits" | "splitDepth" | "splitSize", TileConfig> = defineKernel({
  name: "matmul_tile",
  uniforms: { m: "u32", n: "u32", k: "u32", splits: "u32", splitDepth: "u32", splitSize: "u32", ...batchUniformTypes },
  bindings: ({ vectorA, vectorB, vectorC, bias }: TileConfig) => {
    const element = (vector: boolean): string => (vector ? "vec4f" : "f32");
    const bindings: Record<string, Binding> = { a: `read ${element(vectorA)}`, b: `read ${element(vectorB)}` };
    if (bias) bindings["bias"] = `read ${element(vectorC)}`;
    bindings["c"] = `read_write ${element(vectorC)}`;
    return bindings;
  },
  wgsl: tileText,
});

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const lanes = ["x", "y", "z", "w"] as const;

function tileText(config: TileConfig): string {
  const tile = workgroupTile(config);
  const { rows, vectors, threadsX, threadsY, split } = config;
  const sums = range(rows).flatMap((i) => range(vectors).map((j) => `  var c${i}_${j} = vec4f();`));
  const stores = range(rows).flatMap((i) =>
    range(vectors).map((j) => `  store(${split ? "part" : "baseC"}, row + ${i}u, column + ${j * 4 * threadsX}u, c${i}_${j});`),
  );
  return `${config.stage === "shared" ? sharedTiles(config) : ""}${loadBlock("a", config)}
${loadBlock("b", config)}
${split ? "" : activateFunction(config.activation, config.vectorC ? "vec4f" : "f32")}${storeVector(config)}
@compute @workgroup_size(${threadsX}, ${threadsY})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);
${batchBases}
${split ? "  let part = group.z % u.splits * u.splitSize + baseC;\n" : ""}  let row = group.y * ${tile.rows}u + local.y * ${rows}u;
  let column = group.x * ${tile.columns}u + local.x * 4u;
${sums.join("\n")}
${config.stage === "shared" ? sharedLoop(config) : directLoop(config)}
${stores.join("\n")}
}
`;
}

/**
 * WGSL `load_a(base, line, k) -> mat4x4f`: the 4×4 block whose column q holds lines line … line+3 (rows of op(A), columns of op(B)) at depth k+q.
 * Lines past the edge repeat the last ones, whose results are not stored; depths past the end are zero.
 */
function loadBlock(name: "a" | "b", { transposeA, transposeB, vectorA, vectorB, evenDepth }: TileConfig): string {
  const lines = name === "a" ? "u.m" : "u.n";
  const alongDepth = name === "a" ? !transposeA : transposeB;
  const head = `fn load_${name}(base: u32, line: u32, k: u32) -> mat4x4f {\n`;
  if (!(name === "a" ? vectorA : vectorB)) {
    const at = `base + ${alongDepth ? `min(line, ${lines} - 1u) * u.k + min(k, u.k - 1u)` : `min(k, u.k - 1u) * ${lines} + min(line, ${lines} - 1u)`}`;
    const element = `fn element_${name}(base: u32, line: u32, k: u32) -> f32 {\n  return select(0.0, ${name}[${at}], k < u.k);\n}\n\n`;
    const columns = range(4).map((q) => `    ${range(4).map((i) => `element_${name}(base, line + ${i}u, k + ${q}u)`).join(", ")},\n`);
    return `${element}${head}  return mat4x4f(\n${columns.join("")}  );\n}\n`;
  }
  if (alongDepth) {
    const guard = evenDepth ? "" : "  if (k >= u.k) {\n    return mat4x4f();\n  }\n";
    const vectors = range(4).map((i) => `${name}[at + min(line + ${i}u, ${lines} - 1u) * stride]`);
    return `${head}${guard}  let stride = u.k / 4u;\n  let at = (base + k) / 4u;\n  return transpose(mat4x4f(\n    ${vectors.join(",\n    ")},\n  ));\n}\n`;
  }
  const vectors = range(4).map((q) =>
    evenDepth ? `${name}[at + (k + ${q}u) * stride]` : `select(vec4f(), ${name}[at + min(k + ${q}u, u.k - 1u) * stride], k + ${q}u < u.k)`,
  );
  return `${head}  let stride = ${lines} / 4u;\n  let at = (base + min(line, ${lines} - 4u)) / 4u;\n  return mat4x4f(\n    ${vectors.join(",\n    ")},\n  );\n}\n`;
}

function storeVector(config: TileConfig): string {
  const { vectorC, split } = config;
  const value = (sum: string, bias: string): string => (split ? sum : finish(config, sum, bias));
  const head = "fn store(base: u32, row: u32, column: u32, sum: vec4f) {\n";
  if (vectorC) {
    return `${head}  if (row < u.m && column < u.n) {\n    c[(base + row * u.n + column) / 4u] = ${value("sum", "bias[column / 4u]")};\n  }\n}\n`;
  }
  const elements = range(4).map(
    (i) => `  if (row < u.m && column + ${i}u < u.n) {\n    c[base + row * u.n + column + ${i}u] = ${value(`sum.${lanes[i]}`, `bias[column + ${i}u]`)};\n  }\n`,
  );
  return `${head}${elements.join("")}}\n`;
}

/** The multiply-adds of one step of k; `a(i)` is the vec4f of rows 4i … 4i+3, `b(j)` that of column vector j. */
function multiplyAdds({ rows, vectors }: TileConfig, a: (i: number) => string, b: (j: number) => string, indent: string): string {
  return range(rows)
    .flatMap((i) => range(vectors).map((j) => `${indent}c${i}_${j} = fma(vec4f(${a(i >> 2)}.${lanes[i & 3]}), ${b(j)}, c${i}_${j});`))
    .join("\n");
}

function directLoop(config: TileConfig): string {
  const { rows, vectors, threadsX } = config;
  const loads = [
    ...range(rows / 4).map((i) => `    let a${i} = load_a(baseA, row + ${4 * i}u, k);`),
    ...range(vectors).map((j) => `    let b${j} = load_b(baseB, column + ${j * 4 * threadsX}u, k);`),
  ];
  const steps = range(4).map((q) => multiplyAdds(config, (i) => `a${i}[${q}]`, (j) => `b${j}[${q}]`, "    "));
  return `  for (var k = firstDepth; k < endDepth; k += 4u) {\n${loads.join("\n")}\n${steps.join("\n")}\n  }`;
}

/** Vec4s between successive depths of an operand in workgroup memory. One more than needed where a thread's stores go down the depth: they would all meet one bank. */
function tileStride(lines: number, alongDepth: boolean): number {
  return lines / 4 + (alongDepth ? 1 : 0);
}

function sharedTiles(config: TileConfig): string {
  const tile = workgroupTile(config);
  const { depth, transposeA, transposeB } = config;
  return `// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, ${depth * tileStride(tile.rows, !transposeA)}>;
var<workgroup> tile_b: array<vec4f, ${depth * tileStride(tile.columns, transposeB)}>;

`;
}

/** How one operand gets into workgroup memory: WGSL of the two halves of the way, for the 4×4 blocks that a thread moves. */
interface Staging {
  /** variables that hold blocks between the halves */
  readonly names: readonly string[];
  fetch(k: string, indent: string): string;
  put(indent: string): string;
}

function staging(name: "a" | "b", config: TileConfig): Staging {
  const { threadsX, threadsY, depth, transposeA, transposeB } = config;
  const tile = workgroupTile(config);
  const [lines, axis, alongDepth] = name === "a" ? [tile.rows, "y", !transposeA] as const : [tile.columns, "x", transposeB] as const;
  const across = lines / 4;
  const stride = tileStride(lines, alongDepth);
  const [blocks, threads] = [(across * depth) / 4, threadsX * threadsY];
  // Neighbouring threads load neighbouring vectors of memory: along the lines, or two along k, which makes up a sector of 32 bytes.
  const pairs = depth % 8 === 0 ? 2 : 1;
  const [line, step] = alongDepth
    ? [`block / ${pairs}u % ${across}u`, pairs === 1 ? `block / ${across}u` : `block / ${2 * across}u * 2u + block % 2u`]
    : [`block % ${across}u`, `block / ${across}u`];
  const names = range(Math.ceil(blocks / threads)).map((i) => `${name}${i}_next`);
  const each = (body: (held: string) => readonly string[], indent: string): string =>
    names.map((held, i) => {
      const guarded = (i + 1) * threads > blocks;
      return [
        `${indent}${guarded ? `if (index + ${i * threads}u < ${blocks}u) ` : ""}{`,
        `${indent}  let block = index + ${i * threads}u;`, `${indent}  let line = ${line};`, `${indent}  let step = ${step};`,
        ...body(held).map((text) => `${indent}  ${text}`), `${indent}}`,
      ].join("\n");
    }).join("\n");
  return {
    names,
    fetch: (k, indent) => each((held) => [`${held} = load_${name}(base${name.toUpperCase()}, group.${axis} * ${lines}u + line * 4u, ${k} + step * 4u);`], indent),
    put: (indent) => each((held) => range(4).map((q) => `tile_${name}[(step * 4u + ${q}u) * ${stride}u + line] = ${held}[${q}];`), indent),
  };
}

function sharedLoop(config: TileConfig): string {
  const { rows, vectors, threadsX, depth, transposeA, transposeB, prefetch = false } = config;
  const tile = workgroupTile(config);
  const [a, b] = [staging("a", config), staging("b", config)];
  const reads = [
    ...range(rows / 4).map((i) => `      let a${i} = tile_a[d * ${tileStride(tile.rows, !transposeA)}u + local.y * ${rows / 4}u + ${i}u];`),
    ...range(vectors).map((j) => `      let b${j} = tile_b[d * ${tileStride(tile.columns, transposeB)}u + local.x + ${j * threadsX}u];`),
  ];
  const fetchBoth = (k: string, indent: string): string => `${a.fetch(k, indent)}\n${b.fetch(k, indent)}`;
  const held = [...a.names, ...b.names].map((name) => `  var ${name} = mat4x4f();\n`).join("");
  const next = `    if (k + ${depth}u < endDepth) {\n${fetchBoth(`k + ${depth}u`, "      ")}\n    }\n`;
  return `${held}${prefetch ? `${fetchBoth("firstDepth", "  ")}\n` : ""}  for (var k = firstDepth; k < endDepth; k += ${depth}u) {
${prefetch ? "" : `${fetchBoth("k", "    ")}\n`}${a.put("    ")}
${b.put("    ")}
    workgroupBarrier();
${prefetch ? next : ""}    for (var d = 0u; d < ${depth}u; d++) {
${reads.join("\n")}
${multiplyAdds(config, (i) => `a${i}`, (j) => `b${j}`, "      ")}
    }
    workgroupBarrier();
  }`;
}
