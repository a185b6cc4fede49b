// Example arguments for the exports of @x/mamba2/chat.
import type { FileReader } from "@x/mamba2";
import type { ChatTemplate } from "@x/mamba2/chat";
import { type ExportTable, of } from "./example.ts";

const source = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}";
const files: FileReader = (name) =>
  Promise.resolve(name === "chat_template.jinja" ? new TextEncoder().encode(source) : undefined);

export const chatExports: ExportTable = {
  ChatTemplate: of(() => [source, { eos_token: "</s>" }], {
    call: (Kind: typeof ChatTemplate, args: ConstructorParameters<typeof ChatTemplate>) =>
      new Kind(...args).render([{ role: "user", content: "Hi" }]),
  }),
  readChatTemplate: of(() => [files]),
};
