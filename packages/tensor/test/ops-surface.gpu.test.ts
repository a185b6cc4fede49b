// Sorting, running extrema, products, indexing, scattering, masks, norms: on every device, against loops written out here.
import {
  all,
  any,
  argmin,
  argsort,
  capture,
  cummax,
  cumprod,
  cpuDevice,
  createCpuDevice,
  type Device,
  dot,
  einsum,
  expand,
  fold,
  eye,
  gradientsOf,
  hostNormal,
  index,
  type IndexItem,
  linspace,
  logcumsumexp,
  maskedFill,
  matmul,
  mul,
  norm,
  oneHot,
  outer,
  prod,
  roll,
  scatter,
  ShapeError,
  sort,
  std,
  sum,
  tensor,
  type Tensor,
  tile,
  topk,
  tril,
  triu,
  unfold,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

const devices: readonly (readonly [string, Device])[] = [
  ["loops", createCpuDevice({ wasm: false })],
  ["cpu", cpuDevice()],
  ["webgpu", await webgpuDevice({ device: await sharedGpu(), poison: true })],
];

describe.each(devices)("on %s", (_name, device) => {
  const t = (data: Parameters<typeof tensor>[0], more: Parameters<typeof tensor>[1] = {}): Tensor =>
    tensor(data, { device, ...more });
  const numbers = async (x: Tensor): Promise<number[]> => [...(await x.data())];
  /** The gradient of Σ weights · f(x), weights 1, 2, 3 … */
  const gradient = async (f: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> => {
    const { grads } = gradientsOf(() => {
      const y = f(x);
      return sum(
        mul(
          y,
          t(
            Float32Array.from({ length: y.size }, (_, i) => i + 1),
            { shape: y.shape },
          ),
        ),
      );
    }, [x]);
    return numbers(grads[0]!);
  };

  describe("sort", () => {
    const larger = (a: number, b: number): boolean => a > b || (Number.isNaN(a) && !Number.isNaN(b));
    const orderOf = (row: readonly number[], descending: boolean): number[] =>
      row
        .map((_, i) => i)
        .sort((i, j) => {
          const [a, b] = descending ? [row[j]!, row[i]!] : [row[i]!, row[j]!];
          return larger(a, b) ? 1 : larger(b, a) ? -1 : i - j;
        });
    const special = [3, NaN, -0, 0, -Infinity, 1e-45, -3, Infinity, NaN, 3, 0, -0, -1e-40, 3.4e38];
    const rows: readonly (readonly [string, number[], "f32" | "i32" | "u32" | "bool" | "f64"])[] = [
      ["special values", special, "f32"],
      ["special values in doubles", [...special, ...special, ...special, ...special], "f64"],
      ["many special values", Array.from({ length: 700 }, (_, i) => special[(i * 5) % special.length]!), "f32"],
      ["a long row", [...hostNormal({ seed: 5, stream: 1 }, 5000)], "f32"],
      ["many ties", Array.from({ length: 3000 }, (_, i) => (i * 7919) % 11), "u32"],
      ["the ends of i32", [0, -1, 2 ** 31 - 1, -(2 ** 31), 5, 5, -7], "i32"],
      ["bools", [1, 0, 1, 1, 0], "bool"],
      ["one", [4], "f32"],
      ["none", [], "f32"],
    ];
    for (const descending of [false, true]) {
      it.each(rows.filter(([, , dtype]) => dtype !== "f64" || device.kind === "cpu"))(
        `of %s, descending ${descending}`,
        async (_what, row, dtype) => {
          const order = orderOf(
            row.map((v) => (dtype === "f32" ? Math.fround(v) : v)),
            descending,
          );
          const { values, indices } = sort(t(row, { dtype }), 0, { descending });
          expect(await numbers(indices)).toEqual(order);
          const want = order.map((i) => (dtype === "f32" ? Math.fround(row[i]!) : row[i]!));
          const plain = (v: number): number => (Math.abs(v) < 2 ** -126 ? 0 : v);
          expect((await numbers(values)).map(plain)).toEqual(want.map(plain));
        },
      );
    }

    it("goes along any axis, alone and captured", async () => {
      const data = hostNormal({ seed: 6, stream: 1 }, 6 * 70 * 5);
      const x = t(data, { shape: [6, 70, 5] });
      const want: number[] = new Array(data.length);
      for (let o = 0; o < 6; o++)
        for (let i = 0; i < 5; i++) {
          const line = Array.from({ length: 70 }, (_, r) => data[(o * 70 + r) * 5 + i]!);
          orderOf(line, true).forEach((from, r) => (want[(o * 70 + r) * 5 + i] = from));
        }
      expect(await numbers(argsort(x, 1, { descending: true }))).toEqual(want);
      const captured = capture((a: Tensor) => argsort(a, -2, { descending: true }));
      expect(await numbers(captured(x))).toEqual(want);
      captured.dispose();
    });

    it("passes gradients back to where elements were", async () => {
      expect(await gradient((x) => sort(x).values, t([3, 1, 2]))).toEqual([3, 1, 2]);
      expect(
        await gradient(
          (x) => topk(x, 2).values,
          t([
            [3, 1, 2],
            [0, 5, 6],
          ]),
        ),
      ).toEqual([1, 0, 2, 0, 4, 3]);
    });

    it("topk takes the largest or the smallest", async () => {
      const x = t([[3, 1, 2, 3]]);
      expect(await topk(x, 2).indices.toArray()).toEqual([[0, 3]]);
      expect(await topk(x, 2, 1, { largest: false }).values.toArray()).toEqual([[1, 2]]);
      expect(await topk(x, 0).values.shape).toEqual([1, 0]);
      expect(() => topk(x, 5)).toThrow("topk: k must be at most 4, the length of axis 1; got 5.");
    });
  });

  it("cummax has the last of equal maxima, NaN from the first NaN on", async () => {
    const x = t([
      [1, 3, 2, 3],
      [NaN, 1, NaN, 2],
    ]);
    const { values, indices } = cummax(x, 1);
    expect(await values.toArray()).toEqual([
      [1, 3, 3, 3],
      [NaN, NaN, NaN, NaN],
    ]);
    expect(await indices.toArray()).toEqual([
      [0, 1, 1, 3],
      [0, 0, 2, 2],
    ]);
    expect(await gradient((y) => cummax(y, 0).values, t([2, 1, 3, 3]))).toEqual([3, 0, 3, 4]);
    expect(await cummax(t([-1, -0, 0, -0, -1]), 0).values.toArray()).toEqual([-1, -0, 0, -0, -0]);
  });

  it("running ops go from the end with reverse", async () => {
    const row = [0.5, 2, -1, 2, 0.25];
    const ends = row.map((_, r) => row.slice(r));
    const x = t([row, row]);
    const of = async (y: Tensor): Promise<unknown> => ((await y.toArray()) as number[][])[1];
    expect(await of(cumprod(x, 1, { reverse: true }))).toEqual(ends.map((part) => part.reduce((a, b) => a * b)));
    const { values, indices } = cummax(x, 1, { reverse: true });
    expect(await of(values)).toEqual(ends.map((part) => Math.max(...part)));
    expect(await of(indices)).toEqual([1, 1, 3, 3, 4]);
    const sums = ends.map((part) => part.reduce((total, v) => total + Math.exp(v), 0));
    const logs = await numbers(logcumsumexp(t(row), 0, { reverse: true }));
    for (const [r, log] of logs.entries()) expect(log).toBeCloseTo(Math.log(sums[r]!), 5);
    const grads = await gradient((y) => logcumsumexp(y, 0, { reverse: true }), t(row));
    for (const [i, grad] of grads.entries())
      expect(grad).toBeCloseTo(
        sums.reduce((g, total, r) => g + (r <= i ? ((r + 1) * Math.exp(row[i]!)) / total : 0), 0),
        4,
      );
    expect(() => cummax(x, 1, { reverse: 1 as never })).toThrow("cummax: reverse must be true or false; got 1.");
  });

  it("products and their gradients hold where there are zeros", async () => {
    const others = (row: readonly number[], i: number): number => row.reduce((p, v, j) => (j === i ? p : p * v), 1);
    for (const row of [
      [2, 3, 4],
      [2, 0, 4],
      [0, 3, 0],
    ]) {
      expect(await numbers(prod(t(row)))).toEqual([row.reduce((a, b) => a * b)]);
      expect(await gradient((x) => prod(x), t(row))).toEqual(row.map((_, i) => others(row, i)));
      const running = row.map((_, r) => row.slice(0, r + 1));
      expect(await numbers(cumprod(t(row), 0))).toEqual(running.map((part) => part.reduce((a, b) => a * b)));
      expect(await gradient((x) => cumprod(x, 0), t(row))).toEqual(
        row.map((_, i) => running.reduce((g, part, r) => g + (r >= i ? (r + 1) * others(part, i) : 0), 0)),
      );
    }
    expect(await numbers(prod(t([65536, 65537, 3], { dtype: "i32" })))).toEqual([196608]);
    expect(
      await numbers(
        prod(
          t([
            [1, 2, 3],
            [4, 5, 6],
          ]),
          [0, 1],
        ),
      ),
    ).toEqual([720]);
    expect(await numbers(prod(t([], { shape: [0, 2] }), 0))).toEqual([1, 1]);
  });

  it("logcumsumexp overflows nowhere", async () => {
    const rows = [
      [0, 0, 0],
      [1000, 1000, -1000],
      [-Infinity, 1, 2],
      [-Infinity, -Infinity, 3],
      [1, Infinity, 2],
      [1, NaN, 2],
    ];
    const want = rows.map((row) =>
      row.map((_, r) => {
        const part = row.slice(0, r + 1);
        const most = part.some(Number.isNaN) ? NaN : Math.max(...part);
        return Number.isFinite(most) ? most + Math.log(part.reduce((s, v) => s + Math.exp(v - most), 0)) : most;
      }),
    );
    const got = await numbers(logcumsumexp(t(rows), 1));
    want.flat().forEach((value, i) => {
      if (Number.isFinite(value)) expect(got[i]).toBeCloseTo(value, value > 100 ? 3 : 5);
      else expect(got[i]).toBe(value);
    });
    // e^x[i] · Σ g[r] · e^−y[r]
    const got2 = await gradient((x) => logcumsumexp(x, 0), t([0.5, -1, 2]));
    const y = [0.5, Math.log(Math.exp(0.5) + Math.exp(-1)), Math.log(Math.exp(0.5) + Math.exp(-1) + Math.exp(2))];
    [0.5, -1, 2].forEach((x, i) =>
      expect(got2[i]).toBeCloseTo(
        [0, 1, 2].reduce((g, r) => g + (r >= i ? (r + 1) * Math.exp(x - y[r]!) : 0), 0),
        4,
      ),
    );
  });

  describe("index", () => {
    const shape = [4, 5, 6];
    const data = Float32Array.from({ length: 120 }, (_, i) => i);
    /** NumPy's rule for a range, by walking. */
    const places = (item: IndexItem, n: number): number[] => {
      if (typeof item === "number") return [item < 0 ? item + n : item];
      const { start, end, step = 1 } = item as { start?: number; end?: number; step?: number };
      const found: number[] = [];
      const fix = (p: number): number => (p < 0 ? p + n : p);
      for (let i = step > 0 ? 0 : n - 1; i >= 0 && i < n; i += Math.sign(step)) {
        const from =
          start === undefined
            ? step > 0
              ? 0
              : n - 1
            : Math.min(step > 0 ? n : n - 1, Math.max(step > 0 ? 0 : -1, fix(start)));
        const inside =
          step > 0
            ? i >= from && (end === undefined || i < fix(end))
            : i <= from && (end === undefined || i > Math.max(-1, fix(end)));
        if (inside && (i - from) % step === 0) found.push(i);
      }
      return found;
    };
    const items: readonly (readonly IndexItem[])[] = [
      [1, { start: 1 }, { step: 2 }],
      [{ step: -1 }, { start: -2, step: -2 }, 0],
      [{ start: 1, end: -1 }, {}, { start: 4, end: 0, step: -3 }],
      [{ start: -100, end: 100 }, { start: 100 }, { end: -100, step: -1 }],
      [{ start: 3, end: 1 }, -1, {}],
      [{}, {}, { start: 1, end: 5 }],
      [-4, -5, -6],
    ];
    it.each(items)("%o, %o, %o", async (...given) => {
      const x = t(data, { shape });
      const wanted = given.map((item, axis) => places(item, shape[axis]!));
      const want = wanted[0]!.flatMap((i) => wanted[1]!.flatMap((j) => wanted[2]!.map((k) => (i * 5 + j) * 6 + k)));
      const y = index(x, given);
      expect(await numbers(y)).toEqual(want);
      expect(y.shape).toEqual(given.flatMap((item, axis) => (typeof item === "number" ? [] : [wanted[axis]!.length])));
      const back = new Array<number>(120).fill(0);
      want.forEach((place, i) => (back[place]! += i + 1));
      expect(await gradient((a) => index(a, given), x)).toEqual(back);
    });
    it("takes an ellipsis and new axes, and says what is wrong", () => {
      const x = t(data, { shape });
      expect(index(x, ["...", "new", 0]).shape).toEqual([4, 5, 1]);
      expect(index(x, [0]).shape).toEqual([5, 6]);
      expect(x.index(0, "...", { step: 4 }).shape).toEqual([5, 2]);
      expect(() => index(x, [4])).toThrow("index: a position on axis 0 must be a whole number from -4 to 3; got 4.");
      expect(() => index(x, [{ step: 0 }])).toThrow(
        "index: step on axis 0 must be a whole number other than 0; got 0.",
      );
      expect(() => index(x, [0, 0, 0, 0])).toThrow(ShapeError);
      expect(() => index(x, ["...", "..."])).toThrow(ShapeError);
      expect(() => index(x, [{ from: 1 } as IndexItem])).toThrow("from");
    });
  });

  it("scatter writes the last of several, adds all of them, and reaches a part of x", async () => {
    const ids = t([[0, 1, 0, 2]], { dtype: "i32" });
    const x = t([
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ]);
    const source = t([[5, 6, 7, 8]]);
    expect(await scatter(x, 1, ids, source).toArray()).toEqual([
      [7, 6, 8, 1],
      [2, 2, 2, 2],
    ]);
    expect(await scatter(x, 1, ids, source, { mode: "add" }).toArray()).toEqual([
      [13, 7, 9, 1],
      [2, 2, 2, 2],
    ]);
    expect(await gradient((a) => scatter(a, 1, ids, source), x)).toEqual([0, 0, 0, 4, 5, 6, 7, 8]);
    const wide = t([[2, 0, 1, 2]], { dtype: "u32" });
    expect(
      await scatter(
        t([
          [1, 2, 3, 4],
          [5, 6, 7, 8],
          [9, 10, 11, 12],
        ]),
        0,
        wide,
        t([[-1, -2, -3, -4]]),
      ).toArray(),
    ).toEqual([
      [1, -2, 3, 4],
      [5, 6, -3, 8],
      [-1, 10, 11, -4],
    ]);
    expect(() => scatter(x, 1, ids, t([1]))).toThrow(ShapeError);
  });

  it("masks", async () => {
    const x = t([
      [1, 2, 3],
      [4, NaN, 6],
    ]);
    expect(await tril(x).toArray()).toEqual([
      [1, 0, 0],
      [4, NaN, 0],
    ]);
    expect(await triu(x, 1).toArray()).toEqual([
      [0, 2, 3],
      [0, 0, 6],
    ]);
    expect(await tril(x, -1).toArray()).toEqual([
      [0, 0, 0],
      [4, 0, 0],
    ]);
    expect(await maskedFill(x, t([true, false, true]), 9).toArray()).toEqual([
      [9, 2, 9],
      [9, NaN, 9],
    ]);
    expect(() => maskedFill(x, t([[[true]]]), 1)).toThrow(
      "maskedFill: mask must broadcast to x's shape [2,3]; got [1,1,1].",
    );
    expect(await oneHot(t([1, 2, 0], { dtype: "i32" }), 3).toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(await any(x, 1).toArray()).toEqual([1, 1]);
    expect(
      await all(
        t([
          [0, 1],
          [2, NaN],
        ]),
        1,
        { keepDims: true },
      ).toArray(),
    ).toEqual([[0], [1]]);
    expect([await any(t([], { shape: [0] })).item(), await all(t([], { shape: [0] })).item()]).toEqual([0, 1]);
    expect(
      await argmin(
        t([
          [3, 1, 1],
          [2, NaN, 0],
        ]),
        1,
      ).toArray(),
    ).toEqual([1, 1]);
  });

  it("repeats, rotates and makes", async () => {
    const x = t([
      [1, 2],
      [3, 4],
    ]);
    expect(await tile(x, 2).toArray()).toEqual([
      [1, 2, 1, 2],
      [3, 4, 3, 4],
    ]);
    expect(tile(x, [3, 1, 2]).shape).toEqual([3, 2, 4]);
    expect(await gradient((a) => tile(a, 2), t([1, 2]))).toEqual([4, 6]);
    expect(await roll(x, 1).toArray()).toEqual([
      [4, 1],
      [2, 3],
    ]);
    expect(await roll(x, [1, -3], [0, 1]).toArray()).toEqual([
      [4, 3],
      [2, 1],
    ]);
    expect(await expand(t([[1], [2]]), [2, -1, 2]).toArray()).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ]);
    expect(await numbers(linspace(1, 2, 5, { device }))).toEqual([1, 1.25, 1.5, 1.75, 2]);
    expect(await numbers(linspace(3, 9, 1, { device }))).toEqual([3]);
    expect(await eye(2, 3, { device, dtype: "i32" }).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it("norms, standard deviations and products of vectors", async () => {
    const x = t([
      [3, -4],
      [0, 0],
    ]);
    expect(await norm(x, 1).toArray()).toEqual([5, 0]);
    expect(await norm(x, 1, { ord: 1 }).toArray()).toEqual([7, 0]);
    expect(await norm(x, 1, { ord: Infinity }).toArray()).toEqual([4, 0]);
    expect(await norm(x, 1, { ord: -Infinity }).toArray()).toEqual([3, 0]);
    expect(await norm(x, 1, { ord: 0 }).toArray()).toEqual([2, 0]);
    expect((await numbers(norm(x, 1, { ord: 3 })))[0]).toBeCloseTo(91 ** (1 / 3), 5);
    expect(await norm(x, 1, { ord: -1 }).toArray()).toEqual([expect.closeTo(12 / 7, 5), 0]);
    expect(await gradient((a) => norm(a, 1), x)).toEqual([expect.closeTo(0.6, 6), expect.closeTo(-0.8, 6), 0, 0]);
    expect(
      await numbers(
        std(
          t([
            [1, 2, 3, 6],
            [2, 2, 2, 2],
          ]),
          1,
        ),
      ),
    ).toEqual([expect.closeTo(Math.sqrt(14 / 3), 5), 0]);
    expect(await gradient((a) => std(a, 0), t([2, 2, 2]))).toEqual([0, 0, 0]);
    expect(await dot(t([1, 2]), t([3, 4])).item()).toBe(11);
    expect(await outer(t([1, 2]), t([3, 4])).toArray()).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(() => dot(x, x)).toThrow("dot: a and b must be vectors of one length; got [2,2] and [2,2].");
  });

  it("einsum takes diagonals, ellipses and axes of size 1", async () => {
    const a = t([
      [1, 2],
      [3, 4],
    ]);
    expect(await einsum("ii->i", a).toArray()).toEqual([1, 4]);
    expect(await einsum("ii", a).item()).toBe(5);
    expect(await gradient((x) => einsum("ii->", x), a)).toEqual([1, 0, 0, 1]);
    const b = t(
      Float32Array.from({ length: 12 }, (_, i) => i),
      { shape: [3, 2, 2] },
    );
    expect(await einsum("...ij,...jk->...ik", b, a).toArray()).toEqual(await b.matmul(a).toArray());
    expect(await einsum("...ii->...i", b).toArray()).toEqual([
      [0, 3],
      [4, 7],
      [8, 11],
    ]);
    expect(await einsum("...ij->ij", b).toArray()).toEqual(await sum(b, 0).toArray());
    expect(einsum("i...->...i", b).shape).toEqual([2, 2, 3]);
    expect(einsum("...,i", b, t([1, 2])).shape).toEqual([3, 2, 2, 2]);
    expect(await einsum("bi,bi->b", t([[1, 2]]), a).toArray()).toEqual([5, 11]);
    expect(await einsum("...i,...i->...", t([[1, 2]]), a).toArray()).toEqual([5, 11]);
    expect(() => einsum("ii->i", t([[1, 2]]))).toThrow('einsum: in "ii->i" "i" must have one size; got 1 and 2');
    expect(() => einsum("...ij", t([1]))).toThrow("operand 0 must have 2 axes or more");
    expect(() => einsum("i->ii", t([1]))).toThrow("a letter must occur once in the result");
  });
});

describe.each(devices)("windows and integer products on %s", (_name, device) => {
  it("unfold and fold", async () => {
    const x = tensor([1, 2, 3, 4, 5], { device });
    expect(await unfold(x, 3).toArray()).toEqual([
      [1, 2, 3],
      [2, 3, 4],
      [3, 4, 5],
    ]);
    expect(await unfold(x, 2, { stride: 2, dilation: 2 }).toArray()).toEqual([
      [1, 3],
      [3, 5],
    ]);
    // none fits: PyTorch raises as well, and an empty result would be a silent one
    expect(() => unfold(x, 6)).toThrow("unfold: a window must fit its axis of 5; got 6.");
    expect(await fold(unfold(x, 2), 5).toArray()).toEqual([1, 4, 6, 8, 5]);
    expect(() => fold(x, 3)).toThrow("fold: x must end in the sizes and the numbers of windows of axes of length [3]");
    expect(() => unfold(x, 0)).toThrow("unfold: sizes must be a whole number of at least 1");
  });

  it("matmul of integers is exact modulo 2^32", async () => {
    const [a, b] = [
      [123456789, -987654321, 2 ** 31 - 1, -(2 ** 31), 7, 11],
      [99999, -123456, 2147483647, 5, 77777777, 31, -8, 1, 2],
    ];
    const x = tensor(a!, { dtype: "i32", shape: [2, 3], device });
    const y = tensor(b!, { dtype: "i32", shape: [3, 3], device });
    const exact = (i: number, j: number): number =>
      Number(
        BigInt.asIntN(
          32,
          [0, 1, 2].reduce((sum, k) => sum + BigInt(a![i * 3 + k]!) * BigInt(b![k * 3 + j]!), 0n),
        ),
      );
    const want = [0, 1].map((i) => [0, 1, 2].map((j) => exact(i, j)));
    expect(await matmul(x, y).toArray()).toEqual(want);
    expect(await matmul(x, y.transpose(), { transposeB: true }).toArray()).toEqual(want);
    expect(
      await matmul(tensor([1, 2, 3], { dtype: "u32", device }), tensor([4, 5, 6], { dtype: "u32", device })).item(),
    ).toBe(32);
    const batches = tensor(
      Int32Array.from({ length: 24 }, (_, i) => i),
      { shape: [2, 2, 2, 3], device },
    );
    expect(matmul(batches, y).shape).toEqual([2, 2, 2, 3]);
    expect(() => matmul(x, tensor([[1], [2], [3]], { device }))).toThrow(
      "matmul: operands must have one dtype; got i32 and f32.",
    );
  });
});

it.each(devices)("a captured value is kept where a view of it is read beside it, on %s", async (_name, device) => {
  const f = capture((x: Tensor) => {
    const doubled = mul(x, 2);
    return mul(index(doubled, [{ end: 1 }]), doubled);
  });
  const x = tensor([1, 2, 3], { device });
  for (let call = 0; call < 2; call++) expect(await f(x).toArray()).toEqual([4, 8, 12]);
  f.dispose();
});
