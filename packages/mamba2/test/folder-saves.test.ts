// A save takes the place of the one before, as a whole: nothing of the old one is read beside it, and a process that ends anywhere within it leaves one of the two.
import { existsSync } from "node:fs";
import fs from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LayoutName, Mamba2LM, type SaveOptions } from "@x/mamba2";
import { folderReader, loadFolder, saveFolder, writeFolder } from "@x/mamba2/node";

/** After so many changes of names the process ends: nothing that it does later happens. */
const life = { left: Infinity };
const { rename, rm: remove } = fs.promises;
function mortal<A extends unknown[], R>(act: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return (...args) => {
    if (life.left <= 0) return Promise.reject(new Error("the process has ended"));
    life.left--;
    return act(...args);
  };
}
function replace(functions: Pick<typeof fs.promises, "rename" | "rm">): void {
  Object.assign(fs.promises, functions);
  syncBuiltinESMExports(); // what was imported by name is replaced too
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "saves-"));
  replace({ rename: mortal(rename), rm: mortal(remove) as typeof remove });
});
afterAll(async () => {
  replace({ rename, rm: remove });
  await rm(root, { recursive: true });
});
beforeEach(() => void (life.left = Infinity));
const fresh = (): Promise<string> => mkdtemp(join(root, "a-"));

const fields = { dModel: 16, nLayer: 2, headDim: 8, dState: 8, vocabSize: 64 };
const models = { one: new Mamba2LM({ ...fields, eosTokenId: 5 }, { seed: 1 }), two: new Mamba2LM(fields, { seed: 2 }) };
const quiet: SaveOptions = { onWarning: () => undefined };
const ids = [1, 2, 3];
const logitsOf = async (model: Mamba2LM): Promise<number[]> => [...(await model.forward(ids).data())];

type Form = readonly [LayoutName, SaveOptions];
const forms: Readonly<Record<string, Form>> = {
  official: ["official", quiet],
  hf: ["hf", quiet],
  fla: ["fla", quiet],
  "official in shards": ["official", { ...quiet, maxShardBytes: 4000 }],
  "hf in shards": ["hf", { ...quiet, maxShardBytes: 7000 }],
};
const pairs = Object.keys(forms).flatMap((from) => Object.keys(forms).map((to) => [from, to] as const));

describe("a checkpoint over another", () => {
  it.each(pairs)("%s, then %s: is all that is read", async (from, to) => {
    const folder = await fresh();
    await saveFolder(models.one, folder, ...forms[from]!);
    const { files } = await models.two.save(...forms[to]!);
    await writeFolder(folder, files);
    expect((await readdir(folder)).sort()).toEqual([...files.keys()].sort());
    const read = await loadFolder(folder, quiet);
    expect(read.config.eosTokenId).toBeNull();
    expect(await logitsOf(read)).toEqual(await logitsOf(models.two));
  });

  it("of other libraries, with names that no save here writes", async () => {
    const folder = await fresh();
    const stale = [
      "pytorch_model.bin",
      "pytorch_model.bin.index.json",
      "pytorch_model-00001-of-00002.bin",
      "model-00003-of-00003.safetensors",
      "model.safetensors.index.json",
      "generation_config.json",
    ];
    const kept = [
      "README.md",
      "training.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
      "adapter_model.safetensors",
      "model-notes.txt",
      "events.log",
    ];
    for (const name of [...stale, ...kept]) await writeFile(join(folder, name), "{}");
    await mkdir(join(folder, "model-00001-of-00001.safetensors")); // a folder is nobody's file
    await saveFolder(models.two, folder);
    expect((await readdir(folder)).sort()).toEqual(
      ["config.json", "model.safetensors", "model-00001-of-00001.safetensors", ...kept].sort(),
    );
  });

  it("replaces a tokenizer where it has one, or says that it has none", async () => {
    const folder = await fresh();
    const tokenizer = new Map(
      ["tokenizer.json", "tokenizer_config.json"].map((name) => [name, new TextEncoder().encode("{}")]),
    );
    await writeFolder(folder, tokenizer);
    await writeFolder(folder, new Map([["tokenizer.json", new TextEncoder().encode('{"a":1}')]]));
    expect(await readdir(folder)).toEqual(["tokenizer.json"]);
    await writeFolder(folder, new Map([["notes.txt", new Uint8Array(1)]]), { withoutTokenizer: true });
    expect(await readdir(folder)).toEqual(["notes.txt"]);
    await expect(writeFolder(folder, tokenizer, { tokenizer: false } as object)).rejects.toThrow(
      'writeFolder: options must be among withoutTokenizer; got "tokenizer".',
    );
  });

  it("replaces the templates of a tokenizer, and no file that is none", async () => {
    const folder = await fresh();
    const part = join(folder, "additional_chat_templates");
    await mkdir(part);
    for (const name of ["tool_use.jinja", "rag.jinja", "notes.txt"]) await writeFile(join(part, name), "{}");
    await writeFolder(folder, new Map([["chat_template.jinja", new TextEncoder().encode("of before")]]));
    expect((await readdir(part)).sort()).toEqual(["notes.txt", "rag.jinja", "tool_use.jinja"]);
    const names = ["tokenizer.json", "tokenizer_config.json"];
    await writeFolder(folder, new Map(names.map((name) => [name, new TextEncoder().encode("{}")])));
    expect(await readdir(part)).toEqual(["notes.txt"]);
    expect((await readdir(folder)).sort()).toEqual(["additional_chat_templates", ...names]);
  });

  it("changes nothing where it cannot be written", async () => {
    const folder = await fresh();
    await saveFolder(models.one, folder, ...forms["official in shards"]!);
    const before = (await readdir(folder)).sort();
    await mkdir(join(folder, "model.safetensors"));
    await expect(saveFolder(models.two, folder)).rejects.toThrow(
      /model\.safetensors"; a folder of that name is in the way/,
    );
    await rm(join(folder, "model.safetensors"), { recursive: true });
    expect((await readdir(folder)).sort()).toEqual(before);
    expect(await logitsOf(await loadFolder(folder, quiet))).toEqual(await logitsOf(models.one));
  });
});

describe("a process that ends within a save", () => {
  it.each([
    ["official", "hf in shards"],
    ["hf in shards", "official"],
    ["official in shards", "hf in shards"],
    ["official", "hf"],
  ])("from %s to %s: leaves the one or the other", async (from, to) => {
    const [old, now] = [await logitsOf(models.one), await logitsOf(models.two)];
    const seen = new Set<string>();
    for (let left = 0, ended = true; ended; left++) {
      const folder = await fresh();
      await saveFolder(models.one, folder, ...forms[from]!);
      life.left = left;
      ended = await saveFolder(models.two, folder, ...forms[to]!).then(
        () => false,
        () => true,
      );
      life.left = Infinity;
      const read = await loadFolder(folder, quiet);
      const isOld = read.config.eosTokenId === 5;
      seen.add(isOld ? "old" : "new");
      expect(await logitsOf(read), `after ${left} changes`).toEqual(isOld ? old : now);
      expect(existsSync(join(folder, ".checkpoint-save.json"))).toBe(false);
      // and the next save is a save
      await saveFolder(models.one, folder, ...forms[from]!);
      expect(await logitsOf(await loadFolder(folder, quiet))).toEqual(old);
    }
    expect([...seen]).toEqual(["old", "new"]);
  });

  it("once its save counts, another save finishes it too", async () => {
    const folder = await fresh();
    await saveFolder(models.one, folder, ...forms["official in shards"]!);
    life.left = 2; // the note, and one removal
    await expect(saveFolder(models.two, folder, ...forms["hf"]!)).rejects.toThrow();
    life.left = Infinity;
    await writeFolder(folder, new Map([["notes.txt", new Uint8Array(1)]]));
    expect((await readdir(folder)).sort()).toEqual(["config.json", "model.safetensors", "notes.txt"]);
  });

  it("leaves nothing of a process that was killed while it wrote files, and nobody else's files alone", async () => {
    const folder = await fresh();
    const [ended, running] = [2 ** 22 + 1, process.ppid]; // the first is above what systems give out
    const of = (pid: number): string[] =>
      ["config.json", "model.safetensors", "", ".checkpoint-save.json"].map((name) => `${name}.${pid}.partial`);
    const others = [...of(running), `notes.txt.${ended}.partial`];
    for (const name of [...of(ended), ...others]) await writeFile(join(folder, name), "");
    await saveFolder(models.two, folder, ...forms["official"]!);
    expect((await readdir(folder)).sort()).toEqual([...others, "config.json", "model.safetensors"].sort());
  });

  it.each([
    "",
    "[]",
    "{}",
    '{"renames":[],"removals":["notes.txt"]}',
    '{"renames":[["config.json","../x.1.partial"]],"removals":[]}',
    '{"renames":[["notes.txt","config.json"]],"removals":[]}',
    '{"renames":[["../x","../x.1.partial"]],"removals":[]}',
    '{"renames":[["a"]],"removals":[]}',
    '{"renames":[],"removals":["../model.safetensors"]}',
    '{"renames":[null],"removals":[]}',
  ])("a note that is none is refused: %s", async (text) => {
    const folder = await fresh();
    await saveFolder(models.two, folder);
    await writeFile(join(folder, "notes.txt"), "mine");
    await writeFile(join(folder, ".checkpoint-save.json"), text);
    await expect(folderReader(folder)).rejects.toThrow(/must be the note of a save that was cut off; it is not/);
    await expect(saveFolder(models.one, folder)).rejects.toThrow(/must be the note of a save/);
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("mine");
  });
});
