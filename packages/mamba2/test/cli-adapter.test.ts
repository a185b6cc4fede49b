// The command line with an adapter of PEFT's: used beside the model, and written into it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliIn } from "./cli-run.ts";

const fixtures = fileURLToPath(new URL("../../testing/fixtures-lora/", import.meta.url));
const [model, adapter] = ["lora_falcon_h1", "lora_falcon_h1/adapter"].map((name) => join(fixtures, name)) as [
  string,
  string,
];
let folder: string;
const { json, failure } = cliIn(() => folder);
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "mamba2-adapter-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Logits {
  readonly logits: readonly number[];
}

test(
  "--adapter changes logits, and convert --adapter writes the same into the weights",
  { timeout: 60_000 },
  async () => {
    const logits = async (...args: string[]): Promise<readonly number[]> =>
      (
        (await json("logits", ...args, "--ids", "3,1,4,1,5", "--device", "cpu")) as unknown as Logits
      ).logits.flat() as number[];
    const used = await logits("--model", model, "--adapter", adapter);
    expect(await json("convert", "--model", model, "--adapter", adapter, "--out", "merged")).toMatchObject({
      from: "falcon_h1",
      to: "falcon_h1",
    });
    const [plain, merged] = [await logits("--model", model), await logits("--model", "merged")];
    const far = (other: readonly number[]): number =>
      used.reduce((most, v, i) => Math.max(most, Math.abs(v - other[i]!)), 0);
    expect(used.length).toBeGreaterThan(100);
    expect(far(plain)).toBeGreaterThan(1e-3);
    expect(far(merged)).toBeLessThan(1e-5);
    const { message } = await failure(
      "generate",
      "--model",
      model,
      "--adapter",
      model,
      "--prompt",
      "a",
      "--device",
      "cpu",
    );
    expect(message).toMatch(/adapter: must have a file adapter_config\.json; got none/);
  },
);
