"""Two windows of one account, each with a profile of its own: what is read, written and forgotten in one shows in the other."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, chat

pytestmark = pytest.mark.window
SitsDown = Callable[..., Person]


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


def sit(sits_down: SitsDown, broker: Served, profile: str, *, register: bool) -> Person:
    person = sits_down(profile)
    model = person.window.model
    model.log_in(broker.place.address, "anna", PASSWORD.decode(), register=register, failed=lambda _: None)
    person.waits_to_see("#general")
    return person


def unread(person: Person, name: str) -> int:
    assert isinstance(person.window.screen, MainScreen)
    return next(line.unread for line in person.window.screen.sidebar.list.items if line.key == name)


def test_two_windows_of_one_account_show_the_same(sits_down: SitsDown, broker: Served, bob: Client) -> None:
    desk = sit(sits_down, broker, "desk", register=True)
    lap = sit(sits_down, broker, "lap", register=False)
    bob.send("anna", "first")
    sent = bob.send("anna", "second")
    for person in (desk, lap):
        person.waits_to_see("second")
        person.wait(lambda person=person: unread(person, "@bob") == 2, "two unread")  # type: ignore[misc]  # bound by its default
    desk.click("second")
    desk.wait(lambda: chat(desk).timeline is not None)
    desk.press("<Key>")
    lap.wait(lambda: unread(lap, "@bob") == 0, "read in the other window")
    assert lap.window.root.title() == "Hubbub (anna)"

    desk.type("from the desk")
    desk.wait(lambda: chat(desk).drafts.get("@bob") == "from the desk", "a draft")
    assert not lap.sees("from the desk") and "@bob" not in chat(lap).drafts
    desk.press("<Return>")
    lap.waits_to_see("from the desk")
    chat(lap).open("@bob")
    lap.waits_to_see("first")
    chat(desk).timeline.react(bubble(desk, "first"), "👍")  # type: ignore[union-attr]  # one is open
    lap.wait(lambda: bubble(lap, "first").message.reactions, "the emoji")
    bob.delete(sent)
    for person in (desk, lap):
        person.wait(lambda person=person: bubble(person, "second") is None, "what was deleted")  # type: ignore[misc]  # the same
        timeline = chat(person).timeline
        assert timeline is not None
        texts = [row.message.text for row in timeline.rows() if isinstance(row, Bubble)]
        assert texts == ["first", "", "from the desk"], "each once"


def bubble(person: Person, text: str) -> Any:
    timeline = chat(person).timeline
    rows = timeline.rows() if timeline is not None else []
    return next((row for row in rows if isinstance(row, Bubble) and row.message.text == text), None)
