// Conversions between all element types at their special values, on every device, alone and in captured chains: NaN becomes 0 among integers, what is out of range the end of the range, halves
// round to nearest even. The oracle counts in doubles.
import {
  capture,
  cast,
  cpuDevice,
  createCpuDevice,
  type Device,
  type DType,
  tensor,
  type Tensor,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { specialNumbers } from "../src/elementwise-oracle.ts";

const devices: readonly (readonly [string, Device])[] = [
  ["loops", createCpuDevice({ wasm: false })],
  ["wasm", cpuDevice()],
  ["webgpu", await webgpuDevice({ device: await sharedGpu(), poison: true })],
];
const types = ["f32", "i32", "u32", "bool", "f16", "bf16"] as const;

/** x to `digits` binary digits with exponents from `least` on, ties to even, infinite beyond `most`. */
function rounded(x: number, digits: number, least: number, most: number): number {
  if (!Number.isFinite(x) || x === 0) return x;
  const unit = 2 ** (Math.max(least, Math.floor(Math.log2(Math.abs(x)))) - digits + 1);
  const scaled = Math.abs(x) / unit;
  const whole = Math.floor(scaled);
  const up = scaled - whole > 0.5 || (scaled - whole === 0.5 && whole % 2 === 1);
  const size = (whole + (up ? 1 : 0)) * unit;
  return Math.sign(x) * (size > most ? Infinity : size || 0) || (x < 0 ? -0 : 0);
}

function converted(x: number, from: DType, to: DType): number {
  if (to === "bool") return x === 0 ? 0 : 1;
  // integers of both signs exchange bits, floats saturate
  if (to === "i32")
    return from === "u32"
      ? x | 0
      : Number.isNaN(x)
        ? 0
        : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x))) + 0;
  if (to === "u32")
    return from === "i32" ? x >>> 0 : Number.isNaN(x) ? 0 : Math.max(0, Math.min(2 ** 32 - 1, Math.trunc(x))) + 0;
  const single = Math.fround(x);
  return to === "f16"
    ? rounded(single, 11, -14, 65504)
    : to === "bf16"
      ? rounded(single, 8, -126, 3.3895313892515355e38)
      : single;
}

/** What a tensor of a type can hold of the special numbers, and numbers at its own edges. */
function valuesOf(type: DType): number[] {
  if (type === "bool") return [0, 1];
  if (type === "i32")
    return [
      0,
      1,
      -1,
      2,
      3,
      2049,
      65504,
      65519,
      65520,
      -65520,
      16777217,
      2 ** 31 - 1,
      -(2 ** 31),
      2 ** 30 + 1,
      257,
      384,
      -7,
    ];
  if (type === "u32")
    return [
      0,
      1,
      2,
      2049,
      65519,
      65520,
      16777217,
      2 ** 31,
      2 ** 31 - 1,
      2 ** 32 - 1,
      257,
      16777219,
      4294967167,
      4294967168,
      3000000129,
      2147483777,
    ];
  const edges = [
    2147483520,
    2147483648,
    -2147483648,
    -2147483904,
    4294967040,
    4294967296,
    0.9999999,
    -0.9999999,
    65504,
    65519.996,
    65520,
    -65520,
    2 ** -14,
    2 ** -24,
    2 ** -25,
    2 ** -25 * 1.0001,
    3 * 2 ** -25,
    2 ** -26,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    1 + 2 ** -8,
    1 + 3 * 2 ** -8,
    2049,
    2051,
    (2 - 2 ** -8) * 2 ** 127,
    3.39e38,
    -2.5,
    2.5,
    -1.9,
  ];
  const all = [...specialNumbers, ...edges.map(Math.fround)];
  return type === "f32" ? all : all.map((x) => converted(x, "f32", type));
}

const show = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

/** The same number, NaN for NaN, zeros by their sign. */
async function expectSame(
  what: string,
  got: Tensor,
  inputs: readonly number[],
  want: readonly number[],
): Promise<void> {
  const flat = (await got.toArray()) as number[];
  const wrong = want.flatMap((x, i) =>
    Object.is(flat[i], x) ? [] : [`${show(inputs[i]!)} → ${show(flat[i]!)}, want ${show(x)}`],
  );
  if (wrong.length > 0) throw new Error([what, ...wrong.slice(0, 12)].join("\n"));
  expect(flat.length).toBe(want.length);
}

describe.each(devices)("%s", (_, device) => {
  const kinds: readonly DType[] = device.kind === "cpu" ? [...types, "f64"] : types;
  for (const from of kinds) {
    it(`from ${from}`, async () => {
      const numbers = valuesOf(from);
      const exact = numbers.map((x) => (from === "f64" ? x : converted(x, from, from)));
      const x = tensor(numbers, { device, dtype: from });
      for (const to of kinds) {
        if (to === from) continue;
        const want = exact.map((value) => (to === "f64" ? value : converted(value, from, to)));
        await expectSame(`${from} to ${to}`, cast(x, to), exact, want);
        // there and on: in a captured function one kernel, where both are of 32 bits
        for (const on of kinds) {
          if (on === to || on === "f64" || to === "f64") continue;
          const chain = capture((t: Tensor) => cast(cast(t, to), on));
          await expectSame(
            `${from} to ${to} to ${on}, captured`,
            chain(x),
            exact,
            want.map((value) => converted(value, to, on)),
          );
          chain.dispose();
        }
      }
    });
  }

  it("numbers from ops, converted in the same kernel", async () => {
    const x = tensor([0, 1, -1, 2], { device });
    const toIntegers = capture((t: Tensor) => cast(t.div(0), "i32"));
    await expectSame("x / 0 to i32", toIntegers(x), [0, 1, -1, 2], [0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1]);
    const toBool = capture((t: Tensor) => cast(t.div(0).mul(0), "bool"));
    await expectSame("x / 0 · 0 to bool", toBool(x), [0, 1, -1, 2], [1, 1, 1, 1]);
  });
});
