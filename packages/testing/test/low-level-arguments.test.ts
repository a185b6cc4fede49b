// Numbers of low-level functions: what is none that they can work with is refused by name, where it would become another.
import { defineWasmKernel, wasmCall } from "@x/kernels-wasm";
import { baseCaps, classTable, tileCandidates, tileFits, tuneShapes } from "@x/kernels-wgsl";
import { integerFromBits, stridesOfTokens, threefry2x32, uniformFromBits } from "@x/tensor";
import { describe, expect, it } from "vitest";

type Loose = (...args: readonly unknown[]) => unknown;
/** A function, arguments that it takes, and for each place that is checked its name and what it refuses there. */
type Case = readonly [fn: Loose, good: readonly unknown[], wrong: Readonly<Record<string, readonly unknown[]>>];

const notWords = [-1, 1.5, Number.NaN, 2 ** 32, "1", null, undefined];
const notCounts = [0, -1, 1.5, Number.NaN, Infinity, "1", null, undefined];
const tile = { stage: "none", rows: 4, vectors: 1, threadsX: 8, threadsY: 1, depth: 4 };
const kernel = defineWasmKernel({ name: "scale", params: { x: "ptr", n: "u32", by: "f32" }, body: () => "" });
const rows = { size: 4, pitch: 12, alignment: 4 };
const adapters = ["gpu", "", 1, undefined, null].map((adapter) => ({ ...baseCaps, adapter }));
const given = <K extends string>(key: K, from: object, values: readonly unknown[]): object[] =>
  values.map((value) => ({ ...from, [key]: value }));

const cases: Readonly<Record<string, Case>> = {
  threefry2x32: [threefry2x32 as Loose, [1, 2, 3, 4], { key0: notWords, key1: notWords, c0: notWords, c1: notWords }],
  uniformFromBits: [uniformFromBits as Loose, [7], { bits: notWords }],
  integerFromBits: [integerFromBits as Loose, [1, 2, 10], { bits0: notWords, bits1: notWords, bound: notCounts }],
  stridesOfTokens: [
    stridesOfTokens as Loose,
    [{ shape: [2, 3, 4], rows }],
    {
      "": [
        ...given("rows", { shape: [2, 3, 4] }, [{}, null, 4, { ...rows, pitch: 2 }, ...given("size", rows, notCounts)]),
        ...given("shape", { rows }, [[2], [2, -1, 4], [2, Number.NaN, 4], "ab"]),
      ],
    },
  ],
  tileFits: [
    tileFits as Loose,
    [tile, baseCaps],
    {
      stage: given("stage", tile, ["registers", undefined, 1]),
      caps: [
        {},
        null,
        ...given("maxComputeInvocationsPerWorkgroup", baseCaps, [Number.NaN, undefined, "256"]),
        ...given("maxComputeWorkgroupStorageSize", baseCaps, [Number.NaN, undefined, "256"]),
      ],
    },
  ],
  classTable: [classTable as Loose, [baseCaps], { adapter: adapters }],
  tuneShapes: [tuneShapes as Loose, [baseCaps], { adapter: adapters }],
  tileCandidates: [tileCandidates as Loose, [baseCaps], { adapter: adapters }],
  wasmCall: [
    wasmCall as Loose,
    [kernel, undefined, { n: 3, by: Infinity }],
    {
      n: given("n", { by: 1 }, [-(2 ** 31) - 1, 1.5, Number.NaN, 2 ** 32, "1", null, {}]),
      by: given("by", { n: 3 }, [Number.NaN, "1", null, {}]),
      x: given("x", { n: 3, by: 1 }, [Number.NaN, -4, 1.5, 2 ** 32, null, {}, { buffer: "x", offsetBytes: -4 }]),
    },
  ],
};

describe.each(Object.entries(cases))("%s", (name, [fn, good, wrong]) => {
  it("takes what it can work with", () => expect(fn(...good)).toBeDefined());
  it.each(Object.entries(wrong))("refuses another %s", (argument, values) => {
    const at = name === "wasmCall" ? 2 : Object.keys(wrong).indexOf(argument);
    for (const value of values)
      expect(() => fn(...good.with(at, value)), JSON.stringify(value)).toThrow(
        new RegExp(`^${name}: .*${argument}.* must `, "s"),
      );
  });
});
