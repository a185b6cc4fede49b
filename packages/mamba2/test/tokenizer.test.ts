import { describe, expect, it } from "vitest";
import { type FileReader, mamba2Config, readTokenizer, tokenizerFor } from "@x/mamba2";
import { byteTokenizer, type Tokenizer } from "@x/nn";
import { CheckpointError, ConfigError } from "@x/tensor";

/** A byte-level BPE of a few letters: "é" is its two bytes, Ã and ©; "ab" is merged; Ġ is a space. */
const definition = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [
    { id: 7, content: "<end>", single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  ],
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: "",
    end_of_word_suffix: "",
    fuse_unk: false,
    vocab: { a: 0, b: 1, c: 2, Ã: 3, "©": 4, Ġ: 5, ab: 6 },
    merges: ["a b"],
  },
};

function filesOf(text: string | undefined): FileReader {
  return (name) =>
    Promise.resolve(name === "tokenizer.json" && text !== undefined ? new TextEncoder().encode(text) : undefined);
}

async function read(): Promise<Tokenizer> {
  return (await readTokenizer(filesOf(JSON.stringify(definition))))!;
}

describe("readTokenizer", () => {
  it("encodes and decodes", async () => {
    const tokenizer = await read();
    expect(tokenizer.vocabSize).toBe(8);
    expect([...tokenizer.encode("abc ab")]).toEqual([6, 2, 5, 6]);
    expect(tokenizer.decode([6, 2, 5, 6, 7])).toBe("abc ab");
  });

  it("streams whole characters only", async () => {
    const stream = (await read()).stream();
    expect([6, 5, 3, 4, 2].map((id) => stream.push(id))).toEqual(["ab", " ", "", "é", "c"]);
    expect(stream.end()).toBe("");
    expect(stream.push(3)).toBe("");
    expect(stream.end()).toBe("\uFFFD");
  });

  it("takes white space beside an added token as the original does: U+0085 is some, U+FEFF none", async () => {
    const vocab = Object.fromEntries([..."ab \ufeff\u0085\u3000"].map((token, id) => [token, id]));
    for (const normalized of [false, true]) {
      const token = {
        id: 9,
        content: "|",
        single_word: false,
        lstrip: true,
        rstrip: true,
        normalized,
        special: !normalized,
      };
      const model = { type: "BPE", unk_token: null, vocab, merges: [] };
      const file = { ...definition, added_tokens: [token], pre_tokenizer: null, decoder: null, model };
      const tokenizer = (await readTokenizer(filesOf(JSON.stringify(file))))!;
      for (const [text, want] of [
        ["a\ufeff|\ufeffb", [0, 3, 9, 3, 1]],
        ["a\u0085 |\u3000\u0085b", [0, 9, 1]],
        ["a \ufeff |\u3000\ufeff b", [0, 2, 3, 9, 3, 2, 1]],
      ] as const)
        expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(want);
    }
  });

  it.each([
    { type: "Lowercase" },
    { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    { type: "Sequence", normalizers: [{ type: "NFKC" }, { type: "Lowercase" }] },
  ])("makes each letter small by itself: $type", async (normalizer) => {
    const vocab = Object.fromEntries([..."aσςο"].map((token, id) => [token, id]));
    const model = { type: "BPE", unk_token: null, vocab, merges: [] };
    const file = { ...definition, added_tokens: [], normalizer, pre_tokenizer: null, decoder: null, model };
    const tokenizer = (await readTokenizer(filesOf(JSON.stringify(file))))!;
    expect([...tokenizer.encode("AΟΣ")]).toEqual([0, 3, 1]);
    expect([...tokenizer.encode("ος")]).toEqual([3, 2]);
  });

  it("is undefined without a file and a CheckpointError for a damaged one", async () => {
    expect(await readTokenizer(filesOf(undefined))).toBeUndefined();
    await expect(readTokenizer(filesOf("{"))).rejects.toThrow(CheckpointError);
    await expect(readTokenizer(filesOf('{"model": {"type": "nothing"}}'))).rejects.toThrow(
      /tokenizer\.json must hold a tokenizer/,
    );
  });
});

describe("tokenizerFor", () => {
  const config = (vocabSize: number) => mamba2Config({ dModel: 64, headDim: 16, vocabSize });

  it("takes the one given, else bytes for 256 tokens", async () => {
    const given = await read();
    expect(tokenizerFor(config(8), given)).toBe(given);
    expect(tokenizerFor(config(256), undefined)).toBe(byteTokenizer);
  });

  it("says when none fits", async () => {
    expect(() => tokenizerFor(config(300), undefined)).toThrow(ConfigError);
    expect(() => tokenizerFor(config(16), byteTokenizer)).toThrow(
      "tokenizer: must have at most as many tokens as the model, 16; got 256.",
    );
  });
});
