// Streams of text lose nothing: after the text of a prompt, the pieces of what follows add up to the text of all, for every tokenizer.
import * as library from "@huggingface/tokenizers";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { type FileReader, readTokenizer } from "@x/mamba2";
import { byteTokenizer, type Tokenizer } from "@x/nn";
import { ConfigError, hostUniform, type JsonObject, type JsonValue } from "@x/tensor";
import { preTokenizerOf } from "../src/tokenizer/pre-tokenizers.ts";

const { Tokenizer: Library, SplitPreTokenizer } = library as typeof library & { readonly SplitPreTokenizer: unknown };

const fixtures = join(import.meta.dirname, "../../testing/fixtures-tokenizers");

interface Row {
  readonly text: string;
  readonly ids: readonly number[];
  readonly ids_no_special: readonly number[];
  readonly decoded: string;
  readonly decoded_skip: string;
}

async function fixture(name: string): Promise<{ readonly tokenizer: Tokenizer; readonly rows: readonly Row[] }> {
  const read: FileReader = (file) => readFile(join(fixtures, name, file)).catch(() => undefined);
  const { rows } = JSON.parse(await readFile(join(fixtures, name, "expected.json"), "utf8")) as {
    readonly rows: readonly Row[];
  };
  return { tokenizer: (await readTokenizer(read))!, rows };
}

type Files = Readonly<Record<string, object>>;

async function made(files: Files): Promise<Tokenizer> {
  return (await readTokenizer((name) =>
    Promise.resolve(files[name] && new TextEncoder().encode(JSON.stringify(files[name]))),
  ))!;
}

/** The files of a tokenizer of a list of tokens and a special one, with a decoder. */
function filesOf(tokens: readonly string[], decoder: object | null): Files {
  return {
    "tokenizer.json": {
      version: "1.0",
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder,
      added_tokens: [{ id: tokens.length, content: "<end>", special: true, normalized: false }],
      model: {
        type: "BPE",
        vocab: Object.fromEntries(tokens.map((token, i) => [token, i])),
        merges: [],
        unk_token: null,
      },
    },
  };
}

const listed = (tokens: readonly string[], decoder: object | null): Promise<Tokenizer> =>
  made(filesOf(tokens, decoder));

const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
const llama = [
  { type: "Replace", pattern: { String: "▁" }, content: " " },
  { type: "ByteFallback" },
  { type: "Fuse" },
  { type: "Strip", content: " ", start: 1, stop: 0 },
];
const words = ["▁", "▁hello", "▁world", "lo", "▁▁", "", "s", "n't", ".", "'", "🙂", "e\u0301", "\u0301", "<tag>"];

/** One kind of decoder, and another implementation of it: @huggingface/tokenizers with its clean-up off, unless that one is known to be wrong. */
interface Kind {
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly oracle: (ids: readonly number[]) => string;
}

function kind(tokens: readonly string[], decoder: object | null, oracle?: (tokens: readonly string[]) => string): Kind {
  const files = filesOf(tokens, decoder);
  return {
    tokenizer: () => made(files),
    oracle: oracle ? (ids) => oracle(ids.flatMap((id) => tokens[id] ?? [])) : libraryDecoder(files["tokenizer.json"]!),
  };
}

function libraryDecoder(definition: object, settings: object = {}): (ids: readonly number[]) => string {
  const library = new Library(definition, settings);
  return (ids) =>
    ids.length === 0
      ? ""
      : library.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
}

async function fixtureKind(name: string): Promise<Kind> {
  const json = async (file: string): Promise<object> =>
    JSON.parse(await readFile(join(fixtures, name, file), "utf8")) as object;
  return {
    tokenizer: async () => (await fixture(name)).tokenizer,
    oracle: libraryDecoder(await json("tokenizer.json"), await json("tokenizer_config.json")),
  };
}

const metaspace = (scheme: string): Kind =>
  kind(words, { type: "Metaspace", replacement: "▁", prepend_scheme: scheme }, ([first = "", ...rest]) =>
    [scheme === "never" ? first : first.replaceAll("▁", ""), ...rest].join("").replaceAll("▁", " "),
  );

const kinds: Readonly<Record<string, Kind>> = {
  bytes: { tokenizer: () => Promise.resolve(byteTokenizer), oracle: (ids) => Buffer.from(ids).toString("utf8") },
  tok_bytelevel: await fixtureKind("tok_bytelevel"),
  tok_metaspace: await fixtureKind("tok_metaspace"),
  "byte fallback": kind([...bytes, ...words], { type: "Sequence", decoders: llama }),
  "byte fallback without a fuse": kind([...bytes, ...words], {
    type: "Sequence",
    decoders: [{ type: "ByteFallback" }, { type: "Strip", content: "▁", start: 1, stop: 0 }],
  }),
  "Metaspace, always": metaspace("always"),
  "Metaspace, first": metaspace("first"),
  "Metaspace, never": metaspace("never"),
  WordPiece: kind(["un", "##aff", "##able", "hello", ".", "'", "n't", "##s"], {
    type: "WordPiece",
    prefix: "##",
    cleanup: true,
  }),
  "WordPiece, not cleaned": kind(["un", "##aff", ".", "##", "##s"], {
    type: "WordPiece",
    prefix: "##",
    cleanup: false,
  }),
  BPEDecoder: kind(["low", "est</w>", "er</w>", "</w>", "a"], { type: "BPEDecoder", suffix: "</w>" }),
  "no decoder": kind(["a", "b", ""], null),
  "a replacement over tokens": kind(
    ["a", "aa", "ab", "b"],
    { type: "Sequence", decoders: [{ type: "Fuse" }, { type: "Replace", pattern: { String: "aab" }, content: "$&" }] },
    (tokens) => tokens.join("").split("aab").join("$&"),
  ),
  "a regular expression": kind(["a1", "22", "b"], { type: "Replace", pattern: { Regex: "\\d+" }, content: "#" }),
  "stripped ends": kind(
    ["x", " ", "  ", "y "],
    { type: "Sequence", decoders: [{ type: "Fuse" }, { type: "Strip", content: " ", start: 2, stop: 3 }] },
    (tokens) =>
      tokens
        .join("")
        .replace(/^ {1,2}/, "")
        .replace(/ {1,3}$/, ""),
  ),
};

function pieces(tokenizer: Tokenizer, context: readonly number[], ids: readonly number[]): string[] {
  const stream = tokenizer.stream(context);
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

const randomIds = (vocab: number, length: number, seed: number): number[] =>
  [...hostUniform({ seed, stream: 1 }, Math.max(1, length))].slice(0, length).map((x) => Math.floor(x * vocab));

/** Whether a text that is shown before `ids` can stay as it is: characters and words that they complete would change it. */
const extendable = (tokenizer: Tokenizer, context: readonly number[], ids: readonly number[]): boolean =>
  tokenizer.decode([...context, ...ids]).startsWith(tokenizer.decode(context));

describe.each(Object.keys(kinds))("%s", (name) => {
  const { tokenizer: open, oracle } = kinds[name]!;

  it("adds up to the whole, from the beginning and after any prompt", async () => {
    const tokenizer = await open();
    let tried = 0;
    for (let seed = 0; seed < 400; seed++) {
      const ids = randomIds(tokenizer.vocabSize, seed % 23, seed);
      const whole = oracle(ids);
      expect(tokenizer.decode(ids), `seed ${seed}`).toBe(whole);
      expect(pieces(tokenizer, [], ids).join(""), `seed ${seed}`).toBe(whole);
      for (let cut = 0; cut <= ids.length; cut += 1 + (seed % 3)) {
        const [context, rest] = [ids.slice(0, cut), ids.slice(cut)];
        if (!extendable(tokenizer, context, rest)) continue;
        tried++;
        expect(
          tokenizer.decode(context) + pieces(tokenizer, context, rest).join(""),
          `seed ${seed}, cut at ${cut}`,
        ).toBe(whole);
      }
    }
    expect(tried).toBeGreaterThan(1000);
  });

  it("gives 20,000 tokens in linear time, and none of them late", async () => {
    const tokenizer = await open();
    const time = (ids: readonly number[]): number => {
      const stream = tokenizer.stream(ids.slice(0, 10));
      const began = performance.now();
      for (const id of ids) stream.push(id);
      stream.end();
      return performance.now() - began;
    };
    const ids = randomIds(tokenizer.vocabSize, 20_000, 7);
    time(ids.slice(0, 2000));
    expect(time(ids)).toBeLessThan(2000); // quadratic: minutes
  });
});

describe("the tokenizers of the fixtures", () => {
  for (const name of ["tok_bytelevel", "tok_metaspace"]) {
    it(`${name} encodes and decodes as transformers`, async () => {
      const { tokenizer, rows } = await fixture(name);
      expect(rows.length).toBeGreaterThan(20);
      for (const { text, ids, ids_no_special: plain, decoded, decoded_skip: skipped } of rows) {
        expect([...tokenizer.encode(text)], text).toEqual(ids);
        expect([...tokenizer.encode(text, { specialTokens: false })], text).toEqual(plain);
        expect(tokenizer.decode(plain, { specialTokens: true })).toBe(decoded);
        expect(tokenizer.decode(ids)).toBe(skipped);
        for (let cut = 0; cut <= ids.length; cut++) {
          const [context, rest] = [ids.slice(0, cut), ids.slice(cut)];
          if (extendable(tokenizer, context, rest))
            expect(tokenizer.decode(context) + pieces(tokenizer, context, rest).join("")).toBe(skipped);
        }
      }
    });
  }

  it("lose no character before punctuation, no first space", async () => {
    const bytelevel = (await fixture("tok_bytelevel")).tokenizer;
    for (const text of ["x != y", "of 'sensing", "do n't , a . b"])
      expect(pieces(bytelevel, [], [...bytelevel.encode(text)]).join("")).toBe(text);
    const metaspace = (await fixture("tok_metaspace")).tokenizer;
    const [hello, world] = [[...metaspace.encode("hello")], [...metaspace.encode("world", { specialTokens: false })]];
    expect(metaspace.decode(hello) + pieces(metaspace, hello, world).join("")).toBe("hello world");
  });
});

interface Original {
  readonly name: string;
  readonly tokenizer: object;
  readonly rows: readonly { readonly ids: readonly number[]; readonly text: string }[];
}
const originals = JSON.parse(await readFile(join(fixtures, "originals.json"), "utf8")) as {
  readonly decoded: readonly Original[];
  readonly encoded: readonly Original[];
  readonly texts: readonly string[];
  readonly cut: readonly { readonly step: JsonObject; readonly pieces: readonly (readonly string[])[] }[];
};

describe("huggingface/tokenizers itself", () => {
  it.each(originals.decoded.map(({ name, ...rest }) => [name, rest] as const))(
    "decodes as this does: %s",
    async (_, { tokenizer: definition, rows }) => {
      const tokenizer = await made({ "tokenizer.json": definition });
      for (const { ids, text } of rows) {
        expect(tokenizer.decode(ids), ids.join()).toBe(text);
        expect(pieces(tokenizer, [], ids).join(""), ids.join()).toBe(text);
      }
    },
  );

  it.each(originals.encoded.map(({ name, ...rest }) => [name, rest] as const))(
    "encodes as this does: %s",
    async (_, { tokenizer: definition, rows }) => {
      const tokenizer = await made({ "tokenizer.json": definition });
      for (const { ids, text } of rows) expect([...tokenizer.encode(text)], text).toEqual(ids);
    },
  );
});

describe("texts are cut as huggingface/tokenizers cuts them", () => {
  const compile = (pattern: JsonValue): RegExp =>
    new (SplitPreTokenizer as new (step: object) => { readonly pattern: RegExp })({ pattern, invert: true }).pattern;

  it.each(originals.cut.map(({ step, pieces: cut }) => [JSON.stringify(step), step, cut] as const))(
    "%s",
    (_, step, expected) => {
      const cut = preTokenizerOf(step, compile);
      expect(originals.texts.map((text) => cut(text, true))).toEqual(expected);
    },
  );

  it.each([
    [{ type: "UnicodeScripts" }, /the pre_tokenizer must be Split, .*got "UnicodeScripts"/],
    [{ type: "Split", pattern: { Glob: "a*" }, behavior: "Isolated" }, /pattern must be \{ Regex \} or \{ String \}/],
    [{ type: "FixedLength", length: 0 }, /got "FixedLength"/],
  ])("what is not known is refused: %o", async (step, sentence) => {
    const files = filesOf(["a"], null);
    const definition = { ...files["tokenizer.json"], pre_tokenizer: step };
    await expect(made({ "tokenizer.json": definition })).rejects.toThrow(sentence);
  });

  it("so are parts of words that a BPE marks; what is left out is told", async () => {
    const changed = (
      model: object,
      more: object = {},
    ): Promise<Tokenizer & { readonly warnings?: readonly string[] }> => {
      const definition = filesOf(["a"], null)["tokenizer.json"] as { readonly model: object };
      return made({ "tokenizer.json": { ...definition, ...more, model: { ...definition.model, ...model } } });
    };
    await expect(changed({ continuing_subword_prefix: "##" })).rejects.toThrow(
      'a BPE must have no continuing_subword_prefix; got "##"',
    );
    expect((await changed({ dropout: 0.1 })).warnings).toEqual([expect.stringContaining("says dropout")]);
    expect((await changed({}, { normalizer: { type: "Precompiled" } })).warnings).toEqual([
      expect.stringContaining("is a table (Precompiled)"),
    ]);
  });
});

describe("clean_up_tokenization_spaces", () => {
  const flag = "clean_up_tokenization_spaces";
  const insisted = `${flag}_for_bpe_even_though_it_will_corrupt_output`;
  /** what transformers 5 does to the text that the decoder gives */
  const cleaned = (text: string): string =>
    [" .", " ?", " !", " ,", " ' ", " n't", " 'm", " 's", " 've", " 're"].reduce(
      (all, spaced) => all.split(spaced).join(spaced.trim()),
      text,
    );
  const open = (tokenizer: object, settings: object): Promise<Tokenizer & { readonly warnings?: readonly string[] }> =>
    made({ "tokenizer.json": tokenizer, "tokenizer_config.json": settings });

  it.each(originals.decoded.map(({ name, ...rest }) => [name, rest] as const))(
    "%s: whole and as a stream, of a BPE only if the files insist",
    async (_, { tokenizer, rows }) => {
      const { vocab } = (tokenizer as { readonly model: { readonly vocab: object } }).model;
      const words = { ...tokenizer, model: { type: "WordLevel", vocab, unk_token: Object.keys(vocab)[0] } };
      const [plain, forced, other] = [
        await open(tokenizer, { [flag]: true }),
        await open(tokenizer, { [flag]: true, [insisted]: true }),
        await open(words, { [flag]: true }),
      ];
      expect(plain.warnings).toEqual([expect.stringContaining("which is not done for a BPE")]);
      expect([forced.warnings, other.warnings]).toEqual([[], []]);
      for (const { ids, text } of rows) {
        expect(plain.decode(ids)).toBe(text);
        for (const cleaning of [forced, other]) {
          expect(cleaning.decode(ids)).toBe(cleaned(text));
          expect(pieces(cleaning, [], ids).join("")).toBe(cleaned(text));
        }
      }
    },
  );

  it.each([flag, insisted, "split_special_tokens", "add_bos_token", "add_eos_token"])(
    "%s that says neither yes nor no is refused",
    async (name) => {
      const { tokenizer } = originals.decoded[0]!;
      await expect(open(tokenizer, { [name]: "false" })).rejects.toThrow(
        `tokenizer_config.json: ${name} must be true or false; got "false".`,
      );
      expect((await open(tokenizer, { [name]: null })).warnings).toEqual([]);
    },
  );
});

describe("what a decoder makes of", () => {
  const decoded = async (tokens: readonly string[], decoder: object | null, ids: readonly number[]): Promise<string> =>
    (await listed(tokens, decoder)).decode(ids);

  test("the first word's space, by the scheme", async () => {
    const text = (scheme: object): Promise<string> =>
      decoded(words, { type: "Metaspace", replacement: "▁", ...scheme }, [1, 2]);
    expect(await text({ prepend_scheme: "always" })).toBe("hello world");
    expect(await text({ prepend_scheme: "first" })).toBe("hello world");
    expect(await text({ prepend_scheme: "never" })).toBe(" hello world");
    expect(await text({ add_prefix_space: false })).toBe(" hello world");
    expect(await text({ add_prefix_space: true })).toBe("hello world");
  });

  test("bytes in byte tokens, also those of a byte order mark", async () => {
    const decoder = { type: "Sequence", decoders: llama };
    expect(await decoded(bytes, decoder, [0xef, 0xbb, 0xbf, 0x61])).toBe("\uFEFFa");
    expect(await decoded(bytes, decoder, [0xf0, 0x9f, 0x99, 0x82, 0xe2])).toBe("🙂\uFFFD");
  });

  test("a byte-level token with characters outside of the alphabet", async () => {
    expect(await decoded(["日本", "a b", "Ġx"], { type: "ByteLevel" }, [2, 0, 1])).toBe(" x日本a b");
  });

  test("words and their ends", async () => {
    expect(await decoded(["low", "est</w>", "er</w>"], { type: "BPEDecoder", suffix: "</w>" }, [0, 1, 0, 2])).toBe(
      "lowest lower",
    );
    expect(
      await decoded(
        ["un", "##able", "do", "n't", "!"],
        { type: "WordPiece", prefix: "##", cleanup: true },
        [0, 1, 2, 3, 4],
      ),
    ).toBe("unable don't!");
  });

  test("ids that are no tokens", async () => {
    const tokenizer = await listed(["a"], { type: "Fuse" });
    for (const id of [2, -1, 0.5, NaN]) {
      expect(() => tokenizer.decode([id])).toThrow(ConfigError);
      expect(() => tokenizer.stream().push(id)).toThrow(
        `tokenizer: ids must be whole numbers in [0, 2), the vocabulary; got ${id}.`,
      );
    }
  });

  test("a stream of invalid bytes: U+FFFD as it comes", async () => {
    for (const kind of ["bytes", "byte fallback"]) {
      const tokenizer = await kinds[kind]!.tokenizer();
      const stream = tokenizer.stream();
      expect([0xff, 0xff, 0x80, 0x61].map((id) => stream.push(id))).toEqual(["\uFFFD", "\uFFFD", "\uFFFD", "a"]);
    }
    const stream = (await fixture("tok_bytelevel")).tokenizer.stream();
    const invalid = Array.from({ length: 20_000 }, () => 251); // a byte that continues a character
    expect(invalid.map((id) => stream.push(id)).join("")).toBe("\uFFFD".repeat(20_000));
  });

  test("a decoder nobody knows", async () => {
    await expect(listed(["a"], { type: "Morse" })).rejects.toThrow(/tokenizer\.json must hold a tokenizer; .*Morse/);
  });
});

describe("special tokens", () => {
  it("follow the post-processor, and the option", async () => {
    const model = { type: "WordLevel", vocab: { "<s>": 0, "</s>": 1, a: 2, b: 3 }, unk_token: "<s>" };
    const rules = {
      type: "TemplateProcessing",
      single: [
        { SpecialToken: { id: "<s>", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "</s>", type_id: 0 } },
      ],
      special_tokens: {},
    };
    const tokenizer = await made({
      "tokenizer.json": { model, post_processor: rules, pre_tokenizer: { type: "WhitespaceSplit" } },
      "tokenizer_config.json": { bos_token: "<s>", eos_token: { content: "</s>" }, add_bos_token: true },
    });
    expect([...tokenizer.encode("a b")]).toEqual([0, 2, 3, 1]);
    expect([...tokenizer.encode("a b", { specialTokens: false })]).toEqual([2, 3]);
    expect(tokenizer).toMatchObject({ bosTokenId: 0, eosTokenId: 1, warnings: [] });
    expect(tokenizer.decode([0, 2, 3, 1])).toBe("a b"); // named by tokenizer_config.json only
    expect(() => tokenizer.encode("a", { addSpecialTokens: true } as object)).toThrow(
      /tokenizer\.encode: options must be among specialTokens, after; got "addSpecialTokens"/,
    );
  });

  it("that only tokenizer_config.json promises are missed aloud", async () => {
    const model = { type: "WordLevel", vocab: { "<s>": 0, a: 1 }, unk_token: "<s>" };
    const tokenizer = (await made({
      "tokenizer.json": { model },
      "tokenizer_config.json": { bos_token: "<s>", add_bos_token: true },
    })) as Tokenizer & { readonly warnings: readonly string[] };
    expect([...tokenizer.encode("a")]).toEqual([1]);
    expect(tokenizer.warnings).toEqual([
      "tokenizer: tokenizer_config.json says add_bos_token, but the post_processor of tokenizer.json adds no such token; none is added, as in transformers 5.",
    ]);
  });

  it("that nothing splits, and words that are found within others, are told", async () => {
    const word = { id: 2, content: "ab", single_word: true, special: false };
    const tokenizer = (await made({
      "tokenizer.json": { model: { type: "WordLevel", vocab: { a: 1, ab: 2 }, unk_token: "a" }, added_tokens: [word] },
      "tokenizer_config.json": { split_special_tokens: true },
    })) as Tokenizer & { readonly warnings: readonly string[] };
    expect(tokenizer.warnings).toEqual([
      "tokenizer: tokenizer_config.json says split_special_tokens, which is not done: special tokens that a text spells are these tokens.",
      "tokenizer: tokenizer.json says single_word of ab, which is not done: they are found within words too.",
    ]);
  });

  it("that files of before 2023 keep apart are those of the newer ones", async () => {
    const model = { type: "WordLevel", vocab: { "<s>": 0, a: 1, "</s>": 2 }, unk_token: "a" };
    const files = {
      "tokenizer.json": { model, pre_tokenizer: { type: "WhitespaceSplit" } },
      "tokenizer_config.json": { bos_token: "a" },
      "special_tokens_map.json": {
        bos_token: "<s>",
        eos_token: { content: "</s>" },
        additional_special_tokens: ["<x>"],
      },
      "added_tokens.json": { "<x>": 3, "<y>": 4 },
    };
    const tokenizer = await made(files);
    expect(tokenizer).toMatchObject({ bosTokenId: 0, eosTokenId: 2, vocabSize: 5 });
    expect([...tokenizer.encode("a<x>a<y>")]).toEqual([1, 3, 1, 4]);
    expect(tokenizer.decode([1, 3, 4, 2])).toBe("a <y>");
    const newer = await made({ ...files, "tokenizer_config.json": { bos_token: "a", added_tokens_decoder: {} } });
    expect(newer).toMatchObject({ bosTokenId: 1, eosTokenId: undefined, vocabSize: 3 });
  });

  it("split a text before every space where Metaspace does", async () => {
    const vocab = { "▁": 0, "▁▁": 1, "▁a": 2, a: 3 };
    const of = (preTokenizer: object): Promise<Tokenizer> =>
      made({
        "tokenizer.json": {
          model: {
            type: "BPE",
            vocab,
            merges: [
              ["▁", "▁"],
              ["▁", "a"],
            ],
          },
          pre_tokenizer: { type: "Metaspace", replacement: "▁", ...preTokenizer },
        },
      });
    expect([...(await of({ prepend_scheme: "always" })).encode("a  a")]).toEqual([2, 0, 2]);
    expect([...(await of({ prepend_scheme: "never" })).encode("a a")]).toEqual([3, 2]);
    expect([...(await of({ add_prefix_space: false })).encode("a a")]).toEqual([3, 2]);
    expect([...(await of({ prepend_scheme: "always", split: false })).encode("a  a")]).toEqual([2, 1, 3]);
  });
});
