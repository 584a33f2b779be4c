"""FSDP2, distributed checkpoint: torchrun --nproc-per-node 2 -m experiments.examples.fsdp2."""

import tempfile

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.state_dict import get_state_dict
from torch.distributed.fsdp import fully_shard

from gpa_theory.optim import GPA

dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
if torch.cuda.is_available():
    torch.cuda.set_device(dist.get_rank())
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(8, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
fully_shard(model)
opt = GPA(torch.optim.AdamW(model.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.9)
device = next(model.parameters()).device
for _ in range(100):
    x = torch.randn(64, 8, device=device)
    opt.zero_grad()
    (model(x).squeeze() - x.sum(1).tanh()).square().mean().backward()
    opt.step()
state, groups = get_state_dict(model, opt)  # y and δ, sharded as the model is
folder = [tempfile.mkdtemp()]
dist.broadcast_object_list(folder)
dcp.save({"model": state, "opt": groups}, checkpoint_id=folder[0])
with opt.averaged(), torch.no_grad():
    loss = (model(x).squeeze() - x.sum(1).tanh()).square().mean()
model.reshard()  # FSDP2 keeps what it gathered for a backward pass that does not come
if dist.get_rank() == 0:
    print(f"loss at x: {loss:.4f}")
dist.destroy_process_group()
