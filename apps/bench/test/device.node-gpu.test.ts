// Gate, measurement, roofs, tuner and tuning tables on a real device (Dawn).
import { existsSync } from "node:fs";
import { tileCandidates, type TileShape, tuneFamilies } from "@x/kernels-wgsl";
import { cpuDevice, matmul, tensor, webgpuDevice, type WebGPUDevice } from "@x/tensor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Gate } from "../src/core/gate.ts";
import { measure } from "../src/core/measure.ts";
import { formatReport, parseReport, parseTuning } from "../src/core/report.ts";
import { runSuite } from "../src/core/run.ts";
import { suite } from "../src/core/suite.ts";
import { type TriedEvent, tableFile, tuneDevice } from "../src/core/tuner.ts";
import { readTuningFile } from "../src/core/tuning-file.ts";
import { brokenModule } from "../src/fixtures/broken.ts";
import { runDuels } from "../src/peers/duels.ts";
import { type DuelCase, type Peer, UnsupportedError } from "../src/peers/peer.ts";
import { ourselves } from "../src/peers/ours.ts";

vi.setConfig({ testTimeout: 120_000 });

let device: WebGPUDevice;
beforeAll(async () => {
  device = await webgpuDevice({ software: true });
});
afterAll(() => device.dispose());

describe("the gate", () => {
  it("stops a kernel that is wrong, and gives it no speed", async () => {
    const broken = suite({ modules: { fixture: brokenModule } });
    await expect(new Gate(device).check(broken[0]!)).rejects.toThrow(/must agree within/);
    const report = await runSuite(broken, device, { command: "test", environment: {}, samples: 3 });
    expect(report.rows[0]).toMatchObject({ status: "wrong" });
    expect(report.rows[0]).not.toHaveProperty("timeNs");
    expect(report.rows[0]).not.toHaveProperty("gflops");
  });

  it("says how deep it looked", async () => {
    const [one] = suite({ filter: "causal_conv1d_step 130m" });
    expect(await new Gate(device).check(one!)).toMatchObject({ depth: "cpu" });
    expect(await new Gate(device, { cpuBudget: 0 }).check(one!)).toMatchObject({ depth: "reference" });
    expect(await new Gate(device, { cpuBudget: 0, referenceBudget: 0 }).check(one!)).toMatchObject({
      depth: "small cases",
    });
  });
});

describe("measuring", () => {
  it("times kernels with timestamps, rotates inputs, and keeps state from drifting", async () => {
    const [step] = suite({ filter: "ssd_step 130m" });
    const measured = await measure(step!, device, { samples: 3, budgetMs: 100 });
    expect(measured).toMatchObject({ clock: "timestamp-query", path: "kernel" });
    expect(measured.copies).toBeGreaterThan(1);
    expect(measured.samplesNs).toHaveLength(3);
    expect(Math.min(...measured.samplesNs)).toBeGreaterThan(0);
    const [update] = suite({ filter: "sgd", mostWork: 1e5 });
    expect((await measure(update!, device, { samples: 3, budgetMs: 100 })).copies).toBe(1); // it writes in place: one set, put back
  });

  it("reports what a reader can read, on both devices", async () => {
    const entries = suite({ filter: "cumsum", mostWork: 1e6 });
    expect(entries.length).toBeGreaterThan(0);
    for (const each of [device, cpuDevice()]) {
      const report = await runSuite(entries, each, {
        command: "test",
        environment: { node: "x" },
        samples: 3,
        budgetMs: 50,
      });
      expect(parseReport(formatReport(report)).rows.map(({ status }) => status)).toEqual(entries.map(() => "measured"));
      expect(report.roofs.copyGBs).toBeGreaterThan(0);
      expect(report.roofs.fmaF32).toBeGreaterThan(0);
    }
  });
});

describe("the tuner", () => {
  const about = { version: "1.2.3", environment: {} };

  it("tries only tiles the device can run, and makes a table the library follows", async () => {
    const [good] = tileCandidates(device.runner.caps);
    const tooLarge = { ...good!, threadsX: 64, threadsY: 64 };
    const wide = { ...good!, vectors: 1 };
    const found = await tuneDevice(device, {
      ...about,
      families: ["matmul"],
      shapes: [{ m: 64, n: 64, k: 64 }],
      tiles: [good!, wide, tooLarge],
    });
    const [race] = found.races;
    const size = ({ rows, vectors, threadsX, threadsY }: TileShape): number[] => [
      rows * threadsY,
      4 * vectors * threadsX,
    ];
    expect(race!.tried.map(({ place }) => place.slice(0, 2)).slice(-3)).toEqual([good!, wide, tooLarge].map(size)); // after what the library would choose
    expect(race!.tried.at(-1)).toMatchObject({ failure: expect.stringContaining("must fit the device") });
    const best = found.tuning.matmul!["64x64x64"];
    expect(best).toBeDefined();

    const tuned = await webgpuDevice({ software: true, tuning: readTuningFile("t.json", JSON.stringify(found)) });
    const [a, b] = [
      tensor(
        Float32Array.from({ length: 4096 }, (_, i) => (i % 13) - 6),
        { shape: [64, 64], device: tuned },
      ),
      tensor(
        Float32Array.from({ length: 4096 }, (_, i) => (i % 7) - 3),
        { shape: [64, 64], device: tuned },
      ),
    ];
    const { dispatches } = await tuned.runner.profile(() => matmul(a, b).dispose());
    expect(dispatches[0]!.config).toMatchObject(best!);
    tuned.dispose();
  });

  it("tunes every kernel, tells how far it is, and writes what a pull request needs", async () => {
    const events: TriedEvent[] = [];
    const found = await tuneDevice(device, { ...about, budgetMs: 15_000, onTried: (event) => events.push(event) });
    expect([...new Set(found.races.map(({ family }) => family))]).toEqual(tuneFamilies);
    const done = events.map((event) => event.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeLessThanOrEqual(1);
    expect(Object.keys(found.tuning).toSorted()).toEqual(["adapter", ...tuneFamilies].toSorted());
    expect(found).toMatchObject({ version: "1.2.3", adapter: { class: "software" }, file: tableFile("software") });
    expect(existsSync(new URL(`../../../${found.file}`, import.meta.url))).toBe(true);
    expect(parseTuning(JSON.stringify(found))).toEqual(JSON.parse(JSON.stringify(found)));
  });
});

describe("duels", () => {
  const wrong: Peer = {
    name: "wrong",
    version: "0",
    async make(duel: DuelCase) {
      const call = await ourselves(device).make(duel);
      return {
        ...call,
        result: async () => (await call.result()).map((output) => Array.from(output, (value) => value * 1.01)),
      };
    },
  };
  const unable: Peer = { name: "unable", version: "0", make: () => Promise.reject(new UnsupportedError("cannot")) };

  it("compare computations that are right, and say why there is no number", async () => {
    const slots = [
      { name: "same", peer: ourselves(device) },
      { name: "wrong", peer: wrong },
      { name: "unable", peer: unable },
      { name: "missing", why: "not installed" },
    ];
    const [duel] = await runDuels(device, slots, { small: true, filter: "state_step" });
    expect(duel!.peers).toMatchObject({
      same: { status: "measured" },
      wrong: { status: "wrong" },
      unable: { status: "unsupported", why: "cannot" },
      missing: { status: "unavailable", why: "not installed" },
    });
  });

  it("put a chain of dispatches beside bare WebGPU, whose result is checked too", async () => {
    const duels = await runDuels(device, [], { small: true, filter: "chain", rounds: 2, budgetMs: 50 });
    for (const { yardstick } of duels)
      expect(yardstick).toMatchObject({ name: "bare WebGPU, one pass", cell: { status: "measured" } });
    expect(duels).toHaveLength(2);
  });
});
