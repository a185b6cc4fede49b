// Accuracy of the library's functions against doubles, over their ranges, with and without fused multiply-adds. The limits are what README.md states.
import { createWasmRunner, elementwiseWasm } from "@x/kernels-wasm";
import { describe, expect, it } from "vitest";

interface Row {
  readonly f: (x: number) => number;
  readonly range: readonly [low: number, high: number];
  /** largest relative error, and the absolute error that passes where values are near 0 */
  readonly relative: number;
  readonly absolute?: number;
  readonly logarithmic?: true;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Series of erf; the tail by the continued fraction of erfc. */
function erf(x: number): number {
  const t = Math.abs(x);
  let term = t;
  let total = t;
  for (let n = 1; n < 120; n++) total += term *= (2 * t * t) / (2 * n + 1);
  return Math.sign(x) * (t > 5 ? 1 : (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * total);
}

const table: Readonly<Record<string, Row>> = {
  exp: { f: Math.exp, range: [-87, 88], relative: 3e-7 },
  log: { f: Math.log, range: [1e-37, 1e38], relative: 3e-7, absolute: 2e-8, logarithmic: true },
  sigmoid: { f: sigmoid, range: [-80, 80], relative: 4e-7 },
  silu: { f: (x) => x * sigmoid(x), range: [-80, 80], relative: 4e-7 },
  softplus: { f: softplus, range: [-80, 80], relative: 5e-7 },
  tanh_safe: { f: Math.tanh, range: [-12, 12], relative: 4e-7 },
  erf: { f: erf, range: [-5, 5], relative: 6e-7 },
  gelu: { f: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)), range: [-8, 8], relative: 6e-7, absolute: 2e-6 },
  silu_gradient: { f: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))), range: [-20, 20], relative: 1e-6, absolute: 3e-7 },
  sin_near: { f: Math.sin, range: [-900, 900], relative: 0, absolute: 2e-7 },
  cos_near: { f: Math.cos, range: [-900, 900], relative: 0, absolute: 2e-7 },
  decay: { f: (x) => Math.exp(Math.min(x, 0)), range: [-80, 10], relative: 3e-7 },
  inverseSqrt: { f: (x) => 1 / Math.sqrt(x), range: [1e-30, 1e30], relative: 2e-7, logarithmic: true },
};

const count = 20_000;

describe.each([true, false])("with fma %s", (fma) => {
  const runner = createWasmRunner(fma ? {} : { fma });
  const evaluate = (name: string, x: Float32Array): Float32Array => {
    const [from, to] = [runner.upload(x), runner.heap.allocate(x.byteLength)];
    runner.run(elementwiseWasm.program({ shape: [x.length], inputs: { x: {} }, result: `${name}(x)` })!, { x: from, y: to });
    const y = runner.read(to, x.length);
    runner.heap.free(from, x.byteLength);
    runner.heap.free(to, x.byteLength);
    return y;
  };

  it.each(Object.entries(table))("%s", (name, { f, range: [low, high], relative, absolute = 1e-37, logarithmic }) => {
    const x = Float32Array.from({ length: count }, (_, i) => {
      const at = i / (count - 1);
      return logarithmic ? low * (high / low) ** at : low + (high - low) * at;
    });
    let worst = { excess: 0, x: 0, got: 0, want: 0 };
    evaluate(name, x).forEach((got, i) => {
      const want = f(x[i]!);
      const excess = Math.abs(got - want) / (relative * Math.abs(want) + absolute);
      if (!(excess <= worst.excess)) worst = { excess, x: x[i]!, got, want };
    });
    expect(worst.excess, `at ${worst.x}: got ${worst.got}, want ${worst.want}`).toBeLessThanOrEqual(1);
  });

  it("passes on what is no number, and the ends of the range", () => {
    const odd = new Float32Array([NaN, Infinity, -Infinity, 0]);
    expect([...evaluate("exp", odd)]).toEqual([NaN, Infinity, 0, 1]);
    expect([...evaluate("log", odd)]).toEqual([NaN, Infinity, NaN, -Infinity]);
    expect([...evaluate("softplus", odd)]).toEqual([NaN, Infinity, 0, Math.fround(Math.LN2)]);
    expect([...evaluate("sigmoid", odd)]).toEqual([NaN, 1, 0, 0.5]);
  });
});
