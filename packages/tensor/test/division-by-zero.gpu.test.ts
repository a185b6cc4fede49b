// Integers divided by 0, for which no integer stands: refused by the name of the op, at once by the CPU, at the next read by a GPU, eager and captured, however the divisors lie in memory.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import {
  capture,
  cpuDevice,
  createCpuDevice,
  type Device,
  floorDivide,
  fmod,
  remainder,
  slice,
  tensor,
  type Tensor,
  type TensorLike,
  webgpuDevice,
} from "@x/tensor";

const gpu = await webgpuDevice({ device: await sharedGpu() });
afterAll(() => gpu.dispose());
const devices: readonly (readonly [string, Device])[] = [
  ["wasm", cpuDevice()],
  ["loops", createCpuDevice({ wasm: false })],
  ["webgpu", gpu],
];
const ops: Readonly<Record<string, (a: TensorLike, b: TensorLike) => Tensor>> = { floorDivide, fmod, remainder };

/** Divisors [2, 3] whose last is `last`, in other layouts; the memory around a view holds zeros. */
const layouts: Readonly<Record<string, (last: number, dtype: "i32" | "u32", device: Device) => Tensor>> = {
  dense: (last, dtype, device) =>
    tensor(
      [
        [1, 2, 3],
        [4, 5, last],
      ],
      { dtype, device },
    ),
  "one of each row": (last, dtype, device) => tensor([[5], [last]], { dtype, device }),
  scalar: (last, dtype, device) => tensor(last, { dtype, device }),
  "rows of a larger tensor": (last, dtype, device) =>
    slice(
      tensor(
        [
          [0, 0, 0],
          [1, 2, 3],
          [4, 5, last],
          [0, 0, 0],
        ],
        { dtype, device },
      ),
      0,
      1,
      3,
    ),
  "columns of a larger tensor": (last, dtype, device) =>
    slice(
      tensor(
        [
          [0, 1, 2, 3, 0],
          [0, 4, 5, last, 0],
        ],
        { dtype, device },
      ),
      1,
      1,
      4,
    ),
};

/** What a call, and then a read, raise; else the numbers. */
async function outcome(run: () => Tensor): Promise<string> {
  try {
    return [...(await run().data())].join();
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(devices)("on %s", (_, device) => {
  describe.each(Object.keys(ops))("%s", (name) => {
    const op = ops[name]!;
    const said = `${name}: b, which divides integers, must not be 0; got 0`;

    it.each(Object.keys(layouts))("by divisors: %s", async (layout) => {
      for (const dtype of ["i32", "u32"] as const) {
        const a = tensor(
          [
            [7, 8, 9],
            [10, 11, 12],
          ],
          { dtype, device },
        );
        const captured = capture((x: Tensor, y: Tensor) => op(x, y).add(0));
        for (const run of [op as (x: Tensor, y: Tensor) => Tensor, captured]) {
          const good = layouts[layout]!(6, dtype, device);
          const numbers = await outcome(() => run(a, good));
          expect(numbers).toMatch(/^\d+(,\d+){5}$/);
          expect(await outcome(() => run(a, layouts[layout]!(0, dtype, device)))).toContain(said);
          expect(await outcome(() => run(a, good)), "a divisor is told once").toBe(numbers);
        }
        captured.dispose();
      }
    });

    it("by a number, at once; a number by divisors", async () => {
      for (const dtype of ["i32", "u32"] as const) {
        const a = tensor([7, 8], { dtype, device });
        expect(() => op(a, 0)).toThrow(said);
        expect(() => op(a, -0)).toThrow(said);
        expect(await outcome(() => op(5, tensor([2, 0], { dtype, device })))).toContain(said);
        expect(await outcome(() => op(0, tensor([2, 1], { dtype, device })))).toBe("0,0");
      }
    });

    it("of floats gives what IEEE 754 says", async () => {
      const y = await op(tensor([7, -7, 0], { device }), 0).data();
      expect([...y]).toEqual(name === "floorDivide" ? [Infinity, -Infinity, NaN] : [NaN, NaN, NaN]);
    });

    it("of no element raises about nothing", () => {
      expect(op(tensor([], { dtype: "i32", device }), tensor([], { dtype: "i32", device })).shape).toEqual([0]);
    });
  });

  it("the least integer by -1 wraps", async () => {
    const a = tensor([-(2 ** 31)], { dtype: "i32", device });
    expect(await floorDivide(a, -1).item()).toBe(-(2 ** 31));
    expect(await fmod(a, tensor([-1], { dtype: "i32", device })).item()).toBe(0);
    expect(await remainder(a, -1).item()).toBe(0);
  });
});
