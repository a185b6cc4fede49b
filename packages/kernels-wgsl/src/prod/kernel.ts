// Products over the middle axis of [outer, n, inner]. README.md says how they keep their digits and their range.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Program, programOf } from "../kernel.ts";
import { planReduce, type ReducePlan, type ReduceStep } from "../reduce/plan.ts";
import { productText, type ProductType } from "./product.ts";

/** What is baked into the text. */
export interface ProdConfig {
  readonly type: ProductType;
  /** Threads that share one result; 1: every thread walks its own. */
  readonly threads: number;
  /** x holds what a pass before left. */
  readonly later: boolean;
  /** y is the result, not left to a pass after. */
  readonly last: boolean;
}

const WORKGROUP = 64;

export const prodKernel = defineKernel({
  name: "prod",
  uniforms: { results: "u32", n: "u32", inner: "u32", segments: "u32", segment: "u32" },
  bindings: ({ type, later, last }: ProdConfig) => {
    const { element, state } = productText(type);
    return { x: `read ${later ? state : element}`, y: `read_write ${last ? element : state}` };
  },
  wgsl: ({ type, threads, later, last }) => {
    const { state, identity, functions, of, times, value } = productText(type);
    const shared = threads > 1;
    return `${functions}${shared ? `var<workgroup> lane_values: array<${state}, ${threads}>;\n\n` : ""}@compute @workgroup_size(${shared ? threads : WORKGROUP})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = ${shared ? "group.x + group.y * groups.x" : `(group.x + group.y * groups.x) * ${WORKGROUP}u + lane`};
  if (slot >= u.results) { return; }
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let base = slot / u.inner / u.segments * u.n * u.inner + slot % u.inner;
  var product = ${identity};
  for (var r = begin${shared ? " + lane" : ""}; r < end; r += ${threads}u) {
    let next = x[base + r * u.inner];
    product = ${times("product", later ? "next" : of("next"))};
  }
${
  shared
    ? `  lane_values[lane] = product;
  for (var reach = ${threads / 2}u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { lane_values[lane] = ${times("lane_values[lane]", "lane_values[lane + reach]")}; }
  }
  if (lane > 0u) { return; }
  product = lane_values[0];
`
    : ""
}  y[slot] = ${last ? value("product") : "product"};
}
`;
  },
});

/** What a product computes. */
export interface ProdSpec {
  readonly type: ProductType;
  /** One after the other: each multiplies what the one before left. */
  readonly steps: readonly ReduceStep[];
}

/** The passes over a step: each but the last leaves the products of its segments to the next. */
function passesOf(step: ReduceStep, caps: Caps): { readonly step: ReduceStep; readonly plan: ReducePlan }[] {
  const plan = planReduce(step, caps);
  return plan.segments === 1 ? [{ step, plan }] : [{ step, plan }, ...passesOf({ ...step, n: plan.segments }, caps)];
}

function program({ type, steps }: ProdSpec, caps: Caps = baseCaps): Program {
  const temps: Record<string, number> = {};
  const passes = steps.flatMap((step) => passesOf(step, caps));
  const dispatches = passes.flatMap(
    ({ step: { outer, n, inner }, plan: { threads, segment, segments } }, k): Dispatch[] => {
      const results = outer * segments * inner;
      const last = k === passes.length - 1;
      const [source, target] = [k === 0 ? "x" : `partial${k - 1}`, last ? "y" : `partial${k}`];
      if (!last) temps[target] = 16 * Math.max(1, results);
      if (results === 0) return [];
      return [
        dispatch(prodKernel, {
          config: { type, threads, later: k > 0, last },
          buffers: { x: source, y: target },
          uniforms: { results, n, inner, segments, segment },
          workgroups: grid1d(results, threads === 1 ? WORKGROUP : 1, caps),
        }),
      ];
    },
  );
  return programOf(dispatches, temps);
}

/**
 * Products: y [outer, inner] = Π over r of x [outer, n, inner], for each of `steps` in turn, each over what the one before
 * left. `type`: f32, i32 or u32. Buffers `x` and `y`.
 *
 * A product of f32 is kept with 45 bits and an exponent of its own until the end, so the order does not show, and only
 * what lies outside of the range of f32 is ±0 or ±∞. Integers wrap modulo 2³². The same bits on every run.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, y] = [runner.createBuffer(24), runner.createBuffer(8)];
 * runner.write(x, new Float32Array([1, 2, 3, 4, 5, 6])); // [2, 3, 1]
 * runner.run(prod.program({ type: "f32", steps: [{ outer: 2, n: 3, inner: 1 }] }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 8))); // 6, 120
 */
export const prod: {
  readonly program: (spec: ProdSpec, caps?: Caps) => Program;
} = {
  program,
};
