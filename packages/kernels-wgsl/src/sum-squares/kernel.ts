// Sum of the squares of a tensor, added to a running sum: the parts of a global norm. Deterministic: strided partials, then one workgroup.
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { rowReductions, rowType, totalFunction } from "../rows/rows.ts";

/** Loads each thread of a full workgroup makes before another workgroup is worth it. */
const LOADS_PER_THREAD = 16;
const MAX_PARTIALS = 256;

export interface SumSquaresConfig {
  /** 1: one thread does all (software adapters, tiny tensors). */
  readonly threads: 1 | 256;
  readonly vec: 1 | 4;
  /** false: the elements are partial sums already and are added as they are. */
  readonly square: boolean;
  /** Add `previous[0]` to the result. */
  readonly previous: boolean;
}

/** Every workgroup (thread, with `threads: 1`) adds up a strided share of `x` and writes one sum. */
export const sumSquaresPartial: Kernel<"x" | "previous" | "y", "units" | "parts", SumSquaresConfig> = defineKernel({
  name: "sum_squares_partial",
  uniforms: { units: "u32", parts: "u32" },
  bindings: (config) => ({
    x: `read ${rowType(config)}`,
    ...(config.previous && { previous: "read f32" as const }),
    y: "read_write f32",
  }),
  wgsl: (config) => {
    const own = config.threads === 1;
    const layout = { threads: config.threads, vec: config.vec } as const;
    return `${rowReductions(layout)}
${totalFunction(config)}
@compute @workgroup_size(${own ? 64 : config.threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) ${own ? "local" : "lane"}: u32) {
${own ? "  const lane = 0u;\n  let part = group.x * 64u + local;" : "  let part = group.x;"}
  if (part >= u.parts) { return; }
  var sum = 0.0;
  for (var i = part * THREADS + lane; i < u.units; i += u.parts * THREADS) {
    ${config.square ? "let v = x[i];\n    sum += total(v * v);" : "sum += total(x[i]);"}
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[part] = result${config.previous ? " + previous[0]" : ""}; }
}
`;
  },
});

/** Size of a call; `previous`: a running sum is bound. */
export interface SumSquaresCall {
  readonly size: number;
  readonly previous: boolean;
}

/**
 * The sum-squares family. `program`: x (, previous) → y, one number.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, y] = [400, 4].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(sumSquares.program({ size: 100, previous: false }), { x, y });
 */
export const sumSquares: {
  program(call: SumSquaresCall, caps?: Caps): Program;
  readonly kernels: { readonly sumSquaresPartial: typeof sumSquaresPartial };
} = {
  program({ size, previous }, caps = baseCaps) {
    const vec = size > 0 && size % 4 === 0 ? 4 : 1;
    const units = size / vec;
    const threads = caps.adapter === "software" ? 1 : 256;
    const parts = Math.min(MAX_PARTIALS, Math.max(1, Math.ceil(units / (threads * LOADS_PER_THREAD))));
    const groups = (count: number): [number] => [threads === 1 ? Math.ceil(count / 64) : count];
    const single = parts === 1;
    const first = dispatch(sumSquaresPartial, {
      config: { threads, vec, square: true, previous: single && previous },
      buffers: { x: "x", y: single ? "y" : "partials", ...(single && previous && { previous: "previous" }) },
      uniforms: { units, parts },
      workgroups: groups(parts),
    });
    if (single) return { temps: {}, dispatches: [first] };
    const second = dispatch(sumSquaresPartial, {
      config: { threads, vec: 1, square: false, previous },
      buffers: { x: "partials", y: "y", ...(previous && { previous: "previous" }) },
      uniforms: { units: parts, parts: 1 },
      workgroups: groups(1),
    });
    return { temps: { partials: parts * 4 }, dispatches: [first, second] };
  },
  kernels: { sumSquaresPartial },
};
