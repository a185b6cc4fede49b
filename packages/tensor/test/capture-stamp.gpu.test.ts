// capture with a stamp: while it stays the same the function does not run, and the results are those of running it; what a stamp cannot promise is followed or raised about.
import {
  add,
  assign,
  capture,
  cpuDevice,
  createCpuDevice,
  type Device,
  keep,
  moveIntoArena,
  mul,
  reshape,
  slice,
  sum,
  tensor,
  type Tensor,
  tidy,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";

const gpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => gpu.dispose());

async function values(x: Tensor): Promise<number[]> {
  return Array.from(await x.data());
}

describe.each([
  ["cpu", () => cpuDevice()],
  ["webgpu", () => gpu],
] as const)("on %s", (_, deviceOf) => {
  const f32 = (...data: number[]): Tensor => tensor(data, { device: deviceOf() });

  it("runs the function only where the stamp is another, per kind of arguments", async () => {
    let [stamp, runs, factor] = [0, 0, 2];
    const f = capture(
      (x: Tensor) => {
        runs++;
        return { y: mul(x, factor), x, note: `times ${factor}` };
      },
      { stamp: () => stamp },
    );
    const call = async (...data: number[]): Promise<unknown[]> => {
      const { y, x, note } = f(f32(...data));
      return [await values(y), await values(x), note, runs];
    };
    expect(await call(1, 2)).toEqual([[2, 4], [1, 2], "times 2", 1]);
    expect(await call(3, 4)).toEqual([[6, 8], [3, 4], "times 2", 1]);
    expect(await call(5)).toEqual([[10], [5], "times 2", 2]);
    [stamp, factor] = [1, 3];
    expect(await call(1, 2)).toEqual([[3, 6], [1, 2], "times 3", 3]);
    expect(await call(5)).toEqual([[15], [5], "times 3", 4]);
    expect(await call(6)).toEqual([[18], [6], "times 3", 4]);
    [stamp, factor] = [0, 2]; // not only larger ones
    expect(await call(7)).toEqual([[14], [7], "times 2", 5]);
    f.dispose();
    expect(await call(7)).toEqual([[14], [7], "times 2", 6]);
  });

  it("tells 0 from −0, and refuses what is no number", async () => {
    let stamp: unknown = 0;
    const f = capture((x: Tensor) => mul(x, stamp as number), { stamp: () => stamp as number });
    expect(await values(f(f32(1)))).toEqual([0]);
    stamp = -0;
    expect(await values(f(f32(1)))).toEqual([-0]);
    for (stamp of [NaN, undefined, "1", null, Promise.resolve(1)])
      expect(() => f(f32(1))).toThrow("capture: stamp must give a number");
    expect(() => capture((x: Tensor) => x, { stamp: 1 as never })).toThrow("capture: stamp must be a function; got 1.");
    expect(() => capture((x: Tensor) => x, { stanp: () => 1 } as never)).toThrow('got "stanp". Did you mean "stamp"?');
  });

  it("reads what was written in place, and memory where it moved", async () => {
    const [w, other] = [f32(1, 2), f32(5, 6, 7)];
    let runs = 0;
    const f = capture(
      (x: Tensor) => {
        runs++;
        return add(mul(x, reshape(w, [2])), sum(other));
      },
      { stamp: () => 0 },
    );
    expect(await values(f(f32(1, 1)))).toEqual([19, 20]);
    assign(w, f32(3, 4));
    expect(await values(f(f32(1, 1)))).toEqual([21, 22]);
    moveIntoArena([w, other]);
    assign(other, f32(0, 0, 1));
    expect(await values(f(f32(1, 1)))).toEqual([4, 5]);
    expect(runs).toBe(1);
  });

  it("finds each operand where it is at this call, moved or not", async () => {
    const table = reshape(f32(...Array.from({ length: 192 }, (_, i) => i)), [3, 64]);
    const w = f32(...Array.from({ length: 64 }, (_, i) => i % 5));
    const places = [...[0, 1, 2, 1].map((row) => reshape(slice(table, 0, row, row + 1), [64])), add(w, 1), mul(w, 2)];
    const plain = (x: Tensor, y: Tensor) => ({ a: add(mul(x, w), y), b: sum(mul(w, w)), c: sum(mul(y, 3)) });
    const f = capture(plain, { stamp: () => 0 });
    let former: ReturnType<typeof plain> | undefined; // held for a call more, so that results move too
    for (const x of places)
      for (const y of [places[0]!, ...places]) {
        const [got, want] = [f(x, y), plain(x, y)];
        for (const name of ["a", "b", "c"] as const) expect(await values(got[name])).toEqual(await values(want[name]));
        if (former) for (const one of Object.values(former)) one.dispose();
        former = got;
      }
    expect(f.plans).toBeLessThanOrEqual(2); // of operands that are all of their memory, and of views
  });

  it("writes in place at every call, also where what it writes came to overlap what it reads", async () => {
    const [target, source] = [f32(1, 2), f32(10, 20)];
    const f = capture(
      (x: Tensor) => {
        assign(target, add(target, mul(source, x)));
        return mul(target, 2);
      },
      { stamp: () => 0 },
    );
    for (const expected of [
      [22, 44],
      [42, 84],
    ])
      expect(await values(f(f32(1)))).toEqual(expected);
    moveIntoArena([target, source]);
    for (const expected of [
      [62, 124],
      [82, 164],
    ])
      expect(await values(f(f32(1)))).toEqual(expected);
  });

  it("raises about a tensor that is gone, and takes another in its place", async () => {
    let w = f32(1, 2);
    const f = capture((x: Tensor) => mul(x, w), { stamp: () => 0 });
    expect(await values(f(f32(3, 3)))).toEqual([3, 6]);
    const before = deviceOf().memory.usedBytes;
    w.dispose();
    expect(deviceOf().memory.usedBytes).toBeLessThan(before); // the plan does not keep it
    expect(() => f(f32(3, 3))).toThrow("must not be used after it was disposed");
    w = f32(5, 6);
    expect(await values(f(f32(3, 3)))).toEqual([15, 18]);
    const x = f32(1, 1);
    x.dispose();
    expect(() => f(x)).toThrow("must not be used after it was disposed");
  });

  it("keeps what the function uploads, until it is disposed of", async () => {
    const x = f32(1, 2, 3);
    let runs = 0;
    const f = capture(
      (a: Tensor) => {
        runs++;
        return mul(a, f32(2, 3, 4));
      },
      { stamp: () => 0 },
    );
    tidy(() => void f(x));
    f.dispose();
    const { usedBytes } = deviceOf().memory;
    for (let i = 0; i < 3; i++) {
      const y = f(x);
      expect(await values(y)).toEqual([2, 6, 12]);
      y.dispose();
    }
    expect(runs).toBe(2);
    f.dispose();
    expect(deviceOf().memory.usedBytes).toBe(usedBytes);
  });

  it("runs a function that writes to what it made itself, or returns what is from outside", async () => {
    const counting = capture(
      (x: Tensor) => {
        const count = f32(0);
        assign(count, add(count, 1));
        return add(x, count);
      },
      { stamp: () => 0 },
    );
    for (let i = 0; i < 3; i++) expect(await values(counting(f32(0)))).toEqual([1]);
    const w = f32(1);
    const returning = capture((x: Tensor) => [add(x, w), w] as const, { stamp: () => 0 });
    for (let i = 0; i < 3; i++) {
      const [y, same] = returning(f32(i));
      expect([await values(y), await values(same)]).toEqual([[i + 1], [1]]);
      same.dispose();
    }
    expect(await values(w)).toEqual([1]);
  });

  it("runs the function again after a call that failed", async () => {
    let [stamp, fails] = [0, false];
    let factor = 2;
    const f = capture(
      (x: Tensor) => {
        if (fails) throw new Error("on purpose");
        return mul(x, factor);
      },
      { stamp: () => stamp },
    );
    f(f32(1));
    [stamp, fails] = [1, true];
    expect(() => f(f32(1))).toThrow("on purpose");
    [stamp, fails, factor] = [0, false, 5];
    expect(await values(f(f32(1)))).toEqual([5]);
  });

  it("gives results to the scope around the call, and lives on when a plan is dropped", async () => {
    const f = capture((x: Tensor) => ({ list: [mul(x, 2), add(x, 1)] }), { stamp: () => 0 });
    f(f32(1));
    const kept = tidy(() => keep(f(f32(1)).list[1]!));
    expect(await values(kept)).toEqual([2]);
    for (let width = 2; width < 40; width++)
      tidy(() => void f(tensor(new Float32Array(width), { device: deviceOf() })));
    expect(await values(f(f32(4)).list[0]!)).toEqual([8]);
  });
});

it("has a plan per device", async () => {
  const other: Device = createCpuDevice();
  const f = capture((x: Tensor) => add(x, 1), { stamp: () => 0 });
  for (const device of [cpuDevice(), other, gpu, cpuDevice()])
    expect(await values(f(tensor([1], { device })))).toEqual([2]);
  expect(f.plans).toBe(3);
  other.dispose();
});
