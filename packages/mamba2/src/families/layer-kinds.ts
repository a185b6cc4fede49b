// Words for the kinds of layers in the files of transformers, long, short and as one letter.
import type { Part } from "../config/layers.ts";
import { MOST_LAYERS } from "../config/layers.ts";
import type { ConfigReader } from "./reader.ts";

const WORDS: Readonly<Record<string, Part>> = {
  mamba: "mixer",
  linear_attention: "mixer",
  M: "mixer",
  attention: "attention",
  full_attention: "attention",
  "*": "attention",
  mlp: "mlp",
  "-": "mlp",
  moe: "experts",
  E: "experts",
};

/** The short words, which every version reads. */
export const WORD_OF: Readonly<Record<Part, string>> = {
  mixer: "mamba",
  attention: "attention",
  mlp: "mlp",
  experts: "moe",
};
export const LETTER_OF: Readonly<Record<Part, string>> = { mixer: "M", attention: "*", mlp: "-", experts: "E" };

/**
 * The kinds of layers that a list of words states, or a text of letters; undefined where none of the names is there.
 *
 * @param names of the list, the first that is there holds
 * @param allowed kinds that the library can build
 * @throws ConfigError for a word that is none of them
 */
export function readWords(
  reader: ConfigReader,
  names: readonly string[],
  allowed: readonly Part[],
): readonly Part[] | undefined {
  const values = names.map((name) => [name, reader.get(name)] as const);
  const [name, words] = values.find(([, value]) => value !== undefined) ?? [];
  if (name === undefined || words === undefined) return undefined;
  const kinds = Object.keys(WORDS).filter((word) => allowed.includes(WORDS[word]!));
  const must = `a list of 1 to ${MOST_LAYERS} of ${kinds.join(", ")}`;
  const list: readonly unknown[] | undefined =
    typeof words === "string" ? [...words] : Array.isArray(words) ? words : undefined;
  if (!list || list.length === 0 || list.length > MOST_LAYERS) throw reader.wrong(name, must, words);
  return list.map((word) => {
    if (typeof word === "string" && kinds.includes(word)) return WORDS[word]!;
    throw reader.wrong(name, must, word);
  });
}
