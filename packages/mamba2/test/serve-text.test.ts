// What a service writes is what the model writes without one: whatever its tokens spell, wherever a stop text begins in them, and however many tokens the model has beyond the tokenizer's.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { complete, generateIds, Mamba2LM, readTokenizer, Scheduler } from "@x/mamba2";
import { CompletionService } from "@x/mamba2/serve";
import type { Tokenizer } from "@x/nn";
import { device } from "./serve-clients.ts";

// 61 tokens and three rows of padding; the tokenizer has 40 of them
const model = new Mamba2LM(
  { dModel: 16, nLayer: 2, vocabSize: 61, dState: 8, headDim: 8, padVocabSizeMultiple: 16 },
  { seed: 1, device },
);
/** Of one to four characters, few of them, so that texts occur within and across tokens. */
const spelled = (id: number): string => [...`${id}`.padStart(1 + (id % 4), "0")].map((c) => "abc"[+c % 3]).join("");
const tokenizer: Tokenizer = {
  vocabSize: 40,
  encode: (text) => Int32Array.from([...text], (c) => c.charCodeAt(0) % 40),
  decode: (ids) => Array.from(ids, spelled).join(""),
  stream: () => ({ push: spelled, end: () => "" }),
};
const settings = { seed: 3, maxTokens: 10, eosTokenId: null };

interface Choice {
  readonly text: string;
  readonly finish_reason: string | null;
}

/** What a service answers, whole or streamed. */
async function served(service: CompletionService, body: object): Promise<Choice> {
  const request = { prompt: "hello", seed: settings.seed, max_tokens: settings.maxTokens, ...body };
  const response = await service.fetch(
    new Request("http://localhost/v1/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    }),
  );
  const text = await response.text();
  const parts = text.startsWith("data: ") ? text.split("\n\n").filter((event) => event.startsWith("data: {")) : [text];
  const choices = parts.map((part) => (JSON.parse(part.replace(/^data: /, "")) as { choices: Choice[] }).choices[0]!);
  return { text: choices.map((one) => one.text).join(""), finish_reason: choices.at(-1)!.finish_reason };
}

describe("the text of a service", () => {
  it("ends where that of complete ends, for every text that it can be stopped at", async () => {
    const service = new CompletionService(model, { tokenizer, eosTokenId: null });
    const free = (await complete(model, ["hello"], { ...settings, tokenizer })).completions[0]![0]!.text;
    expect((await served(service, {})).text).toBe(free);
    const stops = new Set([...free].flatMap((_, at) => [1, 2, 4].map((size) => free.slice(at, at + size))));
    const lengths = (await complete(model, ["hello"], { ...settings, tokenizer })).completions[0]![0]!.ids.map(
      (id) => spelled(id).length,
    );
    const cuts = new Set(lengths.map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0)));
    let within = 0; // stop texts that begin after the first character of a token
    for (const stop of stops) {
      const wanted = (await complete(model, ["hello"], { ...settings, tokenizer, stop })).completions[0]![0]!;
      const answer = { text: wanted.text, finish_reason: "stop" };
      for (const stream of [false, true])
        expect(await served(service, { stop, stream }), `${stop}, ${stream ? "streamed" : "whole"}`).toEqual(answer);
      expect((await served(service, { stop, logprobs: 1 })).text, `${stop} with logprobs`).toBe(wanted.text);
      if (wanted.text !== "" && !cuts.has(wanted.text.length)) within++;
    }
    expect(within).toBeGreaterThan(4);
    await service.close(0);
  });
});

describe("the tokens of a choice, with their probabilities", () => {
  const fixtures = join(import.meta.dirname, "../../testing/fixtures-tokenizers");
  const large = new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 640, dState: 8, headDim: 8 }, { seed: 2, device });

  it.each(["tok_metaspace", "tok_bytelevel"])("of %s add up to its text, spaces included", async (name) => {
    const read = (file: string): Promise<Uint8Array | undefined> =>
      readFile(join(fixtures, name, file)).catch(() => undefined);
    const words = (await readTokenizer(read, { onWarning: () => undefined }))!;
    const service = new CompletionService(large, { tokenizer: words, eosTokenId: null });
    let [spaced, whole] = [0, 0];
    for (let seed = 0; seed < 12; seed++) {
      // a first prompt without text: what follows has no space before it
      const prompt = seed % 2 === 0 ? "a text" : [1];
      const body = { prompt, seed, max_tokens: 12, logprobs: 3, temperature: 1.5 };
      const response = await service.fetch(
        new Request("http://localhost/v1/completions", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      );
      const { choices } = (await response.json()) as {
        choices: { text: string; logprobs: { tokens: string[]; text_offset: number[] } }[];
      };
      const { text, logprobs } = choices[0]!;
      const characters = [...text];
      const { tokens, text_offset: offsets } = logprobs;
      for (const [i, token] of tokens.entries()) {
        const at = offsets[i]!;
        // parts of characters, what comes with the end of one, and special tokens, of which texts have nothing
        if (`${tokens[i - 1]}${token}`.includes("\u{fffd}") || (offsets[i + 1] ?? characters.length) === at) continue;
        expect(characters.slice(at, at + [...token].length).join(""), `token ${i} of ${JSON.stringify(text)}`).toBe(
          token,
        );
        whole++;
        if (token.startsWith(" ")) spaced++;
      }
    }
    expect(whole).toBeGreaterThan(40);
    expect(spaced).toBeGreaterThan(3);
    await service.close(0);
  });
});

describe("tokens that the tokenizer has not", () => {
  it("are not chosen, nor taken in a bias", async () => {
    const wanted: (number | null)[] = [];
    for await (const [id] of generateIds(model, [[1, 2]], { ...settings, vocabSize: 40 })) wanted.push(id!);
    expect(Math.max(...(wanted as number[]))).toBeLessThan(40);
    const scheduler = new Scheduler(model, { vocabSize: 40 });
    const got: number[] = [];
    for await (const id of scheduler.add([1, 2], settings)) got.push(id);
    expect(got).toEqual(wanted);
    expect(() => scheduler.add([1], { logitBias: { 40: 1 } })).toThrow(
      "generate: logitBias must be of tokens below 40; got token 40.",
    );
    scheduler.dispose();
    await expect(generateIds(model, [[1]], { vocabSize: 40, logitBias: { 63: 1 } }).next()).rejects.toThrow("below 40");
    expect(() => new Scheduler(model, { vocabSize: 65 })).toThrow(
      "Scheduler: vocabSize must be at most 64, the tokens of the model; got 65.",
    );
  });
});

describe("a request whose iterator is ended", () => {
  it.each(["return", "throw"] as const)("by %s before it has begun is given up", async (how) => {
    const scheduler = new Scheduler(model, { maxWaiting: 2 });
    for (let i = 0; i < 6; i++) {
      const tokens = scheduler.add([1, 2, 3], { maxTokens: 1000, eosTokenId: null });
      if (how === "return") await tokens.return("abort");
      else await expect(tokens.throw(new RangeError("no more"))).rejects.toThrow("no more");
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (let i = 0; i < 1000 && scheduler.waiting + scheduler.active > 0; i++) await new Promise(setImmediate);
    expect([scheduler.waiting, scheduler.active]).toEqual([0, 0]);
    scheduler.dispose();
  });

  it("while a token is waited for is given up at once", async () => {
    const scheduler = new Scheduler(model);
    const tokens = scheduler.add([1, 2, 3], { maxTokens: 1000, eosTokenId: null });
    const first = tokens.next();
    await tokens.return("abort");
    expect(await first).toEqual({ done: true, value: "abort" });
    scheduler.dispose();
  });
});
