// What a command of the `mamba2` command line is, and how its options are read. Knows no single command.
import { type ParseArgsConfig, parseArgs } from "node:util";
import type { JsonObject } from "@x/tensor/core";

/** Where a command writes. Progress and remarks go to stderr, results to stdout. */
export interface Io {
  /** one JSON object instead of text for people */
  readonly json: boolean;
  /** Text for people; silent with --json. */
  print(text: string): void;
  /** Progress and remarks. */
  note(text: string): void;
}

/** The value of each option that was given. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One option of a command: how it is written and what it does. */
export interface Option {
  readonly name: string;
  /** placeholder of its value in the help; absent: a switch */
  readonly value?: string;
  /** may be given several times, and each time with several values */
  readonly many?: boolean;
  /** may be given several times, each time with one value */
  readonly repeated?: boolean;
  /** "" is a value: of a text, where nothing may be meant */
  readonly mayBeEmpty?: boolean;
  readonly required?: boolean;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** options that may also be given by their value alone, in this order */
  readonly positionals?: readonly string[];
  /** Does the work and returns what --json prints. */
  run(options: Options, io: Io): Promise<JsonObject>;
}

/** A command line that cannot be understood: exit code 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  readonly kind: string = "UsageError";
}

/** Options of every command. */
export const COMMON_OPTIONS: readonly Option[] = [
  { name: "json", help: "print one JSON object on stdout" },
  { name: "help", help: "say what the command does" },
];

/** How a number is written; 0x10 and 1_000 are somebody's slip of the finger. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Typed access to the options of one call. */
export class Options {
  readonly #command: string;
  readonly #values: OptionValues;
  readonly #asked = new Set<string>();

  constructor(command: string, values: OptionValues) {
    this.#command = command;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  flag(name: string): boolean {
    return this.#valueOf(name) === true;
  }

  text(name: string): string | undefined {
    return this.#valueOf(name) as string | undefined;
  }

  texts(name: string): readonly string[] {
    return (this.#valueOf(name) as readonly string[] | undefined) ?? [];
  }

  #valueOf(name: string): OptionValues[string] {
    this.#asked.add(name);
    return this.#values[name];
  }

  /** Names of options that were given and whose values nobody has asked for: they had no effect. */
  get unread(): readonly string[] {
    return Object.keys(this.#values).filter((name) => this.has(name) && !this.#asked.has(name));
  }

  /** The text of an option that must be there. */
  require(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UsageError(`${this.#command}: --${name} must be given.`);
    return value;
  }

  /** One word of a list. */
  choice<const W extends string>(name: string, words: readonly W[]): W | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const word = words.find((known) => known === text);
    if (word === undefined)
      throw new UsageError(`${this.#command}: --${name} must be one of ${words.join(", ")}; got "${text}".`);
    return word;
  }

  /** A whole number of at least `least`. */
  integer(name: string, least = 0): number | undefined {
    const value = this.#number(name);
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return value;
    throw new UsageError(
      `${this.#command}: --${name} must be a whole number of at least ${least}; got ${this.text(name)}.`,
    );
  }

  /** A whole number of at least `least`, or a word in its place. */
  integerOr<const W extends string>(name: string, word: W, least = 0): number | W | undefined {
    const text = this.text(name);
    if (text === undefined || text === word) return text as W | undefined;
    if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
    throw new UsageError(
      `${this.#command}: --${name} must be a whole number of at least ${least} or "${word}"; got "${text}".`,
    );
  }

  /** A finite number within [least, most]. */
  number(name: string, least: number = -Infinity, most: number = Infinity): number | undefined {
    const value = this.#number(name);
    if (value === undefined || (value >= least && value <= most)) return value;
    const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${this.#command}: --${name} must be a number ${range}; got ${this.text(name)}.`);
  }

  /** A finite number above 0, at most `most`. */
  positive(name: string, most: number = Infinity): number | undefined {
    const value = this.#number(name);
    if (value === undefined || (value > 0 && value <= most)) return value;
    throw new UsageError(
      `${this.#command}: --${name} must be a number above 0${
        most === Infinity ? "" : ` and at most ${most}`
      }; got ${this.text(name)}.`,
    );
  }

  /** Whole numbers with commas between them. */
  integers(name: string): number[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const parts = text.split(",").map((part) => part.trim());
    const wrong = parts.find((part) => !/^\d+$/.test(part) || !Number.isSafeInteger(Number(part)));
    if (wrong !== undefined)
      throw new UsageError(
        `${this.#command}: --${name} must be whole numbers such as 1,2,3; got "${wrong}" in "${text}".`,
      );
    return parts.map(Number);
  }

  /** `count` numbers with commas between them. */
  numbers(name: string, count: number): number[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const parts = text.split(",").map((part) => part.trim());
    if (parts.length === count && parts.every((part) => DECIMAL.test(part))) return parts.map(Number);
    throw new UsageError(
      `${this.#command}: --${name} must be ${count} numbers with commas between them; got "${text}".`,
    );
  }

  #number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = DECIMAL.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value)) throw new UsageError(`${this.#command}: --${name} must be a number; got "${text}".`);
    return value;
  }
}

/**
 * Reads the arguments that follow a command's name. `--text a b` gives several values to an option that takes them.
 *
 * @throws UsageError for an unknown option, a missing or empty value, one that is given twice, or a stray word
 */
export function parseOptions(command: Command, args: readonly string[]): Options {
  const all = [...command.options, ...COMMON_OPTIONS];
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const { name, value, many, repeated } of all)
    options[name] = { type: value === undefined ? "boolean" : "string", multiple: many || repeated || false };
  let values: OptionValues;
  try {
    const parsed = parseArgs({
      args: joinNegatives(all, spreadMany(all, args)),
      options,
      strict: true,
      allowPositionals: command.positionals !== undefined,
      tokens: true,
    });
    requireValuesOnce(all, parsed.tokens);
    values = withPositionals(command, parsed.values as OptionValues, parsed.positionals);
  } catch (error) {
    throw new UsageError(
      `${command.name}: ${reasonOf(error as NodeJS.ErrnoException)} Try: mamba2 ${command.name} --help`,
    );
  }
  if (values["help"] !== true) {
    for (const { name, required } of command.options) {
      if (required && values[name] === undefined)
        throw new UsageError(`${command.name}: --${name} must be given. Try: mamba2 ${command.name} --help`);
    }
  }
  return new Options(command.name, values);
}

/** The values with those that came without a name. */
function withPositionals(command: Command, values: OptionValues, given: readonly string[]): OptionValues {
  const names = command.positionals ?? [];
  if (given.length > names.length)
    throw new UsageError(`"${given[names.length]}" must belong to an option; it stands alone.`);
  const named = Object.fromEntries(given.map((value, i): [string, string] => [names[i]!, value]));
  for (const [name, value] of Object.entries(named)) {
    if (value === "") throw new UsageError(`--${name} must be followed by a value; got an empty one.`);
    if (values[name] !== undefined)
      throw new UsageError(`--${name} must be given once; got "${String(values[name])}" and "${value}".`);
  }
  return { ...values, ...named };
}

/** Raises where a value is empty, or where an option has two: parseArgs would take the last and drop the others without a word. */
function requireValuesOnce(
  options: readonly Option[],
  tokens: readonly { readonly kind: string; readonly name?: string; readonly value?: string | undefined }[],
): void {
  const first = new Map<string, string>();
  for (const { kind, name, value } of tokens) {
    const option = options.find((known) => known.name === name);
    if (kind !== "option" || option === undefined || value === undefined) continue;
    if (value === "" && option.mayBeEmpty !== true)
      throw new UsageError(`--${option.name} must be followed by a value; got an empty one.`);
    const before = first.get(option.name);
    if (before !== undefined && !option.many && !option.repeated)
      throw new UsageError(`--${option.name} must be given once; got "${before}" and "${value}".`);
    first.set(option.name, value);
  }
}

/** Repeats the name of an option that takes several values before each of them, which is what parseArgs understands. */
function spreadMany(options: readonly Option[], args: readonly string[]): string[] {
  const many = new Set(options.filter((option) => option.many).map(({ name }) => `--${name}`));
  const spread: string[] = [];
  let current: string | undefined;
  let count = 0;
  for (const arg of args) {
    if (arg.startsWith("-") && arg !== "-") {
      current = many.has(arg) ? arg : undefined;
      count = 0;
      spread.push(arg);
    } else {
      if (current !== undefined && count++ > 0) spread.push(current);
      spread.push(arg);
    }
  }
  return spread;
}

/** Writes `--seed -1` as `--seed=-1`: a number is a value, whatever it begins with. */
function joinNegatives(options: readonly Option[], args: readonly string[]): string[] {
  const valued = new Set(options.filter(({ value }) => value !== undefined).map(({ name }) => `--${name}`));
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (before !== undefined && valued.has(before) && /^-[\d.]/.test(arg))
      joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** An error about the arguments, in one sentence. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const name = /'(--[\w-]+)' argument is ambiguous/.exec(message)?.[1];
  if (code !== "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" || name === undefined) return firstSentence(message);
  return `${name} must be followed by a value; got another option. A value that begins with a dash is written ${name}=-VALUE.`;
}

function firstSentence(message: string): string {
  const end = message.search(/[.!](\s|$)/);
  return end < 0 ? `${message}.` : message.slice(0, end + 1);
}
