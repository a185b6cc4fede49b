// Methods mirror functions: every exported function of @x/tensor whose first argument is a tensor is a method of the same name and arguments.
import * as full from "@x/tensor";
import * as core from "@x/tensor/core";
import { cpuDevice, reshape, Tensor, tensor } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { callExport, examplesOf, packages } from "../src/exports/index.ts";

/** Functions of tensors that are no methods, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  embedding: "its first argument is the table, not what is looked up",
  gpuBindingOf: "for WebGPU programs, which name it beside fromGPUBuffer",
  keep: "of scopes, not of tensors",
  onesLike: "makes a tensor",
  randomFromKey: "its first argument is a key",
  zerosLike: "makes a tensor",
};
/** Methods under another name than their function. */
const renamed: Readonly<Record<string, string>> = { toDevice: "to" };

const device = cpuDevice();
const tensorPackage = packages.find(({ name }) => name === "@x/tensor")!;
const methods = Tensor.prototype as unknown as Record<string, ((...rest: unknown[]) => unknown) | undefined>;

/** Example arguments of all functions whose first argument is a tensor. */
const functions = (
  await Promise.all(
    examplesOf(tensorPackage, "cpu").map(async ([name, example]) => ({
      name,
      example,
      args: await example.args(device),
    })),
  )
).filter(({ args, example }) => args[0] instanceof Tensor && !example.call);

/** Everything that a result says, with the values of its tensors. */
async function valuesOf(result: unknown): Promise<unknown> {
  const awaited: unknown = await result;
  if (awaited instanceof Tensor) return { shape: awaited.shape, dtype: awaited.dtype, data: await awaited.data() };
  return Array.isArray(awaited) ? Promise.all(awaited.map(valuesOf)) : awaited;
}

describe("methods", () => {
  it("are tried on more than a handful of functions", () => expect(functions.length).toBeGreaterThan(60));

  for (const { name, example, args } of functions) {
    if (Object.hasOwn(exceptions, name)) {
      it(`${name} is none`, () => expect(methods[name]).toBeUndefined());
      continue;
    }
    it(`x.${renamed[name] ?? name}(…) is ${name}(x, …)`, async () => {
      const method = methods[renamed[name] ?? name];
      expect(
        method,
        `${name} is no method: add it to packages/tensor/src/methods/, or to the exceptions here`,
      ).toBeDefined();
      const expected = await valuesOf(callExport(tensorPackage, name, example, args, device));
      const again = await example.args(device);
      expect(await valuesOf(method!.call(again[0], ...again.slice(1)))).toEqual(expected);
    });
  }

  it("have no exception without a function", () => {
    expect(Object.keys(exceptions).filter((name) => !Object.hasOwn(full, name))).toEqual([]);
  });

  it("take a list of numbers, or the numbers one by one", async () => {
    const x = tensor([[1, 2, 3]]);
    for (const y of [x.reshape(3, 1), x.reshape([3, 1]), reshape(x, [3, 1])])
      expect(await y.toArray()).toEqual([[1], [2], [3]]);
    for (const y of [x.permute(1, 0), x.permute([1, 0])]) expect(y.shape).toEqual([3, 1]);
    for (const y of [x.broadcastTo(2, 3), x.broadcastTo([2, 3])]) expect(y.shape).toEqual([2, 3]);
    expect(tensor([[7]]).reshape().shape).toEqual([]);
    for (const y of [x.sum([0, 1]), x.sum()]) expect(await y.item()).toBe(6);
  });

  it("say in a sentence what a wrong use of a list should be", () => {
    const x = tensor([[1, 2, 3]]);
    expect(() => reshape(x, 3 as never)).toThrow("reshape: shape must be an array of whole numbers; got 3.");
    expect(() => x.reshape("3" as never)).toThrow(/^reshape: sizes must be whole numbers of at least 0; got "3"/);
    expect(() => x.reshape([3] as never, [1] as never)).toThrow(
      /^reshape: sizes must be whole numbers of at least 0; got an array/,
    );
    expect(() => x.permute("a" as never)).toThrow(/^permute: axis must be an integer in \[-2, 2\); got "a"/);
    expect(() => x.sum(0, 1 as never)).toThrow(/^sum: options must be an object with keepDims; got 1/);
  });
});

describe("@x/tensor/core", () => {
  it("exports what @x/tensor exports", () => {
    expect(Object.keys(core).sort()).toEqual(Object.keys(full).sort());
    expect(new Map(Object.entries(core))).toEqual(new Map(Object.entries(full)));
  });
});
