// Low-rank adapters of layers: against the plain formula in doubles, over every kind of base, gradients of the pairs alone.
import {
  Builder,
  CausalConv1d,
  Embedding,
  Experts,
  Linear,
  type Module,
  type Parameter,
  QuantizedLinear,
  type WeightAdapter,
} from "@x/nn";
import { ConvAdapter, EmbeddingAdapter, ExpertsAdapter, LinearAdapter, LowRank } from "@x/nn/adapters";
import {
  createCpuDevice,
  dequantize,
  type Device,
  gradientsOf,
  hostNormal,
  linear,
  mul,
  sizeOf,
  slice,
  sum,
  type Tensor,
  tensor,
} from "@x/tensor";
import { describe, expect, it, vi } from "vitest";

const device = createCpuDevice();
const [rows, inputs, outputs, rank, scale] = [5, 8, 6, 3, 0.7];

/** Normal numbers, the same for the same stream. */
const drawn = (stream: number, size: number): number[] => [...hostNormal({ seed: 3, stream }, size)];
const far = (got: Iterable<number>, want: readonly number[]): number =>
  [...got].reduce((most, v, i) => Math.max(most, Math.abs(v - want[i]!)), 0);

interface Numbers {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly bias: readonly number[];
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly m: readonly number[];
}

const numbers: Numbers = {
  x: drawn(1, rows * inputs),
  w: drawn(2, outputs * inputs),
  bias: drawn(3, outputs),
  a: drawn(4, rank * inputs),
  b: drawn(5, outputs * rank),
  m: drawn(6, outputs).map((v) => 1 + Math.abs(v)),
};

/** W + scale · B·A, row by row. */
function changedWeight({ w, a, b }: Numbers): number[] {
  return w.map((v, i) => {
    const [o, j] = [Math.floor(i / inputs), i % inputs];
    let change = 0;
    for (let r = 0; r < rank; r++) change += b[o * rank + r]! * a[r * inputs + j]!;
    return v + scale * change;
  });
}

const normsOf = (weight: readonly number[]): number[] =>
  Array.from({ length: outputs }, (_, o) => Math.hypot(...weight.slice(o * inputs, (o + 1) * inputs)));

/** The layer as a plain loop; with `norms`, which are constants of the gradient, its magnitudes take part. */
function formula(n: Numbers, norms?: readonly number[]): number[] {
  const weight = changedWeight(n);
  return Array.from({ length: rows * outputs }, (_, i) => {
    const [t, o] = [Math.floor(i / outputs), i % outputs];
    let product = 0;
    for (let j = 0; j < inputs; j++) product += n.x[t * inputs + j]! * weight[o * inputs + j]!;
    return product * (norms ? n.m[o]! / norms[o]! : 1) + n.bias[o]!;
  });
}

function adapted(dtype: "f32" | "f64", magnitude: boolean): { readonly layer: Linear; readonly pair: LowRank } {
  const builder = new Builder({ device, dtype });
  const layer = new Linear(inputs, outputs, { builder: builder.at("layer") });
  const pair = new LowRank(inputs, outputs, { rank, scale, magnitude, builder: builder.at("pair") });
  const fill = (parameter: LowRank["a"] | undefined, values: readonly number[]): void => {
    if (parameter) parameter.value = tensor(values, { shape: parameter.shape, dtype, device });
  };
  fill(layer.weight, numbers.w);
  fill(layer.bias, numbers.bias);
  fill(pair.a, numbers.a);
  fill(pair.b, numbers.b);
  fill(pair.magnitude, numbers.m);
  for (const parameter of layer.baseParameters()) parameter.frozen = true;
  layer.adapter = new LinearAdapter([{ begin: 0, end: outputs, pair }]);
  return { layer, pair };
}

describe.each([
  ["LoRA", false],
  ["DoRA", true],
])("%s", (_, magnitude) => {
  const norms = magnitude ? normsOf(changedWeight(numbers)) : undefined;

  it("is the formula, merged too", async () => {
    for (const [dtype, limit] of [
      ["f64", 1e-12],
      ["f32", 1e-5],
    ] as const) {
      const { layer } = adapted(dtype, magnitude);
      const x = tensor(numbers.x, { shape: [rows, inputs], dtype, device });
      const want = formula(numbers, norms);
      expect(far(await layer.forward(x).data(), want)).toBeLessThan(limit);
      const merged = (layer.adapter as LinearAdapter).merged(layer.weight.value);
      expect(far(await linear(x, merged, layer.bias!.value).data(), want)).toBeLessThan(limit);
    }
  });

  it("has the formula's gradients, where norms are constants", async () => {
    const { layer } = adapted("f64", magnitude);
    const x = tensor(numbers.x, { shape: [rows, inputs], dtype: "f64", device });
    const seed = drawn(7, rows * outputs);
    const wrt = layer.parameters();
    const { grads } = gradientsOf(
      () => sum(mul(layer.forward(x), tensor(seed, { shape: [rows, outputs], dtype: "f64", device }))),
      [...wrt.map(({ value }) => value), x],
    );
    const names = [...wrt.map(({ path }) => ({ A: "a", B: "b", r: "m" })[path.at(-1)!]!), "x"] as (keyof Numbers)[];
    expect(names).toEqual(magnitude ? ["a", "b", "m", "x"] : ["a", "b", "x"]);
    for (const [i, name] of names.entries()) {
      const direction = drawn(8 + i, numbers[name].length);
      const moved = (h: number): number =>
        formula({ ...numbers, [name]: numbers[name].map((v, j) => v + h * direction[j]!) }, norms).reduce(
          (total, v, j) => total + v * seed[j]!,
          0,
        );
      const want = (moved(1e-5) - moved(-1e-5)) / 2e-5;
      const got = [...(await grads[i]!.data())].reduce((total, v, j) => total + v * direction[j]!, 0);
      expect(Math.abs(got - want), name).toBeLessThan(1e-6 * (1 + Math.abs(want)));
    }
  });

  it("changes the rows that it is of, and no others", async () => {
    const builder = new Builder({ device });
    const layer = new Linear(inputs, 12, { builder });
    const x = tensor(numbers.x, { shape: [rows, inputs], device });
    const before = await layer.forward(x).data();
    const pairs = [0, 1].map((i) => new LowRank(inputs, 3, { rank, magnitude, builder: builder.at(`pair${i}`) }));
    for (const [i, { b, magnitude: m }] of pairs.entries()) {
      b.write(Float32Array.from(drawn(20 + i, b.size)));
      m?.write(Float32Array.from(drawn(30 + i, 3), Math.abs));
    }
    const adapter = new LinearAdapter([
      { begin: 2, end: 5, pair: pairs[0]! },
      { begin: 8, end: 11, pair: pairs[1]! },
    ]);
    layer.adapter = adapter;
    const after = await layer.forward(x).data();
    const differing = Array.from({ length: 12 }, (_, o) => o).filter((o) => before[o] !== after[o]);
    expect(differing).toEqual([2, 3, 4, 8, 9, 10]);
    const merged = await linear(x, adapter.merged(layer.weight.value), layer.bias!.value).data();
    expect(far(after, [...merged])).toBeLessThan(1e-5);
  });
});

/** Layers with a stored weight, and that weight as floats. */
const stored: Readonly<
  Record<string, (on: Device) => { readonly layer: Linear | QuantizedLinear; readonly weight: () => Tensor }>
> = {
  f16: (on) => half(on, "f16"),
  bf16: (on) => half(on, "bf16"),
  "8 bits": (on) => integers(on, 8),
  "4 bits": (on) => integers(on, 4),
};

function half(on: Device, dtype: "f16" | "bf16"): ReturnType<(typeof stored)[string]> {
  const layer = new Linear(32, 24, { builder: new Builder({ device: on, dtype }) });
  return { layer, weight: () => layer.weight.value };
}

function integers(on: Device, bits: 8 | 4): ReturnType<(typeof stored)[string]> {
  const layer = new QuantizedLinear(32, 24, { builder: new Builder({ device: on, quantize: { bits } }) });
  return { layer, weight: () => dequantize(layer.weight.value) };
}

describe.each(Object.keys(stored))("over a base of %s", (kind) => {
  it.each([false, true])(
    "magnitude %s: is the merged product, and makes no gradient of the base",
    async (magnitude) => {
      const own = createCpuDevice();
      const { layer, weight } = stored[kind]!(own);
      for (const parameter of layer.baseParameters()) parameter.frozen = true;
      const pair = new LowRank(32, 24, { rank, scale, magnitude, builder: new Builder({ device: own }).at("pair") });
      pair.b.write(Float32Array.from(drawn(9, pair.b.size)));
      pair.measure(weight());
      const adapter = new LinearAdapter([{ begin: 0, end: 24, pair }]);
      layer.adapter = adapter;
      const x = tensor(drawn(10, 4 * 32), { shape: [4, 32], device: own });
      const want = await linear(x, adapter.merged(weight()), layer.bias!.value).data();
      expect(far(await layer.forward(x).data(), [...want])).toBeLessThan(2e-5);

      const made: string[] = [];
      const prepare = own.prepare.bind(own);
      vi.spyOn(own, "prepare").mockImplementation((primitive, ins, outs, params) => {
        for (const spec of Object.values(outs)) made.push(`${primitive.name} ${spec.shape.join()}`);
        return prepare(primitive, ins, outs, params);
      });
      const wrt = layer.parameters().map(({ value }) => value);
      const { grads } = gradientsOf(() => sum(layer.forward(x)), [...wrt, x]);
      expect(grads).toHaveLength(magnitude ? 4 : 3);
      expect(made.length).toBeGreaterThan(5);
      // the gradient of x reads integers as floats; DoRA's norms take the changed weight, once
      const large = made.filter((one) => one.endsWith(" 24,32") && !/^(?:dequantize|cast) /.test(one));
      expect(large.sort()).toEqual(magnitude ? ["add 24,32", "matmul 24,32", "mul 24,32", "square 24,32"] : []);
      own.dispose();
    },
  );
});

const builder = (): Builder => new Builder({ device, seed: 4 });
const filled = (pair: LowRank): LowRank => {
  pair.a.write(Float32Array.from(drawn(11, pair.a.size)));
  pair.b.write(Float32Array.from(drawn(12, pair.b.size)));
  return pair;
};

describe("other layers", () => {
  /** What a layer makes with its adapter, and with the weight that it stands for. */
  async function both(
    layer: Module & { forward(x: Tensor): Tensor },
    x: Tensor,
    merge: () => void,
  ): Promise<number[][]> {
    const adaptedOutput = [...(await layer.forward(x).data())];
    merge();
    return [adaptedOutput, [...(await layer.forward(x).data())]];
  }

  it("a convolution", async () => {
    const layer = new CausalConv1d(6, 4, { builder: builder() });
    const adapter = new ConvAdapter(filled(new LowRank(4, 6, { rank: 2, scale, builder: builder().at("pair") })));
    layer.adapter = adapter;
    const [one, other] = await both(layer, tensor(drawn(13, 30), { shape: [1, 5, 6], device }), () => {
      layer.weight.value = adapter.merged(layer.weight.value);
      layer.adapter = undefined;
    });
    expect(far(one!, other!)).toBeLessThan(1e-6);
  });

  it("an embedding", async () => {
    const layer = new Embedding(7, 4, { builder: builder() });
    const adapter = new EmbeddingAdapter(filled(new LowRank(7, 4, { rank: 2, scale, builder: builder().at("pair") })));
    layer.adapter = adapter;
    const [one, other] = await both(layer, tensor([3, 0, 6, 3], { dtype: "i32", device }), () => {
      layer.weight.value = adapter.merged(layer.weight.value);
      layer.adapter = undefined;
    });
    expect(far(one!, other!)).toBeLessThan(1e-6);
  });

  it.each([1, 12])("experts and their router, %i tokens", async (t) => {
    const layer = new Experts(8, { count: 4, perToken: 2, width: 5, builder: builder() });
    const options = { rank: 2, scale, experts: 4 };
    const up = new ExpertsAdapter(filled(new LowRank(8, 10, { ...options, builder: builder().at("up") })));
    const down = new ExpertsAdapter(filled(new LowRank(5, 8, { ...options, builder: builder().at("down") })));
    const pair = filled(new LowRank(8, 4, { rank: 2, scale, builder: builder().at("router") }));
    const router = new LinearAdapter([{ begin: 0, end: 4, pair }]);
    layer.adapters = { router, up, down };
    const [one, other] = await both(layer, tensor(drawn(14, t * 8), { shape: [t, 8], device }), () => {
      const [upper, lower] = [layer.up, layer.down] as [Parameter, Parameter];
      upper.value = up.merged(upper.value);
      lower.value = down.merged(lower.value);
      layer.router.weight.value = router.merged(layer.router.weight.value);
      layer.adapters = {};
    });
    expect(far(one!, other!)).toBeLessThan(1e-4);
  });
});

describe("rows of a merged weight are those of the whole, bit for bit", () => {
  const pairOf = (
    inFeatures: number,
    outFeatures: number,
    more: { experts?: number; magnitude?: boolean } = {},
  ): LowRank =>
    filled(new LowRank(inFeatures, outFeatures, { rank: 2, scale, ...more, builder: builder().at("pair") }));
  const [first, second] = [pairOf(6, 4), pairOf(6, 3)];
  const parts = [
    { begin: 1, end: 5, pair: first },
    { begin: 7, end: 10, pair: second },
  ];
  const kinds: readonly (readonly [string, Pick<WeightAdapter, "merged">, readonly number[]])[] = [
    ["a pair", pairOf(6, 11), [11, 6]],
    ["a pair with a magnitude", pairOf(6, 11, { magnitude: true }), [11, 6]],
    ["pairs of a product, rows between them", new LinearAdapter(parts), [11, 6]],
    ["a convolution", new ConvAdapter(pairOf(4, 11)), [11, 1, 4]],
    ["an embedding", new EmbeddingAdapter(pairOf(11, 5)), [11, 5]],
    ["experts", new ExpertsAdapter(pairOf(3, 4, { experts: 5 })), [5, 4, 3]],
  ];

  it.each(kinds)("%s", async (_, adapter, shape) => {
    const weight = tensor(drawn(16, sizeOf(shape)), { shape, device });
    const whole = await adapter.merged(weight).data();
    const [rows, row] = [shape[0]!, sizeOf(shape.slice(1))];
    for (let from = 0; from < rows; from++)
      for (let to = from + 1; to <= rows; to++)
        expect([...(await adapter.merged(slice(weight, 0, from, to), from).data())]).toEqual([
          ...whole.subarray(from * row, to * row),
        ]);
  });

  it("are refused behind the last", () => {
    for (const [name, adapter, shape] of kinds) {
      if (adapter instanceof LinearAdapter) continue; // rows of no pair stay as they are
      expect(() => adapter.merged(tensor(drawn(16, sizeOf(shape)), { shape, device }), 1), name).toThrow(
        `merged: rows must be among the ${shape[0]} of the pair; got ${shape[0]} from 1 on.`,
      );
    }
  });
});

it("drops inputs by the key of a step alone, another set for each step and pair", async () => {
  const dropout = { rate: 0.5, key: undefined as { seed: number; stream: number } | undefined };
  const pairs = [0, 1].map(
    (stream) => new LowRank(64, 64, { rank: 64, dropout, stream, builder: new Builder({ device }).at(`p${stream}`) }),
  );
  const x = tensor(drawn(15, 64), { shape: [1, 64], device });
  const kept = async (pair: LowRank): Promise<string> =>
    [...(await pair.dropped(x).data())].map((v) => (v === 0 ? 0 : 1)).join("");
  expect(await kept(pairs[0]!)).toBe("1".repeat(64));
  const seen = new Set<string>();
  for (const stream of [0, 1]) {
    dropout.key = { seed: 9, stream };
    for (const pair of pairs) seen.add(await kept(pair));
    expect(await kept(pairs[0]!)).toBe(await kept(pairs[0]!));
  }
  expect(seen.size).toBe(4);
});
