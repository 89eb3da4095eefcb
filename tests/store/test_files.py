"""Files as the database knows them: uploads, messages that have them, the room that they take, profiles' pictures."""

import pytest

from hubbub.schemas import limits, records
from hubbub.schemas.events import Attachment, Edited
from hubbub.store import holdings
from tests.store.stores import GENERAL, ONE, QUOTA, SMALL, TWO, Trial, accepted, attachment, code, digest


def begun(trial: Trial, user: int, data: bytes) -> bool:
    return trial.do(trial.beginning(user, data), records.UploadBegun).complete


# ------------------------------------------------------------------------------------------------------ uploads


def test_upload_is_begun_and_completed(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    assert [begun(trial, alice, ONE), begun(trial, alice, ONE)] == [False, False]
    done = trial.do(records.CompleteUpload(alice, digest(ONE), 5, len(ONE)), records.UploadCompleted)
    assert done == records.UploadCompleted()
    assert begun(trial, alice, ONE)
    assert trial.room(alice) == QUOTA - len(ONE)
    assert (trial.problems(), trial.verify().files) == ([], 1)


def test_upload_that_was_dropped_is_not_completed(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    completion = records.CompleteUpload(alice, digest(ONE), 5, len(ONE))
    assert code(trial.run(completion)[0]) == "not_found"
    begun(trial, alice, ONE)
    cancel = records.CancelUpload(alice, digest(ONE))
    assert trial.do(cancel, records.UploadsDropped).uploads == [(alice, digest(ONE))]
    assert trial.do(cancel, records.UploadsDropped).uploads == []
    assert code(trial.run(completion)[0]) == "not_found"
    assert trial.room(alice) == QUOTA


def test_quota_counts_what_is_begun(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    assert not begun(trial, alice, b"x" * 6000)
    refused = trial.run(trial.beginning(alice, b"y" * 4001))[0]
    assert code(refused) == "quota_exceeded"
    assert not begun(trial, alice, b"y" * 4000)
    assert not begun(trial, alice, b"x" * 6000), "what was begun is gone on with"
    lowered = trial.do(trial.beginning(alice, b"x" * 6000, 0), records.UploadBegun)
    assert not lowered.complete, "also where the quota was lowered since"
    assert not begun(trial, bob, b"y" * 4001), "another's files are his own"


def test_upload_begun_with_another_size_counts_as_what_it_is(trial: Trial) -> None:
    """The last chunk is on its way to the disk while the user says that the file is empty: the disk is right."""
    (alice,) = trial.users("alice")
    begun(trial, alice, ONE)
    trial.do(records.BeginUpload(alice, digest(ONE), 0, 5, QUOTA), records.UploadBegun)
    assert trial.room(alice) == QUOTA - len(ONE)
    trial.do(records.BeginUpload(alice, digest(ONE), 2 * len(ONE), 5, QUOTA), records.UploadBegun)
    assert trial.room(alice) == QUOTA - 2 * len(ONE)
    trial.do(records.CompleteUpload(alice, digest(ONE), 5, len(ONE)), records.UploadCompleted)
    assert trial.room(alice) == QUOTA - len(ONE)
    again = trial.do(records.BeginUpload(alice, digest(ONE), 0, 5, QUOTA), records.UploadBegun)
    assert (again.complete, trial.room(alice)) == (True, QUOTA - len(ONE))
    posted = trial.run(trial.message(GENERAL, alice, "", files=[attachment(ONE)]))[0]
    assert accepted(posted).message.attachments[0].size == len(ONE)
    assert trial.problems() == []


def test_only_so_many_uploads_wait(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS_MAX", 2)
    alice, bob = trial.users("alice", "bob")
    trial.upload(alice, ONE, TWO)
    assert code(trial.run(trial.beginning(alice, b"three"))[0]) == "too_many"
    assert begun(trial, alice, TWO), "it is one of them"
    assert not begun(trial, bob, b"three")
    trial.run(trial.message(GENERAL, alice, "", files=[attachment(ONE)]))
    assert not begun(trial, alice, b"three")


def test_what_waits_too_long_is_swept(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.now = 10
    trial.upload(alice, ONE)
    begun(trial, bob, ONE)
    trial.post(GENERAL, alice, SMALL)
    trial.now = 20
    begun(trial, alice, TWO)
    begun(trial, bob, TWO)
    begun(trial, bob, ONE)
    swept = trial.do(records.SweepUploads(20), records.UploadsDropped)
    assert swept.uploads == [(alice, digest(ONE))], "bob has touched his since"
    assert trial.room(alice) == QUOTA - len(TWO) - len(SMALL)
    swept = trial.do(records.SweepUploads(10**9), records.UploadsDropped)
    assert sorted(swept.uploads) == sorted([(alice, digest(TWO)), (bob, digest(TWO)), (bob, digest(ONE))])
    assert (trial.room(bob), trial.problems()) == (QUOTA, [])


def test_nobody_else_uploads(trial: Trial) -> None:
    (alice, bob) = trial.users("alice", "bob")
    trial.delete_account(bob)
    late = [trial.beginning(user, ONE) for user in (bob, 99)]
    assert [code(result) for result in trial.run(*late)] == ["not_found"] * 2
    assert trial.room(alice) == QUOTA


# ------------------------------------------------------------------------------------------------ in messages


def test_message_has_its_files(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    said = trial.post(GENERAL, alice, ONE, TWO, text="look", thumbnail=SMALL)
    first, second = said.attachments
    assert first == Attachment(
        name="photo.png",
        type="image/png",
        size=len(ONE),
        sha256=digest(ONE),
        width=4,
        height=3,
        thumbnail=digest(SMALL),
    )
    assert (second.sha256, second.size) == (digest(TWO), len(TWO))
    assert (said.text, said.forwarded) == ("look", None)
    assert trial.history(bob, GENERAL).messages == [said]
    assert trial.sync(bob, GENERAL).entries[-1] == said
    (row,) = trial.home(bob).conversations
    assert row.last_message == said
    trial.index()
    assert [hit.message for hit in trial.search(bob, "look").hits] == [said]
    assert trial.room(alice) == QUOTA - len(ONE) - len(TWO) - len(SMALL)
    assert trial.problems() == []


@pytest.mark.parametrize("text", ["", " "])
def test_message_of_files_alone_has_no_text(trial: Trial, text: str) -> None:
    alice, bob = trial.users("alice", "bob")
    said = trial.post(GENERAL, alice, ONE, text=text)
    plain = trial.say(GENERAL, alice, " ")[0]
    read = trial.history(bob, GENERAL).messages
    assert [message.text for message in (said, plain, *read)] == ["", " ", " ", ""]
    for edited in ("now with a text", " "):
        entry = trial.act(trial.edit(GENERAL, alice, said.seq, edited)).entry
        shown = trial.history(bob, GENERAL).messages[1].text
        assert isinstance(entry, Edited)
        assert (entry.text, shown) == (edited, edited.strip())
    entry = trial.act(trial.edit(GENERAL, alice, plain.seq, "x")).entry
    entry = trial.act(trial.edit(GENERAL, alice, plain.seq, " ")).entry
    assert isinstance(entry, Edited)
    assert entry.text == " "
    texts = trial.read(records.ReadEdits(bob, GENERAL, said.seq, 0, 9), records.EditsRead).texts
    assert [earlier.text for earlier in texts] == ["", "now with a text"]
    trial.act(trial.deletion(GENERAL, alice, said.seq))
    gone = trial.history(bob, GENERAL).messages[1]
    assert (gone.text, gone.attachments) == ("", [])
    assert trial.problems() == []


def test_only_what_the_sender_uploaded_can_be_posted(trial: Trial) -> None:
    """To him it is all the same whether others have it."""
    alice, bob = trial.users("alice", "bob")
    trial.post(GENERAL, alice, ONE, thumbnail=SMALL)
    trial.upload(alice, b"uploaded")
    trial.upload(bob, TWO)
    begun(trial, bob, b"begun")
    contents = (ONE, SMALL, b"uploaded", b"begun", b"nobody's")
    files = [attachment(data) for data in contents]
    files += [attachment(TWO, data) for data in contents]
    refused = trial.run(*(trial.message(GENERAL, bob, "", files=[attachment(TWO), file]) for file in files))
    (first,) = {str(result) for result in refused}
    assert "not_found" in first
    pictures = trial.run(*(records.SetProfile(bob, None, None, None, digest(data)) for data in contents))
    assert {str(result) for result in pictures} == {first}
    assert [begun(trial, bob, data) for data in contents] == [False] * len(contents)
    assert len(trial.history(bob, GENERAL).messages) == 1
    assert trial.problems() == []


def test_thumbnail_is_small(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "THUMBNAIL_MAX_BYTES", len(ONE))
    (alice,) = trial.users("alice")
    trial.upload(alice, ONE, TWO)
    large = trial.message(GENERAL, alice, "", files=[attachment(ONE), attachment(ONE, TWO)])
    assert code(trial.run(large)[0]) == "too_large"
    assert code(trial.run(records.SetProfile(alice, "x", None, None, digest(TWO)))[0]) == "too_large"
    assert trial.history(alice, GENERAL).messages == []
    small = trial.message(GENERAL, alice, "", files=[attachment(TWO, ONE)])
    assert accepted(trial.run(small)[0]).message.attachments


def test_same_key_again_is_the_stored_message(trial: Trial) -> None:
    alice, _ = trial.users("alice", "bob")
    direct = trial.direct(alice, "bob")
    trial.upload(alice, ONE)
    command = trial.message(GENERAL, alice, "", files=[attachment(ONE)])
    first, second = trial.run(command, command)
    assert (accepted(first).duplicate, accepted(second).duplicate) == (False, True)
    assert accepted(second).message == accepted(first).message
    elsewhere = trial.message(direct, alice, "", command.key, files=[attachment(ONE)])
    assert code(trial.run(elsewhere)[0]) == "key_conflict"
    trial.act(trial.deletion(GENERAL, alice, accepted(first).message.seq))
    (last,) = trial.run(command)
    assert accepted(last).duplicate, "though the file is gone"
    assert accepted(last).message.deleted_at
    assert code(trial.run(trial.message(GENERAL, alice, "", files=[attachment(ONE)]))[0]) == "not_found"
    assert (trial.room(alice), trial.problems()) == (QUOTA, [])


def test_message_that_fails_leaves_nothing(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.upload(alice, ONE)
    bad = attachment(ONE, name="\ud800")  # no such text can be stored
    before, after = (trial.message(GENERAL, alice, text) for text in ("before", "after"))
    _, failed, _ = trial.run(before, trial.message(GENERAL, alice, "text", files=[bad]), after)
    assert code(failed) == "internal"
    assert [message.text for message in trial.history(alice, GENERAL).messages] == ["after", "before"]
    assert begun(trial, alice, ONE), "it is there to be posted"
    assert trial.problems() == []


def test_file_is_held_until_its_last_use(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    twice = trial.post(GENERAL, alice, ONE, ONE, thumbnail=ONE)
    once = trial.post(GENERAL, alice, ONE)
    other = trial.post(GENERAL, bob, ONE)
    assert (trial.room(alice), trial.room(bob)) == (QUOTA - len(ONE), QUOTA - len(ONE))
    for said, blobs in ((twice, []), (once, [digest(ONE)])):
        acted = trial.act(trial.deletion(GENERAL, alice, said.seq))
        assert acted.blobs == blobs
        assert trial.problems() == []
    assert (trial.room(alice), trial.verify().files) == (QUOTA, 1)
    assert trial.act(trial.deletion(GENERAL, alice, other.seq)).blobs == [digest(ONE)], "by the group's owner"
    assert (trial.room(bob), trial.verify().files) == (QUOTA, 0)
    assert trial.act(trial.deletion(GENERAL, alice, other.seq)).blobs == []
    assert trial.problems() == []


def test_what_is_in_a_message_need_not_be_uploaded_again(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.post(GENERAL, alice, ONE, thumbnail=SMALL)
    assert [begun(trial, alice, data) for data in (ONE, SMALL)] == [True, True]
    again = trial.message(GENERAL, alice, "", files=[attachment(SMALL)])
    assert accepted(trial.run(again)[0]).message.attachments[0].size == len(SMALL)
    trial.run(records.SweepUploads(10**9))
    assert (trial.room(alice), trial.problems()) == (QUOTA - len(ONE) - len(SMALL), [])


def test_page_of_files_keeps_within_a_reply(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.upload(alice, ONE)
    files = [attachment(ONE, ONE, name="n" * limits.FILE_NAME_MAX_BYTES)] * limits.ATTACHMENTS_MAX
    trial.run(*(trial.message(GENERAL, alice, "", files=files) for _ in range(60)))
    page = trial.history(alice, GENERAL, 60)
    assert page.older
    assert 10 < len(page.messages) < 60
    assert len(trial.history(alice, GENERAL, 60, before=page.messages[-1].seq).messages) > 10


# ------------------------------------------------------------------------------------------------------ pictures


def set_picture(trial: Trial, user: int, data: bytes | None) -> records.ProfileSet:
    picture = data and digest(data)
    return trial.do(records.SetProfile(user, None, None, None, picture), records.ProfileSet)


def pictures(trial: Trial, user: int) -> set[bytes]:
    (row,) = trial.read(records.ReadUsers("alice", "", 9), records.UsersRead).users
    return {row.picture, trial.read(records.ReadProfile(user, "alice"), records.ProfileRead).user.picture}


def test_picture_is_set_changed_and_removed(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    trial.upload(alice, ONE, TWO)
    said = set_picture(trial, alice, ONE)
    assert (said.picture, said.changed, said.blobs) == (digest(ONE), True, [])
    assert pictures(trial, bob) == {digest(ONE)}
    kept = trial.profile(alice, "Alice")
    assert (kept.picture, kept.blobs) == (digest(ONE), [])
    same = set_picture(trial, alice, ONE)
    assert (same.changed, same.blobs) == (False, [])
    assert set_picture(trial, alice, TWO).blobs == [digest(ONE)]
    assert trial.room(alice) == QUOTA - len(TWO)
    gone = set_picture(trial, alice, b"")
    assert (gone.picture, gone.changed, gone.blobs) == (b"", True, [digest(TWO)])
    assert not set_picture(trial, alice, b"").changed
    assert (pictures(trial, bob), trial.room(alice), trial.problems()) == ({b""}, QUOTA, [])


def test_picture_and_message_hold_the_same_file(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    said = trial.post(GENERAL, alice, ONE)
    set_picture(trial, alice, ONE)
    assert trial.act(trial.deletion(GENERAL, alice, said.seq)).blobs == []
    assert trial.problems() == []
    assert set_picture(trial, alice, b"").blobs == [digest(ONE)]


# ------------------------------------------------------------------------------------------------- accounts that go


def test_deleted_account_has_no_uploads_and_no_picture(trial: Trial) -> None:
    _, bob = trial.users("alice", "bob")
    said = trial.post(GENERAL, bob, ONE)
    trial.upload(bob, TWO, SMALL)
    set_picture(trial, bob, SMALL)
    begun(trial, bob, b"begun")
    gone = trial.delete_account(bob)
    assert gone.blobs == [digest(SMALL)]
    assert sorted(gone.uploads) == sorted([(bob, digest(TWO)), (bob, digest(b"begun"))])
    (kept,) = trial.history(1, GENERAL).messages
    assert kept.attachments == said.attachments
    assert (trial.verify().files, trial.problems()) == (1, [])
    assert trial.act(trial.deletion(GENERAL, 1, said.seq)).blobs == [digest(ONE)]
    assert trial.problems() == []


def test_purge_takes_files_but_not_those_that_others_have(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    said = trial.post(GENERAL, bob, ONE, TWO, thumbnail=SMALL)
    trial.post(GENERAL, bob, TWO)
    forwarded = trial.forward(GENERAL, alice, GENERAL, said.seq)
    trial.delete_account(bob, "delete")
    purged = trial.do(records.PurgeMessages(bob, trial.now), records.Purged)
    assert sorted(purged.blobs) == sorted([digest(ONE), digest(SMALL), digest(TWO)])
    assert len(purged.blobs) == 3
    there = {message.seq: message.attachments for message in trial.history(alice, GENERAL).messages}
    assert [there[said.seq], there[forwarded.seq]] == [[], said.attachments]
    assert (trial.verify().files, trial.problems()) == (3, [])
