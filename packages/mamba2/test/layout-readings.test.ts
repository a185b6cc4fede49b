// What a configuration means depends on whose it is: how a layout is told, what happens to names of another library, and the groups of the gated norm, which n_groups
// alone does not say. Nothing that changes numbers is dropped without a word.
import { CheckpointError, ConfigError, formatJson, type JsonValue } from "@x/tensor";
import { describe, expect, test } from "vitest";
import { LAYOUTS, type LayoutName, Mamba2LM, readCheckpoint, readConfigText, writeCheckpoint } from "../src/index.ts";

type Json = Record<string, JsonValue>;

/** As FLA wrote it in 2025: transformers' names, but for the epsilon. */
const olderFla: Json = {
  architectures: ["Mamba2ForCausalLM"],
  model_type: "mamba2",
  hidden_size: 64,
  num_hidden_layers: 2,
  vocab_size: 104,
  state_size: 16,
  head_dim: 16,
  num_heads: 8,
  expand: 2,
  n_groups: 1,
  chunk_size: 16,
  conv_kernel: 4,
  use_bias: false,
  use_conv_bias: true,
  hidden_act: "silu",
  norm_eps: 1e-6,
  rms_norm: true,
  residual_in_fp32: true,
  rescale_prenorm_residual: true,
  initializer_range: 0.02,
  time_step_rank: 4,
  time_step_min: 0.002,
  time_step_max: 0.2,
  time_step_floor: 0.0003,
  time_step_limit: [0.01, 0.5],
  fuse_norm: true,
  fuse_cross_entropy: true,
  use_l2warp: false,
  tie_word_embeddings: false,
  use_cache: true,
  pad_token_id: 0,
  bos_token_id: 1,
  eos_token_id: 2,
  torch_dtype: "float32",
  transformers_version: "4.51.0",
};
const { norm_eps: _eps, fuse_norm: _norm, fuse_cross_entropy: _loss, use_l2warp: _warp, ...undecided } = olderFla;
const hf: Json = { ...undecided, layer_norm_epsilon: 1e-6 };

const read = (json: Json, options = {}): ReturnType<typeof readConfigText> =>
  readConfigText(formatJson(json), [], options);

describe("whose a configuration is", () => {
  test("FLA's of 2025 is FLA's, epsilon and time steps included", () => {
    const { layout, config, warnings } = read(olderFla);
    expect(layout).toBe("fla");
    expect(config).toMatchObject({
      normEps: 1e-6,
      dtMin: 0.002,
      dtMax: 0.2,
      dtInitFloor: 0.0003,
      dtLimit: [0.01, 0.5],
      eosTokenId: 2,
    });
    expect(warnings).toEqual([]);
  });

  test("transformers' is transformers'", () => {
    expect(read(hf)).toMatchObject({ layout: "hf", warnings: [], config: { normEps: 1e-6, dtLimit: [0.01, 0.5] } });
  });

  test.each<[string, Json, RegExp]>([
    [
      "both epsilons",
      { ...olderFla, layer_norm_epsilon: 1e-6 },
      /must have the names of one library; got layer_norm_epsilon \(transformers\) and norm_eps, fuse_norm/,
    ],
    [
      "the official names too",
      { ...hf, d_model: 64 },
      /got d_model \(official\) and layer_norm_epsilon \(transformers\)\. Say whose layout it is/,
    ],
  ])("%s: an error that lists them and asks", (_, json, message) => {
    expect(() => read(json)).toThrow(CheckpointError);
    expect(() => read(json)).toThrow(message);
  });

  test("an answer settles it", () => {
    expect(read({ ...olderFla, layer_norm_epsilon: 1e-6 }, { layout: "fla" })).toMatchObject({
      layout: "fla",
      config: { normEps: 1e-6 },
    });
    expect(() => read(hf, { layout: "pytorch" })).toThrow(/layout must be one of official, hf, fla, .*; got "pytorch"/);
    expect(() => read(hf, { format: "fla" })).toThrow(
      /options must be among layout, gatedNormGroups, dtLimit; got "format"/,
    );
  });

  test("an epsilon of one and a harmless name of the other: decided, and said", () => {
    expect(read({ ...hf, fuse_cross_entropy: true })).toMatchObject({
      layout: "hf",
      warnings: [
        expect.stringMatching(
          /layer_norm_epsilon \(transformers\) and fuse_cross_entropy \(FLA\); layer_norm_epsilon decided/,
        ),
      ],
    });
  });

  test("no name of one library alone: transformers, and said", () => {
    expect(read(undecided)).toMatchObject({
      layout: "hf",
      warnings: [
        expect.stringMatching(/no field that transformers or FLA alone has; model_type decided for transformers/),
      ],
    });
  });
});

describe("names of another library", () => {
  test.each<[LayoutName, Json, RegExp]>([
    [
      "hf",
      { ...hf, norm_eps: 1e-3 },
      /transformers config: norm_eps must be 0.000001 like normEps, which it names elsewhere; got 0.001/,
    ],
    ["hf", { ...hf, dt_limit: [0, 1] }, /dt_limit must be \[0.01, 0.5\]/],
    ["hf", { ...hf, D_has_hdim: true }, /D_has_hdim must be false/],
    [
      "fla",
      { ...olderFla, dt_limit: [0, 1] },
      /time_step_limit must equal dt_limit, \[0, 1\], which means the same; got \[0.01, 0.5\]/,
    ],
    ["fla", { ...olderFla, layer_norm_epsilon: 1e-3 }, /layer_norm_epsilon must equal norm_eps, 0.000001/],
    ["fla", { ...olderFla, ngroups: 4 }, /ngroups must be 1/],
    [
      "official",
      { d_model: 64, norm_eps: 1e-3, ssm_cfg: { layer: "Mamba2" } },
      /official config: norm_eps must be 0.00001/,
    ],
    ["official", { d_model: 64, ssm_cfg: { layer: "Mamba2", n_groups: 4 } }, /n_groups must be 1 like nGroups/],
  ])("%s: a disagreement is refused", (layout, json, message) => {
    expect(() => read(json, { layout })).toThrow(ConfigError);
    expect(() => read(json, { layout })).toThrow(message);
  });

  test("that agree are no matter", () => {
    expect(read({ ...hf, norm_eps: 1e-6 }, { layout: "hf" }).warnings).toEqual([]);
  });
});

describe("the groups of the gated norm", () => {
  const groups: Json = { ...hf, n_groups: 2 };
  const small = { dModel: 16, nLayer: 2, vocabSize: 32, headDim: 8, dState: 8, nGroups: 2 };

  test("transformers' n_groups is read as transformers evaluates, with a warning that names both readings", () => {
    const { config, warnings } = read(groups);
    expect(config).toMatchObject({ nGroups: 2, gatedNormGroups: 1 });
    expect(warnings).toEqual([
      expect.stringMatching(
        /n_groups is 2.*full width \(gatedNormGroups 1\).*each of the 2 groups apart.*gatedNormGroups: 2/,
      ),
    ]);
    expect(read(groups, { gatedNormGroups: 2 })).toMatchObject({ config: { gatedNormGroups: 2 }, warnings: [] });
    expect(read(groups, { gatedNormGroups: 1 })).toMatchObject({ config: { gatedNormGroups: 1 }, warnings: [] });
    expect(() => read(groups, { gatedNormGroups: 3 })).toThrow(
      /gatedNormGroups \(gated_norm_groups in the file\) must divide/,
    );
  });

  test("the official implementation's and FLA's are read as they norm: each group apart", () => {
    expect(read({ ...olderFla, n_groups: 2 })).toMatchObject({
      config: { nGroups: 2, gatedNormGroups: null },
      warnings: [],
    });
    expect(read({ d_model: 64, ssm_cfg: { layer: "Mamba2", ngroups: 2 } })).toMatchObject({
      config: { nGroups: 2, gatedNormGroups: null },
      warnings: [],
    });
  });

  test.each<[LayoutName, number | null, RegExp | undefined]>([
    ["official", null, undefined],
    ["official", 2, undefined],
    ["official", 1, /official config: cannot express gatedNormGroups = 1/],
    ["fla", null, undefined],
    ["fla", 1, /FLA config: cannot express gatedNormGroups = 1/],
    ["hf", null, undefined],
    ["hf", 1, undefined],
    ["hf", 2, undefined],
    ["hf", 4, /transformers config: cannot express gatedNormGroups = 4/],
  ])(
    "%s with gatedNormGroups %s: kept, or refused before anything is written",
    async (layout, gatedNormGroups, refused) => {
      const model = new Mamba2LM({ ...small, gatedNormGroups }, { seed: 1 });
      if (refused) {
        await expect(model.save(layout)).rejects.toThrow(refused);
        return;
      }
      const { files, warnings } = await model.save(layout);
      expect(warnings.join()).toMatch(layout === "hf" ? /each of (its|the) 2 groups apart/ : /^$/);
      const again = await Mamba2LM.load(files);
      const ids = [1, 5, 9, 13, 17];
      expect(await again.forward(ids).data()).toEqual(await model.forward(ids).data());
      const { config, tensors, warnings: remarks } = await readCheckpoint(files);
      expect(remarks).toEqual([]);
      expect(writeCheckpoint(layout, config, tensors).files).toEqual(files);
    },
  );

  test("the two readings differ, and a norm that is off does not care", async () => {
    const logits = async (gatedNormGroups: number | null): Promise<ArrayLike<number>> =>
      new Mamba2LM({ ...small, gatedNormGroups }, { seed: 1 }).forward([1, 5, 9]).data();
    expect(await logits(null)).toEqual(await logits(2));
    expect(await logits(1)).not.toEqual(await logits(2));
    const { json } = LAYOUTS.official.writeConfig(
      new Mamba2LM({ ...small, gatedNorm: false, gatedNormGroups: 1 }).config,
    );
    expect(json).toMatchObject({ ssm_cfg: { rmsnorm: false, ngroups: 2 } });
  });
});
