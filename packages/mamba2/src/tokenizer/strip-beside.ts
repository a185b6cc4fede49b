// White space beside added tokens with lstrip or rstrip, which belongs to the token. @huggingface/tokenizers takes U+FEFF for some and U+0085 for none, so that it is taken off here.

interface Splitter {
  split(text: string): string[];
}

/** What cuts texts at added tokens. */
export interface Splitting {
  readonly splitter_unnormalized: Splitter;
  readonly splitter_normalized: Splitter;
  readonly added_tokens: readonly { readonly content: string; lstrip: boolean; rstrip: boolean }[];
}

/** Has the stretches of text come from the splitters without the white space that their neighbours take; the library finds none to take. */
export function stripBeside({ splitter_unnormalized, splitter_normalized, added_tokens }: Splitting): void {
  const rules = new Map(added_tokens.map(({ content, lstrip, rstrip }) => [content, { lstrip, rstrip }]));
  for (const token of added_tokens) [token.lstrip, token.rstrip] = [false, false];
  for (const splitter of [splitter_unnormalized, splitter_normalized]) {
    const split = splitter.split.bind(splitter);
    splitter.split = (text) => {
      const parts = split(text);
      return parts.map((part, i) => {
        if (rules.has(part)) return part;
        const bare = rules.get(parts[i - 1] ?? "")?.rstrip ? stripStart(part) : part;
        return rules.get(parts[i + 1] ?? "")?.lstrip ? stripEnd(bare) : bare;
      });
    };
  }
}

export const stripStart = (text: string): string => text.replace(/^\p{White_Space}+/u, "");

function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /\p{White_Space}/u.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}
