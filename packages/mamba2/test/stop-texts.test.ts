// Stop texts end a generation wherever they are cut into pieces, and nothing of them, or after them, is given out.
import { describe, expect, it, test } from "vitest";
import { generateTokens, type GenerateTextOptions, Mamba2LM, type State } from "@x/mamba2";
import { hostUniform } from "@x/tensor";
import { StopTexts } from "../src/generation/stop-texts.ts";

const model = new Mamba2LM(
  { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8, tieEmbeddings: false },
  { seed: 1 },
);

async function run(
  prompt: string,
  options: GenerateTextOptions,
): Promise<{
  readonly text: string;
  readonly pieces: readonly string[];
  readonly ids: readonly number[];
  readonly reason: string;
}> {
  const pieces: string[] = [];
  const ids: number[] = [];
  const tokens = generateTokens(model, prompt, options);
  for (;;) {
    const next = await tokens.next();
    if (next.done) return { text: pieces.join(""), pieces, ids, reason: next.value };
    pieces.push(next.value.text);
    if (next.value.id !== undefined) ids.push(next.value.id);
  }
}

/** Where a text ends by the definition: at the stop text that is complete first, read one character after the other. */
function cutAt(text: string, stops: readonly string[]): string {
  for (let end = 1; end <= text.length; end++) {
    const found = stops.filter((stop) => text.slice(0, end).endsWith(stop)).sort((a, b) => b.length - a.length)[0];
    if (found !== undefined) return text.slice(0, end - found.length);
  }
  return text;
}

describe("generation", () => {
  it("ends before the stop text that is complete first", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const options = { seed, maxTokens: 60, vocabSize: 100 };
      const { text: free } = await run("x", options);
      const at = Math.floor(hostUniform({ seed, stream: 5 }, 1)[0]! * 40);
      for (const stops of [
        [free.slice(at, at + 1)],
        [free.slice(at, at + 3)],
        [free.slice(at, at + 5), free.slice(at + 1, at + 2)],
        [free.slice(at + 2, at + 4), "nowhere to be seen"],
      ]) {
        const { text, reason, pieces } = await run("x", { ...options, stop: stops });
        expect(text).toBe(cutAt(free, stops));
        expect(reason).toBe("stop text");
        expect(pieces.join("")).toBe(text);
      }
    }
  });

  it("goes on where no stop text comes, and gives out what was held back", async () => {
    const { text } = await run("x", { seed: 1, maxTokens: 30, vocabSize: 100 });
    const held = await run("x", { seed: 1, maxTokens: 30, vocabSize: 100, stop: `${text.slice(-4)}and more` });
    expect(held).toMatchObject({ text, reason: "length" });
  });

  it("leaves a state of what was read, stop text and all, and reads no token more", async () => {
    const { ids, text } = await run("x", { seed: 3, maxTokens: 40, vocabSize: 100 });
    let state: State | undefined;
    const stopped = await run("x", {
      seed: 3,
      maxTokens: 40,
      vocabSize: 100,
      stop: text.slice(9, 11),
      onState: (end) => void (state = end),
    });
    expect(stopped.ids).toEqual(ids.slice(0, stopped.ids.length));
    expect(state!.progress.drawn).toBe(stopped.ids.length);
    const rest = await run("", { maxTokens: 40 - stopped.ids.length, vocabSize: 100, state: state! });
    expect([...stopped.ids, ...rest.ids]).toEqual(ids);
  });

  it("says what ended it", async () => {
    const { ids } = await run("x", { seed: 2, maxTokens: 10 });
    expect((await run("x", { seed: 2, maxTokens: 10, eosTokenId: [ids[3]!, 99] })).reason).toBe("end token");
    expect((await run("x", { seed: 2, maxTokens: 10, until: (id) => id === ids[4] })).reason).toBe("until");
    expect((await run("x", { maxTokens: 0 })).reason).toBe("length");
  });

  test("options nobody knows, and empty texts", async () => {
    await expect(run(undefined as never, {})).rejects.toThrow("generate: the prompt must be a text; got undefined.");
    await expect(run("x", { stop: "" })).rejects.toThrow(
      'generate: stop must be a text of at least one whole character, or an array of such texts; got "".',
    );
    await expect(run("x", { stop: ["a", ""] })).rejects.toThrow(/at least one whole character/);
    await expect(run("x", { stops: ["a"] } as object)).rejects.toThrow(
      /options must be among .*; got "stops"\. Did you mean "stop"\?/,
    );
  });
});

it("an overlapping stop text is found at every cut", () => {
  for (const [text, stops] of [
    ["aabaabaac", ["aabaac"]],
    ["ababac", ["abac", "bab"]],
    ["abcabd", ["abd", "cab"]],
    ["aaaa", ["aaa"]],
    ["xyz", ["xyzz", "y"]],
    ["🙂🙃", ["🙃"]],
  ] as const) {
    const characters = [...text];
    for (let cuts = 0; cuts < 2 ** (characters.length - 1); cuts++) {
      const stream = new StopTexts(stops);
      let [piece, got] = ["", ""];
      for (const [i, character] of characters.entries()) {
        piece += character;
        if (i < characters.length - 1 && !(cuts & (1 << i))) continue;
        got += stream.push(piece);
        piece = "";
      }
      expect(got + stream.end(), `${text} until ${stops.join(" or ")}, cut at ${cuts.toString(2)}`).toBe(
        cutAt(text, stops),
      );
    }
  }
});
