"""The corpus: split by file, and no file of one side repeats one of the other."""

import numpy as np
import pytest

from experiments.data import stdlib
from experiments.data.twins import MOST_SHARED, WINDOW, twins


def noise(seed, size=4000):
    return np.random.default_rng(seed).bytes(size)


def covered(text, other):
    """Return the share of bytes of `text` in windows that `other` has: by sets, no hashes."""
    ours = {text[i : i + WINDOW] for i in range(len(text) - WINDOW + 1)}
    here = (other[i : i + WINDOW] for i in range(len(other) - WINDOW + 1))
    shared = ours & {window for window in here if window in ours}
    marks = bytearray(len(text))
    for i in range(len(text) - WINDOW + 1):
        if text[i : i + WINDOW] in shared:
            marks[i : i + WINDOW] = b"\1" * WINDOW
    return sum(marks) / len(text)


def named(verdict, count, prefix=""):
    """Return names that the split draws for validation, or does not."""
    names = (f"{prefix}{i}.py" for i in range(10_000))
    return [name for name in names if stdlib.is_validation(name) is verdict][:count]


def corpus_of(folder, texts):
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    return stdlib.split(folder)


def test_every_file_is_on_one_side():
    """Every byte of every distinct file is in exactly one split, in the order of a hash."""
    found = stdlib.corpus()
    texts = stdlib.distinct(stdlib.files(stdlib.Path(stdlib.sysconfig.get_paths()["stdlib"])))
    assert len(set(texts.values())) == len(texts)
    held = {n for n in texts if stdlib.is_validation(n)} - set(found.about["moved to train"])
    for part, inside in (("train", False), ("validation", True)):
        whole = b"".join(text + b"\n" for n, text in texts.items() if (n in held) is inside)
        assert getattr(found, part).numpy().tobytes() == whole
    assert not {"test", "encodings"} & {part for name in texts for part in name.split("/")}
    assert 0.02 < len(found.validation) / len(found.train) < 0.1


def test_validation_repeats_little_of_training():
    """By content: below a tenth of validation bytes lie in a window of 64 that training has."""
    found = stdlib.corpus()
    assert covered(*(t.numpy().tobytes() for t in (found.validation, found.train))) < 0.1
    assert found.about["validation windows in train"] < MOST_SHARED


def test_by_name_alone_the_split_would_leak(monkeypatch):
    """The control: with the encodings in and twins left where they were, a fifth is repeated."""
    monkeypatch.setattr(stdlib, "LEFT_OUT", stdlib.LEFT_OUT - {"encodings"})
    root = stdlib.Path(stdlib.sysconfig.get_paths()["stdlib"])
    texts = dict(stdlib.files(root))
    tables = {n: p.read_bytes() for n, p in texts.items() if n.startswith("encodings/")}
    held = {n: text for n, text in tables.items() if stdlib.is_validation(n)}
    moved, left = twins(held, (text for n, text in tables.items() if n not in held))
    assert len(moved) > len(held) / 2
    assert left < MOST_SHARED


def test_equal_files_count_once(tmp_path):
    """The same text under three names, on both sides by name: it is there once."""
    names = [*named(False, 2), *named(True, 1)]
    others = {named(True, 3)[2]: noise(1), named(False, 5)[4]: noise(2)}
    found = corpus_of(tmp_path, {**dict.fromkeys(names, noise(0)), **others})
    both = found.train.numpy().tobytes() + found.validation.numpy().tobytes()
    assert both.count(noise(0)) == 1
    assert sum(found.about["files"].values()) == 3


def test_a_twin_is_trained_on_and_so_is_the_twin_of_a_twin(tmp_path):
    """A validation file with a fifth of a training file moves, and takes along what repeats it."""
    near, far, clean = named(True, 3)
    texts = {
        named(False, 1)[0]: noise(0),
        near: noise(0)[:1000] + noise(1),
        far: noise(1)[-1000:] + noise(2),
        clean: noise(0)[:164] + noise(3, 8000),  # a license, say
    }
    found = corpus_of(tmp_path, texts)
    assert found.about["moved to train"] == sorted([near, far])
    assert found.validation.numpy().tobytes() == texts[clean] + b"\n"
    assert 0 < found.about["validation windows in train"] < MOST_SHARED


def test_a_missing_library_is_said(tmp_path):
    """A Python without its sources gets a message that says what to do."""
    with pytest.raises(FileNotFoundError, match="apt-get install"):
        stdlib.split(tmp_path)
