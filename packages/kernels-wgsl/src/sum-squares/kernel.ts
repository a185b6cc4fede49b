// Sum of the squares of many tensors, added to a running sum: the parts of a global norm. Deterministic: strided partials, then one workgroup.
import { baseCaps, type Caps } from "../caps.ts";
import { type Binding, defineKernel, dispatch, type Dispatch, type Kernel, type Program, type UniformType } from "../kernel.ts";
import { rowReductions, rowType, totalFunction } from "../rows/rows.ts";

/** Loads each thread of a full workgroup makes before another workgroup is worth it. */
const LOADS_PER_THREAD = 16;
/** per tensor */
const MAX_PARTIALS = 256;
/** Storage buffers that a dispatch binds at most, whatever the device allows: more is not portable. */
const MOST_BINDINGS = 10;
const MOST_TENSORS = MOST_BINDINGS - 1;

type Number = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
const numbers: readonly Number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

export interface SumSquaresConfig {
  /** 1: one thread does all (software adapters). */
  readonly threads: 1 | 256;
  readonly vec: 1 | 4;
  /** tensors of this dispatch */
  readonly tensors: number;
  /** false: the elements are partial sums already and are added as they are. */
  readonly square: boolean;
  /** Add `previous[0]` to the result. */
  readonly previous: boolean;
}

/** Every workgroup (thread, with `threads: 1`) adds up a strided share of one tensor and writes one sum: number `part` to `y[first + part]`. */
export const sumSquaresPartial: Kernel<`x${Number}` | "previous" | "y", "first" | `units${Number}` | `end${Number}`, SumSquaresConfig> = defineKernel({
  name: "sum_squares_partial",
  uniforms: {
    first: "u32", ...Object.fromEntries(numbers.flatMap((i) => [[`units${i}`, "u32"], [`end${i}`, "u32"]])),
  } as Record<"first" | `units${Number}` | `end${Number}`, UniformType>,
  bindings: (config: SumSquaresConfig) => ({
    ...Object.fromEntries(numbers.slice(0, config.tensors).map((i) => [`x${i}`, `read ${rowType(config)}` as Binding])),
    ...(config.previous && { previous: "read f32" as const }),
    y: "read_write f32" as const,
  }),
  wgsl: (config) => {
    const own = config.threads === 1;
    const layout = { threads: config.threads, vec: config.vec } as const;
    const shares = numbers.slice(0, config.tensors).map((i) => {
      const start = i === 0 ? "0u" : `u.end${i - 1}`;
      const value = config.square ? `let v = x${i}[i];\n      sum += total(v * v);` : `sum += total(x${i}[i]);`;
      return `if (part < u.end${i}) {
    let parts = u.end${i} - ${start};
    for (var i = (part - ${start}) * THREADS + lane; i < u.units${i}; i += parts * THREADS) {
      ${value}
    }
  }`;
    });
    return `${rowReductions(layout)}
${totalFunction(config)}
@compute @workgroup_size(${own ? 64 : config.threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) ${own ? "local" : "lane"}: u32) {
${own ? "  const lane = 0u;\n  let part = group.x * 64u + local;" : "  let part = group.x;"}
  if (part >= u.end${config.tensors - 1}) { return; }
  var sum = 0.0;
  ${shares.join(" else ")}
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[u.first + part] = result${config.previous ? " + previous[0]" : ""}; }
}
`;
  },
});

/** Sizes of a call's tensors; `previous`: a running sum is bound. */
export interface SumSquaresCall {
  readonly sizes: readonly number[];
  readonly previous: boolean;
}

/** A tensor to be summed: the buffer it lies in, how it is loaded, and into how many partial sums. */
interface Share {
  readonly name: string;
  readonly vec: 1 | 4;
  readonly units: number;
  readonly parts: number;
}

function program({ sizes, previous }: SumSquaresCall, caps: Caps = baseCaps): Program {
  const threads = caps.adapter === "software" ? 1 : 256;
  const shares = sizes.map((size, i): Share => {
    const vec = size > 0 && size % 4 === 0 ? 4 : 1;
    const units = size / vec;
    return { name: i === 0 ? "x" : `x${i}`, vec, units, parts: Math.min(MAX_PARTIALS, Math.max(1, Math.ceil(units / (threads * LOADS_PER_THREAD)))) };
  });
  const count = shares.reduce((sum, { parts }) => sum + parts, 0);
  const sum = (some: readonly Share[], to: string, first: number, square: boolean, withPrevious: boolean): Dispatch => {
    const uniforms: Record<string, number> = Object.fromEntries(numbers.flatMap((i) => [[`units${i}`, 0], [`end${i}`, 0]]));
    let end = 0;
    some.forEach(({ units, parts }, i) => Object.assign(uniforms, { [`units${i}`]: units, [`end${i}`]: (end += parts) }));
    return dispatch(sumSquaresPartial, {
      config: { threads, vec: some[0]!.vec, tensors: some.length, square, previous: withPrevious },
      buffers: { ...Object.fromEntries(some.map(({ name }, i) => [`x${i}`, name])), y: to, ...(withPrevious && { previous: "previous" }) },
      uniforms: { ...uniforms, first } as Record<"first" | `units${Number}` | `end${Number}`, number>,
      workgroups: [threads === 1 ? Math.ceil(end / 64) : end],
    });
  };
  if (count === 1) return { temps: {}, dispatches: [sum(shares, "y", 0, true, previous)] };
  const most = Math.min(MOST_TENSORS, caps.maxStorageBuffersPerShaderStage - 1);
  const dispatches: Dispatch[] = [];
  let first = 0;
  for (const vec of [4, 1] as const) {
    const alike = shares.filter((share) => share.vec === vec);
    for (let i = 0; i < alike.length; i += most) {
      const some = alike.slice(i, i + most);
      dispatches.push(sum(some, "partials", first, true, false));
      first += some.reduce((parts, share) => parts + share.parts, 0);
    }
  }
  return {
    temps: { partials: count * 4 },
    dispatches: [...dispatches, sum([{ name: "partials", vec: 1, units: count, parts: 1 }], "y", 0, false, previous)],
  };
}

/**
 * The sum-squares family. `program`: x, x1, x2, … (, previous) → y, one number. Takes up to nine tensors per dispatch, and one dispatch more.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, x1, y] = [400, 40, 4].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(sumSquares.program({ sizes: [100, 10], previous: false }), { x, x1, y });
 */
export const sumSquares: {
  readonly program: (call: SumSquaresCall, caps?: Caps) => Program;
  readonly kernels: { readonly sumSquaresPartial: typeof sumSquaresPartial };
} = { program, kernels: { sumSquaresPartial } };
