// What the cases of dequantize and quantized_linear do not show: how weights are rounded, and what is refused.
import { describe, expect, test } from "vitest";
import {
  dequantize,
  grad,
  hostNormal,
  linear,
  ones,
  quantize,
  quantizedLinear,
  ShapeError,
  sum,
  tensor,
  type Tensor,
} from "../src/index.ts";

describe("quantize", () => {
  test.each([8, 4] as const)(
    "%i bits: every number moves by at most half a scale, the largest of a group hardly",
    async (bits) => {
      const values = Float32Array.from(hostNormal({ seed: 1, stream: 1 }, 3 * 64));
      values.fill(0, 64, 96); // a group of zeros
      const weight = quantize(values, { shape: [3, 64], bits });
      const got = await dequantize(weight).data();
      const scales = await weight.scales.data();
      values.forEach((value, i) => {
        const scale = scales[Math.floor(i / 32)]!;
        expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(scale * 0.5001);
        if (Math.abs(Math.abs(value) - scale * (2 ** (bits - 1) - 1)) < 1e-6) expect(got[i]).toBeCloseTo(value, 5);
      });
      expect(weight.packed.size * 4).toBe((values.length * bits) / 8);
    },
  );

  test("integers within range come back exactly, signs too", async () => {
    const whole = Float32Array.of(-7, -6, -1, 0, 1, 2, 6, 7);
    expect([...(await dequantize(quantize(whole, { shape: [1, 8], bits: 4, groupSize: 8 })).data())]).toEqual([
      ...whole,
    ]);
  });

  test("says what does not fit", () => {
    expect(() => quantize(new Float32Array(60), { shape: [2, 30] })).toThrow(
      "quantize: groupSize must be a multiple of 8 that divides the rows of the weight, 30; got 32.",
    );
    expect(() => quantize(new Float32Array(60), { shape: [2, 32] })).toThrow("quantize: weight must have 64 numbers");
    expect(() => quantizedLinear(ones([1, 16]), quantize(new Float32Array(64), { shape: [2, 32] }))).toThrow(
      ShapeError,
    );
  });
});

test("quantizedLinear refuses a bias of another dtype, whose bits a kernel would read as floats", () => {
  const weight = quantize(new Float32Array(64), { shape: [2, 32] });
  const bias = ones([2], { dtype: "i32" });
  expect(() => quantizedLinear(ones([1, 32]), weight, bias)).toThrow("quantizedLinear: bias must be f32; got i32");
});

test("quantizedLinear is linear over the numbers it stands for, and so is its gradient", async () => {
  const weight = quantize(Float32Array.from(hostNormal({ seed: 2, stream: 1 }, 5 * 64)), { shape: [5, 64], bits: 8 });
  const x = tensor(Float32Array.from(hostNormal({ seed: 3, stream: 1 }, 2 * 3 * 64)), { shape: [2, 3, 64] });
  const got = await quantizedLinear(x, weight).data();
  const want = await linear(x, dequantize(weight)).data();
  got.forEach((value, i) => expect(value).toBeCloseTo(want[i]!, 4));
  const [gotGrad] = grad((a: Tensor) => sum(quantizedLinear(a, weight)))(x);
  const [wantGrad] = grad((a: Tensor) => sum(linear(a, dequantize(weight))))(x);
  expect(await gotGrad.toArray()).toEqual(await wantGrad.toArray());
});
