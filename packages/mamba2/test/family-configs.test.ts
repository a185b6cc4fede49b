// Families of checkpoints: what their configurations mean, how they are written back, and what a layout cannot hold.
import { ConfigError, formatJson } from "@x/tensor";
import { describe, expect, test } from "vitest";
import {
  detectLayout,
  LAYOUTS,
  type LayoutName,
  mamba2Config,
  type Mamba2Fields,
  readConfigText,
  writeCheckpoint,
} from "../src/index.ts";
import { configText, FAMILY_FILES, FAMILY_NAMES, type FamilyFile, type Json, jsonOf } from "./family-files.ts";

const changed = (name: FamilyFile, change: Json): ReturnType<typeof readConfigText> =>
  readConfigText(formatJson({ ...jsonOf(name), ...change }));

describe("configurations", () => {
  const means: Record<FamilyFile, object> = {
    falcon_h1: {
      nLayer: 3,
      layers: Array.from({ length: 3 }, () => ["mixer+attention", "mlp"] as const),
      expand: 1,
      headDim: 8,
      gatedNorm: false,
      tieEmbeddings: false,
      dIntermediate: 80,
      attention: { heads: 4, keyValueHeads: 2, headDim: null, scale: null, rotary: { size: 12, theta: 1e11 } },
      multipliers: {
        embedding: 5.6,
        logits: 0.078,
        key: 0.39,
        attentionIn: 1,
        attentionOut: 0.9375,
        ssmIn: 1.25,
        ssmOut: 0.2357,
        ssm: [0.3536, 0.25, 0.1768, 0.5, 0.3536],
        mlpGate: 0.8839,
        mlpOut: 0.5859,
        residual: 1,
      },
    },
    falcon_h1_norm_biases: {
      gatedNorm: true,
      normBeforeGate: true,
      nGroups: 2,
      gatedNormGroups: null,
      bias: true,
      outBias: true,
      tieEmbeddings: true,
      mlp: { bias: true, multipleOf: 1, gated: true, activation: "silu" },
      attention: { bias: true, outBias: true },
    },
    granite_hybrid: {
      layers: [
        ["mixer", "mlp"],
        ["attention", "mlp"],
        ["mixer", "mlp"],
        ["mixer", "mlp"],
      ],
      dIntermediate: 96,
      normEps: 1e-5,
      attention: { scale: 0.0625, rotary: null },
      experts: null,
      multipliers: { embedding: 1.5, logits: 1 / 1.5, residual: 0.22 },
    },
    granite_hybrid_moe: {
      experts: { count: 4, perToken: 2, width: 40, gated: true, routing: "softmax", sharedWidth: 0 },
    },
    granite_hybrid_rope: {
      tieEmbeddings: false,
      attention: { bias: true, outBias: true, rotary: { size: 12, theta: 10_000 } },
    },
    bamba: {
      layers: [
        ["mixer", "mlp"],
        ["attention", "mlp"],
        ["mixer", "mlp"],
      ],
      attention: { scale: null, rotary: { size: 6, theta: 10_000 } },
      gatedNormGroups: null,
      gatedNorm: true,
    },
    nemotron_h: {
      layers: [["mixer"], ["mlp"], ["attention"], ["mixer"], ["mlp"]],
      expand: 2,
      nGroups: 2,
      gatedNormGroups: null,
      dtLimit: [0, Infinity],
      attention: { headDim: 16, rotary: null, bias: false },
      mlp: { activation: "relu2", gated: false, multipleOf: 1 },
      experts: null,
    },
    official_hybrid: {
      layers: [["mixer"], ["attention"], ["mixer"], ["attention"]],
      attention: { heads: 4, keyValueHeads: 2, headDim: 16, bias: false, dConv: 4, dMlp: 0, rotary: { size: 8 } },
    },
  };

  test.each(
    FAMILY_NAMES.filter(
      (name) => jsonOf(name)["rope_parameters"] && readConfigText(configText(name)).config.attention?.rotary,
    ),
  )("%s tells of fields of its positions that are not read", (name) => {
    const given = jsonOf(name)["rope_parameters"] as Json;
    expect(changed(name, { rope_parameters: { ...given, factor: 8 } }).warnings).toEqual([
      expect.stringMatching(/ignored the unknown fields factor of rope_parameters\.$/),
    ]);
  });

  test.each(FAMILY_NAMES)("%s names its tokens as the file does", (name) => {
    for (const field of name === "official_hybrid" ? [] : ["bos_token_id", "eos_token_id", "pad_token_id"])
      for (const value of ["1", 1.5, true]) expect(() => changed(name, { [field]: value })).toThrow(field);
    expect(() => changed(name, { vocab_size: "8" })).toThrow("vocab_size");
  });

  test.each(FAMILY_NAMES)("%s means what its library computes, and comes back as it was", (name) => {
    const layout = FAMILY_FILES[name];
    const { config, warnings, ...rest } = readConfigText(configText(name));
    expect(rest.layout).toBe(layout);
    expect(detectLayout(jsonOf(name))).toBe(layout);
    expect(warnings).toEqual([]);
    expect(config).toMatchObject(means[name]);
    const written = LAYOUTS[layout].writeConfig(config);
    expect(written.warnings).toEqual([]);
    expect(readConfigText(formatJson(written.json))).toEqual({ layout, config, warnings: [] });
    // whatever both files state they state alike, but for the words of layers and the Infinity of newer versions
    const [was, now] = [jsonOf(name), written.json];
    for (const key of Object.keys(was)) {
      if (!(key in now) || /^(layer_types|layers_block_type|time_step_limit|rope_parameters)$/.test(key)) continue;
      if (key === "mamba_expand" && was["mamba_d_ssm"] !== undefined) continue; // which counts
      if (key === "intermediate_size" && layout === "granitemoehybrid" && was["num_local_experts"] === 0) continue;
      if (key === "ssm_cfg" || key === "attn_cfg")
        expect(now[key]).toMatchObject(key === "ssm_cfg" ? {} : (was[key] as Json));
      else expect([key, now[key]]).toEqual([key, was[key]]);
    }
  });

  test.each(FAMILY_NAMES.filter((name) => name !== "official_hybrid"))(
    "%s keeps how long its texts may be",
    async (name) => {
      const stated = jsonOf(name)["max_position_embeddings"] as number;
      expect(stated).toBeGreaterThan(0);
      const layout = FAMILY_FILES[name];
      for (const by of [layout, "own"] as const) {
        const { config } = readConfigText(
          formatJson(LAYOUTS[by].writeConfig(readConfigText(configText(name)).config).json),
        );
        expect(config.maxPositions).toBe(stated);
        expect(LAYOUTS[layout].writeConfig(config).json["max_position_embeddings"]).toBe(stated);
      }
      const { config } = changed(name, { max_position_embeddings: null });
      expect(config.maxPositions).toBeNull();
      expect(LAYOUTS[layout].writeConfig(config).json).not.toHaveProperty("max_position_embeddings");
      expect(() => changed(name, { max_position_embeddings: 0 })).toThrow(
        "maxPositions (max_position_embeddings in the file)",
      );
    },
  );

  test("an inverse factor is written as the number that was read", () => {
    for (const scaling of [3, 4, 6, 8, 10, 16, 49, 1.5, 0.1, 7.3, 1e-3, 123.456, -2, 98, 107, 161, 1 / 3]) {
      const { config } = changed("granite_hybrid", { logits_scaling: scaling });
      expect(config.multipliers.logits).toBe(1 / scaling);
      expect(LAYOUTS.granitemoehybrid.writeConfig(config).json["logits_scaling"]).toBe(scaling);
    }
  });

  test("positions: every place that a file may state them, and none", () => {
    const rotary = (change: Json): unknown => changed("falcon_h1", change).config.attention!.rotary;
    const none = { rope_parameters: null };
    expect(rotary(none)).toMatchObject({ theta: 10_000, size: 12 });
    expect(rotary({ ...none, rope_theta: 5e5 })).toMatchObject({ theta: 5e5 });
    expect(rotary({ rope_parameters: { rope_theta: 7 }, rope_theta: 5 })).toMatchObject({ theta: 7 });
    expect(rotary({ rope_scaling: { type: "default", rope_theta: 9 } })).toMatchObject({ theta: 9 });
    expect(rotary({ partial_rotary_factor: 0.5 })).toMatchObject({ size: 6 });
    for (const change of [{ rope_parameters: { rope_type: "yarn" } }, { rope_scaling: { type: "linear", factor: 2 } }])
      expect(() => rotary(change)).toThrow(/rope_type must be "default"; got "(yarn|linear)"\. Scaled rotary/);
    const bamba = changed("bamba", {
      partial_rotary_factor: 0.25,
      rope_theta: 4,
      rope_parameters: { rope_theta: 3 },
    });
    expect(bamba.config.attention!.rotary).toMatchObject({ theta: 3, size: 6 });
    expect(bamba.warnings).toEqual([
      expect.stringMatching(/partial_rotary_factor is 0.25; outside .* 0.5 holds/),
      expect.stringMatching(/rope_theta is 4; outside of rope_parameters it is ignored, 3 holds/),
    ]);
    const inside = changed("bamba", { rope_parameters: { partial_rotary_factor: 1 }, partial_rotary_factor: 1 });
    expect(inside.config.attention!.rotary).toMatchObject({ size: 12 });
  });

  test("a rotated part that no fraction of a head gives exactly comes back", () => {
    for (const size of [2, 4, 26, 46, 48])
      for (const headDim of [49, 53, 97]) {
        const { config } = changed("falcon_h1", { head_dim: headDim, partial_rotary_factor: 0.5 });
        const odd = mamba2Config({
          ...config,
          attention: { ...config.attention!, rotary: { size, theta: 10, interleaved: false } },
        });
        const { json } = LAYOUTS.falcon_h1.writeConfig(odd);
        expect(readConfigText(formatJson(json)).config.attention!.rotary!.size).toBe(size);
      }
  });

  test("words of layers: long, short, letters; the list before the letters", () => {
    const layers = (change: Json): unknown => changed("nemotron_h", change).config.layers;
    const text = { layers_block_type: null, hybrid_override_pattern: "M-*ME" };
    expect(layers(text)).toEqual([["mixer"], ["mlp"], ["attention"], ["mixer"], ["experts"]]);
    expect(layers({ layers_block_type: ["M", "*"], hybrid_override_pattern: "EE" })).toEqual([
      ["mixer"],
      ["attention"],
    ]);
    expect(layers({ layers_block_type: null, layer_types: ["mamba", "moe"] })).toEqual([["mixer"], ["experts"]]);
    expect(() => layers({ layers_block_type: ["mamba", "hybrid"] })).toThrow(
      /layers_block_type must be .*got "hybrid"/,
    );
    expect(() => changed("granite_hybrid", { layer_types: ["mamba"] })).toThrow(
      /layer_types must be a list of .* 4 words/,
    );
    expect(() => changed("granite_hybrid", { layer_types: ["M", "M", "M", "-"] })).toThrow(/got "-"/);
    expect(changed("granite_hybrid", { layer_types: null }).config.layers).toEqual(
      Array.from({ length: 4 }, () => ["mixer", "mlp"]),
    );
  });

  test("a Granite of attention alone needs no fitting mixers", () => {
    const attention = Array.from({ length: 4 }, () => "attention");
    const { config, layout } = changed("granite_hybrid_rope", { layer_types: attention, mamba_n_heads: 7 });
    expect(config.layers).toEqual(Array.from({ length: 4 }, () => ["attention", "mlp"]));
    expect(readConfigText(formatJson(LAYOUTS[layout].writeConfig(config).json)).config).toEqual(config);
  });

  test("several groups: the full width is normed in Granite and Bamba, each group in the others", () => {
    const groups = (name: FamilyFile, field: string): unknown => changed(name, { [field]: 2 }).config.gatedNormGroups;
    expect(groups("granite_hybrid", "mamba_n_groups")).toBe(1);
    expect(groups("bamba", "mamba_n_groups")).toBe(1);
    expect(groups("falcon_h1_norm_biases", "mamba_n_groups")).toBeNull();
    expect(groups("nemotron_h", "n_groups")).toBeNull();
  });

  test("the clamp of dt can be another library's reading", () => {
    const read = (dtLimit: readonly [number, number]): unknown =>
      readConfigText(configText("nemotron_h"), [], { dtLimit }).config.dtLimit;
    expect(read([0.001, Infinity])).toEqual([0.001, Infinity]);
    expect(() => read([1, 0])).toThrow(/dtLimit must be two numbers \[low, high\]/);
  });

  test("Nemotron's experts, and older names of its fields", () => {
    const { config } = changed("nemotron_h", {
      layers_block_type: ["M", "E"],
      n_routed_experts: 8,
      num_experts_per_tok: 3,
      moe_intermediate_size: 20,
      moe_latent_size: 12,
      moe_shared_expert_intermediate_size: 28,
      n_group: 4,
      topk_group: 2,
      norm_topk_prob: false,
      routed_scaling_factor: 2.5,
      conv_kernel: null,
      mamba_d_conv: 3,
    });
    expect(config).toMatchObject({
      dConv: 3,
      attention: null,
      experts: {
        count: 8,
        perToken: 3,
        width: 20,
        latent: 12,
        sharedWidth: 28,
        groups: 4,
        topGroups: 2,
        normalize: false,
        scale: 2.5,
        routing: "sigmoid",
        activation: "relu2",
        gated: false,
      },
    });
    expect(readConfigText(formatJson(LAYOUTS.nemotron_h.writeConfig(config).json)).config).toEqual(config);
    expect(() => changed("nemotron_h", { mamba_d_conv: 3 })).toThrow(/mamba_d_conv must equal conv_kernel, 4/);
    const ignored = changed("nemotron_h", {
      attention_bias: true,
      tie_word_embeddings: true,
      num_nextn_predict_layers: 1,
    });
    expect(ignored.config).toMatchObject({ tieEmbeddings: false, attention: { bias: false } });
    expect(ignored.warnings).toEqual([
      expect.stringMatching(/attention_bias is true; the library ignores it/),
      expect.stringMatching(/tie_word_embeddings is true; the library ties nothing/),
    ]);
  });

  test.each<[FamilyFile, Json, RegExp]>([
    ["falcon_h1", { mamba_n_heads: 7 }, /mamba_n_heads must be mamba_d_ssm \/ mamba_d_head = 48 \/ 8; got 7/],
    ["falcon_h1", { mamba_d_ssm: null }, /mamba_n_heads must be mamba_expand · hidden_size \/ .* = 96 \/ 8; got 6/],
    [
      "falcon_h1",
      { mamba_d_head: "auto", mamba_n_heads: 7 },
      /mamba_n_heads must be a divisor of mamba_d_ssm, 48; got 7/,
    ],
    ["falcon_h1", { mlp_multipliers: [1] }, /mlp_multipliers must be a list of 2/],
    ["falcon_h1", { mlp_multipliers: [1, "x"] }, /mlpOut \(mlp_multipliers\[1\] in the file\) must be a finite number/],
    ["falcon_h1", { model_type: null }, /model_type must be given where config.json has num_attention_heads/],
    ["bamba", { model_type: null }, /model_type must be given where config.json has num_attention_heads/],
    ["falcon_h1", { ssm_multipliers: [1, 2] }, /multipliers.ssm \(ssm_multipliers in the file\) must be a list of 5/],
    ["falcon_h1", { hidden_act: "gelu" }, /hidden_act must be "silu"; got "gelu"/],
    [
      "falcon_h1",
      { num_key_value_heads: 3 },
      /attention.keyValueHeads \(num_key_value_heads in the file\) must divide/,
    ],
    ["bamba", { sliding_window: 4096 }, /sliding_window must be absent or null; got 4096/],
    ["bamba", { attn_layer_indices: [3] }, /attn_layer_indices must be a list of layers from 0 to 2; got \[3\]/],
    ["granite_hybrid", { position_embedding_type: "alibi" }, /position_embedding_type must be "rope", "nope" or null/],
    ["granite_hybrid", { logits_scaling: 0 }, /logits_scaling must be a number within ±1000000 other than 0; got 0/],
    ["nemotron_h", { mlp_hidden_act: "gelu" }, /mlp.activation \(mlp_hidden_act in the file\) must be one of/],
    ["nemotron_h", { mamba_hidden_act: "gelu" }, /mamba_hidden_act must be "silu"/],
    ["official_hybrid", { attn_cfg: { num_heads: 4 } }, /attn_cfg.causal must be true; got undefined/],
    ["official_hybrid", { attn_cfg: { causal: true } }, /attn_cfg.num_heads must be given/],
    ["official_hybrid", { attn_layer_idx: [4] }, /attn_layer_idx must be a list of layers from 0 to 3; got \[4\]/],
    [
      "bamba",
      { model_type: "zamba2" },
      /model_type must be one of mamba2, falcon_h1, granitemoehybrid, bamba, nemotron_h; got "zamba2"/,
    ],
  ])("%s refuses %j", (name, change, message) => {
    expect(() => changed(name, change)).toThrow(ConfigError);
    expect(() => changed(name, change)).toThrow(message);
  });

  test("what changes nothing here is said", () => {
    expect(changed("bamba", { z_loss_coefficient: 0.1, wheels: 4 }).warnings).toEqual([
      expect.stringMatching(/z_loss_coefficient is 0.1; the loss has no such term/),
      expect.stringMatching(/ignored the unknown fields wheels/),
    ]);
    expect(changed("granite_hybrid", { output_router_logits: true }).warnings).toHaveLength(1);
    expect(changed("falcon_h1", { attention_dropout: 0.1 }).warnings).toHaveLength(1);
  });
});

describe("what a layout cannot hold is refused by the field's name", () => {
  const config = (name: FamilyFile, fields: Mamba2Fields = {}): ReturnType<typeof mamba2Config> =>
    mamba2Config({ ...readConfigText(configText(name)).config, ...fields });
  const rows: [LayoutName, FamilyFile, Mamba2Fields, RegExp][] = [
    ["official", "falcon_h1", {}, /cannot express layers\[0\] = \["mixer\+attention","mlp"\]/],
    ["official", "granite_hybrid", {}, /cannot express multipliers.embedding = 1.5/],
    [
      "official",
      "nemotron_h",
      {},
      /cannot express layers\[0\] = \["mixer"\]; that library has a mixer or attention in each layer, with an MLP/,
    ],
    ["hf", "bamba", {}, /cannot express layers\[0\]/],
    ["hf", "official_hybrid", {}, /transformers config: cannot express layers\[1\] = \["attention"\]/],
    ["fla", "official_hybrid", {}, /FLA config: cannot express layers\[1\]/],
    ["falcon_h1", "bamba", {}, /falcon_h1 config: cannot express layers\[0\] = \["mixer","mlp"\]/],
    ["falcon_h1", "falcon_h1", { multipliers: { residual: 2 } }, /cannot express multipliers.residual = 2/],
    ["falcon_h1", "falcon_h1", { dHasHeadDim: true }, /cannot express dHasHeadDim = true/],
    ["falcon_h1", "falcon_h1", { attention: { heads: 4, scale: 1 } }, /cannot express attention.scale = 1/],
    ["falcon_h1", "falcon_h1", { attention: { heads: 4 } }, /cannot express attention.rotary = null/],
    ["falcon_h1", "falcon_h1", { mlp: { activation: "relu2" } }, /cannot express mlp.activation = "relu2"/],
    ["granitemoehybrid", "falcon_h1", {}, /granitemoehybrid config: cannot express layers\[0\]/],
    ["granitemoehybrid", "granite_hybrid", { normBeforeGate: true }, /cannot express normBeforeGate = true/],
    ["granitemoehybrid", "granite_hybrid", { multipliers: { key: 2 } }, /cannot express multipliers.key = 2/],
    ["granitemoehybrid", "granite_hybrid", { nGroups: 2 }, /cannot express gatedNormGroups = 2/],
    ["granitemoehybrid", "granite_hybrid_moe", { experts: { routing: "sigmoid" } }, /cannot express experts.routing/],
    ["granitemoehybrid", "granite_hybrid", { learnableInitialState: true }, /cannot express learnableInitialState/],
    ["bamba", "granite_hybrid", {}, /bamba config: cannot express attention.scale = 0.0625/],
    ["bamba", "bamba", { gatedNorm: false }, /cannot express gatedNorm = false/],
    ["bamba", "bamba", { outBias: true }, /cannot express outBias = true/],
    ["nemotron_h", "bamba", {}, /nemotron_h config: cannot express layers\[0\]/],
    ["nemotron_h", "nemotron_h", { tieEmbeddings: true }, /cannot express tieEmbeddings = true/],
    ["nemotron_h", "nemotron_h", { gatedNormGroups: 1 }, /cannot express gatedNormGroups = 1/],
    ["nemotron_h", "nemotron_h", { mlp: { gated: true } }, /cannot express mlp.gated = true/],
  ];

  test.each(rows)("%s: %s with %j", (layout, name, fields, message) => {
    const model = config(name, fields);
    expect(() => LAYOUTS[layout].writeConfig(model)).toThrow(ConfigError);
    expect(() => writeCheckpoint(layout, model, new Map())).toThrow(message);
  });
});
