"""Direct conversations, read markers, mutes."""

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


def test_direct_conversation_is_no_group(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    commands = (
        trial.addition(direct, alice, carol),
        trial.removal(direct, alice, bob),
        trial.removal(direct, alice, alice),
        trial.leaving(direct, alice),
        trial.role(direct, alice, bob, "admin"),
        trial.renaming(direct, alice, "us"),
        trial.topic(direct, alice, "all and nothing"),
    )
    assert [code(result) for result in trial.run(*commands)] == ["not_allowed"] * len(commands)
    assert trial.sync(alice, direct).head == 0


def test_marker_moves_forward_only_and_not_beyond_the_head(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.say(direct, alice, "1", "2", "3")
    assert trial.unread(bob, direct) == 3
    assert trial.read_up_to(direct, bob, 2) == records.Marked(direct, bob, 2, 3, True, True)
    assert trial.unread(bob, direct) == 1
    assert trial.read_up_to(direct, bob, 1) == records.Marked(direct, bob, 2, 3, False, True)
    assert trial.read_up_to(direct, bob, 99) == records.Marked(direct, bob, 3, 4, True, True)
    assert trial.unread(bob, direct) == 0
    trial.profile(bob, receipts=False)
    assert not trial.read_up_to(direct, bob, 99).shown


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


def test_conversation_is_muted_until_a_time(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    assert trial.do(records.Mute(direct, bob, 5_000), records.MuteSet) == records.MuteSet(
        direct, bob, 5_000, 3
    )
    assert [row.muted_until for row in trial.home(bob).conversations] == [0, 5_000]
    assert trial.home(alice, only=[direct]).conversations[0].muted_until == 0
    assert trial.do(records.Mute(direct, bob, 0), records.MuteSet).home_version == 4
    assert trial.home(bob, only=[direct]).conversations[0].muted_until == 0
    (carol,) = trial.users("carol")
    assert code(trial.run(records.Mute(direct, carol, 5))[0]) == "not_found"
