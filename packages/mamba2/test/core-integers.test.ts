// "@x/mamba2/core": weights of integers come with a model that is loaded, and not with one that is made.
import { expect, it, vi } from "vitest";

it("a model that is loaded with quantize brings layers of integers; one that is made names what to import", async () => {
  vi.resetModules();
  const { Mamba2LM } = await import("@x/mamba2/core");
  const config = { dModel: 32, nLayer: 1, vocabSize: 16, dState: 8, headDim: 16 };
  const quantize = { bits: 8 } as const;
  expect(() => new Mamba2LM(config, { quantize })).toThrow(/layers of integers must be known to the page/);
  const plain = new Mamba2LM(config, { seed: 1 });
  const { files } = await plain.save();
  const loaded = await Mamba2LM.load(files, { quantize });
  expect(loaded.quantizedParameters().length).toBeGreaterThan(0);
  expect(new Mamba2LM(config, { quantize }).quantizedParameters().length).toBeGreaterThan(0);
});
