"""Every example runs."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from pathlib import Path

import pytest
from PIL import Image, ImageGrab

from hubbub.client.sync import Client
from hubbub.client.testing.local_broker import LocalBroker
from tests.helpers.brokers import Served
from tests.helpers.display import screen
from tests.helpers.waiting import until

EXAMPLES = Path(__file__).parent.parent / "examples"
HERE = {"demo.py", "files.py", "furnish.py", "group.py", "listen.py"}
BOTS = {
    "alert.py": ("app.log", "ERROR", "#general"),
    "dice.py": (),
    "echo.py": (),
    "poll.py": (),
    "reminder.py": (),
    "trivia.py": (),
    "watch.py": (".", "#general"),
}
"""With what they are called. What they do is tested in tests/examples."""
BRIDGE = "bridge.py"
LONGEST_BOT = 60


def test_each_has_a_test() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*HERE, *BOTS, BRIDGE}
    tested = {
        path.name.removeprefix("test_") for path in (Path(__file__).parent / "examples").glob("test_*.py")
    }
    assert tested == {*BOTS, BRIDGE}


def test_a_bot_is_short() -> None:
    for name in (*BOTS, BRIDGE):
        assert len((EXAMPLES / name).read_text().splitlines()) < LONGEST_BOT, name


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


async def started(folder: Path, name: str, *arguments: str, **settings: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        EXAMPLES / name,
        *arguments,
        env=os.environ | {"HUBBUB_PROFILE": str(folder / name), **settings},
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
    )


async def test_bots_are_programs(broker: LocalBroker, tmp_path: Path) -> None:
    (tmp_path / "app.log").touch()
    programs = []
    for name, arguments in BOTS.items():
        server, token = await broker.way(name), f"{name}:{broker.password}"
        programs.append(await started(tmp_path, name, *arguments, HUBBUB_SERVER=server, HUBBUB_TOKEN=token))
    for program in programs:
        assert program.stderr is not None
        lines = [await program.stderr.readline()]
        while lines[-1] and b"is listening" not in lines[-1]:
            lines.append(await program.stderr.readline())
        assert lines[-1], lines
        program.terminate()
    assert [await program.wait() for program in programs] == [0] * len(programs)


async def test_the_bridge_is_a_program(broker: LocalBroker, tmp_path: Path) -> None:
    ann = await broker.user("ann", group="#one")
    ben = await broker.user("ben", group="#other")
    for group in ("#one", "#other"):
        await broker.group(group, ["bridge"])
    server, token = broker.address, f"bridge:{broker.password}"
    settings = {"HUBBUB_SERVER": server, "HUBBUB_TOKEN": token, "OTHER_SERVER": server, "OTHER_TOKEN": token}
    program = await started(tmp_path, BRIDGE, "#one", "#other", **settings)
    try:
        async with asyncio.timeout(20):
            while program.returncode is None:  # what is said before it is there, it does not carry
                await ann.say("anybody there?")
                with contextlib.suppress(AssertionError):
                    await ben.expect("ann: anybody there?", timeout=0.1)
                    break
            else:
                pytest.fail("it ended")
    finally:
        program.terminate()
        await program.wait()


@pytest.mark.window
def test_demo_has_two_windows_and_leaves_nothing(tmp_path: Path) -> None:
    with screen("1366x768") as display:
        demo = demonstrates(tmp_path)
        try:
            until(lambda: all(lit(display, x) for x in (340, 1020)), 30, "both windows")
            demo.send_signal(signal.SIGINT)
            out, errors = demo.communicate(timeout=20)
        finally:
            demo.kill()
    assert (demo.returncode, errors) == (130, "")
    assert out.startswith("Alice's window is at the left")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.window
@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="there is always a screen")
def test_demo_says_that_there_is_no_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    demo = demonstrates(tmp_path)
    _, errors = demo.communicate(timeout=40)
    assert demo.returncode == 1
    assert errors == "There is no screen here: start the demo on a desktop, or set DISPLAY.\n"
    assert list(tmp_path.iterdir()) == []


def demonstrates(temporary: Path) -> subprocess.Popen[str]:
    """The demo, with its throw-away folder in this one."""
    environment = os.environ | {"TMPDIR": str(temporary)}
    return subprocess.Popen(
        [sys.executable, EXAMPLES / "demo.py"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lit(display: str, x: int) -> bool:
    """There is a window at this place of the screen."""
    colour = ImageGrab.grab((x, 360, x + 1, 361), xdisplay=display).convert("RGB").getpixel((0, 0))
    return colour != (0, 0, 0)


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
