"""A backup is put in the place of the server's store under a window: what is shown is what the server has now, each once, and what
waits goes out once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD
from tests.helpers.machine import Machine
from tests.helpers.person import Person, chat

pytestmark = [pytest.mark.window, pytest.mark.slow]
SitsDown = Callable[..., Person]
BACK_S = 40.0
"""A process that starts while others run on two cores."""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "machine")
    yield made
    made.stop()


def rows(person: Person) -> list[Bubble]:
    timeline = chat(person).timeline
    return [row for row in (timeline.rows() if timeline is not None else []) if isinstance(row, Bubble)]


def texts(person: Person) -> list[tuple[str, str]]:
    return [(row.message.text, row.state) for row in rows(person)]


def writes(person: Person, text: str) -> None:
    assert isinstance(person.window.screen, MainScreen)
    person.window.screen.conversation.focus_composer()
    person.type(text)
    person.press("<Return>")


def by_session(person: Person, machine: Machine) -> None:
    """As at a start of the window: without a password in its memory."""
    model = person.window.model
    model.log_in(machine.address, "anna", PASSWORD.decode(), register=True, failed=lambda _: None)
    person.waits_to_see("#general")
    model.switch()
    person.wait(lambda: model.sign_in.choices.accounts, "the account in the list")
    model.sign_in.resume(model.sign_in.choices.accounts[0])
    person.wait(lambda: model.chat is not None and model.chat.link.connected, "the link")


KEPT = [f"kept {number}" for number in range(3)]
WAITING = ["waits 1", "waits 2"]


@pytest.mark.parametrize("whole", [True, False], ids=["restored", "copied"])
def test_what_is_shown_is_what_the_server_has_now(machine: Machine, sits_down: SitsDown, whole: bool) -> None:
    anna = sits_down("anna")
    by_session(anna, machine)
    with Client(machine.address, user="bob", password=PASSWORD.decode(), register=True) as bob:
        reads_what_is_kept(anna, bob)
        backup = machine.copy()
        machine.start()
        anna.wait(lambda: chat(anna).link.connected, "the link", BACK_S)
        sees_what_will_be_lost(anna, bob)
    machine.stop()
    writes_without_a_server(anna)
    machine.restore(backup, whole=whole)
    machine.start()
    if whole:
        logs_in_again(anna)
    expected = [*KEPT, *WAITING]
    anna.wait(lambda: [text for text, _ in texts(anna)] == expected, f"{expected}", BACK_S)
    anna.wait(lambda: {state for _, state in texts(anna)[-2:]} <= {"sent", "read"}, "both were sent")
    assert len({row.message.seq for row in rows(anna)}) == 5
    with Client(machine.address, user="bob", password=PASSWORD.decode(), register=True) as bob:
        assert [message.text for message in bob.history("anna", limit=None)] == expected[::-1]
        lists_what_there_is(anna)
        bob.send("anna", "and on")
        anna.wait(lambda: [text for text, _ in texts(anna)] == [*expected, "and on"], "what comes now")
        anna.press("<Key>")
        anna.wait(lambda: read_by_anna(bob) == 6, "and is read")
    composer = chat(anna).composer
    assert composer is not None and composer.text == "half a sentence"
    chat(anna).open("#team")
    anna.wait(lambda: [text for text, _ in texts(anna)] == [f"team {number}" for number in range(3)])


def read_by_anna(bob: Client) -> int | None:
    return {one.name: one.read for one in bob.members("anna")}["anna"]


def reads_what_is_kept(anna: Person, bob: Client) -> None:
    """Before the backup is made, the direct conversation alone."""
    bob.create_group("team", ["anna"])
    for number, text in enumerate(KEPT):
        bob.send("anna", text)
        bob.send("#team", f"team {number}")
    anna.clicks_when_seen(KEPT[-1])
    anna.wait(lambda: len(rows(anna)) == 3, "three messages")
    anna.press("<Key>")
    anna.wait(lambda: chat(anna).conversations.get("@bob").unread == 0, "they are read")  # type: ignore[union-attr]  # it is there
    anna.wait(lambda: read_by_anna(bob) == 3, "the server knows")


def sees_what_will_be_lost(anna: Person, bob: Client) -> None:
    for number in range(4):
        bob.send("anna", f"lost {number}")
        bob.send("#team", f"team lost {number}")
    bob.create_group("lost", ["anna"])
    writes(anna, "lost mine")
    anna.wait(lambda: texts(anna)[-1] in [("lost mine", "sent"), ("lost mine", "read")], "what she says")
    anna.waits_to_see("#lost")


def writes_without_a_server(anna: Person) -> None:
    anna.wait(lambda: not chat(anna).link.connected, "that there is no server")
    for text in WAITING:
        writes(anna, text)
    anna.wait(lambda: [state for _, state in texts(anna)[-2:]] == ["pending"] * 2, "two that wait")
    anna.type("half a sentence")


def logs_in_again(anna: Person) -> None:
    """A restore ends all sessions."""
    anna.wait(lambda: anna.window.model.chat is None, "the end of the session", BACK_S)
    anna.waits_to_see("Your session has ended")
    anna.window.model.sign_in.submit("anna", PASSWORD.decode())
    anna.wait(lambda: anna.window.model.chat is not None, "the account again")
    anna.wait(lambda: chat(anna).timeline is not None, "the conversation of before")


def lists_what_there_is(anna: Person) -> None:
    """No group that was lost; unread and last messages as they were, and as they came to be."""
    conversations, names = chat(anna).conversations, {"#general", "#team", "@bob"}
    anna.wait(lambda: {one.name for one in conversations.all()} == names, "the list")
    team, direct = conversations.get("#team"), conversations.get("@bob")
    assert team is not None and team.unread == 3
    assert team.last_message is not None and team.last_message.text == "team 2"
    assert direct is not None and direct.unread == 0
    assert direct.last_message is not None and direct.last_message.text == WAITING[-1]
