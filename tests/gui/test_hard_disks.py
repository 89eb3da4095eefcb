"""A window where a disk is full, the server's or its own: it lives, says so, and loses nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served, serving
from tests.helpers.disks import fill, small_disk
from tests.helpers.person import Person, chat

pytestmark = [pytest.mark.window, pytest.mark.slow]
SitsDown = Callable[..., Person]
SERVER_MIB, OWN_MIB = 100, 8
"""Uploads leave 64 MiB of the server's to messages."""
PATIENCE_S = 40.0


def writes(person: Person, text: str) -> None:
    assert isinstance(person.window.screen, MainScreen)
    person.window.screen.conversation.focus_composer()
    person.type(text)
    person.press("<Return>")


def bubbles(person: Person) -> list[Bubble]:
    timeline = chat(person).timeline
    return [row for row in (timeline.rows() if timeline is not None else []) if isinstance(row, Bubble)]


def test_a_server_whose_disk_is_full(sits_down: SitsDown, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" * 300_000)
    with (
        small_disk(tmp_path / "disk", SERVER_MIB) as disk,
        serving(disk / "data") as server,
        Client(server.place.address, user="bob", password=PASSWORD.decode(), register=True) as bob,
    ):
        anna = sits_down("anna")
        anna.window.model.log_in(
            server.place.address, "anna", PASSWORD.decode(), register=True, failed=lambda _: None
        )
        anna.waits_to_see("#general")
        bob.send("anna", "hello")
        anna.clicks_when_seen("hello")
        anna.wait(lambda: bubbles(anna), "the message")
        model, said, texts = chat(anna), list[str](), list[str]()
        model.said.connect(said.append)
        filler = disk / "filler"
        fill(filler)

        def refused() -> bool:
            """It takes some messages until what was set aside for the journal is full too."""
            if not [one for one in model.outgoing.all() if one.text == texts[-1:]] and len(texts) < 40:
                texts.append(f"full {len(texts)} " + "x" * 2000)
                writes(anna, texts[-1])
            fill(filler)
            return bool(model.link.held)

        anna.wait(refused, "a message that the server can't take", PATIENCE_S)
        anna.waits_to_see("The server's disk is full")
        assert anna.sees("What you write waits here")
        assert model.timeline is not None and model.composer is not None
        model.timeline.react(bubbles(anna)[0], "👍")
        anna.wait(lambda: any("disk is full" in one for one in said), "why there is no emoji")
        model.composer.attach([tmp_path / "a.bin"])
        anna.waits_to_see("a.bin")
        writes(anna, "with a file")
        filler.unlink()
        anna.wait(lambda: not model.outgoing.all(), "all of them sent", PATIENCE_S)
        anna.waits_to_miss("The server's disk is full")
        there = [message.text for message in bob.history("anna", limit=None)]
        assert there == ["with a file", *reversed(texts), "hello"], "each once, in their order"
        anna.leaves()


def test_a_disk_of_ones_own_that_is_full(sits_down: SitsDown, broker: Served, tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "carol", OWN_MIB) as disk,
        Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as bob,
    ):
        carol = sits_down("carol")
        carol.enters(broker, "carol")
        bob.send("carol", "hello")
        carol.clicks_when_seen("hello")
        carol.wait(lambda: bubbles(carol), "the message")
        model, said, filler = chat(carol), list[str](), disk / "filler"
        model.said.connect(said.append)
        fill(filler)
        sent = 0
        while not said and sent < 60:
            sent += 1
            writes(carol, f"full {sent} " + "x" * 2000)
            fill(filler)
        carol.waits_to_see("The disk of this device is full: nothing can be kept.")
        carol.wait(lambda: not model.outgoing.all(), "all that could be kept is sent", PATIENCE_S)
        assert model.composer is not None
        assert f"full {sent} " in model.composer.text, "what could not be kept is in the field still"
        for number in range(30):
            bob.send("carol", f"more {number} " + "y" * 3000)
        carol.waits_to_see("more 29 yyy")
        filler.unlink()
        carol.press("<Return>")
        carol.wait(lambda: model.composer.text == "" and not model.outgoing.all(), "what was kept is sent")  # type: ignore[union-attr]  # it is open
        said_by = [message.text for message in bob.history("carol", limit=None) if message.sender == "carol"]
        words = " ".join(reversed(said_by)).split()
        assert sorted(int(word) for word in words if word.isdigit()) == list(range(1, sent + 1)), "each once"
        carol.leaves()
