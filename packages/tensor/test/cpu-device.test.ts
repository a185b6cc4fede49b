// The CPU device: kernels and loops over one memory, its growth, its limit, and how it falls back.
import { KernelError, WasmHeap } from "@x/kernels-wasm";
import { add, createCpuDevice, matmul, mul, sum, tensor } from "@x/tensor";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WasmBlocks } from "../src/device/heap.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.resetModules();
});

describe("the CPU device", () => {
  it("keeps tensors through the growth of its memory", async () => {
    const device = createCpuDevice();
    expect(device.description).toMatch(/WebAssembly SIMD/);
    const x = tensor([1, 2, 3], { device });
    const large = tensor(new Float32Array(9_000_000).fill(2), { device });
    expect(await mul(x, 2).toArray()).toEqual([2, 4, 6]);
    expect(await sum(large).item()).toBe(18_000_000);
    expect(device.memory.usedBytes).toBeGreaterThan(36_000_000);
  });

  it("reuses what is freed", () => {
    const device = createCpuDevice();
    const first = tensor(new Float32Array(1000), { device });
    const { usedBytes } = device.memory;
    first.dispose();
    expect(device.memory.pooledBytes).toBeGreaterThanOrEqual(4000);
    tensor(new Float32Array(1000), { device });
    expect(device.memory.usedBytes).toBe(usedBytes);
  });

  it("computes f64 by loops beside f32 by kernels", async () => {
    const device = createCpuDevice();
    const x = tensor([1, 2 ** -40], { dtype: "f64", device });
    expect(await sum(x).item()).toBe(1 + 2 ** -40);
    expect(await add(tensor([1, 2], { device }), 1).toArray()).toEqual([2, 3]);
  });

  it("gives loops when asked", async () => {
    const device = createCpuDevice({ wasm: false });
    expect(device.description).toBe("CPU, plain loops, one thread");
    const a = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { device },
    );
    expect(await matmul(a, a).toArray()).toEqual([
      [7, 10],
      [15, 22],
    ]);
  });

  it("says how many threads it has, and wants a number of them", async () => {
    const device = createCpuDevice({ threads: 2 });
    expect(device.description).toMatch(/^CPU, WebAssembly SIMD.*, 2 threads$/);
    expect(await mul(tensor([1, 2], { device }), 2).toArray()).toEqual([2, 4]);
    device.dispose();
    expect(createCpuDevice({ threads: 2, wasm: false }).description).toBe(
      "CPU, plain loops, one thread, because only WebAssembly kernels are shared",
    );
    expect(() => createCpuDevice({ threads: 1.5 })).toThrow(
      "cpu: threads must be a whole number from 1 to 256; got 1.5.",
    );
  });

  it("says why it falls back to loops where a page forbids WebAssembly", async () => {
    class Forbidden {
      constructor() {
        throw new EvalError("violates the Content Security Policy");
      }
    }
    vi.stubGlobal("WebAssembly", {
      ...WebAssembly,
      validate: WebAssembly.validate.bind(WebAssembly),
      Module: Forbidden,
    });
    const said = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const fresh = await import("@x/tensor");
    const device = fresh.createCpuDevice();
    const reason = /plain loops.*because WebAssembly may not compile here.*'wasm-unsafe-eval'.*Content Security Policy/;
    expect(device.description).toMatch(reason);
    fresh.createCpuDevice();
    fresh.createCpuDevice({ wasm: false });
    expect(said.mock.calls).toEqual([[expect.stringMatching(reason)]]);
    expect(await fresh.mul(fresh.tensor([2], { device }), 3).item()).toBe(6);
  });

  it("raises a DeviceError with the numbers when memory ends", () => {
    const blocks = new WasmBlocks(new WasmHeap(new WebAssembly.Memory({ initial: 1, maximum: 2 })));
    expect(() => blocks.allocate(1_000_000)).toThrow(/cpu: memory: must be able to grow from 65536 to \d+ bytes/);
    try {
      blocks.allocate(1_000_000);
    } catch (error) {
      expect(error).toMatchObject({ fields: { device: "cpu", got: 65536 } });
      expect((error as Error).cause).toBeInstanceOf(KernelError);
    }
  });
});
