// The tests over golden data, for one device: every file of each set passes, and no tensor of the index is left out.
import { fileURLToPath } from "node:url";
import type { Device } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { checkFixtures, type Line, readFixtureSet } from "../src/check-fixtures/index.ts";

/** What the PyTorch reference implementations compute. */
export const goldenFolder: string = fileURLToPath(new URL("../fixtures", import.meta.url));
/** Options that those leave out, by NumPy; see the generator in the folder. */
const variantsFolder: string = fileURLToPath(new URL("../fixtures-variants", import.meta.url));
/** What transformers computes where it goes its own way: one norm over the full width of a mixer with two groups. */
const hfFolder: string = fileURLToPath(new URL("../fixtures-hf", import.meta.url));
/** The same weights in files of torch.save, of both forms, and in shards, and files that must be refused. */
const containersFolder: string = fileURLToPath(new URL("../fixtures-containers", import.meta.url));
/** Options of models that none of those has, all at once. */
const optionsFolder: string = fileURLToPath(new URL("../fixtures-options", import.meta.url));
/** Models of mixers, attention, MLPs and experts. */
const hybridsFolder: string = fileURLToPath(new URL("../fixtures-hybrids", import.meta.url));
/** PEFT's adapters of two of them: logits, gradients, ten steps, files. */
const loraFolder: string = fileURLToPath(new URL("../fixtures-lora", import.meta.url));

export async function describeGoldenData(device: Device): Promise<void> {
  await describeFolder("reference implementations", goldenFolder, device);
  await describeFolder("variants", variantsFolder, device);
  await describeFolder("transformers", hfFolder, device);
  await describeFolder("containers", containersFolder, device);
  await describeFolder("options", optionsFolder, device);
  await describeFolder("hybrids", hybridsFolder, device);
  await describeFolder("adapters", loraFolder, device);
}

async function describeFolder(name: string, folder: string, device: Device): Promise<void> {
  const { entries } = await readFixtureSet(folder);
  describe(`golden data of ${name} on ${device.kind}`, () => {
    for (const { file, tensors } of entries) {
      it(file, { timeout: 120_000 }, async () => {
        const lines: Line[] = [];
        const { failed, skipped, failures } = await checkFixtures(folder, device, {
          only: file,
          onLine: (line) => lines.push(line),
        });
        expect(failures).toEqual([]);
        expect([failed, skipped]).toEqual([0, 0]);
        expect(lines.length).toBeGreaterThan(0);
        const compared = new Set(lines.map(({ name }) => name));
        const withTolerance = [...tensors]
          .filter(([, { tolerances }]) => Object.keys(tolerances).length > 0)
          .map(([name]) => `${file} ${name}`);
        expect(withTolerance.filter((name) => !compared.has(name))).toEqual([]);
      });
    }
  });
}
