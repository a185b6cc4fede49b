// What attention over a cache needs beside the forward kernel: appending many tokens, and joining what the parts of a long cache gave.
import { tokenUniforms } from "../token-uniforms.ts";
import { linearMain } from "../grid.ts";
import { defineKernel } from "../kernel.ts";
import { specialFunctions } from "../elementwise/float-bits.ts";
import { functionText } from "../elementwise/function-tables.ts";
import { elementType, operandFunctions, type TileConfig, unseen, vectorsOf } from "./tile.ts";

/** What is baked into the text of these kernels. */
export type CacheConfig = Pick<TileConfig, "headDim" | "vector">;

const whole = (config: CacheConfig): TileConfig => ({ ...config, threads: 64, perThread: 1, columns: 8 });

/** k and v of l tokens → slots start … of keys and values; what has no room is dropped. */
export const attentionAppend = defineKernel({
  name: "attention_append",
  uniforms: { count: "u32", l: "u32", m: "u32", kvHeads: "u32", ...tokenUniforms("k", "v", "keys", "values") },
  bindings(config: CacheConfig) {
    const type = elementType(config);
    return {
      k: `read ${type}`,
      v: `read ${type}`,
      keys: `read_write ${type}`,
      values: `read_write ${type}`,
      start: "read i32",
    };
  },
  wgsl(given) {
    const config = whole(given);
    const operands = (["k", "v"] as const).map((name) => operandFunctions(config, name, "read"));
    const caches = (["keys", "values"] as const).map((name) => operandFunctions(config, name, "write"));
    return `${operands.join("")}${caches.join("")}${linearMain(
      64,
      `  if (index >= u.count) {
    return;
  }
  let d = index % ${vectorsOf(config)}u;
  let row = index / ${vectorsOf(config)}u;
  let head = row % u.kvHeads;
  let token = row / u.kvHeads % u.l;
  let batch = row / u.kvHeads / u.l;
  let slot = u32(start[batch]) + token;
  if (slot < u.m) {
    write_keys(at_keys(batch, slot, head), d, read_k(at_k(batch, token, head), d));
    write_values(at_values(batch, slot, head), d, read_v(at_v(batch, token, head), d));
  }`,
    )}`;
  },
});

/** Sums, maxima and totals of the parts of a cache → y. */
export const attentionJoin = defineKernel({
  name: "attention_join",
  uniforms: { count: "u32", l: "u32", group: "u32", kvHeads: "u32", splits: "u32", ...tokenUniforms("y") },
  bindings: (config: CacheConfig) => ({ parts: "read vec4f", y: `read_write ${elementType(config)}` }),
  wgsl(given) {
    const config = whole(given);
    const width = vectorsOf(config);
    return `${operandFunctions(config, "y", "write")}${functionText([specialFunctions], "or_nan(")}fn weight_of(x: f32) -> f32 {
  return select(0.0, exp(clamp(x, -87.0, 0.0)), x > -87.0);
}
${linearMain(
  64,
  `  if (index >= u.count) {
    return;
  }
  let d = index % ${width}u;
  let all_rows = u.l * u.group;
  let row = index / ${width}u % all_rows;
  let head = index / ${width}u / all_rows;
  let first = head * u.splits * all_rows + row;
  var top = ${unseen};
  for (var part = 0u; part < u.splits; part += 1u) {
    top = max(top, parts[(first + part * all_rows) * ${width + 1}u + ${width}u].x);
  }
  var sum = vec4f();
  var total = 0.0;
  for (var part = 0u; part < u.splits; part += 1u) {
    let at = (first + part * all_rows) * ${width + 1}u;
    let statistics = parts[at + ${width}u];
    let weight = weight_of(statistics.x - top);
    sum += weight * parts[at + d];
    total += weight * statistics.y;
  }
  let kv_head = head % u.kvHeads;
  write_y(at_y(head / u.kvHeads, row / u.group, kv_head * u.group + row % u.group), d, sum * or_nan(1.0 / max(total, 1e-37), total == 0.0));`,
)}`;
  },
});
