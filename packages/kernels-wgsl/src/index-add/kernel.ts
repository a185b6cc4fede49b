// Sums of slices that share an index, in order and without atomics: positions are sorted by id, cut into blocks, and
// runs of one id added up. ../gather/README.md §1.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, type LinearConfig, linearConfig, linearMain, threadsOf } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Program, programOf } from "../kernel.ts";
import { joinPrograms, type BufferPlace, windowOf, windows } from "../join-programs.ts";
import type { IndexType, ScatterConfig, ScatterSpec } from "../gather/spec.ts";

/** Threads that share the search for one position's rank. */
const RANK_LANES = 16;
/** Positions whose ranks are found by comparing each with all. */
const MOST_RANKED = 2 ** 17;
/** Sorted positions that one thread adds up. */
const BLOCK = 32;

const valueType = ({ type, vec }: Pick<ScatterConfig, "type" | "vec">): string => (vec === 4 ? `vec4<${type}>` : type);

/**
 * Ids of single elements [outer, lines, inner] instead of slices: each is a position of its own in [outer, size,
 * inner].
 */
export interface FlatIds {
  readonly lines: number;
  readonly size: number;
  readonly inner: number;
}

export interface IndexOrderConfig extends LinearConfig {
  readonly index: IndexType;
  readonly flat: boolean;
  /**
   * Each position counts the ids before its own, all positions at once. Otherwise one thread sorts by counting: what a
   * software adapter does best.
   */
  readonly ranked: boolean;
}

/**
 * order[r] = the position of rank r, keys[r] = its id: positions sorted by id, equal ids in their order. Ids out of
 * range become n and come last.
 */
export const indexOrderKernel = defineKernel({
  name: "index_order",
  uniforms: { m: "u32", n: "u32", lines: "u32", size: "u32", inner: "u32" },
  bindings: ({ index, ranked }: IndexOrderConfig) => ({
    ids: `read ${index}`,
    order: "read_write u32",
    keys: "read_write u32",
    ...(!ranked && { counts: "read_write u32" as const }),
  }),
  // a negative i32 becomes a large u32
  wgsl: ({ ranked, flat, ...linear }) => `${
    flat
      ? `fn key_at(i: u32) -> u32 {
  let id = u32(ids[i]);
  return select(u.n, (i / (u.lines * u.inner) * u.size + id) * u.inner + i % u.inner, id < u.size);
}`
      : "fn key_at(i: u32) -> u32 { return min(u32(ids[i]), u.n); }"
  }

${ranked ? rankWgsl(threadsOf(linear)) : countWgsl}`,
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

const rankWgsl = (threads: number): string => `var<workgroup> ranks: array<u32, ${threads}>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (group.x + group.y * groups.x) * ${threads / RANK_LANES}u + local / ${RANK_LANES}u;
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
export const zeroKernel = defineKernel({
  name: "zero",
  uniforms: { count: "u32" },
  bindings: ({ vec }: LinearConfig & { readonly vec: 1 | 4 }) => ({
    y: `read_write ${vec === 4 ? "vec4<u32>" : "u32"}`,
  }),
  wgsl: ({ vec, ...linear }) =>
    linearMain(linear, `  if (index < u.count) { y[index] = ${vec === 4 ? "vec4<u32>" : "u32"}(0u); }`),
});

type RunConfig = Pick<ScatterConfig, "type" | "vec" | "part" | "threads">;
const sizes = { count: "u32", n: "u32", m: "u32", inner: "u32", blocks: "u32", first: "u32", rows: "u32" } as const;

/** WGSL: whether the run of `key` ends in y, or in the part of y that is bound; and where. */
const isKept = ({ part }: RunConfig): string => (part ? "key >= u.first && key - u.first < u.rows" : "key < u.n");
const placeOf = ({ part }: RunConfig): string => `(outer * u.n + key${part ? " - u.first" : ""}) * u.inner + column`;

export interface IndexAddConfig extends RunConfig {
  /** There are several blocks: what runs over their ends goes on to the next level. */
  readonly blocks: boolean;
  /** The elements are what a level before left, in order. */
  readonly later: boolean;
}

/**
 * One thread per block of sorted positions and column. Runs inside the block are written to y. What enters the
 * block from before and what leaves it become elements 2·block and 2·block + 1 of the next level, with their keys: 0
 * where a run only passes, the unused key n where there is none.
 */
export const indexAddKernel = defineKernel({
  name: "index_add",
  uniforms: sizes,
  bindings: (config: IndexAddConfig) => ({
    x: `read ${valueType(config)}`,
    ...(!config.later && { order: "read u32" as const }),
    keys: "read u32",
    ...(config.blocks && { ends: `read_write ${valueType(config)}` as const, endKeys: "read_write u32" as const }),
    y: `read_write ${valueType(config)}`,
  }),
  wgsl: (config) =>
    linearMain(
      config,
      `  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * ${BLOCK}u;
  let end = min(begin + ${BLOCK}u, u.m);
  var key = keys[begin];
${
  config.blocks
    ? `  var entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  var head = ${valueType(config)}();
  var tail = ${valueType(config)}();
  var head_key = u.n;
  var tail_key = u.n;
`
    : ""
}  var total = ${valueType(config)}();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + ${config.later ? "place" : "order[place]"}) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
${
  config.blocks
    ? `    let leaves = place + 1u < u.m && next == key;
    if (leaves) { tail_key = key; }
    if (entered) {
      head = total;
      head_key = key;
    } else if (leaves) { tail = total; }
    else if (${isKept(config)}) { y[${placeOf(config)}] = total; }
    entered = false;
`
    : `    if (${isKept(config)}) { y[${placeOf(config)}] = total; }\n`
}    total = ${valueType(config)}();
    key = next;
  }${
    config.blocks
      ? `
  let at = (outer * u.blocks + block) * 2u * u.inner + column;
  ends[at] = head;
  ends[at + u.inner] = tail;
  if (index < u.inner * u.blocks && column == 0u) {
    endKeys[2u * block] = head_key;
    endKeys[2u * block + 1u] = tail_key;
  }`
      : ""
  }`,
    ),
});

/**
 * y[o, k, i] = Σ over j with index[j] = k of x[o, j, i], in blocks of sorted positions. Buffers `x`, `index`, `y`. A
 * table (outer 1) too large to be bound is written by blocks of rows, x read for each.
 */
export function indexAdd(
  { type, index, outer, n, m, inner }: ScatterSpec,
  caps: Caps = baseCaps,
  flat?: FlatIds,
): Program {
  const words = outer * n * inner;
  const linear = linearConfig(caps);
  if (words === 0) return programOf([]);
  const parts = (outer === 1 && windows(n, 4 * inner, caps.maxStorageBufferBindingSize)) || [{ start: 0, end: n }];
  const part = parts.length > 1;
  const vec = inner % 4 === 0 ? 4 : 1;
  const temps: Record<string, number> = {};
  /** From sorted elements on: their blocks, and what runs over the ends of blocks. */
  const levels = (
    elements: number,
    names: { readonly x: string; readonly keys: string },
    window: { readonly start: number; readonly end: number },
    later: boolean,
  ): Dispatch[] => {
    const blocks = Math.ceil(elements / BLOCK);
    const count = (outer * blocks * inner) / vec;
    const [ends, endKeys] = [`ends${blocks}`, `endKeys${blocks}`];
    if (blocks > 1) [temps[ends], temps[endKeys]] = [8 * count * vec, 8 * blocks];
    const pass = dispatch(indexAddKernel, {
      config: { type, vec, part, blocks: blocks > 1, later, ...linear },
      buffers: { ...names, ...(blocks > 1 && { ends, endKeys }) },
      uniforms: {
        count,
        n,
        m: elements,
        inner: inner / vec,
        blocks,
        first: window.start,
        rows: window.end - window.start,
      },
      workgroups: grid1d(count, linear, caps),
    });
    return blocks === 1 ? [pass] : [pass, ...levels(2 * blocks, { x: ends, keys: endKeys }, window, true)];
  };
  const sums = parts.map((window): { program: Program; names: Record<string, BufferPlace> } => {
    const size = part ? (window.end - window.start) * inner : words;
    const zeroVec = size % 4 === 0 ? 4 : 1;
    const zeros = dispatch(zeroKernel, {
      config: { vec: zeroVec, ...linear },
      uniforms: { count: size / zeroVec },
      workgroups: grid1d(size / zeroVec, linear, caps),
    });
    const dispatches = m === 0 ? [zeros] : [zeros, ...levels(m, { x: "x", keys: "keys" }, window, false)];
    return { program: programOf(dispatches), names: part ? { y: windowOf("y", window, 4 * inner) } : {} };
  });
  if (m === 0) return joinPrograms(sums);
  // One thread that counts is right for software; elsewhere where comparing all positions with each other would take
  // longer, if the counters can be bound.
  const counted = (caps.adapter === "software" || m > MOST_RANKED) && 4 * (n + 1) <= caps.maxStorageBufferBindingSize;
  Object.assign(temps, { order: 4 * m, keys: 4 * m, ...(counted && { counts: 4 * (n + 1) }) });
  const order = dispatch(indexOrderKernel, {
    config: { index, ranked: !counted, flat: flat !== undefined, ...linear },
    buffers: { ids: "index" },
    uniforms: { m, n, ...(flat ?? { lines: 1, size: n, inner: 1 }) },
    workgroups: counted ? [1] : grid1d(m, threadsOf(linear) / RANK_LANES, caps),
  });
  return joinPrograms([{ program: programOf([order], temps), names: {} }, ...sums]);
}
