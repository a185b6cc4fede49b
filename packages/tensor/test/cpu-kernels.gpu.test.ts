// Kernels of the CPU device against its loops beyond the cases of the primitives: integers, sizes around whole vectors, every kind of half. Runs in Node, Chromium and Deno.
import * as x from "@x/tensor";
import { expect, it } from "vitest";

const kernels = x.createCpuDevice();
const loops = x.createCpuDevice({ wasm: false });

/** The same computation by kernels and by loops. */
async function both(compute: (device: x.Device) => x.Tensor): Promise<[number[], number[]]> {
  const [got, want] = [await compute(kernels).data(), await compute(loops).data()];
  return [[...got], [...want]];
}

const numbers = (count: number, seed: number): number[] =>
  [...x.hostUniform({ seed }, count)].map((value) => Math.floor(value * 2 ** 32) - 2 ** 31);

it.each(["i32", "u32"] as const)("sums, picks and compares %s exactly, for every rest of a vector", async (dtype) => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 33]) {
    for (const [shape, axis] of [
      [[3, n], 1],
      [[2, n, 3], 1],
      [[2, n, 9], 1],
    ] as const) {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = numbers(size, n).map((value) => (dtype === "u32" ? value >>> 0 : value));
      const make = (device: x.Device): x.Tensor => x.tensor(values, { shape, dtype, device });
      for (const reverse of [false, true]) {
        for (const exclusive of [false, true]) {
          const [got, want] = await both((device) => x.cumsum(make(device), axis, { reverse, exclusive }));
          expect(got).toEqual(want);
        }
      }
      for (const compute of [x.max, x.min, x.argmax] as const) {
        const [got, want] = await both((device) => compute(make(device), axis));
        expect(got).toEqual(want);
      }
      const ids = (device: x.Device): x.Tensor =>
        x.tensor(
          Array.from({ length: n }, (_, i) => (i * 7) % 5),
          { dtype: "i32", device },
        );
      const [added, wanted] = await both((device) => x.indexAdd(make(device), axis, ids(device), 6));
      expect(added).toEqual(wanted);
      const places = (device: x.Device): x.Tensor =>
        x.tensor(
          values.map((_, i) => (i * 5) % 3),
          { shape, dtype: "u32", device },
        );
      const [scattered, expected] = await both((device) => x.scatterAdd(make(device), axis, places(device), 4));
      expect(scattered).toEqual(expected);
    }
  }
});

it("adds rows of any width in the order of the index", async () => {
  for (const inner of [1, 3, 16, 19, 64, 67]) {
    const values = x.hostNormal({ seed: inner }, 9 * inner);
    const [got, want] = await both((device) =>
      x.indexAdd(
        x.tensor(values, { shape: [9, inner], device }),
        0,
        x.tensor([4, 0, 4, 1, 4, 0, 2, 2, 4], { dtype: "i32", device }),
        6,
      ),
    );
    got.forEach((value, i) => expect(Math.abs(value - want[i]!)).toBeLessThan(2e-6));
    const [picked, wanted] = await both((device) =>
      x.indexSelect(
        x.tensor(values, { shape: [9, inner], device }),
        0,
        x.tensor([8, 0, 3, 3], { dtype: "u32", device }),
      ),
    );
    expect(picked).toEqual(wanted);
  }
});

it.each(["f16", "bf16"] as const)(
  "rounds every exponent, ties, subnormal numbers, infinities and NaN to %s as the loops do",
  async (dtype) => {
    const fractions = [
      0, 1, 0xfff, 0x1000, 0x1001, 0x1fff, 0x2000, 0x3000, 0x3001, 0x7fff, 0x8000, 0x8001, 0x18000, 0x555555, 0x7fefff,
      0x7ff000, 0x7fffff,
    ];
    const bits = new Uint32Array(2 * 256 * fractions.length);
    let at = 0;
    for (const sign of [0, 0x80000000])
      for (let exponent = 0; exponent < 256; exponent++)
        for (const fraction of fractions) bits[at++] = sign + exponent * 2 ** 23 + fraction;
    const values = new Float32Array(bits.buffer);
    const [got, want] = await both((device) => x.tensor(values, { device }).cast(dtype));
    expect(got).toEqual(want);
  },
);

it("raises to powers as JavaScript does, within rounding", async () => {
  const bases = [0, 0.001, 0.3, 0.999, 1, 1.001, 2, 3, 10, 1e10, 1e38, -1, -2, -3];
  const exponents = [-30, -3.5, -2, -1, -0.5, 0, 1e-3, 0.5, 1, 2, 3, 8, 30, 100];
  const [a, b] = [bases.flatMap((base) => exponents.map(() => base)), bases.flatMap(() => exponents)];
  const got = await x.pow(x.tensor(a, { device: kernels }), x.tensor(b, { device: kernels })).data();
  got.forEach((value, i) => {
    const want = Math.fround(Math.pow(Math.fround(a[i]!), Math.fround(b[i]!)));
    const small = Math.abs(want) < 2 ** -126; // subnormal results are 0
    if (small) expect(Math.abs(value)).toBeLessThan(2 ** -126);
    else if (Number.isFinite(want))
      expect(Math.abs(value / want - 1), `${a[i]} ** ${b[i]} = ${want}; got ${value}`).toBeLessThan(2.5e-7);
    else expect(value, `${a[i]} ** ${b[i]}`).toBe(want);
  });
});

it("raises on ids outside of the axis before a kernel runs", () => {
  const table = x.tensor([1, 2, 3], { device: kernels });
  const ids = x.tensor([0, 3], { dtype: "i32", device: kernels });
  expect(() => x.indexSelect(table, 0, ids)).toThrow(/indexSelect: ids must lie in \[0, 3\); got 3 at position 1/);
  expect(() => x.gather(table, 0, ids)).toThrow(/gather: ids must lie/);
});
