"""What the instrument's tests share: a convex toy, a nonconvex one, and jobs on them."""

import torch

from experiments.engine import RunConfig
from experiments.study.instrument.audits import AuditJob
from tests.experiments.fake import Regression


class Saturating(Regression):
    """1 − exp(−residual²/20): flat far from its minimum, so not convex."""

    def loss(self, model, batch):
        x, target = batch
        return (1 - torch.exp(-(model(x) - target).square() / 20)).mean(-1)


class Still(Regression):
    """The regression on one batch: a deterministic convex problem."""

    def stream(self, *args, **options):
        stream = super().stream(*args, **options)
        stream.batch = lambda step, batch=stream.batch: batch(0)
        return stream


def config(arm="gpa", seed=0, **changes):
    settings = {"beta1": 0.0, "weight_decay": 0.0}
    if arm == "gpa":
        settings |= {"mu_x": 0.8, "mu_y": 0.7}
    settings |= changes.pop("settings", {})
    options = {"steps": 30, "batch_size": 8, "warmup": 3, "dtype": "float64", "clip": None}
    return RunConfig("fake", arm, (0.1,), (seed,), settings=settings, **{**options, **changes})


def job(arm="gpa", seed=0, every=1, controls=(), **changes):
    return AuditJob(arm, config(arm, seed, **changes), every, controls, other=seed + 1)
