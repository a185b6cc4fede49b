// The tuner on a real device: what it returns is followed, it keeps to its budget, and candidates that compute something else cannot win.
import {
  createRunner,
  matmul,
  requestRunner,
  type TuneEvent,
  type TuneRace,
  tune,
  type WebGPURunner,
} from "@x/kernels-wgsl";
import { afterAll, expect, test } from "vitest";
import { adapterKey } from "../src/tuning/measured.ts";
import { race } from "../src/tuning/race.ts";
import type { Experiment } from "../src/tuning/experiment.ts";
import { affineProgram } from "./compile-programs.ts";

const runner: WebGPURunner = await requestRunner({ software: true });
afterAll(() => runner.destroy());

const shape = { m: 64, n: 64, k: 64 };
const small = { stage: "none", rows: 4, vectors: 1, threadsX: 8, threadsY: 1, depth: 4 } as const;

test("a choice is measured, saved as JSON, and followed by programs of the same adapter only", async () => {
  const events: TuneEvent[] = [];
  const tooLarge = { ...small, threadsX: 4096 };
  const tuning = await tune(runner, {
    budgetMs: 2000,
    families: ["matmul"],
    shapes: [shape],
    tiles: [small, tooLarge],
    onTried: (event) => events.push(event),
  });
  expect(tuning.adapter).toBe(adapterKey(runner.caps));
  expect(events.length).toBe(3); // the built-in tile, the one that fits, and why the other was not run
  expect(events[1]!.candidate).toEqual(small);
  expect(events.map(({ elapsedNs }) => elapsedNs! > 0)).toEqual([true, true, false]);
  expect(events[2]).toMatchObject({ candidate: tooLarge, failure: expect.stringContaining("must fit") });

  const chosen = { ...tuning, matmul: { "64x64x64": small } };
  const tuned = createRunner(runner.device, {
    adapterInfo: runner.device.adapterInfo,
    tuning: JSON.parse(JSON.stringify(chosen)),
  });
  expect(matmul.program(shape, tuned.caps).dispatches[0]!.config).toMatchObject(small);
  tuned.destroy();
  expect(() => createRunner(runner.device, { tuning: { adapter: "another|one||32" } })).toThrow(
    /must have been measured on this adapter.*another\|one/,
  );
});

test("a budget of nothing still ends, with nothing chosen", async () => {
  expect(await tune(runner, { budgetMs: 0 })).toEqual({ adapter: adapterKey(runner.caps) });
});

test.each(["rows", "reduce", "cumsum", "conv", "attention", "ssd"] as const)(
  "%s is raced, by candidates that all compute the same",
  async (family) => {
    const races: TuneRace[] = [];
    const tuning = await tune(runner, { budgetMs: 4000, families: [family], onRaced: (race) => races.push(race) });
    expect(races.length).toBeGreaterThan(0);
    for (const { tried, work, chosen, name } of races) {
      expect(
        tried.filter(({ failure }) => failure),
        name,
      ).toEqual(tried.filter(({ failure }) => /at most \d+ threads/.test(failure ?? "")));
      expect(tried[0]!.elapsedNs).toBeGreaterThan(0);
      expect(tried[chosen!]!.elapsedNs).toBeGreaterThan(0);
      expect(work.amount).toBeGreaterThan(0);
    }
    createRunner(runner.device, { tuning: JSON.parse(JSON.stringify(tuning)) }).destroy();
  },
);

test("an unknown family is refused by name", async () => {
  await expect(tune(runner, { families: ["gemm" as never] })).rejects.toThrow(
    /^tune: families must be among .*matmul.*; got "gemm"\.$/,
  );
});

test("a candidate that computes something else has no time", async () => {
  const experiment: Experiment<number> = {
    landscape: "",
    name: "doubling",
    sizes: {},
    axes: [],
    work: { amount: 1, unit: "" },
    candidates: [2, 3],
    inputs: { x: { length: 2, values: () => Float32Array.of(1, 2) } },
    outputs: { y: 2 },
    place: () => [],
    program: (scale = 2) => affineProgram(2, scale, 0),
  };
  const [right, wrong] = await race(runner, experiment, { untilMs: performance.now() + 1000 });
  expect([right!.candidate, wrong!.candidate]).toEqual([2, 3]);
  expect(right!.elapsedNs).toBeGreaterThan(0);
  expect(wrong!.elapsedNs).toBe(undefined);
  expect(wrong!.failure).toMatch(/differs from the default's/);
});
