// The tuner on a real device: what it returns is followed, it keeps to its budget, and candidates that compute something else cannot win.
import {
  adapterKey,
  createRunner,
  matmul,
  requestRunner,
  type TuneEvent,
  tune,
  type WebGPURunner,
} from "@x/kernels-wgsl";
import { afterAll, expect, test } from "vitest";
import { type Experiment, race } from "../src/tuning/race.ts";
import { rowThresholds } from "../src/tuning/candidates.ts";
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
  expect(events.length).toBe(2); // the built-in tile, and the one that fits
  expect(events[1]!.candidate).toEqual(small);
  expect(events.every(({ elapsedNs }) => elapsedNs! > 0)).toBe(true);

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

test("scans and rows are raced too", async () => {
  for (const family of ["rows", "ssd"] as const) {
    const raced: string[] = [];
    await tune(runner, {
      budgetMs: 2000,
      families: [family],
      onRaced: (of, _, tried) => raced.push(`${of} ${tried[0]!.elapsedNs! > 0}`),
    });
    expect(raced[0]).toBe(`${family} true`);
  }
});

test("a candidate that computes something else has no time", async () => {
  const experiment: Experiment<number> = {
    family: "test",
    name: "doubling",
    candidates: [2, 3],
    inputs: { x: Float32Array.of(1, 2) },
    outputs: { y: 2 },
    program: (scale) => affineProgram(2, scale, 0),
  };
  const [right, wrong] = await race(runner, experiment, { untilMs: performance.now() + 1000 });
  expect([right!.candidate, wrong!.candidate]).toEqual([2, 3]);
  expect(right!.elapsedNs).toBeGreaterThan(0);
  expect(wrong!.elapsedNs).toBe(undefined);
  expect(wrong!.failure).toMatch(/differs from the default's/);
});

test("thresholds of rows follow the best layouts, longer rows never sharing among fewer threads", () => {
  const best = [0, 1, 0, 2, 3].map((layout, i) => ({ loads: 8 * 2 ** i, layout }));
  expect(rowThresholds(best)).toEqual({ threadRowLoads: 8, loadsOf64: 32, loadsOf128: 64 });
  expect(rowThresholds(best.map(({ loads }) => ({ loads, layout: 0 })))).toMatchObject({ threadRowLoads: 2 ** 30 });
});
