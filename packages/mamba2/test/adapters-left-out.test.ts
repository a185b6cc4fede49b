// What is said of an adapter and names nothing, or is named and not there, is told: it would be left out without a word.
import { Mamba2LM } from "@x/mamba2";
import { addAdapter, loadAdapter, saveAdapter } from "@x/mamba2/adapters";
import { readSafetensors, writeSafetensors } from "@x/tensor";
import { expect, it } from "vitest";

const model = (): Mamba2LM =>
  new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8 }, { seed: 1 });

it.each([
  ["exclude", { exclude: ["nothere"] }],
  ["rankPattern", { rankPattern: { nothere: 4 } }],
  ["alphaPattern", { alphaPattern: { "nothere|nor_here": 4 } }],
  ["rankPattern", { targets: ["in_proj"], rankPattern: { out_proj: 4 } }],
])("%s that names no module: %o", (field, options) => {
  expect(() => addAdapter(model(), options)).toThrow(
    new RegExp(`addAdapter: ${field} must name modules .* which matches none`),
  );
});

it("patterns that name some", () => {
  const { modules } = addAdapter(model(), {
    rank: 2,
    targets: ["in_proj"],
    rankPattern: { "layers.1.mixer.in_proj": 4 },
  });
  expect(modules.map(({ pair }) => pair.a.shape[0])).toEqual([2, 4]);
});

it("a file that holds a part of what its configuration names", async () => {
  const { files } = await saveAdapter(addAdapter(model(), { targets: ["in_proj"] }));
  const name = "adapter_model.safetensors";
  const { tensors } = readSafetensors(files.get(name)!);
  const half = new Map([...tensors].filter(([tensor]) => !tensor.includes("layers.1.")));
  const told: string[] = [];
  const onWarning = (text: string): void => void told.push(text);
  await loadAdapter(model(), files, { onWarning });
  expect(told).toEqual([]);
  await loadAdapter(model(), new Map(files).set(name, writeSafetensors(half)), { onWarning });
  expect(told).toEqual([
    expect.stringMatching(
      /^adapter: the file holds no tensors of 1 of 2 modules that adapter_config.json names, .*layers\.1\.mixer\.in_proj/,
    ),
  ]);
});

it("a file that holds tensors of two adapters: one would take the place of the other", async () => {
  const { files } = await saveAdapter(addAdapter(model(), { targets: ["in_proj"] }));
  const name = "adapter_model.safetensors";
  const { tensors } = readSafetensors(files.get(name)!);
  for (const second of [".lora_A.second.weight", ".other_root"]) {
    const two = new Map(tensors);
    for (const [tensor, value] of tensors)
      two.set(
        second === ".other_root"
          ? tensor.replace("base_model.model.backbone.", "base_model.model.model.")
          : tensor.replace(/\.lora_([AB])\.weight$/, ".lora_$1.second.weight"),
        value,
      );
    await expect(loadAdapter(model(), new Map(files).set(name, writeSafetensors(two)))).rejects.toThrow(
      /adapter: the file must hold one adapter; it has ".*" and ".*", which are the same tensor of two\./,
    );
  }
});
