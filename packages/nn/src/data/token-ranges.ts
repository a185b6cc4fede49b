// Tokens that are read by ranges: in memory, or in a file that need not fit there.
import { describeValue, hostBytes } from "@x/base";
import { ConfigError, requireArity } from "@x/tensor/core";

/** Token ids in one array; bytes can stay bytes. */
export type TokenArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array;

/** Token ids that are read when a row needs them, such as those of a file. */
export interface TokenRanges {
  /** how many there are */
  readonly length: number;
  /** The tokens from `begin` up to, not including, `end`; the same for the same range. */
  read(begin: number, end: number): TokenArray;
}

/** Either of them as ranges. Raises unless these are typed arrays of whole numbers: of others a part would be lost on the way into a batch. */
export function rangesOf(op: string, tokens: TokenArray | TokenRanges): TokenRanges {
  if (isTokenRanges(tokens)) return tokens;
  const tag = Object.prototype.toString.call(tokens).slice(8, -1);
  if (!ArrayBuffer.isView(tokens) || !/^U?int(8|16|32)(Clamped)?Array$/i.test(tag))
    throw new ConfigError(
      `${op}: tokens must be a typed array of whole numbers, such as Int32Array.from(ids), or { length, read }; got ${describeValue(tokens)}.`,
      { op, field: "tokens", got: tokens },
    );
  hostBytes(`${op}: tokens`, tokens); // raises about detached memory, which would be no tokens at all
  return { length: tokens.length, read: (begin, end) => tokens.subarray(begin, end) };
}

/**
 * Whether tokens are read by ranges: an object with a whole number `length` and a function `read`.
 *
 * @example
 * console.log(isTokenRanges(Int32Array.of(1, 2)), isTokenRanges({ length: 2, read: () => Int32Array.of(1, 2) })); // false true
 */
export function isTokenRanges(tokens: unknown): tokens is TokenRanges {
  requireArity("isTokenRanges", arguments, 1);
  const { length, read } = (tokens ?? {}) as Partial<TokenRanges>;
  return typeof read === "function" && Number.isSafeInteger(length) && length! >= 0;
}
