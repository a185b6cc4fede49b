// Running sums over the middle axis of [outer, n, inner], from either end, with or without the element itself; what other
// ops have in common with them (cumulative.ts). README.md derives the scan.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig, threadsOf } from "../grid.ts";
import { tuned } from "../tuning/select.ts";
import { defineKernel, dispatch, type Dispatch, type Kernel, type Program, programOf } from "../kernel.ts";
import { reduceKernel } from "../reduce/kernel.ts";

/** Element types that can be accumulated. */
export type CumsumType = "f32" | "i32" | "u32";
/** Cumulative ops other than the sum. */
export type CumulativeOp = "prod" | "max" | "logsumexp";

/** WGSL of an op: the types in memory and along the way, the value that changes nothing, and two values as one. */
export interface Combination {
  readonly element: string;
  readonly state: string;
  readonly identity: string;
  readonly functions: string;
  /** a value of an element, and an element of a value; absent: they are one */
  readonly from?: (element: string) => string;
  readonly to?: (value: string) => string;
  of(a: string, b: string): string;
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

type CumsumKernel = Kernel<"x" | "carries" | "y", "rows" | "n" | "inner" | "segment" | "segments", CumsumConfig>;

/** The kernel of an op. */
/* @__NO_SIDE_EFFECTS__ */
export function runningKernel(combinationOf: (config: Pick<CumsumConfig, "op" | "type">) => Combination): CumsumKernel {
  return defineKernel({
    name: "cumsum",
    uniforms: { rows: "u32", n: "u32", inner: "u32", segment: "u32", segments: "u32" },
    bindings: ({ carried, ...config }) => {
      const { element } = combinationOf(config);
      return {
        x: `read ${element}`,
        ...(carried && { carries: `read ${element}` as const }),
        y: `read_write ${element}`,
      };
    },
    wgsl: (config) => (config.threads === 1 ? walkWgsl : scanWgsl)(config, combinationOf(config)),
  });
}

/** A kernel, and how many elements of f32 a thread, or a workgroup, may combine in one chain: README, long axes. */
export interface Chains {
  readonly kernel: CumsumKernel;
  readonly walked: number;
  readonly scanned: number;
}

const sums: Chains = {
  kernel: runningKernel(({ type }) => ({
    element: type,
    state: type,
    identity: `${type}()`,
    functions: "",
    of: (a, b) => `${a} + ${b}`,
  })),
  walked: 64,
  scanned: 65536,
};

const same = (value: string): string => value;

/** Position within its segment of the r-th element that the sum runs over. */
function place(reverse: boolean): string {
  return reverse ? "count - 1u - r" : "r";
}

/** WGSL of where segment `row` begins, how long it is, and what came before it. */
function segmentBegin({ carried }: CumsumConfig, identity: string): string {
  return `  let begin = row / u.inner % u.segments * u.segment;
  let count = min(u.segment, u.n - begin);
  let base = (row / u.inner / u.segments * u.n + begin) * u.inner + row % u.inner;
  let before = ${carried ? "carries[row]" : identity};`;
}

function walkWgsl(config: CumsumConfig, { identity, functions, of, from = same, to = same }: Combination): string {
  const { reverse, exclusive, totals } = config;
  return `${functions}@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.y * groups.x * ${WORKGROUP}u + id.x;
  if (row >= u.rows) { return; }
${segmentBegin(config, identity)}
  var total = ${identity};
  for (var r = 0u; r < count; r++) {
    let at = base + (${place(reverse)}) * u.inner;
    let next = ${of("total", from("x[at]"))};
${totals ? "" : `    y[at] = ${to(of("before", exclusive ? "total" : "next"))};\n`}    total = next;
  }
${totals ? "  y[row] = total;\n" : ""}}
`;
}

function scanWgsl(
  config: CumsumConfig,
  { state, identity, functions, of, from = same, to = same }: Combination,
): string {
  const { threads, reverse, exclusive, totals } = config;
  const add = (total: string, value: string): string =>
    config.op === undefined ? `${total} += ${value};` : `${total} = ${of(total, value)};`;
  // An inclusive scan of the threads' totals: each round reads one half of `lane_totals` and writes the other.
  return `${functions}const THREADS = ${threads}u;
const ITEMS = ${ITEMS}u;
var<workgroup> lane_totals: array<${state}, ${2 * threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
${segmentBegin(config, identity)}
  var carry = ${identity};
  for (var block = 0u; block < count; block += THREADS * ITEMS) {
    var items: array<${state}, ITEMS>;
    var own = ${identity};
    for (var k = 0u; k < ITEMS; k++) {
      let r = block + lane * ITEMS + k;
      ${config.op === undefined ? "" : `items[k] = ${identity};\n      `}if (r < count) { items[k] = ${from(`x[base + (${place(reverse)})]`)}; }
      ${add("own", "items[k]")}
    }
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
      if (r < count) { y[base + (${place(reverse)})] = ${to(of("before", exclusive ? "total" : "next"))}; }
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
function program(spec: Omit<CumsumSpec, "op">, caps: Caps = baseCaps): Program {
  return runningProgram(spec, sums, caps);
}

/** The program of any op. */
export function runningProgram(spec: CumsumSpec, chains: Chains, caps: Caps): Program {
  const temps: Record<string, number> = {};
  return programOf(
    spec.outer * spec.inner * spec.n === 0 ? [] : scans(spec, chains, { x: "x", y: "y" }, temps, caps),
    temps,
  );
}

/**
 * Sums of segments, their running sums, and each segment from there on: as many levels as it takes for no chain of f32
 * to be long. Integers are exact in one.
 */
function scans(
  spec: CumsumSpec,
  chains: Chains,
  { x, y }: { readonly x: string; readonly y: string },
  temps: Record<string, number>,
  caps: Caps,
): Dispatch[] {
  const { op, type, outer, n, inner, reverse = false, exclusive = false } = spec;
  const { serialLength, serialRows } = tuned(caps, "cumsum");
  const walk = inner > 1 || (n <= serialLength && outer >= serialRows);
  const most = threadsOf(linearConfig(caps));
  const threads = walk ? 1 : n <= 64 * ITEMS ? 64 : most;
  const segment = Math.min(n, type === "f32" ? chains[walk ? "walked" : "scanned"] : Infinity);
  const segments = Math.ceil(n / segment);
  const carried = segments > 1;
  const rows = outer * segments * inner;
  const scan = dispatch(chains.kernel, {
    config: { ...(op && { op }), type, threads, reverse, exclusive, carried },
    buffers: { x, y, ...(carried && { carries: `carries${segments}` }) },
    uniforms: { rows, n, inner, segment, segments },
    workgroups: grid1d(rows, walk ? WORKGROUP : 1, caps),
  });
  if (!carried) return [scan];
  const [totals, carries] = [`totals${segments}`, `carries${segments}`];
  temps[totals] = temps[carries] = 4 * rows;
  const sums = op
    ? dispatch(chains.kernel, {
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
      chains,
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
  readonly program: (spec: Omit<CumsumSpec, "op">, caps?: Caps) => Program;
} = {
  program,
};
