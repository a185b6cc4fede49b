// Experts of integers: their products are those of the numbers that the integers stand for, a token has the same bits whatever other tokens there are, and gradients flow to x.
import { Builder, Experts, expertLinear, expertQuantizedLinear, groupByExpert, type QuantizedParameter } from "@x/nn";
import {
  createCpuDevice,
  dequantize,
  hostNormal,
  quantize,
  type QuantizedWeight,
  reshape,
  slice,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
} from "@x/tensor";
import { describe, expect, it } from "vitest";

const device = createCpuDevice();
const [t, k, e, inputs, outputs] = [19, 2, 3, 64, 45];
const x = tensor(hostNormal({ seed: 1, stream: 0 }, t * inputs), { shape: [t, 1, inputs], device });
const ids = tensor(
  Int32Array.from({ length: t * k }, (_, i) => (i * 5 + (i >> 2)) % e),
  { shape: [t, k], device },
);
const made = (bits: 8 | 4, groupSize: number): QuantizedWeight =>
  quantize(hostNormal({ seed: 1, stream: 1 }, e * outputs * inputs), {
    shape: [e * outputs, inputs],
    bits,
    groupSize,
    device,
  });
const values = async (y: Tensor): Promise<number[]> => [...(await y.data())];

function expectClose(got: readonly number[], want: readonly number[]): void {
  expect(got.length).toBe(want.length);
  const most = Math.max(...want.map(Math.abs));
  for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5 * most);
}

describe.each([
  [8, 32],
  [4, 64],
  [4, 8],
] as const)("%i bits in groups of %i", (bits, groupSize) => {
  const weight = made(bits, groupSize);
  const wide = reshape(dequantize(weight), [e, outputs, inputs]);

  it("multiplies by what the integers stand for, sorted by expert or not, and passes the gradient on", async () => {
    for (const groups of [undefined, groupByExpert(ids, e)]) {
      const [got, want] = [
        valueAndGrad((rows: Tensor) => sum(expertQuantizedLinear(rows, weight, e, ids, { groups })))(x),
        valueAndGrad((rows: Tensor) => sum(expertLinear(rows, wide, ids, { groups })))(x),
      ];
      expectClose(await values(got.grads[0]), await values(want.grads[0]));
      expectClose(
        await values(expertQuantizedLinear(x, weight, e, ids, { groups })),
        await values(expertLinear(x, wide, ids, { groups })),
      );
    }
  });

  it("gives a token the same bits alone, in any company, sorted or not", async () => {
    const all = await values(expertQuantizedLinear(x, weight, e, ids, { groups: groupByExpert(ids, e) }));
    for (const row of [0, 7, 18]) {
      const alone = expertQuantizedLinear(slice(x, 0, row, row + 1), weight, e, slice(ids, 0, row, row + 1));
      expect(await values(alone)).toEqual(all.slice(row * k * outputs, (row + 1) * k * outputs));
    }
  });
});

it("says what weights must be", () => {
  const weight = made(8, 32);
  expect(() => expertQuantizedLinear(x, weight, 2, ids)).toThrow("multiple of it; got 135");
  expect(() => expertQuantizedLinear(slice(x, 2, 0, 32), weight, e, ids)).toThrow("the last axis of x must be 64");
  expect(() => expertQuantizedLinear(x, weight, 0, ids)).toThrow(/experts must be a whole number/);
});

it("a layer's experts are integers where the builder quantizes, drawn as its floats are", async () => {
  const options = { count: 4, perToken: 2, width: 32, sharedWidth: 32 };
  const floats = new Experts(64, options);
  const layer = new Experts(64, { ...options, builder: new Builder({ quantize: { bits: 8 } }) });
  expect(layer.quantizedParameters().map(({ path }) => path)).toEqual([
    "up",
    "down",
    "shared.fc1.weight",
    "shared.fc2.weight",
  ]);
  const [up, wide] = [layer.up as QuantizedParameter, await values(floats.up.value as Tensor)];
  for (const [i, value] of (await values(dequantize(up.value))).entries())
    expect(Math.abs(value - wide[i]!)).toBeLessThan(1e-3);
  const tokens = tensor(hostNormal({ seed: 2, stream: 0 }, 9 * 64), { shape: [9, 64] });
  const [got, want] = [await values(layer.forward(tokens)), await values(floats.forward(tokens))];
  const most = Math.max(...want.map(Math.abs));
  for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(0.02 * most);
});
