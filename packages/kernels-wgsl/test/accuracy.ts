// Accuracy of the functions of elementwise kernels in units of the last place, against doubles: measured here, held to its limits by elementwise-accuracy.gpu.test.ts, and printed as the table of
// src/elementwise/README.md (`npm run accuracy:update`).
import { elementwise, type WebGPURunner } from "../src/index.ts";

/** A function over a range; `limit` is what the README promises, in units of the last place of the exact value. */
export interface AccuracyRow {
  readonly name: string;
  readonly f: (x: number) => number;
  readonly range: readonly [low: number, high: number];
  /** points lie evenly in their logarithms */
  readonly logarithmic?: true;
  readonly limit: number;
}

/** The inverse of erf by bisection on its series. */
function erfinv(x: number): number {
  const erf = (t: number): number => {
    let [term, total] = [t, t];
    for (let n = 1; n < 200 && term > total * 1e-18; n++) total += term *= (2 * t * t) / (2 * n + 1);
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * total;
  };
  let [low, high] = [0, 6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (erf(middle) < Math.abs(x)) low = middle;
    else high = middle;
  }
  return Math.sign(x) * low;
}

const row = (name: string, f: (x: number) => number, low: number, high: number, limit: number): AccuracyRow => ({
  name,
  f,
  range: [low, high],
  limit,
  ...(low > 0 && high / low > 1e4 && { logarithmic: true }),
});

export const accuracyRows: readonly AccuracyRow[] = [
  row("exp2_full", (x) => 2 ** x, -126, 127.9, 2),
  row("log2_full", Math.log2, 1e-37, 3e38, 3),
  row("log2_full", Math.log2, 0.5, 2, 3),
  row("log1p_full", Math.log1p, -0.999, 4, 4),
  row("log1p_full", Math.log1p, 1e-30, 1e38, 3),
  row("expm1", Math.expm1, -30, 88, 4),
  row("expm1", Math.expm1, 1e-30, 1, 4),
  row("tan_full", Math.tan, -8, 8, 4),
  row("tan_full", Math.tan, 8, 3e38, 4),
  row("asin_full", Math.asin, -1, 1, 4),
  row("acos_full", Math.acos, -1, 1, 4),
  row("atan_full", Math.atan, -20, 20, 4),
  row("atan_full", Math.atan, 1e-30, 1e38, 4),
  row("sinh_full", Math.sinh, -89, 89, 4),
  row("sinh_full", Math.sinh, 1e-30, 1, 4),
  row("cosh_full", Math.cosh, -89, 89, 4),
  row("asinh_full", Math.asinh, -50, 50, 4),
  row("asinh_full", Math.asinh, 1e-30, 1e38, 4),
  row("acosh_full", Math.acosh, 1.0001, 50, 4),
  row("acosh_full", Math.acosh, 1.1, 1e38, 4),
  row("atanh_full", Math.atanh, -0.9999, 0.9999, 4),
  row("atanh_full", Math.atanh, 1e-30, 0.5, 4),
  row("erfinv_full", erfinv, -0.999, 0.999, 6),
];

/** Points of a row. */
const count = 1 << 14;

/** The largest error over a row, in units of the last place of the exact value, and where it is. */
export async function measure(
  { name, f, range: [low, high], logarithmic }: AccuracyRow,
  runner: WebGPURunner,
): Promise<{ readonly ulp: number; readonly x: number }> {
  const x = Float32Array.from({ length: count }, (_, i) => {
    const at = i / (count - 1);
    return logarithmic ? low * (high / low) ** at : low + (high - low) * at;
  });
  const [from, to] = [runner.createBuffer(x.byteLength), runner.createBuffer(x.byteLength)];
  runner.write(from, x);
  const spec = { shape: [count], inputs: { x: { type: "f32" } }, outputs: { y: { type: "f32" } } } as const;
  runner.run(elementwise.program({ ...spec, result: { y: `${name}(x)` } }), { x: from, y: to });
  const y = new Float32Array(await runner.read(to, x.byteLength));
  for (const buffer of [from, to]) runner.releaseBuffer(buffer);
  let worst = { ulp: 0, x: 0 };
  x.forEach((value, i) => {
    const want = f(value);
    const ulp = Math.abs(y[i]! - want) / 2 ** (Math.floor(Math.log2(Math.max(Math.abs(want), 2 ** -126))) - 23);
    if (!(ulp <= worst.ulp)) worst = { ulp, x: value };
  });
  return worst;
}

const [begin, end] = ["<!-- accuracy: npm run accuracy:update -->", "<!-- /accuracy -->"];
const shown = (x: number): string =>
  x !== 0 && (Math.abs(x) >= 1e4 || Math.abs(x) < 1e-4) ? x.toExponential() : `${x}`;

/** README.md with its table replaced. */
export async function withAccuracyTable(readme: string, runner: WebGPURunner): Promise<string> {
  const lines = ["| function | x | at most, ulp | largest on SwiftShader |", "|---|---|---|---|"];
  for (const each of accuracyRows)
    lines.push(
      `| ${each.name} | ${each.range.map(shown).join(" … ")} | ${each.limit} | ${(await measure(each, runner)).ulp.toFixed(1)} |`,
    );
  const [before, rest] = readme.split(begin) as [string, string];
  return `${before}${begin}\n\n${lines.join("\n")}\n\n${end}${rest.split(end)[1]!}`;
}
