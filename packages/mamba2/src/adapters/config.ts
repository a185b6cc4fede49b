// What an adapter is: options of its makers, checked, with the field's defaults.
import { describeValue, type OptionKeys } from "@x/base";
import { checkOptions, ConfigError, requireCount, requireNumber, requireOptions, requireText } from "@x/tensor/core";
import type { LayoutName } from "../families/family.ts";
import { layoutNamed } from "../families/table.ts";

/** Which modules: all linear ones, those with one of the names (whole, or what follows a "."), or those whose whole name a regular expression matches. */
export type ModuleNames = readonly string[] | string;

/** Numbers by a name or a regular expression; a module takes that of the first which matches its name, or what follows a "." in it. */
export type NumberPattern = Readonly<Record<string, number>>;

/** What an adapter is. */
export interface AdapterConfig {
  readonly rank: number;
  readonly alpha: number;
  /** "all-linear", names, or a regular expression */
  readonly targets: ModuleNames;
  readonly exclude: ModuleNames | null;
  readonly rankPattern: NumberPattern;
  readonly alphaPattern: NumberPattern;
  /** α/√r instead of α/r */
  readonly rsLora: boolean;
  /** weights are decomposed into magnitudes and directions */
  readonly dora: boolean;
  /** share of the inputs that training drops, where a key is set */
  readonly dropout: number;
}

/** Options of `addAdapter`. */
export interface AdapterOptions extends Partial<AdapterConfig> {
  /** what tells it from the model's other adapters; default "default" */
  readonly name?: string;
  /** of the draw of A; default 0 */
  readonly seed?: number;
  /** whose names modules have; default: those of the transformers' model that the model can be saved as */
  readonly layout?: LayoutName;
}

const KNOWN: OptionKeys<AdapterOptions> = {
  name: true,
  rank: true,
  alpha: true,
  targets: true,
  exclude: "nullable",
  rankPattern: true,
  alphaPattern: true,
  rsLora: "boolean",
  dora: "boolean",
  dropout: true,
  seed: true,
  layout: true,
};

/** The options that say what an adapter is, with defaults: rank 8, α twice the rank, "all-linear". @throws ConfigError that names what is out of range */
export function adapterConfig(op: string, options: AdapterOptions): AdapterConfig {
  requireOptions(op, options);
  checkOptions<AdapterOptions>(op, options, KNOWN);
  const { rank = 8, alpha = 2 * Number(rank), targets = "all-linear", exclude = null } = options;
  const { rankPattern = {}, alphaPattern = {}, rsLora = false, dora = false, dropout = 0 } = options;
  requireCount(op, "rank", rank, 1);
  requireAlpha(op, "alpha", alpha);
  requireNames(op, "targets", targets);
  if (exclude !== null) requireNames(op, "exclude", exclude);
  requirePattern(op, "rankPattern", rankPattern, (field, value) => requireCount(op, field, value as number, 1));
  requirePattern(op, "alphaPattern", alphaPattern, (field, value) => requireAlpha(op, field, value));
  requireNumber(op, "dropout", dropout, "from 0 to 1", (value) => value >= 0 && value <= 1);
  if (options.name !== undefined) requireText(op, "name", options.name);
  if (options.seed !== undefined) requireCount(op, "seed", options.seed);
  if (options.layout !== undefined) layoutNamed(options.layout);
  return Object.freeze({ rank, alpha, targets, exclude, rankPattern, alphaPattern, rsLora, dora, dropout });
}

/** What PEFT calls its scaling, of a module of rank r. */
export function scaleOf({ rsLora }: AdapterConfig, rank: number, alpha: number): number {
  return alpha / (rsLora ? Math.sqrt(rank) : rank);
}

function requireAlpha(op: string, field: string, value: unknown): void {
  requireNumber(op, field, value, "a finite number above 0", (alpha) => alpha > 0 && alpha < Infinity);
}

function requireNames(op: string, field: string, value: unknown): void {
  const list = Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string");
  if (list || (typeof value === "string" && value !== "" && (value === "all-linear" || isExpression(value)))) return;
  throw ConfigError.must(op, field, 'be "all-linear", a list of module names, or a regular expression', value);
}

function requirePattern(
  op: string,
  field: string,
  value: unknown,
  check: (field: string, value: unknown) => void,
): void {
  requireOptions(op, value as object, field);
  for (const [key, one] of Object.entries(value as object)) {
    if (!isExpression(key))
      throw new ConfigError(
        `${op}: keys of ${field} must be names or regular expressions; got ${describeValue(key)}.`,
        {
          op,
          field,
          got: key,
        },
      );
    check(`${field}["${key}"]`, one);
  }
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(`^(?:${text})$`) instanceof RegExp;
  } catch {
    return false;
  }
}
