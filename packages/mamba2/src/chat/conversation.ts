// A conversation: its messages, and the state of the model that has read them, so that each turn reads only what is new. The state is a cache: a reply depends on the
// messages, the options and the place in the random numbers alone.
import { describeValue } from "@x/base";
import type { Tokenizer } from "@x/nn/core";
import { ConfigError, requireArity } from "@x/tensor/core";
import { ModelWatch } from "../generation/model-watch.ts";
import { type EndReason, type GeneratedText, generateTokens } from "../generation/generate-text.ts";
import { requireGenerating } from "../generation/generate.ts";
import type { GeneratingModel } from "../generation/generating-model.ts";
import { TokenHistory } from "../generation/token-history.ts";
import { checkRules } from "../inputs/option-rules.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import { State } from "../state/state.ts";
import { isReadBy } from "../state/state-identity.ts";
import { tokenizerFor } from "../tokenizer/tokenizer.ts";
import { conversationFile, readConversation } from "./conversation-file.ts";
import { type ChatMessage, checkMessages } from "./messages.ts";
import { CHAT_RULES, type ChatOptions, splitOptions } from "./options.ts";
import { ReadLine } from "./read-line.ts";
import { requireWritten } from "./rendered-roles.ts";

/** What a reply came to. */
export interface ChatReply {
  /** as it is in the conversation now */
  readonly message: ChatMessage;
  readonly endedBy: EndReason;
  /** how many tokens were read before the reply; those of earlier turns were not read again */
  readonly readTokens: number;
  /** how many tokens the reply has, its end token too */
  readonly tokens: number;
}

/**
 * A conversation with a model. What is said is written by the model's template and read on top of the state after the turn before, when the text of all turns begins with
 * what was read (else from the last common place on); the reply is streamed, and ends with a token of generation_config.json.
 *
 * @throws ConfigError for an option that is unknown or out of range
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * const template = new ChatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}");
 * const conversation = new Conversation(model, { template, maxTokens: 8 });
 * for await (const piece of conversation.say("Hi")) console.log(piece);
 * const saved = await conversation.save();
 * const later = await Conversation.load(model, saved, { template, maxTokens: 8 }); // goes on as this one would
 */
export class Conversation {
  readonly model: GeneratingModel;
  readonly #options: ChatOptions;
  readonly #tokenizer: Tokenizer;
  readonly #line: ReadLine = new ReadLine();
  #messages: readonly ChatMessage[] = [];
  #drawn = 0;
  #replying = false;
  /** What a model has read is read again once it has changed. */
  readonly #watch: ModelWatch;
  /** what the file says of the model that has read, until it is compared with the one that is there */
  #readBy: Readonly<Record<string, string>> | undefined;

  constructor(model: GeneratingModel, options: ChatOptions, messages: readonly ChatMessage[] = []) {
    requireArity("Conversation", arguments, 3);
    requireGenerating("Conversation", model);
    checkRules("chat", options, CHAT_RULES);
    if (options?.template === undefined)
      throw new ConfigError(
        "chat: template must be given, of readChatTemplate or new ChatTemplate(text); got none. Models that only continue texts have none: use generate.",
        { field: "template" },
      );
    this.model = model;
    this.#watch = new ModelWatch(model);
    this.#options = plainCopy(options);
    this.#tokenizer = tokenizerFor(model.config, options.tokenizer);
    this.messages = messages;
  }

  /** What was said. Setting it edits the conversation; what it has in common with before is not read again. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  set messages(messages: readonly ChatMessage[]) {
    this.#requireQuiet("set messages");
    if (!Array.isArray(messages) || messages.length > 0) checkMessages("chat", messages);
    this.#messages = plainCopy(messages);
  }

  /** The state after the last turn, which the conversation owns; undefined before it has read anything. */
  get state(): State | undefined {
    return this.#line.last?.state;
  }

  /** How many tokens the state has read. */
  get readTokens(): number {
    return this.#line.last?.length ?? 0;
  }

  /**
   * Says something and streams the reply, in whole characters. A reply that is broken off stays as far as it came; when nothing came, what was said is taken back.
   *
   * @param said a user's text, or a message of any role, such as a tool's answer
   * @param changes options of this reply alone
   * @returns what the reply came to
   */
  say(said: string | ChatMessage, changes: Partial<ChatOptions> = {}): AsyncGenerator<string, ChatReply, void> {
    requireArity("Conversation.say", arguments, 2);
    return this.#say(plainCopy(said), plainCopy(changes));
  }

  async *#say(said: string | ChatMessage, changes: Partial<ChatOptions>): AsyncGenerator<string, ChatReply, void> {
    if (typeof said !== "string" && (typeof said !== "object" || said === null))
      throw new ConfigError(`chat: what is said must be a text or a message; got ${describeValue(said)}.`, {
        field: "said",
        got: said,
      });
    const before = this.#messages;
    this.messages = [...before, typeof said === "string" ? { role: "user", content: said } : said];
    const after = this.#messages;
    try {
      return yield* this.#reply(changes);
    } finally {
      if (this.#messages === after) this.#messages = before;
    }
  }

  /** Streams a reply to what was said. @param changes options of this reply alone @returns what it came to */
  reply(changes: Partial<ChatOptions> = {}): AsyncGenerator<string, ChatReply, void> {
    requireArity("Conversation.reply", arguments, 1);
    return this.#reply(plainCopy(changes));
  }

  async *#reply(changes: Partial<ChatOptions>): AsyncGenerator<string, ChatReply, void> {
    this.#requireQuiet("reply");
    const options = { ...this.#options, ...changes };
    checkRules("chat", options, CHAT_RULES);
    this.#replying = true;
    let text = "";
    let tokens = 0;
    let steps: AsyncGenerator<GeneratedText, EndReason, void> | undefined;
    try {
      await this.#forgetStale();
      const { rendering } = splitOptions(options);
      const roles = this.#messages.map(({ role }) => role).filter((role) => role !== "user" && role !== "assistant");
      requireWritten("chat", options.template, this.#messages, roles, { ...rendering, addGenerationPrompt: true });
      const prompt = [...this.#encode(this.#messages, true, options)];
      const readTokens = this.#read(prompt);
      steps = this.#generate(prompt, options);
      let next = await steps.next();
      for (; !next.done; next = await steps.next()) {
        if (next.value.id !== undefined) tokens++;
        text += next.value.text;
        if (next.value.text !== "") yield next.value.text;
      }
      return { message: { role: "assistant", content: text }, endedBy: next.value, readTokens, tokens };
    } finally {
      await steps?.return("until"); // frees what a reply that is broken off holds
      this.#replying = false;
      this.#drawn += tokens;
      if (tokens > 0) this.#messages = [...this.#messages, { role: "assistant", content: text }];
    }
  }

  /** Takes the last message of the user back, with all that came after it. @returns whether there was one */
  undo(): boolean {
    const at = this.#messages.findLastIndex(({ role }) => role === "user");
    if (at >= 0) this.messages = this.#messages.slice(0, at);
    return at >= 0;
  }

  /** The conversation as a file: a state's (`State.deserialize` reads it), with the messages. Options are not in it. */
  async save(): Promise<Uint8Array> {
    requireArity("Conversation.save", arguments, 0);
    this.#requireQuiet("save");
    await this.#forgetStale();
    const place = this.#placeToSave();
    const state = place?.state ?? State.empty(this.model.config, 1, this.model.device);
    try {
      const ids = this.#line.ids.slice(0, place?.length ?? 0);
      return await conversationFile(state, { messages: this.#messages, ids, drawn: this.#drawn }, this.model);
    } finally {
      if (!place) state.dispose();
    }
  }

  /**
   * The conversation in a file of {@link Conversation.save}. It goes on as the saved one would have, with the same options. Where the model is not the one that was saved with, all is
   * read again.
   *
   * @throws CheckpointError when it is no conversation, or one with a model of other sizes
   */
  static async load(model: GeneratingModel, file: Uint8Array, options: ChatOptions): Promise<Conversation> {
    requireArity("Conversation.load", arguments, 3);
    requireGenerating("Conversation.load", model);
    const { state, messages, ids, drawn, metadata } = await readConversation(file, model);
    let loaded: Conversation | undefined;
    try {
      loaded = new Conversation(model, options, messages);
      [loaded.#drawn, loaded.#readBy] = [drawn, metadata];
      if (ids.length > 0) loaded.#line.add(ids, { length: ids.length, state });
      return loaded;
    } finally {
      if (!loaded || ids.length === 0) state.dispose();
    }
  }

  dispose(): void {
    this.#line.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #encode(messages: readonly ChatMessage[], addGenerationPrompt: boolean, options: ChatOptions): Int32Array {
    const { rendering } = splitOptions(options);
    const ids = options.template.encode(messages, this.#tokenizer, { ...rendering, addGenerationPrompt });
    if (ids.length > 0) return ids;
    throw new ConfigError("chat: the template must write something for the model to read; it writes nothing.", {
      field: "template",
    });
  }

  /** Reads a prompt but for its last token, which generation reads. @returns how many tokens are new, that one too */
  #read(prompt: readonly number[]): number {
    const place = this.#line.placeFor(prompt);
    const start = place?.length ?? 0;
    const between = prompt.slice(start, -1);
    if (between.length > 0) {
      const { logits, state } = this.model.prefill([between], place ? { state: place.state } : {});
      logits.dispose();
      this.#line.add(prompt, { length: prompt.length - 1, state });
    }
    return prompt.length - start;
  }

  /** The tokens of a reply. The state after them is kept. */
  async *#generate(prompt: readonly number[], options: ChatOptions): AsyncGenerator<GeneratedText, EndReason, void> {
    const place = this.#line.placeFor(prompt);
    // penalties count what this reply generates: whether earlier turns were generated or read again must not matter
    const history = place?.state.progress.history;
    const fresh = history && new TokenHistory(history.rows.map((row) => ({ ...row, generated: new Map() })));
    const start = place?.state.clone({ drawn: this.#drawn, history: fresh });
    const said: number[] = [];
    try {
      return yield* generateTokens(this.model, "", {
        ...splitOptions(options).generating,
        tokenizer: tokensOf(this.#tokenizer, prompt.slice(place?.length ?? 0)),
        specialTokens: false,
        ...(start && { state: start }),
        until(id) {
          said.push(id);
          return options.signal?.aborted === true;
        },
        onState: (state) => this.#line.add([...prompt, ...said], { length: prompt.length + said.length, state }),
      });
    } finally {
      start?.dispose();
    }
  }

  /** The place that the next turn will be read from, as far as can be told. */
  #placeToSave(): ReturnType<ReadLine["placeFor"]> {
    if (this.#messages.length === 0) return undefined;
    try {
      return this.#line.placeFor([...this.#encode(this.#messages, false, this.#options), -1]);
    } catch (error) {
      if (error instanceof ConfigError) return this.#line.last; // a template may refuse what does not end with the user's turn
      throw error;
    }
  }

  /** Forgets what another model has read: one that has changed since, or the one that the file was saved with. */
  async #forgetStale(): Promise<void> {
    if (this.#watch.changed()) this.#line.dispose();
    const readBy = this.#readBy;
    this.#readBy = undefined;
    if (readBy === undefined || !this.model.identity) return;
    if (isReadBy(readBy, await this.model.identity()) !== true) this.#line.dispose(); // an earlier version's file does not say it
  }

  #requireQuiet(what: string): void {
    if (this.#replying)
      throw new ConfigError(`chat: a reply must have ended before ${what}; one is being given.`, { field: "reply" });
  }
}

/** A tokenizer whose next text is known to be these tokens. */
function tokensOf(tokenizer: Tokenizer, ids: readonly number[]): Tokenizer {
  return {
    vocabSize: tokenizer.vocabSize,
    encode: () => Int32Array.from(ids),
    decode: (tokens, options) => tokenizer.decode(tokens, options),
    stream: (context) => tokenizer.stream(context),
  };
}
