"""What is opened and closed two hundred times leaves nothing: not a picture, a command of Tcl, a widget or an object of ours.

What the process takes of memory, and how many objects there are of all kinds, is reported (`pytest -rP`) and judged roughly: the
allocator, SQLite's module and the broker that runs in this process too have a part in it.
"""

import gc
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from weakref import ReferenceType

import psutil
import pytest
from PIL import Image

from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.popup import Popup
from hubbub.client.gui.model.signal import Signal
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.gui.views.settings import SECTIONS
from hubbub.client.gui.views.viewer import Stage
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, Spot, chat, within

pytestmark = [pytest.mark.window, pytest.mark.slow]
FIRST, ROUNDS = 50, 200
Round = Callable[[], None]


class Held(NamedTuple):
    """What a window has of each kind."""

    images: int
    commands: int
    variables: int
    timers: int
    widgets: int
    listeners: int
    objects: int
    """Of the window's classes, Tk's and the pictures'."""


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    """At no window."""
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


@pytest.fixture
def anna(sits_down: Callable[..., Person], broker: Served, bob: Client, tmp_path: Path) -> Person:
    """Looks at a conversation with a picture in it; nothing more will come."""
    person = sits_down("anna")
    person.window.model.log_in(
        broker.place.address, "anna", PASSWORD.decode(), register=not bob.users("anna"), failed=lambda _: None
    )
    person.waits_to_see("#general")
    Image.effect_noise((1200, 900), 60).save(tmp_path / "garden.png")
    bob.send("anna", "my garden", attachments=[tmp_path / "garden.png"])
    person.wait(lambda: chat(person).conversations.get("@bob") is not None)
    chat(person).open("@bob")
    person.wait(lambda: bubbles(person), "a bubble")
    person.settles()
    return person


def bubbles(person: Person) -> list[BubbleView]:
    return [one for one in within(person.window.root) if isinstance(one, BubbleView)]


def widgets(person: Person) -> int:
    """As Python has them."""
    return sum(1 for _ in within(person.window.root))


def held(person: Person) -> Held:
    """Of this moment, without its garbage."""
    gc.collect()
    tcl, objects = person.window.root.tk, gc.get_objects()
    tcl_has = (
        len(tcl.splitlist(tcl.call(*names)))
        for names in (("image", "names"), ("info", "commands"), ("info", "globals"), ("after", "info"))
    )
    listeners = sum(len(one._listeners) for one in objects if isinstance(one, Signal))
    listeners += len(person.window.theme._callbacks)
    ours = sum(
        str(type(one).__module__).startswith(("hubbub.client.gui", "tkinter", "PIL")) for one in objects
    )
    return Held(*tcl_has, widgets(person), listeners, ours)


def stays_the_same(person: Person, once: Round, what: str) -> None:
    """Do it 200 times, and count after 50 and after 200 of them. A timer may be under way at either."""
    for _ in range(FIRST):
        once()
    first, objects = reported(person, f"{what}, {FIRST} times")
    for _ in range(ROUNDS - FIRST):
        once()
    last, objects_then = reported(person, f"{what}, {ROUNDS} times")
    if grown(first, last):
        person.wait(lambda: not grown(first, held(person)), f"what there was before: {first}, now {last}")
    assert objects_then - objects < ROUNDS - FIRST, "as many as an object a round"


def grown(before: Held, now: Held) -> bool:
    """There is more of something. Less is a timer that was under way before."""
    return any(later > earlier for earlier, later in zip(before, now, strict=True))


def reported(person: Person, when: str) -> tuple[Held, int]:
    """What is held, and how many objects there are at all."""
    found = held(person)
    number = sum(
        type(one) is not ReferenceType for one in gc.get_objects()
    )  # SQLite's module keeps dead ones for a while
    print(f"{when}: {found}, {number:,} objects in all, {psutil.Process().memory_info().rss / 1e6:.1f} MB")
    return found, number


def test_the_viewer(anna: Person) -> None:
    (view,) = bubbles(anna)
    left, top, right, bottom = view.box or (0, 0, 0, 0)
    spot = Spot(view, (left + right) // 2, (top + bottom) // 2 - 20)

    def once() -> None:
        anna.click(spot)
        (stage,) = (one for one in within(anna.window.root) if isinstance(one, Stage))
        anna.wait(lambda: stage._image is not None, "the picture")
        anna.press("<plus>")
        anna.press("<Escape>")
        assert anna.window.theme.part(Layers).top is None

    stays_the_same(anna, once, "viewer")


def test_the_emoji_picker(anna: Person) -> None:
    assert isinstance(anna.window.screen, MainScreen)
    composer = anna.window.screen.conversation.composer
    assert composer is not None

    def once() -> None:
        composer.emoji.invoke()
        anna.wait(lambda: isinstance(anna.window.theme.part(Layers).top, Popup), "the picker")
        anna.type("cat")
        anna.press("<Escape>")  # ends the search
        anna.press("<Escape>")
        assert anna.window.theme.part(Layers).top is None

    stays_the_same(anna, once, "picker")


def test_the_settings(anna: Person) -> None:
    assert isinstance(anna.window.screen, MainScreen)
    menu, pages = anna.window.screen.own_menu, cycle(section.key for section in SECTIONS)

    def once() -> None:
        """Two of the pages, so that each comes fifty times."""
        sheet = menu.open_settings()
        for key in (next(pages), next(pages)):
            sheet.open(key)
            anna.wait(lambda: key != "devices" or anna.sees("This device"))  # noqa: B023 - it is called here
        anna.wait(lambda: key != "about" or sheet.preferences.version)
        anna.press("<Escape>")
        assert anna.window.theme.part(Layers).top is None

    stays_the_same(anna, once, "settings")
