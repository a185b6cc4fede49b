// The curve of losses in characters.
import { expect, it } from "vitest";
import { LossCurve, plotLines } from "../src/cli/plot.ts";

it("draws a falling loss from the upper left to the lower right", () => {
  const points = Array.from({ length: 20 }, (_, i) => ({ step: i + 1, loss: 5 - i / 4 }));
  expect(plotLines(points, { width: 20, height: 5 })).toEqual([
    "   5.000 │⠑⢄",
    "         │  ⠑⢄",
    "         │    ⠑⢄",
    "         │      ⠑⢄",
    "   0.250 │        ⠑⢄",
    "         └── step 20",
  ]);
});

it("draws nothing before the first loss, and one of a single value", () => {
  expect(plotLines([], { width: 40, height: 4 })).toEqual([]);
  const [first, ...rest] = plotLines([{ step: 1, loss: 2 }], { width: 30, height: 2 });
  expect(first).toMatch(/^ {3}2\.000 │⠁$/);
  expect(rest).toHaveLength(2);
});

it("keeps a long run in bounded memory, and its means", () => {
  const curve = new LossCurve(64);
  for (let step = 1; step <= 10_000; step++) curve.add({ step, loss: step });
  expect(curve.points.length).toBeLessThan(64);
  const means = curve.points.map(({ loss }) => loss);
  expect(means).toEqual([...means].sort((a, b) => a - b));
  const width = curve.points[0]!.step;
  expect(means[0]).toBe((width + 1) / 2);
});
