// Answers: the deltas of choices as one JSON object, or as server-sent events.
import type { JsonObject } from "@x/tensor/core";
import type { ParsedRequest } from "./parsed-request.ts";
import type { Endpoint } from "./endpoint.ts";
import { asApiError, errorJson } from "./errors.ts";
import type { Finish, ChoiceDelta, TokenText } from "./text-delta.ts";

/** What every object of an answer begins with. */
export interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

type Usage = { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };

/** Each prompt counts once, however many choices it has. */
function usageOf({ prompts }: ParsedRequest, tokens: readonly number[]): Usage {
  const prompt_tokens = prompts.reduce((sum, { ids }) => sum + ids.length, 0);
  const completion_tokens = tokens.reduce((sum, count) => sum + count, 0);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

export async function wholeAnswer(
  endpoint: Endpoint,
  head: Head,
  parsed: ParsedRequest,
  deltas: AsyncGenerator<ChoiceDelta>,
): Promise<JsonObject> {
  const made = Array.from({ length: parsed.n * parsed.prompts.length }, () => ({
    text: "",
    logProbs: [] as TokenText[],
    tokens: 0,
    finish: "length" as Finish,
  }));
  for await (const { choice, text, logProbs, tokens, finish } of deltas) {
    const one = made[choice]!;
    one.text += text;
    one.logProbs.push(...logProbs);
    one.tokens = tokens;
    one.finish = finish ?? one.finish;
  }
  const choices = made.map(({ text, logProbs, finish }, index) => ({
    index,
    ...endpoint.whole(text, parsed.top < 0 ? null : logProbs, finish),
  }));
  const usage = usageOf(
    parsed,
    made.map(({ tokens }) => tokens),
  );
  return { object: endpoint.object, ...head, choices, usage };
}

/** The events of a streamed answer. An error within it is an event too, and ends it. */
export async function* streamedAnswer(
  endpoint: Endpoint,
  head: Head,
  parsed: ParsedRequest,
  deltas: AsyncGenerator<ChoiceDelta>,
  onError: (error: unknown) => void,
): AsyncGenerator<string, void, void> {
  const usage = parsed.includeUsage ? { usage: null } : {};
  const chunk = (index: number, choice: JsonObject): string =>
    event({ object: endpoint.chunkObject, ...head, choices: [{ index, ...choice }], ...usage });
  const counts = Array.from({ length: parsed.n * parsed.prompts.length }, () => 0);
  try {
    if (endpoint.opening) for (const index of counts.keys()) yield chunk(index, endpoint.opening);
    for await (const { choice, text, logProbs, tokens, finish } of deltas) {
      counts[choice] = tokens;
      const probabilities = parsed.top < 0 ? null : logProbs;
      if (finish === null) yield chunk(choice, endpoint.part(text, probabilities, null));
      else {
        if (text !== "") yield chunk(choice, endpoint.part(text, probabilities, null));
        yield chunk(choice, endpoint.part("", text === "" ? probabilities : parsed.top < 0 ? null : [], finish));
      }
    }
    if (parsed.includeUsage)
      yield event({ object: endpoint.chunkObject, ...head, choices: [], usage: usageOf(parsed, counts) });
    yield "data: [DONE]\n\n";
  } catch (error) {
    onError(error);
    yield event(errorJson(asApiError(error)));
  }
}

const event = (json: JsonObject): string => `data: ${JSON.stringify(json)}\n\n`;
