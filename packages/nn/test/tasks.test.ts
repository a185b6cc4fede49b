// Tasks by their definitions: what y must be is found here from x alone, in another way.
import { ConfigError } from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  IGNORE_INDEX,
  inductionHeads,
  modularAddition,
  parity,
  resetMajority,
  selectiveCopying,
  type Batches,
  type TokenBatch,
} from "../src/index.ts";

function rowsOf({ x, y, shape: [rows, columns] }: TokenBatch): { x: number[]; y: number[] }[] {
  return Array.from({ length: rows! }, (_, row) => ({
    x: [...x.subarray(row * columns!, (row + 1) * columns!)],
    y: [...y.subarray(row * columns!, (row + 1) * columns!)],
  }));
}

const makes: Readonly<Record<string, (seed: number) => Batches>> = {
  parity: (seed) => parity({ batch: 3, seed, length: 20 }),
  selectiveCopying: (seed) => selectiveCopying({ batch: 3, seed, length: 20, tokens: 4 }),
  inductionHeads: (seed) => inductionHeads({ batch: 3, seed, length: 20 }),
  resetMajority: (seed) => resetMajority({ batch: 3, seed }),
};

describe.each(Object.entries(makes))("%s", (_, make) => {
  it("is the same step in any order; rows, steps and seeds differ", () => {
    const batches = make(1);
    const second = batches.at(1);
    expect(batches.at(0)).not.toEqual(second);
    expect(batches.at(1)).toEqual(second);
    expect(make(2).at(1)).not.toEqual(second);
    const [first, other] = rowsOf(second);
    expect(first).not.toEqual(other);
  });
});

describe("parity", () => {
  it.each(["last", "every"] as const)("asks at %s", (targets) => {
    for (const { x, y } of rowsOf(parity({ batch: 50, length: 13, targets, seed: 3 }).at(4))) {
      const odd = x.map((_, i) => x.slice(0, i + 1).filter((bit) => bit === 1).length % 2);
      expect(y).toEqual(targets === "every" ? odd : [...Array<number>(12).fill(IGNORE_INDEX), odd[12]!]);
    }
  });

  it("draws lengths from shortest to longest, and bits evenly", () => {
    const batches = parity({ batch: 4, length: [3, 6] });
    const steps = Array.from({ length: 60 }, (_, step) => batches.at(step));
    expect(new Set(steps.map(({ shape }) => shape[1]))).toEqual(new Set([3, 4, 5, 6]));
    const bits = steps.flatMap(({ x }) => [...x]);
    expect(Math.abs(bits.reduce((a, b) => a + b) / bits.length - 0.5)).toBeLessThan(0.06);
  });
});

it("selectiveCopying asks for the tokens in their order", () => {
  for (const { x, y } of rowsOf(selectiveCopying({ batch: 40, length: 30, tokens: 5, vocab: 9 }).at(0))) {
    const kept = x.slice(0, 30).filter((token) => token !== 0);
    expect(kept).toHaveLength(5);
    expect(kept.every((token) => token >= 1 && token <= 7)).toBe(true);
    expect(x.slice(30)).toEqual(Array(5).fill(8));
    expect(y).toEqual([...Array<number>(30).fill(IGNORE_INDEX), ...kept]);
  }
});

it("inductionHeads asks for what came after the special token", () => {
  const rows = rowsOf(inductionHeads({ batch: 300, length: 9, vocab: 6 }).at(0));
  const places = new Set<number>();
  for (const { x, y } of rows) {
    const place = x.indexOf(5);
    places.add(place);
    expect(x.filter((token) => token === 5)).toHaveLength(2);
    expect(x.at(-1)).toBe(5);
    expect(y).toEqual([...Array<number>(8).fill(IGNORE_INDEX), x[place + 1]]);
  }
  expect([...places].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it("modularAddition has every sum once, in one of two parts", () => {
  const { train, test } = modularAddition({ modulus: 5, terms: 3, share: 0.3, seed: 4 });
  expect([train.shape, test.shape]).toEqual([
    [38, 3],
    [87, 3],
  ]);
  const all = [...rowsOf(train), ...rowsOf(test)];
  expect(new Set(all.map(({ x }) => x.join())).size).toBe(125);
  for (const { x, y } of all) expect(y).toEqual([IGNORE_INDEX, IGNORE_INDEX, (x[0]! + x[1]! + x[2]!) % 5]);
  expect(modularAddition({ modulus: 5, seed: 1 }).train).not.toEqual(modularAddition({ modulus: 5, seed: 2 }).train);
});

describe("resetMajority", () => {
  const votes = (x: readonly number[]): number[] =>
    x.map((_, i) => {
      const since = x.slice(x.lastIndexOf(2, i) + 1, i + 1);
      return since.filter((token) => token === 1).length - since.filter((token) => token === 0).length;
    });
  it.each(["random", "long-prefix", "long-suffix", "mixed"] as const)("%s: the sign of the lead", (family) => {
    for (const { x, y } of rowsOf(resetMajority({ batch: 200, family, seed: 2 }).at(0)))
      expect(y).toEqual(votes(x).map((lead) => (lead === 0 ? IGNORE_INDEX : lead > 0 ? 1 : 0)));
  });

  it("families are what they are called", () => {
    for (const { x } of rowsOf(resetMajority({ batch: 100, family: "long-prefix" }).at(0))) {
      expect(x.filter((token) => token === 2)).toHaveLength(1);
      expect(new Set(x.slice(0, x.indexOf(2))).size).toBe(1);
      expect(Math.abs(votes(x).at(-1)!)).toBe(1);
    }
    for (const { x } of rowsOf(resetMajority({ batch: 100, family: "long-suffix" }).at(0))) {
      expect(x.indexOf(2)).toBeLessThan(4);
      expect([1, 2]).toContain(Math.abs(votes(x).at(-1)!));
    }
    const resets = rowsOf(resetMajority({ batch: 500, family: "random" }).at(0)).flatMap(({ x }) => x);
    expect(Math.abs(resets.filter((token) => token === 2).length / resets.length - 1 / 8)).toBeLessThan(0.01);
  });
});

it("what does not fit is refused by name", () => {
  const wrong: readonly (() => unknown)[] = [
    () => parity({ batch: 1, length: [4, 3] }),
    () => parity({ batch: 1, targets: "first" as never }),
    () => parity({ batch: 0 }),
    () => selectiveCopying({ batch: 1, length: 3, tokens: 4 }),
    () => selectiveCopying({ batch: 1, vocab: 2 }),
    () => inductionHeads({ batch: 1, length: 2 }),
    () => inductionHeads({ batch: 1, vocab: 1 }),
    () => modularAddition({ share: 1 }),
    () => modularAddition({ modulus: 2000, terms: 2 }),
    () => resetMajority({ batch: 1, length: 7 }),
    () => resetMajority({ batch: 1, family: "long" as never }),
    () => resetMajority({ batch: 1, familly: "random" } as never),
  ];
  for (const make of wrong) expect(make).toThrow(ConfigError);
});
