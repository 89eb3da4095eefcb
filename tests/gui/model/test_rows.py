"""The lines of a timeline: days, what was unread, groups, states, quotes."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from msgspec import Struct
from msgspec.structs import replace

from hubbub.client import Attachment, Message
from hubbub.client.gui.model.rows import Bubble, DayLine, Row, Scene, Unsent, bubble_key, gist, rows

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
TODAY = date(2026, 3, 3)


class Waiting(Struct, frozen=True, kw_only=True):
    key: bytes
    text: str = "waits"
    attachments: tuple[str, ...] = ()
    reply_to: int | None = None
    queued_at: datetime = NOON
    state: Literal["pending", "sending", "failed"] = "pending"
    problem: str = ""


def said(seq: int, sender: str = "bob", at: datetime | None = None, **more: Any) -> Message:
    fields: dict[str, Any] = {"text": f"text {seq}", "conversation": "#team", "key": seq.to_bytes(16), **more}
    return Message(seq=seq, sender=sender, sent_at=at or NOON + timedelta(minutes=5 * seq), **fields)


def scene(**more: Any) -> Scene:
    return Scene(**{"conversation": "#team", "me": "alice", "today": TODAY, "zone": UTC, **more})


def lines(*messages: Message, waiting: tuple[Unsent, ...] = (), **more: Any) -> list[str]:
    """Words for rows: "= Today", "- unread", "bob: text 1"."""
    found = rows(messages, waiting, scene(**more))
    return [_line(row) for row in found]


def _line(row: Row) -> str:
    if isinstance(row, Bubble):
        return f"{row.message.sender}: {row.message.text}"
    return f"= {row.text}" if isinstance(row, DayLine) else f"- {row.key}"


def bubbles(*messages: Message, waiting: tuple[Unsent, ...] = (), **more: Any) -> list[Bubble]:
    return [row for row in rows(messages, waiting, scene(**more)) if isinstance(row, Bubble)]


def test_each_day_has_a_line_above_its_first_message() -> None:
    days = [NOON - timedelta(days=back) for back in (400, 40, 1, 0)]
    found = lines(*(said(seq, at=at) for seq, at in enumerate(days, 1)))
    assert [line for line in found if line.startswith("=")] == [
        "= 27 January 2025",
        "= Thursday 22 January",
        "= Yesterday",
        "= Today",
    ]


def test_a_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert lines(said(1, at=late))[0] == "= Yesterday"
    east = timezone(timedelta(hours=2))
    assert lines(said(1, at=late), zone=east)[0] == "= Today"
    assert bubbles(said(1, at=late), zone=east)[0].time == "01:30"


def test_the_unread_line_stands_above_the_first_that_others_sent() -> None:
    messages = (said(1), said(2, "alice"), said(3, "alice"), said(4), said(5))
    assert lines(*messages, unread_after=1) == [
        *(
            "= Today",
            "bob: text 1",
            "alice: text 2",
            "alice: text 3",
            "- unread",
            "bob: text 4",
            "bob: text 5",
        ),
    ]


def test_there_is_no_unread_line_where_its_place_is_not_held() -> None:
    assert "- unread" not in lines(said(7), said(8), unread_after=3)
    assert "- unread" in lines(said(7), said(8), unread_after=3, beginning=True)
    assert "- unread" not in lines(said(1), said(2, "alice"), unread_after=1)
    assert "- unread" not in lines(said(7), said(8))


def test_groups_are_of_one_sender_and_less_than_a_minute_apart() -> None:
    seconds = [
        (1, "bob", 0),
        (2, "bob", 30),
        (3, "bob", 89),
        (4, "bob", 149),
        (5, "carol", 150),
        (6, "bob", 151),
    ]
    found = bubbles(*(said(seq, who, NOON + timedelta(seconds=at)) for seq, who, at in seconds))
    ends = [(one.message.seq, one.first, one.last) for one in found]
    assert ends == [
        (1, True, False), (2, False, False), (3, False, True),
        (4, True, True), (5, True, True), (6, True, True),
    ]  # fmt: skip


def test_a_group_ends_at_midnight_and_at_the_unread_line() -> None:
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    around = (
        said(1, at=midnight - timedelta(seconds=5)),
        said(2, at=midnight),
        said(3, at=midnight + timedelta(seconds=5)),
    )
    assert [one.first for one in bubbles(*around)] == [True, True, False]
    assert [one.first for one in bubbles(*around, unread_after=2)] == [True, True, True]


def test_mine_are_sent_until_somebody_has_read_them() -> None:
    messages = (said(1, "alice"), said(2), said(3, "alice"))
    assert [one.state for one in bubbles(*messages, read=2)] == ["read", "", "sent"]


def test_names_are_shown_in_groups_and_above_what_others_say() -> None:
    messages = (said(1), said(2, "alice"))
    assert [one.name for one in bubbles(*messages, shown=str.upper)] == ["BOB", ""]
    assert [one.name for one in bubbles(*messages, conversation="@bob")] == ["", ""]


def test_what_waits_comes_last_and_is_the_same_row_when_it_is_stored() -> None:
    key = bytes(range(16))
    waiting = Waiting(
        key=key, text="hello", attachments=("/tmp/a picture.png",), state="failed", problem="no"
    )
    pending = bubbles(said(1), waiting=(waiting,))[-1]
    assert (pending.message.text, pending.state, pending.problem) == ("hello", "failed", "no")
    assert [(one.name, one.type) for one in pending.message.attachments] == [("a picture.png", "image/png")]
    stored = said(2, "alice", key=key, text="hello")
    both = bubbles(said(1), stored, waiting=(waiting,))
    assert [one.key for one in both] == [bubble_key("bob", (1).to_bytes(16)), pending.key]
    assert both[-1].state == "sent"


def test_a_quote_is_of_what_is_held_or_was_fetched() -> None:
    answer = said(9, reply_to=3)

    def quote(*more: Message, **scene: Any) -> tuple[str, str] | None:
        found = bubbles(*more, answer, **scene)[-1].quote
        return (found.name, found.text) if found else None

    assert quote(said(3, "carol")) == ("carol", "text 3")
    assert quote(origins={3: said(3, "dave")}) == ("dave", "text 3")
    assert quote(origins={3: None}) == ("", "Message not available")
    assert quote() == ("", "")
    assert quote(said(3, blocked=True)) == ("bob", "Blocked message")
    assert bubbles(said(1))[0].quote is None


def test_what_blocked_users_say_is_folded_until_it_is_asked_for() -> None:
    messages = (said(1, blocked=True), said(2, blocked=True))
    assert [one.folded for one in bubbles(*messages, unfolded=frozenset({2}))] == [True, False]


def test_a_mark_is_on_one_stored_message() -> None:
    found = bubbles(said(1), said(2), waiting=(Waiting(key=b"k" * 16),), marked=2)
    assert [one.marked for one in found] == [False, True, False]
    assert not any(one.marked for one in bubbles(said(1), waiting=(Waiting(key=b"k" * 16),)))


def test_lines_that_are_the_same_are_used_again() -> None:
    messages = [said(seq) for seq in (1, 2, 3)]
    waiting = (Waiting(key=b"k" * 16),)
    before = {row.key: row for row in rows(messages, waiting, scene())}
    messages[1] = replace(messages[1], text="otherwise")
    after = rows(messages, waiting, scene(), before)
    assert [row.key for row in after if isinstance(row, Bubble) and before[row.key] is not row] == [
        after[2].key
    ]
    marked = rows(messages, waiting, scene(marked=3), {row.key: row for row in after})
    assert [
        row.key for one, row in zip(after, marked, strict=True) if one is not row and isinstance(row, Bubble)
    ] == [after[3].key]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (said(1, text="  two\n\n lines "), "two lines"),
        (said(1, text="x" * 999), "x" * 200),
        (said(1, text="", deleted_at=NOON), "Deleted message"),
        (said(1, text="the **new** `make`\u202e"), "the new make\ufffd"),
    ],
)
def test_the_gist_of_a_message_is_one_line(message: Message, words: str) -> None:
    assert gist(message) == words


def test_the_gist_of_files_names_them() -> None:
    files = [
        Attachment(name=name, type=kind, size=1, sha256=b"", conversation="#team", seq=1, index=0)
        for name, kind in (("a.jpg", "image/jpeg"), ("b.pdf", "application/pdf"))
    ]
    assert gist(said(1, text="", attachments=tuple(files[:1]))) == "Picture"
    assert gist(said(1, text="", attachments=tuple(files[1:]))) == "b.pdf"
    assert gist(said(1, text="", attachments=tuple(files))) == "Picture and 1 more"


def test_a_message_that_a_server_gives_twice_is_one_line() -> None:
    found = bubbles(said(1, key=b"k" * 16), said(2), said(3, key=b"k" * 16))
    assert len({row.key for row in found}) == len(found) == 2
