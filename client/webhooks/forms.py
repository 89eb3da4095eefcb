"""The bodies that webhooks of Slack and Mattermost take, read as plain text. Pure: bytes in, texts out.

What sends them is written against Slack, with more or less care: a field may be null, a number, or missing, and what a body
has beyond these forms is passed over. Only a body without any text is refused.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from hubbub.client.webhooks import markup
from hubbub.schemas.limits import TEXT_MAX_BYTES

TEXTS_MAX: Final = 4
"""Messages that one body can become; what is beyond them is left out, and said so."""
LEFT_OUT: Final = f"\n(the rest was left out: it is longer than {TEXTS_MAX} messages)"
_SPARE: Final = 8
"""Bytes that a part of a text leaves free."""
_PIECES_MAX: Final = 100
"""Attachments of a body, blocks, fields and elements of each: Slack's own bounds are lower."""
_CHARACTERS_MAX: Final = TEXT_MAX_BYTES * (TEXTS_MAX + 1)
"""Of a single text in a body; what is behind cannot be shown anyway."""
_DEPTH_MAX: Final = 8
"""Of lists in quotes in lists, in Slack's rich text."""
_NAME_MAX: Final = 64


class BadPayload(Exception):
    """The body says nothing that can be posted. Its text is the word that Slack and Mattermost answer."""


class Said(Struct, frozen=True):
    """What a body says."""

    text: str
    channel: str = ""
    """Where it wants to be said; "" if it does not care."""


def read(body: bytes, *, everyone: bool = False) -> Said:
    """A body: JSON, or a form whose field `payload` is JSON. What it is shows in its first byte, because many a script sends JSON
    and calls it a form. `everyone`: it may call @all. Raises BadPayload."""
    payload = _payload(body)
    text = markup.harmless("\n".join(_texts(payload, everyone)))[:_CHARACTERS_MAX]
    if not everyone:
        text = markup.uncalled(text)
    if not text.strip():
        raise BadPayload("no_text")
    name = markup.one_line(_string(payload, "username"), _NAME_MAX)
    name = name if everyone else markup.uncalled(name)
    return Said(f"{name}: {text}" if name else text, _string(payload, "channel").strip())


def _payload(body: bytes) -> dict[str, Any]:
    written = body.strip()
    if written[:1] != b"{":
        try:
            form = dict(parse_qsl(written.decode(), keep_blank_values=True, max_num_fields=20))
            written = form["payload"].encode()
        except (KeyError, ValueError):
            raise BadPayload("invalid_payload") from None
    try:
        return msgspec.json.decode(written, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadPayload("invalid_payload") from None


# ------------------------------------------------------------------------------------------------ what it consists of


def _texts(payload: dict[str, Any], everyone: bool) -> Iterator[str]:
    """Blocks stand in place of the text, as in Slack, where it is but their summary. What an attachment repeats of what stands
    above all of them, or of itself, is shown once."""
    head = list(_once(_blocks(payload, everyone), ()))
    head = head or list(_once([_plain(_string(payload, "text"), everyone)], ()))
    yield from head
    for attachment in _objects(payload, "attachments"):
        said = list(_once(_attachment(attachment, everyone), head))
        yield from said or _once([_plain(_string(attachment, "fallback"), everyone)], head)


def _attachment(attachment: dict[str, Any], everyone: bool) -> Iterator[str]:
    def plain(name: str) -> str:
        return _plain(_string(attachment, name), everyone)

    yield plain("pretext")
    yield plain("author_name")
    title, link = plain("title"), _string(attachment, "title_link")
    yield markup.linked(title, link) if link else title
    yield plain("text")
    yield from _blocks(attachment, everyone)
    for field in _objects(attachment, "fields"):
        name, value = (_plain(_string(field, key), everyone) for key in ("title", "value"))
        yield ": ".join(part for part in (name.rstrip(": "), value) if part)
    yield from _actions(_objects(attachment, "actions"), everyone)
    yield _string(attachment, "image_url")


def _blocks(of: dict[str, Any], everyone: bool) -> Iterator[str]:
    for block in _objects(of, "blocks"):
        for text in _block(block, everyone):
            if text.strip():
                yield text


def _block(block: dict[str, Any], everyone: bool) -> Iterator[str]:
    kind = block.get("type")
    if kind == "rich_text":
        yield "".join(_rich(block, everyone, 0))
    elif kind == "context":
        yield "  ".join(filter(None, (_text(one, everyone) for one in _objects(block, "elements"))))
    elif kind == "actions":
        yield from _actions(_objects(block, "elements"), everyone)
    elif kind == "image":
        title = _text(block.get("title"), everyone) or _string(block, "alt_text")
        yield markup.linked(title, _string(block, "image_url"))
    else:  # section, header, markdown, and what may come
        yield _text(block.get("text"), everyone)
        for field in _objects(block, "fields"):
            yield _text(field, everyone)
        if isinstance(accessory := block.get("accessory"), dict):
            yield from _actions([accessory], everyone)


def _actions(elements: Iterable[dict[str, Any]], everyone: bool) -> Iterator[str]:
    """Buttons: of use here are those that lead somewhere."""
    for element in elements:
        if url := _string(element, "url"):
            yield markup.linked(_text(element.get("text"), everyone), url)


def _text(value: object, everyone: bool) -> str:
    """A text object, or what was written in its place."""
    if isinstance(value, dict):
        return _plain(_string(value, "text") or _string(value, "alt_text"), everyone)
    return _plain(value, everyone) if isinstance(value, str) else ""


def _rich(element: dict[str, Any], everyone: bool, depth: int) -> Iterator[str]:
    """Slack's rich text: lists, quotes and paragraphs of texts, links, people."""
    kind = element.get("type")
    if kind == "link":
        yield markup.linked(_string(element, "text"), _string(element, "url"))
    elif kind == "emoji":
        yield f":{_string(element, 'name')}:"
    elif kind in ("user", "channel", "usergroup"):
        yield ("#" if kind == "channel" else "@") + _string(element, f"{kind}_id")
    elif kind == "broadcast":
        yield "@all" if everyone else _string(element, "range")
    elif kind == "text":
        yield _string(element, "text")
    elif depth < _DEPTH_MAX:
        mark = "- " if kind == "rich_text_list" else ""
        for inner in _objects(element, "elements"):
            yield mark
            yield from _rich(inner, everyone, depth + 1)
        yield "" if kind in ("rich_text", "rich_text_list") else "\n"


# --------------------------------------------------------------------------------------------------- odds and ends


def _plain(text: str, everyone: bool) -> str:
    return markup.plain(text, everyone=everyone)


def _string(of: dict[str, Any], name: str) -> str:
    """A field as text; numbers and truth are written as JSON has them."""
    value = of.get(name)
    if isinstance(value, str):
        return value[:_CHARACTERS_MAX]
    if isinstance(value, bool | int | float):
        return msgspec.json.encode(value).decode()
    return ""


def _objects(of: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    value = of.get(name)
    if isinstance(value, list):
        yield from islice((one for one in value if isinstance(one, dict)), _PIECES_MAX)


def _once(texts: Iterable[str], besides: Iterable[str]) -> Iterator[str]:
    """Those that say something, each once, and none that was said `besides`."""
    seen = {text.strip() for text in besides}
    for text in texts:
        if (said := text.strip()) and said not in seen:
            seen.add(said)
            yield text.strip("\n")


# ------------------------------------------------------------------------------------------------------ long texts


def messages(text: str, *, everyone: bool = False) -> list[str]:
    """The text as messages of at most TEXT_MAX_BYTES, cut at the ends of lines where that does not waste half of one; the last one
    says so where it was longer than TEXTS_MAX of them. No cut makes an @all that was none."""
    parts: list[str] = []
    while text.strip() and len(parts) < TEXTS_MAX:
        room = TEXT_MAX_BYTES if len(parts) < TEXTS_MAX - 1 else TEXT_MAX_BYTES - len(LEFT_OUT)
        part = text if len(text.encode()) <= TEXT_MAX_BYTES else _beginning(text, room - _SPARE)
        text = text[len(part) :].lstrip("\n")
        parts.append(part if everyone else markup.uncalled(part))
    if text.strip():
        parts[-1] += LEFT_OUT
    return parts


def _beginning(text: str, size: int) -> str:
    """As much as fits into `size` bytes, whole lines if that is more than half of it."""
    part = text.encode()[:size].decode(errors="ignore")
    whole = part.rfind("\n")
    return part[:whole] if whole > len(part) // 2 else part
