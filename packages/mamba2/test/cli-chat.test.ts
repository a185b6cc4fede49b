// mamba2 chat as a process, through pipes: turns, commands, files, a signal, mistakes.
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatMessage } from "../src/chat/index.ts";
import { cliIn, type Result } from "./cli-run.ts";

const tokenizer = join(import.meta.dirname, "../../testing/fixtures-tokenizers/tok_bytelevel");
let folder: string;
const { json, start } = cliIn(() => folder);

/** The command with these lines on its input. */
function talk(lines: readonly string[], ...args: readonly string[]): Promise<Result> {
  const { process: child, result } = start([
    "chat",
    "model",
    "--device",
    "cpu",
    "--tokens",
    "8",
    "--seed",
    "5",
    ...args,
  ]);
  child.stdin!.end(lines.map((line) => `${line}\n`).join(""));
  return result;
}

async function messagesOf(lines: readonly string[], ...args: readonly string[]): Promise<ChatMessage[]> {
  const { code, stdout, stderr } = await talk(lines, "--json", ...args);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { readonly messages: ChatMessage[] }).messages;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mamba2-cli-chat-"));
  const config = { dModel: 16, nLayer: 2, dState: 8, headDim: 8, chunkSize: 16, vocabSize: 420 };
  await writeFile(join(folder, "small.json"), JSON.stringify(config));
  await json("init", "--config", "small.json", "--tokenizer", tokenizer, "--out", "model", "--seed", "3");
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("mamba2 chat", { timeout: 120_000 }, () => {
  it("replies to each line, and its replies are those of the library", async () => {
    const { code, stdout, stderr } = await talk(["one", "", "two", "three"]);
    expect(code, stderr).toBe(0);
    const messages = await messagesOf(["one", "two", "three"]);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user", "assistant"]);
    expect(stdout).toBe(
      messages
        .filter(({ role }) => role === "assistant")
        .map(({ content }) => `${content as string}\n`)
        .join(""),
    );
    expect(stderr).toMatch(/3 replies, \d+ tokens/);
    expect(new Set(messages.map(({ content }) => content)).size).toBe(6); // three replies, all of them others
  });

  it("goes on from a file as if it had not stopped", async () => {
    const whole = await messagesOf(["one", "two", "three"]);
    await messagesOf(["one", "/save kept", "two"]);
    expect(await messagesOf(["two", "three"], "--load", "kept")).toEqual(whole);
    expect(await messagesOf(["zero", "/load kept", "two", "three"])).toEqual(whole);
  });

  it("undoes, resets, and sets what the system says", async () => {
    const once = await messagesOf(["one"], "--system", "brief");
    expect(once[0]).toEqual({ role: "system", content: "brief" });
    expect((await messagesOf(["one", "two", "/undo"], "--system", "brief")).slice(0, 3)).toEqual(once);
    expect(await messagesOf(["one", "/reset"], "--system", "brief")).toEqual(once.slice(0, 1));
    expect(await messagesOf(["one", "/reset", "/system"], "--system", "brief")).toEqual([]);
    expect((await messagesOf(["//help"]))[0]).toEqual({ role: "user", content: "/help" });
    expect((await talk(["/help", "/exit", "never"])).stderr).toMatch(/\/undo[^]*\n0 replies/);
  });

  it("stops a reply, not the conversation, at Ctrl-C", async () => {
    const { process: child, result } = start([
      "chat",
      "model",
      "--device",
      "cpu",
      "--tokens",
      "100000",
      "--eos",
      "none",
    ]);
    child.stdin!.write("one\n");
    await new Promise((resolve) => child.stdout!.once("data", resolve)); // the reply has begun
    child.kill("SIGINT");
    child.stdin!.end("/undo\n/undo\n");
    const { code, stderr } = await result;
    expect(code, stderr).toBe(0);
    const [, tokens] =
      /the last turn is taken back\nthere is no turn to take back\n1 replies, (\d+) tokens/.exec(stderr) ?? [];
    expect(Number(tokens), stderr).toBeLessThan(100_000);
  });

  it("gives tools and another template to the model", async () => {
    await writeFile(join(folder, "tools.json"), '[{"name": "f"}]');
    await writeFile(join(folder, "t.jinja"), "{{ raise_exception(tools[0].name ~ eos_token) }}");
    const { code, stderr } = await talk(["one"], "--template", "t.jinja", "--tools", "tools.json");
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('chat template: must accept the messages; it says "f<|end|>".'),
    ]);
  });

  it("says what is wrong in a sentence", async () => {
    await writeFile(join(folder, "no.json"), "{");
    for (const [lines, args, sentence] of [
      [
        ["/fly"],
        [],
        "chat: a line that begins with a slash must be a command, such as /help; got /fly. Two slashes say one.",
      ],
      [["/save"], [], "chat: /save must be followed by a file; got nothing."],
      [["/load none"], [], '/load: "none" must be a file that can be read; there is no such file.'],
      [[], ["--tools", "no.json"], '--tools: "no.json" must be JSON;'],
      [[], ["--tools", "small.json"], '--tools: "small.json" must hold a list of tools;'],
      [[], ["--template", "none"], '--template: "none" must be a file that can be read'],
    ] as const) {
      const { code, stderr } = await talk(lines, ...args);
      expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    }
    await json("init", "--config", "small.json", "--tokenizer", tokenizer, "--out", "plain", "--seed", "3");
    const settings = JSON.parse(await readFile(join(folder, "plain/tokenizer_config.json"), "utf8")) as Record<
      string,
      unknown
    >;
    await writeFile(
      join(folder, "plain/tokenizer_config.json"),
      JSON.stringify({ ...settings, chat_template: undefined }),
    );
    const { process: child, result } = start(["chat", "plain", "--device", "cpu"]);
    child.stdin!.end();
    expect(await result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("chat: the model must have a chat template") as string,
    });
    await copyFile(join(folder, "t.jinja"), join(folder, "plain/chat_template.jinja"));
    await json("convert", "--model", "plain", "--to", "hf", "--out", "kept-template");
    expect(await readFile(join(folder, "kept-template/chat_template.jinja"), "utf8")).toBe(
      await readFile(join(folder, "t.jinja"), "utf8"),
    );
  });
});
