// An argument beyond those that a function reads is refused, whatever it is: options that it has not would be ignored. What iteration passes along beside an element is none.
import * as gguf from "@x/mamba2/gguf";
import * as hub from "@x/mamba2/hub";
import * as node from "@x/mamba2/node";
import { add, createCpuDevice, exp, mapTree, type Tensor, softmax, tensor } from "@x/tensor";
import { describe, expect, it, test } from "vitest";
import { callExport, disposeAll, examplesOf, type PackageExports, packages } from "../src/exports/index.ts";
import { ggufExports } from "../src/exports/gguf.ts";
import { hubExports } from "../src/exports/hub.ts";
import { nodeExports } from "../src/exports/node.ts";

const device = createCpuDevice();
const all: readonly PackageExports[] = [
  ...packages.filter(({ name }) => !/base|kernels/.test(name)), // of plain data; their own functions check every call in inner loops
  { name: "@x/mamba2/node", module: node, table: nodeExports },
  { name: "@x/mamba2/hub", module: hub, table: hubExports },
  { name: "@x/mamba2/gguf", module: gguf, table: ggufExports },
];

/** What packages call in their inner loops: checks, conversions of single values and of bytes, parts of the devices. */
const innerLoops: ReadonlySet<string> = new Set(
  `apply bf16Bits bf16Value f16Bits f16Value bf16ToF32 f32ToBf16 f16ToF32 f32ToF16 decoded checkOptions
  definePrimitive dtypeBytes isFloat isJsonObject isPlainObject isSafetensorsDType isDeviceLoss hostArray hostBits hostView
  checkDType uniformRange placeIn integerFromBits keyWords threefry2x32 uniformFromBits sizeOf showShape
  sameShape checkShape requireArity requireArray requireCount requireDevice requireFlag requireInstance requireIterable
  requireMap requireMethods requireNumber requireTensorBytes requireText requireFloats requireFunction requireOptions
  requireTensorList requireTensors requireDType requireQuantized requireCharacters requireWritableFolder opScope indexedNames
  checkIds constant stridesOfTokens concatPrimitive splitPrimitive debugFlags Tensor Tape
  onceDifferentiable joinAdjacent registerIntegerLayers builderOf State LowRank Adapter TrainingRun`.split(/\s+/),
);
/** Errors take whatever they are made of, and these any number of arguments, each of which they check. */
const takesAny = (name: string): boolean => name.endsWith("Error") || name === "einsum" || name === "chain";

/** How many arguments a function or a class's constructor declares. */
function declared(exported: unknown): number {
  const source = String(exported);
  const from = source.startsWith("class") ? source.search(/\bconstructor\s*\(/) : 0;
  let depth = 0;
  let count = 0;
  let empty = true;
  for (let i = source.indexOf("(", from); i < source.length; i++) {
    const char = source[i]!;
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && --depth === 0) break;
    else if (char === "," && depth === 1) [count, empty] = [count + 1, true];
    else if (/\S/.test(char)) empty = false;
  }
  return count + (empty ? 0 : 1);
}

/** Calls an export as its example says, with `surplus` after all arguments that it declares. */
async function callWith(each: PackageExports, name: string, surplus: unknown): Promise<unknown> {
  const [, example] = examplesOf(each, "cpu").find(([of]) => of === name)!;
  const original = each.module[name] as (...args: unknown[]) => unknown;
  const padded = (given: readonly unknown[]): unknown[] => [
    ...given,
    ...new Array<undefined>(Math.max(0, declared(original) - given.length)).fill(undefined),
    surplus,
  ];
  const called = new Proxy(original, {
    apply: (target, self, given) => Reflect.apply(target, self, padded(given)) as unknown,
    construct: (target, given) => Reflect.construct(target, padded(given)) as object,
  });
  const args = await example.args(device);
  try {
    disposeAll(await callExport({ ...each, module: { ...each.module, [name]: called } }, name, example, args, device));
    return undefined;
  } catch (error) {
    return error;
  } finally {
    disposeAll(args);
  }
}

for (const each of all) {
  describe(each.name, () => {
    for (const [name] of examplesOf(each, "cpu")) {
      if (innerLoops.has(name) || takesAny(name) || typeof each.module[name] !== "function") continue;
      it(`${name} refuses an argument that it does not read`, async () => {
        for (const [surplus, shown] of [
          [{ reverse: true }, "an object with reverse"],
          ["float32", '"float32"'],
          [true, "true"],
          [null, "null"],
        ] as const) {
          const error = await callWith(each, name, surplus);
          expect((error as Error | undefined)?.message).toMatch(
            new RegExp(`^${name}: must be given at most \\d+ arguments?; got ${shown} as argument \\d+\\.$`),
          );
        }
        expect(await callWith(each, name, undefined)).toBeUndefined();
      });
    }
  });
}

type Loose = (...args: readonly unknown[]) => unknown;

/** Methods that refuse no argument, by their class, with the reason. Those of devices and of tensors are called in inner loops; tensors' are their functions' (below). */
const methodsLeft: Readonly<Record<string, string>> = {
  WebGPUDevice: "called by every op",
  Tensor: "the functions', below",
  Tape: "called by every op",
  Builder: "called by constructors with what they have checked",
  QuantizedParameter: "written by the readers of checkpoints",
  ConvAdapter: "called by layers",
  EmbeddingAdapter: "called by layers",
  ExpertsAdapter: "called by layers",
  LinearAdapter: "called by layers",
  LowRank: "called by adapters",
};
/** Methods by name that no class refuses an argument of: they take none, and free or tell what there is; or they are called by this library alone. */
const namesLeft = new Set(
  "dispose submodules swap markStoredAs markChanged copyToHost hostValue taps after loadSteps undo".split(" "),
);

/** The methods of a class and of those that it extends, by name; of one that is overridden the last. */
function methodsOf(kind: { readonly prototype: object }): Map<string, Loose> {
  const found = new Map<string, Loose>();
  const add = (of: object, prefix: string): void => {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(of)) as [
      string,
      PropertyDescriptor,
    ][])
      if (typeof value === "function" && name !== "constructor" && !namesLeft.has(name) && !found.has(prefix + name))
        found.set(prefix + name, value as Loose);
  };
  for (let of = kind.prototype; of !== Object.prototype; of = Object.getPrototypeOf(of) as object) add(of, "");
  for (let of = kind as object; of !== Function.prototype; of = Object.getPrototypeOf(of) as object) add(of, "static ");
  return found;
}

for (const each of all) {
  const classes = Object.entries(each.module).filter(
    ([name, kind]) => String(kind).startsWith("class") && !name.endsWith("Error") && !(name in methodsLeft),
  ) as [string, { readonly prototype: object }][];
  describe.each(classes)(`methods of ${each.name} %s`, (_name, kind) => {
    it.each([...methodsOf(kind)])("%s refuses an argument that it does not read", async (name, method) => {
      const most = declared(method);
      const given = [...new Array<undefined>(most).fill(undefined), { reverse: true }];
      const call = async (): Promise<unknown> => {
        const result = await Reflect.apply(method, Object.create(kind.prototype) as object, given); // refused before anything is looked at
        return (result as AsyncGenerator | undefined)?.next?.();
      };
      const plural = most === 1 ? "" : "s";
      await expect(call()).rejects.toThrow(
        new RegExp(
          `^\\w+\\.${name.replace("static ", "")}: must be given at most ${most} argument${plural}; got an object with reverse as argument ${most + 1}\\.$`,
        ),
      );
    });
  });
}

/** What is not called with surplus arguments: results that pass all they get to the function that they were made of, and layouts, some of which read less than they are all given. */
const left = /^(grad|valueAndGrad|capture)$|^layoutNamed\./;
/** What packages call in inner loops, by the name of its class: parts of devices and of primitives. */
const builtIn = /Device|Tensor|Generator|Promise|Map|Set|Iterator|RegExp|Array|Date|Signal|Controller|Server/;

const plain: ReadonlySet<object> = new Set([Object.prototype, Function.prototype, Array.prototype]);
const nameOf = (of: object): string => String((of.constructor as { readonly name?: unknown } | undefined)?.name);

/** The functions in what an export gave back: itself, or methods of objects in it that are of no exported class (those are above). */
function madeFunctions(
  value: unknown,
  path: string,
  known: ReadonlySet<unknown>,
  seen = new Set<unknown>(),
): Map<string, [Loose, unknown]> {
  const found = new Map<string, [Loose, unknown]>();
  const isLeaf = (typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value);
  if (isLeaf || seen.size > 200) return found;
  seen.add(value);
  if (typeof value === "function") found.set(path, [value as Loose, undefined]);
  const inside = (Array.isArray(value) ? value.slice(0, 1) : value) as object;
  for (let of: object | null = inside; of !== null && !plain.has(of); of = Object.getPrototypeOf(of) as object | null) {
    if (known.has(of) || (!Array.isArray(value) && builtIn.test(Object.prototype.toString.call(of) + nameOf(of))))
      break;
    for (const [name, { value: member, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(of)) as [
      string,
      PropertyDescriptor,
    ][]) {
      if (name === "constructor" || namesLeft.has(name) || (typeof of === "function" && !enumerable)) continue;
      if (typeof member === "function") found.set(`${path}.${name}`, [member as Loose, inside]);
      else for (const [at, one] of madeFunctions(member, `${path}.${name}`, known, seen)) found.set(at, one);
    }
  }
  return found;
}

const classesOf = all.flatMap(({ module }) => Object.values(module)).filter((kind) => String(kind).startsWith("class"));
const prototypes = new Set(classesOf.map((kind) => (kind as { readonly prototype: unknown }).prototype));

describe("what functions give back", () => {
  const makers = all.flatMap((each) => examplesOf(each, "cpu").map(([name, example]) => ({ each, name, example })));
  it.each(
    makers.filter(
      ({ each, name }) =>
        typeof each.module[name] === "function" &&
        !prototypes.has((each.module[name] as Loose).prototype) &&
        !innerLoops.has(name),
    ),
  )("$each.name $name: refuses an argument that it does not read", async ({ each, name, example }) => {
    const made: unknown[] = [];
    const original = each.module[name] as Loose;
    const kept = new Proxy(original, {
      apply: (target, self, given) => made[made.push(Reflect.apply(target, self, given)) - 1],
    });
    const args = await example.args(device);
    const module = { ...each.module, [name]: kept };
    disposeAll(await callExport({ ...each, module }, name, example, args, device));
    for (const one of made)
      for (const [path, [method, self]] of madeFunctions(await one, name, prototypes)) {
        if (left.test(path)) continue;
        const given = [...new Array<undefined>(9).fill(undefined), { reverse: true }];
        const call = async (): Promise<unknown> => Reflect.apply(method, self, given);
        await expect(call(), path).rejects.toThrow(
          /: must be given at most [0-4] arguments?; got an object with reverse as argument 10\.$/,
        );
      }
    disposeAll(args);
  });
});

test("methods refuse what their functions refuse", () => {
  const x = tensor([1, 2]) as unknown as Readonly<Record<"softmax" | "exp", Loose>>;
  expect(() => x.softmax(0, { dtype: "f16" })).toThrow(
    "softmax: must be given at most 2 arguments; got an object with dtype as argument 3.",
  );
  expect(() => x.exp({ base: 2 })).toThrow("exp: must be given at most 1 argument; got an object with base");
});

describe("what iteration passes along", () => {
  const xs = [tensor([0, 1]), tensor([2, 3])];
  const sum = async (ys: readonly Tensor[]): Promise<number> =>
    (await Promise.all(ys.map((y) => y.data()))).reduce((total, data) => total + data[0]! + data[1]!, 0);
  const expected = 1 + Math.E + Math.E ** 2 + Math.E ** 3;

  it("is let through beside an element", async () => {
    expect(await sum(xs.map(exp))).toBeCloseTo(expected, 4);
    expect(await sum(mapTree(xs, exp))).toBeCloseTo(expected, 4);
    expect(await xs.reduce(add).toArray()).toEqual([2, 4]);
  });

  it("is refused where the index would be taken for an argument", () => {
    expect(() => xs.map(softmax)).toThrow(
      "softmax: must be given at most 2 arguments; got an array of 2 as argument 3.",
    );
    expect(() => (exp as Loose)(xs[0], 0, [xs[1]])).toThrow("exp: must be given at most 1 argument; got 0");
    expect(() => (exp as Loose)(xs[0], 2)).toThrow("exp: must be given at most 1 argument; got 2 as argument 2.");
    expect(() => Array.from(xs, exp)).toThrow("exp: must be given at most 1 argument; got 0 as argument 2.");
    expect(() => (add as Loose)(1, xs[0], 2)).toThrow("add: must be given at most 2 arguments; got 2");
  });
});
