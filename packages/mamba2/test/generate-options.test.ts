// Options of generation: for every one that there is, a value that it cannot have is refused in a sentence that names it, before any token.
import { describe, expect, it } from "vitest";
import { generateText, Mamba2LM } from "@x/mamba2";
import { ConfigError } from "@x/tensor";
import { TEXT_RULES } from "../src/generation/generate-text.ts";

const model = new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 }, { seed: 1 });
const odd: readonly unknown[] = [
  NaN,
  Infinity,
  -Infinity,
  -1,
  1.5,
  1e20,
  "",
  "x",
  "1",
  2n,
  null,
  {},
  [{}],
  ["", 1],
  [[1]],
  true,
  Symbol("x"),
  () => undefined,
  new Map(),
  new Date(0),
  model,
  "\ud800",
  "a\udc00b",
  ["a", "\ud800"],
];
/** of these, what each option means something by */
const meant: { readonly [option: string]: readonly unknown[] } = {
  temperature: [1.5, 1e20],
  repetitionPenalty: [1.5, 1e20],
  presencePenalty: [-1, 1.5],
  frequencyPenalty: [-1, 1.5],
  logitBias: [odd[11], odd[18]],
  eosTokenId: [null],
  constraint: [odd[17]],
  until: [odd[17]],
  onState: [odd[17]],
  onCompile: [odd[17]],
  specialTokens: [true],
  stop: ["x", "1"],
};

async function outcome(options: object): Promise<unknown> {
  try {
    for await (const piece of generateText(model, "ab", { maxTokens: 1, ...options })) void piece;
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("options of generation", () => {
  it.each(Object.keys(TEXT_RULES))("%s is what it must be, or is refused by name", async (option) => {
    for (const value of odd) {
      const error = await outcome({ [option]: value });
      if ((meant[option] ?? []).includes(value)) expect(error, String(value)).toBeUndefined();
      else expect(error, String(value)).toBeInstanceOf(ConfigError);
      if (error)
        expect((error as Error).message, String(value)).toMatch(new RegExp(`^generate: ${option} must .*; got .+\\.$`));
    }
  });

  it("says what came: NaN, not null", async () => {
    expect(await outcome({ temperature: NaN })).toMatchObject({
      message: "generate: temperature must be a finite number of at least 0; got NaN.",
    });
    expect(await outcome({ seed: 2n })).toMatchObject({
      message: "generate: seed must be a whole number of at least 0, or one per prompt; got 2n.",
    });
    expect(await outcome({ stop: 5 })).toMatchObject({
      message: "generate: stop must be a text of at least one whole character, or an array of such texts; got 5.",
    });
    expect(await outcome({ vocabSize: 257 })).toMatchObject({
      message: "generate: vocabSize must be at most 256, the tokens of the model; got 257.",
    });
  });

  it("are refused where nothing has such a name or such a token", async () => {
    expect(await outcome({ topk: 1 })).toMatchObject({ message: expect.stringContaining('Did you mean "topK"?') });
    expect(await outcome({ logitBias: { 256: 1 } })).toMatchObject({
      message: "generate: logitBias must be of tokens below 256; got token 256.",
    });
    expect(await outcome({ seed: [1, 2] })).toMatchObject({
      message: "generate: seed must be one number, or one per prompt, 1; got 2 of them.",
    });
    for (const allowed of [[256], [1.5], "a", [-1]])
      expect(await outcome({ constraint: () => allowed })).toMatchObject({
        message: expect.stringContaining("generate: constraint must return token ids below 256"),
      });
    expect(await outcome({ constraint: () => [true] })).toMatchObject({
      message: "generate: constraint must return a mask of 256 values; got 1.",
    });
  });
});
