// Reductions, softmax and running sums: empty and awkward axes, ties, far from zero, errors. Values against loops are in the primitives' cases.
import { describe, expect, it } from "vitest";
import {
  argmax,
  cumsum,
  DTypeError,
  grad,
  logsumexp,
  logSoftmax,
  max,
  mean,
  min,
  segsumExp,
  ShapeError,
  softmax,
  sum,
  tensor,
  type Tensor,
  variance,
  zeros,
} from "../src/index.ts";

describe("sum and mean", () => {
  const x = tensor([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ]);

  it("reduce any axes, in any spelling", async () => {
    expect(await sum(x).item()).toBe(36);
    expect(await sum(x, [0, -1]).toArray()).toEqual([14, 22]);
    expect(await mean(x, -2, { keepDims: true }).toArray()).toEqual([[[2, 3]], [[6, 7]]]);
    expect(await sum(x, []).toArray()).toEqual(await x.toArray());
  });

  it("give 0 for the sum of nothing, and NaN for its mean", async () => {
    expect(await sum(zeros([2, 0]), 1).toArray()).toEqual([0, 0]);
    expect(sum(zeros([0, 3]), 1).shape).toEqual([0]);
    expect(await mean(zeros([2, 0]), 1).toArray()).toEqual([NaN, NaN]);
  });

  it("accumulate in f64 on the CPU", async () => {
    const parts = new Float32Array(100_001).fill(1e-3);
    parts[0] = 1e4;
    expect(await sum(tensor(parts)).item()).toBe(Math.fround(1e4 + 1e5 * Math.fround(1e-3)));
  });

  it("sum integers modulo 2^32 and leave halves to cast", async () => {
    expect(await sum(tensor([2 ** 31 - 1, 1], { dtype: "i32" })).item()).toBe(-(2 ** 31));
    expect(() => sum(tensor([1], { dtype: "bf16" }))).toThrow(DTypeError);
    expect(() => mean(tensor([1], { dtype: "i32" }))).toThrow(/mean: x must be f32 or f64; got i32/);
  });

  it("name a wrong axis", () => {
    expect(() => sum(x, 3)).toThrow(/sum: axis must be an integer in \[-3, 3\); got 3/);
    expect(() => sum(x, [0, -3])).toThrow(/axes must be distinct/);
  });
});

describe("variance", () => {
  it("is unbiased unless told otherwise and does not cancel", async () => {
    const x = tensor([10001, 10002, 10003, 10004]);
    expect(await variance(x).item()).toBeCloseTo(5 / 3, 6);
    expect(await variance(x, undefined, { correction: 0 }).item()).toBeCloseTo(1.25, 6);
    expect(await variance(tensor([1])).item()).toBeNaN();
    expect(await variance(x, undefined, { correction: 4 }).item()).toBe(Infinity);
    expect(() => variance(x, 0, { correction: NaN })).toThrow(/variance: correction must be a finite number; got NaN/);
  });
});

describe("max, min, argmax", () => {
  const x = tensor([
    [1, 7, 7],
    [7, -2, 0],
  ]);

  it("share the gradient evenly between equal extrema", async () => {
    const [byRow] = grad((t: Tensor) => max(t, 1).sum())(x);
    expect(await byRow.toArray()).toEqual([
      [0, 0.5, 0.5],
      [1, 0, 0],
    ]);
    const [overall] = grad((t: Tensor) => max(t))(x);
    expect(await overall.toArray()).toEqual([
      [0, Math.fround(1 / 3), Math.fround(1 / 3)],
      [Math.fround(1 / 3), 0, 0],
    ]);
    const [smallest] = grad((t: Tensor) => min(t, 0).sum())(x);
    expect(await smallest.toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 1],
    ]);
  });

  it("reduce axes that are not neighbours", async () => {
    const y = tensor([
      [
        [1, 9],
        [4, 3],
      ],
      [
        [8, 2],
        [5, 6],
      ],
    ]);
    expect(await max(y, [0, 2]).toArray()).toEqual([9, 6]);
    expect(max(y, [0, 2], { keepDims: true }).shape).toEqual([1, 2, 1]);
  });

  it("give positions as i32", async () => {
    const position = argmax(x, -1);
    expect([position.dtype, await position.toArray()]).toEqual(["i32", [1, 0]]);
    expect(() => max(zeros([3, 0]), 1)).toThrow(ShapeError);
  });
});

describe("softmax family", () => {
  it("neither overflows nor underflows", async () => {
    const x = tensor([
      [1000, 1001],
      [-1000, -1001],
    ]);
    const share = 1 / (1 + Math.E);
    expect(((await softmax(x).toArray()) as number[][])[0]![0]).toBeCloseTo(share, 6);
    expect(((await logSoftmax(x).toArray()) as number[][])[1]![1]).toBeCloseTo(Math.log(share), 5);
    expect((await logsumexp(x, 1).toArray()) as number[]).toEqual([
      Math.fround(1001 + Math.log1p(1 / Math.E)),
      Math.fround(-1000 + Math.log1p(1 / Math.E)),
    ]);
  });

  it("of an empty axis are empty", () =>
    expect([softmax, logSoftmax].map((op) => op(zeros([2, 0])).shape)).toEqual([
      [2, 0],
      [2, 0],
    ]));
});

describe("running sums", () => {
  it("run both ways, with and without the element", async () => {
    const x = tensor([1, 2, 3, 4]);
    expect(await cumsum(x, 0).toArray()).toEqual([1, 3, 6, 10]);
    expect(await cumsum(x, 0, { exclusive: true }).toArray()).toEqual([0, 1, 3, 6]);
    expect(await cumsum(x, 0, { reverse: true }).toArray()).toEqual([10, 9, 7, 4]);
    expect(await cumsum(x, 0, { reverse: true, exclusive: true }).toArray()).toEqual([9, 7, 4, 0]);
  });

  it("make decays that are 1 on the diagonal, 0 above, and finite with their gradient however strong", async () => {
    const x = tensor([-1e4, -0.5, -1e3, -3]);
    const decays = (await segsumExp(x).toArray()) as number[][];
    expect(decays.map((row, i) => row.slice(i))).toEqual([[1, 0, 0, 0], [1, 0, 0], [1, 0], [1]]);
    expect(decays[3]![2]).toBeCloseTo(Math.exp(-3), 7);
    expect(decays[1]![0]).toBeCloseTo(Math.exp(-0.5), 7);
    const [g] = grad((t: Tensor) => segsumExp(t).sum())(x);
    const slopes = (await g.toArray()) as number[];
    [0, Math.exp(-0.5), 0, Math.exp(-3)].forEach((want, i) => expect(slopes[i]).toBeCloseTo(want, 7));
  });
});
