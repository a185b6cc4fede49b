// Text and null are no numbers, though arithmetic takes them as some: "1" as 1, null as 0. Ops refuse them by name, and so they do NaN and fractions where they count.
import { XError } from "@x/base";
import { describe, expect, it } from "vitest";
import {
  arange,
  bernoulli,
  checkIds,
  dropoutMask,
  hostUniform,
  narrow,
  randomInt,
  randomNormal,
  randomUniform,
  slice,
  tensor,
  zeros,
} from "../src/index.ts";

const x = zeros([4]);
const ids = tensor(Int32Array.of(0, 1));
const key = { seed: 1 };

/** Calls with one number each, and a number that is right there. */
const calls: Readonly<Record<string, readonly [right: number, call: (value: never) => unknown]>> = {
  "bernoulli, probability": [1, (value) => bernoulli([2], value, key)],
  "bernoulli, stream": [1, (stream) => bernoulli([2], 0.5, { ...key, stream })],
  "dropoutMask, rate": [0, (value) => dropoutMask([2], value, key)],
  "randomUniform, low": [0, (low) => randomUniform([2], { ...key, low })],
  "randomUniform, high": [1, (high) => randomUniform([2], { ...key, high })],
  "randomUniform, seed": [1, (seed) => randomUniform([2], { seed })],
  "randomNormal, mean": [1, (mean) => randomNormal([2], { ...key, mean })],
  "randomNormal, std": [1, (std) => randomNormal([2], { ...key, std })],
  "randomInt, low": [1, (low) => randomInt([2], { ...key, low, high: 4 })],
  "randomInt, high": [1, (high) => randomInt([2], { ...key, high })],
  "hostUniform, stream": [1, (stream) => hostUniform({ ...key, stream }, 2)],
  "checkIds, size": [2, (size) => checkIds("take", ids, { size })],
  "narrow, start": [1, (start) => narrow(x, 0, start, 1)],
  "narrow, length": [1, (length) => narrow(x, 0, 1, length)],
  "slice, start": [1, (start) => slice(x, 0, start)],
  "slice, end": [1, (end) => slice(x, 0, 0, end)],
  "arange, end": [1, (end) => arange(0, end)],
};

describe.each(Object.keys(calls))("%s", (name) => {
  const [right, call] = calls[name]!;

  it("takes a number", () => expect(call(right as never)).toBeDefined());

  it.each([String(right), null, NaN, [right]])("refuses %j", (value) => {
    expect(() => call(value as never)).toThrow(XError);
  });
});
