"""What the cache keeps of messages: search and history, what entries make of them, and what is dropped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.client.cache import Account, Cache
from hubbub.client.remembered import Remembered
from hubbub.schemas import events
from tests.client.driver import message, row

ME, BOB = 1, 9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


@pytest.fixture
def account(path: Path) -> Iterator[Account]:
    with Cache(path) as cache:
        made = cache.account(b"k" * 32, "alice")
        made.belong(b"e" * 16)
        yield made


def said(seq: int, text: str = "") -> events.Message:
    made = message(7, seq)
    made.text = text or made.text
    return made


def entry(kind: type[Any], seq: int, **fields: Any) -> Any:
    return kind(conversation=7, seq=seq, position=seq, at=seq, sender=BOB, sender_name="bob", **fields)


def edited(seq: int, target: int, text: str) -> events.Edited:
    return entry(events.Edited, seq, target=target, text=text)  # type: ignore[no-any-return]


def deleted(seq: int, target: int) -> events.Deleted:
    return entry(events.Deleted, seq, target=target)  # type: ignore[no-any-return]


def texts(account: Account) -> dict[int, str]:
    return {one.seq: one.text for one in account.history(7)}


def test_history_and_search_find_what_was_seen(account: Account) -> None:
    found = [said(1, "Guten Morgen"), said(2, "今天天气很好"), said(3, "STRASSE und Straße, 100%")]
    account.put_messages(found)
    assert [one.seq for one in account.history(7, limit=2)] == [3, 2]
    assert [one.seq for one in account.history(7, before=3)] == [2, 1]
    assert [one.seq for one in account.search("天气")] == [2]
    assert [one.seq for one in account.search("morgen GUTEN")] == [1]
    assert [one.seq for one in account.search("strasse 0%")] == [3]
    assert account.search("morgen", conversation=8) == []
    assert account.search("_") == []


def test_pages_lie_about_a_message_as_the_server_would_cut_them(account: Account) -> None:
    account.put_home([row(7, 20)], complete=True)
    account.put_messages([said(seq) for seq in range(1, 21)])
    known = Remembered(account)

    def seqs(**place: Any) -> list[int]:
        return [one.seq for one in known.history("name7", **place)]

    assert seqs(limit=3) == [20, 19, 18]
    assert seqs(limit=3, before=10) == [9, 8, 7]
    assert seqs(limit=3, after=10) == [13, 12, 11]
    assert seqs(limit=4, around=10) == [12, 11, 10, 9]
    assert seqs(limit=None, after=17) == [20, 19, 18]
    found = known.message("name7", 4)
    assert found is not None and found.text == "text 4"
    assert known.message("name7", 99) is None
    with pytest.raises(ValueError, match="around"):
        seqs(around=1, before=2)


def test_a_search_is_narrowed_and_marks_what_it_found(account: Account) -> None:
    account.put_home([row(7, 20)], complete=True)
    account.put_messages([said(1, "Straße und STRASSE"), said(2, "a street")])
    known = Remembered(account)
    (hit,) = known.search("strasse")
    assert hit.marked() == "[Straße] und [STRASSE]"
    assert [one.seq for one in known.search("str", sender="@BOB")] == [2, 1]
    assert known.search("str", sender="eve") == []
    assert [one.seq for one in known.search("str", before=hit.sent_at)] == []
    assert [one.seq for one in known.search("str", after=hit.sent_at, limit=1)] == [2]


def test_entries_change_what_is_kept(account: Account) -> None:
    account.put_entries([said(1, "first"), said(2, "second"), edited(3, 1, "other words")], ME)
    on = entry(events.Reacted, 4, target=2, emoji="👍", on=True)
    account.put_entries([on, entry(events.Pinned, 5, target=2, on=True)], ME)
    assert texts(account) == {1: "other words", 2: "second"}
    assert account.search("first") == []
    assert [one.seq for one in account.search("words")] == [1]
    second = account.history(7)[0]
    assert (second.pinned, second.reactions[0].count) == (True, 1)


def test_a_deleted_message_has_no_files_any_more(account: Account) -> None:
    with_file = said(1, "look")
    with_file.attachments = [events.Attachment(name="a.txt", type="text/plain", size=3, sha256=b"s" * 32)]
    account.put_entries([with_file], ME)
    assert account.history(7)[0].attachments == with_file.attachments
    account.put_entries([deleted(2, 1)], ME)
    assert account.history(7)[0].attachments == []


def test_entries_that_come_again_change_nothing(account: Account) -> None:
    entries = [said(1, "first"), edited(2, 1, "B"), edited(3, 1, "C")]
    account.put_entries(entries, ME)
    account.put_entries(entries, ME)
    assert texts(account) == {1: "C"}


def test_a_deleted_text_is_in_no_file_any_more(account: Account, path: Path) -> None:
    nonce = "9f2c7a51d3e84b06"
    account.put_home([row(7, 3, last_message=said(2, nonce))], complete=True)
    account.put_entries([said(1, nonce.upper()), said(2), edited(3, 2, nonce + nonce)], ME)

    def kept() -> bytes:
        files = b"".join(file.read_bytes() for file in path.parent.iterdir())
        return files.lower()

    assert nonce.encode() in kept()
    account.put_home([row(7, 4)], complete=False)
    account.put_entries([deleted(4, 1)], ME)
    tombstone = said(2)
    tombstone.text, tombstone.deleted_at, tombstone.deleted_by = "", 5, "bob"
    account.put_messages([tombstone], as_of=5)
    assert texts(account) == {1: "", 2: ""}
    assert account.search(nonce) == []
    assert nonce.encode() not in kept()


@pytest.mark.parametrize("seen", ["entry", "page", "home"])
def test_the_name_of_a_deleted_file_is_in_no_file_any_more(account: Account, path: Path, seen: str) -> None:
    """Of a message without a text, however its deletion comes to be known."""
    name = "merger-9f2c7a51d3e84b06.pdf"
    with_file, tombstone = message(7, 1), message(7, 1)
    with_file.text = tombstone.text = ""
    with_file.attachments = [
        events.Attachment(name=name, type="application/pdf", size=3, sha256=b"s" * 32)
    ] * 10
    tombstone.deleted_at, tombstone.deleted_by = 5, "bob"
    if seen == "home":
        account.put_home([row(7, 1, last_message=with_file)], complete=True)
        account.put_home([row(7, 2, last_message=tombstone)], complete=False)
    else:
        account.put_home([row(7, 1, last_message=with_file)], complete=True)
        account.put_home([row(7, 2)], complete=True)
        account.put_entries([with_file], ME)
        if seen == "entry":
            account.put_entries([deleted(2, 1)], ME)
        else:
            account.put_messages([tombstone], as_of=2)
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert name.encode() not in left


@pytest.mark.parametrize("large", [False, True])
def test_no_copy_of_a_deleted_text_stays_where_its_row_once_was(
    path: Path, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that grow push their neighbours to other pages; what is left behind there has to go with the neighbours."""
    # What is large is told by the time that writing it anew takes: a busy machine must not decide that here. Large: at the end.
    monkeypatch.setattr("hubbub.client.cachefile._QUICK_S", -1.0 if large else 1e9)
    if large:
        monkeypatch.setattr("hubbub.client.cachefile._REST", 1e9)
    cache = Cache(path)
    account = cache.account(b"k" * 32, "alice")
    account.belong(b"e" * 16)
    number, seqs = 60, range(1, 61)
    words = {seq: f"nonce{seq:04}" for seq in seqs}
    account.put_entries([said(seq, words[seq] + " " + "x" * (seq * 37 % 300)) for seq in seqs], ME)
    for seq in seqs[::3]:
        number += 1
        account.put_entries([edited(number, seq, words[seq] + " " + "longer " * 60)], ME)
    for seq in seqs:
        number += 1
        account.put_entries([deleted(number, seq)], ME)
    if large:
        cache.close()
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [word for word in words.values() if word.encode() in left] == []
    cache.close()


def test_an_answer_that_is_ahead_is_not_changed_by_what_it_has(account: Account) -> None:
    account.put_entries([said(1)], ME)
    ahead = said(1)
    people = [events.Person(number, f"user{number}") for number in range(20, 30)]
    ahead.reactions = [events.Reaction("👍", 12, people, False)]
    account.put_messages([ahead], as_of=3)
    late = [entry(events.Reacted, seq, target=1, emoji="👍", on=True) for seq in (2, 3, 4)]
    account.put_entries(late, ME)
    assert account.history(7)[0].reactions[0].count == 13


def test_an_answer_that_is_behind_does_not_bring_a_text_back(account: Account) -> None:
    account.put_entries([said(1), deleted(2, 1)], ME)
    account.put_messages([said(1)], as_of=1)
    account.put_messages([said(1)])
    assert texts(account) == {1: ""}


@pytest.mark.parametrize("how", ["gap", "passed over"])
def test_what_may_have_changed_unseen_is_dropped(account: Account, how: str) -> None:
    account.put_entries([said(1), said(2)], ME)
    account.put_messages([said(3)], as_of=9)
    if how == "gap":
        account.put_entries([said(8)], ME)
        assert sorted(texts(account)) == [3, 8]
    else:
        account.pass_over(account.epoch, [(7, 7)])
        assert sorted(texts(account)) == [3]
    account.pass_over(account.epoch, [(7, 5)])
    account.put_entries([edited(6, 3, "older")], ME)
    assert texts(account)[3] == "text 3"


def test_a_second_consumer_that_is_behind_changes_nothing_back(account: Account) -> None:
    account.put_entries([said(1), edited(2, 1, "B"), said(3)], ME)
    account.pass_over(account.epoch, [(7, 1)])
    account.put_entries([edited(2, 1, "B"), said(3)], ME)
    assert texts(account) == {1: "B", 3: "text 3"}


def test_what_the_user_may_not_see_any_more_goes(account: Account) -> None:
    account.put_home([row(7, 3), row(8, 1)], complete=True)
    account.put_entries([said(1), said(2), said(3), message(8, 1)], ME)
    account.put_home([row(7, 9, visible=2)], complete=False)
    assert sorted(texts(account)) == [3]
    assert [one.conversation for one in account.home()] == [7, 8]
    account.put_home([row(7, 9, visible=2)], complete=True)
    assert [one.conversation for one in account.home()] == [7]
    assert account.search("text", conversation=8) == []
