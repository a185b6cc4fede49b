// The functions of elementwise expressions against f64, within the errors of the accuracy table.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRunner, wgslFunctions, type ElementwiseSpec, type WebGPURunner } from "../src/index.ts";
import { accuracyRows } from "./accuracy.ts";
import { floats, runElementwise, type Words } from "./elementwise-run.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

const run = (spec: ElementwiseSpec, data: Record<string, Words>): Promise<Record<string, ArrayBuffer>> =>
  runElementwise(runner, spec, data);

/** erf in f64: the Maclaurin series, with enough terms for |x| < 5. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return Math.abs(x) > 5 ? Math.sign(x) : (2 / Math.sqrt(Math.PI)) * sum;
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const normalCdf = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));

describe("functions", () => {
  const wide = [
    -3e38, -200, -88, -30, -16, -9, -4.5, -1, -0.5, -0.4, -0.3, -1e-3, -1e-20, 0, 1e-20, 1e-3, 0.1, 0.39, 0.41, 0.5, 1,
    2.5, 4.9, 9, 20, 88, 200, 3e38,
  ];
  const near = wide.filter((x) => Math.abs(x) < 80);
  const angles = [
    -3e38, -1e10, -8000, -100.5, -8.1, -7.9, -3.2, -1, -1e-6, 0, 0.7, 0.79, 1.57, 3.14, 4.8, 6.3, 20, 1000, 7999, 1e6,
    1e10, 1e30,
  ];
  const unary: [string, (x: number) => number, number[]][] = [
    ["exp_full", Math.exp, near],
    ["log_full", Math.log, [1e-37, 1e-20, 0.1, 0.5, 0.99, 1, 1.01, 1.5, 2, 10, 1e20, 3e38]],
    ["sin_near", Math.sin, angles],
    ["cos_near", Math.cos, angles],
    ["sigmoid", sigmoid, wide],
    ["silu", (x) => (x < -100 ? 0 : x * sigmoid(x)), wide],
    ["silu_gradient", (x) => (x < -100 ? 0 : sigmoid(x) * (1 + x * (1 - sigmoid(x)))), near],
    ["softplus", (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), wide],
    ["log_sigmoid", (x) => -(Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)))), wide],
    ["tanh_safe", Math.tanh, wide],
    ["erf", erf, wide],
    ["gelu", (x) => (x < -100 ? 0 : x * normalCdf(x)), wide],
    ["gelu_gradient", (x) => normalCdf(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI), wide],
    [
      "gelu_tanh",
      (x) => (x < -100 ? 0 : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
      wide,
    ],
    ["log1p", Math.log1p, [-0.99, -0.5, -0.031, -0.029, -1e-6, 0, 1e-30, 1e-7, 0.029, 0.031, 1, 1e30]],
  ];
  test.each(unary)("%s", async (name, exact, values) => {
    const x = Float32Array.from(values);
    const { y } = await run(
      {
        shape: [x.length],
        inputs: { x: { type: "f32" } },
        outputs: { y: { type: "f32" } },
        result: { y: `${name}(x)` },
      },
      { x },
    );
    const got = floats(y);
    x.forEach((value, i) => {
      const want = exact(value);
      // exp may be off by 3 + 2|x| units in the last place, which the arguments of `near` reach; 1e-6 absolute covers results near 0.
      const limit = 1e-6 + Math.abs(want) * (Math.abs(value) > 20 ? 3e-5 : 3e-6);
      expect(Math.abs((got[i] as number) - want), `${name}(${value}) = ${got[i]}, want ${want}`).toBeLessThanOrEqual(
        limit,
      );
    });
  });

  test("exp_negative has the same relative error for every argument, 0 below, and NaN of NaN", async () => {
    const inside = Float32Array.from({ length: 4096 }, (_, i) => -87 * (i / 4096) ** 3);
    const x = Float32Array.of(...inside, -87.4, -1e30, -Infinity, NaN, -0);
    const spec: ElementwiseSpec = {
      shape: [x.length],
      inputs: { x: { type: "f32" } },
      outputs: { y: { type: "f32" } },
      result: { y: "exp_negative(x)" },
    };
    const y = floats((await run(spec, { x })).y);
    const far = Math.max(...Array.from(inside, (v, i) => Math.abs((y[i] as number) / Math.exp(v) - 1)));
    expect(far).toBeLessThan(1.5e-7);
    expect(Array.from(y.slice(inside.length))).toEqual([0, 0, 0, NaN, 1]);
  });

  test("log1p, tanh_safe and erf keep their relative precision near 0", async () => {
    const x = Float32Array.of(1e-30, -1e-7, 1e-4, 0.02);
    const spec = (f: string): ElementwiseSpec => ({
      shape: [4],
      inputs: { x: { type: "f32" } },
      outputs: { y: { type: "f32" } },
      result: { y: `${f}(x)` },
    });
    for (const [name, exact] of [
      ["log1p", Math.log1p],
      ["tanh_safe", Math.tanh],
      ["erf", erf],
    ] as const) {
      floats((await run(spec(name), { x })).y).forEach((got, i) => {
        const want = exact(x[i] as number);
        expect(Math.abs(got - want) / Math.abs(want), `${name}(${x[i]})`).toBeLessThan(1e-6);
      });
    }
  });

  test("power", async () => {
    const x = Float32Array.of(-2, -2, 2, 0, 0, -3, -7.5, 7.5);
    const y = Float32Array.of(3, 2, -1, 0, 2, 0, 2, -2);
    const got = await run(
      {
        shape: [8],
        inputs: { x: { type: "f32" }, y: { type: "f32" } },
        outputs: { p: { type: "f32" } },
        result: { p: "power(x, y)" },
      },
      { x, y },
    );
    const want = [-8, 4, 0.5, 1, 0, 1, 56.25, Math.pow(7.5, -2)];
    floats(got.p).forEach((value, i) =>
      expect(Math.abs(value - (want[i] as number))).toBeLessThan(1e-5 * Math.abs(want[i] as number) + 1e-9),
    );
  });

  test("floor_div_i32 and floor_mod_i32", async () => {
    const [x, y] = [Int32Array.of(7, -7, 7, -7, 6, -6), Int32Array.of(2, 2, -2, -2, -3, 3)];
    const got = await run(
      {
        shape: [6],
        inputs: { x: { type: "i32" }, y: { type: "i32" } },
        outputs: { q: { type: "i32" }, r: { type: "i32" } },
        result: { q: "floor_div_i32(x, y)", r: "floor_mod_i32(x, y)" },
      },
      { x, y },
    );
    expect([...new Int32Array(got.q as ArrayBuffer)]).toEqual([3, -4, -4, 3, -2, -2]);
    expect([...new Int32Array(got.r as ArrayBuffer)]).toEqual([1, 1, -1, -1, 0, 0]);
  });

  test("special values are found and made as words", async () => {
    const values = [NaN, Infinity, -Infinity, 0, -0, 1, -3.4028234663852886e38, 3.4028234663852886e38, 1e-40];
    const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
    const [a, b] = [0, 1].map((k) => Float32Array.from(pairs, (pair) => pair[k]!)) as [Float32Array, Float32Array];
    const got = await run(
      {
        shape: [pairs.length],
        inputs: { a: { type: "f32" }, b: { type: "f32" } },
        outputs: {
          nan: { type: "bool" },
          infinite: { type: "bool" },
          finite: { type: "bool" },
          more: { type: "f32" },
          less: { type: "f32" },
          word: { type: "f32" },
          kept: { type: "f32" },
        },
        result: {
          nan: "is_nan(a)",
          infinite: "is_infinite(a)",
          finite: "is_finite(a)",
          more: "max_nan(a, b)",
          less: "min_nan(a, b)",
          word: "or_word(or_nan(a, is_finite(b)), 0xff800000u, is_infinite(b))",
          kept: "keep_nan(a, b)",
        },
      },
      { a, b },
    );
    const flags = (holds: (x: number) => boolean): number[] => [...a].map((x) => Number(holds(x)));
    expect([...new Uint32Array(got.nan!)]).toEqual(flags(Number.isNaN));
    expect([...new Uint32Array(got.infinite!)]).toEqual(flags((x) => Math.abs(x) === Infinity));
    expect([...new Uint32Array(got.finite!)]).toEqual(flags(Number.isFinite));
    // WGSL need not know a subnormal number from 0, nor the zeros apart.
    const plain = (x: number): number => (Math.abs(x) < 1e-38 ? 0 : x);
    expect(floats(got.more).map(plain)).toEqual(pairs.map(([x, y]) => plain(Math.max(x, y))));
    expect(floats(got.less).map(plain)).toEqual(pairs.map(([x, y]) => plain(Math.min(x, y))));
    expect(floats(got.word).map(plain)).toEqual(
      pairs.map(([x, y]) => plain(Math.abs(y) === Infinity ? -Infinity : Number.isFinite(y) ? NaN : x)),
    );
    expect(floats(got.kept).map(plain)).toEqual(pairs.map(([x, y]) => plain(Number.isNaN(y) ? NaN : x)));
  });

  test("every function of the table is tested here", () => {
    const special = ["is_nan", "is_infinite", "is_finite", "or_word", "or_nan", "keep_nan", "max_nan", "min_nan"];
    // Called by those above, or by the elementwise ops: packages/testing/test/special-values.gpu.test.ts tries these at every special value.
    const parts = [
      "exp_near",
      "exp_bounded",
      "exp_falling",
      "expm1_near",
      "twice_atanh",
      "log1p_near",
      "two_over_pi",
      "reduce_angle",
      "any_nan",
      "equal",
      "differ",
      "less",
      "at_most",
      "sign_of",
      "relu",
      "to_i32",
      "to_u32",
      "to_bool",
      "quotient",
      "f32_of_u32",
    ];
    const tested = [
      ...special,
      ...parts,
      ...unary.map(([name]) => name),
      "power",
      ...accuracyRows.map(({ name }) => name).filter((name, i, all) => all.indexOf(name) === i),
      "exp_negative",
      // called by those
      "with_sign",
      "half_exp",
      "mul_high",
      "reduce_angle_exact",
      "asin_near",
      "atan_positive",
      "fmod_full",
      "remainder_full",
      "floor_divide_full",
      "atan2_full",
      "floor_div_i32",
      "floor_mod_i32",
      "sin_quarter",
      "f16_value",
      "f16_bits",
      "bf16_value",
      "bf16_bits",
    ];
    expect(Object.keys(wgslFunctions).sort()).toEqual(tested.sort());
  });
});
