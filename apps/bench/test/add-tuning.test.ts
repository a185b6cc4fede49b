// npm run tuning:add: a file of the bench page becomes the table of a class of adapters.
import { readFileSync } from "node:fs";
import { baseCaps, checkTuning, classTable, type Tuning, type TuningTable } from "@x/kernels-wgsl";
import { describe, expect, it } from "vitest";
import { tableFile } from "../src/core/tuner.ts";
import { tuningFormat, type TuningReport } from "../src/core/tuning.ts";
import { tableText } from "../src/node/add-tuning.ts";

const tile = { stage: "shared", rows: 4, vectors: 2, threadsX: 8, threadsY: 8, depth: 16 } as const;
const tuning: Tuning = {
  adapter: "apple|metal-3||32",
  matmul: { "1024x4096x1024": tile },
  ssd: { chunkLength: 32, targetWorkgroups: 64 },
  rows: { threadRowLoads: 0, loadsOf64: 32, loadsOf128: 2 ** 30 },
};
const found = (adapter: string, fields: Partial<TuningReport> = {}): TuningReport => ({
  format: tuningFormat,
  date: "2026-12-01T02:03:04.000Z",
  version: "0.1.0",
  adapter: {
    class: adapter,
    vendor: adapter,
    architecture: "metal-3",
    description: "apple m4 */\nexport const x = 1;",
  },
  environment: {},
  file: tableFile(adapter),
  tuning,
  races: [],
  ...fields,
});
const fileOf = (adapter: string): string =>
  readFileSync(new URL(`../../../${tableFile(adapter)}`, import.meta.url), "utf8");

/** What the text says, of the defaults. */
function tableOf(text: string): TuningTable {
  const unknown = classTable(baseCaps);
  const expression = /^export const \w+: TuningTable = (\{[^]*\});\n$/m.exec(text)![1]!;
  return new Function("unknown", `return ${expression}`)(unknown) as TuningTable;
}

describe("tuning:add", () => {
  it.each(["amd", "apple", "intel", "qualcomm"])("writes the table of %s, which a device takes", (adapter) => {
    const text = tableText(found(adapter), fileOf(adapter));
    const table = tableOf(text);
    const before = classTable(baseCaps);
    expect(table).toEqual({
      ...before,
      matmul: { ...before.matmul, measured: tuning.matmul },
      ssd: { ...before.ssd, ...tuning.ssd },
      rows: { ...before.rows, ...tuning.rows },
    });
    const { matmul, ...sections } = table;
    checkTuning("test", { matmul: matmul.measured, ...sections });
    expect(text).toMatch(/^\/\/ \w+ GPUs: measured on apple m4 export const x 1, 2026-12-01, with version 0\.1\.0, by/);
    expect(text).toContain("loadsOf128: 2 ** 30");
    // Measured again, it is written again.
    expect(tableText(found(adapter), text)).toBe(text);
  });

  it("refuses a table that was written by hand, and says what to merge", () => {
    expect(() => tableText(found("nvidia"), fileOf("nvidia"))).toThrow(
      /nvidia\.ts must be the safe defaults.*Merge.*ssd: \{ \.\.\.unknown\.ssd, chunkLength: 32/s,
    );
  });

  it.each(["software", "unknown", "__proto__"])("refuses an adapter of the class %s", (adapter) => {
    expect(() => tableText(found(adapter), "")).toThrow(
      `must be of amd, apple, intel, nvidia, qualcomm; got "${adapter}"`,
    );
  });

  it("refuses a file without choices", () => {
    expect(() => tableText(found("apple", { tuning: { adapter: "a" } }), fileOf("apple"))).toThrow(/has none/);
  });
});
