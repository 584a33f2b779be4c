"""A pipe or a device in the place of a file is refused: nobody waits, nothing fills up."""

import os
from pathlib import Path

import pytest

from experiments.data import shards
from experiments.engine import journal, sealing
from experiments.reading import read_regular
from experiments.study.preset import preset
from experiments.study.run import keeping

READERS = {
    "a run's file": lambda path: journal.read_json(path, (), "delete it"),
    "metrics": journal._lines,
    "a checkpoint": lambda path: sealing.load(path, "cpu", "delete it"),
    "a study's result": keeping._read,
    "a manifest": lambda path: shards._manifest("train", path),
    "a preparation": shards._begun,
    "a preset": lambda path: preset.load(str(path)),
}


@pytest.fixture(params=["pipe", "device", "folder"])
def odd(request, tmp_path):
    """Return a path that ends in .toml and is no file: a pipe, a link to a device, a folder."""
    path = tmp_path / "odd.toml"
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    return path


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_refused_at_once(reader, odd):
    """One refusal that names the path or the preset, without reading or waiting."""
    with pytest.raises(ValueError, match=r"odd|manifest\.json"):
        READERS[reader](odd)


def test_a_link_to_a_file_is_read(tmp_path):
    """Data on another disk, under a link, is data."""
    (tmp_path / "data").write_bytes(b"1\r\n2")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    assert read_regular(tmp_path / "link") == b"1\r\n2"
