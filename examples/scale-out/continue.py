"""Goes on with a Mamba-2 from handover.ts: torchrun --nproc_per_node=N continue.py FOLDER

Sharded by FSDP over all ranks, on GPUs where each rank has one, else on CPUs. Every rank takes its share of the rows of each batch. The moments of AdamW come from the folder
and go back to it, in the names of the checkpoint's tensors.
"""

import json
import os
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from transformers import AutoConfig, AutoModelForCausalLM

folder = Path(sys.argv[1])
run = json.loads((folder / "run.json").read_text())
rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
gpus = torch.cuda.device_count() >= world
dist.init_process_group("nccl" if gpus else "gloo")
device = torch.device("cuda", rank) if gpus else torch.device("cpu")
if gpus:
    torch.cuda.set_device(device)

# transformers 5.17 draws out_proj anew when it loads a model whose configuration rescales it at initialisation.
config = AutoConfig.from_pretrained(folder / "model", rescale_prenorm_residual=False)
model = AutoModelForCausalLM.from_pretrained(folder / "model", config=config, dtype=torch.float32).to(device)
for layer in model.backbone.layers:
    fully_shard(layer)
fully_shard(model)


def decays(name: str) -> bool:
    """Norms, biases, decays and step sizes have no weight decay."""
    return not (name.endswith((".bias", "A_log", "dt_bias", ".D")) or "norm" in name)


params = dict(model.named_parameters())
optimizer = torch.optim.AdamW(
    [
        {"params": [p for n, p in params.items() if decays(n)], "weight_decay": run["weightDecay"]},
        {"params": [p for n, p in params.items() if not decays(n)], "weight_decay": 0.0},
    ],
    lr=1.0,
    betas=tuple(run["betas"]),
    eps=run["eps"],
)
moments = {slot: load_file(folder / slot / "model.safetensors") for slot in ("m", "v", "step")}
for name, p in params.items():
    def like(full: torch.Tensor) -> torch.Tensor:
        full = full.to(device).reshape(p.shape)
        return distribute_tensor(full, p.device_mesh, p.placements) if isinstance(p, DTensor) else full

    optimizer.state[p] = {
        "step": moments["step"][name].flatten()[0].clone(),  # the updates that this parameter has taken
        "exp_avg": like(moments["m"][name]),
        "exp_avg_sq": like(moments["v"][name]),
    }

batches = load_file(folder / "batches.safetensors")
losses = []
for step in range(run["from"], run["from"] + run["count"]):
    x, y = (batches[f"{name}.{step}"].long() for name in "xy")
    x, y = (part.chunk(world)[rank].to(device) for part in (x, y))
    logits = model(x, use_cache=False).logits.float()
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten())
    loss.backward()  # FSDP averages the gradients over the ranks
    torch.nn.utils.clip_grad_norm_(model.parameters(), run["clip"])
    for group in optimizer.param_groups:
        group["lr"] = run["rates"][step]
    optimizer.step()
    optimizer.zero_grad()
    mean = loss.detach().clone()
    dist.all_reduce(mean)
    losses.append(mean.item() / world)

full = lambda t: (t.full_tensor() if isinstance(t, DTensor) else t).detach().cpu().contiguous()
state = {
    "returned": {n: full(p) for n, p in params.items()},
    "returned-m": {n: full(optimizer.state[p]["exp_avg"]) for n, p in params.items()},
    "returned-v": {n: full(optimizer.state[p]["exp_avg_sq"]) for n, p in params.items()},
    "returned-step": {n: torch.full(p.shape, float(optimizer.state[p]["step"])) for n, p in params.items()},
}
if rank == 0:
    config = (folder / "model" / "config.json").read_text()
    for name, tensors in state.items():
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "config.json").write_text(config)
        save_file(tensors, folder / name / "model.safetensors", metadata={"format": "pt"})
    worst = max(abs(a - b) for a, b in zip(losses, run["expected"]))
    print(f"{world} ranks on {device.type}: {losses[0]:.4f} … {losses[-1]:.4f}; largest difference to the steps made there: {worst:.2e}")
dist.destroy_process_group()
