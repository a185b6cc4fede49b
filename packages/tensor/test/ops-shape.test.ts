// Ops that move elements, and conversions: what they share, what they refuse, and their exact results on odd shapes.
import { describe, expect, it } from "vitest";
import {
  arange,
  broadcastTo,
  cast,
  concat,
  DTypeError,
  flip,
  grad,
  mul,
  narrow,
  pad,
  permute,
  repeatInterleave,
  reshape,
  ShapeError,
  slice,
  split,
  squeeze,
  stack,
  tensor,
  type Tensor,
  transpose,
  unsqueeze,
  zeros,
} from "../src/index.ts";

describe("reshape", () => {
  it("shares memory and works out one size", async () => {
    const x = arange(0, 6);
    const y = reshape(x, [2, -1]);
    expect([y.shape, y.storage === x.storage]).toEqual([[2, 3], true]);
    x.dispose();
    expect(await y.toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("refuses other numbers of elements", () => {
    expect(() => reshape(zeros([2, 3]), [4])).toThrow(/must stay 6, that of \[2,3\]; got \[4\] with 4/);
    expect(() => reshape(zeros([2, 3]), [4, -1])).toThrow(/6 elements must divide into \[4,-1\]/);
    expect(() => reshape(zeros([4]), [-1, -1])).toThrow(ShapeError);
    expect(() => reshape(zeros([0]), [0, -1])).toThrow(ShapeError);
  });

  it("adds and removes axes of size 1", () => {
    expect(unsqueeze(zeros([2, 3]), -1).shape).toEqual([2, 3, 1]);
    expect(squeeze(zeros([1, 2, 1])).shape).toEqual([2]);
    expect(squeeze(zeros([1, 2, 1]), 0).shape).toEqual([2, 1]);
    expect(() => squeeze(zeros([1, 2]), 1)).toThrow(/axis 1 must have size 1; got 2/);
  });
});

describe("permute, broadcast, flip", () => {
  it("move nothing where only axes of size 1 move", () => {
    const x = zeros([4, 1, 5]);
    expect(permute(x, [1, 0, 2]).storage).toBe(x.storage);
    expect(permute(x, [2, 1, 0]).storage).not.toBe(x.storage);
  });

  it("agree with the definition", async () => {
    const x = reshape(arange(0, 24), [2, 3, 4]);
    expect(await permute(x, [2, 0, 1]).toArray()).toEqual(
      Array.from({ length: 4 }, (_, k) => [0, 1].map((i) => [0, 1, 2].map((j) => 12 * i + 4 * j + k))),
    );
    expect(
      await transpose(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ).toArray(),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(
      await flip(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        0,
      ).toArray(),
    ).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expect(await repeatInterleave(tensor([[1], [2]]), 2, 0).toArray()).toEqual([[1], [1], [2], [2]]);
    expect(repeatInterleave(zeros([2, 3]), 0, 1).shape).toEqual([2, 0]);
  });

  it("refuse what does not fit", () => {
    expect(() => permute(zeros([2, 3]), [0, 0])).toThrow(/must name each of the 2 axes/);
    expect(() => permute(zeros([2, 3]), [0])).toThrow(ShapeError);
    expect(() => broadcastTo(zeros([2, 3]), [2, 4])).toThrow(/\[2,3\] must fit \[2,4\]/);
    expect(() => broadcastTo(zeros([2, 3]), [3])).toThrow(ShapeError);
    expect(() => repeatInterleave(zeros([2]), 1.5, 0)).toThrow(/repeats must be a whole number/);
  });

  it("sum the gradient of what was repeated", async () => {
    const [g] = grad((x: Tensor) =>
      mul(
        broadcastTo(x, [3, 2]),
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ).sum(),
    )(tensor([[10, 20]]));
    expect(await g.toArray()).toEqual([[9, 12]]);
  });
});

describe("slice, split, pad, concat", () => {
  const x = tensor([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);

  it("count negative positions from the end", async () => {
    expect(await slice(x, 1, -3, -1).toArray()).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(await narrow(x, -1, 1, 2).toArray()).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(slice(x, 1, 2, 2).shape).toEqual([2, 0]);
    expect(() => slice(x, 1, 3, 5)).toThrow(
      /slice: 0 ≤ start ≤ end ≤ 4 must hold on axis 1 of \[2,4\]; got start 3, end 5/,
    );
    expect(() => slice(x, 1, 3, 1)).toThrow(ShapeError);
  });

  it("cut into parts whose gradient is one tensor, zeros where a part was not used", async () => {
    const parts = split(x, [1, 2, 1], 1);
    expect(await Promise.all(parts.map((part) => part.toArray()))).toEqual([
      [[0], [4]],
      [
        [1, 2],
        [5, 6],
      ],
      [[3], [7]],
    ]);
    expect(split(zeros([7]), 3, 0).map((part) => part.shape[0])).toEqual([3, 3, 1]);
    const [g] = grad((t: Tensor) => split(t, [1, 2, 1], 1)[1]!.sum())(x);
    expect(await g.toArray()).toEqual([
      [0, 1, 1, 0],
      [0, 1, 1, 0],
    ]);
    expect(() => split(x, [1, 2], 1)).toThrow(/sizes must add up to 4, axis 1 of \[2,4\]; got \[1,2\], which make 3/);
    expect(() => split(x, 0, 1)).toThrow(ShapeError);
    expect(() => split(x, [], 1)).toThrow(
      "split: sizes must be a number, or an array of one or more; got an array of 0.",
    );
  });

  it("cut an axis without elements into one part", () => {
    expect(split(zeros([0, 3]), 2, 0).map((part) => part.shape)).toEqual([[0, 3]]);
    expect(split(zeros([3, 0]), 2, 0).map((part) => part.shape)).toEqual([
      [2, 0],
      [1, 0],
    ]);
    expect(grad((t: Tensor) => split(t, 2, 0)[0]!.sum())(zeros([0, 3]))[0].shape).toEqual([0, 3]);
  });

  it("join and stack any number", async () => {
    expect(await concat([x, zeros([2, 0]), slice(x, 1, 0, 1)], 1).toArray()).toEqual([
      [0, 1, 2, 3, 0],
      [4, 5, 6, 7, 4],
    ]);
    const many = Array.from({ length: 20 }, (_, i) => tensor([i]));
    expect(await concat(many, 0).toArray()).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await stack([tensor([1, 2]), tensor([3, 4])], -1).toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(() => concat([x, zeros([3, 4])], 1)).toThrow(
      /shapes must agree except on axis 1; got \[2,4\] and \[3,4\] \(input 1\)/,
    );
    expect(() => concat([x, zeros([2, 4], { dtype: "i32" })], 0)).toThrow(DTypeError);
    expect(() => concat([], 0)).toThrow(/there must be a tensor to join/);
  });

  it("pad with a value, halves included", async () => {
    expect(await pad(tensor([1, 2]), 0, 1, 2, -1).toArray()).toEqual([-1, 1, 2, -1, -1]);
    expect(await pad(tensor([1.5], { dtype: "f16" }), 0, 1, 1, 0.25).toArray()).toEqual([0.25, 1.5, 0.25]);
    expect(() => pad(x, 0, -1, 0)).toThrow(/To remove elements, slice/);
  });
});

describe("cast", () => {
  it("rounds to nearest even, truncates, saturates", async () => {
    expect(await cast(tensor([1 + 2 ** -8, 1 + 3 * 2 ** -8]), "bf16").toArray()).toEqual([1, 1 + 2 ** -6]);
    expect(await cast(tensor([70000, 1 + 2 ** -11]), "f16").toArray()).toEqual([Infinity, 1]);
    expect(await cast(tensor([2.9, -2.9, 1e10, -1e10, NaN]), "i32").toArray()).toEqual([
      2,
      -2,
      2 ** 31 - 1,
      -(2 ** 31),
      0,
    ]);
    expect(await cast(tensor([-1, 1e10]), "u32").toArray()).toEqual([0, 2 ** 32 - 1]);
    expect(await cast(tensor([-1], { dtype: "i32" }), "u32").toArray()).toEqual([2 ** 32 - 1]);
    expect(await cast(tensor([0, -0.5, 3]), "bool").toArray()).toEqual([0, 1, 1]);
  });

  it("is the tensor itself where nothing changes, and casts the gradient back", async () => {
    const x = tensor([1, 2]);
    expect(cast(x, "f32")).toBe(x);
    const [g] = grad((t: Tensor) => cast(mul(cast(t, "f32"), 3), "f64").sum())(tensor([1, 2], { dtype: "bf16" }));
    expect([g.dtype, await g.toArray()]).toEqual(["bf16", [3, 3]]);
  });
});
