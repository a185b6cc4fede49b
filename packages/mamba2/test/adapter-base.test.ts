// An adapter of another base has the same shapes and computes nonsense: whose it is, is told by name.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import { addAdapter, loadAdapter, saveAdapter } from "@x/mamba2/adapters";
import { loadAdapterFolder, loadFolder, saveAdapterFolder, saveFolder } from "@x/mamba2/node";

const made = (): Mamba2LM => new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 30, headDim: 8, dState: 8 }, { seed: 1 });
const adapter = addAdapter(made(), { rank: 2, targets: ["in_proj"] });
const { files } = await saveAdapter(adapter, { baseModel: "owner/name" });
const stated = JSON.parse(new TextDecoder().decode(files.get("adapter_config.json"))) as object;

function filesOf(fields: object): Map<string, Uint8Array> {
  const text = JSON.stringify({ ...stated, ...fields });
  return new Map([...files, ["adapter_config.json", new TextEncoder().encode(text)]]);
}

async function told(base: unknown, revision: unknown, baseModel: string | undefined): Promise<string[]> {
  const warnings: string[] = [];
  const given = filesOf({ base_model_name_or_path: base, revision });
  const options = {
    onWarning: (text: string) => void warnings.push(text),
    ...(baseModel !== undefined && { baseModel }),
  };
  await loadAdapter(made(), given, options);
  return warnings;
}

const SHA = "0123456789012345678901234567890123456789";

it.each([
  ["owner/name", null, "owner/name"],
  ["owner/name", null, "Owner/Name@main"],
  ["owner/name", "main", "owner/name@main"],
  ["owner/name", "main", "owner/name"],
  ["owner/name", null, "../models/name/"],
  ["/home/her/runs/start-1", null, "runs/start-1"],
  ["C:\\runs\\start-1", null, "./start-1"],
  [`/c/models--owner--name/snapshots/${SHA}`, null, "owner/name"],
  [null, null, "owner/other"],
  ["", null, "owner/other"],
  ["owner/name", null, undefined],
])("%j at %j is %j", async (base, revision, given) => {
  expect(await told(base, revision, given)).toEqual([]);
});

it.each([
  ["owner/name", null, "owner/other", "owner/name"],
  ["owner/name", null, "another/name", "owner/name"],
  ["owner/name", "v1", "owner/name@v2", "owner/name@v1"],
  ["owner/name", null, "runs/start-1/", "owner/name"],
  ["/home/her/runs/start-1", null, "runs/start-2", "/home/her/runs/start-1"],
  [`/c/models--owner--name/snapshots/${SHA}`, null, "owner/name@v2", `owner/name@${SHA}`],
])("%j at %j is not %j", async (base, revision, given, named) => {
  expect(await told(base, revision, given)).toEqual([
    `adapter: adapter_config.json says that its base is ${JSON.stringify(named)}; the model is ${JSON.stringify(given)}. ` +
      "It is right only with the weights that it was trained with.",
  ]);
});

it.each(["base_model_name_or_path", "revision"])("%s that is no text is refused", async (name) => {
  await expect(loadAdapter(made(), filesOf({ [name]: 3 }))).rejects.toThrow(
    `adapter_config.json: ${name} must be a text or null; got 3.`,
  );
});

it("a model of a folder knows its name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "adapter-base-"));
  try {
    const [one, two, mine] = ["one", "two", "mine"].map((name) => join(folder, name)) as [string, string, string];
    for (const place of [one, two]) await saveFolder(made(), place);
    await saveAdapterFolder(adapter, mine, { baseModel: one });
    const warnings: string[] = [];
    const onWarning = (text: string): void => void warnings.push(text);
    await loadAdapterFolder(await loadFolder(one), mine, { onWarning });
    expect(warnings).toEqual([]);
    await loadAdapterFolder(await loadFolder(two), mine, { onWarning });
    expect(warnings).toEqual([expect.stringContaining(`the model is ${JSON.stringify(two)}`)]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
