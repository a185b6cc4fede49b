// The elementwise family against plain loops: every access, every path, every type.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  baseCaps,
  elementwise,
  createRunner,
  type ElementwiseInput,
  type ElementwiseSpec,
  type WebGPURunner,
} from "../src/index.ts";
import { floats, product, runElementwise, type Words } from "./elementwise-run.ts";
import { f16Bits } from "./half-bits.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

const run = (
  spec: ElementwiseSpec,
  data: Record<string, Words>,
  outputs: Record<string, Words> = {},
): Promise<Record<string, ArrayBuffer>> => runElementwise(runner, spec, data, outputs);
const ramp = (count: number, scale = 0.25, shift = -3): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => (i % 97) * scale + shift);

/** Element of a broadcast or strided input that belongs to element `i` of the output. */
function at(
  shape: readonly number[],
  { shape: own = shape, strides, offset = 0 }: Omit<ElementwiseInput, "type">,
  i: number,
): number {
  let rest = i;
  let dense = 1;
  let index = offset;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] as number;
    const c = rest % size;
    rest = Math.floor(rest / size);
    const k = d - (shape.length - own.length);
    if (k < 0) continue;
    const stride = strides ? (strides[k] as number) : dense;
    dense *= own[k] as number;
    if (own[k] !== 1) index += c * stride;
  }
  return index;
}

describe("access", () => {
  test.each([1, 3, 4, 5, 1023, 1024, 1025])("%i dense elements", async (n) => {
    const [a, b] = [ramp(n), ramp(n, 0.5, 1)];
    const spec: ElementwiseSpec = {
      shape: [n],
      inputs: { a: { type: "f32" }, b: { type: "f32" } },
      outputs: { y: { type: "f32" } },
      result: { y: "a * b" },
    };
    expect(floats((await run(spec, { a, b })).y)).toEqual(
      [...a].map((value, i) => Math.fround(value * (b[i] as number))),
    );
  });

  const views: [string, number[], Omit<ElementwiseInput, "type">][] = [
    ["a row", [2, 3, 4], { shape: [4] }],
    ["an odd row", [2, 3, 5], { shape: [5] }],
    ["a column", [2, 3, 4], { shape: [3, 1] }],
    ["an odd column", [2, 3, 5], { shape: [3, 1] }],
    ["an outer index", [2, 3, 8], { shape: [2, 1, 1] }],
    ["outer and inner", [2, 3, 8], { shape: [2, 1, 8] }],
    ["one number", [2, 3, 4], { shape: [] }],
    ["one number for odd sizes", [7], { shape: [1] }],
    ["a transpose", [6, 8], { shape: [6, 8], strides: [1, 6] }],
    ["an odd transpose", [3, 5], { shape: [3, 5], strides: [1, 3] }],
    ["a slice on whole vectors", [3, 4], { shape: [3, 4], strides: [8, 1], offset: 4 }],
    ["a slice off them", [3, 4], { shape: [3, 4], strides: [7, 1], offset: 3 }],
    ["every second element", [8], { shape: [8], strides: [2], offset: 1 }],
    ["the reverse", [8], { shape: [8], strides: [-1], offset: 7 }],
    ["one element at an offset", [1], { shape: [1], offset: 5 }],
    ["all in one place", [6, 4], { shape: [6, 4], strides: [0, 0], offset: 3 }],
    ["five dimensions", [2, 3, 2, 3, 4], { shape: [3, 1, 3, 1] }],
  ];
  test.each(views)("%s", async (_, shape, view) => {
    const count = product(shape);
    const [a, b] = [ramp(count), ramp(64, 1, 0)];
    const spec: ElementwiseSpec = {
      shape,
      inputs: { a: { type: "f32" }, b: { type: "f32", ...view } },
      outputs: { y: { type: "f32" } },
      result: { y: "a + b" },
    };
    const want = Array.from({ length: count }, (_unused, i) =>
      Math.fround((a[i] as number) + (b[at(shape, view, i)] as number)),
    );
    expect(floats((await run(spec, { a, b })).y)).toEqual(want);
    // The same elements through 16-bit storage: whole numbers up to 64 are exact in bf16.
    const halves = Uint16Array.from(b, (value) => new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16);
    const packed: ElementwiseSpec = {
      ...spec,
      inputs: { b: { type: "bf16", ...view } },
      outputs: { y: { type: "bf16" } },
      result: { y: "b + 1.0" },
    };
    const got = [...new Uint16Array((await run(packed, { b: halves })).y as ArrayBuffer)].map(
      (half) => new Float32Array(Uint32Array.of(half << 16).buffer)[0],
    );
    expect(got).toEqual(want.map((_unused, i) => (b[at(shape, view, i)] as number) + 1));
  });

  test("a grid of two dimensions", async () => {
    const n = 256 * 4 * 7 + 8;
    const a = ramp(n);
    const caps = { ...baseCaps, maxComputeWorkgroupsPerDimension: 3 };
    const spec: ElementwiseSpec = {
      shape: [n],
      inputs: { a: { type: "f32" } },
      outputs: { y: { type: "f32" } },
      result: { y: "-a" },
      caps,
    };
    expect(elementwise.program(spec).dispatches[0]?.workgroups).toEqual([3, 3, 1]);
    expect(floats((await run(spec, { a })).y)).toEqual([...a].map((value) => -value));
  });

  test("no element, no dispatch", () => {
    expect(
      elementwise.program({ shape: [0, 3], inputs: {}, outputs: { y: { type: "f32" } }, result: { y: "1.0" } })
        .dispatches,
    ).toEqual([]);
  });
});

describe("expressions", () => {
  test.each([8, 7])("chains with several outputs, scalars and the index, %i elements", async (n) => {
    const a = ramp(n);
    const { y, z, which } = await run(
      {
        name: "chain",
        shape: [n],
        inputs: { a: { type: "f32" } },
        outputs: { y: { type: "f32" }, z: { type: "i32" }, which: { type: "bool" } },
        scalars: { scale: { type: "f32", value: 3 }, shift: { type: "i32", value: -2 } },
        statements: ["let t = a * scale;", "let s = t + f32(index)"],
        result: { y: "s", z: "i32(index) + shift", which: "a > 0.0" },
      },
      { a },
    );
    expect(floats(y)).toEqual([...a].map((value, i) => value * 3 + i));
    expect([...new Int32Array(z as ArrayBuffer)]).toEqual([...a].map((_, i) => i - 2));
    expect([...new Uint32Array(which as ArrayBuffer)]).toEqual([...a].map((value) => (value > 0 ? 1 : 0)));
  });

  test.each([8, 5])("an output updated in place, %i elements", async (n) => {
    const g = ramp(n);
    const spec: ElementwiseSpec = {
      shape: [n],
      inputs: { g: { type: "f32" } },
      outputs: { w: { type: "f32", previous: true }, m: { type: "bf16", previous: true } },
      result: { w: "w_old - 0.5 * g", m: "m_old + 1.0" },
    };
    const old = Float32Array.from(g, (_, i) => i);
    const { w, m } = await run(spec, { g }, { w: old, m: new Uint16Array(n).fill(0x4000) });
    expect(floats(w)).toEqual([...g].map((value, i) => i - 0.5 * value));
    expect([...new Uint16Array(m as ArrayBuffer)]).toEqual(new Array(n).fill(0x4040));
  });

  test("conversions between types ride along", async () => {
    const a = Float32Array.of(-2.75, 0, 0.5, 3.999);
    const i = Int32Array.of(-7, 0, 1, 2147483647);
    const b = Uint32Array.of(1, 0, 1, 0);
    const got = await run(
      {
        shape: [4],
        inputs: { a: { type: "f32" }, n: { type: "i32" }, b: { type: "bool" } },
        outputs: {
          fi: { type: "i32" },
          fb: { type: "bool" },
          bf: { type: "f32" },
          nf: { type: "f32" },
          nu: { type: "u32" },
        },
        result: { fi: "a", fb: "a", bf: "b", nf: "n", nu: "n" },
      },
      { a, n: i, b },
    );
    expect([...new Int32Array(got.fi as ArrayBuffer)]).toEqual([-2, 0, 0, 3]);
    expect([...new Uint32Array(got.fb as ArrayBuffer)]).toEqual([1, 0, 1, 1]);
    expect(floats(got.bf)).toEqual([1, 0, 1, 0]);
    expect(floats(got.nf)).toEqual([-7, 0, 1, 2147483648]);
    expect([...new Uint32Array(got.nu as ArrayBuffer)]).toEqual([4294967289, 0, 1, 2147483647]);
  });
});

/** The value of 16 bits of an f16. */
function f16Value(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
}

describe("16-bit storage", () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const isNaN16 = (half: number, infinity: number): boolean => (half & 0x7fff) > infinity;

  test("every f16 widens exactly and comes back the same", async () => {
    const wide = await run(
      { shape: [65536], inputs: { x: { type: "f16" } }, outputs: { y: { type: "f32" } }, result: { y: "x" } },
      { x: all },
    );
    const values = new Float32Array(wide.y as ArrayBuffer);
    const wrong = [...all].filter((half) => !Object.is(values[half], f16Value(half)) && !isNaN16(half, 0x7c00));
    expect(wrong).toEqual([]);
    const back = await run(
      { shape: [65536], inputs: { x: { type: "f32" } }, outputs: { y: { type: "f16" } }, result: { y: "x" } },
      { x: values },
    );
    const halves = new Uint16Array(back.y as ArrayBuffer);
    expect([...all].filter((half) => halves[half] !== half && !isNaN16(half, 0x7c00))).toEqual([]);
    expect([...all].filter((half) => isNaN16(half, 0x7c00) !== isNaN16(halves[half] as number, 0x7c00))).toEqual([]);
  });

  test("every bf16 widens exactly and comes back the same", async () => {
    const wide = await run(
      { shape: [65536], inputs: { x: { type: "bf16" } }, outputs: { y: { type: "f32" } }, result: { y: "x" } },
      { x: all },
    );
    const words = new Uint32Array(wide.y as ArrayBuffer);
    expect([...all].filter((half) => words[half] !== (half << 16) >>> 0 && !isNaN16(half, 0x7f80))).toEqual([]);
    const back = await run(
      { shape: [65536], inputs: { x: { type: "f32" } }, outputs: { y: { type: "bf16" } }, result: { y: "x" } },
      { x: words },
    );
    const halves = new Uint16Array(back.y as ArrayBuffer);
    expect([...all].filter((half) => halves[half] !== half && !isNaN16(half, 0x7f80))).toEqual([]);
  });

  test("f32 to f16 rounds to nearest even, subnormals and overflow too", async () => {
    const ties = Array.from({ length: 600 }, (_, i) => (f16Value(i * 50 + 1) + f16Value(i * 50 + 2)) / 2);
    const others = Array.from({ length: 2000 }, (_, i) =>
      Math.fround((i % 2 ? 1 : -1) * 10 ** ((i / 2000) * 14 - 9) * (1 + i / 3001)),
    );
    const edges = [
      0,
      -0,
      65504,
      65519.996,
      65520,
      65536,
      1e30,
      2 ** -24,
      2 ** -25,
      2 ** -25 * 1.0001,
      2 ** -26,
      2 ** -14,
      2 ** -14 * 0.99999,
    ];
    const x = Float32Array.from([...ties, ...others, ...edges].slice(0, 2613));
    const y = new Uint16Array(
      (
        await run(
          { shape: [x.length], inputs: { x: { type: "f32" } }, outputs: { y: { type: "f16" } }, result: { y: "x" } },
          { x },
        )
      ).y as ArrayBuffer,
    );
    expect([...x].filter((value, i) => y[i] !== f16Bits(value))).toEqual([]);
  });

  test("f32 to bf16 rounds to nearest even", async () => {
    const words = Uint32Array.of(0x3f800000, 0x3f808000, 0x3f818000, 0x3f808001, 0xbf807fff, 0x7f7fffff, 0x00000001);
    const { y } = await run(
      { shape: [7], inputs: { x: { type: "f32" } }, outputs: { y: { type: "bf16" } }, result: { y: "x" } },
      { x: words },
    );
    expect([...new Uint16Array(y as ArrayBuffer)]).toEqual([0x3f80, 0x3f80, 0x3f82, 0x3f81, 0xbf80, 0x7f80, 0]);
  });
});

describe("errors", () => {
  const base: ElementwiseSpec = {
    shape: [2, 3],
    inputs: { a: { type: "f32" } },
    outputs: { y: { type: "f32" } },
    result: { y: "a" },
  };
  test.each<[string, ElementwiseSpec, RegExp]>([
    [
      "a shape that does not broadcast",
      { ...base, inputs: { a: { type: "f32", shape: [2] } } },
      /shape of "a" must broadcast to \[2, 3\]; got \[2\]/,
    ],
    ["too few strides", { ...base, inputs: { a: { type: "f32", strides: [1] } } }, /got \[2, 3\] with 1 strides/],
    ["a result without an output", { ...base, result: { z: "a" } }, /one expression per output \(y\); got z/],
    ["a reserved name", { ...base, inputs: { index: { type: "f32" } } }, /got "index"/],
    ["one name for two", { ...base, inputs: { y: { type: "f32" } } }, /got "y" twice/],
  ])("%s", (_, spec, message) => {
    expect(() => elementwise.program(spec)).toThrow(message);
  });

  test("an expression that is not WGSL is told with the line", async () => {
    const own = await createRunner(await sharedGpu());
    const buffers = { a: own.createBuffer(24), y: own.createBuffer(24) };
    own.run(elementwise.program({ ...base, result: { y: "a + nothing" } }), buffers);
    await expect(own.sync()).rejects.toThrow(
      /elementwise: the device refused its WGSL(.|\n)*> +\d+ \| {3}return f32\(a \+ nothing\);/,
    );
    own.destroy();
  });
});
