import { ConfigError } from "@x/tensor";
import { expect, test } from "vitest";
import { readConfigText } from "../src/checkpoint/detect.ts";
import { DEFAULT_CONFIG, mamba2Config, type Mamba2Config } from "../src/config/config.ts";
import { dimensions } from "../src/config/dimensions.ts";
import { parameterCount, parameterShapes } from "../src/config/parameter-shapes.ts";
import { preset, PRESET_NAMES, type PresetName } from "../src/config/presets.ts";

test("defaults are the official ones, with two residuals per layer", () => {
  expect(mamba2Config()).toEqual(DEFAULT_CONFIG);
  expect(DEFAULT_CONFIG).toMatchObject({
    dModel: 2560,
    nLayer: 64,
    dState: 128,
    nGroups: 1,
    dtLimit: [0, Infinity],
    residualsPerLayer: 2,
  });
  expect(DEFAULT_CONFIG.rescalePrenormResidual).toBe(true);
});

// Parameter counts of the published checkpoints.
test.each<[PresetName, number]>([
  ["mamba2-130m", 128_989_632],
  ["mamba2-370m", 368_346_624],
  ["mamba2-780m", 780_161_280],
  ["mamba2-1.3b", 1_343_757_312],
  ["mamba2-2.7b", 2_702_599_680],
  ["codestral-7b", 7_285_403_648],
])("%s has %i parameters", (name, count) => {
  expect(parameterCount(preset(name))).toBe(count);
});

test("derived sizes of the published 130m and of Codestral", () => {
  expect(dimensions(preset("mamba2-130m"))).toEqual({
    dInner: 1536,
    dSsm: 1536,
    dMlp: 0,
    nHeads: 24,
    convDim: 1792,
    dInProj: 3352,
    columns: [0, 0, 1536, 1792, 24],
    convColumns: [1536, 128, 128],
    paddedVocabSize: 50288,
    dMlpBlock: 0,
    attention: null,
  });
  expect(dimensions(preset("codestral-7b"))).toMatchObject({
    nHeads: 128,
    convDim: 10240,
    dInProj: 18560,
    paddedVocabSize: 32768,
  });
});

test("the tiny preset suits a CPU", () => {
  expect(parameterCount(preset("tiny"))).toBeGreaterThan(150_000);
  expect(parameterCount(preset("tiny"))).toBeLessThan(400_000);
  for (const name of PRESET_NAMES) expect(preset(name).nLayer).toBeGreaterThan(0);
});

test("every option shows in the parameters", () => {
  const config = mamba2Config({
    dModel: 8,
    nLayer: 1,
    vocabSize: 10,
    dState: 3,
    headDim: 2,
    nGroups: 2,
    dSsm: 12,
    dIntermediate: 96,
    rmsNorm: false,
    dHasHeadDim: true,
    bias: true,
    tieEmbeddings: false,
    expand: 2,
  });
  const layer = "backbone.layers.0";
  expect(Object.fromEntries(parameterShapes(config))).toEqual({
    "backbone.embedding.weight": [16, 8],
    [`${layer}.norm.weight`]: [8],
    [`${layer}.norm.bias`]: [8],
    [`${layer}.mixer.dt_bias`]: [6],
    [`${layer}.mixer.A_log`]: [6],
    [`${layer}.mixer.D`]: [12],
    [`${layer}.mixer.in_proj.weight`]: [2 * 16 + 12 + 6, 8],
    [`${layer}.mixer.in_proj.bias`]: [50],
    [`${layer}.mixer.conv1d.weight`]: [24, 1, 4],
    [`${layer}.mixer.conv1d.bias`]: [24],
    [`${layer}.mixer.norm.weight`]: [12],
    [`${layer}.mixer.out_proj.weight`]: [8, 16],
    [`${layer}.mixer.out_proj.bias`]: [8],
    [`${layer}.norm2.weight`]: [8],
    [`${layer}.norm2.bias`]: [8],
    [`${layer}.mlp.fc1.weight`]: [256, 8],
    [`${layer}.mlp.fc2.weight`]: [8, 128],
    "backbone.norm_f.weight": [8],
    "backbone.norm_f.bias": [8],
    "lm_head.weight": [16, 8],
  });
  const bare = parameterShapes(
    mamba2Config({
      ...config,
      gatedNorm: false,
      convBias: false,
      bias: false,
      rmsNorm: true,
      dIntermediate: 0,
      tieEmbeddings: true,
    }),
  );
  expect([...bare.keys()].filter((name) => /bias$|mixer.norm|mlp|norm2|lm_head/.test(name))).toEqual([
    `${layer}.mixer.dt_bias`,
  ]);
});

test("the parts of hybrid layers show in the parameters", () => {
  const config = mamba2Config({
    dModel: 16,
    vocabSize: 8,
    headDim: 8,
    dState: 4,
    layers: [["mixer+attention", "mlp"], ["experts"]],
    dIntermediate: 10,
    mlp: { multipleOf: 1, bias: true },
    attention: { heads: 4, keyValueHeads: 2, headDim: 6, bias: true, dConv: 3, dMlp: 8 },
    experts: { count: 4, width: 5, routing: "sigmoid", gated: false, latent: 6, sharedWidth: 7 },
    learnableInitialState: true,
  });
  expect(config.nLayer).toBe(2);
  const shapes = parameterShapes(config);
  const of = (part: string) =>
    Object.fromEntries(
      [...shapes].flatMap(([name, shape]) => (name.includes(part) ? [[name.split(part)[1], shape]] : [])),
    );
  expect(of("layers.0.attention.")).toEqual({
    "in_proj.weight": [8 * 6 + 8, 16],
    "in_proj.bias": [56],
    "conv1d.weight": [48, 1, 3],
    "conv1d.bias": [48],
    "out_proj.weight": [16, 24 + 4],
  });
  expect(of("layers.0.mlp.")).toEqual({
    "fc1.weight": [20, 16],
    "fc1.bias": [20],
    "fc2.weight": [16, 10],
    "fc2.bias": [16],
  });
  expect(of("layers.1.experts.")).toEqual({
    "router.weight": [4, 16],
    "router.bias": [4],
    up: [4, 5, 6],
    down: [4, 6, 5],
    "shared.fc1.weight": [7, 16],
    "shared.fc2.weight": [16, 7],
    "latent_in.weight": [6, 16],
    "latent_out.weight": [16, 6],
  });
  expect(shapes.get("backbone.layers.0.mixer.init_states")).toEqual([4, 8, 4]);
  expect([...shapes.keys()].filter((name) => /layers.1.norm/.test(name))).toEqual(["backbone.layers.1.norm.weight"]);
});

test("a fractional expansion", () => {
  expect(dimensions(mamba2Config({ dModel: 64, expand: 1.5, headDim: 32 })).nHeads).toBe(3);
});

test.each<[object, RegExp]>([
  [{ dModel: 0 }, /config: dModel must be an integer of at least 1; got 0\./],
  [{ dModel: "64" }, /dModel must be an integer of at least 1; got "64"/],
  [{ nLayer: 2.5 }, /nLayer must be an integer.*got 2.5/],
  [{ vocabSize: NaN }, /vocabSize .*got NaN/],
  [{ rmsNorm: 1 }, /rmsNorm must be true or false; got 1/],
  [{ dConv: 0 }, /dConv must be an integer of at least 1/],
  [{ dModel: null }, /dModel must be.*got null/],
  [{ headDim: 48 }, /headDim must divide expand · dModel = 5120; got 48/],
  [{ dModel: 64, headDim: 32, dSsm: 80 }, /headDim must divide dSsm = 80; got 32/],
  [{ dModel: 64, dSsm: 192 }, /dSsm must be at most expand · dModel = 128; got 192/],
  [{ nGroups: 3 }, /nGroups must divide the number of heads, expand · dModel = 5120 \/ headDim 64 = 80; got 3/],
  [{ dModel: 5, expand: 1.5 }, /expand · dModel a whole number; got 1.5 · 5 = 7.5/],
  [{ dtLimit: [1] }, /dtLimit must be two numbers.*got \[1\]/],
  [{ dtLimit: [2, 1] }, /dtLimit must be two numbers.*got \[2, 1\]/],
  [{ dtLimit: [-1, Infinity] }, /got \[-1, Infinity\]/],
  [{ aInitRange: [0, 16] }, /aInitRange.*0 < low/],
  [{ dtMin: 1 }, /dtMin must be at most dtMax = 0.1; got 1/],
  [{ normEps: 0 }, /normEps must be a finite number above 0/],
  [{ d_model: 64 }, /no field "d_model"\. Did you mean "dModel"\?/],
  [{ headdim: 64 }, /Did you mean "headDim"/],
  [{ nLayers: 4 }, /Did you mean "nLayer"/],
  [{ wheels: 4 }, /no field "wheels"\. The fields are dModel, nLayer/],
  [{ attnLayerIdx: [9] }, /layers of attention are named in layers/],
  [{ __proto__: null, constructor: 1 }, /no field "constructor"/],
  [{ layers: [["mixer"], ["attention"]] }, /attention must be given, since layers have a part "attention"; got null/],
  [{ layers: [["mixer", "mixer"]] }, /layers must be a list of layers.*no part twice/],
  [{ layers: [["wheels"]] }, /layers must be.*mixer, attention, mixer\+attention/],
  [{ layers: [] }, /layers must be/],
  [{ layers: [["mixer"]], nLayer: 2 }, /nLayer must be the number of layers, 1; got 2/],
  [{ layers: [["mlp"]] }, /dIntermediate must be given/],
  [{ attention: { heads: 3, headDim: 8, keyValueHeads: 2 } }, /attention.keyValueHeads must divide heads = 3; got 2/],
  [{ attention: { head: 3 } }, /no field "head" of attention. Did you mean "heads"/],
  [{ attention: { heads: 1, headDim: 8, rotary: { size: 7 } } }, /attention.rotary.size must be even.*8; got 7/],
  [{ attention: { rotary: { theta: "1" } } }, /attention.rotary.theta must be a finite number above 0/],
  [{ experts: { count: 4, perToken: 5 } }, /experts.perToken must be at most.*4; got 5/],
  [{ multipliers: { ssm: [1, 2] } }, /multipliers.ssm must be a list of 5/],
  [{ mlp: { activation: "gelu" } }, /mlp.activation must be one of "silu", "relu2"; got "gelu"/],
  [{ mlp: null }, /mlp must be an object of fields; got null/],
])("refuses %j", (fields, message) => {
  expect(() => mamba2Config(fields as Partial<Mamba2Config>)).toThrow(ConfigError);
  expect(() => mamba2Config(fields as Partial<Mamba2Config>)).toThrow(message);
});

test("what is not an object is refused, and so is an unknown preset", () => {
  expect(() => mamba2Config([] as Partial<Mamba2Config>)).toThrow(/must be an object/);
  expect(() => preset("large" as PresetName)).toThrow(/must be one of tiny, small.*got "large"/);
  expect(() => preset("toString" as PresetName)).toThrow(ConfigError);
});

test("a printed configuration can be read again", () => {
  const config = preset("tiny", { dtLimit: [0.001, Infinity] });
  expect(readConfigText(JSON.stringify(config)).config).toEqual(config);
});
