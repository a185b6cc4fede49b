// Adapters trained by the command: PEFT's files and the run in one folder, over an integer base, resumed bit for bit.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mamba2LM, preset } from "@x/mamba2";
import { saveFolder } from "@x/mamba2/node";
import { readSafetensors } from "@x/tensor";
import { cliIn } from "./cli-run.ts";

const hybrid = {
  ...preset("tiny"),
  dModel: 32,
  headDim: 16,
  dState: 8,
  chunkSize: 8,
  nLayer: 2,
  layers: [["mixer"], ["attention", "mlp"]],
  attention: { heads: 2, keyValueHeads: 1, headDim: 16, rotary: { size: 16 } },
  dIntermediate: 64,
} as const;

describe("mamba2 train --lora", () => {
  const folder = mkdtempSync(join(tmpdir(), "lora-"));
  const cli = cliIn(() => folder);
  const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));
  const data = ["--text", "a.txt", "--batch", "2", "--length", "16", "--device", "cpu"];

  beforeAll(async () => {
    const model = new Mamba2LM(hybrid, { seed: 2 });
    await saveFolder(model, join(folder, "base"));
    model.dispose();
    writeFileSync(join(folder, "a.txt"), "to be, or not to be, that is the question. ".repeat(30));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("saves an adapter over 4 bits, and resumes it bit for bit, from where its base is now", async () => {
    const lora = ["--model", "base", "--lora", "2", "--lora-alpha", "6", "--targets", "in_proj,fc1", "--quantize", "4"];
    const run = ["train", ...data, "--validate-every", "2"];
    const toThree = ["--steps", "3", "--warmup", "3", "--lr", "0.02"];
    const whole = await cli.json(...run, ...lora, ...toThree, "--out", "whole");
    const pairs = [...readSafetensors(file("whole", "adapter_model.safetensors")).tensors];
    expect(new Set(pairs.map(([name]) => name.split(".").at(-3)))).toEqual(new Set(["in_proj", "fc1"]));
    expect(whole["parameters"]).toBe(pairs.reduce((sum, [, { shape }]) => sum + shape[0]! * shape[1]!, 0));
    expect(readdirSync(join(folder, "whole")).sort()).toEqual([
      "adapter_config.json",
      "adapter_model.safetensors",
      "training.safetensors",
    ]);
    expect(JSON.parse(file("whole", "adapter_config.json").toString())).toMatchObject({
      r: 2,
      lora_alpha: 6,
      target_modules: ["in_proj", "fc1"],
      base_model_name_or_path: "base",
    });
    // update k of a warm-up has rate lr · (k + 1)/(warmup + 1): the first step of both is the same
    const toOne = ["--steps", "1", "--warmup", "1", "--lr", "0.01"];
    const half = await cli.json(...run, ...lora, ...toOne, "--no-checkpointing", "--out", "half");
    expect([whole["checkpointing"], half["checkpointing"]]).toEqual([true, false]);
    expect(file("half", "adapter_model.safetensors")).not.toEqual(file("whole", "adapter_model.safetensors"));
    renameSync(join(folder, "base"), join(folder, "moved"));
    expect((await cli.failure("train", "--resume", "half", ...data, ...toThree)).message).toContain("base");
    await cli.json("train", "--resume", "half", "--model", "moved", ...data, ...toThree);
    const tensors = (run: string): unknown => readSafetensors(file(run, "adapter_model.safetensors")).tensors;
    expect(tensors("half")).toEqual(tensors("whole"));
    const moments = (run: string): unknown => readSafetensors(file(run, "training.safetensors")).tensors;
    expect(moments("half")).toEqual(moments("whole"));
    const other = new Mamba2LM(hybrid, { seed: 3 });
    await saveFolder(other, join(folder, "other"));
    other.dispose();
    const { message } = await cli.failure("train", "--resume", "half", "--model", "other", ...data, "--steps", "5");
    expect(message).toContain("the model must have the values that it had when the run was saved");
  }, 60_000);

  it.each([
    [["--text", "a.txt", "--lora", "2"], "train: --lora must be given with --model, whose adapter it is."],
    [["--text", "a.txt", "--model", "base", "--quantize", "4"], "train: --quantize must be given with --lora;"],
    [["--text", "a.txt", "--resume", "x", "--lora", "4"], "train: --lora must not be given with --resume;"],
    [
      ["--text", "a.txt", "--model", "m", "--lora", "4", "--layout", "hf"],
      "train: --layout must not be given with --lora;",
    ],
    [
      ["--text", "a.txt", "--no-checkpointing", "--device", "cpu"],
      "train: --no-checkpointing must be given with --lora;",
    ],
  ])("refuses %j", async (args, message) => {
    expect((await cli.failure("train", ...args)).message).toContain(message);
  });
});
