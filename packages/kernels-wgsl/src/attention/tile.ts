// What attention's kernels share: operands in memory, and products of rows of one by columns of another through workgroup memory. Eight neighbouring threads
// share a row: of scores each computes every eighth column, of sums over keys one vector in eight.
import type { TokenUniform } from "../token-uniforms.ts";
import { type BufferStrides, tokenStrides } from "@x/base";
import type { Caps } from "../caps.ts";
import { specialFunctions } from "../elementwise/float-bits.ts";
import { functionText } from "../elementwise/function-tables.ts";
import { tuned } from "../tuning/select.ts";
import { range } from "../range.ts";

/** Vectors of four of the head dim that are staged at a time, and threads that share a row. */
export const lanes: number = 8;
/** Row pitch of staged tiles, in vectors: one more than a row has, against bank conflicts. */
const pitch = lanes + 1;

/** What is baked into the text of a tile. */
export interface TileConfig {
  readonly headDim: number;
  /** rows and their parts are whole vectors of four, and loaded so */
  readonly vector: boolean;
  readonly threads: number;
  /** rows of a tile that a thread works on */
  readonly perThread: number;
  /** columns of a tile of scores: keys, or queries where keys are the rows */
  readonly columns: number;
}

/** Scores from row to row. */
export const scorePitch = ({ columns }: TileConfig): number => columns + 1;

/** WGSL: the score of a key that a query does not see, and below every number of one that it sees. */
export const unseen: string = "-3.40282346e38";

export const rowsOf = ({ threads, perThread }: TileConfig): number => (threads / lanes) * perThread;

/** A tile for so many rows: sums over keys fit the registers, 32 numbers of each of the wider kernels' results. */
export function tileConfig(headDim: number, vector: boolean, rows: number, caps: Caps): TileConfig {
  const { tile: columns } = tuned(caps, "attention");
  if (rows <= 8 || columns === 8) return { headDim, vector, threads: 64, perThread: 1, columns };
  const wanted = headDim <= 64 ? 64 : headDim <= 128 ? 128 : 256;
  const threads = caps.maxComputeInvocationsPerWorkgroup >= wanted ? wanted : 64;
  return { headDim, vector, threads, perThread: (32 * lanes) / threads, columns };
}

/** Whether every operand's rows are whole vectors. */
export function vectors(headDim: number, strides: BufferStrides = {}): boolean {
  const sizes = Object.values(strides).flatMap(({ batch, token }) => [batch, token]);
  return [headDim, ...sizes].every((size) => size % 4 === 0);
}

const unitsOf = ({ headDim, vector }: TileConfig): number => (vector ? headDim / 4 : headDim);
export const vectorsOf = ({ headDim }: TileConfig): number => Math.ceil(headDim / 4);
export const chunksOf = ({ headDim }: TileConfig): number => Math.ceil(headDim / (4 * lanes));

/** Their values, and which of them get offsets at run time. `shapes`: tokens and heads of each. */
export function tokenValues<const T extends string>(
  { headDim, vector }: Pick<TileConfig, "headDim" | "vector">,
  strides: BufferStrides | undefined,
  shapes: Readonly<Record<T, readonly [tokens: number, heads: number]>>,
): { readonly uniforms: Record<TokenUniform<T>, number>; readonly offsets: Record<string, string> } {
  const per = vector ? 4 : 1;
  const names = Object.keys(shapes) as T[];
  const values = names.flatMap((name) => {
    const { batch, token } = tokenStrides(strides, name, shapes[name][0], shapes[name][1] * headDim);
    return [
      [`${name}_batch`, batch / per],
      [`${name}_token`, token / per],
      [`${name}_offset`, 0],
    ];
  });
  return {
    uniforms: Object.fromEntries(values) as Record<TokenUniform<T>, number>,
    offsets: Object.fromEntries(names.filter((name) => strides?.[name]).map((name) => [`${name}_offset`, name])),
  };
}

export const elementType = ({ vector }: Pick<TileConfig, "vector">): "vec4f" | "f32" => (vector ? "vec4f" : "f32");

/**
 * WGSL `read_name(at, d)` and, with `writes`, `write_name(at, d, value)`: vector d of the row that begins at `at`, zeros beyond the head dim;
 * `at_name(batch, token, head)` is where it begins.
 */
export function operandFunctions(config: TileConfig, name: string, access: "read" | "write" | "both"): string {
  const { headDim, vector } = config;
  const at = `fn at_${name}(batch: u32, token: u32, head: u32) -> u32 {
  return u.${name}_offset${vector ? " / 4u" : ""} + batch * u.${name}_batch + token * u.${name}_token + head * ${unitsOf(config)}u;
}
`;
  const guarded = vectorsOf(config) % lanes !== 0;
  const reads = vector
    ? `fn read_${name}(at: u32, d: u32) -> vec4f {
${guarded ? `  if (d >= ${vectorsOf(config)}u) {\n    return vec4f();\n  }\n` : ""}  return ${name}[at + d];
}
`
    : `fn lane_${name}(at: u32, e: u32) -> f32 {
  if (e >= ${headDim}u) {
    return 0.0;
  }
  return ${name}[at + e];
}
fn read_${name}(at: u32, d: u32) -> vec4f {
  return vec4f(lane_${name}(at, 4u * d), lane_${name}(at, 4u * d + 1u), lane_${name}(at, 4u * d + 2u), lane_${name}(at, 4u * d + 3u));
}
`;
  const writes = vector
    ? `fn write_${name}(at: u32, d: u32, value: vec4f) {
  if (d < ${vectorsOf(config)}u) {
    ${name}[at + d] = value;
  }
}
`
    : `fn write_${name}(at: u32, d: u32, value: vec4f) {
${["x", "y", "z", "w"].map((lane, i) => `  if (4u * d + ${i}u < ${headDim}u) {\n    ${name}[at + 4u * d + ${i}u] = value.${lane};\n  }`).join("\n")}
}
`;
  return at + (access === "write" ? "" : reads) + (access === "read" ? "" : writes);
}

/** Workgroup memory of a tile, and exp of what is nearly never positive: 0 where it would be no normal number. */
export function tileMemory(config: TileConfig): string {
  const rows = rowsOf(config);
  const { columns } = config;
  return `var<workgroup> left: array<vec4f, ${rows * pitch}>;
var<workgroup> right: array<vec4f, ${columns * pitch}>;
var<workgroup> scores: array<f32, ${rows * scorePitch(config)}>;
${functionText([specialFunctions], "keep_nan(")}fn weight_of(x: f32) -> f32 {
  return keep_nan(select(0.0, exp(clamp(x, -87.0, 87.0)), x > -87.0), x);
}
`;
}

/** Who a thread is: it works on rows `row0 …` of the tile with lane `lane`. */
export const threadText = ({ perThread }: TileConfig): string =>
  `  let lane = local % ${lanes}u;\n  let row0 = local / ${lanes}u * ${perThread}u;\n`;

/** A row of a tile, by number: whether there is one, and its vector d, as WGSL expressions. */
export interface TileRows {
  live(row: string): string;
  value(row: string, d: string): string;
}

/** WGSL statements that stage one chunk, vectors `8·chunk …`, of `count` rows; zeros where there is none. */
function stage(config: TileConfig, into: string, count: number, chunk: string, rows: TileRows): string {
  return `    for (var i = local; i < ${count * lanes}u; i += ${config.threads}u) {
      let row = i / ${lanes}u;
      let d = ${chunk} * ${lanes}u + i % ${lanes}u;
      var value = vec4f();
      if (${rows.live("row")}) {
        value = ${rows.value("row", "d")};
      }
      ${into}[row * ${pitch}u + i % ${lanes}u] = value;
    }
`;
}

/** WGSL statements: `name{i}_{j}` is row row0 + i of one operand times column lane + 8·j of the other. */
export function productText(config: TileConfig, name: string, leftRows: TileRows, rightRows: TileRows): string {
  const { perThread } = config;
  const columns = config.columns / lanes;
  const each = (make: (i: number, j: number) => string): string =>
    range(perThread)
      .flatMap((i) => range(columns).map((j) => make(i, j)))
      .join("\n");
  return `${each((i, j) => `  var ${name}${i}_${j} = 0.0;`)}
  for (var chunk = 0u; chunk < ${chunksOf(config)}u; chunk += 1u) {
    workgroupBarrier();
${stage(config, "left", rowsOf(config), "chunk", leftRows)}${stage(config, "right", config.columns, "chunk", rightRows)}    workgroupBarrier();
    for (var d = 0u; d < ${lanes}u; d += 1u) {
${range(perThread)
  .map((i) => `      let a${i} = left[(row0 + ${i}u) * ${pitch}u + d];`)
  .join("\n")}
${range(columns)
  .map((j) => `      let b${j} = right[(lane + ${lanes * j}u) * ${pitch}u + d];`)
  .join("\n")}
${each((i, j) => `      ${name}${i}_${j} += dot(a${i}, b${j});`)}
    }
  }
`;
}

/** WGSL statements for each score of the thread, where `row` and `column` are its place in the tile and `at` that in `scores`. */
export function eachScore(config: TileConfig, make: (i: number, j: number) => string): string {
  return range(config.perThread)
    .flatMap((i) =>
      range(config.columns / lanes).map(
        (j) =>
          `  {\n    let row = row0 + ${i}u;\n    let column = lane + ${lanes * j}u;\n    let at = row * ${scorePitch(config)}u + column;\n${make(i, j)}  }\n`,
      ),
    )
    .join("");
}

/** Declares the sums `name{chunk}_{i}`: vectors of row row0 + i. */
export function declareSums(config: TileConfig, name: string): string {
  return eachSum(config, (chunk, i) => `  var ${name}${chunk}_${i} = vec4f();\n`);
}

export function eachSum(config: TileConfig, make: (chunk: number, i: number) => string): string {
  return range(chunksOf(config))
    .flatMap((chunk) => range(config.perThread).map((i) => make(chunk, i)))
    .join("");
}

/**
 * WGSL statements: to the sums `name` is added what is in `scores` times the columns' rows; `kept(i)` multiplies what they were. They begin and end where all
 * threads have read workgroup memory.
 */
export function addProductText(config: TileConfig, name: string, rows: TileRows, kept?: (i: number) => string): string {
  const { perThread } = config;
  return range(chunksOf(config))
    .map(
      (chunk) => `  {
    workgroupBarrier();
${stage(config, "right", config.columns, `${chunk}u`, rows)}    workgroupBarrier();
${range(perThread)
  .map((i) => `    var part${i} = vec4f();`)
  .join("\n")}
    for (var column = 0u; column < ${config.columns}u; column += 1u) {
      let b = right[column * ${pitch}u + lane];
${range(perThread)
  .map((i) => `      part${i} += scores[(row0 + ${i}u) * ${scorePitch(config)}u + column] * b;`)
  .join("\n")}
    }
${range(perThread)
  .map((i) => `    ${name}${chunk}_${i} = ${kept ? `${kept(i)} * ` : ""}${name}${chunk}_${i} + part${i};`)
  .join("\n")}
  }
`,
    )
    .join("");
}

/** Vector of the head dim that the thread's sums of a chunk are. */
export const ownVector = (chunk: number): string => `${chunk * lanes}u + lane`;
