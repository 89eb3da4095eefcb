"""What opens over the main screen: new conversations and groups, settings of a group, people, oneself, logging out."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count

import pytest

from hubbub.client import Waiting
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, chat, in_front
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window
NUMBERS = count(1)
stay = pytest.fixture(scope="module")(staying)
seat = pytest.fixture(seated)


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


@pytest.fixture
def dora(seat: Person, others: dict[str, Client]) -> Person:
    """In front of the main screen, where she was before."""
    return seat


@pytest.fixture
def newcomer(sits_down: Callable[..., Person], broker: Served) -> Person:
    """With a window and an account that nobody else needs."""
    person = sits_down("newcomer")
    person.enters(broker, f"dora{next(NUMBERS)}")
    return person


def screen(person: Person) -> MainScreen:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen


def opened(person: Person) -> str | None:
    timeline = chat(person).timeline
    return timeline.name if timeline is not None else None


def more(person: Person) -> None:
    """Open the menu of the conversation that is open."""
    header = screen(person).conversation.header
    assert header is not None
    person.click(header.more)


def asked(person: Person, title: str, answer: str) -> None:
    """A question is there: "yes" or "no"."""
    person.waits_to_see(title)
    person.click(in_front(person, answer))
    person.waits_to_miss(title)


def test_one_person_is_chosen_and_written_to(dora: Person) -> None:
    dora.press("<Control-n>")
    dora.waits_to_see("New conversation")
    dora.waits_to_see("carol")
    dora.type("bo")
    dora.waits_to_miss("carol")
    dora.press("<Return>")
    dora.press("<Return>")
    dora.wait(lambda: opened(dora) == "@bob", "the conversation with bob")
    dora.waits_to_miss("New conversation")


def test_the_buttons_have_room_where_the_window_is_narrow_and_the_text_large(dora: Person) -> None:
    root = dora.window.root
    root.geometry("420x720")
    dora.window.theme.set_text_scale(1.5)
    dora.wait(lambda: root.winfo_width() == 420)
    dora.press("<Control-n>")
    dora.waits_to_see("New conversation")
    dora.settles()
    buttons = [in_front(dora, name) for name in ("browse", "group", "write")]
    assert all(one.winfo_width() >= one.winfo_reqwidth() for one in buttons)
    browse, group, write = buttons
    assert browse.winfo_rooty() + browse.winfo_height() <= group.winfo_rooty()
    assert group.winfo_rootx() + group.winfo_width() <= write.winfo_rootx()
    dora.window.theme.set_text_scale(1.0)
    root.geometry("1080x720")
    dora.wait(lambda: browse.winfo_rooty() == group.winfo_rooty(), "one row")


def test_several_make_a_group_and_errors_stand_beside_their_field(dora: Person, bob: Client) -> None:
    bob.create_group("taken", public=True)
    dora.press("<Control-n>")
    dora.clicks_when_seen("bob")
    dora.click("carol")
    dora.click("Make a group")
    dora.waits_to_see("With bob, carol")
    dora.type("two words")
    dora.click("Create group")
    dora.waits_to_see("can't be a group's name")
    dora.press("<Control-a>")
    dora.type("taken")
    dora.waits_to_miss("can't be a group's name")
    dora.click("Public")
    dora.click("Create group")
    dora.waits_to_see("Another public group has this name")
    dora.press("<Control-a>")
    name = f"crew{next(NUMBERS)}"
    dora.type(name)
    dora.click("Create group")
    dora.wait(lambda: opened(dora) == f"#{name}", "the new group")
    dora.waits_to_see("3 members")
    dora.waits_to_miss("New group")
    assert chat(dora).conversations.get(f"#{name}").public  # type: ignore[union-attr]  # it is open


def test_public_groups_are_found_and_joined(dora: Person, bob: Client) -> None:
    name = bob.create_group(f"harbour{next(NUMBERS)}", public=True, topic="ships").name
    dora.press("<Control-n>")
    dora.clicks_when_seen("Public groups")
    dora.clicks_when_seen(name)
    dora.wait(lambda: opened(dora) == name, "the group")
    dora.waits_to_see("2 members")


def test_a_group_is_changed_by_its_owner(dora: Person, bob: Client) -> None:
    name = f"sailors{next(NUMBERS)}"
    chat(dora).groups.create(name, ["bob"], public=False, topic="", history="all", failed=lambda _: None)
    dora.wait(lambda: opened(dora) == f"#{name}")
    more(dora)
    dora.clicks_when_seen("Group settings")
    dora.waits_to_see("2 members, 2 online")
    dora.waits_to_see("Owner")
    dora.click("Invite")
    dora.waits_to_see(f"Invite to #{name}")
    dora.click("carol")
    dora.click(in_front(dora, "do_invite"))
    dora.waits_to_see("3 members, 3 online")
    dora.click("carol")
    dora.clicks_when_seen("Make admin")
    dora.waits_to_see("Admin")
    dora.click("carol")
    dora.clicks_when_seen("Remove from the group")
    asked(dora, "Remove carol?", "yes")
    dora.waits_to_see("2 members, 2 online")
    dora.click("Leave group")
    asked(dora, f"You are the only owner of #{name}", "no")
    dora.click("bob")
    dora.clicks_when_seen("Make owner")
    asked(dora, "Make bob an owner?", "yes")
    dora.wait(lambda: chat(dora).room is not None and not chat(dora).room.is_last_owner)  # type: ignore[union-attr]  # the same
    dora.click("Leave group")
    asked(dora, f"Leave #{name}?", "yes")
    dora.wait(lambda: opened(dora) is None)
    dora.waits_to_miss("Leave group")


def test_name_and_topic_of_a_group_are_saved_together(dora: Person, bob: Client) -> None:
    name = f"deck{next(NUMBERS)}"
    chat(dora).groups.create(name, ["bob"], public=False, topic="", history="all", failed=lambda _: None)
    dora.wait(lambda: opened(dora) == f"#{name}")
    more(dora)
    dora.clicks_when_seen("Group settings")
    dora.clicks_when_seen(name)
    dora.press("<Control-a>")
    dora.type(f"{name}new")
    dora.press("<Tab>")
    dora.type("wind and rain")
    dora.click("Save")
    dora.wait(lambda: opened(dora) == f"#{name}new", "the new name")
    dora.wait(lambda: (row := chat(dora).conversations.get(f"#{name}new")) and row.topic == "wind and rain")
    dora.waits_to_miss("Save")
    assert [one.topic for one in bob.home() if one.name == f"#{name}new"] == ["wind and rain"]


def test_a_member_sees_no_more_than_he_may_do(dora: Person, bob: Client) -> None:
    name = bob.create_group(f"crew{next(NUMBERS)}", [chat(dora).me], topic="rowing").name
    dora.clicks_when_seen(name)
    dora.wait(lambda: chat(dora).room is not None and chat(dora).room.members)  # type: ignore[union-attr]  # the same
    screen(dora).acts.group_settings()
    dora.waits_to_see("rowing")
    assert not dora.sees("Invite") and not dora.sees("Save")
    dora.click("bob")
    dora.waits_to_see("Profile")
    assert not dora.sees("Remove from the group") and not dora.sees("Make admin")


def test_somebody_is_looked_at_and_blocked(dora: Person) -> None:
    chat(dora).open("@bob")
    more(dora)
    dora.clicks_when_seen("Profile")
    dora.waits_to_see("@bob")
    dora.click("Block")
    asked(dora, "Block bob?", "yes")
    dora.waits_to_see("You blocked this account")
    dora.click("Unblock")
    dora.waits_to_miss("You blocked this account")
    dora.press("<Escape>")
    dora.waits_to_miss("Unblock")
    assert opened(dora) == "@bob", "Escape closed the card alone"


def test_a_conversation_is_muted_and_heard_again(dora: Person) -> None:
    dora.click("#general", button=3)
    dora.clicks_when_seen("Mute for 1 hour")
    dora.wait(lambda: is_muted(dora, "#general"), "the bell")
    dora.click("#general", button=3)
    dora.clicks_when_seen("Unmute")
    dora.wait(lambda: not is_muted(dora, "#general"), "no bell")


def is_muted(person: Person, name: str) -> bool:
    return next(line.muted for line in screen(person).sidebar.list.items if line.key == name)


def test_my_presence_is_seen_by_others(dora: Person, bob: Client) -> None:
    name = chat(dora).me
    dora.click(screen(dora).sidebar.me)
    dora.clicks_when_seen("Busy")
    dora.wait(lambda: bob.profile(name).status == "busy", "bob sees it")


def test_the_look_changes_at_once_and_is_kept(dora: Person) -> None:
    dora.click(screen(dora).sidebar.me)
    dora.clicks_when_seen("Dark")
    assert dora.window.theme.dark
    assert dora.window.model.settings.theme == "dark"


def test_logging_out_leads_to_sign_in(newcomer: Person) -> None:
    newcomer.click(screen(newcomer).sidebar.me)
    newcomer.clicks_when_seen("Log out")
    newcomer.wait(lambda: newcomer.window.model.chat is None, "nobody")
    newcomer.wait(lambda: not isinstance(newcomer.window.screen, MainScreen), "sign in")


def test_logging_out_asks_where_something_was_not_sent(newcomer: Person) -> None:
    desk = chat(newcomer).desk
    newcomer.window.bridge.run(partial(desk.client.queue, "ghost", "is anybody there?"))
    waiting: list[Waiting] = []
    newcomer.wait(lambda: chat(newcomer).mine.ask_waiting(waiting.extend) or waiting, "a message that waits")
    newcomer.click(screen(newcomer).sidebar.me)
    newcomer.clicks_when_seen("Log out")
    asked(newcomer, "1 message has not been sent", "no")
    assert newcomer.window.model.chat is not None
    newcomer.click(screen(newcomer).sidebar.me)
    newcomer.clicks_when_seen("Log out")
    asked(newcomer, "1 message has not been sent", "yes")
    newcomer.wait(lambda: newcomer.window.model.chat is None, "nobody")
