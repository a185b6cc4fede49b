// Wrong inputs to every export: an option that nobody reads is refused by name, and garbage raises one sentence that says what must hold, never an error from inside an engine,
// never a hang.
import { createCpuDevice } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { callExport, disposeAll, type Example, examplesOf, type PackageExports, packages } from "../src/exports/index.ts";

const device = createCpuDevice();
/** Packages whose exports are called with tensors and options by people; kernels are called by these. */
const forPeople = packages.filter(({ name }) => !name.startsWith("@x/kernels"));

/** Exports that an engine's sentence still comes out of; a name leaves the list when none does. Must be empty in the end. */
const garbageNotYet: ReadonlySet<string> = new Set([
  "Block", "CpuPart", "Mamba2Mixer", "Parameter", "Tape", "TokenHistory", "TrainingRun", "aLogInit", "adamwUpdate", "addNorm", "applyUpdate", "blockNorm", "capture",
  "causalConv1dBackward", "chain", "checkOptions", "concatPrimitive", "constant", "continueStream", "copyOfBytes", "detectLayout", "dtBiasInit", "float32ArrayOf",
  "fromLayout", "generateIds", "generateText", "generateTokens", "hostNormal", "hostView", "initHook", "mapInit", "mapTree", "mergeShards", "officialName", "placeIn",
  "planSafetensors", "planShards", "projectedConv1d", "projectedStep", "projection", "quantize", "randomFromKey", "readCheckpoint", "readTokenizer", "requireDType",
  "sameShape", "sampler", "scaledInit", "sgdUpdate", "showShape", "sizeOf", "splitPrimitive", "ssdBackward", "toLayout", "toOfficial", "tokenizerFor", "train",
  "trainSettings", "typedArrayOf", "unknownOption", "writeCheckpoint", "writeSafetensors",
]);

const garbage: readonly unknown[] = [undefined, null, "abc", NaN, Infinity, -1, 2.5, new Map(), {}, [], () => 1];

/** What a JavaScript engine says of a value that it was not made for. */
const engineSentence = /Cannot (read|set|destructure|convert|use 'in')|is not (a function|iterable|a constructor|defined)|undefined is not|Reduce of empty|Invalid (array|typed array) length|is not valid JSON|must be an instance of/;

async function outcome(each: PackageExports, name: string, example: Example, args: readonly unknown[]): Promise<unknown> {
  try {
    disposeAll(await callExport(each, name, example, args, device));
    return undefined;
  } catch (error) {
    return error;
  }
}

const withOptions = forPeople.flatMap((each) => examplesOf(each, "cpu").flatMap(([name, example]) => (example.options === undefined ? [] : [{ each, name, example, at: example.options }])));

describe("an unknown option", () => {
  it("is tried on exports", () => expect(withOptions.length).toBeGreaterThan(50));
  it("has no name in the list of those to be mended that is exported no more", () => {
    const names = new Set(packages.flatMap(({ module }) => Object.keys(module)));
    expect([...garbageNotYet].filter((name) => !names.has(name))).toEqual([]);
  });

  for (const { each, name, example, at } of withOptions) {
    it(`is refused by ${name}`, async () => {
      const args = [...await example.args(device)];
      const error = await outcome(each, name, example, args.with(at, { ...(args[at] as object), noSuchOption: 1 }));
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toContain("noSuchOption");
      disposeAll(args);
    });
  }
});

describe("garbage", () => {
  for (const each of forPeople) {
    for (const [name, example] of examplesOf(each, "cpu")) {
      if (garbageNotYet.has(name)) continue;
      it(`in ${name} raises a sentence of its own, or is taken`, async () => {
        const count = (await example.args(device)).map((arg) => disposeAll([arg])).length;
        const wrong: string[] = [];
        for (let at = 0; at < count; at++) {
          for (const value of garbage) {
            if (name === "Mamba2LM" && at === 0 && typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) continue; // the defaults: 2.7 B parameters
            const args = [...await example.args(device)];
            const error = await outcome(each, name, example, args.with(at, value));
            disposeAll(args);
            if (error === undefined) continue;
            if (!(error instanceof Error) || engineSentence.test(error.message)) wrong.push(`argument ${at}, ${show(value)}: ${(error as Error).message}`);
          }
        }
        expect(wrong).toEqual([]);
      });
    }
  }
});

function show(value: unknown): string {
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}

