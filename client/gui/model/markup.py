"""What a message's text means: links, mentions, code, bold. Pure.

What is marked up is what cannot be meant otherwise: `code`, ```blocks``` and **bold**. Single asterisks and underscores stay as they
are, for 2*3*4, *.txt, snake_case and _private_ are written here more often than italics.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final, Literal
from unicodedata import category

from msgspec import Struct

from hubbub.schemas.names import RESERVED, folded

Kind = Literal["plain", "link", "mention", "me", "code", "block"]
"""What a piece of text is. "me": it names me, or all."""


class Span(Struct, frozen=True):
    """A piece of a text. The `raw` of all of them, one behind the other, is the text."""

    kind: Kind
    raw: str
    shown: str
    """Without its marks, and harmless. As long as what it stands for, character by character."""
    target: str = ""
    """Of a link, what it opens; of a mention, the name."""
    bold: bool = False
    language: str = ""
    """Of a block, as its first line says."""


_TURNS: Final = "\u202a-\u202e\u2066-\u2069"
_HARMFUL: Final = re.compile(f"[{_TURNS}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\U000e0001]")
"""What would turn the direction of what follows, and control characters that are no blanks."""
_SHOWN_INSTEAD: Final = "\ufffd"

_SPECIAL: Final = re.compile(r"[`@*]|://|www\.|mailto:", re.IGNORECASE)
_LINK: Final = (
    r"(?<![0-9a-z_\u00aa-\u052f@/.])"
    rf"(?:https?://(?=[\w\[])|www\.(?=\w)|mailto:(?=[\w+]))[^\s<>\"`|{_TURNS}"
    r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u3000-\u3003\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1b\uff1f]+"
)
_MENTION: Final = r"(?<![0-9a-z_\u00aa-\u052f])@[^\s@!\"#$%&'()*+,/:;<=>?\[\\\]^`{|}~]{1,128}"
"""As the server finds it: behind letters it is an address of electronic mail, but scripts without spaces go on there."""
_INLINE: Final = re.compile(rf"(?P<link>{_LINK})|(?P<mention>{_MENTION})", re.IGNORECASE)
_MARKED: Final = re.compile(
    r"(?<!`)`(?P<code>[^`\n\r]+)`(?!`)"
    rf"|(?P<link>{_LINK})"
    r"|(?<![\w*])\*\*(?P<bold>(?![\s*])[^*`\n\r]+(?<!\s))\*\*(?![\w*])",
    re.IGNORECASE,
)
_LANGUAGE: Final = re.compile(r"([\w+#.-]{0,20})[ \t]*\r?\n")
_FENCE: Final = "```"
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_TRAILING: Final = ".,;:!?'*_~\u2026\u00bb\u2019\u201d"

OPENED: Final = ("http://", "https://", "mailto:")
"""How the address of a link begins that may be opened."""


def spans(text: str, mentions: Collection[str] = (), me: str = "", everyone: bool = False) -> list[Span]:
    """The text in pieces. mentions: whom it names, as the server says; everyone: @all is meant so."""
    if not _SPECIAL.search(text):
        return [Span("plain", text, harmless(text))] if text else []
    names = {folded(name): "mention" for name in mentions}
    if me and folded(me) in names:
        names[folded(me)] = "me"
    if everyone:
        names.update(dict.fromkeys(RESERVED, "me"))
    return list(_blocks(text, names))


def harmless(text: str) -> str:
    """The text with a mark in the place of each character that could make it look like another one."""
    return text if text.isascii() and text.isprintable() else _HARMFUL.sub(_SHOWN_INSTEAD, text)


def openable(url: str) -> bool:
    """It is an address of the web or of a mailbox."""
    return url.lower().startswith(OPENED) and not _HARMFUL.search(url)


def _blocks(text: str, names: dict[str, str]) -> Iterator[Span]:
    place = 0
    while (begin := text.find(_FENCE, place)) >= 0:
        end = text.find(_FENCE, begin + len(_FENCE))
        if end < 0:
            break
        inside = text[begin + len(_FENCE) : end]
        end += len(_FENCE)
        if not inside.strip():  # nothing in it: the marks are what is meant
            yield from _marks(text[place:end], names)
        else:
            yield from _marks(text[place:begin], names)
            yield _block(text[begin:end], inside)
        place = end
    yield from _marks(text[place:], names)


def _block(raw: str, inside: str) -> Span:
    head = _LANGUAGE.match(inside)
    code = inside[head.end() :] if head else inside
    if not code.strip():
        head, code = None, inside
    return Span("block", raw, harmless(code.rstrip()), language=head[1] if head else "")


def _marks(text: str, names: dict[str, str]) -> Iterator[Span]:
    place = 0
    for match in _MARKED.finditer(text):
        if match["link"] is not None:
            continue  # what is within it means nothing else
        yield from _inline(text[place : match.start()], names)
        place = match.end()
        if match["code"] is not None:
            yield Span("code", match[0], harmless(match["code"]))
        else:
            yield from _bold(match["bold"], names)
    yield from _inline(text[place:], names)


def _bold(text: str, names: dict[str, str]) -> Iterator[Span]:
    inside = list(_inline(text, names))
    for index, span in enumerate(inside):
        before = "**" if index == 0 else ""
        after = "**" if index == len(inside) - 1 else ""
        yield Span(span.kind, before + span.raw + after, span.shown, span.target, bold=True)


def _inline(text: str, names: dict[str, str]) -> Iterator[Span]:
    place = 0
    for match in _INLINE.finditer(text):
        span = _link(match["link"]) if match["link"] is not None else _mention(match["mention"], names)
        if span is None:
            continue
        if match.start() > place:
            yield _plain(text[place : match.start()])
        yield span
        place = match.start() + len(span.raw)
    if place < len(text):
        yield _plain(text[place:])


def _plain(text: str) -> Span:
    return Span("plain", text, harmless(text))


def _link(found: str) -> Span | None:
    url = _without_trailing(found)
    target = f"https://{url}" if url[:4].lower() == "www." else url
    bare = target[target.find(":") + 1 :].strip("/")
    return Span("link", url, url, target) if bare and openable(target) else None


def _without_trailing(url: str) -> str:
    """A full stop behind an address ends the sentence; a bracket belongs to it if it was opened in it."""
    excess = {closing: url.count(closing) - url.count(opening) for closing, opening in _CLOSING.items()}
    end = len(url)
    while end and ((last := url[end - 1]) in _TRAILING or excess.get(last, 0) > 0):
        if last in excess:
            excess[last] -= 1
        end -= 1
    return url[:end]


def _mention(found: str, names: dict[str, str]) -> Span | None:
    name = _name(found[1:])
    while name:
        if (kind := names.get(folded(name))) is not None:
            return Span("me" if kind == "me" else "mention", f"@{name}", f"@{name}", name)
        if name[-1] not in "._-":
            return None
        name = name[:-1]
    return None


def _name(run: str) -> str:
    """The beginning of the run that a name may be: letters, digits, marks, '.', '_' and '-'."""
    for place, character in enumerate(run):
        if not (character.isalnum() or character in "._-" or category(character)[0] == "M"):
            return run[:place]
    return run
