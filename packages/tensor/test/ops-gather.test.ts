// Indexing by tensors: torch's meaning, repeated ids, ids out of range, and contractions by letters.
import { describe, expect, it } from "vitest";
import {
  cast,
  einsum,
  embedding,
  gather,
  grad,
  indexAdd,
  indexSelect,
  matmul,
  mul,
  scatterAdd,
  ShapeError,
  sum,
  tensor,
  type Tensor,
  zeros,
} from "../src/index.ts";

const ids = (values: number[] | number[][]): Tensor => tensor(values, { dtype: "i32" });

describe("embedding", () => {
  const table = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

  it("reads rows for ids of any shape and adds the gradients of repeated ids", async () => {
    expect(
      await embedding(
        table,
        ids([
          [2, 0],
          [2, 2],
        ]),
      ).toArray(),
    ).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
      [
        [5, 6],
        [5, 6],
      ],
    ]);
    const weights = tensor([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    const [g] = grad((t: Tensor) => mul(embedding(t, ids([2, 0, 2])), weights).sum())(table);
    expect(await g.toArray()).toEqual([
      [2, 20],
      [0, 0],
      [4, 40],
    ]);
  });

  it("reads tables in half precision and gives their gradient in it", async () => {
    const half = cast(table, "bf16");
    const [g] = grad((t: Tensor) => cast(embedding(t, ids([1, 1])), "f32").sum())(half);
    expect([g.dtype, await g.toArray()]).toEqual([
      "bf16",
      [
        [0, 0],
        [2, 2],
        [0, 0],
      ],
    ]);
  });

  it("names an id that is out of range", () => {
    expect(() => embedding(table, ids([0, 3]))).toThrow(/ids must lie in \[0, 3\); got 3 at position 1/);
    expect(() => embedding(table, ids([-1]))).toThrow(ShapeError);
    expect(() => embedding(zeros([3]), ids([0]))).toThrow(/weight must be a table \[v, d\]; got \[3\]/);
    expect(() => embedding(table, tensor([0]))).toThrow(/index must be i32 or u32; got f32/);
  });
});

describe("indexSelect and gather", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it("select along any axis", async () => {
    expect(await indexSelect(x, -1, ids([2, 2, 0])).toArray()).toEqual([
      [3, 3, 1],
      [6, 6, 4],
    ]);
    expect(await indexAdd(tensor([[1, 2, 3]]), 1, ids([1, 1, 0]), 2).toArray()).toEqual([[3, 3]]);
    expect(() => indexSelect(x, 0, ids([[0]]))).toThrow(/index must have one axis/);
    expect(() => indexAdd(x, 1, ids([0]), 2)).toThrow(/one id per position on axis 1 of \[2,3\]; got 1/);
  });

  it("pick with an index of their own per place, smaller than x elsewhere", async () => {
    expect(
      await gather(
        x,
        1,
        ids([
          [2, 0],
          [1, 1],
        ]),
      ).toArray(),
    ).toEqual([
      [3, 1],
      [5, 5],
    ]);
    expect(await gather(x, 1, ids([[2]])).toArray()).toEqual([[3]]);
    const [g] = grad((t: Tensor) => gather(t, 0, ids([[1, 0]])).sum())(x);
    expect(await g.toArray()).toEqual([
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(() => gather(x, 1, ids([0]))).toThrow(/index must have x's shape \[2,3\] except on axis 1; got \[1\]/);
    expect(() => gather(x, 1, ids([[0], [1], [2]]))).toThrow(ShapeError);
  });

  it("differentiate twice", async () => {
    const [g] = grad((t: Tensor) => {
      const [inner] = grad((s: Tensor) => {
        const y = gather(s, 1, ids([[0], [0]]));
        return mul(mul(y, y), y).sum();
      })(t);
      return sum(inner);
    })(x);
    expect(await g.toArray()).toEqual([
      [6, 0, 0],
      [24, 0, 0],
    ]);
  });

  it("add up to the same in any order of one-to-one ids", async () => {
    expect(
      await scatterAdd(
        x,
        1,
        ids([
          [2, 1, 0],
          [0, 0, 0],
        ]),
        4,
      ).toArray(),
    ).toEqual([
      [3, 2, 1, 0],
      [15, 0, 0, 0],
    ]);
  });
});

describe("einsum", () => {
  const a = tensor([
    [1, 2],
    [3, 4],
  ]);
  const b = tensor([
    [5, 6],
    [7, 8],
  ]);

  it("is matmul, its transposes, sums, outer and elementwise products", async () => {
    const product = await matmul(a, b).toArray();
    expect(await einsum("ij,jk->ik", a, b).toArray()).toEqual(product);
    expect(await einsum("ij, jk", a, b).toArray()).toEqual(product);
    expect(await einsum("ij,jk->ki", a, b).toArray()).toEqual([
      [19, 43],
      [22, 50],
    ]);
    expect(await einsum("ji,kj->ik", a, b).toArray()).toEqual([
      [23, 31],
      [34, 46],
    ]);
    expect(await einsum("ij->i", a).toArray()).toEqual([3, 7]);
    expect(await einsum("ij->ji", a).toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(await einsum("i,j->ij", tensor([1, 2]), tensor([3, 4])).toArray()).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(await einsum("ij,ij->", a, b).item()).toBe(70);
    expect(await einsum("ij,kl->", a, b).item()).toBe(260);
  });

  it("refuses what it does not know, with the equation", () => {
    expect(() => einsum("ii->i", zeros([2, 3]))).toThrow(/in "ii->i" "i" must have one size; got 2 and 3/);
    expect(() => einsum("i.j->i", a)).toThrow(/axes must be single letters or one "..."/);
    expect(() => einsum("ij,jk->iz", a, b)).toThrow(/every letter of the result must occur in an operand; got "z"/);
    expect(() => einsum("ij,jk->ik", a)).toThrow(/there must be 2 operands; got 1/);
    expect(() => einsum("ij,jk->ik", a, zeros([3, 2]))).toThrow(
      /"j" must have one size; got 2 and 3 \(operand 1, \[3,2\]\)/,
    );
    expect(() => einsum("ijk->i", a)).toThrow(/operand 0 must have 3 axes/);
    expect(() => einsum("i......->i", a)).toThrow(ShapeError);
  });
});
