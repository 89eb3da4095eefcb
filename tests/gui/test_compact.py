"""A conversation in compact mode, in a whole window: the same as with bubbles, and marking across messages besides."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.menus import Menu
from hubbub.client.gui.timeline.page import Page
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.onlooker import Onlooker
from tests.helpers.person import Person

pytestmark = pytest.mark.window
NUMBERS = count(1)
SitsDown = Callable[..., Person]


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


@pytest.fixture
def anna(sits_down: SitsDown, broker: Served, bob: Client) -> Onlooker:
    person, name = sits_down("anna"), f"anna{next(NUMBERS)}"
    log_in = person.window.model.log_in
    log_in(broker.place.address, name, PASSWORD.decode(), register=True, failed=lambda _: None)
    person.waits_to_see("#general")
    person.window.settings.compact = True
    return Onlooker(person, bob, name)


def page_of(anna: Onlooker) -> Page:
    page = anna.view.flow.text
    assert isinstance(page, Page)
    return page


def says(anna: Onlooker) -> list[str]:
    return page_of(anna).get("1.0", "end").strip().split("\n")


def goes_to_the_end(anna: Onlooker) -> None:
    anna.view.timeline.to_newest()
    anna.person.wait(lambda: anna.view.timeline.at_end and anna.view.flow.stuck, "the end")
    anna.settles()


def test_a_conversation_is_read_marked_copied_and_answered(anna: Onlooker) -> None:
    said = anna.hears("hello 👋", "what do you say?")
    anna.opens()
    anna.chat.outgoing.send("@bob", "hello yourself", failed=anna.chat.complain)
    anna.person.wait(lambda: "hello yourself" in says(anna)[-1], "my message")
    page, root = page_of(anna), anna.person.window.root
    page.focus_set()
    anna.person.press("<Control-a>")
    anna.person.press("<Control-c>")
    lines = root.clipboard_get().split("\n")
    assert [line[6:] for line in lines[1:]] == [
        "bob: hello 👋", "bob: what do you say?", f"{anna.name}: hello yourself",
    ]  # fmt: skip
    page.tag_remove("sel", "1.0", "end")
    for keys in ("<Up>", "<Up>"):
        anna.person.press(keys)
    assert anna.view.hands.selected is not None
    assert anna.view.hands.selected.endswith(said.key.hex())
    anna.person.press("<Shift-F10>")
    menu = anna.person.window.theme.part(Layers).top
    assert isinstance(menu, Menu)
    menu.choose("Reply")
    assert anna.chat.composer is not None
    assert anna.chat.composer.reply_to is not None
    assert anna.chat.composer.reply_to.text == "what do you say?"


def test_switching_at_run_time_keeps_the_place_in_both_directions(anna: Onlooker) -> None:
    anna.person.window.settings.compact = False
    anna.hears(*(f"line {number}" for number in range(90)))
    anna.opens()
    goes_to_the_end(anna)
    for compact in (True, False):
        anna.view.flow.scroll(-1500 if compact else -40)
        anna.settles()
        place = anna.view.flow.where()
        assert place is not None
        anna.person.window.settings.compact = compact
        anna.settles()
        assert anna.view.flow.top_of(place.key) == place.y
        assert isinstance(anna.view.flow.text, Page) is compact
    goes_to_the_end(anna)
    anna.person.window.settings.compact = True
    anna.settles()
    assert anna.view.flow.stuck
    assert says(anna)[-1].endswith("line 89")


def test_earlier_messages_and_new_ones_leave_what_is_read_where_it_is(anna: Onlooker) -> None:
    anna.hears(*(f"said {number}" for number in range(250)))
    anna.opens()
    goes_to_the_end(anna)
    before = len(anna.view.timeline.rows())
    anna.view.flow.to_key(anna.view.timeline.rows()[12].key)
    place = anna.view.flow.where()
    assert place is not None
    anna.person.wait(lambda: len(anna.view.timeline.rows()) > before, "earlier messages")
    anna.settles()
    assert anna.view.flow.top_of(place.key) == place.y
    anna.hears("while she read")
    anna.person.wait(lambda: anna.view.newest.text == "1", "the count on the button")
    assert anna.view.flow.top_of(place.key) == place.y
    anna.person.click(anna.view.newest)
    anna.person.wait(lambda: anna.view.flow.stuck, "the end")
    assert says(anna)[-1].endswith("while she read")
