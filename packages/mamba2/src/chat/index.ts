// Conversations with a model, under their templates. Import it as "@x/mamba2/chat": it brings a template language, which models that only continue texts do without.
export { chat } from "./chat.ts";
export { type ChatReply, Conversation } from "./conversation.ts";
export { encodeExample, type ExampleOptions } from "./examples.ts";
export { type ByteRanges, jsonLines } from "./json-lines.ts";
export type { ChatMessage } from "./messages.ts";
export type { ChatOptions } from "./options.ts";
export { ChatTemplate, type RenderOptions } from "./template.ts";
export { readChatTemplate } from "./template-files.ts";
