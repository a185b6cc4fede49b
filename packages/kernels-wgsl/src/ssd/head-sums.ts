// Sums over heads in the backward kernels (15)–(19), shared by both variants of their products: the loop over a block of heads, and what a
// head's product in registers adds to the sums. Text only. The numbers are the equations of README.md.
import { tileThreads } from "./tiles/tile.ts";

/** WGSL that loops over the heads of block `block` of `group`, with `place` for each. */
export function overHeads(body: string): string {
  return `let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  for (var head = first_head; head < end_head; head++) {
    let place = place_of(group_id.z, head, group);
    ${body}
  }`;
}

/** WGSL of the vec4 at an index of the workgroup memory that sums of a tile's rows and columns go through. */
export type Scratch = (index: string) => string;
const flatScratch: Scratch = (index) => `scratch[${index}]`;

/** WGSL that stores the diagonal of P in `skips`, which the threads that hold it do: gradY·x of every token, for (20). */
function diagonal(q: number): string {
  return [0, 1]
    .map(
      (v) => `if (4u * tx + ${(v * q) / 2}u == 4u * ty) {
      let at = ((u.batch_start * u.c + place.cell) * u.h + place.head) * ${q}u + 4u * ty;
      ${[0, 1, 2, 3].map((r) => `skips[at + ${r}u] = acc[${2 * r + v}][${r}];`).join(" ")}
    }`,
    )
    .join("\n    ");
}

/**
 * WGSL that takes P of one head in `acc` and the scores in `score_tile`: adds P_ij L_ij dt_j to `total` and stores (16)
 * and (17) of every token in `intra`, and with `D` what (20) adds up in `skips`. Uses 3·(q/4)² vec4s of `scratch`: row sums of M [column quad][row quad], then
 * rectangle and column sums [row quad][column quad]. Ends with a barrier.
 */
export function pairSums(q: number, D: boolean, scratch: Scratch = flatScratch): string {
  const quads = q / 4;
  const vectorOfColumns = (v: number): string => `{
    let column = 4u * tx + ${(v * q) / 2}u;
    let column4 = vec4u(column) + vec4u(0u, 1u, 2u, 3u);
    let t0 = token[column];
    let t1 = token[column + 1u];
    let t2 = token[column + 2u];
    let t3 = token[column + 3u];
    let dt = vec4f(t0.x, t1.x, t2.x, t3.x);
    let sums = vec4f(t0.y, t1.y, t2.y, t3.y);
    let rests = vec4f(t0.z, t1.z, t2.z, t3.z);
    var rows = vec4f(0.0);
    var rectangle = vec4f(0.0);
    var columns = vec4f(0.0);
    ${[0, 1, 2, 3]
      .map(
        (r) => `{
      let row = 4u * ty + ${r}u;
      let here = token[row];
      let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
      let weighted = acc[${2 * r + v}] * decays;
      total[${2 * r + v}] += weighted * dt;
      let pairs = weighted * score_tile[${2 * r + v}];
      columns += pairs;
      let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
      let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
      rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
      rows[${r}] = before.w + m.w;
    }`,
      )
      .join("\n      ")}
    let quad = tx + ${(v * q) / 8}u;
    ${scratch(`quad * ${quads}u + ty`)} = rows;
    ${scratch(`${quads * quads}u + ty * ${quads}u + quad`)} = rectangle;
    ${scratch(`${2 * quads * quads}u + ty * ${quads}u + quad`)} = columns;
  }`;
  return `${D ? `${diagonal(q)}\n    ` : ""}${[0, 1].map(vectorOfColumns).join("\n    ")}
    workgroupBarrier();
    if (lid < ${quads}u) {
      var sum = vec4f(0.0);
      for (var quad = 0u; quad < ${quads}u; quad++) {
        let own = ${scratch(`quad * ${quads}u + lid`)};
        ${scratch(`quad * ${quads}u + lid`)} = sum;
        sum += own;
      }
    }
    workgroupBarrier();
    for (var i = lid; i < ${q}u; i += ${tileThreads(q)}u) {
      let quad = i / 4u;
      let part = i % 4u;
      var sums = vec2f(0.0);
      for (var y = 0u; y < ${quads}u; y++) {
        let earlier = ${scratch(`quad * ${quads}u + y`)};
        let later_rows = vec4u(4u * y) + vec4u(0u, 1u, 2u, 3u) >= vec4u(i);
        sums.x += dot(select(vec4f(0.0), earlier, later_rows), vec4f(1.0)) + ${scratch(`${quads * quads}u + y * ${quads}u + quad`)}[part];
        sums.y += ${scratch(`${2 * quads * quads}u + y * ${quads}u + quad`)}[part];
      }
      intra[(place.cell * u.h + place.head) * ${q}u + i] = sums;
    }
    workgroupBarrier();`;
}

/**
 * WGSL that takes what one head gives to gradB or gradC, without dt, in `acc`, and B or C in `own_tile`: adds it to
 * `total` and stores the dots of rows, u or v, in `rowDots`. Uses (q/4)·(q/8) vec4s of `scratch`. Ends with a barrier.
 */
export function rowDotSums(q: number, side: "B" | "C", scratch: Scratch = flatScratch): string {
  const quads = q / 4;
  const lanes = q / 8;
  const scale = (r: number): string => (side === "B" ? `token[4u * ty + ${r}u].x * ` : "");
  return `${scratch(`tx * ${quads}u + ty`)} = vec4f(
      ${[0, 1, 2, 3].map((r) => [0, 1].map((v) => `dot(acc[${2 * r + v}], own_tile[${2 * r + v}])`).join(" + ")).join(",\n      ")},
    );
    ${[0, 1, 2, 3].flatMap((r) => [0, 1].map((v) => `total[${2 * r + v}] += ${scale(r)}acc[${2 * r + v}];`)).join("\n    ")}
    workgroupBarrier();
    for (var i = lid; i < ${q}u; i += ${tileThreads(q)}u) {
      var sum = 0.0;
      for (var x = 0u; x < ${lanes}u; x++) { sum += ${scratch(`x * ${quads}u + i / 4u`)}[i % 4u]; }
      rowDots[u.dots_start + ((column_tile * u.cells + place.cell) * u.h + place.head) * ${q}u + i] = sum;
    }
    workgroupBarrier();`;
}
