"""Every example runs."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

from hubbub.client.sync import Client
from tests.helpers.brokers import Served

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_each_has_a_test_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {
        "demo.py",
        "files.py",
        "group.py",
        "listen.py",
    }


def run(name: str, *arguments: str | Path) -> str:
    """What it prints."""
    command = [sys.executable, EXAMPLES / name, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def run_at_a_broker(folder: Path, name: str, *arguments: str | Path) -> list[str]:
    """The lines that it prints; the address is its first argument."""
    served = Served(folder / "data")
    try:
        return run(name, served.place.address, *arguments).splitlines()
    finally:
        served.broker.stop()


def test_demo() -> None:
    assert "bob reads in @echo: echo: You said: Does the program listen?" in run("demo.py")


def test_group(tmp_path: Path) -> None:
    lines = run_at_a_broker(tmp_path, "group.py")
    assert lines[:2] == ["ben has 1 mention in #release", "ann: @ben is the *changelog* ready?  👍 1"]
    assert any(line.endswith(" ben: It is, since noon.") for line in lines[2:])


def test_files(tmp_path: Path) -> None:
    picture = tmp_path / "trip.png"
    Image.effect_noise((800, 600), 50).save(picture)
    size = picture.stat().st_size
    lines = run_at_a_broker(tmp_path, "files.py", picture)
    assert lines[0] == f"trip.png: 0 of {size} bytes"
    assert f"trip.png: {size} of {size} bytes" in lines
    assert lines[-3].startswith("image/png, 800 x 600, thumbnail of ")
    assert lines[-2:] == [
        "trip.png is the same: True",
        "ben in #general, forwarded from ann: from the trip",
    ]


def test_listen(tmp_path: Path) -> None:
    served = Served(tmp_path / "data")
    address = served.place.address
    try:
        with Client(
            address, user="bob", password="correct horse", register=True, profile=tmp_path / "bob"
        ) as bob:
            bob.users()
        with Client(address, user="alice", password="correct horse", register=True) as alice:
            alice.send("bob", "are you there?")
        command = [sys.executable, EXAMPLES / "listen.py", address, "bob", tmp_path / "bob"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listener:
            assert listener.stdout is not None
            assert listener.stdout.readline().endswith("@alice alice: are you there?\n")
            listener.terminate()
    finally:
        served.broker.stop()
