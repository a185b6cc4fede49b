// The configuration of a Mamba-2 model in this project's names: fields, defaults, checks. Files of other libraries are read and
// written in checkpoint/{official,hf,fla}.ts; sizes that follow from a configuration are in dimensions.ts.

import { describeValue } from "@x/base";
import { ConfigError, isPlainObject } from "@x/tensor/core";

/** All that is needed to build a model. Make one with {@link mamba2Config}, which fills in defaults and checks every field. */
export interface Mamba2Config {
  /** width of the residual stream */
  readonly dModel: number;
  readonly nLayer: number;
  /** number of real tokens; the embedding's rows are this, rounded up to a multiple of padVocabSizeMultiple */
  readonly vocabSize: number;
  readonly padVocabSizeMultiple: number;
  /** state size per head and channel (n) */
  readonly dState: number;
  /** width of the causal convolution (w) */
  readonly dConv: number;
  /** inner width / dModel; a fraction is allowed when the product is whole */
  readonly expand: number;
  /** channels per head (p) */
  readonly headDim: number;
  /** groups of heads that share B and C (g) */
  readonly nGroups: number;
  /** channels that pass through the state-space part; null: the whole inner width. The rest is a gated MLP beside it. */
  readonly dSsm: number | null;
  /** tokens per chunk of the scan (q); changes speed and rounding, not the model */
  readonly chunkSize: number;
  /** width of the gated MLP after each mixer, rounded up to a multiple of 128; 0: none */
  readonly dIntermediate: number;
  readonly normEps: number;
  /** block norms: RMSNorm, or LayerNorm with bias when false */
  readonly rmsNorm: boolean;
  /** the gated RMSNorm inside the mixer; false: gate only */
  readonly gatedNorm: boolean;
  /**
   * groups of channels that the gated norm norms apart; null: nGroups, as the official implementation and FLA do. 1: the full width, as transformers evaluates
   * Mamba-2 whatever its n_groups. The two differ where nGroups is above 1.
   */
  readonly gatedNormGroups: number | null;
  /** N(y)·silu(z) instead of N(y·silu(z)) */
  readonly normBeforeGate: boolean;
  /** D has one value per channel instead of one per head */
  readonly dHasHeadDim: boolean;
  /** biases of in_proj and out_proj */
  readonly bias: boolean;
  readonly convBias: boolean;
  /** lm_head is the embedding */
  readonly tieEmbeddings: boolean;
  readonly residualInFp32: boolean;
  /** clamp of dt after softplus; the upper end may be Infinity */
  readonly dtLimit: readonly [number, number];
  /** half-width of the uniform draw of the convolution's weight; null: 1/√dConv */
  readonly convInit: number | null;
  /** A is drawn uniformly from here and stored as A_log */
  readonly aInitRange: readonly [number, number];
  readonly dtMin: number;
  readonly dtMax: number;
  readonly dtInitFloor: number;
  /** standard deviation of the embedding's draw */
  readonly initializerRange: number;
  /** scale the projections into the residual stream by 1/√(residualsPerLayer · nLayer) when they are drawn */
  readonly rescalePrenormResidual: boolean;
  readonly residualsPerLayer: number;
  readonly bosTokenId: number | null;
  /** the token that ends a text; several when any of them does */
  readonly eosTokenId: number | readonly number[] | null;
  readonly padTokenId: number | null;
}

/** What a field must be, in words, and whether a value is that. */
interface Rule {
  readonly must: string;
  /** no number above it holds */
  readonly most?: number;
  holds(value: unknown): boolean;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value);
/** No size of a model that anyone can hold is above these; what a damaged file states is. */
const MOST = 2 ** 40;
const MOST_LAYERS = 10_000;
const MOST_TOKEN = 2 ** 31 - 1;
const integer = (least: number, most = MOST): Rule => ({
  must: `an integer of at least ${least}`,
  most,
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
});
const positive = (most: number): Rule => ({
  must: "a finite number above 0",
  most,
  holds: (value) => isNumber(value) && value > 0 && value <= most,
});
const notNegative = (most: number): Rule => ({
  must: "a finite number of at least 0",
  most,
  holds: (value) => isNumber(value) && value >= 0 && value <= most,
});
const flag: Rule = { must: "true or false", holds: (value) => typeof value === "boolean" };
const orNull = (rule: Rule): Rule => ({
  ...rule,
  must: `${rule.must}, or null`,
  holds: (value) => value === null || rule.holds(value),
});
const range = (must: string, holds: (low: number, high: number) => boolean): Rule => ({
  must,
  holds: (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every(isNumber) &&
    holds(value[0] as number, value[1] as number),
});

const tokenOrTokens: Rule = {
  must: "an integer of at least 0, or a list of them",
  holds: (value) =>
    Array.isArray(value)
      ? value.length > 0 && value.every((id) => integer(0, MOST_TOKEN).holds(id))
      : integer(0, MOST_TOKEN).holds(value),
};

/** One row per field: its default (that of the official implementation) and its rule. */
const FIELDS: { readonly [F in keyof Mamba2Config]: readonly [standard: Mamba2Config[F], rule: Rule] } = {
  dModel: [2560, integer(1)],
  nLayer: [64, integer(1, MOST_LAYERS)],
  vocabSize: [50277, integer(1)],
  padVocabSizeMultiple: [8, integer(1)],
  dState: [128, integer(1)],
  dConv: [4, integer(2)],
  expand: [2, positive(1024)],
  headDim: [64, integer(1)],
  nGroups: [1, integer(1)],
  dSsm: [null, orNull(integer(1))],
  chunkSize: [256, integer(1)],
  dIntermediate: [0, integer(0)],
  normEps: [1e-5, positive(1)],
  rmsNorm: [true, flag],
  gatedNorm: [true, flag],
  gatedNormGroups: [null, orNull(integer(1))],
  normBeforeGate: [false, flag],
  dHasHeadDim: [false, flag],
  bias: [false, flag],
  convBias: [true, flag],
  tieEmbeddings: [true, flag],
  residualInFp32: [true, flag],
  dtLimit: [
    [0, Infinity],
    range("two numbers [low, high] with 0 ≤ low ≤ high", (low, high) => low >= 0 && low < Infinity && low <= high),
  ],
  convInit: [null, orNull(positive(1e6))],
  aInitRange: [
    [1, 16],
    range(
      "two finite numbers [low, high] with 0 < low ≤ high",
      (low, high) => low > 0 && low <= high && high < Infinity,
    ),
  ],
  dtMin: [0.001, positive(1e6)],
  dtMax: [0.1, positive(1e6)],
  dtInitFloor: [1e-4, positive(1e6)],
  initializerRange: [0.02, notNegative(1e6)],
  rescalePrenormResidual: [true, flag],
  residualsPerLayer: [2, integer(1)],
  bosTokenId: [null, orNull(integer(0, MOST_TOKEN))],
  eosTokenId: [null, orNull(tokenOrTokens)],
  padTokenId: [null, orNull(integer(0, MOST_TOKEN))],
};

/** The official implementation's defaults, except for the residual rescaling, which counts two residuals per layer. */
export const DEFAULT_CONFIG: Mamba2Config = Object.freeze(
  Object.fromEntries(Object.entries(FIELDS).map(([name, [standard]]) => [name, standard])),
) as unknown as Mamba2Config;

/**
 * Fills in the defaults and checks every field and how they fit together.
 *
 * @throws ConfigError, one sentence with the field, what it must be and what came
 * @example
 * const config = mamba2Config({ dModel: 96, nLayer: 4, vocabSize: 256, dState: 32, headDim: 32 });
 */
export function mamba2Config(fields: Partial<Mamba2Config> = {}): Mamba2Config {
  if (!isPlainObject(fields)) {
    throw new ConfigError(`config: must be an object of fields; got ${show(fields)}.`, { got: fields });
  }
  const merged: Record<string, unknown> = { ...DEFAULT_CONFIG };
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(FIELDS, name)) throw unknownField(name, value);
    if (value === undefined) continue;
    const [, rule] = FIELDS[name as keyof Mamba2Config];
    if (!rule.holds(value)) throw wrong(name, `must be ${mustBe(rule, value)}`, value, rule.must);
    merged[name] = Array.isArray(value) ? Object.freeze([...value]) : value;
  }
  const config = Object.freeze(merged) as unknown as Mamba2Config;
  checkTogether(config);
  return config;
}

/** Whether a name is a field of {@link Mamba2Config}. */
export function isConfigField(name: string): name is keyof Mamba2Config {
  return Object.hasOwn(FIELDS, name);
}

function checkTogether(config: Mamba2Config): void {
  const { dModel, expand, headDim, nGroups, dSsm, gatedNormGroups, dtMin, dtMax } = config;
  const dInner = expand * dModel;
  if (!Number.isSafeInteger(dInner)) {
    throw wrong("expand", `must make expand · dModel a whole number; got ${expand} · ${dModel} = ${dInner}`);
  }
  const width = dSsm ?? dInner;
  const widthName = dSsm === null ? `expand · dModel = ${dInner}` : `dSsm = ${dSsm}`;
  if (width > dInner) throw wrong("dSsm", `must be at most expand · dModel = ${dInner}`, dSsm);
  if (width % headDim !== 0) throw wrong("headDim", `must divide ${widthName}`, headDim);
  const nHeads = width / headDim;
  if (nHeads % nGroups !== 0)
    throw wrong("nGroups", `must divide the number of heads, ${widthName} / headDim ${headDim} = ${nHeads}`, nGroups);
  if (gatedNormGroups !== null && width % gatedNormGroups !== 0)
    throw wrong("gatedNormGroups", `must divide ${widthName}`, gatedNormGroups);
  if (dtMin > dtMax) throw wrong("dtMin", `must be at most dtMax = ${dtMax}`, dtMin);
}

function mustBe({ must, most }: Rule, value: unknown): string {
  return most !== undefined && typeof value === "number" && value > most ? `${must} and at most ${most}` : must;
}

function unknownField(name: string, value: unknown): ConfigError {
  if (name === "attnLayerIdx" || name === "attn_layer_idx") {
    return new ConfigError(
      "config: layers of attention (attnLayerIdx) are not supported; every layer is a Mamba-2 mixer.",
      { field: name, got: value },
    );
  }
  const plain = (text: string): string => text.replaceAll(/[^a-zA-Z0-9]/g, "").toLowerCase();
  const names = Object.keys(FIELDS);
  const near =
    names.find((known) => plain(known) === plain(name)) ??
    names.find((known) => editDistance(plain(known), plain(name)) <= 2);
  const hint = near === undefined ? `The fields are ${names.join(", ")}.` : `Did you mean "${near}"?`;
  return new ConfigError(`config: there is no field "${name}". ${hint}`, { field: name, got: value });
}

function wrong(field: string, must: string, got?: unknown, expected?: unknown): ConfigError {
  return new ConfigError(`config: ${field} ${must}${got === undefined ? "" : `; got ${show(got)}`}.`, {
    field,
    expected,
    got,
  });
}

/** A value as it would be typed. */
export function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Insertions, deletions and replacements that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
  }
  return row[b.length]!;
}

/** Raises unless `config` is a whole configuration. */
export function requireConfig(op: string, config: unknown): void {
  if (isPlainObject(config) && typeof config["dModel"] === "number" && typeof config["nLayer"] === "number") return;
  throw new ConfigError(
    `${op}: config must be a whole configuration, as mamba2Config and preset make it; got ${describeValue(config)}.`,
    { field: "config", got: config },
  );
}
