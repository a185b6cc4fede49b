import { expect, test } from "vitest";
import { ConfigError } from "../src/errors.ts";
import { hostBits, hostNormal, hostPermutation, hostUniform, integerFromBits } from "../src/numbers/host-random.ts";
import { keyWords, threefry2x32, uniformFromBits } from "../src/numbers/threefry.ts";

// Known answers published with Random123 (kat_vectors, threefry2x32 of 20 rounds).
test.each([
  [
    [0x00000000, 0x00000000],
    [0x00000000, 0x00000000],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
] as const)("threefry2x32 of key %j and counter %j", ([key0, key1], [c0, c1], expected) => {
  expect(threefry2x32(key0, key1, c0, c1)).toEqual(expected);
});

test("uniformFromBits stays in [0, 1) and is exact in f32", () => {
  expect(uniformFromBits(0)).toBe(0);
  expect(uniformFromBits(0xffffffff)).toBe(1 - 2 ** -24);
  for (const bits of hostBits({ seed: 1 }, 1000))
    expect(Math.fround(uniformFromBits(bits))).toBe(uniformFromBits(bits));
});

test("seed and stream use all their 53 bits", () => {
  const keys = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].flatMap((n) => [{ seed: n }, { seed: 7, stream: n }]);
  expect(new Set(keys.map((key) => keyWords(key).join())).size).toBe(keys.length);
});

test("bits from an offset are the tail of the whole", () => {
  const key = { seed: 3, stream: 4 };
  const all = hostBits(key, 11);
  for (let offset = 0; offset <= 11; offset++) expect(hostBits(key, 11 - offset, offset)).toEqual(all.slice(offset));
  const far = 2 ** 34 + 1;
  expect(hostBits(key, 4, far).slice(1)).toEqual(hostBits(key, 3, far + 1));
});

test("moments of uniform and normal", () => {
  const n = 100_000;
  const mean = (xs: Float32Array, f: (x: number) => number): number => xs.reduce((sum, x) => sum + f(x), 0) / n;
  const u = hostUniform({ seed: 0 }, n);
  expect(mean(u, (x) => x)).toBeCloseTo(0.5, 2);
  expect(mean(u, (x) => (x - 0.5) ** 2)).toBeCloseTo(1 / 12, 2);
  const z = hostNormal({ seed: 0 }, n);
  expect(Math.abs(mean(z, (x) => x))).toBeLessThan(0.015);
  expect(Math.abs(mean(z, (x) => x * x) - 1)).toBeLessThan(0.02);
  expect(Math.abs(mean(z, (x) => x ** 4) - 3)).toBeLessThan(0.15);
  expect(z.every(Number.isFinite)).toBe(true);
  let lag = 0;
  for (let i = 0; i + 1 < n; i++) lag += z[i]! * z[i + 1]!;
  expect(Math.abs(lag / n)).toBeLessThan(0.015);
});

test("normal of odd length is a prefix of the even one", () => {
  expect(hostNormal({ seed: 5 }, 7)).toEqual(hostNormal({ seed: 5 }, 8).slice(0, 7));
});

test("permutation holds every number once and every first element about equally often", () => {
  expect([...hostPermutation({ seed: 2 }, 50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  const counts = [0, 0, 0, 0];
  for (let stream = 0; stream < 2000; stream++) counts[hostPermutation({ seed: 2, stream }, 4)[0]!]!++;
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(80);
});

test("integers stay below their bound", () => {
  for (const bound of [1, 2, 3, 5, 7, 1000, 2 ** 31 + 1, 2 ** 52]) {
    expect(integerFromBits(0xffffffff, 0xffffffff, bound)).toBe(bound - 1);
    expect(integerFromBits(0, 0, bound)).toBe(0);
  }
});

test.each([[-1], [0.5], [NaN], [2 ** 53]])("seed %d is refused", (seed) => {
  expect(() => hostUniform({ seed }, 1)).toThrow(ConfigError);
  expect(() => hostUniform({ seed }, 1)).toThrow(/seed must be an integer/);
});
