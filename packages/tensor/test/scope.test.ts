// Scopes, disposal and the heaps behind the CPU device.
import { add, createCpuDevice, keep, mul, tensor, type Tensor, tidy, WasmHeap } from "@x/tensor";
import { describe, expect, it } from "vitest";

describe("tidy", () => {
  it("disposes of what is not returned", () => {
    let inner: Tensor | undefined;
    const out = tidy(() => {
      inner = tensor([1]);
      return { sum: add(inner, 1) };
    });
    expect(inner!.disposed).toBe(true);
    expect(out.sum.disposed).toBe(false);
  });

  it("hands results to the scope around it, and keep() takes a tensor out of all", () => {
    let returned: Tensor | undefined;
    let kept: Tensor | undefined;
    tidy(() => {
      returned = tidy(() => tensor([1]));
      kept = tidy(() => keep(tensor([2])));
      expect(returned.disposed).toBe(false);
    });
    expect(returned!.disposed).toBe(true);
    expect(kept!.disposed).toBe(false);
  });

  it("disposes of everything when fn throws", () => {
    let inner: Tensor | undefined;
    expect(() => tidy(() => {
      inner = tensor([1]);
      throw new Error("stop");
    })).toThrow("stop");
    expect(inner!.disposed).toBe(true);
  });

  it("refuses a promise", () => {
    expect(() => tidy(() => Promise.resolve(1))).toThrow(/must be synchronous/);
  });
});

describe("a disposed tensor", () => {
  it("raises a clear error when used, and may be disposed twice", () => {
    const x = tensor([1, 2]);
    x.dispose();
    x.dispose();
    expect(() => mul(x, 2)).toThrow(/must not be used after it was disposed; this one was Tensor f32\[2\] on cpu/);
  });

  it("leaves its reshapes alive", async () => {
    const x = tensor([1, 2]);
    const y = x.reshape(2, 1);
    x.dispose();
    expect(await y.toArray()).toEqual([[1], [2]]);
  });
});

describe("WasmHeap", () => {
  it("keeps tensors in one memory through its growth", async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 64 });
    const device = createCpuDevice({ heap: new WasmHeap(memory, 1024) });
    const x = tensor([1, 2, 3], { device });
    const large = tensor(new Float32Array(100_000).fill(2), { device });
    expect(await mul(x, 2).toArray()).toEqual([2, 4, 6]);
    expect(memory.buffer.byteLength).toBeGreaterThan(400_000);
    large.dispose();
  });

  it("reuses and merges what is freed", () => {
    const heap = new WasmHeap(new WebAssembly.Memory({ initial: 1 }));
    const blocks = [100, 200, 300].map((size) => heap.allocate(size));
    heap.free(blocks[0]!);
    heap.free(blocks[2]!);
    heap.free(blocks[1]!);
    expect(heap.pooledBytes).toBe(128 + 256 + 320);
    expect(heap.allocate(700).offsetBytes).toBe(blocks[0]!.offsetBytes);
  });

  it("says what it needed when the memory cannot grow", () => {
    const heap = new WasmHeap(new WebAssembly.Memory({ initial: 1, maximum: 2 }));
    expect(() => heap.allocate(1_000_000)).toThrow(/must grow by \d+ bytes/);
  });
});
