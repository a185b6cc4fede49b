// Text in and text out of the command: a model with a tokenizer is made, continued, stopped, converted; special and end tokens follow the files.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseJson } from "@x/tensor";
import { cliIn } from "./cli-run.ts";

const tokenizers = join(import.meta.dirname, "../../testing/fixtures-tokenizers");
let folder: string;
const { run, json, failure } = cliIn(() => folder);
const generate = (model: string, ...args: readonly string[]): Promise<Record<string, unknown>> =>
  json("generate", "--model", model, "--device", "cpu", ...args);
const fileJson = async (name: string): Promise<Record<string, unknown>> =>
  parseJson(await readFile(join(folder, name), "utf8"), { nonFinite: true }) as Record<string, unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-cli-text-"));
  const config = { dModel: 16, nLayer: 2, dState: 8, headDim: 8, chunkSize: 16 };
  await writeFile(join(folder, "llama.json"), JSON.stringify({ ...config, vocabSize: 620 }));
  await writeFile(join(folder, "small.json"), JSON.stringify({ ...config, vocabSize: 300 }));
  await json(
    "init",
    "--config",
    "llama.json",
    "--tokenizer",
    join(tokenizers, "tok_metaspace"),
    "--out",
    "llama",
    "--seed",
    "3",
  );
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a model beside a tokenizer", { timeout: 120_000 }, () => {
  it("is made with the tokenizer's tokens, and refuses one that is too large", async () => {
    expect(await fileJson("llama/generation_config.json")).toEqual({
      bos_token_id: 1,
      eos_token_id: 2,
      pad_token_id: null,
    });
    expect((await fileJson("llama/tokenizer_config.json"))["bos_token"]).toBe("<s>");
    expect(
      await failure("init", "--config", "small.json", "--tokenizer", join(tokenizers, "tok_metaspace"), "--out", "x"),
    ).toMatchObject({
      code: 1,
      message: "tokenizer: must have at most as many tokens as the model, 304; got 620.",
    });
    expect(await failure("init", "--config", "small.json", "--tokenizer", "none", "--out", "x")).toMatchObject({
      message: 'tokenizer: "none" must hold a tokenizer.json; it does not.',
    });
  });

  it("goes on from a state with an empty prompt, drawn and penalised, as if it had not stopped", async () => {
    const draw = ["--repetition-penalty", "1.3", "--top-p", "0.95", "--temperature", "0.9"];
    const whole = await generate("llama", "--prompt", "hello", "--tokens", "20", "--seed", "6", ...draw);
    const first = await generate(
      "llama",
      "--prompt",
      "hello",
      "--tokens",
      "10",
      "--seed",
      "6",
      ...draw,
      "--save-state",
      "ten.state",
    );
    const second = await generate("llama", "--prompt", "", "--tokens", "10", ...draw, "--state", "ten.state");
    expect([...(first["ids"] as number[]), ...(second["ids"] as number[])]).toEqual(whole["ids"]);
    expect(`${first["text"] as string}${second["text"] as string}`).toBe(whole["text"]);
  });

  it("begins with the token that the post-processor says, unless told otherwise", async () => {
    const ids = async (...args: string[]): Promise<unknown> =>
      (await generate("llama", "--tokens", "6", "--temperature", "0", ...args))["ids"];
    const plain = await ids("--prompt", "hello");
    expect(await ids("--prompt", "hello", "--no-bos")).not.toEqual(plain);
    expect(await ids("--prompt", "")).toHaveLength(6);
    expect(await failure("generate", "--model", "llama", "--device", "cpu", "--prompt", "", "--no-bos")).toMatchObject({
      code: 1,
      message:
        "generate: the prompt must have at least one token, or come with a state to go on from or a token that begins a text (bosTokenId of the tokenizer or the model); got an empty text and neither.",
    });
    await writeFile(join(folder, "text.txt"), "hello world. x != y");
    const [begun, bare] = [
      await json("loss", "--model", "llama", "--text", "text.txt", "--device", "cpu"),
      await json("loss", "--model", "llama", "--text", "text.txt", "--device", "cpu", "--no-bos"),
    ];
    expect((begun["tokens"] as number) - (bare["tokens"] as number)).toBe(1);
    expect(await failure("loss", "--model", "llama", "--ids", "1,2", "--no-bos", "--device", "cpu")).toMatchObject({
      code: 2,
      message: "loss: --no-bos is for --text; ids are taken as they are.",
    });
  });

  it("ends at --eos and before --stop", async () => {
    const free = await generate("llama", "--prompt", "hello", "--tokens", "16", "--seed", "5");
    const ids = free["ids"] as number[];
    const text = free["text"] as string;
    const ended = await generate(
      "llama",
      "--prompt",
      "hello",
      "--tokens",
      "16",
      "--seed",
      "5",
      "--eos",
      `${ids[7]},619`,
    );
    expect(ended).toMatchObject({
      ids: ids.slice(
        0,
        ids.findIndex((id) => id === ids[7] || id === 619),
      ),
      endedBy: "end token",
    });
    const stop = text.slice(8, 11);
    expect(
      await generate(
        "llama",
        "--prompt",
        "hello",
        "--tokens",
        "16",
        "--seed",
        "5",
        "--stop",
        "nowhere in it",
        "--stop",
        stop,
      ),
    ).toMatchObject({ text: text.slice(0, text.indexOf(stop)), endedBy: "stop text" });
    expect(
      await generate("llama", "--prompt", "hello", "--tokens", "16", "--seed", "5", "--eos", "none"),
    ).toMatchObject({ ids, endedBy: "length" });
    const asked = ["generate", "--model", "llama", "--device", "cpu", "--prompt", "a"];
    expect(await failure(...asked, "--eos", "9999")).toMatchObject({
      code: 1,
      message: "generate: eosTokenId must be tokens of the model, below 624; got 9999.",
    });
    expect(await failure(...asked, "--eos", "never")).toMatchObject({
      code: 2,
      message: 'generate: --eos must be whole numbers such as 1,2,3; got "never" in "never".',
    });
    expect(await failure(...asked, "--stop", "")).toMatchObject({
      code: 2,
      message: "generate: --stop must be followed by a value; got an empty one. Try: mamba2 generate --help",
    });
  });

  it("says that a text has ended", async () => {
    const { ids } = await generate("llama", "--prompt", "hello", "--tokens", "4", "--seed", "5");
    const end = String((ids as number[])[3]);
    await generate("llama", "--prompt", "hello", "--seed", "5", "--eos", end, "--save-state", "ended.state");
    const { stdout, stderr } = await run(
      "generate",
      "--model",
      "llama",
      "--device",
      "cpu",
      "--prompt",
      "",
      "--state",
      "ended.state",
      "--eos",
      end,
    );
    expect(stdout).toBe("\n");
    expect(stderr).toContain(
      "generate: the state's text has ended with an end token: there is nothing to go on with. Give a prompt, or other --eos.",
    );
  });

  it("keeps all end tokens, and the rest of generation_config.json, through every layout", async () => {
    await json("convert", "--model", "llama", "--to", "hf", "--out", "hf");
    await writeFile(
      join(folder, "hf/generation_config.json"),
      JSON.stringify({ eos_token_id: [2, 5], bos_token_id: 1, temperature: 0.7 }),
    );
    await json("convert", "--model", "hf", "--to", "official", "--out", "official");
    await json("convert", "--model", "official", "--to", "fla", "--out", "fla");
    expect((await fileJson("fla/config.json"))["eos_token_id"]).toEqual([2, 5]);
    for (const layout of ["official", "fla"])
      expect(await fileJson(`${layout}/generation_config.json`)).toEqual({
        eos_token_id: [2, 5],
        bos_token_id: 1,
        pad_token_id: null,
        temperature: 0.7,
      });
    await rm(join(folder, "official/generation_config.json"));
    expect((await run("info", "--model", "official")).stderr).toContain(
      'the tokenizer\'s eos_token "</s>" (2) is used',
    );
  });
});
