"""Acts that meet in one batch: each counts for those behind it, and whoever is gone by then changes nothing."""

import pytest

from hubbub.schemas import records
from hubbub.schemas.events import RoleSet
from hubbub.schemas.names import DELETED
from tests.store.stores import GENERAL, Trial, accepted, code


def disable(trial: Trial, user: int, disabled: bool = True) -> None:
    trial.do(records.SetDisabled(trial.names[user], disabled), records.AccountChanged)


def test_what_a_deleted_account_had_asked_for_before_is_not_done(trial: Trial) -> None:
    """Its sessions end when the deletion is committed; what was on its way by then comes behind it in the batch."""
    alice, bob, carol = trial.users("alice", "bob", "carol")
    direct, group = trial.direct(bob, "alice"), trial.group("team", bob, alice)
    own = trial.say(direct, bob, "known to the store's memory")[0].seq
    trial.say(group, bob, "here too")
    results = trial.run(
        trial.message(direct, bob, "before"),
        records.DeleteAccount(bob, "keep", trial.now),
        trial.message(direct, bob, "behind"),
        trial.message(direct, bob, "behind", reply_to=own),
        trial.message(group, bob, "behind"),
        trial.edit(direct, bob, own, "behind"),
        trial.reaction(direct, bob, own),
        trial.pin(direct, bob, own),
        trial.deletion(direct, bob, own),
        records.MarkRead(direct, bob, 1),
        records.Mute(direct, bob, 1),
        trial.creation("another", bob),
        trial.joining(bob, "general"),
        trial.addition(group, bob, carol),
        trial.renaming(group, bob, "mine"),
        records.SetPassword("bob", "x"),
        records.RevokeSession(bob, 1),
    )
    accepted(results[0])
    assert {code(result) for result in results[2:]} == {"not_found"}
    messages = trial.history(alice, direct).messages
    assert [(message.text, message.sender_name) for message in messages] == [
        ("before", DELETED),
        ("known to the store's memory", DELETED),
    ]
    assert trial.verify().problems == []


def test_the_password_that_was_checked_must_be_the_one_that_holds(trial: Trial) -> None:
    """Two who know the old one, in one batch: the second doesn't undo what the first did to keep him out."""
    _, bob = trial.users("alice", "bob")
    trial.session(bob, b"1")
    trial.session(bob, b"2")
    results = trial.run(
        records.SetPassword("bob", "new", keep=1, was="hash"),
        records.SetPassword("bob", "another", keep=2, was="hash"),
        records.DeleteAccount(bob, "delete", 1, was="hash"),
    )
    assert [code(result) for result in results[1:]] == ["wrong_credentials"] * 2
    assert trial.read(records.FindAccount("bob", b""), records.Account).password_hash == "new"
    assert [session.session for session in trial.backend.startup(0).sessions] == [1]
    trial.do(records.DeleteAccount(bob, "keep", 1, was="new"), records.AccountDeleted)


def test_deletion_and_what_comes_behind_it(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    first, second = (message.seq for message in trial.say(GENERAL, bob, "one", "two"))
    results = trial.run(
        trial.edit(GENERAL, bob, first, "edited", "alice"),
        trial.reaction(GENERAL, alice, first),
        trial.deletion(GENERAL, alice, first),
        trial.edit(GENERAL, bob, first, "again", "alice"),
        trial.reaction(GENERAL, bob, first),
        trial.pin(GENERAL, alice, first),
        trial.deletion(GENERAL, bob, first),
        trial.message(GENERAL, bob, "an answer to a tombstone", reply_to=first),
        trial.edit(GENERAL, bob, second, "@alice", "alice"),
    )
    assert [code(result) for result in results[3:6]] == ["not_allowed"] * 3
    assert isinstance(results[6], records.Acted) and results[6].entry is None
    (row,) = trial.home(alice, only=[GENERAL]).conversations
    assert row.mentions == 1
    gone = trial.history(alice, GENERAL).messages[-1]
    assert (gone.text, gone.deleted_by, gone.reactions, gone.mentions) == ("", "alice", [], [])
    assert trial.verify().problems == []


def test_block_and_everything_behind_it(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    own = trial.say(direct, bob, "before")[0].seq
    again = trial.message(direct, bob, "sent twice")
    results = trial.run(
        again,
        records.Block(alice, "bob", True),
        again,
        trial.message(direct, bob, "behind"),
        trial.edit(direct, bob, own, "behind"),
        trial.reaction(direct, bob, own),
        trial.reaction(direct, bob, own, on=False),
        trial.pin(direct, bob, own),
        trial.creation("lure", bob, alice),
        trial.addition(GENERAL, bob, alice),
        records.Block(alice, "bob", False),
        trial.message(direct, bob, "allowed again"),
    )
    assert accepted(results[2]).duplicate, "it was stored before the block"
    assert [code(result) for result in results[3:9]] == ["not_allowed"] * 6
    assert isinstance(results[9], records.MemberChanged) and results[9].entry is None
    accepted(results[11])
    assert [message.text for message in trial.history(alice, direct).messages] == [
        "allowed again",
        "sent twice",
        "before",
    ]


def test_two_owners_who_leave_at_once(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, bob, carol)
    trial.act(trial.role(group, alice, bob, "owner"))
    results = trial.run(trial.leaving(group, alice), trial.leaving(group, bob))
    assert code(results[1]) == "not_allowed"
    results = trial.run(
        trial.role(group, bob, carol, "owner"),
        trial.role(group, carol, bob, "member"),
        trial.role(group, bob, carol, "member"),
        trial.leaving(group, carol),
    )
    assert [code(result) for result in results[2:]] == ["not_allowed"] * 2
    assert trial.verify().problems == []


def test_one_key_makes_one_group(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    key = trial.key()
    commands = [trial.creation(name, alice, bob, public=True, key=key) for name in ("one", "two", "one")]
    made = trial.run(*commands)
    assert all(isinstance(result, records.GroupCreated) for result in made)
    assert len({result.conversation.conversation for result in made}) == 1  # type: ignore[attr-defined]  # see above
    assert [len(result.entries) for result in made] == [2, 0, 0]  # type: ignore[attr-defined]
    assert code(trial.run(trial.message(GENERAL, alice, "text", key))[0]) == "key_conflict"
    assert code(trial.run(trial.joining(alice, "nowhere", key))[0]) == "not_found"


# ----------------------------------------------------------------------------------------------- disabled users


def test_a_group_goes_to_one_who_can_log_in(trial: Trial) -> None:
    _, bob, carol, dave = trial.users("admin", "bob", "carol", "dave")
    members, owned, nobody = (trial.group(name, bob, carol, dave) for name in ("members", "owned", "nobody"))
    trial.act(trial.role(members, bob, carol, "admin"))
    trial.act(trial.role(owned, bob, carol, "owner"))
    trial.remove(nobody, bob, dave)
    disable(trial, carol)
    entries = trial.delete_account(bob).entries
    given = {entry.conversation: entry.user for entry in entries if isinstance(entry, RoleSet)}
    assert given == {members: dave, owned: dave, nobody: carol}


@pytest.mark.parametrize("able", [True, False])
def test_an_owner_who_cannot_log_in_is_not_the_one_who_stays(trial: Trial, able: bool) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, bob, carol)
    trial.act(trial.role(group, alice, bob, "owner"))
    disable(trial, bob)
    disable(trial, carol, not able)
    steps_down, leaves = trial.role(group, alice, alice, "admin"), trial.leaving(group, alice)
    assert code(trial.run(steps_down)[0]) == "not_allowed"
    if able:
        assert code(trial.run(leaves)[0]) == "not_allowed"
        trial.act(trial.role(group, alice, carol, "owner"))
    assert trial.do(leaves, records.MemberChanged).entry is not None


def test_the_group_of_a_disabled_owner_is_not_for_who_passes_by(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.group("team", alice, public=True)
    disable(trial, alice)
    assert trial.join(bob, "team").conversation.role == "member"
    assert trial.users("carol")
    assert trial.home(bob, only=[GENERAL]).conversations[0].role == "member"
