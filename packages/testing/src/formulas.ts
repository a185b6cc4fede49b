// What primitives with one implementation on the CPU must give: each element by its definition, one at a time, in doubles. Slow, and unlike the loops that it checks.
import type { HostTensor, Primitive, Shape } from "@x/tensor/core";
import { elementwiseOracle } from "./elementwise-oracle.ts";
import { sampleTokensFormula } from "./sample-formula.ts";

type HostPaths = NonNullable<Primitive["cpu"]>;
type Index = readonly number[];

interface WindowAxis {
  readonly n: number;
  readonly size: number;
  readonly count: number;
  readonly stride: number;
  readonly dilation: number;
}

/** The indices of a shape's elements, in their order in memory. */
function* indicesOf(shape: Shape): Generator<Index> {
  if (shape.includes(0)) return;
  const index = shape.map(() => 0);
  for (;;) {
    yield [...index];
    let axis = shape.length - 1;
    for (; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
    if (axis < 0) return;
  }
}

/** The element at an index, whose missing leading axes and axes of size 1 repeat. */
function at({ shape, data }: HostTensor, index: Index): number {
  const own = index.slice(index.length - shape.length);
  return data[shape.reduce((flat, dim, axis) => flat * dim + (dim === 1 ? 0 : own[axis]!), 0)]!;
}

function fill(y: HostTensor, of: (index: Index) => number): void {
  let i = 0;
  for (const index of indicesOf(y.shape)) y.data[i++] = of(index);
}

/** The elements along an axis that come up to an index, it included. */
function upTo(x: HostTensor, index: Index, axis: number, reverse: boolean): number[] {
  const n = x.shape[axis]!;
  const places = Array.from({ length: n }, (_, k) => k).filter((k) =>
    reverse ? k >= index[axis]! : k <= index[axis]!,
  );
  return places.map((k) => at(x, index.with(axis, k)));
}

interface Along {
  readonly axis: number;
  readonly reverse: boolean;
}

function running(of: (values: number[]) => number): HostPaths {
  return ({ x }, { y }, p) => {
    const { axis, reverse } = p as Along;
    fill(y!, (index) => of(upTo(x!, index, axis, reverse)));
  };
}

const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);

function logSumExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((total, value) => total + Math.exp(value - most), 0));
}

/** Places along an axis in the order of their elements; equal ones stay in order, NaN is the largest. */
function sorted(x: HostTensor, index: Index, axis: number, descending: boolean): { place: number; value: number }[] {
  const line = Array.from({ length: x.shape[axis]! }, (_, place) => ({ place, value: at(x, index.with(axis, place)) }));
  const rank = (value: number): number => (Number.isNaN(value) ? Infinity : value);
  return line.sort((a, b) => {
    const order = Number.isNaN(a.value) && b.value === Infinity ? 1 : rank(a.value) < rank(b.value) ? -1 : 1;
    return a.value === b.value || (Number.isNaN(a.value) && Number.isNaN(b.value)) ? 0 : descending ? -order : order;
  });
}

const formulas: Readonly<Record<string, HostPaths>> = {
  sample_tokens: sampleTokensFormula,
  check_ids: ({ ids }, { y }) => fill(y!, (index) => at(ids!, index)),
  cumprod: running(product),
  cummax: running((values) => Math.max(...values)),
  logcumsumexp: running(logSumExp),
  prod({ x }, { y }, p) {
    const { axes } = p as { readonly axes: readonly number[] };
    const kept = x!.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const factors = new Map<string, number[]>();
    for (const index of indicesOf(kept)) factors.set(index.join(), []);
    for (const index of indicesOf(x!.shape))
      factors.get(index.map((i, axis) => (axes.includes(axis) ? 0 : i)).join())!.push(at(x!, index));
    [...factors.values()].forEach((values, i) => (y!.data[i] = product(values)));
  },
  sort({ x }, { y, index }, p) {
    const { axis, descending } = p as { readonly axis: number; readonly descending: boolean };
    const lines = new Map<string, ReturnType<typeof sorted>>();
    const found = (i: Index): ReturnType<typeof sorted>[number] => {
      const key = i.with(axis, 0).join();
      if (!lines.has(key)) lines.set(key, sorted(x!, i, axis, descending));
      return lines.get(key)![i[axis]!]!;
    };
    fill(y!, (i) => found(i).value);
    fill(index!, (i) => found(i).place);
  },
  scatter({ x, index, source }, { y }, p) {
    const { axis } = p as { readonly axis: number };
    fill(y!, (i) => {
      for (let j = index!.shape[axis]! - 1; j >= 0; j--)
        if (at(index!, i.with(axis, j)) === i[axis]) return at(source!, i.with(axis, j));
      return at(x!, i);
    });
  },
  fold({ x }, { y }, p) {
    const { axes } = p as { readonly axes: readonly WindowAxis[] };
    const lead = y!.shape.length - axes.length;
    const totals = new Map<string, number>();
    for (const index of indicesOf(x!.shape)) {
      const place = axes.map(
        ({ stride, dilation }, k) => index[lead + k]! * dilation + index[lead + axes.length + k]! * stride,
      );
      const key = [...index.slice(0, lead), ...place].join();
      totals.set(key, (totals.get(key) ?? 0) + at(x!, index));
    }
    fill(y!, (index) => totals.get(index.join()) ?? 0);
  },
};

/** A primitive that computes by its definition alone; undefined where none is written. */
export function formulaOnly(primitive: Primitive): Primitive | undefined {
  const { wasm: _wasm, webgpu: _webgpu, reference: _reference, cpu: _cpu, ...rest } = primitive;
  const { row } = primitive as Primitive & { readonly row?: { readonly name: string } };
  const elementwise = row && elementwiseOracle[row.name];
  const cpu: HostPaths | undefined = elementwise
    ? (x, { y }) => {
        const [a, b, c] = [x["a"]!, x["b"], x["c"]];
        fill(y!, (index) => elementwise.f(at(a, index), b ? at(b, index) : NaN, c ? at(c, index) : NaN));
      }
    : formulas[primitive.name];
  return cpu && { ...rest, cpu };
}
