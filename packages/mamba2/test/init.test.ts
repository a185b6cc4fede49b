// How models are drawn: the residual rescaling and the tables of the references, measured.
import { describe, expect, it } from "vitest";
import { INIT_PRESETS, initHook, Mamba2LM, mamba2Config, type InitPreset, type Mamba2Config } from "@x/mamba2";
import { normalInit } from "@x/nn";

const nLayer = 6;
const fields: Partial<Mamba2Config> = {
  dModel: 96,
  nLayer,
  vocabSize: 512,
  dState: 16,
  headDim: 8,
  tieEmbeddings: false,
  dIntermediate: 128,
};
const config = mamba2Config(fields);
const dInner = 192;

interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Moments of every parameter whose path ends so, over all layers. */
async function momentsOf(model: Mamba2LM, ending: string): Promise<Moments> {
  const values: number[] = [];
  for (const { path, value } of model.parameters()) if (path.endsWith(ending)) values.push(...(await value.data()));
  expect(values.length, ending).toBeGreaterThan(0);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return { mean, std, min: values.reduce((a, b) => Math.min(a, b)), max: values.reduce((a, b) => Math.max(a, b)) };
}

const within = (got: number, want: number, fraction: number): void =>
  expect(Math.abs(got / want - 1)).toBeLessThan(fraction);
const kaiming = (fanIn: number): number => 1 / Math.sqrt(3 * fanIn);

describe("projections into the residual stream", () => {
  it.each<[string, InitPreset | undefined, Partial<Mamba2Config>, number]>([
    ["default: 1/√(2L)", undefined, {}, 1 / Math.sqrt(2 * nLayer)],
    ["one residual per layer: 1/√L", undefined, { residualsPerLayer: 1 }, 1 / Math.sqrt(nLayer)],
    ["switched off", undefined, { rescalePrenormResidual: false }, 1],
    ["official: 1/√L, also with an MLP", "official", {}, 1 / Math.sqrt(nLayer)],
    ["fla: 1/√L", "fla", {}, 1 / Math.sqrt(nLayer)],
    ["hf: unscaled", "hf", {}, 1],
    ["unscaled", "unscaled", {}, 1],
  ])("%s", async (_, init, change, factor) => {
    const model = new Mamba2LM({ ...fields, ...change }, { seed: 3, ...(init && { init }) });
    within((await momentsOf(model, "out_proj.weight")).std, kaiming(dInner) * factor, 0.02);
    within((await momentsOf(model, "fc2.weight")).std, kaiming(128) * factor, 0.02);
  });

  it("measures 1/√(2L) for other depths", async () => {
    for (const layers of [1, 3, 12]) {
      const model = new Mamba2LM({ dModel: 64, nLayer: layers, vocabSize: 8, headDim: 16, dState: 8 });
      within((await momentsOf(model, "out_proj.weight")).std, kaiming(128) / Math.sqrt(2 * layers), 0.02);
    }
  });
});

describe("tables", () => {
  it("default and official draw the rest like the official implementation", async () => {
    for (const init of ["default", "official"] as const) {
      const model = new Mamba2LM(config, { init, seed: 4 });
      within((await momentsOf(model, "embedding.weight")).std, 0.02, 0.02);
      within((await momentsOf(model, "in_proj.weight")).std, kaiming(96), 0.02);
      within((await momentsOf(model, "fc1.weight")).std, kaiming(96), 0.02);
      within((await momentsOf(model, "lm_head.weight")).std, kaiming(96), 0.02);
      within((await momentsOf(model, "conv1d.weight")).std, 0.5 / Math.sqrt(3), 0.03);
      const convBias = await momentsOf(model, "conv1d.bias");
      within(convBias.std, 0.5 / Math.sqrt(3), 0.05);
      expect(convBias.max).toBeLessThan(0.5);
    }
  });

  it("fla draws projections, convolution and head normally", async () => {
    const model = new Mamba2LM(config, { init: "fla", seed: 4 });
    for (const ending of ["embedding.weight", "in_proj.weight", "lm_head.weight", "conv1d.weight"])
      within((await momentsOf(model, ending)).std, 0.02, 0.04);
    expect(await momentsOf(model, "conv1d.bias")).toEqual({ mean: 0, std: 0, min: 0, max: 0 });
    expect((await momentsOf(model, "in_proj.weight")).max).toBeGreaterThan(0.06); // normal, not uniform
  });

  it("hf draws projections and embedding with 0.1 and counts the decay rates", async () => {
    const model = new Mamba2LM(config, { init: "hf", seed: 4 });
    for (const ending of ["embedding.weight", "in_proj.weight", "lm_head.weight"])
      within((await momentsOf(model, ending)).std, 0.1, 0.03);
    within((await momentsOf(model, "conv1d.weight")).std, 0.5 / Math.sqrt(3), 0.03);
    const rates = [...(await model.layers[2]!.mixer!.aLog.value.data())];
    expect(rates).toEqual(rates.map((_, head) => Math.fround(Math.log(head + 1))));
  });

  it.each(INIT_PRESETS)("%s: A in [1, 16), dt in [0.001, 0.1], D and norms one", async (init) => {
    const model = new Mamba2LM(config, { init, seed: 4 });
    if (init !== "hf") {
      const { min, max } = await momentsOf(model, "A_log");
      expect(min).toBeGreaterThanOrEqual(0);
      expect(max).toBeLessThanOrEqual(Math.fround(Math.log(16)));
      expect(max - min).toBeGreaterThan(2);
    }
    const steps: number[] = [];
    for (const block of model.layers)
      for (const bias of await block.mixer!.dtBias.value.data()) steps.push(Math.log1p(Math.exp(bias)));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0.001 * (1 - 1e-4));
    expect(Math.max(...steps)).toBeLessThanOrEqual(0.1 * (1 + 1e-4));
    const logs = steps.map(Math.log10);
    expect(Math.abs(logs.reduce((a, b) => a + b, 0) / logs.length + 2)).toBeLessThan(0.15); // log-uniform: the mean of log10 is −2
    for (const ending of [".D", "norm.weight", "norm2.weight", "norm_f.weight"])
      expect(await momentsOf(model, ending)).toMatchObject({ min: 1, max: 1 });
  });

  it("honours convInit and dtInitFloor", async () => {
    const model = new Mamba2LM({ ...fields, convInit: 0.01, dtInitFloor: 0.05 });
    expect((await momentsOf(model, "conv1d.weight")).max).toBeLessThanOrEqual(Math.fround(0.01));
    const { min } = await momentsOf(model, "dt_bias");
    expect(Math.log1p(Math.exp(min))).toBeCloseTo(0.05, 5);
  });
});

describe("the hook", () => {
  it("is asked once per parameter, with the default as standard", async () => {
    const asked: string[] = [];
    const model = new Mamba2LM(config, {
      seed: 1,
      init: (parameter, standard) => {
        asked.push(parameter.path);
        expect(parameter.layers).toBe(nLayer);
        return parameter.role === "embedding" ? normalInit(0, 1) : standard;
      },
    });
    expect(asked).toEqual([...model.namedParameters().keys()]);
    within((await momentsOf(model, "embedding.weight")).std, 1, 0.02);
    within((await momentsOf(model, "out_proj.weight")).std, kaiming(dInner) / Math.sqrt(2 * nLayer), 0.02);
  });

  it("gives the same weights for the same seed and others for another", async () => {
    const weights = async (seed: number) =>
      (await new Mamba2LM(config, { seed }).stateDict()).get("backbone.layers.1.mixer.in_proj.weight")!.data;
    expect(await weights(5)).toEqual(await weights(5));
    expect(await weights(5)).not.toEqual(await weights(6));
  });

  it("refuses an unknown preset", () => {
    expect(() => initHook("xavier" as InitPreset, config)).toThrow(
      /init: must be one of default, official, fla, hf, unscaled; got "xavier"/,
    );
  });

  it("marks what decays", () => {
    const kept = new Mamba2LM({ ...fields, rmsNorm: false, bias: true })
      .parameters()
      .filter(({ decay }) => !decay)
      .map(({ path }) => path.split(".").at(-1));
    expect(new Set(kept)).toEqual(new Set(["weight", "bias", "A_log", "dt_bias", "D"]));
    const decaying = new Mamba2LM(fields)
      .parameters()
      .filter(({ decay }) => decay)
      .map(({ path }) => path);
    expect(decaying.every((path) => /(embedding|in_proj|out_proj|conv1d|fc1|fc2|lm_head)\.weight$/.test(path))).toBe(
      true,
    );
    expect(decaying).toHaveLength(2 + 5 * nLayer);
  });
});
