// Backward kernels: the gradient of a tile of queries, and those of a tile of keys and values. Each makes the weights it needs again.
import { tokenUniforms } from "../token-uniforms.ts";
import { defineKernel } from "../kernel.ts";
import {
  addProductText,
  chunksOf,
  declareSums,
  eachScore,
  elementType,
  operandFunctions,
  ownVector,
  productText,
  rowsOf,
  threadText,
  type TileConfig,
  tileMemory,
  type TileRows,
} from "./tile.ts";
import { range } from "../range.ts";

/** What is baked into the text of a backward kernel. */
export interface BackwardConfig extends TileConfig {
  readonly causal: boolean;
  /** documents: what is seen is known only from the queries */
  readonly ranges: boolean;
}

const sizes = { l: "u32", m: "u32", group: "u32", kvHeads: "u32", scale: "f32" } as const;

/** A row of queries (or of what has their shape) is (token, head of the group). */
const queryRows = (name: "q" | "gradY", first: string): TileRows => ({
  live: (row) => `${first} + ${row} < all_rows`,
  value: (row, d) =>
    `read_${name}(at_${name}(batch, (${first} + ${row}) / u.group, kv_head * u.group + (${first} + ${row}) % u.group), ${d})`,
});
const keyRows = (name: "k" | "v", first: string): TileRows => ({
  live: (row) => `${first} + ${row} < u.m`,
  value: (row, d) => `read_${name}(at_${name}(batch, ${first} + ${row}, kv_head), ${d})`,
});

/** WGSL of what is known of the query `row`; a query that is none sees nothing. */
const queryFunction = `fn query_of(batch: u32, kv_head: u32, row: u32) -> vec4f {
  if (row >= u.l * u.group) {
    return vec4f();
  }
  return queries[(batch * u.l + row / u.group) * u.kvHeads * u.group + kv_head * u.group + row % u.group];
}
`;

/** WGSL statements: `weight` and `grad`, that of the scaled score, from a score and the product of gradient and value. */
const weightText = (
  score: string,
  product: string,
): string => `    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(${score} * u.scale - query.x), seen);
    let grad = weight * (${product} - query.y) * u.scale;
`;

/** gradQ of a tile of queries. */
export const attentionQueriesBackward = defineKernel({
  name: "attention_queries_backward",
  uniforms: { ...sizes, ...tokenUniforms("q", "k", "v", "gradY", "gradQ") },
  bindings(config: BackwardConfig) {
    const type = elementType(config);
    return {
      q: `read ${type}`,
      k: `read ${type}`,
      v: `read ${type}`,
      gradY: `read ${type}`,
      queries: "read vec4f",
      gradQ: `read_write ${type}`,
    };
  },
  wgsl(config) {
    const rows = rowsOf(config);
    const operands = (["q", "k", "v", "gradY"] as const).map((name) => operandFunctions(config, name, "read"));
    return `${operands.join("")}${operandFunctions(config, "gradQ", "write")}${tileMemory(config)}${queryFunction}var<workgroup> known: array<vec4f, ${rows}>;

@compute @workgroup_size(${config.threads})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group_id: vec3u) {
${threadText(config)}  let first_row = group_id.x * ${rows}u;
  let all_rows = u.l * u.group;
  let kv_head = group_id.y;
  let batch = group_id.z;
  for (var row = local; row < ${rows}u; row += ${config.threads}u) {
    known[row] = query_of(batch, kv_head, first_row + row);
  }
  let last_row = min(first_row + ${rows}u, all_rows) - 1u;
${
  config.ranges
    ? `  var low = u.m;
  var high = 0u;
  for (var row = first_row; row <= last_row; row += 1u) {
    let query = query_of(batch, kv_head, row);
    if (query.z < query.w) {
      low = min(low, u32(query.z));
      high = max(high, u32(query.w));
    }
  }
`
    : `  let low = 0u;
  let high = ${config.causal ? "u.m - u.l + last_row / u.group + 1u" : "u.m"};
`
}${declareSums(config, "sum")}  for (var key = low / ${config.columns}u * ${config.columns}u; key < high; key += ${config.columns}u) {
${productText(config, "score", queryRows("q", "first_row"), keyRows("k", "key"))}${productText(config, "product", queryRows("gradY", "first_row"), keyRows("v", "key"))}${eachScore(
      config,
      (i, j) => `    let query = known[row];
    let index = key + column;
${weightText(`score${i}_${j}`, `product${i}_${j}`)}    scores[at] = grad;
`,
    )}${addProductText(config, "sum", keyRows("k", "key"))}  }
${range(config.perThread)
  .map(
    (i) => `  if (first_row + row0 + ${i}u < all_rows) {
    let index = first_row + row0 + ${i}u;
    let at = at_gradQ(batch, index / u.group, kv_head * u.group + index % u.group);
${range(chunksOf(config))
  .map((chunk) => `    write_gradQ(at, ${ownVector(chunk)}, sum${chunk}_${i});\n`)
  .join("")}  }
`,
  )
  .join("")}}
`;
  },
});

/** gradK and gradV of a tile of keys, over all heads of its group. */
export const attentionKeysBackward = defineKernel({
  name: "attention_keys_backward",
  uniforms: { ...sizes, ...tokenUniforms("q", "k", "v", "gradY", "gradK", "gradV") },
  bindings(config: BackwardConfig) {
    const type = elementType(config);
    return {
      q: `read ${type}`,
      k: `read ${type}`,
      v: `read ${type}`,
      gradY: `read ${type}`,
      queries: "read vec4f",
      gradK: `read_write ${type}`,
      gradV: `read_write ${type}`,
    };
  },
  wgsl(config) {
    const rows = rowsOf(config);
    const operands = (["q", "k", "v", "gradY"] as const).map((name) => operandFunctions(config, name, "read"));
    return `${operands.join("")}${operandFunctions(config, "gradK", "write")}${operandFunctions(config, "gradV", "write")}${tileMemory(config)}${queryFunction}var<workgroup> known: array<vec4f, ${config.columns}>;

@compute @workgroup_size(${config.threads})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group_id: vec3u) {
${threadText(config)}  let key = group_id.x * ${rows}u;
  let all_rows = u.l * u.group;
  let kv_head = group_id.y;
  let batch = group_id.z;
  let first = ${config.causal ? "(max(key, u.m - u.l) - (u.m - u.l)) * u.group" : "0u"};
${declareSums(config, "sumK")}${declareSums(config, "sumV")}  for (var query_row = first / ${config.columns}u * ${config.columns}u; query_row < all_rows; query_row += ${config.columns}u) {
    workgroupBarrier();
    for (var column = local; column < ${config.columns}u; column += ${config.threads}u) {
      known[column] = query_of(batch, kv_head, query_row + column);
    }
${productText(config, "score", keyRows("k", "key"), queryRows("q", "query_row"))}${productText(config, "product", keyRows("v", "key"), queryRows("gradY", "query_row"))}${eachScore(
      config,
      (i, j) => `    let query = known[column];
    let index = key + row;
${weightText(`score${i}_${j}`, `product${i}_${j}`)}    score${i}_${j} = grad;
    scores[at] = weight;
`,
    )}${addProductText(config, "sumV", queryRows("gradY", "query_row"))}    workgroupBarrier();
${eachScore(config, (i, j) => `    scores[at] = score${i}_${j};\n`)}${addProductText(config, "sumK", queryRows("q", "query_row"))}  }
${range(config.perThread)
  .map(
    (i) => `  if (key + row0 + ${i}u < u.m) {
    let at_k = at_gradK(batch, key + row0 + ${i}u, kv_head);
    let at_v = at_gradV(batch, key + row0 + ${i}u, kv_head);
${range(chunksOf(config))
  .map(
    (chunk) =>
      `    write_gradK(at_k, ${ownVector(chunk)}, sumK${chunk}_${i});\n    write_gradV(at_v, ${ownVector(chunk)}, sumV${chunk}_${i});\n`,
  )
  .join("")}  }
`,
  )
  .join("")}}
`;
  },
});
