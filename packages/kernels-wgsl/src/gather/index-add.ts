// Sums of slices that share an index, in order and without atomics: positions are sorted by id, cut into blocks, and runs of one id added up. README.md §1.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Kernel, type Program } from "../kernel.ts";
import { joinPrograms, type Place, windowOf, windows } from "../programs.ts";
import type { IndexType, ScatterConfig, ScatterSpec } from "./spec.ts";

const WORKGROUP = 256;
/** Threads that share the search for one position's rank, and positions in a workgroup of them. */
const RANK_LANES = 16;
const RANK_POSITIONS = 16;
/** Sorted positions that one thread adds up. */
const BLOCK = 32;

const valueType = ({ type, vec }: Pick<ScatterConfig, "type" | "vec">): string => (vec === 4 ? `vec4<${type}>` : type);

export interface IndexOrderConfig {
  readonly index: IndexType;
  /** Each position counts the ids before its own, all positions at once. Otherwise one thread sorts by counting: what a software adapter does best. */
  readonly ranked: boolean;
}

/** order[r] = the position of rank r, keys[r] = its id: positions sorted by id, equal ids in their order. Ids out of range become n and come last. */
export const indexOrderKernel: Kernel<"ids" | "order" | "keys" | "counts", "m" | "n", IndexOrderConfig> = defineKernel({
  name: "index_order",
  uniforms: { m: "u32", n: "u32" },
  bindings: ({ index, ranked }) => ({ ids: `read ${index}`, order: "read_write u32", keys: "read_write u32", ...(!ranked && { counts: "read_write u32" as const }) }),
  wgsl: ({ ranked }) => `fn key_at(i: u32) -> u32 { return min(u32(ids[i]), u.n); } // a negative i32 becomes a large u32

${ranked ? rankWgsl : countWgsl}`,
});

const countWgsl = `@compute @workgroup_size(1)
fn main() {
  for (var key = 0u; key <= u.n; key++) { counts[key] = 0u; }
  for (var i = 0u; i < u.m; i++) { counts[key_at(i)] += 1u; }
  var before = 0u;
  for (var key = 0u; key <= u.n; key++) {
    let count = counts[key];
    counts[key] = before;
    before += count;
  }
  for (var i = 0u; i < u.m; i++) {
    let key = key_at(i);
    let rank = counts[key];
    counts[key] = rank + 1u;
    order[rank] = i;
    keys[rank] = key;
  }
}
`;

const rankWgsl = `var<workgroup> ranks: array<u32, ${RANK_LANES * RANK_POSITIONS}>;

@compute @workgroup_size(${RANK_LANES * RANK_POSITIONS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (group.x + group.y * groups.x) * ${RANK_POSITIONS}u + local / ${RANK_LANES}u;
  let own = key_at(min(index, u.m - 1u));
  var rank = 0u;
  for (var i = local % ${RANK_LANES}u; i < u.m; i += ${RANK_LANES}u) {
    let other = key_at(i);
    rank += select(0u, 1u, other < own || (other == own && i < index));
  }
  ranks[local] = rank;
  workgroupBarrier();
  if (local % ${RANK_LANES}u > 0u || index >= u.m) { return; }
  for (var lane = 1u; lane < ${RANK_LANES}u; lane++) { rank += ranks[local + lane]; }
  order[rank] = index;
  keys[rank] = own;
}
`;

/** Zeros. */
export const zeroKernel: Kernel<"y", "count", { readonly vec: 1 | 4 }> = defineKernel({
  name: "zero",
  uniforms: { count: "u32" },
  bindings: ({ vec }) => ({ y: `read_write ${vec === 4 ? "vec4<u32>" : "u32"}` }),
  wgsl: ({ vec }) => linearMain(WORKGROUP, `  if (index < u.count) { y[index] = ${vec === 4 ? "vec4<u32>" : "u32"}(0u); }`),
});

type RunConfig = Pick<ScatterConfig, "type" | "vec" | "part">;
type Size = "count" | "n" | "m" | "inner" | "blocks" | "first" | "rows";
const sizes = { count: "u32", n: "u32", m: "u32", inner: "u32", blocks: "u32", first: "u32", rows: "u32" } as const;

/** WGSL: whether the run of `key` ends in y, or in the part of y that is bound; and where. */
const isKept = ({ part }: RunConfig): string => (part ? "key >= u.first && key - u.first < u.rows" : "key < u.n");
const placeOf = ({ part }: RunConfig): string => `(outer * u.n + key${part ? " - u.first" : ""}) * u.inner + column`;

/** One thread per block of sorted positions and column. Runs that lie inside the block are written to y, what enters it to `heads`, what leaves it to `tails`. */
export const indexAddKernel: Kernel<"x" | "order" | "keys" | "heads" | "tails" | "y", Size, RunConfig & { readonly blocks: boolean }> = defineKernel({
  name: "index_add",
  uniforms: sizes,
  bindings: (config) => ({
    x: `read ${valueType(config)}`, order: "read u32", keys: "read u32",
    ...(config.blocks && { heads: `read_write ${valueType(config)}` as const, tails: `read_write ${valueType(config)}` as const }),
    y: `read_write ${valueType(config)}`,
  }),
  wgsl: (config) => linearMain(WORKGROUP, `  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * ${BLOCK}u;
  let end = min(begin + ${BLOCK}u, u.m);
  var key = keys[begin];
${config.blocks ? "  var entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;\n" : ""}  var total = ${valueType(config)}();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
${config.blocks ? `    if (entered) { heads[index] = total; }
    else if (place + 1u < u.m && next == key) { tails[index] = total; }
    else if (${isKept(config)}) { y[${placeOf(config)}] = total; }
    entered = false;
` : `    if (${isKept(config)}) { y[${placeOf(config)}] = total; }\n`}    total = ${valueType(config)}();
    key = next;
  }`),
});

/** The block in which a run begins that leaves it adds to its part what the blocks after it hold of the run. */
export const indexAddJoinKernel: Kernel<"keys" | "heads" | "tails" | "y", Size, RunConfig> = defineKernel({
  name: "index_add_join",
  uniforms: sizes,
  bindings: (config) => ({
    keys: "read u32", heads: `read ${valueType(config)}`, tails: `read ${valueType(config)}`, y: `read_write ${valueType(config)}`,
  }),
  wgsl: (config) => linearMain(WORKGROUP, `  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * ${BLOCK}u;
  var end = begin + ${BLOCK}u;
  if (end >= u.m) { return; }
  let key = keys[end];
  let entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  if (keys[end - 1u] != key || entered || !(${isKept(config)})) { return; }
  var total = tails[index];
  var at = index;
  loop {
    at += u.inner;
    total += heads[at];
    end += ${BLOCK}u;
    if (end >= u.m) { break; }
    if (keys[end] != key) { break; }
  }
  y[${placeOf(config)}] = total;`),
});

/**
 * y[o, k, i] = Σ over j with index[j] = k of x[o, j, i], in blocks of sorted positions. Buffers `x`, `index`, `y`. A table (outer 1) too large to be bound is written by
 * blocks of rows, x read for each.
 */
export function indexAdd({ type, index, outer, n, m, inner }: ScatterSpec, caps: Caps = baseCaps): Program {
  const words = outer * n * inner;
  if (words === 0) return { temps: {}, dispatches: [] };
  const parts = (outer === 1 && windows(n, 4 * inner, caps.maxStorageBufferBindingSize)) || [{ start: 0, end: n }];
  const part = parts.length > 1;
  const vec = inner % 4 === 0 ? 4 : 1;
  const ranked = caps.adapter !== "software";
  const blocks = Math.ceil(m / BLOCK);
  const count = (outer * blocks * inner) / vec;
  const workgroups = grid1d(count, WORKGROUP, caps);
  const ends = blocks > 1 ? { heads: "heads", tails: "tails" } : {};
  const sums = parts.map((window): { program: Program; names: Record<string, Place> } => {
    const rows = window.end - window.start;
    const size = part ? rows * inner : words;
    const zeroVec = size % 4 === 0 ? 4 : 1;
    const dispatches: Dispatch[] = [dispatch(zeroKernel, {
      config: { vec: zeroVec }, buffers: { y: "y" }, uniforms: { count: size / zeroVec }, workgroups: grid1d(size / zeroVec, WORKGROUP, caps),
    })];
    const uniforms = { count, n, m, inner: inner / vec, blocks, first: window.start, rows };
    if (m > 0) {
      dispatches.push(dispatch(indexAddKernel, { config: { type, vec, part, blocks: blocks > 1 }, buffers: { x: "x", order: "order", keys: "keys", ...ends, y: "y" }, uniforms, workgroups }));
    }
    if (blocks > 1) dispatches.push(dispatch(indexAddJoinKernel, { config: { type, vec, part }, buffers: { keys: "keys", ...ends, y: "y" }, uniforms, workgroups }));
    return { program: { temps: {}, dispatches }, names: part ? { y: windowOf("y", window, 4 * inner) } : {} };
  });
  if (m === 0) return joinPrograms(sums);
  const partBytes = 4 * count * vec;
  const temps = { order: 4 * m, keys: 4 * m, ...(!ranked && { counts: 4 * (n + 1) }), ...(blocks > 1 && { heads: partBytes, tails: partBytes }) };
  return joinPrograms([{ program: { temps, dispatches: [order(index, { m, n }, ranked, caps)] }, names: {} }, ...sums]);
}

function order(index: IndexType, { m, n }: { readonly m: number; readonly n: number }, ranked: boolean, caps: Caps): Dispatch {
  return dispatch(indexOrderKernel, {
    config: { index, ranked }, buffers: { ids: "index", order: "order", keys: "keys", ...(!ranked && { counts: "counts" }) }, uniforms: { m, n },
    workgroups: ranked ? grid1d(m, RANK_POSITIONS, caps) : [1],
  });
}
