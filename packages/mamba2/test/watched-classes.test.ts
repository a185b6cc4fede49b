// watchModule over all module classes of the packages: each may be judged by its fields, and each field counts.
import * as mamba2 from "@x/mamba2";
import * as mamba2Adapters from "@x/mamba2/adapters";
import * as nn from "@x/nn";
import * as nnAdapters from "@x/nn/adapters";
import { Module, watchModule } from "@x/nn";
import { tensor } from "@x/tensor";
import { describe, expect, it } from "vitest";

describe("every module class of the packages", () => {
  const classes = Object.entries({ ...nn, ...nnAdapters, ...mamba2, ...mamba2Adapters }).filter(
    (entry): entry is [string, typeof Module & { prototype: Module }] => {
      const [, value] = entry;
      return typeof value === "function" && Module.isPrototypeOf(value);
    },
  );

  it.each(classes)("%s says that it computes with its fields only, and has no private ones", (_, one) => {
    expect(Object.hasOwn(one, "fieldsOnly")).toBe(true);
    const declared = Function.prototype.toString.call(one).match(/^\s*(?:static\s+)?#\w+\s*(?:[=;]|$)/gm);
    expect(declared).toBeNull();
  });

  const fields = {
    dModel: 16,
    nLayer: 2,
    vocabSize: 32,
    padVocabSizeMultiple: 16,
    dState: 8,
    headDim: 8,
    dSsm: 16,
    dIntermediate: 32,
  };
  const other = { ...fields, tieEmbeddings: false, rmsNorm: false, bias: true, gatedNorm: false };
  it.each([
    [fields, undefined],
    [other, undefined],
    [fields, { targets: ".*", rank: 2 }],
  ])("is seen to change in any field of a model of them: %o, adapter %o", (config, adapter) => {
    const model = new mamba2.Mamba2LM(config);
    if (adapter) mamba2Adapters.addAdapter(model, adapter);
    const stamp = watchModule(model);
    const modules = new Set<object>();
    const gather = (value: unknown): void => {
      if (
        typeof value !== "object" ||
        value === null ||
        modules.has(value) ||
        Object.isFrozen(value) || // cannot change
        !(value instanceof Module || Array.isArray(value))
      )
        return;
      modules.add(value);
      for (const inner of Object.values(value)) gather(inner);
    };
    gather(model);
    let count = 0;
    for (const one of modules as Set<Record<string, unknown>>) {
      for (const name of Object.keys(one)) {
        const before = one[name];
        for (const value of [
          typeof before === "number" ? before + 1 : typeof before === "boolean" ? !before : tensor([1]),
          before,
        ]) {
          one[name] = value;
          expect(stamp(), name).toBe(++count);
        }
      }
    }
    expect(count).toBeGreaterThan(150);
    expect(stamp()).toBe(count);
  });
});
