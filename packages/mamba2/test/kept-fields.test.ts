// A checkpoint that is loaded and saved in its own layout comes back with every field that its files had; what the model made untrue is changed; generation_config.json is kept in every layout.
import { formatJson, parseJson, readSafetensors, writeSafetensors } from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  LAYOUTS,
  type LayoutName,
  Mamba2LM,
  mamba2Config,
  readCheckpoint,
  readConfigText,
  writeCheckpoint,
} from "@x/mamba2";
import { configText, FAMILY_FILES, FAMILY_NAMES, type Json } from "./family-files.ts";

const quiet = { onWarning: () => undefined };
const encoder = new TextEncoder();
const textOf = (files: ReadonlyMap<string, Uint8Array>, name: string): string =>
  new TextDecoder().decode(files.get(name));
const jsonOf = (files: ReadonlyMap<string, Uint8Array>, name = "config.json"): Json =>
  parseJson(textOf(files, name), { nonFinite: true }) as Json;
const plain = { dModel: 32, nLayer: 1, vocabSize: 32, padVocabSizeMultiple: 1 };
const extras = { transformers_version: "4.99", _name_or_path: "a/b", ours: { deep: [1.5, null] }, use_cache: false };

/** The files of a checkpoint, with other text in some. */
function withText(
  files: ReadonlyMap<string, Uint8Array>,
  texts: Readonly<Record<string, string>>,
): Map<string, Uint8Array> {
  return new Map([...files, ...Object.entries(texts).map(([name, text]) => [name, encoder.encode(text)] as const)]);
}

/** A configuration of each layout, with fields that mean nothing here, as some Python wrote it. */
const texts: readonly (readonly [LayoutName, string])[] = [
  ...FAMILY_NAMES.map((name) => [FAMILY_FILES[name], configText(name)] as const),
  ...(["official", "hf", "fla", "codestral"] as const).map(
    (layout) => [layout, formatJson(LAYOUTS[layout].writeConfig(mamba2Config(plain)).json)] as const,
  ),
].map(
  ([layout, text]) =>
    [
      layout,
      text.replace(/^\s*\{/, (open) => `${open}"their_version": "4.99", "ours": {"deep": [1.50, null]},\n`),
    ] as const,
);

describe("config.json", () => {
  it.each(texts)("of %s comes back to the byte", async (layout, text) => {
    const { config } = readConfigText(text, [], { layout });
    const file = LAYOUTS[layout].files?.config ?? "config.json";
    const { files } = await new Mamba2LM(config).save(layout, quiet);
    const dtypes = text.replace(/("(?:torch_)?dtype": )"\w+"/g, '$1"float32"');
    const model = await Mamba2LM.load(withText(files, { [file]: dtypes }), { ...quiet, layout });
    expect(textOf((await model.save(layout, quiet)).files, file)).toBe(dtypes);
    // and nothing of it goes to another layout
    expect(textOf((await model.save("own", quiet)).files, "config.json")).not.toContain("4.99");
  });

  const hf = async (change: Json): Promise<Map<string, Uint8Array>> => {
    const { files } = await new Mamba2LM({ ...plain, dModel: 64, nGroups: 2, gatedNormGroups: 1 }).save("hf", quiet);
    return withText(files, { "config.json": formatJson({ ...jsonOf(files), ...extras, ...change }) });
  };

  it("says the type that tensors have now, by the name that it used", async () => {
    const files = await hf({});
    const json = Object.fromEntries(Object.entries(jsonOf(files)).filter(([name]) => name !== "torch_dtype"));
    const named = withText(files, { "config.json": formatJson({ ...json, dtype: "bfloat16" }) });
    expect(jsonOf((await (await Mamba2LM.load(named, quiet)).save("hf", quiet)).files)).toEqual({
      ...json,
      dtype: "float32",
    });
    const half = await (await Mamba2LM.load(files, { ...quiet, dtype: "bf16" })).save("hf", quiet);
    expect(jsonOf(half.files)).toEqual({ ...json, torch_dtype: "bfloat16" });
  });

  it("is changed where the model is not the one that it describes", async () => {
    const files = await hf({});
    const apart = await Mamba2LM.load(files, { ...quiet, gatedNormGroups: 2, dtLimit: [0.5, 2] });
    const saved = jsonOf((await apart.save("hf", quiet)).files);
    expect(saved).toEqual({ ...jsonOf(files), gated_norm_groups: 2, time_step_limit: [0.5, 2] });
    expect(saved).toMatchObject(extras);
    expect((await Mamba2LM.load((await apart.save("hf", quiet)).files, quiet)).config).toEqual({
      ...apart.config,
      gatedNormGroups: null,
    });
  });

  it("says that a model without a head got one", async () => {
    const files = await hf({ architectures: ["Mamba2Model"], tie_word_embeddings: false });
    const { tensors } = readSafetensors(files.get("model.safetensors")!);
    const bare = new Map([...tensors].map(([name, tensor]) => [name.replace(/^backbone\./, ""), tensor]));
    const model = await Mamba2LM.load(new Map([...files, ["model.safetensors", writeSafetensors(bare)]]), quiet);
    const saved = jsonOf((await model.save("hf", quiet)).files);
    expect(saved).toEqual({ ...jsonOf(files), architectures: ["Mamba2ForCausalLM"], tie_word_embeddings: true });
  });

  it("is written anew where a name of before would contradict", async () => {
    const model = await Mamba2LM.load(await hf({}), quiet);
    const { tensors, origin } = await readCheckpoint((await model.save("hf", quiet)).files);
    const was = { ...(parseJson(origin.config, { nonFinite: true }) as Json), dt_limit: [0, Infinity] }; // FLA's name of it
    const config = mamba2Config({ ...model.config, dtLimit: [0.25, 1] });
    const { files } = writeCheckpoint("hf", config, tensors, { origin: { ...origin, config: formatJson(was) } });
    expect(jsonOf(files)).toEqual(LAYOUTS.hf.writeConfig(config).json);
  });
});

describe("generation_config.json", () => {
  const generation =
    '{"eos_token_id": [2, 5], "bos_token_id": 1, "do_sample": true,\n "temperature": 0.60, "top_k": 50, "max_length": 2048, "ours": "kept"}';
  const stated = parseJson(generation) as Json;
  const loaded = async (layout: LayoutName, text = generation): Promise<Mamba2LM> => {
    const { files } = await new Mamba2LM({ ...plain, bosTokenId: 1, eosTokenId: 2 }).save(layout, quiet);
    return Mamba2LM.load(withText(files, { "generation_config.json": text }), quiet);
  };
  const without = (name: string, change: Json): Json => ({
    ...Object.fromEntries(Object.entries(stated).filter(([other]) => other !== name)),
    ...change,
  });
  const layouts: readonly LayoutName[] = ["official", "hf", "fla", "own", "codestral"];

  it.each(layouts)("is kept to the byte in %s, and in every other layout", async (layout) => {
    const model = await loaded(layout);
    const { files } = await model.save(layout, quiet);
    expect(textOf(files, "generation_config.json")).toBe(generation);
    for (const other of layouts.filter((name) => name !== layout)) {
      const { files: moved } = await model.save(other, quiet);
      expect(jsonOf(moved, "generation_config.json")).toEqual({ ...stated, pad_token_id: null });
      const again = await Mamba2LM.load(moved, quiet);
      expect([again.generationDefaults, again.config.eosTokenId]).toEqual([{ temperature: 0.6, topK: 50 }, [2, 5]]);
    }
  });

  it.each<[string, object, Json]>([
    ["another value", { temperature: 0.6, topK: 50, topP: 0.9 }, { ...stated, top_p: 0.9, pad_token_id: null }],
    ["one that is gone", { temperature: 0.6 }, without("top_k", { pad_token_id: null })],
    [
      "the best token always",
      { temperature: 0, topK: 50 },
      without("temperature", { do_sample: false, pad_token_id: null }),
    ],
  ])("says what a model's defaults were changed to: %s", async (_name, generationDefaults, want) => {
    const model = await loaded("hf");
    model.generationDefaults = generationDefaults;
    const { files } = await model.save("hf", quiet);
    expect(jsonOf(files, "generation_config.json")).toEqual(want);
    expect((await Mamba2LM.load(files, quiet)).generationDefaults).toEqual(generationDefaults);
  });

  it.each(layouts)("is made in %s where defaults were given to a model that had none", async (layout) => {
    const model = new Mamba2LM({ ...plain, eosTokenId: 7 });
    model.generationDefaults = { temperature: 0.7, minP: 0.05 };
    const { files } = await model.save(layout, quiet);
    expect(jsonOf(files, "generation_config.json")).toEqual({
      bos_token_id: null,
      eos_token_id: 7,
      pad_token_id: null,
      temperature: 0.7,
      min_p: 0.05,
    });
    const again = await Mamba2LM.load(files, quiet);
    expect([again.generationDefaults, again.config.eosTokenId]).toEqual([model.generationDefaults, 7]);
  });
});
