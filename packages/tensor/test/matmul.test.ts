// What the cases of matmul and linear do not show: vectors, blocks of the CPU loops, the route of a weight gradient, errors.
import { describe, expect, test } from "vitest";
import {
  cast,
  embedding,
  grad,
  linear,
  matmul,
  ones,
  sum,
  tensor,
  valueAndGrad,
  vjp,
  type Tensor,
} from "../src/index.ts";
import { gemm } from "../src/ops/gemm-cpu.ts";

describe("vectors", () => {
  const a = tensor([1, 2, 3]);
  const m = tensor([
    [1, 0],
    [0, 1],
    [2, 2],
  ]); // [3, 2]
  const stack = tensor([
    [
      [1, 0],
      [0, 1],
      [2, 2],
    ],
    [
      [2, 0],
      [0, 2],
      [4, 4],
    ],
  ]); // [2, 3, 2]
  test.each<[string, () => Tensor, unknown]>([
    ["vector · vector", () => matmul(a, a), 14],
    ["vector · matrix", () => matmul(a, m), [7, 8]],
    ["matrix · vector", () => matmul(m, tensor([1, 10])), [1, 10, 22]],
    [
      "vector · matrices",
      () => matmul(a, stack),
      [
        [7, 8],
        [14, 16],
      ],
    ],
    [
      "matrices · vector",
      () => matmul(stack, tensor([1, 10])),
      [
        [1, 10, 22],
        [2, 20, 44],
      ],
    ],
    ["a transposed · vector", () => matmul(m, a, { transposeA: true }), [7, 8]],
    ["vector · b transposed", () => matmul(tensor([1, 10]), m, { transposeB: true }), [1, 10, 22]],
  ])("%s", async (_, product, want) => {
    expect(await product().toArray()).toEqual(want);
  });

  test("gradients have the vectors' shapes", async () => {
    const { grads } = valueAndGrad((x: Tensor, w: Tensor) => matmul(x, w).sum())(a, stack);
    expect(await grads[0].toArray()).toEqual([3, 3, 12]);
    expect(await grads[1].toArray()).toEqual(
      Array(2).fill([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
    );
  });
});

describe("gemm", () => {
  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("sums over several blocks, transposes %s %s", (transposeA, transposeB) => {
    for (const [m, n, k] of [
      [257, 259, 300],
      [3, 258, 513],
      [1, 300, 70],
      [300, 1, 7],
    ] as const) {
      // Small whole numbers: every sum is exact, so the comparison is too.
      const a = Float32Array.from({ length: m * k }, (_, i) => ((i * 7) % 11) - 5);
      const b = Float32Array.from({ length: k * n }, (_, i) => ((i * 5) % 13) - 6);
      const c = new Float32Array(m * n + 1).fill(NaN);
      gemm(c, a, b, { m, n, k, transposeA, transposeB }, { a: 0, b: 0, c: 1 });
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j += 29) {
          let sum = 0;
          for (let d = 0; d < k; d++)
            sum += a[transposeA ? d * m + i : i * k + d]! * b[transposeB ? j * k + d : d * n + j]!;
          expect(c[1 + i * n + j]).toBe(sum);
        }
      }
      expect(c.subarray(1).findIndex(Number.isNaN)).toBe(-1);
    }
  });

  test("adds in doubles, across blocks too", () => {
    const k = 2000;
    const a = new Float32Array(2 * k).fill(1);
    a[0] = a[k] = 2 ** 25; // in f32, adding ones to this changes nothing
    const c = new Float32Array(4);
    gemm(
      c,
      a,
      new Float32Array(2 * k).fill(1),
      { m: 2, n: 2, k, transposeA: false, transposeB: true },
      { a: 0, b: 0, c: 0 },
    );
    expect([...c]).toEqual(Array(4).fill(Math.fround(2 ** 25 + k - 1)));
  });
});

describe("a sum over nothing", () => {
  test("is zero", async () => {
    expect(await matmul(ones([2, 0]), ones([0, 2])).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("linear", () => {
  test("keeps leading axes, takes vectors", async () => {
    const weight = tensor([
      [1, 1],
      [0, 3],
      [2, 0],
    ]);
    expect((await linear(ones([2, 3, 2]), weight).data()).length).toBe(18);
    expect(await linear(tensor([1, 2]), weight, tensor([10, 20, 30])).toArray()).toEqual([13, 26, 32]);
  });

  test("gradient of the weight sums over every leading axis", async () => {
    const x = tensor([[[1, 2]], [[3, 4]]]); // [2, 1, 2]
    const w = tensor([
      [1, 1],
      [0, 3],
    ]);
    const { grads } = vjp(() => [linear(x, w)], [w], [tensor([[[1, 0]], [[0, 1]]])]);
    expect(await grads[0]!.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe("errors", () => {
  test.each<[string, () => Tensor, string]>([
    [
      "inner sizes",
      () => matmul(ones([2, 3]), ones([2, 3])),
      "matmul: columns of a must equal rows of b; got 3 and 2 (a [2,3], b [2,3]).",
    ],
    ["batches", () => matmul(ones([2, 1, 3]), ones([3, 3, 1])), "matmul: shapes must broadcast"],
    ["scalars", () => matmul(ones([]), ones([2])), "matmul: operands must have at least one axis; got a [] and b [2]."],
    [
      "dtypes",
      () => matmul(ones([1, 1]), ones([1, 1], { dtype: "f64" })),
      "matmul: b must be f32, f16 or bf16 beside a of f32; got f64.",
    ],
    [
      "integers",
      () => matmul(ones([1, 1], { dtype: "i32" }), ones([1, 1], { dtype: "u32" })),
      "matmul: operands must have one dtype; got i32 and u32. Convert a or b with cast().",
    ],
    [
      "weight",
      () => linear(ones([2, 3]), ones([4, 2])),
      "linear: the last axis of x must equal that of weight [out,in]; got x [2,3], weight [4,2].",
    ],
    [
      "bias",
      () => linear(ones([2, 3]), ones([4, 3]), ones([3])),
      "linear: bias must be [4], one number per row of weight; got [3].",
    ],
  ])("%s", (_, fails, message) => {
    expect(fails).toThrow(message);
  });
});

describe("weights in half precision", () => {
  const x = tensor([
    [1, 2],
    [3, -4],
  ]);
  const weight = tensor([
    [0.5, 1],
    [0, -2],
    [4, 0.25],
  ]); // exact in either type
  test.each(["f16", "bf16"] as const)("%s: the product and its gradients are those of f32", async (dtype) => {
    const stored = cast(weight, dtype);
    expect(await linear(x, stored).toArray()).toEqual(await linear(x, weight).toArray());
    expect(await matmul(x, stored, { transposeB: true }).toArray()).toEqual(
      await matmul(x, weight, { transposeB: true }).toArray(),
    );
    const gradients = grad((a: Tensor, b: Tensor) => sum(linear(a, b)));
    const [gotX, gotWeight] = gradients(x, stored);
    const [wantX, wantWeight] = gradients(x, weight);
    expect(await gotX.toArray()).toEqual(await wantX.toArray());
    expect(gotWeight.dtype).toBe(dtype);
    expect(await gotWeight.toArray()).toEqual(await wantWeight.toArray());
  });

  test("embedding widens its rows", async () => {
    const rows = embedding(cast(weight, "bf16"), tensor([2, 0], { dtype: "i32" }));
    expect(rows.dtype).toBe("f32");
    expect(await rows.toArray()).toEqual([
      [4, 0.25],
      [0.5, 1],
    ]);
  });

  test("says which dtypes fit", () => {
    expect(() => linear(x, cast(weight, "i32"))).toThrow(
      "linear: weight must be f32, f16 or bf16 beside x of f32; got i32. Convert one with cast().",
    );
    expect(() => linear(cast(x, "i32"), weight)).toThrow("linear: x must be f32 or f64 or f16 or bf16; got i32.");
    expect(linear(cast(x, "bf16"), weight).dtype).toBe("f32");
    expect(() => linear(cast(x, "f16"), weight, cast(weight, "f16"))).toThrow(
      "linear: bias must have the dtype of the product, f32; got f16.",
    );
  });
});
