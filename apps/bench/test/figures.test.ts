// The figures of the guides are those of their data.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { figures, folder } from "../src/figures/draw.ts";
import type { InitScales } from "../src/figures/init-scale.ts";

describe("docs/figures", () => {
  it.each([...figures()])("%s is drawn from what was measured: npm run docs:figures", (name, text) => {
    expect(readFileSync(new URL(name, folder), "utf8")).toBe(text);
  });

  it("shows what docs/initialisation.md says", () => {
    const { byDepth } = JSON.parse(readFileSync(new URL("init-scale.json", folder), "utf8")) as InitScales;
    const { default: halves, official, unscaled } = byDepth.rms;
    const spread = (values: readonly number[]): number => Math.max(...values) / Math.min(...values) - 1;
    expect(spread(halves)).toBeLessThan(0.003);
    halves.forEach((value, i) => expect(official[i]! / value).toBeCloseTo(Math.SQRT2, 2));
    expect(unscaled.at(-1)! / unscaled[0]!).toBeCloseTo(4, 1); // 16 times as deep
  });
});
