"""Going anywhere by typing, against a real broker."""

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from hubbub.client import Group
from hubbub.client.gui.model.palette import NAMES_MAX, Palette
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.reader import Reader


@dataclasses.dataclass(frozen=True)
class Act:
    id: str
    text: str
    words: str = ""
    shortcut: str = ""
    icon: str = "gear"


ACTS = [Act("new", "New conversation", "write", "Ctrl+N"), Act("dark", "Theme: Dark", "night")]


@pytest.fixture(scope="module")
def company(broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """alice at a model; what bob and carol said; a public group without her."""
    with ExitStack() as stack:
        bob, carol = (
            stack.enter_context(
                Client(broker.place.address, user=name, password=PASSWORD.decode(), register=True)
            )
            for name in ("bob", "carol")
        )
        bob.set_profile(display_name="Robert Nowak")
        alice = Reader(broker, "alice", tmp_path_factory.mktemp("alice"))
        stack.callback(alice.close)
        bob.create_group("#novels", ["alice"], public=False)
        bob.create_group("#north", public=True, topic="Where it is cold")
        said = bob.send("alice", "the northern lights are out tonight")
        for number in range(60):
            bob.send("alice", f"line {number}")
        carol.send("alice", "nothing to add")
        alice.until(
            lambda: {"@carol", "@bob", "#novels"} <= {row.name for row in alice.chat.conversations.all()}
        )
        acts: list[str] = []
        palette = Palette(alice.chat, lambda: ACTS, acts.append)
        stack.callback(palette.close)
        yield SimpleNamespace(alice=alice, bob=bob, palette=palette, acts=acts, said=said)


@pytest.fixture
def palette(company: SimpleNamespace) -> Iterator[Palette]:
    company.palette.begin()
    yield company.palette
    company.palette.end()
    company.alice.chat.leave_open()


def keys(palette: Palette) -> dict[str, list[str]]:
    return {part.heading: [entry.key for entry in part.entries] for part in palette.parts}


def test_nothing_typed_shows_the_liveliest_but_for_what_is_open(
    company: SimpleNamespace, palette: Palette
) -> None:
    recent = keys(palette)["Recent"]
    assert len(recent) == 4 and [key for key in recent if key[0] == "@"] == ["@carol", "@bob"]
    company.alice.opens("@carol")
    palette.begin()
    assert "@carol" not in keys(palette)["Recent"] and palette.chosen == keys(palette)["Recent"][0]
    assert keys(palette)["Commands"] == ["command new", "command dark"]


def test_what_is_known_is_found_at_once_best_first(palette: Palette) -> None:
    palette.set("no")
    assert keys(palette) == {
        "Conversations and people": ["#novels", "@bob"],  # its beginning, then the beginning of a word
    }
    assert palette.chosen == "#novels"
    palette.set("night")
    assert keys(palette)["Commands"] == ["command dark"]  # by another word for it
    palette.set("#no")
    assert keys(palette) == {"Conversations and people": ["#novels"]}
    palette.set("@")
    assert keys(palette)["Conversations and people"] == ["@carol", "@bob"]


def test_the_server_finds_groups_and_messages_beneath(company: SimpleNamespace, palette: Palette) -> None:
    palette.set("nor")
    assert palette.waiting and not palette.none
    company.alice.until(lambda: not palette.waiting)
    assert keys(palette) == {"Public groups": ["#north"], "Messages": [f"message @bob {company.said.seq}"]}
    found = palette.entries[1].hit
    assert found is not None
    assert [text for text, match in found.pieces() if match] == ["northern"]


def test_a_message_opens_in_its_place(company: SimpleNamespace, palette: Palette) -> None:
    palette.set("northern")
    company.alice.until(lambda: palette.current is not None)
    assert palette.current is not None
    palette.go(palette.current)
    timeline = company.alice.chat.timeline
    assert timeline is not None and timeline.name == "@bob"
    company.alice.until(lambda: any(one.seq == company.said.seq for one in timeline.messages))


def test_a_public_group_is_joined_after_a_question(company: SimpleNamespace, palette: Palette) -> None:
    asked: list[Group] = []
    end = palette.join_wanted.connect(asked.append)
    palette.set("nort")
    company.alice.until(lambda: palette.current is not None)
    assert palette.current is not None
    palette.go(palette.current)
    end()
    assert [group.name for group in asked] == ["#north"]
    assert company.alice.chat.conversations.get("#north") is None
    palette.join(asked[0])
    company.alice.until(lambda: company.alice.chat.timeline is not None)
    assert company.alice.chat.timeline.name == "#north"
    company.bob.remove("#north", "alice")
    company.alice.until(lambda: company.alice.chat.conversations.get("#north") is None)


def test_a_choice_by_hand_stays_when_more_is_found(company: SimpleNamespace, palette: Palette) -> None:
    palette.set("no")
    palette.step(1)
    assert palette.chosen == "@bob"
    company.alice.until(lambda: not palette.waiting)
    assert len(palette.parts) > 1 and palette.chosen == "@bob"
    before = [entry.key for entry in palette.entries][:2]
    assert before == ["#novels", "@bob"], "what was shown did not move"
    palette.step_part(1)
    assert palette.chosen == palette.parts[1].entries[0].key
    palette.step_part(-1)
    assert palette.chosen == "#novels"
    palette.step(-1)
    assert palette.chosen == palette.entries[-1].key
    palette.set("nov")
    assert palette.chosen == "#novels"


def test_commands_and_conversations_are_taken(company: SimpleNamespace, palette: Palette) -> None:
    palette.set("dark")
    assert palette.current is not None
    palette.go(palette.current)
    assert company.acts == ["dark"]
    palette.set("robert")
    assert palette.current is not None
    palette.go(palette.current)
    assert company.alice.chat.timeline.name == "@bob"


def test_nothing_found_is_known_once_the_server_answered(company: SimpleNamespace, palette: Palette) -> None:
    palette.set("qqq")
    assert not palette.none
    company.alice.until(lambda: not palette.waiting)
    assert palette.none and palette.current is None
    palette.step(1)
    palette.step_part(1)
    palette.set("")
    assert not palette.none and len(keys(palette)["Recent"]) <= NAMES_MAX
