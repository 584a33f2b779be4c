"""DDP: torchrun --nproc-per-node 2 -m experiments.examples.ddp."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from gpa_theory.optim import GPA

cuda = torch.cuda.is_available()
dist.init_process_group("nccl" if cuda else "gloo")
rank = dist.get_rank()
device = f"cuda:{rank}" if cuda else "cpu"
torch.manual_seed(0)  # the same weights everywhere
model = torch.nn.Linear(8, 1).to(device)
wrapped = DistributedDataParallel(model)
opt = GPA(torch.optim.AdamW(model.parameters(), lr=3e-2), inner_steps=8, mu_y=0.9)
torch.manual_seed(1 + rank)  # other data on each process
for _ in range(100):
    x = torch.randn(64, 8, device=device)
    opt.zero_grad()
    (wrapped(x).squeeze() - x.sum(1)).square().mean().backward()
    opt.step()
with opt.averaged(), torch.no_grad():  # every replica has the same x
    x = torch.randn(1000, 8, device=device)
    loss = (model(x).squeeze() - x.sum(1)).square().mean()
if rank == 0:
    print(f"loss at x: {loss:.4f}")
dist.destroy_process_group()
