"""A workload that trains in milliseconds: noisy linear regression, one model per member."""

import torch
from torch import nn


class Linear(nn.Module):
    """y = w·x per member, w of shape [M, d]; with a bias that is not decayed."""

    def __init__(self, seeds, dtype):
        super().__init__()
        draws = [
            torch.randn(8, generator=torch.Generator().manual_seed(s), dtype=torch.float64)
            for s in seeds
        ]
        self.weight = nn.Parameter(torch.stack(draws).to(dtype))
        self.bias = nn.Parameter(torch.zeros(len(seeds), 1, dtype=dtype))

    def decayed(self):
        return {"weight"}

    def forward(self, x):
        return (x * self.weight[:, None]).sum(-1) + self.bias


class Stream:
    def __init__(self, seeds, batch_size, rank, ranks, dtype):
        self.seeds, self.size, self.dtype = seeds, batch_size, dtype
        self.part = slice(rank * batch_size // ranks, (rank + 1) * batch_size // ranks)

    def batch(self, step):
        found = []
        for seed in self.seeds:
            generator = torch.Generator().manual_seed(1000 * seed + step)
            x = torch.randn(self.size, 8, generator=generator, dtype=torch.float64)
            noise = 0.1 * torch.randn(self.size, generator=generator, dtype=torch.float64)
            found.append((x[self.part], (x.sum(-1) + noise)[self.part]))
        return tuple(torch.stack(parts).to(self.dtype) for parts in zip(*found, strict=True))


class Regression:
    name, metric, target, scale = "fake", "nats", None, 1.0

    def __init__(self, dtype=torch.float32):
        self.dtype = dtype

    def model(self, seeds, dtype=torch.float32, device="cpu"):
        self.dtype = dtype
        return Linear(seeds, dtype)

    def stream(self, seeds, batch_size, device="cpu", rank=0, ranks=1, dtype=torch.float32):
        return Stream(seeds, batch_size, rank, ranks, dtype)

    def loss(self, model, batch):
        x, target = batch
        return (model(x) - target).square().mean(-1)

    def evaluate(self, model, device="cpu"):
        x = torch.randn(64, 8, generator=torch.Generator().manual_seed(7), dtype=torch.float64).to(
            self.dtype
        )
        return {"val": (model(x[None]) - x.sum(-1)).square().mean(-1)}

    def ready(self):
        """Nothing is needed."""

    def parameters(self):
        return 9

    def units_per_step(self, batch_size):
        return batch_size, "rows"

    def describe(self):
        return {"rows": "drawn"}
