"""Ctrl+K at a window: with keys, with the mouse, and what it leads to."""

from collections.abc import Iterator

import pytest

from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.gui.views.palette_rows import PaletteRows
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, Spot
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        client.create_group("#gardens", public=True, topic="What grows where")
        yield client


stay = pytest.fixture(scope="module")(staying)
anna = pytest.fixture(seated)


def screen(person: Person) -> MainScreen:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen


def opened(person: Person) -> str | None:
    chat = person.window.model.chat
    return chat.timeline.name if chat is not None and chat.timeline is not None else None


def rows(person: Person) -> PaletteRows:
    def find(widget: object) -> list[PaletteRows]:
        inner = [one for child in widget.winfo_children() for one in find(child)]  # type: ignore[attr-defined]  # of Tk
        return [widget, *inner] if isinstance(widget, PaletteRows) else inner

    (found,) = find(person.window.root)
    return found


def layers(person: Person) -> Layers:
    return person.window.theme.part(Layers)


def test_going_everywhere(anna: Person, bob: Client) -> None:
    chat = anna.window.model.chat
    assert chat is not None
    said = bob.send(chat.me, "the rhubarb is ripe")
    for number in range(40):
        bob.send(chat.me, f"line {number}")
    anna.waits_to_see("line 39")

    # a conversation, by keys alone
    anna.press("<Control-k>")
    anna.waits_to_see("Recent")
    anna.type("gen")
    anna.wait(lambda: screen(anna).palette.chosen == "#general")
    anna.press("<Return>")
    anna.wait(lambda: opened(anna) == "#general" and layers(anna).top is None)

    # Escape gives the focus back to where one writes
    anna.press("<Control-k>")
    anna.type("zzz")
    anna.waits_to_see("Nothing here has")
    anna.press("<Escape>")
    anna.wait(lambda: layers(anna).top is None)
    anna.type("here")
    assert chat.composer is not None and chat.composer.text == "here"

    # a message, in its place
    anna.press("<Control-k>")
    anna.type("rhub")
    anna.wait(lambda: screen(anna).palette.current is not None and not screen(anna).palette.waiting)
    assert screen(anna).palette.chosen == f"message @bob {said.seq}"
    anna.press("<Return>")
    anna.wait(lambda: opened(anna) == "@bob")
    anna.waits_to_see("the rhubarb is ripe")

    # a command
    anna.press("<Control-k>")
    anna.type("theme dark")
    anna.press("<Return>")
    anna.wait(lambda: anna.window.theme.dark)

    # a public group, after a question
    anna.press("<Control-k>")
    anna.type("gard")
    anna.waits_to_see("1 member")
    anna.press("<Return>")
    anna.waits_to_see("Join #gardens?")
    assert opened(anna) == "@bob"
    anna.click("Join")
    anna.wait(lambda: opened(anna) == "#gardens")


def test_the_pointer_chooses_when_it_moves_and_not_when_rows_do(anna: Person, bob: Client) -> None:
    anna.press("<Control-k>")
    anna.waits_to_see("Commands")
    palette, shown = screen(anna).palette, rows(anna)
    anna.wait(lambda: anna.sees("Public groups"))
    place = anna.spot("Public groups")
    anna.point(place)
    first = palette.chosen
    anna.point(place)
    assert palette.chosen == first != "command groups", "it lay there when the rows came"
    anna.point(Spot(shown, place.x + 3, place.y + 1))
    assert palette.chosen == "command groups"
    anna.press("<Up>")
    assert palette.chosen == "command new"
    anna.click(Spot(shown, place.x, place.y))
    anna.waits_to_see("Search groups")
    anna.press("<Escape>")


def test_a_press_outside_closes_it_and_the_words_are_gone_the_next_time(anna: Person, bob: Client) -> None:
    anna.press("<Control-k>")
    anna.type("gen")
    top = layers(anna).top
    assert top is not None
    top.page.event_generate("<ButtonPress-1>", x=-30, y=-30, rootx=1, rooty=1)
    anna.wait(lambda: layers(anna).top is None)
    assert not screen(anna).palette.waiting
    anna.press("<Control-k>")
    assert screen(anna).palette.text == ""
    assert anna.sees("Recent")
    anna.press("<Tab>")
    assert screen(anna).palette.chosen.startswith("command ")
    anna.press("<Escape>")
