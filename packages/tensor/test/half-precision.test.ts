import { expect, test } from "vitest";
import {
  bf16Bits,
  bf16ToF32,
  bf16Value,
  f16Bits,
  f16ToF32,
  f16Value,
  f32ToBf16,
  f32ToF16,
} from "../src/numbers/half-precision.ts";
import { hostBits } from "../src/numbers/host-random.ts";

/** The f16 value of 16 bits, by the definition of the format. */
function byDefinition(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

test("every f16 decodes by definition and encodes back to its own bits", () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = f16Value(bits);
    if (Number.isNaN(byDefinition(bits))) expect(value).toBeNaN();
    else if (!Object.is(value, byDefinition(bits)) || f16Bits(value) !== bits)
      expect.fail(`bits ${bits} → ${value} → ${f16Bits(value)}`);
  }
});

test("f16 rounds to nearest, ties to even, between every pair of neighbours", () => {
  for (let bits = 0; bits < 0x7bff; bits++) {
    const [low, high] = [byDefinition(bits), byDefinition(bits + 1)];
    const middle = (low + high) / 2;
    const even = bits & 1 ? bits + 1 : bits;
    const below = Math.fround(middle - (high - low) / 512);
    const above = Math.fround(middle + (high - low) / 512);
    if (f16Bits(below) !== bits || f16Bits(middle) !== even || f16Bits(above) !== bits + 1)
      expect.fail(`between ${low} and ${high}`);
  }
});

test("f16 at its ends", () => {
  expect(f16Bits(65519.996)).toBe(0x7bff);
  expect(f16Bits(65520)).toBe(0x7c00);
  expect(f16Bits(-1e30)).toBe(0xfc00);
  expect(f16Bits(2 ** -25)).toBe(0);
  expect(f16Bits(Math.fround(2 ** -25 * 1.0001))).toBe(1);
  expect(f16Bits(-0)).toBe(0x8000);
  expect(f16Bits(1e-45)).toBe(0);
  expect(f16Value(f16Bits(NaN))).toBeNaN();
});

test("bf16 rounds to nearest, ties to even", () => {
  const scratch = new Float32Array(1);
  const words = new Uint32Array(scratch.buffer);
  for (const bits of hostBits({ seed: 1 }, 20_000)) {
    words[0] = bits;
    const value = scratch[0]!;
    const half = bf16Bits(value);
    if (Number.isNaN(value)) {
      expect(bf16Value(half)).toBeNaN();
      continue;
    }
    const down = bits >>> 16;
    const rest = bits & 0xffff;
    const expected = rest > 0x8000 || (rest === 0x8000 && down & 1) ? down + 1 : down;
    expect(half).toBe(expected);
  }
  expect(bf16Bits(3.4028234663852886e38)).toBe(0x7f80);
  expect(bf16Value(bf16Bits(1 + 2 ** -8))).toBe(1);
  expect(bf16Value(bf16Bits(1 + 3 * 2 ** -8))).toBe(1 + 2 ** -6);
  words[0] = 0x7f800001;
  expect(f32ToBf16(scratch)[0]! & 0x7f).not.toBe(0);
});

test("array conversions equal the scalar ones, also from views at an offset", () => {
  const values = Float32Array.from([0, -0, 1, 0.1, 1e-7, 70000, -3.3, Infinity]).subarray(1);
  expect([...f32ToF16(values)]).toEqual([...values].map(f16Bits));
  expect([...f32ToBf16(values)]).toEqual([...values].map(bf16Bits));
  expect([...f16ToF32(f32ToF16(values))]).toEqual([...values].map((v) => f16Value(f16Bits(v))));
  expect([...bf16ToF32(f32ToBf16(values))]).toEqual([...values].map((v) => bf16Value(bf16Bits(v))));
});
