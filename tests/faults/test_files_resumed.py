"""A transfer that ends in the middle goes on where it was: the client killed, the link cut, and the command given again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.client.sync import Client
from tests.helpers import files
from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.files import content, sha256
from tests.helpers.proxy import Proxy
from tests.helpers.raw import Raw
from tests.helpers.waiting import until

COMMAND = str(Path(sys.executable).with_name("hubbub"))
SIZE = 4 * 2**20
MIDDLE = SIZE // 3
ONCE = SIZE * 5 // 4
"""Bytes on the wire, both ways, of one transfer with everything about it: log in, keys, frames."""


class Place:
    """A server behind a link that can be cut, and somebody's commands."""

    def __init__(self, folder: Path, server: Served, proxy: Proxy) -> None:
        self.folder, self.server, self.proxy = folder, server, proxy
        self.data = folder / "data"
        self.address = f"127.0.0.1:{proxy.port}"
        self._environment = os.environ | {
            "HUBBUB_SERVER": self.address,
            "HUBBUB_PROFILE": str(folder / "profile"),
            "HUBBUB_PASSWORD": PASSWORD.decode(),
            "HUBBUB_USER": "alice",
        }
        self.run("register")

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [COMMAND, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.begin(*arguments)
        said, _ = process.communicate(timeout=40)
        assert process.returncode == 0, said
        return said

    def kill_in_the_middle(self, partial: "Path | None", *arguments: str) -> None:
        """kill -9 of a command once MIDDLE bytes of a file are there; nothing passes from then on. `partial`: where they are to
        be seen; None: in a hidden file beside the target."""
        process = self.begin(*arguments)

        def far() -> bool:
            assert process.poll() is None, "it ended before its middle"
            found = partial if partial is not None else next(self.folder.glob(".*.part"), None)
            return found is not None and found.exists() and found.stat().st_size >= MIDDLE

        try:
            until(far, what="the middle")
            self.proxy.go_silent()
        finally:
            process.kill()
            process.communicate()
        self.proxy.come_back()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with (
        served(tmp_path / "data") as server,
        Proxy(server.port, server.publish_port) as proxy,
        Raw(server.place) as bob,
    ):
        bob.login("bob", PASSWORD, register=True)
        yield Place(tmp_path, server, proxy)


@pytest.mark.slow
def test_a_killed_send_goes_on(place: Place) -> None:
    source = place.folder / "film.bin"
    source.write_bytes(content(SIZE, "killed send"))
    digest = sha256(source.read_bytes())
    user = 2  # bob came first
    before = place.proxy.forwarded
    command = ("send", "bob", "look", "--attach", str(source))
    place.kill_in_the_middle(files.partial(place.data, user, digest), *command)
    first = place.proxy.forwarded - before
    assert MIDDLE <= first < SIZE, "it was to be killed in the middle"
    place.run(*command)
    both = place.proxy.forwarded - before
    assert both < ONCE, f"{both:,} bytes for a file of {SIZE:,}, {first:,} of them before the kill"
    with Client(place.address, user="bob", password=PASSWORD.decode()) as bob:
        (message,) = bob.history("alice", limit=None)
        assert [(one.name, one.size) for one in message.attachments] == [("film.bin", SIZE)]
    assert files.blob(place.data, digest).read_bytes() == source.read_bytes()
    assert files.partials(place.data) == []


@pytest.mark.slow
def test_a_killed_download_goes_on(place: Place) -> None:
    data, target = content(SIZE, "killed download"), place.folder / "film.bin"
    with Raw(place.server.place) as bob:
        bob.login("bob", PASSWORD)
        seq = files.post(bob, bob.start("alice"), data)
    before = place.proxy.forwarded
    command = ("download", "bob", str(seq), str(target))
    place.kill_in_the_middle(None, *command)
    first = place.proxy.forwarded - before
    assert MIDDLE <= first < SIZE, "it was to be killed in the middle"
    assert not target.exists()
    place.run(*command)
    both = place.proxy.forwarded - before
    assert both < ONCE, f"{both:,} bytes for a file of {SIZE:,}, {first:,} of them before the kill"
    assert target.read_bytes() == data
    assert list(place.folder.glob(".*.part")) == []


class Cutting:
    """Progress that cuts the link once, in the middle."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self.cut = False
        self.seen: list[int] = []

    def __call__(self, progress: object) -> None:
        done = int(getattr(progress, "done"))  # noqa: B009  # of any kind
        self.seen.append(done)
        if done >= MIDDLE and not self.cut:
            self.cut = True
            self._proxy.go_silent()
            self._proxy.come_back()


def test_a_cut_link_is_waited_out_by_both_kinds_of_transfer(place: Place) -> None:
    data, source, target = content(SIZE, "cut"), place.folder / "film.bin", place.folder / "back.bin"
    source.write_bytes(data)
    with Client(place.address, user="alice", password=PASSWORD.decode()) as alice:
        before = place.proxy.forwarded
        up, down = Cutting(place.proxy), Cutting(place.proxy)
        message = alice.send("bob", "look", attachments=[source], progress=up)
        sent = place.proxy.forwarded - before
        assert alice.download(message.attachments[0], target, progress=down) == target
        fetched = place.proxy.forwarded - before - sent
    assert up.cut and down.cut
    assert up.seen == sorted(up.seen) and down.seen == sorted(down.seen), "it went back"
    assert sent < ONCE and fetched < ONCE
    assert target.read_bytes() == data
