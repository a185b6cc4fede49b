// Files that are read by ranges, and the tokens in them: bytes, or numbers of 16 or 32 bits with the lowest byte first.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { TokenArray, TokenRanges } from "@x/nn/core";
import { ConfigError } from "@x/tensor/core";
import type { ByteRanges } from "../chat/json-lines.ts";

/** The error about a file that cannot be read. */
export function unreadable(what: string, path: string, cause: unknown, hint: string = ""): ConfigError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
  return new ConfigError(
    `${what}: "${path}" must be a file that can be read; ${reason}.${hint === "" ? "" : ` ${hint}`}`,
    { got: path, cause },
  );
}

/** An open file. */
export class FileRanges implements ByteRanges, Disposable {
  readonly size: number;
  readonly name: string;
  readonly #what: string;
  readonly #handle: number;

  /** @param what the option that names it */
  constructor(what: string, path: string) {
    this.#what = what;
    this.name = path;
    try {
      this.#handle = openSync(path, "r");
      const stat = fstatSync(this.#handle);
      if (stat.isDirectory()) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
      this.size = stat.size;
    } catch (cause) {
      throw unreadable(what, path, cause);
    }
  }

  read(begin: number, end: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(end - begin);
    for (let at = 0; at < bytes.length;) {
      const count = readSync(this.#handle, bytes, at, bytes.length - at, begin + at);
      if (count === 0)
        throw new ConfigError(
          `${this.#what}: "${this.name}" must stay as it was; it ends at ${begin + at} bytes now.`,
          {
            got: this.name,
          },
        );
      at += count;
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    closeSync(this.#handle);
  }
}

/** Types of numbers in a file of tokens, and their bytes. */
export const TOKEN_TYPES = { u8: 1, u16: 2, u32: 4 } as const;
export type TokenType = keyof typeof TOKEN_TYPES;

/** The numbers of a file as tokens. @throws ConfigError for a file that ends within one */
export function tokensIn(file: FileRanges, type: TokenType): TokenRanges {
  const size = TOKEN_TYPES[type];
  if (file.size % size !== 0)
    throw new ConfigError(
      `--tokens: "${file.name}" must hold whole numbers of ${size} bytes (${type}); it has ${file.size} bytes.`,
      { got: file.size },
    );
  return {
    length: file.size / size,
    read(begin, end) {
      const bytes = file.read(size * begin, size * end);
      return type === "u8" ? bytes : type === "u16" ? new Uint16Array(bytes.buffer) : new Uint32Array(bytes.buffer);
    },
  };
}

/** Several sources as one, in their order. */
export function joinedTokens(sources: readonly TokenRanges[]): TokenRanges {
  const [only] = sources;
  if (only && sources.length === 1) return only;
  const begins = [0];
  for (const { length } of sources) begins.push(begins.at(-1)! + length);
  return {
    length: begins.at(-1)!,
    read(begin, end) {
      const parts = sources.flatMap((source, i): TokenArray[] => {
        const [first, last] = [Math.max(begin - begins[i]!, 0), Math.min(end - begins[i]!, source.length)];
        return first < last ? [source.read(first, last)] : [];
      });
      if (parts.length === 1) return parts[0]!;
      const all = new Uint32Array(end - begin); // an id of 2³¹ and more stays one, and is refused where it is used
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
  };
}
