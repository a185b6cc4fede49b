// The parts of the bench that need no GPU: statistics, placement, reports, baselines, the suite, arguments.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { primitivesOf } from "@x/testing";
import { describe, expect, it } from "vitest";
import { compareReports, regressed } from "../src/core/baseline.ts";
import { digits, markdownTable, textTable, time } from "../src/core/format.ts";
import { calibrate, interleave } from "../src/core/timing.ts";
import { formatReport, parseReport, type Report, reportFormat, type Row } from "../src/core/report.ts";
import { place, roofAt } from "../src/core/roofline.ts";
import { quantile, summarize } from "../src/core/stats.ts";
import { costOf, matches, suite } from "../src/core/suite.ts";
import { parseBenchArgs } from "../src/node/args.ts";
import type { TuningRace } from "../src/core/tuning.ts";
import { describeBar, landscapeOf } from "../src/page/landscape-data.ts";

function row(id: string, samplesNs: number[], fields: Partial<Row> = {}): Row {
  return {
    id,
    package: "tensor",
    primitive: id,
    status: "measured",
    flops: 1,
    bytes: 1,
    samplesNs,
    timeNs: summarize(samplesNs),
    ...fields,
  };
}

function report(rows: Row[], description = "WebGPU, a GPU"): Report {
  return {
    format: reportFormat,
    date: "2026-01-02T03:04:05.000Z",
    device: { kind: "webgpu", description, features: [], limits: {} },
    environment: { node: "20" },
    command: "npm run bench",
    roofs: { copyGBs: 100, fmaF32: 1000, dispatchUs: 5 },
    rows,
  };
}

describe("statistics", () => {
  it("interpolates quantiles and ignores order", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(summarize([5, 1, 3, 2, 4])).toEqual({ median: 3, q1: 2, q3: 4, min: 1, count: 5 });
    expect(summarize([7])).toEqual({ median: 7, q1: 7, q3: 7, min: 7, count: 1 });
  });

  it("makes samples long enough, also when the clock reads 0 for short ones", async () => {
    const perCall = 3_000; // ns
    const quantised = { sample: (repeats: number) => Promise.resolve(Math.floor((repeats * perCall) / 65536) * 65536) };
    const repeats = await calibrate(quantised, 5);
    expect(repeats * perCall).toBeGreaterThanOrEqual(5e6);
    expect(await calibrate({ sample: () => Promise.resolve(9e6) }, 5)).toBe(1);
  });

  it("takes contenders in turn and resets before each sample", async () => {
    const order: string[] = [];
    const contender = (name: string) => ({
      timed: {
        sample: (repeats: number) => (order.push(name), Promise.resolve(repeats * 10)),
        reset: () => void order.push(`reset ${name}`),
      },
      repeats: 4,
    });
    const [a, b] = await interleave([contender("A"), contender("B")], { samples: 2 });
    expect(order).toEqual(["reset A", "A", "reset B", "B", "reset A", "A", "reset B", "B"]);
    expect([a, b]).toEqual([
      [10, 10],
      [10, 10],
    ]);
  });
});

describe("roofline", () => {
  const roofs = { copyGBs: 100, fmaF32: 1000, dispatchUs: 5 };
  it("names the roof that binds, and the share of it", () => {
    expect(place({ flops: 1e6, bytes: 1e8 }, 1, 2e6, roofs)).toMatchObject({
      boundBy: "bandwidth",
      share: 0.5,
      gbs: 50,
    });
    expect(place({ flops: 1e9, bytes: 1e6 }, 1, 4e6, roofs)).toMatchObject({
      boundBy: "compute",
      share: 0.25,
      gflops: 250,
    });
    expect(place({ flops: 10, bytes: 10 }, 3, 30e3, roofs)).toMatchObject({ boundBy: "dispatch", share: 0.5 });
    expect(roofAt(1, roofs)).toBe(100);
    expect(roofAt(1e3, roofs)).toBe(1000);
  });
});

describe("reports", () => {
  it("survive writing and reading", () => {
    const one = report([row("a", [1, 2, 3]), { ...row("b", [1]), status: "wrong", why: "differs" }]);
    expect(parseReport(formatReport(one))).toEqual(one);
  });

  it("are refused with the field that is wrong", () => {
    expect(() => parseReport("{")).toThrow(/must be JSON/);
    expect(() => parseReport(JSON.stringify({ ...report([]), format: "x-bench/0" }))).toThrow(
      /format is not as it must be/,
    );
    const bad = { ...report([]), rows: [{ ...row("a", [1]), timeNs: { ...summarize([1]), median: -1 } }] };
    expect(() => parseReport(JSON.stringify(bad))).toThrow(/rows\.0\.timeNs\.median/);
  });
});

describe("baselines", () => {
  const before = report([
    row("steady", [100, 101, 102]),
    row("slower", [100, 101, 102]),
    row("noisy", [100, 150, 200]),
    row("faster", [100, 101, 102]),
    row("gone", [1]),
    row("broken", [1]),
  ]);
  const after = report([
    row("steady", [104, 105, 106]),
    row("slower", [130, 131, 132]),
    row("noisy", [120, 180, 260]),
    row("faster", [50, 51, 52]),
    row("new", [1]),
    { ...row("broken", [1]), status: "wrong", timeNs: undefined } as unknown as Row,
  ]);

  it("tells change from noise", () => {
    const verdicts = Object.fromEntries(compareReports(before, after).map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toEqual({
      steady: "same",
      slower: "slower",
      noisy: "same",
      faster: "faster",
      new: "new",
      gone: "gone",
      broken: "broken",
    });
    expect(regressed(compareReports(before, after))).toBe(true);
    expect(regressed(compareReports(before, before))).toBe(false);
  });

  it("allows more on machines that share their processor, yet sees what is twice as slow", () => {
    const shared = "WebGPU, SwiftShader (software: it computes on the CPU)";
    const pair = (factor: number): boolean =>
      regressed(
        compareReports(
          report([row("a", [100, 101, 102])], shared),
          report([row("a", [100 * factor, 101 * factor, 102 * factor])], shared),
        ),
      );
    expect(pair(1.3)).toBe(false);
    expect(pair(2)).toBe(true);
  });

  it("does not take a slow minute for a regression while the fastest sample is as fast as before", () => {
    expect(regressed(compareReports(report([row("a", [100, 101, 102])]), report([row("a", [101, 190, 195])])))).toBe(
      false,
    );
  });
});

describe("the suite", () => {
  it("has every exported primitive that runs, and nothing else", () => {
    const exported = [...primitivesOf(tensor), ...primitivesOf(nn)]
      .filter(({ alias }) => !alias)
      .map(({ name }) => name);
    expect([...new Set(suite().map(({ primitive }) => primitive.name))].sort()).toEqual([...new Set(exported)].sort());
    const ids = suite({ sizes: "all" }).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("keeps to a limit of work, with a smaller case of the same primitive", () => {
    const limited = suite({ mostWork: 1e6 });
    expect(limited.every(({ cost }) => Math.max(cost.flops, cost.bytes) <= 1e6)).toBe(true);
    expect(limited.some(({ primitive }) => primitive.name === "matmul")).toBe(true);
  });

  it("filters by words and alternatives", () => {
    expect(matches("matmul / primes, a transposed", "matmul transposed")).toBe(true);
    expect(matches("softmax / logits", "matmul|softmax log")).toBe(true);
    expect(matches("softmax / logits", "matmul")).toBe(false);
  });

  it("costs every case more than nothing", () => {
    const cases = suite();
    expect(cases.length).toBeGreaterThan(50);
    for (const { primitive, one } of cases)
      expect(costOf(primitive, one).bytes, `${primitive.name} ${one.name}`).toBeGreaterThan(0);
  });
});

describe("text", () => {
  it("writes numbers with three digits and their unit", () => {
    expect([digits(1234), digits(1.2345), digits(0.012345), time(1500), time(2.5e6), time(3e9)]).toEqual([
      "1234",
      "1.23",
      "0.0123",
      "1.50 µs",
      "2.50 ms",
      "3.00 s",
    ]);
    expect(textTable(["a", "b", "c"], [["x", "1", "y"]]).split("\n")).toEqual(["a  b  c", "─  ─  ─", "x  1  y"]);
    expect(markdownTable(["a", "b", "c"], [["x|y", "1", "z"]])).toContain("x\\|y");
  });

  it("reads its arguments and refuses others", () => {
    expect(parseBenchArgs(["--filter", "matmul", "--device", "cpu", "--samples", "5"])).toMatchObject({
      filter: "matmul",
      device: "cpu",
      samples: 5,
      peers: false,
    });
    expect(() => parseBenchArgs(["--device", "tpu"])).toThrow(/webgpu or cpu/);
    expect(() => parseBenchArgs(["--samples", "no"])).toThrow(/above 0/);
    expect(() => parseBenchArgs(["--unknown"])).toThrow();
  });
});

describe("the landscape", () => {
  const axes = [{ name: "row", unit: "numbers" }, { name: "threads" }, { name: "depth" }];
  const race = (name: string, tried: TuningRace["tried"], chosen?: number): TuningRace => ({
    family: "rows",
    landscape: "norm",
    name,
    axes,
    work: { amount: 100, unit: "GB/s" },
    tried,
    ...(chosen !== undefined && { chosen }),
  });
  const races = [
    race(
      "rows of 32",
      [
        { place: [32, 1, 4], elapsedNs: 50 },
        { place: [32, 64, 4], elapsedNs: 25 },
        { place: [32, 64, 16], elapsedNs: 20 },
        { place: [32, 64, 8], failure: "differs" },
        { place: [32, 256, 4], failure: "at most 128 threads" },
      ],
      2,
    ),
    race("rows of 8", [{ place: [8, 64, 4], elapsedNs: 10 }], 0),
  ];

  it("draws experiments together: the best of each pair of values, what failed, where nothing was tried", () => {
    const land = landscapeOf(races, { rows: 0, columns: 1, held: {} });
    expect(land).toMatchObject({ title: "rows: norm", unit: "GB/s", rowName: "row (numbers)", columnName: "threads" });
    expect(land).toMatchObject({ rows: [8, 32], columns: [1, 64, 256], most: 10 });
    expect(land.bars.map(({ row, column, speed, tried, failed }) => [row, column, speed, tried, failed])).toEqual([
      [0, 1, 10, 1, 0],
      [1, 0, 2, 1, 0],
      [1, 1, 5, 3, 1],
      [1, 2, undefined, 1, 1],
    ]);
    expect(land.bars.map(({ builtIn, chosen }) => [builtIn, chosen])).toEqual([
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect(land.bars.map(describeBar)).toEqual([
      "rows of 8: 10.0 GB/s, 10.0 ns; row 8 numbers, threads 64, depth 4 (fastest, built in)",
      "rows of 32: 2.00 GB/s, 50.0 ns; row 32 numbers, threads 1, depth 4 (built in)",
      "rows of 32: 5.00 GB/s, 20.0 ns; row 32 numbers, threads 64, depth 16; best of 3, 1 failed (fastest)",
      "rows of 32: no time: at most 128 threads; row 32 numbers, threads 256, depth 4",
    ]);
  });

  it("draws any two axes, and holds others at a value", () => {
    expect(landscapeOf(races, { rows: 2, columns: 0, held: {} })).toMatchObject({ rows: [4, 8, 16], columns: [8, 32] });
    const held = landscapeOf(races, { rows: 0, columns: 1, held: { 2: 4 } });
    expect(held.bars.map(({ speed }) => speed)).toEqual([10, 2, 4, undefined]);
    expect(held.bars.map(({ chosen }) => chosen)).toEqual([true, false, false, false]);
    expect(landscapeOf([], { rows: 0, columns: 1, held: {} }).bars).toEqual([]);
  });
});
