// Identity of calls: arguments are told apart by all that they are, or refused by name; functions must be synchronous wherever something ends when they return.
import { keyOf } from "@x/base";
import {
  add,
  capture,
  checkpoint,
  createCpuDevice,
  type Device,
  grad,
  gradientsOf,
  KeyError,
  mul,
  noGrad,
  ones,
  sum,
  tensor,
  type Tensor,
  tidy,
  valueAndGrad,
  vjp,
} from "@x/tensor";
import { describe, expect, it } from "vitest";

describe("arguments", () => {
  const times = capture((x: Tensor, options: unknown) => mul(x, String(options).length));

  it.each<readonly [string, readonly unknown[]]>([
    ["numbers", [1, 2]],
    ["NaN, null", [NaN, null]],
    ["zeros", [0, -0]],
    ["infinities", [Infinity, -Infinity]],
    ["a string", ["1", 1]],
    ["undefined, null", [undefined, null]],
    ["nestings", [[1, [2]], [[1, 2]]]],
    ["names", [{ a: 1 }, { b: 1 }]],
    ["true", [true, "true"]],
    ["a bigint", [1n, 1]],
  ])("%s: two plans", async (_, pair) => {
    const f = capture((x: Tensor, given: unknown) => add(x, keyOf("given", given) === keyOf("pair", pair[0]) ? 0 : 1));
    for (const [i, one] of pair.entries()) expect(await f(tensor([0]), one).toArray()).toEqual([i]);
    expect(f.plans).toBe(2);
    f.dispose();
  });

  class Options {
    readonly #secret: number;
    constructor(secret: number) {
      this.#secret = secret;
    }
    get secret(): number {
      return this.#secret;
    }
  }

  it.each<[string, unknown]>([
    ["a function", (x: number) => x],
    ["an async function", async () => 1],
    ["an Options", new Options(1)],
    ["a Map", new Map([[1, 2]])],
    ["a Set", new Set([1])],
    ["a Float32Array", new Float32Array(2)],
    ["a Date", new Date(0)],
    ["a symbol", Symbol("s")],
  ])("refuses %s by name", (name, value) => {
    expect(() => times(tensor([1]), value)).toThrow(KeyError);
    expect(() => times(tensor([1]), { list: [1, value] })).toThrow(`capture: arguments[1].list[1]: must be plain data`);
    expect(() => times(tensor([1]), value)).toThrow(`got ${name}.`);
  });
});

describe("functions that are not synchronous", () => {
  const w = tensor([1, 2]);
  const doors: Readonly<Record<string, (fn: () => never) => unknown>> = {
    capture: (fn) => capture(fn)(),
    tidy,
    noGrad,
    gradientsOf: (fn) => gradientsOf(fn, [w]),
    vjp: (fn) => vjp(fn, [w], [w]),
    checkpoint: (fn) => checkpoint(fn, [w]),
    valueAndGrad: (fn) => valueAndGrad(fn)(),
    grad: (fn) => grad(fn)(),
    "capture inside of a gradient": (fn) => gradientsOf(() => sum(capture(fn)()), [w]),
  };

  it.each(Object.entries(doors))("%s", async (_, door) => {
    const device = createCpuDevice();
    const kinds: readonly [string, () => unknown][] = [
      ["an async function", async () => sum(mul(ones([2], { device }), 2))],
      [
        "a generator function",
        function* () {
          yield sum(mul(ones([2], { device }), 2));
        },
      ],
      [
        "an async generator function",
        async function* () {
          yield await Promise.resolve(1);
        },
      ],
      ["a promise", () => Promise.resolve(sum(mul(ones([2], { device }), 2)))],
      ["a promise", () => Promise.reject(new Error("of no interest"))],
    ];
    constantOnce(device);
    const used = device.memory.usedBytes;
    for (const [got, fn] of kinds) {
      expect(() => tidy(() => door(fn as () => never)), got).toThrow(TypeError);
      expect(() => tidy(() => door(fn as () => never)), got).toThrow(`must be synchronous`);
      expect(() => tidy(() => door(fn as () => never)), got).toThrow(`got ${got}.`);
    }
    await Promise.resolve();
    expect(device.memory.usedBytes).toBe(used);
    device.dispose();
  });

  /** The number 2 stays on a device once it was used. */
  function constantOnce(device: Device): void {
    tidy(() => void mul(ones([2], { device }), 2));
  }
});
