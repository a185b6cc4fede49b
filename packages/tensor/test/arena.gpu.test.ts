// Tensors that share a block: where they lie, that they compute as any other, and which recorded copies are left out.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import {
  add,
  assign,
  capture,
  concat,
  cpuDevice,
  type Device,
  exp,
  fromGPUBuffer,
  gpuBindingOf,
  gradientsOf,
  joinAdjacent,
  matmul,
  moveIntoArena,
  mul,
  ones,
  slice,
  sum,
  tensor,
  type Tensor,
  tidy,
  type WebGPUDevice,
  webgpuDevice,
  zeros,
  zerosInArena,
} from "../src/index.ts";

const gpu: WebGPUDevice = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => gpu.dispose());

const of = (device: Device, ...values: number[]): Tensor => tensor(values, { device });
const flat = async (tensors: readonly Tensor[]): Promise<number[]> => [
  ...(await joinAdjacent(tensors.map((one) => [one]))[0]!.tensors[0]!.data()),
];

describe.each([
  ["cpu", cpuDevice()],
  ["webgpu", gpu],
] as const)("%s", (_, device) => {
  it("moves tensors together, zeros between them; everyone who holds them sees it", async () => {
    const [a, b, c] = [of(device, 1, 2, 3), of(device, 4), ones([65], { device })];
    const shaped = a.reshape(3, 1);
    const step = capture((x: Tensor) => add(x, a));
    expect(await step(of(device, 10, 20, 30)).toArray()).toEqual([11, 22, 33]);
    moveIntoArena([b, a, c]);
    expect(await shaped.toArray()).toEqual([[1], [2], [3]]);
    expect(await step(of(device, 10, 20, 30)).toArray()).toEqual([11, 22, 33]);
    assign(a, of(device, 7, 8, 9));
    expect(await shaped.toArray()).toEqual([[7], [8], [9]]);
    expect(await step(of(device, 10, 20, 30)).toArray()).toEqual([17, 28, 39]);
    const [run, ...more] = joinAdjacent([[a], [b], [c]]);
    expect([run!.rows, run!.starts, more]).toEqual([[1, 0, 2], [0, 64, 128], []]);
    const all = await flat([a, b, c]);
    expect(all).toHaveLength(256); // 256 + 256 + 512 bytes
    expect(all.map((value, i) => (value === 0 ? -1 : i)).filter((i) => i >= 0)).toEqual([
      0,
      64,
      65,
      66,
      ...Array.from({ length: 65 }, (_, i) => 128 + i),
    ]);
  });

  it("lives as long as one of its tensors, and joins the neighbours that are left", async () => {
    const used = device.memory.usedBytes;
    const [a, b, c] = zerosInArena([ones([100], { device }), ones([100], { device }), ones([100], { device })]) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    expect(joinAdjacent([[a], [b], [c]])).toHaveLength(1);
    expect(joinAdjacent([[a], [c]])).toHaveLength(2);
    expect(joinAdjacent([[a], [b], [c]], (before) => before !== 0).map(({ rows }) => rows)).toEqual([[0], [1, 2]]);
    a.dispose();
    c.dispose();
    assign(b, ones([100], { device }));
    expect(await sum(b).item()).toBe(100);
    expect(device.memory.usedBytes).toBeGreaterThan(used);
  });

  it("frees the memory with the last tensor", () => {
    tidy(() => {
      const used = device.memory.usedBytes;
      const made = zerosInArena([zeros([70], { device }), zeros([3], { device })]);
      for (const one of made) one.dispose();
      expect(device.memory.usedBytes - used).toBeLessThanOrEqual(1024); // the two examples
    });
  });

  it("leaves alone what lies in an arena already, and one tensor by itself", async () => {
    const [a, b, c] = [of(device, 1), of(device, 2), of(device, 3)];
    moveIntoArena([a]);
    expect(a.storage.whole).toBe(a.storage);
    moveIntoArena([a, b]);
    const { whole } = a.storage;
    moveIntoArena([a, b, c]);
    expect([a.storage.whole, b.storage.whole, c.storage.whole]).toEqual([whole, whole, c.storage]);
    expect(await flat([a])).toEqual([1]);
  });

  it("copies within one block and between blocks", async () => {
    const [a, b] = zerosInArena([ones([3], { device }), ones([3], { device })]) as [Tensor, Tensor];
    assign(a, of(device, 1, 2, 3));
    assign(b, a);
    expect(await concat([a, b], 0).toArray()).toEqual([1, 2, 3, 1, 2, 3]);
    expect(() => assign(a, ones([4], { device }))).toThrow(
      "assign: source must have the target's shape, [3]; got [4].",
    );
    expect(() => assign(a, zeros([3], { device, dtype: "i32" }))).toThrow(
      "assign: source must be f32 like the target; got i32.",
    );
  });

  it("keeps rows alone while a gradient is recorded, and refuses to write what is differentiated", async () => {
    const [a, b] = [of(device, 1, 2), of(device, 3, 4)];
    moveIntoArena([a, b]);
    const { grads } = gradientsOf(() => {
      expect(joinAdjacent([[a], [b]])).toHaveLength(2);
      return sum(mul(a, b));
    }, [a, b]);
    expect(await Promise.all(grads.map((grad) => grad!.toArray()))).toEqual([
      [3, 4],
      [1, 2],
    ]);
    const [run] = joinAdjacent([[a], [b]]);
    expect(() =>
      gradientsOf(() => {
        const y = sum(a);
        assign(run!.tensors[0]!, ones([128], { device }));
        return y;
      }, [a]),
    ).toThrow(/assign: writes in place and must not be applied to a tensor that is being differentiated/);
  });

  describe("a recorded copy", () => {
    /** Records `make`, runs it twice, and says what came to lie in the places and how much temporary memory it took. */
    async function recorded(
      make: (x: Tensor, places: readonly Tensor[]) => unknown,
      count = 2,
    ): Promise<{ values: number[][]; plannedBytes: number }> {
      const places = zerosInArena(Array.from({ length: count }, () => ones([64], { device })));
      const run = capture((x: Tensor) => {
        make(x, places);
        return sum(x);
      });
      await run(ones([64], { device })).data();
      await run(mul(ones([64], { device }), 2)).data();
      const values = await Promise.all(places.map(async (place) => [...new Set(await place.data())]));
      return { values, plannedBytes: run.plannedBytes };
    }

    it("is left out where the value can be made in place", async () => {
      expect(
        await recorded((x, [p, q]) => {
          assign(p!, mul(x, 3));
          assign(q!, mul(x, 5));
        }),
      ).toEqual({ values: [[6], [10]], plannedBytes: 0 });
    });

    it("runs for the second place of one value", async () => {
      expect(
        await recorded((x, [p, q]) => {
          const y = mul(x, 3);
          assign(p!, y);
          assign(q!, y);
        }),
      ).toEqual({ values: [[6], [6]], plannedBytes: 0 });
    });

    it("runs for values that are there already: arguments, tensors from outside, places of before", async () => {
      const outside = mul(ones([64], { device }), 7);
      expect(
        await recorded((x, [p, q, r]) => {
          assign(p!, x);
          assign(q!, outside);
          assign(r!, p!);
        }, 3),
      ).toEqual({ values: [[2], [7], [2]], plannedBytes: 0 });
    });

    it("runs where the place is read before, or written twice", async () => {
      const { values, plannedBytes } = await recorded((x, [p, q]) => {
        const y = mul(x, 3);
        assign(q!, mul(add(p!, y), 1)); // reads the place of y after y was made
        assign(p!, y);
      });
      expect(values).toEqual([[6], [9]]); // p of the first run, 3, and 6
      expect(plannedBytes).toBeGreaterThan(0);
      expect(
        (
          await recorded((x, [p]) => {
            assign(p!, mul(x, 3));
            assign(p!, mul(x, 5));
          })
        ).values,
      ).toEqual([[10], [0]]);
    });

    it("runs on WebGPU where a dispatch would read one part of the block and write another", async () => {
      const { values, plannedBytes } = await recorded((x, [p, q]) => {
        const y = mul(x, 3);
        assign(p!, y);
        assign(q!, matmul(y.reshape(1, 64), ones([64, 64], { device })).reshape(64)); // made of y
      });
      expect(values).toEqual([[6], [6 * 64]]);
      expect(plannedBytes).toBe(device.kind === "cpu" ? 0 : 256);
    });

    it("runs where the value is returned", async () => {
      const [place] = zerosInArena([ones([64], { device }), ones([64], { device })]);
      const run = capture((x: Tensor) => {
        const y = exp(x);
        assign(place!, y);
        return y;
      });
      const first = run(zeros([64], { device }));
      const second = run(ones([64], { device }));
      expect(await first.toArray()).toEqual(Array(64).fill(1));
      expect(await place!.toArray()).toEqual(await second.toArray());
    });

    it("runs for a value that does not fill its last vector, so that padding stays zero", async () => {
      const places = zerosInArena([ones([5], { device }), ones([64], { device })]);
      const run = capture((x: Tensor) => {
        assign(places[0]!, exp(slice(x, 0, 0, 5)));
        assign(places[1]!, exp(x));
        return sum(x);
      });
      await run(zeros([64], { device })).data();
      expect(await flat(places)).toEqual([...Array(5).fill(1), ...Array(59).fill(0), ...Array(64).fill(1)]);
    });
  });
});

it("gives up the buffers that moved tensors were in", async () => {
  const made = Array.from({ length: 4 }, (_, i) => mul(ones([1000 + 500 * i], { device: gpu }), i + 1));
  const [used, wanted] = [gpu.memory.usedBytes, 1000 + 1500 + 2000 + 2500];
  moveIntoArena(made);
  expect(gpu.memory.pooledBytes).toBe(0);
  expect(gpu.memory.usedBytes - used).toBeLessThan(wanted); // bytes, rounded: the page is hardly more than what it replaced
  expect(await Promise.all(made.map(async (one) => (await sum(one).item()) / one.size))).toEqual([1, 2, 3, 4]);
});

it("says where in its buffer a tensor lies, and does not move memory that was lent", async () => {
  const [a, b] = [of(gpu, 1, 2), of(gpu, 3, 4, 5)];
  moveIntoArena([a, b]);
  const [first, second] = [gpuBindingOf(a), gpuBindingOf(b)];
  expect([first.offset, first.size, second.offset, second.size]).toEqual([0, 8, 256, 12]);
  expect(second.buffer).toBe(first.buffer);
  expect([...new Float32Array(await gpu.runner.read(second.buffer, second.size, second.offset))]).toEqual([3, 4, 5]);
  const lent = gpu.runner.createBuffer(8);
  const c = fromGPUBuffer(gpu, lent, [2]);
  moveIntoArena([c, of(gpu, 1), of(gpu, 2)]);
  expect(gpuBindingOf(c).buffer).toBe(lent);
});
