// TextModel: what a model writes. What that takes beside the model is loaded when it is first asked for.
import { describeValue } from "@x/base";
import { ConfigError, type Device, requireArity } from "@x/tensor/core";
import type { ChatReply } from "../chat/conversation.ts";
import type { ChatMessage } from "../chat/messages.ts";
import type { ChatOptions } from "../chat/options.ts";
import type { CompletionResult, CompleteOptions, Prompt } from "../generation/complete.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import type { GenerateTextOptions } from "../generation/generate-text.ts";
import type { GeneratingModel } from "../generation/generating-model.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import { StoredModel } from "./stored-model.ts";

/** The part of a model that generates. */
export abstract class TextModel extends StoredModel implements GeneratingModel {
  static override readonly fieldsOnly = true;
  abstract readonly device: Device;
  abstract prefill(...read: Parameters<GeneratingModel["prefill"]>): ReturnType<GeneratingModel["prefill"]>;
  abstract stepLayers(...read: Parameters<GeneratingModel["stepLayers"]>): ReturnType<GeneratingModel["stepLayers"]>;

  /** Makes steps of one token known to the page, which `@x/mamba2/core` does not hold. Generation does it by itself; `@x/mamba2` has them. */
  async loadSteps(): Promise<void> {
    await import("../generation/all.ts");
  }

  /**
   * What tells it from every model that computes something else, by a hash of all its values, which are read once as long as they do not change, of the adapter in use and of its
   * configuration. It is the same wherever the model lies and in whatever layout it was saved. Files of states say it.
   *
   * @example
   * const [one, other] = [1, 2].map((seed) => new Mamba2LM(preset("tiny"), { seed }));
   * console.log((await one!.identity()) === (await other!.identity())); // false
   */
  async identity(): Promise<string> {
    requireArity("Mamba2LM.identity", arguments, 0);
    return (await import("../generation/all.ts")).identityOf(this);
  }

  /**
   * Continues a text: an async iterator of its pieces.
   *
   * @throws ConfigError for an option out of range, an empty prompt, or a model that needs a tokenizer and got none
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * for await (const piece of model.generate("interface ", { maxTokens: 8, temperature: 0.8, seed: 1 })) console.log(piece);
   */
  generate(prompt: string, options: GenerateTextOptions = {}): AsyncGenerator<string, void, void> {
    requireArity("Mamba2LM.generate", arguments, 2);
    const given = plainCopy(options);
    return later(async () => {
      if (typeof prompt !== "string")
        throw new ConfigError(`generate: prompt must be a text; got ${describeValue(prompt)}. generateIds takes ids.`, {
          field: "prompt",
          got: prompt,
        });
      return (await import("../generation/all.ts")).generateText(this, prompt, given);
    });
  }

  /** Continues token sequences: an async iterator of one id per row, null for a row that has ended. */
  generateIds(
    prompts: readonly (readonly number[])[],
    options: GenerateOptions = {},
  ): AsyncGenerator<(number | null)[], void, void> {
    requireArity("Mamba2LM.generateIds", arguments, 2);
    const [rows, given] = [plainCopy(prompts), plainCopy(options)];
    return later(async () => (await import("../generation/all.ts")).generateIds(this, rows, given));
  }

  /**
   * Compiles what `generateIds` with these prompts and options runs, in parallel and without blocking, and reads the prompts once: the first token then waits for no compiler.
   * Generation does so by itself; this is for doing it earlier, such as while a user types. Prompts count by their lengths.
   *
   * @throws what `generateIds` throws
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * await model.precompile([[1, 2, 3]], { onCompile: ({ done, total }) => console.log(done, total) });
   */
  async precompile(prompts: readonly (readonly number[])[], options: GenerateOptions = {}): Promise<void> {
    requireArity("Mamba2LM.precompile", arguments, 2);
    const { onState: _onState, ...given } = options;
    for await (const _token of this.generateIds(prompts, { ...given, maxTokens: 0 }));
  }

  /**
   * Continues prompts, texts or token ids of any lengths, and returns the whole results: several samples of each (`n`), log-probabilities, why each ended, counts of tokens.
   *
   * @throws ConfigError for an option out of range, an empty prompt, or a model that needs a tokenizer and got none
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * const { completions } = await model.complete(["interface "], { n: 2, maxTokens: 8, stop: ";" });
   * console.log(completions[0]!.map(({ text, finishReason }) => [text, finishReason]));
   */
  async complete(prompts: readonly Prompt[], options: CompleteOptions = {}): Promise<CompletionResult> {
    requireArity("Mamba2LM.complete", arguments, 2);
    const [all, given] = [plainCopy(prompts), plainCopy(options)];
    const { complete } = await import("../generation/all.ts");
    return complete(this, all, given);
  }

  /**
   * One reply to a conversation, piece by piece: `chat` of "@x/mamba2/chat", which holds a template language and is loaded when this is called, so that a page that does
   * not chat does not hold it. Roles, tools and documents go to the template. To go on talking without reading the same text twice there is `Conversation`.
   *
   * @returns what the reply came to
   * @throws ConfigError for an option that is unknown or out of range, messages that the template does not take, or a model that needs a tokenizer and got none
   * @example
   * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
   * const template = new ChatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}");
   * for await (const piece of model.chat([{ role: "user", content: "Hi" }], { template, maxTokens: 8 })) console.log(piece);
   */
  chat(messages: readonly ChatMessage[], options: ChatOptions): AsyncGenerator<string, ChatReply, void> {
    requireArity("Mamba2LM.chat", arguments, 2);
    const [said, given] = [plainCopy(messages), plainCopy(options)];
    return later(async () => (await import("../chat/all.ts")).chat(this, said, given));
  }
}

/** What `load` gives, once it is there. */
async function* later<T, R>(load: () => Promise<AsyncGenerator<T, R, void>>): AsyncGenerator<T, R, void> {
  return yield* await load();
}
