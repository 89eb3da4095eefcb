"""Edits, deletions, reactions, pins, replies and mentions."""

from hubbub.schemas import limits, records
from hubbub.schemas.events import Deleted, Edited, Message, Person, Pinned, Reacted
from tests.store.stores import GENERAL, Trial, accepted, code


def one(trial: Trial, user: int, conversation: int, seq: int) -> Message:
    """The message as the user reads it now."""
    (found,) = trial.history(user, conversation, 1, before=seq + 1).messages
    assert found.seq == seq
    return found


# ------------------------------------------------------------------------------------------------- edits


def test_edit_is_an_entry_and_the_message_shows_it(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    (said,) = trial.say(direct, alice, "teh")
    entry = trial.act(trial.edit(direct, alice, said.seq, "the")).entry
    assert isinstance(entry, Edited)
    assert (entry.seq, entry.target, entry.text, entry.sender_name) == (2, said.seq, "the", "alice")
    now = one(trial, bob, direct, said.seq)
    assert (now.text, now.edited_at, now.ordinal) == ("the", entry.at, 1)
    assert trial.act(trial.edit(direct, alice, said.seq, "the")).entry is None, "it says that already"
    last = trial.act(trial.edit(direct, alice, said.seq, "teh")).entry
    assert last is not None
    assert one(trial, bob, direct, said.seq).text == "teh"
    shown = [item.text for item in trial.sync(bob, direct).entries if isinstance(item, Edited)]
    assert shown == ["", "teh"], "only the last edit says what holds"
    assert trial.unread(bob, direct) == 1
    assert trial.verify().problems == []


def test_only_the_sender_edits(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    (said,) = trial.say(GENERAL, bob, "mine")
    assert code(trial.run(trial.edit(GENERAL, alice, said.seq, "x"))[0]) == "not_allowed"
    assert code(trial.run(trial.edit(GENERAL, bob, 1, "x"))[0]) == "not_found", "that is no message"
    assert code(trial.run(trial.edit(GENERAL, bob, 99, "x"))[0]) == "not_found"


# -------------------------------------------------------------------------------------------- deletions


def test_deleted_message_is_a_tombstone(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", bob, alice)
    (said,) = trial.say(group, alice, "secret")
    trial.act(trial.edit(group, alice, said.seq, "secret 2", "bob"))
    trial.act(trial.reaction(group, bob, said.seq))
    trial.act(trial.pin(group, bob, said.seq))
    entry = trial.act(trial.deletion(group, bob, said.seq)).entry
    assert isinstance(entry, Deleted)
    assert (entry.target, entry.sender, entry.seq) == (said.seq, bob, 7)
    gone = one(trial, alice, group, said.seq)
    assert (gone.text, gone.deleted_at, gone.deleted_by, gone.edited_at) == ("", entry.at, "bob", 0)
    assert (gone.reactions, gone.pinned, gone.mentions) == ([], False, [])
    assert (gone.sender, gone.key, gone.ordinal) == (alice, said.key, 1)
    assert "secret" not in str(trial.sync(alice, group).entries)
    assert trial.home(bob, only=[group]).conversations[0].mentions == 0
    assert trial.unread(bob, group) == 0
    assert trial.act(trial.deletion(group, alice, said.seq)).entry is None, "it is gone already"
    assert trial.backend.tidy()
    assert trial.verify().problems == []


def test_who_may_delete(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, bob, carol)
    direct = trial.direct(alice, "bob")
    (of_bob,) = trial.say(group, bob, "bob's")
    assert code(trial.run(trial.deletion(group, carol, of_bob.seq))[0]) == "not_allowed"
    trial.act(trial.role(group, alice, carol, "admin"))
    assert trial.act(trial.deletion(group, carol, of_bob.seq)).entry is not None
    (said,) = trial.say(direct, alice, "alice's")
    assert code(trial.run(trial.deletion(direct, bob, said.seq))[0]) == "not_allowed"
    assert trial.act(trial.deletion(direct, alice, said.seq)).entry is not None


def test_nothing_comes_onto_a_deleted_message(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    (said,) = trial.say(GENERAL, alice, "x")
    trial.act(trial.deletion(GENERAL, alice, said.seq))
    commands = (
        trial.edit(GENERAL, alice, said.seq, "back"),
        *(trial.reaction(GENERAL, alice, said.seq), trial.reaction(GENERAL, alice, said.seq, on=False)),
        *(trial.pin(GENERAL, alice, said.seq), trial.pin(GENERAL, alice, said.seq, on=False)),
    )
    assert [code(result) for result in trial.run(*commands)] == ["not_allowed"] * 5
    assert (
        accepted(trial.run(trial.message(GENERAL, alice, "re", reply_to=said.seq))[0]).message.reply_to
        == said.seq
    )


def test_same_key_of_a_deleted_message_gives_its_tombstone(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    command = trial.message(GENERAL, alice, "secret")
    said = accepted(trial.run(command)[0]).message
    trial.act(trial.deletion(GENERAL, alice, said.seq))
    again = accepted(trial.run(command)[0])
    assert (again.duplicate, again.message.text, again.message.deleted_by) == (True, "", "alice")
    assert again.message.seq == said.seq


def test_short_and_long_texts_are_blanked(trial: Trial) -> None:
    """A text of one byte has no room for a blank beside the other kind."""
    (alice,) = trial.users("alice")
    lengths = (1, 2, 57, 58, 59, 8185, 8186, 8187, 16384)
    said = trial.say(GENERAL, alice, *("é" * (length // 2) + "x" * (length % 2) for length in lengths))
    for message in said:
        trial.act(trial.edit(GENERAL, alice, message.seq, message.text[::-1] + "!"))
    for message in said:
        trial.act(trial.deletion(GENERAL, alice, message.seq))
    assert {message.text for message in trial.history(alice, GENERAL).messages} == {""}
    assert trial.verify().problems == []


# -------------------------------------------------------------------------------------------- reactions


def test_reactions_come_and_go(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    (said,) = trial.say(direct, alice, "x")
    entry = trial.act(trial.reaction(direct, bob, said.seq, "🎉")).entry
    assert isinstance(entry, Reacted)
    assert (entry.target, entry.emoji, entry.on, entry.sender_name) == (said.seq, "🎉", True, "bob")
    assert trial.act(trial.reaction(direct, bob, said.seq, "🎉")).entry is None
    trial.act(trial.reaction(direct, alice, said.seq, "🎉"))
    (shown,) = one(trial, alice, direct, said.seq).reactions
    assert (shown.emoji, shown.count, shown.mine) == ("🎉", 2, True)
    assert shown.users == [Person(bob, "bob"), Person(alice, "alice")]
    gone = trial.act(trial.reaction(direct, bob, said.seq, "🎉", on=False)).entry
    assert isinstance(gone, Reacted)
    assert not gone.on
    assert trial.act(trial.reaction(direct, bob, said.seq, "🎉", on=False)).entry is None
    assert one(trial, bob, direct, said.seq).reactions[0].count == 1
    assert trial.verify().problems == []


def test_message_has_only_so_many_different_emoji(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    (said,) = trial.say(GENERAL, alice, "x")
    emoji = [chr(0x1F600 + number) for number in range(limits.REACTIONS_MAX + 1)]
    results = trial.run(*(trial.reaction(GENERAL, alice, said.seq, one) for one in emoji))
    assert [isinstance(result, records.Acted) for result in results] == [True] * limits.REACTIONS_MAX + [
        False
    ]
    assert code(results[-1]) == "too_many"
    trial.act(trial.reaction(GENERAL, bob, said.seq, emoji[0]))
    trial.act(trial.reaction(GENERAL, alice, said.seq, emoji[1], on=False))
    trial.act(trial.reaction(GENERAL, alice, said.seq, emoji[-1]))


# ------------------------------------------------------------------------------------------------- pins


def test_pins_come_and_go(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    (said,) = trial.say(direct, alice, "x")
    entry = trial.act(trial.pin(direct, bob, said.seq)).entry
    assert isinstance(entry, Pinned)
    assert (entry.target, entry.on) == (said.seq, True)
    assert trial.act(trial.pin(direct, alice, said.seq)).entry is None
    assert one(trial, alice, direct, said.seq).pinned
    assert trial.act(trial.pin(direct, alice, said.seq, on=False)).entry is not None
    assert trial.act(trial.pin(direct, alice, said.seq, on=False)).entry is None
    assert not one(trial, alice, direct, said.seq).pinned


def test_in_a_group_owners_and_admins_pin(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    (said,) = trial.say(group, bob, "x")
    assert code(trial.run(trial.pin(group, bob, said.seq))[0]) == "not_allowed"
    trial.act(trial.role(group, alice, bob, "admin"))
    assert trial.act(trial.pin(group, bob, said.seq)).entry is not None


def test_conversation_has_only_so_many_pins(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    said = trial.say(GENERAL, alice, *(["x"] * (limits.PINS_MAX + 1)))
    results = trial.run(*(trial.pin(GENERAL, alice, message.seq) for message in said))
    assert isinstance(results[-2], records.Acted)
    assert code(results[-1]) == "too_many"
    trial.act(trial.pin(GENERAL, alice, said[0].seq, on=False))
    trial.act(trial.pin(GENERAL, alice, said[-1].seq))


# ------------------------------------------------------------------------------------ replies and mentions


def test_reply_names_the_message_that_it_answers(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    results = trial.run(
        trial.message(direct, alice, "1"),
        trial.message(direct, bob, "2", reply_to=1),
        trial.message(direct, alice, "3"),
        trial.message(direct, alice, "4", reply_to=3),
        trial.message(direct, alice, "5", reply_to=9),
    )
    assert code(results[-1]) == "not_found"
    stored = [accepted(result).message for result in results[:-1]]
    assert [(message.seq, message.reply_to) for message in stored] == [(1, 0), (2, 1), (3, 0), (4, 3)]
    assert trial.sync(bob, direct).entries == stored


def test_same_key_of_a_reply_with_mentions_is_the_same_answer(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    trial.say(group, bob, "x")
    command = trial.message(group, alice, "@bob", reply_to=3, mentions=["bob"], everyone=True)
    results = [accepted(result) for result in trial.run(command, trial.message(group, bob, "y"), command)]
    assert [result.duplicate for result in results] == [False, False, True]
    assert results[2].message == results[0].message
    assert mentions(trial, bob, group) == 1
    trial.remove(group, alice, bob)
    again = accepted(trial.run(command)[0]).message
    assert again.mentions == [Person(bob, "bob")], "he was a member then"


def test_only_messages_are_answered(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    assert code(trial.run(trial.message(GENERAL, alice, "welcome", reply_to=1))[0]) == "not_found"


def mentions(trial: Trial, user: int, conversation: int) -> int:
    return trial.home(user, only=[conversation]).conversations[0].mentions


def test_members_are_mentioned_in_the_order_of_the_text(trial: Trial) -> None:
    alice, bob, carol, _dave = trial.users("alice", "bob", "Carol", "dave")
    group = trial.group("team", alice, bob, carol)
    names = ["nobody", "carol", "dave", "alice", "bob", "carol"]
    said = accepted(trial.run(trial.message(group, alice, "@...", mentions=names))[0]).message
    assert said.mentions == [Person(carol, "Carol"), Person(alice, "alice"), Person(bob, "bob")]
    assert not said.everyone
    assert trial.sync(bob, group, after=3).entries == [said]
    assert [mentions(trial, user, group) for user in (alice, bob, carol)] == [0, 1, 1]
    trial.read_up_to(group, bob, said.seq)
    assert mentions(trial, bob, group) == 0


def test_everyone_is_mentioned(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, bob)
    said = accepted(trial.run(trial.message(group, alice, "@all", everyone=True))[0]).message
    assert (said.everyone, said.mentions) == (True, [])
    both = accepted(
        trial.run(trial.message(group, alice, "@all @bob", mentions=["bob"], everyone=True))[0]
    ).message
    assert (both.everyone, both.mentions) == (True, [Person(bob, "bob")])
    assert trial.sync(bob, group, after=2).entries == [said, both]
    assert (mentions(trial, alice, group), mentions(trial, bob, group)) == (0, 2)


def test_direct_conversation_has_no_mentions(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    command = trial.message(direct, alice, "@bob @all", mentions=["bob"], everyone=True)
    said = accepted(trial.run(command)[0]).message
    assert (said.mentions, said.everyone) == ([], False)
    assert mentions(trial, bob, direct) == 0
    assert trial.sync(bob, direct).entries == [said]


def test_only_so_many_mentions_count(trial: Trial) -> None:
    names = [f"user{number}" for number in range(limits.MENTIONS_MAX + 5)]
    first, *_ = trial.users(*names)
    said = accepted(trial.run(trial.message(GENERAL, first, "@...", mentions=["x", *names]))[0]).message
    assert [person.name for person in said.mentions] == names[: limits.MENTIONS_MAX]


def test_edit_changes_who_is_mentioned(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    group = trial.group("team", alice, bob, carol)
    said = accepted(trial.run(trial.message(group, alice, "@bob", mentions=["bob"]))[0]).message
    entry = trial.act(trial.edit(group, alice, said.seq, "@carol", "carol")).entry
    assert isinstance(entry, Edited)
    assert entry.mentions == [Person(carol, "carol")]
    assert one(trial, bob, group, said.seq).mentions == [Person(carol, "carol")]
    assert [mentions(trial, user, group) for user in (bob, carol)] == [0, 1]
    everyone = trial.act(trial.edit(group, alice, said.seq, "@all", everyone=True)).entry
    assert isinstance(everyone, Edited)
    assert (everyone.mentions, everyone.everyone) == ([], True)
    assert [mentions(trial, user, group) for user in (bob, carol)] == [1, 1]
    trial.act(trial.edit(group, alice, said.seq, "nobody"))
    assert [mentions(trial, user, group) for user in (bob, carol)] == [0, 0]
