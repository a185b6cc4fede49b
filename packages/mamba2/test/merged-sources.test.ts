// Adapters written into checkpoints as they are read: the files of a model that has merged the same adapter, byte for byte.
import {
  cpuDevice,
  f32ToBf16,
  float32ArrayOf,
  hostNormal,
  readSafetensors,
  sizeOf,
  tensorBytes,
  writeSafetensors,
} from "@x/tensor";
import { expect, test } from "vitest";
import { readAdapter } from "../src/adapters/files.ts";
import { addAdapter, loadAdapter, mergeAdapter, saveAdapter } from "../src/adapters/index.ts";
import { mergedSources } from "../src/adapters/merged-sources.ts";
import { openCheckpoint } from "../src/checkpoint/files.ts";
import { quantizedSources } from "../src/checkpoint/quantize.ts";
import type { TensorSource } from "../src/checkpoint/sources.ts";
import { streamCheckpoint } from "../src/checkpoint/streamed.ts";
import { Mamba2LM, readConfigText } from "../src/index.ts";
import { configText, FAMILY_FILES, FAMILY_NAMES, type FamilyFile } from "./family-files.ts";
import { bytesOf } from "./streamed-bytes.ts";

type Files = ReadonlyMap<string, Uint8Array>;
const WEIGHTS = "model.safetensors";

/** A family's checkpoint in an element type, and an adapter of most of its matrices. */
async function filesOf(name: FamilyFile, dtype: "F32" | "BF16", dora: boolean): Promise<{ base: Files; pairs: Files }> {
  const layout = FAMILY_FILES[name];
  const model = new Mamba2LM(readConfigText(configText(name)).config, { seed: 2, device: cpuDevice() });
  const { files } = await model.save(layout);
  const stored = [...readSafetensors(files.get(WEIGHTS)!).tensors].map(([path, tensor]) => {
    const values = float32ArrayOf(tensor);
    return [path, tensorBytes(dtype, tensor.shape, dtype === "F32" ? values : f32ToBf16(values))] as const;
  });
  const experts = dora ? "(?!.*(?:expert|conv1d|router|moe))" : layout === "nemotron_h" ? "(?!.*experts)" : "";
  const targets = `${experts}.*(?:_proj|_linear|conv1d|gate|lm_head)`;
  const adapter = addAdapter(model, { rank: 2, alpha: 3, targets, layout, dora });
  for (const [i, { pair }] of adapter.modules.entries())
    pair.b.write(hostNormal({ seed: 5, stream: i }, pair.b.size).map((v) => 0.1 * v));
  const pairs = (await saveAdapter(adapter, { onWarning: () => undefined })).files;
  model.dispose();
  return { base: new Map([...files, [WEIGHTS, writeSafetensors(new Map(stored))]]), pairs };
}

const adapterOf = async (base: Files, pairs: Files): Promise<Awaited<ReturnType<typeof readAdapter>>> =>
  readAdapter({ config: (await openCheckpoint(base)).config, device: cpuDevice(), dtype: "f32" }, pairs, {
    onWarning: () => undefined,
  });

const cases = FAMILY_NAMES.flatMap((name) =>
  (["F32", "BF16"] as const).flatMap((dtype) => [false, true].map((dora) => ({ name, dtype, dora }))),
);

test.each(cases)("$name, $dtype, dora $dora: the bytes of a merged model", async ({ name, dtype, dora }) => {
  const { base, pairs } = await filesOf(name, dtype, dora);
  const layout = FAMILY_FILES[name];
  const model = await Mamba2LM.load(base, { device: cpuDevice() });
  mergeAdapter(model, await loadAdapter(model, pairs, { onWarning: () => undefined }));
  for (const parameter of model.baseParameters()) parameter.markStoredAs(dtype === "F32" ? "f32" : "bf16");
  const want = readSafetensors((await model.save(layout)).files.get(WEIGHTS)!).tensors;

  const adapter = await adapterOf(base, pairs);
  const { config, tensors, origin } = await openCheckpoint(base);
  const { files } = streamCheckpoint(layout, config, mergedSources(tensors, adapter), { origin });
  const got = readSafetensors((await bytesOf(files)).get(WEIGHTS)!).tensors;
  expect([...got.keys()].sort()).toEqual([...want.keys()].sort());
  for (const [path, { dtype: element, shape, bytes }] of want) {
    expect([got.get(path)!.dtype, got.get(path)!.shape], path).toEqual([element, shape]);
    expect(Buffer.compare(got.get(path)!.bytes, bytes), path).toBe(0);
  }
  adapter.dispose();
  model.dispose();
});

test.each(FAMILY_NAMES)("%s: parts of a weight, cut anywhere, are those of the whole", async (name) => {
  for (const dora of [false, true]) {
    const { base, pairs } = await filesOf(name, "BF16", dora);
    const adapter = await adapterOf(base, pairs);
    const merged = mergedSources((await openCheckpoint(base)).tensors, adapter);
    for (const { path } of adapter.weights) {
      const source = merged.get(path)!;
      const whole = await source.read();
      const step = Math.ceil(whole.length / 3) + 1;
      const parts: Uint8Array[] = [];
      for (let at = 0; at < whole.length; at += step)
        parts.push(await source.read(at, Math.min(whole.length, at + step)));
      expect(parts.length, path).toBeGreaterThan(1);
      expect(Buffer.compare(Buffer.concat(parts), whole), path).toBe(0);
    }
    adapter.dispose();
  }
});

test("nothing is read where an adapter cannot be written in, and no byte twice", async () => {
  const { base, pairs } = await filesOf("falcon_h1", "F32", false);
  const adapter = await adapterOf(base, pairs);
  const { config, tensors, origin } = await openCheckpoint(base);
  const reads = new Map<string, number>();
  const counted = new Map<string, TensorSource>(
    [...tensors].map(([path, source]) => [
      path,
      {
        ...source,
        async read(start, end) {
          const bytes = await source.read(start, end);
          reads.set(path, (reads.get(path) ?? 0) + bytes.length);
          return bytes;
        },
      },
    ]),
  );
  const quantization = { bits: 8, groupSize: 16 } as const;
  expect(() => mergedSources(quantizedSources(counted, quantization), adapter, quantization)).toThrow(
    /mergeAdapter: weights must be floats; .* holds integers of 8 bits/,
  );
  expect(reads.size).toBe(0);
  await bytesOf(streamCheckpoint("falcon_h1", config, mergedSources(counted, adapter), { origin }).files);
  for (const [path, { shape }] of tensors) expect(reads.get(path), path).toBe(4 * sizeOf(shape));
  adapter.dispose();
});
