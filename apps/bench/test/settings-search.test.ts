// The search of a rate: the best one has a worse one on both sides, and nothing is tried twice.
import { expect, it } from "vitest";
import { bestByFactorsOfTwo } from "../src/reproduce/settings-search.ts";

it.each([1, 8, 64])("finds the best power of two from %d", async (start) => {
  const tried: number[] = [];
  const best = await bestByFactorsOfTwo(start, (setting) => {
    tried.push(setting);
    return Promise.resolve(Math.abs(Math.log2(setting) - 3.2));
  });
  expect(best).toBe(8);
  expect(new Set(tried).size).toBe(tried.length);
  expect(tried).toEqual(expect.arrayContaining([4, 16]));
});
