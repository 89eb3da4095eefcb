"""Messages that are said again elsewhere: who may, what comes along, whose name they bear."""

from hubbub.schemas import records
from hubbub.schemas.events import Person
from hubbub.schemas.names import DELETED
from tests.store.stores import GENERAL, ONE, QUOTA, SMALL, TWO, Trial, accepted, attachment, code, digest


def test_forward_says_what_the_message_says_now(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    group, direct = trial.group("team", alice, bob), trial.direct(bob, "alice")
    trial.upload(alice, ONE, SMALL)
    command = trial.message(
        group, alice, "hi @bob", mentions=["bob"], reply_to=0, files=[attachment(ONE, SMALL)]
    )
    said = accepted(trial.run(command)[0]).message
    trial.act(trial.edit(group, alice, said.seq, "hello @bob", "bob"))
    trial.act(trial.reaction(group, bob, said.seq))
    done = accepted(trial.run(trial.forwarding(direct, bob, group, said.seq))[0])
    copy = done.message
    assert (done.duplicate, copy.conversation, copy.seq, copy.sender_name) == (False, direct, 1, "bob")
    assert (copy.text, copy.attachments) == ("hello @bob", said.attachments)
    assert (copy.forwarded, copy.mentions, copy.reactions) == (Person(alice, "alice"), [], [])
    assert (copy.edited_at, copy.reply_to, copy.everyone) == (0, 0, False)
    assert trial.history(alice, direct).messages == [copy]
    assert trial.unread(alice, direct) == 1
    trial.index()
    assert trial.found(alice, "hello", direct) == ["hello @bob"]
    assert trial.problems() == []


def test_forward_of_a_forward_is_by_the_first_author(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    first = trial.say(GENERAL, alice, "text")[0]
    second = trial.forward(trial.direct(bob, "carol"), bob, GENERAL, first.seq)
    third = trial.forward(GENERAL, carol, second.conversation, second.seq)
    fourth = trial.forward(GENERAL, alice, GENERAL, third.seq)
    assert [message.forwarded for message in (second, third, fourth)] == [Person(alice, "alice")] * 3
    trial.delete_account(bob)
    trial.delete_account(carol)
    assert trial.history(alice, GENERAL).messages[0].forwarded == Person(alice, "alice")


def test_forward_names_nobody_who_is_gone(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    copy = trial.forward(GENERAL, alice, GENERAL, trial.say(GENERAL, bob, "text")[0].seq)
    trial.delete_account(bob)
    assert trial.history(alice, GENERAL).messages[0].forwarded == Person(bob, DELETED)
    again = trial.forward(GENERAL, alice, GENERAL, copy.seq)
    assert again.forwarded == Person(bob, DELETED)
    assert trial.problems() == []


def test_within_a_conversation_and_of_files_alone(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    said = trial.post(GENERAL, alice, ONE)
    copy = trial.forward(GENERAL, alice, GENERAL, said.seq)
    assert (copy.seq, copy.text, copy.attachments) == (said.seq + 1, "", said.attachments)
    assert copy.forwarded == Person(alice, "alice")
    assert trial.room(alice) == QUOTA - len(ONE)
    assert trial.act(trial.deletion(GENERAL, alice, said.seq)).blobs == []
    (shown, gone) = trial.history(bob, GENERAL).messages
    assert (shown, gone.attachments) == (copy, [])
    assert trial.act(trial.deletion(GENERAL, alice, copy.seq)).blobs == [digest(ONE)]
    gone = trial.history(bob, GENERAL).messages[0]
    assert (gone.text, gone.attachments, gone.forwarded) == ("", [], None)
    assert trial.problems() == []


def test_original_may_go_while_a_forward_has_its_file(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    said = trial.post(GENERAL, alice, ONE, TWO, thumbnail=SMALL)
    copy = trial.forward(trial.direct(bob, "bob"), bob, GENERAL, said.seq)
    sizes = len(ONE) + len(TWO) + len(SMALL)
    assert (trial.room(alice), trial.room(bob)) == (QUOTA - sizes, QUOTA - sizes)
    trial.act(trial.deletion(GENERAL, alice, said.seq))
    assert (trial.room(alice), trial.room(bob), trial.verify().files) == (QUOTA, QUOTA - sizes, 3)
    assert trial.history(bob, copy.conversation).messages == [copy]
    posted = trial.message(GENERAL, bob, "", files=[attachment(TWO, SMALL)])
    assert accepted(trial.run(posted)[0]).message.attachments, "it is the forwarder's now"
    assert trial.problems() == []


def test_quota_of_the_forwarder_counts_each_file_once(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(bob, "alice")
    said = trial.post(GENERAL, alice, ONE, ONE, TWO, thumbnail=SMALL)
    sizes = len(ONE) + len(TWO) + len(SMALL)
    short, enough = (trial.forwarding(direct, bob, GENERAL, said.seq, quota=sizes - n) for n in (1, 0))
    refused, done = trial.run(short, enough)
    assert (code(refused), accepted(done).message.seq) == ("quota_exceeded", 1)
    (again,) = trial.run(trial.forwarding(direct, bob, GENERAL, said.seq, quota=0))
    assert accepted(again).message.seq == 2, "he has them all"
    text = trial.say(GENERAL, alice, "text")[0]
    assert accepted(trial.run(trial.forwarding(direct, bob, GENERAL, text.seq, quota=0))[0])
    assert trial.problems() == []


def test_forward_of_what_was_uploaded_counts_once(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    said = trial.post(GENERAL, alice, ONE, TWO)
    trial.upload(bob, ONE)
    trial.run(trial.beginning(bob, TWO))
    copy = trial.forward(GENERAL, bob, GENERAL, said.seq)
    assert trial.room(bob) == QUOTA - len(ONE) - 2 * len(TWO), "what is only begun still comes"
    trial.run(records.CompleteUpload(bob, digest(TWO), 5, len(TWO)))
    trial.run(trial.message(GENERAL, bob, "", files=[attachment(TWO)]))
    assert trial.room(bob) == QUOTA - len(ONE) - len(TWO)
    trial.act(trial.deletion(GENERAL, bob, copy.seq))
    assert (trial.room(bob), trial.problems()) == (QUOTA - len(TWO), [])


def test_nobody_puts_words_into_an_authors_mouth(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    said = trial.say(GENERAL, alice, "text")[0]
    for sender in (bob, alice):
        copy = trial.forward(GENERAL, sender, GENERAL, said.seq)
        assert code(trial.run(trial.edit(GENERAL, sender, copy.seq, "other"))[0]) == "not_allowed"
    assert {message.text for message in trial.history(bob, GENERAL).messages} == {"text"}


# ------------------------------------------------------------------------------------------------------ who may


def test_only_what_he_sees_can_be_forwarded(trial: Trial) -> None:
    alice, bob, _ = trial.users("alice", "bob", "carol")
    group, direct = trial.group("team", alice, history="joined"), trial.direct(alice, "carol")
    hidden, private = trial.say(group, alice, "before")[0], trial.say(direct, alice, "private")[0]
    trial.add(group, alice, bob)
    seen = trial.say(group, alice, "after")[0]
    places = [(group, hidden.seq), (group, 99), (group, seen.seq - 1), (direct, private.seq), (77, 1)]
    answers = trial.run(*(trial.forwarding(GENERAL, bob, *place) for place in places))
    assert [code(answer) for answer in answers] == ["not_found"] * len(places)
    assert trial.forward(GENERAL, bob, group, seen.seq).text == "after"
    trial.remove(group, alice, bob)
    assert code(trial.run(trial.forwarding(GENERAL, bob, group, seen.seq))[0]) == "not_found"
    assert code(trial.run(trial.forwarding(direct, bob, GENERAL, 5))[0]) == "not_found", "not in it"
    assert trial.problems() == []


def test_deleted_message_is_not_forwarded(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    said = trial.post(GENERAL, alice, ONE)
    trial.act(trial.deletion(GENERAL, alice, said.seq))
    assert code(trial.run(trial.forwarding(GENERAL, alice, GENERAL, said.seq))[0]) == "not_allowed"


def test_closed_conversation_takes_no_forward(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    said = trial.say(direct, alice, "text")[0]
    before = trial.forwarding(direct, alice, direct, said.seq)
    trial.run(before)
    trial.block(bob, alice)
    assert code(trial.run(trial.forwarding(direct, alice, direct, said.seq))[0]) == "not_allowed"
    assert accepted(trial.run(before)[0]).duplicate
    assert trial.forward(GENERAL, alice, direct, said.seq).text == "text", "out of it it goes"
    trial.block(bob, alice, on=False)
    trial.delete_account(bob)
    assert code(trial.run(trial.forwarding(direct, alice, direct, said.seq))[0]) == "not_allowed"


def test_same_key_again_is_the_stored_message(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    said = trial.post(GENERAL, bob, ONE)
    command = trial.forwarding(direct, alice, GENERAL, said.seq, quota=len(ONE))
    first, second = (accepted(result) for result in trial.run(command, command))
    assert (first.duplicate, second.duplicate, second.message) == (False, True, first.message)
    trial.act(trial.deletion(GENERAL, bob, said.seq))
    assert accepted(trial.run(command)[0]).message == first.message, "though the source is gone"
    trial.act(trial.deletion(direct, alice, first.message.seq))
    assert accepted(trial.run(command)[0]).message.deleted_at
    assert (trial.room(alice), trial.problems()) == (QUOTA, [])


def test_key_of_another_act_is_a_conflict(trial: Trial) -> None:
    alice, _ = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    said, other = trial.say(GENERAL, alice, "text", "other")
    command = trial.forwarding(direct, alice, GENERAL, said.seq)
    trial.run(command)
    conflicts = (
        trial.forwarding(GENERAL, alice, direct, 1, command.key),
        trial.message(direct, alice, "text", command.key),
        trial.message(direct, alice, "text", command.key, reply_to=1),
        trial.forwarding(GENERAL, alice, GENERAL, said.seq, other.key),
        trial.reaction(direct, alice, 1, key=command.key),
    )
    assert [code(result) for result in trial.run(*conflicts)] == ["key_conflict"] * len(conflicts)
    assert len(trial.history(alice, direct).messages) == 1
