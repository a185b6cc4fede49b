// mamba2 chat: a conversation with a model, line by line, in a terminal or a pipe.
import { CheckpointError, ConfigError, type JsonObject, type JsonValue, TensorError } from "@x/tensor/core";
import { type ChatMessage, type ChatOptions, Conversation } from "../chat/index.ts";
import { TEMPLATE_FILE } from "../checkpoint/file-names.ts";
import { jsonIn } from "../checkpoint/json-text.ts";
import { requireWritableFile } from "../node/writable.ts";
import { writeAtomically } from "../node/write-folder.ts";
import { type ChatInput, openInput, parseLine } from "./chat-lines.ts";
import type { Command, Io, Options } from "./command.ts";
import { ADAPTER_OPTION } from "./adapter.ts";
import { MODEL_OPTION, openTextModel, readBytes, TEXT_MODEL_OPTIONS, withDevice } from "./model.ts";
import { endOption, endTokens, SAMPLING_OPTIONS, samplingOptions, withDefaults } from "./sampling-options.ts";
import { findTemplate, TEMPLATE_OPTION } from "./template.ts";
import { utf8 } from "../checkpoint/utf8.ts";

const HELP = `/save FILE    keep the conversation, with what the model has read of it
/load FILE    go on with one that was kept
/undo         take the last turn back
/reset        start over; the system's text stays
/system TEXT  what the model is told before all else; without TEXT nothing
/help         this
/exit         end; so does the end of the input
//…           say something that begins with a slash
Ctrl-C stops a reply; where none is being given it ends the conversation.`;

export const chatCommand: Command = {
  name: "chat",
  summary: "talk with a model, line by line; /help lists what else can be done",
  positionals: ["model"],
  options: [
    MODEL_OPTION,
    ADAPTER_OPTION,
    { name: "system", value: "TEXT", help: "what the model is told before all else" },
    { name: "load", value: "FILE", help: "go on with a conversation that /save kept" },
    { name: "tools", value: "FILE", help: "a JSON list of the functions that the model may ask for, for its template" },
    TEMPLATE_OPTION,
    ...SAMPLING_OPTIONS,
    { name: "seed", value: "S", help: "of the random draws; default 0" },
    { name: "stop", value: "TEXT", many: true, help: "texts that end a reply; the reply ends before them" },
    ...TEXT_MODEL_OPTIONS,
  ],
  run: (options, io) => {
    const seed = options.integer("seed");
    const asked = { ...samplingOptions(options), ...(seed !== undefined && { seed }) };
    const ends = endTokens(options);
    return withDevice(options, io, async (device) => {
      const template = await findTemplate(options, io);
      if (!template)
        throw new CheckpointError(
          `chat: the model must have a chat template, in ${TEMPLATE_FILE} or tokenizer_config.json; "${options.text("tokenizer") ?? options.require("model")}" has none. Give one with --template FILE, or use generate.`,
          { file: TEMPLATE_FILE },
        );
      const tools = await openTools(options);
      const { model, tokenizer } = await openTextModel(options, io, device);
      const sampling = withDefaults(asked, model, io);
      const begin = async (file?: Uint8Array): Promise<Conversation> => {
        const settings: ChatOptions = {
          ...sampling,
          template,
          tokenizer,
          stop: options.texts("stop"),
          ...(tools && { tools }),
          ...endOption(model, ends, tokenizer, options, io),
        };
        return file ? await Conversation.load(model, file, settings) : new Conversation(model, settings);
      };
      const talk = new Talk(io, openInput(), await begin(), begin);
      try {
        const [file, system] = [options.text("load"), options.text("system")];
        if (file !== undefined) await talk.command("load", file);
        if (system !== undefined) await talk.command("system", system);
        return await talk.run();
      } finally {
        talk.close();
      }
    });
  },
};

/** One run of the command. */
class Talk {
  readonly #io: Io;
  readonly #input: ChatInput;
  readonly #begin: (file?: Uint8Array) => Promise<Conversation>;
  #conversation: Conversation;
  #replies = 0;
  #tokens = 0;
  #seconds = 0;

  constructor(io: Io, input: ChatInput, first: Conversation, begin: (file?: Uint8Array) => Promise<Conversation>) {
    [this.#io, this.#input, this.#begin] = [io, input, begin];
    this.#conversation = first;
  }

  /** Takes lines until there are no more. */
  async run(): Promise<JsonObject> {
    for (let line = await this.#input.next(); line !== undefined; line = await this.#input.next()) {
      const parsed = parseLine(line);
      try {
        if ("says" in parsed) await this.#say(parsed.says);
        else if (parsed.command === "exit" || parsed.command === "quit") break;
        else await this.command(parsed.command, parsed.rest);
      } catch (error) {
        if (!this.#input.typed || !(error instanceof TensorError)) throw error;
        this.#io.note(error.message); // a slip of the finger need not end a conversation
      }
    }
    const tokensPerSecond = this.#seconds > 0 ? this.#tokens / this.#seconds : 0;
    this.#io.note(`${this.#replies} replies, ${this.#tokens} tokens, ${tokensPerSecond.toFixed(1)} tokens/s`);
    return { messages: this.#conversation.messages, replies: this.#replies, tokens: this.#tokens, tokensPerSecond };
  }

  close(): void {
    this.#input.close();
    this.#conversation.dispose();
  }

  async #say(text: string): Promise<void> {
    if (text.trim() === "") return;
    const stop = new AbortController();
    this.#input.onInterrupt(() => stop.abort());
    const began = performance.now();
    try {
      const reply = this.#conversation.say(text, { signal: stop.signal });
      let next = await reply.next();
      for (; !next.done; next = await reply.next()) if (!this.#io.json) process.stdout.write(next.value);
      this.#replies++;
      this.#tokens += next.value.tokens;
      if (next.value.endedBy === "length") this.#io.note("the reply has reached --tokens");
    } finally {
      this.#seconds += (performance.now() - began) / 1000;
      this.#input.onInterrupt(undefined);
      this.#io.print("");
    }
  }

  /** Does what a line that begins with a slash asks for. @throws ConfigError for one that is not known */
  async command(name: string, rest: string): Promise<void> {
    const file = (): string => {
      if (rest !== "") return rest;
      throw new ConfigError(`chat: /${name} must be followed by a file; got nothing.`, { field: name });
    };
    switch (name) {
      case "save":
        await requireWritableFile(file());
        await writeAtomically(file(), await this.#conversation.save());
        return this.#io.note(`kept in ${file()}`);
      case "load": {
        const loaded = await this.#begin(await readBytes("/load", file()));
        this.#conversation.dispose();
        this.#conversation = loaded;
        return this.#io.note(`${loaded.messages.length} messages of ${file()}`);
      }
      case "undo":
        return this.#io.note(
          this.#conversation.undo() ? "the last turn is taken back" : "there is no turn to take back",
        );
      case "reset":
        this.#conversation.messages = this.#conversation.messages.filter(isSystem);
        return this.#io.note("the conversation starts over");
      case "system": {
        const others = this.#conversation.messages.filter((message) => !isSystem(message));
        this.#conversation.messages = rest === "" ? others : [{ role: "system", content: rest }, ...others];
        return;
      }
      case "help":
        return this.#io.note(HELP);
      default:
        throw new ConfigError(
          `chat: a line that begins with a slash must be a command, such as /help; got /${name}. Two slashes say one.`,
          { field: "command", got: name },
        );
    }
  }
}

const isSystem = ({ role }: ChatMessage): boolean => role === "system";

async function openTools(options: Options): Promise<readonly JsonValue[] | undefined> {
  const file = options.text("tools");
  if (file === undefined) return undefined;
  const json = jsonIn(`--tools: "${file}"`, utf8(file, await readBytes("--tools", file)), {
    Kind: ConfigError,
    fields: { field: "tools" },
  });
  if (Array.isArray(json)) return json as readonly JsonValue[];
  throw new ConfigError(`--tools: "${file}" must hold a list of tools; got another JSON value.`, { field: "tools" });
}
