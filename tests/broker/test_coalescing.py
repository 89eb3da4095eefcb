"""What is told only now and then: typing, and who has read how far."""

from hubbub.broker import receipts, typing
from hubbub.broker.receipts import READERS_MAX, Receipts
from hubbub.broker.typing import REMEMBERED_MAX, Typists
from hubbub.schemas import events, limits

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND


def test_the_intervals_are_those_of_the_protocol() -> None:
    assert typing.INTERVAL == limits.TYPING_INTERVAL_S * SECOND
    assert receipts.INTERVAL == limits.RECEIPTS_INTERVAL_S * SECOND


def test_typing_is_told_once_in_three_seconds() -> None:
    typists = Typists()
    told = [at for at in range(0, 10_000, 100) if typists.tells(1, 1, NOW + at * 1000)]
    assert told == [0, 3000, 6000, 9000]


def test_typing_of_others_and_elsewhere_is_another_matter() -> None:
    typists = Typists()
    assert all(typists.tells(user, conversation, NOW) for user in (1, 2) for conversation in (1, 2))
    assert not typists.tells(2, 1, NOW + 1)


def test_typing_is_forgotten_and_bounded() -> None:
    typists = Typists()
    for user in range(REMEMBERED_MAX):
        assert typists.tells(user, 1, NOW)
    assert not typists.tells(-1, 1, NOW)
    assert len(typists) == REMEMBERED_MAX
    assert typists.tells(-1, 1, NOW + 3 * SECOND)
    assert len(typists) == 1


def test_typing_goes_on_when_the_clock_is_set_back() -> None:
    typists = Typists()
    assert typists.tells(1, 1, NOW)
    assert typists.tells(1, 1, NOW - 3600 * SECOND)


def test_receipts_of_a_second_are_one_event() -> None:
    kept = Receipts()
    assert kept.tick(NOW) == []
    for seq in range(1, 6):
        kept.read(7, 1, "alice", seq)
        kept.read(7, 2, "bob", seq)
    (event,) = kept.tick(NOW)
    assert event == events.Receipts(
        conversation=7, read=[events.Receipt(1, "alice", 5), events.Receipt(2, "bob", 5)]
    )
    kept.read(7, 1, "alice", 6)
    assert [kept.tick(NOW + at) for at in (1, 200_000, SECOND - 1)] == [[], [], []]
    (event,) = kept.tick(NOW + SECOND)
    assert event.read == [events.Receipt(1, "alice", 6)]
    assert kept.tick(NOW + 10 * SECOND) == []


def test_each_conversation_has_its_own_second() -> None:
    kept = Receipts()
    kept.read(1, 1, "alice", 1)
    assert [event.conversation for event in kept.tick(NOW)] == [1]
    kept.read(1, 1, "alice", 2)
    kept.read(2, 1, "alice", 2)
    assert [event.conversation for event in kept.tick(NOW + 1)] == [2]


def test_a_crowd_of_readers_comes_in_events_of_bounded_size() -> None:
    kept = Receipts()
    for user in range(1200):
        kept.read(1, user, "n" * 32, user)
    sizes = []
    for at in range(5):
        sizes += [len(event.read) for event in kept.tick(NOW + at * SECOND)]
    assert sizes == [READERS_MAX, READERS_MAX, 200]


def test_who_hides_it_is_left_out() -> None:
    kept = Receipts()
    kept.read(1, 1, "alice", 1)
    kept.read(1, 2, "bob", 1)
    kept.read(2, 1, "alice", 1)
    kept.forget(1)
    assert [event.read for event in kept.tick(NOW)] == [[events.Receipt(2, "bob", 1)]]
    assert kept.tick(NOW + 10 * SECOND) == []
