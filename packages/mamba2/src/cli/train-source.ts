// What mamba2 train trains on: text files as one stream of tokens, or files of JSON lines as documents in rows.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Documents, documentBatches, packDocuments, permutation, type TokenBatch, type Tokenizer } from "@x/nn";
import { ConfigError } from "@x/tensor/core";
import { type ByteRanges, type ChatTemplate, encodeExample, jsonLines } from "../chat/index.ts";
import type { TrainData } from "../train-data.ts";
import type { TrainSettings } from "../train-settings.ts";
import { type Option, type Options, UsageError } from "./command.ts";
import { readBytes, tokensOf } from "./model.ts";

const EVAL_SPLIT = 0.05;

export const SOURCE_OPTIONS: readonly Option[] = [
  {
    name: "text",
    value: "FILE",
    many: true,
    help: "text files; every 20th block of 4 KiB is held out for validation",
  },
  {
    name: "jsonl",
    value: "FILE",
    many: true,
    help: 'instead: a JSON object a line, "text", "prompt" with "completion", or "messages"; the loss is of the text, the completion, the assistant\'s turns',
  },
  { name: "pack", value: "yes|no", help: "with --jsonl: several documents in a row; default yes" },
  { name: "epochs", value: "N", help: "with --jsonl, instead of --steps: how often each document is read" },
  {
    name: "eval",
    value: "FILE",
    help: "with --jsonl: examples to validate on, in JSON lines; default a part held out",
  },
  { name: "eval-split", value: "X", help: `with --jsonl: the part that is held out; default ${EVAL_SPLIT}` },
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
  if (!options.has("text") && !options.has("jsonl"))
    throw new UsageError("train: --text must name at least one file, or --jsonl.");
  for (const name of ["pack", "epochs", "eval", "eval-split"])
    if (options.has(name) && !options.has("jsonl"))
      throw new UsageError(`train: --${name} must be given with --jsonl; there are no examples.`);
  for (const [one, other] of [
    ["carry-state", "jsonl"],
    ["text", "jsonl"],
    ["epochs", "steps"],
    ["eval", "eval-split"],
  ] as const)
    if (options.has(one) && options.has(other))
      throw new UsageError(`train: --${one} and --${other} must not be given together.`);
}

/** The data that the options name. */
export async function openSource(
  options: Options,
  tokenizer: Tokenizer,
  template: ChatTemplate | undefined,
  settings: TrainSettings,
): Promise<Source> {
  if (options.has("jsonl")) return examples(options, tokenizer, template, settings);
  const files = await Promise.all(options.texts("text").map((file) => readBytes("--text", file)));
  // rows begin anywhere in the text, so no special token marks their beginning
  const tokens = tokensOf(files, tokenizer, false);
  return {
    data: { tokens },
    size: `${tokens.length.toLocaleString("en")} tokens`,
    start: tokens.subarray(0, 1),
    [Symbol.dispose]: () => undefined,
  };
}

function examples(
  options: Options,
  tokenizer: Tokenizer,
  template: ChatTemplate | undefined,
  { batch, length, seed, validationTokens }: TrainSettings,
): Source {
  const open: File[] = [];
  const read = (path: string): Documents => {
    const file = new File(path);
    open.push(file);
    return jsonLines(file, (example) => encodeExample(example, { tokenizer, template }));
  };
  const close = (): void => {
    for (const file of open) file.close();
  };
  try {
    const documents = joined(options.texts("jsonl").map(read));
    const asked = options.text("eval");
    const split = asked === undefined ? held(documents, options.number("eval-split", 0, 1) ?? EVAL_SPLIT) : undefined;
    const apart = asked === undefined ? documents : read(asked);
    const pack = options.choice("pack", ["yes", "no"]) !== "no";
    const rows = { batch, length, pack };
    const indices = split?.train;
    const batches = packDocuments({ documents, ...(indices && { indices }), ...rows, seed });
    const epochs = options.integer("epochs", 1);
    const some = upTo(apart, split?.validation ?? Array.from(apart.lengths, (_, i) => i), validationTokens);
    const validation: readonly TokenBatch[] =
      some.length === 0 ? [] : [...documentBatches({ documents: apart, indices: some, ...rows })];
    const tokens = Array.from(documents.lengths).reduce((sum, n) => sum + n, 0);
    return {
      data: { batches, validation },
      ...(epochs !== undefined && { steps: batches.stepsOf(epochs) }),
      size: `${documents.lengths.length.toLocaleString("en")} examples of ${tokens.toLocaleString("en")} tokens`,
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
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** A part held out, the same for every seed. */
function held({ lengths: { length } }: Documents, part: number): Split {
  const count = part === 0 ? 0 : Math.max(1, Math.round(part * length));
  if (count >= length)
    throw new ConfigError(
      `train: there must be more examples than are held out, ${count} of ${length}. Add examples, or give --eval FILE or --eval-split 0.`,
      { field: "eval-split", got: length },
    );
  const order = permutation(length);
  const shuffled = Array.from({ length }, (_, i) => order(i));
  return { train: shuffled.slice(count), validation: shuffled.slice(0, count) };
}

/** The first documents with about so many tokens. */
function upTo({ lengths }: Documents, indices: readonly number[], tokens: number): readonly number[] {
  let sum = 0;
  const enough = indices.findIndex((index) => (sum += lengths[index]!) >= tokens);
  return enough < 0 ? indices : indices.slice(0, enough + 1);
}

/** A file that is read by ranges. */
class File implements ByteRanges {
  readonly size: number;
  readonly name: string;
  readonly #handle: number;

  constructor(path: string) {
    this.name = path;
    try {
      this.#handle = openSync(path, "r");
      this.size = fstatSync(this.#handle).size;
    } catch (cause) {
      throw new ConfigError(`--jsonl: "${path}" must be a file that can be read; ${(cause as Error).message}.`, {
        got: path,
        cause,
      });
    }
  }

  read(begin: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - begin);
    for (let at = 0; at < bytes.length;) {
      const count = readSync(this.#handle, bytes, at, bytes.length - at, begin + at);
      if (count === 0)
        throw new ConfigError(`--jsonl: "${this.name}" must stay as it was; it ends at ${begin + at} bytes now.`, {
          got: this.name,
        });
      at += count;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#handle);
  }
}
