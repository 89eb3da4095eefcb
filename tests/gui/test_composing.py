"""Writing at a window with more than letters: emoji by name, what is pasted, what is dropped."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from hubbub.client.gui.views.composer import ComposerView
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person

pytestmark = pytest.mark.window
NUMBERS = count(1)
SitsDown = Callable[..., Person]


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


@pytest.fixture
def anna(sits_down: SitsDown, broker: Served, bob: Client) -> Person:
    """Somebody who writes to bob."""
    name = f"anna{next(NUMBERS)}"
    person = sits_down(name)
    person.window.model.log_in(
        broker.place.address, name, PASSWORD.decode(), register=True, failed=lambda _: None
    )
    person.waits_to_see("#general")
    chat = person.window.model.chat
    assert chat is not None
    chat.open("@bob")
    person.waits_to_see("Message")
    return person


def view(person: Person) -> ComposerView:
    screen = person.window.screen
    assert isinstance(screen, MainScreen) and screen.conversation.composer is not None
    return screen.conversation.composer


def test_emoji_by_their_names(anna: Person, bob: Client) -> None:
    area = view(anna).area
    anna.type("hi :smi")
    anna.wait(lambda: view(anna).names.current is not None)
    assert anna.sees(":smile:")
    anna.press("<Return>")
    anna.wait(lambda: area.value == "hi 😄")
    anna.type(" :tada:")
    anna.wait(lambda: area.value == "hi 😄 🎉")
    anna.press("<BackSpace>")
    anna.wait(lambda: area.value == "hi 😄 :tada:", "what was typed")
    anna.press("<BackSpace>")
    anna.type(":")
    anna.wait(lambda: area.value == "hi 😄 🎉", "the second time it is meant")
    anna.type(" at 10:30")
    assert view(anna).names.current is None
    anna.press("<Return>")
    anna.wait(lambda: area.value == "")
    me = anna.window.model.chat.me  # type: ignore[union-attr]  # it is open
    anna.wait(lambda: [one.text for one in bob.history(me, limit=1)] == ["hi 😄 🎉 at 10:30"])
    assert anna.window.settings.recent_emoji[:2] == ("🎉", "😄")
