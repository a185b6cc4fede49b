// Uniform numbers lie in [low, high) on every device and in every float type: the upper end is never returned, whatever low + (high − low)·u rounds to.
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import {
  createCpuDevice,
  cpuDevice,
  type DType,
  randomFromKey,
  randomKey,
  randomNormal,
  randomUniform,
  webgpuDevice,
} from "../src/index.ts";

const devices = {
  wasm: cpuDevice(),
  loops: createCpuDevice({ wasm: false }),
  webgpu: await webgpuDevice({ device: await sharedGpu(), poison: true }),
};
const largestF32 = 3.4028234663852886e38;

/** low, high and, where every draw must be one number, that number. */
const ranges: readonly (readonly [low: number, high: number, only?: number])[] = [
  [0, 1],
  [1, 1 + 2 ** -23, 1],
  [1, 1 + 2 ** -22],
  [-1 - 2 ** -23, -1],
  [-1, 1],
  [0.3, 0.7],
  [1e9, 1e9 + 64, 1e9],
  [1e9, 1e9 + 65],
  [-3e38, 3e38],
  [-largestF32, largestF32],
  [0, 3e38],
  [-1e-3, 1e-3],
  [16777215, 16777217],
  [-5, -4],
  [0.1, 0.1 + 1e-8],
  [2, 2.0000005],
];

for (const [name, device] of Object.entries(devices)) {
  describe(`uniform numbers on ${name}`, () => {
    for (const [low, high, only] of ranges) {
      it(`lie in [${low}, ${high})`, async () => {
        const values = await randomUniform([65_537], { seed: 3, low, high, device }).data();
        expect(values.find((value) => !(value >= low && value < high))).toBeUndefined();
        if (only !== undefined) expect(new Set(values)).toEqual(new Set([only]));
        else if (high - low > 1e-6 * Math.abs(low) + 1e-6)
          expect(new Set(values).size).toBeGreaterThan(high - low > 2 ** -20 * Math.abs(high) ? 100 : 1);
      });
    }
    for (const dtype of ["f16", "bf16", ...(name === "webgpu" ? [] : ["f64" as const])] as DType[]) {
      it(`lie in [0, 1) and [-2, 6) as ${dtype}`, async () => {
        for (const [low, high] of [
          [0, 1],
          [-2, 6],
        ] as const) {
          const values = (await randomUniform([65_537], { seed: 3, low, high, dtype, device })
            .cast(name === "webgpu" || dtype !== "f64" ? "f32" : "f64")
            .toArray()) as number[];
          expect(values.find((value) => !(value >= low && value < high))).toBeUndefined();
        }
      });
    }
    it("spread over a range that f32 cannot subtract", async () => {
      const values = [...(await randomUniform([4096], { seed: 1, low: -3e38, high: 3e38, device }).data())];
      const mean = values.reduce((total, value) => total + value / 3e38, 0) / values.length;
      expect(Math.abs(mean)).toBeLessThan(0.05);
      expect([Math.min(...values) < -2.9e38, Math.max(...values) > 2.9e38]).toEqual([true, true]);
      const [again] = [
        ...(await randomFromKey(randomKey({ seed: 1 }, { device }), [4096], {
          distribution: "uniform",
          low: -3e38,
          high: 3e38,
        }).data()),
      ];
      expect(again).toBe(values[0]);
    });
  });
}

it("refuses ranges and spreads that are none", () => {
  for (const [low, high] of [
    [1, 1],
    [2, 1],
    [NaN, 1],
    [0, NaN],
    [-Infinity, 1],
    [0, Infinity],
    [0, 4e38],
    [0.1, 0.1 + 1e-12],
  ] as const) {
    expect(() => randomUniform([2], { seed: 1, low, high })).toThrow(
      /^randomUniform: (low must be below high|there must be a number of f32)/,
    );
  }
  expect(() => randomUniform([2], { seed: 1, high: 70_000, dtype: "f16" })).toThrow(/from -65504 to 65504 for f16/);
  for (const std of [-1, NaN, Infinity])
    expect(() => randomNormal([2], { seed: 1, std })).toThrow(
      /^randomNormal: std must be a finite number of at least 0; got/,
    );
  expect(() => randomNormal([2], { seed: 1, mean: NaN })).toThrow(
    /^randomNormal: mean must be a finite number; got NaN/,
  );
  expect(() => randomUniform([2], { seed: 1, hig: 2 } as never)).toThrow(/got "hig". Did you mean "high"/);
});
