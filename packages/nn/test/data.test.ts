import { ConfigError, ShapeError } from "@x/tensor";
import { describe, expect, test } from "vitest";
import { byteTokenizer } from "../src/data/bytes.ts";
import { mqar } from "../src/data/tasks/mqar.ts";
import { holdOut, IGNORE_INDEX, randomBatches, sequentialBatches } from "../src/data/tokens.ts";

describe("bytes", () => {
  test("every text comes back", () => {
    for (const text of ["", "plain", "héllo 😀 \u0000 \ufeff end", "\ufeffstarts with a mark"]) {
      expect(byteTokenizer.decode(byteTokenizer.encode(text))).toBe(text);
      const stream = byteTokenizer.stream();
      expect([...byteTokenizer.encode(text)].map((id) => stream.push(id)).join("") + stream.end()).toBe(text);
    }
  });

  test("a character comes when its last byte does; a half one is replaced", () => {
    const stream = byteTokenizer.stream();
    expect([0xc3, 0xa9, 0x61, 0xf0].map((id) => stream.push(id))).toEqual(["", "é", "a", ""]);
    expect(stream.end()).toBe("\ufffd");
  });

  test.each([[-1], [256], [1.5], [NaN]])("id %d is no byte", (id) => {
    expect(() => byteTokenizer.decode([65, id])).toThrow(ShapeError);
    expect(() => byteTokenizer.stream().push(id)).toThrow(/integers from 0 to 255/);
  });
});

describe("holdOut", () => {
  test.each([[4096 * 45 + 100], [4096 * 20], [4096 * 19 + 5], [1000], [40], [41]])(
    "%i tokens: everything is in one part, in order",
    (count) => {
      const { train, validation } = holdOut(count);
      const all = [...train, ...validation].sort((a, b) => a.begin - b.begin);
      expect(all[0]!.begin).toBe(0);
      all.slice(1).forEach(({ begin }, i) => expect(begin).toBe(all[i]!.end));
      expect(count - all.at(-1)!.end).toBeLessThan(2);
      const held = validation.reduce((sum, { begin, end }) => sum + end - begin, 0);
      expect(held).toBeGreaterThan(0);
      expect(held / count).toBeLessThan(0.06);
    },
  );

  test("blocks of 4 KiB, every twentieth", () => {
    expect(holdOut(4096 * 41).validation).toEqual([
      { begin: 4096 * 19, end: 4096 * 20 },
      { begin: 4096 * 39, end: 4096 * 40 },
    ]);
    expect(holdOut(100, { blockSize: 10, every: 5 }).train).toEqual([
      { begin: 0, end: 40 },
      { begin: 50, end: 90 },
    ]);
  });

  test("too little data", () => {
    expect(() => holdOut(39)).toThrow(/at least 40 tokens.*got 39/);
    expect(() => holdOut(100, { every: 1 })).toThrow(ConfigError);
    expect(() => holdOut(100, { blockSize: 0 })).toThrow(/blockSize must be an integer of at least 1; got 0/);
  });
});

describe("random batches", () => {
  const tokens = Uint16Array.from({ length: 1000 }, (_, i) => i);

  test("rows are contiguous, shifted by one, inside one segment", () => {
    const segments = [
      { begin: 10, end: 30 },
      { begin: 40, end: 45 },
      { begin: 500, end: 509 },
    ];
    const batches = randomBatches({ tokens, segments, batch: 16, length: 8, seed: 3 });
    const begins = new Map<number, number>();
    for (let step = 0; step < 500; step++) {
      const { x, y, shape } = batches.at(step);
      expect(shape).toEqual([16, 8]);
      for (let row = 0; row < 16; row++) {
        const begin = x[row * 8]!;
        begins.set(begin, (begins.get(begin) ?? 0) + 1);
        for (let t = 0; t < 8; t++)
          if (x[row * 8 + t] !== begin + t || y[row * 8 + t] !== begin + t + 1) expect.fail(`row at ${begin}`);
      }
    }
    // 20 − 8 places in the first, none in the second, 1 in the third; all equally likely
    expect([...begins.keys()].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 500]);
    for (const count of begins.values()) expect(Math.abs(count - 8000 / 13)).toBeLessThan(130);
  });

  test("a step is the same in any order; steps, rows and seeds differ", () => {
    const make = (seed: number): ReturnType<typeof randomBatches> =>
      randomBatches({ tokens, batch: 3, length: 5, seed });
    const forward = [0, 1, 2, 3].map((step) => make(1).at(step));
    const batches = make(1);
    expect([3, 2, 1, 0].map((step) => batches.at(step)).reverse()).toEqual(forward);
    expect(new Set(forward.flatMap(({ x }) => [x[0], x[5], x[10]])).size).toBeGreaterThan(9);
    expect(make(2).at(0)).not.toEqual(forward[0]);
  });

  test("training never sees a held-out token", () => {
    const { train, validation } = holdOut(tokens.length, { blockSize: 40, every: 5 });
    const batches = randomBatches({ tokens, segments: train, batch: 8, length: 30, seed: 0 });
    const held = new Set(
      validation.flatMap(({ begin, end }) => Array.from({ length: end - begin }, (_, i) => begin + i)),
    );
    for (let step = 0; step < 200; step++) {
      const { x, y } = batches.at(step);
      expect([...x, ...y].some((token) => held.has(token))).toBe(false);
    }
  });

  test("the smallest data and what is too small", () => {
    expect(randomBatches({ tokens: Uint8Array.of(7, 8), batch: 1, length: 1 }).at(9)).toEqual({
      x: Int32Array.of(7),
      y: Int32Array.of(8),
      shape: [1, 1],
    });
    expect(() => randomBatches({ tokens, batch: 1, length: 1000 })).toThrow(
      /length \+ 1 = 1001 tokens; the longest stretch of the data has 1000/,
    );
    expect(() => randomBatches({ tokens, segments: [], batch: 1, length: 1 })).toThrow(/has 0/);
    expect(() => randomBatches({ tokens, batch: 0, length: 1 })).toThrow(/batch must be an integer of at least 1/);
    expect(() => randomBatches({ tokens, segments: [{ begin: 0, end: 1001 }], batch: 1, length: 1 })).toThrow(
      /within the 1000 tokens.*0 to 1001/,
    );
  });
});

describe("sequential batches", () => {
  test("predict every token but the first of a segment, once", () => {
    const tokens = Int32Array.from({ length: 100 }, (_, i) => i);
    const segments = [
      { begin: 0, end: 21 },
      { begin: 30, end: 31 },
      { begin: 50, end: 69 },
      { begin: 80, end: 82 },
    ];
    const predicted: number[] = [];
    for (const { x, y, shape } of sequentialBatches({ tokens, segments, batch: 4, length: 5 })) {
      expect([x.length, y.length, shape]).toEqual([20, 20, [4, 5]]);
      y.forEach((target, i) => {
        if (target === IGNORE_INDEX) return;
        expect(x[i]).toBe(target - 1);
        predicted.push(target);
      });
    }
    const expected = segments.flatMap(({ begin, end }) =>
      Array.from({ length: end - begin - 1 }, (_, i) => begin + 1 + i),
    );
    expect(predicted).toEqual(expected);
  });
});

describe("mqar", () => {
  test.each([
    [{ vocab: 64, length: 64, pairs: 8 }],
    [{ vocab: 10, length: 16, pairs: 4 }],
    [{ length: 32 }],
    [{ vocab: 64, length: 17, pairs: 3 }],
  ])("%j", (options) => {
    const { vocab = 8192, length, pairs = length / 4 } = options as { vocab?: number; length: number; pairs?: number };
    const batch = 5;
    const { x, y, shape } = mqar({ ...options, batch, seed: 1 }).at(2);
    expect(shape).toEqual([batch, length]);
    for (let row = 0; row < batch; row++) {
      const tokens = [...x.subarray(row * length, (row + 1) * length)];
      const targets = [...y.subarray(row * length, (row + 1) * length)];
      const table = new Map(Array.from({ length: pairs }, (_, i) => [tokens[2 * i]!, tokens[2 * i + 1]!]));
      expect(table.size).toBe(pairs);
      expect(new Set(table.values()).size).toBe(pairs);
      for (const [key, value] of table) {
        expect(key >= 1 && key < vocab / 2).toBe(true);
        expect(value >= vocab / 2 && value < vocab).toBe(true);
      }
      const asked = targets.flatMap((target, i) => (target === IGNORE_INDEX ? [] : [i]));
      expect(asked).toHaveLength(pairs);
      expect(new Set(asked.map((i) => tokens[i])).size).toBe(pairs);
      for (const i of asked) {
        expect(i >= 2 * pairs && i % 2 === 0).toBe(true);
        expect(targets[i]).toBe(table.get(tokens[i]!));
      }
      expect(tokens.every((token) => token >= 0 && token < vocab)).toBe(true);
    }
  });

  test("filler is random, random without the keys, or token 0", () => {
    const rows = (filler: "random" | "random-without-keys" | "zero"): { keys: number[]; between: number[] }[] => {
      const { x, y } = mqar({ vocab: 64, length: 64, pairs: 8, batch: 8, seed: 1, filler }).at(0);
      return Array.from({ length: 8 }, (_, row) => {
        const [tokens, targets] = [[...x.subarray(row * 64, row * 64 + 64)], y.subarray(row * 64, row * 64 + 64)];
        const keys = tokens.filter((_, i) => i < 16 && i % 2 === 0);
        return { keys, between: tokens.filter((_, i) => i >= 16 && targets[i] === IGNORE_INDEX) };
      });
    };
    const repeats = (filler: "random" | "random-without-keys"): number =>
      rows(filler).reduce(
        (total, { keys, between }) => total + between.filter((token) => keys.includes(token)).length,
        0,
      );
    expect(new Set(rows("zero").flatMap(({ between }) => between))).toEqual(new Set([0]));
    for (const filler of ["random", "random-without-keys"] as const)
      expect(new Set(rows(filler).flatMap(({ between }) => between)).size).toBeGreaterThan(50);
    expect(repeats("random")).toBeGreaterThan(0);
    expect(repeats("random-without-keys")).toBe(0);
  });

  test("queries come sooner with a small power; the first gap has its exact share", () => {
    const firstGaps = (power: number): number[] => {
      const { y } = mqar({ vocab: 64, length: 64, pairs: 1, batch: 4000, seed: 1, power }).at(0);
      return Array.from(
        { length: 4000 },
        (_, row) => (y.subarray(row * 64, row * 64 + 64).findIndex((t) => t !== IGNORE_INDEX) - 2) / 2,
      );
    };
    const share = (gaps: number[]): number => gaps.filter((gap) => gap === 0).length / gaps.length;
    const harmonic = Array.from({ length: 31 }, (_, i) => (i + 1) ** -0.99).reduce((a, b) => a + b);
    expect(Math.abs(share(firstGaps(0.01)) - 1 / harmonic)).toBeLessThan(0.03);
    expect(Math.abs(share(firstGaps(1)) - 1 / 31)).toBeLessThan(0.012);
  });

  test("a step is the same in any order; rows, steps and seeds differ", () => {
    const make = (seed: number): ReturnType<typeof mqar> => mqar({ vocab: 64, length: 16, pairs: 2, batch: 2, seed });
    const batches = make(1);
    const second = batches.at(1);
    expect(batches.at(0)).not.toEqual(second);
    expect(batches.at(1)).toEqual(second);
    expect(make(2).at(1)).not.toEqual(second);
    expect(second.x.slice(0, 16)).not.toEqual(second.x.slice(16));
  });

  test("what does not fit", () => {
    expect(() => mqar({ length: 16, pairs: 5, batch: 1 })).toThrow(/at most length \/ 4 = 4; got 5/);
    expect(() => mqar({ vocab: 8, length: 64, pairs: 4, batch: 1 })).toThrow(/at most vocab \/ 2 − 1 = 3/);
    expect(() => mqar({ batch: 0 })).toThrow(/batch must be/);
    expect(() => mqar({ batch: 1, power: 0 })).toThrow(ConfigError);
  });
});
