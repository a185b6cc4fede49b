// Quantised models in files: integers and factors come back bit for bit; other layouts, other widths and damaged files are refused.
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpuDevice, readSafetensors, type TensorBytes, writeSafetensors } from "@x/tensor";
import { startHub } from "@x/testing/hub-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Command, type Io, parseOptions } from "../src/cli/command.ts";
import { convertCommand } from "../src/cli/convert.ts";
import { infoCommand } from "../src/cli/info.ts";
import { Mamba2LM, mamba2Config, parameterBytes, readCheckpoint } from "../src/index.ts";
import { LAYOUT_NAMES } from "../src/families/table.ts";
import { loadFolder, writeFolder } from "../src/node.ts";
import { isQuantizable } from "../src/model/quantization.ts";
import { FAMILY_NAMES, familyFiles } from "./family-files.ts";

const config = mamba2Config({ dModel: 64, nLayer: 2, vocabSize: 256, dState: 16, headDim: 16 });
const floats = new Mamba2LM(config, { seed: 1 });
const ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quantized-"));
  await writeFolder(at("floats"), (await floats.save()).files);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a command returns; its lines go to `lines`. */
async function result(command: Command, args: readonly string[], lines: string[] = []): Promise<unknown> {
  const io: Io = { json: false, print: (text) => void lines.push(text), note: (text) => void lines.push(text) };
  return command.run(parseOptions(command, args), io);
}

/** Files by name and checksum: comparing megabytes by expect takes seconds. */
const sums = (files: ReadonlyMap<string, Uint8Array>): unknown =>
  Object.fromEntries([...files].map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")]));

const filesOf = async (name: string): Promise<Map<string, Uint8Array>> =>
  new Map(
    await Promise.all(
      (await readdir(at(name))).map(
        async (file) => [file, new Uint8Array(await readFile(join(at(name), file)))] as const,
      ),
    ),
  );

describe.each([8, 4] as const)("%d bits", (bits) => {
  test("saved and loaded again: the same bytes, the same logits", async () => {
    const model = await Mamba2LM.load((await floats.save()).files, {
      dtype: "bf16",
      quantize: { bits, groupSize: 16 },
    });
    const { files, warnings } = await model.save();
    expect(warnings).toEqual([]);
    const again = await Mamba2LM.load(files, { dtype: "bf16" });
    expect(again.quantization).toEqual({ bits, groupSize: 16 });
    expect(again.config).toEqual(model.config);
    expect(await again.forward(ids).data()).toEqual(await model.forward(ids).data());
    expect(sums((await again.save()).files)).toEqual(sums(files));
    const whole = await readCheckpoint(files);
    const made = await Mamba2LM.fromTensors(whole.config, whole.tensors, {
      dtype: "bf16",
      quantize: whole.quantization!,
    });
    expect(sums((await made.save()).files)).toEqual(sums(files));
    const sizeBytes = [...whole.tensors.values()].reduce((sum, { bytes: { length } }) => sum + length, 0);
    expect(sizeBytes).toBe(parameterBytes(config, { dtype: "bf16", quantize: { bits, groupSize: 16 } }));
  });

  test("convert makes what a model that is quantised as it is loaded saves; info says it", async () => {
    await result(convertCommand, [at("floats"), at(`q${bits}`), "--quantize", String(bits)]);
    const model = await loadFolder(at("floats"), { quantize: { bits } });
    expect(sums(await filesOf(`q${bits}`))).toEqual(sums((await model.save("own")).files));
    const lines: string[] = [];
    expect(await result(infoCommand, [at(`q${bits}`)], lines)).toMatchObject({
      layout: "own",
      dtype: "F32, U32",
      quantization: { bits, groupSize: 32 },
    });
    expect(lines).toContain(`quantised   projections, ${bits} bits in groups of 32 that share a factor`);
    expect(lines).toContain("to train    not as it is: integers are frozen");
    // once more: a copy
    await result(convertCommand, [at(`q${bits}`), at(`q${bits}-copy`), "--quantize", String(bits)]);
    expect(sums(await filesOf(`q${bits}-copy`))).toEqual(sums(await filesOf(`q${bits}`)));
    const other = result(convertCommand, [at(`q${bits}`), at("never"), "--quantize", String(12 - bits)]);
    await expect(other).rejects.toThrow(
      `convert: quantize must be absent or ${bits} bits in groups of 32, as the checkpoint's integers are; got ${12 - bits} bits in groups of 32.`,
    );
  });

  test("by name, kept nowhere: by ranges, and refused before weights come", async () => {
    const { files } = await (await loadFolder(at("floats"), { quantize: { bits } })).save();
    const hub = await startHub({ "owner/model": { revisions: { main: files } } });
    try {
      const from = { endpoint: hub.endpoint, cache: false as const };
      const device = createCpuDevice();
      const model = await Mamba2LM.fromPretrained("owner/model", { ...from, device });
      expect(sums((await model.save()).files)).toEqual(sums(files));
      model.dispose();
      expect(device.memory.usedBytes).toBe(0);
      hub.seen.length = 0;
      const other = Mamba2LM.fromPretrained("owner/model", { ...from, quantize: { bits, groupSize: 8 } });
      await expect(other).rejects.toThrow(`as the checkpoint's integers are; got ${bits} bits in groups of 8.`);
      const sent = hub.seen.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      expect(sent).toBeLessThan(files.get("model.safetensors")!.length / 2);
    } finally {
      await hub.close();
    }
  });
});

test("other layouts refuse integers by name", async () => {
  const model = new Mamba2LM(config, { quantize: { bits: 8 } });
  for (const layout of LAYOUT_NAMES.filter((name) => name !== "own"))
    await expect(model.save(layout)).rejects.toThrow(
      /config: cannot express weights of 8 bits in groups of 32; the layout own keeps such integers\./,
    );
  await expect(result(convertCommand, [at("floats"), at("never"), "--to", "hf", "--quantize", "4"])).rejects.toThrow(
    "cannot express weights of 4 bits in groups of 32",
  );
});

test("files that do not fit are refused", async () => {
  const { files } = await new Mamba2LM(config, { quantize: { bits: 4 } }).save();
  const text = new TextDecoder().decode(files.get("config.json"));
  const withText = (from: string, to: string) =>
    Mamba2LM.load(new Map([...files, ["config.json", new TextEncoder().encode(text.replace(from, to))]]));
  expect(text).toContain('"bits": 4');
  await expect(withText('"bits": 4', '"bits": 3')).rejects.toThrow("own config: quantization: must be bits, 8 or 4");
  await expect(withText('"bits": 4', '"bits": 8')).rejects.toThrow(
    "backbone.layers.0.mixer.in_proj.weight.packed must be [296, 16]; got [296, 8]",
  );
  await expect(withText('"groupSize": 32', '"groupSize": 1e300')).rejects.toThrow("groupSize, a multiple of 8 above 0");
  await expect(withText('"groupSize": 32', '"groupSize": 40')).rejects.toThrow(
    "groupSize must divide the rows of backbone.layers.0.mixer.in_proj.weight, of 64 numbers; got 40.",
  );
  await expect(withText('"quantization"', '"quantisation"')).rejects.toThrow("quantisation");
  const { tensors } = readSafetensors(files.get("model.safetensors")!);
  const name = "backbone.layers.1.mixer.out_proj.weight.packed";
  const changed = (made: TensorBytes) =>
    Mamba2LM.load(new Map([...files, ["model.safetensors", writeSafetensors(new Map([...tensors, [name, made]]))]]));
  await expect(changed({ ...tensors.get(name)!, dtype: "I32" })).rejects.toThrow(`${name} must be U32; got I32`);
  const named = new Map([...tensors].filter(([path]) => path !== name));
  await expect(Mamba2LM.load(new Map([...files, ["model.safetensors", writeSafetensors(named)]]))).rejects.toThrow(
    `1 missing: ${name}`,
  );
  await expect(Mamba2LM.fromTensors(config, tensors)).rejects.toThrow(
    "Mamba2LM.fromTensors: quantize: must be bits, 8 or 4",
  );
});

test("what is stored as integers is what modules quantise, in every family", async () => {
  for (const name of FAMILY_NAMES) {
    const whole = await readCheckpoint(familyFiles(name));
    const model = new Mamba2LM(whole.config, { quantize: { bits: 8, groupSize: 8 } });
    expect(model.quantizedParameters().map(({ path }) => path)).toEqual(
      [...whole.tensors.keys()].filter(isQuantizable),
    );
    const { files } = await model.save();
    expect(sums((await (await Mamba2LM.load(files, { onWarning: () => undefined })).save()).files)).toEqual(
      sums(files),
    );
  }
}, 20_000);
