"""What is missing is said in one line, with what to do, before a model is allocated."""

import builtins
import json
import shutil

import pytest
import torch

from experiments.__main__ import main
from experiments.data import stdlib
from experiments.data.hub import prepare
from experiments.engine import RunConfig, room, train
from experiments.models.members import Ensemble
from experiments.workloads import load
from experiments.workloads.workload import Workload
from tests.experiments.data.test_data import Letters, rows
from tests.experiments.fake import Regression

BASE = {"arm": "adamw", "lrs": (0.1,), "seeds": (0,), "steps": 2, "batch_size": 2}


@pytest.fixture(autouse=True)
def nothing_is_allocated(monkeypatch):
    """Fail if a model is built: sizes may be counted on the meta device."""
    real = Ensemble.materialize

    def counted(self, seeds, dtype=torch.float32, device="cpu"):
        assert device == "meta", "a model was allocated"
        return real(self, seeds, dtype, device)

    monkeypatch.setattr(Ensemble, "materialize", counted)


def run(workload, folder=None, overrides=None, **changes):
    config = RunConfig(workload, **{**BASE, **changes}, workload_overrides=overrides or {})
    return train(config, folder, progress="none", say=lambda line: None)


def without(monkeypatch, *blocked):
    """Make the import of these packages fail, loaded or not."""
    real = builtins.__import__

    def refuse(name, *rest, **options):
        if name.partition(".")[0] in blocked:
            raise ImportError(f"No module named {name!r}")
        return real(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_missing_data_is_said(monkeypatch):
    """No folder named: how to prepare one, and how to name it."""
    monkeypatch.delenv("GPA_DATA", raising=False)
    with pytest.raises(ValueError, match="python -m experiments prepare --help"):
        run("llama-8b")
    with pytest.raises(ValueError, match="or GPA_DATA; it must hold train/<class>"):
        run("vit-s16-imagenet")


def test_a_wrong_folder_is_said(tmp_path):
    """A folder without a manifest, or without train and val."""
    with pytest.raises(ValueError, match=r"must hold manifest.json: make it with python -m"):
        run("llama-8b", overrides={"data": str(tmp_path)})
    with pytest.raises(ValueError, match="root must hold train/<class>"):
        run("vit-s16-imagenet", overrides={"data": str(tmp_path)})


def test_one_split_alone_is_not_enough(tmp_path):
    """Validation shards that are gone are missed at the start, not at the first evaluation."""
    prepare("llama-160m", "c4", tmp_path, 20_000, hub=rows(2000), tokenizer=Letters())
    for shard in tmp_path.glob("validation-*"):
        shard.unlink()
    with pytest.raises(ValueError, match=r"validation-.* is missing: prepare anew"):
        run("llama-160m", overrides={"data": str(tmp_path), "length": 8})


def test_too_little_data_is_said_at_the_start(tmp_path):
    """More steps than the data hold: how many there are, not an error after hours."""
    prepare("llama-160m", "c4", tmp_path, 2000, hub=rows(400), tokenizer=Letters())
    with pytest.raises(ValueError, match=r"steps must be at most \d+: the data hold no more"):
        run("llama-160m", overrides={"data": str(tmp_path), "length": 8}, steps=10**6)
    with pytest.raises(ValueError, match="batches of 16, or say epochs"):
        run("bigram", steps=10**6, batch_size=16)


def test_an_image_that_is_none_is_said(tmp_path):
    """By class and name, before training."""
    for split in ("train", "val"):
        (tmp_path / split / "n01").mkdir(parents=True)
        (tmp_path / split / "n01" / "0.JPEG").write_bytes(b"not an image")
    with pytest.raises(ValueError, match=r"n01/0.JPEG must be a whole image"):
        run("vit-s16-imagenet", overrides={"data": str(tmp_path)})


def test_a_library_without_sources_is_said(monkeypatch, tmp_path):
    """A Python whose library is not there as files."""
    monkeypatch.setattr(stdlib.sysconfig, "get_paths", lambda: {"stdlib": str(tmp_path)})
    monkeypatch.setattr(stdlib, "corpus", stdlib.corpus.__wrapped__)
    with pytest.raises(FileNotFoundError, match="install a Python with its library"):
        run("llama-bytes")


@pytest.mark.parametrize(
    ("workload", "package", "install"),
    [
        ("vit-digits", "sklearn", "pip install scikit-learn"),
        ("vit-glyphs", "matplotlib", "pip install matplotlib"),
        ("vit-s16-imagenet", "PIL", "pip install pillow"),
    ],
)
def test_a_missing_package_is_said(monkeypatch, tmp_path, workload, package, install):
    """One line with the command that installs it."""
    for split in ("train", "val"):
        (tmp_path / split / "n01").mkdir(parents=True)
        (tmp_path / split / "n01" / "0.JPEG").write_bytes(b"")
    from experiments.data import digits, glyphs
    from experiments.workloads import images

    for cached in (digits.images, glyphs.masters, images._glyphs):
        cached.cache_clear()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    without(monkeypatch, package)
    overrides = {"data": str(tmp_path)} if workload == "vit-s16-imagenet" else {}
    with pytest.raises(ImportError, match=install):
        run(workload, overrides=overrides)


def test_a_gpu_preset_on_a_cpu_box_is_said(monkeypatch, capsys):
    """`study gpu-vit` where there is no GPU: one line, what to choose instead, exit code 2."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(Workload, "stream", lambda *a, **k: pytest.fail("data were opened"))
    assert main(["study", "gpu-vit"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "needs a CUDA GPU (run it on one, or choose the preset cpu" in said


def test_too_small_a_disk_is_said_before_the_model(monkeypatch, tmp_path):
    """Checkpoints of a big model: how much they need, how much there is."""
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 10**3, 10**3)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    with pytest.raises(ValueError, match=r"folder needs 0\.\d GB for checkpoints, its disk has 0"):
        run("llama-bytes", tmp_path, {"width": 768, "layers": 2, "length": 8})


def test_too_small_a_disk_is_said_before_a_download(monkeypatch, tmp_path):
    """Token shards: nothing is asked of the hub, and nothing is written."""
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 10**3, 10**3)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    with pytest.raises(ValueError, match=r"needs 4\.0 GB, the disk has 0\.0: free some"):
        prepare("llama-160m", "c4", tmp_path, 2 * 10**9)
    assert not list(tmp_path.iterdir())


def test_too_little_memory_is_said_before_the_model(monkeypatch, tmp_path):
    """Weights and optimizer alone: how much they need, and three ways out."""
    monkeypatch.setattr(room, "free_memory", lambda device: 10**8)
    rule = r"cpu has 0\.1 GB free, weights and optimizer alone need 0\.\d: take fewer members"
    with pytest.raises(ValueError, match=rule):
        run("llama-bytes", None, {"width": 768, "layers": 2, "length": 8})


def test_fsdp2_needs_a_share_of_the_state_but_the_weights_whole():
    """Eight processes hold an eighth of four times the weights: the weights decide."""
    config = RunConfig("llama-8b", **BASE, mode="fsdp2")
    weights = room.state_bytes(config, 10**9, 1)
    assert room.state_bytes(config, 10**9) == 4 * weights == 16 * 10**9
    room.check_memory(config, 10**9, 8, weights)
    with pytest.raises(ValueError, match=r"alone need 4.0"):
        room.check_memory(config, 10**9, 8, weights - 1)
    room.check_memory(config, 10**9, 1, None)


def test_enough_is_not_refused(monkeypatch, tmp_path):
    """The control: with all of it there the model is built, which the fixture forbids here."""
    with pytest.raises(AssertionError, match="a model was allocated"):
        run("bigram", tmp_path)
    record = train(
        RunConfig("fake", **BASE), tmp_path / "a", progress="none", workload=Regression()
    )
    assert json.loads((tmp_path / "a" / "final.json").read_text()) == record


def test_sizes_are_counted_without_allocating():
    """`parameters()` of a workload is what its model has."""
    assert load("bigram").parameters() == 256**2
    assert load("vit-digits", width=24, layers=1, heads=2).parameters() > 24**2
