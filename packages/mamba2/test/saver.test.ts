// Saves that are written while training goes on: whole when they have been waited for, and their errors are raised.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Mamba2LM, train } from "@x/mamba2";
import { type Saver, saver } from "../src/cli/run-file.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "saver-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

function savesTo(out: string): Saver {
  const model = new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 }, { seed: 1 });
  const run = train(model, { text: "to be or not to be ".repeat(20), steps: 1, batch: 1, length: 8 });
  const files = async (): Promise<ReadonlyMap<string, Uint8Array>> => (await model.save("own")).files;
  const trained = {
    model,
    isAdapter: false,
    size: model.numParameters,
    notes: {},
    requireSavable: () => Promise.resolve(0),
    files,
  };
  return saver(trained, run, out, new Map());
}

it("writes whole saves, one after another", async () => {
  const out = join(folder, "run");
  const saves = savesTo(out);
  await saves.save();
  await saves.save();
  await saves.finish();
  expect((await readdir(out)).sort()).toEqual(["config.json", "model.safetensors", "training.safetensors"]);
});

it("raises what went wrong at the next save, or at the end, once", async () => {
  await writeFile(join(folder, "file"), "");
  const saves = savesTo(join(folder, "file", "run"));
  await saves.save();
  await expect(saves.save()).rejects.toThrow("checkpoint: must be able to write to");
  await saves.save();
  await saves.settle();
  await expect(saves.finish()).rejects.toThrow("a part of the path is a file");
  await saves.finish();
});
