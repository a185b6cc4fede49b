// Names of tensors as training frameworks and models without a head leave them.
import { formatJson, type JsonObject, parseJson, readSafetensors, type TensorBytes, writeSafetensors } from "@x/tensor";
import { expect, test } from "vitest";
import { Mamba2LM, preset, readCheckpoint } from "../src/index.ts";

const model = new Mamba2LM({ ...preset("tiny"), nLayer: 2 }, { seed: 1 });
const want = await model.forward([1, 2, 3]).data();
const saved = (await model.save("hf")).files;

/** The model's files with other names of tensors and other fields. */
function renamed(rename: (name: string) => string | undefined, fields: JsonObject = {}): Map<string, Uint8Array> {
  const tensors = new Map<string, TensorBytes>();
  for (const [name, tensor] of readSafetensors(saved.get("model.safetensors")!).tensors) {
    const to = rename(name);
    if (to !== undefined) tensors.set(to, tensor);
  }
  const config = parseJson(new TextDecoder().decode(saved.get("config.json")), { nonFinite: true }) as JsonObject;
  return new Map([
    ["config.json", new TextEncoder().encode(formatJson({ ...config, ...fields }))],
    ["model.safetensors", writeSafetensors(tensors)],
  ]);
}

test.each([
  "module.",
  "_orig_mod.",
  "module._orig_mod.",
  "_orig_mod.module.",
  "model.",
  "_orig_mod.model.",
  "module.model.",
])("names that begin with %s", async (prefix) => {
  const { tensors } = await readCheckpoint(renamed((name) => prefix + name));
  expect([...tensors.keys()].sort()).toEqual([...model.namedParameters().keys()].sort());
});

test("wrappers of layers within names", async () => {
  const files = renamed((name) => name.replace(/layers\.(\d+)\./, "layers.$1._checkpoint_wrapped_module."));
  expect(await (await Mamba2LM.load(files)).forward([1, 2, 3]).data()).toEqual(want);
});

test("one tensor under two names, with and without a wrapper, is refused", async () => {
  const files = renamed((name) => name);
  const { tensors } = readSafetensors(files.get("model.safetensors")!);
  tensors.set("module.backbone.norm_f.weight", tensors.get("backbone.norm_f.weight")!);
  files.set("model.safetensors", writeSafetensors(tensors));
  await expect(readCheckpoint(files)).rejects.toThrow(
    /"backbone\.norm_f\.weight" is there twice, once as "module\.backbone\.norm_f\.weight"/,
  );
});

test.each(["", "module."])(
  "a model without a head, names beginning with '%s': its embedding is the head",
  async (prefix) => {
    const bare = (name: string): string => prefix + name.replace(/^backbone\./, "");
    const tied = await readCheckpoint(renamed(bare, { tie_word_embeddings: true }));
    expect(tied.warnings.filter((warning) => warning.includes("head"))).toEqual([]);
    const files = renamed(bare, { tie_word_embeddings: false });
    const { config, warnings } = await readCheckpoint(files);
    expect(config.tieEmbeddings).toBe(true);
    expect(warnings.join("\n")).toMatch(/a model without a head; its embedding serves as lm_head\.weight/);
    const loaded = await Mamba2LM.load(files, { onWarning: () => undefined });
    expect(await loaded.forward([1, 2, 3]).data()).toEqual(want);
  },
);

test("a model with a head that the file lacks is still refused", async () => {
  await expect(readCheckpoint(renamed((name) => name, { tie_word_embeddings: false }))).rejects.toThrow(
    /1 missing: lm_head\.weight/,
  );
});
