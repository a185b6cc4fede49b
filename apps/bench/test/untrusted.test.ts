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
    expect(
      readTuningFile(
        "t.json",
        JSON.stringify({
          format: "x-tuning/1",
          adapter: "a",
          date: "now",
          shapes: [{ shapeClass: "16x16x16", m: 1, n: 1, k: 1, best: tile, tried: [] }],
        }),
      ),
    ).toMatchObject({
      matmul: { "16x16x16": tile },
    });
  });

  test.each<[string, unknown, RegExp]>([
    ["an unknown section", { mat: {} }, /mat/],
    ["an unknown key", { ssd: { chunkLen: 32 } }, /ssd\.chunkLen/],
    ["a fraction", { rows: { threadRowLoads: 1.5 } }, /rows\.threadRowLoads/],
    ["a negative number", { conv: { forwardSegment: -1 } }, /conv\.forwardSegment/],
    ["nothing per thread", { conv: { forwardSegment: 0 } }, /conv\.forwardSegment/],
    ["a huge number", { reduce: { targetRows: 1e20 } }, /reduce\.targetRows/],
    ["a text for a number", { cumsum: { serialRows: "12" } }, /cumsum\.serialRows/],
    ["a choice that there is none of", { ssd: { chunkLength: 48 } }, /ssd\.chunkLength/],
    ["a class of shapes that is none", { matmul: { big: tile } }, /matmul/],
    ["a tile with a fraction", { matmul: { "16x16x16": { ...tile, rows: 0.5 } } }, /matmul\.16x16x16\.rows/],
    ["a tile with an unknown key", { matmul: { "16x16x16": { ...tile, threads: 5 } } }, /threads/],
    ["null", { rows: null }, /rows/],
    ["a list", [], /is not as it must be/],
    ["another format", { format: "x-tuning/2", shapes: [] }, /format/],
  ])("%s: the sentence names the file and the key", (_, tuning, message) => {
    expect(() => readTuningFile("runs/t.json", JSON.stringify(tuning))).toThrow(/^tuning file "runs\/t\.json": /);
    expect(() => readTuningFile("runs/t.json", JSON.stringify(tuning))).toThrow(message);
  });

  test("no JSON", () => {
    expect(() => readTuningFile("t.json", "{")).toThrow(/^tuning file "t\.json": .*JSON/);
  });
});
