"""Direct conversations, groups, read markers."""

from hubbub.schemas import records
from hubbub.schemas.events import Member
from tests.store.stores import GENERAL, Trial, code


def test_two_users_have_one_conversation(trial: Trial) -> None:
    alice, bob = trial.users("alice", "Bob")
    started = trial.do(records.StartConversation(alice, "BOB", 1), records.ConversationStarted)
    assert (started.created, started.entered) == (True, [(alice, 2), (bob, 2)])
    row = started.conversation
    assert (row.kind, row.name, row.partner, row.head, row.unread) == ("direct", "Bob", bob, 0, 0)
    trial.say(row.conversation, alice, "hi")
    back = trial.do(records.StartConversation(bob, "alice", 1), records.ConversationStarted)
    assert (back.created, back.entered) == (False, [])
    assert (back.conversation.conversation, back.conversation.name) == (row.conversation, "alice")
    assert (back.conversation.head, back.conversation.unread) == (1, 1)


def test_one_can_talk_to_oneself(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    started = trial.do(records.StartConversation(alice, "alice", 1), records.ConversationStarted)
    assert (started.conversation.partner, started.entered) == (alice, [(alice, 2)])
    trial.say(started.conversation.conversation, alice, "note")
    assert trial.unread(alice, started.conversation.conversation) == 0


def test_partner_must_be_there_but_may_be_disabled(trial: Trial) -> None:
    alice, _ = trial.users("alice", "bob")
    assert code(trial.run(records.StartConversation(alice, "nobody", 1))[0]) == "not_found"
    trial.run(records.SetDisabled("bob", True))
    trial.do(records.StartConversation(alice, "bob", 1), records.ConversationStarted)


def test_group_logs_its_members(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    made = trial.do(records.CreateGroup("Team", [alice, bob, alice], 1), records.GroupCreated)
    assert [(entry.seq, entry.user, entry.sender) for entry in made.entries] == [
        (1, alice, alice),
        (2, bob, alice),
    ]
    assert made.entered == [(alice, 2), (bob, 2)]
    assert trial.sync(bob, made.conversation).entries == made.entries
    assert code(trial.run(records.CreateGroup("TEAM", [bob], 1))[0]) == "name_taken"
    assert code(trial.run(records.CreateGroup("other", [alice, 99], 1))[0]) == "not_found"
    assert code(trial.run(records.CreateGroup("general", [alice], 1))[0]) == "name_taken"


def test_members_come_and_go(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice)
    trial.say(group, alice, "before")
    joined = trial.do(records.AddMember(group, bob, alice, 1), records.MemberChanged)
    assert (joined.entry.seq, joined.entry.change, joined.home_version) == (3, "joined", 2)
    assert trial.unread(bob, group) == 0, "what was said before he came is history, not unread"
    assert code(trial.run(records.AddMember(group, bob, alice, 1))[0]) == "name_taken"
    assert code(trial.run(records.AddMember(group, carol, carol, 1))[0]) == "not_found"
    assert code(trial.run(records.RemoveMember(group, alice, bob, 1))[0]) == "not_allowed"
    removed = trial.do(records.RemoveMember(group, bob, alice, 1), records.MemberChanged)
    assert (removed.entry.change, removed.entry.seq, removed.home_version) == ("removed", 4, 3)
    left = trial.do(records.RemoveMember(group, alice, alice, 1), records.MemberChanged)
    assert left.entry.change == "left"
    assert code(trial.run(records.RemoveMember(group, bob, alice, 1))[0]) == "not_found"


def test_direct_conversation_takes_no_third(trial: Trial) -> None:
    alice, _, carol = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    assert code(trial.run(records.AddMember(direct, carol, alice, 1))[0]) == "not_found"
    assert code(trial.run(records.RemoveMember(direct, alice, alice, 1))[0]) == "not_found"


def test_previous_member_sees_nothing(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    trial.say(group, alice, "secret")
    trial.index()
    trial.run(records.RemoveMember(group, bob, bob, 1))
    assert trial.home(bob, only=[group]).conversations == []
    refused = trial.reader.read(records.ReadSync(bob, group, 0, 10))
    assert code(refused) == "not_found"
    assert trial.reader.read(records.ReadSync(bob, 999, 0, 10)) == refused
    assert trial.reader.read(records.ReadHistory(bob, group, None, None, None, 10)) == refused
    assert trial.reader.read(records.ReadSearch(bob, "secret", group, 0, 10)) == refused
    assert trial.search(bob, "secret").messages == []
    assert trial.run(records.MarkRead(group, bob, 1))[0] == refused


def test_marker_moves_forward_only_and_not_beyond_the_head(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.say(direct, alice, "1", "2", "3")
    assert trial.unread(bob, direct) == 3
    moved = trial.do(records.MarkRead(direct, bob, 2), records.Marked)
    assert moved == records.Marked(direct, bob, 2, 3, True)
    assert trial.unread(bob, direct) == 1
    assert trial.do(records.MarkRead(direct, bob, 1), records.Marked) == records.Marked(
        direct, bob, 2, 3, False
    )
    assert trial.do(records.MarkRead(direct, bob, 99), records.Marked) == records.Marked(
        direct, bob, 3, 4, True
    )
    assert trial.unread(bob, direct) == 0


def test_sending_reads_nothing_and_own_messages_do_not_count(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.say(direct, alice, "1")
    trial.say(direct, bob, "2", "3")
    trial.say(direct, alice, "4")
    assert (trial.unread(bob, direct), trial.unread(alice, direct)) == (2, 2)


def test_membership_is_no_message(trial: Trial) -> None:
    alice, _, _ = trial.users("alice", "bob", "carol")
    row = trial.home(alice, only=[GENERAL]).conversations[0]
    assert (row.head, row.read, row.unread, row.last_message) == (3, 1, 0, None)
    assert all(isinstance(entry, Member) for entry in trial.sync(alice, GENERAL).entries)
