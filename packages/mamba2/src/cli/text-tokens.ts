// Texts as tokens: of a tokenizer of bytes the file itself; of any other a file of numbers that is written piece by piece, so that no text need fit in memory.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteTokenizer, type TokenRanges, type Tokenizer } from "@x/nn/core";
import { ConfigError } from "@x/tensor/core";
import { FileRanges, joinedTokens, tokensIn } from "./file-ranges.ts";

/** Tokens that hold files open until they are disposed of. */
export interface OpenTokens extends Disposable {
  readonly tokens: TokenRanges;
}

/** Bytes of text that are tokenised at once, at least; a text that has no line's end in so many times more is cut between characters. */
const PIECE = 2 ** 20;
const LONGEST_LINE = 64;
const NEWLINE = 10;
const SPACE = 32;

/** The tokens of text files, one after another, without special tokens. @throws ConfigError for a file that cannot be read, or that is no UTF-8 where the tokenizer is of text */
export function openText(what: string, paths: readonly string[], tokenizer: Tokenizer): OpenTokens {
  const files: FileRanges[] = [];
  let folder: string | undefined;
  const dispose = (): void => {
    for (const file of files) file[Symbol.dispose]();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  };
  const open = (path: string): FileRanges => {
    const file = new FileRanges(what, path);
    files.push(file);
    return file;
  };
  try {
    const texts = paths.map(open);
    if (tokenizer === byteTokenizer)
      return { tokens: joinedTokens(texts.map((file) => tokensIn(file, "u8"))), [Symbol.dispose]: dispose };
    folder = mkdtempSync(join(tmpdir(), "mamba2-tokens-"));
    const path = join(folder, "tokens");
    const type = tokenTypeFor(tokenizer.vocabSize);
    writeTokens(path, texts, tokenizer, type);
    return { tokens: tokensIn(open(path), type), [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** The smallest numbers that hold the ids of a vocabulary. */
export function tokenTypeFor(vocabSize: number): "u16" | "u32" {
  return vocabSize <= 2 ** 16 ? "u16" : "u32";
}

function writeTokens(path: string, texts: readonly FileRanges[], tokenizer: Tokenizer, type: "u16" | "u32"): void {
  const handle = openSync(path, "wx");
  try {
    for (const file of texts) {
      let after: number | undefined;
      for (const text of pieces(file)) {
        const ids = tokenizer.encode(text, { specialTokens: false, ...(after !== undefined && { after }) });
        after = ids.at(-1) ?? after;
        const numbers = type === "u16" ? Uint16Array.from(ids) : Uint32Array.from(ids);
        const bytes = new Uint8Array(numbers.buffer);
        for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      }
    }
  } finally {
    closeSync(handle);
  }
}

/** A text in pieces that end where a line ends and the next one begins with a word: no token spans that in the tokenizers of published models. */
function* pieces(file: FileRanges): Generator<string, void> {
  let line = 1;
  for (let begin = 0; begin < file.size;) {
    let end = begin;
    let bytes = new Uint8Array();
    for (let size = PIECE; end === begin; size *= 2) {
      const last = Math.min(begin + size, file.size);
      bytes = file.read(begin, last);
      end = last === file.size ? last : begin + cutIn(bytes, size >= LONGEST_LINE * PIECE);
    }
    bytes = bytes.subarray(0, end - begin);
    yield textOf(bytes, begin, line);
    line += bytes.reduce((count, byte) => count + (byte === NEWLINE ? 1 : 0), 0);
    begin = end;
  }
}

/** Where a piece may end: behind its last end of a line before a word, or anywhere between two characters; 0 where it may not. */
function cutIn(bytes: Uint8Array, anywhere: boolean): number {
  for (let at = bytes.length - 1; at > 0; at--) if (bytes[at - 1] === NEWLINE && bytes[at]! > SPACE) return at;
  if (!anywhere) return 0;
  let at = bytes.length - 1;
  while (at > bytes.length - 4 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

/** The text of bytes, with whatever it begins with; bytes that are no UTF-8 would become the same "�" each. @param offset where in its file it begins, and in which line */
export function textOf(bytes: Uint8Array, offset: number = 0, line: number = 1): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError(
      `--text: a file must be UTF-8 for a tokenizer of text; it is not, from ${firstInvalid(
        bytes,
        offset,
        line,
      )}. Convert it to UTF-8 first.`,
      { field: "text", cause },
    );
  }
}

/** Where text stops being UTF-8. */
function firstInvalid(bytes: Uint8Array, offset: number, first: number): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = first;
  for (let at = 0; at < bytes.length; at++) {
    try {
      decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    } catch {
      return `byte ${offset + at} (0x${bytes[at]!.toString(16)}) in line ${line}`;
    }
    if (bytes[at] === NEWLINE) line++;
  }
  return "its last bytes, which begin a character that they do not end";
}
