import { readFileSync } from "node:fs";
import {
  CheckpointError,
  ConfigError,
  formatJson,
  hostBits,
  parseSafetensorsHeader,
  readSafetensors,
  tensorBytes,
  writeSafetensors,
  type TensorBytes,
} from "@x/tensor";
import { describe, expect, test } from "vitest";
import { detectLayout, readConfigText } from "../src/checkpoint/detect.ts";
import { flaLayout, toFLA } from "../src/families/fla.ts";
import { hfLayout, toHF } from "../src/families/hf.ts";
import type { LayoutName } from "../src/families/family.ts";
import { officialLayout, toOfficial } from "../src/families/official.ts";
import { mergeShards, parseShardIndex, planShards } from "../src/checkpoint/shards.ts";
import { fromLayout, toLayout } from "../src/checkpoint/tensors.ts";
import { mamba2Config, type Mamba2Config } from "../src/config/config.ts";
import { parameterShapes } from "../src/config/parameter-shapes.ts";
import { LAYOUTS } from "../src/families/table.ts";
import { preset } from "../src/config/presets.ts";

const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const text = (name: string): string => new TextDecoder().decode(fixture(name));

/** A file written by the reference implementation: its own header, with drawn data; the tied head of `official` is the embedding. */
function referenceFile(layout: LayoutName): Uint8Array {
  const head = fixture(`${layout}.header.safetensors`);
  const { tensors, dataStart } = parseSafetensorsHeader(head);
  const sizeBytes = Math.max(...[...tensors.values()].map(({ end }) => end));
  const file = new Uint8Array(dataStart + sizeBytes);
  file.set(head);
  file.set(new Uint8Array(hostBits({ seed: 1 }, sizeBytes / 4).buffer), dataStart);
  const lmHead = tensors.get("lm_head.weight");
  if (lmHead !== undefined) file.copyWithin(dataStart + lmHead.begin, dataStart, dataStart + lmHead.end - lmHead.begin);
  return file;
}

/** Tensors of a configuration with drawn values. */
function drawn(config: Mamba2Config): Map<string, TensorBytes> {
  return new Map(
    [...parameterShapes(config)].map(([name, shape], stream) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, tensorBytes("F32", shape, new Uint8Array(hostBits({ seed: 2, stream }, size).buffer))];
    }),
  );
}

const small: Partial<Mamba2Config> = { dModel: 8, nLayer: 2, vocabSize: 10, dState: 4, headDim: 4 };

describe("configurations of the reference implementations", () => {
  const model = { dModel: 64, nLayer: 3, dState: 16, headDim: 16, nGroups: 1, chunkSize: 16, dtLimit: [0, Infinity] };

  test.each<[string, string, object]>([
    [
      "official.json",
      "official",
      { vocabSize: 97, padVocabSizeMultiple: 8, tieEmbeddings: true, initializerRange: 0.02, eosTokenId: null },
    ],
    [
      "hf.json",
      "hf",
      {
        vocabSize: 104,
        padVocabSizeMultiple: 1,
        tieEmbeddings: true,
        initializerRange: 0.1,
        rescalePrenormResidual: false,
        eosTokenId: 0,
      },
    ],
    ["hf-v5.json", "hf", { vocabSize: 104, tieEmbeddings: true, initializerRange: 0.1 }],
    [
      "fla.json",
      "fla",
      {
        vocabSize: 104,
        padVocabSizeMultiple: 1,
        tieEmbeddings: false,
        initializerRange: 0.02,
        bosTokenId: 1,
        padTokenId: 0,
      },
    ],
  ])("%s is %s", (file, layout, expected) => {
    const read = readConfigText(text(file));
    expect(read.layout).toBe(layout);
    expect(read.config).toMatchObject({ ...model, ...expected });
    expect(read.warnings).toEqual([]);
  });

  test("missing fields mean that library's defaults", () => {
    expect(officialLayout.readConfig({ ssm_cfg: { layer: "Mamba2" } }).config).toEqual(mamba2Config());
    expect(hfLayout.readConfig({ model_type: "mamba2" }).config).toMatchObject({
      ...preset("codestral-7b"),
      gatedNormGroups: 1,
      bosTokenId: 0,
      padTokenId: 1,
      initializerRange: 0.1,
      rescalePrenormResidual: false,
    });
    expect(flaLayout.readConfig({ model_type: "mamba2" }).config).toMatchObject({
      dModel: 2048,
      nLayer: 48,
      vocabSize: 32000,
      nGroups: 1,
      tieEmbeddings: false,
    });
  });

  test("the published 130m config", () => {
    const json =
      '{"d_model":768,"d_intermediate":0,"n_layer":24,"vocab_size":50277,"ssm_cfg":{"layer":"Mamba2"},"attn_layer_idx":[],"attn_cfg":{},' +
      '"rms_norm":true,"residual_in_fp32":true,"fused_add_norm":true,"pad_vocab_size_multiple":16,"tie_embeddings":true}';
    expect(readConfigText(json)).toEqual({
      layout: "official",
      config: mamba2Config({ ...preset("mamba2-130m"), eosTokenId: null }),
      warnings: [],
    });
    expect(toOfficial(preset("mamba2-130m"))).toEqual(JSON.parse(json));
  });

  test("null and {__float__} mean what they say", () => {
    const limit = (value: unknown): unknown => hfLayout.readConfig({ time_step_limit: value as never }).config.dtLimit;
    expect(limit(null)).toEqual([0, Infinity]);
    expect(limit([0.5, { __float__: "Infinity" }])).toEqual([0.5, Infinity]);
    expect(() => limit([0, { __float__: "Infinite" }])).toThrow(
      /dtLimit \(time_step_limit in the file\) must be two numbers/,
    );
    expect(
      hfLayout.readConfig({ n_groups: 1, pad_token_id: null, eos_token_id: [5, 6], bos_token_id: -1 }),
    ).toMatchObject({
      config: { padTokenId: null, eosTokenId: [5, 6], bosTokenId: null },
      warnings: [],
    });
  });

  test("stale and unknown fields are named in warnings", () => {
    expect(
      hfLayout.readConfig({ n_groups: 1, norm_before_gate: true, rms_norm: false, wheels: 4, intermediate_size: 3 })
        .warnings,
    ).toEqual([
      expect.stringMatching(/rms_norm is false; transformers ignores it/),
      expect.stringMatching(/norm_before_gate is true; transformers ignores it/),
      "transformers config: ignored the unknown fields wheels.",
    ]);
    expect(officialLayout.readConfig({ ssm_cfg: { layer: "Mamba2", spokes: 1 }, wheels: 4 }).warnings).toHaveLength(2);
    expect(flaLayout.readConfig({ wheels: 4 }).warnings).toHaveLength(1);
  });

  test.each<[string, RegExp]>([
    ['{"d_model": 64, "ssm_cfg": {}}', /ssm_cfg.layer must be "Mamba2"; got "Mamba1", the default when it is absent/],
    ['{"d_model": 64}', /ssm_cfg.layer must be "Mamba2"/],
    ['{"ssm_cfg": {"layer": "Mamba1"}}', /got "Mamba1"\./],
    ['{"ssm_cfg": 3}', /ssm_cfg must be an object; got 3/],
    [
      '{"ssm_cfg": {"layer": "Mamba2"}, "attn_layer_idx": [9, 18]}',
      /attn_cfg.causal must be true; got undefined, which means false/,
    ],
    [
      '{"d_model": 64, "ssm_cfg": {"layer": "Mamba2", "headdim": 48}}',
      /official config: headDim \(headdim in the file\) must divide/,
    ],
    [
      '{"d_model": "64", "ssm_cfg": {"layer": "Mamba2"}}',
      /official config: dModel \(d_model in the file\) must be an integer of at least 1; got "64"/,
    ],
    ['{"model_type": "llama", "hidden_size": 64}', /model_type must be one of mamba2, falcon_h1, .*; got "llama"/],
    ['{"model_type": "mamba2", "hidden_act": "gelu"}', /hidden_act must be "silu"/],
    [
      '{"model_type": "mamba2", "hidden_size": 64, "layer_norm_epsilon": 1e-5, "n_groups": 1}',
      /num_heads must be .* = 2; got 128, the default/,
    ],
    [
      '{"model_type": "mamba2", "hidden_size": 64, "norm_eps": 1e-5, "num_heads": 7}',
      /FLA config: num_heads must be .* = 2; got 7/,
    ],
    ['{"d_model": 1, "d_model": 2}', /duplicate key "d_model"/],
    ["[1]", /must be a JSON object/],
    ["{", /must be JSON; .* line 1/],
    ['{"dModel": 64, "headDim": 48}', /config: headDim must divide/],
    ['{"wheels": 1}', /got the fields wheels/],
    ["{}", /got the fields \(none\)/],
  ])("refuses %s", (json, message) => {
    expect(() => readConfigText(json)).toThrow(message);
  });

  test("the layout is told by the names of the tensors where the config says nothing", () => {
    expect(detectLayout({}, ["backbone.embedding.weight"])).toBe("official");
    expect(detectLayout({}, ["backbone.embeddings.weight"])).toBe("hf");
    expect(detectLayout({ model_type: "mamba2", dt_limit: [0, 1] })).toBe("fla");
    expect(
      detectLayout({ model_type: "mamba2", time_step_limit: [0, 1], dt_limit: [0, 1], layer_norm_epsilon: 1 }),
    ).toBe("hf");
    expect(() => detectLayout({}, ["x"])).toThrow(CheckpointError);
  });
});

describe("configurations written back", () => {
  const config = mamba2Config({
    ...small,
    padVocabSizeMultiple: 1,
    dtLimit: [0.001, 0.2],
    convBias: false,
    bias: true,
    dtMin: 0.002,
    bosTokenId: 3,
    eosTokenId: null,
  });

  test.each<LayoutName>(["official", "hf", "fla"])("%s keeps every setting it has a name for", (name) => {
    const layout = LAYOUTS[name];
    const source =
      name === "official"
        ? mamba2Config({ ...config, bosTokenId: null, dSsm: 8, gatedNorm: false, convInit: 0.1, dIntermediate: 9 })
        : config;
    const written = layout.writeConfig(source);
    expect(written.warnings).toEqual([]);
    const read = readConfigText(formatJson(written.json));
    expect(read).toEqual({ layout: name, config: source, warnings: [] });
  });

  test("an infinite limit survives as the token that Python reads", () => {
    const written = formatJson(toHF(mamba2Config(small)));
    expect(written).toMatch(/"time_step_limit": \[\n\s+0,\n\s+Infinity\n/);
    expect(readConfigText(written).config.dtLimit).toEqual([0, Infinity]);
    expect(JSON.stringify(toOfficial(mamba2Config(small)))).not.toMatch(/null|dt_limit/);
  });

  test("the vocabulary of transformers and FLA is the padded one", () => {
    const padded = mamba2Config({ ...small, vocabSize: 97 });
    expect([toHF(padded)["vocab_size"], toFLA(padded)["vocab_size"], toOfficial(padded)["vocab_size"]]).toEqual([
      104, 104, 97,
    ]);
    expect([toHF(padded)["num_heads"], toFLA(padded, "bfloat16")["torch_dtype"]]).toEqual([4, "bfloat16"]);
  });

  test.each<[LayoutName, Partial<Mamba2Config>, RegExp]>([
    [
      "official",
      { normEps: 1e-6 },
      /official config: cannot express normEps = 0.000001; that library always has 0.00001/,
    ],
    ["hf", { gatedNorm: false }, /transformers config: cannot express gatedNorm = false/],
    ["hf", { normBeforeGate: true }, /cannot express normBeforeGate = true/],
    ["hf", { dHasHeadDim: true }, /cannot express dHasHeadDim/],
    ["hf", { dSsm: 8 }, /cannot express dSsm = 8/],
    ["hf", { dIntermediate: 64 }, /cannot express dIntermediate = 64/],
    ["fla", { rmsNorm: false }, /FLA config: cannot express rmsNorm = false/],
    ["fla", { dIntermediate: 64 }, /cannot express dIntermediate/],
  ])("%s refuses %j", (name, fields, message) => {
    expect(() => LAYOUTS[name].writeConfig(mamba2Config({ ...small, ...fields }))).toThrow(ConfigError);
    expect(() => LAYOUTS[name].writeConfig(mamba2Config({ ...small, ...fields }))).toThrow(message);
  });

  test("settings of initialisation that get lost are named", () => {
    expect(hfLayout.writeConfig(mamba2Config({ ...small, convInit: 0.3 })).warnings).toEqual([
      expect.stringMatching(/convInit = 0.3 is not written/),
    ]);
    expect(hfLayout.writeConfig(mamba2Config({ ...small, dSsm: 16 })).warnings).toEqual([]);
    expect(officialLayout.writeConfig(mamba2Config({ ...small, rescalePrenormResidual: false })).warnings).toHaveLength(
      1,
    );
  });
});

describe("tensors", () => {
  test.each<LayoutName>(["official", "hf", "fla"])(
    "a file of the %s implementation comes back byte for byte",
    (layout) => {
      const file = referenceFile(layout);
      const { config } = readConfigText(text(`${layout}.json`));
      const { tensors, metadata } = readSafetensors(file);
      const named = fromLayout(config, tensors);
      expect([...named.keys()]).toEqual([...parameterShapes(config).keys()]);
      const written = writeSafetensors(toLayout(layout, config, named), metadata);
      expect(Buffer.compare(written, file)).toBe(0);
    },
  );

  test("from any layout to any other and back", () => {
    for (const tieEmbeddings of [true, false]) {
      const config = mamba2Config({ ...small, tieEmbeddings });
      const tensors = drawn(config);
      for (const layout of ["official", "hf", "fla"] as const) {
        const named = toLayout(layout, config, tensors);
        expect(named.has(LAYOUTS[layout].embeddingName)).toBe(true);
        expect(named.has("lm_head.weight")).toBe(!tieEmbeddings || layout !== "hf");
        expect(fromLayout(config, named)).toEqual(tensors);
      }
    }
  });

  test("names may begin with model.", () => {
    const config = mamba2Config(small);
    const tensors = drawn(config);
    expect(fromLayout(config, new Map([...tensors].map(([name, tensor]) => [`model.${name}`, tensor])))).toEqual(
      tensors,
    );
  });

  const fail =
    (change: (tensors: Map<string, TensorBytes>) => void, fields: Partial<Mamba2Config> = {}): (() => void) =>
    () => {
      const config = mamba2Config({ ...small, ...fields });
      const tensors = drawn(config);
      change(tensors);
      fromLayout(config, tensors);
    };

  test("missing, unknown and wrong tensors are all listed", () => {
    const act = fail((tensors) => {
      tensors.delete("backbone.layers.1.mixer.D");
      tensors.delete("backbone.norm_f.weight");
      tensors.set("backbone.layers.2.norm.weight", tensorBytes("F32", [8], new Float32Array(8)));
      tensors.set("backbone.layers.0.mixer.A_log", tensorBytes("I32", [4], new Int32Array(4)));
      tensors.set("backbone.layers.0.norm.weight", tensorBytes("F32", [2, 4], new Float32Array(8)));
    });
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(
      /2 missing: backbone.layers.1.mixer.D, backbone.norm_f.weight; 1 unknown: backbone.layers.2.norm.weight; 2 wrong/,
    );
    expect(act).toThrow(/backbone.layers.0.norm.weight must be \[8\]; got \[2, 4\]/);
    expect(act).toThrow(/A_log must be F32, F16, BF16, F64; got I32/);
  });

  test("long lists are cut", () => {
    expect(fail((tensors) => tensors.clear())).toThrow(/20 missing: .* and 14 more/);
  });

  test("a tied head that differs, and a head that is missing", () => {
    const head = tensorBytes("F32", [16, 8], new Float32Array(128));
    expect(fail((tensors) => tensors.set("lm_head.weight", head))).toThrow(/lm_head.weight must equal the embedding/);
    expect(fail((tensors) => tensors.delete("lm_head.weight"), { tieEmbeddings: false })).toThrow(
      /1 missing: lm_head.weight/,
    );
  });

  test("one tensor under two names", () => {
    expect(
      fail((tensors) => tensors.set("backbone.embeddings.weight", tensors.get("backbone.embedding.weight")!)),
    ).toThrow(/is there twice/);
  });
});

describe("shards", () => {
  const config = mamba2Config({ ...small, tieEmbeddings: false });
  const tensors = drawn(config);

  test("split and merged again", () => {
    const { files, indexText } = planShards(tensors, 2000);
    expect(files.size).toBeGreaterThan(2);
    const index = parseShardIndex(indexText!);
    expect(index.files).toEqual([...files.keys()]);
    expect(index.files[0]).toBe(`model-00001-of-0000${files.size}.safetensors`);
    const read = new Map([...files].map(([file, shard]) => [file, readSafetensors(writeSafetensors(shard)).tensors]));
    expect(fromLayout(config, mergeShards(index, read))).toEqual(tensors);
    for (const shard of files.values()) {
      const sizeBytes = [...shard.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
      expect(sizeBytes <= 2000 || shard.size === 1).toBe(true);
    }
    expect(planShards(tensors).indexText).toBeUndefined();
  });

  test.each<[string, RegExp]>([
    ["[]", /weight_map/],
    ["{", /must be JSON/],
    ['{"weight_map": {}}', /at least one tensor/],
    ['{"weight_map": {"a": "../b.safetensors"}}', /beside the index; got "..\/b.safetensors"/],
    ['{"weight_map": {"a": "/b.safetensors"}}', /beside the index/],
    ['{"weight_map": {"a": "b.txt"}}', /beside the index/],
    ['{"weight_map": {"a": 1}}', /got 1/],
  ])("refuses the index %s", (json, message) => {
    expect(() => parseShardIndex(json)).toThrow(CheckpointError);
    expect(() => parseShardIndex(json)).toThrow(message);
  });

  test("files that are not what the index says", () => {
    const index = parseShardIndex('{"weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}');
    const one = tensorBytes("F32", [1], new Float32Array(1));
    const merge =
      (first: string[], second?: string[]): (() => void) =>
      () => {
        const shard = (names: string[]): Map<string, TensorBytes> => new Map(names.map((name) => [name, one]));
        mergeShards(
          index,
          new Map([
            ["1.safetensors", shard(first)],
            ...(second === undefined ? [] : [["2.safetensors", shard(second)] as const]),
          ]),
        );
      };
    expect(merge(["a"], ["b"])).not.toThrow();
    expect(merge(["a"])).toThrow(/the file 2.safetensors is missing/);
    expect(merge(["a"], [])).toThrow(/"b" must be in 2.safetensors; it is not/);
    expect(merge(["a", "b"], ["b"])).toThrow(/1.safetensors holds "b", which the index places in 2.safetensors/);
    expect(merge(["a", "c"], ["b"])).toThrow(/holds "c", which the index does not name/);
  });
});
