# Writes originals.json: what huggingface/tokenizers makes of lists of tokens, for each kind of decoder, how it cuts texts, and what tokens these are.
# pip install tokenizers==0.23.2; python originals.py. Rows of byte tokens are valid UTF-8: what is not, this project decodes otherwise (see decoding.ts).
import json
import random

from tokenizers import Tokenizer

random.seed(1)
WORDS = ["▁", "▁hello", "▁world", "lo", "▁▁", "s", "n't", ".", "'", "🙂", "e\u0301", "\u0301", "<tag>", "a▁b"]
BYTES = [f"<0x{b:02X}>" for b in range(256)]
LLAMA = [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]


def definition(tokens, decoder, pre_tokenizer=None, merges=()):
    end = {"id": len(tokens), "content": "<end>", "special": True, "normalized": False, "single_word": False, "lstrip": False, "rstrip": False}
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
             "byte_fallback": False, "vocab": {token: i for i, token in enumerate(tokens)}, "merges": list(merges)}
    return {"version": "1.0", "truncation": None, "padding": None, "normalizer": None, "pre_tokenizer": pre_tokenizer, "post_processor": None,
            "decoder": decoder, "added_tokens": [end], "model": model}


def metaspace(scheme, **more):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, **more}


def sequence(*decoders):
    return {"type": "Sequence", "decoders": list(decoders)}


KINDS = {
    **{f"Metaspace, {scheme}": (WORDS, metaspace(scheme, split=True)) for scheme in ("always", "first", "never")},
    "bytes, then Metaspace": (WORDS, sequence({"type": "ByteFallback"}, metaspace("first", split=True))),
    "byte fallback": (BYTES + WORDS, sequence(*LLAMA)),
    "ByteLevel": (["Ġa", "b", "Ã", "©", "日本", "x y"], {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}),
    "WordPiece": (["un", "##aff", "##able", "hello", ".", "'", "n't", "##s", "do not"], {"type": "WordPiece", "prefix": "##", "cleanup": True}),
    "WordPiece, not cleaned": (["un", "##aff", ".", "##", "##s"], {"type": "WordPiece", "prefix": "##", "cleanup": False}),
    "BPEDecoder": (["low", "est</w>", "er</w>", "</w>", "a"], {"type": "BPEDecoder", "suffix": "</w>"}),
    "no decoder": (["a", "b", "cc"], None),
    "Replace": (["a", "aa", "ab", "b"], sequence({"type": "Fuse"}, {"type": "Replace", "pattern": {"String": "aab"}, "content": "$&"})),
    "Replace, an expression": (["a1", "22", "b"], {"type": "Replace", "pattern": {"Regex": "\\d+"}, "content": "#"}),
}


def random_ids(name, tokens):
    size = random.randrange(1, 14)
    if name != "byte fallback":
        return [random.randrange(len(tokens) + 1) for _ in range(size)]
    texts = ["é", "🙂", "日本", "a", "\ufeff"]
    parts = [[256 + random.randrange(len(WORDS))] if random.random() < 0.5 else list(random.choice(texts).encode()) for _ in range(size)]
    return [token for part in parts for token in part]


decoded = []
for name, (tokens, decoder) in KINDS.items():
    made = definition(tokens, decoder)
    tokenizer = Tokenizer.from_str(json.dumps(made))
    rows = [random_ids(name, tokens) for _ in range(30)]
    decoded.append({"name": name, "tokenizer": made, "rows": [{"ids": ids, "text": tokenizer.decode(ids)} for ids in rows]})

encoded = []
VOCAB, MERGES = ["▁", "▁▁", "▁a", "a", "b", "▁b", "ab"], [["▁", "▁"], ["▁", "a"], ["a", "b"], ["▁", "b"]]
for scheme in ("always", "first", "never"):
    for split in (True, False):
        made = definition(VOCAB, None, metaspace(scheme, split=split), MERGES)
        tokenizer = Tokenizer.from_str(json.dumps(made))
        texts = ["a  a", " a", "a", "", "a a a", "a<end>a", " <end> a b", "  ", "ab  <end>", "b▁a", "<end>a"]
        encoded.append({"name": f"{scheme}, {'split' if split else 'whole'}", "tokenizer": made, "rows": [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]})

SHARED = ["▁", "▁a", "▁New", "a", "N", "e", "w", "b", "▁b"]
PLAIN = {"single_word": False, "rstrip": False}
for scheme in ("always", "first"):
    made = definition(SHARED, None, metaspace(scheme, split=True), [["▁", "a"], ["▁", "b"]])
    made["added_tokens"] += [{"id": 10, "content": "New", "special": False, "normalized": True, "lstrip": False, **PLAIN}, {"id": 11, "content": "<l>", "special": False, "normalized": False, "lstrip": True, **PLAIN}]
    tokenizer = Tokenizer.from_str(json.dumps(made))
    texts = ["a New b", "New a", "a New", "aNewb", " <l>a", "<l> a", "a <l>b", "<end>a", "NewNew", "New"]
    encoded.append({"name": f"{scheme}, beside other added tokens", "tokenizer": made, "rows": [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]})
made = definition(["a"], None, {"type": "Whitespace"})
made["model"] = {"type": "WordLevel", "vocab": {"<unk>": 0, "a": 1}, "unk_token": "<unk>"}
made["normalizer"] = {"type": "Strip", "strip_left": True, "strip_right": True}
tokenizer = Tokenizer.from_str(json.dumps(made))
encoded.append({"name": "words, of which some are unknown", "tokenizer": made, "rows": [{"text": text, "ids": tokenizer.encode(text).ids} for text in ["a b a", "\ufeff a \ufeff", " \u0085a\u0085 ", "é", ""]]})

# pieces of texts, by each step that cuts them
GPT4 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
BEHAVIORS = ["Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext"]
STEPS = [{"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert} for pattern in ({"String": "a"}, {"Regex": "\\s"}) for behavior in BEHAVIORS for invert in (False, True)]
STEPS += [{"type": "Punctuation", "behavior": behavior} for behavior in BEHAVIORS]
STEPS += [{"type": "Split", "pattern": {"Regex": GPT4}, "behavior": "Isolated", "invert": False}, {"type": "Split", "pattern": {"String": "$&"}, "behavior": "Isolated", "invert": False}]
STEPS += [{"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex} for prefix in (True, False) for regex in (True, False)]
STEPS += [metaspace(scheme, split=split) for scheme in ("always", "first", "never") for split in (True, False)]
STEPS += [{"type": name} for name in ("Whitespace", "WhitespaceSplit", "BertPreTokenizer")]
STEPS += [{"type": "Digits", "individual_digits": single} for single in (True, False)] + [{"type": "CharDelimiterSplit", "delimiter": "a"}, {"type": "FixedLength", "length": 3}]
STEPS += [{"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}]},
          {"type": "Sequence", "pretokenizers": [{"type": "Punctuation", "behavior": "Isolated"}, metaspace("first", split=True)]}]
PIECES = ["a", "aa", "hello", " ", "  ", "\n", "\r\n", "\t", "12", "4567", "½", "①", "é", "e\u0301", "日本", "🙂", "👩\u200d👧", "'s", "'RE", "don't", ".", "...", "$&", "_", "▁", "\u00a0", "\u3000", "\u0085", "\ufeff", "\u200b", "«"]
texts = [" a", "a ", "aba", "a\ufeff b", "\ufeffa 🙂"] + ["".join(random.choice(PIECES) for _ in range(random.randrange(2, 8))) for _ in range(20)]
cut = []
for step in STEPS:
    tokenizer = Tokenizer.from_str(json.dumps(definition(["a"], None, step)))
    cut.append({"step": step, "pieces": [[piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)] for text in texts]})

with open("originals.json", "w") as file:
    json.dump({"decoded": decoded, "encoded": encoded, "texts": texts, "cut": cut}, file, ensure_ascii=False, separators=(",", ":"))
