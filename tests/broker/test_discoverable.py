"""Whether a server is announced, and that nothing that goes wrong with it reaches the broker."""

import subprocess
import threading
from typing import Any

import pytest

from hubbub.broker import discoverable
from hubbub.broker.config import Server, parse
from hubbub.broker.discoverable import Discoverable, hidden
from hubbub.broker.ready import Ready

READY = Ready(
    pid=1,
    address="tcp://127.0.0.1:2000",
    publish="tcp://127.0.0.1:2001",
    server_key="A" * 43,
    server="Hubbub",
    worker=2,
)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        *[(host, "only this machine") for host in ("127.0.0.1", "127.0.0.9", "::1")],
        *[(host, "") for host in ("*", "0.0.0.0", "::", "192.0.2.7", "fd00::7", "fe80::7%lo")],
    ],
)
def test_who_is_hidden(host: str, why: str) -> None:
    assert why in hidden(Server(host=host))
    assert bool(hidden(Server(host=host))) == bool(why)
    assert "as you wished" in hidden(Server(host=host, discovery=False))


def test_the_config_file_can_turn_it_off() -> None:
    assert parse("").server.discovery
    assert hidden(parse("[server]\ndiscovery = false").server)


def test_an_announcer_that_cannot_be_started_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = threading.Semaphore(0)

    def refused(*arguments: Any, **options: Any) -> None:
        tries.release()
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", refused)
    monkeypatch.setattr(discoverable, "_WAITS_S", (0.0, 0.0))
    said: list[str] = []
    kept = Discoverable(Server(), said.append)
    kept.start(READY)
    kept.start(READY)
    for _ in range(5):
        assert tries.acquire(timeout=20.0)
    kept.stop()
    (line,) = said
    assert "Cannot allocate memory" in line and "people type one of its addresses" in line


def test_what_is_hidden_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    kept = Discoverable(Server(host="127.0.0.1"), pytest.fail)
    kept.start(READY)
    kept.stop()
