// Files of JSON lines as documents: one pass notes where each line begins and how many tokens it makes; contents are read again when they are needed.
import { describeValue } from "@x/base";
import { ConfigError, type JsonValue, parseJson, requireArity, requireFunction, strict } from "@x/tensor/core";
import type { Documents, TokenDocument } from "@x/nn/core";

/** Bytes that are read by ranges: a file, or memory. */
export interface ByteRanges {
  /** how many there are */
  readonly size: number;
  /** what errors call it */
  readonly name?: string;
  /** The bytes from `begin` up to, not including, `end`. */
  read(begin: number, end: number): Uint8Array;
}

const PART = 2 ** 20;
const NEWLINE = 10;

/**
 * The examples of a file of JSON lines. In memory are three numbers a line; blank lines are passed over, and a line that has a key twice is refused.
 *
 * @param encode the tokens of a line's value, such as `(example) => encodeExample(example, { tokenizer })`; called once for each line now, and again when it is read
 * @throws ConfigError that names the line: one that is no JSON in UTF-8, or that `encode` refuses; and for a file without any
 * @example
 * const bytes = new TextEncoder().encode('{"text":"one"}\n{"text":"two"}\n');
 * const source = { size: bytes.length, read: (begin, end) => bytes.subarray(begin, end) };
 * const { lengths } = jsonLines(source, (example) => encodeExample(example, { tokenizer: byteTokenizer })); // 3, 3
 */
export function jsonLines(source: ByteRanges, encode: (example: JsonValue) => TokenDocument): Documents {
  requireArity("jsonLines", arguments, 2);
  requireFunction("jsonLines", "source.read", (source as Partial<ByteRanges> | undefined)?.read);
  requireFunction("jsonLines", "encode", encode);
  const { name = "jsonLines", size } = source;
  const begins: number[] = [];
  const ends: number[] = [];
  const lengths: number[] = [];
  // a mark of the order of bytes stands before the first line alone
  const [first, later] = [false, true].map((ignoreBOM) => new TextDecoder("utf-8", { fatal: true, ignoreBOM })) as [
    TextDecoder,
    TextDecoder,
  ];
  const documentAt = (begin: number, end: number, place: string): TokenDocument | undefined => {
    try {
      const text = (begin === 0 ? first : later).decode(source.read(begin, end));
      return /^[ \t\r]*$/.test(text) ? undefined : encoded(encode(parseJson(text)));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigError(`${name}: ${place} must be an example in JSON; ${reason}`, { field: place, cause });
    }
  };
  let line = 0;
  for (const [begin, end] of lines(source)) {
    line++;
    const document = documentAt(begin, end, `line ${line}`);
    if (!document) continue;
    begins.push(begin);
    ends.push(end);
    lengths.push(document.ids.length);
  }
  if (lengths.length === 0)
    throw new ConfigError(`${name}: there must be at least one line with an example; got none in ${size} bytes.`, {
      field: "source",
    });
  return strict("jsonLines", {
    lengths,
    read: (index: number) => documentAt(begins[index]!, ends[index]!, `example ${index}`)!,
  });
}

/** Raises unless these are the tokens of an example. */
function encoded(document: TokenDocument): TokenDocument {
  if (typeof (document as Partial<TokenDocument> | undefined)?.ids?.length === "number") return document;
  throw new ConfigError(`encode must return { ids }; got ${describeValue(document)}.`, { field: "encode" });
}

/** Where each line begins and ends. */
function* lines(source: ByteRanges): Generator<readonly [begin: number, end: number], void> {
  let begin = 0;
  for (let part = 0; part < source.size; part += PART) {
    const bytes = source.read(part, Math.min(part + PART, source.size));
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
      yield [begin, part + at];
      begin = part + at + 1;
    }
  }
  if (begin < source.size) yield [begin, source.size];
}
