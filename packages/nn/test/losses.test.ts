// What the cases of the loss and norm primitives do not show: reductions over rows that count, large logits, memory of the blockwise head, shapes, second
// derivatives, and what the errors say.
import {
  createCpuDevice,
  grad,
  gradientsOf,
  hostNormal,
  matmul,
  matmulPrimitive,
  mul,
  tensor,
  type Tensor,
  tidy,
  zeros,
} from "@x/tensor";
import { describe, expect, it, vi } from "vitest";
import {
  addRmsNorm,
  crossEntropy,
  layerNorm,
  linearCrossEntropy,
  mseLoss,
  rmsNorm,
  rmsNormGated,
} from "../src/index.ts";

const normal = (shape: readonly number[], seed: number, dtype: "f32" | "f64" = "f64"): Tensor =>
  tensor(
    [
      ...hostNormal(
        { seed },
        shape.reduce((a, b) => a * b, 1),
      ),
    ],
    { shape, dtype },
  );
const ids = (...values: number[]): Tensor => tensor(Int32Array.from(values));

async function flat(x: Tensor): Promise<number[]> {
  return [...(await x.data())];
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}

describe("crossEntropy", () => {
  it("averages over the rows that count", async () => {
    const logits = tensor([
      [0, 0],
      [2, 0],
      [5, 5],
    ]);
    const [first, second] = [Math.log(2), Math.log(1 + Math.exp(2))];
    expect(await crossEntropy(logits, ids(0, 1, -100)).item()).toBeCloseTo((first + second) / 2, 6);
    expect(await crossEntropy(logits, ids(0, 1, -100), { reduction: "sum" }).item()).toBeCloseTo(first + second, 6);
    expect(await crossEntropy(logits, ids(0, 1, -100), { reduction: "none" }).toArray()).toEqual([
      expect.closeTo(first, 6),
      expect.closeTo(second, 6),
      0,
    ]);
    expect(await crossEntropy(logits, ids(0, 1, 0), { ignoreIndex: 0 }).item()).toBeCloseTo(second, 6);
  });

  it("is NaN with gradient 0 where no row counts", async () => {
    const logits = tensor([
      [1, 2],
      [3, 4],
    ]);
    const { value, grads } = gradientsOf(() => crossEntropy(logits, ids(-100, -100)), [logits]);
    expect(await value.item()).toBeNaN();
    expect((await flat(grads[0]!)).map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it("survives logits whose exponentials overflow", async () => {
    const logits = tensor([
      [1e4, -1e4, 0],
      [-3e4, -3e4, -3e4],
    ]);
    const { value, grads } = gradientsOf(() => crossEntropy(logits, ids(1, 2), { reduction: "sum" }), [logits]);
    expect(await value.item()).toBeCloseTo(2e4 + Math.log(3), 2);
    const third = 1 / 3;
    // the saved log-sum-exp of 3e4 is rounded to 1e-3 in f32, and exp(logit − lse) with it
    expect(largestDifference(await flat(grads[0]!), [1, -1, 0, third, third, third - 1])).toBeLessThan(1e-3);
  });

  it("takes targets of any shape", async () => {
    const logits = normal([2, 3, 5], 1);
    const targets = tensor(Int32Array.of(0, 1, 2, 3, 4, 0), { shape: [2, 3] });
    const rows = crossEntropy(logits, targets, { reduction: "none" });
    expect(rows.shape).toEqual([2, 3]);
    expect(await flat(rows)).toEqual(
      await flat(crossEntropy(logits.reshape(6, 5), targets.reshape(6), { reduction: "none" })),
    );
  });

  it("gives gradients that sum to 0 in every row, smoothed or not", async () => {
    const logits = normal([4, 7], 2);
    for (const labelSmoothing of [0, 0.2]) {
      const { grads } = gradientsOf(() => crossEntropy(logits, ids(0, 6, 3, -100), { labelSmoothing }), [logits]);
      expect(largestDifference(await flat(grads[0]!.sum(1)), [0, 0, 0, 0])).toBeLessThan(1e-14);
    }
  });
});

describe("linearCrossEntropy", () => {
  const [n, d, v] = [23, 6, 31];
  const targets = ids(...Array.from({ length: n }, (_, i) => (i % 5 === 4 ? -100 : (i * 7) % v)));

  it.each([1, 4, 23, 100])("equals the head and the loss apart, %i rows at a time", async (blockRows) => {
    const [x, weight] = [normal([n, d], 3), normal([v, d], 4)];
    for (const options of [{}, { reduction: "sum", labelSmoothing: 0.1 }] as const) {
      const fused = gradientsOf(() => linearCrossEntropy(x, weight, targets, { ...options, blockRows }), [x, weight]);
      const plain = gradientsOf(
        () => crossEntropy(matmul(x, weight, { transposeB: true }), targets, options),
        [x, weight],
      );
      expect(await fused.value.item()).toBeCloseTo(await plain.value.item(), 12);
      for (const i of [0, 1])
        expect(largestDifference(await flat(fused.grads[i]!), await flat(plain.grads[i]!))).toBeLessThan(1e-12);
    }
  });

  it.each([
    [true, true, 3],
    [true, false, 2],
    [false, true, 2],
  ])("makes each block's logits once for value and gradients (x %s, weight %s)", async (ofX, ofWeight, perBlock) => {
    const [x, weight] = [normal([n, d], 3), normal([v, d], 4)];
    const wrt = [...(ofX ? [x] : []), ...(ofWeight ? [weight] : [])];
    const products = vi.spyOn(matmulPrimitive, "infer");
    const { grads } = gradientsOf(() => linearCrossEntropy(x, weight, targets, { blockRows: 6 }).mul(3), wrt);
    expect(products).toHaveBeenCalledTimes(4 * perBlock);
    products.mockRestore();
    const plain = gradientsOf(() => crossEntropy(matmul(x, weight, { transposeB: true }), targets).mul(3), wrt);
    for (const [i, gradient] of grads.entries())
      expect(largestDifference(await flat(gradient!), await flat(plain.grads[i]!))).toBeLessThan(1e-12);
  });

  it("is the same loss with and without gradients", async () => {
    const [x, weight] = [normal([n, d], 3), normal([v, d], 4)];
    const value = (): Tensor => linearCrossEntropy(x, weight, targets, { blockRows: 6 });
    expect(await gradientsOf(value, [x]).value.item()).toBe(await value().item());
  });

  it("never holds the logits of more than a block", async () => {
    const [rows, width, vocabulary, blockRows] = [512, 4, 256, 16];
    const peak = async (loss: (x: Tensor, w: Tensor, t: Tensor) => Tensor): Promise<number> => {
      const device = createCpuDevice();
      const [x, w] = [zeros([rows, width], { device }), zeros([vocabulary, width], { device })];
      const t = tensor(new Int32Array(rows), { device });
      const { value } = gradientsOf(() => loss(x, w, t), [x, w]);
      expect(await value.item()).toBeCloseTo(Math.log(vocabulary), 4);
      return device.memory.peakBytes;
    };
    const logitsBytes = rows * vocabulary * 4;
    expect(await peak((x, w, t) => crossEntropy(matmul(x, w, { transposeB: true }), t))).toBeGreaterThan(
      2 * logitsBytes,
    );
    expect(await peak((x, w, t) => linearCrossEntropy(x, w, t, { blockRows }))).toBeLessThan(0.3 * logitsBytes);
  });

  it("keeps the leading axes with reduction none", () => {
    const loss = linearCrossEntropy(
      normal([2, 3, d], 5),
      normal([v, d], 6),
      tensor(new Int32Array(6), { shape: [2, 3] }),
      { reduction: "none" },
    );
    expect(loss.shape).toEqual([2, 3]);
  });
});

describe("second derivatives", () => {
  const weight = normal([5], 12);
  const seed = normal([3, 5], 10);
  const functions: Record<string, (x: Tensor) => Tensor> = {
    rmsNorm: (x) => mul(rmsNorm(x, weight), seed).sum(),
    addRmsNorm: (x) => {
      const { y, residual } = addRmsNorm(x, seed, weight);
      return mul(y, residual).sum();
    },
    layerNorm: (x) => mul(layerNorm(x, weight, weight), seed).sum(),
    rmsNormGated: (x) => mul(rmsNormGated(x, mul(x, x), weight), seed).sum(),
    crossEntropy: (x) => crossEntropy(x, ids(0, 4, 2), { labelSmoothing: 0.1 }),
    linearCrossEntropy: (x) => linearCrossEntropy(x, mul(normal([7, 5], 13), weight), ids(0, 6, 2), { blockRows: 2 }),
  };
  it.each(Object.keys(functions))("%s: the gradient's gradient equals central differences", async (name) => {
    const f = functions[name]!;
    const direction = normal([3, 5], 11);
    const slope = (x: Tensor): Tensor => mul(grad(f)(x)[0]!, direction).sum();
    const x = normal([3, 5], 14);
    const got = await flat(tidy(() => grad(slope)(x)[0]!));
    const host = await flat(x);
    const want: number[] = [];
    for (let i = 0; i < host.length; i++) {
      const shifted = (h: number): Promise<number> =>
        slope(
          tensor(
            host.map((value, j) => (i === j ? value + h : value)),
            { shape: [3, 5], dtype: "f64" },
          ),
        ).item();
      want.push(((await shifted(1e-5)) - (await shifted(-1e-5))) / 2e-5);
    }
    expect(largestDifference(got, want)).toBeLessThan(1e-7);
    expect(Math.hypot(...want)).toBeGreaterThan(1e-3);
  });
});

it("mseLoss reduces as asked", async () => {
  const [prediction, target] = [tensor([1, 2]), tensor([1, 4])];
  expect(await mseLoss(prediction, target).item()).toBe(2);
  expect(await mseLoss(prediction, target, { reduction: "sum" }).item()).toBe(4);
  expect(await mseLoss(prediction, target, { reduction: "none" }).toArray()).toEqual([0, 4]);
});

describe("errors say what must hold", () => {
  const x = normal([2, 6], 1, "f32");
  const w = normal([6], 2, "f32");
  const wrong: readonly (readonly [string, () => unknown, string])[] = [
    ["weight", () => rmsNorm(x, normal([5], 3, "f32")), "rmsNorm: weight must have shape [6]; got [5]"],
    ["dtype", () => layerNorm(x, normal([6], 3)), "layerNorm: weight must be f32 like x; got f64"],
    ["residual", () => addRmsNorm(x, w, w), "addRmsNorm: residual must have shape [2,6]; got [6]"],
    ["group", () => rmsNormGated(x, x, w, { groupSize: 4 }), "groupSize must divide the last axis, 6; got 4"],
    ["gate", () => rmsNormGated(x, w, w), "rmsNormGated: z must have shape [2,6]; got [6]"],
    [
      "targets",
      () => crossEntropy(x, ids(1)),
      "targets must have the shape of logits without its last axis, [2]; got [1]",
    ],
    ["target type", () => crossEntropy(x, tensor([0, 1])), "targets must be i32; got f32"],
    [
      "smoothing",
      () => crossEntropy(x, ids(0, 1), { labelSmoothing: 1.5 }),
      "labelSmoothing must be from 0 to 1; got 1.5",
    ],
    ["head", () => linearCrossEntropy(x, normal([9, 5], 1, "f32"), ids(0, 1)), "weight [v, d]"],
    [
      "block",
      () => linearCrossEntropy(x, x, ids(0, 1), { blockRows: 0 }),
      "blockRows must be a whole number of at least 1; got 0",
    ],
  ];
  it.each(wrong)("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
