"""The `hubbub` command at a terminal: what is asked for there, and what is shown before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from zmq.utils import z85

from hubbub.schemas.hello import fingerprint
from tests.helpers.brokers import Served

fcntl = pytest.importorskip("fcntl", reason="Windows has no such terminals")
termios = pytest.importorskip("termios")
HUBBUB = str(Path(sys.executable).with_name("hubbub"))
NOBODY = "127.0.0.1:9"


def test_a_password_is_typed_only_where_one_knows_to_whom(broker: Served, tmp_path: Path) -> None:
    """At a terminal: the words of the server's key come first, and what is wrong before anything is typed."""
    kim = AtATerminal(tmp_path / "kim")
    where = ("--server", broker.place.address, "--user", "kim")
    code, shown = kim("register", *where, typed=("battery staple", "battery staple"))
    assert code == 0, shown
    words = fingerprint(z85.decode(broker.place.key))
    assert shown.count(words) == 1
    assert shown.index(words) < shown.index("Password: ") < shown.index("Registered and logged in")
    assert "words" not in kim("login", *where, typed=("battery staple",))[1], "the key is known now"
    assert kim("register", *where, typed=("short",))[0] == 5
    assert kim("login", *where, typed=("\x03",))[0] == 130
    assert kim("login", *where, typed=("\x04",))[0] == 2
    assert kim("register", *where, typed=("battery staple", "battery stable"))[0] == 2
    assert kim("register", "--server", NOBODY, "--user", "kim", typed=())[0] == 3


class AtATerminal:
    """Somebody whose commands have a terminal."""

    def __init__(self, profile: Path) -> None:
        self._environment = {**os.environ, "HUBBUB_PROFILE": str(profile)}

    def __call__(self, *arguments: str, typed: tuple[str, ...]) -> tuple[int, str]:
        """The exit code, and what the terminal shows."""
        near, far = os.openpty()
        with subprocess.Popen(
            [HUBBUB, *arguments],
            stdin=far,
            stdout=far,
            stderr=far,
            env=self._environment,
            start_new_session=True,
            preexec_fn=_take_the_terminal,
        ) as process:
            os.close(far)
            shown, waiting = b"", list(typed)
            while part := _read(near):
                shown += part
                if waiting and shown.endswith((b"Password: ", b"Again: ")):
                    os.write(near, waiting.pop(0).encode() + b"\n")
            os.close(near)
        assert not waiting, shown
        return process.returncode, shown.decode()


def _take_the_terminal() -> None:
    """So that Ctrl-C reaches the process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end is gone
        return b""
