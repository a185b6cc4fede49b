// What WebGPU reports after the call (memory that it has not, objects and submissions that it refuses): every read of what depends on it rejects with it, no other does, and what
// nobody has read is told by sync(). Faults are planted in the calls of one GPUDevice.
import { requestDevice } from "@x/kernels-wgsl";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  add,
  capture,
  exp,
  gpuBindingOf,
  mul,
  tensor,
  type Tensor,
  type WebGPUDevice,
  webgpuDevice,
} from "../src/index.ts";

let gpu: GPUDevice;
let device: WebGPUDevice;
const restored: (() => void)[] = [];

beforeAll(async () => {
  ({ device: gpu } = await requestDevice({ software: true }));
});
beforeEach(async () => {
  for (const restore of restored.splice(0)) restore();
  device = await webgpuDevice({ device: gpu });
});
afterAll(() => gpu.destroy());

/** Replaces a call of the device by one that WebGPU refuses, once. */
function planted<K extends "createBuffer" | "createBindGroup" | "createComputePipeline">(
  name: K,
  wrong: (argument: Parameters<GPUDevice[K]>[0]) => Parameters<GPUDevice[K]>[0],
): void {
  const call = gpu[name] as (argument: unknown) => unknown;
  const restore = (): void => void (gpu[name] = call as GPUDevice[K]);
  restored.push(restore);
  gpu[name] = ((argument: Parameters<GPUDevice[K]>[0]) => {
    restore();
    return call.call(gpu, wrong(argument));
  }) as GPUDevice[K];
}

let size = 1000;
const input = (): Tensor => tensor(new Float32Array(size).fill(1), { device });

/** Each makes a tensor of ones' exp(1) + 1 by a call that goes wrong. */
const faults: Readonly<Record<string, { readonly kind: string; readonly message: RegExp; run(x: Tensor): Tensor }>> = {
  "memory that there is not": {
    kind: "memory",
    message: /^createBuffer: the device could not give \d+ bytes/,
    run(x) {
      planted("createBuffer", (descriptor) => ({ ...descriptor, usage: descriptor.usage | 1 }));
      return exp(x);
    },
  },
  "a bind group": {
    kind: "binding",
    message: /its buffers cannot be bound/,
    run(x) {
      planted("createBindGroup", (descriptor) => ({ ...descriptor, entries: [] }));
      return exp(x);
    },
  },
  "a pipeline": {
    kind: "compile",
    message: /the device refused its WGSL/,
    run(x) {
      planted("createComputePipeline", (descriptor) => ({
        ...descriptor,
        compute: { ...descriptor.compute, entryPoint: "no_such_function" },
      }));
      return add(x, x);
    },
  },
  "a submission": {
    // wgpu refuses already to bind a destroyed buffer
    kind: "^(device|binding)$",
    message: /the device refused the encoded work|its buffers cannot be bound/,
    run(x) {
      const own = mul(x, 1);
      const y = exp(own);
      gpuBindingOf(own).buffer.destroy();
      return add(y, own);
    },
  },
};

const failure = async (read: Promise<unknown>): Promise<unknown> =>
  read.then(
    () => "resolved",
    (error: unknown) => error,
  );

describe.each(Object.entries(faults))("%s", (_, { kind, message, run }) => {
  const told = (error: unknown): void => {
    expect(error).toMatchObject({ kind: expect.stringMatching(kind) });
    expect((error as Error).message).toMatch(message);
  };

  it("is told by every read of what depends on it, and by no other", async () => {
    size += 1000; // memory that no pool has
    const x = input();
    const before = mul(x, 3);
    await device.sync();
    const bad = run(x);
    const dependent = mul(bad, 2);
    const [innocent, first, second] = await Promise.all([
      failure(before.data()),
      failure(dependent.data()),
      failure(bad.data()),
    ]);
    expect(innocent).toBe("resolved");
    told(first);
    expect(second).toBe(first);
    expect(await failure(bad.data()), "again").toBe(first);
    expect(await failure(add(bad, 1).data()), "computed since").toBe(first);
    await device.sync(); // told before
    expect((await before.data())[0]).toBe(3);
    expect((await mul(before, 2).data())[0]).toBe(6);
  });

  it("is told by sync() where nobody has read", async () => {
    size += 1000;
    const x = input();
    await device.sync();
    run(x);
    told(await failure(device.sync()));
    await device.sync();
    expect((await mul(x, 2).data())[0]).toBe(2);
  });

  it("is told by every result of a captured call", async () => {
    size += 1000;
    const x = input();
    const step = capture((a: Tensor) => {
      const y = mul(a, 3);
      return [add(y, 1), exp(y)];
    });
    for (const result of step(x)) await result.data();
    const bad = run(x);
    const results = step(bad);
    for (const result of results) told(await failure(result.data()));
    const [good] = step(x);
    expect((await good!.data())[0]).toBe(4);
    step.dispose();
  });
});

it("a constant that there was no memory for is made again", async () => {
  size += 1000;
  const x = input();
  const y = exp(x);
  await y.data(); // its submission is not the one that is refused
  device.trim();
  planted("createBuffer", (descriptor) => ({ ...descriptor, usage: descriptor.usage | 1 }));
  const z = add(y, 12345);
  expect(await failure(z.data())).toMatchObject({ kind: "memory" });
  z.dispose();
  expect((await add(y, 12345).data())[0]).toBeCloseTo(12345 + Math.E, 2);
});

it("memory that there was not is not handed out again", async () => {
  size += 1000;
  const x = input();
  expect((await mul(x, 2).data())[0]).toBe(2); // its constant has memory now
  planted("createBuffer", (descriptor) => ({ ...descriptor, usage: descriptor.usage | 1 }));
  const y = mul(x, 2);
  expect(await failure(y.data())).toMatchObject({ kind: "memory" });
  y.dispose();
  expect((await mul(x, 2).data())[0]).toBe(2);
});
