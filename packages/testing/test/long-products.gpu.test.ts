// Products of many factors: relative errors of factors add up in whatever order, and partial products leave the range of f32 where the whole does not. Every device keeps both, so that a
// result is off by its own rounding alone. The oracle multiplies in doubles.
import { createCpuDevice, cumprod, type Device, prod, tensor, type Tensor, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { expect, describe, it } from "vitest";

const devices: readonly (readonly [string, Device])[] = [
  ["wasm", createCpuDevice()],
  ["loops", createCpuDevice({ wasm: false })],
  ["webgpu", await webgpuDevice({ device: await sharedGpu(), poison: true })],
];

const many = 200_003;
const noise = (i: number): number => (Math.sin(i * 12.9898) * 43758.5453) % 1;
const filled = (n: number, of: (i: number) => number): number[] =>
  Array.from({ length: n }, (_, i) => Math.fround(of(i)));

const lines: Readonly<Record<string, readonly number[]>> = {
  "equal factors above 1": filled(many, () => 1 + 2 ** -15),
  "equal factors below 1": filled(many, () => 1 - 3 * 2 ** -17),
  "unlike factors": filled(many, (i) => 1 + noise(i) / 500),
  signs: filled(1031, (i) => (i % 3 === 0 ? -1 : 1) * (1 + noise(i) / 10)),
  "down and back": filled(2000, (i) => (i < 1000 ? 0.5 : 2)),
  "up and back": filled(2000, (i) => (i < 1000 ? 2 : 0.5)),
  "large and small by turns": filled(600, (i) => (i % 2 === 0 ? 3e38 : 3e-39)),
  "subnormal factors": [2 ** -149, 2 ** 100, 3 * 2 ** -140, 2 ** 120, 5 * 2 ** -130, 2 ** 90],
  "the ends of f32": [3.4028234663852886e38, 1, 0.5, 2, 1 + 2 ** -23, 2 ** -126, 2 ** -23, 0.5, 2 ** 126],
  "a zero": filled(300, (i) => (i === 7 ? 0 : 1 + i / 100)),
  "a zero of either sign": [3, -0, -2, 5, 0, -1],
  infinity: filled(300, (i) => (i === 258 ? -Infinity : 0.5)),
  "zero before infinity": filled(300, (i) => (i === 5 ? 0 : i === 270 ? Infinity : 2)),
  "infinity before zero": filled(300, (i) => (i === 5 ? Infinity : i === 270 ? 0 : 2)),
  NaN: filled(300, (i) => (i === 40 ? NaN : 1)),
  "one factor": [-0.1],
};

const products = (line: readonly number[]): number[] => {
  let total = 1;
  return line.map((factor) => (total *= factor));
};

/** The f32 nearest to `want`, or a neighbour where a double is off itself. WebGPU may take subnormal numbers for ±0. */
function expectProducts(what: string, got: ArrayLike<number>, want: readonly number[], device: Device): void {
  expect(got.length, what).toBe(want.length);
  const at = want.findIndex((exact, i) => {
    const rounded = Math.fround(exact);
    const y = got[i]!;
    if (Object.is(y, rounded)) return false;
    if (device.kind !== "cpu" && Math.abs(exact) < 2 ** -126 && y === 0)
      return Object.is(y, 0) !== exact >= 0 && exact !== 0;
    return !(Math.abs(y - rounded) <= 2 ** -23 * Math.abs(rounded));
  });
  expect(at, at < 0 ? "" : `${what} [${at}]: got ${got[at]}, want ${want[at]}`).toBe(-1);
}

/** A line as a row, as one of three columns beside lines of ones, and as the middle of three axes. */
const layouts: readonly (readonly [shape: (n: number) => number[], axis: number, lines: number, inner: number])[] = [
  [(n) => [n], 0, 1, 1],
  [(n) => [2, n], 1, 2, 1],
  [(n) => [n, 3], 0, 3, 3],
  [(n) => [2, n, 2], 1, 4, 2],
];

describe.each(devices)("on %s", (_, device) => {
  it.each(Object.entries(lines))("%s", async (name, line) => {
    const want = products(line);
    const n = line.length;
    for (const [shapeOf, axis, count, inner] of layouts) {
      const data = new Float32Array(n * count);
      const place = (r: number, k: number): number => (Math.floor(k / inner) * n + r) * inner + (k % inner);
      // the last line has the factors, the others ones
      for (let k = 0; k < count; k++) for (let r = 0; r < n; r++) data[place(r, k)] = k === count - 1 ? line[r]! : 1;
      const x: Tensor = tensor(data, { device }).reshape(...shapeOf(n));
      const running = await cumprod(x, axis).data();
      const whole = await prod(x, axis).data();
      for (let k = 0; k < count; k++) {
        const mine = k === count - 1 ? want : want.map(() => 1);
        const what = `${name} in [${shapeOf(n)}]`;
        expectProducts(
          `cumprod of ${what}`,
          Float32Array.from({ length: n }, (__, r) => running[place(r, k)]!),
          mine,
          device,
        );
        expectProducts(`prod of ${what}`, [whole[k]!], [mine.at(-1)!], device);
      }
    }
  });

  it("over axes that are not neighbours, whose first product leaves f32", async () => {
    const x = tensor(
      filled(240, (i) => (i % 2 === 0 ? 1e20 : 1e-20)),
      { device },
    ).reshape(4, 3, 10, 2);
    // the last axis pairs 1e20 with 1e-20, the first four rows; 40 factors of 1e20 alone are beyond f32
    expectProducts(
      "inner",
      await prod(x, [0, 3]).data(),
      Array.from({ length: 30 }, () => products(filled(8, (i) => (i % 2 === 0 ? 1e20 : 1e-20))).at(-1)!),
      device,
    );
    expectProducts(
      "outer",
      await prod(x, [0, 2]).data(),
      Array.from({ length: 6 }, (__, i) => (i % 2 === 0 ? 1e300 : 0)),
      device,
    );
  });

  it.each(["i32", "u32"] as const)("%s wraps", async (dtype) => {
    const numbers = Array.from({ length: 1500 }, (_, i) => 2 * i + 1);
    let total = 1n;
    const bits = dtype === "i32" ? BigInt.asIntN : BigInt.asUintN;
    const want = numbers.map((factor) => Number(bits(32, (total *= BigInt(factor)))));
    const x = tensor(numbers, { dtype, device });
    expect([...(await cumprod(x, 0).data())]).toEqual(want);
    expect(await prod(x).item()).toBe(want.at(-1));
  });
});
