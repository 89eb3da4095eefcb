"""What conversations are called, and what the client knows of them; messages and events as callers see them."""

from typing import Any

import pytest

from hubbub.client import errors, events
from hubbub.client.directory import Directory
from hubbub.client.folding import Change, changed
from hubbub.client.models import (
    FOR_EVER,
    Hit,
    Reaction,
    conversation_of,
    hit_of,
    message_of,
    moment,
    muted,
    muting,
    recipient,
)
from hubbub.client.telling import told
from hubbub.schemas import events as wire
from hubbub.schemas import replies
from tests.client.driver import message, row

ME, BOB, EVE = 1, 9, 8


def entry(kind: type[Any], seq: int, sender: int = BOB, **fields: Any) -> Any:
    name = {ME: "alice", BOB: "bob", EVE: "eve"}[sender]
    return kind(conversation=7, seq=seq, position=seq, at=seq, sender=sender, sender_name=name, **fields)


def group(number: int, name: str = "team", head: int = 3, **more: Any) -> replies.Conversation:
    return row(number, head, kind="group", name=name, **more)


def called(*rows: replies.Conversation) -> Directory:
    directory = Directory()
    directory.put(rows, 1)
    return directory


# --------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize("order", [1, -1])
def test_namesakes_are_told_apart_in_the_same_way_on_all_devices(order: int) -> None:
    directory = called(*[group(9), group(4), group(6, "TEAM"), group(5, "other")][::order])
    assert [directory.name(number) for number in (4, 6, 9, 5)] == ["#team", "#TEAM~6", "#team~9", "#other"]
    assert [directory.find(recipient(name)) for name in ("#team", "#Team~6", "#team~9")] == [4, 6, 9]
    assert directory.find(recipient("#team~4")) == 4
    assert directory.find(recipient("#team~5")) is None


def test_nobody_takes_a_name_over_by_bringing_the_user_into_another_group() -> None:
    """However old that group is, and whether it is public or not."""
    assert called(group(4, since=70), group(9, since=50)).name(9) == "#team"
    assert called(group(4, since=70, public=True), group(9, since=50)).name(4) == "#team~4"


def test_deleted_partners_are_told_apart() -> None:
    directory = called(row(3, 1, name="deleted user"), row(5, 1, name="deleted user"))
    assert [directory.name(3), directory.name(5)] == ["@deleted user", "@deleted user~5"]
    assert directory.find(recipient("@deleted user~5")) == 5


@pytest.mark.parametrize("to", ["#team~", "#team~x", "#team~07", "@bob~3", "deleted user", "#deleted user"])
def test_what_no_conversation_is_called(to: str) -> None:
    with pytest.raises(errors.BadRequest):
        recipient(to)


def test_a_name_goes_with_its_group() -> None:
    directory = called(group(4), group(9))
    assert directory.put([group(9)], 2, complete=True) == [4]
    assert directory.name(9) == "#team"
    assert directory.name(4) == "?4"


# ----------------------------------------------------------------------------------------------------- what changes them


def test_entries_change_what_a_row_says_and_older_rows_do_not_change_it_back() -> None:
    directory = called(group(7, members=2))
    renamed = entry(wire.Renamed, 4, name="crew")
    assert directory.apply(renamed, ME)
    (told_of,) = told(renamed, directory, "#team")
    assert isinstance(told_of, events.GroupRenamed)
    assert (told_of.conversation, told_of.name, told_of.before) == ("#crew", "#crew", "#team")
    assert directory.apply(entry(wire.TopicSet, 5, topic="work"), ME)
    assert directory.apply(entry(wire.RoleSet, 6, user=ME, user_name="alice", role="admin"), ME)
    assert not directory.apply(entry(wire.RoleSet, 7, user=EVE, user_name="eve", role="owner"), ME)
    assert directory.apply(entry(wire.Member, 8, user=EVE, user_name="eve", change="joined"), ME)
    assert directory.apply(entry(wire.VisibilitySet, 9, public=True, history=None), ME)
    assert directory.apply(entry(wire.VisibilitySet, 10, public=None, history="joined"), ME)
    directory.put([group(7, head=7, members=2)], 2)
    now = directory.row(7)
    assert (now.name, now.topic, now.role, now.members) == ("crew", "work", "admin", 3)
    assert (now.public, now.history) == (True, "joined")
    assert directory.find(recipient("#crew")) == 7
    assert directory.find(recipient("#team")) is None


def test_a_deleted_text_leaves_the_preview_too() -> None:
    last = message(7, 3)
    last.text = "x" * 256
    directory = called(group(7, last_message=last))
    assert not directory.apply(entry(wire.Deleted, 4, target=2), ME)
    assert directory.apply(entry(wire.Edited, 5, target=3, text="y" * 300), ME)
    assert directory.row(7).last_message.text == "y" * 256  # type: ignore[union-attr]
    assert directory.apply(entry(wire.Deleted, 6, target=3), ME)
    assert directory.row(7).last_message.text == ""  # type: ignore[union-attr]


def test_an_entry_that_home_has_already_changes_nothing() -> None:
    directory = called(group(7, "newest", head=9))
    renamed = entry(wire.Renamed, 4, name="crew")
    assert not directory.apply(renamed, ME)
    assert directory.name(7) == "#newest"


def test_older_answers_do_not_unmute_or_unblock() -> None:
    directory = called(group(7))
    assert directory.mute(wire.Muted(home_version=4, conversation=7, until=99))
    assert directory.block(wire.Blocked(home_version=5, user=BOB, user_name="bob", on=True))
    directory.put([group(7)], 3)
    directory.put([group(7)])
    directory.put_blocked([], 3)
    assert (directory.row(7).muted_until, directory.blocked) == (99, {BOB: "bob"})
    assert not directory.mute(wire.Muted(home_version=2, conversation=7, until=1))
    directory.put([group(7)], 6)
    directory.put_blocked([], 6)
    assert (directory.row(7).muted_until, directory.blocked) == (0, {})


# ---------------------------------------------------------------------------------------------------- folding messages


def fold(*entries: Change, me: int = ME) -> wire.Message:
    said = message(7, 1)
    for one in entries:
        said = changed(said, one, me)
    return said


def test_an_edit_changes_the_text_and_an_older_one_does_not_change_it_back() -> None:
    newer, older = entry(wire.Edited, 5, target=1, text="C"), entry(wire.Edited, 4, target=1, text="B")
    assert (fold(older, newer).text, fold(newer, older).text) == ("C", "C")
    superseded = entry(wire.Edited, 6, target=1, text="")
    assert fold(newer, superseded).text == "C"


def test_a_deleted_message_stays_deleted() -> None:
    gone = entry(wire.Deleted, 5, EVE, target=1)
    late = entry(wire.Edited, 6, target=1, text="B")
    reacted = entry(wire.Reacted, 4, target=1, emoji="👍", on=True)
    pinned = entry(wire.Pinned, 7, target=1, on=True)
    now = fold(reacted, gone, late, pinned, reacted)
    assert (now.text, now.deleted_at, now.deleted_by) == ("", 5, "eve")
    assert (now.pinned, now.reactions) == (False, [])


def test_reactions_are_counted_once() -> None:
    on = [entry(wire.Reacted, seq, who, target=1, emoji="👍", on=True) for seq, who in ((4, BOB), (5, ME))]
    off = entry(wire.Reacted, 6, BOB, target=1, emoji="👍", on=False)
    people = [wire.Person(BOB, "bob"), wire.Person(ME, "alice")]
    assert fold(*on, on[0]).reactions == [wire.Reaction("👍", 2, people, True)]
    assert fold(*on, off, off).reactions == [wire.Reaction("👍", 1, people[1:], True)]
    assert fold(on[0], off).reactions == []
    assert not fold(*on, me=EVE).reactions[0].mine


def test_reactions_of_more_than_are_named_are_counted_too() -> None:
    shown = [wire.Person(number, f"user{number}") for number in range(20, 30)]
    said = message(7, 1)
    said.reactions = [wire.Reaction("👍", 12, shown, False)]
    now = changed(said, entry(wire.Reacted, 4, ME, target=1, emoji="👍", on=True), ME)
    assert (now.reactions[0].count, now.reactions[0].users, now.reactions[0].mine) == (13, shown, True)


# ---------------------------------------------------------------------------------------------- as callers see them


def test_a_message_as_callers_see_it() -> None:
    said = message(7, 4)
    said.reply_to, said.mentions, said.everyone = 2, [wire.Person(EVE, "eve")], True
    said.edited_at, said.pinned = 120, True
    said.reactions = [wire.Reaction("👍", 1, [wire.Person(EVE, "eve")], False)]
    shown = message_of(said, "#team", {BOB: "bob"})
    assert (shown.reply_to, shown.mentions, shown.everyone, shown.pinned) == (2, ("eve",), True, True)
    assert (shown.edited_at, shown.deleted_at, shown.deleted_by) == (moment(120), None, None)
    assert shown.reactions == (Reaction(emoji="👍", count=1, users=("eve",), mine=False),)
    assert shown.blocked
    assert not message_of(said, "#team").blocked


def test_a_hit_shows_its_matches() -> None:
    said = message(7, 4)
    said.text = "今天天气很好 and sunny"
    hit = hit_of(replies.Hit(message=said, marks=[(2, 4), (11, 16)]), "#team")
    assert isinstance(hit, Hit)
    assert hit.marked() == "今天[天气]很好 and [sunny]"
    assert hit.marked("<b>", "</b>").startswith("今天<b>天气</b>")


def test_mutes_as_callers_see_them() -> None:
    assert [muted(0), muted(99), muted(2**53 - 1)] == [None, moment(99), FOR_EVER]
    assert [muting(muted(until)) for until in (0, 99, 2**53 - 1)] == [0, 99, 2**53 - 1]
    assert conversation_of(group(7, muted_until=2**53 - 1)).muted_until == FOR_EVER
