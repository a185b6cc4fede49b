// Conversations with a model, under their templates. Import it as "@x/mamba2/chat": it brings a template language, which models that only continue texts do without.
export type { ChatMessage } from "./messages.ts";
export { ChatTemplate, type RenderOptions } from "./template.ts";
export { readChatTemplate } from "./template-files.ts";
