"""The messages of a conversation as a person reads them and acts on them, in a real window."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.menus import Menu
from hubbub.client.gui.timeline.reactions import NEAR, ReactionBar
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.onlooker import Onlooker
from tests.helpers.person import Person, chat, within
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window
NUMBERS = count(1)
stay = pytest.fixture(scope="module")(staying)
seat = pytest.fixture(seated)


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with ExitStack() as stack:
        for name in ("dave", "carol", "bob"):
            user = Client(broker.place.address, user=name, password=PASSWORD.decode(), register=True)
            client = stack.enter_context(user)
        yield client


@pytest.fixture
def anna(seat: Person, bob: Client) -> Onlooker:
    """In a group of bob's that is new and not open yet."""
    name = bob.create_group(f"crew{next(NUMBERS)}", [chat(seat).me]).name
    seat.wait(lambda: chat(seat).conversations.get(name), "the group")
    return Onlooker(seat, bob, name, at=name)


def test_what_is_said_is_seen_and_marked_as_read(anna: Onlooker) -> None:
    said = anna.hears("hello anna")
    anna.opens()
    anna.person.waits_to_see("hello anna")
    anna.person.waits_to_see("Today")
    anna.person.window.root.focus_force()
    anna.person.wait(lambda: _read(anna) >= said.seq, "the read marker")
    anna.hears("and again")
    anna.person.waits_to_see("and again")


def _read(anna: Onlooker) -> int:
    return next(one.read or 0 for one in anna.bob.members(anna.name) if one.name == anna.chat.me)


def test_an_empty_conversation_says_what_to_do(anna: Onlooker) -> None:
    anna.chat.open("@carol")
    anna.person.waits_to_see("No messages here yet")
    anna.chat.outgoing.send("@carol", "the first one", failed=anna.chat.complain)
    anna.person.waits_to_see("the first one")
    anna.person.waits_to_miss("No messages here yet")


def test_a_long_conversation_opens_at_what_is_unread_and_is_read_in_both_directions(anna: Onlooker) -> None:
    anna.hears(*(f"said {number}" for number in range(130)))
    anna.opens()
    anna.person.waits_to_see("Unread messages")
    assert 75 < int(anna.view.newest.text) < 130
    anna.person.click(anna.view.newest)
    anna.person.wait(lambda: anna.view.timeline.at_end, "the newest page")
    anna.settles()
    assert anna.view.flow.stuck
    assert not anna.view.newest.winfo_ismapped()
    anna.view.flow.text.focus_set()
    for _ in range(40):
        anna.person.press("<Prior>")
        anna.settles()
        if anna.view.timeline.history.run.at_start and anna.person.sees("said 0"):
            break
    anna.person.waits_to_see("said 0")
    anna.hears("while she was away")
    anna.person.wait(lambda: anna.view.newest.text == "1", "the count on the button")
    anna.person.press("<End>")
    anna.person.waits_to_see("while she was away")
    anna.person.press("<Home>")
    anna.person.waits_to_see("said 0")


def test_the_wheel_scrolls_and_the_place_is_kept_while_messages_come(anna: Onlooker) -> None:
    anna.hears(*(f"line {number}" for number in range(40)))
    anna.opens()
    anna.view.timeline.to_newest()
    anna.settles()
    anna.person.scroll(anna.spot("line 39"), 12)
    anna.settles()
    assert not anna.view.flow.stuck
    first, _ = anna.view.flow.visible()
    key = anna.view.timeline.rows()[first + 1].key
    before = anna.view.flow.top_of(key)
    anna.hears("new", "newer")
    anna.person.wait(lambda: anna.view.newest.text == "2", "the count on the button")
    assert anna.view.flow.top_of(key) == before


def test_what_is_written_here_leads_to_the_end_and_shows_how_far_it_is(anna: Onlooker) -> None:
    anna.hears(*(f"line {number}" for number in range(40)))
    anna.opens()
    anna.view.flow.scroll(-5000)
    anna.settles()
    anna.chat.outgoing.send(anna.at, "my own", failed=anna.chat.complain)
    anna.person.waits_to_see("my own")
    anna.person.wait(lambda: _state(anna, "my own") == "sent", "the first tick")
    anna.bob.mark_read(anna.name, anna.view.timeline.messages[-1].seq)
    anna.person.wait(lambda: _state(anna, "my own") == "read", "the second tick")
    assert anna.view.flow.stuck


def _state(anna: Onlooker, text: str) -> str:
    shown = anna.bubble(text).bubble
    return shown.state if shown else ""


def test_the_menu_answers_reacts_pins_copies_and_tells(anna: Onlooker) -> None:
    anna.bob.set_role(anna.name, anna.chat.me, "admin")
    said = anna.hears("do something")
    anna.opens()
    anna.person.wait(
        lambda: anna.chat.room is not None and anna.chat.room.role == "admin", "the right to pin"
    )
    anna.menu("do something").choose("Reply")
    assert anna.chat.composer is not None
    assert anna.chat.composer.reply_to is not None
    anna.menu("do something").choose("Copy text")
    assert anna.person.window.root.clipboard_get() == "do something"
    anna.menu("do something").choose("Pin")
    anna.person.wait(lambda: anna.now(said).pinned, "the pin")
    anna.menu("do something").choose("React")
    bar = anna.person.window.theme.part(Layers).top
    assert isinstance(bar, ReactionBar)
    anna.person.press("<Right>")
    anna.person.press("<Return>")
    anna.person.wait(lambda: [one.emoji for one in anna.now(said).reactions] == [NEAR[0]], "the reaction")
    anna.settles()
    anna.menu("do something").choose("Info")
    anna.person.waits_to_see("by bob")


def test_mine_can_be_changed_and_deleted_and_anothers_cannot(anna: Onlooker) -> None:
    anna.hears("of bob")
    anna.opens()
    anna.chat.outgoing.send(anna.at, "of anna", failed=anna.chat.complain)
    anna.person.wait(lambda: anna.person.sees("of anna") and _state(anna, "of anna") == "sent", "the message")
    anna.settles()
    texts = [item.text for item in anna.menu("of bob").items if item]
    assert {"Edit", "Delete"}.isdisjoint(texts)
    anna.person.press("<Escape>")
    anna.menu("of anna").choose("Edit")
    assert anna.chat.composer is not None
    assert anna.chat.composer.text == "of anna"
    anna.menu("of anna").choose("Delete")
    anna.person.clicks_when_seen("Cancel")
    assert anna.person.sees("of anna")
    anna.menu("of anna").choose("Delete")
    anna.person.waits_to_see("Delete this message?")
    anna.person.click(anna.person.window.theme.part(Layers).top.page.nametowidget(_yes(anna)))  # type: ignore[union-attr]  # it is open
    anna.person.waits_to_see("Message deleted")


def _yes(anna: Onlooker) -> str:
    top = anna.person.window.theme.part(Layers).top
    assert top is not None
    return next(str(one) for one in within(top.page) if str(one).endswith(".yes"))


def test_a_message_is_forwarded_to_whom_one_chooses(anna: Onlooker) -> None:
    anna.hears("for others too")
    anna.opens()
    anna.menu("for others too").choose("Forward")
    anna.person.waits_to_see("Forward to")
    anna.person.type("dave")
    anna.person.press("<Return>")
    anna.person.waits_to_see("Forwarded to dave.")


def test_the_keyboard_chooses_messages_and_opens_their_menu(anna: Onlooker) -> None:
    anna.hears("first", "second", "third")
    anna.opens()
    anna.view.flow.text.focus_set()
    for key in ("<Up>", "<Up>", "<Down>", "<Up>"):
        anna.person.press(key)
    chosen = anna.bubble("second").bubble
    assert chosen is not None
    assert anna.view.hands.selected == chosen.key
    anna.person.press("<Control-c>")
    assert anna.person.window.root.clipboard_get() == "second"
    anna.person.press("<Shift-F10>")
    assert isinstance(anna.person.window.theme.part(Layers).top, Menu)
    anna.person.press("<Down>")
    anna.person.press("<Return>")
    assert anna.chat.composer is not None
    assert anna.chat.composer.reply_to is not None
    assert anna.chat.composer.reply_to.text == "second"


def test_the_mouse_answers_by_a_double_click_and_by_what_stands_beside_the_message(anna: Onlooker) -> None:
    anna.hears("one", "two")
    anna.opens()
    anna.person.click(anna.spot("one"), times=2)
    assert anna.chat.composer is not None
    assert anna.chat.composer.reply_to is not None
    assert anna.chat.composer.reply_to.text == "one"
    anna.settles()
    anna.person.point(anna.spot("two"))
    anna.person.click(anna.view.hover.nametowidget("reply"))
    assert anna.chat.composer.reply_to.text == "two"
    assert not anna.view.hover.winfo_ismapped()


def test_a_quote_leads_to_what_it_quotes(anna: Onlooker) -> None:
    origin = anna.hears("the origin")
    anna.hears(*(f"between {number}" for number in range(70)))
    anna.hears("the answer", reply_to=origin)
    anna.opens()
    anna.view.timeline.to_newest()
    anna.person.wait(lambda: anna.view.timeline.at_end, "the newest page")
    anna.settles()
    assert anna.view.timeline.history.run.get(origin.seq) is None
    anna.person.clicks_when_seen("the origin")
    anna.person.wait(lambda: anna.view.timeline.history.run.get(origin.seq), "the page about it")
    anna.settles()
    shown = anna.bubble("the origin").bubble
    assert shown is not None
    assert shown.marked
    top = anna.view.flow.top_of(shown.key)
    assert top is not None
    assert 0 <= top < anna.view.flow.height


def test_who_jumps_to_a_message_that_is_made_already_sees_it_marked(anna: Onlooker) -> None:
    near = anna.hears("quite near")
    anna.opens()
    anna.settles()
    plain = anna.bubble("quite near").fill
    anna.view.jump(near.seq)
    anna.settles()
    assert anna.bubble("quite near").fill != plain
    anna.person.wait(lambda: anna.bubble("quite near").fill == plain, "the end of the mark")


def test_views_that_are_closed_leave_nothing_behind(anna: Onlooker) -> None:
    anna.hears("hello")
    for _ in range(3):
        anna.chat.open(anna.at)
        anna.person.window.root.update()
        anna.chat.open("@carol")
        anna.person.window.root.update()
    anna.opens()
    assert anna.bubble("hello").winfo_viewable()
    anna.person.window.theme.set_mode("dark")
    anna.settles()
    assert anna.bubble("hello").winfo_viewable()
