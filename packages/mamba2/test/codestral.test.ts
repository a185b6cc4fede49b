// Mistral's own files of Codestral Mamba: params.json and consolidated.safetensors, read and written.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, readSafetensors } from "@x/tensor";
import { afterAll, expect, test } from "vitest";
import {
  dimensions,
  layoutFor,
  Mamba2LM,
  mamba2Config,
  openCheckpoint,
  readCheckpoint,
  readConfigText,
} from "../src/index.ts";
import { loadFolder, saveFolder } from "../src/node.ts";

const folder = mkdtempSync(join(tmpdir(), "codestral-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As released; see the fields of mistral-inference's MambaArgs. */
const published = {
  dim: 4096,
  n_layers: 64,
  vocab_size: 32768,
  n_groups: 8,
  rms_norm: true,
  residual_in_fp32: true,
  fused_add_norm: true,
  pad_vocab_size_multiple: 1,
  tie_embeddings: false,
  model_type: "mamba",
};
const read = (fields: object): ReturnType<typeof readConfigText> => readConfigText(JSON.stringify(fields));

const config = mamba2Config({
  dModel: 64,
  nLayer: 2,
  vocabSize: 40,
  nGroups: 2,
  padVocabSizeMultiple: 1,
  tieEmbeddings: false,
});
const model = new Mamba2LM(config, { seed: 3 });
const { files } = await model.save("codestral");
const text = (name: string): string => new TextDecoder().decode(files.get(name));

test("params.json as it was released describes Codestral 7B", () => {
  const { config: codestral, layout, warnings } = read(published);
  expect([layout, warnings]).toEqual(["codestral", []]);
  expect(codestral).toMatchObject({
    dModel: 4096,
    nLayer: 64,
    nGroups: 8,
    dState: 128,
    headDim: 64,
    tieEmbeddings: false,
  });
  expect(codestral.gatedNormGroups ?? codestral.nGroups).toBe(8);
  expect(dimensions(codestral)).toMatchObject({ dInProj: 18560, convDim: 10240, nHeads: 128, paddedVocabSize: 32768 });
});

test("a model is saved as two files with Mistral's names, and read again as it was", async () => {
  expect([...files.keys()].sort()).toEqual(["consolidated.safetensors", "params.json"]);
  expect(JSON.parse(text("params.json"))).toEqual({
    ...published,
    dim: 64,
    n_layers: 2,
    vocab_size: 40,
    n_groups: 2,
  });
  const { tensors } = readSafetensors(files.get("consolidated.safetensors")!);
  expect([...tensors.keys()].sort()).toEqual([...model.namedParameters().keys()].map((name) => `model.${name}`).sort());
  const loaded = await Mamba2LM.load(files);
  expect(await loaded.forward([1, 2, 3]).data()).toEqual(await model.forward([1, 2, 3]).data());
  expect((await readCheckpoint(files)).layout).toBe("codestral");
  expect((await loaded.save("codestral")).files).toEqual(files);
});

test("special tokens stand in generation_config.json", async () => {
  const named = new Mamba2LM({ ...config, bosTokenId: 1, eosTokenId: 2 });
  const saved = (await named.save("codestral")).files;
  expect((await openCheckpoint(saved)).config).toMatchObject({ bosTokenId: 1, eosTokenId: 2 });
});

test("a save takes the place of a checkpoint of another layout, and the other way round", async () => {
  const quiet = { onWarning: () => undefined };
  await saveFolder(model, folder, "hf", quiet);
  await saveFolder(model, folder, "codestral");
  expect(readdirSync(folder).sort()).toEqual(["consolidated.safetensors", "params.json"]);
  expect(await (await loadFolder(folder)).forward([5]).data()).toEqual(await model.forward([5]).data());
  await saveFolder(model, folder, "hf", quiet);
  expect(readdirSync(folder).sort()).toEqual(["config.json", "model.safetensors"]);
});

test("with a config.json beside it, that one counts", async () => {
  const both = new Map([...files, ...(await model.save("official")).files]);
  expect((await readCheckpoint(both)).layout).toBe("official");
});

test.each([
  ["dState", 32],
  ["dtLimit", [0.1, 1]],
  ["gatedNormGroups", 1],
  ["normEps", 1e-6],
  ["convBias", false],
  ["learnableInitialState", true],
  ["dIntermediate", 128],
  ["headDim", 32],
  ["multipliers", { logits: 2 }],
])("what params.json has no name for is refused: %s", async (field, value) => {
  const other = new Mamba2LM(mamba2Config({ ...config, [field]: value }));
  await expect(other.save("codestral")).rejects.toThrow(ConfigError);
  await expect(other.save("codestral")).rejects.toThrow(
    new RegExp(`codestral config: cannot express (?:${field}|layers)`),
  );
  expect(layoutFor(other.config)).not.toBe("codestral");
});

test("one file cannot be shards", async () => {
  await expect(model.save("codestral", { maxShardBytes: 1e6 })).rejects.toThrow(
    /maxShardBytes must be absent for the layout codestral, which is one file, consolidated\.safetensors; got 1000000/,
  );
});

test("fields that are missing, of other libraries, or unknown", () => {
  const { vocab_size: _, ...less } = published;
  expect(() => read(less)).toThrow(/must have dim, n_layers, vocab_size; got no vocab_size/);
  expect(() => read({ ...published, d_state: 64 })).toThrow(/d_state must be 128 like dState/);
  expect(() => read({ ...published, model_type: "transformer" })).toThrow(/model_type must be "mamba"/);
  expect(read({ ...published, colour: 1 }).warnings).toEqual(["codestral config: ignored the unknown fields colour."]);
  // Mamba-1 of transformers
  expect(() => read({ model_type: "mamba", hidden_size: 64 })).toThrow(/model_type must be one of/);
});
