// What functions that make tensors take and refuse: values that a dtype cannot hold, data that is no numbers, shapes, options. Nothing is cut off silently.
import { describe, expect, it } from "vitest";
import {
  arange,
  ConfigError,
  constant,
  cpuDevice,
  createCpuDevice,
  DeviceError,
  type DType,
  DTypeError,
  full,
  ones,
  onesLike,
  pad,
  ShapeError,
  type Shape,
  type Tensor,
  tensor,
  type TensorOptions,
  zeros,
  zerosLike,
} from "../src/index.ts";

const dtypes: readonly DType[] = ["f32", "f64", "i32", "u32", "bool", "f16", "bf16"];
/** Each function that makes a tensor of one value. */
const makers: Readonly<Record<string, (value: number, dtype: DType) => Tensor>> = {
  tensor: (value, dtype) => tensor([value], { dtype }),
  full: (value, dtype) => full([1], value, { dtype }),
  arange: (value, dtype) =>
    arange(value, value + Math.max(1, Math.abs(value) * 1e-9), Math.max(1, Math.abs(value)), { dtype }),
  constant: (value, dtype) => constant(value, dtype, cpuDevice()),
  pad: (value, dtype) => pad(zeros([0], { dtype }), 0, 1, 0, value),
};
const unfit: Readonly<Record<"i32" | "u32", readonly number[]>> = {
  i32: [1.5, -0.5, 2 ** 31, 3e9, -(2 ** 31) - 1, NaN, Infinity, -Infinity, 1e300],
  u32: [1.5, -1, 2 ** 32, -1e-9, NaN, Infinity, 1e300],
};
const fit: Readonly<Record<"i32" | "u32", readonly number[]>> = {
  i32: [0, -1, 2 ** 31 - 1, -(2 ** 31)],
  u32: [0, 2 ** 31, 2 ** 32 - 1],
};

describe("integers", () => {
  for (const [name, make] of Object.entries(makers)) {
    for (const dtype of ["i32", "u32"] as const) {
      it(`${name} refuses what ${dtype} cannot hold and keeps what it can`, async () => {
        for (const value of unfit[dtype]) {
          // arange counts: ends that are not finite are refused as such
          expect(() => make(value, dtype), String(value)).toThrow(
            name === "arange" && !Number.isFinite(value) ? ShapeError : DTypeError,
          );
          expect(() => make(value, dtype), String(value)).toThrow(
            new RegExp(`^${name}: .*got ${String(value).replace("+", "\\+")}`),
          );
        }
        for (const value of fit[dtype]) expect(await make(value, dtype).reshape(1).toArray()).toEqual([value]);
      });
    }
  }

  it("a typed array of another type is converted by the same rule", async () => {
    expect(() => tensor(new Float32Array([1, 1.5]), { dtype: "i32" })).toThrow(
      /i32 holds a whole number .*; got 1.5 at position 1/,
    );
    expect(() => tensor(new Int32Array([-1]), { dtype: "u32" })).toThrow(
      /u32 holds a whole number from 0 to 4294967295; got -1 at position 0/,
    );
    expect(await tensor(new Uint32Array([5]), { dtype: "i32" }).toArray()).toEqual([5]);
    expect(await tensor(new Float64Array([0.1]), { dtype: "f32" }).toArray()).toEqual([Math.fround(0.1)]);
    expect(await tensor([2, 0, NaN, -0.5], { dtype: "bool" }).toArray()).toEqual([1, 0, 1, 1]);
  });
});

describe("floats", () => {
  it("keep −0, infinities and NaN", async () => {
    for (const dtype of dtypes.filter((each) => ["f32", "f64", "f16", "bf16"].includes(each))) {
      for (const value of [-0, Infinity, -Infinity, NaN, 0]) {
        for (const [name, make] of Object.entries(makers)) {
          if (name === "arange") continue;
          const [got] = [((await make(value, dtype).reshape(1).toArray()) as number[])[0]!];
          expect(Object.is(got, value), `${name} of ${value} in ${dtype}: ${got}`).toBe(true);
        }
      }
    }
  });
});

describe("data", () => {
  const refused: readonly (readonly [what: string, data: unknown, message: RegExp])[] = [
    ["text", ["a"], /data must hold numbers or booleans; got "a" at \[0\]/],
    ["a numeral", ["1"], /got "1" at \[0\]/],
    ["nothing", undefined, /got undefined/],
    ["null", [[1, null]], /got null at \[0\]\[1\]/],
    ["a hole", [1, , 2], /got undefined at \[1\]/], // oxlint-disable-line no-sparse-arrays
    ["a bigint", [1n], /got 1n at \[0\].*Number\(\)/],
    ["an object", { length: 1 }, /got an object/],
    ["a Map", [new Map()], /got a Map at \[0\]/],
    ["a Date", new Date(0), /got a Date/],
    ["a typed array in an array", [new Float32Array(2)], /got a Float32Array at \[0\].*flat typed array/],
    ["a tensor in an array", [tensor([1])], /got a Tensor at \[0\]/],
    ["both kinds", [1, true], /numbers only or booleans only; got both/],
    ["BigInt64Array", new BigInt64Array(2), /got a BigInt64Array. Convert it/],
    ["BigUint64Array", new BigUint64Array(2), /got a BigUint64Array. Convert it/],
    ["DataView", new DataView(new ArrayBuffer(4)), /got a DataView/],
    ["ArrayBuffer", new ArrayBuffer(4), /must say what its bytes are; got an ArrayBuffer/],
    ["SharedArrayBuffer", new SharedArrayBuffer(4), /must say what its bytes are; got a SharedArrayBuffer/],
    ["Uint16Array without a dtype", new Uint16Array(2), /must come with dtype "f16" or "bf16"/],
    [
      "rows of two lengths",
      [[1, 2], [3]],
      /all rows must have one shape, \[2\] like the first; got an array of 1 at \[1\]/,
    ],
    ["a row less deep", [[1], 2], /all rows must have one shape, \[1\] like the first; got 2 at \[1\]/],
    ["a row deeper", [1, [2]], /all rows must have one shape, \[\] like the first; got an array of 1 at \[1\]/],
    ["an empty row", [[], [1]], /all rows must have one shape, \[0\] like the first; got an array of 1 at \[1\]/],
  ];
  for (const [what, data, message] of refused)
    it(`refuses ${what}`, () => expect(() => tensor(data as never)).toThrow(message));

  it("refuses a cycle", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => tensor(cycle as never)).toThrow(/nested at most 32 deep/);
  });

  it("takes booleans as bool and narrow integers as i32", async () => {
    const flags = tensor([[true], [false]]);
    expect([flags.dtype, await flags.toArray()]).toEqual(["bool", [[1], [0]]]);
    expect([tensor(true).dtype, tensor(true).shape, tensor([true], { dtype: "f32" }).dtype]).toEqual([
      "bool",
      [],
      "f32",
    ]);
    for (const array of [
      new Int8Array([-1, 2]),
      new Uint8Array([255, 2]),
      new Uint8ClampedArray([300, 2]),
      new Int16Array([-300, 2]),
    ]) {
      const made = tensor(array);
      expect([made.dtype, await made.toArray()]).toEqual(["i32", [...array]]);
      expect(await tensor(array, { dtype: "f32", shape: [2, 1] }).toArray()).toEqual(
        [...array].map((value) => [value]),
      );
    }
    expect(await tensor(new Uint16Array([0x3c00]), { dtype: "f16" }).toArray()).toEqual([1]);
    expect(await tensor(new Uint16Array([0x3c00]), { dtype: "i32" }).toArray()).toEqual([0x3c00]);
    const Float16 = (globalThis as { Float16Array?: new (values: number[]) => never }).Float16Array;
    if (Float16) expect(await tensor(new Float16([1.5])).toArray()).toEqual([1.5]);
  });

  it("takes empty arrays", () => expect([tensor([]).shape, tensor([[], []]).shape]).toEqual([[0], [2, 0]]));
});

describe("shapes and lengths", () => {
  const withShape: Readonly<Record<string, (shape: Shape) => Tensor>> = {
    zeros: (shape) => zeros(shape),
    ones: (shape) => ones(shape),
    full: (shape) => full(shape, 2),
    tensor: (shape) => tensor([1], { shape }),
  };
  for (const [name, make] of Object.entries(withShape)) {
    it(`${name} refuses sizes that are none`, () => {
      for (const shape of [
        [-1],
        [1.5],
        [NaN],
        [Infinity],
        ["2"],
        [null],
        [2, -3],
        3,
        "3",
        { 0: 1 },
        new Int32Array([1]),
      ] as never[])
        expect(() => make(shape), JSON.stringify(shape)).toThrow(ShapeError);
    });
  }
  it("names the bytes and the limit", () => {
    for (const device of [cpuDevice(), createCpuDevice({ wasm: false })]) {
      for (const make of [zeros, ones, (shape: Shape, options: TensorOptions) => full(shape, 2, options)]) {
        expect(() => make([1e5, 1e5], { device })).toThrow(DeviceError);
        expect(() => make([1e5, 1e5], { device })).toThrow(
          /must have at most \d{10,} bytes; f32\[100000,100000\] has 40000000000\./,
        );
      }
      expect(() => arange(0, 1e12, 1, { device })).toThrow(/^arange: .* has 4000000000000\./);
    }
    expect(() => zeros([2 ** 40, 2 ** 40])).toThrow(/at most 2\^53 − 1 elements/);
    expect(() => arange(0, 1e300)).toThrow(/^arange: /);
  });
  it("arange counts as NumPy does and refuses what is not finite", async () => {
    for (const [start, end, step, length] of [
      [0, 1, 0.1, 10],
      [1, 1.3, 0.1, 4],
      [0, 0, 1, 0],
      [5, 0, 1, 0],
      [5, 0, -2, 3],
      [0, 0.3, 0.1, 3],
    ] as const)
      expect(arange(start, end, step).shape, `${start} ${end} ${step}`).toEqual([length]);
    for (const [start, end, step] of [
      [0, NaN, 1],
      [NaN, 1, 1],
      [0, Infinity, 1],
      [-Infinity, 0, 1],
      [0, 1, NaN],
      [0, 1, Infinity],
      [0, 1, 0],
    ] as const)
      expect(() => arange(start, end, step)).toThrow(/^arange: (start|end|step) must/);
    expect(() => arange(0, 1, 0.25, { dtype: "i32" })).toThrow(/got 0.25 at position 1/);
  });
});

describe("options", () => {
  const withOptions: Readonly<Record<string, (options: never) => Tensor>> = {
    tensor: (options) => tensor([1], options),
    full: (options) => full([1], 1, options),
    zeros: (options) => zeros([1], options),
    ones: (options) => ones([1], options),
    arange: (options) => arange(0, 1, 1, options),
  };
  for (const [name, make] of Object.entries(withOptions)) {
    it(`${name} refuses a key, a dtype and a thing it does not know`, () => {
      expect(() => make({ dtypes: "i32" } as never)).toThrow(ConfigError);
      expect(() => make({ dtypes: "i32" } as never)).toThrow(
        new RegExp(`^${name}: options must be among .*; got "dtypes". Did you mean "dtype"`),
      );
      expect(() => make({ dtype: "int32" } as never)).toThrow(
        new RegExp(`^${name}: dtype must be one of f32, .*; got "int32"`),
      );
      expect(() => make({ device: Promise.resolve() } as never)).toThrow(
        new RegExp(`^${name}: device must be one that .*; got a Promise`),
      );
      expect(() => make("i32" as never)).toThrow(new RegExp(`^${name}: options must be an object`));
    });
  }
  it("likes take their tensor's dtype", () => {
    for (const dtype of dtypes)
      expect([zerosLike(zeros([2], { dtype })).dtype, onesLike(zeros([2], { dtype })).dtype]).toEqual([dtype, dtype]);
  });
});
