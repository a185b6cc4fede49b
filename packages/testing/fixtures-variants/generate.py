"""Golden data for the options that ../fixtures leaves out: NumPy, float64, plain recurrences, gradients by central differences.

Written from the formulas, without the library under test. Needs NumPy only; writes index.json and the safetensors files beside itself:
    python3 packages/testing/fixtures-variants/generate.py
"""
import json
import os
import struct

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(5)
files = []


# ---- the format


def draw(*shape, std=1.0):
    """Normal numbers that f32 holds exactly."""
    return (random.standard_normal(shape) * std).astype(np.float32).astype(np.float64)


def is_integer(value):
    return np.asarray(value).dtype.kind == "i"


def save(path, tensors):
    header, data = {}, b""
    for name, value in tensors.items():
        value = np.asarray(value)
        raw = value.astype("<i4" if is_integer(value) else "<f4").tobytes()
        header[name] = {"dtype": "I32" if is_integer(value) else "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    os.makedirs(os.path.dirname(f"{FOLDER}/{path}"), exist_ok=True)
    with open(f"{FOLDER}/{path}", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def shape_of(value):
    return {"shape": list(np.shape(value))}


def tolerance(value, factor=1):
    scale = float(np.abs(value).max())
    return shape_of(value) | {
        "scale": scale, "atol": max(1e-7, 4e-6 * scale * factor), "rtol": 1e-5, "atol_gpu": max(1e-6, 3e-5 * scale * factor), "rtol_gpu": 1e-4,
    }


def difference_quotient(objective, x):
    grad = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        def at(step):
            moved = x.copy()
            moved[i] += step
            return objective(moved)
        grad[i] = (at(1e-5) - at(-1e-5)) / 2e-5
    return grad


def op(name, kind, args, inputs, function, differentiate=None):
    """One file: inputs, outputs, upstream gradients, and gradients of every float input (or of those named)."""
    outputs = function(inputs)
    seeds = {key: draw(*np.shape(value)) for key, value in outputs.items() if not is_integer(value)}
    wanted = [key for key, value in inputs.items() if not is_integer(value)] if differentiate is None else differentiate
    tensors = {f"in.{key}": value for key, value in inputs.items()}
    index = {key: shape_of(value) for key, value in tensors.items()}
    for key, value in outputs.items():
        tensors[f"out.{key}"] = value
        index[f"out.{key}"] = shape_of(value) if is_integer(value) else tolerance(value)
    if wanted:
        for key, value in seeds.items():
            tensors[f"gout.{key}"] = value
            index[f"gout.{key}"] = shape_of(value)
    for key in wanted:
        def objective(moved):
            result = function({**inputs, key: moved})
            return sum((result[output] * seed).sum() for output, seed in seeds.items())
        grad = difference_quotient(objective, inputs[key])
        tensors[f"grad.{key}"] = grad
        index[f"grad.{key}"] = tolerance(grad)
    path = f"ops/{name}.safetensors"
    save(path, tensors)
    files.append({"file": path, "op": kind, "args": args, "tensors": index})


# ---- formulas


def silu(x):
    return x / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


def softmax(x, axis):
    weights = np.exp(x - x.max(axis, keepdims=True))
    return weights / weights.sum(axis, keepdims=True)


def rms(x, eps=1e-5):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps)


def gated_norm(x, z, weight, group_size, norm_before_gate):
    def norm(value):
        return rms(value.reshape(*value.shape[:-1], -1, group_size)).reshape(value.shape)
    if z is None:
        return norm(x) * weight
    return norm(x) * weight * silu(z) if norm_before_gate else norm(x * silu(z)) * weight


def conv(x, weight, bias=None, initial=None, seq_idx=None, activation=True):
    """x [b, l, c], weight [c, w], initial and final [b, c, w - 1]; without an initial state, history is document 0's zeros."""
    b, l, c = x.shape
    width = weight.shape[-1]
    history = np.zeros((b, width - 1, c)) if initial is None else initial.transpose(0, 2, 1)
    padded = np.concatenate([history, x], 1)
    y = np.zeros_like(x)
    for tap in range(width):
        term = padded[:, tap:tap + l] * weight.reshape(c, width)[:, tap]
        if seq_idx is not None:
            documents = np.concatenate([np.zeros((b, width - 1), int), seq_idx], 1)
            term = term * (documents[:, tap:tap + l] == seq_idx)[..., None]
        y += term
    y = y if bias is None else y + bias
    return silu(y) if activation else y, padded[:, l:].transpose(0, 2, 1)


def scan(x, dt, A, B, C, D=None, z=None, dt_bias=None, initial_states=None, seq_idx=None, soft=True, limit=(0, np.inf)):
    """The recurrence, token by token. An initial state belongs to document 0."""
    b, l, h, p = x.shape
    groups, n = B.shape[2:]
    dt = dt if dt_bias is None else dt + dt_bias
    dt = np.clip(softplus(dt) if soft else dt, *limit)
    B, C = np.repeat(B, h // groups, 2), np.repeat(C, h // groups, 2)
    state = np.zeros((b, h, p, n)) if initial_states is None else initial_states
    before = np.zeros(b, int)
    ys = []
    for t in range(l):
        if seq_idx is not None:
            state = state * (seq_idx[:, t] == before)[:, None, None, None]
            before = seq_idx[:, t]
        state = state * np.exp(dt[:, t] * A)[..., None, None] + (dt[:, t, :, None] * x[:, t])[..., None] * B[:, t, :, None, :]
        y = np.einsum("bhpn,bhn->bhp", state, C[:, t])
        if D is not None:
            y = y + x[:, t] * (D[:, None] if D.ndim == 1 else D)
        ys.append(y if z is None else y * silu(z[:, t]))
    return np.stack(ys, 1), state


def cross_entropy(logits, targets, reduction="mean", smoothing=0.0, ignore=-100):
    log_p = logits - logits.max(-1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(-1, keepdims=True))
    counted = targets != ignore
    rows = -(1 - smoothing) * log_p[np.arange(len(targets)), np.where(counted, targets, 0)] - smoothing * log_p.mean(-1)
    rows = rows * counted
    return {"none": rows, "sum": rows.sum(), "mean": rows.sum() / counted.sum()}[reduction]


# ---- ops


def norm_ops():
    for before, size in ((True, 6), (False, 4)):
        op(f"gated_norm_{'before' if before else 'after'}_groups", "gated_rmsnorm",
           {"eps": 1e-5, "group_size": size, "norm_before_gate": before, "gate": True}, {"x": draw(2, 3, 12), "weight": draw(12), "z": draw(2, 3, 12)},
           lambda i: {"y": gated_norm(i["x"], i["z"], i["weight"], size, before)})
    op("gated_norm_no_gate", "gated_rmsnorm", {"eps": 1e-5, "group_size": None, "norm_before_gate": True, "gate": False},
       {"x": draw(2, 3, 12), "weight": draw(12)}, lambda i: {"y": gated_norm(i["x"], None, i["weight"], 12, True)})


SEQ_IDX = np.array([[0, 0, 0, 1, 1, 1, 1, 2, 2], [0, 1, 1, 1, 1, 1, 2, 2, 3]])


def conv_ops():
    def run(i, activation=True, final=True):
        y, last = conv(i["x"].transpose(0, 2, 1), i["weight"], i.get("bias"), i.get("initial_states"), i.get("seq_idx"), activation)
        return {"y": y.transpose(0, 2, 1)} | ({"final_states": last} if final else {})
    op("conv_no_activation", "causal_conv1d", {"width": 3, "bias": True, "activation": None},
       {"x": draw(2, 5, 9), "weight": draw(5, 3), "bias": draw(5)}, lambda i: run(i, False))
    op("conv_documents", "causal_conv1d", {"width": 4, "bias": True, "activation": "silu", "seq_idx": True},
       {"x": draw(2, 5, 9), "weight": draw(5, 4), "bias": draw(5), "seq_idx": SEQ_IDX}, lambda i: run(i, final=False))
    op("conv_shorter_than_width", "causal_conv1d", {"width": 4, "bias": False, "activation": "none", "initial_states": True},
       {"x": draw(2, 5, 2), "weight": draw(5, 4), "initial_states": draw(2, 5, 3)}, lambda i: run(i, False))

    def steps(i):
        state, ys = i["conv_state"], []
        for token in i["x"]:
            state = np.concatenate([state[:, :, 1:], token[:, :, None]], 2)
            ys.append((state[:, :, -3:] * i["weight"]).sum(-1))
        return {"y": np.stack(ys), "conv_state": state}
    op("conv_steps_long_state", "causal_conv1d_update", {"steps": 4, "width": 3, "state_len": 6, "bias": False, "activation": None},
       {"conv_state": draw(2, 5, 6), "x": draw(4, 2, 5), "weight": draw(5, 3)}, steps, [])


def scan_inputs(b, l, h, p, g, n, **more):
    return {"x": draw(b, l, h, p), "dt": draw(b, l, h), "A": -np.abs(draw(h)) - 0.125, "B": draw(b, l, g, n), "C": draw(b, l, g, n), **more}


def scan_ops():
    def run(i, **options):
        y, state = scan(**i, **options)
        return {"y": y, "final_state": state}
    op("ssd_everything", "ssd", {"chunk_size": 4, "dt_softplus": True, "dt_limit": [0.125, "inf"]},
       scan_inputs(1, 9, 4, 3, 2, 5, D=draw(4, 3), z=draw(1, 9, 4, 3), dt_bias=draw(4), initial_states=draw(1, 4, 3, 5)), lambda i: run(i, limit=(0.125, np.inf)))
    op("ssd_documents_gate", "ssd", {"chunk_size": 4, "dt_softplus": True, "dt_limit": [0.0, "Infinity"], "seq_idx": True},
       scan_inputs(2, 9, 4, 3, 2, 5, D=draw(4), z=draw(2, 9, 4, 3), dt_bias=draw(4), seq_idx=SEQ_IDX), run)
    op("ssd_documents_initial", "ssd", {"chunk_size": 4, "dt_softplus": True, "seq_idx": True, "initial_states": True},
       scan_inputs(2, 9, 4, 3, 1, 5, seq_idx=np.array([[0] * 9, [1] * 4 + [2] * 5]), initial_states=draw(2, 4, 3, 5)), run)
    op("ssd_two_long_chunks", "ssd", {"chunk_size": 32, "dt_softplus": True}, scan_inputs(1, 70, 2, 2, 1, 3, dt_bias=draw(2)), run)

    def steps(i):
        state, ys = i["state"], []
        for t in range(len(i["x"])):
            y, state = scan(*(i[key][t][:, None] for key in ("x", "dt")), i["A"], *(i[key][t][:, None] for key in ("B", "C")), initial_states=state, soft=False)
            ys.append(y[:, 0])
        return {"y": np.stack(ys), "state": state}
    op("ssd_steps_plain", "selective_state_update", {"steps": 3, "ngroups": 2, "dt_softplus": False, "D": False, "z": False, "dt_bias": False},
       {"state": draw(2, 4, 3, 5), "x": draw(3, 2, 4, 3), "dt": np.abs(draw(3, 2, 4)), "A": -np.abs(draw(4)), "B": draw(3, 2, 2, 5), "C": draw(3, 2, 2, 5)}, steps, [])


def tensor_ops():
    x = {"x": draw(3, 5, 4)}
    for reduction, smoothing, ignore in (("sum", 0.0, -100), ("mean", 0.125, -100), ("none", 0.25, -1), ("sum", 0.25, 3)):
        op(f"loss_{reduction}_{smoothing}_{ignore}", "cross_entropy", {"reduction": reduction, "label_smoothing": smoothing, "ignore_index": ignore},
           {"logits": draw(6, 9), "targets": np.array([1, ignore, 8, 2, ignore, 0])},
           lambda i: {"loss": cross_entropy(i["logits"], i["targets"], reduction, smoothing, ignore)}, ["logits"])
    op("softmax_middle", "softmax", {"dim": 1}, x, lambda i: {"y": softmax(i["x"], 1)})
    op("log_softmax_first", "log_softmax", {"dim": 0}, x, lambda i: {"y": np.log(softmax(i["x"], 0))})
    op("logsumexp_two", "logsumexp", {"dim": [0, 2], "keepdim": True}, x, lambda i: {"y": np.log(np.exp(i["x"]).sum((0, 2), keepdims=True))})
    op("mean_two", "mean", {"dims": [0, 2]}, x, lambda i: {"y": i["x"].mean((0, 2))})
    op("mean_all", "mean", {}, x, lambda i: {"y": i["x"].mean()})
    op("variance_unbiased", "var", {"dim": 1, "keepdim": True, "unbiased": True}, x, lambda i: {"y": i["x"].var(1, keepdims=True, ddof=1)})
    op("max_first", "max", {"dim": 0, "keepdim": True}, x, lambda i: {"y": i["x"].max(0, keepdims=True), "indices": i["x"].argmax(0, keepdims=True)})
    op("min_last", "min", {"dim": -1}, x, lambda i: {"y": i["x"].min(-1)})
    op("cumsum_middle", "cumsum", {"dim": 1}, x, lambda i: {"y": i["x"].cumsum(1)})
    op("softplus_scaled", "softplus", {"beta": 2, "threshold": 3}, {"x": draw(30, std=3)}, lambda i: {"y": np.where(i["x"] * 2 > 3, i["x"], softplus(2 * i["x"]) / 2)})
    op("clamp_below", "clamp", {"min": 0.125}, {"x": draw(20)}, lambda i: {"y": np.maximum(i["x"], 0.125)})
    op("linear_vector", "linear", {}, {"x": draw(6), "weight": draw(3, 6)}, lambda i: {"y": i["weight"] @ i["x"]})
    op("matmul_vectors", "matmul", {}, {"a": draw(4), "b": draw(4)}, lambda i: {"y": i["a"] @ i["b"]})
    equations = {
        "bij,bjk->bik": [(2, 3, 4), (2, 4, 5)], "i,j->ij": [(3,), (4,)], "bhld,bhsd->bhls": [(1, 2, 3, 4), (1, 2, 5, 4)], "ijk->ki": [(2, 3, 4)],
        "ab,cb,ad": [(2, 3), (4, 3), (2, 2)], "ij->": [(3, 4)],
    }
    for number, (equation, shapes) in enumerate(equations.items()):
        op(f"einsum_{number}", "einsum", {"equation": equation}, {f"a{j}": draw(*shape) for j, shape in enumerate(shapes)},
           lambda i: {"y": np.einsum(equation, *i.values())})


# ---- the layer and the model


def mixer(u, params, c, state=None, seq_idx=None):
    """One layer: y and (conv state, scan state) after the last token."""
    b, l, _ = u.shape
    inner, bc, mlp = c["heads"] * c["p"], c["groups"] * c["n"], c["inner"] - c["heads"] * c["p"]
    projected = u @ params["in_proj.weight"].T + params.get("in_proj.bias", 0)
    z0, x0, z, xBC, dt = np.split(projected, np.cumsum([mlp, mlp, inner, inner + 2 * bc]), -1)
    history = np.zeros((b, xBC.shape[-1], c["width"])) if state is None else state[0]
    conved, _ = conv(xBC, params["conv1d.weight"][:, 0], params.get("conv1d.bias"), None if state is None else history[:, :, 1:], seq_idx)
    conv_state = np.concatenate([history, xBC.transpose(0, 2, 1)], 2)[:, :, -c["width"]:]
    x, B, C = np.split(conved, np.cumsum([inner, bc]), -1)
    heads, groups = (b, l, c["heads"], c["p"]), (b, l, c["groups"], c["n"])
    y, ssm_state = scan(
        x.reshape(heads), dt, -np.exp(params["A_log"]), B.reshape(groups), C.reshape(groups), params["D"].reshape(heads[2:]) if c["d_per_channel"] else params["D"],
        None if c["norm"] else z.reshape(heads), params["dt_bias"], None if state is None else state[1], seq_idx, limit=c["limit"])
    y = y.reshape(b, l, inner)
    if c["norm"]:
        y = gated_norm(y, z, params["norm.weight"], inner // c["groups"], c["norm_first"])
    y = np.concatenate([silu(z0) * x0, y], -1)
    return y @ params["out_proj.weight"].T + params.get("out_proj.bias", 0), (conv_state, ssm_state)


def mixer_parameters(c, std):
    inner, bc, d = c["heads"] * c["p"], c["groups"] * c["n"], c["d"]
    rows = 2 * c["inner"] + 2 * bc + c["heads"]
    params = {
        "dt_bias": draw(c["heads"]), "A_log": np.abs(draw(c["heads"])), "D": draw(inner if c["d_per_channel"] else c["heads"]),
        "in_proj.weight": draw(rows, d, std=std), "conv1d.weight": draw(inner + 2 * bc, 1, c["width"], std=0.5), "out_proj.weight": draw(d, c["inner"], std=std),
    }
    if c["bias"]:
        params |= {"in_proj.bias": draw(rows, std=0.25), "out_proj.bias": draw(d, std=0.25)}
    if c["conv_bias"]:
        params["conv1d.bias"] = draw(inner + 2 * bc, std=0.25)
    if c["norm"]:
        params["norm.weight"] = draw(inner)
    return params


PLAIN = dict(groups=1, width=4, d_per_channel=False, bias=False, conv_bias=True, norm=True, norm_first=False, limit=(0, np.inf))


def mixer_ops():
    def run(c):
        return lambda i: {"y": mixer(i["u"], {key[2:]: value for key, value in i.items() if key != "u"}, c)[0]}

    def inputs(c, b, l):
        return {"u": draw(b, l, c["d"])} | {f"p.{key}": value for key, value in mixer_parameters(c, 0.4).items()}
    odd = PLAIN | dict(d=6, heads=2, p=4, groups=2, n=3, inner=12, width=3, d_per_channel=True, bias=True, conv_bias=False, norm_first=True, limit=(0.0625, 0.875))
    op("mixer_every_option", "mamba2_mixer",
       {"d_model": 6, "d_state": 3, "d_conv": 3, "headdim": 4, "d_ssm": 8, "ngroups": 2, "bias": True, "conv_bias": False, "D_has_hdim": True,
        "norm_before_gate": True, "dt_limit": [0.0625, 0.875], "chunk_size": 4}, inputs(odd, 1, 7), run(odd))
    gate = PLAIN | dict(d=6, heads=3, p=4, n=3, inner=12, norm=False)
    op("mixer_gate_only", "mamba2_mixer", {"d_model": 6, "d_state": 3, "headdim": 4, "rmsnorm": False, "chunk_size": 4}, inputs(gate, 2, 5), run(gate))


MODEL = PLAIN | dict(d=32, heads=4, p=16, groups=2, n=8, inner=64, bias=True)
VOCAB, ROWS, LAYERS, MLP = 45, 48, 2, 128
FOLDER_OF_MODEL = "model2_official"


def model_weights():
    weights = {"backbone.embedding.weight": draw(ROWS, 32, std=0.5)}
    for layer in range(LAYERS):
        block = f"backbone.layers.{layer}."
        weights[block + "norm.weight"] = 1 + draw(32, std=0.2).astype(np.float32)
        weights |= {f"{block}mixer.{key}": value for key, value in mixer_parameters(MODEL, 0.16).items()}
        weights[block + "norm2.weight"] = draw(32)
        weights |= {block + "mlp.fc1.weight": draw(2 * MLP, 32, std=0.2), block + "mlp.fc2.weight": draw(32, MLP, std=0.1)}
    weights |= {"backbone.norm_f.weight": draw(32), "lm_head.weight": draw(ROWS, 32, std=0.4)}
    return {name: value.astype(np.float32).astype(np.float64) for name, value in weights.items()}


def forward(weights, ids, states=None, seq_idx=None, layers=None):
    hidden, residual, after = weights["backbone.embedding.weight"][ids], 0, []
    for layer in range(LAYERS):
        block = f"backbone.layers.{layer}."
        own = {name[len(block) + 6:]: value for name, value in weights.items() if name.startswith(block + "mixer.")}
        residual = hidden + residual
        hidden, state = mixer(rms(residual) * weights[block + "norm.weight"], own, MODEL, None if states is None else states[layer], seq_idx)
        residual = hidden + residual
        y, gate = np.split(rms(residual) * weights[block + "norm2.weight"] @ weights[block + "mlp.fc1.weight"].T, 2, -1)
        hidden = y * silu(gate) @ weights[block + "mlp.fc2.weight"].T
        after.append(state)
        if layers is not None:
            layers |= {f"layer{layer}.out": hidden, f"layer{layer}.residual": residual}
    return rms(hidden + residual) * weights["backbone.norm_f.weight"] @ weights["lm_head.weight"].T, after


def loss(logits, targets):
    return np.array([cross_entropy(logits.reshape(-1, ROWS), targets.reshape(-1))])


def greedy(weights, name, prompt, steps=12):
    logits, states = forward(weights, prompt)
    tensors = {f"{name}.prompt": prompt, f"{name}.prefill_logits": logits}
    for layer, (conv_state, ssm_state) in enumerate(states):
        tensors |= {f"{name}.conv_state{layer}": conv_state, f"{name}.ssm_state{layer}": ssm_state}
    seen = []
    for _ in range(steps):
        seen.append(logits[:, -1])
        logits, states = forward(weights, seen[-1].argmax(-1)[:, None], states)
    return tensors | {f"{name}.tokens": np.stack([one.argmax(-1) for one in seen], 1), f"{name}.step_logits": np.stack(seen, 1)}


def model():
    weights = model_weights()
    config = {
        "d_model": 32, "d_intermediate": 96, "n_layer": LAYERS, "vocab_size": VOCAB, "ssm_cfg": {"layer": "Mamba2", "d_state": 8, "headdim": 16, "ngroups": 2, "bias": True,
        "chunk_size": 8}, "attn_layer_idx": [], "attn_cfg": {}, "rms_norm": True, "residual_in_fp32": True, "fused_add_norm": True, "pad_vocab_size_multiple": 8,
        "tie_embeddings": False,
    }
    path = f"{FOLDER_OF_MODEL}/model.safetensors"
    save(path, weights)
    with open(f"{FOLDER}/{FOLDER_OF_MODEL}/config.json", "w") as file:
        json.dump(config, file, indent=2)
    files.append({"file": path, "kind": "weights", "config": f"{FOLDER_OF_MODEL}/config.json", "tensors": {name: shape_of(value) for name, value in weights.items()}})
    files.append({"file": f"{FOLDER_OF_MODEL}/config.json", "kind": "config"})

    def entry(name, kind, tensors, factor=2, **more):
        def is_input(key):
            return key in ("input_ids", "targets", "seq_idx") or key.endswith((".prompt", ".tokens"))
        save(name, tensors)
        index = {key: shape_of(value) if is_input(key) else tolerance(value, factor) for key, value in tensors.items()}
        files.append({"file": name, "kind": kind, "model": FOLDER_OF_MODEL, "args": {}, **more, "tensors": index})

    ids = random.integers(0, VOCAB, (2, 19))
    targets = np.concatenate([ids[:, 1:], np.full((2, 1), -100)], 1)
    layers = {}
    logits, _ = forward(weights, ids, layers=layers)
    prompts = greedy(weights, "gen", random.integers(0, VOCAB, (2, 11))) | greedy(weights, "gen_short", random.integers(0, VOCAB, (1, 1)))
    entry("model2_case.safetensors", "forward / generation", {"input_ids": ids, "targets": targets, "logits": logits, "loss": loss(logits, targets), **layers, **prompts})

    def gradients(names, **options):
        return {name: difference_quotient(lambda value: loss(forward({**weights, name: value}, ids, **options)[0], targets)[0], weights[name]) for name in names}
    mixers = [f"backbone.layers.0.mixer.{name}" for name in ("dt_bias", "A_log", "D", "in_proj.bias", "norm.weight", "conv1d.bias")]
    others = ["backbone.layers.1.norm.weight", "backbone.layers.1.norm2.weight", "backbone.layers.1.mixer.out_proj.bias", "backbone.norm_f.weight"]
    entry("model2_grads.safetensors", "gradients of loss", gradients(mixers + others), 3, case="model2_case.safetensors")

    seq_idx = np.array([[0] * 5 + [1] * 9 + [2] * 5, [0] + [1] * 7 + [2] * 11])
    inside = np.concatenate([seq_idx[:, 1:] == seq_idx[:, :-1], np.zeros((2, 1), bool)], 1)
    targets = np.where(inside, np.roll(ids, -1, 1), -100)
    logits, _ = forward(weights, ids, seq_idx=seq_idx)
    grads = {f"grad.{name}": value for name, value in gradients(mixers, seq_idx=seq_idx).items()}
    entry("model2_packed.safetensors", "packed documents (seq_idx)", {"input_ids": ids, "targets": targets, "seq_idx": seq_idx, "logits": logits, "loss": loss(logits, targets), **grads}, 3)


for part in (norm_ops, conv_ops, scan_ops, tensor_ops, mixer_ops, model):
    part()
with open(f"{FOLDER}/index.json", "w") as file:
    json.dump({"set": "variants", "how": "NumPy, float64, plain recurrences; gradients by central differences; see generate.py", "files": files}, file, indent=1)
