// Timing a program run many times over: it runs exactly so often, over the given sets in turn, and errors come through.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRunner, elementwise, type Program, requestDevice, type WebGPURunner } from "../src/index.ts";

/** y = y + 1 over four numbers. */
const increment: Program = elementwise.program({
  shape: [4],
  inputs: {},
  outputs: { y: { type: "f32", previous: true } },
  result: { y: "y_old + 1.0" },
});

let runner: WebGPURunner;
beforeAll(async () => {
  runner = createRunner((await requestDevice({ software: true })).device);
});
afterAll(() => {
  const { device } = runner;
  runner.destroy();
  device.destroy();
});

describe("runner.time", () => {
  for (const count of [1, 2, 7, 600]) {
    it(`runs a program ${count} times, over two sets in turn`, async () => {
      const buffers = [runner.createBuffer(16), runner.createBuffer(16)];
      for (const buffer of buffers) runner.write(buffer, new Float32Array(4));
      let paused = 0;
      const { elapsedNs, clock } = await runner.time({
        program: increment,
        sets: buffers.map((y) => ({ y })),
        count,
        pause: () => (paused++, Promise.resolve()),
      });
      expect(clock).toBe(runner.device.features.has("timestamp-query") ? "timestamp-query" : "submit-to-done");
      expect(elapsedNs).toBeGreaterThanOrEqual(0);
      expect(paused).toBe(1);
      const [first, second] = await Promise.all(
        buffers.map(async (buffer) => new Float32Array(await runner.read(buffer, 16))[0]),
      );
      expect([first, second]).toEqual([Math.ceil(count / 2), Math.floor(count / 2)]);
      for (const buffer of buffers) runner.releaseBuffer(buffer);
    });
  }

  it("takes the time from submit to done where there are no timestamps", async () => {
    const { device: reference } = runner;
    const adapter = await navigator.gpu.requestAdapter();
    const plain = createRunner(await adapter!.requestDevice());
    const y = plain.createBuffer(16);
    plain.write(y, new Float32Array(4));
    const { elapsedNs, clock } = await plain.time({ program: increment, sets: [{ y }], count: 3 });
    expect([clock, new Float32Array(await plain.read(y, 16))[0]]).toEqual(["submit-to-done", 3]);
    expect(elapsedNs).toBeGreaterThan(0);
    expect(plain.device).not.toBe(reference);
    const { device } = plain;
    plain.destroy();
    device.destroy();
  });

  it("measures the same while single dispatches are logged", async () => {
    const lines: string[] = [];
    const logging = createRunner(runner.device, { debug: 2, log: (line) => lines.push(line) });
    const y = logging.createBuffer(16);
    logging.write(y, new Float32Array(4));
    await logging.time({ program: increment, sets: [{ y }], count: 5 });
    const before = lines.length;
    logging.run(increment, { y });
    expect(new Float32Array(await logging.read(y, 16))[0]).toBe(6);
    await logging.sync();
    expect(before).toBe(lines.filter((line) => line.includes("pipeline")).length);
    expect(lines.length).toBe(before + 1);
    logging.destroy();
  });

  it("tells what is wrong with a call, and works afterwards", async () => {
    await expect(runner.time({ program: increment, sets: [{}], count: 3 })).rejects.toThrow(/needs a buffer named "y"/);
    const y = runner.createBuffer(16);
    runner.write(y, new Float32Array(4));
    await runner.time({ program: increment, sets: [{ y }], count: 2 });
    expect(new Float32Array(await runner.read(y, 16))[0]).toBe(2);
    runner.releaseBuffer(y);
  });
});
