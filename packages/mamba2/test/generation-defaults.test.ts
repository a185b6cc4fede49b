// What generation_config.json says of sampling: read with the model, used by the command where flags are silent, shown by info.
import { expect, test } from "vitest";
import { type Io, parseOptions } from "../src/cli/command.ts";
import { infoCommand } from "../src/cli/info.ts";
import { SAMPLING_OPTIONS, samplingOptions, withDefaults } from "../src/cli/sampling-options.ts";
import { Mamba2LM } from "../src/index.ts";
import { writeFolder } from "../src/node.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fields = { dModel: 16, nLayer: 1, vocabSize: 32, padVocabSizeMultiple: 1, dState: 8, headDim: 8 };
const saved = (await new Mamba2LM(fields).save()).files;
const withFile = (json: object) =>
  new Map([...saved, ["generation_config.json", new TextEncoder().encode(JSON.stringify(json))]]);
const warnings: string[] = [];
const load = (json: object) => Mamba2LM.load(withFile(json), { onWarning: (text) => void warnings.push(text) });
const stated = {
  do_sample: true,
  temperature: 0.6,
  top_k: 50,
  top_p: 0.95,
  repetition_penalty: 1.05,
  eos_token_id: [1, 2],
};

test("what is stated, greedy where the file does not sample, nothing where it is silent", async () => {
  const model = await load(stated);
  expect(model.generationDefaults).toEqual({ temperature: 0.6, topK: 50, topP: 0.95, repetitionPenalty: 1.05 });
  expect(model.config.eosTokenId).toEqual([1, 2]);
  expect((await load({ ...stated, do_sample: false })).generationDefaults.temperature).toBe(0);
  expect((await load({ eos_token_id: 1, top_p: null })).generationDefaults).toEqual({});
  expect(new Mamba2LM(fields).generationDefaults).toEqual({});
  expect(warnings).toEqual([]);
});

test("what cannot be is said, and not used", async () => {
  const model = await load({ temperature: -1, top_k: 2.5, top_p: "all", min_p: 0.1 });
  expect(model.generationDefaults).toEqual({ minP: 0.1 });
  expect(warnings.splice(0)).toEqual([
    "checkpoint: generation_config.json: temperature must be a finite number of at least 0; got -1: it is not used.",
    "checkpoint: generation_config.json: top_k must be a whole number of at least 0; got 2.5: it is not used.",
    'checkpoint: generation_config.json: top_p must be above 0 and at most 1; got "all": it is not used.',
  ]);
});

test("what is asked for and not done is said, and what asks for nothing is not", async () => {
  await load({
    ...stated,
    transformers_version: "4.57.0",
    use_cache: true,
    num_beams: 1,
    min_length: 0,
    bad_words_ids: null,
    suppress_tokens: [],
  });
  expect(warnings.splice(0)).toEqual([]);
  await load({ ...stated, max_new_tokens: 2048, no_repeat_ngram_size: 3, suppress_tokens: [7, 8], frobnicate: true });
  expect(warnings.splice(0)).toEqual([
    "checkpoint: generation_config.json: max_new_tokens 2048: maxTokens (--tokens, max_tokens) says here how many tokens are generated at most.",
    "checkpoint: generation_config.json: no_repeat_ngram_size 3, suppress_tokens [7, 8], frobnicate true: nothing here does that; tokens are chosen without it.",
  ]);
});

test("flags win; the command says what it took, info what there is", async () => {
  const lines: string[] = [];
  const io: Io = { json: false, print: (text) => void lines.push(text), note: (text) => void lines.push(text) };
  const command = { name: "x", summary: "x", options: SAMPLING_OPTIONS, run: () => Promise.resolve({}) };
  const asked = samplingOptions(parseOptions(command, ["--temperature", "1", "--top-k", "0"]));
  expect(withDefaults(asked, await load(stated), io)).toEqual({
    temperature: 1,
    topK: 0,
    topP: 0.95,
    repetitionPenalty: 1.05,
  });
  expect(lines.splice(0)).toEqual(["generation_config.json: top_p 0.95, repetition_penalty 1.05."]);
  const folder = await mkdtemp(join(tmpdir(), "generation-"));
  try {
    await writeFolder(folder, withFile(stated));
    const info = await infoCommand.run(parseOptions(infoCommand, [folder]), io);
    expect(info).toMatchObject({ generation: { temperature: 0.6, topK: 50, topP: 0.95, repetitionPenalty: 1.05 } });
    expect(lines).toContain("generation  temperature 0.6, top_k 50, top_p 0.95, repetition_penalty 1.05");
  } finally {
    await rm(folder, { recursive: true });
  }
});
