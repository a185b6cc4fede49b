// What ops on whole arrays must give: moved elements exactly, sums and products in doubles with the error that their order of addition may have.
import * as x from "@x/tensor";
import type { DType, Tensor } from "@x/tensor";
import { drawElement, largestF32, type Rng } from "./values.ts";

/** A tensor's elements as doubles. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
}

/** What a call must give. `allow` is the absolute error of each element, Infinity where nothing can be said. */
export interface Expected {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
  readonly allow: readonly number[];
}

/** A call of an exported function: how it is written, what it is given, and what it must give. */
export interface Call {
  readonly text: string;
  readonly run: (...inputs: readonly Tensor[]) => Tensor;
  readonly expect: (...inputs: readonly Value[]) => Expected;
}

type Maker = (rng: Rng, inputs: readonly [Pick<Value, "shape" | "dtype">]) => Call | undefined;

/** An op over one array: of which types, and its calls. */
export interface ArrayOp {
  readonly types?: readonly DType[];
  readonly make: Maker;
}

const epsilon = 2 ** -23;

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The index of each element of a shape. */
function indices(shape: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    const index = new Array<number>(shape.length);
    for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return index;
  });
}

function flatOf(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * shape[axis]! + i, 0);
}

const at = ({ shape, data }: Value, index: readonly number[]): number => data[flatOf(shape, index)]!;

/** Elements of another shape, each taken from a place of the input. */
function moved(x: Value, shape: readonly number[], from: (index: number[]) => number): Expected {
  const data = indices(shape).map(from);
  return { shape, dtype: x.dtype, data, allow: data.map(() => 0) };
}

/** A result and how far it may be off. */
type Bounded = readonly [value: number, allow: number];

function bounded(shape: readonly number[], dtype: DType, results: readonly Bounded[]): Expected {
  return { shape, dtype, data: results.map(([value]) => value), allow: results.map(([, allow]) => allow) };
}

/** A sum of numbers in any order and with partial sums in f32: its value and how far it may be off. */
export function sumOf(terms: readonly number[], dtype: DType): Bounded {
  if (dtype === "i32" || dtype === "u32") {
    const exact = terms.reduce((total, term) => total + BigInt(term), 0n);
    return [Number(dtype === "i32" ? BigInt.asIntN(32, exact) : BigInt.asUintN(32, exact)), 0];
  }
  const value = terms.reduce((a, b) => a + b, 0);
  const finite = terms.filter(Number.isFinite);
  const size = finite.reduce((total, term) => total + Math.abs(term), 0);
  // partial sums may overflow in one order and not in another
  if (size >= largestF32 / 2) return [value, Infinity];
  return [value, Number.isFinite(value) ? (4 + terms.length) * epsilon * size : 0];
}

/** A product of numbers, rounded once: partial products are wider than f32. */
export function productOf(factors: readonly number[], dtype: DType): Bounded {
  if (dtype === "i32" || dtype === "u32") {
    const exact = factors.reduce((total, factor) => total * BigInt(factor), 1n);
    return [Number(dtype === "i32" ? BigInt.asIntN(32, exact) : BigInt.asUintN(32, exact)), 0];
  }
  const value = factors.reduce((a, b) => a * b, 1);
  return [value, epsilon * Math.abs(value)];
}

/** The elements along an axis, for each place of the other axes. */
function lines(x: Value, axis: number): number[][] {
  const shape = x.shape.toSpliced(axis, 1);
  return indices(shape).map((index) =>
    Array.from({ length: x.shape[axis]! }, (_, i) => at(x, index.toSpliced(axis, 0, i))),
  );
}

function reduced(x: Value, axis: number, of: (line: number[]) => Bounded): Expected {
  const results = lines(x, axis).map(of);
  return bounded(x.shape.toSpliced(axis, 1), x.dtype, results);
}

/** Without the first element along an axis. */
function afterFirst(x: Value, axis: number): Expected {
  return moved(x, x.shape.with(axis, x.shape[axis]! - 1), (index) => at(x, index.with(axis, index[axis]! + 1)));
}

/** A result as long as its line, along an axis. */
function along(x: Value, axis: number, of: (line: number[]) => readonly Bounded[]): Expected {
  const results = lines(x, axis).map(of);
  const outer = x.shape.toSpliced(axis, 1);
  const places = indices(x.shape).map((index) => results[flatOf(outer, index.toSpliced(axis, 1))]![index[axis]!]!);
  return bounded(x.shape, x.dtype, places);
}

/** For each element of a line what is said of the line up to it. */
function running(x: Value, axis: number, of: (line: number[]) => Bounded): Expected {
  return along(x, axis, (line) => line.map((_, i) => of(line.slice(0, i + 1))));
}

function meanOf(line: readonly number[]): Bounded {
  const [sum, allow] = sumOf(line, "f32");
  return [sum / line.length, allow / line.length];
}

/** log Σ eˣ and the largest element; NaN where PyTorch has it. */
function logSum(line: readonly number[]): readonly [value: number, largest: number] {
  const largest = Math.max(...line);
  if (Number.isNaN(largest) || Math.abs(largest) === Infinity) return [largest, largest];
  return [largest + Math.log(line.reduce((total, value) => total + Math.exp(value - largest), 0)), largest];
}

const floats: readonly DType[] = ["f32"];
const summable: readonly DType[] = ["f32", "i32", "u32"];

/** An op along one axis of one tensor. */
function onAxis(
  name: string,
  run: (x: Tensor, axis: number) => Tensor,
  expect: (x: Value, axis: number) => Expected,
  types?: readonly DType[],
): ArrayOp {
  return {
    ...(types && { types }),
    make(rng, [{ shape }]) {
      if (shape.length === 0 || shape.includes(0)) return undefined;
      const axis = rng.below(shape.length);
      return { text: `${name}(a, ${axis})`, run: (a) => run(a!, axis), expect: (a) => expect(a!, axis) };
    },
  };
}

/** An array, so many times. */
function concatenation(count: number): ArrayOp {
  return onAxis(
    `concat${count}`,
    (a, axis) => x.concat(new Array<Tensor>(count).fill(a), axis),
    (a, axis) =>
      moved(a, a.shape.with(axis, count * a.shape[axis]!), (index) =>
        at(a, index.with(axis, index[axis]! % a.shape[axis]!)),
      ),
  );
}

function softmaxAllow(y: number, value: number, sum: number): number {
  return Number.isFinite(y) ? (8 + 2 * Math.min(110, Math.abs(value - sum))) * epsilon * y + 1e-38 : 0;
}

/** By primitive's name. */
export const arrayOps: Readonly<Record<string, ArrayOp>> = {
  sum: onAxis("sum", x.sum, (a, axis) => reduced(a, axis, (line) => sumOf(line, a.dtype)), summable),
  mean: onAxis("mean", x.mean, (a, axis) => reduced(a, axis, meanOf), floats),
  max: onAxis("max", x.max, (a, axis) => reduced(a, axis, (line) => [Math.max(...line), 0]), summable),
  min: onAxis("min", x.min, (a, axis) => reduced(a, axis, (line) => [Math.min(...line), 0]), summable),
  cumsum: onAxis("cumsum", x.cumsum, (a, axis) => running(a, axis, (line) => sumOf(line, a.dtype)), summable),
  prod: onAxis("prod", x.prod, (a, axis) => reduced(a, axis, (line) => productOf(line, a.dtype)), summable),
  cumprod: onAxis("cumprod", x.cumprod, (a, axis) => running(a, axis, (line) => productOf(line, a.dtype)), summable),
  cummax: onAxis(
    "cummax",
    (a, axis) => x.cummax(a, axis).values,
    (a, axis) => running(a, axis, (line) => [Math.max(...line), 0]),
    summable,
  ),
  logcumsumexp: onAxis(
    "logcumsumexp",
    x.logcumsumexp,
    (a, axis) =>
      running(a, axis, (line) => {
        const [value] = logSum(line);
        return [value, Number.isFinite(value) ? 4e-6 + 16 * epsilon * Math.abs(value) : 0];
      }),
    floats,
  ),
  sort: onAxis(
    "sort",
    (a, axis) => x.sort(a, axis).values,
    (a, axis) =>
      along(a, axis, (line) =>
        line.toSorted((p, q) => (Number.isNaN(p) ? 1 : Number.isNaN(q) ? -1 : p - q)).map((value) => [value, 0]),
      ),
  ),
  contiguous: onAxis("contiguous, slice from 1 of", (a, axis) => x.contiguous(x.slice(a, axis, 1)), afterFirst),
  strided_slice: onAxis(
    "index every second, backwards, of",
    (a, axis) => x.index(a, [...a.shape.slice(0, axis).map(() => ({})), { step: -2 }]),
    (a, axis) => {
      const n = a.shape[axis]!;
      return moved(a, a.shape.with(axis, Math.ceil(n / 2)), (place) =>
        at(a, place.with(axis, n - 1 - 2 * place[axis]!)),
      );
    },
  ),
  logsumexp: onAxis(
    "logsumexp",
    x.logsumexp,
    (a, axis) =>
      reduced(a, axis, (line) => {
        const [value] = logSum(line);
        return [value, Number.isFinite(value) ? 2e-6 + 12 * epsilon * Math.abs(value) : 0];
      }),
    floats,
  ),
  // a line with +∞ or of −∞ alone is NaN, as ∞ − ∞ is
  softmax: onAxis(
    "softmax",
    x.softmax,
    (a, axis) =>
      along(a, axis, (line) => {
        const [sum, largest] = logSum(line);
        const total = line.reduce((all, value) => all + Math.exp(value - largest), 0);
        return line.map((value) => {
          const y = Math.abs(largest) === Infinity || Number.isNaN(largest) ? NaN : Math.exp(value - largest) / total;
          return [y, softmaxAllow(y, value, sum)];
        });
      }),
    floats,
  ),
  log_softmax: onAxis(
    "logSoftmax",
    x.logSoftmax,
    (a, axis) =>
      along(a, axis, (line) => {
        const [sum, largest] = logSum(line);
        const valid = !(Math.abs(largest) === Infinity || Number.isNaN(largest));
        return line.map((value) => [
          valid ? value - sum : NaN,
          valid && Number.isFinite(value) ? 3e-6 + 12 * epsilon * (Math.abs(value) + Math.abs(sum)) : 0,
        ]);
      }),
    floats,
  ),
  flip: onAxis("flip", x.flip, (a, axis) =>
    moved(a, a.shape, (index) => at(a, index.with(axis, a.shape[axis]! - 1 - index[axis]!))),
  ),
  concat2: concatenation(2),
  concat3: concatenation(3),
  split2: onAxis("split2, second part", (a, axis) => x.split(a, [1, a.shape[axis]! - 1], axis)[1]!, afterFirst),
  split3: onAxis(
    "split3, first part",
    (a, axis) => x.split(a, [1, 0, a.shape[axis]! - 1], axis)[0]!,
    (a, axis) => moved(a, a.shape.with(axis, 1), (index) => at(a, index)),
  ),
  slice: onAxis("slice from 1 of", (a, axis) => x.slice(a, axis, 1), afterFirst),
  unfold: {
    make: (_rng, [{ shape }]) =>
      (shape.at(-1) ?? 0) < 2
        ? undefined
        : {
            text: "unfold(a, 2)",
            run: (a: Tensor) => x.unfold(a, 2),
            expect: (a: Value) =>
              moved(a, [...a.shape.slice(0, -1), 2, a.shape.at(-1)! - 1], (index) =>
                at(a, [...index.slice(0, -2), index.at(-2)! + index.at(-1)!]),
              ),
          },
  },
  fold: {
    types: summable,
    make: (_rng, [{ shape }]) =>
      shape.length < 2 || shape.includes(0)
        ? undefined
        : {
            text: "fold(a, …)",
            run: (a: Tensor) => x.fold(a, a.shape.at(-1)! + a.shape.at(-2)! - 1),
            expect: (a: Value) => {
              const [size, count] = a.shape.slice(-2) as [number, number];
              const shape = [...a.shape.slice(0, -2), size + count - 1];
              const results = indices(shape).map((place) =>
                sumOf(
                  Array.from({ length: size }, (_, k) => k)
                    .filter((k) => place.at(-1)! - k >= 0 && place.at(-1)! - k < count)
                    .map((k) => at(a, [...place.slice(0, -1), k, place.at(-1)! - k])),
                  a.dtype,
                ),
              );
              return bounded(shape, a.dtype, results);
            },
          },
  },
  pad: {
    make(rng, [{ shape, dtype }]) {
      if (shape.length === 0) return undefined;
      const [axis, before, after, value] = [
        rng.below(shape.length),
        rng.below(3),
        rng.below(3),
        drawElement(rng, dtype),
      ];
      return {
        text: `pad(a, ${axis}, ${before}, ${after}, ${value})`,
        run: (a: Tensor) => x.pad(a, axis, before, after, value),
        expect: (a: Value) =>
          moved(a, a.shape.with(axis, before + a.shape[axis]! + after), (index) => {
            const i = index[axis]! - before;
            return i >= 0 && i < a.shape[axis]! ? at(a, index.with(axis, i)) : value;
          }),
      };
    },
  },
  permute: {
    make(rng, [{ shape }]) {
      const order = shape.map((_, i) => i);
      for (let i = order.length - 1; i > 0; i--) {
        const j = rng.below(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return {
        text: `permute(a, [${order}])`,
        run: (a: Tensor) => x.permute(a, order),
        expect: (a: Value) =>
          moved(
            a,
            order.map((axis) => a.shape[axis]!),
            (index) =>
              at(
                a,
                order.map((_, axis) => index[order.indexOf(axis)]!),
              ),
          ),
      };
    },
  },
  reshape: {
    make: () => ({
      text: "reshape(a, [-1, 1])",
      run: (a: Tensor) => x.reshape(a, [a.size, 1]),
      expect: (a: Value) => moved(a, [a.data.length, 1], ([i]) => a.data[i!]!),
    }),
  },
  broadcast: {
    make: () => ({
      text: "broadcastTo(a, [2, …])",
      run: (a: Tensor) => x.broadcastTo(a, [2, ...a.shape]),
      expect: (a: Value) => moved(a, [2, ...a.shape], ([, ...index]) => at(a, index)),
    }),
  },
  cast: {
    make(rng) {
      const dtype = rng.pick(["f32", "i32", "u32", "bool", "f32"] as const);
      return {
        text: `cast(a, "${dtype}")`,
        run: (a: Tensor) => x.cast(a, dtype),
        expect: (a: Value) => ({ ...moved(a, a.shape, (index) => castOf(at(a, index), a.dtype, dtype)), dtype }),
      };
    },
  },
  ...indexed(),
  ...products(),
};

/** Floats saturate and drop fractions, NaN is 0; i32 and u32 exchange bits; anything but 0 is true. */
function castOf(value: number, from: DType, to: DType): number {
  if (to === "bool") return value === 0 ? 0 : 1;
  if (to === "f32") return Math.fround(value);
  if (from !== "f32") return to === "i32" ? value | 0 : value >>> 0;
  const [low, high] = to === "i32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return Number.isNaN(value) ? 0 : Math.min(high, Math.max(low, Math.trunc(value)));
}

/** Ops with an index tensor along the first axis. */
function indexed(): Record<string, ArrayOp> {
  const draw = (rng: Rng, shape: readonly number[]): number[] | undefined =>
    shape.length === 0 || shape[0] === 0 ? undefined : Array.from({ length: shape[0]! }, () => rng.below(shape[0]!));
  const ids = (index: readonly number[], like: Tensor): Tensor =>
    x.tensor([...index], { dtype: "i32", device: like.device });
  const wide = (index: readonly number[], like: Tensor): Tensor =>
    x.tensor(
      index.flatMap((id) => new Array<number>(like.size / index.length).fill(id)),
      { dtype: "i32", device: like.device, shape: like.shape },
    );
  const added = (a: Value, index: readonly number[]): Expected => {
    const terms = indices(a.shape).map((): number[] => []);
    for (const place of indices(a.shape)) terms[flatOf(a.shape, place.with(0, index[place[0]!]!))]!.push(at(a, place));
    const sums = terms.map((list) => (list.length === 0 ? ([0, 0] as const) : sumOf(list, a.dtype)));
    return bounded(a.shape, a.dtype, sums);
  };
  const make =
    (
      text: string,
      run: (a: Tensor, index: number[]) => Tensor,
      expect: (a: Value, index: number[]) => Expected,
    ): Maker =>
    (rng, [a]) => {
      const index = draw(rng, a.shape);
      return (
        index && {
          text: `${text} [${index}]`,
          run: (...[t]) => run(t!, index),
          expect: (...[value]) => expect(value!, index),
        }
      );
    };
  const selected = (a: Value, index: number[]): Expected =>
    moved(a, a.shape, (place) => at(a, place.with(0, index[place[0]!]!)));
  return {
    index_select: {
      types: summable,
      make: make("indexSelect(a, 0)", (a, index) => x.indexSelect(a, 0, ids(index, a)), selected),
    },
    gather: { types: summable, make: make("gather(a, 0)", (a, index) => x.gather(a, 0, wide(index, a)), selected) },
    index_add: {
      types: summable,
      make: make("indexAdd(a, 0)", (a, index) => x.indexAdd(a, 0, ids(index, a), index.length), added),
    },
    scatter: {
      types: [...summable, "bool"],
      make: make(
        "scatter(a, 0, …, a)",
        (a, index) => x.scatter(a, 0, wide(index, a), a),
        (a, index) =>
          moved(a, a.shape, (place) => {
            const last = index.lastIndexOf(place[0]!);
            return at(a, last < 0 ? place : place.with(0, last));
          }),
      ),
    },
    scatter_add: {
      types: summable,
      make: make("scatterAdd(a, 0)", (a, index) => x.scatterAdd(a, 0, wide(index, a), index.length), added),
    },
  };
}

/** Products of a matrix with itself, transposed. */
function products(): Record<string, ArrayOp> {
  const product = (a: Value): Expected => {
    const [rows, inner] = a.shape as [number, number];
    const sums = indices([rows, rows]).map(([i, j]) =>
      sumOf(
        Array.from({ length: inner }, (_, k) => at(a, [i!, k]) * at(a, [j!, k])),
        "f32",
      ),
    );
    // a product of two numbers may overflow f32 though the doubles here do not
    const risky = a.data.some((value) => Math.abs(value) > 1e18 && Number.isFinite(value));
    const allowed = sums.map(([value, allow]): Bounded => [value, risky ? Infinity : allow + 1e-36]);
    return bounded([rows, rows], "f32", allowed);
  };
  const make =
    (text: string, run: (a: Tensor) => Tensor): Maker =>
    (_, [a]) =>
      a.shape.length === 2 && !a.shape.includes(0)
        ? { text, run: (...[t]) => run(t!), expect: (...[value]) => product(value!) }
        : undefined;
  return {
    matmul: {
      types: floats,
      make: make("matmul(a, a, { transposeB: true })", (a) => x.matmul(a, a, { transposeB: true })),
    },
    integer_matmul: {
      types: ["i32", "u32"],
      make: (_, [a]) =>
        a.shape.length === 2 && !a.shape.includes(0)
          ? {
              text: "matmul(a, aᵀ)",
              run: (...[t]) => x.matmul(t!, t!, { transposeB: true }),
              expect: (...[value]) => {
                const [rows, inner] = value!.shape as [number, number];
                const data = indices([rows, rows]).map(([i, j]) => {
                  const terms = Array.from(
                    { length: inner },
                    (_unused, k) => BigInt(at(value!, [i!, k])) * BigInt(at(value!, [j!, k])),
                  );
                  const exact = terms.reduce((sum, term) => sum + term, 0n);
                  return Number(value!.dtype === "i32" ? BigInt.asIntN(32, exact) : BigInt.asUintN(32, exact));
                });
                return { shape: [rows, rows], dtype: value!.dtype, data, allow: data.map(() => 0) };
              },
            }
          : undefined,
    },
    linear: { types: floats, make: make("linear(a, a)", (a) => x.linear(a, a)) },
  };
}
