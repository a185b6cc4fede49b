// Documents as training data: shuffled again in each epoch, packed into rows that say which token is of which document. Only lengths are held; contents are read when a row needs them.
import { describeValue, type KnownKeys } from "@x/base";
import {
  checkOptions,
  ConfigError,
  requireArity,
  requireCount,
  requireFunction,
  requireMethods,
  requireOptions,
  strict,
} from "@x/tensor/core";
import { permutation } from "./permutation.ts";
import { type Batches, checkBatchSize, checkPositive, checkStep, IGNORE_INDEX, type TokenBatch } from "./tokens.ts";

/** The tokens of a document, and which of them are to be predicted. */
export interface TokenDocument {
  readonly ids: ArrayLike<number>;
  /** 1 for each token that counts as a target, as long as `ids`; default: all */
  readonly counts?: ArrayLike<number>;
}

/** Documents, of which only the lengths need be in memory. */
export interface Documents {
  /** how many tokens each has */
  readonly lengths: ArrayLike<number>;
  /** The document of an index; the same for the same index. */
  read(index: number): TokenDocument;
}

/** Numbers by place: an array, or a function that needs none. */
export interface Indices {
  readonly length: number;
  at(place: number): number | undefined;
}

/** Options of {@link packDocuments}. */
export interface PackOptions {
  readonly documents: Documents;
  /** those to take, by index: a list, or how many and which one comes at a place; default all */
  readonly indices?: Indices;
  readonly batch: number;
  /** tokens of a row */
  readonly length: number;
  /** of the order, which is another one in each epoch; default 0 */
  readonly seed?: number;
  /** several documents in a row; default true. Else each row holds one. */
  readonly pack?: boolean;
}

/** Batches by step, and how many steps so many epochs are. */
export interface DocumentBatches extends Batches {
  /** Steps until every document was read `epochs` times, the last one filled up by the next epoch's documents. */
  stepsOf(epochs: number): number;
}

/** Positions of a document that a row holds: inputs begin … end − 1, each with the next token as its target. */
interface Span {
  readonly document: number;
  readonly begin: number;
  readonly end: number;
}

const WITHOUT_SEED = { documents: true, indices: true, batch: true, length: true, pack: "boolean" } as const;

/**
 * Batches of whole documents in rows [batch, length], epoch after epoch without end. A document that no longer fits into a row begins the next one; one that is longer than a row is
 * cut, and each part read as a document. `seqIdx` numbers the documents of a row from 0, with −1 where nothing is left to put: convolution, scan and attention start over at each.
 * Documents of fewer than two tokens hold nothing to predict and are passed over. A batch is a function of its step; steps in order cost least.
 *
 * @throws ConfigError for an unknown option, sizes that are none, and documents without anything to predict
 * @example
 * const texts = ["one", "two", "three"].map((text) => byteTokenizer.encode(text));
 * const documents = { lengths: texts.map(({ length }) => length), read: (i) => ({ ids: texts[i] }) };
 * const { x, y, seqIdx } = packDocuments({ documents, batch: 1, length: 8 }).at(0);
 */
export function packDocuments(options: PackOptions): DocumentBatches {
  requireArity("packDocuments", arguments, 1);
  const {
    documents,
    indices,
    batch,
    length,
    seed = 0,
    pack = true,
  } = checked("packDocuments", options, { ...WITHOUT_SEED, seed: true });
  function* endless(): Generator<{ row: readonly Span[]; epoch: number }, never> {
    for (let epoch = 0; ; epoch++) {
      const order = permutation(indices.length, { seed, index: epoch });
      for (const row of rowsOf(documents, (i) => indices.at(order(i))!, indices.length, length, pack))
        yield { row, epoch };
    }
  }
  let rows = endless();
  let next = 0;
  let last: TokenBatch | undefined;
  return strict("packDocuments", {
    at(step) {
      checkStep("packDocuments", step);
      if (last && step === next - 1) return last;
      if (step < next) [rows, next] = [endless(), 0];
      for (; next < step; next++) for (let i = 0; i < batch; i++) rows.next();
      next++;
      return (last = filled(
        documents,
        Array.from({ length: batch }, () => rows.next().value.row),
        batch,
        length,
      ));
    },
    stepsOf(epochs) {
      checkPositive("packDocuments", "epochs", epochs);
      let count = 0;
      for (const { epoch } of endless()) {
        if (epoch === epochs) break;
        count++;
      }
      return Math.ceil(count / batch);
    },
  });
}

/**
 * Batches that hold each document once, in order, as {@link packDocuments} puts them into rows: what a measurement reads.
 *
 * @throws ConfigError as packDocuments
 * @example
 * const documents = { lengths: [5], read: () => ({ ids: byteTokenizer.encode("hello") }) };
 * for (const { x, y } of documentBatches({ documents, batch: 1, length: 8 })) console.log(x, y);
 */
export function documentBatches(options: Omit<PackOptions, "seed">): Generator<TokenBatch, void> {
  requireArity("documentBatches", arguments, 1);
  return inOrder(checked("documentBatches", options, WITHOUT_SEED));
}

function* inOrder({ documents, indices, batch, length, pack = true }: Checked): Generator<TokenBatch, void> {
  let rows: (readonly Span[])[] = [];
  for (const row of rowsOf(documents, (i) => indices.at(i)!, indices.length, length, pack)) {
    rows.push(row);
    if (rows.length < batch) continue;
    yield filled(documents, rows, batch, length);
    rows = [];
  }
  if (rows.length > 0) yield filled(documents, rows, batch, length);
}

type Checked = PackOptions & { readonly indices: Indices };

function checked(op: string, options: PackOptions, known: KnownKeys): Checked {
  requireOptions(op, options);
  checkOptions(op, options as object, known);
  const { documents, batch, length, seed } = options;
  checkBatchSize(op, batch, length);
  if (seed !== undefined) requireCount(op, "seed", seed);
  requireFunction(op, "documents.read", (documents as Partial<Documents> | undefined)?.read);
  const { lengths } = documents;
  if (typeof (lengths as ArrayLike<number> | undefined)?.length !== "number")
    throw new ConfigError(`${op}: documents.lengths must be an array of whole numbers; got ${String(lengths)}.`, {
      field: "documents",
    });
  const indices = options.indices ?? { length: lengths.length, at: (place: number) => place };
  requireMethods(op, "indices", indices, "an array of documents", ["at"]);
  let long = 0;
  for (let place = 0; place < indices.length; place++) {
    const index = indices.at(place)!;
    if (!(index in lengths))
      throw ConfigError.must(op, "indices", `be of the ${lengths.length} documents`, index, lengths.length);
    if (lengths[index]! >= 2) long++;
  }
  if (long === 0)
    throw new ConfigError(
      `${op}: there must be a document of at least two tokens, of which the first predicts the second; got ${indices.length} documents, none of them so long.`,
      { field: "documents" },
    );
  return { ...options, indices };
}

/** The rows that hold `count` documents in an order. */
function* rowsOf(
  { lengths }: Documents,
  order: (place: number) => number,
  count: number,
  length: number,
  pack: boolean,
): Generator<readonly Span[], void> {
  let row: Span[] = [];
  let used = 0;
  for (let place = 0; place < count; place++) {
    const document = order(place);
    const positions = lengths[document]! - 1;
    for (let begin = 0; begin < positions; begin += length) {
      const end = Math.min(begin + length, positions);
      if (used > 0 && (!pack || used + end - begin > length)) {
        yield row;
        [row, used] = [[], 0];
      }
      row.push({ document, begin, end });
      used += end - begin;
    }
  }
  if (used > 0) yield row;
}

function filled(
  documents: Documents,
  rows: readonly (readonly Span[])[],
  batch: number,
  length: number,
): TokenBatch & { readonly seqIdx: Int32Array } {
  const x = new Int32Array(batch * length);
  const y = new Int32Array(batch * length).fill(IGNORE_INDEX);
  const seqIdx = new Int32Array(batch * length).fill(-1);
  for (const [r, row] of rows.entries()) {
    let at = r * length;
    for (const [number, { document, begin, end }] of row.entries()) {
      const { ids, counts } = documents.read(document);
      if (ids.length !== documents.lengths[document] || (counts && counts.length !== ids.length))
        throw new ConfigError(
          `packDocuments: document ${document} must have the ${documents.lengths[document]} tokens of its length${counts ? ", and as many counts" : ""}; got ${ids.length}${counts ? ` and ${counts.length}` : ""}.`,
          { field: "documents", expected: documents.lengths[document], got: ids.length },
        );
      for (let i = begin; i < end; i++, at++) {
        x[at] = idAt(ids, i, document);
        const target = idAt(ids, i + 1, document);
        if (!counts || isCounted(counts, i + 1, document)) y[at] = target;
        seqIdx[at] = number;
      }
    }
  }
  return { x, y, seqIdx, shape: [batch, length] };
}

/** A token of a document, which an array of 32 bits will hold as it is. */
function idAt(ids: ArrayLike<number>, place: number, document: number): number {
  const id = ids[place]!;
  if (Number.isInteger(id) && id >= 0 && id < 2 ** 31) return id;
  throw new ConfigError(
    `packDocuments: document ${document} must have tokens that are whole numbers from 0 to 2^31 − 1; got ${describeValue(id)} at place ${place}.`,
    { field: "documents", got: id },
  );
}

function isCounted(counts: ArrayLike<number>, place: number, document: number): boolean {
  const count = counts[place]!;
  if (count === 0 || count === 1) return count === 1;
  throw new ConfigError(
    `packDocuments: document ${document} must have counts of 1, for a target, or 0; got ${describeValue(count)} at place ${place}.`,
    { field: "documents", got: count },
  );
}
