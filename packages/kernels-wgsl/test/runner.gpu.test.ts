// The runner on a real WebGPU implementation: ordering, pooling, rings, errors.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRunner, defineKernel, dispatch, isSoftwareAdapter, KernelError, type Program, requestDevice, requestGPU, requestRunner, type WebGPURunner } from "../src/index.ts";

const affine = defineKernel({
  name: "test_affine",
  uniforms: { count: "u32", scale: "f32", shift: "i32" },
  bindings: () => ({ x: "read f32", y: "read_write f32" }),
  wgsl: ({ workgroupSize }: { workgroupSize: number }) => `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * ${workgroupSize}u;
  if (i < u.count) {
    y[i] = x[i] * u.scale + f32(u.shift);
  }
}
`,
});

const broken = defineKernel({
  name: "test_broken",
  uniforms: {},
  bindings: () => ({ y: "read_write f32" }),
  wgsl: () => `
@compute @workgroup_size(1)
fn main() {
  y[0] = no_such_function(1.0);
}
`,
});

function affineProgram(count: number, scale: number, shift: number, names: { x?: string; y?: string } = {}, grid?: [number, number]): Program {
  return {
    temps: {},
    dispatches: [
      dispatch(affine, {
        config: { workgroupSize: 64 },
        buffers: { x: names.x ?? "x", y: names.y ?? "y" },
        uniforms: { count, scale, shift },
        workgroups: grid ?? [Math.ceil(count / 64)],
      }),
    ],
  };
}

const brokenProgram: Program = { temps: {}, dispatches: [dispatch(broken, { config: {}, buffers: { y: "y" }, uniforms: {}, workgroups: [1] })] };

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await requestRunner({ software: true });
});
afterAll(() => runner.destroy());

async function floats(from: GPUBuffer, count: number, by: WebGPURunner = runner): Promise<number[]> {
  return [...new Float32Array(await by.read(from, 4 * count))];
}

function upload(values: readonly number[], to: WebGPURunner = runner): GPUBuffer {
  const buffer = to.createBuffer(4 * values.length);
  to.write(buffer, new Float32Array(values));
  return buffer;
}

async function failure(promise: Promise<unknown>): Promise<KernelError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KernelError);
  return error as KernelError;
}

function thrown(call: () => unknown): KernelError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(KernelError);
    return error as KernelError;
  }
  throw new Error("nothing was thrown");
}

describe("order", () => {
  test("a program runs on the caller's own device and buffers", async () => {
    const { device } = await requestDevice({ software: true });
    const own = createRunner(device);
    const x = device.createBuffer({ size: 16, usage: 0x80 | 0x08 });
    const y = device.createBuffer({ size: 16, usage: 0x80 | 0x04 });
    device.queue.writeBuffer(x, 0, new Float32Array([1, 2, 3, 4]));
    own.run(affineProgram(4, 2, -1), { x, y });
    expect(await floats(y, 4, own)).toEqual([1, 3, 5, 7]);
    own.destroy();
    expect(() => device.createBuffer({ size: 4, usage: 8 }).destroy()).not.toThrow();
    device.destroy();
  });

  test("a write between two dispatches is seen by the second alone", async () => {
    const x = upload([1, 2]);
    const [first, second] = [runner.createBuffer(8), runner.createBuffer(8)];
    runner.run(affineProgram(2, 1, 0), { x, y: first });
    runner.write(x, new Float32Array([10, 20]));
    runner.run(affineProgram(2, 1, 0), { x, y: second });
    expect(await floats(first, 2)).toEqual([1, 2]);
    expect(await floats(second, 2)).toEqual([10, 20]);
    for (const buffer of [x, first, second]) runner.releaseBuffer(buffer);
  });

  test("a released buffer that is handed out and written again does not disturb encoded work", async () => {
    const x = upload([5, 6]);
    const y = runner.createBuffer(8);
    runner.run(affineProgram(2, 1, 0), { x, y });
    runner.releaseBuffer(x);
    const again = runner.createBuffer(8);
    expect(again).toBe(x);
    runner.write(again, new Float32Array([0, 0]));
    expect(await floats(y, 2)).toEqual([5, 6]);
    for (const buffer of [again, y]) runner.releaseBuffer(buffer);
  });

  test("temps carry values between dispatches and go back to the pool", async () => {
    const x = upload([1, 2, 3]);
    const y = runner.createBuffer(12);
    const used = runner.stats.usedBytes;
    const one = affineProgram(3, 3, 0, { y: "middle" });
    const two = affineProgram(3, 1, 1, { x: "middle" });
    runner.run({ temps: { middle: 12 }, dispatches: [...one.dispatches, ...two.dispatches] }, { x, y });
    expect(runner.stats.usedBytes).toBe(used);
    expect(await floats(y, 3)).toEqual([4, 7, 10]);
    for (const buffer of [x, y]) runner.releaseBuffer(buffer);
  });

  test("copies stand in line with dispatches", async () => {
    const x = upload([1, 2]);
    const [y, kept] = [runner.createBuffer(8), runner.createBuffer(8)];
    runner.run(affineProgram(2, 2, 0), { x, y });
    runner.copy(y, 4, kept, 0, 4);
    runner.run(affineProgram(2, 5, 0), { x, y });
    expect(await floats(kept, 1)).toEqual([4]);
    expect(await floats(y, 2)).toEqual([5, 10]);
    for (const buffer of [x, y, kept]) runner.releaseBuffer(buffer);
  });

  test("the uniform ring wraps around and submits happen on the way", async () => {
    const small = createRunner(runner.device, { uniformRingBytes: 1024, flushAfter: 7 });
    const x = upload([1], small);
    const outputs = Array.from({ length: 40 }, () => small.createBuffer(4));
    outputs.forEach((y, i) => small.run(affineProgram(1, i, 0), { x, y }));
    expect(small.stats.submits).toBeGreaterThanOrEqual(9);
    const values = await Promise.all(outputs.map((y) => floats(y, 1, small)));
    expect(values.flat()).toEqual(outputs.map((_, i) => i));
    small.destroy();
  });

  test("a Dispatch object is replayed with other buffers", async () => {
    const program = affineProgram(1, 10, 0);
    const [a, b] = [upload([1]), upload([2])];
    const [y, z] = [runner.createBuffer(4), runner.createBuffer(4)];
    const pipelines = runner.stats.pipelines;
    runner.run(program, { x: a, y });
    runner.run(program, { x: b, y: z });
    expect(await floats(y, 1)).toEqual([10]);
    expect(await floats(z, 1)).toEqual([20]);
    expect(runner.stats.pipelines).toBe(pipelines);
    for (const buffer of [a, b, y, z]) runner.releaseBuffer(buffer);
  });

  test("a run that failed half way does not leave a Dispatch bound to the wrong buffers", async () => {
    const program = affineProgram(1, 1, 0);
    const [a, b, y] = [upload([1]), upload([2]), runner.createBuffer(4)];
    runner.run(program, { x: a, y });
    expect(() => runner.run(program, { x: b })).toThrow(/needs a buffer named "y"/);
    runner.run(program, { x: b, y });
    expect(await floats(y, 1)).toEqual([2]);
    for (const buffer of [a, b, y]) runner.releaseBuffer(buffer);
  });

  test("a grid of two dimensions covers every element", async () => {
    const count = 64 * 10;
    const x = upload(Array.from({ length: count }, (_, i) => i));
    const y = runner.createBuffer(4 * count);
    runner.run(affineProgram(count, 1, 1, {}, [4, 3]), { x, y });
    const got = await floats(y, count);
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
      const [x, y] = [upload([1, 2, 3], own), own.createBuffer(12)];
      const program = affineProgram(3, 2, 0, { y: "middle" });
      own.run({ temps: { middle: 12 }, dispatches: [...program.dispatches, ...affineProgram(3, 1, 0, { x: "middle" }).dispatches] }, { x, y });
      expect(await floats(y, 3, own)).toEqual([2, 4, 6]);
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
    const [x, y] = [upload([3], own), own.createBuffer(4)];
    own.run(affineProgram(1, 2, 0), { x, y });
    own.releaseBuffer(x);
    expect(own.stats.pooledBytes).toBe(0);
    expect(await floats(y, 1, own)).toEqual([6]);
    const other = upload([4], own);
    expect(other).not.toBe(x);
    own.run(affineProgram(1, 2, 0), { x: other, y });
    expect(await floats(y, 1, own)).toEqual([8]);
    own.destroy();
  });
});

describe("errors", () => {
  test("broken WGSL names kernel, config and the numbered line, at the next read and at every later run", async () => {
    const own = await requestRunner({ software: true });
    const y = own.createBuffer(4);
    own.run(brokenProgram, { y });
    const error = await failure(own.read(y, 4));
    expect(error.kind).toBe("wgsl");
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
    const [x, y] = [upload([4], own), own.createBuffer(4)];
    own.run(program, { x, y });
    expect(own.stats.pipelines).toBe(1);
    expect(await floats(y, 1, own)).toEqual([8]);
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
    expect(thrown(() => runner.run(affineProgram(1, NaN, 0), { x, y })).message).toMatch(/uniform "scale" must be a number; got NaN/);
    for (const buffer of [x, y]) runner.releaseBuffer(buffer);
  });

  test("an output that is also an input is refused", () => {
    const x = runner.createBuffer(4);
    expect(thrown(() => runner.run(affineProgram(1, 1, 0), { x, y: x })).message).toMatch(/"y" is written, so no other binding may use its buffer; "x" does/);
    runner.releaseBuffer(x);
  });

  test("a dispatch, a buffer or a limit beyond the device names the limit and both numbers", async () => {
    const [x, y] = [runner.createBuffer(4), runner.createBuffer(4)];
    const grid = thrown(() => runner.run(affineProgram(1, 1, 0, {}, [70_000, 1]), { x, y }));
    expect(grid).toMatchObject({ kind: "limit", limit: "maxComputeWorkgroupsPerDimension", needed: 70_000, available: 65_535 });
    const { maxStorageBufferBindingSize } = runner.caps;
    const large = thrown(() => runner.createBuffer(maxStorageBufferBindingSize + 4));
    expect(large).toMatchObject({ kind: "limit", limit: "maxStorageBufferBindingSize", needed: maxStorageBufferBindingSize + 4 });
    const limit = await failure(requestDevice({ software: true, limits: { maxStorageBuffersPerShaderStage: 1000 } }));
    expect(limit).toMatchObject({ kind: "limit", limit: "maxStorageBuffersPerShaderStage", needed: 1000 });
    for (const buffer of [x, y]) runner.releaseBuffer(buffer);
  });

  test("a software adapter is refused unless asked for", async () => {
    const { info } = await requestDevice({ software: true });
    if (isSoftwareAdapter(info)) expect((await failure(requestDevice())).message).toMatch(/runs on the CPU.*software: true/);
    else expect((await requestDevice()).caps.adapter).not.toBe("software");
  });

  test("ranges, usages and double release are checked at the call", async () => {
    const buffer = runner.createBuffer(256);
    expect(thrown(() => runner.write(buffer, new Float32Array(65))).message).toMatch(/within the buffer's 256 bytes; got offset 0, size 260/);
    expect((await failure(runner.read(buffer, 8, 252))).message).toMatch(/offset 252, size 8/);
    expect(thrown(() => runner.copy(buffer, 0, buffer, 8, 4)).message).toMatch(/two buffers/);
    const own = runner.device.createBuffer({ size: 16, usage: 0x08 });
    expect((await failure(runner.read(own, 4))).message).toMatch(/COPY_SRC/);
    expect(thrown(() => runner.run(affineProgram(1, 1, 0), { x: own, y: buffer })).message).toMatch(/"x" must have the usage STORAGE/);
    expect(thrown(() => runner.releaseBuffer(own)).message).toMatch(/does not come from createBuffer/);
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
});

describe("timing", () => {
  test("profile gives each dispatch its time and says by which clock", async () => {
    const x = upload(Array.from({ length: 4096 }, (_, i) => i));
    const y = runner.createBuffer(4 * 4096);
    const { clock, dispatches } = await runner.profile(() => {
      for (let i = 0; i < 300; i++) runner.run(affineProgram(4096, 1, 0), { x, y });
    });
    expect(clock).toBe(runner.device.features.has("timestamp-query") ? "timestamp-query" : "submit-to-done");
    expect(dispatches).toHaveLength(300);
    expect(dispatches[0]).toMatchObject({ kernel: "test_affine", config: { workgroupSize: 64 }, workgroups: [64, 1, 1] });
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
    const [x, y] = [upload([1], plain), plain.createBuffer(4)];
    const { clock, dispatches } = await plain.profile(() => {
      for (let i = 0; i < 3; i++) plain.run(affineProgram(1, 1, 0), { x, y });
    });
    expect(clock).toBe("submit-to-done");
    expect(dispatches).toHaveLength(3);
    expect(dispatches.every(({ elapsedNs }) => elapsedNs > 0)).toBe(true);
    plain.destroy();
    device.destroy();
  });

  test("debug level 2 prints pipelines and one line per dispatch", async () => {
    const lines: string[] = [];
    const loud = createRunner(runner.device, { debug: 3, log: (line) => lines.push(line), label: "loud" });
    const [x, y] = [upload([1], loud), loud.createBuffer(4)];
    loud.run(affineProgram(1, 1, 0), { x, y });
    await loud.sync();
    expect(lines[0]).toBe('loud: pipeline test_affine {"workgroupSize":64}');
    expect(lines[1]).toMatch(/^loud: test_affine \{"workgroupSize":64\} \[1, 1, 1\] [\d.]+ us.*MiB in use \{"count":1,"scale":1,"shift":0\}$/);
    loud.destroy();
  });
});
