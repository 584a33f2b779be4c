"""Preparing without a network: said at once, with what to do; what breaks off goes on."""

import socket
import sys
import time
import types

import pytest

from experiments.__main__ import main
from experiments.data import reach
from experiments.data.hub import prepare
from tests.experiments.data.test_data import Letters, rows


@pytest.fixture
def hub(monkeypatch):
    """Stand for the hub's three packages; return its constants and what was asked of it."""
    constants = types.SimpleNamespace(ENDPOINT="http://hub.invalid:81", HF_HUB_OFFLINE=False)
    asked = []
    tokenizer = types.SimpleNamespace(from_pretrained=lambda name: asked.append(name) or Letters())
    modules = {
        "huggingface_hub": types.SimpleNamespace(constants=constants),
        "transformers": types.SimpleNamespace(AutoTokenizer=tokenizer),
        "datasets": types.SimpleNamespace(load_dataset=lambda *a, **k: rows(400)),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(reach, "getproxies", dict)
    return types.SimpleNamespace(constants=constants, asked=asked, modules=modules)


def test_without_a_network_it_is_said_at_once(hub, tmp_path, monkeypatch, capfd):
    """A hub that never answers, a name that is not known: seconds, one line, what to do."""
    monkeypatch.setattr(reach, "PATIENCE", 0.2)

    def late(*_):
        time.sleep(5)
        raise OSError("late")  # to a thread that nobody waits for

    for behavior in (late, lambda *a: (_ for _ in ()).throw(OSError("none"))):
        monkeypatch.setattr(socket, "create_connection", behavior)
        start = time.monotonic()
        assert main(["prepare", "llama-160m", "--out", str(tmp_path), "--tokens", "10"]) == 2
        assert time.monotonic() - start < 4
        said = capfd.readouterr().err
        assert said.count("\n") == 1
        assert "the hub (hub.invalid) cannot be reached" in said
        assert "or name a mirror in HF_ENDPOINT" in said
    assert hub.asked == []


def test_a_hub_that_is_switched_off_is_not_asked(hub, tmp_path):
    """HF_HUB_OFFLINE forbids what preparing is for."""
    hub.constants.HF_HUB_OFFLINE = True
    with pytest.raises(ValueError, match="switched off by HF_HUB_OFFLINE: unset it"):
        prepare("llama-160m", "c4", tmp_path, 10)


def test_a_hub_that_answers_is_read(hub, tmp_path):
    """The control, with a real connection: tokenizer and data are fetched, shards written."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        hub.constants.ENDPOINT = f"http://127.0.0.1:{server.getsockname()[1]}"
        found = prepare("llama-160m", "c4", tmp_path, 1000)
    assert hub.asked == ["JackFram/llama-160m"]
    assert sum(shard["tokens"] for shard in found["shards"]) >= 1000


def test_a_proxy_is_asked_in_the_hubs_place(monkeypatch):
    """Behind a proxy the hub itself is not reached, and need not be; but where it is bypassed."""
    monkeypatch.setattr(reach, "getproxies", lambda: {"https": "http://proxy.invalid:3128"})
    monkeypatch.setattr(reach, "proxy_bypass", lambda host: host == "near.invalid")
    assert reach.address("https://hub.invalid") == ("proxy.invalid", 3128)
    assert reach.address("https://near.invalid") == ("near.invalid", 443)


def test_what_the_hub_refuses_is_one_line(hub, tmp_path, monkeypatch):
    """A model behind an account: the first line of what its library says, and what to do."""
    monkeypatch.setattr(socket, "create_connection", lambda *a: types.SimpleNamespace(close=int))

    def gated(name):
        raise OSError("You are trying to access a gated repo.\nMake sure\nto log in")

    monkeypatch.setattr(hub.modules["transformers"].AutoTokenizer, "from_pretrained", gated)
    rule = r"the tokenizer \S+ cannot be fetched \(You are trying to access a gated repo\.\); some"
    with pytest.raises(ValueError, match=rule):
        prepare("llama-1b", "c4", tmp_path, 10)


def test_data_that_break_off_go_on(tmp_path):
    """The stream's error is one line that says so; started again, the shards are the same."""

    def broken():
        yield from rows(400)[:150]
        raise RuntimeError("connection reset")

    with pytest.raises(ValueError, match=r"broke off \(connection reset\): whole shards stay"):
        prepare("llama-160m", "c4", tmp_path / "a", 9000, hub=broken(), tokenizer=Letters())
    both = [
        prepare("llama-160m", "c4", tmp_path / name, 9000, hub=rows(400), tokenizer=Letters())
        for name in ("a", "b")
    ]
    assert both[0] == both[1]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"documents": "x"}', '{"documents": 3}'])
def test_a_damaged_progress_is_named(tmp_path, content):
    """What an interrupted preparation left, and somebody changed."""
    (tmp_path / "progress.json").write_text(content)
    with pytest.raises(ValueError, match=r"progress\.json is damaged: delete it"):
        prepare("llama-160m", "c4", tmp_path, 10, hub=rows(4), tokenizer=Letters())
