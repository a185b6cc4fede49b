// Accuracy of the library's functions against doubles, with and without fused multiply-adds, held to what README.md promises.
import { readFileSync } from "node:fs";
import { createWasmRunner, wasmSupport } from "@x/kernels-wasm";
import { describe, expect, it } from "vitest";
import { accuracyRows, evaluator, measure, withAccuracyTable } from "./accuracy.ts";

describe.each([true, false])("with fma %s", (fma) => {
  const evaluate = evaluator(createWasmRunner(fma ? {} : { fma }));

  it.each(accuracyRows.map((row) => [`${row.name} in ${row.range.join(" … ")}`, row] as const))("%s", (_name, row) => {
    const { error, x } = measure(row, evaluate);
    expect(error, `at ${x}`).toBeLessThanOrEqual(row.limit);
  });

  it("passes on what is no number, and the ends of the range", () => {
    const odd = new Float32Array([NaN, Infinity, -Infinity, 0]);
    expect([...evaluate("exp(x)", odd)]).toEqual([NaN, Infinity, 0, 1]);
    expect([...evaluate("log(x)", odd)]).toEqual([NaN, Infinity, NaN, -Infinity]);
    expect([...evaluate("softplus(x)", odd)]).toEqual([NaN, Infinity, 0, Math.fround(Math.LN2)]);
    expect([...evaluate("sigmoid(x)", odd)]).toEqual([NaN, 1, 0, 0.5]);
    expect([...evaluate("power(x, 3.0)", new Float32Array([NaN, Infinity, 0, -2]))]).toEqual([NaN, Infinity, 0, -8]);
    expect([...evaluate("power(x, -0.5)", new Float32Array([NaN, Infinity, 0, -2]))]).toEqual([NaN, 0, Infinity, NaN]);
  });
});

it("prints these figures in README.md (npm run accuracy:update writes them)", () => {
  expect(wasmSupport().fma, "this engine must have relaxed SIMD to measure both columns").toBe(true);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toBe(withAccuracyTable(readme));
});
