"""A plain training loop: GPA around AdamW, evaluated at x."""

import torch

from gpa_theory.optim import GPA

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(8, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
opt = GPA(torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1), mu_x=0.9, mu_y=0.9)
schedule = torch.optim.lr_scheduler.LinearLR(opt, 1.0, 0.05, total_iters=200)


def loss(x):
    """Return the mean squared error at predicting the tanh of the sum."""
    return (model(x).squeeze() - x.sum(1).tanh()).square().mean()


for _ in range(200):
    opt.zero_grad()
    loss(torch.randn(64, 8)).backward()
    opt.step()
    schedule.step()

with opt.averaged(), torch.no_grad():  # x in place; y comes back bit for bit
    print(f"loss at x: {loss(torch.randn(1000, 8)):.4f}")
torch.save(opt.averaged_state_dict(model), "model.pt")  # x, without touching the model
