// Plans of a device whose products round what they read to f16: values that only they read are made so, large ones that several read are rounded once, and results keep their bits.
import { addRmsNorm, rmsNorm, rmsNormGated } from "@x/nn";
import {
  capture,
  type Captured,
  cast,
  type Device,
  matmul,
  mul,
  type Tensor,
  tensor,
  webgpuDevice,
  hostNormal,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, expect, test } from "vitest";

let device: Device;
beforeAll(async () => {
  const own = await webgpuDevice({ device: await sharedGpu(), poison: true });
  // No adapter of the tests has subgroup matrices: this one only says that it rounds.
  own.roundedInputs = (primitive) => (primitive.rounds ? primitive.inputs.filter((name) => name !== "bias") : []);
  device = own;
});
afterAll(() => device.dispose());

const drawn = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    hostNormal(
      { seed, stream: 1 },
      shape.reduce((product, size) => product * size, 1),
    ),
    { shape, device },
  );
const rounded = (x: Tensor): Tensor => cast(cast(x, "f16"), "f32");

/** Runs a function once, recorded; also the ops of its plan that make halves. */
async function planned<A extends Tensor[]>(
  fn: (...args: A) => Tensor[],
  ...args: A
): Promise<{ readonly results: Float32Array[]; readonly halves: string[] }> {
  const halves: string[] = [];
  const { prepare } = device;
  device.prepare = function (primitive, inputs, outputs, params) {
    if (Object.values(outputs).some(({ dtype }) => dtype === "f16")) halves.push(primitive.name);
    return prepare.call(device, primitive, inputs, outputs, params);
  };
  const captured = capture(fn) as Captured<A, Tensor[]>;
  const results = captured(...args);
  device.prepare = prepare;
  const values: Float32Array[] = [];
  for (const result of results) values.push((await result.data()) as Float32Array);
  for (const result of results) result.dispose();
  captured.dispose();
  return { results: values, halves: [...new Set(halves)] };
}

async function expectBits(got: readonly Float32Array[], want: readonly Tensor[]): Promise<void> {
  expect(got).toHaveLength(want.length);
  for (const [i, each] of want.entries()) expect(got[i]).toEqual(await each.data());
}

test("a norm that only products read is stored as f16", async () => {
  const [x, residual, weight, a, b] = [
    drawn([5, 16], 1),
    drawn([5, 16], 2),
    drawn([16], 3),
    drawn([16, 8], 4),
    drawn([16, 12], 5),
  ];
  const { results, halves } = await planned(
    (x, residual, weight, a, b) => {
      const { y } = addRmsNorm(x, residual, weight);
      return [matmul(y, a), matmul(y, b), matmul(rmsNorm(x, weight), a), matmul(rmsNormGated(x, residual, weight), b)];
    },
    x,
    residual,
    weight,
    a,
    b,
  );
  expect(halves).toEqual(["add_rms_norm", "rms_norm", "rms_norm_gated"]);
  const { y } = addRmsNorm(x, residual, weight);
  await expectBits(results, [
    matmul(rounded(y), a),
    matmul(rounded(y), b),
    matmul(rounded(rmsNorm(x, weight)), a),
    matmul(rounded(rmsNormGated(x, residual, weight)), b),
  ]);
});

test("it stays f32 where anything else needs it, or a vector of four does not fit", async () => {
  const [x, weight, a] = [drawn([5, 16], 1), drawn([16], 3), drawn([16, 8], 4)];
  const returned = await planned(
    (x, weight, a) => {
      const y = rmsNorm(x, weight);
      return [matmul(y, a), y];
    },
    x,
    weight,
    a,
  );
  await expectBits(returned.results, [matmul(rmsNorm(x, weight), a), rmsNorm(x, weight)]);
  const read = await planned(
    (x, weight, a) => {
      const y = rmsNorm(x, weight);
      return [matmul(y, a), mul(y, y)];
    },
    x,
    weight,
    a,
  );
  await expectBits(read.results, [matmul(rmsNorm(x, weight), a), mul(rmsNorm(x, weight), rmsNorm(x, weight))]);
  const [odd, oddWeight, oddA] = [drawn([5, 7], 1), drawn([7], 3), drawn([7, 8], 4)];
  const short = await planned((x, weight, a) => [matmul(rmsNorm(x, weight), a)], odd, oddWeight, oddA);
  await expectBits(short.results, [matmul(rmsNorm(odd, oddWeight), oddA)]);
  expect([returned.halves, read.halves]).toEqual([[], []]);
  expect(short.halves).toEqual(["rms_norm"]); // asked for, and refused
});

test("a large value that two products read is rounded once, before the first", async () => {
  const [large, right, left] = [drawn([1024, 1024], 1), drawn([1024, 4], 2), drawn([4, 1024], 3)];
  const { results, halves } = await planned(
    (large, right, left) => [matmul(large, right), matmul(left, large), mul(large, 2)],
    large,
    right,
    left,
  );
  expect(halves).toEqual(["cast"]);
  await expectBits(results, [matmul(rounded(large), right), matmul(left, rounded(large)), mul(large, 2)]);
});
