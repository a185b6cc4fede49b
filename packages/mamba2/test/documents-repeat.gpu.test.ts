// Documents are runs of equal numbers: a row whose numbers repeat (0, 1, 0) gives what the same row gives with numbers that do not, in the convolution, the scan, the
// whole model, their states and gradients, on both devices; and each document gives what it gives alone.
import { causalConv1d, causalConv1dWithState, ssd } from "@x/nn";
import {
  concat,
  cpuDevice,
  createCpuDevice,
  type Device,
  gradientsOf,
  hostNormal,
  slice,
  split,
  tensor,
  type Tensor,
  tidy,
  vjp,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { beforeAll, describe, expect, test } from "vitest";
import { Mamba2LM } from "../src/index.ts";

const devices: Record<string, () => Promise<Device>> = {
  wasm: () => Promise.resolve(cpuDevice()),
  loops: () => Promise.resolve(createCpuDevice({ wasm: false })),
  webgpu: async () => webgpuDevice({ device: await sharedGpu() }),
};

/** Rows whose numbers repeat, and the same documents with numbers that do not. −1 is padding. */
const rows: readonly {
  readonly name: string;
  readonly repeating: readonly number[];
  readonly unique: readonly number[];
}[] = [
  {
    name: "a document of one token between two of one number",
    repeating: [0, 1, 0, 0, 0, 0, 0, 0],
    unique: [0, 1, 2, 2, 2, 2, 2, 2],
  },
  { name: "back and forth", repeating: [0, 1, 0, 1, 1, 0, 1, 0], unique: [0, 1, 2, 3, 3, 4, 5, 6] },
  { name: "numbers that fall and return", repeating: [7, 7, 3, 7, 3, 3, 3, 7], unique: [1, 1, 2, 3, 4, 4, 4, 5] },
  {
    name: "the same number on both sides of padding",
    repeating: [2, -1, 2, 2, -1, -1, 2, 2],
    unique: [1, -1, 2, 2, -1, -1, 3, 3],
  },
  {
    name: "padding in front, then document 0 again",
    repeating: [-1, -1, 0, 1, 0, 0, 1, 0],
    unique: [-1, -1, 3, 4, 5, 5, 6, 7],
  },
];

/** Long enough that threads and chunks have ends inside: the numbers change, and change back, at each of them. */
const long = Array.from({ length: 70 }, (_, t) => (t % 16 === 15 || t % 16 === 1 || t === 64 ? 1 : 0));
const longUnique = long.map((_, t) => long.slice(1, t + 1).filter((number, i) => number !== long[i]).length);

const all = [...rows, { name: "at the ends of segments and chunks", repeating: long, unique: longUnique }];

for (const [kind, make] of Object.entries(devices)) {
  describe(kind, () => {
    let device: Device;
    beforeAll(async () => {
      device = await make();
    });
    const normal = (shape: readonly number[], stream: number): Tensor =>
      tensor(
        hostNormal(
          { seed: 3, stream },
          shape.reduce((n, dim) => n * dim, 1),
        ),
        { shape, device },
      );
    const numbers = (row: readonly number[]): Tensor =>
      tensor(Int32Array.from(row), { shape: [1, row.length], device });

    for (const { name, repeating, unique } of all) {
      const l = repeating.length;

      test(`convolution: ${name}`, async () => {
        const [x, weight, bias, initial, seed, seedState] = [
          normal([1, l, 8], 0),
          normal([8, 4], 1),
          normal([8], 2),
          normal([1, 8, 3], 3),
          normal([1, l, 8], 4),
          normal([1, 8, 3], 5),
        ];
        const run = (row: readonly number[]): readonly Tensor[] => {
          const { value, grads } = vjp(
            () =>
              Object.values(causalConv1dWithState(x, weight, { bias, initialState: initial, seqIdx: numbers(row) })),
            [x, weight, bias, initial],
            [seed, seedState],
          );
          return [...value, ...grads.map((grad) => grad!)];
        };
        await expectSame(run(repeating), run(unique));
      });

      test(`convolution of a projection: ${name}`, async () => {
        const [projected, weight, seed] = [normal([1, l, 16], 0), normal([8, 4], 1), normal([1, l, 4], 4)];
        const run = (row: readonly number[]): readonly Tensor[] => {
          const { value, grads } = vjp(
            () =>
              split(causalConv1d(slice(projected, -1, 4, 12), weight, { seqIdx: numbers(row) }), [4, 2, 2], -1).slice(
                0,
                1,
              ),
            [projected, weight],
            [seed],
          );
          return [...value, ...grads.map((grad) => grad!)];
        };
        await expectSame(run(repeating), run(unique));
      });

      test(`scan: ${name}`, async () => {
        const [x, dt, B, C, initialState] = [
          normal([1, l, 2, 4], 0),
          normal([1, l, 2], 1),
          normal([1, l, 1, 8], 2),
          normal([1, l, 1, 8], 3),
          normal([1, 2, 4, 8], 6),
        ];
        const [A, seed, seedState] = [tensor([-0.5, -1], { device }), normal([1, l, 2, 4], 4), normal([1, 2, 4, 8], 5)];
        const run = (row: readonly number[]): readonly Tensor[] => {
          const { value, grads } = vjp(
            () => Object.values(ssd(x, dt, A, B, C, { chunkSize: 16, initialState, seqIdx: numbers(row) })),
            [x, dt, A, B, C, initialState],
            [seed, seedState],
          );
          return [...value, ...grads.map((grad) => grad!)];
        };
        await expectSame(run(repeating), run(unique));
      });

      test(`model: ${name}`, async () => {
        const model = new Mamba2LM(
          { dModel: 16, nLayer: 2, vocabSize: 32, headDim: 8, dState: 8, chunkSize: 16 },
          { device, seed: 1 },
        );
        const ids = repeating.map((_, t) => (t * 7) % 32);
        const wrt = model.parameters().map(({ value }) => value);
        const run = (row: readonly number[]): readonly Tensor[] => {
          const seqIdx = numbers(row);
          const targets = tensor(
            Int32Array.from(ids, (id) => (id + 1) % 32),
            { shape: [1, l], device },
          );
          const { value, grads } = gradientsOf(() => model.loss(ids, targets, { seqIdx }), wrt);
          return [model.forward(ids, { seqIdx }), value, ...grads.map((grad) => grad!)];
        };
        await expectSame(run(repeating), run(unique));
      });
    }

    test("each document gives the logits that it gives alone", async () => {
      const model = new Mamba2LM(
        { dModel: 16, nLayer: 2, vocabSize: 32, headDim: 8, dState: 8, chunkSize: 16 },
        { device, seed: 1 },
      );
      const ids = [3, 1, 4, 1, 5, 9, 2, 6];
      const packed = model.forward(ids, { seqIdx: numbers([0, 1, 0, 0, 1, 0, 0, 0]) });
      const alone = tidy(() =>
        concat(
          [
            [0, 1],
            [1, 2],
            [2, 4],
            [4, 5],
            [5, 8],
          ].map(([from, to]) => model.forward(ids.slice(from, to))),
          1,
        ),
      );
      await expectSame([packed], [alone], 2e-6);
    });
  });
}

async function expectSame(got: readonly Tensor[], want: readonly Tensor[], atol = 0): Promise<void> {
  expect(got.length).toBe(want.length);
  for (const [i, tensor] of got.entries()) {
    const [g, w] = [await tensor.data(), await want[i]!.data()];
    const worst = Array.from(w, (value, k) => Math.abs(Number(g[k]) - Number(value))).reduce(
      (most, error) => Math.max(most, error),
      0,
    );
    expect(worst, `tensor ${i} of shape [${tensor.shape.join(", ")}]`).toBeLessThanOrEqual(atol);
    if (i === 0) expect([...w].some((value) => value !== 0)).toBe(true);
  }
}
