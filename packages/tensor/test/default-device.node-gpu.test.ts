// The default device is never one that is gone: a GPU that was lost or disposed of is replaced at the next call.
import { requestGPU } from "@x/kernels-wgsl";
import { afterAll, expect, it, vi } from "vitest";
import { type Device, tensor, WebGPUDevice } from "../src/index.ts";

// What is picked once per process is picked again in a copy of the module: other files of this process have picked.
const fresh = "../src/device/default.ts?fresh";
const { defaultDevice } = (await import(/* @vite-ignore */ fresh)) as { defaultDevice: () => Promise<Device> };

// The adapters of the tests are software, which the default device does not take: this one says that it is not.
const gpu = await requestGPU();
const request = vi.fn(async (options?: GPURequestAdapterOptions) => {
  const adapter = await gpu.requestAdapter(options);
  return (
    adapter &&
    new Proxy(adapter, {
      get: (target, name) => {
        if (name === "info")
          return { vendor: "test", architecture: "hardware", device: "", description: "", isFallbackAdapter: false };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    })
  );
});
vi.stubGlobal("navigator", { gpu: { requestAdapter: request } });

async function picked(): Promise<WebGPUDevice> {
  const device = await defaultDevice();
  if (!(device instanceof WebGPUDevice)) throw new Error(`must be a GPU; got ${device.description}`);
  return device;
}

afterAll(async () => (await picked()).dispose());

it("is the same one at every call, one request for calls at once", async () => {
  const [a, b] = await Promise.all([picked(), picked()]);
  expect(a).toBe(b);
  expect(await picked()).toBe(a);
  expect(request).toHaveBeenCalledTimes(1);
});

it.each([
  ["disposed of", async (device: WebGPUDevice) => device.dispose()],
  [
    "lost",
    async ({ runner }: WebGPUDevice) => {
      runner.device.destroy();
      await runner.device.lost;
    },
  ],
])("is a new one once it was %s", async (_, end) => {
  const before = await picked();
  await end(before);
  const [after, beside] = await Promise.all([picked(), picked()]);
  expect(after).not.toBe(before);
  expect(beside).toBe(after);
  expect(await tensor([1, 2], { device: after }).sum().item()).toBe(3);
});

it("raises what is no lack of an adapter, and tries again at the next call", async () => {
  (await picked()).dispose();
  request.mockRejectedValueOnce(new TypeError("requestAdapter broke"));
  await expect(defaultDevice()).rejects.toThrow("requestAdapter broke");
  expect((await picked()).runner.gone).toBe(false);
});
