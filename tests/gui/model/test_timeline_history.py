"""A timeline whose answers and events come in every order: the server's and this device's, before and behind one another."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal, cast

import pytest
from msgspec import Struct

from hubbub.client import Conversation, Message, events
from hubbub.client.errors import NoServer
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.desk_paging import PAGE, Page
from hubbub.client.gui.model.acting import Acting
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.model.signal import Signal
from hubbub.client.gui.model.timeline import Timeline

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def said(seq: int, sender: str = "bob", **more: Any) -> Message:
    fields: dict[str, Any] = {"text": f"text {seq}", "key": seq.to_bytes(16), **more}
    return Message(
        conversation="#team", seq=seq, sender=sender, sent_at=NOW + timedelta(seconds=seq), **fields
    )


def page(begin: int, end: int, **more: bool) -> Page:
    return Page(messages=tuple(said(seq) for seq in range(begin, end + 1)), **more)


class Asked(Struct):
    what: str
    args: tuple[Any, ...]
    done: Callable[[Any], None]
    failed: Callable[[Any], None]
    call: Call


class Unsent(Struct, frozen=True, kw_only=True):
    key: bytes
    text: str = "mine"
    attachments: tuple[str, ...] = ()
    reply_to: int | None = None
    queued_at: datetime = NOW
    state: Literal["pending", "sending", "failed"] = "sending"
    problem: str = ""


class FakeDesk:
    """Names what is asked for; the answer comes when the test gives it."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(_never, name)


async def _never(name: str, *args: Any) -> None:
    raise AssertionError(name, args)


class FakeOutgoing:
    def __init__(self) -> None:
        self.changed = Signal[str]()
        self.waiting: list[Unsent] = []

    def of(self, _: str) -> list[Unsent]:
        return self.waiting

    def become(self, *waiting: Unsent) -> None:
        self.waiting = list(waiting)
        self.changed.emit("#team")


class FakePeople:
    def __init__(self) -> None:
        self.changed = Signal[()]()

    def shown(self, name: str) -> str:
        return name


class FakeChat:
    """A chat of which every answer is in the test's hand."""

    def __init__(self, unread: int = 0, read: int = 100, *, linked: bool = True) -> None:
        self.me = "alice"
        self.link = Link()
        if linked:
            self.link.up()
        self.desk, self.bridge, self.outgoing, self.people = FakeDesk(), self, FakeOutgoing(), FakePeople()
        self.acting = Acting(self)  # type: ignore[arg-type]  # it stands in for one
        self.said = Signal[str]()
        self.conversations = {
            "#team": Conversation(name="#team", kind="group", unread=unread, read=read, head=read + unread)
        }
        self.asked: list[Asked] = []
        self.reads: list[int] = []

    def now(self) -> datetime:
        return NOW

    def read(self, _: str, seq: int) -> None:
        self.reads.append(seq)

    def complain(self, error: Exception) -> None:
        self.said.emit(str(error))

    def run(
        self,
        job: Callable[[], Coroutine[Any, Any, Any]],
        done: Callable[[Any], None],
        failed: Callable[[Any], None],
    ) -> Call:
        what, _, *args = cast("partial[Any]", job).args
        self.asked.append(Asked(what, tuple(args), done, failed, Call()))
        return self.asked[-1].call

    def pending(self, what: str) -> list[Asked]:
        return [one for one in self.asked if one.what == what and one.call.active]

    def answer(self, what: str, value: Any) -> None:
        one = self.pending(what)[0]
        self.asked.remove(one)
        one.done(value)

    def fail(self, what: str) -> None:
        one = self.pending(what)[0]
        self.asked.remove(one)
        one.failed(NoServer("There is no server."))

    def opens(self) -> Timeline:
        return Timeline(cast("Any", self), "#team")


def held(timeline: Timeline) -> list[int]:
    return [one.seq for one in timeline.messages]


def texts(timeline: Timeline) -> list[str]:
    return [row.message.text for row in timeline.rows() if isinstance(row, Bubble)]


def entry(**more: Any) -> dict[str, Any]:
    return {"conversation": "#team", "seq": 999, "by": "bob", "at": NOW, **more}


def received(seq: int, sender: str = "bob", **more: Any) -> events.MessageReceived:
    return events.MessageReceived(message=said(seq, sender, **more))


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


def opened(chat: FakeChat, first: int = 51, last: int = 100, *, start: bool = False) -> Timeline:
    timeline = chat.opens()
    chat.answer("newest", page(first, last, first=start, last=True))
    return timeline


def test_what_this_device_remembers_stands_in_until_the_server_answers(chat: FakeChat) -> None:
    timeline = chat.opens()
    chat.answer("cached_newest", page(40, 90, last=True, cached=True))
    assert held(timeline)[-1] == 90
    timeline.history.load_earlier()
    assert not chat.pending("before")
    chat.answer("newest", page(51, 100, last=True))
    assert held(timeline) == list(range(51, 101))


def test_what_this_device_remembers_is_nothing_once_the_server_has_answered(chat: FakeChat) -> None:
    timeline = opened(chat)
    chat.answer("cached_newest", page(1, 20, last=True, cached=True))
    assert held(timeline) == list(range(51, 101))


def test_events_that_overtake_the_page_are_not_lost_and_not_done_twice(chat: FakeChat) -> None:
    timeline = chat.opens()
    timeline.on_event(received(101))
    timeline.on_event(events.MessageEdited(**entry(target=100, text="edited")))
    timeline.on_event(events.ReactionChanged(**entry(target=99, emoji="👍", on=True)))
    assert held(timeline) == []
    chat.answer("newest", page(51, 100, last=True))
    assert held(timeline)[-1] == 101
    assert texts(timeline)[-2:] == ["edited", "text 101"]
    assert timeline.messages[-3].reactions[0].users == ("bob",)


def test_events_of_other_conversations_are_not_shown_here(chat: FakeChat) -> None:
    timeline = opened(chat)
    timeline.on_event(
        events.MessageReceived(message=Message(**{**_fields(said(101)), "conversation": "#other"}))
    )
    timeline.on_event(events.MessageEdited(**entry(conversation="#other", target=100, text="no")))
    assert held(timeline)[-1] == 100
    assert texts(timeline)[-1] == "text 100"


def _fields(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__struct_fields__}


KEY = b"k" * 16
MINE: dict[str, Any] = {"key": KEY, "text": "mine"}


@pytest.mark.parametrize(
    "order", ["done received kept", "received done kept", "kept received done", "kept done received"]
)
def test_what_i_write_is_one_row_in_every_order_of_event_and_answer(chat: FakeChat, order: str) -> None:
    timeline = opened(chat)
    counts: list[int] = []
    timeline.changed.connect(lambda: counts.append(texts(timeline).count("mine")))
    stored = said(101, "alice", **MINE)
    known = False
    for step in order.split():
        if step == "kept":
            if not known:
                chat.outgoing.become(Unsent(key=KEY))
        else:
            known = True
            kind = (
                events.MessageReceived(message=stored)
                if step == "received"
                else events.SendDone(key=KEY, conversation="#team", message=stored)
            )
            timeline.on_event(kind)
            chat.outgoing.become()
    keys = [row.key for row in timeline.rows() if isinstance(row, Bubble)]
    assert counts[-1] == 1
    assert max(counts) == 1
    assert keys[-1] == f"alice:{KEY.hex()}"


def test_mine_may_come_before_what_others_said_before_it(chat: FakeChat) -> None:
    timeline = opened(chat)
    timeline.on_event(events.SendDone(key=KEY, conversation="#team", message=said(103, "alice", **MINE)))
    for seq in (101, 102, 103):
        timeline.on_event(received(seq) if seq < 103 else received(103, "alice", **MINE))
    assert held(timeline)[-3:] == [101, 102, 103]


def test_many_unread_are_opened_at_the_first_of_them() -> None:
    chat = FakeChat(unread=400, read=100)
    timeline = chat.opens()
    asked = chat.pending("around")[0]
    assert asked.args == (100,)
    chat.answer("around", page(51, 150))
    rows = timeline.rows()
    at = next(at for at, row in enumerate(rows) if row.key == "unread")
    assert isinstance(below := rows[at + 1], Bubble)
    assert below.message.seq == 101
    assert timeline.below == 400
    timeline.saw(130, reading=False)
    assert (timeline.below, chat.reads) == (370, [])
    timeline.saw(130, reading=True)
    timeline.saw(120, reading=True)
    assert chat.reads == [130]


def test_few_unread_are_opened_at_the_end() -> None:
    chat = FakeChat(unread=3, read=97)
    timeline = opened(chat)
    assert [row.key for row in timeline.rows()].count("unread") == 1
    timeline.on_event(received(101))
    assert timeline.below == 4


def test_earlier_and_later_pages_are_asked_for_one_at_a_time(chat: FakeChat) -> None:
    timeline = opened(chat)
    timeline.history.load_earlier()
    timeline.history.load_earlier()
    assert [one.args for one in chat.pending("before")] == [(51,)]
    chat.fail("before")
    assert timeline.history.earlier == "failed"
    timeline.history.retry()
    chat.answer("before", page(1, 50, first=True))
    assert held(timeline) == list(range(1, 101))
    timeline.history.load_earlier()
    assert not chat.pending("before")


def test_without_a_server_what_this_device_remembers_is_read_and_confirmed_later() -> None:
    chat = FakeChat(linked=False)
    timeline = chat.opens()
    chat.answer("cached_newest", page(60, 100, last=True, cached=True))
    assert held(timeline)[0] == 60
    timeline.history.load_earlier()
    chat.answer("cached_before", page(30, 59, cached=True))
    assert held(timeline) == list(range(30, 101))
    chat.link.up()
    timeline.on_event(events.Connected())
    assert len(chat.pending("newest")) == 1
    chat.answer("newest", page(41, 120, last=True))
    assert held(timeline) == list(range(41, 121))
    assert timeline.history.state == ""


def test_a_lost_link_does_not_keep_the_person_from_scrolling(chat: FakeChat) -> None:
    timeline = opened(chat)
    timeline.history.load_earlier()
    late = chat.pending("before")[0]
    chat.link.down("gone")
    timeline.on_event(events.Disconnected(reason="gone"))
    assert not late.call.active
    timeline.history.load_earlier()
    chat.answer("cached_before", page(20, 50, cached=True))
    assert held(timeline)[0] == 20
    chat.link.up()
    timeline.on_event(events.Connected())
    assert chat.pending("newest")[0].args == (81,)


def test_a_jump_reads_what_lies_about_the_message(chat: FakeChat) -> None:
    timeline = opened(chat)
    sought: list[str] = []
    timeline.sought.connect(sought.append)
    timeline.jump(60)
    assert sought == [f"bob:{(60).to_bytes(16).hex()}"]
    timeline.jump(7)
    chat.answer("around", page(1, 30, first=True))
    assert sought[1:] == [f"bob:{(7).to_bytes(16).hex()}"]
    assert not timeline.at_end
    timeline.on_event(received(101))
    assert held(timeline)[-1] == 30
    timeline.to_newest()
    chat.answer("newest", page(52, 101, last=True))
    assert sought[2:] == [""]
    assert timeline.at_end


def test_a_jump_before_anything_was_read_is_not_overtaken_by_the_end(chat: FakeChat) -> None:
    timeline = chat.opens()
    sought: list[str] = []
    timeline.sought.connect(sought.append)
    timeline.jump(7)
    chat.answer("around", page(1, 30, first=True))
    assert sought == [f"bob:{(7).to_bytes(16).hex()}"] and timeline.history.state == ""
    assert not chat.pending("newest"), "nobody waits for the end any more"
    chat.answer("cached_newest", page(90, 100, last=True, cached=True))
    assert held(timeline) == list(range(1, 31))


def test_a_jump_to_what_is_not_kept_here_says_so(chat: FakeChat) -> None:
    timeline = opened(chat)
    told: list[str] = []
    chat.said.connect(told.append)
    chat.link.down("gone")
    timeline.jump(7)
    chat.answer("cached_around", Page(messages=(), cached=True))
    assert len(told) == 1
    assert held(timeline)[0] == 51


def test_messages_that_are_answered_are_fetched_once_and_again_when_they_change(chat: FakeChat) -> None:
    timeline = chat.opens()
    messages = (said(99), said(100, reply_to=3))
    chat.answer("newest", Page(messages=messages, last=True))
    assert chat.pending("messages")[0].args == ([3],)
    chat.answer("messages", {3: said(3)})
    timeline.on_event(received(101))
    assert not chat.pending("messages")
    quoted = timeline.rows()[-2]
    assert isinstance(quoted, Bubble)
    assert quoted.quote is not None
    assert quoted.quote.text == "text 3"
    timeline.on_event(events.MessageEdited(**entry(target=3, text="now")))
    assert chat.pending("messages")[0].args == ([3],)


def test_how_far_others_have_read_only_grows(chat: FakeChat) -> None:
    timeline = chat.opens()
    chat.answer("newest", Page(messages=tuple(said(seq, "alice") for seq in (98, 99, 100)), last=True))
    timeline.on_event(events.ReadByOther(conversation="#team", user="bob", seq=99))
    chat.answer("read_marks", {"bob": 98, "carol": 98, "alice": 100})
    assert [row.state for row in timeline.rows() if isinstance(row, Bubble)] == ["read", "read", "sent"]


def test_what_was_read_on_another_device_is_not_counted() -> None:
    chat = FakeChat(unread=10, read=90)
    timeline = opened(chat)
    assert timeline.below == 10
    timeline.on_event(events.ReadMarked(conversation="#team", seq=96))
    assert timeline.below == 4


def test_a_restored_store_is_read_anew(chat: FakeChat) -> None:
    timeline = opened(chat)
    timeline.history.load_earlier()
    timeline.on_event(events.HistoryReset())
    assert held(timeline) == []
    assert not chat.pending("before")
    chat.answer("newest", page(1, 3, first=True, last=True))
    assert held(timeline) == [1, 2, 3]
    timeline.saw(2, reading=True)
    assert chat.reads == [2]


def test_a_first_page_that_fails_is_asked_for_again(chat: FakeChat) -> None:
    timeline = chat.opens()
    chat.fail("newest")
    assert timeline.history.state == "failed"
    assert timeline.history.problem
    timeline.history.retry()
    chat.answer("newest", page(51, 100, last=True))
    assert (timeline.history.state, len(held(timeline))) == ("", PAGE)


def test_what_i_write_leads_to_the_end(chat: FakeChat) -> None:
    timeline = opened(chat)
    sought: list[str] = []
    timeline.sought.connect(sought.append)
    chat.outgoing.become(Unsent(key=KEY))
    chat.outgoing.become(Unsent(key=KEY, state="failed", problem="no"))
    assert sought == [""]


def test_a_renamed_group_goes_on_under_its_new_name(chat: FakeChat) -> None:
    timeline = opened(chat)
    timeline.on_event(events.GroupRenamed(**entry(conversation="#crew", name="#crew", before="#team")))
    message = Message(**{**_fields(said(101)), "conversation": "#crew"})
    timeline.on_event(events.MessageReceived(message=message))
    assert timeline.name == "#crew"
    assert held(timeline)[-1] == 101


def test_a_closed_timeline_hears_nothing(chat: FakeChat) -> None:
    timeline = chat.opens()
    calls = list(chat.asked)
    timeline.close()
    assert not any(one.call.active for one in calls)
    changed: list[int] = []
    timeline.changed.connect(lambda: changed.append(1))
    chat.people.changed.emit()
    chat.outgoing.become(Unsent(key=KEY))
    assert changed == []
