import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type LayoutName,
  type Mamba2Config,
  Mamba2LM,
  openCheckpoint,
  readCheckpoint,
  type TensorSource,
  writeCheckpoint,
} from "@x/mamba2";
import {
  CheckpointError,
  f32ToBf16,
  f32ToF16,
  hostNormal,
  readSafetensors,
  tensorBytes,
  type TensorBytes,
} from "@x/tensor";

const folder = join(import.meta.dirname, "fixtures/model1/official");
const official = new Map<string, Uint8Array>();
for (const name of ["config.json", "model.safetensors"]) official.set(name, await readFile(join(folder, name)));

const bytesOf = (files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, TensorBytes> =>
  readSafetensors(files.get("model.safetensors")!).tensors;

function expectSameBytes(got: Uint8Array | undefined, want: Uint8Array | undefined): void {
  expect(Buffer.compare(got!, want!)).toBe(0);
}

describe("load and save", () => {
  it("round trips the official weights bit for bit", async () => {
    const model = await Mamba2LM.load(official);
    const { files } = await model.save("official");
    const [got, want] = [bytesOf(files), bytesOf(official)];
    expect([...got.keys()].sort()).toEqual([...want.keys()].sort());
    for (const [name, { dtype, shape, bytes }] of want) {
      expect(got.get(name), name).toMatchObject({ dtype, shape });
      expectSameBytes(got.get(name)!.bytes, bytes);
    }
  });

  it.each<LayoutName>(["hf", "fla"])("goes to %s and back with the same logits and bits", async (layout) => {
    const model = await Mamba2LM.load(official);
    const there = (await model.save(layout)).files;
    expect((await readCheckpoint(there)).layout).toBe(layout);
    const other = await Mamba2LM.load(there);
    expect(await other.forward([1, 2, 3]).data()).toEqual(await model.forward([1, 2, 3]).data());
    const back = (await other.save(layout)).files;
    for (const name of ["model.safetensors", "config.json"]) expectSameBytes(back.get(name), there.get(name));
  });

  it("keeps halves as halves until they change", async () => {
    const { config, tensors } = await readCheckpoint(official);
    const halves = new Map(
      [...tensors].map(([name, { shape }], i): [string, TensorBytes] => {
        const values = hostNormal(
          { seed: 1, stream: i },
          shape.reduce((a, b) => a * b, 1),
        );
        return [
          name,
          i % 2 === 0 ? tensorBytes("BF16", shape, f32ToBf16(values)) : tensorBytes("F16", shape, f32ToF16(values)),
        ];
      }),
    );
    const { files } = writeCheckpoint("official", config, halves);
    const model = await Mamba2LM.load(files);
    expectSameBytes((await model.save("official")).files.get("model.safetensors"), files.get("model.safetensors"));
    const changed = model.layers[0]!.mixer!.dtBias;
    changed.write(new Float32Array(changed.size));
    const saved = bytesOf((await model.save("official")).files);
    expect(saved.get(changed.path)!.dtype).toBe("F32");
    expect(saved.get("backbone.embedding.weight")!.dtype).toBe("BF16");
  });

  it("reads and writes shards", async () => {
    const model = await Mamba2LM.load(official);
    const { files } = await model.save("official", { maxShardBytes: 100_000 });
    expect([...files.keys()].filter((name) => name.endsWith(".safetensors")).length).toBeGreaterThan(2);
    expect(files.has("model.safetensors.index.json")).toBe(true);
    const again = await Mamba2LM.load(files);
    expect(await again.forward([5, 6]).data()).toEqual(await model.forward([5, 6]).data());
  });

  it("says what is missing", async () => {
    const without = (name: string): Map<string, Uint8Array> => new Map([...official].filter(([key]) => key !== name));
    await expect(Mamba2LM.load(without("config.json"))).rejects.toThrow(
      "checkpoint: must have a config.json, or a params.json; got none.",
    );
    await expect(Mamba2LM.load(without("model.safetensors"))).rejects.toThrow(CheckpointError);
    const truncated = new Map(official).set("model.safetensors", official.get("model.safetensors")!.slice(0, 5000));
    await expect(Mamba2LM.load(truncated)).rejects.toThrow(/truncated/);
    const deeper = new Map(official).set(
      "config.json",
      new TextEncoder().encode(
        new TextDecoder().decode(official.get("config.json")).replace('"n_layer": 3', '"n_layer": 4'),
      ),
    );
    await expect(Mamba2LM.load(deeper)).rejects.toThrow(/9 missing: backbone\.layers\.3/);
  });

  describe("from sources", () => {
    const sources = async (): Promise<{
      config: Mamba2Config;
      tensors: Map<string, TensorSource>;
    }> => {
      const { config, tensors } = await openCheckpoint(official);
      return { config, tensors: new Map(tensors) };
    };

    it.each([{}, { quantize: { bits: 8 as const } }])("names every tensor that is missing (%o)", async (options) => {
      const { config, tensors } = await sources();
      for (const path of tensors.keys()) {
        const rest = new Map(tensors);
        rest.delete(path);
        const made = Mamba2LM.fromSources(config, rest, options);
        await expect(made).rejects.toThrow(CheckpointError);
        await expect(made).rejects.toThrow(`1 missing: ${path}.`);
      }
    });

    it("takes the names of other layouts", async () => {
      const { config, tensors } = await sources();
      const named = new Map([...tensors].map(([name, source]) => [`model.${name}`, source]));
      const model = await Mamba2LM.fromSources(config, named);
      expect(await model.forward([1, 2]).data()).toEqual(await (await Mamba2LM.load(official)).forward([1, 2]).data());
      const whole = (await readCheckpoint(official)).tensors;
      const same = await Mamba2LM.fromTensors(config, new Map([...whole].map(([name, one]) => [`model.${name}`, one])));
      expect(await same.forward([1, 2]).data()).toEqual(await model.forward([1, 2]).data());
    });

    it.each<[string, unknown, string]>([
      ["nothing", undefined, "got undefined."],
      ["a tensor without a way to read it", { dtype: "F32", shape: [2] }, "got an object."],
    ])("refuses %s by name", async (_, source, got) => {
      const { config, tensors } = await sources();
      const path = "backbone.norm_f.weight";
      tensors.set(path, source as TensorSource);
      await expect(Mamba2LM.fromSources(config, tensors)).rejects.toThrow(
        `Mamba2LM.fromSources: "${path}" must be a tensor to be read, { dtype, shape, read }; ${got}`,
      );
      await expect(Mamba2LM.fromSources(config, {} as never)).rejects.toThrow(
        "Mamba2LM.fromSources: tensors must be a Map; got an object.",
      );
    });
  });
});
