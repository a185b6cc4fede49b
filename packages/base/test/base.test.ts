import { BoundedCache, describeValue, KeyError, keyOf, unknownOption, XError } from "@x/base";
import { describe, expect, test } from "vitest";

class Secret {
  #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
}

describe("keyOf", () => {
  const distinct: unknown[] = [
    undefined,
    null,
    NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    1,
    "1",
    1n,
    "1n",
    true,
    "true",
    "null",
    "",
    [],
    [[]],
    [undefined],
    [null],
    [""],
    {},
    { a: undefined },
    { a: null },
    { a: 1 },
    { "a:1": 1 },
    [1, 2],
    ["1,2"],
    [[1], 2],
    [1, [2]],
    "[1,2,]",
    { a: { b: 1 } },
    { "a.b": 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    new Array(1),
    new Array(2),
    ["hole"],
    "\ud800",
    "�",
  ];

  test("gives different values different keys, and equal values one", () => {
    const keys = distinct.map((value) => keyOf("value", value));
    expect(new Set(keys).size).toBe(distinct.length);
    expect(keyOf("value", structuredClone({ a: [1, { b: NaN }] }))).toBe(keyOf("value", { a: [1, { b: NaN }] }));
  });

  test.each([
    ["a function", () => 1],
    ["an async function", async () => 1],
    ["a Map", new Map()],
    ["a Set", new Set()],
    ["a Secret", new Secret(1)],
    ["a Float32Array", new Float32Array(1)],
    ["a Date", new Date(0)],
    ["a symbol", Symbol("s")],
    ["a Promise", Promise.resolve()],
    ["a RegExp", /a/],
  ])("refuses %s by name and place", (name, value) => {
    expect(() => keyOf("argument 0", { list: [value] })).toThrow(KeyError);
    expect(() => keyOf("argument 0", { list: [value] })).toThrow(`argument 0.list[0]: must be plain data`);
    expect(() => keyOf("argument 0", value)).toThrow(`got ${name}.`);
  });

  test("refuses a cycle and fields that are symbols", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => keyOf("x", cycle)).toThrow(KeyError);
    expect(() => keyOf("x", { [Symbol("hidden")]: 1 })).toThrow(KeyError);
  });

  test("asks for the keys of what is not plain", () => {
    expect(keyOf("x", [new Secret(3)], (value) => (value instanceof Secret ? `@${value.value}` : undefined))).toBe(
      "[@3,]",
    );
  });
});

describe("unknownOption", () => {
  const known = { seqIdx: true, initialStates: true } as const;
  test.each([
    [undefined, undefined],
    [{ seqIdx: 1 }, undefined],
    [{}, undefined],
    [{ seqIds: 1 }, 'forward: options must be among seqIdx, initialStates; got "seqIds". Did you mean "seqIdx"?'],
    [{ attentionMask: 1 }, 'forward: options must be among seqIdx, initialStates; got "attentionMask".'],
    [{ toString: 1 }, 'forward: options must be among seqIdx, initialStates; got "toString".'],
    [[1], "forward: options must be an object with seqIdx, initialStates; got an array of 1."],
    [null, "forward: options must be an object with seqIdx, initialStates; got null."],
  ])("%j", (options, sentence) => expect(unknownOption("forward", options, known)).toBe(sentence));
});

test("describeValue is short and names classes", () => {
  expect([new Secret(1), new Uint8Array(2), "x".repeat(50), -0, null, Object.create(null)].map(describeValue)).toEqual([
    "a Secret",
    "an Uint8Array",
    `"${"x".repeat(40)}…"`,
    "-0",
    "null",
    "an object",
  ]);
});

describe("BoundedCache", () => {
  test("drops what was not used for longest, counts, and frees", () => {
    const freed: string[] = [];
    const cache = new BoundedCache<string, string>(2, (value) => freed.push(value));
    for (const key of ["a", "b", "a", "c"]) cache.get(key, () => key.toUpperCase());
    expect(freed).toEqual(["B"]);
    expect([...cache.values()]).toEqual(["A", "C"]);
    expect(cache.stats).toEqual({ size: 2, limit: 2, hits: 1, misses: 3, evictions: 1 });
    cache.set("a", "A2");
    expect(freed).toEqual(["B", "A"]);
    cache.clear();
    expect(freed).toEqual(["B", "A", "C", "A2"]);
  });

  test("keeps undefined, and nothing of a make that throws", () => {
    const cache = new BoundedCache<string, number | undefined>(2);
    let made = 0;
    for (let i = 0; i < 2; i++) cache.get("a", () => void made++);
    expect(made).toBe(1);
    expect(() =>
      cache.get("b", () => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(cache.size).toBe(1);
    expect(() => new BoundedCache(0)).toThrow(RangeError);
  });
});

test("errors of every package have one base", () => {
  expect(new KeyError("x") instanceof XError).toBe(true);
});
