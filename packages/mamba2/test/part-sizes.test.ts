// What a model is made of, in numbers: presets of published hybrids, parameters of each part, states, memory.
import { formatJson } from "@x/tensor";
import { expect, test } from "vitest";
import {
  activeParameters,
  estimateMemory,
  LAYOUTS,
  layoutFor,
  type LayoutName,
  mamba2Config,
  parameterBytes,
  parameterCount,
  parameterPlaces,
  parameterShapes,
  preset,
  type PresetName,
  readConfigText,
  stateSizes,
} from "../src/index.ts";
import { configText, FAMILY_NAMES } from "./family-files.ts";

test.each<[PresetName, LayoutName, number]>([
  ["falcon-h1-0.5b", "falcon_h1", 521_411_104],
  ["granite-4.0-h-350m", "granitemoehybrid", 340_332_224],
  ["bamba-9b", "bamba", 9_780_235_392],
  ["nemotron-3-nano-4b", "nemotron_h", 3_973_556_832],
])("%s has the published number of parameters and its family's configuration", (name, layout, count) => {
  const config = preset(name);
  expect(layoutFor(config)).toBe(layout);
  expect(readConfigText(formatJson(LAYOUTS[layout].writeConfig(config).json)).config).toEqual(config);
  expect(parameterCount(config)).toBe(count);
});

test("parameters of the parts are all parameters", () => {
  for (const name of FAMILY_NAMES) {
    const { config } = readConfigText(configText(name));
    const places = Object.values(parameterPlaces(config));
    expect(places.reduce((sum, count) => sum + count, 0)).toBe(parameterCount(config));
  }
  expect(Object.keys(parameterPlaces(preset("tiny")))).toEqual(["embedding", "mixer", "norm"]);
});

test("active parameters leave out the experts that a token does not go through, and an embedding beside a head", () => {
  const { config } = readConfigText(configText("granite_hybrid_moe"));
  // 4 experts of 3 · 40 · 48 weights in each of 4 layers, 2 of them per token
  expect(parameterCount(config) - activeParameters(config)).toBe(4 * 2 * 3 * 40 * 48);
  const untied = mamba2Config({ ...config, tieEmbeddings: false });
  expect(activeParameters(untied)).toBe(activeParameters(config));
});

test("states: mixers have a fixed size, attention grows with each token", () => {
  const of = (name: PresetName): unknown => stateSizes(preset(name));
  expect(of("granite-4.0-h-350m")).toEqual({
    fixed: 28 * ((1536 + 2 * 128) * 4 + 1536 * 128),
    perToken: 4 * 2 * 4 * 64,
  });
  const { config } = readConfigText(configText("official_hybrid"));
  const convolutions = 2 * (4 + 2 * 2) * 16 * 4;
  expect(stateSizes(config)).toEqual({
    fixed: 2 * ((128 + 2 * 16) * 4 + 128 * 16) + convolutions,
    perToken: 2 * 2 * 2 * 16,
  });
  const attention = mamba2Config({ ...config, layers: [["attention"]], nLayer: 1 });
  expect(stateSizes(attention).fixed).toBe(convolutions / 2);
});

test("memory: caches count by the tokens, matrices by their type", () => {
  const { config } = readConfigText(configText("granite_hybrid_moe"));
  const run = (length: number): number => estimateMemory(config, { batch: 1, length }).bytesToRun;
  expect(run(200) - run(100)).toBe(100 * 4 * stateSizes(config).perToken);
  const vectors = [...parameterShapes(config)].filter(
    ([path, shape]) => shape.length === 1 || path.endsWith("conv1d.weight"),
  );
  const kept = vectors.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(parameterBytes(config, { dtype: "bf16" })).toBe(2 * (parameterCount(config) + kept));
});
