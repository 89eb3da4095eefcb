"""A live session that asks the publish socket for what is not its own, beside a busy feed: not one foreign frame."""

import itertools
from pathlib import Path

import pytest

from tests.helpers.brokers import PASSWORD, served
from tests.helpers.busy import BusyFeed
from tests.helpers.raw import Raw, new_key, topic

_names = itertools.count()


def guesses(busy: BusyFeed) -> dict[str, bytes]:
    """What an attacker might ask for, by name."""
    victim = busy.users[0]
    return {
        "another's conversation": busy.topic,
        "another's user topic": topic(b"u", victim.user),
        "another's session topic": topic(b"s", victim.session),
        "the presence topic": topic(b"p", 0),
        "everything": b"",
        "all conversations": b"c",
        "the first bytes of a conversation's topic": busy.topic[:8],
        "more than a topic": busy.topic + b"\0",
        "as long as a token": busy.topic.ljust(32, b"\0"),
    }


GUESSES = (
    "another's conversation", "another's user topic", "another's session topic", "the presence topic", "everything",
    "all conversations", "the first bytes of a conversation's topic", "more than a topic", "as long as a token",
)  # fmt: skip


@pytest.mark.parametrize("what", GUESSES)
def test_asking_for_a_topic_brings_nothing(busy: BusyFeed, attacker: Raw, what: str) -> None:
    wanted = guesses(busy)[what]
    feed = attacker.open_feed()
    feed.send(b"\x01" + wanted)
    busy.goes_on(attacker)
    assert attacker.events == []


@pytest.mark.parametrize("what", GUESSES)
def test_asking_for_a_topic_beside_a_good_token_brings_only_what_is_ones_own(
    busy: BusyFeed, attacker: Raw, what: str
) -> None:
    own = attacker.start(attacker.name)
    attacker.subscribe()
    attacker.feed.send(b"\x01" + guesses(busy)[what])
    busy.goes_on(attacker)
    attacker.drop_feed()  # libzmq would repeat both subscriptions, and be cut again
    attacker.subscribe()
    attacker.send_text(own, "to myself")
    attacker.wait(lambda: attacker.live(own), what="a message of one's own")
    busy.goes_on(attacker)
    assert busy.topic not in attacker.topics()
    assert attacker.topics() <= attacker.entitled()


def test_ids_that_look_alike_have_topics_that_do_not_match(tmp_path: Path) -> None:
    """Topics match by prefix: 2 must not match 512 (0x0200), 20 or 0x20, in any byte order or base."""
    # A broker of its own: ids are small there, and 600 groups are enough to go from 2 beyond 512.
    with served(tmp_path / "data") as server, Raw(server.place) as alice, Raw(server.place) as mallory:
        alice.login("alike", PASSWORD, register=True)
        mallory.login("alike-too", PASSWORD, register=True)
        mine = mallory.start("alike-too")
        for start in range(0, 600, 30):
            asked = [
                alice.send("CREATE_GROUP", key=new_key(), name=f"alike-{start + number}")
                for number in range(30)
            ]
            assert not any("error" in alice.answer(request) for request in asked)
        theirs = alice.wait(lambda: _alike(alice, mine), what="groups whose ids look like the conversation's")
        alice.subscribe()
        mallory.subscribe()
        for conversation in theirs:
            alice.send_text(conversation, "secret")
        last = mallory.send_text(mine, "last")["seq"]
        mallory.wait(
            lambda: [entry for entry in mallory.live(mine) if entry["seq"] == last], what="the last message"
        )
        assert not mallory.topics() & {topic(b"c", conversation) for conversation in theirs}
        alice.wait(lambda: all(alice.live(conversation) for conversation in theirs), what="alice's own")
        assert topic(b"c", mine) not in alice.topics()


def _alike(alice: Raw, mine: int) -> list[int]:
    """Conversations of alice with ids that begin like `mine`: in decimal digits, in hex, and as its first or last byte."""
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = alice.ask("HOME", limit=200, after=after)
        found += [one["conversation"] for one in page["conversations"] if one["kind"] == "group"]
        after = page.get("next")
    kinds = (
        [one for one in found if str(one).startswith(str(mine))],
        [one for one in found if f"{one:x}".startswith(f"{mine:x}")],
        [one for one in found if one >> 8 == mine],
        [one for one in found if one != mine and one & 0xFF == mine],
    )
    return sorted(set().union(*kinds) - {1, mine}) if all(kinds) else []
