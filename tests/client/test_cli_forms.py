"""What the command line shows of things: nothing of others steers a terminal, and no event is forgotten."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import pytest

from hubbub.client import events
from hubbub.client.cli.events import Teller
from hubbub.client.cli.forms import (
    BOLD,
    conversation_cells,
    earlier_line,
    group_cells,
    login_cells,
    member_cells,
    message_json,
    message_line,
    profile_lines,
    user_line,
)
from hubbub.client.cli.output import Output, aligned, shortened, size_text, width
from hubbub.client.cli.values import MOMENT, SPAN
from hubbub.client.files.attachments import Attachment
from hubbub.client.models import (
    FOR_EVER,
    Conversation,
    Earlier,
    Group,
    Hit,
    Login,
    Member,
    Message,
    Profile,
    Reaction,
)

EVIL: Final = "\x1b]0;title\x07\x9b31m\u202egnp"
AT: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
MESSAGE: Final = Message(
    conversation="#team", seq=7, sender="bob", text="one two\nthree", sent_at=AT, key=b"k" * 16
)
UNHEARD: Final = {
    events.AccountDeleted,
    events.BlockChanged,
    events.Connecting,
    events.HomeRefreshed,
    events.MuteChanged,
    events.PresenceChanged,
    events.ProfileChanged,
    events.ReadByOther,
    events.ReadMarked,
    events.SendDelayed,
    events.SendDone,
    events.SendFailed,
    events.SendProgress,
    events.Skipped,
    events.StatusChanged,
    events.TypingChanged,
}
"""What tail is silent about: it is in no log, or its messages follow."""


def evil(kind: type[Any], /, **given: Any) -> Any:
    """One whose every text is another's, and evil."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        name = field.name
        if name.endswith("at") or name in ("last_seen", "muted_until"):
            values[name] = AT
        elif field.type is str or name in (
            "deleted_by",
            "display_name",
            "status_text",
            "colour",
            "forwarded",
        ):
            values[name] = EVIL
        elif field.type is int:
            values[name] = 1
        elif field.type is bool:
            values[name] = False
        elif name == "key":
            values[name] = b"k" * 16
    return kind(**{**values, **given})


def shown() -> list[str]:
    message = evil(
        Message, key=b"", deleted_at=None, reactions=(Reaction(emoji=EVIL, count=1, users=(), mine=False),)
    )
    return [
        message_line(message),
        message_line(evil(Message, key=b"")),
        message_line(
            evil(Message, text="", key=b"", deleted_at=None, attachments=(evil(Attachment, sha256=b""),))
        ),
        message_line(evil(Hit, key=b"", deleted_at=None, marks=((0, 3), (4, 9)))),
        "".join(conversation_cells(evil(Conversation, kind="group", last_message=message))),
        "".join(group_cells(evil(Group))),
        "".join(member_cells(evil(Member, role="owner"))),
        user_line(evil(Profile, status="away", online=True)),
        profile_lines(evil(Profile, status="away")),
        earlier_line(evil(Earlier)),
        "".join(login_cells(evil(Login))),
    ]


def test_nothing_of_others_steers_the_terminal() -> None:
    for line in shown():
        assert "gnp" in line
        assert not set(line) & set("\x1b\x07\x9b\u202e"), line


def kinds() -> list[type[events.Event]]:
    return [getattr(events, name) for name in events.__all__ if name != "Event"]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_tail_knows_each_event(kind: type[events.Event], capsys: pytest.CaptureFixture[str]) -> None:
    more: dict[type[events.Event], dict[str, Any]] = {
        events.MessageReceived: {"message": MESSAGE},
        events.MemberChanged: {"change": "left"},
        events.MemberJoined: {"change": "joined"},
        events.RoleChanged: {"role": "admin"},
        events.VisibilityChanged: {"public": False, "history": "joined"},
        events.ConversationAdded: {"conversation": evil(Conversation, kind="group")},
        events.PresenceChanged: {"online": [], "offline": []},
        events.MuteChanged: {"until": None},
        events.StatusChanged: {"status": "busy"},
        events.HomeRefreshed: {"conversations": [], "blocked": []},
        events.SendDone: {"message": MESSAGE},
    }
    event = evil(kind, **more.get(kind, {}))
    Teller(Output(as_json=False), None).tell(event)
    out, err = capsys.readouterr()
    assert bool(out or err) == (kind not in UNHEARD)
    assert "\x1b" not in out + err
    Teller(Output(as_json=True), None).tell(event)
    as_json = capsys.readouterr().out
    assert bool(as_json) == bool(out)
    if as_json:
        fields = json.loads(as_json)
        assert {"conversation", "seq"} <= set(fields)
        assert ("event" in fields) == (kind is not events.MessageReceived)


def test_tail_of_one_group_follows_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller(Output(as_json=True), "#OLD")
    where = {"by": "bob", "at": AT}
    teller.tell(events.GroupRenamed(conversation="#new", seq=8, name="#new", before="#old", **where))
    teller.tell(events.TopicChanged(conversation="#new", seq=9, topic="mine", **where))
    teller.tell(events.TopicChanged(conversation="#old", seq=9, topic="another's", **where))
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["event"] for one in told] == ["renamed", "topic"]


def test_tail_of_one_group_is_silent_about_others(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller(Output(as_json=False), "#team")
    for name in ("#other", "#team"):
        teller.tell(events.ConversationRemoved(conversation=name))
        row = Conversation(name=name, kind="group", unread=0, read=1, head=1)
        teller.tell(events.ConversationAdded(conversation=row))
    bob = Conversation(name="@bob", kind="direct", unread=0, read=1, head=1)
    Teller(Output(as_json=False), None).tell(events.ConversationAdded(conversation=bob))
    assert capsys.readouterr().err == "(You are not in #team any more.)\n(You are in #team now.)\n"


def test_a_message_has_more_fields_where_there_is_more() -> None:
    assert set(message_json(MESSAGE)) == {"conversation", "seq", "sender", "text", "sent_at", "key"}
    more = msgspec.structs.replace(MESSAGE, reply_to=3, mentions=("eve",), everyone=True, pinned=True)
    assert set(message_json(more)) - set(message_json(MESSAGE)) == {
        "reply_to",
        "mentions",
        "everyone",
        "pinned",
    }


def test_what_comes_to_a_message_stands_around_its_text() -> None:
    replace = msgspec.structs.replace
    assert message_line(MESSAGE).endswith("#team  7  bob: one two\n    three")
    assert message_line(replace(MESSAGE, reply_to=3), where=False).endswith(
        "  7  bob (to 3): one two\n    three"
    )
    assert message_line(replace(MESSAGE, edited_at=AT, pinned=True)).endswith("three  (changed)  (pinned)")
    assert message_line(replace(MESSAGE, blocked=True)).endswith("bob: (you have blocked this user)")
    hit = Hit(**msgspec.structs.asdict(MESSAGE), marks=((4, 9),))
    assert message_line(hit).endswith("one [two\n    t]hree")
    assert message_line(hit, marks=BOLD).endswith("one \x1b[1mtwo\n    t\x1b[0mhree")


def test_files_stand_in_brackets_behind_the_text() -> None:
    replace = msgspec.structs.replace
    report = Attachment(
        name="report.pdf",
        type="application/pdf",
        size=1_234_567,
        sha256=b"\xab" * 32,
        conversation="#team",
        seq=7,
        index=0,
    )
    one = replace(MESSAGE, attachments=(report,))
    assert message_line(one).endswith("bob: one two\n    three  [report.pdf, 1.2 MB]")
    assert message_line(replace(one, text="")).endswith("bob: [report.pdf, 1.2 MB]")
    two = replace(one, text="", attachments=(report, replace(report, name="a.txt", size=1, index=1)))
    assert message_line(two).endswith("bob: [1: report.pdf, 1.2 MB]  [2: a.txt, 1 byte]")
    assert message_line(replace(one, blocked=True)).endswith("bob: (you have blocked this user)")
    assert message_line(replace(one, forwarded="eve")).startswith(message_line(MESSAGE).split("bob")[0])
    assert "bob (forwarded from eve): one two" in message_line(replace(one, forwarded="eve"))
    hit = Hit(**{**msgspec.structs.asdict(one), "attachments": (report,)}, marks=((0, 3),))
    assert message_line(hit).endswith("[one] two\n    three  [report.pdf, 1.2 MB]")
    row = Conversation(name="#team", kind="group", unread=0, read=1, head=7, last_message=two)
    assert conversation_cells(row)[2] == "bob: [1: report.pdf, 1.2 MB]  [2: a.txt, 1 byte]"
    assert message_json(replace(one, forwarded="eve"))["forwarded"] == "eve"
    assert message_json(one)["attachments"] == [
        {
            "index": 0,
            "name": "report.pdf",
            "type": "application/pdf",
            "size": 1_234_567,
            "sha256": "ab" * 32,
            "width": 0,
            "height": 0,
        }
    ]


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_951, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (67_108_864, "67 MB"),
        (999_600_000, "1.0 GB"),
    ],
)
def test_sizes(size: int, seen: str) -> None:
    assert size_text(size) == seen


def test_a_row_of_home_says_what_waits() -> None:
    row = Conversation(name="#team", kind="group", unread=3, read=1, head=7, last_message=MESSAGE, mentions=1)
    assert conversation_cells(row) == ("#team", "3 unread, 1 @", "bob: one two ⏎ three")
    for until, said in ((FOR_EVER, "(muted)  bob: "), (AT.replace(year=2020), "bob: ")):
        assert conversation_cells(msgspec.structs.replace(row, muted_until=until))[2].startswith(said)


def test_rows_stand_below_one_another_however_wide_their_characters_are() -> None:
    rows = [("@李", "", "", "one"), ("#team", "", "3 unread", "a\u0301 longer text 😀")]
    assert aligned(rows, 0) == ["@李              one", "#team  3 unread  a\u0301 longer text 😀"]
    assert aligned(rows, 25) == ["@李              one", "#team  3 unread  a\u0301 longe…"]
    assert aligned([], 80) == []


@pytest.mark.parametrize(
    ("text", "columns", "seen"),
    [("天气很好", 8, "天气很好"), ("天气很好", 7, "天气很…"), ("天气很好", 6, "天气…"), ("abc", 2, "a…")],
)
def test_no_line_is_wider_than_its_room(text: str, columns: int, seen: str) -> None:
    assert shortened(text, columns) == seen
    assert width(seen) <= columns


@pytest.mark.parametrize("name", ["NO_COLOR", "TERM"])
def test_a_terminal_that_shows_no_bold_gets_brackets(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Output(as_json=False).bold
    assert not Output(as_json=True).bold
    monkeypatch.setenv(name, "dumb")
    assert not Output(as_json=False).bold


def test_who_takes_his_own_message_away_is_named_once() -> None:
    deleted = msgspec.structs.replace(MESSAGE, text="", deleted_at=AT, deleted_by="bob")
    assert message_line(deleted).endswith("bob: (deleted)")
    assert message_line(msgspec.structs.replace(deleted, deleted_by="eve")).endswith("bob: (deleted by eve)")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("2h", 7200), ("1d12h", 129600), ("2w", 1209600)]
)
def test_spans(text: str, seconds: int) -> None:
    assert SPAN.convert(text, None, None).total_seconds() == seconds


@pytest.mark.parametrize("text", ["2026-11-22T12:00Z", "2026-11-22T13:00:00+01:00"])
def test_moments(text: str) -> None:
    assert MOMENT.convert(text, None, None) == AT
    assert MOMENT.convert("2026-11-22 12:00", None, None).tzinfo is not None, "local time"
