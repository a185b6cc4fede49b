// Streams of text that continue a text: what the tokens before them already show is not shown again, and what those tokens left open is taken up.
import { requireArity, requireArray, requireFunction, requireMethods, strict } from "@x/tensor/core";
import type { TokenStream } from "./tokenizer.ts";

/**
 * A stream that continues where `context` ends: its pieces follow the text of these tokens. Where that text ends with something unfinished (an incomplete
 * character is shown as U+FFFD), the pieces take it up; what was shown of it is not repeated.
 *
 * @param start begins a stream without context
 * @param context tokens whose text is there already
 * @example
 * const stream = continueStream(() => byteTokenizer.stream(), byteTokenizer.encode("né"));
 * console.log(stream.push(101)); // e
 */
export function continueStream(start: () => TokenStream, context: ArrayLike<number>): TokenStream {
  requireArity("continueStream", arguments, 2);
  requireFunction("continueStream", "start", start);
  requireArray("continueStream", "context", context);
  const stream = start();
  requireMethods("continueStream", "start()", stream, "a stream of text", ["push", "end"]);
  const ended = start();
  for (let i = 0; i < context.length; i++) {
    stream.push(context[i]!);
    ended.push(context[i]!);
  }
  /** what the context's text shows at its end although its tokens have not settled it */
  let shown = ended.end();
  let held = "";
  const unshown = (text: string, last: boolean): string => {
    if (shown === "") return text;
    held += text;
    if (!last && held.length < shown.length && shown.startsWith(held)) return "";
    const rest = held.startsWith(shown) ? held.slice(shown.length) : held;
    shown = "";
    return rest;
  };
  return strict("stream", { push: (id) => unshown(stream.push(id), false), end: () => unshown(stream.end(), true) });
}
