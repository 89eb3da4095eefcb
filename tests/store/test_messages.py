"""AppendMessage: seqs, permission, and the same key again."""

import pytest

from hubbub.schemas import records
from hubbub.schemas.records import Appended
from hubbub.store.queries import SQL
from tests.store.stores import GENERAL, Trial, accepted, code, seqs


def test_messages_take_the_next_seq_ordinal_and_position(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    results = trial.run(
        trial.message(GENERAL, alice, "a"),
        trial.message(direct, bob, "b"),
        trial.message(GENERAL, bob, "c"),
    )
    places = [(m.seq, m.ordinal, m.position) for m in (accepted(result).message for result in results)]
    assert places == [(3, 1, 3), (1, 1, 4), (4, 2, 5)]
    assert not any(accepted(result).duplicate for result in results)
    stored = trial.sync(alice, GENERAL, after=2).entries
    assert stored == [accepted(results[0]).message, accepted(results[2]).message]


def test_batches_of_every_size_are_gapless(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    direct = trial.direct(alice, "alice")
    sizes = (1, 2, 3, 7, 64, 65, 300)
    for size in sizes:
        trial.say(direct, alice, *(["x"] * size))
    assert trial.home(alice, only=[direct]).conversations[0].head == sum(sizes)
    assert trial.verify().problems == []


def test_time_never_goes_back(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    late = records.AppendMessage(GENERAL, alice, "alice", b"1" * 16, "late", 9_000)
    early = records.AppendMessage(GENERAL, alice, "alice", b"2" * 16, "early", 8_000)
    assert [accepted(result).message.at for result in trial.run(late, early)] == [9_000, 9_000]
    again = records.AppendMessage(GENERAL, alice, "alice", b"3" * 16, "earlier", 7_000)
    assert accepted(trial.run(again)[0]).message.at == 9_000


def test_same_key_again_is_the_same_answer(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    command = trial.message(GENERAL, alice, "first", b"k" * 16)
    first = accepted(trial.run(command)[0])
    other = trial.message(GENERAL, alice, "another text", b"k" * 16)
    for again in (trial.run(command)[0], trial.run(other)[0]):
        assert again == Appended(first.message, True)
    assert accepted(trial.run(trial.message(GENERAL, alice, "next"))[0]).message.seq == first.message.seq + 1


def test_same_key_twice_in_one_batch_is_one_message(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    command = trial.message(GENERAL, alice, "once", b"k" * 16)
    others = [trial.message(GENERAL, bob, str(n)) for n in range(5)]
    results = [accepted(result) for result in trial.run(others[0], command, *others[1:], command)]
    assert [result.duplicate for result in results] == [False] * 6 + [True]
    assert results[-1].message == results[1].message
    assert [result.message.seq for result in results] == [3, 4, 5, 6, 7, 8, 4]
    assert trial.verify().problems == []


def test_key_belongs_to_its_sender_and_conversation(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.run(trial.message(GENERAL, alice, "x", b"k" * 16))
    assert code(trial.run(trial.message(direct, alice, "x", b"k" * 16))[0]) == "key_conflict"
    assert not accepted(trial.run(trial.message(GENERAL, bob, "x", b"k" * 16))[0]).duplicate


def test_whoever_is_not_in_it_cannot_tell_it_from_nothing(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    foreign, nowhere, negative = trial.run(
        trial.message(direct, carol, "x"), trial.message(999, carol, "x"), trial.message(-1, carol, "x")
    )
    assert foreign == nowhere == negative
    assert code(foreign) == "not_found"
    assert trial.home(bob, only=[direct]).conversations[0].head == 0


def test_refused_commands_harm_no_other_in_the_batch(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    trial.run(trial.message(GENERAL, alice, "x", b"k" * 16))
    results = trial.run(
        trial.message(direct, alice, "1"),
        trial.message(direct, carol, "no"),
        records.CreateUser("ALICE", "hash", 1),
        trial.message(direct, alice, "2"),
        trial.message(direct, alice, "no", b"k" * 16),
        records.MarkRead(direct, bob, 1),
        trial.message(direct, bob, "3"),
    )
    assert [type(result) for result in results] == [
        *(Appended, records.Refused, records.Refused, Appended, records.Refused),
        *(records.Marked, Appended),
    ]
    assert seqs(trial.history(bob, direct).messages) == [3, 2, 1]
    assert trial.verify().problems == []


def test_what_the_database_refuses_fails_alone(trial: Trial) -> None:
    """A text with half a surrogate pair decodes from no wire, but if it came it would have to fail alone."""
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    broken = records.CreateUser("\ud800", "hash", 1)
    twice = records.CreateSession(alice, "hash", b"same", b"key", "", 1, 10**9)
    results = trial.run(
        trial.message(direct, alice, "1"), broken, twice, twice, trial.message(direct, bob, "2")
    )
    assert (code(results[1]), code(results[3])) == ("internal", "internal")
    assert isinstance(results[2], records.SessionCreated)
    assert accepted(results[4]).message.seq == 2
    assert trial.verify().problems == []


def test_half_a_character_in_a_message_fails_alone(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    texts = ("1", "2", "half \ud800", "3", "4")
    results = trial.run(*(trial.message(GENERAL, alice, text) for text in texts))
    assert code(results[2]) == "internal"
    assert [accepted(results[n]).message.seq for n in (0, 1, 3, 4)] == [2, 3, 4, 5]
    assert trial.verify().problems == []


def test_removed_member_gets_no_answer_to_an_old_key(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    command = trial.message(group, bob, "before", b"k" * 16)
    trial.run(command)
    trial.remove(group, alice, bob)
    assert code(trial.run(trial.message(group, bob, "after"))[0]) == "not_found"
    assert code(trial.run(command)[0]) == "not_found"


def test_a_mistake_of_ours_fails_alone_and_leaves_no_trace(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command fails when it has written to the log already."""
    (alice,) = trial.users("alice")
    first, last = trial.message(GENERAL, alice, "1"), trial.message(GENERAL, alice, "2")
    monkeypatch.setitem(SQL, "raise_home_version", "INSERT INTO meta (id, epoch) VALUES (1 + ?, x'')")
    results = trial.run(first, records.CreateUser("bob", "hash", 1), last)
    assert code(results[1]) == "internal"
    assert [accepted(results[n]).message.seq for n in (0, 2)] == [2, 3]
    assert trial.verify().problems == []
