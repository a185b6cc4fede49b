// Stable sort of the middle axis of [outer, n, inner]: a bitonic network over pairs of key and position, in workgroup memory as far as it reaches. README.md derives it.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig, type LinearConfig, linearMain, threadsOf } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Program, programOf } from "../kernel.ts";

/** Element types that can be sorted. */
export type SortType = "f32" | "i32" | "u32";

/** What is baked into the text of a pass in workgroup memory. */
export interface SortBlockConfig extends LinearConfig {
  readonly type: SortType;
  readonly descending: boolean;
  /** The first pass makes the keys and sorts its blocks; a later one ends a merge. */
  readonly first: boolean;
  /** The last pass writes the positions in order. */
  readonly last: boolean;
}

/** Pairs that a thread looks after. */
const PAIRS = 2;
const blockOf = (config: LinearConfig): number => 2 * PAIRS * threadsOf(config);

/** WGSL: an element's key, a u32 in the order of the elements. Zeros are equal, NaN is larger than any number. */
const keys: Readonly<Record<SortType, string>> = {
  f32: `  let size = word & 0x7fffffffu;
  let signed = select(word ^ 0x80000000u, ~word, word > size);
  let key = select(select(signed, 0x80000000u, size == 0u), 0xffffffffu, size > 0x7f800000u);`,
  i32: "  let key = word ^ 0x80000000u;",
  u32: "  let key = word;",
};

/** Lines are padded to a power of two, `size`, with positions from n on, which come last. */
export const sortBlockKernel = defineKernel({
  name: "sort_block",
  uniforms: { lines: "u32", n: "u32", inner: "u32", size: "u32", first_span: "u32", last_span: "u32" },
  bindings: ({ first, last }: SortBlockConfig) => ({
    ...(first && { x: "read u32" as const }),
    ...(!(first && last) && { keys: "read_write u32" as const, places: "read_write u32" as const }),
    ...(last && { index: "read_write i32" as const }),
  }),
  wgsl(config) {
    const { type, descending, first, last } = config;
    const block = blockOf(config);
    return `const THREADS = ${threadsOf(config)}u;
const BLOCK = ${block}u;
var<workgroup> block_keys: array<u32, ${block}>;
var<workgroup> block_places: array<u32, ${block}>;

fn order(a: u32, b: u32) {
  let key_a = block_keys[a];
  let key_b = block_keys[b];
  let place_a = block_places[a];
  let place_b = block_places[b];
  if (key_b < key_a || (key_b == key_a && place_b < place_a)) {
    block_keys[a] = key_b;
    block_keys[b] = key_a;
    block_places[a] = place_b;
    block_places[b] = place_a;
  }
}
${
  first
    ? `
fn key_of(word: u32) -> u32 {
${keys[type]}
  return ${descending ? "~key" : "key"};
}
`
    : ""
}
@compute @workgroup_size(${threadsOf(config)})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = (group.x + group.y * groups.x) * BLOCK;
  for (var i = lane; i < BLOCK; i += THREADS) {
    let line = (start + i) / u.size;
    let place = (start + i) % u.size;
    var key = 0xffffffffu;
    var own = place;
    if (${first ? "line < u.lines && place < u.n" : "line < u.lines"}) {
${
  first
    ? "      key = key_of(x[(line / u.inner * u.n + place) * u.inner + line % u.inner]);"
    : "      key = keys[start + i];\n      own = places[start + i];"
}
    }
    block_keys[i] = key;
    block_places[i] = own;
  }
  // Spans double from first_span to last_span. The first step of a span compares its halves mirrored, the others at a distance.
  for (var span = u.first_span; span <= u.last_span; span = span << 1u) {
    for (var reach = span >> 1u; reach > 0u; reach = reach >> 1u) {
      workgroupBarrier();
      for (var pair = lane; pair < BLOCK / 2u; pair += THREADS) {
        let low = pair / reach * 2u * reach + pair % reach;
        let mirrored = ${first ? "reach == span >> 1u" : "false"};
        order(low, select(low + reach, low + 2u * (reach - pair % reach) - 1u, mirrored));
      }
    }
  }
  workgroupBarrier();
  for (var i = lane; i < BLOCK; i += THREADS) {
    let line = (start + i) / u.size;
    if (line < u.lines) {
${
  last
    ? `      let place = (start + i) % u.size;
      if (place < u.n) { index[(line / u.inner * u.n + place) * u.inner + line % u.inner] = i32(block_places[i]); }`
    : "      keys[start + i] = block_keys[i];\n      places[start + i] = block_places[i];"
}
    }
  }
}
`;
  },
});

/** One step of a span that is larger than a block: one thread per pair. */
export const sortStepKernel = defineKernel({
  name: "sort_step",
  uniforms: { pairs: "u32", reach: "u32", mirrored: "u32" },
  bindings: () => ({ keys: "read_write u32", places: "read_write u32" }),
  wgsl: (config: LinearConfig) =>
    linearMain(
      threadsOf(config),
      `  if (index >= u.pairs) { return; }
  let low = index / u.reach * 2u * u.reach + index % u.reach;
  let high = select(low + u.reach, low + 2u * (u.reach - index % u.reach) - 1u, u.mirrored != 0u);
  let key_low = keys[low];
  let key_high = keys[high];
  let place_low = places[low];
  let place_high = places[high];
  if (key_high < key_low || (key_high == key_low && place_high < place_low)) {
    keys[low] = key_high;
    keys[high] = key_low;
    places[low] = place_high;
    places[high] = place_low;
  }`,
    ),
});

/** A sort along n of [outer, n, inner]. */
export interface SortSpec {
  /** bool counts as u32 */
  readonly type: SortType;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  readonly descending: boolean;
}

/**
 * index[o, r, i] = the position along n of the element of rank r; equal elements keep their order, NaN is the largest.
 *
 * @returns a program over buffers `x` and `index` (i32)
 * @example
 * sort.program({ type: "f32", outer: 32, n: 1000, inner: 1, descending: false })
 */
function program({ type, outer, n, inner, descending }: SortSpec, caps: Caps = baseCaps): Program {
  const lines = outer * inner;
  if (lines * n === 0) return programOf([]);
  const linear = linearConfig(caps);
  const block = blockOf(linear);
  const size = 2 ** Math.ceil(Math.log2(n));
  const total = lines * size;
  const blockPass = (first: boolean, last: boolean, spans: readonly [number, number]): Dispatch =>
    dispatch(sortBlockKernel, {
      config: { type, descending, first, last, ...linear },
      uniforms: { lines, n, inner, size, first_span: spans[0], last_span: spans[1] },
      workgroups: grid1d(total, block, caps),
    });
  if (size <= block) return programOf([blockPass(true, true, [2, size])]);
  const step = (reach: number, mirrored: boolean): Dispatch =>
    dispatch(sortStepKernel, {
      config: linear,
      uniforms: { pairs: total / 2, reach, mirrored: Number(mirrored) },
      workgroups: grid1d(total / 2, threadsOf(linear), caps),
    });
  const dispatches = [blockPass(true, false, [2, block])];
  for (let span = 2 * block; span <= size; span *= 2) {
    for (let reach = span / 2; reach >= block; reach /= 2) dispatches.push(step(reach, reach === span / 2));
    dispatches.push(blockPass(false, span === size, [block, block]));
  }
  return programOf(dispatches, { keys: 4 * total, places: 4 * total });
}

/** The sort family. */
export const sort: {
  readonly program: (spec: SortSpec, caps?: Caps) => Program;
  readonly kernels: { readonly block: typeof sortBlockKernel; readonly step: typeof sortStepKernel };
} = { program, kernels: { block: sortBlockKernel, step: sortStepKernel } };
