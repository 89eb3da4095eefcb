"""Entries as they are read later: with what came to a message since, and nothing that was taken away."""

import pytest

from hubbub.schemas import limits
from hubbub.schemas.events import (
    AnyEntry,
    Deleted,
    Edited,
    Message,
    Person,
    Pinned,
    Reacted,
    Reaction,
    RoleSet,
    VisibilitySet,
)
from hubbub.schemas.names import DELETED
from tests.store.stores import GENERAL, Trial


def last(trial: Trial, user: int, conversation: int = GENERAL) -> Message:
    return trial.history(user, conversation, 1).messages[0]


def test_reactions_stand_in_the_order_in_which_they_came(trial: Trial) -> None:
    users = trial.users(*(f"user{number:02}" for number in range(15)))
    first, *others = users
    (said,) = trial.say(GENERAL, first, "vote")
    trial.act(trial.reaction(GENERAL, others[0], said.seq, "🎉"))
    for user in reversed(users):
        trial.act(trial.reaction(GENERAL, user, said.seq, "👍"))
    trial.act(trial.reaction(GENERAL, users[-1], said.seq, "👍", on=False))
    trial.act(trial.reaction(GENERAL, users[-1], said.seq, "👍"))
    party, thumb = last(trial, others[1]).reactions
    assert party == Reaction("🎉", 1, [Person(others[0], "user01")], False)
    shown = [person.user for person in thumb.users]
    assert (thumb.emoji, thumb.count, thumb.mine) == ("👍", 15, True)
    assert shown == users[-2::-1][: limits.REACTORS_SHOWN]
    assert [reaction.mine for reaction in last(trial, others[0]).reactions] == [True, True]
    assert [reaction.mine for reaction in last(trial, first).reactions] == [False, True]


def test_page_keeps_apart_what_belongs_to_each_message(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.run(*(trial.message(GENERAL, alice, f"{number} @bob", mentions=["bob"]) for number in range(4)))
    trial.act(trial.edit(GENERAL, alice, 4, "1 again", everyone=True))
    trial.act(trial.pin(GENERAL, alice, 5))
    trial.act(trial.reaction(GENERAL, bob, 5))
    trial.act(trial.reaction(GENERAL, bob, 6, "🎉"))
    trial.act(trial.deletion(GENERAL, alice, 6))
    plain, edited, pinned, gone = trial.history(bob, GENERAL).messages[::-1]
    assert (plain.text, plain.mentions, plain.everyone, plain.edited_at) == (
        "0 @bob",
        [Person(bob, "bob")],
        False,
        0,
    )
    assert (edited.text, edited.mentions, edited.everyone) == ("1 again", [], True)
    assert edited.edited_at > edited.at
    assert [message.pinned for message in (plain, edited, pinned, gone)] == [False, False, True, False]
    assert [message.text for message in (pinned, gone)] == ["2 @bob", ""]
    assert pinned.reactions == [Reaction("👍", 1, [Person(bob, "bob")], True)]
    assert (gone.reactions, gone.mentions, gone.deleted_by) == ([], [], "alice")
    assert gone.deleted_at > gone.at


def test_log_tells_every_kind_of_entry(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    trial.say(group, alice, "one", "two")
    trial.act(trial.edit(group, alice, 3, "uno"))
    trial.act(trial.edit(group, alice, 4, "due"))
    trial.act(trial.reaction(group, bob, 4, "🎉"))
    trial.act(trial.reaction(group, bob, 4, "🎉", on=False))
    trial.act(trial.pin(group, alice, 3))
    trial.act(trial.pin(group, alice, 3, on=False))
    trial.act(trial.deletion(group, alice, 4))
    trial.act(trial.renaming(group, alice, "crew"))
    trial.act(trial.topic(group, alice, "work"))
    trial.act(trial.visibility(group, alice, True))
    trial.act(trial.visibility(group, alice, False, "joined"))
    trial.act(trial.visibility(group, alice, history="all"))
    trial.act(trial.role(group, alice, bob, "admin"))
    entries = trial.sync(bob, group, 4).entries
    assert [told(entry) for entry in entries] == [
        ("edited", 3, "uno"),
        ("edited", 4, ""),
        ("reacted", 4, "🎉", True),
        ("reacted", 4, "🎉", False),
        ("pinned", 3, True),
        ("pinned", 3, False),
        ("deleted", 4),
        ("renamed", "crew"),
        ("topic", "work"),
        ("visibility", True, None),
        ("visibility", False, "joined"),
        ("visibility", None, "all"),
        ("role", bob, "bob", "admin"),
    ]
    assert [entry.seq for entry in entries] == list(range(5, 18))


def told(entry: AnyEntry) -> tuple[object, ...]:
    kind = str(entry.__struct_config__.tag)
    if isinstance(entry, Edited):
        return kind, entry.target, entry.text
    if isinstance(entry, Reacted):
        return kind, entry.target, entry.emoji, entry.on
    if isinstance(entry, Pinned):
        return kind, entry.target, entry.on
    if isinstance(entry, Deleted):
        return kind, entry.target
    if isinstance(entry, VisibilitySet):
        return kind, entry.public, entry.history
    if isinstance(entry, RoleSet):
        return kind, entry.user, entry.user_name, entry.role
    return kind, getattr(entry, "name", None) or getattr(entry, "topic", None)


@pytest.mark.parametrize("author", ["alice", "bob"])
def test_deleted_account_is_nobody(trial: Trial, author: str) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    trial.run(
        trial.message(GENERAL, {"alice": alice, "bob": bob}[author], "hi @bob @carol", mentions=["carol"])
    )
    trial.act(trial.reaction(GENERAL, bob, 4))
    trial.delete_account(bob)
    message = last(trial, carol)
    assert message.sender_name == (DELETED if author == "bob" else "alice")
    assert message.reactions == [Reaction("👍", 1, [Person(bob, DELETED)], False)]
    trial.act(trial.deletion(GENERAL, alice, 4))
    assert last(trial, carol).deleted_by == "alice"
