"""The laws of a workload; every row of `WORKLOADS` is held to them, whoever adds it."""

import inspect
import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.data.shards import write
from experiments.data.sources import TOKENIZERS
from experiments.workloads import WORKLOADS, Workload, load
from tests.laws.places import missing, text_of
from tests.laws.workload_laws import (
    check_apart,
    check_batches,
    check_convexity,
    check_description,
    check_members,
    check_metric,
    check_processes,
)

README = Path(__file__).resolve().parents[2] / "experiments" / "README.md"
SMALL = {"width": 12, "layers": 1, "heads": 2, "classes": 6, "length": 64, "val": 16}


def takes(name):
    return inspect.signature(WORKLOADS[name]).parameters


OWN = [name for name in WORKLOADS if "data" not in takes(name)]  # their data come along


def small(name, **more):
    """Return the workload, as small as it can be made."""
    return load(name, **{k: v for k, v in {**SMALL, **more}.items() if k in takes(name)})


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return folders of the kinds of data that are not bundled, filled with noise."""
    rng, letters = np.random.default_rng(0), string.ascii_letters.encode()
    shards, images = (tmp_path_factory.mktemp(kind) for kind in ("shards", "images"))
    documents = ([letters[i] for i in rng.integers(0, 52, 200)] for _ in range(400))
    write(shards, documents, tokens=60_000, vocabulary=257, source={}, validation_every=4)
    image = pytest.importorskip("PIL.Image")
    for place in [images / split / name for split in ("train", "val") for name in ("a", "b")]:
        place.mkdir(parents=True)
        for i in range(8):
            image.fromarray(rng.integers(0, 255, (40, 50, 3), np.uint8)).save(place / f"{i}.JPEG")
    return shards, images


@pytest.fixture(params=WORKLOADS)
def work(request, folders):
    """Return every workload, one after the other, on data that it accepts."""
    if request.param in OWN:
        return small(request.param)
    for folder in folders:
        made = small(request.param, data=str(folder))
        try:
            made.ready()
        except ValueError:
            continue
        return made
    raise AssertionError(f"{request.param}: `folders` makes no data that it accepts")


def test_batches(work):
    """They are functions of (seed, step)."""
    check_batches(work)


def test_processes(work):
    """They share a batch."""
    check_processes(work)


def test_validation_is_apart(work):
    """From training."""
    check_apart(work)


def test_description(work, request):
    """Its name is that of its row."""
    check_description(work)
    assert WORKLOADS[work.name] is WORKLOADS[request.node.callspec.params["work"]]


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("law", [check_members, check_metric, check_convexity])
def test_model(name, law):
    """Members are alone, the metric is the loss, `convex` is true."""
    law(small(name))


@pytest.mark.parametrize("name", OWN)
def test_sizes(name):
    """`parameters` counts what is there; what decays is there."""
    work = small(name)
    named = dict(work.model([0, 1]).named_parameters())
    assert work.parameters() == sum(p[0].numel() for p in named.values())
    assert work.build().decayed() <= set(named)


class Counting:
    """A stream that forgets what it was asked: the must-fail twin of `check_batches`."""

    def __init__(self, stream):
        self.stream, self.asked = stream, 0

    def batch(self, step):
        self.asked += 1
        return self.stream.batch(self.asked)


class Coupled(Workload):
    """A loss that is the mean over members: each sees the others."""

    def loss(self, model, batch):
        own = super().loss(model, batch)
        return own.mean().expand_as(own)


def counting(work):
    opened = work.open_stream
    return replace(work, open_stream=lambda *a, **k: Counting(opened(*a, **k)))


def seedless(work):
    opened = work.open_stream
    return replace(work, open_stream=lambda seeds, *a, **k: opened([0] * len(seeds), *a, **k))


def selfish(work):
    opened = work.open_stream
    return replace(work, open_stream=lambda *a, rank, ranks, **k: opened(*a, **k))


def leaking(work):
    inputs, targets = work.stream([1], 4).batch(0)
    return replace(work, validation=lambda *place: {"val": [(inputs[0], targets[0])]})


def renamed(work):
    return replace(work, metric="nats" if work.scale != 1 else "bits per image")


def coupled(work):
    return Coupled(**vars(work))


@pytest.mark.parametrize(
    ("law", "broken"),
    [
        (check_batches, counting),
        (check_batches, seedless),
        (check_processes, selfish),
        (check_apart, leaking),
        (check_members, coupled),
        (check_metric, lambda work: replace(work, scale=2.0)),
        (check_metric, renamed),
        (check_convexity, lambda work: replace(work, convex=not work.convex)),
        (check_description, lambda work: replace(work, defaults={})),
    ],
)
@pytest.mark.parametrize("name", ["llama-bytes", "softmax-digits"])
def test_each_law_can_fail(name, law, broken):
    """A workload with one fault breaks the law that is about it."""
    work = small(name)
    law(work)
    with pytest.raises((AssertionError, KeyError)):
        law(broken(work))


def row_of(name):
    """Return the workload's row of the table in the README, or nothing."""
    lines = README.read_text(encoding="utf-8").splitlines()
    return next(
        (line for line in lines if line.startswith("| `") and f"`{name}`" in line.split("|")[1]), ""
    )


def is_prepared(name):
    """Return whether `experiments prepare` knows the tokenizer of a workload that reads shards."""
    known = takes(name) if name in WORKLOADS else {}
    return not {"data", "length"} <= set(known) or name in TOKENIZERS


PLACES = {
    "experiments/README.md, the table of workloads": lambda name: bool(row_of(name)),
    "experiments/data/sources.py, TOKENIZERS": is_prepared,
}


def test_every_workload_is_everywhere():
    """Each is named in every table; the message lists the places that lack one."""
    found = missing(WORKLOADS, PLACES)
    assert not found, text_of(found)


def test_a_place_that_lacks_a_row_is_named():
    """Must fail: a workload that is nowhere."""
    assert missing(["no-such"], PLACES) == [
        "no-such: experiments/README.md, the table of workloads"
    ]


@pytest.mark.parametrize("name", [name for name in OWN if row_of(name)])
def test_the_table_says_which_loss_is_convex(name):
    """And in what it is measured."""
    work = load(name)
    assert f"| {work.metric} | {'yes' if work.convex else 'no'} |" in row_of(name)
