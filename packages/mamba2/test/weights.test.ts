// Models whose matrices are held in fewer bits: what that does to logits, tokens, memory and files.
import { describe, expect, test } from "vitest";
import { type LoadOptions, Mamba2LM, estimateMemory, parameterBytes, parameterCount, preset } from "@x/mamba2";
import { QuantizedLinear } from "@x/nn";
import { createCpuDevice, type Device } from "@x/tensor";

const fields = { dModel: 32, nLayer: 2, vocabSize: 256, dState: 16, headDim: 16 };
const files = async (): Promise<Awaited<ReturnType<Mamba2LM["save"]>>["files"]> =>
  (await new Mamba2LM(fields, { seed: 1 }).save()).files;
const ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];

async function logits(options: LoadOptions, source: Awaited<ReturnType<typeof files>>): Promise<Float32Array> {
  const model = await Mamba2LM.load(source, options);
  return model.forward(ids).data() as Promise<Float32Array>;
}

const rms = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe("logits against f32", () => {
  // Each bound is about twice what the rounding of the weights leads to here: 0.0044, 0.00055, 0.0086 and 0.13 of the logits' rms.
  test.each<[string, LoadOptions, number]>([
    ["bf16", { dtype: "bf16" }, 0.01],
    ["f16", { dtype: "f16" }, 0.0012],
    ["8 bits", { quantize: { bits: 8 } }, 0.02],
    ["4 bits", { quantize: { bits: 4 } }, 0.25],
  ])("%s", async (_, options, bound) => {
    const source = await files();
    const want = await logits({}, source);
    const got = await logits(options, source);
    const ratio = rms(got.map((value, i) => value - want[i]!)) / rms(want);
    expect(ratio).toBeLessThan(bound);
    expect(ratio).toBeGreaterThan(0);
  });
});

test("bf16 files keep their bits in bf16, and their tokens", async () => {
  const half = await Mamba2LM.load(await files(), { dtype: "bf16" });
  const saved = (await half.save()).files;
  const wide = await Mamba2LM.load(saved);
  const again = await Mamba2LM.load(saved, { dtype: "bf16" });
  const tokens = async (model: Mamba2LM): Promise<(number | null)[]> => {
    const all: (number | null)[] = [];
    for await (const step of model.generateIds([ids], { maxTokens: 12, temperature: 0 })) all.push(...step);
    return all;
  };
  expect(await tokens(again)).toEqual(await tokens(wide));
  expect((await again.save()).files).toEqual(saved);
});

test("what a model takes is what is counted, and is given back", () => {
  const used = (options: LoadOptions): number => {
    const device: Device = createCpuDevice();
    const model = new Mamba2LM(fields, { ...options, device });
    const { usedBytes } = device.memory;
    model.dispose();
    expect(device.memory.usedBytes).toBe(0);
    return usedBytes;
  };
  const config = new Mamba2LM(fields).config;
  for (const options of [
    {},
    { dtype: "bf16" },
    { dtype: "f16", quantize: { bits: 8 } },
    { dtype: "bf16", quantize: { bits: 4, groupSize: 16 } },
  ] as const) {
    const counted = parameterBytes(config, options);
    expect(used(options)).toBeGreaterThanOrEqual(counted);
    expect(used(options)).toBeLessThan(counted * 1.02 + 4096); // blocks are whole cache lines
  }
});

test("the counts of a 130 M model", () => {
  const config = preset("mamba2-130m");
  expect(parameterBytes(config)).toBe(4 * parameterCount(config));
  const megabytes = (options: Parameters<typeof parameterBytes>[1]): string =>
    (parameterBytes(config, options) / 1e6).toFixed(1);
  expect([
    megabytes({}),
    megabytes({ dtype: "bf16" }),
    megabytes({ dtype: "bf16", quantize: { bits: 8 } }),
    megabytes({ dtype: "bf16", quantize: { bits: 4 } }),
  ]).toEqual(["516.0", "258.5", "179.7", "134.6"]);
  const sizes = { batch: 1, length: 16 };
  expect(
    estimateMemory(config, sizes).bytesToRun - estimateMemory(config, { ...sizes, dtype: "bf16" }).bytesToRun,
  ).toBe(parameterBytes(config) - parameterBytes(config, { dtype: "bf16" }));
});

test("projections become integers, where groups divide their rows", () => {
  const model = new Mamba2LM(fields, { quantize: { bits: 8 } });
  expect(model.layers[0]!.mixer!.inProj).toBeInstanceOf(QuantizedLinear);
  expect(() => new Mamba2LM({ ...fields, dModel: 40 }, { quantize: { bits: 8 } })).toThrow(
    "groupSize must be a multiple of 8 that divides the rows of the weight, 40; got 32.",
  );
});
