// WGSL pieces that every matrix-shaped kernel of the scan is made of: a workgroup that owns a q × q tile of the result,
// and the loop that adds a product to it. README.md §6 describes it. Text only.
/** Steps of the summed index that are staged in workgroup memory at a time. */
const depth = 16;

/** One side of a product: a WGSL expression, and which of its indices walks neighbouring addresses. */
export interface TileOperand {
  /** f32 expression of the element at `row` (left) or `column` (right), and `k`; 0 outside the operand */
  readonly at: string;
  readonly contiguous: "row" | "column" | "k";
}

/** Threads of a workgroup for tiles of q × q: each holds 4 rows and 2 × 4 columns. */
export function tileThreads(q: number): number {
  return (q / 4) * (q / 8);
}

/**
 * Vec4s of workgroup memory in `scratch`: both staged operands (rows padded by one vec4 against bank conflicts), and
 * what a kernel needs besides.
 */
function scratchSize(q: number, atLeast: number): number {
  return Math.max(2 * depth * (q / 4 + 1), atLeast);
}

/**
 * Declarations shared by the tile kernels. `atLeast`: vec4s of `scratch` that a kernel uses besides its products.
 * Thread (tx, ty) holds rows 4·ty … 4·ty+3 and columns 4·tx … +3 and q/2 + 4·tx … +3: `acc[2·r + v]`.
 */
export function tileDeclarations(q: number, atLeast: number = 0): string {
  return `
var<workgroup> scratch: array<vec4f, ${scratchSize(q, atLeast)}>;${placeDeclarations(q)}`;
}

/** Declarations shared by all kernels whose workgroup owns a part of a chunk: its tokens, and its place. */
export function placeDeclarations(q: number): string {
  return `
var<workgroup> token: array<vec4f, ${q}>; // dt, cumulative log decay in two parts, slope

struct Place {
  chunk: u32,
  head: u32,
  group: u32,
  first: u32,  // first token of the chunk
  batch: u32,  // in the tensors of the caller
  cell: u32,   // batch of the slice and chunk, for the temps
}

fn place_of(cell: u32, head: u32, group: u32) -> Place {
  let chunk = cell % u.c;
  return Place(chunk, head, group, chunk * ${q}u, u.batch_start + cell / u.c, cell);
}
`;
}

/** WGSL that copies the steps of the head at `place` into workgroup memory. Ends with a barrier. */
export function stageSteps(q: number): string {
  return `for (var i = lid; i < ${q}u; i += ${tileThreads(q)}u) {
    token[i] = steps[(place.cell * u.h + place.head) * ${q}u + i];
  }
  workgroupBarrier();`;
}

/** A zeroed accumulator. */
export function accumulator(name: string): string {
  return `var ${name} = array<vec4f, 8>();`;
}

/** WGSL functions that fetch the operands of product `name`. */
export function productFunctions(name: string, left: TileOperand, right: TileOperand): string {
  return `
fn ${name}_left(place: Place, row: u32, k: u32) -> f32 {
  return ${left.at};
}

fn ${name}_right(place: Place, k: u32, column: u32) -> f32 {
  return ${right.at};
}
`;
}

/**
 * WGSL that adds Σ_k left[row, k] · right[k, column] to `acc`, for the tile at `row0`, `column0`. `count` (the range of
 * k) must be uniform. Operands give 0 outside their range: the loop runs in whole steps. Begins after, and ends with, a
 * barrier. What a round of 16 steps adds up joins `acc` at its end: no chain of additions is longer.
 */
export function addProduct(
  q: number,
  name: string,
  acc: string,
  count: string,
  left: TileOperand,
  right: TileOperand,
): string {
  const threads = tileThreads(q);
  const quads = q / 4;
  const stride = quads + 1;
  const split = (operand: TileOperand): string =>
    operand.contiguous === "k"
      ? `let k = s % ${depth}u;\nlet quad = s / ${depth}u;`
      : `let quad = s % ${quads}u;\nlet k = s / ${quads}u;`;
  const four = (side: string, call: (i: number) => string): string =>
    `vec4f(${[0, 1, 2, 3].map((i) => `${name}_${side}(${call(i)})`).join(", ")})`;
  const fma = [0, 1, 2, 3]
    .flatMap((r) => [`part[${2 * r}] += a[${r}] * b0;`, `part[${2 * r + 1}] += a[${r}] * b1;`])
    .join("\n      ");
  return `for (var k0 = 0u; k0 < ${count}; k0 += ${depth}u) {
    for (var s = lid; s < ${depth * quads}u; s += ${threads}u) {
      ${split(left)}
      let row = row0 + 4u * quad;
      scratch[k * ${stride}u + quad] = ${four("left", (i) => `place, row + ${i}u, k0 + k`)};
    }
    for (var s = lid; s < ${depth * quads}u; s += ${threads}u) {
      ${split(right)}
      let column = column0 + 4u * quad;
      scratch[${depth * stride}u + k * ${stride}u + quad] = ${four("right", (i) => `place, k0 + k, column + ${i}u`)};
    }
    workgroupBarrier();
    ${accumulator("part")}
    for (var k = 0u; k < ${depth}u; k++) {
      let a = scratch[k * ${stride}u + ty];
      let b0 = scratch[${depth * stride}u + k * ${stride}u + tx];
      let b1 = scratch[${depth * stride}u + k * ${stride}u + ${q / 8}u + tx];
      ${fma}
    }
    ${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `${acc}[${i}] += part[${i}];`).join("\n    ")}
    workgroupBarrier();
  }`;
}

/**
 * WGSL function that takes one element of a finished tile: `row` and `column` (with the tile's offsets) and the
 * `value`.
 */
export function putFunction(body: string): string {
  return `
fn put(place: Place, row: u32, column: u32, value: f32) {
  ${body}
}
`;
}

/**
 * WGSL that hands the tile in `acc` to `put`, neighbouring threads taking neighbouring columns. It goes through
 * `scratch` in two halves: `acc` is only indexed by constants and so stays in registers, and `put` is inlined twice
 * instead of 32 times. Ends with a barrier.
 */
export function putTile(q: number, acc: string): string {
  return [0, 1]
    .map(
      (
        v,
      ) => `${[0, 1, 2, 3].map((r) => `scratch[(4u * ty + ${r}u) * ${q / 8}u + tx] = ${acc}[${2 * r + v}];`).join("\n  ")}
  workgroupBarrier();
  for (var s = lid; s < ${(q * q) / 2}u; s += ${tileThreads(q)}u) {
    put(place, row0 + s / ${q / 2}u, column0 + ${(v * q) / 2}u + s % ${q / 2}u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();`,
    )
    .join("\n  ");
}

/**
 * WGSL that sets `acc` to the tile of `name(place, row, column)`, through `scratch` as {@link putTile}. Ends with a
 * barrier.
 */
export function getTile(q: number, acc: string, name: string): string {
  return [0, 1]
    .map(
      (v) => `for (var s = lid; s < ${(q * q) / 8}u; s += ${tileThreads(q)}u) {
    let row = row0 + s / ${q / 8}u;
    let column = column0 + ${(v * q) / 2}u + 4u * (s % ${q / 8}u);
    scratch[s] = vec4f(${[0, 1, 2, 3].map((i) => `${name}(place, row, column + ${i}u)`).join(", ")});
  }
  workgroupBarrier();
  ${[0, 1, 2, 3].map((r) => `${acc}[${2 * r + v}] = scratch[(4u * ty + ${r}u) * ${q / 8}u + tx];`).join("\n  ")}
  workgroupBarrier();`,
    )
    .join("\n  ");
}

/** Entry point of a tile kernel; `body` sees `group_id`, `lid`, `tx`, `ty`, and the `builtins` given besides. */
export function tileMain(q: number, body: string, builtins: string = "", threads: number = tileThreads(q)): string {
  return `
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32${builtins}) {
  let tx = lid % ${q / 8}u;
  let ty = lid / ${q / 8}u;
  ${body}
}
`;
}
