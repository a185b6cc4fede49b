// Example arguments for the exports of @x/mamba2/chat.
import type { FileReader } from "@x/mamba2";
import { type chat, type ChatOptions, ChatTemplate, type Conversation } from "@x/mamba2/chat";
import { byteTokenizer } from "@x/nn";
import { type ExportTable, of, thenDispose } from "./example.ts";
import { smallModel } from "./mamba2.ts";

const source = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}";
const files: FileReader = (name) =>
  Promise.resolve(name === "chat_template.jinja" ? new TextEncoder().encode(source) : undefined);

const options = (): ChatOptions => ({ template: new ChatTemplate(source), maxTokens: 3, seed: 1 });
const hello = [{ role: "user", content: "Hi" }];

const lines = new TextEncoder().encode('"one"\n"two"\n');
const byteDocument = (text: unknown): object => ({ ids: byteTokenizer.encode(String(text)) });

export const chatExports: ExportTable = {
  ChatTemplate: of(() => [source, { eos_token: "</s>" }], {
    call: (Kind: typeof ChatTemplate, args: ConstructorParameters<typeof ChatTemplate>) =>
      new Kind(...args).render([{ role: "user", content: "Hi" }]),
  }),
  Conversation: of((device) => [smallModel(device), options(), hello], {
    options: 1,
    call: (Kind: typeof Conversation, args: ConstructorParameters<typeof Conversation>) =>
      thenDispose(args, async () => {
        const made = new Kind(...args);
        for await (const _ of made.reply()) continue;
        for await (const _ of made.say("and?")) break;
        const again = await Kind.load(args[0], await made.save(), args[1]);
        for (const one of [made, again]) one.dispose();
      }),
  }),
  chat: of((device) => [smallModel(device), hello, options()], {
    options: 2,
    call: (talk: typeof chat, args: Parameters<typeof chat>) =>
      thenDispose(args, async () => {
        let reply = "";
        for await (const piece of talk(...args)) reply += piece;
        return reply;
      }),
  }),
  encodeExample: of(() => [{ prompt: "a", completion: "b" }, { tokenizer: byteTokenizer }], { options: 1 }),
  jsonLines: of(() => [{ size: lines.length, read: (a: number, b: number) => lines.subarray(a, b) }, byteDocument]),
  readChatTemplate: of(() => [files]),
};
