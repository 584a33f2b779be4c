"""Data: functions of (seed, step), split by file, never seen twice unless it is said."""

import json

import numpy as np
import pytest
import torch

from experiments.data.chunks import Chunks, fixed
from experiments.data.folder import Images, folder_for
from experiments.data.glyphs import Glyphs, masters
from experiments.data.hub import prepare
from experiments.data.shards import Shards, check_space, write
from experiments.workloads import load


def test_no_token_is_seen_twice_in_an_epoch():
    """All inputs of a stream together are the row itself, each token once; then it refuses."""
    stream = Chunks(torch.arange(1001), 10, seeds=[4], batch_size=5)
    seen = torch.cat([stream.batch(t)[0].flatten() for t in range(20)])
    assert torch.equal(seen.sort().values, torch.arange(1000))
    with pytest.raises(ValueError, match=r"1 epoch\(s\) of 100 chunks hold no more"):
        stream.batch(20)


def test_epochs_are_said_and_differ_in_order():
    """With two epochs the second has the same chunks in another order."""
    stream = Chunks(torch.arange(101), 10, seeds=[4], batch_size=5, epochs=2)
    first, second = ([stream.batch(2 * e + t)[0][0, :, 0] for t in range(2)] for e in range(2))
    assert not torch.equal(torch.cat(first), torch.cat(second))
    assert torch.equal(torch.cat(first).sort().values, torch.cat(second).sort().values)


def test_batches_are_functions_of_seed_and_step():
    """Any order of asking, any company, any number of processes: the same rows."""
    tokens = torch.arange(5001)
    many = Chunks(tokens, 10, seeds=[1, 2, 1], batch_size=6)
    lone = Chunks(tokens, 10, seeds=[2], batch_size=6)
    x, y = many.batch(7)
    assert torch.equal(x[0], x[2])
    assert torch.equal(x[1], lone.batch(7)[0][0])
    assert torch.equal(x + 1, y)
    parts = [Chunks(tokens, 10, [2], 6, rank=r, ranks=2).batch(7)[0] for r in range(2)]
    assert torch.equal(torch.cat(parts, 1), lone.batch(7)[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 200}, "tokens must hold 2001 or more"),
        ({"batch_size": 5, "ranks": 2}, "must be a multiple of the 2 processes"),
    ],
)
def test_streams_that_cannot_be_are_refused(options, message):
    """Too little data, or a batch that processes cannot share."""
    with pytest.raises(ValueError, match=message):
        Chunks(torch.arange(1001), 10, [0], **options)


def test_glyph_classes_can_be_told_apart():
    """No two classes look alike in any face; the letters O and 0 are one of them at most."""
    bitmaps, points = masters()
    assert bitmaps.shape[0] == 12
    assert bitmaps.shape[1] == len(points) > 1000
    assert not {0x41, 0x391} <= set(points.tolist())  # Latin A and Greek Alpha


def test_glyph_samples_are_functions_of_the_seed():
    """The same seed draws the same images; held-out faces are not the others."""
    glyphs = Glyphs(50)
    (a, la), (b, lb) = glyphs.draw(8, 3), glyphs.draw(8, 3)
    assert torch.equal(a, b)
    assert torch.equal(la, lb)
    assert not torch.equal(a, glyphs.draw(8, 4)[0])
    assert len(glyphs.held) == 3
    assert not set(glyphs.held) & set(glyphs.known)
    with pytest.raises(ValueError, match="classes must be 2"):
        Glyphs(10**6)


class Letters:
    """A tokenizer of the hub's shape: a byte is a token, 256 ends a document."""

    eos_token_id = 256

    def __len__(self):
        return 257

    def __call__(self, text, add_special_tokens):
        return {"input_ids": list(text.encode())}


def rows(count, length=37):
    return [{"text": chr(97 + i % 26) * length} for i in range(count)]


def test_shards_hold_what_the_hub_gave(tmp_path):
    """Documents, ends, splits, hashes and counts; read back across shard borders."""
    prepare("llama-160m", "c4", tmp_path, 5000, hub=rows(400), tokenizer=Letters())
    about = json.loads((tmp_path / "manifest.json").read_text())
    train, validation = (Shards(tmp_path, split, 32_000) for split in ("train", "validation"))
    assert len(train) + len(validation) >= 5000
    assert about["vocabulary"] == 257
    everything = train[np.arange(len(train))]
    assert (everything == 256).sum() == len(train) // 38
    inputs, targets = fixed(train, 10, 3)
    assert torch.equal(inputs[:, 1:], targets[:, :-1])


def test_an_interrupted_preparation_goes_on(tmp_path):
    """Killed between shards: the next start gives what an uninterrupted one gives."""

    def broken():
        for i, row in enumerate(rows(400)):
            if i == 150:
                raise ConnectionError
            yield row

    def documents(source):
        return ([*r["text"].encode(), 256] for r in source)

    options = {"tokens": 9000, "vocabulary": 257, "source": {}, "per_shard": 1000}
    with pytest.raises(ConnectionError):
        write(tmp_path / "a", documents(broken()), **options)
    resumed = write(tmp_path / "a", documents(rows(400)), **options)
    whole = write(tmp_path / "b", documents(rows(400)), **options)
    assert resumed == whole


def test_wrong_and_missing_shards_are_refused(tmp_path, monkeypatch):
    """No folder, no manifest, a truncated file, too small a disk: each says what to do."""
    monkeypatch.delenv("GPA_DATA", raising=False)
    with pytest.raises(ValueError, match="python -m experiments prepare"):
        load("llama-160m")
    with pytest.raises(ValueError, match="make it with python -m experiments prepare"):
        load("llama-160m", data=str(tmp_path)).stream([0], 2)
    prepare("llama-160m", "c4", tmp_path, 1000, hub=rows(400), tokenizer=Letters())
    with pytest.raises(ValueError, match="vocabulary of at most 10"):
        Shards(tmp_path, "train", 10)
    shard = next(tmp_path.glob("train-*.bin"))
    shard.write_bytes(shard.read_bytes()[:-2])
    with pytest.raises(ValueError, match="prepare anew"):
        Shards(tmp_path, "train", 300)
    with pytest.raises(ValueError, match="the disk has"):
        check_space(tmp_path, 10**16, 2)


def test_llama_160m_reads_shards(tmp_path):
    """The real workload, on real shards of a small corpus: batches and validation."""
    prepare("llama-160m", "c4", tmp_path, 20_000, hub=rows(2000), tokenizer=Letters())
    work = load("llama-160m", data=str(tmp_path), length=16, val=4)
    x, y = work.stream([0, 1], 2).batch(0)
    assert x.shape == y.shape == (2, 2, 16)
    assert next(iter(work.validation(torch.float32, "cpu")["val"]))[0].shape == (4, 16)
    assert work.describe()["vocabulary"] == 257


@pytest.fixture
def imagenet(tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    for split, count in (("train", 6), ("val", 3)):
        for name in ("n01", "n02"):
            folder = tmp_path / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{i}.JPEG")
    return tmp_path


def test_imagenet_folders_are_read(imagenet):
    """Random crops and mixed labels to train, fixed by (seed, step); center crops to validate."""
    work = load("vit-s16-imagenet", data=str(imagenet), val=6)
    x, y = work.stream([0, 0], 4).batch(1)
    again, _ = work.stream([0, 0], 4).batch(1)
    assert x.shape == (2, 4, 3, 224, 224)
    assert torch.equal(x, again)
    assert torch.equal(x[0], x[1])
    assert torch.allclose(y.sum(-1), torch.ones(2, 4))
    batches = list(work.validation(torch.float32, "cpu")["val"])
    assert sum(len(labels) for _, labels in batches) == 6
    assert work.describe() == {"classes": 2, "images": 12, "split": "train", "epochs": 90}


@pytest.mark.parametrize(("size", "ranks"), [(4, 2), (6, 2), (6, 3)])
def test_mixup_does_not_depend_on_the_number_of_processes(imagenet, size, ranks):
    """All processes' parts together are the batch of one process, images and labels."""
    images = Images(imagenet, "train", 8)

    def drawn(rank, ranks):
        stream = images.stream([3], size, torch.float64, "cpu", rank, ranks)
        return [tuple(row.flatten().tolist()) for part in stream.batch(0) for row in part[0]]

    whole = drawn(0, 1)
    parts = [row for rank in range(ranks) for row in drawn(rank, ranks)]
    assert sorted(parts) == sorted(whole)
    labels = [row for row in whole if len(row) == len(images.classes)]
    assert any(0 < max(row) < 1 for row in labels)  # some are mixed


def test_images_are_seen_as_often_as_is_said(imagenet):
    """An epoch has every image once; after the last one the stream refuses."""
    images = Images(imagenet, "train", 8)
    stream = images.stream([0], 4, torch.float32, "cpu", 0, 1, epochs=2)
    assert stream.most == 6
    stream.batch(5)
    with pytest.raises(ValueError, match="step must be below 6, or say epochs"):
        stream.batch(6)
    with pytest.raises(ValueError, match="batch_size must be at most the 12 images"):
        images.stream([0], 13, torch.float32, "cpu", 0, 1)


def test_wrong_image_folders_are_refused(imagenet, tmp_path, monkeypatch):
    """No folder, another layout, a class that training lacks."""
    monkeypatch.delenv("GPA_DATA", raising=False)
    with pytest.raises(ValueError, match="train/<class>"):
        folder_for("")
    with pytest.raises(ValueError, match="must hold train/<class>"):
        Images(tmp_path / "nowhere", "train", 8)
    (imagenet / "val" / "n99").mkdir()
    with pytest.raises(ValueError, match="class that train lacks: n99"):
        Images(imagenet, "val", 8)
