// What the runner refuses at the call, and what it raises at the next read: WGSL errors, validation, limits, lost devices.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRunner, isSoftwareAdapter, requestDevice, requestRunner, type WebGPURunner } from "../src/index.ts";
import { affineProgram, brokenProgram, failure, floats, thrown, twinProgram, upload } from "./compile-programs.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await requestRunner({ software: true });
});
afterAll(() => runner.destroy());

test("broken WGSL names kernel, config and the numbered line, at the next read and at every later run", async () => {
  const own = await requestRunner({ software: true });
  const y = own.createBuffer(4);
  own.run(brokenProgram, { y });
  const error = await failure(own.read(y, 4));
  expect(error.kind).toBe("compile");
  expect(error.kernel).toBe("test_broken");
  expect(error.message).toMatch(/test_broken: the device refused its WGSL\. Config \{\}/);
  expect(error.message).toMatch(/> +7 \| {3}y\[0\] = no_such_function\(1\.0\);/);
  expect(error.message).toMatch(/ +6 \| fn main\(\) \{/);
  expect(thrown(() => own.run(brokenProgram, { y }))).toBe(error);
  own.destroy();
});

test("reads that overlap raise the same error, the read after them is clean", async () => {
  const own = await requestRunner({ software: true });
  const y = own.createBuffer(4);
  own.run(brokenProgram, { y });
  const results = await Promise.allSettled([own.read(y, 4), own.read(y, 4), own.sync()]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect((await own.read(y, 4)).byteLength).toBe(4);
  own.destroy();
});

test("precompile rejects with the WGSL error, and compiles what run uses", async () => {
  const own = await requestRunner({ software: true });
  const error = await failure(own.precompile([brokenProgram]));
  expect(error.message).toContain("no_such_function");
  const program = affineProgram(1, 2, 0);
  await own.precompile([program, program]);
  expect(own.stats.pipelines).toBe(1);
  const [x, y] = [upload(own, [4]), own.createBuffer(4)];
  own.run(program, { x, y });
  expect(own.stats.pipelines).toBe(1);
  expect(await floats(own, y, 1)).toEqual([8]);
  own.destroy();
});

test("a missing or misspelt buffer name is told with what is there", () => {
  const buffer = runner.createBuffer(4);
  expect(thrown(() => runner.run(affineProgram(1, 1, 0), { x: buffer, Y: buffer })).message).toBe(
    'test_affine: the program needs a buffer named "y"; got x, Y.',
  );
  const wrong = { ...affineProgram(1, 1, 0).dispatches[0]!, buffers: { x: "x", z: "z" } };
  expect(thrown(() => runner.run({ temps: {}, dispatches: [wrong] }, { x: buffer, z: buffer })).message).toBe(
    "test_affine: a dispatch must name a buffer for each of x, y; got x, z.",
  );
  runner.releaseBuffer(buffer);
});

test("wrong uniforms are told", () => {
  const [x, y] = [runner.createBuffer(4), runner.createBuffer(4)];
  expect(thrown(() => runner.run(affineProgram(-1, 1, 0, {}, [1, 1]), { x, y })).message).toBe(
    'test_affine: uniform "count" must be a whole number that fits u32; got -1.',
  );
  expect(thrown(() => runner.run(affineProgram(1, NaN, 0), { x, y })).message).toMatch(
    /uniform "scale" must be a number; got NaN/,
  );
  for (const buffer of [x, y]) runner.releaseBuffer(buffer);
});

test("an output that is also an input is refused", () => {
  const x = runner.createBuffer(4);
  expect(thrown(() => runner.run(affineProgram(1, 1, 0), { x, y: x })).message).toMatch(
    /"y" is written, so no binding may read its buffer, not even another part; "x" does/,
  );
  runner.releaseBuffer(x);
});

test("a part of a buffer must lie within it, on its boundaries, and must not be read in a dispatch that writes another part", () => {
  const [x, y] = [runner.createBuffer(1024), runner.createBuffer(1024)];
  const part = (offsetBytes: number, sizeBytes: number) => ({ buffer: x, offsetBytes, sizeBytes });
  for (const [offset, size] of [
    [4, 4],
    [256, 1024],
    [-256, 4],
    [0, 0],
    [0, 6],
  ] as const) {
    expect(thrown(() => runner.run(affineProgram(1, 1, 0), { x: part(offset, size), y })).message).toMatch(
      new RegExp(`the range of "x" must be within its buffer's 1024 bytes.*got offset ${offset}, size ${size}`),
    );
  }
  expect(thrown(() => runner.run(affineProgram(1, 1, 0), { x: part(0, 256), y: part(256, 256) })).message).toMatch(
    /"y" is written, so no binding may read its buffer, not even another part; "x" does/,
  );
  expect(thrown(() => runner.run(twinProgram(1), { x: y, a: part(0, 512), b: part(256, 256) })).message).toMatch(
    /"a" and "b" are written, so their ranges must not overlap/,
  );
  for (const buffer of [x, y]) runner.releaseBuffer(buffer);
});

test("a dispatch, a buffer or a limit beyond the device names the limit and both numbers", async () => {
  const [x, y] = [runner.createBuffer(4), runner.createBuffer(4)];
  const grid = thrown(() => runner.run(affineProgram(1, 1, 0, {}, [70_000, 1]), { x, y }));
  expect(grid).toMatchObject({
    kind: "limit",
    limit: "maxComputeWorkgroupsPerDimension",
    needed: 70_000,
    available: 65_535,
  });
  const { maxBufferSize } = runner.device.limits;
  const large = thrown(() => runner.createBuffer(maxBufferSize + 4));
  expect(large).toMatchObject({
    kind: "limit",
    limit: "maxBufferSize",
    needed: maxBufferSize + 4,
    available: maxBufferSize,
  });
  const low = createRunner(runner.device, { caps: { maxStorageBufferBindingSize: 1024 } });
  const wide = low.createBuffer(1028);
  const bound = thrown(() => low.run(affineProgram(1, 1, 0), { x, y: wide }));
  expect(bound).toMatchObject({
    kind: "limit",
    limit: "maxStorageBufferBindingSize",
    needed: wide.size,
    available: 1024,
  });
  low.run(affineProgram(1, 1, 0), { x, y: { buffer: wide, offsetBytes: 0, sizeBytes: 1024 } });
  await low.sync();
  low.destroy();
  const limit = await failure(requestDevice({ software: true, limits: { maxStorageBuffersPerShaderStage: 1000 } }));
  expect(limit).toMatchObject({ kind: "limit", limit: "maxStorageBuffersPerShaderStage", needed: 1000 });
  for (const buffer of [x, y]) runner.releaseBuffer(buffer);
});

test("a software adapter is refused unless asked for", async () => {
  const { info } = await requestDevice({ software: true });
  if (isSoftwareAdapter(info))
    expect((await failure(requestDevice())).message).toMatch(/runs on the CPU.*software: true/);
  else expect((await requestDevice()).caps.adapter).not.toBe("software");
});

test("ranges, usages and double release are checked at the call", async () => {
  const buffer = runner.createBuffer(256);
  expect(thrown(() => runner.write(buffer, new Float32Array(65))).message).toMatch(
    /within the buffer's 256 bytes; got offset 0, size 260/,
  );
  expect((await failure(runner.read(buffer, 8, 252))).message).toMatch(/offset 252, size 8/);
  expect(thrown(() => runner.copy(buffer, 0, buffer, 8, 4)).message).toMatch(/two buffers/);
  const own = runner.device.createBuffer({ size: 16, usage: 0x08 });
  expect((await failure(runner.read(own, 4))).message).toMatch(/COPY_SRC/);
  expect(thrown(() => runner.run(affineProgram(1, 1, 0), { x: own, y: buffer })).message).toMatch(
    /"x" must have the usage STORAGE/,
  );
  expect(thrown(() => runner.releaseBuffer(own)).message).toMatch(/is none of this runner/);
  runner.releaseBuffer(buffer);
  expect(thrown(() => runner.releaseBuffer(buffer)).message).toMatch(/released before/);
  own.destroy();
});

test("work on a destroyed buffer is refused at the next read", async () => {
  const own = await requestRunner({ software: true });
  const [x, y] = [own.device.createBuffer({ size: 4, usage: 0x80 }), own.createBuffer(4)];
  own.run(affineProgram(1, 1, 0), { x, y });
  x.destroy();
  expect((await failure(own.read(y, 4))).message).toMatch(/destroyed/i);
  own.destroy();
});

test("an uncaptured error is raised on an owned device and left to the caller on a shared one", async () => {
  const own = await requestRunner({ software: true });
  const lines: string[] = [];
  const shared = createRunner(own.device, { debug: 1, log: (line) => lines.push(line), label: "shared" });
  own.device.createBuffer({ size: 4, usage: 0x01 | 0x02 });
  const [y, z] = [own.createBuffer(4), shared.createBuffer(4)];
  await own.device.queue.onSubmittedWorkDone();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await shared.read(z, 4)).byteLength).toBe(4);
  expect(lines.join("\n")).toMatch(/shared: uncaptured error on the shared device/);
  expect((await failure(own.read(y, 4))).message).toMatch(/the GPU device reported/);
  own.destroy();
});

test("a lost device is told at read, sync and run", async () => {
  const { device } = await requestDevice({ software: true });
  const own = createRunner(device);
  const [x, y] = [own.createBuffer(4), own.createBuffer(4)];
  own.run(affineProgram(1, 1, 0), { x, y });
  device.destroy();
  expect(await failure(own.read(y, 4))).toMatchObject({ kind: "lost" });
  expect((await failure(own.sync())).message).toMatch(/the GPU device was lost.*request a new device/);
  expect(thrown(() => own.run(affineProgram(1, 1, 0), { x, y })).kind).toBe("lost");
  own.destroy();
  expect(thrown(() => own.createBuffer(4)).kind).toBe("destroyed");
});
