// Running products, maxima and log-sum-exps: the kernel of running sums with other combinations.
import { baseCaps, type Caps } from "../caps.ts";
import { exponentialFunctions } from "../elementwise/exponentials.ts";
import { specialFunctions } from "../elementwise/float-bits.ts";
import { functionText } from "../elementwise/function-tables.ts";
import type { Program } from "../kernel.ts";
import { productText } from "../prod/product.ts";
import {
  type Chains,
  type Combination,
  type CumsumConfig,
  type CumsumSpec,
  type CumulativeOp,
  runningKernel,
  runningProgram,
} from "./kernel.ts";

function combination({ op, type }: Pick<CumsumConfig, "op" | "type">): Combination {
  if (op === "prod") {
    const { of: from, value: to, times: of, ...text } = productText(type);
    return { ...text, from, to, of };
  }
  const none = { i32: "i32(0x80000000u)", u32: "0u", f32: "bitcast<f32>(0xff800000u | (u.n & 0u))" }[type]; // −∞ must not be a constant expression
  const plain = { element: type, state: type, identity: none };
  if (op === "max")
    return type === "f32"
      ? {
          ...plain,
          functions: `${functionText([specialFunctions], "or_word( at_most( is_nan(")}
// the later of equal ones, zeros too; NaN stays
fn larger(a: f32, b: f32) -> f32 { return or_word(a, bitcast<u32>(b), at_most(a, b) | is_nan(b)); }
`,
          of: (a, b) => `larger(${a}, ${b})`,
        }
      : { ...plain, functions: "", of: (a, b) => `max(${a}, ${b})` };
  return {
    ...plain,
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
}

const kernel = runningKernel(combination);
/** Each step of a log-sum-exp rounds the logarithm of all so far; products keep more bits than they show. */
const chains: Readonly<Record<CumulativeOp, Chains>> = {
  prod: { kernel, walked: Infinity, scanned: Infinity },
  max: { kernel, walked: Infinity, scanned: Infinity },
  logsumexp: { kernel, walked: 32, scanned: 8192 },
};

/** A running product, maximum or log-sum-exp over n of [outer, n, inner]. */
export type CumulativeSpec = CumsumSpec & { readonly op: CumulativeOp };

/**
 * Running products, maxima and log-sum-exps of x [outer, n, inner] along n. `op`: prod, max (f32, i32 or u32) or
 * logsumexp (f32); the rest as of {@link cumsum}. Buffers `x` and `y`, of one shape.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, y] = [runner.createBuffer(12), runner.createBuffer(12)];
 * runner.write(x, new Float32Array([1, 2, 3]));
 * runner.run(cumulative.program({ op: "prod", type: "f32", outer: 1, n: 3, inner: 1 }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 12))); // 1, 2, 6
 */
export const cumulative: {
  readonly program: (spec: CumulativeSpec, caps?: Caps) => Program;
} = {
  program: (spec, caps = baseCaps) => runningProgram(spec, chains[spec.op], caps),
};
