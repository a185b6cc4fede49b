// Views share memory: what slice, split and reshape return without a copy, what keeps it alive, what refuses to write to it.
import {
  assign,
  capture,
  cast,
  checkpoint,
  concat,
  contiguous,
  cpuDevice,
  createCpuDevice,
  type Device,
  float32ArrayOf,
  gradientsOf,
  joinAdjacent,
  moveIntoArena,
  mul,
  readSafetensors,
  reshape,
  silu,
  slice,
  softmax,
  split,
  type Tensor,
  tensor,
  tensorBytes,
  tidy,
  webgpuDevice,
  writeSafetensors,
  zeros,
  zerosInArena,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

const gpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
const devices: Record<string, Device> = { cpu: cpuDevice(), loops: createCpuDevice({ wasm: false }), webgpu: gpu };

describe.each(Object.entries(devices))("views on %s", (_, device) => {
  const numbers = (...shape: number[]): Tensor =>
    tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
      { shape, device },
    );

  it("cut and reshape without a copy, along every axis", async () => {
    const x = numbers(2, 3, 8);
    const before = device.memory.usedBytes;
    const columns = slice(x, -1, 2, 6);
    const rows = slice(x, 1, 1, 3);
    const [a, b] = split(x, [5, 3], -1);
    const last = slice(reshape(columns, [2, 3, 2, 2]), 2, 1);
    expect(device.memory.usedBytes).toBe(before);
    expect(await values(columns)).toEqual([
      2, 3, 4, 5, 10, 11, 12, 13, 18, 19, 20, 21, 26, 27, 28, 29, 34, 35, 36, 37, 42, 43, 44, 45,
    ]);
    expect(await values(rows)).toEqual([...Array(32).keys()].map((i) => i + (i < 16 ? 8 : 16)));
    expect(await values(a)).toEqual([...Array(30).keys()].map((i) => Math.floor(i / 5) * 8 + (i % 5)));
    expect(await values(b)).toEqual([...Array(18).keys()].map((i) => Math.floor(i / 3) * 8 + 5 + (i % 3)));
    expect(await last.toArray()).toEqual([
      [[[4, 5]], [[12, 13]], [[20, 21]]],
      [[[28, 29]], [[36, 37]], [[44, 45]]],
    ]);
    expect(await slice(reshape(slice(x, 0, 1), [24]), 0, 23).item()).toBe(47);
    expect(await (await slice(x, 2, 7).to(device === gpu ? cpuDevice() : gpu)).data()).toEqual(
      await slice(x, 2, 7).data(),
    );
  });

  it("copy where rows do not stay rows", async () => {
    const columns = slice(numbers(2, 3, 8), -1, 1, 3);
    expect(await values(reshape(columns, [12]))).toEqual([1, 2, 9, 10, 17, 18, 25, 26, 33, 34, 41, 42]);
    expect(await values(slice(columns, 1, 1))).toEqual([9, 10, 17, 18, 33, 34, 41, 42]);
    expect(await values(split(reshape(slice(numbers(2, 8), 1, 2), [2, 3, 2]), 1, 2)[1]!)).toEqual([
      3, 5, 7, 11, 13, 15,
    ]);
  });

  it("keep their base allocated; contiguous lets go of it", () => {
    const before = device.memory.usedBytes;
    const x = numbers(64, 1024);
    const view = slice(x, 1, 3, 4);
    x.dispose();
    expect(device.memory.usedBytes - before).toBe(64 * 1024 * 4);
    const own = contiguous(view);
    view.dispose();
    expect(device.memory.usedBytes - before).toBe(64 * 4);
    expect(contiguous(own)).toBe(own);
    own.dispose();
    expect(device.memory.usedBytes).toBe(before);
  });

  it("die with the scope they were made in", async () => {
    tidy(() => void mul(numbers(1), 2)); // the device keeps the 2
    const before = device.memory.usedBytes;
    const part = tidy(() => {
      const x = tidy(() => mul(numbers(4, 6), 2));
      return split(x, [2, 4], 1)[1]!;
    });
    expect(await values(part)).toEqual([4, 6, 8, 10, 16, 18, 20, 22, 28, 30, 32, 34, 40, 42, 44, 46]);
    part.dispose();
    tidy(() => void split(numbers(4, 6), 3, 1));
    expect(device.memory.usedBytes).toBe(before);
  });

  it("refuse writes to their memory, captured ones too", async () => {
    const state = zeros([4, 8], { device });
    const view = slice(state, 1, 2, 4);
    const refusal = /target is written in place, so no view of its memory may be alive/;
    expect(() => assign(state, numbers(4, 8))).toThrow(refusal);
    expect(() => assign(view, numbers(4, 2))).toThrow(refusal);
    const step = capture((target: Tensor, x: Tensor) => void assign(target, mul(x, 2)));
    expect(() => step(state, numbers(4, 8))).toThrow(/written in place/);
    view.dispose();
    step(state, numbers(4, 8));
    step(state, numbers(4, 8));
    expect((await values(state)).slice(0, 4)).toEqual([0, 2, 4, 6]);
    const later = slice(state, 0, 1);
    expect(() => step(state, numbers(4, 8))).toThrow(/written in place/);
    expect(await values(later)).toEqual((await values(state)).slice(8));
    const fails = capture((x: Tensor) => {
      const y = mul(x, 1);
      const part = slice(y, 1, 1);
      assign(y, x);
      return part;
    });
    expect(() => fails(numbers(2, 2))).toThrow(refusal);
    step.dispose();
  });

  it("refuse writes to flat ranges of an arena that hold their memory", () => {
    const tensors = [numbers(4, 8), numbers(5)];
    moveIntoArena(tensors);
    const view = slice(tensors[0]!, 1, 1);
    const [flat] = joinAdjacent(tensors.map((x) => [x])).map((run) => run.tensors[0]!);
    expect(flat!.size).toBe(128);
    expect(() => assign(flat!, zeros([128], { device }))).toThrow(/written in place/);
    view.dispose();
    assign(flat!, zeros([128], { device }));
    expect(zerosInArena([slice(tensors[0]!, 0, 1)])[0]!.shape).toEqual([3, 8]);
  });

  it("are arguments, closed-over tensors and results of captured functions, wherever they start", async () => {
    const x = numbers(6, 8);
    const scale = split(numbers(4, 4), [1, 3], 1)[1]!;
    let outside = slice(scale, 0, 1, 3);
    const fn = capture((part: Tensor) => {
      const y = mul(part, slice(outside, 1, 0, 2));
      return { y, row: slice(y, 0, 1), argument: slice(part, 1, 1), outside: slice(outside, 1, 2) };
    });
    const expected = (part: Tensor): Promise<unknown> => mul(part, slice(outside, 1, 0, 2)).toArray();
    for (const start of [1, 3, 5]) {
      const part = slice(slice(x, 1, start, start + 2), 0, 2, 4);
      const got = fn(part);
      expect(await got.y.toArray()).toEqual(await expected(part));
      expect(await got.row.toArray()).toEqual([((await expected(part)) as unknown[])[1]]);
      expect(await got.argument.toArray()).toEqual(await slice(part, 1, 1).toArray());
      expect(await got.outside.toArray()).toEqual(await slice(outside, 1, 2).toArray());
      if (start === 3) outside = slice(scale, 0, 0, 2);
    }
    expect(fn.plans).toBe(1);
    fn.dispose();
  });

  it("carry gradients back to their base, through checkpoints too", async () => {
    const x = numbers(3, 6);
    const [a, b] = ((): [Tensor, Tensor] => split(x, [2, 4], 1))();
    const loss = (): Tensor => {
      const [gate, value] = split(x, [2, 4], 1);
      const heads = reshape(value, [3, 2, 2]);
      return checkpoint(() => mul(mul(heads, heads), reshape(gate, [3, 2, 1])), [heads, gate]).sum();
    };
    const { grads } = gradientsOf(loss, [x]);
    const [va, vb] = [await values(a), await values(b)];
    const want = [0, 1, 2].flatMap((row) => {
      const gate = va.slice(2 * row, 2 * row + 2);
      const value = vb.slice(4 * row, 4 * row + 4);
      return [
        value[0]! ** 2 + value[1]! ** 2,
        value[2]! ** 2 + value[3]! ** 2,
        ...value.map((v, i) => 2 * v * gate[i >> 1]!),
      ];
    });
    expect(await values(grads[0]!)).toEqual(want);
    const captured = capture((x: Tensor) => gradientsOf(() => silu(concat(split(x, [1, 5], 1), 1)).sum(), [x]).grads);
    expect(await values(captured(x)[0]!)).toEqual(await values(gradientsOf(() => silu(x).sum(), [x]).grads[0]!));
    captured.dispose();
  });

  it("are written where they belong by what makes the parts of a join", async () => {
    const x = numbers(5, 12);
    const norm = (part: Tensor): Tensor => softmax(part, -1); // takes no views, so one copy of its result
    const fn = (x: Tensor): Tensor => {
      const [a, b, c] = split(mul(x, 0.1), [3, 4, 5], 1);
      return mul(concat([silu(a), norm(mul(b, 2)), reshape(silu(reshape(c, [5, 5, 1])), [5, 5])], 1), 2);
    };
    const captured = capture(fn);
    const gradient = capture((x: Tensor) => gradientsOf(() => mul(fn(x), x).sum(), [x]).grads);
    const middle = capture((x: Tensor) => concat([silu(x), cast(cast(x, "i32"), "f32"), x], 0));
    for (let call = 0; call < 2; call++) {
      expect(await values(captured(x))).toEqual(await values(fn(x)));
      expect(await values(middle(x))).toEqual(await values(concat([silu(x), cast(cast(x, "i32"), "f32"), x], 0)));
      const [got] = gradient(x);
      expect(await values(got!)).toEqual(await values(gradientsOf(() => mul(fn(x), x).sum(), [x]).grads[0]!));
    }
    expect([captured.copies, middle.copies]).toEqual([1, 1]);
    if (device === gpu) {
      const before = gpu.runner.stats.dispatches;
      captured(x);
      // the scaled x, silu twice, the scaled b, its softmax, the copy of that, the product
      expect(gpu.runner.stats.dispatches - before).toBe(7);
    }
    for (const each of [captured, gradient, middle]) each.dispose();
  });

  it("are written to files as what they are", async () => {
    const part = slice(numbers(3, 5), 1, 1, 3);
    const file = writeSafetensors(new Map([["part", tensorBytes("F32", part.shape, await part.data())]]));
    const read = readSafetensors(file).tensors.get("part")!;
    expect([read.shape, [...float32ArrayOf(read)]]).toEqual([
      [3, 2],
      [1, 2, 6, 7, 11, 12],
    ]);
  });
});

async function values(x: Tensor): Promise<number[]> {
  return [...(await x.data())];
}
