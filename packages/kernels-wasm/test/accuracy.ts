// Accuracy of the functions that kernels call, against doubles, over stated ranges: measured here, held to its limits by functions.test.ts, and printed as the table of
// README.md (`npm run accuracy:update`).
import { createWasmRunner, elementwiseWasm, type WasmRunner } from "@x/kernels-wasm";

/** A function over a range. `limit` is what the README promises: of |got − want|/|want|, or of |got − want| where values pass through 0. */
export interface AccuracyRow {
  readonly name: string;
  /** kernel text of x; default name(x) */
  readonly expression?: string;
  readonly f: (x: number) => number;
  readonly range: readonly [low: number, high: number];
  /** points lie evenly in their logarithms */
  readonly logarithmic?: true;
  readonly error: "relative" | "absolute";
  readonly limit: number;
}

/** The largest error and where it is; `ulp`: in units of the last place of the exact value, relative errors only. */
export interface Accuracy {
  readonly error: number;
  readonly ulp: number;
  readonly x: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The series of erf, which has no cancellation: 2/√π · e^(−x²) · Σ 2ⁿx²ⁿ⁺¹/(2n + 1)!! */
function erf(x: number): number {
  const t = Math.abs(x);
  let term = t;
  let total = t;
  for (let n = 1; n < 150 && term > total * 1e-18; n++) total += term *= (2 * t * t) / (2 * n + 1);
  return Math.sign(x) * (t > 5.5 ? 1 : (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * total);
}

const power = (y: number, range: AccuracyRow["range"]): AccuracyRow => ({
  name: `pow(x, ${y})`,
  expression: `power(x, ${y < 0 ? `-${-y}` : y}${Number.isInteger(y) ? ".0" : ""})`,
  f: (x) => x ** y,
  range,
  logarithmic: true,
  error: "relative",
  limit: 1e-7,
});

export const accuracyRows: readonly AccuracyRow[] = [
  { name: "exp", f: Math.exp, range: [-103, 88.7], error: "relative", limit: 1e-7 },
  { name: "decay", f: (x) => Math.exp(Math.min(x, 0)), range: [-80, 10], error: "relative", limit: 1e-7 },
  { name: "log", f: Math.log, range: [2e-45, 0.5], logarithmic: true, error: "relative", limit: 1.2e-7 },
  { name: "log", f: Math.log, range: [0.5, 2], error: "absolute", limit: 1e-7 },
  { name: "log", f: Math.log, range: [2, 1e38], logarithmic: true, error: "relative", limit: 1.2e-7 },
  {
    name: "exp2",
    expression: "exp2_full(x)",
    f: (x) => 2 ** x,
    range: [-149, 127.9],
    error: "relative",
    limit: 1.2e-7,
  },
  {
    name: "log2",
    expression: "log2_full(x)",
    f: Math.log2,
    range: [2e-45, 0.5],
    logarithmic: true,
    error: "relative",
    limit: 2e-7,
  },
  { name: "log2", expression: "log2_full(x)", f: Math.log2, range: [0.5, 2], error: "relative", limit: 2e-7 },
  { name: "log1p", expression: "log1p_full(x)", f: Math.log1p, range: [-0.999, 4], error: "relative", limit: 3e-7 },
  {
    name: "log1p",
    expression: "log1p_full(x)",
    f: Math.log1p,
    range: [1e-30, 1e38],
    logarithmic: true,
    error: "relative",
    limit: 2e-7,
  },
  { name: "expm1", f: Math.expm1, range: [-30, 88], error: "relative", limit: 3e-7 },
  { name: "expm1", f: Math.expm1, range: [1e-30, 1], logarithmic: true, error: "relative", limit: 3e-7 },
  { name: "sigmoid", f: sigmoid, range: [-80, 80], error: "relative", limit: 2e-7 },
  { name: "silu", f: (x) => x * sigmoid(x), range: [-80, 80], error: "relative", limit: 2e-7 },
  {
    name: "silu_gradient",
    f: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    range: [-20, 20],
    error: "absolute",
    limit: 3e-7,
  },
  { name: "softplus", f: softplus, range: [-80, 80], error: "relative", limit: 3e-7 },
  { name: "tanh", expression: "tanh_safe(x)", f: Math.tanh, range: [-12, 12], error: "relative", limit: 2e-7 },
  { name: "erf", f: erf, range: [-5, 5], error: "relative", limit: 3e-7 },
  { name: "gelu", f: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)), range: [-8, 8], error: "absolute", limit: 6e-7 },
  { name: "sin", expression: "sin_near(x)", f: Math.sin, range: [-900, 900], error: "absolute", limit: 1e-7 },
  { name: "cos", expression: "cos_near(x)", f: Math.cos, range: [-900, 900], error: "absolute", limit: 1e-7 },
  {
    name: "sin",
    expression: "sin_near(x)",
    f: Math.sin,
    range: [900, 3.4e38],
    logarithmic: true,
    error: "absolute",
    limit: 1.5e-7,
  },
  {
    name: "cos",
    expression: "cos_near(x)",
    f: Math.cos,
    range: [900, 3.4e38],
    logarithmic: true,
    error: "absolute",
    limit: 1.5e-7,
  },
  { name: "sqrt", f: Math.sqrt, range: [1e-37, 1e38], logarithmic: true, error: "relative", limit: 6e-8 },
  {
    name: "rsqrt",
    expression: "inverseSqrt(x)",
    f: (x) => 1 / Math.sqrt(x),
    range: [1e-37, 1e38],
    logarithmic: true,
    error: "relative",
    limit: 1e-7,
  },
  power(0.5, [1e-37, 1e38]),
  power(-2, [1e-18, 1e18]),
  power(2.5, [1e-15, 1e15]),
  power(30, [0.06, 18]),
  power(1000, [0.92, 1.09]),
];

/** Points of a row. */
const count = 1 << 16;

/** A function from inputs to what kernels make of them. */
export function evaluator(runner: WasmRunner): (expression: string, x: Float32Array) => Float32Array {
  return (expression, x) => {
    const [from, to] = [runner.upload(x), runner.heap.allocate(x.byteLength)];
    runner.run(elementwiseWasm.program({ shape: [x.length], inputs: { x: {} }, result: expression })!, {
      x: from,
      y: to,
    });
    const y = runner.read(to, x.length);
    runner.heap.free(from, x.byteLength);
    runner.heap.free(to, x.byteLength);
    return y;
  };
}

/** The largest error of a row over 65,536 points. */
export function measure(row: AccuracyRow, evaluate: ReturnType<typeof evaluator>): Accuracy {
  const [low, high] = row.range;
  const x = Float32Array.from({ length: count }, (_, i) => {
    const at = i / (count - 1);
    return row.logarithmic ? low * (high / low) ** at : low + (high - low) * at;
  });
  let worst: Accuracy = { error: 0, ulp: 0, x: 0 };
  evaluate(row.expression ?? `${row.name}(x)`, x).forEach((got, i) => {
    const want = row.f(x[i]!);
    const size = Math.abs(want);
    const absolute = Math.abs(got - want);
    const error = row.error === "absolute" ? absolute : absolute / Math.max(size, 2 ** -126);
    if (!(error <= worst.error))
      worst = { error, ulp: absolute / 2 ** (Math.floor(Math.log2(Math.max(size, 2 ** -126))) - 23), x: x[i]! };
  });
  return worst;
}

/** The table of README.md. Without fused multiply-adds the figures are those of every engine; with them, of every engine that has them. */
export function accuracyTable(): string {
  const [fused, plain] = [evaluator(createWasmRunner({ fma: true })), evaluator(createWasmRunner({ fma: false }))];
  const shown = (row: AccuracyRow, { error, ulp }: Accuracy): string =>
    `${error.toExponential(1)}${row.error === "relative" ? ` (${ulp.toFixed(1)} ulp)` : ""}`;
  const lines = accuracyRows.map((row) => {
    const measured = [fused, plain].map((evaluate) => shown(row, measure(row, evaluate)));
    return `| ${row.name} | ${row.range.map((end) => (Math.abs(end) >= 1e4 ? end.toExponential() : end)).join(" … ")} | ${row.error} | ${row.limit.toExponential()} | ${measured.join(" | ")} |`;
  });
  return [
    "| function | x | error | at most | largest, fused | largest, mul and add |",
    "|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

const [begin, end] = ["<!-- accuracy: npm run accuracy:update -->", "<!-- /accuracy -->"];

/** README.md with its table replaced. */
export function withAccuracyTable(readme: string): string {
  const [before, rest] = readme.split(begin) as [string, string];
  return `${before}${begin}\n\n${accuracyTable()}\n\n${end}${rest.split(end)[1]!}`;
}
