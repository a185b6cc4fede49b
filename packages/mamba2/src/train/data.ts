// What a run trains on: text, tokens or batches of one's own, checked before they reach a device.
import {
  type Batches,
  byteTokenizer,
  type ConsecutiveBatch,
  consecutiveBatches,
  type HoldOut,
  holdOut,
  IGNORE_INDEX,
  isTokenRanges,
  randomBatches,
  type Segment,
  sequentialBatches,
  type TokenArray,
  type TokenBatch,
  type TokenRanges,
} from "@x/nn/core";
import { describeValue } from "@x/base";
import { checkOptions, ConfigError, isPlainObject, ShapeError, showShape, sizeOf } from "@x/tensor/core";
import { numberRule, type OptionRules } from "../inputs/option-rules.ts";
import { HELD_OUT, type Fingerprinted, batchFingerprint, tokensFingerprint } from "./data-fingerprint.ts";
import type { TrainSettings } from "./settings.ts";

/** The data of a run; exactly one of `text`, `tokens` and `batches`. */
export interface TrainData {
  /** read as bytes; a part of its blocks of 4 KiB is held out for validation */
  readonly text?: string;
  /** the same for tokens of another tokenizer, in memory or read by ranges */
  readonly tokens?: TokenArray | TokenRanges;
  /** the part of text or tokens that is held out, 1 divided by a whole number from 2 on; default 0.05, which is every 20th block; 0 for none */
  readonly heldOut?: number;
  /** batches of one's own, instead. What a step got is a pure function of the step, or a resumed run is not the same run. */
  readonly batches?: Batches;
  /** measured at every validation; default: what was held out */
  readonly validation?: readonly TokenBatch[];
}

/** What each of {@link TrainData} must be. */
export const dataRules: OptionRules<TrainData> = {
  text: ["a text", (value) => typeof value === "string"],
  tokens: [
    "a typed array of token ids, or { length, read }",
    (value) => ArrayBuffer.isView(value) || isTokenRanges(value),
  ],
  heldOut: numberRule("a number from 0 to 0.5", (value) => value >= 0 && value <= 0.5),
  batches: [
    "an object with at(step), as randomBatches gives, and no array, which ends",
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  ],
  validation: ["an array of batches", Array.isArray],
};

/** Checked data. */
export interface PreparedData extends Fingerprinted {
  readonly batches: Batches;
  readonly validation: readonly TokenBatch[];
  /** whether the caller made the batches */
  readonly own: boolean;
}

/** @throws ConfigError when there are no data, or several; ConfigError, ShapeError about tokens outside of the vocabulary and batches that are none */
export function prepareData(
  data: TrainData,
  vocabSize: number,
  { batch, length, seed, validationTokens, carryState }: TrainSettings,
): PreparedData {
  const given = (["text", "tokens", "batches"] as const).filter((name) => data[name] !== undefined);
  if (given.length === 0)
    throw new ConfigError("train: there must be data, as text, tokens or batches; got none.", { field: "text" });
  if (data.tokens && !isTokenRanges(data.tokens)) checkIds("tokens", data.tokens, vocabSize, "");
  if (given.length > 1)
    throw new ConfigError(
      `train: there must be one source of data, text, tokens or batches; got ${given.join(" and ")}.`,
      { field: given[1]! },
    );
  const validation = data.validation?.map((one, i) => checkedBatch(`validation[${i}]`, one, vocabSize));
  if (data.batches) {
    const { batches, heldOut } = data;
    if (heldOut !== undefined)
      throw new ConfigError(
        "train: heldOut must be given with text or tokens; with batches, validation says what is measured.",
        { field: "heldOut", got: heldOut },
      );
    if (typeof batches.at !== "function")
      throw ConfigError.must("train", "batches", "have at(step), as randomBatches gives", batches);
    const at = (step: number): TokenBatch => {
      const one = checkedBatch(`batches.at(${step})`, batches.at(step), vocabSize, carryState);
      if (one.y.some((id) => id !== IGNORE_INDEX)) return one;
      throw new ConfigError(
        `train: batches.at(${step}).y must have at least one target that counts; all ${one.y.length} are ${IGNORE_INDEX}.`,
        { field: "y" },
      );
    };
    return {
      batches: { at },
      validation: validation ?? [],
      own: true,
      fingerprint: (step) => batchFingerprint(at(Math.max(0, step - 1))),
    };
  }
  const tokens = data.tokens ?? byteTokenizer.encode(data.text!);
  const inMemory = !isTokenRanges(tokens);
  if (inMemory && !data.tokens) checkIds("tokens", tokens, vocabSize, "");
  const { heldOut = HELD_OUT } = data;
  const { train: segments, validation: blocks } = splitOf(tokens.length, heldOut);
  const checked = (batch: TokenBatch): TokenBatch => {
    if (inMemory) return batch;
    checkIds("tokens", batch.x, vocabSize, "");
    checkIds("tokens", batch.y, vocabSize, ", or a place where none is left");
    return batch;
  };
  const batches = (carryState ? consecutiveBatches : randomBatches)({ tokens, segments, batch, length, seed });
  let fingerprint: string | undefined;
  return {
    batches: { at: (step) => checked(batches.at(step)) },
    validation: validation ?? heldOutBatches(tokens, blocks, { batch, length, validationTokens }).map(checked),
    own: false,
    fingerprint: () => (fingerprint ??= tokensFingerprint(tokens, heldOut)),
  };
}

/** What is trained on and what is held out. */
function splitOf(count: number, heldOut: number): HoldOut {
  if (heldOut === 0) return { train: [{ begin: 0, end: count }], validation: [] };
  const every = Math.round(1 / heldOut);
  if (Math.abs(heldOut * every - 1) > 1e-9)
    throw new ConfigError(
      `train: heldOut must be 0 or 1 divided by a whole number from 2 on (0.5, 0.25, 0.05), since every n-th block is held out; got ${heldOut}. Near it are 1/${Math.floor(1 / heldOut)} and 1/${Math.ceil(1 / heldOut)}.`,
      { field: "heldOut", got: heldOut },
    );
  return holdOut(count, { every });
}

/** So many blocks per block that is read: a measurement reads evenly spread rows, and of data without end only those of evenly spread blocks are looked at. */
const BLOCKS_PER_READ = 16;

/** Batches of all of some tokens, or of evenly spread parts of them. @throws ConfigError for fewer than two tokens */
export function evaluationBatches(tokens: TokenRanges, sizes: MeasureSizes): readonly TokenBatch[] {
  if (tokens.length < 2)
    throw new ConfigError(
      `train: what is validated on must have at least 2 tokens, one to predict from and one to predict; got ${tokens.length}.`,
      { field: "validation", got: tokens.length },
    );
  const count = Math.ceil(tokens.length / EVALUATION_BLOCK);
  const blocks = Array.from({ length: count }, (_, i): Segment => ({
    begin: i * EVALUATION_BLOCK,
    end: Math.min((i + 1) * EVALUATION_BLOCK, tokens.length),
  }));
  return heldOutBatches(tokens, blocks, sizes);
}

const EVALUATION_BLOCK = 2 ** 16;

type MeasureSizes = Pick<TrainSettings, "batch" | "length" | "validationTokens">;

function heldOutBatches(
  tokens: TokenArray | TokenRanges,
  blocks: readonly Segment[],
  { batch, length, validationTokens }: MeasureSizes,
): readonly TokenBatch[] {
  if (blocks.length === 0) return [];
  const { begin, end } = blocks[0]!;
  const segments = spread(blocks, (BLOCKS_PER_READ * validationTokens) / (end - begin));
  return spread([...sequentialBatches({ tokens, segments, batch, length })], validationTokens / (batch * length));
}

/** A batch with Int32Arrays that fit its shape and the vocabulary. @param carried whether it must say which rows go on */
function checkedBatch(name: string, given: TokenBatch, vocabSize: number, carried = false): TokenBatch {
  if (!isPlainObject(given))
    throw new ConfigError(`train: ${name} must be an object { x, y, shape }; got ${describeValue(given)}.`, {
      field: "batches",
      got: given,
    });
  if (carried) return { ...checkedBatch(name, withoutContinues(given), vocabSize), ...continuesOf(name, given) };
  checkOptions<TokenBatch>(`train: ${name}`, given, { x: true, y: true, seqIdx: true, shape: true });
  const { x, y, seqIdx, shape } = given as Partial<TokenBatch>;
  if (!Array.isArray(shape) || shape.length !== 2 || !shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new ShapeError(
      `train: ${name}.shape must be [batch, length]; got ${Array.isArray(shape) ? `[${shape.map(describeValue).join(",")}]` : describeValue(shape)}.`,
      { op: "train", got: shape },
    );
  }
  const ids = ([["x", x], ["y", y], ...(seqIdx === undefined ? [] : [["seqIdx", seqIdx] as const])] as const).map(
    ([field, values]) => {
      if (
        !ArrayBuffer.isView(values) ||
        typeof (values as ArrayLike<unknown>)[0] === "bigint" ||
        values instanceof DataView
      ) {
        throw new ConfigError(
          `train: ${name}.${field} must be a typed array of token ids; got ${describeValue(values)}.`,
          { field, got: values },
        );
      }
      if (values.length !== sizeOf(shape)) {
        throw new ShapeError(
          `train: ${name}.${field} must have ${sizeOf(shape)} ids for shape ${showShape(shape)}; got ${values.length}.`,
          { op: "train", expected: sizeOf(shape), got: values.length },
        );
      }
      if (field === "seqIdx") checkNumbers(`${name}.seqIdx`, values);
      else
        checkIds(`${name}.${field}`, values, vocabSize, field === "y" ? `, or ${IGNORE_INDEX}, which is ignored` : "");
      return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
    },
  );
  return { x: ids[0]!, y: ids[1]!, ...(ids[2] && { seqIdx: ids[2] }), shape };
}

function withoutContinues({
  continues: _continues,
  ...batch
}: TokenBatch & { readonly continues?: unknown }): TokenBatch {
  return batch;
}

/** Which rows of a batch go on, for a run that carries its state. */
function continuesOf(
  name: string,
  given: TokenBatch & { readonly continues?: unknown },
): Pick<ConsecutiveBatch, "continues"> {
  const { continues, seqIdx, shape } = given;
  if (seqIdx !== undefined)
    throw new ConfigError(
      `train: ${name}.seqIdx must not be given with carryState, whose rows hold one document each; got it.`,
      { field: "seqIdx" },
    );
  const rows = shape[0];
  if (
    continues instanceof Int32Array &&
    continues.length === rows &&
    continues.every((value) => value === 0 || value === 1)
  )
    return { continues };
  throw new ConfigError(
    `train: ${name}.continues must be an Int32Array with 1 for each of ${rows} rows that goes on and 0 for one that starts over, as consecutiveBatches gives; got ${describeValue(continues)}.`,
    { field: "continues", got: continues },
  );
}

function checkIds(name: string, ids: ArrayLike<number>, vocabSize: number, besides: string): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if ((id >= 0 && id < vocabSize && Number.isInteger(id)) || (besides !== "" && id === IGNORE_INDEX)) continue;
    throw new ConfigError(
      `train: ${name} must be whole numbers in [0, ${vocabSize}), the vocabulary${besides}; got ${id} at position ${i}.`,
      { field: "vocabSize", got: id },
    );
  }
}

/** Raises about numbers of documents that 32 bits cannot hold. */
function checkNumbers(name: string, numbers: ArrayLike<number>): void {
  for (let i = 0; i < numbers.length; i++) {
    if ((numbers[i]! | 0) === numbers[i]) continue;
    throw new ConfigError(
      `train: ${name} must be whole numbers of 32 bits, −1 for padding; got ${numbers[i]} at position ${i}.`,
      { field: "seqIdx", got: numbers[i] },
    );
  }
}

/** About `count` items, at least one, evenly spread over all. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const kept = Math.min(items.length, Math.max(1, Math.ceil(count)));
  return Array.from({ length: kept }, (_, i) => items[Math.floor((i * items.length) / kept)]!);
}
