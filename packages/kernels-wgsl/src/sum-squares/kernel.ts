// Sum of squares added to a running sum: the parts of a global norm. Deterministic: strided partials, then one workgroup.
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { rowReductions, rowType, totalFunction } from "../rows/rows.ts";

/** Loads each thread of a full workgroup makes before another workgroup is worth it. */
const LOADS_PER_THREAD = 16;
const MAX_PARTIALS = 1024;

export interface SumSquaresConfig {
  /** 1: one thread does all (software adapters). */
  readonly threads: 1 | 256;
  readonly vec: 1 | 4;
  /** false: the elements are partial sums already and are added as they are. */
  readonly square: boolean;
  /** Add `previous[0]` to the result. */
  readonly previous: boolean;
}

/** Every workgroup (thread, with `threads: 1`) adds up a strided share and writes one sum, y[part]. */
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
    return `${rowReductions(config)}
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

function program({ size, previous }: SumSquaresCall, caps: Caps = baseCaps): Program {
  const threads = caps.adapter === "software" ? 1 : 256;
  const vec = size > 0 && size % 4 === 0 ? 4 : 1;
  const units = size / vec;
  const parts = Math.min(MAX_PARTIALS, Math.max(1, Math.ceil(units / (threads * LOADS_PER_THREAD))));
  const bindings = (x: string, y: string, last: boolean) => ({ x, y, ...(last && previous && { previous: "previous" }) });
  const first = dispatch(sumSquaresPartial, {
    config: { threads, vec, square: true, previous: previous && parts === 1 },
    buffers: bindings("x", parts === 1 ? "y" : "partials", parts === 1),
    uniforms: { units, parts },
    workgroups: [threads === 1 ? Math.ceil(parts / 64) : parts],
  });
  if (parts === 1) return { temps: {}, dispatches: [first] };
  const second = dispatch(sumSquaresPartial, {
    config: { threads, vec: 1, square: false, previous }, buffers: bindings("partials", "y", true), uniforms: { units: parts, parts: 1 }, workgroups: [1],
  });
  return { temps: { partials: parts * 4 }, dispatches: [first, second] };
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
  readonly program: (call: SumSquaresCall, caps?: Caps) => Program;
  readonly kernels: { readonly sumSquaresPartial: typeof sumSquaresPartial };
} = { program, kernels: { sumSquaresPartial } };
