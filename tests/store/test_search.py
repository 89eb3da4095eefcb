"""Search: words of every script, phrases, endings, and only what the asker may see."""

import pytest

from hubbub.schemas import records
from hubbub.store import memory_store
from tests.store.stores import GENERAL, Trial

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
    found = [message.text for message in trial.search(alice, words).messages]
    assert found == [TEXTS[name] for name in expected]
    trial.close()


def test_newest_first_in_pages(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, *(f"word {number}" for number in range(25)))
    trial.index()
    first = trial.search(alice, "word", limit=10)
    assert [message.text for message in first.messages] == [f"word {number}" for number in range(24, 14, -1)]
    assert first.next == first.messages[-1].position
    second = trial.search(alice, "word", before=first.next, limit=15)
    assert ([message.text for message in second.messages][-1], second.next) == ("word 0", None)


def test_only_where_one_is_a_member_now(trial: Trial) -> None:
    alice, bob, carol = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    group = trial.group("team", alice, carol)
    trial.say(direct, alice, "secret of two")
    trial.say(group, alice, "secret of the team")
    trial.say(GENERAL, alice, "no secret")
    trial.index()
    assert [m.conversation for m in trial.search(alice, "secret").messages] == [GENERAL, group, direct]
    assert [m.conversation for m in trial.search(bob, "secret").messages] == [GENERAL, direct]
    assert [m.conversation for m in trial.search(carol, "secret").messages] == [GENERAL, group]
    assert [m.conversation for m in trial.search(alice, "secret", direct).messages] == [direct]
    refused = trial.reader.read(records.ReadSearch(carol, "secret", direct, 0, 10))
    assert refused == trial.reader.read(records.ReadSearch(carol, "secret", 999, 0, 10))
    assert isinstance(refused, records.Refused)


def test_search_of_somebody_in_very_many_conversations(trial: Trial) -> None:
    alice, bob = trial.users("alice", "bob")
    made = trial.run(*(records.CreateGroup(f"g{number}", [alice], 1) for number in range(510)))
    groups = [result.conversation for result in made if isinstance(result, records.GroupCreated)]
    foreign = trial.direct(bob, "bob")
    trial.say(groups[3], alice, "needle")
    trial.run(*(trial.message(foreign, bob, "needle") for _ in range(100)))
    trial.say(groups[500], alice, "needle")
    trial.index()
    found = trial.search(alice, "needle", limit=5)
    assert [message.conversation for message in found.messages] == [groups[500], groups[3]]


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
    indexer.close()
    assert [message.text for message in trial.search(alice, "two").messages] == ["two"]
    assert [message.text for message in trial.search(alice, "one").messages] == ["one"]
    assert trial.verify().problems == []
