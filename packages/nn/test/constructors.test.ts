// Garbage in constructors and calls of Sequential, Dropout, Conv1d and Conv2d: taken, or refused in the module's own name.
import { XError } from "@x/base";
import { Conv1d, Conv2d, Dropout, Linear, Module, Sequential } from "@x/nn";
import { cpuDevice, ones, silu, type Tensor } from "@x/tensor";
import { describe, expect, it } from "vitest";

const garbage: readonly unknown[] = [
  undefined,
  null,
  "abc",
  "2",
  NaN,
  Infinity,
  -1,
  0,
  2.5,
  1e300,
  2n,
  true,
  new Map(),
  {},
  [],
  [1],
  [1, 2, 3],
  [null, "1"],
  Symbol("garbage"),
  () => ones([1]),
];

type Kind = new (...args: readonly unknown[]) => { dispose(): void };

/** Sentences that are not the module's own. */
function strange(name: string, act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (error) {
    const { message } = error as Error;
    return error instanceof XError && message.startsWith(`${name}: `) ? [] : [message];
  }
}

interface Constructor {
  readonly kind: Kind;
  readonly args: readonly unknown[];
  /** options of the last argument */
  readonly options: readonly string[];
}

const ofConvolutions = ["stride", "padding", "dilation", "groups", "bias", "builder"];
const modules: Readonly<Record<string, Constructor>> = {
  Sequential: { kind: Sequential as Kind, args: [[silu]], options: [] },
  Dropout: { kind: Dropout as Kind, args: [0.5], options: [] },
  Conv1d: { kind: Conv1d as Kind, args: [2, 4, 3, {}], options: ofConvolutions },
  Conv2d: { kind: Conv2d as Kind, args: [2, 4, 3, {}], options: ofConvolutions },
};

describe.each(Object.keys(modules))("%s", (name) => {
  const { kind: Made, args, options } = modules[name]!;
  it("speaks for itself about every argument and option", () => {
    const wrong: string[] = [];
    for (const value of garbage) {
      for (const i of args.keys()) wrong.push(...strange(name, () => new Made(...args.with(i, value)).dispose()));
      for (const option of options)
        wrong.push(...strange(name, () => new Made(...args.with(-1, { [option]: value })).dispose()));
    }
    expect(wrong).toEqual([]);
  });
});

it.each<[string, () => unknown, string]>([
  [
    "groups",
    () => new Conv1d(3, 4, 3, { groups: 2 }),
    "Conv1d: groups must divide inputs and outputs, 3 and 4; got 2.",
  ],
  [
    "sizes",
    () => new Conv2d(2, 4, [3, 3, 3] as never),
    "Conv2d: size must be a number, or one for each of 2 axes; got",
  ],
  ["no sizes", () => new Conv2d(2, 4, [] as never), "Conv2d: size must be a number, or one for each of 2 axes; got"],
  ["bias", () => new Conv2d(2, 4, 3, { bias: "no" as never }), 'Conv2d: bias must be true or false; got "no".'],
  ["init", () => new Conv2d(2, 4, 3, { init: 1 as never }), "Conv2d: init must be a function; got 1."],
  [
    "strides",
    () => new Conv1d(2, 4, 3, { stride: [1, 1] }),
    "Conv1d: stride must be a number, or one for each of 1 axes",
  ],
  ["no groups", () => new Conv1d(2, 4, 3, { groups: null as never }), "Conv1d: groups must be left out"],
  ["a hole", () => new Sequential([undefined as never]), "Sequential: layers[0] must be a module with forward, or a"],
  [
    "a module whose forward is none",
    () => new Sequential([Object.assign(new (class extends Module {})(), { forward: 1 }) as never]),
    "Sequential: layers[0] must be a module with forward, or a function; got",
  ],
])("%s that cannot be", (_, make, sentence) => {
  expect(make).toThrow(XError);
  expect(make).toThrow(sentence);
});

describe("calls", () => {
  const x = ones([2, 2]);
  const tensors = garbage.filter((value) => value !== undefined);

  it("of Dropout speak for themselves, with a key and without", () => {
    const layer = new Dropout(0.5);
    for (const value of garbage) {
      for (const key of [undefined, { seed: 1, stream: 2 }]) {
        expect(() => layer.forward(value as Tensor, key)).toThrow(/^Dropout: x must be /);
      }
    }
    for (const key of tensors.filter((value) => typeof value !== "object" || value === null))
      expect(() => layer.forward(x, key as never), String(key)).toThrow(/^Dropout: key must be an object; got /);
    expect(() => layer.forward(x, { seed: 1, steam: 2 } as never)).toThrow(
      /^Dropout: options must be among seed, stream/,
    );
    expect(layer.forward(x)).toBe(x);
  });

  it("of Sequential speak for themselves, without layers too", () => {
    for (const layers of [[], [silu], [new Linear(2, 2)]]) {
      for (const value of garbage) {
        expect(() => new Sequential(layers).forward(value as Tensor)).toThrow(/^Sequential: x must be /);
      }
    }
  });

  it("of Sequential name the layer that returns no tensor, and leave nothing behind", () => {
    const net = new Sequential([silu, (() => 1) as never, silu]);
    const before = cpuDevice().memory.usedBytes;
    expect(() => net.forward(x)).toThrow("Sequential: layers[1] must return a tensor; got 1.");
    expect(cpuDevice().memory.usedBytes).toBe(before);
  });
});
