// Cuts kernel text into numbers, names and symbols.
import { KernelError } from "@x/base";

export interface Token {
  readonly kind: "number" | "name" | "symbol" | "end";
  readonly text: string;
  readonly at: number;
}

const blank = String.raw`(?:\s|\/\/[^\n]*)*`;
const number = String.raw`(?:0x[\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fuih]?`;
const word = String.raw`[A-Za-z_]\w*`;
const symbol = String.raw`->|[-+*/%&|^<>=!]=|<<|>>|&&|\|\||[-+*/%&|^<>=!~(){},;:.@]`;
export const tokenPattern = new RegExp(`${blank}(?:(${number})|(${word})|(${symbol})|$)`, "y");
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const from = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match)
      throw new KernelError(
        `kernel text: must be made of numbers, names and symbols; got "${text.slice(from, from + 20)}".`,
        { kind: "compile" },
      );
    const kind = (["number", "name", "symbol"] as const).find((_, i) => match[i + 1] !== undefined);
    if (!kind) break; // only blanks are left
    const token = (match[1] ?? match[2] ?? match[3])!;
    tokens.push({ kind, text: token, at: tokenPattern.lastIndex - token.length });
  }
  tokens.push({ kind: "end", text: "the end", at: text.length });
  return tokens;
}
