// Conversations: replies, what is read of them, files, and options.
import { byteTokenizer } from "@x/nn";
import { describe, expect, it, vi } from "vitest";
import {
  type ChatMessage,
  type ChatOptions,
  type ChatReply,
  ChatTemplate,
  chat,
  Conversation,
} from "../src/chat/index.ts";
import { generateText, mamba2Config, Mamba2LM, State } from "../src/index.ts";

// bytes; 1 begins, 2 ends a turn
const [BEGIN, END] = ["\u0001", "\u0002"];
const config = mamba2Config({
  dModel: 16,
  nLayer: 2,
  vocabSize: 256,
  dState: 8,
  headDim: 8,
  chunkSize: 8,
  eosTokenId: [2],
});
const model = new Mamba2LM(config, { seed: 3 });
const template = new ChatTemplate(
  `{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}{{ end }}\n{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}{{ 'assistant: ' if add_generation_prompt }}`,
  { bos_token: BEGIN, end: END },
);
const options: ChatOptions = { template, maxTokens: 12, temperature: 0.9, seed: 7 };
const user = (content: string): ChatMessage => ({ role: "user", content });

async function finish(reply: AsyncGenerator<string, ChatReply, void>): Promise<ChatReply & { text: string }> {
  let text = "";
  let next = await reply.next();
  for (; !next.done; next = await reply.next()) text += next.value;
  expect(next.value.message).toEqual({ role: "assistant", content: text });
  return { ...next.value, text };
}

describe("chat", () => {
  it("is what generation makes of the rendered text", async () => {
    const { text, tokens, readTokens, endedBy } = await finish(chat(model, [user("Hi")], options));
    const prompt = `${BEGIN}user: Hi${END}\nassistant: `;
    const pieces: string[] = [];
    for await (const piece of generateText(model, prompt, { maxTokens: 12, temperature: 0.9, seed: 7 }))
      pieces.push(piece);
    expect(text).toBe(pieces.join(""));
    expect([tokens, readTokens, endedBy]).toEqual([12, prompt.length, "length"]);
  });

  it("is a method of models", async () => {
    const tools = [{ name: "weather" }];
    const messages = [{ role: "developer", content: "Short." }, user("Hi")];
    const want = await finish(chat(model, messages, { ...options, tools }));
    expect(await finish(model.chat(messages, { ...options, tools }))).toEqual(want);
    expect(want.readTokens).toBeGreaterThan((await finish(model.chat(messages, options))).readTokens);
    await expect(finish(model.chat([], options))).rejects.toThrow(/messages must be/);
    await expect(finish(model.chat(messages, { ...options, tool: tools } as ChatOptions))).rejects.toThrow(
      'got "tool"',
    );
    await expect(finish(model.chat(messages, {} as ChatOptions))).rejects.toThrow(/template must be given/);
  });

  it("ends with any of the configuration's end tokens, which have no text", async () => {
    const everywhere = Array.from({ length: 255 }, (_, i) => i);
    const { text, tokens, endedBy } = await finish(
      chat(model, [user("Hi")], { ...options, eosTokenId: everywhere, temperature: 0 }),
    );
    expect([text, tokens, endedBy]).toEqual(["", 1, "end token"]);
  });

  it("passes roles and tools on", async () => {
    const render = vi.spyOn(template, "render");
    const messages = [user("a"), { role: "tool", content: "7", name: "f" }];
    await finish(chat(model, messages, { ...options, tools: [{ name: "f" }] }));
    expect(render.mock.calls[0]![0]).toEqual(messages);
    expect(render.mock.results[0]!.value).toContain(`tool: 7${END}\n[{"name": "f"}]assistant: `);
    render.mockRestore();
  });

  it("refuses messages that the template leaves out", async () => {
    const known = new ChatTemplate(
      "{% for m in messages %}{% if m.role in ['user', 'assistant'] %}{{ m.content }}{% endif %}{% endfor %}:",
    );
    const messages: ChatMessage[] = [{ role: "sytem", content: "Be brief." }, user("Hello")];
    const conversation = new Conversation(model, { ...options, template: known }, messages);
    await expect(conversation.reply().next()).rejects.toThrow(
      'chat: messages[0] must be written by the chat template; it leaves out what the role "sytem" says.',
    );
    await expect(chat(model, messages, { ...options, template: known }).next()).rejects.toThrow(/"sytem"/);
    conversation.messages = [user("Hello")];
    expect((await finish(conversation.reply())).endedBy).toBeDefined();
    conversation.dispose();
  });

  it("ends at once when it is told to", async () => {
    const stop = new AbortController();
    const pieces: string[] = [];
    const conversation = new Conversation(model, { ...options, signal: stop.signal });
    for await (const piece of conversation.say("Hi")) {
      pieces.push(piece);
      stop.abort();
    }
    expect(pieces.join("").length).toBeLessThan(4);
    expect(conversation.messages.at(-1)).toEqual({ role: "assistant", content: pieces.join("") });
    conversation.dispose();
  });

  it.each([
    [undefined, /template must be given/],
    [{ template: "x" }, /template must be a ChatTemplate/],
    [{ template, tool: [] }, /tool/],
    [{ template, tools: {} }, /tools must be a list/],
    [{ template, temperature: -1 }, /temperature must be/],
    [{ template, state: model.initialState() }, /state/],
  ])("refuses the options %#", (wrong, sentence) => {
    expect(() => new Conversation(model, (wrong ?? {}) as unknown as ChatOptions)).toThrow(sentence);
  });
});

describe("a conversation", () => {
  it("reads each text once, and replies as if it had read all", async () => {
    const prefill = vi.spyOn(Mamba2LM.prototype, "prefill");
    const conversation = new Conversation(model, options);
    const replies = [];
    for (const text of ["one", "two", "three"]) replies.push(await finish(conversation.say(text)));
    // bytes that are no UTF-8 become other bytes: such a reply is read again, from where it began
    const read = replies.map(({ readTokens }) => readTokens);
    expect(read[0]).toBe(`${BEGIN}user: one${END}\nassistant: `.length);
    for (const [i, { text }] of replies.slice(0, 2).entries()) {
      const next = `${END}\nuser: ${["two", "three"][i]}${END}\nassistant: `.length;
      const again = text.includes("\ufffd") ? byteTokenizer.encode(text).length + 1 : 0;
      expect(read[i + 1], text).toBeLessThanOrEqual(next + again);
    }
    // what prefill was given together is what the replies say they have read
    const given = prefill.mock.calls.reduce((sum, [rows]) => sum + (rows as number[][])[0]!.length, 0);
    expect(given).toBe(read.reduce((sum, count) => sum + count));
    prefill.mockRestore();

    // the third reply anew, all read at once, at the same place in the random numbers
    const anew = new Conversation(model, options);
    const drawn = replies[0]!.tokens + replies[1]!.tokens;
    anew.messages = conversation.messages.slice(0, -1);
    const file = await anew.save();
    const shifted = await Conversation.load(model, withDrawn(file, drawn), options);
    shifted.messages = conversation.messages.slice(0, -1);
    expect((await finish(shifted.reply())).text).toBe(replies[2]!.text);
    for (const one of [conversation, anew, shifted]) one.dispose();
  });

  it("goes on from a file exactly as if it had not stopped, at any turn", async () => {
    const said = ["one", "two", "three"];
    const whole = new Conversation(model, options);
    const want: string[] = [];
    for (const text of said) want.push((await finish(whole.say(text))).text);
    for (const stop of [0, 1, 2]) {
      const first = new Conversation(model, options);
      for (const text of said.slice(0, stop)) await finish(first.say(text));
      const file = await first.save();
      first.dispose();
      const second = await Conversation.load(model, file, options);
      expect(second.messages.length).toBe(2 * stop);
      const got: string[] = [];
      for (const text of said.slice(stop)) got.push((await finish(second.say(text))).text);
      expect(got).toEqual(want.slice(stop));
      second.dispose();
      (await State.deserialize(file, model)).dispose(); // a state too
    }
    whole.dispose();
  });

  it("undoes a turn, and is edited, without reading the beginning again", async () => {
    const conversation = new Conversation(model, options);
    await finish(conversation.say("one"));
    const kept = conversation.messages;
    const second = await finish(conversation.say("two"));
    expect(conversation.undo()).toBe(true);
    expect(conversation.messages).toEqual(kept);
    expect((await finish(conversation.say("two"))).readTokens).toBe(1); // the same again: all but its last token is read
    conversation.undo();
    expect((await finish(conversation.say("owt"))).readTokens).toBe(second.readTokens);
    conversation.messages = [];
    expect(conversation.undo()).toBe(false);
    conversation.messages = [{ role: "system", content: "brief" }];
    const { readTokens } = await finish(conversation.say("one"));
    expect(readTokens).toBe(`${BEGIN}system: brief${END}\nuser: one${END}\nassistant: `.length);
    conversation.dispose();
  });

  it("keeps what came of a reply that is broken off, and takes back what had no reply", async () => {
    const conversation = new Conversation(model, options);
    let first = "";
    for await (const piece of conversation.say("one")) {
      first = piece;
      break;
    }
    expect(conversation.messages).toEqual([user("one"), { role: "assistant", content: first }]);
    await expect(conversation.say("two", { temperature: -1 }).next()).rejects.toThrow(/temperature/);
    await expect(
      conversation
        .say("")
        .next()
        .then(() => conversation.say("x").next()),
    ).rejects.toThrow(/a reply must have ended/);
    conversation.dispose();
  });

  it("counts for presence and frequency only what the reply generates", async () => {
    const penalised = { ...options, presencePenalty: 2, frequencyPenalty: 1, temperature: 0 };
    const conversation = new Conversation(model, penalised);
    await finish(conversation.say("one"));
    const reply = await finish(conversation.say("two"));
    const anew = new Conversation(model, penalised, conversation.messages.slice(0, -1));
    expect((await finish(anew.reply())).text).toBe(reply.text);
    conversation.dispose();
    anew.dispose();
  });

  it("refuses files that are no conversations, or of other models", async () => {
    const state = model.initialState();
    const plain = await state.serialize(model);
    await expect(Conversation.load(model, plain, options)).rejects.toThrow("it holds no messages");
    const conversation = new Conversation(model, options);
    await finish(conversation.say("one"));
    const file = await conversation.save();
    const other = new Mamba2LM({ ...config, dState: 16 });
    await expect(Conversation.load(other, file, options)).rejects.toThrow(/state/);
    await expect(
      Conversation.load(model, withText(file, '"messages":[', '"messages":7,"x":['), options),
    ).rejects.toThrow("must be { messages, ids, drawn }");
    await expect(Conversation.load(model, withText(file, '"role"', '"rule"'), options)).rejects.toThrow(
      /an object with a role/,
    );
    for (const one of [state, conversation, other]) one.dispose();
  });
});

/** The file with another text in its metadata. */
function withText(file: Uint8Array, from: string, to: string): Uint8Array {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = new TextDecoder().decode(file.subarray(8, 8 + length)).trimEnd();
  const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
  const changed = header.replace(quoted(from), quoted(to));
  expect(changed).not.toBe(header);
  const padded = new TextEncoder().encode(
    changed + " ".repeat((8 - (new TextEncoder().encode(changed).length % 8)) % 8),
  );
  const made = new Uint8Array(8 + padded.length + file.length - 8 - length);
  new DataView(made.buffer).setBigUint64(0, BigInt(padded.length), true);
  made.set(padded, 8);
  made.set(file.subarray(8 + length), 8 + padded.length);
  return made;
}

const withDrawn = (file: Uint8Array, drawn: number): Uint8Array => withText(file, '"drawn":0', `"drawn":${drawn}`);
