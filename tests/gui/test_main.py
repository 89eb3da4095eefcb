"""The main screen as a person uses it: the list, reading, the filter, keys, a narrow window."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window
NUMBERS = count(1)
SitsDown = Callable[..., Person]


@pytest.fixture(scope="module")
def others(broker: Served) -> Iterator[dict[str, Client]]:
    """bob and carol, at no window."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                Client(broker.place.address, user=name, password=PASSWORD.decode(), register=True)
            )
            for name in ("bob", "carol")
        }


@pytest.fixture
def bob(others: dict[str, Client]) -> Client:
    return others["bob"]


stay = pytest.fixture(scope="module")(staying)
anna = pytest.fixture(seated)


@pytest.fixture
def dora(sits_down: SitsDown, broker: Served) -> Person:
    """Somebody new at a window that nobody else sits at."""
    person = sits_down("dora")
    person.enters(broker, f"dora{next(NUMBERS)}")
    return person


def screen(person: Person) -> MainScreen:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen


def me(person: Person) -> str:
    assert person.window.model.chat is not None
    return person.window.model.chat.me


def order(person: Person) -> list[str]:
    return [line.key for line in screen(person).sidebar.list.items]


def opened(person: Person) -> str | None:
    chat = person.window.model.chat
    return chat.timeline.name if chat is not None and chat.timeline is not None else None


def widen(person: Person, width: int) -> None:
    person.window.root.geometry(f"{width}x700")
    person.wait(lambda: person.window.root.winfo_width() == width, "another width")


def unread(person: Person, key: str) -> int:
    return next((line.unread for line in screen(person).sidebar.list.items if line.key == key), 0)


def test_what_others_say_shows_up_and_is_read_by_looking_at_it(anna: Person, bob: Client) -> None:
    before = unread(anna, "@bob")
    bob.send(me(anna), "are you there?")
    anna.waits_to_see("are you there?")
    anna.waits_to_see("bob")
    bob.send(me(anna), "and now?")
    anna.wait(lambda: unread(anna, "@bob") == before + 2, "two more unread")
    anna.click("and now?")
    anna.waits_to_see("online")
    anna.wait(lambda: opened(anna) == "@bob", "the conversation")
    anna.press("<Key>")
    anna.wait(lambda: unread(anna, "@bob") == 0, "nothing unread")
    anna.wait(lambda: bob.members(me(anna))[0].read, "bob learns of it")


def test_typing_is_seen_in_the_list_and_in_the_header(anna: Person, bob: Client) -> None:
    bob.send(me(anna), "hello")
    anna.clicks_when_seen("hello")
    bob.typing(me(anna))
    anna.wait(lambda: screen(anna).conversation.header.state.text == "typing…")  # type: ignore[union-attr]  # one is open
    anna.wait(lambda: screen(anna).sidebar.list.items[0].kind == "typing")
    bob.send(me(anna), "done")
    anna.wait(lambda: screen(anna).conversation.header.state.text == "online")  # type: ignore[union-attr]  # one is open


def test_the_filter_opens_what_is_typed(anna: Person, bob: Client) -> None:
    anna.press("<Control-f>")
    anna.type("car")
    anna.waits_to_see("carol")
    assert not anna.sees("#general")
    anna.type("zz")
    anna.waits_to_see("Nothing found")
    anna.press("<Escape>")
    anna.waits_to_see("#general")
    anna.type("carol")
    anna.press("<Return>")
    anna.wait(lambda: opened(anna) == "@carol", "the first that was found")
    anna.waits_to_see("#general")
    assert screen(anna).sidebar.filter.value == ""


def test_the_list_shows_the_best_hit_and_what_is_opened_elsewhere(
    dora: Person, bob: Client, others: dict[str, Client]
) -> None:
    chat = dora.window.model.chat
    assert chat is not None
    for name in [f"#{me(dora)}-{place}" for place in range(14)]:
        bob.create_group(name)
        bob.invite(name, me(dora))
    dora.wait(lambda: len(order(dora)) > 14, "all groups")
    list_ = screen(dora).sidebar.list

    def seen(place: int) -> bool:
        top = int(list_.canvasy(0))
        return top <= place * list_.row_height <= top + list_.winfo_height() - list_.row_height

    assert not seen(len(order(dora)) - 1)
    chat.open(order(dora)[-1])
    dora.wait(lambda: seen(len(order(dora)) - 1), "what was opened")
    screen(dora).sidebar.focus_filter()
    dora.type(me(dora))
    dora.wait(lambda: chat.finding.text == me(dora) and seen(0), "the best hit")


def test_the_keyboard_walks_through_the_list(anna: Person, bob: Client, others: dict[str, Client]) -> None:
    bob.send(me(anna), "first")
    others["carol"].send(me(anna), "second")
    anna.wait(lambda: order(anna)[:2] == ["@carol", "@bob"], "both, the newest first")
    anna.press("<Alt-Down>")
    anna.wait(lambda: opened(anna) == "@carol")
    anna.press("<Alt-Down>")
    anna.wait(lambda: opened(anna) == "@bob")
    anna.press("<Alt-Up>")
    anna.wait(lambda: opened(anna) == "@carol")
    anna.press("<Escape>")
    anna.wait(lambda: opened(anna) is None)
    anna.waits_to_see("Choose a conversation")
    anna.press("<Down>")
    anna.press("<Return>")
    anna.wait(lambda: opened(anna) is not None, "Enter in the list")


def test_a_narrow_window_has_one_pane(anna: Person, bob: Client) -> None:
    bob.send(me(anna), "a narrow one")
    anna.waits_to_see("a narrow one")
    widen(anna, 420)
    anna.waits_to_miss("Choose a conversation")
    anna.clicks_when_seen("a narrow one")
    anna.wait(
        lambda: opened(anna) == "@bob" and not screen(anna).sidebar.winfo_viewable(), "the messages alone"
    )
    header = screen(anna).conversation.header
    assert header is not None
    anna.click(header.back)
    anna.wait(lambda: opened(anna) is None and screen(anna).sidebar.winfo_viewable(), "the list alone")
    anna.click("a narrow one")
    widen(anna, 900)
    anna.wait(
        lambda: screen(anna).sidebar.winfo_viewable() and screen(anna).conversation.winfo_viewable(), "both"
    )
    assert not screen(anna).narrow and not header.winfo_exists()


def test_the_pane_between_is_dragged_within_limits(dora: Person) -> None:
    left = screen(dora).sidebar
    root = dora.window.root
    for x, width in ((400, 400), (50, 240), (900, 480)):
        screen(dora).divider.event_generate("<B1-Motion>", rootx=root.winfo_rootx() + x)
        dora.wait(lambda width=width: left.winfo_width() == width, f"{width} pixels")  # type: ignore[misc]  # a default of a lambda


def test_an_empty_list_says_what_to_do(dora: Person, others: dict[str, Client]) -> None:
    dora.click("#general", button=3)
    dora.clicks_when_seen("Leave")
    dora.waits_to_see("Leave #general?")
    dora.click("Leave")
    dora.waits_to_see("No conversation yet")
    dora.click(screen(dora).sidebar.empty.begin)
    dora.type("car")
    dora.waits_to_see("carol")
