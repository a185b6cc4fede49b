// The command line keeps what it computes: whether a run can be saved is decided before its first step, a resumed run is the run that was saved, numbers that are none end in an error.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import { writeFolder } from "@x/mamba2/node";
import { cliIn, type Result } from "./cli-run.ts";

const config = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 };
let folder: string;

const { run } = cliIn(() => folder);
const train = (...args: readonly string[]): Promise<Result> => run("train", "--device", "cpu", ...args);
const fresh = ["--text", "text.txt", "--batch", "2", "--length", "16", "--steps", "3"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-kept-"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "eps.json"), JSON.stringify({ ...config, normEps: 1e-6 }));
  await writeFile(join(folder, "text.txt"), "the quick brown fox jumps over the lazy dog. ".repeat(20));
  await writeFile(join(folder, "other.txt"), "the quick brown fox jumps over the lazy cat. ".repeat(20));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a run that is to be saved", { timeout: 120_000 }, () => {
  it("fails before its first step where the layout cannot hold the model, and names those that can", async () => {
    const { code, stderr } = await train(...fresh, "--config", "eps.json", "--out", "never");
    expect({ code, steps: /step \d/.test(stderr) }).toEqual({ code: 1, steps: false });
    expect(stderr).toContain(
      "train: the layout must be able to hold the model; official config: cannot express normEps = 0.000001; that library always has 0.00001. Choose one that can: --layout hf or --layout fla or --layout own.",
    );
    expect(await readdir(folder)).not.toContain("never");
  });

  it("is saved in the layout that was asked for, and resumed in the one it has", async () => {
    for (const layout of ["hf", "fla"]) {
      expect((await train(...fresh, "--config", "eps.json", "--layout", layout, "--out", layout)).code).toBe(0);
      const before = await readFile(join(folder, layout, "config.json"), "utf8");
      expect((await train("--text", "text.txt", "--resume", layout, "--steps", "4")).code).toBe(0);
      expect(await readFile(join(folder, layout, "config.json"), "utf8")).toBe(before);
      const { stdout } = await run("info", "--model", layout, "--json");
      expect(JSON.parse(stdout)).toMatchObject({ layout, config: { normEps: 1e-6 } });
    }
    // a fresh model of a configuration in another library's names keeps those
    expect((await train(...fresh, "--config", "hf/config.json", "--out", "as-hf")).code).toBe(0);
    expect(JSON.parse((await run("info", "--model", "as-hf", "--json")).stdout)).toMatchObject({ layout: "hf" });
  });

  it.each([
    ["best", [], "best"],
    ["step-7", [], "step-7"],
    ["ema", [], "ema"],
    ["adapter_model.safetensors", [], "adapter_model.safetensors"],
    ["model.safetensors", ["--lora", "2", "--model", "base"], "model.safetensors"],
    ["pytorch_model-00001-of-00002.bin", ["--lora", "2", "--model", "base"], "pytorch_model-00001-of-00002.bin"],
  ] as const)("is not saved beside %s of another run, which would be taken for its own", async (left, how, named) => {
    const out = join(folder, `left-${left}`);
    if (how.length > 0) await run("init", "--config", "config.json", "--out", "base");
    await mkdir(left.includes(".") ? out : join(out, left), { recursive: true });
    if (left.includes(".")) await writeFile(join(out, left), "of another run");
    const sizes = ["--text", "text.txt", "--batch", "2", "--length", "16", "--steps", "1"];
    const { code, stderr } = await train(
      ...sizes,
      ...(how.length > 0 ? how : ["--config", "config.json"]),
      "--out",
      out,
    );
    expect({ code, steps: /step \d/.test(stderr.replaceAll(named, "")) }).toEqual({ code: 1, steps: false });
    expect(stderr).toContain(`must hold nothing that would be taken for this run's; it holds ${named} of another.`);
    expect(await readdir(out)).toEqual([left]);
  });

  it("takes the place of what is there of its own kind, and lies beside its base", async () => {
    expect((await train(...fresh, "--config", "config.json", "--out", "twice")).code).toBe(0);
    expect((await train(...fresh, "--config", "config.json", "--seed", "2", "--out", "twice")).code).toBe(0);
    const lora = await train(...fresh, "--model", "twice", "--lora", "2", "--out", "twice");
    expect({
      code: lora.code,
      files: (await readdir(join(folder, "twice"))).includes("adapter_model.safetensors"),
    }).toEqual({
      code: 0,
      files: true,
    });
  });

  it("fails before its first step where the folder cannot be written", async () => {
    const { code, stderr } = await train(...fresh, "--config", "config.json", "--out", "text.txt/run");
    expect({ code, steps: /step \d/.test(stderr) }).toEqual({ code: 1, steps: false });
    expect(stderr).toContain('must be able to write to "text.txt/run"; a part of the path is a file.');
  });
});

describe("a run that is resumed", { timeout: 120_000 }, () => {
  it("refuses other text and another tokenizer, unless --other-data allows them", async () => {
    expect((await train(...fresh, "--config", "config.json", "--out", "run")).code).toBe(0);
    const refused = await train("--text", "other.txt", "--resume", "run", "--steps", "5");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /train: the data must be those of the saved run, 900 tokens, SHA-256 [0-9a-f]{12}…; got 900 tokens, SHA-256 [0-9a-f]{12}…\./,
    );
    await writeFile(
      join(folder, "tokenizer.json"),
      JSON.stringify({
        version: "1.0",
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: "Whitespace" },
        post_processor: null,
        decoder: null,
        model: { type: "WordLevel", vocab: { "[UNK]": 0, the: 1, quick: 2, dog: 3 }, unk_token: "[UNK]" },
      }),
    );
    const other = await train("--text", "text.txt", "--tokenizer", ".", "--resume", "run", "--steps", "5");
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /train: the tokenizer must be that of the saved run, bytes; got SHA-256 [0-9a-f]{12}…\. Another one makes it another run: --other-data goes on all the same\./,
    );
    const allowed = await train(
      "--text",
      "other.txt",
      "--resume",
      "run",
      "--steps",
      "5",
      "--batch",
      "3",
      "--other-data",
    );
    expect(allowed.code, allowed.stderr).toBe(0);
    for (const change of ["train: steps is 5, was 3 in the saved run", "train: batch is 3, was 2 in the saved run"])
      expect(allowed.stderr).toContain(change);
  });

  it("refuses a model of another save than the run, unless --other-model allows it", async () => {
    const steps = ["--text", "text.txt", "--resume", "mixed", "--steps"];
    expect((await train(...fresh, "--config", "config.json", "--out", "mixed")).code).toBe(0);
    const old = await readFile(join(folder, "mixed/model.safetensors"));
    expect((await train(...steps, "4")).code).toBe(0);
    await writeFile(join(folder, "mixed/model.safetensors"), old); // as a crash between two renames, or a copy, would leave it
    const refused = await train(...steps, "5");
    expect({ code: refused.code, steps: /step \d\/5/.test(refused.stderr) }).toEqual({ code: 1, steps: false });
    expect(refused.stderr).toMatch(
      /train: the model must have the values that it had when the run was saved, SHA-256 [0-9a-f]{12}…; got SHA-256 [0-9a-f]{12}…\. The files of model and run are of two saves/,
    );
    expect((await train(...steps, "5", "--other-model")).code).toBe(0);
  });

  it("is there, where something is allowed to differ", async () => {
    for (const option of ["--other-data", "--other-model"]) {
      expect(await train(...fresh, option)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${option} must be given with --resume`) as string,
      });
    }
  });
});

describe("numbers that are none", { timeout: 60_000 }, () => {
  it("end loss, logits and train with an error that says where they come from", async () => {
    const model = new Mamba2LM(config, { seed: 1 });
    model.normF.weight.write(new Float32Array(16).fill(NaN));
    await writeFolder(join(folder, "broken"), (await model.save()).files);
    const cause =
      "must be finite; got NaN. The model is damaged: backbone.norm_f.weight holds numbers that are not finite.";
    for (const args of [
      ["loss", "--text", "text.txt"],
      ["loss", "--ids", "1,2,3"],
      ["logits", "--ids", "1,2,3"],
    ]) {
      const { code, stderr, stdout } = await run(...args, "--model", "broken", "--device", "cpu");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(cause);
    }
  });
});
