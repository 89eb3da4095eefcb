"""What users say of themselves and of others: profiles, statuses, blocks; and what a name, a line and an emoji may be."""

from typing import Any

import pytest

from hubbub.schemas import events, requests
from tests.helpers.pure import PureClient

GENERAL = 1


def looks(asker: PureClient, name: str) -> list[tuple[bool, str, str]]:
    """How he is shown, everywhere where that can be asked."""
    users = {user.name: user for user in asker.do(requests.GetUsers).users}
    found = [users[name], asker.do(requests.Profile, user=name).user]
    members = {row.name: row.online for row in asker.do(requests.Members, conversation=GENERAL).members}
    assert members[name] == found[0].online
    present = {row.name: (True, row.status, row.text) for row in asker.do(requests.OnlineUsers).users}
    return [
        *((user.online, user.status, user.status_text) for user in found),
        present.get(name, (False, "online", "")),
    ]


GONE = [(False, "online", "")] * 3


def test_a_status_is_shown_while_he_is_present_and_outlives_a_restart(
    alice: PureClient, bob: PureClient
) -> None:
    broker = alice.broker
    alice.do(requests.SetStatus, status="away", text="  lunch\u0301 ")
    assert looks(bob, "alice") == GONE
    alice.do(requests.Online)
    broker.advance(1)
    assert looks(bob, "alice") == [(True, "away", "lunch\u0301")] * 3
    for restart in (broker.start, lambda: alice.enter(register=False)):
        restart()
        alice.do(requests.Online)
        broker.advance(1)
        assert looks(bob, "alice") == [(True, "away", "lunch\u0301")] * 3


def test_invisible_looks_like_offline_everywhere(alice: PureClient, bob: PureClient) -> None:
    broker = alice.broker
    alice.do(requests.Online)
    broker.advance(1)
    broker.published.clear()
    alice.do(requests.SetStatus, status="invisible", text="hiding")
    broker.advance(1)
    (own, mine), (_, delta) = broker.events()
    assert (own, mine.status) == (events.user_topic(alice.user), "invisible")
    assert (delta.online, delta.offline) == ([], [alice.user])
    assert looks(bob, "alice") == GONE
    seen = bob.do(requests.Profile, user="alice").user.last_seen
    assert seen == broker.now
    assert alice.do(requests.Ping).online
    broker.advance(10)
    alice.do(requests.SetStatus, status="invisible", text="still hiding")
    alice.do(requests.Typing, conversation=GENERAL)
    broker.published.clear()
    alice.do(requests.Offline)
    broker.advance(2)
    alice.do(requests.Online)
    broker.advance(2)
    assert broker.events() == []
    assert bob.do(requests.Profile, user="alice").user.last_seen == seen
    broker.start()
    alice.do(requests.Online)
    broker.advance(2)
    assert broker.events() == []
    alice.do(requests.SetStatus, status="online")
    broker.advance(2)
    assert [event.online[0].name for topic, event in broker.events() if topic == events.PRESENCE_TOPIC] == [
        "alice"
    ]


def test_who_went_was_last_seen_then(alice: PureClient, bob: PureClient) -> None:
    broker = alice.broker
    alice.do(requests.Online)
    broker.advance(1)
    assert bob.do(requests.Profile, user="alice").user.last_seen == 0
    broker.advance(60)
    assert bob.do(requests.Profile, user="alice").user.last_seen == broker.now
    bob.do(requests.Online)
    broker.advance(1)
    broker.run(broker.core.ended(broker.now))
    broker.start()
    assert alice.do(requests.Profile, user="bob").user.last_seen == broker.now


def test_a_profile_is_told_and_only_ones_own_says_whether_one_is_read(
    alice: PureClient, bob: PureClient
) -> None:
    alice.broker.published.clear()
    alice.do(requests.SetProfile, display_name=" Alice L. ", colour="#aabbcc", receipts=False)
    ((topic, event),) = alice.broker.events()
    assert topic == events.PRESENCE_TOPIC
    assert (event.name, event.display_name, event.colour) == ("alice", "Alice L.", "#aabbcc")
    alice.do(requests.SetProfile, colour="#aabbcc")
    alice.do(requests.SetProfile, receipts=True)
    assert alice.broker.events() == []
    assert alice.do(requests.Profile, user="ALICE").receipts is True
    theirs = bob.do(requests.Profile, user="alice")
    assert (theirs.receipts, theirs.user.display_name) == (None, "Alice L.")


def test_blocks_are_his_own_and_on_all_his_devices(alice: PureClient, bob: PureClient) -> None:
    phone = PureClient(alice.broker, "alice", 3).enter(register=False)
    alice.broker.published.clear()
    for on in (True, False):
        assert alice.code(requests.Block, user="Bob", on=on) == ""
        assert alice.code(requests.Block, user="bob", on=on) == ""
        ((topic, event),) = alice.broker.events()
        assert topic == events.user_topic(alice.user)
        assert (event.user, event.on) == (bob.user, on)
        assert phone.do(requests.Ping).home_version == event.home_version
        assert [person.name for person in phone.do(requests.Home).blocked] == (["bob"] if on else [])
        assert alice.do(requests.Profile, user="bob").blocked is on
        assert bob.do(requests.Profile, user="alice").blocked is False
    assert alice.code(requests.Block, user="alice") == "not_allowed"


def test_a_mute_is_his_own(alice: PureClient, bob: PureClient) -> None:
    alice.broker.published.clear()
    alice.do(requests.Mute, conversation=GENERAL, until=2**53 - 1)
    ((topic, event),) = alice.broker.events()
    assert (topic, event.until) == (events.user_topic(alice.user), 2**53 - 1)
    assert alice.do(requests.Home).conversations[0].muted_until == 2**53 - 1
    assert bob.do(requests.Home).conversations[0].muted_until == 0


LINES = ("a\nb", "a\rb", "\0", "a\u2028b", "a\u202eb", "\u2066a", "a\x7f")
NAMES = ("#team", "a b", "all", "\u202ea", "x" * 33, "team/2")
EMOJI = ("a", "1", " ", "\U0001f44d ", "ok\U0001f44d", "\u200d", "\n", "<b>", "é", "\U000e0041", "\u20e3")


@pytest.mark.parametrize(
    ("kind", "field", "values", "more"),
    [
        (requests.SetStatus, "text", LINES, {"status": "busy"}),
        (requests.SetProfile, "display_name", LINES, {}),
        (requests.SetTopic, "topic", LINES, {"conversation": GENERAL}),
        (requests.CreateGroup, "topic", LINES, {"name": "team"}),
        (requests.CreateGroup, "name", NAMES, {}),
        (requests.RenameGroup, "name", NAMES, {"conversation": GENERAL}),
        (requests.React, "emoji", EMOJI, {"conversation": GENERAL, "seq": 2}),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    alice: PureClient, kind: Any, field: str, values: tuple[str, ...], more: dict[str, Any]
) -> None:
    alice.send(GENERAL, b"k" * 16)
    before = alice.broker.tables()
    for value in values:
        answer = alice.do(kind, **more, **{field: value})
        assert answer.error == "bad_request", value
        assert answer.message.startswith("This can't be a") and answer.message.endswith(".")
        assert answer.message.isprintable(), value
    assert alice.broker.tables() == before


@pytest.mark.parametrize("emoji", ["👍", "👍🏽", "🏳️‍🌈", "🇩🇪", "1️⃣", "❤️", "👨‍👩‍👧", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])
def test_emoji_of_many_code_points(alice: PureClient, emoji: str) -> None:
    seq = alice.send(GENERAL, b"k" * 16).seq
    assert alice.code(requests.React, conversation=GENERAL, seq=seq, emoji=emoji) == ""
    (message,) = alice.do(requests.History, conversation=GENERAL).messages
    assert [(reaction.emoji, reaction.count) for reaction in message.reactions] == [(emoji, 1)]


def test_mentions_are_kept_with_the_message_and_counted(alice: PureClient, bob: PureClient) -> None:
    alice.broker.published.clear()
    alice.do(requests.SendMessage, conversation=GENERAL, text="@Bob. and @nobody, @all")
    ((_, message),) = alice.broker.events(events.Message)
    assert ([person.name for person in message.mentions], message.everyone) == (["bob"], True)
    (row,) = bob.do(requests.Home).conversations
    assert (row.unread, row.mentions) == (1, 1)
    alice.do(requests.EditMessage, conversation=GENERAL, seq=message.seq, text="nobody is meant")
    (row,) = bob.do(requests.Home).conversations
    assert (row.unread, row.mentions) == (1, 0)


def test_what_is_published_is_the_same_for_everyone(alice: PureClient, bob: PureClient) -> None:
    """What an answer says of the asker himself is in no event."""
    seq = alice.send(GENERAL, b"k" * 16, "text").seq
    alice.broker.published.clear()
    alice.do(requests.React, conversation=GENERAL, seq=seq, emoji="👍")
    bob.do(requests.SendMessage, conversation=GENERAL, text="an answer", reply_to=seq)
    alice.do(requests.Block, user="bob")
    answer = bob.do(requests.SendMessage, conversation=GENERAL, text="another", reply_to=seq)
    for topic, event in alice.broker.events():
        if topic == events.conversation_topic(GENERAL):
            assert not getattr(event, "reactions", []), event
    mine, theirs = (
        who.do(requests.History, conversation=GENERAL, around=seq).messages[-1] for who in (alice, bob)
    )
    assert (mine.reactions[0].mine, theirs.reactions[0].mine) == (True, False)
    assert answer.seq > seq
