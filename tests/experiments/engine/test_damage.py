"""A run goes on from what it wrote, or says which file is not that and what to do."""

import json
import shutil

import pytest
import torch

from experiments.engine import checkpoints, sealing
from experiments.engine.journal import CONFIG, FINAL, METRICS
from tests.experiments.engine.test_engine import run, without_time

CHANGES = {"checkpoint_every": 10}


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """Return the folder of a run that was stopped after its last step, before its record."""
    folder = tmp_path_factory.mktemp("runs") / "stopped"
    run(folder, **CHANGES)
    (folder / FINAL).unlink()
    return folder


@pytest.fixture
def folder(stopped, tmp_path):
    shutil.copytree(stopped, tmp_path / "run")
    return tmp_path / "run"


def refused(folder, name):
    """Return whether the run is refused with a message that names the file and what to do."""
    with pytest.raises(ValueError, match=r"delete it|name another folder") as said:
        run(folder, **CHANGES)
    return str(folder / name) in str(said.value)


def test_an_undamaged_run_goes_on(folder):
    """The control: the same record as that of an uninterrupted run."""
    assert without_time(run(folder, **CHANGES)) == without_time(run(**CHANGES))


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.5, 0.7, 0.98, 0.995, 0.9999])
def test_a_byte_that_changed_anywhere_in_a_checkpoint_is_noticed(folder, share):
    """At its head, in the weights, in the archive's list of contents, in the checksum itself."""
    path = folder / checkpoints.FILE
    content = bytearray(path.read_bytes())
    content[int(share * len(content))] ^= 0xFF
    path.write_bytes(content)
    assert refused(folder, checkpoints.FILE)


@pytest.mark.parametrize("left", [0, 1, 22, 100, 0.5, 0.9, -1, -83])
def test_a_truncated_checkpoint_is_noticed(folder, left):
    """Empty, cut in the middle, cut by a byte, cut by its checksum."""
    path = folder / checkpoints.FILE
    content = path.read_bytes()
    path.write_bytes(content[: int(left * len(content)) if isinstance(left, float) else left])
    assert refused(folder, checkpoints.FILE)


@pytest.mark.parametrize("content", ["a text", 3, {"weights": torch.zeros(2)}])
def test_a_foreign_file_is_no_checkpoint(folder, content):
    """A text, and archives of torch that hold something else."""
    path = folder / checkpoints.FILE
    if isinstance(content, str):
        path.write_text(content)
    else:
        sealing.save(path, content)
    assert refused(folder, checkpoints.FILE)


def test_the_checkpoint_of_another_run_is_refused(folder, tmp_path):
    """Of equal shapes even: the checkpoint knows the run that wrote it."""
    run(tmp_path / "other", **CHANGES, clip=0.5)
    shutil.copy(tmp_path / "other" / checkpoints.FILE, folder / checkpoints.FILE)
    assert refused(folder, checkpoints.FILE)


def test_a_folder_in_the_place_of_a_checkpoint_is_refused(folder):
    """Nor is it removed."""
    (folder / checkpoints.FILE).unlink()
    (folder / checkpoints.FILE).mkdir()
    assert refused(folder, checkpoints.FILE)
    assert (folder / checkpoints.FILE).is_dir()


def test_a_checkpoint_of_an_earlier_version_is_taken_if_it_is_whole(folder):
    """It carries no checksum of ours; zip's own, of each part, must be right."""
    path = folder / checkpoints.FILE
    content = torch.load(path, weights_only=True)
    del content["run"]
    torch.save(content, path)
    assert without_time(run(folder, **CHANGES)) == without_time(run(**CHANGES))
    (folder / FINAL).unlink()
    torch.save(content, path)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole)
    assert refused(folder, checkpoints.FILE)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"config": {}}', "[" * 10**5, "\0"])
def test_a_damaged_record_is_named(folder, content):
    """The record of a run that is over: deleted, the run goes on from its checkpoint."""
    (folder / FINAL).write_text(content)
    assert refused(folder, FINAL)
    (folder / FINAL).unlink()
    assert run(folder, **CHANGES)["stopped"] == "done"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"workload": 3}', '{"wheel": 1}'])
def test_a_damaged_config_is_named(folder, content):
    """What a folder holds is known by its config alone."""
    (folder / CONFIG).write_text(content)
    assert refused(folder, CONFIG)


def test_a_torn_last_line_is_made_again(folder):
    """A kill leaves it; its step is after the checkpoint."""
    with (folder / METRICS).open("a") as file:
        file.write('{"step": 40, "val": [0.')
    assert without_time(run(folder, **CHANGES)) == without_time(run(**CHANGES))


@pytest.mark.parametrize(
    "line", ["", "{", '{"step": "x"}', '{"step": 20}', "3", '{"step": 20, "val": 1}', "\x00"]
)
def test_any_other_damaged_line_is_named(folder, line):
    """A line in the middle is no line of metrics, or is not there."""
    lines = (folder / METRICS).read_text().splitlines()
    (folder / METRICS).write_text("\n".join([lines[0], line, *lines[2:]]) + "\n")
    assert refused(folder, METRICS)


def test_metrics_that_are_gone_are_missed(folder):
    """A record without its first evaluations would not be that of the run."""
    (folder / METRICS).unlink()
    assert refused(folder, METRICS)
    lines = [json.dumps({"step": step, "val": [0.0]}) + "\n" for step in (10, 30)]
    (folder / METRICS).write_text("".join(lines))
    assert refused(folder, METRICS)


@pytest.fixture
def shards(tmp_path):
    """Return a folder as two processes write it, sealed by both."""
    folder = tmp_path / "checkpoint-000000003"
    folder.mkdir()
    for name in (".metadata", "__0_0.distcp", "__1_0.distcp"):
        (folder / name).write_bytes(name.encode() * 100)
    for rank in range(2):
        sealing.seal(folder, rank, 2)
    return folder


def known(folder, ranks):
    return [sealing.check(folder, rank, ranks, "delete it") for rank in range(ranks)]


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_many_files_are_checked_by_any_number_of_processes(shards, ranks):
    """Each takes its share; together they notice a byte in any file, and files that are gone."""
    assert known(shards, ranks) == [True] * ranks
    for path in sorted(shards.iterdir()):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 0xFF]))
        with pytest.raises(ValueError, match="is damaged or no checkpoint"):
            known(shards, ranks)
        path.unlink()
        with pytest.raises(ValueError, match="is damaged or no checkpoint"):
            known(shards, ranks)
        path.write_bytes(content)
    assert known(shards, ranks) == [True] * ranks


def test_many_files_without_digests_are_of_an_earlier_version(shards):
    """They are taken as they are, and it is said that nothing was compared."""
    for table in shards.glob("sha256-*"):
        table.unlink()
    assert known(shards, 1) == [False]
