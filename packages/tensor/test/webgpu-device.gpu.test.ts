// The WebGPU device among an application's own WebGPU code: a shared GPUDevice, buffers taken and lent without a copy, a lost device; and what
// VALIDATE=1 finds.
import { defineKernel, dispatch, KernelError, requestDevice } from "@x/kernels-wgsl";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  add,
  apply,
  cpuDevice,
  definePrimitive,
  DeviceError,
  fromGPUBuffer,
  gpuBindingOf,
  matmul,
  mul,
  ones,
  type Tensor,
  tensor,
  valueAndGrad,
  type WebGPUDevice,
  webgpuDevice,
} from "../src/index.ts";

const [copySource, copyTarget, storage] = [0x04, 0x08, 0x80]; // GPUBufferUsage, which Node lacks
let gpu: GPUDevice;
let device: WebGPUDevice;
beforeAll(async () => {
  ({ device: gpu } = await requestDevice({ software: true }));
  device = await webgpuDevice({ device: gpu });
});
afterAll(() => {
  device.dispose();
  gpu.destroy();
});

function bufferOf(values: readonly number[]): GPUBuffer {
  const buffer = gpu.createBuffer({ size: 4 * values.length, usage: storage | copySource | copyTarget });
  gpu.queue.writeBuffer(buffer, 0, new Float32Array(values));
  return buffer;
}

describe("the application's own GPUDevice", () => {
  it("computes, with gradients, and is not destroyed", async () => {
    const own = await webgpuDevice({ device: gpu });
    expect(own.runner.device).toBe(gpu);
    const { value, grads } = valueAndGrad((w: Tensor) => matmul(w, w).sum())(
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { device: own },
      ),
    );
    expect(await value.item()).toBe(54);
    expect(await grads[0].toArray()).toEqual([
      [7, 11],
      [9, 13],
    ]);
    own.dispose();
    expect(await add(tensor([1, 2], { device }), 1).toArray()).toEqual([2, 3]);
  });

  it("lends its buffers: a tensor over one reads what is written to it later, and leaves it alive", async () => {
    const buffer = bufferOf([1, 2, 3]);
    const used = device.memory.usedBytes;
    const x = fromGPUBuffer(device, buffer, [3]);
    expect(device.memory.usedBytes).toBe(used);
    expect(gpuBindingOf(x)).toEqual({ buffer, offset: 0, size: 12 });
    expect(await x.toArray()).toEqual([1, 2, 3]);
    gpu.queue.writeBuffer(buffer, 0, new Float32Array([10, 20, 30]));
    expect(await mul(x, 2).toArray()).toEqual([20, 40, 60]);
    x.dispose();
    expect(await fromGPUBuffer(device, buffer, [3]).toArray()).toEqual([10, 20, 30]);
    buffer.destroy();
  });

  it("sees a tensor's buffer with all work done that was asked for", async () => {
    const y = mul(tensor([1, 2, 3], { device }), 5);
    const copy = gpu.createBuffer({ size: 12, usage: copySource | copyTarget | storage });
    const { buffer: from, offset } = gpuBindingOf(y);
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(from, offset, copy, 0, 12);
    gpu.queue.submit([encoder.finish()]);
    expect(await fromGPUBuffer(device, copy, [3]).toArray()).toEqual([5, 10, 15]);
    copy.destroy();
  });

  it("refuses a buffer that is too small, one that no kernel can bind, and a tensor of another device", async () => {
    const buffer = bufferOf([1, 2]);
    expect(() => fromGPUBuffer(device, buffer, [3])).toThrow(
      "fromGPUBuffer: the buffer must have at least 12 bytes for f32[3]; got 8.",
    );
    expect(() => gpuBindingOf(ones([2], { device: cpuDevice() }))).toThrow(DeviceError);
    const unbound = gpu.createBuffer({ size: 8, usage: copySource | copyTarget });
    expect(() => mul(fromGPUBuffer(device, unbound, [2]), 2)).toThrow(/must have the usage STORAGE/);
    expect(() => add(tensor([1, 2], { device }), ones([2], { device: cpuDevice() }))).toThrow(DeviceError);
    for (const one of [buffer, unbound]) one.destroy();
  });

  it("tells that it was lost", async () => {
    const { device: lost } = await requestDevice({ software: true });
    const own = await webgpuDevice({ device: lost });
    const y = mul(tensor([1, 2], { device: own }), 2);
    lost.destroy();
    await expect(y.data()).rejects.toThrow(/the GPU device was lost.*request a new device/);
    await expect(y.data()).rejects.toThrow(KernelError);
    own.dispose();
  });
});

const wrong = defineKernel({
  name: "test_wrong",
  uniforms: { count: "u32", at: "u32", value: "f32" },
  bindings: () => ({ x: "read f32", y: "read_write f32" }),
  wgsl: () => `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < u.count) {
    y[id.x] = select(x[id.x], x[id.x] * u.value, id.x == u.at);
  }
}
`,
});

/** y = x, but one element times `value` on the GPU. */
const identity = definePrimitive({
  name: "test_identity",
  inputs: ["x"],
  outputs: ["y"],
  infer: ({ x }) => ({ y: x }),
  cpu: ({ x }, { y }) => y.data.set(x.data as never),
  webgpu: ({ x }, { value }: { readonly value: number }) => ({
    temps: {},
    dispatches: [
      dispatch(wrong, {
        config: {},
        buffers: { x: "x", y: "y" },
        uniforms: { count: x.shape[0]!, at: 4, value },
        workgroups: [1],
      }),
    ],
  }),
  cases: [],
});

describe("VALIDATE=1", () => {
  it.each([
    ["a wrong element", 1.5],
    ["an element that is no number", 3e38],
  ])("stops at the first kernel with %s, by name", async (_, value) => {
    const own = await webgpuDevice({ device: gpu, validate: true });
    const x = tensor([1, 2, 3, 4, 5e30, 6], { device: own });
    expect((await add(apply(identity, { x }, { value: 1 }).y, 1).data())[1]).toBe(3);
    const y = add(apply(identity, { x }, { value }).y, 1);
    await expect(y.data()).rejects.toThrow(
      /^test_identity: y on WebGPU must equal its CPU result .* for x f32\[6\], params \{"value":/,
    );
    own.dispose();
  });
});
