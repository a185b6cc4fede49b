import { describe, expect, it } from "vitest";
import {
  Builder,
  constantInit,
  type Initializer,
  kaimingUniformInit,
  mapInit,
  normalInit,
  onesInit,
  scaledInit,
  uniformInit,
  valuesInit,
  zerosInit,
} from "@x/nn";

const key = { seed: 7, stream: 3 };

function moments(values: Float32Array): { mean: number; std: number; min: number; max: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  return { mean, std, min: Math.min(...values), max: Math.max(...values) };
}

describe("initializers", () => {
  it("fill with constants and indices", () => {
    expect([...zerosInit([3], key)]).toEqual([0, 0, 0]);
    expect([...onesInit([2], key)]).toEqual([1, 1]);
    expect([...constantInit(0.5)([2], key)]).toEqual([0.5, 0.5]);
    expect([...valuesInit((i) => i * i)([2, 2], key)]).toEqual([0, 1, 4, 9]);
  });

  it("draw a uniform distribution within its bounds", () => {
    const { mean, std, min, max } = moments(uniformInit(-2, 4)([40_000], key));
    expect(mean).toBeCloseTo(1, 1);
    expect(std).toBeCloseTo(6 / Math.sqrt(12), 1);
    expect(min).toBeGreaterThanOrEqual(-2);
    expect(max).toBeLessThan(4);
  });

  it("draw a normal distribution", () => {
    const { mean, std } = moments(normalInit(3, 0.5)([40_000], key));
    expect(Math.abs(mean - 3)).toBeLessThan(0.01);
    expect(Math.abs(std / 0.5 - 1)).toBeLessThan(0.02);
  });

  it.each<[string, Initializer, readonly number[], number]>([
    ["a = √5 is U(±1/√fanIn)", kaimingUniformInit(), [300, 96], 1 / Math.sqrt(3 * 96)],
    ["a convolution's fan-in is its width", kaimingUniformInit(), [5000, 1, 4], 1 / Math.sqrt(3 * 4)],
    ["a = 0 has variance 2/fanIn", kaimingUniformInit(0), [300, 96], Math.sqrt(2 / 96)],
    ["scaled", scaledInit(kaimingUniformInit(), 0.25), [300, 96], 0.25 / Math.sqrt(3 * 96)],
    ["given fan-in", kaimingUniformInit(Math.sqrt(5), 12), [20_000], 1 / Math.sqrt(36)],
  ])("kaiming uniform: %s", (_, init, shape, std) => {
    expect(Math.abs(moments(init(shape, key)).std / std - 1)).toBeLessThan(0.02);
  });

  it("map values in f64", () => {
    expect([...mapInit(constantInit(2), Math.log)([2], key)]).toEqual([
      Math.fround(Math.log(2)),
      Math.fround(Math.log(2)),
    ]);
  });
});

describe("Builder", () => {
  const draw = (builder: Builder, path: string): Promise<ArrayLike<number>> =>
    builder.parameter(path, { role: "projection", shape: [8, 8], init: normalInit(0, 1) }).value.data();

  it("draws by seed and path, not by order", async () => {
    const first = new Builder({ seed: 1 });
    const [a, b] = [await draw(first, "a"), await draw(first, "b")];
    const second = new Builder({ seed: 1 });
    expect(await draw(second, "b")).toEqual(b);
    expect(await draw(second, "a")).toEqual(a);
    expect(a).not.toEqual(b);
    expect(await draw(new Builder({ seed: 2 }), "a")).not.toEqual(a);
  });

  it("asks the hook once per parameter, with its path, layer and the number of layers", () => {
    const asked: unknown[] = [];
    const builder = new Builder({ layers: 2, init: (info, standard) => (asked.push(info), standard) });
    builder
      .at("layers.1", 1)
      .at("mixer")
      .parameter("D", { role: "D", shape: [3], init: onesInit });
    expect(asked).toEqual([{ path: "layers.1.mixer.D", role: "D", shape: [3], decay: false, layer: 1, layers: 2 }]);
  });

  it("takes what the hook returns", async () => {
    const builder = new Builder({ init: (_, standard) => scaledInit(standard, 3) });
    expect([...(await builder.parameter("w", { role: "norm", shape: [2], init: onesInit }).value.data())]).toEqual([
      3, 3,
    ]);
  });
});
