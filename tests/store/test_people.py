"""Profiles, presence, blocks, and accounts that go."""

import pytest

from hubbub.schemas import limits, records
from hubbub.schemas.events import Deleted, Member, Person, RoleSet
from hubbub.schemas.names import DELETED
from hubbub.store import people
from tests.store.stores import GENERAL, Trial, accepted, code

# ----------------------------------------------------------------------------------- what users say of themselves


def shown(trial: Trial, user: int, other: str) -> records.ProfileRead:
    return trial.read(records.ReadProfile(user, other), records.ProfileRead)


def test_profile_is_set_piece_by_piece(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    assert trial.profile(alice, "Alice A.") == records.ProfileSet(alice, "alice", "Alice A.", "", True)
    assert trial.profile(alice, colour="#00ff00") == records.ProfileSet(
        alice, "alice", "Alice A.", "#00ff00", True
    )
    assert not trial.profile(alice, "Alice A.", "#00ff00").changed
    assert not trial.profile(alice, receipts=False).changed, "others do not see that"
    profile = shown(trial, bob, "ALICE")
    assert (profile.user.display_name, profile.user.colour, profile.receipts) == (
        "Alice A.",
        "#00ff00",
        False,
    )
    assert trial.profile(alice, "").display_name == ""
    assert code(trial.run(records.SetProfile(99, "x", None, None))[0]) == "not_found"


def test_status_is_kept(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    version = trial.home(alice).home_version
    for changed in (True, False):
        done = trial.do(records.SetStatus(alice, "away", "lunch"), records.StatusSet)
        assert done == records.StatusSet(alice, "away", "lunch", version + 1, changed)
    user = shown(trial, bob, "alice").user
    assert (user.status, user.status_text) == ("away", "lunch")
    assert code(trial.run(records.SetStatus(99, "away", ""))[0]) == "not_found"


def test_last_seen_never_goes_back(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.do(records.MarkSeen([alice, 99], 700), records.Seen)
    trial.do(records.MarkSeen([alice, bob], 600), records.Seen)
    assert [shown(trial, alice, name).user.last_seen for name in ("alice", "bob")] == [700, 600]


# ------------------------------------------------------------------------------------------------------- blocks


def test_blocked_user_writes_nothing_in_the_direct_conversation(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    of_bob, theirs = (
        accepted(trial.run(trial.message(direct, bob, "1"))[0]).message,
        trial.say(direct, alice, "2")[0],
    )
    done = trial.block(alice, "BOB")
    assert done == records.BlockSet(alice, Person(bob, "bob"), True, 3, True)
    assert trial.home(alice).blocked == [Person(bob, "bob")]
    refused = (
        trial.message(direct, bob, "3"),
        trial.message(direct, bob, "3", reply_to=theirs.seq),
        trial.edit(direct, bob, of_bob.seq, "another"),
        trial.reaction(direct, bob, theirs.seq),
        trial.pin(direct, bob, theirs.seq),
    )
    assert [code(result) for result in trial.run(*refused)] == ["not_allowed"] * len(refused)
    again = accepted(trial.run(trial.message(direct, bob, "1", of_bob.key))[0])
    assert again == records.Appended(of_bob, True), "what was stored before is acknowledged still"
    assert trial.act(trial.deletion(direct, bob, of_bob.seq)).entry is not None
    trial.read_up_to(direct, bob, theirs.seq)
    trial.do(records.Mute(direct, bob, 5), records.MuteSet)
    trial.say(direct, alice, "alice may write")
    trial.say(GENERAL, bob, "in groups he may")
    trial.block(alice, bob, on=False)
    assert trial.home(alice).blocked == []
    assert isinstance(trial.run(refused[0])[0], records.Appended)


def test_block_and_unblock_count_within_a_batch(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    results = trial.run(
        trial.message(direct, bob, "1"),
        records.Block(alice, "bob", True),
        trial.message(direct, bob, "2"),
        records.Block(alice, "bob", False),
        trial.message(direct, bob, "3"),
    )
    assert [isinstance(results[place], records.Appended) for place in (0, 2, 4)] == [True, False, True]
    assert code(results[2]) == "not_allowed"


def test_blocked_user_starts_no_conversation(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.block(alice, bob)
    assert code(trial.run(records.StartConversation(bob, "alice", 1))[0]) == "not_allowed"
    direct = trial.direct(alice, "bob")
    assert trial.direct(bob, "alice") == direct, "there is one now"


def test_blocks_are_told_once_and_bounded(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    others = trial.users(*(f"user{number}" for number in range(limits.BLOCKS_MAX + 1)))
    assert not trial.block(alice, others[0], on=False).changed
    results = trial.run(*(records.Block(alice, trial.names[other], True) for other in others))
    assert code(results[-1]) == "too_many"
    assert not trial.block(alice, others[0]).changed
    assert len(trial.home(alice).blocked) == limits.BLOCKS_MAX
    trial.delete_account(others[1])
    assert trial.block(alice, others[-1]).changed, "a deleted account takes no place"
    assert code(trial.run(records.Block(alice, "ALICE", True))[0]) == "not_allowed"
    assert code(trial.run(records.Block(alice, "nobody", True))[0]) == "not_found"


# ------------------------------------------------------------------------------------------ accounts that go


def test_deleted_account_is_nobody(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.say(direct, bob, "known to the store's memory")
    trial.say(direct, alice, "too")
    trial.profile(bob, "Bobby", "#000000")
    trial.block(bob, alice)
    trial.session(bob, b"1")
    trial.session(bob, b"2")
    gone = trial.delete_account(bob)
    assert (gone.ended, gone.purging) == ([1, 2], False)
    (left,) = gone.entries
    assert isinstance(left, Member)
    assert (left.conversation, left.change, left.user_name, left.sender_name) == (
        GENERAL,
        "left",
        DELETED,
        DELETED,
    )
    assert trial.sync(alice, GENERAL, after=2).entries == [left]
    assert code(trial.session(bob)) == "session_expired"
    for command in (
        records.SetPassword("bob", "x"),
        records.SetDisabled("bob", False),
        records.StartConversation(alice, "bob", 1),
        records.Block(alice, "bob", True),
        records.StartConversation(bob, "alice", 1),
        records.SetStatus(bob, "busy", ""),
        records.SetProfile(bob, "x", None, None),
        records.DeleteAccount(bob, "keep", 1),
    ):
        assert code(trial.run(command)[0]) == "not_found"
    assert code(trial.run(records.CreateUser("BOB", "hash", 1))[0]) == "name_taken", "never again"
    assert code(trial.reader.read(records.FindAccount("bob", b""))) == "not_found"
    assert code(trial.reader.read(records.ReadProfile(alice, "bob"))) == "not_found"
    assert trial.verify().problems == []


def test_direct_conversation_with_a_deleted_account_is_there_to_read(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    (of_bob, mine) = (trial.say(direct, bob, "hi")[0], trial.say(direct, alice, "hi")[0])
    trial.delete_account(bob)
    (row,) = trial.home(alice, only=[direct]).conversations
    assert (row.name, row.head) == (DELETED, 2)
    assert [message.sender_name for message in trial.history(alice, direct).messages] == ["alice", DELETED]
    refused = (
        trial.message(direct, alice, "x"),
        trial.message(direct, alice, "x", reply_to=of_bob.seq),
        trial.reaction(direct, alice, of_bob.seq),
        trial.edit(direct, alice, mine.seq, "x"),
    )
    assert [code(result) for result in trial.run(*refused)] == ["not_allowed"] * len(refused)
    assert trial.act(trial.deletion(direct, alice, mine.seq)).entry is not None


def test_no_page_of_members_ends_with_the_name_of_a_deleted_account(trial: Trial) -> None:
    zoe, _ = trial.users("zoe", "bob")
    direct = trial.direct(zoe, "bob")
    trial.delete_account(2)
    pages = [
        trial.read(records.ReadMembers(zoe, direct, after, 1), records.MembersRead)
        for after in ("", DELETED, "zoe")
    ]
    assert [([row.name for row in page.members], page.next) for page in pages] == [
        ([DELETED], DELETED),
        (["zoe"], None),
        ([], None),
    ]


def test_groups_of_a_deleted_account_are_handed_over(trial: Trial) -> None:
    """To the admin of longest standing, else to the member; where there is another owner, to nobody."""
    _, bob, carol, dave = trial.users("admin", "bob", "carol", "dave")
    to_admin = trial.group("admins", bob, carol, dave)
    to_member = trial.group("members", bob, carol, dave)
    owned = trial.group("owned", bob, carol, dave)
    alone = trial.group("alone", bob, public=True)
    trial.act(trial.role(to_admin, bob, dave, "admin"))
    trial.act(trial.role(owned, bob, dave, "owner"))
    entries = trial.delete_account(bob).entries
    roles = {entry.conversation: entry for entry in entries if isinstance(entry, RoleSet)}
    assert {place: (entry.user, entry.role) for place, entry in roles.items()} == {
        to_admin: (dave, "owner"),
        to_member: (carol, "owner"),
    }
    left = [entry.conversation for entry in entries if isinstance(entry, Member)]
    assert left == [GENERAL, to_admin, to_member, owned, alone]
    row = trial.home(carol, only=[to_member]).conversations[0]
    assert (row.role, row.members) == ("owner", 2)
    assert trial.sync(carol, to_member, after=3).entries == [
        e for e in entries if e.conversation == to_member
    ]
    assert trial.join(carol, "alone").conversation.role == "owner"
    assert trial.verify().problems == []


def test_administrator_is_not_deleted(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    assert code(trial.run(records.DeleteAccount(alice, "keep", 1))[0]) == "not_allowed"


def test_messages_of_a_deleted_account_go_with_it(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PURGE_SCANS", 7)
    monkeypatch.setattr(people, "PURGE_DELETES", 3)
    alice, bob = trial.users("alice", "bob")
    direct, group = trial.direct(alice, "bob"), trial.group("team", alice, bob)
    for number in range(6):
        trial.say(direct, bob, f"secret {number}", f"secret too {number}")
        trial.say(group, alice, *(["x"] * 4))
        trial.say(group, bob, f"secret in a group {number}")
    trial.act(trial.edit(group, bob, 7, "secret that was edited"))
    (removed,) = trial.say(group, bob, "secret where he is no more")
    trial.remove(group, alice, bob)
    assert trial.delete_account(bob, "delete").purging
    assert trial.backend.startup(0).purging == [bob]
    first = trial.do(records.PurgeMessages(bob, trial.now), records.Purged)
    assert first.more
    assert len(first.entries) <= 3
    assert all(isinstance(entry, Deleted) and entry.sender_name == DELETED for entry in first.entries)
    assert len(first.entries) + trial.purge(bob) == 19
    texts = [
        message.text for place in (direct, group) for message in trial.history(alice, place, 200).messages
    ]
    assert set(texts) == {"", "x"}
    assert texts.count("x") == 24
    assert trial.history(alice, group, 1, before=removed.seq + 1).messages[0].deleted_by == DELETED
    assert trial.backend.startup(0).purging == []
    assert trial.do(records.PurgeMessages(bob, 1), records.Purged) == records.Purged(bob, [], False)
    assert trial.verify().problems == []
