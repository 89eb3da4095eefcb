"""What is being written, against a real broker: answers, changes, files, names, drafts, and what goes wrong."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client import Message, errors
from hubbub.client.gui.model.composer import Composer
from hubbub.client.sync import Client
from hubbub.schemas.limits import ATTACHMENTS_MAX, TEXT_MAX_BYTES
from tests.helpers.company import Company
from tests.helpers.reader import Reader


@pytest.fixture(scope="module", autouse=True)
def bob_is_shown(company: Company) -> None:
    company.bob.set_profile(display_name="Bob Tanaka")


def writes(alice: Reader, name: str) -> Composer:
    alice.opens(name)
    assert alice.chat.composer is not None
    return alice.chat.composer


def here(alice: Reader) -> list[Message]:
    assert alice.chat.timeline is not None
    return alice.chat.timeline.messages


def says(alice: Reader, composer: Composer, text: str) -> Message:
    composer.write(text)
    composer.send()
    alice.until(lambda: here(alice) and here(alice)[-1].text == text)
    return here(alice)[-1]


def test_what_is_written_is_sent_and_gone_at_once(alice: Reader, team: str) -> None:
    composer = writes(alice, team)
    composer.write("  hello \n ")
    assert composer.ready and alice.chat.drafts == {team: "  hello \n "}
    composer.send()
    assert (composer.text, composer.ready, alice.chat.drafts) == ("", False, {})
    alice.until(lambda: here(alice))
    assert here(alice)[-1].text == "hello"
    composer.write("   ")
    composer.send()
    assert not composer.ready and composer.text == "   "


def test_many_are_sent_in_the_order_in_which_they_were_written(
    alice: Reader, team: str, tmp_path: Path
) -> None:
    composer = writes(alice, team)
    notes = tmp_path / "notes.txt"
    notes.write_text("n")
    composer.attach([notes])
    alice.until(lambda: composer.files)
    texts = [f"text {number}" for number in range(12)]
    for text in texts:
        composer.write(text)
        composer.send()
    alice.until(lambda: len(here(alice)) == len(texts))
    assert [message.text for message in here(alice)] == texts
    assert [one.name for one in here(alice)[0].attachments] == ["notes.txt"]


def test_an_answer_names_what_it_answers_until_it_is_given_up(alice: Reader, bob: Client, team: str) -> None:
    composer = writes(alice, team)
    asked = bob.send(team, "who comes?")
    alice.until(lambda: here(alice))
    composer.reply(here(alice)[-1])
    assert composer.reply_to is not None
    assert says(alice, composer, "me").reply_to == asked.seq
    assert composer.reply_to is None
    composer.reply(here(alice)[0])
    assert composer.cancel() and composer.reply_to is None and not composer.cancel()


def test_the_last_of_mine_is_changed_where_nothing_is_written(alice: Reader, bob: Client, team: str) -> None:
    composer = writes(alice, team)
    assert not composer.edit_last()
    mine = says(alice, composer, "helo")
    bob.send(team, "what?")
    alice.until(lambda: here(alice)[-1].sender == "bob")
    composer.write("x")
    assert not composer.edit_last(), "something is written"
    composer.write("")
    assert composer.edit_last() and (composer.editing, composer.text) == (mine, "helo")
    composer.write("hello")
    assert alice.chat.drafts == {}, "a change is no draft"
    composer.send()
    assert composer.editing is None and composer.text == ""
    alice.until(lambda: here(alice)[0].text == "hello" and here(alice)[0].edited_at)


def test_a_change_that_is_given_up_leaves_what_was_written_before(
    alice: Reader, team: str, tmp_path: Path
) -> None:
    composer = writes(alice, team)
    mine = says(alice, composer, "one")
    other = says(alice, composer, "two")
    (tmp_path / "a.txt").write_text("a")
    composer.attach([tmp_path / "a.txt"])
    alice.until(lambda: composer.files)
    composer.write("not yet sent")
    composer.reply(other)
    composer.edit(mine)
    assert (composer.text, composer.reply_to, composer.files) == ("one", None, [])
    composer.edit(other)
    composer.write("two, changed")
    assert composer.cancel()
    assert (composer.text, composer.reply_to) == ("not yet sent", other)
    assert [one.name for one in composer.files] == ["a.txt"]


def test_only_my_own_words_can_be_changed(alice: Reader, bob: Client, team: str) -> None:
    composer = writes(alice, team)
    bob.send(team, "not yours")
    alice.until(lambda: here(alice))
    composer.edit(here(alice)[-1])
    assert composer.editing is None and not composer.edit_last()


def test_a_change_of_what_is_deleted_meanwhile_is_not_lost(alice: Reader, team: str) -> None:
    composer = writes(alice, team)
    mine = says(alice, composer, "soon gone")
    composer.edit(mine)
    composer.write("better words")
    alice.chat.acting.run(lambda: alice.chat.desk.client.delete(mine))
    alice.until(lambda: here(alice)[-1].deleted_at)
    alice.until(lambda: composer.editing is None)
    assert composer.text == "better words" and alice.chat.drafts[team] == "better words"
    composer.write("")


def test_what_cannot_be_kept_comes_back_beside_what_was_written_meanwhile(
    alice: Reader, bob: Client, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> bytes:
        raise errors.ProfileError("The disk of this device is full.")

    composer = writes(alice, team)
    with monkeypatch.context() as patched:
        patched.setattr(alice.chat.desk, "queue", fail)
        composer.write("first")
        composer.send()
        composer.write("second")
        alice.until(lambda: alice.complaints)
        assert composer.text == "first\nsecond" == alice.chat.drafts[team]
        composer.send()
        alice.chat.open(f"@{bob.user}")
        alice.until(lambda: len(alice.complaints) == 2)
    assert alice.chat.drafts[team] == "first\nsecond" == writes(alice, team).text


def test_drafts_answers_and_files_stay_with_their_conversation(
    alice: Reader, bob: Client, team: str, tmp_path: Path
) -> None:
    (tmp_path / "b.txt").write_text("b")
    composer = writes(alice, team)
    asked = says(alice, composer, "hm")
    composer.write("half a sen")
    composer.reply(asked)
    composer.attach([tmp_path / "b.txt"])
    alice.until(lambda: composer.files)
    elsewhere = writes(alice, "#general")
    assert (elsewhere.text, elsewhere.reply_to, elsewhere.files) == ("", None, [])
    back = writes(alice, team)
    assert (back.text, back.reply_to) == ("half a sen", asked)
    assert [one.name for one in back.files] == ["b.txt"]
    bob.rename(team, f"{team}x")
    alice.until(lambda: alice.chat.conversations.get(f"{team}x"))
    assert back.conversation == f"{team}x" and alice.chat.drafts == {f"{team}x": "half a sen"}
    back.send()
    alice.until(lambda: here(alice)[-1].text == "half a sen")
    assert here(alice)[-1].attachments and here(alice)[-1].reply_to == asked.seq


def test_files_are_looked_at_before_they_are_sent(alice: Reader, team: str, tmp_path: Path) -> None:
    picture, notes, folder = tmp_path / "p.png", tmp_path / "notes.txt", tmp_path / "folder"
    Image.new("RGB", (40, 20), "#336699").save(picture)
    notes.write_text("12345")
    folder.mkdir()
    composer = writes(alice, team)
    composer.attach([picture, notes, folder, tmp_path / "none.txt"])
    alice.until(lambda: composer.files)
    assert [(one.name, one.preview is not None) for one in composer.files] == [
        ("p.png", True),
        ("notes.txt", False),
    ]
    assert composer.files[1].size == 5
    assert "folder" in alice.complaints[0] and "none.txt" in alice.complaints[0]
    composer.attach([notes])
    composer.detach(composer.files[0])
    assert [one.name for one in composer.files] == ["notes.txt"] and composer.ready
    composer.send()
    alice.until(lambda: here(alice))
    assert [one.name for one in here(alice)[-1].attachments] == ["notes.txt"]


def test_no_more_files_than_a_message_takes(alice: Reader, team: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(ATTACHMENTS_MAX + 2)]
    for path in paths:
        path.write_text("x")
    composer = writes(alice, team)
    composer.attach(paths)
    alice.until(lambda: composer.files)
    assert len(composer.files) == ATTACHMENTS_MAX
    assert alice.complaints == [f"A message takes {ATTACHMENTS_MAX} files at most."]
    while composer.files:
        composer.detach(composer.files[0])


def test_a_text_that_is_too_long_is_not_sent_and_not_lost(alice: Reader, team: str) -> None:
    composer = writes(alice, team)
    composer.write("é" * (TEXT_MAX_BYTES // 2))
    assert composer.room == 0 and composer.ready
    composer.write("é" * (TEXT_MAX_BYTES // 2) + "x")
    assert composer.room == -1 and not composer.ready
    composer.send()
    assert composer.text and "too long by 1 bytes" in alice.complaints[0]
    composer.write("")


def test_others_hear_of_my_writing_at_most_every_three_seconds(
    alice: Reader, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[str]()

    async def typing(to: str) -> None:
        told.append(to)

    composer = writes(alice, team)
    now = [alice.chat.now()]
    monkeypatch.setattr(alice.chat, "now", lambda: now[0])
    monkeypatch.setattr(alice.chat.desk.client, "typing", typing)

    def types(text: str, after: float) -> None:
        now[0] += timedelta(seconds=after)
        composer.write(text)

    for text, after in (("a", 0.0), ("ab", 1.0), ("abc", 1.9), ("abcd", 0.2), ("", 9.0)):
        types(text, after)
    alice.until(lambda: len(told) == 2)
    composer.write("x")
    composer.send()
    types("a new one", 0.1)
    alice.until(lambda: len(told) == 4)
    assert set(told) == {team}


def names(composer: Composer, before: str) -> list[tuple[str, str]]:
    return [(one.name, one.shown) for one in composer.completions(before)]


def test_an_at_sign_offers_members_by_name_or_as_they_are_shown(
    alice: Reader, bob: Client, carol: Client, team: str
) -> None:
    bob.invite(team, "carol")
    composer = writes(alice, team)
    alice.until(lambda: len(composer.completions("@")) == 3)
    assert {name for name, _ in names(composer, "hello @")} == {"bob", "carol", "all"}
    carol.send(team, "I speak")
    alice.until(lambda: here(alice))
    assert names(composer, "@")[0] == ("carol", "carol"), "who spoke last comes first"
    assert names(composer, "(@BO") == [("bob", "Bob Tanaka")]
    assert names(composer, "and @tan") == [("bob", "Bob Tanaka")]
    assert names(composer, "@al") == [("all", "Everybody here")]
    (found,) = composer.completions("so @bo")
    assert (found.written, found.replaced) == ("@bob ", 3)
    assert names(composer, "someone@bo") == names(composer, "@bob comes") == names(composer, "bo") == []
    assert names(writes(alice, "@bob"), "@") == [("bob", "Bob Tanaka")], "no @all between two"


def test_nothing_is_written_to_whom_i_have_blocked(alice: Reader, bob: Client) -> None:
    bob.send("alice", "hello")
    alice.until(lambda: alice.chat.conversations.get("@bob"))
    composer = writes(alice, "@bob")
    changes = list[bool]()
    composer.changed.connect(lambda: changes.append(composer.barred is not None))
    composer.write("x")
    alice.chat.block("bob", on=True)
    alice.until(lambda: composer.barred)
    assert (
        composer.barred is not None
        and composer.barred.blocked == "bob"
        and "Bob Tanaka" in composer.barred.why
    )
    assert not composer.ready and changes == [True]
    alice.chat.block("bob", on=False)
    alice.until(lambda: not composer.barred)
    assert composer.ready and changes == [True, False]
    composer.write("")


def test_what_the_server_refuses_says_why_and_can_be_sent_again_or_given_up(
    alice: Reader, bob: Client
) -> None:
    bob.send("alice", "last words")
    bob.block("alice")
    alice.until(lambda: alice.chat.conversations.get("@bob"))
    composer = writes(alice, "@bob")
    composer.write("are you there?")
    composer.send()
    alice.until(lambda: [one.state for one in alice.chat.outgoing.of("@bob")] == ["failed"])
    (failed,) = alice.chat.outgoing.of("@bob")
    assert failed.problem
    bob.unblock("alice")
    alice.chat.outgoing.retry(failed.key)
    alice.until(lambda: here(alice)[-1].text == "are you there?")
    assert alice.chat.outgoing.of("@bob") == []
    bob.block("alice")
    composer.write("and now?")
    composer.send()
    alice.until(lambda: [one.state for one in alice.chat.outgoing.of("@bob")] == ["failed"])
    alice.chat.outgoing.discard(alice.chat.outgoing.of("@bob")[0].key)
    alice.until(lambda: not alice.chat.outgoing.of("@bob"))
    bob.unblock("alice")


def test_what_cannot_even_be_kept_comes_back(
    alice: Reader, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def queue(*_: object, **__: object) -> bytes:
        raise errors.ProfileError("The disk is full.")

    composer = writes(alice, team)
    monkeypatch.setattr(alice.chat.desk.client, "queue", queue)
    composer.write("precious")
    composer.send()
    alice.until(lambda: alice.complaints)
    assert (composer.text, alice.chat.drafts[team]) == ("precious", "precious")
    assert alice.complaints == ["The disk is full."]
    composer.write("")
