"""docs/protocol.md is the authority: every mode, event, field, type, limit, default, error and number in it is what
`schemas` has, and nothing of `schemas` is missing in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec.inspect as mi
import pytest

from hubbub.broker.modes import MODES, Need
from hubbub.broker.policy import Files, Limits
from hubbub.schemas import errors, events, hello, limits, names, replies, requests

DOCUMENT = (Path(__file__).parent.parent / "docs" / "protocol.md").read_text(encoding="utf-8")
Row = tuple[str, str, str, str]

MODES_OF_REQUESTS = {str(kind.__struct_config__.tag): kind for kind in get_args(requests.AnyRequest)}
KINDS_OF_EVENTS = {str(kind.__struct_config__.tag): kind for kind in get_args(events.AnyEvent)}
FRAMES = [*MODES_OF_REQUESTS.values(), *replies.REPLY_OF.values(), *KINDS_OF_EVENTS.values()]
ENTRIES = frozenset(get_args(events.AnyEntry))
PATTERNS = {
    "^(#[0-9a-f]{6})?\\Z": "empty, or `#` and 6 hex digits (0-9, a-f)",
    "^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+\\Z": (
        f"TYPE/SUBTYPE, at most {limits.FILE_TYPE_MAX_CHARACTERS} characters of a-z, 0-9 and `!#$&^_.+-`"
    ),
}


def section(title: str) -> str:
    """The text under a heading, up to the next of its level or above."""
    match = re.search(
        rf"^(#+) `?{re.escape(title)}`?\n(.*?)(?=^#{{1,3}} |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL
    )
    assert match, f"docs/protocol.md has no section {title}"
    return match[2]


def rows(text: str) -> list[Row]:
    """The field tables in a text: name, type, limit, default."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].startswith("`"):
            assert cells[4], f"no meaning is given: {line}"
            found.append((cells[0].strip("`"), cells[1], cells[2], cells[3]))
    return found


def described(kind: type, leave_out: tuple[str, ...] = ()) -> list[Row]:
    """What the document has to say of a type."""
    info = mi.type_info(kind)
    assert isinstance(info, mi.StructType)
    return [
        (field.encode_name, *type_and_limit(field.type), "" if field.required else default(field))
        for field in info.fields
        if field.name not in leave_out
    ]


def default(field: mi.Field) -> str:
    if field.default_factory is list:
        return "`[]`"
    if field.default is None:
        return "`nil`"
    return "empty" if field.default == b"" else f"`{json.dumps(field.default)}`"


def type_and_limit(kind: Any) -> tuple[str, str]:
    match kind:
        case mi.IntType(ge=low, le=high):
            return "int", "" if low is None else f"{low} to {'2^53-1' if high == 2**53 - 1 else high}"
        case mi.FloatType():
            return "float", ""
        case mi.BoolType():
            return "bool", ""
        case mi.NoneType():
            return "nil", ""
        case mi.StrType(pattern=str(pattern)):
            return "str", PATTERNS[pattern]
        case mi.StrType(min_length=low, max_length=high):
            return "str", f"{low or 0} to {high} characters" if high else ""
        case mi.BytesType(min_length=low, max_length=high):
            return (
                "bin",
                "" if high is None else f"{high} bytes" if low == high else f"{low or 0} to {high} bytes",
            )
        case mi.LiteralType(values=values):
            return " or ".join(f'"{value}"' for value in values), ""
        case mi.ListType(item_type=item, max_length=high):
            return f"array of {type_and_limit(item)[0]}", f"at most {high}" if high else ""
        case mi.TupleType(item_types=items):
            return "[" + ", ".join(type_and_limit(item)[0] for item in items) + "]", ""
        case mi.StructType(cls=cls):
            return cls.__name__, ""
        case mi.UnionType(types=types) if {getattr(part, "cls", None) for part in types} == ENTRIES:
            return "entry", ""
        case mi.UnionType(types=types):
            parts = [type_and_limit(part) for part in types]
            return " or ".join(part[0] for part in parts), " ".join(part[1] for part in parts if part[1])
    raise AssertionError(f"the document has no word for {kind}")


def inner(kind: Any) -> Iterator[type]:
    """The types of which a field's type is made, and theirs."""
    match kind:
        case mi.StructType(cls=cls, fields=fields):
            yield cls
            for field in fields:
                yield from inner(field.type)
        case mi.ListType(item_type=item):
            yield from inner(item)
        case mi.TupleType(item_types=parts) | mi.UnionType(types=parts):
            for part in parts:
                yield from inner(part)


SHARED_TYPES = {
    kind.__name__: kind
    for frame in FRAMES
    for kind in inner(mi.type_info(frame))
    if kind not in (*FRAMES, *ENTRIES)
}


@pytest.mark.parametrize("mode", MODES_OF_REQUESTS)
def test_mode(mode: str) -> None:
    kind = MODES_OF_REQUESTS[mode]
    text = section(mode)
    asked, answered = text.split("Reply:")
    assert rows(asked) == described(kind, ("id", "token"))
    assert rows(answered) == described(replies.REPLY_OF[kind], ("id",))
    codes = re.findall(r"`(\w+)`", text.split("Errors:")[1])
    assert {"bad_request", "internal"} <= set(codes) <= set(errors.ERRORS)


@pytest.mark.parametrize("event", KINDS_OF_EVENTS)
def test_event(event: str) -> None:
    assert rows(section(event)) == described(KINDS_OF_EVENTS[event])


@pytest.mark.parametrize("name", SHARED_TYPES)
def test_shared_type(name: str) -> None:
    text, kind = section(name), SHARED_TYPES[name]
    assert rows(text) == described(kind)
    assert ("An array, not a map." in text) == kind.__struct_config__.array_like  # type: ignore[attr-defined]  # a Struct


def test_hello_and_failure() -> None:
    assert rows(section("Hello")) == described(hello.Hello)
    envelope, failure = section("Requests and replies").split("A failure:")
    assert [row[0] for row in rows(envelope)] == ["mode", "id", "token"]
    assert rows(failure) == described(replies.Failure)


def test_nothing_is_documented_that_is_not_there() -> None:
    modes = re.findall(r"^### ([A-Z_]{4,})$", DOCUMENT, re.MULTILINE)
    assert sorted(modes) == sorted(MODES_OF_REQUESTS) and {MODES_OF_REQUESTS[mode] for mode in modes} == set(
        MODES
    )
    assert sorted(re.findall(r"^### `(\w+)`$", DOCUMENT, re.MULTILINE)) == sorted(KINDS_OF_EVENTS)


def test_who_may_ask_stands_where_it_should() -> None:
    places = {
        Need.NOTHING: "Modes without a session",
        Need.SESSION: "Modes of a session",
        Need.ADMIN: "Modes of the administrator",
    }
    for kind, mode in MODES.items():
        before = DOCUMENT[: DOCUMENT.index(f"\n### {kind.__struct_config__.tag}\n")]
        assert re.findall(r"^## (.*)$", before, re.MULTILINE)[-1] == places[mode.need]


def test_errors() -> None:
    table = re.findall(r"^\| `(\w+)` \| (yes|no) \| (.*) \|$", section("Errors"), re.MULTILINE)
    assert table == [
        (row.code, "yes" if row.retryable else "no", row.meaning) for row in errors.ERRORS.values()
    ]


def test_numbers() -> None:
    assert DOCUMENT.startswith(f"# The Hubbub protocol, version {limits.PROTOCOL_VERSION}\n")
    for number in (
        f"request port + {limits.HELLO_PORT_OFFSET}",
        f"a request {limits.REQUEST_MAX_BYTES:,} bytes",
        f"a reply {limits.REPLY_MAX_BYTES:,} bytes",
        f"publish socket {limits.SUBSCRIPTION_MAX_BYTES} bytes",
        f"{limits.REQUESTS_OUTSTANDING_MAX} requests of a",
        f"`PING` every {limits.PING_INTERVAL_S:.0f} s",
        f"within {limits.CONFIRMATION_TIMEOUT_S:.0f} s",
        f"({limits.DEFAULT_PORT} where none is given)",
        f"PING extends the {limits.PRESENCE_LEASE_S:.0f} s",
        f"shrinks to {limits.PRESENCE_GRACE_S:.0f} s",
        f"1 byte to {limits.TEXT_MAX_BYTES:,} bytes",
        f"beyond {limits.PAGE_MAX_BYTES:,} bytes",
        f"cut to {limits.PREVIEW_MAX_CHARACTERS} characters",
        f"at most one event in {limits.TYPING_INTERVAL_S:.0f} s",
        f"as typing for {limits.TYPING_FADES_S:.0f} s",
        f"Holds for {limits.TYPING_FADES_S:.0f} s",
        f"at most {limits.EMOJI_MAX_CHARACTERS} code points",
        f"At most {limits.REACTIONS_MAX} different ones",
        f"names the first {limits.REACTORS_SHOWN}",
        f"at most {limits.REACTORS_SHOWN}, by when",
        f"At most {limits.MENTIONS_MAX} are recognised",
        f"{limits.PINS_MAX} messages of the conversation are pinned",
        f"{limits.BLOCKS_MAX} users are blocked",
        f"he is in {limits.GROUPS_MAX:,} groups",
        f"changed {limits.EDITS_MAX:,} times",
        f"opens {limits.SESSIONS_MAX} later ones",
        f"more than {limits.CHANGED_MAX:,} conversations",
        f"at most {limits.CHUNK_BYTES:,} bytes. The hash",
        f"file[reply.received : reply.received + {limits.CHUNK_BYTES}]",
        f"bears up to {limits.ATTACHMENTS_MAX} files",
        f"at most {limits.FILE_NAME_MAX_BYTES} bytes of UTF-8, cut",
        f"made and uploaded like any file, at most {limits.THUMBNAIL_MAX_BYTES:,} bytes",
        f"can have {limits.UPLOADS_MAX} uploads",
        f"no message {limits.UPLOAD_KEPT_S // 3600} h after",
        f"({Limits().bot_rate:,.0f} a second and {Limits().bot_burst:,.0f} at once, unless",
        f"({Files().max_mib} MiB and {Files().user_mib // 1024} GiB, unless",
    ):
        assert number in " ".join(DOCUMENT.split()), number
    assert limits.RECEIPTS_INTERVAL_S == 1.0
    assert "at most one event a second and conversation" in " ".join(DOCUMENT.split())
    assert names.DELETED in DOCUMENT and all(f"`{name}` is reserved" in DOCUMENT for name in names.RESERVED)
    assert events.conversation_topic(258) == b"c" + bytes([0, 0, 0, 0, 0, 0, 1, 2])
