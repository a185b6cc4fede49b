// Which tokenizer a model takes: that of its files (tokenizer.json), which is loaded when there is one, or bytes.
import { byteTokenizer, type Tokenizer } from "@x/nn/core";
import { checkOptions, ConfigError, requireArity, requireFunction, requireMethods } from "@x/tensor/core";
import type { FileReader } from "../checkpoint/files.ts";
import { readObject } from "../checkpoint/json-files.ts";
import { tokenizerSettings } from "../checkpoint/tokenizer-settings.ts";
import { warn, type WarningOptions } from "../checkpoint/warnings.ts";
import { type Mamba2Config, requireConfig } from "../config/config.ts";

/** A tokenizer of files. */
export interface FileTokenizer extends Tokenizer {
  /** what a user should know about the files */
  readonly warnings: readonly string[];
}

/**
 * The tokenizer in a folder's tokenizer.json and tokenizer_config.json (the second may be missing); undefined when there is none.
 *
 * `encode` adds the special tokens that tokenizer.json's post_processor says, unless told otherwise; as in transformers 5, add_bos_token and add_eos_token of
 * tokenizer_config.json add none that it does not, which `warnings` tells. `decode` and `stream` leave special tokens out, and take spaces before punctuation from the
 * text where clean_up_tokenization_spaces says so and the model is no BPE, as there. They throw ConfigError for an id outside of the vocabulary; an id within it that
 * has no token has no text. Warnings go to `onWarning`, and are listed in `warnings`.
 *
 * @throws CheckpointError when the files are not what they should be
 */
export async function readTokenizer(
  read: FileReader,
  options: WarningOptions = {},
): Promise<FileTokenizer | undefined> {
  requireArity("readTokenizer", arguments, 2);
  requireFunction("readTokenizer", "read", read);
  checkOptions<WarningOptions>("readTokenizer", options, { onWarning: "function" });
  const definition = await readObject(read, "tokenizer.json");
  if (!definition) return undefined;
  const { fileTokenizer } = await import("./file-tokenizer.ts");
  const tokenizer = fileTokenizer(definition, await tokenizerSettings(read));
  warn(tokenizer.warnings, options);
  return tokenizer;
}

/**
 * The tokenizer that fits a model: the one given, else bytes for a model of 256 tokens.
 *
 * @throws ConfigError when there is none, or it has more tokens than the model
 */
export function tokenizerFor(config: Mamba2Config, given: Tokenizer | undefined): Tokenizer {
  requireArity("tokenizerFor", arguments, 2);
  requireConfig("tokenizerFor", config);
  const { vocabSize, padVocabSizeMultiple } = config;
  if (given !== undefined)
    requireMethods("tokenizerFor", "tokenizer", given, "a tokenizer", ["encode", "decode", "stream"]);
  const rows = Math.ceil(vocabSize / padVocabSizeMultiple) * padVocabSizeMultiple;
  if (given && given.vocabSize > rows) {
    throw new ConfigError(
      `tokenizer: must have at most as many tokens as the model, ${rows}; got ${given.vocabSize}.`,
      {
        field: "vocabSize",
        expected: rows,
        got: given.vocabSize,
      },
    );
  }
  if (given) return given;
  if (vocabSize === byteTokenizer.vocabSize) return byteTokenizer;
  throw new ConfigError(
    `tokenizer: a model of ${vocabSize} tokens must come with a tokenizer.json; got none. Models of 256 tokens read bytes.`,
    {
      field: "tokenizer",
      expected: byteTokenizer.vocabSize,
      got: vocabSize,
    },
  );
}
