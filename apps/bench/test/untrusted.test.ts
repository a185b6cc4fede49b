// What comes from outside is bounded and checked before it is used: a report in a link, a tuning file.
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readTuningFile } from "../src/core/tuning-file.ts";
import { fromFragment, toFragment } from "../src/page/report-link.ts";
import type { Report } from "../src/core/report.ts";

const link = (bytes: Uint8Array): string => `#report=${Buffer.from(bytes).toString("base64url")}`;
const report: Report = {
  format: "x-bench/1",
  date: "2026-01-02T03:04:05.678Z",
  device: { kind: "cpu", description: "a CPU", features: [], limits: {} },
  environment: {},
  command: "bench",
  roofs: { copyGBs: 1, fmaF32: 1, dispatchUs: 1 },
  rows: [],
};

describe("a report in a link", () => {
  test("comes back", async () => {
    expect(await fromFragment(await toFragment(report))).toEqual(report);
    expect(await fromFragment("#other")).toBeUndefined();
  });

  test("that inflates to a gigabyte is refused before it does", async () => {
    const bomb = link(gzipSync(Buffer.alloc(2 ** 27, 32), { level: 9 }));
    expect(bomb.length).toBeLessThan(2 ** 18);
    const before = process.memoryUsage().arrayBuffers;
    await expect(fromFragment(bomb)).rejects.toThrow(/must be at most 8388608 bytes when it is unpacked/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
  });

  test.each<[string, string, RegExp]>([
    ["too long", `#report=${"A".repeat(2 ** 20 + 4)}`, /must have at most 1048576 characters; got 1048580/],
    ["no base64", "#report=a%20b", /must be base64/],
    ["no gzip", link(Uint8Array.of(1, 2, 3)), /must be gzip/],
    ["cut off", link(gzipSync(JSON.stringify(report)).subarray(0, 40)), /must be gzip/],
    ["no JSON", link(gzipSync("{")), /report: must be JSON/],
    ["another shape", link(gzipSync('{"format":"x-bench/1","rows":5}')), /report: \w+ is not as it must be/],
    ["a number in place of a report", link(gzipSync("7")), /report: it is not as it must be/],
  ])("%s", async (_, hash, message) => {
    await expect(fromFragment(hash)).rejects.toThrow(message);
  });
});

describe("a tuning file", () => {
  const found = {
    format: "x-tuning/2",
    date: "2026-01-02T03:04:05.678Z",
    version: "0.1.0",
    adapter: { class: "apple", vendor: "apple", architecture: "metal-3", description: "" },
    environment: {},
    file: "packages/kernels-wgsl/src/tuning/apple.ts",
    tuning: {},
    races: [
      {
        family: "rows",
        landscape: "RMS norm",
        name: "8 rows of 32",
        axes: [{ name: "row" }],
        work: { amount: 1, unit: "GB/s" },
        tried: [{ place: [32], elapsedNs: 5 }],
        chosen: 0,
      },
    ],
  };
  const tile = { stage: "shared", rows: 4, vectors: 2, threadsX: 8, threadsY: 8, depth: 16 };

  test("comes back", () => {
    const tuning = {
      adapter: "a|b|c|32",
      matmul: { "1024x4096x1024 tb": tile },
      ssd: { chunkLength: 32 },
      rows: { subgroupSums: true, sumLanes: 16 },
      conv: { forwardAhead: 4 },
    };
    expect(readTuningFile("t.json", JSON.stringify(tuning))).toEqual(tuning);
    expect(readTuningFile("t.json", JSON.stringify({ ...found, tuning }))).toEqual(tuning);
  });

  test.each<[string, unknown, RegExp]>([
    ["an unknown section", { mat: {} }, /got "mat"/],
    ["an unknown key", { ssd: { chunkLen: 32 } }, /tuning\.ssd: .*got "chunkLen"/],
    ["a value out of its range", { rows: { sumLanes: 32 } }, /tuning\.rows\.sumLanes must be 16 or 64; got 32/],
    ["a list", [], /must be an object/],
    [
      "what tuning found, with an unknown key in its table",
      { ...found, tuning: { row: {} } },
      /tuning is not as it must be: .*got "row"/,
    ],
    ["an unknown key of what tuning found", { ...found, faster: true }, /faster/],
    ["an unknown key of a race", { ...found, races: [{ ...found.races[0], best: 1 }] }, /races\.0\.best/],
    [
      "a time that is none",
      { ...found, races: [{ ...found.races[0], tried: [{ place: [1], elapsedNs: -1 }] }] },
      /races\.0\.tried\.0\.elapsedNs/,
    ],
    ["no axes", { ...found, races: [{ ...found.races[0], axes: [] }] }, /races\.0\.axes/],
    ["another format", { ...found, format: "x-tuning/1" }, /format/],
  ])("%s: the sentence names the file and the key", (_, tuning, message) => {
    expect(() => readTuningFile("runs/t.json", JSON.stringify(tuning))).toThrow(/^tuning file "runs\/t\.json": /);
    expect(() => readTuningFile("runs/t.json", JSON.stringify(tuning))).toThrow(message);
  });

  test("no JSON", () => {
    expect(() => readTuningFile("t.json", "{")).toThrow(/^tuning file "t\.json": .*JSON/);
  });
});
