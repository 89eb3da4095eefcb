"""What one user can pile up has an end, and what a thousand have piled up on one message costs the next one nothing."""

import pytest

from hubbub.schemas import limits, records
from hubbub.store import accounts, members, people
from tests.store.stores import GENERAL, Trial, code


@pytest.fixture
def few_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three, #general among them."""
    monkeypatch.setattr(members, "GROUPS_MAX", 3)


@pytest.mark.usefixtures("few_groups")
def test_a_user_is_in_only_so_many_groups(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    trial.direct(bob, "alice")
    trial.group("public", alice, public=True)
    private = trial.group("private", alice)
    full = (
        trial.creation("one-more", alice),
        trial.creation("with", carol, alice),
        trial.creation("with", carol, bob, alice),
    )
    before = trial.verify()
    assert [code(result) for result in trial.run(*full)] == ["too_many"] * 3
    assert trial.verify() == before
    trial.run(trial.joining(bob, "public"), trial.addition(private, alice, bob))
    another = trial.group("another", carol, public=True)
    full_now = (trial.joining(bob, "another"), trial.addition(another, carol, bob))
    assert [code(result) for result in trial.run(*full_now)] == ["too_many"] * 2
    assert trial.join(bob, "public").entry is None, "in it already: there need not be room"
    trial.leave(private, bob)
    assert trial.join(bob, "another").entry is not None


def test_a_message_is_changed_only_so_often(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EDITS_MAX", 3)
    (alice,) = trial.users("alice")
    seq = trial.say(GENERAL, alice, "0")[0].seq
    last = [trial.edit(GENERAL, alice, seq, str(number)) for number in (1, 2, 3)]
    trial.run(*last)
    assert code(trial.run(trial.edit(GENERAL, alice, seq, "4"))[0]) == "too_many"
    assert trial.act(last[2]).duplicate
    assert trial.act(trial.edit(GENERAL, alice, seq, "3")).entry is None, "the text that it has"
    assert trial.history(alice, GENERAL).messages[0].text == "3"
    assert trial.act(trial.deletion(GENERAL, alice, seq)).entry is not None


def test_one_session_too_many_ends_the_oldest_of_its_user(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SESSIONS_MAX", 2)
    alice, bob = trial.users("alice", "bob")
    trial.session(bob, b"bob's")
    opened = [trial.session(alice, bytes([number])) for number in range(4)]
    assert [made.ended for made in opened if isinstance(made, records.SessionCreated)] == [[], [], [2], [3]]
    live = trial.backend.startup(0).sessions
    assert [(session.user, session.session) for session in live] == [(bob, 1), (alice, 4), (alice, 5)]


def test_the_devices_that_were_seen_last_are_remembered(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "DEVICES_MAX", 2)
    alice, bob = trial.users("alice", "bob")

    def log_in(user: int, device: bytes) -> None:
        trial.now += 1
        command = records.CreateSession(user, "hash", trial.key(), device, "", trial.now, 10**9)
        trial.do(command, records.SessionCreated)

    def known(name: str) -> list[bool]:
        found = (trial.read(records.FindAccount(name, key), records.Account) for key in (b"1", b"2", b"3"))
        return [account.known_device for account in found]

    log_in(bob, b"3")
    for device in (b"1", b"2", b"1", b"3"):
        log_in(alice, device)
    assert (known("alice"), known("bob")) == ([True, False, True], [False, False, True])


def test_a_purge_takes_only_so_many_earlier_texts_at_once(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PURGE_EDITS", 4)
    alice, bob = trial.users("alice", "bob")
    said = trial.say(GENERAL, bob, *"abcdef")
    for message in said[:4]:
        trial.run(*(trial.edit(GENERAL, bob, message.seq, f"{message.text}{n}") for n in range(3)))
    trial.delete_account(bob, "delete")
    steps = []
    more = True
    while more:
        purged = trial.do(records.PurgeMessages(bob, trial.now), records.Purged)
        steps.append([entry.target for entry in purged.entries])
        more = purged.more
    seqs = [message.seq for message in said]
    assert [step for step in steps if step] == [seqs[:2], seqs[2:4], seqs[4:]]
    assert all(message.deleted_at for message in trial.history(alice, GENERAL).messages)


def test_different_emoji_are_counted_whoever_used_them(trial: Trial) -> None:
    people_ = trial.users(*(f"user{number}" for number in range(5)))
    seq = trial.say(GENERAL, people_[0], "text")[0].seq
    emoji = [chr(0x1F600 + number) for number in range(limits.REACTIONS_MAX + 1)]
    trial.run(*(trial.reaction(GENERAL, user, seq, one) for user in people_ for one in emoji[:-2]))
    trial.run(trial.reaction(GENERAL, people_[1], seq, emoji[-2]))
    late = [trial.reaction(GENERAL, people_[2], seq, emoji[-1]) for _ in range(2)]
    assert code(trial.run(late[0])[0]) == "too_many"
    assert trial.act(trial.reaction(GENERAL, people_[2], seq, emoji[-2])).entry is not None
    trial.run(*(trial.reaction(GENERAL, user, seq, emoji[0], on=False) for user in people_))
    assert trial.act(late[1]).entry is not None
    assert len(trial.history(people_[0], GENERAL).messages[0].reactions) == limits.REACTIONS_MAX
