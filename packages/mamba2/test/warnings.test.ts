// What a user should know about a checkpoint reaches whoever loads or saves one, whichever way that is done.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { formatJson, readSafetensors, tensorBytes, writeSafetensors } from "@x/tensor";
import {
  Mamba2LM,
  type Mamba2Config,
  mamba2Config,
  parseConfigJson,
  readCheckpoint,
  readTokenizer,
  toFLA,
  toHF,
  toOfficial,
  type WarningOptions,
} from "@x/mamba2";
import { folderReader, loadFolder, saveFolder, writeFolder } from "@x/mamba2/node";

const fields: Partial<Mamba2Config> = {
  dModel: 32,
  nLayer: 1,
  headDim: 8,
  dState: 8,
  nGroups: 2,
  vocabSize: 8,
  padVocabSizeMultiple: 1,
};
const bytesOf = (json: object): Uint8Array => new TextEncoder().encode(formatJson(json as never));
const tokenizer = {
  version: "1.0",
  added_tokens: [{ id: 3, content: "<e>", special: true }],
  normalizer: null,
  pre_tokenizer: { type: "Whitespace" },
  post_processor: null,
  decoder: null,
  model: { type: "WordLevel", vocab: { "[UNK]": 0, the: 1 }, unk_token: "[UNK]" },
};

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "warnings-"))));
afterAll(() => rm(folder, { recursive: true }));

/** Files of a model of two groups, in transformers' names, with a field that nobody knows and other faults. */
async function files(
  change: (config: Record<string, unknown>) => void,
  more: Readonly<Record<string, object>> = {},
): Promise<Map<string, Uint8Array>> {
  const { files: written } = await new Mamba2LM(fields, { seed: 1 }).save("hf", { onWarning: () => undefined });
  const config = { ...parseConfigJson(new TextDecoder().decode(written.get("config.json"))) } as Record<
    string,
    unknown
  >;
  change(config);
  return new Map([
    ...written,
    ["config.json", bytesOf(config)],
    ...Object.entries(more).map(([name, json]): [string, Uint8Array] => [name, bytesOf(json)]),
  ]);
}

const kinds: Readonly<
  Record<string, { readonly files: () => Promise<Map<string, Uint8Array>>; readonly warning: RegExp }>
> = {
  "a norm that libraries read in two ways": {
    files: () => files((config) => delete config["gated_norm_groups"]),
    warning: /n_groups is 2 and there is no gated_norm_groups/,
  },
  "an end that only the tokenizer names": {
    files: () =>
      files((config) => delete config["eos_token_id"], {
        "tokenizer.json": tokenizer,
        "tokenizer_config.json": { eos_token: "<e>" },
      }),
    warning: /the tokenizer's eos_token "<e>" \(3\) is used/,
  },
  "a layout that nothing tells": {
    files: () => files((config) => [delete config["layer_norm_epsilon"], delete config["gated_norm_groups"]]),
    warning: /decided for transformers/,
  },
  "a field that nobody knows": {
    files: () => files((config) => (config["wheels"] = 4)),
    warning: /ignored the unknown fields wheels/,
  },
  "weights of a run that had diverged": {
    files: async () => {
      const made = await files(() => undefined);
      const { tensors, metadata } = readSafetensors(made.get("model.safetensors")!);
      const changed = new Map(tensors);
      for (const [i, name] of ["backbone.layers.0.mixer.D", "backbone.norm_f.weight"].entries()) {
        const { shape } = tensors.get(name)!;
        const values = new Float32Array(shape[0]!).fill(1).with(1, i === 0 ? NaN : -Infinity);
        changed.set(name, tensorBytes("F32", shape, values));
      }
      return made.set("model.safetensors", writeSafetensors(changed, metadata));
    },
    warning:
      /NaN or infinities are in (?:backbone\.layers\.0\.mixer\.D, backbone\.norm_f\.weight|backbone\.norm_f\.weight, backbone\.layers\.0\.mixer\.D)\.$/,
  },
  "several tokens that begin a text": {
    files: () => files((config) => (config["bos_token_id"] = [1, 2])),
    warning: /bos_token_id lists 2 ids/,
  },
};

const loads: Readonly<Record<string, (given: Map<string, Uint8Array>, options: WarningOptions) => Promise<unknown>>> = {
  "Mamba2LM.load of files": (given, options) => Mamba2LM.load(given, options),
  "Mamba2LM.load of a reader": (given, options) => Mamba2LM.load((name) => Promise.resolve(given.get(name)), options),
  "Mamba2LM.load with quantize": (given, options) =>
    Mamba2LM.load(given, { quantize: { bits: 8, groupSize: 8 }, ...options }),
  loadFolder: async (given, options) => {
    const path = await mkdtemp(join(folder, "load-"));
    await writeFolder(path, given);
    return loadFolder(path, options);
  },
};

describe.each(Object.entries(kinds))("%s", (_kind, { files: make, warning }) => {
  it.each(Object.entries(loads))("is told by %s", async (_name, load) => {
    const given = await make();
    const onWarning = vi.fn();
    await load(given, { onWarning });
    expect(onWarning.mock.calls.flat().filter((text) => warning.test(text as string))).toHaveLength(1);
  });
});

const twoGroups = new Mamba2LM(fields, { seed: 1 });
const odd = mamba2Config({ ...fields, nGroups: 1, initializerRange: 0.5, convInit: 0.25, eosTokenId: 2 });
const saves: Readonly<Record<string, readonly [(options: WarningOptions) => unknown, RegExp]>> = {
  "model.save": [(options) => twoGroups.save("hf", options), /which only this library reads/],
  saveFolder: [
    (options) => saveFolder(twoGroups, join(folder, "saved"), "hf", options),
    /which only this library reads/,
  ],
  toHF: [(options) => toHF(odd, undefined, options), /convInit = 0.25 is not written/],
  "toHF of groups": [(options) => toHF(twoGroups.config, undefined, options), /which only this library reads/],
  toOfficial: [(options) => toOfficial(odd, options), /initializerRange = 0.5 is not written/],
  "toOfficial of special tokens": [
    (options) => toOfficial(odd, options),
    /special tokens \{"bos_token_id":null,"eos_token_id":2,"pad_token_id":null\} are not among these fields/,
  ],
};

describe("what a layout cannot say", () => {
  it.each(Object.entries(saves))("is told by %s", async (_name, [save, warning]) => {
    const onWarning = vi.fn();
    await save({ onWarning });
    expect(onWarning.mock.calls.flat().filter((text) => warning.test(text as string))).toHaveLength(1);
  });

  it("is refused where it changes what the model computes", () => {
    expect(() => toFLA(mamba2Config({ ...fields, gatedNormGroups: 1 }))).toThrow(
      /FLA config: cannot express gatedNormGroups/,
    );
  });
});

describe("tokenizers", () => {
  it("tell too", async () => {
    const path = await mkdtemp(join(folder, "tokenizer-"));
    await writeFile(join(path, "tokenizer.json"), JSON.stringify(tokenizer));
    await writeFile(join(path, "tokenizer_config.json"), JSON.stringify({ bos_token: "<e>", add_bos_token: true }));
    const onWarning = vi.fn();
    const read = await readTokenizer(await folderReader(path), { onWarning });
    expect(onWarning.mock.calls.flat()).toEqual(read!.warnings);
    expect(read!.warnings).toHaveLength(1);
  });
});

describe("without onWarning", () => {
  it("weights in memory are told like those of files: floats, and factors of integers", async () => {
    const console_ = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    try {
      for (const [name, quantize] of [
        ["norm_f.weight", undefined],
        ["layers.0.mixer.in_proj.weight.scales", { bits: 8, groupSize: 8 }],
      ] as const) {
        const options = quantize && { quantize };
        const { files: written } = await new Mamba2LM(fields, { seed: 1, ...options }).save("own");
        const { config, tensors } = await readCheckpoint(written);
        const [found] = [...tensors.keys()].filter((one) => one.endsWith(name));
        const { shape } = tensors.get(found!)!;
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1).with(1, NaN);
        const changed = new Map([...tensors, [found!, tensorBytes("F32", shape, values)]]);
        await Mamba2LM.fromTensors(config, changed, options);
        expect(console_.mock.calls.flat().filter((text) => (text as string).includes(`are in ${found}.`))).toHaveLength(
          1,
        );
      }
    } finally {
      console_.mockRestore();
    }
  });

  it("the console has each text once, whatever is loaded and saved", async () => {
    const console_ = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    try {
      const given = await files((config) => (config["spokes"] = 36)); // a text that no other test has
      for (let i = 0; i < 3; i++) await Mamba2LM.load(given);
      await loads["loadFolder"]!(given, {});
      const wide = new Mamba2LM({ ...fields, nGroups: 4, dModel: 48, headDim: 8 }, { seed: 1 });
      for (let i = 0; i < 3; i++) await wide.save("hf");
      await saveFolder(wide, join(folder, "wide"), "hf");
      const told = console_.mock.calls.map(([text]) => text as string);
      for (const text of [/unknown fields spokes/, /n_groups is 4, and the gated norm of this model/])
        expect(told.filter((one) => text.test(one))).toHaveLength(1);
      expect(new Set(told).size).toBe(told.length);
    } finally {
      console_.mockRestore();
    }
  });

  it("options that are none are refused", async () => {
    await expect(twoGroups.save("hf", { onWarn: () => undefined } as object)).rejects.toThrow(
      'save: options must be among maxShardBytes, onWarning, snapshot; got "onWarn".',
    );
    expect(() => toHF(odd, undefined, { onwarning: () => undefined } as object)).toThrow(
      'toHF: options must be among onWarning; got "onwarning".',
    );
  });
});
