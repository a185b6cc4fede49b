// Random tensors: the host's numbers, the right moments, streams that differ, errors.
import { describe, expect, it } from "vitest";
import {
  bernoulli,
  createCpuDevice,
  dropoutMask,
  hostNormal,
  hostUniform,
  randomFromKey,
  randomInt,
  randomKey,
  randomNormal,
  randomUniform,
} from "../src/index.ts";

describe("random tensors", () => {
  it("are those that the host draws from the same key", async () => {
    expect(await randomUniform([101], { seed: 7, stream: 3 }).data()).toEqual(hostUniform({ seed: 7, stream: 3 }, 101));
    const normal = hostNormal({ seed: 7, stream: 3 }, 101);
    expect(await randomNormal([101], { seed: 7, stream: 3, device: createCpuDevice({ wasm: false }) }).data()).toEqual(
      normal,
    );
    (await randomNormal([101], { seed: 7, stream: 3 }).data()).forEach((value, i) =>
      expect(Math.abs(value - normal[i]!)).toBeLessThan(2e-6),
    );
  });

  it("depend on seed, stream and offset", async () => {
    const draw = async (seed: number, stream: number): Promise<number[]> => [
      ...(await randomUniform([8], { seed, stream }).data()),
    ];
    const first = await draw(1, 0);
    expect(await draw(1, 0)).toEqual(first);
    expect(await draw(2, 0)).not.toEqual(first);
    expect(await draw(1, 1)).not.toEqual(first);
    const later = randomFromKey(randomKey({ seed: 1 }, { offset: 2 }), [4], {
      distribution: "uniform",
      low: 0,
      high: 1,
    });
    expect([...(await later.data())]).toEqual(first.slice(4));
  });

  it("have the right moments", async () => {
    const normal = Array.from(await randomNormal([20_000], { seed: 1, mean: 3, std: 2 }).data());
    const mean = normal.reduce((a, b) => a + b, 0) / normal.length;
    const std = Math.sqrt(normal.reduce((a, b) => a + (b - mean) ** 2, 0) / normal.length);
    expect([Math.abs(mean - 3) < 0.06, Math.abs(std - 2) < 0.04]).toEqual([true, true]);
    const kept = Array.from(await bernoulli([20_000], 0.3, { seed: 1 }).data()).reduce((a, b) => a + b, 0);
    expect(Math.abs(kept / 20_000 - 0.3)).toBeLessThan(0.015);
  });

  it("draw every integer of a range and no other", async () => {
    const values = await randomInt([5000], { seed: 2, low: -2, high: 3 }).data();
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  });

  it("scale what dropout keeps", async () => {
    const mask = await dropoutMask([1000], 0.2, { seed: 1 }).data();
    expect([...new Set(mask)].sort()).toEqual([0, 1.25]);
    expect(new Set(await dropoutMask([100], 0, { seed: 1 }).data())).toEqual(new Set([1]));
    expect(new Set(await bernoulli([100], 1, { seed: 1 }).data())).toEqual(new Set([1]));
    expect(new Set(await bernoulli([100], 0, { seed: 1 }).data())).toEqual(new Set([0]));
  });

  it("refuse what they cannot draw", () => {
    expect(() => randomUniform([2], { seed: -1 })).toThrow(/seed must be an integer from 0 to 2\^53 − 1; got -1/);
    expect(() => randomUniform([2], { seed: 1, dtype: "i32" })).toThrow(/dtype must be f32 or f64/);
    expect(() => randomInt([2], { seed: 1, low: 3, high: 3 })).toThrow(/integers low < high/);
    expect(() => randomInt([2], { seed: 1, low: -1, high: 3, dtype: "u32" })).toThrow(/within u32/);
    expect(() => dropoutMask([2], 1.1, { seed: 1 })).toThrow(/must lie in \[0, 1\]; got 1.1/);
    expect(() => bernoulli([2], 1.5, { seed: 1 })).toThrow(/must lie in \[0, 1\]; got 1.5/);
    expect(() => randomNormal([-1], { seed: 1 })).toThrow(/sizes must be whole numbers/);
  });
});
