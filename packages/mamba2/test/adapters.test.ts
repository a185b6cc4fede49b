// Adapters of every family: what a file of PEFT's names says of a checkpoint's tensors, merging, switching, and the options.
import {
  cpuDevice,
  createCpuDevice,
  type Device,
  hostNormal,
  readSafetensors,
  type TensorBytes,
  tensorBytes,
  float32ArrayOf,
  writeSafetensors,
} from "@x/tensor";
import { describe, expect, it, test } from "vitest";
import {
  type Adapter,
  adaptersOf,
  addAdapter,
  loadAdapter,
  mergeAdapter,
  removeAdapter,
  saveAdapter,
  unmergeAdapter,
  useAdapter,
} from "../src/adapters/index.ts";
import { type LayoutName, Mamba2LM, preset, readConfigText } from "../src/index.ts";
import { configText, FAMILY_FILES, FAMILY_NAMES, type FamilyFile } from "./family-files.ts";

const ids = [
  [3, 1, 4, 1, 5, 9, 2, 6],
  [2, 7, 1, 8, 2, 8, 1, 8],
];
const modelOf = (name: FamilyFile, device: Device = cpuDevice()): Mamba2LM =>
  new Mamba2LM(readConfigText(configText(name)).config, { seed: 2, device });
const logitsOf = async (model: Mamba2LM): Promise<Float32Array> => {
  const logits = model.forward(ids);
  const values = Float32Array.from(await logits.data());
  logits.dispose();
  return values;
};
const far = (got: Float32Array, want: Float32Array): number =>
  got.reduce((most, v, i) => Math.max(most, Math.abs(v - want[i]!)), 0);
const largest = (values: Float32Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Pairs that change something: B is 0 when an adapter is made. */
function draw(adapter: Adapter): void {
  for (const [i, parameter] of adapter.modules.flatMap(({ pair }) => [pair.a, pair.b]).entries())
    parameter.write(hostNormal({ seed: 5, stream: i }, parameter.size).map((v) => 0.1 * v));
}

/** What a file calls the weight that PEFT's module is, where it is not the module's name with ".weight". */
const FILE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^model\.(layers\.\d+\.mixer\.)/, "backbone.$1"],
  [/\.router$/, ".router.layer.weight"],
  [/\.experts\.base_layer$/, ".input_linear.weight"],
  [/\.experts$/, ".output_linear.weight"],
];
function fileName(module: string, layout: LayoutName): string {
  const rules =
    layout === "granitemoehybrid" ? FILE_NAMES.slice(1) : layout === "nemotron_h" ? FILE_NAMES.slice(0, 1) : [];
  const name = rules
    .reduce((one, [from, to]) => one.replace(from, to), module)
    .replace(".block_sparse_moe.experts", ".block_sparse_moe");
  return name.endsWith(".weight") ? name : `${name}.weight`;
}

/** PEFT's own merge of a pair into a file's tensor: W + scale · B·A, of stacked experts `einsum("o r e, e r i -> e o i")`. */
function mergedTensor({ shape, ...tensor }: TensorBytes, a: TensorBytes, b: TensorBytes, scale: number): TensorBytes {
  const [w, low, high] = [{ shape, ...tensor }, a, b].map(float32ArrayOf) as [Float32Array, Float32Array, Float32Array];
  const columns = shape.at(-1)!;
  const experts = shape.length === 3 && shape[1] !== 1 ? shape[0]! : 1;
  const ranks = b.shape[1]! / experts;
  const outs = b.shape[0]!;
  const merged = Float32Array.from(w, (v, i) => {
    const [e, o, column] = [Math.floor(i / (outs * columns)), Math.floor(i / columns) % outs, i % columns];
    let change = 0;
    for (let r = 0; r < ranks; r++)
      change += high[o * ranks * experts + r * experts + e]! * low[(e * ranks + r) * columns + column]!;
    return v + scale * change;
  });
  return tensorBytes("F32", shape, merged);
}

describe.each(FAMILY_NAMES)("%s", (name) => {
  test("an adapter of every matrix is that of the file's tensors, by PEFT's names and formula", async () => {
    const model = modelOf(name);
    const layout = FAMILY_FILES[name];
    // Nemotron's experts are apart in its files, and one parameter in memory
    const experts = layout === "nemotron_h" ? "(?!.*\\.experts\\.)" : "";
    const targets = `${experts}.*(?:_proj|_linear|conv1d|router|gate|lm_head)`;
    const adapter = addAdapter(model, { rank: 2, alpha: 3, targets, layout });
    draw(adapter);
    const want = await logitsOf(model);
    const { files } = await saveAdapter(adapter, { onWarning: () => undefined });
    const pairs = readSafetensors(files.get("adapter_model.safetensors")!).tensors;
    useAdapter(model, null);
    expect(far(await logitsOf(model), want)).toBeGreaterThan(1e-3 * largest(want));

    const saved = (await model.save(layout)).files;
    const tensors = new Map(readSafetensors(saved.get("model.safetensors")!).tensors);
    let count = 0;
    for (const [key, a] of pairs) {
      const module = /^base_model\.model\.(.*)\.lora_A\.weight$/.exec(key)?.[1];
      if (module === undefined) continue;
      const file = fileName(module, layout);
      const b = pairs.get(key.replace("lora_A", "lora_B"))!;
      expect([...tensors.keys()], key).toContain(file);
      tensors.set(file, mergedTensor(tensors.get(file)!, a, b, 1.5));
      count++;
    }
    expect(count).toBe(adapter.modules.length);
    const merged = await Mamba2LM.load(new Map([...saved, ["model.safetensors", writeSafetensors(tensors)]]));
    expect(far(await logitsOf(merged), want)).toBeLessThan(1e-5 * (1 + largest(want)));
    model.dispose();
    merged.dispose();
  });
});

describe.each(["falcon_h1", "granite_hybrid_moe", "nemotron_h", "official_hybrid"] as const)("%s", (name) => {
  test("merged is unmerged, the base has its bits back, and files are read as they were written", async () => {
    const model = modelOf(name);
    const before = await model.stateDict();
    const adapter = addAdapter(model, { rank: 2, targets: ".*", exclude: ".*embed.*" });
    draw(adapter);
    const want = await logitsOf(model);
    mergeAdapter(model, adapter);
    expect(model.parameters()).toEqual([]);
    expect(far(await logitsOf(model), want)).toBeLessThan(1e-5 * (1 + largest(want)));
    unmergeAdapter(model);
    for (const [path, { data }] of await model.stateDict()) expect(data, path).toEqual(before.get(path)!.data);
    expect(await logitsOf(model)).toEqual(want);

    const { files } = await saveAdapter(adapter, { onWarning: () => undefined });
    removeAdapter(model, adapter);
    expect(model.parameters()).toHaveLength(before.size);
    await loadAdapter(model, files, { name: "read", onWarning: (text) => expect.fail(text) });
    expect(await logitsOf(model)).toEqual(want);
    const [read] = adaptersOf(model);
    const again = (await saveAdapter(read!, { onWarning: () => undefined })).files;
    for (const [file, bytes] of files) expect(Buffer.compare(again.get(file)!, bytes), file).toBe(0);
    model.dispose();
  });
});

test("nothing is left after dispose, however often adapters come, are switched, merged and go", async () => {
  const device = createCpuDevice();
  const used: number[] = [];
  for (let i = 0; i < 3; i++) {
    const model = modelOf("granite_hybrid_moe", device);
    const before = device.memory.usedBytes;
    const [one, other] = ["one", "other"].map((name) => addAdapter(model, { name, rank: 2, dora: true }));
    useAdapter(model, one!);
    await logitsOf(model);
    mergeAdapter(model, one!);
    unmergeAdapter(model);
    removeAdapter(model, other!);
    mergeAdapter(model, one!);
    if (i === 1) removeAdapter(model, one!);
    used.push(i === 1 ? device.memory.usedBytes - before : 0);
    model.dispose();
    used.push(device.memory.usedBytes);
  }
  const [, kept] = used; // numbers that ops keep on the device
  expect(kept).toBeLessThan(1024);
  expect(used).toEqual([0, kept, 0, kept, 0, kept]);
  device.dispose();
});

describe("names", () => {
  const keysOf = async (name: FamilyFile, options: object): Promise<string[]> => {
    const model = modelOf(name);
    const { files } = await saveAdapter(addAdapter(model, options), { onWarning: () => undefined });
    model.dispose();
    return [...readSafetensors(files.get("adapter_model.safetensors")!).tensors.keys()];
  };

  it("are those of transformers' modules in memory", async () => {
    const experts = await keysOf("granite_hybrid_moe", {
      targets: ["experts.gate_up_proj", "experts.down_proj", "router"],
    });
    expect(experts).toContain("base_model.model.model.layers.0.block_sparse_moe.experts.base_layer.lora_A.weight");
    expect(experts).toContain("base_model.model.model.layers.0.block_sparse_moe.experts.lora_B.weight");
    expect(experts).toContain("base_model.model.model.layers.0.block_sparse_moe.router.lora_A.weight");
    const nemotron = await keysOf("nemotron_h", { targets: ["q_proj", "up_proj"] });
    expect(nemotron.every((key) => key.startsWith("base_model.model.model.layers."))).toBe(true);
    const table = await keysOf("bamba", { targets: ["embed_tokens"] });
    expect(table).toEqual([
      "base_model.model.model.embed_tokens.lora_embedding_A",
      "base_model.model.model.embed_tokens.lora_embedding_B",
    ]);
  });

  it("all-linear leaves out the head, and what PEFT refuses", async () => {
    const falcon = await keysOf("falcon_h1", {});
    expect(falcon.some((key) => /lm_head|out_proj|conv1d|embed/.test(key))).toBe(false);
    expect(falcon.some((key) => key.includes("mamba.in_proj"))).toBe(true);
    expect((await keysOf("bamba", {})).some((key) => key.includes("mamba.out_proj"))).toBe(true);
  });

  it("a file that PEFT will refuse is saved with a warning", async () => {
    const model = modelOf("falcon_h1");
    const { warnings } = await saveAdapter(addAdapter(model, { targets: ["out_proj", "in_proj"] }), {
      onWarning: () => undefined,
    });
    expect(warnings.join()).toMatch(
      /PEFT will refuse .* out_proj and conv1d in falcon_h1; got model\.layers\.0\.mamba\.out_proj/,
    );
    model.dispose();
  });

  it("of other tools are read: an adapter's name left in, another root", async () => {
    const model = modelOf("nemotron_h");
    const adapter = addAdapter(model, { targets: ["q_proj", "in_proj"] });
    draw(adapter);
    const want = await logitsOf(model);
    const { files } = await saveAdapter(adapter, { onWarning: () => undefined });
    removeAdapter(model, adapter);
    const tensors = readSafetensors(files.get("adapter_model.safetensors")!).tensors;
    const renamed = new Map(
      [...tensors].map(([key, tensor]) => [
        key
          .replace(/^base_model\.model\.model\./, "base_model.model.backbone.")
          .replace(/\.weight$/, ".default.weight"),
        tensor,
      ]),
    );
    await loadAdapter(model, new Map([...files, ["adapter_model.safetensors", writeSafetensors(renamed)]]));
    expect(await logitsOf(model)).toEqual(want);
    model.dispose();
  });
});

describe("patterns", () => {
  it("give modules their rank and their alpha, in files too", async () => {
    const model = modelOf("bamba");
    const adapter = addAdapter(model, {
      rank: 4,
      alpha: 8,
      rsLora: true,
      rankPattern: { q_proj: 2, "layers.0.mamba.in_proj": 3 },
      alphaPattern: { ".*_proj": 6 },
    });
    const of = (end: string): readonly [number, number] => {
      const { pair } = adapter.modules.find(({ module }) => module.name.endsWith(end))!;
      return [pair.a.shape[0]!, pair.scale];
    };
    expect(of("self_attn.q_proj")).toEqual([2, 6 / Math.sqrt(2)]);
    expect(of("layers.0.mamba.in_proj")).toEqual([3, 6 / Math.sqrt(3)]);
    expect(of("self_attn.k_proj")).toEqual([4, 3]);
    draw(adapter);
    const want = await logitsOf(model);
    const { files } = await saveAdapter(adapter);
    removeAdapter(model, adapter);
    const again = await loadAdapter(model, files);
    expect(again.config).toMatchObject({ rank: 4, alpha: 8, rsLora: true, alphaPattern: { ".*_proj": 6 } });
    expect(await logitsOf(model)).toEqual(want);
    model.dispose();
  });
});

describe("refused by name", () => {
  const model = new Mamba2LM(preset("tiny"));
  const adapter = addAdapter(model, { name: "first", targets: ["in_proj"] });

  it.each([
    [{ targets: ["q_proj"] }, /targets must name modules .* got \["q_proj"\], which matches none/],
    [{ targets: [] }, /targets must be "all-linear", a list/],
    [{ targets: "(" }, /targets must be/],
    [{ rank: 0 }, /rank must be/],
    [{ alpha: NaN }, /alpha must be a finite number above 0/],
    [{ dropout: 1.5 }, /dropout must be from 0 to 1/],
    [{ rankPattern: { in_proj: 0 } }, /rankPattern\["in_proj"\] must be/],
    [{ name: "first" }, /name must be that of no other adapter/],
    [{ targets: ["conv1d"], dora: true }, /dora must be off for backbone\.layers\.0\.mixer\.conv1d/],
    [{ layout: "peft" as never }, /layout must be one of/],
  ])("%o", (options, sentence) => expect(() => addAdapter(model, options)).toThrow(sentence));

  const text = async (): Promise<Map<string, Uint8Array>> => new Map((await saveAdapter(adapter)).files);
  const withField = async (fields: object): Promise<Map<string, Uint8Array>> => {
    const files = await text();
    const json = JSON.parse(new TextDecoder().decode(files.get("adapter_config.json"))) as object;
    return files.set("adapter_config.json", new TextEncoder().encode(JSON.stringify({ ...json, ...fields })));
  };
  it.each([
    [{ peft_type: "LOHA" }, /peft_type must be "LORA"; got "LOHA"/],
    [{ bias: "all" }, /bias must be "none"/],
    [{ modules_to_save: ["lm_head"] }, /modules_to_save must be null/],
    [{ lora_bias: true }, /lora_bias must be false/],
    [{ r: 3 }, /lora_A\.weight must be \[3, 96\].* got \[8, 96\]/],
  ])("%o in a file", async (fields, sentence) => {
    await expect(loadAdapter(model, await withField(fields), { name: "other" })).rejects.toThrow(sentence);
    expect(adaptersOf(model)).toEqual([adapter]);
  });

  it("fields that nobody knows and bases that were changed are said, and kept", async () => {
    const said: string[] = [];
    const files = await withField({ use_magic: true, init_lora_weights: "pissa" });
    const read = await loadAdapter(model, files, { name: "other", onWarning: (one) => said.push(one) });
    expect(said.join("\n")).toMatch(/kept the unknown fields use_magic[^]*init_lora_weights is "pissa", which changes/);
    const again = (await saveAdapter(read)).files.get("adapter_config.json");
    expect(new TextDecoder().decode(again)).toContain('"use_magic":true');
    removeAdapter(model, read);
  });

  it("tensors of other modules, and another model's adapter", async () => {
    const files = await text();
    const tensors = new Map(readSafetensors(files.get("adapter_model.safetensors")!).tensors);
    tensors.set("base_model.model.backbone.layers.0.mixer.q_proj.lora_A.weight", [...tensors.values()][0]!);
    files.set("adapter_model.safetensors", writeSafetensors(tensors));
    await expect(loadAdapter(model, files, { name: "other" })).rejects.toThrow(/got 1 that are not, of 9: .*q_proj/);
    expect(() => useAdapter(new Mamba2LM(preset("tiny")), adapter)).toThrow(
      /adapter must be one of the model's, which has none/,
    );
  });

  it("merging integers, and whatever else while one is merged", () => {
    const small = new Mamba2LM(preset("tiny"), { quantize: { bits: 8 } });
    expect(() => mergeAdapter(small, addAdapter(small))).toThrow(
      /weights must be floats; .*in_proj\.weight holds integers of 8 bits/,
    );
    mergeAdapter(model, adapter);
    expect(() => useAdapter(model, null)).toThrow(/no adapter must be merged into the model; "first" is/);
    expect(() => unmergeAdapter(small)).toThrow(/an adapter must be merged/);
    unmergeAdapter(model);
  });
});
