// A command that is refused changes nothing: every folder is byte for byte what it was.
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cliIn } from "./cli-run.ts";

const config = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 };
let folder: string;
const { run } = cliIn(() => folder);
const cpu = ["--device", "cpu"];
const fresh = [
  "train",
  "--text",
  "text.txt",
  "--batch",
  "2",
  "--length",
  "16",
  "--steps",
  "3",
  "--validate-every",
  "1",
];

/** What lies in a folder: the bytes of its files, by their paths. */
async function contents(at: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await readdir(at, { recursive: true })).sort()) {
    const path = join(at, name);
    found.set(name, (await stat(path)).isFile() ? (await readFile(path)).toString("base64") : "folder");
  }
  return found;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-refusals-"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "text.txt"), "the quick brown fox jumps over the lazy dog. ".repeat(20));
  await writeFile(join(folder, "other.txt"), "the quick brown fox jumps over the lazy cat. ".repeat(20));
  const kept = [
    "--config",
    "config.json",
    "--keep",
    "2",
    "--keep-best",
    "--ema",
    "0.9",
    "--lr",
    "0.01",
    "--out",
    "run",
  ];
  const { code, stderr } = await run(...fresh, ...cpu, ...kept);
  expect(code, stderr).toBe(0);
  expect(await readdir(join(folder, "run"))).toEqual(expect.arrayContaining(["best", "ema", "step-2", "step-3"]));
  expect((await run(...fresh, ...cpu, "--config", "config.json", "--out", "plain")).code).toBe(0);
  // a save of step 2 that was the best of its steps, in a folder whose best is of step 3
  await cp(join(folder, "run"), join(folder, "back"), { recursive: true });
  await cp(join(folder, "run/step-2"), join(folder, "back"), { recursive: true });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const resume = ["train", "--text", "text.txt", ...cpu, "--resume"];
const steps = ["--steps", "9"];
const refused: readonly (readonly string[])[] = [
  [...resume, "run"],
  [...resume, "run", "--keep", "1"],
  [...resume, "run", "--keep", "7"],
  [...resume, "plain", "--keep", "7"],
  [...resume, "plain", "--ema", "0.5"],
  [...resume, "plain", "--keep-best"],
  [...resume, "run", "--steps", "2"],
  [...resume, "back", "--steps", "2"],
  [...resume, "run/step-2", "--out", "run", "--steps", "2"],
  [...resume, "run/step-2", "--out", "plain", "--steps", "2"],
  ["train", "--text", "other.txt", ...cpu, "--resume", "run", ...steps],
  [...resume, "run", ...steps, "--batch", "0"],
  [...resume, "run", ...steps, "--validate", "2", "--keep", "0"],
  [...resume, "run", ...steps, "--lora", "2"],
  [...resume, "run", ...steps, "--memory", "0.000001"],
  [...fresh, ...cpu, "--config", "config.json", "--out", "run"],
  [...fresh, ...cpu, "--model", "run", "--lora", "2", "--out", "run"],
  [...fresh, ...cpu, "--config", "missing.json", "--out", "plain"],
  [...fresh, ...cpu, "--config", "config.json", "--length", "100000", "--out", "plain"],
  ["convert", "--model", "plain", "--to", "nonsense", "--out", "run"],
  ["convert", "--model", "missing", "--to", "hf", "--out", "run"],
  ["convert", "--model", "plain", "--quantize", "3", "--out", "run"],
  ["convert", "--model", "plain", "--adapter", "run", "--out", "run"],
  ["convert", "--model", "plain", "--to", "hf", "--out", "text.txt"],
  ["init", "--config", "missing.json", "--out", "run"],
  ["init", "--config", "config.json", "--tokenizer", "missing", "--out", "run"],
  ["generate", "--model", "plain", ...cpu, "--prompt", "a", "--max-tokens", "-1", "--save-state", "run/config.json"],
  ["generate", "--model", "plain", ...cpu, "--state", "text.txt", "--save-state", "run/config.json"],
  ["generate", "--model", "plain", ...cpu, "--prompt", "a", "--save-state", "text.txt/state"],
];

it.each(refused.map((args) => [args.join(" "), args] as const))("%s", { timeout: 60_000 }, async (_name, args) => {
  const before = await contents(folder);
  const { code, stderr } = await run(...args);
  expect(code, stderr).not.toBe(0);
  expect(stderr).not.toBe("");
  const after = await contents(folder);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  expect(changed).toEqual([]);
});
