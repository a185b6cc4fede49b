// Operands too large for a binding, with a limit set low: the programs that work on parts of them give what they give without the limit.
import { afterAll, describe, expect, test } from "vitest";
import {
  createRunner,
  elementwise,
  type ElementwiseSpec,
  gather,
  joinPrograms,
  matmul,
  type MatmulSpec,
  type Program,
  requestDevice,
  windows,
} from "../src/index.ts";

const limit = 8192;
const { device, info } = await requestDevice({ software: true });
const free = createRunner(device, { adapterInfo: info, poison: true });
const low = createRunner(device, { adapterInfo: info, poison: true, caps: { maxStorageBufferBindingSize: limit } });
afterAll(() => {
  for (const runner of [free, low]) runner.destroy();
  device.destroy();
});

type Data = Float32Array | Uint32Array;

/** Deterministic numbers in [-1, 1). */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from(
    { length: count },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1,
  );
}

/** What the program gives with and without the limit, and how many dispatches it takes with it. */
async function both(
  program: (caps: typeof low.caps) => Program,
  inputs: Readonly<Record<string, Data>>,
  output: string,
  words: number,
) {
  const results: Uint32Array[] = [];
  for (const runner of [low, free]) {
    const buffers: Record<string, GPUBuffer> = {};
    for (const [name, data] of Object.entries(inputs))
      runner.write((buffers[name] = runner.createBuffer(data.byteLength)), data);
    buffers[output] = runner.createBuffer(4 * words);
    runner.run(program(runner.caps), buffers);
    results.push(new Uint32Array(await runner.read(buffers[output], 4 * words)));
    for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  }
  return { got: results[0]!, want: results[1]!, dispatches: program(low.caps).dispatches.length };
}

const asFloats = (words: Uint32Array): Float32Array => new Float32Array(words.buffer, words.byteOffset, words.length);

describe("windows", () => {
  test.each([
    [10, 4, 4096, [[0, 10]]],
    [
      1000,
      12,
      4096,
      [
        [0, 320],
        [320, 640],
        [640, 960],
        [960, 1000],
      ],
    ], // 341 items fit; 64 of them are a multiple of 256 bytes
    [
      1000,
      2,
      1024,
      [
        [0, 512],
        [512, 1000],
      ],
    ],
    [
      300,
      6,
      900,
      [
        [0, 128],
        [128, 256],
        [256, 300],
      ],
    ], // 64 times 6 is no multiple of 256
    [300, 64, 2048, undefined],
  ] as const)("%i items of %i bytes in at most %i", (count, itemBytes, most, want) => {
    expect(windows(count, itemBytes, most)?.map(({ start, end }) => [start, end])).toEqual(want);
  });
});

describe("elementwise", () => {
  const count = 7001;
  test.each<[string, Omit<ElementwiseSpec, "shape" | "caps">, number]>([
    [
      "two operands and a scalar",
      {
        inputs: { a: { type: "f32" }, b: { type: "f32" }, s: { type: "f32", shape: [] } },
        outputs: { y: { type: "f32" } },
        result: { y: "a * b + s" },
      },
      count,
    ],
    [
      "to halves",
      { inputs: { a: { type: "f32" } }, outputs: { y: { type: "bf16" } }, result: { y: "a" } },
      Math.ceil(count / 2),
    ],
  ])("%s", async (_, spec, words) => {
    const inputs = { a: numbers(count, 1), b: numbers(count, 2), s: Float32Array.of(0.5) };
    const used = Object.fromEntries(
      Object.keys(spec.inputs).map((name) => [name, inputs[name as keyof typeof inputs]]),
    );
    const { got, want, dispatches } = await both(
      (caps) => elementwise.program({ ...spec, shape: [count], caps }),
      used,
      "y",
      words,
    );
    expect([...got]).toEqual([...want]);
    expect(dispatches).toBe(4); // 4 · 7001 bytes in windows of at most 8192
  });
});

describe("rows of a table", () => {
  const [n, inner, m] = [300, 24, 77];
  const index = Uint32Array.from({ length: m }, (_, j) => (j * 53 + (j % 3) * 100) % (n + 5));

  test("are read", async () => {
    const { got, want, dispatches } = await both(
      (caps) => gather.indexSelect({ index: "u32", outer: 1, n, m, inner }, caps),
      { x: numbers(n * inner, 1), index },
      "y",
      m * inner,
    );
    expect([...got]).toEqual([...want]);
    expect(dispatches).toBe(5);
  });

  test.each([m, 20])("are added to, %i of them", async (count) => {
    const { got, want } = await both(
      (caps) => gather.indexAdd({ type: "f32", index: "u32", outer: 1, n, m: count, inner }, caps),
      { x: numbers(count * inner, 1), index: index.slice(0, count) },
      "y",
      n * inner,
    );
    expect([...got]).toEqual([...want]);
    expect(asFloats(got).some((value) => value !== 0)).toBe(true);
  });
});

describe("products", () => {
  const [rows, v, d] = [5, 301, 20];
  test.each<[string, MatmulSpec]>([
    ["with a large transposed B", { m: rows, n: v, k: d, transposeB: true }],
    [
      "with a large transposed B, bias and activation",
      { m: rows, n: v, k: d, transposeB: true, bias: true, activation: "silu" },
    ],
    ["of one row with a large transposed B", { m: 1, n: v, k: d, transposeB: true, bias: true }],
    ["with a large B, summed over its rows", { m: rows, n: d, k: v }],
    ["with a large B, A transposed", { m: rows, n: d, k: v, transposeA: true }],
    ["of one row with a large B", { m: 1, n: d, k: v }],
    ["with a large result", { m: v, n: d, k: rows }],
    ["with a large result, A transposed", { m: v, n: d, k: rows, transposeA: true, bias: true }],
  ])("%s", async (_, spec) => {
    const inputs = {
      a: numbers(spec.m * spec.k, 1),
      b: numbers(spec.k * spec.n, 2),
      ...(spec.bias && { bias: numbers(spec.n, 3) }),
    };
    const { got, want, dispatches } = await both((caps) => matmul.program(spec, caps), inputs, "c", spec.m * spec.n);
    expect(dispatches).toBeGreaterThan(1);
    asFloats(got).forEach((value, i) => expect(value).toBeCloseTo(asFloats(want)[i]!, 4));
  });

  test("with a large transposed B of halves", async () => {
    const [k, n] = [14, 400];
    const halves = Uint32Array.from({ length: (k * n) / 2 }, (_, i) => 0x3f003e00 + ((i % 37) << 16) + (i % 29));
    const spec: MatmulSpec = { m: 3, n, k, transposeB: true, types: { b: "bf16" } };
    const { got, want, dispatches } = await both(
      (caps) => matmul.program(spec, caps),
      { a: numbers(3 * k, 1), b: halves },
      "c",
      3 * n,
    );
    expect(dispatches).toBeGreaterThan(1);
    asFloats(got).forEach((value, i) => expect(value).toBeCloseTo(asFloats(want)[i]!, 4));
  });
});

test("parts of parts, and temps of one name that differ in size, join", async () => {
  const program = elementwise.program({
    shape: [64],
    inputs: { x: { type: "f32" } },
    outputs: { y: { type: "f32" } },
    result: { y: "x + 1.0" },
  });
  const inner = joinPrograms([{ program, names: { x: { of: "x", offsetBytes: 256, sizeBytes: 256 } } }]);
  const outer = joinPrograms([
    {
      program: { ...inner, temps: { t: 512 } },
      names: { x: { of: "big", offsetBytes: 512, sizeBytes: 1024 }, y: "t" },
    },
    { program: { ...program, temps: { t: 256 } }, names: { x: { of: "t", offsetBytes: 0, sizeBytes: 256 } } },
  ]);
  expect(outer.temps).toEqual({ t: 512 });
  const values = Float32Array.from({ length: 512 }, (_, i) => i);
  const [big, y] = [free.createBuffer(2048), free.createBuffer(256)];
  free.write(big, values);
  free.run(outer, { big, y });
  expect([...new Float32Array(await free.read(y, 8))]).toEqual([194, 195]);
  for (const buffer of [big, y]) free.releaseBuffer(buffer);
});
