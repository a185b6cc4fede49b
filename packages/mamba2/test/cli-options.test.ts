// The command line's options: for every one of every command, what cannot be meant is exit code 2 and a sentence that names it; output that nobody reads, and places that nobody can write to, end in one as well.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, COMMON_OPTIONS, parseOptions, UsageError } from "../src/cli/command.ts";
import { COMMANDS } from "../src/cli/commands.ts";
import { cliIn } from "./cli-run.ts";

let folder: string;
const { start, run, failure } = cliIn(() => folder);
const train = ["train", "--device", "cpu", "--config", "config.json", "--length", "16", "--steps", "2"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-options-"));
  await writeFile(
    join(folder, "config.json"),
    JSON.stringify({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 }),
  );
  await writeFile(join(folder, "text.txt"), "the quick brown fox jumps over the lazy dog. ".repeat(20));
  expect((await run("init", "--config", "config.json", "--out", "model")).code).toBe(0);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function refusal(command: Command, args: readonly string[]): string {
  const required = command.options
    .filter((option) => option.required && !args.some((arg) => arg.startsWith(`--${option.name}`)))
    .flatMap(({ name }) => [`--${name}`, "x"]);
  try {
    parseOptions(command, [...required, ...args]);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  return "";
}

describe.each(COMMANDS.map((command) => [command.name, command] as const))("mamba2 %s", (name, command) => {
  it("refuses an option without its value, with an empty one, misspelt, and given twice", () => {
    for (const { name: option, value, many, repeated, mayBeEmpty } of [...command.options, ...COMMON_OPTIONS]) {
      expect(refusal(command, [`--${option}x`, "1"]), option).toContain(`Unknown option '--${option}x'`);
      if (value === undefined) {
        expect(refusal(command, [`--${option}=1`]), option).toContain(`'--${option}' does not take an argument`);
        continue;
      }
      expect(refusal(command, [`--${option}`]), option).toMatch(new RegExp(`^${name}: .*--${option} `));
      expect(refusal(command, [`--${option}`, ""]), option).toBe(
        mayBeEmpty
          ? ""
          : `${name}: --${option} must be followed by a value; got an empty one. Try: mamba2 ${name} --help`,
      );
      expect(refusal(command, [`--${option}`, "1", `--${option}`, "2"]), option).toBe(
        many || repeated ? "" : `${name}: --${option} must be given once; got "1" and "2". Try: mamba2 ${name} --help`,
      );
    }
  });
});

describe("the command line", { timeout: 120_000 }, () => {
  it("reads decimal numbers only", () => {
    const generate = COMMANDS.find(({ name }) => name === "generate")!;
    const read = (text: string): number | undefined =>
      parseOptions(generate, ["--model", "x", "--prompt", "x", `--temperature=${text}`]).number("temperature");
    for (const text of ["1", "1.", ".5", "+1e-3", "1E2"]) expect(read(text)).toBe(Number(text));
    for (const text of ["0x10", "0b1", "1_000", "1,5", "NaN", "Infinity", "1e999", " ", "1 2"])
      expect(() => read(text), text).toThrow(`generate: --temperature must be a number; got "${text}".`);
  });

  it("refuses options of which one would be ignored", async () => {
    expect(
      await failure("train", "--device", "cpu", "--config", "config.json", "--text", "text.txt", "--preset", "tiny"),
    ).toMatchObject({ code: 2, message: "exactly one of --config and --preset must be given; got both." });
    expect(await failure("init", "--config", "tiny", "--preset", "tiny", "--out", "never")).toMatchObject({ code: 2 });
    expect(await failure("loss", "--model", "model", "--ids", "1,2", "--tokenizer", "model")).toMatchObject({
      code: 2,
      message: "loss: --tokenizer is for --text; ids are taken as they are.",
    });
  });

  it("refuses options of what is not used, and says which had no effect", async () => {
    const generate = ["generate", "--device", "cpu", "--model", "model", "--prompt", "a", "--tokens", "1"];
    const refused: readonly (readonly [readonly string[], string])[] = [
      [["--revision", "main"], "--revision must be given with a repository of a hub; nothing is read from one."],
      [["--token", "x"], "--token must be given with a repository of a hub; nothing is read from one."],
      [["--other-model"], "generate: --other-model must be given with --state, whose model it is about."],
    ];
    for (const [options, message] of refused)
      expect(await failure(...generate, ...options)).toMatchObject({ code: 2, message });
    const { code, stderr: quiet } = await run(...generate, "--seed", "1", "--json");
    expect({ code, noted: quiet.includes("had no effect") }).toEqual({ code: 0, noted: false });
    const sampled = await run("info", "--model", "model", "--offline");
    expect(sampled.stderr).toContain("info: --offline had no effect here.");
  });

  it("knows before any work whether a place can be written to, and leaves nothing there", async () => {
    const generate = ["generate", "--device", "cpu", "--model", "model", "--prompt", "a", "--tokens", "3"];
    const nowhere = existsSync("/proc") ? "/proc/x" : "text.txt/x";
    for (const place of ["model", "text.txt/x", nowhere]) {
      const { code, stdout, stderr } = await run(
        ...generate,
        "--save-state",
        place === nowhere ? `${place}/state` : place,
      );
      expect({ code, stdout }, place).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/checkpoint: must be able to write to ".*"; .+\.\n$/);
    }
    expect(await failure(...train, "--text", "text.txt", "--out", nowhere)).toMatchObject({
      code: 1,
      message: expect.stringMatching(/^checkpoint: must be able to write to /) as string,
    });
    expect(await failure(...train, "--text", "text.txt", "--lr", "1e30", "--out", "new/run")).toMatchObject({
      code: 1,
    });
    expect(await readdir(folder)).not.toContain("new");
    expect((await run(...generate, "--save-state", "new/states/one")).code).toBe(0);
    expect(await readdir(join(folder, "new/states"))).toEqual(["one"]);
  });

  it("refuses batches that no device holds before it makes one", async () => {
    const { code, message } = await failure(...train, "--text", "text.txt", "--batch", "1000000000", "--out", "never");
    expect({ code, message }).toMatchObject({
      code: 1,
      message: expect.stringMatching(
        /^train: batch × length must be at most \d+ tokens, .*; got 1000000000 × 16 = 16000000000\.$/,
      ) as string,
    });
  });

  it("ends without a word when nobody reads its output, and saves what it learned all the same", async () => {
    const { process: child, result } = start([
      "generate",
      "--device",
      "cpu",
      "--model",
      "model",
      "--prompt",
      "a",
      "--tokens",
      "400",
    ]);
    child.stdout!.once("data", () => child.stdout!.destroy());
    const { code, stderr } = await result;
    expect(code).toBe(141);
    expect(stderr).not.toMatch(/^\s+at /m);
    const training = start([...train, "--text", "text.txt", "--out", "kept"]);
    training.process.stderr!.once("data", () => training.process.stderr!.destroy());
    expect((await training.result).code).toBe(0);
    expect(await readdir(join(folder, "kept"))).toContain("training.safetensors");
  });
});
