"""Search: words of every script, phrases, endings, and only what the asker may see."""

from typing import Literal

import pytest

from hubbub.schemas import codec, limits, records, replies
from hubbub.store import finding, memory_store
from tests.store.stores import GENERAL, Trial, code

Order = Literal["newest", "relevance"]

TEXTS = {
    "plain": "The quick brown fox jumps",
    "accents": "Un café à Zürich, naïve Fußgänger",
    "chinese": "我们明天去北京吃饭",
    "japanese": "東京タワーでビール",
    "korean": "서울에서 만나요",
    "hebrew": "שָׁלוֹם עולם",
    "arabic": "السَّلام عليكم",
    "thai": "สวัสดีครับผมชื่อ",
    "mixed": "iPhone手机 is here",
    "wide": "ＨＥＬＬＯ there",
    "code": "foo(bar) AND x-y NEAR z*",
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("quick", ["plain"]),
        ("QUICK Fox", ["plain"]),
        ("quick cat", []),
        ("jum", []),
        ("jum*", ["plain"]),
        ("j*", []),
        ('"brown fox"', ["plain"]),
        ('"fox brown"', []),
        ('"brown fo"', []),
        ('"brown fox', ["plain"]),
        ("cafe", ["accents"]),
        ("ZURICH", ["accents"]),
        ("fussganger", ["accents"]),
        ("北京", ["chinese"]),
        ("京北", []),
        ("吃饭 明天", ["chinese"]),
        ("東京", ["japanese"]),
        ("タワー", ["japanese"]),
        ("서울", ["korean"]),
        ("שלום", ["hebrew"]),
        ("السلام", ["arabic"]),
        ("สวัสดี", ["thai"]),
        ("ผมชื่อ", ["thai"]),
        ("手机", ["mixed"]),
        ("iphone", ["mixed"]),
        ("hello", ["wide"]),
        ("foo bar", ["code"]),
        ("foo(bar)", ["code"]),
        ("AND", ["code"]),
        ("quick OR hello", []),
        ("NOT quick", []),
        ("text:quick", []),
        ("c1", []),
        ('place:"c1"', []),
        ("quick) OR (hello", []),
        ('"', []),
        ("* - ...", []),
        ("quick *", ["plain"]),
        ("^quick", ["plain"]),
        ("qui\0ck", []),
    ],
)
def test_words_find(words: str, expected: list[str]) -> None:
    trial = Trial(memory_store())
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, *TEXTS.values())
    trial.index()
    assert trial.found(alice, words) == [TEXTS[name] for name in expected]
    for hit in trial.search(alice, words).hits:
        assert hit.marks, "what is found is marked"
    trial.close()


def test_marks_of_a_hit() -> None:
    trial = Trial(memory_store())
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, *TEXTS.values())
    trial.index()
    (hit,) = trial.search(alice, "吃饭 明天").hits
    assert hit.marks == [(2, 4), (7, 9)]
    (hit,) = trial.search(alice, "שלום").hits
    assert hit.message.text[slice(*hit.marks[0])] == "שָׁלוֹם"
    trial.close()


def test_newest_first_in_pages(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, *(f"word {number}" for number in range(25)))
    trial.index()
    first = trial.search(alice, "word", limit=10)
    assert texts(first) == [f"word {number}" for number in range(24, 14, -1)]
    assert first.next is not None
    second = trial.search(alice, "word", cursor=first.next, limit=15)
    assert (texts(second), second.next) == ([f"word {number}" for number in range(14, -1, -1)], None)


def test_best_first_in_pages(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(
        GENERAL, alice, "word", "a word among a good many others that have no word to say", "word word word"
    )
    trial.say(GENERAL, alice, *(f"word and {number} more" for number in range(20)))
    trial.index()
    every = trial.search(alice, "word", order="relevance")
    assert (texts(every)[:2], len(every.hits), every.next) == (["word word word", "word"], 23, None)
    assert texts(every)[-1].startswith("a word among")
    pages, cursor = [], 0
    while True:
        page = trial.search(alice, "word", order="relevance", cursor=cursor, limit=7)
        pages += page.hits
        if page.next is None:
            break
        cursor = page.next
    assert pages == every.hits


def texts(found: records.SearchRead) -> list[str]:
    return [hit.message.text for hit in found.hits]


def test_only_where_one_is_a_member_now(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    group = trial.group("team", alice, carol)
    trial.say(direct, alice, "secret of two")
    trial.say(group, alice, "secret of the team")
    trial.say(GENERAL, alice, "no secret")
    trial.index()
    assert places(trial, alice) == [GENERAL, group, direct]
    assert places(trial, bob) == [GENERAL, direct]
    assert places(trial, carol) == [GENERAL, group]
    assert places(trial, alice, direct) == [direct]
    trial.remove(group, alice, carol)
    assert places(trial, carol) == [GENERAL]
    refused = trial.reader.read(query(carol, direct))
    assert refused == trial.reader.read(query(carol, 999)) == trial.reader.read(query(carol, group))
    assert code(refused) == "not_found"


def places(trial: Trial, user: int, conversation: int | None = None) -> list[int]:
    return [hit.message.conversation for hit in trial.search(user, "secret", conversation).hits]


def query(user: int, conversation: int) -> records.ReadSearch:
    return records.ReadSearch(user, "secret", conversation, None, None, None, "newest", 0, 10)


@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_who_came_later_finds_what_was_said_since(trial: Trial, order: Order) -> None:
    alice, bob = trial.users("alice", "bob")
    group = trial.group("team", alice, history="joined")
    trial.say(group, alice, "needle before")
    trial.add(group, alice, bob)
    trial.say(group, alice, "needle after")
    trial.act(trial.edit(group, alice, 2, "needle before, edited after"))
    trial.index()
    assert texts(trial.search(bob, "needle", order=order)) == ["needle after"]
    assert len(trial.search(alice, "needle", order=order).hits) == 2


def test_by_sender_and_time(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    said = [
        trial.say(GENERAL, sender, f"word {number}")[0]
        for number, sender in enumerate([alice, bob, alice, bob])
    ]
    trial.index()
    assert texts(trial.search(carol, "word", sender="BOB")) == ["word 3", "word 1"]
    assert texts(trial.search(carol, "word", sender="bob", conversation=GENERAL, limit=1)) == ["word 3"]
    assert trial.search(carol, "word", sender="carol").hits == []
    assert texts(trial.search(carol, "word", before=said[2].at)) == ["word 1", "word 0"]
    assert texts(trial.search(carol, "word", after=said[2].at)) == ["word 3", "word 2"]
    assert texts(trial.search(carol, "word", after=said[1].at, before=said[2].at)) == ["word 1"]
    assert texts(trial.search(carol, "word", after=said[3].at + 1)) == []
    assert len(trial.search(carol, "word", after=0, before=2**53 - 1).hits) == 4
    nobody = records.ReadSearch(carol, "word", None, "dora", None, None, "newest", 0, 10)
    assert code(trial.reader.read(nobody)) == "not_found"


def test_times_of_many_entries_at_once(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.run(*(trial.message(GENERAL, alice, f"word {number}") for number in range(10)))
    early = trial.message(GENERAL, alice, "word early")
    early.now = 5
    trial.run(early)
    trial.index()
    moments = sorted({hit.message.at for hit in trial.search(alice, "word").hits})
    for at in (0, *moments, moments[-1] + 1):
        found = [hit.message.at for hit in trial.search(alice, "word", before=at).hits]
        assert all(moment < at for moment in found)
        assert len(found) + len(trial.search(alice, "word", after=at).hits) == 11


def test_search_of_somebody_in_very_many_conversations(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever others say behind it, and in whichever part of the conversations it is."""
    alice, bob = trial.users("alice", "bob")
    made = trial.run(*(trial.creation(f"g{number}", alice) for number in range(510)))
    groups = [result.conversation.conversation for result in made if isinstance(result, records.GroupCreated)]
    foreign = trial.direct(bob, "bob")
    own = [groups[500], groups[3]]
    trial.say(own[1], alice, "needle")
    trial.run(*(trial.message(foreign, bob, "needle") for _ in range(100)))
    trial.say(own[0], alice, "needle")
    trial.index()
    assert found_in(trial, alice, "newest") == found_in(trial, alice, "relevance") == own
    trial.run(*(trial.message(foreign, bob, "needle") for _ in range(5200)))
    trial.index()
    monkeypatch.setattr(finding, "BEST_MAX", 50)
    assert found_in(trial, alice, "newest") == found_in(trial, alice, "relevance") == own


def found_in(trial: Trial, user: int, order: Order) -> list[int]:
    found = trial.search(user, "needle", order=order, limit=5)
    assert found.next is None
    return [hit.message.conversation for hit in found.hits]


@pytest.mark.parametrize("order", ["newest", "relevance"])
@pytest.mark.parametrize("others", [0, 3, 40])
def test_pages_tell_nothing_of_what_others_say(order: Order, others: int) -> None:
    """Between any two of his matches are some of theirs, and behind the last one: more than are looked at one by one, or few."""
    trial = Trial(memory_store())
    alice, bob = trial.users("alice", "bob")
    late = trial.group("late", bob, history="joined")
    hidden = trial.direct(bob, "bob")
    for number in range(12):
        trial.run(
            *(trial.message(hidden, bob, f"word {number}" + " or another" * (n % 3)) for n in range(others))
        )
        if number == 6:
            trial.say(late, bob, "word before")
            trial.add(late, bob, alice)
        trial.say(late if number > 6 else GENERAL, bob, f"word {number}" + " and more" * (number % 4))
    trial.index()
    every = trial.search(alice, "word", order=order)
    assert (len(every.hits), every.next) == (12, None)
    if order == "newest":
        assert [hit.message.text.split()[1] for hit in every.hits] == [
            str(number) for number in range(11, -1, -1)
        ]
    for limit in (1, 4, 5, 12):
        pages, cursor, cursors = [], 0, []
        while True:
            page = trial.search(alice, "word", order=order, cursor=cursor, limit=limit)
            pages += page.hits
            if page.next is None:
                break
            cursor = page.next
            cursors.append(cursor)
        assert pages == every.hits
        following = every.hits[limit::limit]
        if order == "newest":
            assert cursors == [hit.message.position + 1 for hit in following]
        else:
            assert cursors == [limit * (number + 1) for number in range(len(following))]
    trial.close()


def test_only_current_texts_are_found(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    first, second = trial.say(GENERAL, alice, "apple pie", "apple tart")
    trial.index()
    trial.act(trial.edit(GENERAL, alice, first.seq, "cherry pie"))
    assert trial.found(bob, "apple") == ["apple tart"], "also before the index knows of it"
    trial.index()
    assert trial.found(bob, "cherry pie") == ["cherry pie"]
    trial.act(trial.edit(GENERAL, alice, first.seq, "plum pie"))
    trial.act(trial.edit(GENERAL, alice, first.seq, "apple pie"))
    trial.index()
    assert trial.found(bob, "apple") == ["apple pie", "apple tart"], "newest text first"
    assert trial.found(bob, "plum") == trial.found(bob, "cherry") == []
    (hit,) = trial.search(bob, "pie").hits
    assert (hit.message.seq, hit.marks, hit.message.edited_at > 0) == (first.seq, [(6, 9)], True)
    trial.act(trial.deletion(GENERAL, alice, second.seq))
    assert trial.found(bob, "apple") == ["apple pie"]
    trial.act(trial.deletion(GENERAL, alice, first.seq))
    trial.index()
    assert trial.found(bob, "apple") == trial.found(bob, "pie") == []
    assert trial.verify().problems == []


def test_index_follows_the_log(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    indexer = trial.backend.indexer()
    trial.say(GENERAL, alice, "one")
    while indexer.step():
        pass
    assert not indexer.step()
    trial.say(GENERAL, alice, *("more" for _ in range(1100)), "two")
    while indexer.step():
        pass
    assert indexer.due() is None
    indexer.close()
    assert trial.found(alice, "two") == ["two"]
    assert trial.found(alice, "one") == ["one"]
    assert trial.verify().problems == []


def test_largest_page_of_hits_fits_into_a_reply() -> None:
    trial = Trial(memory_store())
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, *("a " * 8000 for _ in range(20)), *("水" * 40 for _ in range(300)))
    trial.index()
    for words in ("a", "水"):
        cursor: int | None = 0
        while cursor is not None:
            page = trial.search(alice, words, cursor=cursor, limit=200)
            found = replies.Found(id=2**53, epoch=b"e" * 16, hits=page.hits, next=page.next)
            assert len(codec.encode(found)) < limits.REPLY_MAX_BYTES
            cursor = page.next
    trial.close()
