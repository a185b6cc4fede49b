// Talking with the model, in the worker; loaded when somebody does: it brings a template language.
import type { FileReader, Mamba2LM, State } from "@x/mamba2";
import { type ChatReply, ChatTemplate, Conversation, readChatTemplate } from "@x/mamba2/chat";
import type { Tokenizer } from "@x/nn";
import { dtypeBytes, slice, type Tensor } from "@x/tensor/core";
import type { Reply, SayRequest, StateMap } from "./protocol.ts";

/** Keys and values of the last tokens are drawn. */
const MOST_TOKENS = 256;
const CACHES: readonly string[] = ["keys", "values"];
const NAMES = { ssm: "recurrent state", keys: "keys", values: "values" } as const;

/** A conversation with one model. */
export class ChatSession {
  readonly #model: Mamba2LM;
  readonly #tokenizer: Tokenizer | undefined;
  readonly #template: ChatTemplate | undefined;
  #conversation: Conversation | undefined;

  private constructor(model: Mamba2LM, tokenizer: Tokenizer | undefined, template: ChatTemplate | undefined) {
    [this.#model, this.#tokenizer, this.#template] = [model, tokenizer, template];
  }

  /** @param read the model's files; undefined for a model that was trained here */
  static async open(
    model: Mamba2LM,
    tokenizer: Tokenizer | undefined,
    read: FileReader | undefined,
  ): Promise<ChatSession> {
    return new ChatSession(model, tokenizer, read && (await readChatTemplate(read)));
  }

  /** Says something; tells the reply as it comes, then what it cost and what the model remembers. */
  async say(request: SayRequest, signal: AbortSignal, tell: (reply: Reply) => void): Promise<void> {
    const { text, system, tokens, temperature, seed } = request;
    const template = request.template === "" ? this.#template : new ChatTemplate(request.template);
    if (!template)
      throw new Error(
        "This model has no chat template: it only continues texts. Write one below, or drop chat_template.jinja with its files.",
      );
    this.#conversation ??= new Conversation(this.#model, {
      template,
      ...(this.#tokenizer && { tokenizer: this.#tokenizer }),
    });
    const conversation = this.#conversation;
    const said = conversation.messages.filter(({ role }) => role !== "system");
    conversation.messages = system === "" ? said : [{ role: "system", content: system }, ...said];
    const beganMs = performance.now();
    let firstMs = 0;
    const pieces = conversation.say(text, { template, maxTokens: tokens, temperature, seed, signal });
    let next: IteratorResult<string, ChatReply>;
    try {
      for (next = await pieces.next(); !next.done; next = await pieces.next()) {
        firstMs ||= performance.now() - beganMs;
        tell({ type: "reply", text: next.value });
        await new Promise((resolve) => void setTimeout(resolve)); // a turn for Stop
      }
    } finally {
      this.tellMessages(tell);
    }
    const ms = performance.now() - beganMs;
    tell({
      type: "replied",
      ...next.value,
      firstMs: firstMs || ms,
      tokensPerSecond: (1000 * next.value.tokens) / ms,
      ...(await rememberedBy(conversation.state!, conversation.readTokens)),
    });
  }

  undo(): void {
    this.#conversation?.undo();
  }

  reset(): void {
    this.#conversation?.dispose();
    this.#conversation = undefined;
  }

  tellMessages(tell: (reply: Reply) => void): void {
    const messages = (this.#conversation?.messages ?? []).filter(({ role }) => role !== "system");
    tell({ type: "messages", messages: messages.map(({ role, content }) => ({ role, content: String(content) })) });
  }
}

/** What a state weighs, and a map of the first layer of each kind. */
async function rememberedBy(
  { layers, capacity = 0 }: State,
  tokens: number,
): Promise<{ stateBytes: number; cacheBytes: number; cacheTokens: number; maps: readonly StateMap[] }> {
  const parts = layers.flatMap((layer) => Object.entries(layer) as [string, Tensor][]);
  const bytes = (wanted: (part: string) => boolean): number =>
    parts.reduce((sum, [part, { size, dtype }]) => sum + (wanted(part) ? size * dtypeBytes(dtype) : 0), 0);
  const maps: StateMap[] = [];
  for (const [part, name] of Object.entries(NAMES) as [keyof typeof NAMES, string][]) {
    const layer = layers.findIndex((one) => one[part] !== undefined);
    if (layer < 0) continue;
    const map = part === "ssm" ? await stateMap(layers[layer]!.ssm!) : await cacheMap(layers[layer]![part]!, tokens);
    maps.push({ title: `Layer ${layer}: ${name}`, ...map });
  }
  return {
    stateBytes: bytes((part) => !CACHES.includes(part)),
    cacheBytes: bytes((part) => CACHES.includes(part)),
    cacheTokens: capacity,
    maps,
  };
}

/** Heads × channels across, state dimensions down. */
async function stateMap(ssm: Tensor): Promise<Omit<StateMap, "title">> {
  const [, h, p, n] = ssm.shape as [number, number, number, number];
  return { rows: h * p, columns: n, values: (await ssm.data()).slice() as Float32Array };
}

/** Tokens across, heads × channels down. */
async function cacheMap(cache: Tensor, tokens: number): Promise<Omit<StateMap, "title">> {
  const [, , heads, width] = cache.shape as [number, number, number, number];
  const rows = Math.min(tokens, MOST_TOKENS);
  const seen = slice(cache, 1, tokens - rows, tokens);
  try {
    return { rows, columns: heads * width, values: (await seen.data()).slice() as Float32Array };
  } finally {
    seen.dispose();
  }
}
