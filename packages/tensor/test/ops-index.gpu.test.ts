// What the primitives' cases cannot show on a GPU: ids out of range, exact bits of random numbers, odd halves.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, expect, it } from "vitest";
import {
  bernoulli,
  cast,
  concat,
  embedding,
  gather,
  gpuBindingOf,
  hostNormal,
  hostUniform,
  indexAdd,
  indexSelect,
  permute,
  randomInt,
  randomNormal,
  randomUniform,
  slice,
  tensor,
  type Tensor,
  webgpuDevice,
  zeros,
} from "../src/index.ts";

const device = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => device.dispose());
const ids = (values: number[]): ReturnType<typeof tensor> => tensor(values, { dtype: "i32", device });

/** What the device holds at ids out of range, about which each read raises. */
async function afterRaising(y: Tensor): Promise<unknown> {
  await expect(y.toArray()).rejects.toThrow(/ids must lie in \[0, \d\); got -?\d/);
  const { buffer, offset, size } = gpuBindingOf(y);
  const bytes = await device.runner.read(buffer, size, offset);
  return tensor(y.dtype === "i32" ? new Int32Array(bytes) : new Float32Array(bytes))
    .reshape([...y.shape])
    .toArray();
}

it("raises about an id out of range, and holds NaN for it", async () => {
  const table = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { device },
  );
  expect(await afterRaising(embedding(table, ids([-5, 0, 1, 9])))).toEqual([
    [NaN, NaN],
    [1, 2],
    [3, 4],
    [NaN, NaN],
  ]);
  const vectors = tensor(
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
    { device },
  );
  for (const dtype of ["f32", "f16", "bf16"] as const) {
    expect(await afterRaising(embedding(cast(vectors, dtype), ids([2, 1, -1]))), dtype).toEqual([
      [NaN, NaN, NaN, NaN],
      [5, 6, 7, 8],
      [NaN, NaN, NaN, NaN],
    ]);
    expect(
      await afterRaising(cast(gather(cast(vectors, dtype), 1, tensor([[4], [-1]], { dtype: "i32", device })), "f32")),
      dtype,
    ).toEqual([[NaN], [NaN]]);
  }
  expect(
    await afterRaising(gather(tensor([[1, 2]], { device }), 1, tensor([[0, -1, 2]], { dtype: "i32", device }))),
  ).toEqual([[1, NaN, NaN]]);
  // integers have no NaN
  expect(await afterRaising(indexSelect(ids([7, 8]), 0, ids([-1, 5])))).toEqual([7, 8]);
  expect(() => embedding(zeros([0, 2], { device }), ids([0]))).toThrow(/must have elements for ids to name/);
  expect(await afterRaising(indexAdd(tensor([[1], [2], [4], [8]], { device }), 0, ids([-5, 1, 1, 9]), 2))).toEqual([
    [0],
    [6],
  ]);
});

it("draws the bits that the host draws", async () => {
  const key = { seed: 2 ** 40 + 5, stream: 9 };
  expect(await randomUniform([1001], { ...key, device }).data()).toEqual(hostUniform(key, 1001));
  for (const draw of [
    (on: object) => randomInt([1001], { ...key, low: -7, high: 1_000_003, ...on }),
    (on: object) => bernoulli([1001], 0.37, { ...key, ...on }),
  ]) {
    expect(await draw({ device }).data()).toEqual(await draw({}).data());
  }
});

it("draws normal numbers within rounding of the host's, tails included", async () => {
  const count = 20_001;
  const got = await randomNormal([count], { seed: 3, device }).data();
  const want = hostNormal({ seed: 3 }, count);
  expect(Math.max(...Array.from(want, (value, i) => Math.abs(value - got[i]!)))).toBeLessThan(3e-6);
});

it("moves halves at odd places", async () => {
  const x = cast(
    tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
      { device },
    ),
    "bf16",
  );
  expect(await permute(x, [1, 0]).toArray()).toEqual([
    [1, 4, 7],
    [2, 5, 8],
    [3, 6, 9],
  ]);
  expect(await concat([slice(x, 1, 1), slice(x, 1, 0, 1)], 1).toArray()).toEqual([
    [2, 3, 1],
    [5, 6, 4],
    [8, 9, 7],
  ]);
});
