"""The `hubbub` command at a terminal: what is asked for there, and what is shown before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from zmq.utils import z85

from hubbub.broker.policy import Limits
from hubbub.schemas.hello import fingerprint
from tests.helpers.brokers import Served, served
from tests.helpers.shell import registered

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


def test_a_large_file_shows_how_far_it_is_and_is_cancelled(tmp_path: Path) -> None:
    film, there = tmp_path / "film.mp4", tmp_path / "there"
    there.mkdir()
    with film.open("wb") as file:
        file.truncate(4_500_000)
    with served(tmp_path / "data", Limits(rate=20.0, burst=20.0)) as slow:
        lea, near = registered(slow, tmp_path, "lea"), AtATerminal(tmp_path / "lea")
        send = ("send", "lea", "--attach", str(film))
        code, shown = near(*send, typed=("\x03",), prompts=(b"film.mp4",))
        assert (code, "Cancelled: nothing was sent." in shown, "Traceback" in shown) == (130, True, False), (
            shown
        )
        assert not lea("history", "lea", "--json").stdout
        code, shown = near(*send, typed=())
        assert (code, "film.mp4  100%  4.5 MB of 4.5 MB" in shown) == (0, True), shown
        assert shown.endswith(" \r"), "the line went away"
        fetch = ("download", "lea", "1", str(there))
        code, shown = near(*fetch, typed=("\x03",), prompts=(b"film.mp4",))
        assert (code, "Cancelled: nothing of film.mp4 is left." in shown) == (130, True), shown
        assert list(there.iterdir()) == []


def test_a_file_that_was_not_to_be_the_text_is_not_said(broker: Served, tmp_path: Path) -> None:
    """--attach *.jpg, of which the shell makes --attach one.jpg two.jpg."""
    for name in ("one.jpg", "two.jpg"):
        (tmp_path / name).write_text(name)
    one, two = str(tmp_path / "one.jpg"), str(tmp_path / "two.jpg")
    zoe = registered(broker, tmp_path, "zoe")
    near = AtATerminal(tmp_path / "zoe")
    code, shown = near("send", "zoe", "--attach", one, two, typed=())
    assert (code, f"Is {two} the text, or a file?" in shown) == (2, True), shown
    zoe("send", "zoe", "--attach", one, two)
    assert zoe("history", "zoe").stdout.count("one.jpg, 7 bytes") == 1, "a program means what it says"


def test_the_first_moment_is_interrupted_without_noise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the commands are loaded."""
    slow = tmp_path / "sitecustomize.py"
    slow.write_text(
        "import sys\n"
        "class Slow:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'hubbub.client.cli':\n"
        "            print('loading', flush=True); sys.stdin.readline()\n"
        "sys.meta_path.insert(0, Slow())\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code, shown = AtATerminal(tmp_path)("users", typed=("\x03",), prompts=(b"loading",))
    assert (code, "Traceback" in shown) == (130, False), shown


class AtATerminal:
    """Somebody whose commands have a terminal."""

    def __init__(self, profile: Path) -> None:
        self._environment = {**os.environ, "HUBBUB_PROFILE": str(profile)}

    def __call__(
        self,
        *arguments: str,
        typed: tuple[str, ...],
        prompts: tuple[bytes, ...] = (b"Password: ", b"Again: "),
    ) -> tuple[int, str]:
        """The exit code, and what the terminal shows. Each of `typed` is typed when one of the prompts was shown again."""
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
            shown, answered, waiting = b"", 0, list(typed)
            while part := _read(near):
                shown += part
                if waiting and any(prompt in shown[answered:] for prompt in prompts):
                    os.write(near, waiting.pop(0).encode() + b"\n")
                    answered = len(shown)
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
