"""The laws of a workload; each raises an AssertionError that names what is broken."""

import json
import math
from itertools import chain

import pytest
import torch

from tests.tolerances import CONVEX, PARITY_FLOAT64

SCALES = {"bits": 1 / math.log(2), "nats": 1.0}  # by the first word of the metric
STEPS = 5


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def moved(work, seeds):
    """Return the model away from where it begins, where some losses are equal."""
    model = work.model(seeds, torch.float64)
    for p in model.parameters():
        for member, seed in zip(p.detach(), seeds, strict=True):
            generator = torch.Generator().manual_seed(seed)
            member += 0.1 * torch.randn(member.shape, generator=generator, dtype=member.dtype)
    return model


def check_batches(work):
    """A batch is a function of (seed, step): in any order, in any company; others differ."""
    together, lone = work.stream([1, 2, 1], 4), work.stream([2], 4)
    later, first = together.batch(1), together.batch(0)
    assert same(together.batch(1), later)
    assert same([t[1:2] for t in later], lone.batch(1))
    assert same([t[0] for t in later], [t[2] for t in later])
    assert not same([t[0] for t in later], [t[1] for t in later])
    assert not same(first, later)


def check_processes(work):
    """The parts of two processes are the whole batch, in order.

    Where labels are mixed, images are mixed within a part, so only the sizes can be compared.
    """
    whole = work.stream([1, 2], 4).batch(1)
    parts = [work.stream([1, 2], 4, rank=rank, ranks=2).batch(1) for rank in range(2)]
    joined = [torch.cat(both, dim=1) for both in zip(*parts, strict=True)]
    assert [t.shape for t in joined] == [t.shape for t in whole]
    assert whole[1].is_floating_point() or same(joined, whole)


def check_apart(work):
    """No row that is validated on is among those of the first steps of training."""
    stream = work.stream([0, 1], 4)
    seen = torch.cat([stream.batch(step)[0].flatten(0, 1) for step in range(STEPS)]).flatten(1)
    for inputs, _ in chain.from_iterable(work.validation(torch.float32, "cpu").values()):
        alike = (inputs.flatten(1)[:, None] == seen[None]).all(-1)
        assert not alike.any()


def check_members(work):
    """The loss of a member is that of the model of its seed alone."""
    stream = work.stream([3, 1], 4, dtype=torch.float64)
    both = work.loss(moved(work, [3, 1]), stream.batch(0))
    for k, seed in enumerate([3, 1]):
        alone = work.stream([seed], 4, dtype=torch.float64).batch(0)
        found = work.loss(moved(work, [seed]), alone)
        assert found.shape == (1,)
        assert torch.allclose(found[0], both[k], rtol=PARITY_FLOAT64, atol=0)


def check_metric(work):
    """The metric is the mean loss over validation in the unit that its name says; "val" is first.

    Batches of validation may differ in size: the mean is over rows.
    """
    model = moved(work, [0]).requires_grad_(False)
    found = work.evaluate(model)
    assert next(iter(found)) == "val"
    assert work.scale == SCALES[work.metric.split()[0]]
    total, rows = 0.0, 0
    for inputs, targets in work.validation(torch.float64, "cpu")["val"]:
        total += work.loss(model, (inputs[None], targets[None])).item() * len(inputs)
        rows += len(inputs)
    expected = SCALES[work.metric.split()[0]] * total / rows
    assert float(found["val"]) == pytest.approx(expected, rel=PARITY_FLOAT64)


def violation(work, pairs=40):
    """Return by how much the loss at a midpoint exceeds the mean of the ends, at most, relative.

    Ends are random parameters of many sizes; the batch is one of training.
    """
    model = work.model([0], torch.float64)
    batch = work.stream([0], 8, dtype=torch.float64).batch(0)
    generator, worst = torch.Generator().manual_seed(0), -math.inf
    start = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    for k in range(pairs):
        spread = 10.0 ** (k % 4 - 2)
        a, b = (
            start + spread * torch.randn(start.shape, generator=generator, dtype=start.dtype)
            for _ in range(2)
        )
        values = []
        for point in (a, b, (a + b) / 2):
            torch.nn.utils.vector_to_parameters(point, model.parameters())
            with torch.no_grad():
                values.append(float(work.loss(model, batch)))
        ends = (values[0] + values[1]) / 2
        worst = max(worst, (values[2] - ends) / max(ends, 1e-300))
    return worst


def check_convexity(work):
    """`convex` is true iff no pair of points contradicts it."""
    assert (violation(work) <= CONVEX) == work.convex


def check_description(work):
    """What it says of itself is JSON, and what a run starts from is there."""
    json.dumps(work.describe(), allow_nan=False)
    assert {"lr", "warmup", "batch_size"} <= set(work.defaults)
    count, unit = work.unit
    assert work.units_per_step(3) == (3 * count, unit)
    assert count > 0
