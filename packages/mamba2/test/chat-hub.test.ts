// A conversation with a model of a hub: template, begin and end tokens are those of the repository's files, in the library and on the command line; what was said is kept and gone on with, offline too.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HubServer } from "@x/testing/hub-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChatMessage, readChatTemplate } from "../src/chat/index.ts";
import { openRepository } from "../src/hub.ts";
import { Mamba2LM, readTokenizer } from "../src/index.ts";
import { hubFolder } from "../src/node.ts";
import { cliIn } from "./cli-run.ts";
import { hubHere } from "./hub-here.ts";

const place = mkdtempSync(join(tmpdir(), "chat-hub-"));
const cli = cliIn(() => place);
const fixtures = join(import.meta.dirname, "../../testing/fixtures-tokenizers");
const asked: ChatMessage[] = [{ role: "user", content: "Hi there" }];
const settings = { maxTokens: 24, temperature: 0.9, seed: 5 };

/** A chat as transformers encodes it. */
interface Golden {
  readonly messages: readonly ChatMessage[];
  readonly add_generation_prompt: boolean;
  readonly text: string;
  readonly ids: readonly number[];
}

const kinds = ["tok_metaspace", "tok_bytelevel"] as const;
let hub: HubServer;

async function filesOf(kind: (typeof kinds)[number]): Promise<Map<string, Uint8Array>> {
  const model = new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 640, dState: 8, headDim: 8 }, { seed: 2 });
  const files = new Map((await model.save("hf")).files);
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    files.set(name, readFileSync(join(fixtures, kind, name)));
  const read = (name: string): Promise<Uint8Array | undefined> => Promise.resolve(files.get(name));
  const options = { ...settings, template: (await readChatTemplate(read))!, tokenizer: (await readTokenizer(read))! };
  const ids = options.template.encode(asked, options.tokenizer, { addGenerationPrompt: true });
  const { completions } = await model.complete([[...ids]], {
    ...settings,
    tokenizer: options.tokenizer,
    specialTokens: false,
  });
  // the sixth token of a reply without end tokens ends it
  const end = completions[0]![0]!.ids[5]!;
  const generation = { eos_token_id: [end, 639], bos_token_id: 1, do_sample: true, temperature: settings.temperature };
  return files.set("generation_config.json", new TextEncoder().encode(JSON.stringify(generation)));
}

beforeAll(async () => {
  const [metaspace, bytelevel] = [await filesOf("tok_metaspace"), await filesOf("tok_bytelevel")];
  // a template file of its own comes before that of tokenizer_config.json
  const told = JSON.parse(readFileSync(join(fixtures, "tok_bytelevel/tokenizer_config.json"), "utf8")) as Record<
    string,
    string
  >;
  const ownFile = new Map([...bytelevel, ["chat_template.jinja", new TextEncoder().encode(told["chat_template"])]]);
  ownFile.set("tokenizer_config.json", new TextEncoder().encode(JSON.stringify({ ...told, chat_template: null })));
  ownFile.set("additional_chat_templates/tool_use.jinja", new TextEncoder().encode("{{ tools | tojson }}"));
  ownFile.set("additional_chat_templates/deeper/no.jinja", new TextEncoder().encode("never read"));
  hub = await hubHere(place, {
    "owner/tok_metaspace": { revisions: { main: metaspace } },
    "owner/tok_bytelevel": { revisions: { main: ownFile } },
    "owner/private": { revisions: { main: metaspace }, private: true },
  });
});
afterAll(async () => {
  await hub.close();
  rmSync(place, { recursive: true, force: true });
});

/** The reply of the library to what was asked, with everything from the hub. */
async function replyOf(
  kind: string,
  messages: readonly ChatMessage[],
): Promise<{ text: string; endedBy: string; prompt: number[] }> {
  const from = { endpoint: hub.endpoint, cache: hubFolder(join(place, "library")) };
  const repository = await openRepository(`owner/${kind}`, from);
  const model = await Mamba2LM.fromPretrained(`owner/${kind}`, from);
  const [template, tokenizer] = [(await readChatTemplate(repository))!, (await readTokenizer(repository))!];
  const reply = model.chat(messages, { ...model.generationDefaults, ...settings, template, tokenizer });
  let text = "";
  let next = await reply.next();
  for (; !next.done; next = await reply.next()) text += next.value;
  const prompt = [...template.encode(messages, tokenizer, { addGenerationPrompt: true })];
  expect(next.value.readTokens).toBe(prompt.length);
  return { text, endedBy: next.value.endedBy, prompt };
}

const talk = async (
  kind: string,
  lines: readonly string[],
  ...args: readonly string[]
): Promise<readonly ChatMessage[]> => {
  const { process: child, result } = cli.start([
    "chat",
    `owner/${kind}`,
    "--device",
    "cpu",
    "--tokens",
    "24",
    "--seed",
    "5",
    "--json",
    ...args,
  ]);
  child.stdin!.end(lines.map((line) => `${line}\n`).join(""));
  const { code, stdout, stderr } = await result;
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { readonly messages: ChatMessage[] }).messages;
};

it("has a template of its own for tools, from the cache too", async () => {
  const cache = hubFolder(join(place, "tools"));
  const repository = await openRepository("owner/tok_bytelevel", { endpoint: hub.endpoint, cache });
  await repository.fetch(await repository.checkpointFiles());
  hub.seen.length = 0;
  for (const read of [
    repository,
    await openRepository("owner/tok_bytelevel", { endpoint: hub.endpoint, cache, offline: true }),
  ]) {
    const template = (await readChatTemplate(read))!;
    expect(template.render(asked, { tools: [{ name: "weather" }] })).toBe('[{"name": "weather"}]');
    expect(template.render(asked)).toMatch(/^<\|role\|>user/);
  }
  expect(hub.seen).toEqual([]);
  await expect(repository("additional_chat_templates/deeper/no.jinja")).rejects.toThrow(
    /must be the plain name of a file/,
  );
});

describe.each(kinds)("%s", { timeout: 60_000 }, (kind) => {
  it("is encoded as transformers encodes it, begin token included", async () => {
    const repository = await openRepository(`owner/${kind}`, {
      endpoint: hub.endpoint,
      cache: hubFolder(join(place, "golden")),
    });
    const [template, tokenizer] = [(await readChatTemplate(repository))!, (await readTokenizer(repository))!];
    const { chats } = JSON.parse(readFileSync(join(fixtures, kind, "expected.json"), "utf8")) as {
      readonly chats: Golden[];
    };
    expect(chats.length).toBeGreaterThan(2);
    for (const { messages, add_generation_prompt: addGenerationPrompt, text, ids } of chats) {
      expect(template.render(messages, { addGenerationPrompt })).toBe(text);
      expect([...template.encode(messages, tokenizer, { addGenerationPrompt })]).toEqual(ids);
    }
  });

  it("ends with a token of generation_config.json, and the command goes on from what /save kept, in another process, offline", async () => {
    const { text, endedBy, prompt } = await replyOf(kind, asked);
    expect(endedBy).toBe("end token");
    expect(prompt.filter((id) => id === 1)).toHaveLength(1); // <s> before the text, or <|end|> after the turn
    const whole = await talk(kind, ["Hi there", `/save ${kind}.chat`, "And then?"]);
    expect(whole.slice(0, 2)).toEqual([...asked, { role: "assistant", content: text }]);
    expect(whole.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
    hub.seen.length = 0;
    expect(await talk(kind, ["And then?"], "--load", `${kind}.chat`, "--offline")).toEqual(whole);
    expect(await talk(kind, ["Nothing", `/load ${kind}.chat`, "And then?"], "--offline")).toEqual(whole);
    expect(hub.seen).toEqual([]);
  });
});

it("talks with a private model for those who have a token", { timeout: 60_000 }, async () => {
  expect(await cli.failure("chat", "owner/private", "--device", "cpu")).toMatchObject({
    code: 1,
    message: expect.stringMatching(/"owner\/private".*token/) as string,
  });
  const { text } = await replyOf("tok_metaspace", asked);
  expect((await talk("private", ["Hi there"], "--token", "hf_test"))[1]).toEqual({ role: "assistant", content: text });
});
