// Tiles of products with the matrices of experts: rows that `order` names, staged in workgroup memory.
import { defineKernel } from "../kernel.ts";
import { boundElement, decodersOf, readElement, type WeightType } from "../matmul/operand.ts";

/** A workgroup makes 32 × 64 numbers, a thread 4 × 4 of them; sums are staged 16 steps at a time. */
export const tileRows = 32;
export const tileColumns = 64;
const depth = 16;
const threads = 128;

/** Each thread's part of a tile: its sums, of which those of a stage are added up before they join the rest. */
const sums = `  var totals = array<vec4f, 4>();
  let row0 = lane / 16u * 4u;
  let column0 = lane % 16u * 4u;`;

/** One stage: products of what is in `rows` and `columns`. */
const multiply = `    var parts = array<vec4f, 4>();
    for (var step = 0u; step < DEPTH; step++) {
      let v = vec4f(columns[step][column0], columns[step][column0 + 1u], columns[step][column0 + 2u], columns[step][column0 + 3u]);
      for (var i = 0u; i < 4u; i++) { parts[i] = fma(vec4f(rows[step][row0 + i]), v, parts[i]); }
    }
    for (var i = 0u; i < 4u; i++) { totals[i] += parts[i]; }`;

// A line longer than its numbers: threads that write down a column do not all meet one bank.
const staged = `const DEPTH = ${depth}u;
var<workgroup> rows: array<array<f32, ${tileRows + 1}>, ${depth}>;
var<workgroup> columns: array<array<f32, ${tileColumns + 1}>, ${depth}>;
`;

const entry = `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {`;

/** What is baked into the text of a product. */
export interface ExpertTileConfig {
  readonly type: WeightType;
  /** numbers that share a scale, of integers */
  readonly groupSize?: number;
  readonly transposed: boolean;
}

export const expertTile = defineKernel({
  name: "expert_tile",
  uniforms: { n: "u32", k: "u32", shared_rows: "u32", experts: "u32" },
  bindings: ({ type, groupSize }: ExpertTileConfig) => ({
    x: "read f32",
    weight: `read ${boundElement(type, false)}`,
    ...(groupSize !== undefined && { scales: "read f32" }),
    order: "read i32",
    offsets: "read i32",
    y: "read_write f32",
  }),
  wgsl: ({ type, groupSize, transposed }) => `${decodersOf([{ type, vector: false }])}${staged}
${entry}
  // Which expert's tile this is: those of each follow those of the one before.
  var tile = group.z * groups.y + group.y;
  var expert = 0u;
  var first = 0u;
  var count = 0u;
  for (; expert < u.experts; expert++) {
    first = u32(offsets[expert]);
    count = u32(offsets[expert + 1u]) - first;
    let tiles = (count + ${tileRows - 1}u) / ${tileRows}u;
    if (tile < tiles) { break; }
    tile -= tiles;
  }
  if (expert == u.experts) { return; }
  let base = tile * ${tileRows}u;
  let column = group.x * ${tileColumns}u;
  let matrix = expert * u.n * u.k;
${sums}
  for (var start = 0u; start < u.k; start += DEPTH) {
    for (var i = lane; i < ${tileRows * depth}u; i += ${threads}u) {
      let row = i / DEPTH;
      let step = i % DEPTH;
      var value = 0.0;
      if (base + row < count && start + step < u.k) {
        value = x[u32(order[first + base + row]) / u.shared_rows * u.k + start + step];
      }
      rows[step][row] = value;
    }
    for (var i = lane; i < ${tileColumns * depth}u; i += ${threads}u) {
      ${
        transposed
          ? `let step = i / ${tileColumns}u;\n      let own = i % ${tileColumns}u;`
          : "let own = i / DEPTH;\n      let step = i % DEPTH;"
      }
      var value = 0.0;
      if (column + own < u.n && start + step < u.k) {
        let at = matrix + ${transposed ? "(start + step) * u.n + column + own" : "(column + own) * u.k + start + step"};
        value = ${readElement("weight", type, "at")}${groupSize === undefined ? "" : ` * scales[at / ${groupSize}u]`};
      }
      columns[step][own] = value;
    }
    workgroupBarrier();
${multiply}
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    if (base + row0 + i < count) {
      let to = u32(order[first + base + row0 + i]) * u.n;
      for (var j = 0u; j < 4u; j++) {
        if (column + column0 + j < u.n) { y[to + column + column0 + j] = totals[i][j]; }
      }
    }
  }
}
`,
});

export const expertOuter = defineKernel({
  name: "expert_outer",
  uniforms: { a: "u32", b: "u32", shared_left: "u32", shared_right: "u32" },
  bindings: () => ({
    left: "read f32",
    right: "read f32",
    order: "read i32",
    offsets: "read i32",
    y: "read_write f32",
  }),
  wgsl: () => `${staged}
${entry}
  let expert = group.z;
  let row = group.y * ${tileRows}u;
  let column = group.x * ${tileColumns}u;
  let first = u32(offsets[expert]);
  let count = u32(offsets[expert + 1u]) - first;
${sums}
  for (var start = 0u; start < count; start += DEPTH) {
    for (var i = lane; i < ${tileRows * depth}u; i += ${threads}u) {
      let own = i % ${tileRows}u;
      let step = i / ${tileRows}u;
      var value = 0.0;
      if (row + own < u.a && start + step < count) {
        value = left[u32(order[first + start + step]) / u.shared_left * u.a + row + own];
      }
      rows[step][own] = value;
    }
    for (var i = lane; i < ${tileColumns * depth}u; i += ${threads}u) {
      let own = i % ${tileColumns}u;
      let step = i / ${tileColumns}u;
      var value = 0.0;
      if (column + own < u.b && start + step < count) {
        value = right[u32(order[first + start + step]) / u.shared_right * u.b + column + own];
      }
      columns[step][own] = value;
    }
    workgroupBarrier();
${multiply}
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    if (row + row0 + i < u.a) {
      let to = (expert * u.a + row + row0 + i) * u.b;
      for (var j = 0u; j < 4u; j++) {
        if (column + column0 + j < u.b) { y[to + column + column0 + j] = totals[i][j]; }
      }
    }
  }
}
`,
});
