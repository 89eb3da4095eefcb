"""HOME, SYNC and HISTORY: what is on a page, what is beside it, and that it fits into a reply."""

import itertools

import pytest

from hubbub.schemas import codec, limits, replies
from hubbub.store.pages import Page
from tests.store.stores import GENERAL, Trial, seqs

WIDE = "\U00020000"
"""A letter of four bytes."""
NAMES = [(f"{number}" + WIDE * 32)[:32] for number in range(3)]


def test_history_of_every_kind(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    direct = trial.direct(alice, "alice")
    trial.say(direct, alice, *map(str, range(10)))
    newest = trial.history(alice, direct, 3)
    assert (seqs(newest.messages), newest.older, newest.newer, newest.as_of) == ([10, 9, 8], True, False, 10)
    before = trial.history(alice, direct, 3, before=3)
    assert (seqs(before.messages), before.older, before.newer) == ([2, 1], False, True)
    after = trial.history(alice, direct, 3, after=2)
    assert (seqs(after.messages), after.older, after.newer) == ([5, 4, 3], True, True)
    last = trial.history(alice, direct, 3, after=7)
    assert (seqs(last.messages), last.older, last.newer) == ([10, 9, 8], True, False)
    around = trial.history(alice, direct, 4, around=5)
    assert (seqs(around.messages), around.older, around.newer) == ([7, 6, 5, 4], True, True)
    odd = trial.history(alice, direct, 1, around=5)
    assert seqs(odd.messages) == [5]


@pytest.mark.parametrize(
    ("where", "older", "newer"),
    [
        ({"before": 0}, False, True),
        ({"before": 1}, False, True),
        ({"after": 10}, True, False),
        ({"after": 99}, True, False),
    ],
)
def test_empty_page_still_says_what_is_beside_it(
    trial: Trial, where: dict[str, int], older: bool, newer: bool
) -> None:
    (alice,) = trial.users("alice")
    direct = trial.direct(alice, "alice")
    trial.say(direct, alice, *map(str, range(10)))
    page = trial.history(alice, direct, 5, **where)
    assert (page.messages, page.older, page.newer) == ([], older, newer)


def test_only_message_is_newer_than_the_page_before_it(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    direct = trial.direct(alice, "alice")
    trial.say(direct, alice, "only")
    page = trial.history(alice, direct, 5, before=1)
    assert (page.messages, page.older, page.newer) == ([], False, True)


def test_history_passes_over_what_is_no_message(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.say(GENERAL, alice, "one")
    trial.users("carol", "dora")
    trial.say(GENERAL, bob, "two")
    trial.users("eve")
    page = trial.history(alice, GENERAL, 5)
    assert ([message.text for message in page.messages], page.older, page.newer) == (
        ["two", "one"],
        False,
        False,
    )
    assert page.as_of == 7
    assert [message.ordinal for message in page.messages] == [2, 1]
    assert trial.history(alice, GENERAL, 1, around=5).messages == [page.messages[1]]


def test_pages_of_a_conversation_join_without_gap(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    direct = trial.direct(alice, "alice")
    trial.say(direct, alice, *("x" * (size * 500) for size in range(1, 33)))
    back: list[int] = []
    page = trial.history(alice, direct, 200)
    back += seqs(page.messages)
    while page.older:
        page = trial.history(alice, direct, 200, before=back[-1])
        back += seqs(page.messages)
    assert back == list(range(32, 0, -1))
    forth: list[int] = []
    while not forth or forth[-1] < 32:
        forth += [entry.seq for entry in trial.sync(alice, direct, forth[-1] if forth else 0).entries]
    assert forth == list(range(1, 33))


def test_page_takes_the_first_item_whatever_its_size() -> None:
    page = Page(limit=3, budget=10)
    assert [page.takes(99), page.takes(1)] == [True, False]
    small = Page(limit=3, budget=10)
    assert [small.takes(size) for size in (5, 5, 0, 0)] == [True, True, True, False]
    full = Page(limit=3, budget=10)
    assert [full.takes(size) for size in (5, 6, 1)] == [True, False, False], "no entry is left out in between"


def test_home_is_paged_and_filtered(trial: Trial) -> None:
    alice, *_ = trial.users("alice", *(f"user{number}" for number in range(7)))
    made = [trial.direct(alice, f"user{number}") for number in range(7)]
    first = trial.home(alice, limit=5)
    assert first.next == first.conversations[-1].conversation
    rest = trial.home(alice, after=first.next, limit=5)
    rows = [row.conversation for row in first.conversations + rest.conversations]
    assert (rows, rest.next) == ([GENERAL, *made], None)
    some = trial.home(alice, only=[made[3], made[1], 999])
    assert [row.conversation for row in some.conversations] == [made[1], made[3]]
    assert trial.home(alice, only=[]).conversations == []
    assert (some.position, some.home_version) == (8, 8)


def test_home_shows_a_preview_of_the_last_message(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.say(direct, bob, "first", WIDE * 300)
    (row,) = trial.home(alice, only=[direct]).conversations
    assert row.last_message is not None
    assert (row.last_message.text, row.last_message.sender_name) == (WIDE * 256, "bob")
    assert (row.head, row.unread, row.last_message.ordinal) == (2, 2, 2)


@pytest.mark.parametrize("letter", ["x", "é", "水", WIDE])
def test_largest_pages_fit_into_a_reply(trial: Trial, letter: str) -> None:
    alice, *others = trial.users(*NAMES)
    direct = trial.direct(alice, NAMES[1])
    longest = limits.TEXT_MAX_BYTES // len(letter.encode())
    lengths = itertools.cycle([longest, 1, longest // 2, 300, 3, longest // 100, longest])
    trial.say(direct, others[0], *(letter * next(lengths) for _ in range(400)))
    after = 0
    while after < 400:
        page = trial.sync(alice, direct, after)
        synced = replies.Synced(
            id=2**53,
            epoch=b"e" * 16,
            conversation=direct,
            after=page.after,
            entries=page.entries,
            head=page.head,
        )
        assert len(codec.encode(synced)) < limits.REPLY_MAX_BYTES
        assert page.entries[0].seq == after + 1
        after = page.entries[-1].seq
    for around in (1, 3, 200, 399):
        read = trial.history(alice, direct, 200, around=around)
        assert any(message.seq == around for message in read.messages)
        history = replies.HistoryPage(
            id=2**53,
            epoch=b"e" * 16,
            conversation=direct,
            as_of=read.as_of,
            messages=read.messages,
            older=read.older,
            newer=read.newer,
        )
        assert len(codec.encode(history)) < limits.REPLY_MAX_BYTES


def test_largest_messages_fit_into_a_reply(trial: Trial) -> None:
    """As many reactions, by users of long names, as there can be; and as many mentions."""
    users = trial.users(*((f"{number:02}" + WIDE * 32)[:32] for number in range(limits.MENTIONS_MAX)))
    text = WIDE * (limits.TEXT_MAX_BYTES // 4)
    mentions = [trial.names[user] for user in users]
    trial.run(*(trial.message(GENERAL, users[0], text, mentions=mentions) for _ in range(3)))
    seqs_ = [message.seq for message in trial.history(users[0], GENERAL).messages]
    emoji = [chr(0x1F600 + number) * limits.EMOJI_MAX_CHARACTERS for number in range(limits.REACTIONS_MAX)]
    trial.run(
        *(
            trial.reaction(GENERAL, user, seq, each)
            for seq in seqs_
            for each in emoji
            for user in users[: limits.REACTORS_SHOWN + 1]
        )
    )
    for around in seqs_:
        read = trial.history(users[1], GENERAL, 200, around=around)
        assert any(message.seq == around for message in read.messages)
        history = replies.HistoryPage(
            id=2**53,
            epoch=b"e" * 16,
            conversation=GENERAL,
            as_of=read.as_of,
            messages=read.messages,
            older=read.older,
            newer=read.newer,
        )
        whole = codec.encode(history)
        assert len(text.encode()) + 30_000 < len(whole) < limits.REPLY_MAX_BYTES


def test_largest_home_fits_into_a_reply(trial: Trial) -> None:
    alice, bob, *others = trial.users(*NAMES, *((f"b{number:03}" + WIDE * 32)[:32] for number in range(200)))
    for other in others[1:]:
        trial.block(alice, other)
    topic = WIDE * limits.TOPIC_MAX_CHARACTERS
    groups = [trial.group((f"{number}-" + WIDE * 32)[:32], alice, bob, topic=topic) for number in range(210)]
    trial.run(*(trial.message(group, bob, WIDE * 4000) for group in groups))
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = trial.home(alice, after=after)
        assert len(page.blocked) == limits.BLOCKS_MAX
        whole = replies.HomePage(
            id=2**53,
            epoch=b"e" * 16,
            position=2**53,
            home_version=2**53,
            conversations=page.conversations,
            blocked=page.blocked,
            next=page.next,
        )
        assert len(codec.encode(whole)) < limits.REPLY_MAX_BYTES
        seen += [row.conversation for row in page.conversations]
        after = page.next
    assert seen == [GENERAL, *groups]


def test_history_of_who_came_later_begins_where_he_came(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, history="joined")
    trial.say(group, alice, "one", "two", "three")
    trial.add(group, alice, bob)
    trial.say(group, alice, "four", "five", "six")
    page = trial.history(bob, group)
    assert (seqs(page.messages), page.older, page.newer) == ([8, 7, 6], False, False)
    assert seqs(trial.history(alice, group).messages) == [8, 7, 6, 4, 3, 2]
    for where in ({"before": 6}, {"before": 3}):
        page = trial.history(bob, group, **where)
        assert (page.messages, page.older, page.newer) == ([], False, True)
    for where in ({"after": 0}, {"after": 3}, {"around": 2}):
        page = trial.history(bob, group, 2, **where)
        assert seqs(page.messages)[-1] == 6, "what follows most closely that he sees"
        assert (page.older, page.newer) == (False, True)
    page = trial.history(bob, group, 2, around=6)
    assert (seqs(page.messages), page.older) == ([7, 6], False)
