// Reductions at the edges of their shapes, as PyTorch has them: of nothing, of one element, of elements that are equal; on every device, eager, captured and as gradients.
import { capture, createCpuDevice, type Device, gradientsOf, type Tensor, tensor, webgpuDevice } from "@x/tensor";
import * as ops from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";

const gpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => gpu.dispose());
const devices: readonly (readonly [string, Device])[] = [
  ["wasm", createCpuDevice()],
  ["loops", createCpuDevice({ wasm: false })],
  ["webgpu", gpu],
];

type Op = (x: Tensor, axis: number) => Tensor;
/** What an axis without elements gives in each place of the result, "raises", or "empty" where the result has the axis too. */
const ofNothing: Readonly<Record<string, readonly [Op, number | "raises" | "empty"]>> = {
  sum: [ops.sum, 0],
  mean: [ops.mean, NaN],
  variance: [ops.variance, NaN],
  max: [ops.max, "raises"],
  min: [ops.min, "raises"],
  argmax: [ops.argmax, "raises"],
  logsumexp: [ops.logsumexp, -Infinity],
  softmax: [ops.softmax, "empty"],
  logSoftmax: [ops.logSoftmax, "empty"],
  cumsum: [ops.cumsum, "empty"],
  cumprod: [ops.cumprod, "empty"],
  cummax: [(x, axis) => ops.cummax(x, axis).values, "empty"],
  logcumsumexp: [ops.logcumsumexp, "empty"],
  argmin: [ops.argmin, "raises"],
  prod: [ops.prod, 1],
  std: [ops.std, NaN],
  norm: [ops.norm, 0],
  any: [(x, axis) => ops.any(ops.ne(x, 0), axis), 0],
  all: [(x, axis) => ops.all(ops.ne(x, 0), axis), 1],
};

/** Ops whose results are no numbers: nothing to differentiate. */
const flags = new Set(["any", "all"]);

it("knows every exported reduction", () => {
  const reductions = Object.keys(ops).filter(
    (name) =>
      /^(sum|mean|max|min|arg(?:max|min)|variance|std|prod|norm|softmax|logSoftmax|logsumexp|(?:log)?cum\w+|any|all|median)$/.test(
        name,
      ) && !name.endsWith("Primitive"),
  );
  expect(reductions.filter((name) => !(name in ofNothing))).toEqual([]);
});

describe.each(devices)("%s", (_, device) => {
  it.each(Object.entries(ofNothing))("%s of nothing", async (name, [op, want]) => {
    for (const shape of [[2, 0], [0], [2, 0, 3]]) {
      const axis = shape.length === 1 ? 0 : 1;
      const x = ops.zeros(shape, { device });
      for (const run of [op, capture((t: Tensor) => op(t, axis))] as Op[]) {
        if (want === "raises") {
          expect(() => run(x, axis), `${name} ${shape}`).toThrow(`${name}: there must be an element`);
          continue;
        }
        const y = run(x, axis);
        const rest = shape.filter((__, i) => i !== axis);
        expect(y.shape).toEqual(want === "empty" ? shape : rest);
        expect([...(await y.data())]).toEqual(
          want === "empty" ? [] : Array.from({ length: rest.reduce((a, b) => a * b, 1) }, () => want),
        );
        if (flags.has(name)) continue;
        expect(ops.grad((t: Tensor) => ops.sum(op(t, axis)))(x)[0].shape).toEqual(shape);
      }
      // no row at all
      const none = ops.zeros([0, 4], { device });
      if (want !== "empty") expect(op(none, 1).shape).toEqual([0]);
    }
  });

  it("variance with no more elements than its correction", async () => {
    for (const [values, correction, want] of [
      [[5], 1, NaN],
      [[5], 0, 0],
      [[1, 2, 3], 3, Infinity],
      [[1, 2, 3], 5, Infinity],
      [[2, 2], 2, NaN],
    ] as const) {
      expect(await ops.variance(tensor(values, { device }), 0, { correction }).item(), `${values}, ${correction}`).toBe(
        want,
      );
    }
  });

  it("equal extrema share the gradient evenly, wherever they stand", async () => {
    const x = tensor(
      [
        [
          [3, 1],
          [3, 3],
        ],
        [
          [0, 3],
          [-1, 3],
        ],
      ],
      { device },
    );
    const third = Math.fround(1 / 3);
    const fifth = Math.fround(1 / 5);
    const cases: readonly (readonly [number | readonly number[] | undefined, unknown])[] = [
      [
        undefined,
        [
          [
            [fifth, 0],
            [fifth, fifth],
          ],
          [
            [0, fifth],
            [0, fifth],
          ],
        ],
      ],
      [
        2,
        [
          [
            [1, 0],
            [0.5, 0.5],
          ],
          [
            [0, 1],
            [0, 1],
          ],
        ],
      ],
      [
        [0, 2],
        [
          [
            [0.5, 0],
            [third, third],
          ],
          [
            [0, 0.5],
            [0, third],
          ],
        ],
      ],
      [
        [0, 1],
        [
          [
            [0.5, 0],
            [0.5, third],
          ],
          [
            [0, third],
            [0, third],
          ],
        ],
      ],
      [
        [],
        [
          [
            [1, 1],
            [1, 1],
          ],
          [
            [1, 1],
            [1, 1],
          ],
        ],
      ],
    ];
    for (const [axes, want] of cases) {
      const run =
        (op: typeof ops.max, sign: number) =>
        (t: Tensor): Tensor =>
          gradientsOf(() => ops.sum(op(ops.mul(t, sign), axes)), [t]).grads[0]!;
      expect(await run(ops.max, 1)(x).toArray(), `max ${axes}`).toEqual(want);
      expect(await ops.abs(run(ops.min, -1)(x)).toArray(), `min ${axes}`).toEqual(want);
      expect(await capture(run(ops.max, 1))(x).toArray(), `captured max ${axes}`).toEqual(want);
    }
    const holed = tensor([1, NaN, 1], { device });
    expect(await gradientsOf(() => ops.max(holed), [holed]).grads[0]!.toArray()).toEqual([NaN, NaN, NaN]);
    const zeros = tensor([-0, 0, -1], { device });
    expect(await gradientsOf(() => ops.max(zeros), [zeros]).grads[0]!.toArray()).toEqual([0.5, 0.5, 0]);
  });
});
