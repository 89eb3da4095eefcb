"""Looking for messages: which answer counts, where it comes from, and what is shown of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hubbub.client import Hit, HubbubError
from hubbub.client.errors import BadRequest
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.desk_search import PAGE, Found, Question, begun, plain
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.model.search import EXCERPT_MAX, Search, excerpt
from hubbub.client.gui.model.signal import Signal
from hubbub.client.remembered import marks_of
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.reader import Reader

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def hit(seq: int, text: str = "the words", conversation: str = "#team", words: str = "words") -> Hit:
    return Hit(
        conversation=conversation,
        seq=seq,
        sender="bob",
        text=text,
        sent_at=NOW + timedelta(seconds=seq),
        key=seq.to_bytes(16, "big"),
        marks=tuple(marks_of(text, words.split())),
    )


def found(*seqs: int, more: bool = False, cached: bool = False) -> Found:
    return Found(hits=tuple(hit(seq) for seq in seqs), more=more, cached=cached)


class Place:
    """A timeline, as far as it matters here."""

    def __init__(self, name: str) -> None:
        self.name = name


class StillChat:
    """Every answer is in the test's hand."""

    def __init__(self) -> None:
        self.link, self.bridge, self.desk = Link(), self, self
        self.link.up()
        self.client = None
        self.opened = Signal[()]()
        self.timeline: Place | None = Place("#team")
        self.asked: list[tuple[Call, Question, float, Callable[[Found], None], Callable[[HubbubError], None]]]
        self.asked = []
        self.shown: list[tuple[str, int]] = []

    def run(self, job: Any, done: Callable[[Found], None], failed: Callable[[HubbubError], None]) -> Call:
        _, question, wait = job.args
        self.asked.append((Call(), question, wait, done, failed))
        return self.asked[-1][0]

    def show(self, name: str, seq: int) -> None:
        self.shown.append((name, seq))

    def opens(self, name: str) -> None:
        self.timeline = Place(name)
        self.opened.emit()

    def answers(self, at: int, answer: Found) -> None:
        """As the bridge does it: to a call that was cancelled nothing is told."""
        call, _, _, done, _ = self.asked[at]
        if call.active:
            call.active = False
            done(answer)

    @property
    def last(self) -> Question:
        return self.asked[-1][1]


@pytest.fixture
def chat() -> StillChat:
    return StillChat()


@pytest.fixture
def search(chat: StillChat) -> Search:
    return Search(chat)  # type: ignore[arg-type]  # what it asks of a chat


def seqs(search: Search) -> list[int]:
    return [one.seq for one in search.hits]


def test_only_the_last_question_is_answered_and_nobody_asks_at_every_letter(
    chat: StillChat, search: Search
) -> None:
    for text in ("w", "wo", "wor"):
        search.set(text)
    assert [call.active for call, *_ in chat.asked] == [False, False, True]
    assert all(wait > 0 for _, _, wait, _, _ in chat.asked)
    assert search.state == "waiting"
    chat.answers(2, found(3))
    chat.answers(0, found(1))
    assert (seqs(search), search.state) == ([3], "")
    search.set("wor")
    assert len(chat.asked) == 3, "the same again"


def test_what_was_found_stays_until_the_next_answer_is_here(chat: StillChat, search: Search) -> None:
    search.set("word")
    chat.answers(0, found(1))
    search.set("words")
    assert (seqs(search), search.state) == ([1], "waiting")
    chat.answers(1, found())
    assert search.none
    search.set("")
    assert (search.hits, search.none, search.state) == ([], False, "")


def test_it_is_looked_here_or_everywhere(chat: StillChat, search: Search) -> None:
    search.set("words")
    assert chat.last.conversation == "#team"
    chat.answers(0, found(1))
    search.set_everywhere(True)
    assert chat.last.conversation is None and search.hits == [], "those are of another question"
    chat.answers(1, found(1, 2))
    chat.opens("#other")
    assert len(chat.asked) == 2, "everywhere is the same from everywhere"
    search.set_everywhere(False)
    assert chat.last.conversation == "#other"
    chat.opens("#team")
    assert chat.last.conversation == "#team"
    search.open(hit(7, conversation="#far"))
    assert chat.shown == [("#far", 7)]


def test_more_are_asked_for_behind_the_last_one(chat: StillChat, search: Search) -> None:
    search.set("words")
    search.load_more()
    assert len(chat.asked) == 1, "the first answer is not here yet"
    chat.answers(0, found(9, 8, 7, more=True))
    search.load_more()
    search.load_more()
    assert len(chat.asked) == 2 and chat.last.until == NOW + timedelta(seconds=7)
    chat.answers(1, found(7, 6, 5, more=True))
    assert seqs(search) == [9, 8, 7, 6, 5], "what was said in that moment is not there twice"
    search.load_more()
    chat.answers(2, found(5, more=True))
    assert not search.more
    search.load_more()
    assert len(chat.asked) == 3


def test_a_new_question_ends_the_asking_for_more(chat: StillChat, search: Search) -> None:
    search.set("words")
    chat.answers(0, found(9, more=True))
    search.load_more()
    search.set("other")
    chat.answers(1, found(1))
    assert seqs(search) == [9]
    chat.answers(2, found(2))
    assert seqs(search) == [2]


def test_without_a_server_the_memory_is_asked_and_with_one_the_server_again(
    chat: StillChat, search: Search
) -> None:
    search.set("words")
    chat.link.down("gone")
    assert chat.last.cached and not chat.asked[0][0].active, "an answer would not come"
    chat.answers(1, found(1, cached=True))
    assert search.cached
    chat.link.trying()
    chat.link.down("gone")
    assert len(chat.asked) == 2
    chat.link.up()
    assert not chat.last.cached
    chat.answers(2, found(1, 2))
    assert not search.cached and seqs(search) == [1, 2]
    chat.link.down("gone again")
    assert len(chat.asked) == 3, "what is here is better than what is remembered"


def test_a_refusal_says_why_and_can_be_tried_again(chat: StillChat, search: Search) -> None:
    search.set("words")
    chat.asked[0][4](BadRequest("Too long."))
    assert (search.state, search.problem, search.none) == ("failed", "Too long.", False)
    search.again()
    chat.answers(1, found(1))
    assert (search.state, seqs(search)) == ("", [1])


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("hel", "hel*"),
        ("hello wor", "hello wor*"),
        ("hello ", "hello "),
        ("h", "h"),
        ('"two wor', '"two wor'),
        ('"two words"', '"two words"'),
        ("wor*", "wor*"),
        ("what?", "what?"),
        ("", ""),
    ],
)
def test_the_last_word_may_be_half_of_one(typed: str, asked: str) -> None:
    assert begun(typed) == asked


def test_signs_of_the_servers_mean_nothing_to_the_memory() -> None:
    assert plain('"two words" beg*').split() == ["two", "words", "beg"]


def test_an_excerpt_begins_shortly_before_the_first_match() -> None:
    assert excerpt(hit(1, "all the words")) == [("all the ", False), ("words", True)]
    long = "begin " * 40 + "words and " + "more " * 80
    pieces = excerpt(hit(1, long))
    assert pieces[0] == ("…", False) and pieces[-1] == ("…", False)
    assert [text for text, match in pieces if match] == ["words"]
    assert sum(len(text) for text, _ in pieces) <= EXCERPT_MAX + 2
    assert pieces[1][0].startswith("begin"), "whole words"
    assert excerpt(hit(1, "two\nlines of words"))[0] == ("two lines of ", False)
    assert excerpt(hit(1, "x" * 500 + "words"))[-1] == ("words", True)


# ------------------------------------------------------------------------------------------------- at a real broker


@pytest.fixture(scope="module")
def alice(broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """With something to be found: `PAGE` + 5 messages with "needle" of bob's, one of them in a group."""
    with ExitStack() as stack:
        bob = stack.enter_context(
            Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True)
        )
        reader = Reader(broker, "alice", tmp_path_factory.mktemp("alice"))
        stack.callback(reader.close)
        for number in range(PAGE + 4):
            bob.send("alice", f"needle number {number}")
        bob.create_group("hay", ["alice"])
        bob.send("#hay", "a Needle in it")
        reader.until(lambda: (row := reader.chat.conversations.get("#hay")) and row.last_message)
        yield reader


def finds(alice: Reader, text: str) -> list[str]:
    """Once the index has it, which is filled behind the acknowledgement."""
    search = alice.chat.search
    search.set("")
    search.set(text)

    def there() -> bool:
        if search.state == "" and not search.hits:
            search.again()
        return search.state == "" and bool(search.hits)

    alice.until(there)
    return [one.text for one in search.hits]


def test_messages_are_found_here_and_everywhere_and_opened_in_their_place(alice: Reader) -> None:
    search = alice.chat.search
    alice.opens("@bob")
    search.set_everywhere(False)
    texts = finds(alice, "need")
    assert texts[0] == f"needle number {PAGE + 3}" and search.more and not search.cached
    search.load_more()
    alice.until(lambda: not search.more)
    assert [one.text for one in search.hits] == [f"needle number {at}" for at in reversed(range(PAGE + 4))]
    search.set_everywhere(True)
    alice.until(lambda: not search.state)
    assert search.hits[0].text == "a Needle in it" and search.hits[0].marked() == "a [Needle] in it"
    search.open(search.hits[0])
    timeline = alice.chat.timeline
    assert timeline is not None and timeline.name == "#hay"
    alice.until(lambda: any(getattr(row, "marked", False) for row in timeline.rows()))


def test_what_is_remembered_is_found_without_a_server(alice: Reader) -> None:
    search = alice.chat.search
    alice.opens("@bob")
    search.set_everywhere(False)
    alice.chat.link.down("as if")
    try:
        assert finds(alice, "eedle number 3")[-1] == "needle number 3"
        assert search.cached
    finally:
        alice.chat.link.up()
    alice.until(lambda: not search.state and not search.cached)
