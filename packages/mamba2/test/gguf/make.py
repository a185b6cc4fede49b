# Makes the files of this folder: python make.py [TOKENIZER_JSON]. Needs `gguf` (llama.cpp's own package, MIT) and `safetensors`.
# Each family's tensors are drawn under the names that transformers has, and written twice: as safetensors, and as llama.cpp's converter lays them out
# (decays as −e^A_log, convolutions without their middle axis, norms by group, queries and keys of Granite and Nemotron-H by neighbours, Falcon-H1's factors in its weights).
# blocks.safetensors has random blocks of every type beside what `gguf` makes of them.
import json
import sys
from pathlib import Path

import gguf
import numpy as np
from gguf.constants import GGMLQuantizationType as Q
from safetensors.numpy import save_file

here = Path(__file__).parent
rng = np.random.default_rng(7)
ARCHITECTURE = {"mamba2": "mamba2", "falcon_h1": "falcon-h1", "granitemoehybrid": "granitehybrid", "bamba": "granitehybrid", "nemotron_h": "nemotron_h"}


def draw(*shape, around=0.0):
    return (around + rng.uniform(-0.3, 0.3, shape)).astype(np.float32)


def mixer(place, c, bias_of_conv=True, norm=True):
    inner, groups, state, heads, d = c["inner"], c["groups"], c["state"], c["heads"], c["d"]
    conv = inner + 2 * groups * state
    t = {
        f"{place}.in_proj.weight": draw(inner + conv + heads, d),
        f"{place}.conv1d.weight": draw(conv, 1, 4),
        f"{place}.dt_bias": draw(heads),
        f"{place}.A_log": draw(heads, around=0.5),
        f"{place}.D": draw(heads, around=1),
        f"{place}.out_proj.weight": draw(d, inner),
    }
    if bias_of_conv:
        t[f"{place}.conv1d.bias"] = draw(conv)
    if norm:
        t[f"{place}.norm.weight"] = draw(inner, around=1)
    return t


def attention(place, d, heads, kv, width):
    return {
        f"{place}.q_proj.weight": draw(heads * width, d),
        f"{place}.k_proj.weight": draw(kv * width, d),
        f"{place}.v_proj.weight": draw(kv * width, d),
        f"{place}.o_proj.weight": draw(d, heads * width),
    }


sizes = dict(d=32, inner=64, groups=1, state=8, heads=4)
HYBRID = dict(
    hidden_size=32, num_attention_heads=4, num_key_value_heads=2, mamba_d_state=8, mamba_d_conv=4, mamba_n_groups=1, mamba_n_heads=4, mamba_d_head=16,
    mamba_expand=2, mamba_conv_bias=True, mamba_proj_bias=False, attention_bias=False, rms_norm_eps=1e-5, hidden_act="silu", bos_token_id=1, eos_token_id=2, pad_token_id=0,
)


def mamba2():
    c = {**sizes, "groups": 2}
    config = dict(
        model_type="mamba2", hidden_size=32, num_hidden_layers=2, vocab_size=40, state_size=8, num_heads=4, head_dim=16, expand=2, n_groups=2, gated_norm_groups=2,
        conv_kernel=4, use_bias=False, use_conv_bias=True, layer_norm_epsilon=1e-5, tie_word_embeddings=True, hidden_act="silu", bos_token_id=0, eos_token_id=0, pad_token_id=0,
    )
    t = {"backbone.embeddings.weight": draw(40, 32), "backbone.norm_f.weight": draw(32, around=1)}
    for i in range(2):
        t[f"backbone.layers.{i}.norm.weight"] = draw(32, around=1)
        t |= mixer(f"backbone.layers.{i}.mixer", c)
    return config, t


def falcon_h1(vocabulary):
    config = dict(
        HYBRID, model_type="falcon_h1", num_hidden_layers=2, vocab_size=vocabulary, intermediate_size=64, mamba_d_ssm=64, head_dim=16, mamba_rms_norm=True,
        mamba_norm_before_gate=False, projectors_bias=False, mlp_bias=False, rope_theta=1e6, tie_word_embeddings=False, embedding_multiplier=2.5, lm_head_multiplier=0.25,
        attention_in_multiplier=1.5, attention_out_multiplier=0.75, key_multiplier=0.5, ssm_in_multiplier=1.25, ssm_out_multiplier=0.5,
        ssm_multipliers=[0.5, 0.75, 1.5, 1.25, 2.0], mlp_multipliers=[0.75, 1.25], max_position_embeddings=512,
    )
    t = {"model.embed_tokens.weight": draw(vocabulary, 32), "model.final_layernorm.weight": draw(32, around=1), "lm_head.weight": draw(vocabulary, 32)}
    for i in range(2):
        p = f"model.layers.{i}"
        t |= {f"{p}.input_layernorm.weight": draw(32, around=1), f"{p}.pre_ff_layernorm.weight": draw(32, around=1)}
        t |= mixer(f"{p}.mamba", sizes) | attention(f"{p}.self_attn", 32, 4, 2, 16)
        t |= {f"{p}.feed_forward.{n}_proj.weight": draw(*s) for n, s in (("gate", (64, 32)), ("up", (64, 32)), ("down", (32, 64)))}
    return config, t


def granite(experts):
    config = dict(
        HYBRID, model_type="granitemoehybrid", num_hidden_layers=2, vocab_size=40, shared_intermediate_size=64, intermediate_size=32, num_local_experts=3 if experts else 0,
        num_experts_per_tok=2 if experts else 0, layer_types=["mamba", "attention"], embedding_multiplier=12.0, residual_multiplier=0.25, attention_multiplier=0.0625,
        logits_scaling=6.0, position_embedding_type="nope", tie_word_embeddings=True,
    )
    t = {"model.embed_tokens.weight": draw(40, 32), "model.norm.weight": draw(32, around=1)}
    for i, kind in enumerate(config["layer_types"]):
        p = f"model.layers.{i}"
        t |= {f"{p}.input_layernorm.weight": draw(32, around=1), f"{p}.post_attention_layernorm.weight": draw(32, around=1)}
        t |= mixer(f"{p}.mamba", sizes) if kind == "mamba" else attention(f"{p}.self_attn", 32, 4, 2, 8)
        t |= {f"{p}.shared_mlp.input_linear.weight": draw(128, 32), f"{p}.shared_mlp.output_linear.weight": draw(32, 64)}
        if experts:
            t |= {
                f"{p}.block_sparse_moe.router.layer.weight": draw(3, 32),
                f"{p}.block_sparse_moe.input_linear.weight": draw(3, 64, 32),
                f"{p}.block_sparse_moe.output_linear.weight": draw(3, 32, 32),
            }
    return config, t


def bamba():
    config = dict(
        HYBRID, model_type="bamba", num_hidden_layers=2, vocab_size=40, intermediate_size=64, attn_layer_indices=[1], tie_word_embeddings=False, rope_theta=10000.0,
        partial_rotary_factor=0.5, mlp_bias=False,
    )
    t = {"model.embed_tokens.weight": draw(40, 32), "model.final_layernorm.weight": draw(32, around=1), "lm_head.weight": draw(40, 32)}
    for i in range(2):
        p = f"model.layers.{i}"
        t |= {f"{p}.input_layernorm.weight": draw(32, around=1), f"{p}.pre_ff_layernorm.weight": draw(32, around=1)}
        t |= attention(f"{p}.self_attn", 32, 4, 2, 8) if i == 1 else mixer(f"{p}.mamba", sizes)
        t |= {f"{p}.feed_forward.{n}_proj.weight": draw(*s) for n, s in (("gate", (64, 32)), ("up", (64, 32)), ("down", (32, 64)))}
    return config, t


def nemotron_h():
    c = {**sizes, "groups": 2}
    config = dict(
        model_type="nemotron_h", hidden_size=32, vocab_size=40, layers_block_type=["mamba", "mlp", "attention"], mamba_num_heads=4, mamba_head_dim=16, ssm_state_size=8,
        n_groups=2, conv_kernel=4, use_conv_bias=True, use_bias=False, mlp_bias=False, mlp_hidden_act="relu2", mamba_hidden_act="silu", layer_norm_epsilon=1e-5,
        num_attention_heads=4, num_key_value_heads=2, head_dim=8, intermediate_size=64, tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    )
    t = {"backbone.embeddings.weight": draw(40, 32), "backbone.norm_f.weight": draw(32, around=1), "lm_head.weight": draw(40, 32)}
    for i, kind in enumerate(config["layers_block_type"]):
        p = f"backbone.layers.{i}"
        t[f"{p}.norm.weight"] = draw(32, around=1)
        if kind == "mamba":
            t |= mixer(f"{p}.mixer", c)
        elif kind == "mlp":
            t |= {f"{p}.mixer.up_proj.weight": draw(64, 32), f"{p}.mixer.down_proj.weight": draw(32, 64)}
        else:
            t |= attention(f"{p}.mixer", 32, 4, 2, 8)
    return config, t


def neighbours(w, heads):
    """Rows of a head as llama.cpp rotates them: i of the first half, then i of the second."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(w.shape)


WITHIN = {
    "norm.weight": "attn_norm.weight", "input_layernorm.weight": "attn_norm.weight", "pre_ff_layernorm.weight": "ffn_norm.weight", "post_attention_layernorm.weight": "ffn_norm.weight",
    "in_proj.weight": "ssm_in.weight", "conv1d.weight": "ssm_conv1d.weight", "conv1d.bias": "ssm_conv1d.bias", "dt_bias": "ssm_dt.bias", "A_log": "ssm_a", "D": "ssm_d",
    "out_proj.weight": "ssm_out.weight", "q_proj.weight": "attn_q.weight", "k_proj.weight": "attn_k.weight", "v_proj.weight": "attn_v.weight", "o_proj.weight": "attn_output.weight",
    "gate_proj.weight": "ffn_gate.weight", "up_proj.weight": "ffn_up.weight", "down_proj.weight": "ffn_down.weight", "router.layer.weight": "ffn_gate_inp.weight",
}


def to_gguf(config, tensors):
    """Names and values as llama.cpp has them."""
    kind = config["model_type"]
    out = {}
    experts = config.get("num_local_experts", 0) > 0
    groups = config.get("n_groups", config.get("mamba_n_groups"))
    for name, w in tensors.items():
        if ".layers." not in name:
            top = {"embed": "token_embd.weight", "lm_hea": "output.weight"}
            key = next((v for k, v in top.items() if name.split(".")[-2].startswith(k)), "output_norm.weight")
            if kind == "falcon_h1" and key != "output_norm.weight":
                w = w * np.float32(config["embedding_multiplier" if key == "token_embd.weight" else "lm_head_multiplier"])
            out[key] = w
            continue
        _, rest = name.split(".layers.")
        number, part = rest.split(".", 1)
        block = f"blk.{number}."
        last = ".".join(part.split(".")[-2:]) if part.split(".")[-1] in ("weight", "bias") else part.split(".")[-1]
        if part in ("norm.weight", "input_layernorm.weight", "pre_ff_layernorm.weight", "post_attention_layernorm.weight"):
            out[block + WITHIN[part]] = w
        elif part.endswith("norm.weight"):
            out[block + "ssm_norm.weight"] = w.reshape(groups, -1)
        elif part.endswith("A_log"):
            out[block + "ssm_a"] = -np.exp(w)[:, None]
        elif part.endswith(".D"):
            out[block + "ssm_d"] = w[:, None]
        elif part.endswith("conv1d.weight"):
            out[block + "ssm_conv1d.weight"] = w[:, 0]
        elif part.endswith(("q_proj.weight", "k_proj.weight")) and kind != "falcon_h1":
            out[block + WITHIN[last]] = neighbours(w, config["num_attention_heads" if "q_proj" in part else "num_key_value_heads"])
        elif part.endswith("shared_mlp.input_linear.weight"):
            gate, up = np.split(w, 2)
            end = "_shexp.weight" if experts else ".weight"
            out |= {block + "ffn_gate" + end: gate, block + "ffn_up" + end: up}
        elif part.endswith("shared_mlp.output_linear.weight"):
            out[block + ("ffn_down_shexp.weight" if experts else "ffn_down.weight")] = w
        elif part.endswith("block_sparse_moe.input_linear.weight"):
            gate, up = np.split(w, 2, axis=1)
            out |= {block + "ffn_gate_exps.weight": gate, block + "ffn_up_exps.weight": up}
        elif part.endswith("block_sparse_moe.output_linear.weight"):
            out[block + "ffn_down_exps.weight"] = w
        elif part.endswith("router.layer.weight"):
            out[block + "ffn_gate_inp.weight"] = w
        else:
            if kind == "falcon_h1":
                w = falcon_factor(config, part, w)
            out[block + WITHIN[last]] = w
    return out


def falcon_factor(c, part, w):
    f = np.float32
    one = {
        "down_proj": c["mlp_multipliers"][1], "gate_proj": c["mlp_multipliers"][0], "k_proj": c["key_multiplier"] * c["attention_in_multiplier"],
        "q_proj": c["attention_in_multiplier"], "v_proj": c["attention_in_multiplier"], "o_proj": c["attention_out_multiplier"], "out_proj": c["ssm_out_multiplier"],
    }
    for name, factor in one.items():
        if f".{name}." in part:
            return w * f(factor)
    if ".in_proj." in part:
        inner, bc = c["mamba_d_ssm"], c["mamba_n_groups"] * c["mamba_d_state"]
        rows = np.concatenate([np.full(n, m) for n, m in zip((inner, inner, bc, bc, c["mamba_n_heads"]), c["ssm_multipliers"])])
        return (w * f(c["ssm_in_multiplier"])) * rows.astype(f)[:, None]
    return w


def values(writer, c, tensors):
    kind = c["model_type"]
    layers = c.get("num_hidden_layers", len(c.get("layers_block_type", [])))
    heads = c.get("num_heads", c.get("mamba_n_heads", c.get("mamba_num_heads")))
    width = c.get("mamba_d_head", c.get("mamba_head_dim", c["head_dim"] if kind == "mamba2" else None))
    writer.add_block_count(layers)
    writer.add_embedding_length(c["hidden_size"])
    writer.add_context_length(2**20)
    writer.add_ssm_conv_kernel(4)
    writer.add_ssm_inner_size(heads * width)
    writer.add_ssm_state_size(8)
    writer.add_ssm_time_step_rank(heads)
    writer.add_ssm_group_count(c.get("n_groups", c.get("mamba_n_groups")))
    writer.add_layer_norm_rms_eps(1e-5)
    if kind == "mamba2":
        writer.add_feed_forward_length(0)
        writer.add_head_count(0)
        return
    attends = [f"blk.{i}.attn_q.weight" in tensors for i in range(layers)]
    writer.add_head_count(c["num_attention_heads"])
    writer.add_head_count_kv(2 if kind == "falcon_h1" else [2 if a else 0 for a in attends])
    if kind == "nemotron_h":
        writer.add_feed_forward_length([64 if f"blk.{i}.ffn_up.weight" in tensors else 0 for i in range(layers)])
    else:
        writer.add_feed_forward_length(c["intermediate_size"])
    if kind in ("falcon_h1", "nemotron_h"):
        writer.add_key_length(c["head_dim"])
        writer.add_value_length(c["head_dim"])
    if "rope_theta" in c:
        writer.add_rope_freq_base(c["rope_theta"])
    if kind == "bamba":
        writer.add_rope_dimension_count(4)
    if kind in ("granitemoehybrid", "bamba"):
        writer.add_rope_scaling_finetuned(kind == "bamba")
    if kind == "granitemoehybrid":
        writer.add_attention_scale(c["attention_multiplier"])
        writer.add_embedding_scale(c["embedding_multiplier"])
        writer.add_residual_scale(c["residual_multiplier"])
        writer.add_logit_scale(c["logits_scaling"])
        writer.add_expert_shared_feed_forward_length(c["shared_intermediate_size"])
        if c["num_local_experts"]:
            writer.add_expert_count(c["num_local_experts"])
            writer.add_expert_used_count(c["num_experts_per_tok"])


def tokenizer_values(writer, tokenizer):
    vocab = tokenizer["model"]["vocab"]
    tokens = [token for token, _ in sorted(vocab.items(), key=lambda item: item[1])]
    control = {token["id"] for token in tokenizer["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if i in control else 1 for i in range(len(tokens))])
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]])
    writer.add_add_bos_token(False)
    writer.add_chat_template("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")


def write(name, config, tensors, type_of=lambda *_: Q.F32, tokenizer=None):
    theirs = to_gguf(config, tensors)
    writer = gguf.GGUFWriter(here / f"{name}.gguf", ARCHITECTURE[config["model_type"]])
    values(writer, config, theirs)
    for key, field in (("bos", "bos_token_id"), ("eos", "eos_token_id"), ("pad", "pad_token_id")):
        getattr(writer, f"add_{key}_token_id")(config[field])
    if tokenizer:
        tokenizer_values(writer, tokenizer)
    read = {}
    for key, w in theirs.items():
        kind = type_of(key, w)
        data = gguf.quants.quantize(np.ascontiguousarray(w), kind) if kind != Q.F32 else np.ascontiguousarray(w)
        writer.add_tensor(key, data, raw_dtype=kind)
        read[key] = gguf.quants.dequantize(data, kind) if kind not in (Q.F32, Q.F16) else data.astype(np.float32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return read


def blocks():
    tensors = {}
    for name in ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"):
        elements, size = gguf.GGML_QUANT_SIZES[Q[name]]
        raw = rng.integers(0, 256, (1, 5 * size), dtype=np.uint8)
        for at in {"Q4_1": (0, 2), "Q5_1": (0, 2), "Q2_K": (80, 82), "Q3_K": (108,), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,)}.get(name, (0,)):
            for block in range(5):  # scales that are numbers
                raw[0, block * size + at : block * size + at + 2] = np.frombuffer(np.float16(rng.uniform(-2, 2)).tobytes(), np.uint8)
        tensors[f"{name}.bytes"] = raw[0]
        tensors[f"{name}.values"] = gguf.quants.dequantize(raw, Q[name])[0].astype(np.float32)
    save_file(tensors, here / "blocks.safetensors")


MIXED = (Q.Q8_0, Q.Q4_0, Q.Q4_1, Q.Q5_0, Q.Q5_1, Q.F16, Q.BF16)


def main():
    tokenizer = json.loads(Path(sys.argv[1]).read_text()) if len(sys.argv) > 1 else json.loads((here / "tokenizer.json").read_text())
    (here / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")))
    models = {
        "mamba2": mamba2(), "falcon-h1": falcon_h1(len(tokenizer["model"]["vocab"])), "granite": granite(False), "granite-experts": granite(True), "bamba": bamba(), "nemotron-h": nemotron_h(),
    }
    for name, (config, tensors) in models.items():
        write(name, config, tensors, tokenizer=tokenizer if name == "falcon-h1" else None)
        (here / f"{name}.json").write_text(json.dumps(config, indent=1) + "\n")
        save_file(tensors, here / f"{name}.safetensors", metadata={"format": "pt"})
    config, tensors = models["granite-experts"]
    order = iter(range(1000))
    mixed = lambda key, w: MIXED[next(order) % len(MIXED)] if w.ndim > 1 and w.shape[-1] % 32 == 0 and "ssm_norm" not in key else Q.F32
    read = write("mixed", config, tensors, mixed)
    save_file(read, here / "mixed.safetensors")
    blocks()


if __name__ == "__main__":
    main()
