// Forward kernel: one workgroup takes a tile of queries of one head of keys and goes through the keys with a running softmax. Rows are (token, head of the group).
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
  scorePitch,
  threadText,
  type TileConfig,
  type TileRows,
  tileMemory,
  unseen,
  vectorsOf,
} from "./tile.ts";
import { range } from "../range.ts";

/** What is baked into the text of the forward kernel. */
export interface ForwardConfig extends TileConfig {
  /** what limits the keys that a query sees: all; those of its causal past; `ranges`; what a cache holds, by `start` */
  readonly sees: "all" | "causal" | "ranges" | "start";
  /** with `start`: further keys and values come from k and v, and are written to the cache on the way */
  readonly append: boolean;
  /** writes sums, their maxima and totals to `parts`, which are joined later */
  readonly split: boolean;
  /** writes `logSum` */
  readonly statistics: boolean;
}

/** WGSL of the vector d of key (or value) `token`; those that are appended are written on the way. */
function cacheFunction(cache: "keys" | "values", fresh: "k" | "v"): string {
  return `fn appended_${cache}(batch: u32, token: u32, first: u32, head: u32, d: u32) -> vec4f {
  if (token < first) {
    return read_${cache}(at_${cache}(batch, token, head), d);
  }
  let value = read_${fresh}(at_${fresh}(batch, token - first, head), d);
  write_${cache}(at_${cache}(batch, token, head), d, value);
  return value;
}
`;
}

/** A row that sees something and has no weight has scores of −∞ alone: its total is NaN. */
export const attentionForward = defineKernel({
  name: "attention_forward",
  uniforms: {
    l: "u32",
    m: "u32",
    group: "u32",
    kvHeads: "u32",
    splits: "u32",
    scale: "f32",
    ...tokenUniforms("q", "k", "v", "keys", "values", "y"),
  },
  bindings(config: ForwardConfig) {
    const { sees, append, split, statistics } = config;
    const type = elementType(config);
    return {
      q: `read ${type}`,
      ...(sees !== "start" || append ? ({ k: `read ${type}`, v: `read ${type}` } as const) : {}),
      ...(sees === "start"
        ? ({
            keys: `${append ? "read_write" : "read"} ${type}`,
            values: `${append ? "read_write" : "read"} ${type}`,
            start: "read i32",
          } as const)
        : {}),
      ...(sees === "ranges" ? ({ ranges: "read vec2u" } as const) : {}),
      ...(split ? ({ parts: "read_write vec4f" } as const) : ({ y: `read_write ${type}` } as const)),
      ...(statistics ? ({ logSum: "read_write f32" } as const) : {}),
    };
  },
  wgsl(config) {
    const { sees, append, split, statistics, threads } = config;
    const rows = rowsOf(config);
    const cached = sees === "start";
    const operands = [
      operandFunctions(config, "q", "read"),
      ...(cached
        ? [
            operandFunctions(config, "keys", append ? "both" : "read"),
            operandFunctions(config, "values", append ? "both" : "read"),
          ]
        : []),
      ...(!cached || append ? [operandFunctions(config, "k", "read"), operandFunctions(config, "v", "read")] : []),
      ...(split ? [] : [operandFunctions(config, "y", "write")]),
      ...(append ? [cacheFunction("keys", "k"), cacheFunction("values", "v")] : []),
    ];
    const limits = {
      all: "vec2u(0u, u.m)",
      causal: "vec2u(0u, u.m - u.l + token + 1u)",
      ranges: "ranges[batch * u.l + token]",
      start: "vec2u(0u, min(u32(start[batch]) + token + 1u, u.m))",
    }[sees];
    const keyRows = (name: "k" | "v"): TileRows => {
      const cache = name === "k" ? "keys" : "values";
      return {
        live: (row) => `key + ${row} < high`,
        value: (row, d) =>
          append
            ? `appended_${cache}(batch, key + ${row}, first_new, kv_head, ${d})`
            : `read_${cached ? cache : name}(at_${cached ? cache : name}(batch, key + ${row}, kv_head), ${d})`,
      };
    };
    const queryRows: TileRows = {
      live: (row) => `first_row + ${row} < all_rows`,
      value: (row, d) =>
        `read_q(at_q(batch, (first_row + ${row}) / u.group, kv_head * u.group + (first_row + ${row}) % u.group), ${d})`,
    };
    return `${operands.join("")}${tileMemory(config)}var<workgroup> tops: array<f32, ${rows}>;
var<workgroup> totals: array<f32, ${rows}>;
var<workgroup> factors: array<f32, ${rows}>;
var<workgroup> seen: array<vec2u, ${rows}>;

fn limits_of(batch: u32, token: u32) -> vec2u {
  return ${limits};
}

@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group_id: vec3u) {
${threadText(config)}  let first_row = group_id.x * ${rows}u;
  let all_rows = u.l * u.group;
  let kv_head = group_id.y / u.splits;
  let batch = group_id.z;
  let last_row = min(first_row + ${rows}u, all_rows) - 1u;
  var low = u.m;
  var high = 0u;
${
  sees === "ranges"
    ? `  for (var token = first_row / u.group; token <= last_row / u.group; token += 1u) {
    let limits = limits_of(batch, token);
    if (limits.x < limits.y) {
      low = min(low, limits.x);
      high = max(high, limits.y);
    }
  }
`
    : `  low = 0u;
  high = limits_of(batch, last_row / u.group).y;
`
}${append ? "  let first_new = u32(start[batch]);\n" : ""}${
      split
        ? `  let part = (high + ${config.columns}u * u.splits - 1u) / (${config.columns}u * u.splits) * ${config.columns}u;
  low = group_id.y % u.splits * part;
  high = min(high, low + part);
`
        : ""
    }  for (var row = local; row < ${rows}u; row += ${threads}u) {
    tops[row] = ${unseen};
    totals[row] = 0.0;
    factors[row] = 1.0;
    var limits = vec2u();
    if (first_row + row < all_rows) {
      limits = limits_of(batch, (first_row + row) / u.group);
    }
    seen[row] = limits;
  }
${declareSums(config, "sum")}  for (var key = low / ${config.columns}u * ${config.columns}u; key < high; key += ${config.columns}u) {
${productText(config, "score", queryRows, keyRows("k"))}${eachScore(
      config,
      (i, j) =>
        `    let limits = seen[row];\n    let index = key + column;\n    scores[at] = select(${unseen}, score${i}_${j} * u.scale, index >= limits.x && index < min(limits.y, high));\n`,
    )}  workgroupBarrier();
  if (local < ${rows}u) {
    let at = local * ${scorePitch(config)}u;
    let old = tops[local];
    var top = old;
    for (var column = 0u; column < ${config.columns}u; column += 1u) {
      top = max(top, scores[at + column]);
    }
    var total = 0.0;
    for (var column = 0u; column < ${config.columns}u; column += 1u) {
      let score = scores[at + column];
      // a score that is NaN, or as infinite as the top, has no weight that is a number
      let weight = keep_nan(select(0.0, weight_of(score - top), score > ${unseen}), score - top);
      scores[at + column] = weight;
      total += weight;
    }
    let factor = weight_of(old - top);
    factors[local] = factor;
    totals[local] = totals[local] * factor + total;
    tops[local] = top;
  }
${addProductText(config, "sum", keyRows("v"), (i) => `factors[row0 + ${i}u]`)}  }
  workgroupBarrier();
${
  split
    ? `${range(config.perThread)
        .map(
          (i) => `  if (first_row + row0 + ${i}u < all_rows) {
    let at = ((batch * u.kvHeads * u.splits + group_id.y) * all_rows + first_row + row0 + ${i}u) * ${vectorsOf(config) + 1}u;
${range(chunksOf(config))
  .map(
    (chunk) =>
      `    if (${ownVector(chunk)} < ${vectorsOf(config)}u) {\n      parts[at + ${ownVector(chunk)}] = sum${chunk}_${i};\n    }\n`,
  )
  .join("")}    if (lane == 0u) {
      parts[at + ${vectorsOf(config)}u] = vec4f(tops[row0 + ${i}u], totals[row0 + ${i}u], 0.0, 0.0);
    }
  }
`,
        )
        .join("")}`
    : `${range(config.perThread)
        .map(
          (i) => `  if (first_row + row0 + ${i}u < all_rows) {
    let index = first_row + row0 + ${i}u;
    let limits = seen[row0 + ${i}u];
    let total = or_nan(totals[row0 + ${i}u], totals[row0 + ${i}u] == 0.0 && limits.x < limits.y);
    let share = keep_nan(select(0.0, 1.0 / max(total, 1e-37), total > 0.0), total);
    let at = at_y(batch, index / u.group, kv_head * u.group + index % u.group);
${range(chunksOf(config))
  .map((chunk) => `    write_y(at, ${ownVector(chunk)}, sum${chunk}_${i} * share);\n`)
  .join("")}${
            statistics
              ? `    if (lane == 0u) {
      logSum[(batch * u.l + index / u.group) * u.kvHeads * u.group + kv_head * u.group + index % u.group] = keep_nan(select(0.0, tops[row0 + ${i}u] + log(max(total, 1e-37)), total > 0.0), total);
    }
`
              : ""
          }  }
`,
        )
        .join("")}`
}}
`;
  },
});
