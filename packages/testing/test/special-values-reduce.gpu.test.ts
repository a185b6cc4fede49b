// NaN and infinities in whatever reduces or normalises: the values and gradients of PyTorch, on every device, eager and captured, along any axis. The oracle is written out here in
// doubles.
import { crossEntropy, linearCrossEntropy } from "@x/nn";
import * as tensor from "@x/tensor";
import {
  argmax,
  capture,
  createCpuDevice,
  type Device,
  gradientsOf,
  logSoftmax,
  logsumexp,
  max,
  mean,
  min,
  softmax,
  sum,
  type Tensor,
  variance,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { beforeAll, describe, expect, it } from "vitest";

const NEG = -Infinity;
const POS = Infinity;

/** Rows of special values; every reduction sees all of them. */
const shortRows: readonly (readonly number[])[] = [
  [NEG, 0, 0],
  [0, NEG, 1],
  [NEG, NEG, 2],
  [NEG, NEG, NEG],
  [POS, 0, 1],
  [0, POS, NEG],
  [POS, POS, 0],
  [NaN, 1, 3],
  [1, NaN, 3],
  [1, 3, NaN],
  [NaN, NaN, 1],
  [NaN, POS, NEG],
  [1e30, 0, NEG],
  [-1e30, NEG, -1e30],
  [3e38, 1, NEG],
  [-3e38, -3e38, NEG],
  [2, 2, 1],
  [-0, 0, -0],
  [88, 88, NEG],
  [5, 4, 3],
];

/** A row of `n`: left-padded with −∞, or with one special value somewhere. */
function longRow(n: number, kind: number): number[] {
  const row = Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i * 12.9898 + kind) * 4));
  if (kind === 0) row.fill(NEG, 0, Math.floor(n / 2));
  if (kind === 1) row[n - 1] = NaN;
  if (kind === 2) row[Math.floor(n / 3)] = POS;
  if (kind === 3) row.fill(NEG);
  if (kind === 4) row[0] = NaN;
  return row;
}

const lengths = [1, 4, 65, 5000];

interface Oracle {
  readonly of: (row: readonly number[]) => number | readonly number[];
  readonly gradient?: (row: readonly number[], g: readonly number[]) => readonly number[];
}

const largestOf = (row: readonly number[]): number => row.reduce((a, b) => (a !== a || b !== b ? NaN : Math.max(a, b)));
const sharesOf = (row: readonly number[]): number[] => {
  const top = largestOf(row);
  const e = row.map((v) => Math.exp(v - top));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / total);
};
const lseOf = (row: readonly number[]): number => {
  const top = largestOf(row);
  if (top !== top || Math.abs(top) === Infinity) return top;
  return top + Math.log(row.reduce((a, v) => a + Math.exp(v - top), 0));
};
const firstOf = (row: readonly number[], wins: (a: number, b: number) => boolean): number =>
  row.reduce((best, v, i) => (wins(v, row[best]!) || (v !== v && row[best] === row[best]) ? i : best), 0);
/** In f32, whose range partial products of large and small numbers leave. */
const times = (row: readonly number[]): number => row.reduce((a, b) => Math.fround(a * b), 1);
const plus = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
/** What PyTorch's amax passes back: evenly to all that equal the result, which nothing does where it is NaN. */
const evenly = (row: readonly number[], result: number, value: number): number[] => {
  const equal = row.filter((v) => v === result).length;
  return row.map((v) => (Number(v === result) * value) / equal);
};

const oracles: Readonly<Record<string, Oracle>> = {
  sum: { of: plus, gradient: (row, [g]) => row.map(() => g!) },
  mean: { of: (row) => plus(row) / row.length, gradient: (row, [g]) => row.map(() => g! / row.length) },
  max: {
    of: (row) => row[firstOf(row, (a, b) => a > b)]!,
    gradient: (row, [g]) => evenly(row, row[firstOf(row, (a, b) => a > b)]!, g!),
  },
  min: {
    of: (row) => row[firstOf(row, (a, b) => a < b)]!,
    gradient: (row, [g]) => evenly(row, row[firstOf(row, (a, b) => a < b)]!, g!),
  },
  argmax: { of: (row) => firstOf(row, (a, b) => a > b) },
  argmin: { of: (row) => firstOf(row, (a, b) => a < b) },
  any: { of: (row) => Number(row.some((v) => v !== 0)) },
  all: { of: (row) => Number(row.every((v) => v !== 0)) },
  prod: { of: (row) => times(row) },
  norm: { of: (row) => Math.sqrt(plus(row.map((v) => Math.fround(v * v)))) },
  std: {
    of: (row) => {
      const m = plus(row) / row.length;
      return Math.sqrt(plus(row.map((v) => (v - m) ** 2)) / (row.length - 1));
    },
  },
  variance: {
    of: (row) => {
      const m = plus(row) / row.length;
      return plus(row.map((v) => (v - m) ** 2)) / (row.length - 1);
    },
  },
  softmax: {
    of: sharesOf,
    gradient: (row, g) => {
      const y = sharesOf(row);
      const dot = plus(y.map((v, i) => v * g[i]!));
      return y.map((v, i) => v * (g[i]! - dot));
    },
  },
  logSoftmax: {
    of: (row) => {
      const top = largestOf(row);
      const log = Math.log(plus(row.map((v) => Math.exp(v - top))));
      return row.map((v) => v - top - log);
    },
    gradient: (row, g) => {
      const total = plus(g);
      return sharesOf(row).map((v, i) => g[i]! - v * total);
    },
  },
  logsumexp: {
    of: lseOf,
    gradient: (row, [g]) => {
      const lse = lseOf(row);
      return row.map((v) => Math.exp(v - lse) * g!);
    },
  },
};

const ops: Readonly<Record<string, (x: Tensor, axis: number, keepDims: boolean) => Tensor>> = {
  sum: (x, axis, keepDims) => sum(x, axis, { keepDims }),
  mean: (x, axis, keepDims) => mean(x, axis, { keepDims }),
  max: (x, axis, keepDims) => max(x, axis, { keepDims }),
  min: (x, axis, keepDims) => min(x, axis, { keepDims }),
  argmax: (x, axis, keepDims) => argmax(x, axis, { keepDims }),
  argmin: (x, axis, keepDims) => tensor.argmin(x, axis, { keepDims }),
  any: (x, axis, keepDims) => tensor.any(x, axis, { keepDims }),
  all: (x, axis, keepDims) => tensor.all(x, axis, { keepDims }),
  prod: (x, axis, keepDims) => tensor.prod(x, axis, { keepDims }),
  norm: (x, axis, keepDims) => tensor.norm(x, axis, { keepDims }),
  std: (x, axis, keepDims) => tensor.std(x, axis, { keepDims }),
  variance: (x, axis, keepDims) => variance(x, axis, { keepDims }),
  softmax: (x, axis) => softmax(x, axis),
  logSoftmax: (x, axis) => logSoftmax(x, axis),
  logsumexp: (x, axis, keepDims) => logsumexp(x, axis, { keepDims }),
};

/** Special values must be the same, numbers close: relative to what the sum could be off by, or to the largest of the row. */
function expectSame(got: ArrayLike<number>, want: readonly number[], what: string, scale: number): void {
  expect(got.length, what).toBe(want.length);
  const wrong = want.findIndex((value, i) => {
    const rounded = Math.fround(value);
    return Number.isFinite(rounded)
      ? !(Math.abs(got[i]! - rounded) <= 1e-5 * Math.max(1, Math.abs(rounded), scale))
      : !Object.is(got[i], rounded);
  });
  expect(wrong, wrong < 0 ? "" : `${what} [${wrong}]: got ${got[wrong]}, want ${want[wrong]}`).toBe(-1);
}

/** `rows` [r, n] as a tensor whose axis `axis` is theirs: rows themselves, columns, or the middle of three axes; and back. */
const layouts = [
  {
    axis: 1,
    shape: (r: number, n: number): number[] => [r, n],
    place: (r: number, i: number, _rows: number, n: number): number => r * n + i,
  },
  {
    axis: 0,
    shape: (r: number, n: number): number[] => [n, r],
    place: (r: number, i: number, rows: number, _n: number): number => i * rows + r,
  },
  {
    axis: 1,
    shape: (r: number, n: number): number[] => [r, n, 2],
    place: (r: number, i: number, _rows: number, n: number): number => (r * n + i) * 2,
  },
] as const;

const devices: Readonly<Record<string, () => Promise<Device>>> = {
  webgpu: async () => webgpuDevice({ device: await sharedGpu() }),
  wasm: async () => createCpuDevice(),
  loops: async () => createCpuDevice({ wasm: false }),
};

it("knows every exported reduction over axes", () => {
  const takesAxes = Object.keys(tensor).filter((name) =>
    /^(sum|mean|max|min|arg(?:max|min)|variance|std|prod|norm|softmax|logSoftmax|logsumexp|any|all|median)$/.test(name),
  );
  expect(takesAxes.filter((name) => !(name in ops))).toEqual([]);
});

describe.each(Object.keys(devices))("on %s", (name) => {
  let device: Device;
  beforeAll(async () => {
    device = await devices[name]!();
  });

  describe.each(Object.keys(ops))("%s", (op) => {
    const { of, gradient } = oracles[op]!;
    const check = async (rows: readonly (readonly number[])[], captured: boolean): Promise<void> => {
      const n = rows[0]!.length;
      if ((op === "variance" || op === "std") && n < 2) return;
      for (const { axis, shape, place } of layouts) {
        const dims = shape(rows.length, n);
        const depth = dims.length === 3 ? 2 : 1;
        const data = new Float32Array(rows.length * n * depth);
        rows.forEach((row, r) =>
          row.forEach((v, i) => {
            for (let d = 0; d < depth; d++) data[place(r, i, rows.length, n) + d] = v;
          }),
        );
        const x = tensor.reshape(tensor.tensor(data, { device }), dims);
        const keepDims = axis === 0;
        const run = captured
          ? capture((t: Tensor) => ops[op]!(t, axis, keepDims))
          : (t: Tensor) => ops[op]!(t, axis, keepDims);
        const y = run(x);
        const got = await y.data();
        const whole = op === "softmax" || op === "logSoftmax";
        rows.forEach((row, r) => {
          const want = of(row);
          const scale =
            op === "variance" || op === "std" || op === "sum" || op === "mean"
              ? Math.max(...row.filter(Number.isFinite).map(Math.abs), 0) ** (op === "variance" ? 2 : 1)
              : 0;
          const mine = whole ? row.map((_, i) => got[place(r, i, rows.length, n)]!) : [got[r * depth]!];
          expectSame(
            mine,
            typeof want === "number" ? [want] : want,
            `${op} of [${row.slice(0, 6)}], axis ${axis} of [${dims}]`,
            scale,
          );
        });
        if (!gradient || captured) continue;
        // y · weights, summed by the tape: each output has a gradient of its own
        const weights = Float32Array.from({ length: y.size }, (_, i) => 0.5 + ((i * 7) % 5) / 4);
        const gy = tensor.reshape(tensor.tensor(weights, { device }), y.shape);
        const {
          grads: [gx],
        } = gradientsOf(() => tensor.sum(tensor.mul(ops[op]!(x, axis, keepDims), gy)), [x]);
        const gradX = await gx!.data();
        rows.forEach((row, r) => {
          const g = whole ? row.map((_, i) => weights[place(r, i, rows.length, n)]!) : [weights[r * depth]!];
          expectSame(
            row.map((_, i) => gradX[place(r, i, rows.length, n)]!),
            gradient(row, g),
            `gradient of ${op} of [${row.slice(0, 6)}], axis ${axis} of [${dims}]`,
            1,
          );
        });
      }
    };
    it("short rows", () => check(shortRows, false));
    it("short rows, captured", () => check(shortRows, true));
    it.each(lengths)("rows of %i", (n) =>
      check(
        [0, 1, 2, 3, 4, 5].map((kind) => longRow(n, kind)),
        false,
      ),
    );
  });

  describe("cross entropy", () => {
    const ignored = -100;
    const rows = [...shortRows.map((row) => [...row, 0.5]), [NEG, NEG, NEG, 1], [NEG, NEG, NEG, NEG], [NEG, NaN, 0, 1]];
    const cols = 4;
    const logits = rows.flatMap((row) => [...row, ...row].slice(0, cols));
    for (const target of [0, 1, 3, ignored]) {
      for (const labelSmoothing of [0, 0.1]) {
        it(`of target ${target}, smoothing ${labelSmoothing}`, async () => {
          const x = tensor.reshape(tensor.tensor(new Float32Array(logits), { device }), [rows.length, cols]);
          const targets = tensor.tensor(new Int32Array(rows.length).fill(target), { device });
          const weights = Float32Array.from(rows, (_, r) => 0.5 + (r % 3));
          const g = tensor.tensor(weights, { device });
          const loss = crossEntropy(x, targets, { reduction: "none", ignoreIndex: ignored, labelSmoothing });
          const got = await loss.data();
          const {
            grads: [gradX],
          } = gradientsOf(
            () =>
              sum(tensor.mul(crossEntropy(x, targets, { reduction: "none", ignoreIndex: ignored, labelSmoothing }), g)),
            [x],
          );
          const grad = await gradX!.data();
          rows.forEach((_, r) => {
            const row = logits.slice(r * cols, (r + 1) * cols);
            const logs = oracles["logSoftmax"]!.of(row) as number[];
            const spread = labelSmoothing === 0 ? 0 : (-labelSmoothing * plus(logs)) / cols;
            expectSame(
              [got[r]!],
              [target === ignored ? 0 : -(1 - labelSmoothing) * logs[target]! + spread],
              `loss of [${row}]`,
              0,
            );
            const shares = sharesOf(row);
            const want = row.map((__, j) =>
              target === ignored
                ? 0
                : weights[r]! * (shares[j]! - (j === target ? 1 - labelSmoothing : 0) - labelSmoothing / cols),
            );
            expectSame([...grad.subarray(r * cols, (r + 1) * cols)], want, `gradient of the loss of [${row}]`, 1);
          });
          for (const reduction of ["sum", "mean"] as const) {
            const finite = [0, 12, 19]; // rows whose every other logit may be −∞
            const picked = tensor.indexSelect(x, 0, tensor.tensor(new Int32Array(finite), { device }));
            const some = tensor.tensor(new Int32Array(finite.length).fill(target), { device });
            const losses = finite.map((r) => got[r]!);
            const total = plus(losses) / (reduction === "mean" ? (target === ignored ? 0 : finite.length) : 1);
            expectSame(
              await crossEntropy(picked, some, { reduction, ignoreIndex: ignored, labelSmoothing }).data(),
              [total],
              reduction,
              0,
            );
          }
        });
      }
    }

    it("of a linear head one of whose logits is −∞, whole and by blocks", async () => {
      const x = tensor.tensor(
        [
          [1, 0],
          [0, 1],
          [2, 1],
        ],
        { device },
      );
      const weight = tensor.tensor(
        [
          [-3e38, -3e38],
          [1, 2],
          [0.5, -1],
        ],
        { device },
      );
      const big = tensor.mul(x, 2);
      const targets = tensor.tensor(new Int32Array([1, 2, 1]), { device });
      const want = [
        [2, 4, 1],
        [4, 4, -2],
        [0, 8, 0],
      ].map((_, r) => {
        const scaled = [
          [2, 0],
          [0, 2],
          [4, 2],
        ][r]!;
        const row = [NEG, scaled[0]! + 2 * scaled[1]!, 0.5 * scaled[0]! - scaled[1]!];
        return lseOf(row) - row[[1, 2, 1][r]!]!;
      });
      expectSame(await linearCrossEntropy(big, weight, targets, { reduction: "none" }).data(), want, "linear head", 0);
      expectSame(
        await linearCrossEntropy(big, weight, targets, { reduction: "mean" }).data(),
        [plus(want) / 3],
        "linear head, mean",
        0,
      );
    });
  });
});
