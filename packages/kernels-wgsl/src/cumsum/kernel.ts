// Running sums over the middle axis of [outer, n, inner], from either end, with or without the element itself. README.md derives the scan.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { tuned } from "../tuning/select.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";

export type CumsumType = "f32" | "i32" | "u32";

/** What is baked into the text. */
export interface CumsumConfig {
  readonly type: CumsumType;
  /** Threads that share a row; 1: every thread walks its own. */
  readonly threads: 1 | 64 | 256;
  /** From the end of the axis towards its start. */
  readonly reverse: boolean;
  /** Without the element itself. */
  readonly exclusive: boolean;
}

const WORKGROUP = 64;
/** Neighbouring elements per thread and round. */
const ITEMS = 4;

export const cumsumKernel: Kernel<"x" | "y", "rows" | "n" | "inner", CumsumConfig> = defineKernel({
  name: "cumsum",
  uniforms: { rows: "u32", n: "u32", inner: "u32" },
  bindings: ({ type }) => ({ x: `read ${type}`, y: `read_write ${type}` }),
  wgsl: (config) => (config.threads === 1 ? walkWgsl(config) : scanWgsl(config)),
});

/** Position of the r-th element that the sum runs over. */
function place(reverse: boolean): string {
  return reverse ? "u.n - 1u - r" : "r";
}

function walkWgsl({ type, reverse, exclusive }: CumsumConfig): string {
  return `@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.y * groups.x * ${WORKGROUP}u + id.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.n * u.inner + row % u.inner;
  var total = ${type}();
  for (var r = 0u; r < u.n; r++) {
    let at = base + (${place(reverse)}) * u.inner;
    let next = total + x[at];
    y[at] = ${exclusive ? "total" : "next"};
    total = next;
  }
}
`;
}

function scanWgsl({ type, threads, reverse, exclusive }: CumsumConfig): string {
  return `const THREADS = ${threads}u;
const ITEMS = ${ITEMS}u;
var<workgroup> lane_totals: array<${type}, ${2 * threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.n;
  var carry = ${type}();
  for (var block = 0u; block < u.n; block += THREADS * ITEMS) {
    var items: array<${type}, ITEMS>;
    var own = ${type}();
    for (var k = 0u; k < ITEMS; k++) {
      let r = block + lane * ITEMS + k;
      if (r < u.n) { items[k] = x[base + (${place(reverse)})]; }
      own += items[k];
    }
    // inclusive scan of the threads' totals: each round reads one half of the array and writes the other
    var side = 0u;
    var running = own;
    lane_totals[lane] = own;
    workgroupBarrier();
    for (var reach = 1u; reach < THREADS; reach = reach << 1u) {
      if (lane >= reach) { running += lane_totals[side + lane - reach]; }
      side = THREADS - side;
      lane_totals[side + lane] = running;
      workgroupBarrier();
    }
    var total = carry;
    if (lane > 0u) { total += lane_totals[side + lane - 1u]; }
    carry += lane_totals[side + THREADS - 1u];
    for (var k = 0u; k < ITEMS; k++) {
      let r = block + lane * ITEMS + k;
      let next = total + items[k];
      if (r < u.n) { y[base + (${place(reverse)})] = ${exclusive ? "total" : "next"}; }
      total = next;
    }
    workgroupBarrier();
  }
}
`;
}

/** A running sum over n of [outer, n, inner]. */
export interface CumsumSpec {
  readonly type: CumsumType;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  readonly reverse?: boolean;
  readonly exclusive?: boolean;
}

/**
 * y[r] = x[0] + … + x[r] along the middle axis; `exclusive` stops before x[r], `reverse` starts at the end.
 *
 * @returns a program over buffers `x` and `y`
 * @example
 * cumsum.program({ type: "f32", outer: 32, n: 1024, inner: 1 })
 */
function program({ type, outer, n, inner, reverse = false, exclusive = false }: CumsumSpec, caps: Caps = baseCaps): Program {
  const rows = outer * inner;
  if (rows * n === 0) return { temps: {}, dispatches: [] };
  const { walkedLength, walkedRows } = tuned(caps, "cumsum");
  const walk = inner > 1 || (n <= walkedLength && rows >= walkedRows);
  const threads = walk ? 1 : n <= 64 * ITEMS ? 64 : 256;
  return {
    temps: {},
    dispatches: [dispatch(cumsumKernel, {
      config: { type, threads, reverse, exclusive },
      buffers: { x: "x", y: "y" },
      uniforms: { rows, n, inner },
      workgroups: grid1d(rows, walk ? WORKGROUP : 1, caps),
    })],
  };
}

/** The running-sum family. */
export const cumsum: { readonly program: (spec: CumsumSpec, caps?: Caps) => Program; readonly kernels: { readonly cumsum: typeof cumsumKernel } } = {
  program,
  kernels: { cumsum: cumsumKernel },
};
