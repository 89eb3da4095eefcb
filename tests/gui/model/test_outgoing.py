"""What I wrote and the server does not have, whatever comes first of what the library tells."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from hubbub.client import HubbubError, Message, Waiting, events
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.model.acting import Acting
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.model.outgoing import Outgoing
from hubbub.client.gui.model.signal import Signal
from hubbub.client.keys import message_key

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


class StillChat:
    """A chat in which nothing happens but what the test does."""

    def __init__(self) -> None:
        self.me, self.link, self.bridge, self.desk, self.media = "alice", Link(), self, self, self
        self.link.up()
        self.acting = Acting(self)  # type: ignore[arg-type]  # it stands in for one
        self.offered = Signal[str, str, Callable[[], object]]()
        self.said = Signal[str]()
        self.sayings: list[str] = []
        self.said.connect(self.sayings.append)
        self.conversations: dict[str, object] = {"@bob": object(), "#team": object()}
        self.asked: list[tuple[str, Callable[[Any], None] | None, Callable[[HubbubError], None]]] = []
        self.progress: list[tuple[str, int, int, int]] = []

    def now(self) -> datetime:
        return NOW

    def complain(self, error: HubbubError) -> None:
        self.said.emit(str(error))

    def run(self, job: Any, done: Any, failed: Any) -> Call:
        self.asked.append((job.func.__name__, done, failed))
        return Call()

    async def queue(self, *_: object, **__: object) -> bytes:
        return b""

    async def retry(self, _: bytes) -> None: ...

    async def discard(self, _: bytes) -> None: ...

    def uploaded(self, _: str) -> None: ...

    def uploading(self, row: str, index: int, done: int, size: int) -> None:
        self.progress.append((row, index, done, size))


@pytest.fixture
def chat() -> StillChat:
    return StillChat()


@pytest.fixture
def outgoing(chat: StillChat) -> Outgoing:
    return Outgoing(chat)  # type: ignore[arg-type]  # what it asks of a chat


def sends(chat: StillChat, outgoing: Outgoing, text: str, to: str = "@bob", **more: Any) -> bytes:
    outgoing.send(to, text, failed=chat.complain, **more)
    key = message_key()
    kept = chat.asked[-1][1]
    assert kept is not None
    kept(key)
    return key


def stored(key: bytes, text: str = "hi", sender: str = "alice") -> Message:
    return Message(conversation="@bob", seq=1, sender=sender, text=text, sent_at=NOW, key=key)


def shown(outgoing: Outgoing, where: str = "@bob") -> list[tuple[str, str]]:
    return [(one.text, one.state) for one in outgoing.of(where)]


def test_what_waits_is_on_its_way_only_while_there_is_a_server(chat: StillChat, outgoing: Outgoing) -> None:
    sends(chat, outgoing, "one")
    sends(chat, outgoing, "two", "#team")
    assert shown(outgoing) == [("one", "sending")]
    chat.link.down("gone")
    assert shown(outgoing) == [("one", "pending")] and shown(outgoing, "#TEAM") == [("two", "pending")]
    told = list[str]()
    outgoing.changed.connect(told.append)
    outgoing.link_changed()
    assert sorted(told) == ["#team", "@bob"]


@pytest.mark.parametrize("order", ["answer first", "event first", "by another device"])
def test_a_stored_message_waits_no_more_in_whatever_order_that_is_told(
    order: str, chat: StillChat, outgoing: Outgoing
) -> None:
    outgoing.send("@bob", "hi", failed=chat.complain)
    key, kept = message_key(), chat.asked[-1][1]
    assert kept is not None
    if order == "answer first":
        kept(key)
        outgoing.on_done(events.SendDone(key=key, conversation="@bob", message=stored(key)))
    elif order == "event first":
        outgoing.on_message(stored(key))
        kept(key)
    else:
        kept(key)
        outgoing.on_message(stored(key, sender="bob"))
        assert shown(outgoing), "the same key of another sender is another message"
        outgoing.on_message(stored(key))
    assert shown(outgoing) == []
    outgoing.know([Waiting("@bob", "hi", key)])
    assert shown(outgoing) == [], "what the outbox held a moment ago"


def test_a_refusal_is_shown_tried_again_and_given_up(chat: StillChat, outgoing: Outgoing) -> None:
    key = sends(chat, outgoing, "hi")
    outgoing.on_failed(events.SendFailed(key=key, conversation="@bob", problem="You may not."))
    assert [(one.state, one.problem) for one in outgoing.of("@bob")] == [("failed", "You may not.")]
    assert chat.sayings == []
    outgoing.retry(key)
    outgoing.retry(key)
    assert [name for name, *_ in chat.asked] == ["queue", "retry"] and shown(outgoing) == [("hi", "sending")]
    outgoing.discard(key)
    name, done, _ = chat.asked[-1]
    assert name == "discard" and shown(outgoing), "not before it is so"
    assert done is not None
    done(None)
    assert shown(outgoing) == []


def test_a_refusal_where_nobody_sees_it_is_said(chat: StillChat, outgoing: Outgoing) -> None:
    key = sends(chat, outgoing, "hi", "#gone")
    outgoing.on_failed(events.SendFailed(key=key, conversation="#gone", problem="You are not in it."))
    assert chat.sayings == ["A message to #gone was not sent. You are not in it."]


def test_what_waits_follows_its_group(chat: StillChat, outgoing: Outgoing) -> None:
    sends(chat, outgoing, "hi", "#team")
    outgoing.on_renamed("#team", "#crew")
    assert shown(outgoing, "#team") == [] and shown(outgoing, "#crew") == [("hi", "sending")]


def test_what_a_profile_held_is_shown_as_it_was_left(outgoing: Outgoing) -> None:
    first, second = message_key(), message_key()
    outgoing.know(
        [
            Waiting("@bob", "waits", first, attachments=("/tmp/a.txt",), reply_to=3),
            Waiting("@bob", "refused", second, state="failed", problem="No."),
        ]
    )
    waiting, failed = outgoing.of("@bob")
    assert (waiting.state, waiting.attachments, waiting.reply_to) == ("sending", ("/tmp/a.txt",), 3)
    assert (failed.state, failed.problem) == ("failed", "No.")
    assert [one.text for one in outgoing.all()] == ["waits", "refused"]


def test_how_far_files_are_is_told_by_their_place(chat: StillChat, outgoing: Outgoing) -> None:
    key = sends(chat, outgoing, "", attachments=("/x/a.txt", "/x/b.txt"))
    outgoing.on_progress(events.SendProgress(key=key, conversation="@bob", name="b.txt", done=5, size=10))
    assert [place[1:] for place in chat.progress] == [(1, 5, 10)]
    assert outgoing.of("@bob")[0].progress == {"b.txt": (5, 10)}
