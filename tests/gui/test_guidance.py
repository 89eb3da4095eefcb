"""A window that explains itself: what to do where there is nothing, that a wait is seen, that what is done can be taken back."""

import asyncio
import tkinter as tk
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from hubbub.client import HubbubError
from hubbub.client.gui.desk import Desk
from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.notices import Toasts
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.timeline.strip import Strip
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, within
from tests.helpers.proxy import Proxy

pytestmark = pytest.mark.window
NUMBERS = count(1)
SitsDown = Callable[..., Person]


@pytest.fixture
def proxy(broker: Served) -> Iterator[Proxy]:
    """The way to the broker, which can go silent."""
    with Proxy(broker.port, broker.publish_port) as there:
        yield there


def chat_of(person: Person) -> Chat:
    assert person.window.model.chat is not None
    return person.window.model.chat


def screen_of(person: Person) -> MainScreen:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen


def comes_in(sits_down: SitsDown, address: str, name: str = "") -> Person:
    """Somebody new, without the list yet."""
    person = sits_down(f"profile{next(NUMBERS)}")
    refused: list[HubbubError] = []
    name = name or f"anna{next(NUMBERS)}"
    person.window.model.log_in(address, name, PASSWORD.decode(), register=True, failed=refused.append)
    person.wait(lambda: person.window.model.chat or refused)
    assert not refused
    return person


def test_a_first_start_says_what_to_do_where_there_is_no_server(sits_down: SitsDown) -> None:
    late = [timedelta()]
    person = sits_down("new", now=lambda: datetime.now(UTC) + late[0])
    person.waits_to_see("Looking on this network…")
    late[0] = timedelta(minutes=1)
    person.window.model.sign_in.state_changed.emit()
    person.waits_to_see("Type the address of yours below.")
    person.waits_to_see("hubbub-broker serve")


def test_who_is_alone_is_told_how_others_come(sits_down: SitsDown, broker: Served) -> None:
    person = comes_in(sits_down, broker.place.address)
    person.clicks_when_seen("#general")
    person.waits_to_see("Nobody else is here yet")
    person.clicks_when_seen("Invite people")
    person.waits_to_see("Invite to #general")
    person.waits_to_see("Nobody else has an account on this server yet.")
    person.press("<Escape>")
    chat_of(person).groups.leave("#general")
    person.waits_to_see("No conversation yet")
    person.waits_to_see("Begin with somebody")
    person.clicks_when_seen("New conversation")
    person.type("zz")
    person.waits_to_see("Nobody has “zz” in the name.")


def test_a_conversation_without_messages_names_whom_one_writes_to(
    sits_down: SitsDown, broker: Served
) -> None:
    with Client(broker.place.address, user="carol", password=PASSWORD.decode(), register=True):
        person = comes_in(sits_down, broker.place.address)
        person.waits_to_see("#general")
        chat_of(person).open("@carol")
        person.waits_to_see("Write the first one to carol below.")
        chat_of(person).open("#general")
        person.waits_to_see("Write the first one below.")


def test_nobody_is_told_to_write_where_nothing_can_be_written(sits_down: SitsDown, broker: Served) -> None:
    with Client(broker.place.address, user="dora", password=PASSWORD.decode(), register=True):
        person = comes_in(sits_down, broker.place.address)
        person.waits_to_see("#general")
        chat_of(person).open("@dora")
        person.waits_to_see("Write the first one to dora below.")
        chat_of(person).block("dora", on=True)
        person.waits_to_see("You have blocked dora.")
        person.waits_to_miss("Write the first one to dora below.")
        chat_of(person).block("dora", on=False)
        person.waits_to_see("Write the first one to dora below.")


def test_a_list_that_is_slow_to_come_says_so_and_a_server_that_went_too(
    sits_down: SitsDown, broker: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    for reading in ("home", "known"):
        monkeypatch.setattr(Desk, reading, never)
    person = comes_in(sits_down, broker.place.address)
    person.waits_to_see("Reading your conversations")
    loses_sight(person)
    person.waits_to_see("Nothing is kept here yet")
    person.waits_to_miss("Reading your conversations")


def loses_sight(person: Person) -> None:
    """As if no try reached the server any more."""
    link = chat_of(person).link
    link.trying()
    link.down("There is no server.")
    assert link.away


def test_every_wait_for_the_server_is_seen(sits_down: SitsDown, broker: Served, proxy: Proxy) -> None:
    person = comes_in(sits_down, f"tcp://127.0.0.1:{proxy.port}")
    person.waits_to_see("#general")
    chat, sign = chat_of(person), screen_of(person).waiting
    chat.open("#general")
    assert chat.timeline is not None
    timeline = chat.timeline
    person.wait(lambda: not timeline.history.state and chat.room and chat.room.members)
    proxy.go_silent()
    for act in (
        lambda: chat.mute("#general", None),
        lambda: timeline.history.load_around(1),
        lambda: chat.groups.join("#other"),
        lambda: chat.block("somebody", on=True),
    ):
        act()
        person.wait(lambda: sign.text == "Waiting for the server")
        loses_sight(person)
        assert not chat.acting.awaited
        assert sign.text == ""
        chat.link.up()


def test_what_shows_its_own_progress_has_no_second_sign(
    sits_down: SitsDown, broker: Served, proxy: Proxy
) -> None:
    person = comes_in(sits_down, f"tcp://127.0.0.1:{proxy.port}")
    person.waits_to_see("#general")
    proxy.go_silent()
    screen_of(person).acts.public_groups()
    person.waits_to_see("Looking…")
    assert not chat_of(person).acting.awaited
    proxy.come_back()
    person.waits_to_miss("Looking…")


def test_what_is_said_for_a_while_covers_nothing_that_one_types_into(
    sits_down: SitsDown, broker: Served
) -> None:
    person = comes_in(sits_down, broker.place.address)
    person.waits_to_see("#general")
    root, chat, screen = person.window.root, chat_of(person), screen_of(person)
    for wide, opened in ((1080, False), (1080, True), (420, True)):
        root.geometry(f"{wide}x720")
        person.wait(lambda wide=wide: root.winfo_width() == wide)  # type: ignore[misc]  # bound by its default
        if opened:
            chat.open("#general")
            screen.conversation.open_search()
        person.settles()
        end = chat.acting.wait()
        person.wait(lambda: screen.waiting.text)
        chat.offered.emit("It was given up.", "Undo", lambda: None)
        person.waits_to_see("Undo")
        shown = [child for child in root.winfo_children() if isinstance(child, Card)]
        assert len(shown) == 2
        for field in (one for one in within(root) if isinstance(one, tk.Entry | tk.Text)):
            if field.winfo_viewable() and not isinstance(field, Strip):
                assert not any(lies_over(card, field) for card in shown), field
        end()
        person.window.theme.part(Toasts).hide()


def lies_over(one: tk.Misc, other: tk.Misc) -> bool:
    """Whether two widgets have a place of the screen in common."""
    boxes = [
        (each.winfo_rootx(), each.winfo_rooty(), each.winfo_width(), each.winfo_height())
        for each in (one, other)
    ]
    return all(
        boxes[0][at] < boxes[1][at] + boxes[1][at + 2] and boxes[1][at] < boxes[0][at] + boxes[0][at + 2]
        for at in (0, 1)
    )


def test_what_is_not_to_be_sent_can_be_sent_after_all(sits_down: SitsDown, broker: Served) -> None:
    with Proxy(broker.port, broker.publish_port) as proxy:
        person = comes_in(sits_down, f"tcp://127.0.0.1:{proxy.port}")
        person.waits_to_see("#general")
    person.wait(lambda: chat_of(person).link.away, "the end of the link")
    person.waits_to_see("#general")
    chat = chat_of(person)
    chat.open("#general")
    chat.outgoing.send("#general", "think twice", failed=chat.complain)
    person.wait(lambda: chat.outgoing.of("#general"))
    chat.outgoing.discard(chat.outgoing.of("#general")[0].key)
    person.waits_to_see("The message is not sent.")
    assert not chat.outgoing.of("#general")
    person.click("Undo")
    person.wait(lambda: [one.text for one in chat.outgoing.of("#general")] == ["think twice"])


def test_a_change_that_was_given_up_can_be_gone_on_with(sits_down: SitsDown, broker: Served) -> None:
    person = comes_in(sits_down, broker.place.address)
    person.waits_to_see("#general")
    chat = chat_of(person)
    chat.open("#general")
    chat.outgoing.send("#general", "mine", failed=chat.complain)
    person.wait(lambda: chat.timeline and chat.timeline.messages and chat.timeline.at_end)
    assert chat.composer is not None
    assert chat.timeline is not None
    composer = chat.composer
    composer.edit(chat.timeline.messages[-1])
    composer.write("mine, changed at length")
    composer.cancel()
    assert composer.text == ""
    person.clicks_when_seen("Undo")
    assert composer.editing is not None
    assert composer.text == "mine, changed at length"
    composer.write("mine")
    composer.cancel()
    assert person.window.theme.part(Toasts).text == ""


def test_what_cannot_be_taken_back_asks_first(sits_down: SitsDown, broker: Served) -> None:
    with Client(broker.place.address, user="carol", password=PASSWORD.decode(), register=True) as carol:
        person = comes_in(sits_down, broker.place.address)
        person.waits_to_see("#general")
        chat, acts = chat_of(person), screen_of(person).acts
        carol.send(chat.me, "hello")
        person.wait(lambda: chat.conversations.get("@carol"))
        layers = person.window.theme.part(Layers)
        for act, question in (
            (lambda: acts.leave("#general"), "Leave #general?"),
            (lambda: acts.block("carol"), "Block carol?"),
        ):
            act()
            assert isinstance(layers.top, Sheet)
            person.waits_to_see(question)
            person.press("<Return>")  # the safe answer has the focus
            assert layers.top is None
        assert chat.conversations.get("#general") is not None
        assert "carol" not in chat.people.blocked
