// The tile of a result on matrix units: operands are weighted and masked in f32 and rounded to f16 on their way into workgroup memory, each subgroup multiplies
// 16 × 16 blocks of them, sums are f32. The finished tile goes through workgroup memory in f32, where the pieces of tile.ts find it. README.md §6. Text only.
import { type Layout, layoutOf, loadBlockOf } from "../matmul/matrix-blocks.ts";
import { side } from "../matmul/units/blocks.ts";
import { tileDeclarations, tileMain } from "./tile.ts";

/** What is baked into the text of a kernel on matrix units. */
export interface MatrixConfig {
  /** chunk length and tile side */
  readonly q: number;
  /** steps of the summed index that are in workgroup memory at a time: a multiple of 16 that divides q */
  readonly depth: number;
  /** threads of a subgroup */
  readonly subgroupSize: number;
  /** Threads of a workgroup; those of tile.ts where its registers take part. More of them hold less each, and more of their loads are on the way at once. */
  readonly threads: number;
}

/** One side of a product, four elements at a time. */
export interface MatrixOperand {
  /** vec4f expression of the elements from `row` (left) or `column` (right) and `k` on, along the axis that is contiguous; 0 outside the operand */
  readonly at: string;
  readonly contiguous: "row" | "column" | "k";
}

/** A product: its name in the text and its sides. */
export interface MatrixProduct {
  readonly name: string;
  readonly left: MatrixOperand;
  readonly right: MatrixOperand;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Vec4s from one row of a finished tile to the next: one more than are in it, so that neighbouring rows lie in other banks. */
export const tileStride = (q: number): number => q / 4 + 1;

/** How the subgroups of a workgroup share its tile: how many stand next to each other, and blocks of each. */
function share({ q, subgroupSize, threads }: MatrixConfig): { readonly across: number; readonly blocksDown: number; readonly blocksAcross: number } {
  const count = threads / subgroupSize;
  const across = 2 ** Math.ceil(Math.log2(count) / 2);
  const blocks = q / side;
  return { across, blocksDown: (blocks * across) / count, blocksAcross: blocks / across };
}

/** Whether subgroups of so many threads share tiles of q × q evenly. */
export function matrixShares(config: MatrixConfig): boolean {
  const { q, depth, subgroupSize, threads } = config;
  const { blocksDown, blocksAcross } = share(config);
  return (
    threads % subgroupSize === 0 && Number.isInteger(blocksDown) && Number.isInteger(blocksAcross) && blocksDown * blocksAcross > 0 &&
    q % depth === 0 && depth % side === 0 && (q * depth) % (4 * threads) === 0
  );
}

/** Vec4h of one staged operand, however it lies. */
function operandSize({ q, depth }: MatrixConfig): number {
  return Math.max(layoutOf(q, depth, true).size, layoutOf(q, depth, false).size);
}

/** Bytes of workgroup memory of a kernel that uses all there is. */
export function matrixBytes(config: MatrixConfig): number {
  const { q } = config;
  return 16 * operandSize(config) + 16 * q * tileStride(q) + (16 + 4 + 12) * q;
}

/** Declarations of a kernel: those of the tiles, the operands, and the weights of tokens. */
export function matrixDeclarations(config: MatrixConfig): string {
  const { q } = config;
  return `${tileDeclarations(q, q * tileStride(q))}
var<workgroup> left_tile: array<vec4h, ${operandSize(config)}>;
var<workgroup> right_tile: array<vec4h, ${operandSize(config)}>;
var<workgroup> weight: array<f32, ${q}>;
`;
}

/** WGSL functions that fetch the operands of a product. */
export function matrixFunctions({ name, left, right }: MatrixProduct): string {
  return `
fn ${name}_left(place: Place, row: u32, k: u32) -> vec4f {
  return ${left.at};
}

fn ${name}_right(place: Place, k: u32, column: u32) -> vec4f {
  return ${right.at};
}
`;
}

/** WGSL of a subgroup's sums, all 0. */
export function emptySums(config: MatrixConfig): string {
  return blocksOf(config).map(({ name }) => `var ${name} = subgroup_matrix_result<f32, ${side}, ${side}>();`).join("\n  ");
}

function blocksOf(config: MatrixConfig): { readonly name: string; readonly row: string; readonly column: string }[] {
  const { blocksDown, blocksAcross } = share(config);
  return range(blocksDown).flatMap((i) => range(blocksAcross).map((j) => ({ name: `sum${i}_${j}`, row: `block_row + ${i * side}u`, column: `block_column + ${j * side}u` })));
}

/** How one operand gets into workgroup memory: both halves of the way, for the vectors that a thread moves. */
function moves(operand: "left" | "right", name: string, layout: Layout, { q, depth, threads }: MatrixConfig) {
  const held = range((q * depth) / (4 * threads)).map((i) => ({ name: `${operand}${i}`, vector: i === 0 ? "lid" : `(lid + ${i * threads}u)` }));
  return {
    declare: held.map((own) => `var ${own.name} = vec4f();`).join("\n"),
    fetch: (k: string): string => held.map((own) => {
      const [row, column] = [`${own.vector} / ${layout.width}u`, `${own.vector} % ${layout.width}u * 4u`];
      const [line, step] = layout.alongDepth ? [row, column] : [column, row];
      const [first, second] = operand === "left" ? [`row0 + ${line}`, `${k} + ${step}`] : [`${k} + ${step}`, `column0 + ${line}`];
      return `${own.name} = ${name}_${operand}(place, ${first}, ${second});`;
    }).join("\n"),
    put: held.map((own) => `${operand}_tile[${own.vector} / ${layout.width}u * ${layout.stride}u + ${own.vector} % ${layout.width}u] = vec4h(${own.name});`).join("\n"),
  };
}

/**
 * WGSL that adds Σ_k left[row, k] · right[k, column] to the sums, for the tile at `row0`, `column0`; `count`, the range of k, must be uniform. What the next
 * round needs is on its way while this one multiplies. Begins after, and ends with, a barrier.
 */
export function addMatrixProduct(config: MatrixConfig, { name, left, right }: MatrixProduct, count: string): string {
  const { q, depth } = config;
  const { blocksDown, blocksAcross } = share(config);
  const [a, b] = [layoutOf(q, depth, left.contiguous === "k"), layoutOf(q, depth, right.contiguous === "k")];
  const [moveA, moveB] = [moves("left", name, a, config), moves("right", name, b, config)];
  const loads = [
    ...range(blocksDown).map((i) => `let a${i} = ${loadBlockOf("left", "left_tile", a, `block_row + ${i * side}u`)};`),
    ...range(blocksAcross).map((j) => `let b${j} = ${loadBlockOf("right", "right_tile", b, `block_column + ${j * side}u`)};`),
  ];
  const multiply = range(blocksDown).flatMap((i) => range(blocksAcross).map((j) => `sum${i}_${j} = subgroupMatrixMultiplyAccumulate(a${i}, b${j}, sum${i}_${j});`));
  return `{
    ${moveA.declare}
    ${moveB.declare}
    ${moveA.fetch("0u")}
    ${moveB.fetch("0u")}
    for (var k0 = 0u; k0 < ${count}; k0 += ${depth}u) {
      ${moveA.put}
      ${moveB.put}
      workgroupBarrier();
      if (k0 + ${depth}u < ${count}) {
        ${moveA.fetch(`k0 + ${depth}u`)}
        ${moveB.fetch(`k0 + ${depth}u`)}
      }
      for (var d = 0u; d < ${depth}u; d += ${side}u) {
        ${[...loads, ...multiply].join("\n")}
      }
      workgroupBarrier();
    }
  }`;
}

/** WGSL that brings the sums into `scratch`, rows {@link tileStride} vec4s apart. Begins after, and ends with, a barrier. */
export function sumsToTile(config: MatrixConfig): string {
  const stride = tileStride(config.q);
  const stores = blocksOf(config).map(({ name, row, column }) => `subgroupMatrixStore<row_major>(&scratch, (${row}) * ${stride}u + (${column}) / 4u, ${name}, ${stride}u);`);
  return `${stores.join("\n  ")}
  workgroupBarrier();`;
}

/** WGSL that stores the sums where row r of the tile begins at vec4 `at(r)` of `buffer`; rows are `stride` vec4s apart, and the whole tile is inside. */
export function storeSums(config: MatrixConfig, buffer: string, at: (row: string, column: string) => string, stride: string): string {
  return blocksOf(config).map(({ name, row, column }) => `subgroupMatrixStore<row_major>(&${buffer}, ${at(row, column)}, ${name}, ${stride});`).join("\n  ");
}

/** WGSL that sets `acc`, laid out as in tile.ts, from the tile in `scratch`. Ends with a barrier. */
export function registersFromTile(q: number, acc: string): string {
  const moves = [0, 1].flatMap((v) => [0, 1, 2, 3].map((r) => `${acc}[${2 * r + v}] = scratch[(4u * ty + ${r}u) * ${tileStride(q)}u + ${(v * q) / 8}u + tx];`));
  return `${moves.join("\n  ")}
  workgroupBarrier();`;
}

/** WGSL that hands the tile in `scratch` to `put(place, row, column, vec4f)`, neighbouring threads taking neighbouring vectors. */
export function putRows({ q, threads }: MatrixConfig): string {
  return `for (var s = lid; s < ${(q * q) / 4}u; s += ${threads}u) {
    put(place, row0 + s / ${q / 4}u, column0 + s % ${q / 4}u * 4u, scratch[s / ${q / 4}u * ${tileStride(q)}u + s % ${q / 4}u]);
  }`;
}

/** Entry point; `body` sees what that of tile.ts does, and the first row and column of the subgroup's blocks in the tile. */
export function matrixMain(config: MatrixConfig, body: string): string {
  const { across, blocksDown, blocksAcross } = share(config);
  return tileMain(
    config.q,
    `let block_row = subgroup / ${across}u * ${blocksDown * side}u;
  let block_column = subgroup % ${across}u * ${blocksAcross * side}u;
  ${body}`,
    ", @builtin(subgroup_id) subgroup: u32", config.threads,
  );
}

/** Four elements from [token of the chunk, group or head, feature] on of a tensor [b, l, heads, width] bound by vec4; 0 outside. */
export function tokenVector(tensor: string, token: string, heads: "h" | "g", feature: string): string {
  const width = heads === "h" ? "p" : "n";
  const lane = heads === "h" ? "place.head" : "place.group";
  const at = `(((place.batch * u.l + place.first + ${token}) * u.${heads} + ${lane}) * u.${width} + ${feature}) / 4u`;
  return `select(vec4f(), ${tensor}[${at}], ${feature} < u.${width} && place.first + ${token} < u.l)`;
}

/** Four elements from (p, n) on of the matrix of a chunk and head in `states`; 0 outside. */
export function stateVector(states: string, ofP: string, ofN: string): string {
  return `select(vec4f(), ${states}[(((place.cell * u.h + place.head) * u.p + ${ofP}) * u.n + ${ofN}) / 4u], ${ofP} < u.p && ${ofN} < u.n)`;
}

/** Index of the vec4 of scores of token `i` against `j` and the three after it. */
export function scoreVector(q: number, i: string, j: string): string {
  return `((place.cell * u.g + place.group) * ${q * q}u + ${i} * ${q}u + ${j}) / 4u`;
}

/**
 * WGSL functions of tokens `first` (a multiple of 4) to `first` + 3 of the chunk: the decay from each to `later`, 0 across documents and against time; and their dt. They read what
 * {@link stageColumns} put side by side: vec4s of `token` would lie 64 bytes apart and in the same banks.
 */
export function decayFunctions(q: number): string {
  return `
var<workgroup> size_of: array<vec4f, ${q / 4}>;
var<workgroup> cumulative_of: array<vec4f, ${q / 4}>;
var<workgroup> documents_of: array<vec4f, ${q / 4}>;

fn decays(later: u32, first: u32) -> vec4f {
  let here = token[later];
  let reaches = (vec4u(first) + vec4u(0u, 1u, 2u, 3u) <= vec4u(later)) & (documents_of[first / 4u] == vec4f(here.z));
  return select(vec4f(), exp(min(vec4f(here.y) - cumulative_of[first / 4u], vec4f())), reaches);
}
`;
}

/** WGSL that fills what {@link decayFunctions} read from `token`; needs a barrier after it. */
export function stageColumns(q: number): string {
  const four = (field: string): string => `vec4f(${[0, 1, 2, 3].map((i) => `token[4u * lid + ${i}u].${field}`).join(", ")})`;
  return `if (lid < ${q / 4}u) {
    size_of[lid] = ${four("x")};
    cumulative_of[lid] = ${four("y")};
    documents_of[lid] = ${four("z")};
  }`;
}
