// ChatTemplate: how a model's makers write a conversation as text. Which of a checkpoint's files holds it is template-files.ts; the language is jinja.ts.
import { describeValue, type OptionKeys } from "@x/base";
import type { Tokenizer } from "@x/nn/core";
import {
  checkOptions,
  ConfigError,
  isPlainObject,
  type JsonObject,
  type JsonValue,
  requireArity,
} from "@x/tensor/core";
import { parseJinja, renderJinja, TemplateRefusal } from "./jinja.ts";
import type { Node } from "./jinja-library.ts";
import { type ChatMessage, checkMessages, checkPlain } from "./messages.ts";

/** What a template reads beside the messages. */
export interface RenderOptions {
  /** descriptions of functions that the model may ask for, as its makers have them: often JSON schemas. A template named "tool_use" is taken then, where there is one. */
  readonly tools?: readonly JsonValue[] | undefined;
  /** texts that the model is to use */
  readonly documents?: readonly JsonValue[] | undefined;
  /** end with what begins the assistant's reply; default false */
  readonly addGenerationPrompt?: boolean | undefined;
  /** end with the last message's text, so that it is continued; default false. Not together with `addGenerationPrompt`. */
  readonly continueFinalMessage?: boolean | undefined;
  /** which of several templates; default "tool_use" with tools, where there is one, else "default" */
  readonly templateName?: string | undefined;
  /** more variables, which come before those of the same name */
  readonly variables?: JsonObject | undefined;
  /** what `strftime_now` says; default the present */
  readonly now?: Date | undefined;
}

/** The options of {@link RenderOptions}. */
export const RENDER_OPTIONS: OptionKeys<RenderOptions> = {
  tools: true,
  documents: true,
  addGenerationPrompt: "boolean",
  continueFinalMessage: "boolean",
  templateName: true,
  variables: true,
  now: true,
};

/** Marks where the last message ends. Its final space tells whether the template takes white space off. */
const MARK = "\u{f8ff}end of the last message\u{f8ff} ";

/**
 * A model's chat template, or several by name. Templates are Jinja, set up as in transformers: `trim_blocks`, `lstrip_blocks`, `break` and `continue`, `{% generation %}`, `tojson`
 * without HTML escapes, `raise_exception`, `strftime_now`; what is undefined is empty. They see plain data only, and are stopped when they take too long or write too much.
 *
 * @throws ConfigError for a template that cannot be read
 * @example
 * const template = new ChatTemplate("{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}", { eos_token: "</s>" });
 * console.log(template.render([{ role: "user", content: "Hi" }])); // <user>Hi</s>
 */
export class ChatTemplate {
  readonly #programs: ReadonlyMap<string, Node>;
  readonly #specialTokens: Readonly<Record<string, JsonValue>>;

  /**
   * @param templates one, or several by name: "default", "tool_use", …
   * @param specialTokens variables such as bos_token
   */
  constructor(templates: string | Readonly<Record<string, string>>, specialTokens: JsonObject = {}) {
    requireArity("ChatTemplate", arguments, 2);
    const named = typeof templates === "string" ? { default: templates } : templates;
    if (!isPlainObject(named) || Object.keys(named).length === 0)
      throw ConfigError.must("ChatTemplate", "templates", "be a text, or texts by name", templates);
    checkPlain("ChatTemplate", "specialTokens", specialTokens);
    this.#specialTokens = { ...specialTokens };
    this.#programs = new Map(
      Object.entries(named).map(([name, template]) => {
        const what = name === "default" ? "chat template" : `chat template "${name}"`;
        if (typeof template === "string") return [name, parseJinja(what, template)];
        throw new ConfigError(`${what}: must be a text; got ${describeValue(template)}.`, {
          field: name,
          got: template,
        });
      }),
    );
  }

  /** The names of its templates. */
  get names(): readonly string[] {
    return [...this.#programs.keys()];
  }

  /**
   * The conversation as text.
   *
   * @throws ConfigError for an unknown option, messages that are none, a template that does not exist, refuses the messages, fails, or does not end
   */
  render(messages: readonly ChatMessage[], options: RenderOptions = {}): string {
    requireArity("ChatTemplate.render", arguments, 2);
    checkOptions<RenderOptions>("ChatTemplate.render", options, RENDER_OPTIONS);
    const { tools, documents, addGenerationPrompt = false, continueFinalMessage = false, variables = {} } = options;
    checkMessages("ChatTemplate.render", messages);
    for (const [name, value] of Object.entries({ tools, documents })) {
      if (value === undefined) continue;
      checkPlain("ChatTemplate.render", name, value);
      if (!Array.isArray(value)) throw ConfigError.must("ChatTemplate.render", name, "be a list", value);
    }
    checkPlain("ChatTemplate.render", "variables", variables);
    if (continueFinalMessage && addGenerationPrompt)
      throw new ConfigError(
        "ChatTemplate.render: continueFinalMessage and addGenerationPrompt must not be given together; one continues the last message, the other begins another.",
        { field: "continueFinalMessage" },
      );
    const name = this.#choose(options.templateName, tools);
    const what = name === "default" ? "chat template" : `chat template "${name}"`;
    const text = this.#run(
      what,
      this.#programs.get(name)!,
      {
        ...this.#specialTokens,
        messages: continueFinalMessage ? marked(messages) : messages,
        tools: tools ?? null,
        documents: documents ?? null,
        add_generation_prompt: addGenerationPrompt,
        ...variables,
      },
      options.now ?? new Date(),
    );
    return continueFinalMessage ? cutAtMark(what, text) : text;
  }

  /**
   * The tokens of the conversation. No special tokens are added: the template writes its own.
   *
   * @throws ConfigError as {@link ChatTemplate.render}
   */
  encode(messages: readonly ChatMessage[], tokenizer: Tokenizer, options: RenderOptions = {}): Int32Array {
    requireArity("ChatTemplate.encode", arguments, 3);
    return tokenizer.encode(this.render(messages, options), { specialTokens: false });
  }

  #choose(asked: string | undefined, tools: readonly JsonValue[] | undefined): string {
    const name = asked ?? (tools !== undefined && this.#programs.has("tool_use") ? "tool_use" : "default");
    if (this.#programs.has(name)) return name;
    throw new ConfigError(
      `ChatTemplate.render: templateName must be one of ${this.names.join(", ")}; got ${asked === undefined ? 'none, and there is no "default"' : describeValue(asked)}.`,
      { field: "templateName", expected: this.names, got: asked },
    );
  }

  #run(what: string, program: Node, variables: JsonObject, now: Date): string {
    try {
      return renderJinja(what, program, variables, now);
    } catch (cause) {
      if (!(cause instanceof TemplateRefusal)) throw cause;
      throw new ConfigError(`${what}: must accept the messages; it says ${JSON.stringify(cause.message)}.`, {
        field: "messages",
        cause,
      });
    }
  }
}

/** The messages with {@link MARK} after the text of the last. */
function marked(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.at(-1)!;
  const { content } = last;
  const before = messages.slice(0, -1);
  if (typeof content === "string") return [...before, { ...last, content: content + MARK }];
  const parts: readonly JsonValue[] = Array.isArray(content) ? (content as readonly JsonValue[]) : [];
  const at = parts.findLastIndex((part) => isPlainObject(part) && typeof (part as JsonObject)["text"] === "string");
  if (at < 0)
    throw new ConfigError(
      `ChatTemplate.render: the last message must have text to continue; got ${describeValue(content)}.`,
      { field: "continueFinalMessage", got: content },
    );
  const part = parts[at] as JsonObject;
  return [...before, { ...last, content: parts.with(at, { ...part, text: (part["text"] as string) + MARK }) }];
}

function cutAtMark(what: string, text: string): string {
  const at = text.lastIndexOf(MARK.trimEnd());
  if (at < 0)
    throw new ConfigError(
      `${what}: must write the last message for it to be continued (continueFinalMessage); it leaves its text out.`,
      { field: "continueFinalMessage" },
    );
  const before = text.slice(0, at);
  return text.startsWith(MARK, at) ? before : before.trimEnd();
}
