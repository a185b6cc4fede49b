// Sum of squares added to a running sum: the parts of a global norm. Deterministic: strided partials, then partials of
// them, until one is left.
import type { SumSquaresSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig, threadsOf } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Program, programOf } from "../kernel.ts";
import { rowReductions, rowType, totalFunction } from "../rows/row-layout.ts";

/** Loads each thread of a full workgroup makes before another workgroup is worth it. */
const LOADS_PER_THREAD = 16;
const MAX_PARTIALS = 1024;
/** Loads that each thread adds up at most: a longer chain would lose digits. */
const LONGEST_CHAIN = 128;

export interface SumSquaresConfig {
  readonly threads: number;
  readonly vec: 1 | 4;
  /** false: the elements are partial sums already and are added as they are. */
  readonly square: boolean;
  /** Add `previous[0]` to the result. */
  readonly previous: boolean;
}

/** Every workgroup adds up a strided share and writes one sum, y[part]. */
export const sumSquaresPartial = defineKernel({
  name: "sum_squares_partial",
  uniforms: { units: "u32", parts: "u32" },
  bindings: (config: SumSquaresConfig) => ({
    x: `read ${rowType(config)}`,
    ...(config.previous && { previous: "read f32" as const }),
    y: "read_write f32",
  }),
  wgsl: (config) => {
    return `${rowReductions(config)}
${totalFunction(config)}
@compute @workgroup_size(${config.threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x + group.y * groups.x;
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

function program({ size, previous }: SumSquaresSpec, caps: Caps = baseCaps): Program {
  const threads = threadsOf(linearConfig(caps));
  const vec = size > 0 && size % 4 === 0 ? 4 : 1;
  const units = size / vec;
  const temps: Record<string, number> = {};
  const passes = (x: string, count: number, wanted: number, square: boolean): Dispatch[] => {
    const parts = Math.max(1, wanted, Math.ceil(count / (threads * LONGEST_CHAIN)));
    const last = parts === 1;
    const y = last ? "y" : `partials${parts}`;
    if (!last) temps[y] = parts * 4;
    const pass = dispatch(sumSquaresPartial, {
      config: { threads, vec: square ? vec : 1, square, previous: last && previous },
      buffers: { x, y },
      uniforms: { units: count, parts },
      workgroups: grid1d(parts, 1, caps),
    });
    return last ? [pass] : [pass, ...passes(y, parts, 1, false)];
  };
  const dispatches = passes("x", units, Math.min(MAX_PARTIALS, Math.ceil(units / (threads * LOADS_PER_THREAD))), true);
  return programOf(dispatches, temps);
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
  readonly program: (call: SumSquaresSpec, caps?: Caps) => Program;
} = { program };
