// Running sums (products, maxima, log-sum-exps) over the middle axis of [outer, n, inner], from either end, with or
// without the element itself. README.md derives the scan.
import { baseCaps, type Caps } from "../caps.ts";
import { exponentialFunctions } from "../elementwise/exponentials.ts";
import { specialFunctions } from "../elementwise/float-bits.ts";
import { functionText } from "../elementwise/function-tables.ts";
import { grid1d, linearConfig, threadsOf } from "../grid.ts";
import { tuned } from "../tuning/select.ts";
import { defineKernel, dispatch, type Dispatch, type Kernel, type Program } from "../kernel.ts";
import { reduceKernel } from "../reduce/kernel.ts";

/** Element types that can be accumulated. */
export type CumsumType = "f32" | "i32" | "u32";
/** Cumulative ops other than the sum. */
export type CumulativeOp = "prod" | "max" | "logsumexp";

/** WGSL of each op: the element that changes nothing, and two values as one. */
function combination({ op, type }: Pick<CumsumConfig, "op" | "type">): {
  readonly identity: string;
  readonly functions: string;
  of(a: string, b: string): string;
} {
  const none = { i32: "i32(0x80000000u)", u32: "0u", f32: "bitcast<f32>(0xff800000u | (u.n & 0u))" }[type]; // −∞ must not be a constant expression
  const choose = type === "f32" ? "max_nan" : "max";
  switch (op) {
    case "prod":
      return { identity: `${type}(1)`, functions: "", of: (a, b) => `${a} * ${b}` };
    case "max":
      return {
        identity: none,
        functions: functionText([specialFunctions], `${choose}(`),
        of: (a, b) => `${choose}(${a}, ${b})`,
      };
    case "logsumexp":
      return {
        identity: none,
        functions: `${functionText([specialFunctions, exponentialFunctions], "is_infinite( max_nan( min_nan( or_word( log1p_near( exp_full(")}
// log(e^a + e^b); an infinite maximum is the result
fn combine(a: f32, b: f32) -> f32 {
  let most = max_nan(a, b);
  let sum = most + log1p_near(exp_full(max(min_nan(a, b) - most, -100.0)));
  return or_word(sum, bitcast<u32>(most), is_infinite(most));
}
`,
        of: (a, b) => `combine(${a}, ${b})`,
      };
    default:
      return { identity: `${type}()`, functions: "", of: (a, b) => `${a} + ${b}` };
  }
}

/** What is baked into the text. */
export interface CumsumConfig {
  /** What runs along the axis; absent: sums. */
  readonly op?: CumulativeOp;
  readonly type: CumsumType;
  /** Threads that share a row; 1: every thread walks its own. */
  readonly threads: number;
  /** From the end of the axis towards its start. */
  readonly reverse: boolean;
  /** Without the element itself. */
  readonly exclusive: boolean;
  /** What came before each segment is known and added. */
  readonly carried: boolean;
  /** Only what a whole segment comes to is written: y[segment]. */
  readonly totals?: true;
}

const WORKGROUP = 64;
/** Neighbouring elements per thread and round. */
const ITEMS = 4;
/** Elements of f32 that a thread, or a workgroup, sums up in one chain: README, long axes. */
const WALKED_SEGMENT = 256;
const SCANNED_SEGMENT = 65536;
/** The same of log-sum-exps, whose every step rounds the logarithm of all so far. */
const WALKED_LOGARITHMS = 32;
const SCANNED_LOGARITHMS = 8192;

export const cumsumKernel: Kernel<
  "x" | "carries" | "y",
  "rows" | "n" | "inner" | "segment" | "segments",
  CumsumConfig
> = defineKernel({
  name: "cumsum",
  uniforms: { rows: "u32", n: "u32", inner: "u32", segment: "u32", segments: "u32" },
  bindings: ({ type, carried }) => ({
    x: `read ${type}`,
    ...(carried && { carries: `read ${type}` as const }),
    y: `read_write ${type}`,
  }),
  wgsl: (config) => (config.threads === 1 ? walkWgsl(config) : scanWgsl(config)),
});

/** Position within its segment of the r-th element that the sum runs over. */
function place(reverse: boolean): string {
  return reverse ? "count - 1u - r" : "r";
}

/** WGSL of where segment `row` begins, how long it is, and what came before it. */
function segmentBegin(config: CumsumConfig): string {
  return `  let begin = row / u.inner % u.segments * u.segment;
  let count = min(u.segment, u.n - begin);
  let base = (row / u.inner / u.segments * u.n + begin) * u.inner + row % u.inner;
  let before = ${config.carried ? "carries[row]" : combination(config).identity};`;
}

function walkWgsl(config: CumsumConfig): string {
  const { reverse, exclusive, totals } = config;
  const { identity, functions, of } = combination(config);
  return `${functions}@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.y * groups.x * ${WORKGROUP}u + id.x;
  if (row >= u.rows) { return; }
${segmentBegin(config)}
  var total = ${identity};
  for (var r = 0u; r < count; r++) {
    let at = base + (${place(reverse)}) * u.inner;
    let next = ${of("total", "x[at]")};
${totals ? "" : `    y[at] = ${of("before", exclusive ? "total" : "next")};\n`}    total = next;
  }
${totals ? "  y[row] = total;\n" : ""}}
`;
}

function scanWgsl(config: CumsumConfig): string {
  const { type, threads, reverse, exclusive, totals } = config;
  const { identity, functions, of } = combination(config);
  const add = (total: string, value: string): string =>
    config.op === undefined ? `${total} += ${value};` : `${total} = ${of(total, value)};`;
  return `${functions}const THREADS = ${threads}u;
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
${segmentBegin(config)}
  var carry = ${identity};
  for (var block = 0u; block < count; block += THREADS * ITEMS) {
    var items: array<${type}, ITEMS>;
    var own = ${identity};
    for (var k = 0u; k < ITEMS; k++) {
      let r = block + lane * ITEMS + k;
      ${config.op === undefined ? "" : `items[k] = ${identity};\n      `}if (r < count) { items[k] = x[base + (${place(reverse)})]; }
      ${add("own", "items[k]")}
    }
    // inclusive scan of the threads' totals: each round reads one half of the array and writes the other
    var side = 0u;
    var running = own;
    lane_totals[lane] = own;
    workgroupBarrier();
    for (var reach = 1u; reach < THREADS; reach = reach << 1u) {
      if (lane >= reach) { ${config.op === undefined ? "running += lane_totals[side + lane - reach];" : `running = ${of("lane_totals[side + lane - reach]", "running")};`} }
      side = THREADS - side;
      lane_totals[side + lane] = running;
      workgroupBarrier();
    }
${
  totals
    ? `    ${add("carry", "lane_totals[side + THREADS - 1u]")}\n`
    : `    var total = carry;
    if (lane > 0u) { ${add("total", "lane_totals[side + lane - 1u]")} }
    ${add("carry", "lane_totals[side + THREADS - 1u]")}
    for (var k = 0u; k < ITEMS; k++) {
      let r = block + lane * ITEMS + k;
      let next = ${of("total", "items[k]")};
      if (r < count) { y[base + (${place(reverse)})] = ${of("before", exclusive ? "total" : "next")}; }
      total = next;
    }
`
}    workgroupBarrier();
  }
${totals ? "  if (lane == 0u) { y[row] = carry; }\n" : ""}}
`;
}

/** A running sum over n of [outer, n, inner]. */
export interface CumsumSpec {
  /** absent: sums */
  readonly op?: CumulativeOp;
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
function program(spec: CumsumSpec, caps: Caps = baseCaps): Program {
  const temps: Record<string, number> = {};
  return {
    temps,
    dispatches: spec.outer * spec.inner * spec.n === 0 ? [] : scans(spec, { x: "x", y: "y" }, temps, caps),
  };
}

/** Elements that one chain may combine: those of f32 lose digits in sums, and more in log-sum-exps. */
function longestChain({ op, type }: CumsumSpec, walk: boolean): number {
  if (type !== "f32" || (op !== undefined && op !== "logsumexp")) return Infinity;
  if (op === "logsumexp") return walk ? WALKED_LOGARITHMS : SCANNED_LOGARITHMS;
  return walk ? WALKED_SEGMENT : SCANNED_SEGMENT;
}

/**
 * Sums of segments, their running sums, and each segment from there on: as many levels as it takes for no chain of f32
 * to be long. Integers are exact in one.
 */
function scans(
  spec: CumsumSpec,
  { x, y }: { readonly x: string; readonly y: string },
  temps: Record<string, number>,
  caps: Caps,
): Dispatch[] {
  const { op, type, outer, n, inner, reverse = false, exclusive = false } = spec;
  const { serialLength, serialRows } = tuned(caps, "cumsum");
  const walk = inner > 1 || (n <= serialLength && outer >= serialRows);
  const most = threadsOf(linearConfig(caps));
  const threads = walk ? 1 : n <= 64 * ITEMS ? 64 : most;
  const segment = Math.min(n, longestChain(spec, walk));
  const segments = Math.ceil(n / segment);
  const carried = segments > 1;
  const rows = outer * segments * inner;
  const scan = dispatch(cumsumKernel, {
    config: { ...(op && { op }), type, threads, reverse, exclusive, carried },
    buffers: { x, y, ...(carried && { carries: `carries${segments}` }) },
    uniforms: { rows, n, inner, segment, segments },
    workgroups: grid1d(rows, walk ? WORKGROUP : 1, caps),
  });
  if (!carried) return [scan];
  const [totals, carries] = [`totals${segments}`, `carries${segments}`];
  temps[totals] = temps[carries] = 4 * rows;
  const sums = op
    ? dispatch(cumsumKernel, {
        config: { op, type, threads, reverse, exclusive: false, carried: false, totals: true },
        buffers: { x, y: totals },
        uniforms: { rows, n, inner, segment, segments },
        workgroups: grid1d(rows, walk ? WORKGROUP : 1, caps),
      })
    : dispatch(reduceKernel, {
        config: { op: "sum", type, threads: walk ? 1 : most, vec: 1, rows: inner === 1, index: "none", scaled: false },
        buffers: { x, y: totals },
        uniforms: { results: rows, n, inner, segments, segment, scale: 1 },
        workgroups: grid1d(rows, walk ? WORKGROUP : 1, caps),
      });
  return [
    sums,
    ...scans(
      { ...(op && { op }), type, outer, n: segments, inner, reverse, exclusive: true },
      { x: totals, y: carries },
      temps,
      caps,
    ),
    scan,
  ];
}

/**
 * Cumulative sums of x [outer, n, inner] along n, f32, i32 or u32: y[r] = x[0] + … + x[r]. `exclusive` leaves x[r] out;
 * `reverse` sums from the end. Buffers `x` and `y`, of one shape.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, y] = [runner.createBuffer(12), runner.createBuffer(12)];
 * runner.write(x, new Float32Array([1, 2, 3]));
 * runner.run(cumsum.program({ type: "f32", outer: 1, n: 3, inner: 1 }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 12))); // 1, 3, 6
 */
export const cumsum: {
  readonly program: (spec: CumsumSpec, caps?: Caps) => Program;
} = {
  program,
};
