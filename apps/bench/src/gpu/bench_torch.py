# The same shapes in PyTorch on CUDA, for comparison: copy, GEMM through cuBLAS, the chunked scan and a block of Mamba-2 130m, training and
# decoding of the whole model. The model here is the textbook one, einsum by einsum in float32 (TF32 off); transformers' Mamba2 runs beside it
# where its memory allows. Prints a table, and JSON into --out. Needs torch alone; transformers if it is there.
import argparse
import json
import time

import torch
import torch.nn.functional as F

rows = []


def add(name, value, unit, note=""):
    rows.append({"name": name, "value": value, "unit": unit, "note": note})
    print(f"torch      {name:<52} {value:>11.4g} {unit:<9} {note}", flush=True)


def timed(run, budget=0.3):
    run()
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    torch.cuda.synchronize()
    count = max(1, min(50, int(budget / 3 / (time.perf_counter() - start))))
    samples = []
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(count):
            run()
        torch.cuda.synchronize()
        samples.append((time.perf_counter() - start) / count)
    return sorted(samples)[1]


def segsum(a):  # [..., q] → [..., q, q], sums of a over (j, i], −inf above the diagonal
    q = a.shape[-1]
    total = torch.cumsum(a, -1)
    difference = total[..., :, None] - total[..., None, :]
    keep = torch.ones(q, q, dtype=torch.bool, device=a.device).tril()
    return difference.masked_fill(~keep, -torch.inf)


def ssd(x, dt, A, B, C, D, chunk=64):  # x [b,l,h,p] dt [b,l,h] A [h] B, C [b,l,1,n]
    b, l, h, p = x.shape
    c = l // chunk
    xs = (x * dt[..., None]).view(b, c, chunk, h, p)
    a = (dt * A).view(b, c, chunk, h).permute(0, 3, 1, 2)  # [b,h,c,q]
    Bc, Cc = (m.view(b, c, chunk, -1) for m in (B[:, :, 0], C[:, :, 0]))
    total = torch.cumsum(a, -1)
    scores = torch.einsum("bcqn,bcsn->bcqs", Cc, Bc)
    inside = torch.einsum("bcqs,bhcqs,bcshp->bcqhp", scores, torch.exp(segsum(a)), xs)
    decay = torch.exp(total[..., -1:] - total)
    states = torch.einsum("bcqn,bhcq,bcqhp->bchpn", Bc, decay, xs)
    states = torch.cat([torch.zeros_like(states[:, :1]), states], 1)
    across = torch.exp(segsum(F.pad(total[..., -1], (1, 0))))
    states = torch.einsum("bhzc,bchpn->bzhpn", across, states)
    outside = torch.einsum("bcqn,bchpn,bhcq->bcqhp", Cc, states[:, :-1], torch.exp(total))
    return (inside + outside).reshape(b, l, h, p) + x * D[:, None]


class Mixer(torch.nn.Module):
    def __init__(self, d, n=128, p=64):
        super().__init__()
        self.inner, self.n, self.p, self.h = 2 * d, n, p, 2 * d // p
        self.in_proj = torch.nn.Linear(d, 2 * self.inner + 2 * n + self.h, bias=False)
        self.conv = torch.nn.Conv1d(self.inner + 2 * n, self.inner + 2 * n, 4, groups=self.inner + 2 * n, padding=3)
        self.A_log = torch.nn.Parameter(torch.rand(self.h) * 2)
        self.D = torch.nn.Parameter(torch.ones(self.h))
        self.dt_bias = torch.nn.Parameter(torch.rand(self.h) - 4)
        self.norm = torch.nn.Parameter(torch.ones(self.inner))
        self.out_proj = torch.nn.Linear(self.inner, d, bias=False)

    def forward(self, u):
        b, l, _ = u.shape
        z, xBC, dt = torch.split(self.in_proj(u), [self.inner, self.inner + 2 * self.n, self.h], -1)
        xBC = F.silu(self.conv(xBC.transpose(1, 2))[..., :l].transpose(1, 2))
        x, B, C = torch.split(xBC, [self.inner, self.n, self.n], -1)
        y = ssd(x.view(b, l, self.h, self.p), F.softplus(dt + self.dt_bias), -torch.exp(self.A_log), B[:, :, None], C[:, :, None], self.D)
        y = y.reshape(b, l, self.inner) * F.silu(z)
        return self.out_proj(F.rms_norm(y, (self.inner,), self.norm, 1e-5))


class Block(torch.nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm = torch.nn.Parameter(torch.ones(d))
        self.mixer = Mixer(d)

    def forward(self, x):
        return x + self.mixer(F.rms_norm(x, x.shape[-1:], self.norm, 1e-5))


class Model(torch.nn.Module):
    def __init__(self, d=768, layers=24, vocabulary=50288):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary, d)
        torch.nn.init.normal_(self.embedding.weight, std=0.02)
        self.layers = torch.nn.ModuleList(Block(d) for _ in range(layers))
        self.norm = torch.nn.Parameter(torch.ones(d))

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x)
        return F.linear(F.rms_norm(x, x.shape[-1:], self.norm, 1e-5), self.embedding.weight)


def products():
    shapes = [(f"{s}³", s, s, s) for s in (1024, 2048, 4096, 8192)]
    shapes += [("in_proj 4096×3352×768", 4096, 3352, 768), ("out_proj 4096×768×1536", 4096, 768, 1536), ("head 4096×50288×768", 4096, 50288, 768)]
    for kind, dtype, tf32 in (("f32", torch.float32, False), ("tf32", torch.float32, True), ("bf16", torch.bfloat16, False), ("f16", torch.float16, False)):
        torch.backends.cuda.matmul.allow_tf32 = tf32
        for name, m, n, k in shapes:
            a, b = torch.randn(m, k, device="cuda").to(dtype), torch.randn(n, k, device="cuda").to(dtype)
            seconds = timed(lambda: a @ b.T, 0.1)
            add(f"gemm {kind} {name}", 2 * m * n * k / seconds / 1e12, "TFLOP/s", f"{seconds * 1e3:.3g} ms")
    torch.backends.cuda.matmul.allow_tf32 = False


def step_of(model, ids, targets, logits_of, half):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16, enabled=half):
            loss = F.cross_entropy(logits_of(model(ids)).flatten(0, 1).float(), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return step


def training(name, make, batch, length, logits_of, half=False):
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    try:
        model = make().cuda()
        ids = torch.randint(0, 50277, (batch, length + 1), device="cuda")
        seconds = timed(step_of(model, ids[:, :-1].contiguous(), ids[:, 1:].contiguous(), logits_of, half), 1.5)
        add(f"train {name} b{batch} l{length}", batch * length / seconds, "tokens/s", f"{seconds * 1e3:.1f} ms, peak {torch.cuda.max_memory_allocated() / 2**30:.2f} GiB")
    except torch.OutOfMemoryError:
        add(f"train {name} b{batch} l{length}", 0, "tokens/s", "out of memory")


def layers():
    b, l, h, p, n = 8, 1024, 24, 64, 128
    x, dt = torch.randn(b, l, h, p, device="cuda", requires_grad=True), torch.rand(b, l, h, device="cuda", requires_grad=True)
    A, D = (-torch.rand(h, device="cuda") * 8).requires_grad_(), torch.ones(h, device="cuda", requires_grad=True)
    B, C = (torch.randn(b, l, 1, n, device="cuda", requires_grad=True) for _ in range(2))
    grad = torch.randn_like(x)
    with torch.no_grad():
        add(f"ssd forward b{b} l{l} h{h} p{p} n{n}", timed(lambda: ssd(x, dt, A, B, C, D)) * 1e3, "ms")
    both = timed(lambda: torch.autograd.grad(ssd(x, dt, A, B, C, D), (x, dt, A, B, C, D), grad))
    add(f"ssd forward+backward b{b} l{l} h{h} p{p} n{n}", both * 1e3, "ms")
    block = Block(768).cuda()
    u = torch.randn(8, 512, 768, device="cuda", requires_grad=True)
    seed = torch.randn_like(u)
    for kind, half in (("f32", False), ("bf16 autocast", True)):
        with torch.autocast("cuda", torch.bfloat16, enabled=half):
            with torch.no_grad():
                add(f"block forward b8 l512 d768 {kind}", timed(lambda: block(u)) * 1e3, "ms")
            add(f"block forward+backward b8 l512 d768 {kind}", timed(lambda: torch.autograd.grad(block(u), (u, *block.parameters()), seed)) * 1e3, "ms")


def triton_scan(path):
    import sys
    sys.path.insert(0, path)
    from mamba_ssm.ops.triton.ssd_combined import mamba_chunk_scan_combined
    b, l, h, p, n = 8, 1024, 24, 64, 128
    for kind, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16)):
        x = torch.randn(b, l, h, p, device="cuda", dtype=dtype, requires_grad=True)
        dt, A = torch.rand(b, l, h, device="cuda", dtype=dtype, requires_grad=True), (-torch.rand(h, device="cuda") * 8).requires_grad_()
        B, C = (torch.randn(b, l, 1, n, device="cuda", dtype=dtype, requires_grad=True) for _ in range(2))
        D, grad = torch.ones(h, device="cuda", requires_grad=True), torch.randn_like(x)
        scan = lambda: mamba_chunk_scan_combined(x, dt, A, B, C, chunk_size=256 if kind == "bf16" else 128, D=D)
        with torch.no_grad():
            add(f"official Triton ssd forward {kind}", timed(scan) * 1e3, "ms")
        add(f"official Triton ssd forward+backward {kind}", timed(lambda: torch.autograd.grad(scan(), (x, dt, A, B, C, D), grad)) * 1e3, "ms")


def transformers_model():
    from transformers import Mamba2Config, Mamba2ForCausalLM

    return Mamba2ForCausalLM(Mamba2Config(
        hidden_size=768, num_hidden_layers=24, vocab_size=50288, num_heads=24, head_dim=64, state_size=128, n_groups=1, expand=2, chunk_size=64,
        tie_word_embeddings=True,
    ))


def falcon_h1_model():
    """Falcon-H1-Tiny-90M's sizes."""
    from transformers import FalconH1Config, FalconH1ForCausalLM

    return FalconH1ForCausalLM(FalconH1Config(
        vocab_size=32784, hidden_size=512, intermediate_size=768, num_hidden_layers=24, num_attention_heads=8, num_key_value_heads=2, head_dim=64,
        mamba_d_ssm=768, mamba_n_heads=24, mamba_d_head=32, mamba_n_groups=1, mamba_d_state=64, mamba_chunk_size=128, mamba_rms_norm=False,
        mamba_norm_before_gate=False, embedding_multiplier=0.034423828125, lm_head_multiplier=0.078125, rope_theta=1e11, tie_word_embeddings=True,
        eos_token_id=None,
    ))


def granite_model():
    """Granite-4.0-H-350M's sizes."""
    from transformers import GraniteMoeHybridConfig, GraniteMoeHybridForCausalLM

    kinds = ["full_attention" if i in (10, 13, 17, 27) else "linear_attention" for i in range(32)]
    return GraniteMoeHybridForCausalLM(GraniteMoeHybridConfig(
        vocab_size=100352, hidden_size=768, num_hidden_layers=32, layer_types=kinds, num_attention_heads=12, num_key_value_heads=4,
        shared_intermediate_size=2048, num_local_experts=0, num_experts_per_tok=0, mamba_n_heads=48, mamba_d_head=32, mamba_d_state=128, mamba_n_groups=1,
        embedding_multiplier=12, attention_multiplier=0.015625, residual_multiplier=0.246, logits_scaling=3, rms_norm_eps=1e-5,
        tie_word_embeddings=True, eos_token_id=None,
    ))


def decoding(name, make, prompt, dtype=torch.float32):
    """Reading a prompt and greedy decoding by transformers' own generate."""
    torch.cuda.empty_cache()
    model = make().to("cuda", dtype).eval()
    ids = torch.randint(0, model.config.vocab_size, (1, prompt), device="cuda")
    torch.cuda.reset_peak_memory_stats()
    with torch.no_grad():
        seconds = timed(lambda: model(ids, use_cache=True, logits_to_keep=1), 0.5)
        parameters = sum(p.numel() for p in model.parameters()) / 1e6
        add(f"prefill transformers {name} {prompt} tokens", prompt / seconds, "tokens/s", f"{seconds * 1e3:.1f} ms, {parameters:.1f} M parameters")
        for count in (8, 40):
            start = time.perf_counter()
            model.generate(ids[:, :16], max_new_tokens=count, min_new_tokens=count, do_sample=False)
            torch.cuda.synchronize()
            elapsed = time.perf_counter() - start
            if count == 8:
                first = elapsed
        add(f"decode transformers {name}", 32 / (elapsed - first), "tokens/s", f"peak {torch.cuda.max_memory_allocated() / 2**30:.2f} GiB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out")
    parser.add_argument("--triton", help="folder with mamba_ssm, to time the official scan")
    parser.add_argument("--parts", default="products,layers,training,decoding,hybrids,triton", help="what to time, default everything")
    args = parser.parse_args()
    print(torch.__version__, torch.version.cuda, torch.cuda.get_device_name())
    torch.manual_seed(0)
    x = torch.empty(2**28, device="cuda").normal_()
    y = torch.empty_like(x)
    add("copy", 2 * 4 * 2**28 / timed(lambda: y.copy_(x)) / 1e9, "GB/s")
    del x, y
    parts = {
        "products": [products],
        "layers": [layers],
        "training": [
            lambda: training("einsum 130m f32", Model, 8, 512, lambda y: y), lambda: training("einsum 130m bf16 autocast", Model, 8, 512, lambda y: y, True),
            lambda: training("transformers 130m f32", transformers_model, 1, 512, lambda y: y.logits),
        ],
        "decoding": [lambda: decoding("130m", transformers_model, 256)],
        "hybrids": [
            lambda name=name, make=make, kind=kind, dtype=dtype: decoding(f"{name} {kind}", make, 2048, dtype)
            for name, make in (("falcon-h1-tiny-90m", falcon_h1_model), ("granite-4.0-h-350m", granite_model))
            for kind, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16))
        ],
        "triton": [lambda: triton_scan(args.triton)] if args.triton else [],
    }
    for part in [run for name in args.parts.split(",") for run in parts[name]]:
        try:
            part()
        except Exception as error:  # one part that fails (a package that is not there) must not cost the others
            print("FAIL  torch      ", type(error).__name__, str(error)[:300], flush=True)
        if args.out:
            with open(args.out, "w") as file:
                json.dump({"torch": torch.__version__, "device": torch.cuda.get_device_name(), "rows": rows}, file, indent=1)


main()
