"""A cable that is pulled, between two network namespaces: the kernel itself says nothing to either end."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

from tests.helpers.brokers import PASSWORD, serving
from tests.helpers.netns import LEFT as SERVER
from tests.helpers.netns import RIGHT as CLIENT
from tests.helpers.netns import cabled, ip

pytestmark = [pytest.mark.netns, pytest.mark.slow, pytest.mark.timeout(240)]

BACK_S = 60.0

LISTEN = """
import asyncio, sys
from hubbub.client import Client, events

async def main():
    async with Client(sys.argv[1], user=sys.argv[2], password=sys.argv[3], register=True) as chat:
        print("ready", flush=True)
        async for event in chat.events():
            if isinstance(event, events.MessageReceived):
                print(event.message.seq, event.message.text, flush=True)
            elif isinstance(event, events.Disconnected):
                print("lost", flush=True)

asyncio.run(main())
"""
SEND = """
import asyncio, sys
from hubbub.client import Client

async def main():
    async with Client(sys.argv[1], user=sys.argv[2], password=sys.argv[3], register=True) as chat:
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            to, _, text = line.rstrip("\\n").partition(" ")
            print("sent", (await chat.send(to, text)).seq, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def spaces() -> Iterator[tuple[str, str]]:
    """Two namespaces (server, client) with a cable between them."""
    with cabled() as names:
        yield names


class Program:
    """A Python program in a namespace: its lines, and a way to write to it."""

    def __init__(self, space: str, code: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", space, sys.executable, "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))

    def line(self, timeout: float = 30.0) -> str:
        try:
            return self._lines.get(timeout=timeout)
        except Empty:
            raise AssertionError(f"no line in {timeout} s") from None

    def quiet(self) -> bool:
        return self._lines.empty()

    def write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def pull(spaces: tuple[str, str], how: str) -> None:
    """Let nothing pass: the interface down, or up while every packet goes to a card that nobody has."""
    if how == "down":
        ip("-n", spaces[0], "link", "set", "left", "down")
        return
    for space, end, other in zip(spaces, ("left", "right"), (CLIENT, SERVER), strict=True):
        ip(
            "-n",
            space,
            "neigh",
            "replace",
            other,
            "lladdr",
            "02:00:00:00:00:99",
            "dev",
            end,
            "nud",
            "permanent",
        )


def plug(spaces: tuple[str, str], how: str) -> None:
    if how == "down":
        ip("-n", spaces[0], "link", "set", "left", "up")
        return
    for space, end, other in zip(spaces, ("left", "right"), (CLIENT, SERVER), strict=True):
        ip("-n", space, "neigh", "delete", other, "dev", end)


@pytest.mark.parametrize("how", ["down", "astray"])
@pytest.mark.parametrize("noticed", [False, True])
def test_a_pulled_cable(tmp_path: Path, spaces: tuple[str, str], how: str, noticed: bool) -> None:
    messages = 50
    options = {"prefix": ("ip", "netns", "exec", spaces[0])}
    with serving(tmp_path / "data", "--host", "*", "--port", "0", **options) as process:
        port = process.place.address.rsplit(":", 1)[1]
        password = PASSWORD.decode()
        sender = Program(spaces[0], SEND, f"127.0.0.1:{port}", "alice", password)
        listener = Program(spaces[1], LISTEN, f"{SERVER}:{port}", "bob", password)
        try:
            assert (sender.line(), listener.line()) == ("ready", "ready")
            talk(sender, ["before"], 1)
            assert listener.line() == "1 before"
            pull(spaces, how)
            talk(sender, [f"meanwhile {number}" for number in range(messages)], 2)
            if noticed:
                assert listener.line(BACK_S) == "lost"
            assert listener.quiet(), "something came through"
            plug(spaces, how)
            began = time.monotonic()
            for number in range(messages):
                assert listener.line(BACK_S) == f"{number + 2} meanwhile {number}"
            took = time.monotonic() - began
            assert took < BACK_S
            talk(sender, ["after"], messages + 2)
            assert listener.line() == f"{messages + 2} after"
            print(f"\ncable {how}: complete {took:.1f} s after it was plugged in again")
        finally:
            sender.close()
            listener.close()
    assert process.verify()["problems"] == []


def talk(sender: Program, texts: list[str], first: int) -> None:
    for seq, text in enumerate(texts, first):
        sender.write(f"bob {text}")
        assert sender.line() == f"sent {seq}"


ATTACK = """
import sys
sys.path.insert(0, sys.argv[1])
import zmq
from tests.helpers.raw import Place, Raw
place = Place(sys.argv[2], sys.argv[3], sys.argv[4].encode())
with Raw(place) as raw:
    raw.login("nearby", b"correct horse", register=True).subscribe()
    for frame in (b"\\x02 no subscription", b"\\x01 no token"):
        raw.open_feed()
        raw.subscribe()
        dropped = raw.watch(raw.feed, zmq.EVENT_DISCONNECTED)
        raw.feed.send(frame)
        print("cut" if dropped.poll(10000) else "NOT CUT", flush=True)
"""


def link_local(space: str, end: str) -> str:
    shown = subprocess.run(
        ["ip", "-n", space, "-6", "-o", "addr", "show", "dev", end, "scope", "link"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return shown[shown.index("inet6") + 1].split("/")[0] if "inet6" in shown else ""


@pytest.mark.parametrize("family", ["link-local", "IPv4"])
def test_whoever_attacks_is_cut_whatever_his_address_looks_like(
    tmp_path: Path, spaces: tuple[str, str], family: str
) -> None:
    """A link-local address is named with its interface in one place (fe80::1%eth0) and without in another; an IPv4 address
    is one of IPv6 where both are listened on."""
    address = SERVER if family == "IPv4" else f"[{link_local(spaces[0], 'left')}%right]"
    if address == "[%right]":
        pytest.skip("there is no IPv6 here")
    options = {"prefix": ("ip", "netns", "exec", spaces[0])}
    with serving(tmp_path / "data", "--host", "*", "--port", "0", **options) as process:
        place = process.place
        request, publish = (
            f"tcp://{address}:{one.rsplit(':', 1)[1]}" for one in (place.address, place.publish)
        )
        root = str(Path(__file__).parents[2])
        attacker = Program(spaces[1], ATTACK, root, request, publish, place.key.decode())
        try:
            assert [attacker.line(60.0), attacker.line(60.0)] == ["cut", "cut"]
        finally:
            attacker.close()
