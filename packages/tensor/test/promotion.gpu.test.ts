// Numbers beside tensors and tensors of two dtypes, over every exported op of two operands: exact, or refused, and the same on every device, eager and captured, in both orders.
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import * as x from "../src/index.ts";
import {
  capture,
  clamp,
  createCpuDevice,
  cpuDevice,
  type Device,
  type DType,
  mul,
  square,
  type Tensor,
  tensor,
  type TensorLike,
  webgpuDevice,
  where,
} from "../src/index.ts";

type Binary = (a: TensorLike, b: TensorLike) => Tensor;
type Integer = "i32" | "u32";

const devices: Record<string, Device> = {
  wasm: cpuDevice(),
  loops: createCpuDevice({ wasm: false }),
  webgpu: await webgpuDevice({ device: await sharedGpu(), poison: true }),
};
const functions = x as unknown as Readonly<Record<string, unknown>>;

/** The exported functions of the elementwise primitives of two operands. */
const binary = Object.values(functions).flatMap((value): [string, Binary][] => {
  const row = (value as { row?: { name: string; arity: number } } | null)?.row;
  return row?.arity === 2 && typeof functions[row.name] === "function"
    ? [[row.name, functions[row.name] as Binary]]
    : [];
});

const limits = { i32: [-(2 ** 31), 2 ** 31 - 1], u32: [0, 2 ** 32 - 1], bool: [0, 1] } as const;
const elements: Readonly<Record<Integer, readonly number[]>> = {
  i32: [-(2 ** 31), -(2 ** 31) + 1, -65537, -3, -1, 0, 1, 2, 7, 46341, 123456789, 2 ** 31 - 1],
  u32: [0, 1, 2, 3, 7, 65537, 123456789, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 2, 2 ** 32 - 1],
};
const numbers = [
  0,
  -0,
  1,
  -1,
  2,
  -3,
  65537,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  -(2 ** 31) - 1,
  3e9,
  1e10,
  -1e10,
  1e300,
  2 ** 53,
  0.5,
  -0.5,
  1.5,
  1e-300,
  2 ** 31 - 0.5,
  -(2 ** 31) - 0.5,
  2 ** 31 - 1.5,
  2 ** 32 - 0.5,
  Infinity,
  -Infinity,
  NaN,
];

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};
const wrapping: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  maximum: (a, b) => (a > b ? a : b),
  minimum: (a, b) => (a < b ? a : b),
  fmod: (a, b) => a % b,
  remainder: (a, b) => ((a % b) + b) % b,
  floorDivide: (a, b) => (a - (((a % b) + b) % b)) / b,
};
const floatsOnly = new Set(["pow", "atan2"]);
const boolsOnly = new Set(["and", "or"]);
const divisions = new Set(["fmod", "remainder", "floorDivide"]);

const held = (dtype: Integer | "bool", value: number): boolean =>
  Number.isInteger(value) && value >= limits[dtype][0] && value <= limits[dtype][1];
const wrapped = (dtype: Integer, value: bigint): number =>
  Number(dtype === "i32" ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value));

/** What `a op b` must be for each pair, or what its error must say. */
function expected(
  name: string,
  dtype: Integer,
  pairs: readonly (readonly [number, number])[],
  number: number | undefined,
): { dtype: DType; values: number[] } | RegExp {
  const compare = comparisons[name];
  if (compare) return { dtype: "bool", values: pairs.map(([a, b]) => Number(compare(a, b))) };
  if (floatsOnly.has(name) || boolsOnly.has(name)) return new RegExp(`^${name}: [ab] must be .*; got ${dtype}`);
  if (name === "div")
    return { dtype: "f32", values: pairs.map(([a, b]) => Math.fround(Math.fround(a) / Math.fround(b))) };
  const exact = wrapping[name];
  if (!exact) throw new Error(`${name} has no oracle here: write one.`);
  if (number !== undefined && !held(dtype, number))
    return new RegExp(
      `^${name}: [ab], a number beside ${dtype}, must be a whole number from .*; got ${String(number).replace("+", "\\+")}\\. Cast first`,
    );
  if (divisions.has(name) && pairs.some(([, b]) => b === 0))
    return new RegExp(`^${name}: b, which divides integers, must not be 0; got 0`);
  return { dtype, values: pairs.map(([a, b]) => wrapped(dtype, exact(BigInt(a), BigInt(b)))) };
}

async function check(what: string, run: () => Tensor, want: ReturnType<typeof expected>): Promise<void> {
  // a GPU raises about elements at the next read
  if (want instanceof RegExp)
    return void (await expect((async () => (await run().data()).length)(), what).rejects.toThrow(want));
  const got = run();
  expect(got.dtype, what).toBe(want.dtype);
  const values = [...(await got.data())];
  got.dispose();
  if (want.dtype !== "f32") expect(values, what).toEqual(want.values.map((value) => value + 0));
  // WGSL divides within 2.5 ulp and says nothing of divisions by zero or that overflow
  else
    values.forEach(
      (value, i) =>
        Number.isFinite(want.values[i]!) &&
        expect(Math.abs(value - want.values[i]!), `${what} [${i}]`).toBeLessThanOrEqual(
          4e-7 * Math.abs(want.values[i]!),
        ),
    );
}

it("reads ops of two operands", () => {
  expect(binary.length).toBeGreaterThan(10);
});

for (const [where_, device] of Object.entries(devices)) {
  describe(`integers on ${where_}`, () => {
    for (const [name, op] of binary) {
      for (const dtype of ["i32", "u32"] as const) {
        it(`${name} of ${dtype} and numbers`, async () => {
          const data = elements[dtype];
          const input = tensor(data, { dtype, device });
          for (const number of numbers) {
            const right = data.map((a) => [a, number] as const);
            const divisors = divisions.has(name) ? data.filter((b) => b !== 0) : data;
            const left = divisors.map((b) => [number, b] as const);
            await check(`${name}(x, ${number})`, () => op(input, number), expected(name, dtype, right, number));
            await check(
              `${name}(${number}, x)`,
              () => op(number, tensor(divisors, { dtype, device })),
              expected(name, dtype, left, number),
            );
            if (number === 1.5 || number === 3e9 || number === 7) {
              await check(
                `captured ${name}(x, ${number})`,
                () => capture((t: Tensor) => op(t, number))(input),
                expected(name, dtype, right, number),
              );
              const method = (input as unknown as Record<string, unknown>)[name];
              if (typeof method === "function")
                await check(
                  `x.${name}(${number})`,
                  () => (method as (n: number) => Tensor).call(input, number),
                  expected(name, dtype, right, number),
                );
            }
          }
        });

        it(`${name} of ${dtype} and ${dtype}, and of nothing else`, async () => {
          const data = elements[dtype];
          const pairs = data
            .flatMap((a) => data.map((b) => [a, b] as const))
            .filter(([, b]) => b !== 0 || !divisions.has(name));
          const [a, b] = [0, 1].map((i) =>
            tensor(
              pairs.map((pair) => pair[i]!),
              { dtype, device },
            ),
          ) as [Tensor, Tensor];
          const want = expected(name, dtype, pairs, undefined);
          await check(`${name}(a, b)`, () => op(a, b), want);
          if (!(want instanceof RegExp))
            await check(`captured ${name}(a, b)`, () => capture((p: Tensor, q: Tensor) => op(p, q))(a, b), want);
          for (const other of ["f32", "bool", dtype === "i32" ? "u32" : "i32"] as const) {
            expect(() => op(a, tensor([1], { dtype: other, device })), `${name}(${dtype}, ${other})`).toThrow(
              x.DTypeError,
            );
            expect(() => op(tensor([1], { dtype: other, device }), a), `${name}(${other}, ${dtype})`).toThrow(
              x.DTypeError,
            );
          }
        });
      }

      it(`${name} of what is no operand`, () => {
        const input = tensor([1], { device });
        for (const wrong of ["1", null, undefined, true, 1n, [1], {}, new Float32Array(1)] as never[]) {
          expect(() => op(input, wrong)).toThrow(new RegExp(`^${name}: b must be a tensor or a number; got`));
          expect(() => op(wrong, input)).toThrow(new RegExp(`^${name}: a must be a tensor or a number; got`));
        }
        expect(() => op(1, 2)).toThrow(/at least one operand must be a tensor/);
      });
    }

    it("chains fused by capture keep every bit of integer products", async () => {
      for (const dtype of ["i32", "u32"] as const) {
        const big = elements[dtype].map((value) => wrapped(dtype, BigInt(value)));
        const input = tensor(big, { dtype, device });
        const chain = (t: Tensor): Tensor => mul(square(mul(t, 65537)), t);
        const want = big.map((value) => wrapped(dtype, (BigInt(value) * 65537n) ** 2n * BigInt(value)));
        expect([...(await chain(input).data())]).toEqual(want);
        expect([...(await capture(chain)(input).data())]).toEqual(want);
      }
    });

    it("bool and numbers: only what it can be equals it", async () => {
      const flags = tensor([true, false], { device });
      for (const number of [0, 1, 2, -1, 0.5, NaN, Infinity]) {
        await check(`eq(bool, ${number})`, () => x.eq(flags, number), {
          dtype: "bool",
          values: [Number(number === 1), Number(number === 0)],
        });
        await check(`ne(${number}, bool)`, () => x.ne(number, flags), {
          dtype: "bool",
          values: [Number(number !== 1), Number(number !== 0)],
        });
      }
      for (const op of [x.add, x.sub, x.mul, x.div, x.lt, x.maximum])
        expect(() => op(flags, 1)).toThrow(/must be .*; got bool/);
    });

    it("clamp of integers: infinite limits do not limit, fractions and what is out of range are refused", async () => {
      for (const dtype of ["i32", "u32"] as const) {
        const data = elements[dtype];
        const input = tensor(data, { dtype, device });
        for (const [low, high] of [
          [-Infinity, 10],
          [2, Infinity],
          [-Infinity, Infinity],
          [1, 7],
          [0, 0],
        ] as const) {
          expect([...(await clamp(input, low, high).data())], `${low} to ${high}`).toEqual(
            data.map((value) => Math.min(high, Math.max(low, value))),
          );
        }
        for (const [low, high] of [
          [0.5, 3],
          [0, 2.5],
          [NaN, 1],
          [0, NaN],
          [0, 1e10],
          [-1e10, 0],
          [Infinity, Infinity],
        ] as const) {
          expect(() => clamp(input, low, high), `${low} to ${high}`).toThrow(/^clamp: (low|high), a limit of/);
        }
      }
    });

    it("where keeps a dtype or refuses", async () => {
      const [flags, input] = [tensor([true, false], { device }), tensor([4, 5], { dtype: "i32", device })];
      expect(await where(flags, input, -1).toArray()).toEqual([4, -1]);
      for (const number of [0.5, 3e9, NaN, -Infinity])
        expect(() => where(flags, number, input)).toThrow(/^where: b, a number beside i32/);
      expect(() => where(input, 1, input)).toThrow(/^where: condition must be bool; got i32/);
    });
  });
}

describe("the observed instances", () => {
  const i32 = (...values: number[]): Tensor => tensor(values, { dtype: "i32" });
  it("are refused or exact", async () => {
    expect(() => i32(1).add(1.5)).toThrow(/Cast first/);
    expect(() => i32(10).mul(0.5)).toThrow(/Cast first/);
    expect(await x.eq(i32(0), 0.5).item()).toBe(0);
    expect(await x.lt(i32(5), 3e9).item()).toBe(1);
    expect(await x.gt(tensor([1], { dtype: "u32" }), -1).item()).toBe(1);
    expect(await clamp(i32(-7, 20), -Infinity, 10).toArray()).toEqual([-7, 10]);
    expect(() => x.exp(i32(1))).toThrow('exp: x must be f32 or f64; got i32. Convert it with cast(x, "f32").');
  });
});
