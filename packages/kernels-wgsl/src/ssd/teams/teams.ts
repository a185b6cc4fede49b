// WGSL pieces of the scan's products without workgroup memory, for adapters where barriers cost more than they save (those that compute on the CPU).
// A team of threads owns a few rows of a result, each thread some columns of them; the rows' operand is loaded once by the team. README.md §6 describes it.
import type { Caps } from "../../caps.ts";
import type { KernelFeature } from "../../kernel.ts";
import { complete } from "../uniforms.ts";

/** How a team works. */
export interface TeamShape {
  /** Threads of a team, which is a subgroup of just that size and a workgroup of its own. Of 8 they share by shuffles, of 4 by broadcasts in a quad. */
  readonly lanes: 4 | 8;
  /** rows of a team, a multiple of 4 */
  readonly rows: number;
  /** vectors of four columns that a thread owns, next to each other: 1 or 2, save in square tiles of a chunk */
  readonly vectors: number;
}

/** The teams of a scan's kernels. */
export interface TeamPlan {
  readonly team: TeamShape;
  /** those of the squares of a chunk, which own whole rows of them */
  readonly square: TeamShape;
}

/** The teams that a stage of the tuning table means; undefined where the device has no subgroups of that size. */
export function teamPlan(
  stage: "subgroup" | "quad",
  q: number,
  { features, subgroupMinSize, subgroupMaxSize }: Pick<Caps, "features" | "subgroupMinSize" | "subgroupMaxSize">,
): TeamPlan | undefined {
  const lanes = stage === "subgroup" ? 8 : 4;
  if (!features.has("subgroups") || subgroupMinSize !== lanes || subgroupMaxSize !== lanes) return undefined;
  return {
    team: { lanes, rows: 8, vectors: lanes === 8 ? 1 : 2 },
    square: { lanes, rows: 8, vectors: q / (4 * lanes) },
  };
}

/** What every team kernel is made for: the chunk length and the team. */
export interface TeamConfig extends TeamShape {
  readonly q: number;
}

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const lanesOfVector = ["x", "y", "z", "w"] as const;

/** Workgroups in x, one a team, that cover `rowCount` × `columnCount`. */
export function teamWorkgroups(shape: TeamShape, rowCount: number, columnCount: number): number {
  return Math.ceil(rowCount / shape.rows) * columnTeams(shape, columnCount);
}

/** Teams next to each other that cover `columnCount`. */
export function columnTeams({ lanes, vectors }: TeamShape, columnCount: number): number {
  return Math.ceil(columnCount / (4 * lanes * vectors));
}

/** What the kernels of teams need. */
export const teamFeatures: readonly KernelFeature[] = ["subgroups"];

/**
 * Shader text around `body` (and the functions it calls) for teams that cover rows of `columnCount` (WGSL) columns. `body` sees `row` (the team's first),
 * `column` (the thread's first; threads past the edge repeat the last columns and are not `inside`), `column_team`, `lane`, and of the grid `group_id`.
 */
export function teamMain(shape: TeamShape, columnCount: string, functions: string, body: string): string {
  const { lanes, rows, vectors } = shape;
  const width = 4 * lanes * vectors;
  return complete(`${functions}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let column_teams = (${columnCount} + ${width - 1}u) / ${width}u;
  let team = group_id.x;
  let row = team / column_teams * ${rows}u;
  let column_team = team % column_teams;
  let own_column = column_team * ${width}u + lane * ${4 * vectors}u;
  let inside = own_column < ${columnCount};
  let column = min(own_column, ${columnCount} - ${4 * vectors}u);
  ${body}
}
`);
}

/** WGSL of where the chunk `cell` lies: `batch` (of the caller's tensors), `first` (its first token), `tokens` (how many it has). */
export function chunkPlace(q: number): string {
  return `let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * ${q}u;
  let tokens = min(${q}u, u.l - first);`;
}

/** WGSL lines, one per row and vector of the thread's part. */
export function eachPart({ rows, vectors }: TeamShape, line: (row: number, vector: number) => string): string {
  return range(rows)
    .flatMap((row) => range(vectors).map((vector) => line(row, vector)))
    .join("\n");
}

/** Variables `name`{row}_{vector} of a part, zeroed. */
export function zeroPart(shape: TeamShape, name: string): string {
  return eachPart(shape, (row, vector) => `var ${name}${row}_${vector} = vec4f();`);
}

/**
 * WGSL function `name`_block: four vectors of `name`, those at the lines `line` … + 3, which lie `stride` vectors apart from `base` on. Lines from `end` on
 * repeat the last.
 */
export function blockOf(name: string): string {
  const vectors = range(4)
    .map((i) => `${name}[base + min(line + ${i}u, end - 1u) * stride]`)
    .join(",\n    ");
  return `
fn ${name}_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    ${vectors},
  );
}
`;
}

/** A product: what is loaded of its operands for four depths. */
export interface TeamProduct {
  /** WGSL of the depths from where and to where; alike in all threads of a team */
  readonly from?: string;
  readonly to: string;
  /** mat4x4f at depths `k` … + 3 (its columns) of the team's rows 4·`i` … + 3; zero at depths past the end within four */
  readonly left: (i: number) => string;
  /** mat4x4f at depths `k` … + 3 (its columns) of the thread's columns 4·`vector` … + 3; anything finite at depths past the end */
  readonly right: (vector: number) => string;
}

/** WGSL that adds a product to the part `name`. Threads of a team load the left operand at four depths each and hand it to the others. */
export function addProduct(shape: TeamShape, name: string, { from = "0u", to, left, right }: TeamProduct): string {
  const { lanes, rows, vectors } = shape;
  const blocks = range(rows / 4);
  const loadRight = range(vectors)
    .map((v) => `let b${v} = ${right(v)};`)
    .join("\n");
  const outer = (a: (i: number, depth: number) => string): string =>
    range(4)
      .map(
        (depth) => `{
      ${blocks.map((i) => `let a${i} = ${a(i, depth)};`).join("\n")}
      ${eachPart(shape, (r, v) => `${name}${r}_${v} = fma(vec4f(a${r >> 2}.${lanesOfVector[r & 3]}), b${v}[${depth}], ${name}${r}_${v});`)}
    }`,
      )
      .join("\n");
  const loadLeft = (of: string): string => blocks.map((i) => `let ${of}${i} = ${left(i)};`).join("\n");
  const own = `let k = round + 4u * lane;
      ${loadLeft("own")}`;
  if (lanes === 4) {
    return `for (var round = ${from}; round < ${to}; round += 16u) {
      ${own}
      ${range(4)
        .map(
          (source) => `if (round + ${4 * source}u < ${to}) {
        let k = round + ${4 * source}u;
        ${loadRight}
        ${outer((i, depth) => `quadBroadcast(own${i}[${depth}], ${source}u)`)}
      }`,
        )
        .join("\n")}
    }`;
  }
  return `for (var round = ${from}; round < ${to}; round += ${4 * lanes}u) {
      ${own}
      let sources = min(${lanes}u, (${to} - round + 3u) / 4u);
      for (var source = 0u; source < sources; source++) {
        let k = round + 4u * source;
        ${loadRight}
        ${outer((i, depth) => `subgroupShuffle(own${i}[${depth}], source)`)}
      }
    }`;
}

/** What `ssd_steps_forward` stores per token for the team kernels, each as a plane of its own: four tokens are one vector. All but the last two are 0 beyond l. */
const planeNames = ["input", "left", "reached", "size", "cumulative", "documents"] as const;
type Plane = (typeof planeNames)[number];
export const planeCount: number = planeNames.length;

/** WGSL of a vector of a plane: `quad` counts vectors. Expects `plane_start`, as of {@link planeStart}. */
export function plane(q: number, name: Plane, quad: string): string {
  return `planes[plane_start + ${(planeNames.indexOf(name) * q) / 4}u + ${quad}]`;
}

/** WGSL that stores all planes of the chunk and head `index`, from `steps` and its totals `cumulative` and `documents`. */
export function storePlanes(q: number): string {
  const values: Readonly<Record<Plane, string>> = {
    input: "left * here.x",
    left: "left",
    reached: "select(0.0, decay(here.y), counts && here.z == 0.0)",
    size: "here.x",
    cumulative: "here.y",
    documents: "here.z",
  };
  return `for (var i = 0u; i < ${q}u; i++) {
    let here = steps[index * ${q}u + i];
    let counts = first + i < u.l;
    let left = select(0.0, decay(cumulative - here.y), counts && here.z == documents);
    ${planeNames.map((name, at) => `planes[(index * ${planeCount}u + ${at}u) * ${q}u + i] = ${values[name]};`).join("\n    ")}
  }`;
}

/** WGSL of where the planes of a chunk and head begin. */
export function planeStart(q: number): string {
  return `(cell * u.h + head) * ${(planeCount * q) / 4}u`;
}

/**
 * WGSL of e^(later − earlier) for four pairs of tokens, 0 where they lie in different documents or `counts` (vec4<bool>) says so. Arguments are cumulative log
 * decays and document counts, vectors all.
 */
export const pairDecays: string = `
fn pair_decays(later: vec4f, earlier: vec4f, later_documents: vec4f, earlier_documents: vec4f, counts: vec4<bool>) -> vec4f {
  let reaches = (later_documents == earlier_documents) & counts;
  return select(vec4f(), exp(min(later - earlier, vec4f())), reaches);
}
`;

/** WGSL function that multiplies the lines of a block whose columns are depths by a factor each. */
export const rowScaled: string = `
fn row_scaled(block: mat4x4f, factor: vec4f) -> mat4x4f {
  return mat4x4f(block[0] * factor, block[1] * factor, block[2] * factor, block[3] * factor);
}
`;

/** WGSL of a block whose lines and depths change places. */
export const transposed = (block: string): string => `transpose(${block})`;
