// The choices of a request: rows of the scheduler's batch, as pieces of text that end at a stop text, told as they come.
import type { Tokenizer } from "@x/nn/core";
import type { ChosenLogProb, TokenLogProb } from "../generation/chooser.ts";
import { decode, type FinishReason } from "../generation/generate.ts";
import { faultError } from "../generation/chooser.ts";
import type { Scheduler } from "../generation/scheduler.ts";
import { StopTexts } from "../generation/stop-texts.ts";
import { type ParsedRequest, choiceSeed, type ServedModel } from "./parsed-request.ts";
import { ApiError } from "./errors.ts";
import type { ChoiceDelta, TokenText } from "./text-delta.ts";

/** What the interface says where a token cannot be: JSON has no −∞. */
const LEAST_LOG_PROB = -9999;

interface Token {
  readonly id: number;
  readonly logProb?: ChosenLogProb | undefined;
}

type Tokens = AsyncGenerator<Token, FinishReason, void>;

/**
 * All choices of a request, piece by piece, whichever has one first. Nothing is made ahead of who takes the deltas but what the scheduler allows.
 *
 * @throws the signal's reason once it is aborted; all rows leave the batch
 */
export async function* choicesOf(
  parsed: ParsedRequest,
  served: ServedModel,
  scheduler: Scheduler,
  signal: AbortSignal,
): AsyncGenerator<ChoiceDelta, void, void> {
  const choices = parsed.prompts.flatMap(({ ids, echo }, p) =>
    Array.from({ length: parsed.n }, (_, i) => {
      const seed = choiceSeed(parsed.seed, i);
      const tokens =
        parsed.top < 0
          ? scheduled(scheduler, ids, { ...parsed.options, seed, signal })
          : decodedAlone(served, ids, { ...parsed.options, vocabSize: served.vocabSize, seed, signal }, parsed.top);
      return deltasOf(p * parsed.n + i, tokens, ids, echo, parsed, served);
    }),
  );
  const coming = new Map(choices.map((choice, c) => [c, next(choice, c)]));
  try {
    while (coming.size > 0) {
      const { c, result } = await Promise.race(coming.values());
      if (result.done) coming.delete(c);
      else coming.set(c, next(choices[c]!, c));
      if (!result.done) yield result.value;
    }
  } finally {
    await Promise.allSettled(choices.map((choice) => choice.return()));
  }
}

type Next = Promise<{ readonly c: number; readonly result: IteratorResult<ChoiceDelta, void> }>;

function next(choice: AsyncGenerator<ChoiceDelta, void, void>, c: number): Next {
  const coming = choice.next().then((result) => ({ c, result }));
  coming.catch(() => undefined); // raised where it is awaited; of several choices that fail, one is
  return coming;
}

async function* scheduled(scheduler: Scheduler, ids: readonly number[], options: object): Tokens {
  const tokens = scheduler.add(ids, options);
  let token = await tokens.next();
  try {
    for (; !token.done; token = await tokens.next()) yield { id: token.value };
    return token.value;
  } finally {
    await tokens.return("abort");
  }
}

/** The scheduler reports no probabilities: who asks for them is decoded in a batch of one. */
async function* decodedAlone({ model }: ServedModel, ids: readonly number[], options: object, top: number): Tokens {
  let reason: FinishReason | undefined;
  for await (const { tokens, ended } of decode(model, [ids], options, { top })) {
    reason = ended[0];
    const [token] = tokens;
    if (token && token.fault !== -1) throw faultError(token.fault);
    if (token) yield token;
  }
  return reason ?? "length";
}

async function* deltasOf(
  choice: number,
  tokens: Tokens,
  prompt: readonly number[],
  echo: string,
  { stop: stops, top }: ParsedRequest,
  { tokenizer, ends }: ServedModel,
): AsyncGenerator<ChoiceDelta, void, void> {
  const stream = tokenizer.stream(prompt);
  const stop = new StopTexts(stops);
  let begun = tokenizer.decode(prompt) !== ""; // else the first token has no space before it
  let made = 0;
  let offset = lengthOf(echo);
  let logProbs: TokenText[] = [];
  let reason: FinishReason = "stop";
  try {
    if (echo !== "") yield { choice, text: echo, logProbs, tokens: 0, finish: null };
    let token = await tokens.next();
    for (; !token.done; token = await tokens.next()) {
      const { id, logProb } = token.value;
      made++;
      if (ends.includes(id)) continue;
      if (logProb && top >= 0) {
        const withText = (one: TokenLogProb): TokenLogProb & { readonly text: string } => ({
          id: one.id,
          text: textOf(tokenizer, one.id, begun),
          logProb: Math.max(one.logProb, LEAST_LOG_PROB),
        });
        const { text, logProb: own } = withText(logProb);
        logProbs.push({ text, logProb: own, offset, top: logProb.top.map(withText) });
      }
      const said = stream.push(id);
      begun ||= said !== "";
      offset += lengthOf(said);
      const text = stop.push(said);
      if (text !== "") {
        yield { choice, text, logProbs, tokens: made, finish: null };
        logProbs = [];
      }
      if (stop.found) break;
    }
    if (token.done) reason = token.value;
    if (reason === "abort") throw new ApiError(503, "The service is being stopped.", { code: "shutting_down" });
    const rest = stop.found ? "" : stop.push(stream.end()) + stop.end();
    const finish = reason === "length" && !stop.found ? "length" : "stop";
    yield { choice, text: rest, logProbs, tokens: made, finish };
  } finally {
    await tokens.return("abort");
  }
}

/** What a token says, after others with the space that it has there; a special token, of which texts have nothing, its name. */
function textOf(tokenizer: Tokenizer, id: number, after: boolean): string {
  const stream = tokenizer.stream(after ? [id] : []);
  return stream.push(id) + stream.end() || tokenizer.decode([id], { specialTokens: true });
}

/** Characters of a text, as clients count them. */
function lengthOf(text: string): number {
  return [...text].length;
}
