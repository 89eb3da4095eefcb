"""Who can join a group and what new members see, changed at one window and seen at another."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from hubbub.client import Conversation
from hubbub.client.gui.kit.switches import Choice
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, chat, in_front

pytestmark = pytest.mark.window
NUMBERS = count(1)
QUESTION = "Show all that was said in"


@pytest.fixture
def owner(sits_down: Callable[..., Person], broker: Served) -> Person:
    return enters(sits_down, broker, "olga")


@pytest.fixture
def member(sits_down: Callable[..., Person], broker: Served) -> Person:
    return enters(sits_down, broker, "mara")


@pytest.fixture
def stranger(broker: Served) -> Iterator[Client]:
    """At no window."""
    with Client(broker.place.address, user="stan", password=PASSWORD.decode(), register=True) as client:
        yield client


def enters(sits_down: Callable[..., Person], broker: Served, name: str) -> Person:
    person = sits_down(name)
    person.enters(broker, f"{name}{next(NUMBERS)}")
    return person


def made(owner: Person, *members: str, name: str = "", public: bool = False) -> str:
    """A group that is open in front of its owner."""
    name = name or f"crew{next(NUMBERS)}"
    chat(owner).groups.create(
        name,
        list(members),
        public=public,
        topic="",
        history="all",
        failed=lambda error: pytest.fail(str(error)),
    )
    owner.wait(lambda: (timeline := chat(owner).timeline) and timeline.name == f"#{name}", "the group")
    return f"#{name}"


def settings(person: Person, group: str) -> None:
    """Open them, and wait for the members."""
    person.wait(lambda: chat(person).conversations.get(group), "the group")
    chat(person).open(group)
    person.wait(lambda: chat(person).room is not None and chat(person).room.members, "the members")  # type: ignore[union-attr]  # it is there
    assert isinstance(person.window.screen, MainScreen)
    person.window.screen.acts.group_settings()
    person.waits_to_see("Leave group")


def row(person: Person, group: str) -> Conversation:
    found = chat(person).conversations.get(group)
    assert found is not None
    return found


def chosen(person: Person) -> tuple[str, str]:
    """The two words that are chosen in the sheet in front."""
    access, history = in_front(person, "access"), in_front(person, "history")
    assert isinstance(access, Choice) and isinstance(history, Choice)
    return access.text, history.text


def answers(person: Person, answer: str) -> None:
    person.waits_to_see(QUESTION)
    person.click(in_front(person, answer))
    person.waits_to_miss(QUESTION)


def test_an_owner_opens_a_group_and_others_see_it(owner: Person, member: Person, stranger: Client) -> None:
    group = made(owner, chat(member).me)
    settings(owner, group)
    settings(member, group)
    assert chosen(owner) == ("Private", "Everything")
    member.waits_to_see("Private: only who is invited knows of it. New members see everything that was said.")
    assert not member.sees("Who can join"), "what one may not change is told in words"

    owner.click("Public")
    answers(owner, "no")
    assert chosen(owner) == ("Private", "Everything"), "the question was answered with no"
    owner.click("From then on")
    member.waits_to_see("New members see what is said after they came.")
    assert not owner.sees(QUESTION), "nothing is shown to anybody by that"
    owner.click("Public")
    member.waits_to_see("Public: everybody can find it and join.")
    assert not owner.sees(QUESTION), "nor by that"
    owner.waits_to_see("Everybody can find it and join. Who joins from now on sees what is said after that.")
    assert [found.name for found in stranger.groups(group)] == [group]

    owner.click("Everything")
    answers(owner, "no")
    assert chosen(owner) == ("Public", "From then on")
    owner.click("Everything")
    answers(owner, "yes")
    member.waits_to_see("New members see everything that was said.")
    assert chosen(owner) == ("Public", "Everything")
    owner.click("Private")
    member.waits_to_see("Private: only who is invited knows of it.")
    assert not owner.sees(QUESTION)
    assert stranger.groups(group) == []
    assert (row(owner, group).public, row(owner, group).history) == (False, "all")


def test_a_question_answered_with_yes_opens_the_past(owner: Person, stranger: Client) -> None:
    group = made(owner)
    owner.type("said before")
    owner.press("<Return>")
    owner.waits_to_see("said before")
    settings(owner, group)
    in_front(owner, "access").focus_set()
    owner.press("<Right>")
    answers(owner, "yes")
    owner.wait(lambda: row(owner, group).public, "a public group")
    assert chosen(owner) == ("Public", "Everything")
    stranger.join(group)
    assert [message.text for message in stranger.history(group)] == ["said before"]


def test_a_name_that_is_taken_is_said_and_nothing_changes(owner: Person, stranger: Client) -> None:
    name = stranger.create_group(f"taken{next(NUMBERS)}", public=True).name
    group = made(owner, name=name[1:])
    settings(owner, group)
    owner.click("From then on")
    owner.wait(lambda: row(owner, group).history == "joined", "the rule")
    owner.click("Public")
    owner.waits_to_see("Another public group has this name")
    assert chosen(owner) == ("Private", "From then on")
    assert not row(owner, group).public
    stranger.set_visibility(name, public=False)
    owner.click("Public")
    owner.wait(lambda: row(owner, group).public, "a public group")
    owner.waits_to_miss("Another public group has this name")


def test_another_owner_follows_and_one_who_becomes_it_can_choose(owner: Person, member: Person) -> None:
    group = made(owner, chat(member).me)
    settings(owner, group)
    settings(member, group)
    assert chat(owner).room is not None
    chat(owner).room.set_role(chat(member).me, "owner")  # type: ignore[union-attr]  # as above
    member.waits_to_see("Who can join")
    owner.click("From then on")
    member.wait(lambda: chosen(member) == ("Private", "From then on"), "what the other chose")
    member.click("Public")
    owner.wait(lambda: chosen(owner) == ("Public", "From then on"), "what the other chose")
    chat(member).room.set_role(chat(member).me, "member")  # type: ignore[union-attr]  # as above
    member.waits_to_see("Public: everybody can find it and join.")
    assert not member.sees("Who can join")


def test_the_list_of_public_groups_follows(owner: Person, member: Person) -> None:
    group = made(owner, chat(member).me, public=True)
    assert isinstance(member.window.screen, MainScreen)
    member.window.screen.acts.public_groups()
    listed = in_front(member, "group_list")

    def names() -> list[str]:
        return [line.key for line in listed.items]  # type: ignore[attr-defined]  # a list of rows

    member.wait(lambda: group in names(), "the group")
    settings(owner, group)
    owner.click("Private")
    member.wait(lambda: group not in names(), "the end of it")
    owner.click("From then on")
    owner.wait(lambda: row(owner, group).history == "joined", "the rule")
    owner.click("Public")
    member.wait(lambda: group in names(), "the group again")
