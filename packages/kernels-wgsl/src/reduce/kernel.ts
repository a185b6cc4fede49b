// Reductions (sum, largest, smallest, with the position of the extremum) over the middle axis of [outer, n, inner].
// README.md derives the plan; products are in prod/.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Program, programOf } from "../kernel.ts";
import { passesOf, type ReduceConfig, type ReduceOp, type ReduceStep, type ReduceType } from "./plan.ts";

const WORKGROUP = 64;
/**
 * Largest and smallest f32 are compared as words: WGSL may assume that there is neither NaN nor infinity. README §4.
 */
const elementOf = ({ op, type }: Pick<ReduceConfig, "op" | "type">): ReduceType =>
  op === "sum" || type !== "f32" ? type : "u32";

/** Partial or final results of segments of the reduced axis; README §1–3. */
export const reduceKernel = defineKernel({
  name: "reduce",
  uniforms: { results: "u32", n: "u32", inner: "u32", segments: "u32", segment: "u32", scale: "f32" },
  bindings: (config: ReduceConfig) => {
    const { vec, rows, index } = config;
    const element = elementOf(config);
    return {
      x: `read ${vec === 4 ? `vec4<${element}>` : element}`,
      ...(index === "merge" && { xIndex: "read i32" as const }),
      y: `read_write ${vec === 4 && !rows ? `vec4<${element}>` : element}`,
      ...(index !== "none" && { index: "read_write i32" as const }),
    };
  },
  wgsl: reduceWgsl,
});

/**
 * WGSL: the rank of a number in the order of its type, for f32 by its bit pattern: zeros are equal, NaN
 * comes before everything else.
 */
function orderFunction({ op, type }: ReduceConfig): string {
  if (type !== "f32") return `fn order_of(value: ${type}) -> ${type} { return value; }\n\n`;
  return `fn order_of(word: u32) -> i32 {
  let size = word & 0x7fffffffu;
  if (size > 0x7f800000u) { return ${op === "max" ? "0x7fffffff" : "-0x7fffffff"}; }
  return select(-i32(size), i32(size), word == size);
}

`;
}

function reduceWgsl(config: ReduceConfig): string {
  const { op, threads, vec, rows, index, scaled } = config;
  const sum = op === "sum";
  const indexed = index !== "none";
  const type = elementOf(config);
  const element = vec === 4 ? `vec4<${type}>` : type;
  const shared = threads > 1;
  const position = index === "merge" ? "xIndex[at]" : "i32(r)";
  const take = sum
    ? "    best += x[at];"
    : `    let value = x[at];
    let place = order_of(value);
    if (place ${op === "max" ? ">" : "<"} best_place) {
      best = value;
      best_place = place;
${indexed ? `      where_best = ${position};\n` : ""}    }`;
  const first = index === "merge" ? "xIndex[base + begin * stride]" : "i32(begin)";
  const start = sum ? `${element}()` : "x[base + begin * stride]";
  const folded = vec === 4 && rows ? "(best.x + best.y) + (best.z + best.w)" : "best";
  const result = scaled ? `result * ${type}(u.scale)` : "result";
  return `${sum ? "" : orderFunction(config)}${shared ? sharedMemory(config) : ""}@compute @workgroup_size(${shared ? threads : WORKGROUP})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = ${shared ? "group.x + group.y * groups.x" : `(group.x + group.y * groups.x) * ${WORKGROUP}u + lane`};
  if (slot >= u.results) { return; }
  let column = slot % u.inner;
  let outer = slot / u.inner / u.segments;
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let stride = u.inner;
  let base = outer * u.n * u.inner + column;
  var best = ${start};
${sum ? "" : "  var best_place = order_of(best);\n"}${indexed ? `  var where_best = ${first};\n` : ""}  var r = begin + ${shared ? "lane" : sum ? "0u" : "1u"};
${sum ? fourfold(shared ? threads : 1) : ""}  for (; r < end; r += ${shared ? threads : 1}u) {
    let at = base + r * stride;
${take}
  }
  ${shared ? "var" : "let"} result = ${folded};
${
  shared
    ? `  lane_values[lane] = result;
${indexed ? "  lane_positions[lane] = where_best;\n" : ""}  for (var reach = ${threads / 2}u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
`
    : ""
}  y[slot] = ${result};
${indexed ? `  index[slot] = ${shared ? "lane_positions[0]" : "where_best"};\n` : ""}}
`;
}

/** Four loads a turn, which need not wait for each other, for as long as there are four. */
function fourfold(step: number): string {
  const [a, b, c, d] = [0, 1, 2, 3].map((k) => `x[at${k === 0 ? "" : ` + ${k}u * ahead`}]`) as [
    string,
    string,
    string,
    string,
  ];
  return `  let ahead = ${step === 1 ? "" : `${step}u * `}stride;
  for (; r + ${3 * step}u < end; r += ${4 * step}u) {
    let at = base + r * stride;
    best += (${a} + ${b}) + (${c} + ${d});
  }
`;
}

function sharedMemory(config: ReduceConfig): string {
  const { op, threads, index } = config;
  const values = `var<workgroup> lane_values: array<${elementOf(config)}, ${threads}>;\n`;
  if (op === "sum")
    return `${values}\nfn merge_lanes(a: u32, b: u32) { lane_values[a] = lane_values[a] + lane_values[b]; }\n\n`;
  const indexed = index !== "none";
  return `${values}${indexed ? `var<workgroup> lane_positions: array<i32, ${threads}>;\n` : ""}
fn merge_lanes(a: u32, b: u32) {
  let place_a = order_of(lane_values[a]);
  let place_b = order_of(lane_values[b]);
  if (place_b ${op === "max" ? ">" : "<"} place_a${indexed ? " || (place_b == place_a && lane_positions[b] < lane_positions[a])" : ""}) {
    lane_values[a] = lane_values[b];
${indexed ? "    lane_positions[a] = lane_positions[b];\n" : ""}  }
}

`;
}

/** What a reduce program computes. */
export interface ReduceSpec {
  readonly op: ReduceOp;
  readonly type: ReduceType;
  /** One after the other: each reduces what the one before left. Extrema with `index` take one. */
  readonly steps: readonly ReduceStep[];
  /** Also write the position of the first extremum along n, as i32. */
  readonly index?: boolean;
  /** Factor of the result; f32 sums only. */
  readonly scale?: number;
}

/**
 * y[o, i] = op over r of x[o, r, i], step by step.
 *
 * Numerics: partial results in a fixed order, so the same bits on every run; integers wrap around.
 * @returns a program over buffers `x`, `y` and, with `index`, `index`
 * @example
 * reduce.program({ op: "sum", type: "f32", steps: [{ outer: 1, n: 1024, inner: 768 }] })
 */
function program({ op, type, steps, index = false, scale }: ReduceSpec, caps: Caps = baseCaps): Program {
  const temps: Record<string, number> = {};
  const dispatches: Dispatch[] = [];
  let source = "x";
  let sourceIndex: string | undefined;
  const passes = steps.flatMap((step) => passesOf(step, op, caps));
  passes.forEach(({ step, plan }, k) => {
    const last = k === passes.length - 1;
    const width = plan.vec === 4 && !plan.rows ? 4 : 1;
    const results = (step.outer * plan.segments * step.inner) / width;
    const target = last ? "y" : `partial${k}`;
    const targetIndex = last ? "index" : `partialIndex${k}`;
    if (!last) {
      temps[target] = Math.max(4, results * width * 4);
      if (index) temps[targetIndex] = Math.max(4, results * 4);
    }
    const config: ReduceConfig = {
      op,
      type,
      threads: plan.threads,
      vec: plan.vec,
      rows: plan.rows,
      index: !index ? "none" : sourceIndex ? "merge" : "count",
      scaled: last && scale !== undefined,
    };
    const uniforms = {
      results,
      n: plan.rows ? step.n / plan.vec : step.n,
      inner: step.inner / width,
      segments: plan.segments,
      segment: plan.segment,
      scale: last ? (scale ?? 1) : 1,
    };
    if (results > 0) {
      dispatches.push(
        dispatch(reduceKernel, {
          config,
          buffers: {
            x: source,
            y: target,
            ...(sourceIndex && { xIndex: sourceIndex }),
            ...(index && { index: targetIndex }),
          },
          uniforms,
          workgroups: grid1d(results, plan.threads === 1 ? WORKGROUP : 1, caps),
        }),
      );
    }
    source = target;
    sourceIndex = index ? targetIndex : undefined;
  });
  return programOf(dispatches, temps);
}

/**
 * Reductions: y [outer, inner] = op over r of x [outer, n, inner], for each of `steps` in turn, each over what the one
 * before left. `op`: sum, max or min; `type`: f32, i32 or u32. Buffers `x`, `y` and, with `index`, `index` (i32, the
 * position of the first extremum along n).
 *
 * Partial results are combined in a fixed order: the same bits on every run. Integers wrap modulo 2³².
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, y] = [runner.createBuffer(24), runner.createBuffer(8)];
 * runner.write(x, new Float32Array([1, 2, 3, 4, 5, 6])); // [2, 3, 1]
 * runner.run(reduce.program({ op: "sum", type: "f32", steps: [{ outer: 2, n: 3, inner: 1 }] }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 8))); // 6, 15
 */
export const reduce: {
  readonly program: (spec: ReduceSpec, caps?: Caps) => Program;
} = {
  program,
};
