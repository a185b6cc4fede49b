// The allocator inside one WebAssembly memory.
import { blockBytes, WasmHeap } from "@x/kernels-wasm";
import { describe, expect, it } from "vitest";

describe("WasmHeap", () => {
  it("reuses and merges what is freed, in any order", () => {
    for (const order of [
      [0, 2, 1],
      [2, 1, 0],
      [0, 1, 2],
      [1, 0, 2],
    ]) {
      const heap = new WasmHeap(new WebAssembly.Memory({ initial: 1 }));
      const sizes = [100, 200, 300];
      const addresses = sizes.map((size) => heap.allocate(size));
      for (const i of order) heap.free(addresses[i]!, sizes[i]!);
      expect(heap.freeBytes).toBe(128 + 256 + 320);
      expect(heap.allocate(700)).toBe(addresses[0]);
      expect(heap.freeBytes).toBe(0);
    }
  });

  it("extends the last hole rather than leaving it behind", () => {
    const heap = new WasmHeap(new WebAssembly.Memory({ initial: 1 }));
    const address = heap.allocate(64);
    heap.free(address, 64);
    expect(heap.allocate(6400)).toBe(address);
    expect(heap.freeBytes).toBe(0);
  });

  it("never gives out overlapping blocks", () => {
    const heap = new WasmHeap();
    const live = new Map<number, number>();
    let state = 1;
    const random = (limit: number): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % limit;
    for (let i = 0; i < 1000; i++) {
      if (live.size > 0 && random(2) === 0) {
        const [address, size] = [...live][random(live.size)]!;
        heap.free(address, size);
        live.delete(address);
      } else {
        const size = 1 + random(5000);
        const address = heap.allocate(size);
        const free = [...live].every(
          ([other, otherSize]) => address >= other + blockBytes(otherSize) || address + blockBytes(size) <= other,
        );
        expect(free).toBe(true);
        live.set(address, size);
      }
    }
    for (const [address, size] of live) heap.free(address, size);
    expect(heap.allocate(heap.freeBytes)).toBe(64);
  });

  it("says what it needed when the memory cannot grow", () => {
    const heap = new WasmHeap(new WebAssembly.Memory({ initial: 1, maximum: 2 }));
    expect(() => heap.allocate(1_000_000)).toThrow(/must be able to grow from 65536 to \d+ bytes/);
    expect(() => new WasmHeap().allocate(2 ** 33)).toThrow(/WebAssembly ends at 4294967296/);
  });
});
