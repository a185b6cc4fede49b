// How a foreign config.json is read field by field: what the file says, else that library's defaults; what it must not say; what is not known.

import { ConfigError, type JsonValue } from "@x/tensor/core";
import { mamba2Config, show, type Mamba2Config, type Mamba2Fields } from "../config/config.ts";
import type { ParsedConfig } from "./family.ts";
import { fieldsAt, valueAt } from "./fields.ts";
import { FOREIGN_NAMES, type FieldPath, type LayoutName, type NameTable } from "./names.ts";

/** No size of a model that anyone can hold is above this. */
const MOST_WHOLE = 2 ** 40;

/** Names of the special tokens in the files of transformers and FLA. */
export const TOKEN_ID_NAMES = {
  bosTokenId: "bos_token_id",
  eosTokenId: "eos_token_id",
  padTokenId: "pad_token_id",
} as const;

/** Names in files of transformers and FLA that say nothing about what is computed. */
export const SILENT_NAMES: readonly string[] = [
  "architectures",
  "model_type",
  "torch_dtype",
  "dtype",
  "transformers_version",
  "use_cache",
  "_name_or_path",
];

/** Collects the fields of a foreign configuration: what the file says, else that library's defaults. */
export class ConfigReader {
  readonly warnings: string[] = [];
  readonly title: string;
  readonly #json: Readonly<Record<string, JsonValue>>;
  readonly #known = new Set<string>();

  constructor(title: string, json: Readonly<Record<string, JsonValue>>) {
    this.title = title;
    this.#json = json;
  }

  /** The value of a name, undefined when it is absent or null. */
  get(name: string): JsonValue | undefined {
    this.#known.add(name);
    return Object.hasOwn(this.#json, name) ? (unwrapFloat(this.#json[name]!) ?? undefined) : undefined;
  }

  /** Names that are allowed and mean nothing here. */
  ignore(names: readonly string[]): void {
    for (const name of names) this.#known.add(name);
  }

  /** Something that a user should know. */
  warn(text: string): void {
    this.warnings.push(`${this.title} config: ${text}.`);
  }

  /** A warning when a name holds something else than `expected`. */
  expect(name: string, expected: JsonValue, consequence: string): void {
    const got = this.get(name);
    if (got !== undefined && got !== expected) this.warn(`${name} is ${show(got)}; ${consequence}`);
  }

  /** An error when a name holds something else than `expected`. */
  require(name: string, expected: JsonValue, reason: string): void {
    const got = this.get(name);
    if (got === undefined || got === expected) return;
    throw new ConfigError(`${this.title} config: ${name} must be ${show(expected)}; got ${show(got)}. ${reason}`, {
      field: name,
      expected,
      got,
    });
  }

  /** Raises where a field is present that the model cannot express. */
  refuse(name: string, reason: string): void {
    const got = this.get(name);
    if (got === undefined) return;
    throw new ConfigError(`${this.title} config: ${name} must be absent or null; got ${show(got)}. ${reason}`, {
      field: name,
      got,
    });
  }

  /** The whole number of a name, at least `least`; undefined when it is absent. */
  whole(name: string, least = 1): number | undefined {
    const got = this.get(name);
    if (got === undefined || (Number.isSafeInteger(got) && (got as number) >= least && (got as number) <= MOST_WHOLE))
      return got as number | undefined;
    throw this.wrong(name, `an integer from ${least} to ${MOST_WHOLE}`, got);
  }

  /** The list under a name; undefined when it is absent. */
  list(name: string): readonly JsonValue[] | undefined {
    const got = this.get(name);
    if (got === undefined || Array.isArray(got)) return got as readonly JsonValue[] | undefined;
    throw this.wrong(name, "a list", got);
  }

  /** Whether the file has a name, null included. */
  has(name: string): boolean {
    return Object.hasOwn(this.#json, name);
  }

  /** An error about the value of a name. */
  wrong(name: string, must: string, got: unknown, hint = ""): ConfigError {
    return new ConfigError(
      `${this.title} config: ${name} must be ${must}; got ${show(got)}.${hint === "" ? "" : ` ${hint}`}`,
      { field: name, expected: must, got },
    );
  }

  /** The fields of some tables, in this project's names. @throws ConfigError when two names of one field disagree */
  fields(...tables: readonly NameTable[]): Mamba2Fields {
    const values: Partial<Record<FieldPath, JsonValue>> = {};
    const names: Partial<Record<FieldPath, string>> = {};
    for (const [foreign, field] of tables.flatMap((table) => Object.entries(table))) {
      const value = this.get(foreign);
      if (value === undefined) continue;
      const [other, before] = [names[field], values[field]];
      if (before !== undefined && show(before) !== show(value)) {
        throw new ConfigError(
          `${this.title} config: ${foreign} must equal ${other}, ${show(before)}, which means the same; got ${show(value)}.`,
          {
            field: foreign,
            expected: before,
            got: value,
          },
        );
      }
      values[field] = value;
      names[field] = foreign;
    }
    return fieldsAt(values);
  }

  /**
   * Checks names that were not read, once all others were: one by which another implementation means a field must say what the field is; the rest is warned of.
   *
   * @throws ConfigError for a name that would change what the model computes
   */
  finishNames(layout: LayoutName, config: Mamba2Config): void {
    const foreign = FOREIGN_NAMES[layout] ?? {};
    const unknown = Object.keys(this.#json).filter((name) => !this.#known.has(name));
    const ignored = unknown.filter((name) => {
      const field = Object.hasOwn(foreign, name) ? foreign[name] : undefined;
      const got = this.get(name);
      if (field === undefined) return true;
      const expected = valueAt(config, field);
      if (got === undefined || show(got) === show(expected)) return false;
      throw new ConfigError(
        `${this.title} config: ${name} must be ${show(expected)} like ${field}, which it names elsewhere; got ${show(got)}. ` +
          `${this.title} has no field ${name}: remove it, or say whose layout this is ({ layout }, --from).`,
        { field: name, expected, got },
      );
    });
    if (ignored.length > 0)
      this.warnings.push(`${this.title} config: ignored the unknown fields ${ignored.join(", ")}.`);
  }

  /** The special tokens: absent means the default given, null and −1 mean none. Ends may be several; of other lists the first id is used. */
  tokenIds(defaults: Partial<Mamba2Config>): Partial<Mamba2Config> {
    const entries = Object.entries(TOKEN_ID_NAMES).map(([field, name]) => {
      const value = this.get(name);
      if (value === undefined)
        return [field, Object.hasOwn(this.#json, name) ? null : defaults[field as keyof Mamba2Config]];
      const ids = (Array.isArray(value) ? (value as readonly JsonValue[]) : [value]).filter((id) => id !== -1);
      if (ids.length < 2) return [field, ids[0] ?? null];
      if (field === "eosTokenId") return [field, ids];
      this.warnings.push(
        `${this.title} config: ${name} lists ${ids.length} ids; only the first, ${show(ids[0])}, is used.`,
      );
      return [field, ids[0]];
    });
    return Object.fromEntries(entries) as Partial<Mamba2Config>;
  }

  /** The configuration of the collected fields, with {@link finishNames}. */
  finish(layout: LayoutName, fields: Mamba2Fields, names: Readonly<Record<string, string>>): ParsedConfig {
    const config = this.config(fields, names);
    this.finishNames(layout, config);
    return { config, warnings: this.warnings };
  }

  /** Checks the collected fields; an error about a field says what the file calls it. */
  config(fields: Mamba2Fields, names: Readonly<Record<string, string>>): Mamba2Config {
    try {
      return mamba2Config(fields);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const known = [...Object.entries(names), ...Object.entries(TOKEN_ID_NAMES).map(([field, name]) => [name, field])];
      const called = known.flatMap(([name, field]) => (field === error.fields.field ? [name!] : []));
      const foreign = called.find((name) => this.has(name)) ?? called[0];
      const where = foreign === undefined || foreign === error.fields.field ? "" : ` (${foreign} in the file)`;
      throw new ConfigError(`${this.title} ${error.message.replace(/^(config: [\w.]+)/, `$1${where}`)}`, {
        ...error.fields,
        cause: error,
      });
    }
  }
}

/** transformers 5 writes `{"__float__": "Infinity"}` for what JSON lacks, also inside lists. */
function unwrapFloat(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(unwrapFloat);
  if (typeof value !== "object" || value === null) return value;
  const tokens: Readonly<Record<string, number>> = { Infinity: Infinity, "-Infinity": -Infinity, NaN: NaN };
  const token = (value as Readonly<Record<string, JsonValue>>)["__float__"];
  return typeof token === "string" && Object.hasOwn(tokens, token) ? tokens[token]! : value;
}
