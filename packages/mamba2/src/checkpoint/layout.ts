// What the layouts of the three reference implementations have in common: how a foreign config.json is read field by field,
// and what a layout must say. The layouts themselves are official.ts, hf.ts and fla.ts.

import { checkOptions, ConfigError, type JsonObject, type JsonValue } from "@x/tensor/core";
import { type FlatField, mamba2Config, type Mamba2Config, show } from "../config/config.ts";
import { DEFAULT_MLP, NO_MULTIPLIERS } from "../config/parts.ts";
import { FOREIGN_NAMES, type LayoutName, type NameTable } from "./names.ts";
import { warn, type WarningOptions } from "./warnings.ts";

export type { LayoutName };

/** A foreign configuration in this project's names, and what a user should know about the translation. */
export interface ReadConfig {
  readonly config: Mamba2Config;
  readonly warnings: readonly string[];
}

/** A configuration in a layout's names; `json` is for `formatJson`, since it may hold Infinity. */
export interface WrittenConfig {
  readonly json: Readonly<Record<string, JsonValue>>;
  /** settings of initialisation that the layout has no name for */
  readonly warnings: readonly string[];
  /** what the layout keeps in generation_config.json, since its config.json has no names for it */
  readonly generation?: JsonObject | undefined;
}

/** Element type that a config.json states for its tensors. */
export type ConfigDType = "float32" | "float16" | "bfloat16";

/** One layout: its configuration's names and its tensors' names. */
export interface CheckpointLayout {
  readonly name: LayoutName;
  readonly title: string;
  readonly embeddingName: string;
  /** whether lm_head.weight is written although it is the embedding */
  readonly writesTiedHead: boolean;
  readConfig(json: Readonly<Record<string, JsonValue>>): ReadConfig;
  writeConfig(config: Mamba2Config, dtype?: ConfigDType): WrittenConfig;
}

/** Names of the special tokens in the files of transformers and FLA. */
export const TOKEN_ID_NAMES = {
  bosTokenId: "bos_token_id",
  eosTokenId: "eos_token_id",
  padTokenId: "pad_token_id",
} as const;

/** Collects the fields of a foreign configuration: what the file says, else that library's defaults. */
export class ConfigReader {
  readonly warnings: string[] = [];
  readonly #title: string;
  readonly #json: Readonly<Record<string, JsonValue>>;
  readonly #known = new Set<string>();

  constructor(title: string, json: Readonly<Record<string, JsonValue>>) {
    this.#title = title;
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

  /** A warning when a name holds something else than `expected`. */
  expect(name: string, expected: JsonValue, consequence: string): void {
    const got = this.get(name);
    if (got !== undefined && got !== expected)
      this.warnings.push(`${this.#title} config: ${name} is ${show(got)}; ${consequence}.`);
  }

  /** An error when a name holds something else than `expected`. */
  require(name: string, expected: JsonValue, reason: string): void {
    const got = this.get(name);
    if (got === undefined || got === expected) return;
    throw new ConfigError(`${this.#title} config: ${name} must be ${show(expected)}; got ${show(got)}. ${reason}`, {
      field: name,
      expected,
      got,
    });
  }

  /** The fields of some tables, in this project's names. @throws ConfigError when two names of one field disagree */
  fields(...tables: readonly NameTable[]): Partial<Mamba2Config> {
    const fields: Partial<Record<FlatField, JsonValue>> = {};
    const names: Partial<Record<FlatField, string>> = {};
    for (const [foreign, field] of tables.flatMap((table) => Object.entries(table))) {
      const value = this.get(foreign);
      if (value === undefined) continue;
      const [other, before] = [names[field], fields[field]];
      if (before !== undefined && show(before) !== show(value)) {
        throw new ConfigError(
          `${this.#title} config: ${foreign} must equal ${other}, ${show(before)}, which means the same; got ${show(value)}.`,
          {
            field: foreign,
            expected: before,
            got: value,
          },
        );
      }
      fields[field] = value;
      names[field] = foreign;
    }
    return fields as Partial<Mamba2Config>;
  }

  /**
   * Checks names that were not read, once all others were: one by which another implementation means a field must say what the field is; the rest is warned of.
   *
   * @throws ConfigError for a name that would change what the model computes
   */
  finishNames(layout: LayoutName, config: Mamba2Config): void {
    const unknown = Object.keys(this.#json).filter((name) => !this.#known.has(name));
    const ignored = unknown.filter((name) => {
      const field = Object.hasOwn(FOREIGN_NAMES[layout], name) ? FOREIGN_NAMES[layout][name] : undefined;
      const got = this.get(name);
      if (field === undefined) return true;
      if (got === undefined || show(got) === show(config[field])) return false;
      throw new ConfigError(
        `${this.#title} config: ${name} must be ${show(config[field])} like ${field}, which it names elsewhere; got ${show(got)}. ` +
          `${this.#title} has no field ${name}: remove it, or say whose layout this is ({ layout }, --from).`,
        { field: name, expected: config[field], got },
      );
    });
    if (ignored.length > 0)
      this.warnings.push(`${this.#title} config: ignored the unknown fields ${ignored.join(", ")}.`);
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
        `${this.#title} config: ${name} lists ${ids.length} ids; only the first, ${show(ids[0])}, is used.`,
      );
      return [field, ids[0]];
    });
    return Object.fromEntries(entries) as Partial<Mamba2Config>;
  }

  /** Checks the collected fields; an error about a field says what the file calls it. */
  finish(fields: Partial<Mamba2Config>, names: NameTable): ReadConfig {
    try {
      return { config: mamba2Config(fields), warnings: this.warnings };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const foreign = Object.entries(names).find(([, field]) => field === error.fields.field)?.[0];
      const where = foreign === undefined || foreign === error.fields.field ? "" : ` (${foreign} in the file)`;
      throw new ConfigError(`${this.#title} ${error.message.replace(/^(config: \w+)/, `$1${where}`)}`, {
        ...error.fields,
        cause: error,
      });
    }
  }
}

/** Raises a ConfigError when a setting that changes what the model computes has no name in a layout. */
export function requireWritable(title: string, config: Mamba2Config, only: Partial<Mamba2Config>): void {
  for (const [field, expected] of Object.entries(only)) {
    const got = config[field as keyof Mamba2Config];
    if (show(got) === show(expected)) continue;
    throw new ConfigError(
      `${title} config: cannot express ${field} = ${show(got)}; that library always has ${show(expected)}.`,
      { field, expected, got },
    );
  }
}

/** The fields of a written configuration; what it lacks goes where the options say. */
export function jsonOf(
  { json, warnings, generation }: WrittenConfig,
  op: string,
  options: WarningOptions,
): WrittenConfig["json"] {
  checkOptions<WarningOptions>(op, options, { onWarning: true });
  const apart = generation
    ? [
        `${op}: the special tokens ${JSON.stringify(generation)} are not among these fields; they belong in generation_config.json, which save writes.`,
      ]
    : [];
  warn([...warnings, ...apart], options);
  return json;
}

/** The groups of the gated norm where they are not those of B and C, else null: what a file must say that only knows of nGroups. */
export function statedNormGroups({ gatedNorm, gatedNormGroups, nGroups }: Mamba2Config): number | null {
  return gatedNorm && gatedNormGroups !== nGroups ? gatedNormGroups : null;
}

/** Names the settings of initialisation that differ from what a library does and that its file cannot say. */
export function lostSettings(title: string, config: Mamba2Config, standard: Partial<Mamba2Config>): string[] {
  return Object.entries(standard).flatMap(([field, value]) => {
    const got = config[field as keyof Mamba2Config];
    if (show(got) === show(value)) return [];
    return [
      `${title} config: ${field} = ${show(got)} is not written; that library has no name for it. It matters for fresh models only.`,
    ];
  });
}

/** transformers 5 writes `{"__float__": "Infinity"}` for what JSON lacks, also inside lists. */
function unwrapFloat(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(unwrapFloat);
  if (typeof value !== "object" || value === null) return value;
  const tokens: Readonly<Record<string, number>> = { Infinity: Infinity, "-Infinity": -Infinity, NaN: NaN };
  const token = (value as Readonly<Record<string, JsonValue>>)["__float__"];
  return typeof token === "string" && Object.hasOwn(tokens, token) ? tokens[token]! : value;
}

/** Settings of models that are mixers with an MLP at most, without factors: what layouts of plain Mamba-2 can hold. */
export const PLAIN: Partial<Mamba2Config> = {
  layers: null,
  experts: null,
  outBias: null,
  mlp: DEFAULT_MLP,
  multipliers: NO_MULTIPLIERS,
  learnableInitialState: false,
};
