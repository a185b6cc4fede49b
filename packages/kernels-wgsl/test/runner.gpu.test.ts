// The runner on a real WebGPU implementation: order of effects, memory, timing.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRunner, requestDevice, requestGPU, requestRunner, type WebGPURunner } from "../src/index.ts";
import { affineProgram, floats, twinProgram, upload } from "./compile-programs.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await requestRunner({ software: true });
});
afterAll(() => runner.destroy());

describe("order", () => {
  test("a program runs on the caller's own device and buffers", async () => {
    const { device } = await requestDevice({ software: true });
    const own = createRunner(device);
    const x = device.createBuffer({ size: 16, usage: 0x80 | 0x08 });
    const y = device.createBuffer({ size: 16, usage: 0x80 | 0x04 });
    device.queue.writeBuffer(x, 0, new Float32Array([1, 2, 3, 4]));
    own.run(affineProgram(4, 2, -1), { x, y });
    expect(await floats(own, y, 4)).toEqual([1, 3, 5, 7]);
    own.destroy();
    expect(() => device.createBuffer({ size: 4, usage: 8 }).destroy()).not.toThrow();
    device.destroy();
  });

  test("a write between two dispatches is seen by the second alone", async () => {
    const x = upload(runner, [1, 2]);
    const [first, second] = [runner.createBuffer(8), runner.createBuffer(8)];
    runner.run(affineProgram(2, 1, 0), { x, y: first });
    runner.write(x, new Float32Array([10, 20]));
    runner.run(affineProgram(2, 1, 0), { x, y: second });
    expect(await floats(runner, first, 2)).toEqual([1, 2]);
    expect(await floats(runner, second, 2)).toEqual([10, 20]);
    for (const buffer of [x, first, second]) runner.releaseBuffer(buffer);
  });

  test("a released buffer that is handed out and written again does not disturb encoded work", async () => {
    const x = upload(runner, [5, 6]);
    const y = runner.createBuffer(8);
    runner.run(affineProgram(2, 1, 0), { x, y });
    runner.releaseBuffer(x);
    const again = runner.createBuffer(8);
    expect(again).toBe(x);
    runner.write(again, new Float32Array([0, 0]));
    expect(await floats(runner, y, 2)).toEqual([5, 6]);
    for (const buffer of [again, y]) runner.releaseBuffer(buffer);
  });

  test("temps carry values between dispatches and go back to the pool", async () => {
    const x = upload(runner, [1, 2, 3]);
    const y = runner.createBuffer(12);
    const used = runner.stats.usedBytes;
    const one = affineProgram(3, 3, 0, { y: "middle" });
    const two = affineProgram(3, 1, 1, { x: "middle" });
    runner.run({ temps: { middle: 12 }, dispatches: [...one.dispatches, ...two.dispatches] }, { x, y });
    expect(runner.stats.usedBytes).toBe(used);
    expect(await floats(runner, y, 3)).toEqual([4, 7, 10]);
    for (const buffer of [x, y]) runner.releaseBuffer(buffer);
  });

  test("copies stand in line with dispatches", async () => {
    const x = upload(runner, [1, 2]);
    const [y, kept] = [runner.createBuffer(8), runner.createBuffer(8)];
    runner.run(affineProgram(2, 2, 0), { x, y });
    runner.copy(y, 4, kept, 0, 4);
    runner.run(affineProgram(2, 5, 0), { x, y });
    expect(await floats(runner, kept, 1)).toEqual([4]);
    expect(await floats(runner, y, 2)).toEqual([5, 10]);
    for (const buffer of [x, y, kept]) runner.releaseBuffer(buffer);
  });

  test("programs read and write parts of buffers, two parts of one in one dispatch", async () => {
    const values = Array.from({ length: 192 }, (_, i) => i);
    const x = upload(runner, values);
    const y = runner.createBuffer(1024);
    runner.clear(y, 0, 1024);
    const part = (buffer: GPUBuffer, offsetBytes: number, sizeBytes: number) => ({ buffer, offsetBytes, sizeBytes });
    runner.run(affineProgram(3, 10, 0), { x: part(x, 512, 12), y: part(y, 256, 12) });
    expect(await floats(runner, y, 4, 256)).toEqual([1280, 1290, 1300, 0]);
    runner.run(twinProgram(2), { x: part(x, 256, 8), a: part(y, 0, 256), b: part(y, 768, 8) });
    expect(await floats(runner, y, 3)).toEqual([65, 66, 0]);
    expect(await floats(runner, y, 2, 768)).toEqual([66, 67]);
    const prepared = runner.prepare(affineProgram(2, 1, 0));
    prepared.run([part(x, 0, 8), y]);
    prepared.run([part(x, 256, 8), y]);
    expect(await floats(runner, y, 2)).toEqual([64, 65]);
    runner.clear(y, 4, 4);
    expect(await floats(runner, y, 2)).toEqual([64, 0]);
    for (const buffer of [x, y]) runner.releaseBuffer(buffer);
  });

  test("uniforms start over when their buffer is full, and submits happen on the way", async () => {
    const small = createRunner(runner.device, { uniformBytes: 1024, flushAfter: 7 });
    const x = upload(small, [1]);
    const outputs = Array.from({ length: 40 }, () => small.createBuffer(4));
    outputs.forEach((y, i) => small.run(affineProgram(1, i, 0), { x, y }));
    expect(small.stats.submits).toBeGreaterThanOrEqual(9);
    const values = await Promise.all(outputs.map((y) => floats(small, y, 1)));
    expect(values.flat()).toEqual(outputs.map((_, i) => i));
    small.destroy();
  });

  test("a Dispatch object is replayed with other buffers", async () => {
    const program = affineProgram(1, 10, 0);
    const [a, b] = [upload(runner, [1]), upload(runner, [2])];
    const [y, z] = [runner.createBuffer(4), runner.createBuffer(4)];
    const pipelines = runner.stats.pipelines;
    runner.run(program, { x: a, y });
    runner.run(program, { x: b, y: z });
    expect(await floats(runner, y, 1)).toEqual([10]);
    expect(await floats(runner, z, 1)).toEqual([20]);
    expect(runner.stats.pipelines).toBe(pipelines);
    for (const buffer of [a, b, y, z]) runner.releaseBuffer(buffer);
  });

  test("a prepared program runs again over the same buffers and over others, also when uniforms have started over meanwhile", async () => {
    const small = createRunner(runner.device, { uniformBytes: 512 });
    const { names, run } = small.prepare(affineProgram(1, 10, 1));
    expect([...names].toSorted()).toEqual(["x", "y"]);
    const [a, b, y, z] = [upload(small, [1]), upload(small, [2]), small.createBuffer(4), small.createBuffer(4)];
    const over = (x: GPUBuffer, out: GPUBuffer): void => run(names.map((name) => (name === "x" ? x : out)));
    over(a, y);
    expect(await floats(small, y, 1)).toEqual([11]);
    for (let i = 0; i < 5; i++) small.run(affineProgram(1, i, 0), { x: b, y: z });
    over(a, z);
    over(b, y);
    expect(await floats(small, z, 1)).toEqual([11]);
    expect(await floats(small, y, 1)).toEqual([21]);
    expect(() => run([a])).toThrow(/must be given 2 buffers/);
    small.destroy();
  });

  test("a run that failed half way does not leave a Dispatch bound to the wrong buffers", async () => {
    const program = affineProgram(1, 1, 0);
    const [a, b, y] = [upload(runner, [1]), upload(runner, [2]), runner.createBuffer(4)];
    runner.run(program, { x: a, y });
    expect(() => runner.run(program, { x: b })).toThrow(/needs a buffer named "y"/);
    runner.run(program, { x: b, y });
    expect(await floats(runner, y, 1)).toEqual([2]);
    for (const buffer of [a, b, y]) runner.releaseBuffer(buffer);
  });

  test("a grid of two dimensions covers every element", async () => {
    const count = 64 * 10;
    const x = upload(
      runner,
      Array.from({ length: count }, (_, i) => i),
    );
    const y = runner.createBuffer(4 * count);
    runner.run(affineProgram(count, 1, 1, {}, [4, 3]), { x, y });
    const got = await floats(runner, y, count);
    expect(got).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    for (const buffer of [x, y]) runner.releaseBuffer(buffer);
  });

  test("a write of an odd number of bytes is padded with zeros; reads give the bytes asked for", async () => {
    const buffer = runner.createBuffer(8);
    runner.write(buffer, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
    runner.write(buffer, new Uint8Array([9, 10, 11, 12, 13]));
    expect([...new Uint8Array(await runner.read(buffer, 7))]).toEqual([9, 10, 11, 12, 13, 0, 0]);
    expect([...new Uint8Array(await runner.read(buffer, 2, 4))]).toEqual([13, 0]);
    expect((await runner.read(buffer, 0)).byteLength).toBe(0);
    runner.releaseBuffer(buffer);
  });

  test("poisoned buffers are full of NaN", async () => {
    const poisoned = createRunner(runner.device, { poison: true });
    const buffer = poisoned.createBuffer(70_000);
    const words = new Uint32Array(await poisoned.read(buffer, 70_000));
    expect(words.every((word) => word === 0x7fc00000)).toBe(true);
    poisoned.destroy();
  });
});

describe("memory", () => {
  test("repeated work takes no more of it", async () => {
    const own = await requestRunner({ software: true });
    const step = async (): Promise<void> => {
      const [x, y] = [upload(own, [1, 2, 3]), own.createBuffer(12)];
      const program = affineProgram(3, 2, 0, { y: "middle" });
      own.run(
        {
          temps: { middle: 12 },
          dispatches: [...program.dispatches, ...affineProgram(3, 1, 0, { x: "middle" }).dispatches],
        },
        { x, y },
      );
      expect(await floats(own, y, 3)).toEqual([2, 4, 6]);
      for (const buffer of [x, y]) own.releaseBuffer(buffer);
    };
    await step();
    const { usedBytes, peakBytes, pooledBytes } = own.stats;
    for (let i = 0; i < 20; i++) await step();
    expect(own.stats).toMatchObject({ usedBytes, peakBytes, pooledBytes, pipelines: 1 });
    expect(usedBytes).toBe(0);
    own.destroy();
  });

  test("a buffer the pool lets go of is destroyed only after the work that uses it", async () => {
    const own = createRunner(runner.device, { maxPooledBytes: 0 });
    const [x, y] = [upload(own, [3]), own.createBuffer(4)];
    own.run(affineProgram(1, 2, 0), { x, y });
    own.releaseBuffer(x);
    expect(own.stats.pooledBytes).toBe(0);
    expect(await floats(own, y, 1)).toEqual([6]);
    const other = upload(own, [4]);
    expect(other).not.toBe(x);
    own.run(affineProgram(1, 2, 0), { x: other, y });
    expect(await floats(own, y, 1)).toEqual([8]);
    own.destroy();
  });
});

describe("timing", () => {
  test("profile gives each dispatch its time and says by which clock", async () => {
    const x = upload(
      runner,
      Array.from({ length: 4096 }, (_, i) => i),
    );
    const y = runner.createBuffer(4 * 4096);
    const { clock, dispatches } = await runner.profile(() => {
      for (let i = 0; i < 300; i++) runner.run(affineProgram(4096, 1, 0), { x, y });
    });
    expect(clock).toBe(runner.device.features.has("timestamp-query") ? "timestamp-query" : "submit-to-done");
    expect(dispatches).toHaveLength(300);
    expect(dispatches[0]).toMatchObject({
      kernel: "test_affine",
      config: { workgroupSize: 64 },
      workgroups: [64, 1, 1],
    });
    expect(dispatches.every(({ elapsedNs }) => elapsedNs >= 0)).toBe(true);
    const { dispatches: none } = await runner.profile(() => {});
    expect(none).toEqual([]);
    for (const buffer of [x, y]) runner.releaseBuffer(buffer);
  });

  test("without timestamp queries the time from submit to done is told", async () => {
    const gpu = await requestGPU();
    const adapter = await gpu.requestAdapter();
    const device = await adapter!.requestDevice();
    const plain = createRunner(device);
    const count = 262_144;
    const [x, y] = [plain.createBuffer(4 * count), plain.createBuffer(4 * count)];
    const { clock, dispatches } = await plain.profile(() => {
      for (let i = 0; i < 3; i++) plain.run(affineProgram(count, 1, 0), { x, y });
    });
    expect(clock).toBe("submit-to-done");
    expect(dispatches).toHaveLength(3);
    // A page's clock is coarse and may see two ends at once; the whole takes longer than its tick.
    expect(dispatches.every(({ elapsedNs }) => elapsedNs >= 0)).toBe(true);
    expect(dispatches.reduce((sum, { elapsedNs }) => sum + elapsedNs, 0)).toBeGreaterThan(0);
    plain.destroy();
    device.destroy();
  });

  test("debug level 2 prints pipelines and one line per dispatch", async () => {
    const lines: string[] = [];
    const loud = createRunner(runner.device, { debug: 3, log: (line) => lines.push(line), label: "loud" });
    const [x, y] = [upload(loud, [1]), loud.createBuffer(4)];
    loud.run(affineProgram(1, 1, 0), { x, y });
    await loud.sync();
    expect(lines[0]).toBe('loud: pipeline test_affine {"workgroupSize":64}');
    expect(lines[1]).toMatch(
      /^loud: test_affine \{"workgroupSize":64\} \[1, 1, 1\] [\d.]+ us.*MiB in use \{"count":1,"scale":1,"shift":0\}$/,
    );
    loud.destroy();
  });
});
