// Texts that are encoded in parts: the parts are the tokens of the whole. Vocabularies that put a space before texts put none between them.
import { expect, describe, it } from "vitest";
import { generateTokens, Mamba2LM, readTokenizer, type State } from "@x/mamba2";
import { ChatTemplate, encodeExample } from "@x/mamba2/chat";
import { byteTokenizer, type Tokenizer } from "@x/nn";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openText } from "../src/cli/text-tokens.ts";

const letters = [..."▁abcdefghijklmnopqrstuvwxyz|:\nĠĊ"];
const added = (id: number, content: string) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});
/** A vocabulary of letters without merges, so that tokens hang on nothing but what is put before a text. */
async function tokenizerOf(
  normalizer: object | null,
  preTokenizer: object | null,
  decoder: object,
): Promise<Tokenizer> {
  const definition = {
    version: "1.0",
    added_tokens: [added(0, "<s>"), added(1, "</s>"), added(2, "<0xC3>"), added(3, "<0xA9>")],
    normalizer,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder,
    model: {
      type: "BPE",
      unk_token: null,
      byte_fallback: true,
      vocab: Object.fromEntries(["<s>", "</s>", "<0xC3>", "<0xA9>", ...letters].map((token, id) => [token, id])),
      merges: [],
    },
  };
  const bytes = new TextEncoder().encode(JSON.stringify(definition));
  return (await readTokenizer((name) => Promise.resolve(name === "tokenizer.json" ? bytes : undefined)))!;
}

const spaces = { type: "Replace", pattern: { String: " " }, content: "▁" };
const words = { type: "Sequence", decoders: [{ type: "Replace", pattern: { String: "▁" }, content: " " }, { type: "ByteFallback" }, { type: "Fuse" }, { type: "Strip", content: " ", start: 1, stop: 0 }] }; // prettier-ignore
const metaspace = (scheme: string, split = false): object => ({
  type: "Metaspace",
  replacement: "▁",
  prepend_scheme: scheme,
  split,
});
const byteLevel = (adds: boolean): object => ({
  type: "ByteLevel",
  add_prefix_space: adds,
  trim_offsets: true,
  use_regex: false,
});
const kinds: Readonly<Record<string, Promise<Tokenizer>>> = {
  "a normalizer that prepends": tokenizerOf(
    { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, spaces] },
    null,
    words,
  ),
  "Metaspace, always": tokenizerOf(null, metaspace("always"), words),
  "Metaspace in parts, always": tokenizerOf(null, metaspace("always", true), words),
  "Metaspace, first": tokenizerOf(null, metaspace("first"), words),
  "Metaspace, never": tokenizerOf(null, metaspace("never"), words),
  "bytes after a space": tokenizerOf(null, byteLevel(true), { type: "ByteLevel" }),
  bytes: tokenizerOf(null, byteLevel(false), { type: "ByteLevel" }),
};
const texts = ["ab cd", " ab", "ab<s>cd e</s> f", "<s>ab</s>cd", "a\u00e9b", "x\u00e9"];
/** Cuts between characters that are in no added token. */
const cutsOf = (text: string): number[] =>
  Array.from({ length: text.length - 1 }, (_, i) => i + 1).filter((at) => !/<\/?s?$/.test(text.slice(0, at)));

describe.each(Object.keys(kinds))("%s", (kind) => {
  it("gives parts the tokens of the whole", async () => {
    const tokenizer = await kinds[kind]!;
    const readable = texts.filter((text) => !kind.startsWith("bytes") || !text.includes("\u00e9"));
    for (const text of readable) {
      const whole = [...tokenizer.encode(text, { specialTokens: false })];
      for (const at of cutsOf(text)) {
        const [first, second] = [text.slice(0, at), text.slice(at)];
        const ids = [...tokenizer.encode(first, { specialTokens: false })];
        ids.push(...tokenizer.encode(second, { specialTokens: false, after: ids.at(-1)! }));
        expect(ids, JSON.stringify([first, second])).toEqual(whole);
      }
    }
  });

  it("gives examples the tokens of their text", async () => {
    const tokenizer = await kinds[kind]!;
    const { ids } = encodeExample({ prompt: "ab c", completion: "d e" }, { tokenizer });
    expect([...ids]).toEqual([...tokenizer.encode("ab cd e", { specialTokens: false })]);
    const template = new ChatTemplate("{% for m in messages %}|{{ m.role }}:{{ m.content }}{% endfor %}{% if add_generation_prompt %}|assistant:{% endif %}"); // prettier-ignore
    const messages = [
      { role: "user", content: "ab" },
      { role: "assistant", content: "c d" },
      { role: "user", content: "e" },
      { role: "assistant", content: "f" },
    ];
    const example = encodeExample({ messages }, { tokenizer, template });
    expect([...example.ids]).toEqual([...tokenizer.encode(template.render(messages), { specialTokens: false })]);
  });
});

it("files are read in pieces, each of which follows the last token of the one before", () => {
  const asked: { readonly begins: string; readonly after: number | undefined }[] = [];
  const tokenizer: Tokenizer = {
    ...byteTokenizer,
    encode(text, { after } = {}) {
      asked.push({ begins: text.slice(0, 3), after });
      return Int32Array.of(text.length % 200, 7);
    },
  };
  const folder = mkdtempSync(join(tmpdir(), "continued-"));
  try {
    const paths = ["one", "two"].map((name) => join(folder, name));
    writeFileSync(paths[0]!, `${"ab ".repeat(300)}x\n`.repeat(1300));
    writeFileSync(paths[1]!, "end");
    openText("--text", paths, tokenizer)[Symbol.dispose]();
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(asked).toEqual([
    { begins: "ab ", after: undefined },
    { begins: "ab ", after: 7 },
    { begins: "end", after: undefined },
  ]);
});

it("a text that goes on from a state follows the last token of the state", async () => {
  const tokenizer = await kinds["Metaspace, first"]!;
  const model = new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 64, dState: 8, headDim: 8 }, { seed: 1 });
  const asked: (number | undefined)[] = [];
  const asking: Tokenizer = {
    ...tokenizer,
    encode(text, options) {
      asked.push(options?.after);
      return tokenizer.encode(text, options);
    },
  };
  let state: State | undefined;
  const onState = (end: State): void => void (state = end);
  for await (const _ of generateTokens(model, "ab", { tokenizer: asking, maxTokens: 0, onState }));
  const options = { tokenizer: asking, maxTokens: 2, seed: 5 };
  const texts: string[] = [];
  for await (const piece of generateTokens(model, "cd", { ...options, ...(state && { state }) }))
    texts.push(piece.text);
  const { completions } = await model.complete(["cd"], { ...options, ...(state && { state }) });
  const whole = await model.complete(["abcd"], { ...options, specialTokens: false });
  expect(asked).toEqual([undefined, letters.indexOf("b") + 4, letters.indexOf("b") + 4, undefined]);
  expect([texts.join(""), completions[0]![0]!.ids]).toEqual([
    whole.completions[0]![0]!.text,
    whole.completions[0]![0]!.ids,
  ]);
  state!.dispose();
});

it("a text that follows a token has no special tokens around it", async () => {
  const tokenizer = await kinds["Metaspace, first"]!;
  expect(() => tokenizer.encode("a", { after: 1 })).toThrow(
    "tokenizer.encode: specialTokens must be false for a text that follows a token (after); got 1 and true.",
  );
  expect([...byteTokenizer.encode("a", { specialTokens: false, after: 1 })]).toEqual([97]);
});
