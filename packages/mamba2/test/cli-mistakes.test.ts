// What the command says about a wrong command line, missing and damaged files: one sentence, an exit code, and nothing written.
import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliIn } from "./cli-run.ts";

const golden = join(import.meta.dirname, "fixtures/model1/official");
const config = { dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 };
let folder: string;

const { run, failure } = cliIn(() => folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-cli-mistakes-"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "text.txt"), "the quick brown fox jumps over the lazy dog. ".repeat(60));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("mistakes", { timeout: 60_000 }, () => {
  it.each<[string, readonly string[], number, string, RegExp]>([
    ["no such command", ["trian"], 2, "UsageError", /the command must be one of train, .*; got "trian"/],
    ["unknown option", ["info", "--modle", "x"], 2, "UsageError", /Unknown option '--modle'/],
    ["missing option", ["logits", "--model", "x"], 2, "UsageError", /--ids must be given/],
    [
      "ids that are no numbers",
      ["logits", "--model", "x", "--ids", "1,a"],
      2,
      "UsageError",
      /--ids must be whole numbers such as 1,2,3; got "a"/,
    ],
    [
      "a number that is none",
      ["train", "--text", "text.txt", "--steps", "many"],
      2,
      "UsageError",
      /--steps must be a number; got "many"/,
    ],
    [
      "a device that is none",
      ["train", "--text", "text.txt", "--device", "gpu"],
      2,
      "UsageError",
      /--device must be one of cpu, webgpu; got "gpu"/,
    ],
    [
      "a negative number",
      ["train", "--text", "text.txt", "--steps", "-1"],
      2,
      "UsageError",
      /--steps must be a whole number of at least 1; got -1/,
    ],
    [
      "no learning rate",
      ["train", "--text", "text.txt", "--lr", "0"],
      2,
      "UsageError",
      /--lr must be a number above 0; got 0/,
    ],
    [
      "no probability",
      ["generate", "--model", "x", "--prompt", "a", "--top-p", "0"],
      2,
      "UsageError",
      /--top-p must be a number above 0 and at most 1; got 0/,
    ],
    [
      "no penalty",
      ["generate", "--model", "x", "--prompt", "a", "--presence-penalty", "3"],
      2,
      "UsageError",
      /--presence-penalty must be a number from -2 to 2; got 3/,
    ],
    [
      "an option in the place of a value",
      ["info", "--model", "--json"],
      2,
      "UsageError",
      /--model must be followed by a value; got another option/,
    ],
    ["nothing to draw", ["init", "--out", "o"], 2, "UsageError", /--config must name a file or one of tiny/],
    [
      "no tokenizer",
      ["generate", "--model", golden, "--prompt", "a", "--tokenizer", "none", "--device", "cpu"],
      1,
      "ConfigError",
      /"none" must hold a tokenizer\.json/,
    ],
    ["no text", ["train"], 2, "UsageError", /--text must name at least one file/],
    [
      "no such file",
      ["train", "--text", "none.txt", "--device", "cpu"],
      1,
      "ConfigError",
      /"none\.txt" must be a file that can be read; there is no such file/,
    ],
    [
      "an unknown preset",
      ["init", "--config", "huge", "--out", "o"],
      1,
      "ConfigError",
      /there is no such file\. A preset is one of tiny, small/,
    ],
    [
      "no such folder",
      ["info", "--model", "none"],
      1,
      "CheckpointError",
      /"none" must be a folder .*; got no such folder/,
    ],
    [
      "ids out of range",
      ["logits", "--model", golden, "--ids", "104", "--device", "cpu"],
      1,
      "ConfigError",
      /in \[0, 104\), the vocabulary; got 104/,
    ],
    [
      "nothing to resume",
      ["train", "--text", "text.txt", "--resume", golden, "--device", "cpu"],
      1,
      "CheckpointError",
      /must hold a saved run/,
    ],
    [
      "an output that is a file",
      ["init", "--config", "config.json", "--out", "text.txt"],
      1,
      "CheckpointError",
      /must be able to write to "text\.txt"/,
    ],
  ])("%s", async (_, args, code, kind, message) => {
    const got = await failure(...args);
    expect(got).toMatchObject({ code, kind });
    expect(got.message).toMatch(message);
  });

  it("an empty text, a wrong field, a damaged file; and what was there stays", async () => {
    await writeFile(join(folder, "empty.txt"), "");
    expect(await failure("train", "--text", "empty.txt", "--device", "cpu", "--out", "straight")).toMatchObject({
      code: 1,
      kind: "ConfigError",
    });
    await writeFile(join(folder, "wrong.json"), JSON.stringify({ ...config, dModle: 3 }));
    expect((await failure("init", "--config", "wrong.json", "--out", "o")).message).toMatch(
      /there is no field "dModle"\. Did you mean "dModel"/,
    );
    await writeFile(join(folder, "vast.json"), JSON.stringify({ ...config, dModel: 2 ** 40 }));
    const vast = await failure("init", "--config", "vast.json", "--out", "o");
    expect(vast).toMatchObject({ code: 1, kind: "DeviceError" });
    expect(vast.message).toMatch(
      /^backbone\.embedding\.weight: must fit in memory; \[256, 1099511627776\] takes 1125899906842624 bytes/,
    );
    await run("init", "--config", "config.json", "--out", "damaged");
    await truncate(join(folder, "damaged/model.safetensors"), 3000);
    expect(await failure("generate", "--model", "damaged", "--prompt", "a", "--device", "cpu")).toMatchObject({
      code: 1,
      kind: "CheckpointError",
    });
    expect((await readdir(folder)).filter((name) => name === "o")).toEqual([]);
  });
});
