// The parts of vitest's interface that our own stand-in for Deno must honour; on the other projects it checks vitest itself.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

const log: string[] = [];

describe("hooks", () => {
  beforeAll(() => void log.push("before all"));
  beforeEach(async () => void log.push("before each"));
  afterEach(() => void log.push("after each"));
  afterAll(() => void log.push("after all"));
  test("first", () => void log.push("first"));
  describe("inside", () => {
    test("second", { timeout: 1000 }, () => void log.push("second"));
  });
});

test("hooks run once, or around every test, in order", () => {
  const each = (name: string) => ["before each", name, "after each"];
  expect(log).toEqual(["before all", ...each("first"), ...each("second"), "after all"]);
});

test.each([
  [1, 2, 3],
  [2, 3, 5],
])("%i + %i = %i", (a, b, sum) => expect(a + b).toBe(sum));

test.each([{ name: "three", value: 3 }])("$name", ({ value }) => expect(value).toBe(3));

test("expect compares, negates, awaits and matches", async () => {
  expect([1, Number.NaN]).toEqual([1, Number.NaN]);
  expect(0.1 + 0.2).toBeCloseTo(0.3, 12);
  expect({ a: 1, b: "text" }).toMatchObject({ b: expect.stringContaining("ex") });
  expect(() => expect(1).toBe(2)).toThrow(/expected 1 to be 2/);
  await expect(Promise.reject(new TypeError("no"))).rejects.toThrow("no");
  await expect(Promise.resolve(4)).resolves.not.toBe(5);
});
