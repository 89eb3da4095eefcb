"""Groups: made, joined, left; roles, names, topics; who may do what, and who sees what."""

from collections.abc import Callable

import pytest

from hubbub.schemas import records
from hubbub.schemas.events import Member, Renamed, RoleSet, TopicSet
from tests.store.stores import GENERAL, Trial, code


def test_group_logs_its_members(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    command = trial.creation("Team", alice, bob, alice, carol, bob, public=True, topic="work")
    made = trial.do(command, records.GroupCreated)
    row = made.conversation
    assert [(entry.seq, entry.user_name, entry.sender, entry.change) for entry in made.entries] == [
        (1, "alice", alice, "joined"),
        (2, "bob", alice, "joined"),
        (3, "carol", alice, "joined"),
    ]
    assert made.entered == [(alice, 2), (bob, 2), (carol, 2)]
    assert trial.sync(bob, row.conversation).entries == made.entries
    assert (row.kind, row.name, row.topic, row.public, row.role, row.members) == (
        *("group", "Team", "work", True, "owner", 3),
    )
    assert (row.head, row.joined, row.read, row.unread, row.history) == (3, 1, 1, 0, "all")
    assert trial.home(bob, only=[row.conversation]).conversations[0].role == "member"
    assert trial.verify().problems == []


def test_only_public_names_are_unique(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.group("Team", alice, public=True)
    assert code(trial.run(trial.creation("TEAM", bob, public=True))[0]) == "name_taken"
    assert code(trial.run(trial.creation("general", bob, public=True))[0]) == "name_taken"
    trial.group("team", bob)
    trial.group("general", bob)
    assert trial.backend.startup(0).general == GENERAL
    assert [row.name for row in trial.home(bob).conversations] == ["general", "team", "general"]


def test_group_with_an_unknown_member_is_not_made(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    command = records.CreateGroup(alice, b"k" * 16, "team", ["nobody"], False, "", "all", 1)
    assert code(trial.run(command)[0]) == "not_found"
    assert len(trial.home(alice).conversations) == 1


def test_same_key_again_is_the_same_group(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    command = trial.creation("team", alice, bob, public=True)
    first, second = trial.run(command, command)
    assert isinstance(first, records.GroupCreated)
    assert second == records.GroupCreated(first.conversation, [], [])
    (said,) = trial.say(GENERAL, alice, "x")
    assert code(trial.run(trial.creation("other", alice, key=said.key))[0]) == "key_conflict"


def test_public_group_is_joined_by_any_form_of_its_name(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("Team", alice, public=True)
    trial.say(group, alice, "before")
    joined = trial.join(bob, "TEAM")
    assert joined.entry is not None
    assert (joined.entry.seq, joined.entry.sender, joined.entry.change) == (3, bob, "joined")
    row = joined.conversation
    assert (row.conversation, row.role, row.joined, row.unread, row.members) == (group, "member", 3, 0, 2)
    assert joined.home_version == 2
    assert trial.join(bob, "team") == records.GroupJoined(row, None, 2), "he is in it already"
    assert [entry.seq for entry in trial.sync(bob, group).entries] == [1, 2, 3], "earlier history is his too"


def test_private_group_is_as_if_it_were_not(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("Team", alice)
    hidden, nothing = trial.run(trial.joining(bob, "team"), trial.joining(bob, "nothing"))
    assert hidden == nothing
    assert code(hidden) == "not_found"
    for foreign, nowhere in zip(everything(trial, group, bob), everything(trial, 999, bob), strict=True):
        assert trial.run(foreign) == trial.run(nowhere)
        assert code(trial.run(foreign)[0]) == "not_found"


def everything(trial: Trial, conversation: int, user: int) -> list[records.Write]:
    """All that one can do in a conversation."""
    return [
        trial.message(conversation, user, "x"),
        trial.message(conversation, user, "x", reply_to=1, mentions=["alice"], everyone=True),
        trial.edit(conversation, user, 1, "x"),
        trial.deletion(conversation, user, 1),
        trial.reaction(conversation, user, 1),
        trial.pin(conversation, user, 1),
        trial.addition(conversation, user, "bob"),
        trial.removal(conversation, user, "alice"),
        trial.removal(conversation, user, "bob"),
        trial.leaving(conversation, user),
        trial.role(conversation, user, "alice", "member"),
        trial.renaming(conversation, user, "mine"),
        trial.topic(conversation, user, "mine"),
        trial.visibility(conversation, user, True, "all"),
        trial.visibility(conversation, user, False, "joined"),
        records.MarkRead(conversation, user, 1),
        records.Mute(conversation, user, 1),
    ]


def test_history_since_joining_hides_what_was_before(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, public=True, history="joined")
    (secret,) = trial.say(group, alice, "secret")
    row = trial.join(bob, "team").conversation
    assert (row.joined, row.visible, row.history) == (3, 2, "joined")
    commands = (
        trial.message(group, bob, "re", reply_to=secret.seq),
        trial.reaction(group, bob, secret.seq),
        trial.edit(group, bob, secret.seq, "x"),
        trial.deletion(group, bob, secret.seq),
        trial.pin(group, bob, secret.seq),
    )
    assert {code(result) for result in trial.run(*commands)} == {"not_found"}
    assert trial.run(*commands) == trial.run(
        trial.message(group, bob, "re", reply_to=99),
        *(trial.reaction(group, bob, 99), trial.edit(group, bob, 99, "x")),
        *(trial.deletion(group, bob, 99), trial.pin(group, bob, 99)),
    )
    assert [entry.seq for entry in trial.sync(bob, group).entries] == [3]


def test_members_come_and_go(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice)
    trial.say(group, alice, "before")
    joined = trial.add(group, alice, bob)
    assert joined.entry is not None
    assert (joined.entry.seq, joined.entry.change, joined.home_version) == (3, "joined", 2)
    assert trial.unread(bob, group) == 0, "what was said before he came is history, not unread"
    assert trial.add(group, alice, bob) == records.MemberChanged(group, None, False, 2)
    assert code(trial.run(trial.addition(group, carol, carol))[0]) == "not_found"
    removed = trial.remove(group, alice, bob)
    assert removed.entry is not None
    assert (removed.entry.change, removed.entry.seq, removed.home_version) == ("removed", 4, 3)
    assert code(trial.run(trial.removal(group, alice, bob))[0]) == "not_found"
    left = trial.leave(group, alice)
    assert left.entry is not None
    assert left.entry.change == "left"
    assert trial.verify().problems == []


def test_who_may_bring_somebody_in(trial: Trial) -> None:
    alice, bob, carol, dave = trial.users("alice", "bob", "carol", "dave")
    private = trial.group("private", alice, bob, carol)
    public = trial.group("public", alice, bob, public=True)
    assert code(trial.run(trial.addition(private, bob, dave))[0]) == "not_allowed"
    trial.act(trial.role(private, alice, bob, "admin"))
    assert trial.add(private, bob, dave).entry is not None
    assert trial.add(public, bob, dave).entry is not None
    assert code(trial.run(trial.addition(public, bob, "nobody"))[0]) == "not_found"
    trial.block(carol, bob)
    assert code(trial.run(trial.addition(public, bob, carol))[0]) == "not_allowed"
    assert code(trial.run(trial.creation("new", bob, carol))[0]) == "not_allowed"
    assert trial.add(public, alice, carol).entry is not None


@pytest.mark.parametrize(
    ("actor", "gone", "kept"),
    [
        ("owner", ["owner2", "admin", "member"], []),
        ("admin", ["member"], ["owner", "admin2"]),
        ("member", [], []),
    ],
)
def test_who_may_remove_whom(trial: Trial, actor: str, gone: list[str], kept: list[str]) -> None:
    names = ("owner", "owner2", "admin", "admin2", "member", "member2")
    ids = dict(zip(names, trial.users(*names), strict=True))
    group = trial.group("team", *ids.values())
    trial.act(trial.role(group, ids["owner"], "owner2", "owner"))
    for name in ("admin", "admin2"):
        trial.act(trial.role(group, ids["owner"], name, "admin"))
    if actor == "member":
        kept = [name for name in names if name != actor]
    for name in kept:
        assert code(trial.run(trial.removal(group, ids[actor], name))[0]) == "not_allowed"
    for name in gone:
        assert trial.remove(group, ids[actor], ids[name]).entry is not None


def test_last_owner_cannot_leave_the_others_without_one(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    for command in (trial.leaving(group, alice), trial.removal(group, alice, alice)):
        assert code(trial.run(command)[0]) == "not_allowed"
    assert code(trial.run(trial.role(group, alice, alice, "member"))[0]) == "not_allowed"
    trial.act(trial.role(group, alice, bob, "owner"))
    trial.leave(group, alice)
    assert code(trial.run(trial.leaving(group, alice))[0]) == "not_found"
    trial.leave(group, bob)


def test_group_without_an_owner_gets_the_next_who_joins(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, public=True)
    trial.leave(group, alice)
    assert trial.join(bob, "team").conversation.role == "owner"
    assert trial.join(carol, "team").conversation.role == "member"
    assert trial.home(bob, only=[group]).conversations[0].members == 2


def test_roles_are_given_by_owners(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, bob)
    command = trial.role(group, alice, "BOB", "admin")
    entry = trial.act(command).entry
    assert isinstance(entry, RoleSet)
    assert (entry.seq, entry.user, entry.user_name, entry.role, entry.sender) == (
        3,
        bob,
        "bob",
        "admin",
        alice,
    )
    assert trial.act(command) == records.Acted(group, entry, True)
    assert trial.act(trial.role(group, alice, bob, "admin")).entry is None, "he is one already"
    assert code(trial.run(trial.role(group, bob, bob, "owner"))[0]) == "not_allowed"
    assert code(trial.run(trial.role(group, alice, carol, "admin"))[0]) == "not_found"
    assert trial.home(bob, only=[group]).conversations[0].role == "admin"
    assert trial.sync(bob, group, after=2).entries == [entry]


def test_name_and_topic_are_set_by_owners_and_admins(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, bob, carol, public=True)
    trial.group("other", alice, public=True)
    trial.act(trial.role(group, alice, bob, "admin"))
    assert code(trial.run(trial.renaming(group, carol, "mine"))[0]) == "not_allowed"
    assert code(trial.run(trial.topic(group, carol, "mine"))[0]) == "not_allowed"
    assert code(trial.run(trial.renaming(group, bob, "OTHER"))[0]) == "name_taken"
    renamed = trial.act(trial.renaming(group, bob, "TEAM"))
    assert isinstance(renamed.entry, Renamed)
    assert renamed.entry.name == "TEAM"
    topic = trial.act(trial.topic(group, bob, "what we do"))
    assert isinstance(topic.entry, TopicSet)
    assert topic.entry.topic == "what we do"
    assert trial.act(trial.renaming(group, bob, "TEAM")).entry is None
    assert trial.act(trial.topic(group, bob, "what we do")).entry is None
    row = trial.home(carol, only=[group]).conversations[0]
    assert (row.name, row.topic) == ("TEAM", "what we do")
    assert trial.sync(carol, group, after=4).entries == [renamed.entry, topic.entry]
    trial.act(trial.renaming(group, bob, "new"))
    assert code(trial.run(trial.joining(carol, "team"))[0]) == "not_found"
    assert trial.join(carol, "new").entry is None


def test_private_group_takes_any_name(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.group("other", alice, public=True)
    group = trial.group("team", bob)
    assert trial.act(trial.renaming(group, bob, "Other")).entry is not None


def test_previous_member_sees_and_writes_nothing(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    trial.say(group, bob, "known to the store's memory")
    trial.say(group, alice, "secret")
    trial.index()
    trial.remove(group, alice, bob)
    assert trial.home(bob, only=[group]).conversations == []
    refused = trial.reader.read(records.ReadSync(bob, group, 0, 10))
    assert code(refused) == "not_found"
    assert trial.reader.read(records.ReadSync(bob, 999, 0, 10)) == refused
    assert trial.reader.read(records.ReadHistory(bob, group, None, None, None, 10)) == refused
    search = records.ReadSearch(bob, "secret", group, None, None, None, "newest", 0, 10)
    assert trial.reader.read(search) == refused
    assert trial.found(bob, "secret") == []
    for command in everything(trial, group, bob):
        assert code(trial.run(command)[0]) == "not_found"
    assert trial.sync(alice, group).head == 5


def test_removal_in_the_same_batch_counts_at_once(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    results = trial.run(
        trial.message(group, bob, "1"),
        trial.removal(group, alice, bob),
        trial.message(group, bob, "2"),
        trial.addition(group, alice, bob),
        trial.message(group, bob, "3"),
    )
    assert [isinstance(result, records.Refused) for result in results] == [False, False, True, False, False]


Making = Callable[[Trial, int, int, bytes], records.Act]
ACTS: list[Making] = [
    lambda trial, group, _, key: trial.addition(group, 1, "carol", key),
    lambda trial, group, _, key: trial.removal(group, 1, "bob", key),
    lambda trial, group, _, key: trial.role(group, 1, "bob", "admin", key),
    lambda trial, group, _, key: trial.renaming(group, 1, "new", key),
    lambda trial, group, _, key: trial.topic(group, 1, "new", key),
    lambda trial, group, _, key: trial.visibility(group, 1, True, "joined", key),
    lambda trial, group, seq, key: trial.edit(group, 1, seq, "new", "bob", key=key),
    lambda trial, group, seq, key: trial.deletion(group, 1, seq, key),
    lambda trial, group, seq, key: trial.reaction(group, 1, seq, key=key),
    lambda trial, group, seq, key: trial.pin(group, 1, seq, key=key),
]


@pytest.mark.parametrize("making", ACTS)
def test_same_key_again_is_the_same_answer(trial: Trial, making: Making) -> None:
    """In one batch, later, and not for anything else."""
    alice, _, _ = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, 2)
    (said,) = trial.say(group, alice, "x")
    command = making(trial, group, said.seq, b"k" * 16)
    first, second = trial.run(command, command)
    assert isinstance(first, records.Acted | records.MemberChanged)
    assert isinstance(second, records.Acted | records.MemberChanged)
    assert (first.duplicate, second.duplicate) == (False, True)
    assert second.entry == first.entry is not None
    assert trial.run(command) == [second]
    assert trial.sync(alice, group, said.seq).entries == [first.entry], "it is there once"
    assert code(trial.run(trial.message(group, alice, "x", b"k" * 16))[0]) == "key_conflict"
    assert code(trial.run(making(trial, group, said.seq, said.key))[0]) == "key_conflict"
    assert code(trial.run(making(trial, GENERAL, 1, b"k" * 16))[0]) == "key_conflict"
    assert trial.verify().problems == []


def test_who_left_is_told_so_again(trial: Trial) -> None:
    """No answer came, and he asks once more: he is in it no more, but it was he who left."""
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    command = trial.leaving(group, bob)
    first, second = trial.run(command, command)
    assert isinstance(first, records.MemberChanged)
    assert isinstance(first.entry, Member)
    assert second == records.MemberChanged(group, first.entry, True, first.home_version)
    assert code(trial.run(trial.leaving(group, bob))[0]) == "not_found"
