# Writes originals.json: what huggingface/tokenizers makes of lists of tokens, for each kind of decoder, and how its Metaspace cuts texts.
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

with open("originals.json", "w") as file:
    json.dump({"decoded": decoded, "encoded": encoded}, file, ensure_ascii=False, separators=(",", ":"))
