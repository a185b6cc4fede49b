// What mamba2 train trains on: text or token files as one stream of tokens, or files of JSON lines as documents in rows; read by ranges.
import {
  type Documents,
  documentBatches,
  type Indices,
  packDocuments,
  permutation,
  type TokenBatch,
  type Tokenizer,
} from "@x/nn/core";
import { ConfigError, isJsonObject } from "@x/tensor/core";
import { EXAMPLE_FIELDS } from "../chat/examples.ts";
import { type ChatTemplate, encodeExample, jsonLines } from "../chat/index.ts";
import { evaluationBatches, type TrainData } from "../train/data.ts";
import type { TrainSettings } from "../train/settings.ts";
import { type Option, type Options, UsageError } from "./command.ts";
import { FileRanges, joinedTokens, tokensIn } from "./file-ranges.ts";
import { openText, type OpenTokens, tokenTypeFor } from "./text-tokens.ts";

const EVAL_SPLIT = 0.05;

export const SOURCE_OPTIONS: readonly Option[] = [
  { name: "text", value: "FILE", many: true, help: "text files, of any size" },
  {
    name: "jsonl",
    value: "FILE",
    many: true,
    help: 'instead: a JSON object a line, "text", "prompt" with "completion", or "messages"; the loss is of the text, the completion, the assistant\'s turns',
  },
  {
    name: "tokens",
    value: "FILE",
    many: true,
    help: "instead: files of token ids, numbers with the lowest byte first",
  },
  { name: "token-type", value: "u8|u16|u32", help: "of --tokens; default u16, u32 for vocabularies above 65,536" },
  { name: "pack", value: "yes|no", help: "with --jsonl: several documents in a row; default yes" },
  { name: "epochs", value: "N", help: "with --jsonl, instead of --steps: how often each document is read" },
  { name: "eval", value: "FILE", help: "what to validate on, a file of the same kind; default a part held out" },
  {
    name: "eval-split",
    value: "X",
    help: `the part that is held out, examples or blocks of 4,096 tokens; default ${EVAL_SPLIT}, 0 for none`,
  },
];

/** Data of a run, with what is said and begun from it. */
export interface Source extends Disposable {
  readonly data: TrainData;
  /** in place of the settings' steps */
  readonly steps?: number;
  /** how much there is, in words */
  readonly size: string;
  /** how the data begin */
  readonly start: ArrayLike<number>;
}

/** Raises about options that do not go together. */
export function checkSourceOptions(options: Options): void {
  const [source, other] = ["text", "jsonl", "tokens"].filter((name) => options.has(name));
  if (source === undefined) throw new UsageError("train: --text must name at least one file, or --jsonl, or --tokens.");
  if (other !== undefined) throw new UsageError(`train: --${source} and --${other} must not be given together.`);
  for (const name of ["pack", "epochs"])
    if (options.has(name) && source !== "jsonl")
      throw new UsageError(`train: --${name} must be given with --jsonl; there are no examples.`);
  if (options.has("token-type") && source !== "tokens")
    throw new UsageError("train: --token-type must be given with --tokens, whose numbers it is of.");
  for (const [one, two] of [
    ["carry-state", "jsonl"],
    ["epochs", "steps"],
    ["eval", "eval-split"],
  ] as const)
    if (options.has(one) && options.has(two))
      throw new UsageError(`train: --${one} and --${two} must not be given together.`);
}

/** The data that the options name. */
export function openSource(
  options: Options,
  tokenizer: Tokenizer,
  template: ChatTemplate | undefined,
  settings: TrainSettings,
): Source {
  if (options.has("jsonl")) return examples(options, tokenizer, template, settings);
  return options.has("text")
    ? stream(options, "text", settings, (what, paths) => openText(what, paths, tokenizer))
    : stream(options, "tokens", settings, (what, paths) => openTokens(what, paths, options, tokenizer.vocabSize));
}

function openTokens(what: string, paths: readonly string[], options: Options, vocabSize: number): OpenTokens {
  const type = options.choice("token-type", ["u8", "u16", "u32"]) ?? tokenTypeFor(vocabSize);
  const files: FileRanges[] = [];
  const close = (): void => {
    for (const file of files) file[Symbol.dispose]();
  };
  try {
    for (const path of paths) files.push(new FileRanges(what, path));
    return { tokens: joinedTokens(files.map((file) => tokensIn(file, type))), [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

/** One stream of tokens, rows of which begin anywhere, so that no special token marks their beginning. */
function stream(
  options: Options,
  name: string,
  settings: TrainSettings,
  open: (what: string, paths: readonly string[]) => OpenTokens,
): Source {
  const heldOut = options.number("eval-split", 0, 0.5);
  const apart = options.text("eval");
  const source = open(`--${name}`, options.texts(name));
  try {
    const { tokens } = source;
    let validation: readonly TokenBatch[] | undefined;
    if (apart !== undefined) {
      using other = open("--eval", [apart]);
      validation = evaluationBatches(other.tokens, settings);
    }
    return {
      data: {
        tokens,
        ...(heldOut !== undefined && { heldOut }),
        ...(validation && { validation, heldOut: 0 }),
      },
      size: `${tokens.length.toLocaleString("en")} tokens`,
      start: tokens.read(0, Math.min(1, tokens.length)),
      [Symbol.dispose]: () => source[Symbol.dispose](),
    };
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
}

function examples(
  options: Options,
  tokenizer: Tokenizer,
  template: ChatTemplate | undefined,
  { batch, length, seed, validationTokens }: TrainSettings,
): Source {
  const open: FileRanges[] = [];
  const unread = new Set<string>();
  const read = (what: string, path: string): Documents => {
    const file = new FileRanges(what, path);
    open.push(file);
    return jsonLines(file, (example) => {
      for (const name of isJsonObject(example) ? Object.keys(example) : [])
        if (!EXAMPLE_FIELDS.includes(name)) unread.add(name);
      return encodeExample(example, { tokenizer, template });
    });
  };
  const close = (): void => {
    for (const file of open) file[Symbol.dispose]();
  };
  try {
    const documents = joined(options.texts("jsonl").map((path) => read("--jsonl", path)));
    const asked = options.text("eval");
    const split = asked === undefined ? held(documents, options.number("eval-split", 0, 1) ?? EVAL_SPLIT) : undefined;
    const apart = asked === undefined ? documents : read("--eval", asked);
    const pack = options.choice("pack", ["yes", "no"]) !== "no";
    const rows = { batch, length, pack };
    const indices = split?.train;
    const batches = packDocuments({ documents, ...(indices && { indices }), ...rows, seed });
    const epochs = options.integer("epochs", 1);
    const some = upTo(apart, split?.validation ?? allOf(apart), validationTokens);
    const validation: readonly TokenBatch[] =
      some.length === 0 ? [] : [...documentBatches({ documents: apart, indices: some, ...rows })];
    let tokens = 0;
    for (let i = 0; i < documents.lengths.length; i++) tokens += documents.lengths[i]!;
    return {
      data: { batches, validation },
      ...(epochs !== undefined && { steps: batches.stepsOf(epochs) }),
      size: `${documents.lengths.length.toLocaleString("en")} examples of ${tokens.toLocaleString("en")} tokens${unread.size === 0 ? "" : `; fields that are not read: ${[...unread].slice(0, 9).join(", ")}`}`,
      start: Array.from(documents.read(0).ids).slice(0, 1),
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Several sets as one. */
function joined(sets: readonly Documents[]): Documents {
  const lengths = sets.flatMap((set) => Array.from(set.lengths));
  return {
    lengths,
    read: (index) => {
      let at = index;
      for (const set of sets) {
        if (at < set.lengths.length) return set.read(at);
        at -= set.lengths.length;
      }
      throw new ConfigError(`documents: the index must be below ${lengths.length}; got ${index}.`, { field: "index" });
    },
  };
}

interface Split {
  readonly train: Indices;
  readonly validation: Indices;
}

/** All documents in their order. */
function allOf({ lengths: { length } }: Documents): Indices {
  return { length, at: (place) => place };
}

/** A part held out, the same for every seed: the first places of a random order. */
function held({ lengths: { length } }: Documents, part: number): Split {
  const count = part === 0 ? 0 : Math.max(1, Math.round(part * length));
  if (count >= length)
    throw new ConfigError(
      `train: there must be more examples than are held out, ${count} of ${length}. Add examples, or give --eval FILE or --eval-split 0.`,
      { field: "eval-split", got: length },
    );
  const order = permutation(length);
  return {
    train: { length: length - count, at: (place) => order(count + place) },
    validation: { length: count, at: order },
  };
}

/** The first documents with about so many tokens. */
function upTo({ lengths }: Documents, indices: Indices, tokens: number): Indices {
  let [sum, length] = [0, 0];
  while (length < indices.length && sum < tokens) sum += lengths[indices.at(length++)!]!;
  return { length, at: (place) => indices.at(place) };
}
