// The functions of elementwise kernels over their whole ranges, in units of the last place, and the exact ones.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { elementwise, createRunner, type WebGPURunner } from "../src/index.ts";
import { accuracyRows, measure } from "./accuracy.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

describe("functions", () => {
  test("fmod, remainder and floor_divide are exact whatever the quotient", async () => {
    const numbers = Array.from({ length: 4096 }, (_, i) =>
      Math.fround((i % 2 ? -1 : 1) * 2 ** (((i * 37) % 90) - 45) * (1 + ((i * 7919) % 8191) / 8192)),
    );
    const [x, y] = [Float32Array.from(numbers), Float32Array.from(numbers, (_, i) => numbers[(i * 31 + 7) % 4096]!)];
    const buffers = Object.fromEntries(
      ["x", "y", "f", "r", "q"].map((name) => [name, runner.createBuffer(x.byteLength)]),
    );
    runner.write(buffers["x"]!, x);
    runner.write(buffers["y"]!, y);
    const program = elementwise.program({
      shape: [x.length],
      inputs: { x: { type: "f32" }, y: { type: "f32" } },
      outputs: { f: { type: "f32" }, r: { type: "f32" }, q: { type: "f32" } },
      result: { f: "fmod_full(x, y)", r: "remainder_full(x, y)", q: "floor_divide_full(x, y)" },
    });
    runner.run(program, buffers);
    const [f, r, q] = (await Promise.all(
      ["f", "r", "q"].map(async (name) => new Float32Array(await runner.read(buffers[name]!, x.byteLength))),
    )) as [Float32Array, Float32Array, Float32Array];
    for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
    x.forEach((a, i) => {
      const b = y[i]!;
      const rest = a % b;
      const moves = rest !== 0 && rest < 0 !== b < 0;
      expect(f[i], `fmod(${a}, ${b})`).toBe(rest);
      expect(r[i], `remainder(${a}, ${b})`).toBe(moves ? Math.fround(rest + b) : rest);
      const quotient = Math.round((a - rest) / b) - Number(moves);
      expect(Math.abs(q[i]! - quotient), `floor_divide(${a}, ${b})`).toBeLessThanOrEqual(2 ** -22 * Math.abs(quotient));
    });
  });

  test.each(accuracyRows.map((row) => [row.name, row] as const))("%s over its whole range", async (_name, row) => {
    expect((await measure(row, runner)).ulp).toBeLessThanOrEqual(row.limit);
  });
});
