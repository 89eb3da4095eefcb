"""Whether a group is public, and what new members see of it, changed after it was made: by whom, for whom, and what stays."""

import pytest

from hubbub.schemas import records
from hubbub.schemas.events import VisibilitySet
from tests.store.stores import Trial, code
from tests.store.test_groups import everything


def listed(trial: Trial, user: int) -> list[str]:
    """Names of the groups that he finds."""
    return [row.name for row in trial.read(records.ReadGroups(user, "", "", 50), records.GroupsRead).groups]


def facts(trial: Trial, user: int, group: int) -> tuple[bool, str, int]:
    """Public, history, and where his own sight begins."""
    (row,) = trial.home(user, only=[group]).conversations
    return row.public, row.history, row.visible


def test_a_private_group_becomes_public_and_private_again(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("Team", alice, bob)
    entry = trial.act(trial.visibility(group, alice, True)).entry
    assert isinstance(entry, VisibilitySet)
    assert (entry.seq, entry.sender, entry.sender_name) == (3, alice, "alice")
    assert (entry.public, entry.history) == (True, None)
    assert trial.sync(bob, group, after=2).entries == [entry]
    assert listed(trial, carol) == ["general", "Team"]
    assert trial.join(carol, "team").conversation.public
    back = trial.act(trial.visibility(group, alice, False)).entry
    assert isinstance(back, VisibilitySet)
    assert (back.public, back.history) == (False, None)
    assert facts(trial, carol, group) == (False, "all", 0), "who is in it stays in it"
    assert listed(trial, carol) == ["general"]
    assert trial.verify().problems == []


def test_what_became_private_is_as_if_it_were_not(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("Team", alice, carol, public=True)
    other = trial.group("Other", alice, carol)
    trial.say(group, alice, "found before")
    trial.index()
    trial.act(trial.visibility(group, alice, False))
    assert trial.run(trial.joining(bob, "team")) == trial.run(trial.joining(bob, "nothing"))
    for place in (group, other):
        for foreign, nowhere in zip(everything(trial, place, bob), everything(trial, 999, bob), strict=True):
            assert trial.run(foreign) == trial.run(nowhere)
            assert code(trial.run(foreign)[0]) == "not_found"
    assert trial.found(bob, "found") == []
    free = trial.group("TEAM", bob, public=True)
    assert trial.join(carol, "team").conversation.conversation == free, "its name is free for others"


@pytest.mark.parametrize("history", ["all", "joined"])
def test_what_new_members_see_changes_for_nobody_who_is_in_it(trial: Trial, history: str) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    first, then = ("all", "joined") if history == "joined" else ("joined", "all")
    group = trial.group("team", alice, public=True, history=first)  # type: ignore[arg-type]  # one of the two
    trial.say(group, alice, "old")
    trial.join(bob, "team")
    before = [trial.history(user, group).messages for user in (alice, bob)]
    sight = facts(trial, bob, group)[2]
    entry = trial.act(trial.visibility(group, alice, history=then)).entry  # type: ignore[arg-type]  # as above
    assert isinstance(entry, VisibilitySet)
    assert (entry.public, entry.history) == (None, then)
    assert [trial.history(user, group).messages for user in (alice, bob)] == before
    assert facts(trial, bob, group) == (True, then, sight)
    trial.join(carol, "team")
    texts = [message.text for message in trial.history(carol, group).messages]
    assert texts == (["old"] if then == "all" else [])
    assert trial.verify().problems == []


def test_it_is_for_owners(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, bob, carol)
    trial.act(trial.role(group, alice, bob, "admin"))
    for user in (bob, carol):
        for command in (trial.visibility(group, user, True), trial.visibility(group, user)):
            assert code(trial.run(command)[0]) == "not_allowed"
    trial.act(trial.role(group, alice, bob, "owner"))
    assert trial.act(trial.visibility(group, bob, True, "joined")).entry is not None
    direct = trial.direct(alice, "bob")
    assert code(trial.run(trial.visibility(direct, alice, True))[0]) == "not_allowed"


def test_a_name_that_is_taken_leaves_all_as_it_was(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    taken = trial.group("TEAM", bob, public=True)
    group = trial.group("team", alice)
    refused = trial.run(trial.visibility(group, alice, True, "joined"))[0]
    assert refused == trial.run(trial.creation("team", alice, public=True))[0]
    assert code(refused) == "name_taken"
    assert facts(trial, alice, group) == (False, "all", 0)
    assert trial.sync(alice, group).head == 1
    trial.act(trial.visibility(taken, bob, False))
    assert trial.act(trial.visibility(group, alice, True, "joined")).entry is not None
    assert code(trial.run(trial.visibility(taken, bob, True))[0]) == "name_taken"


def test_two_of_one_name_in_one_batch(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    one, two = trial.group("team", alice), trial.group("team", bob)
    first, second = trial.run(trial.visibility(one, alice, True), trial.visibility(two, bob, True))
    assert isinstance(first, records.Acted)
    assert code(second) == "name_taken"
    assert trial.verify().problems == []


def test_what_changes_nothing_is_not_written(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    group = trial.group("team", alice, public=True)
    for command in (
        trial.visibility(group, alice),
        trial.visibility(group, alice, True),
        trial.visibility(group, alice, True, "all"),
    ):
        assert trial.act(command) == records.Acted(group, None, False)
    entry = trial.act(trial.visibility(group, alice, True, "joined")).entry
    assert isinstance(entry, VisibilitySet)
    assert (entry.seq, entry.public, entry.history) == (2, None, "joined"), "only what is another is told"


def test_a_repetition_does_not_undo_what_came_since(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    group = trial.group("team", alice)
    command = trial.visibility(group, alice, True)
    first = trial.act(command)
    trial.act(trial.visibility(group, alice, False))
    assert trial.act(command) == records.Acted(group, first.entry, True)
    assert facts(trial, alice, group)[0] is False


def test_who_comes_back_sees_what_the_group_says_now(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    (old,) = trial.say(group, alice, "old")
    trial.act(trial.visibility(group, alice, history="joined"))
    assert [message.text for message in trial.history(bob, group).messages] == ["old"]
    trial.remove(group, alice, bob)
    trial.add(group, alice, bob)
    assert trial.history(bob, group).messages == []
    assert code(trial.run(trial.reaction(group, bob, old.seq))[0]) == "not_found"
