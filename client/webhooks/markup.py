"""What chat services write into texts, as plain text: Slack's escapes and links, who is called, what steers a terminal. Pure."""

import re
import unicodedata
from itertools import takewhile
from typing import Final

from hubbub.schemas.names import RESERVED, folded

_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
"""Colours and titles, as the logs of builds have them."""
_MARK: Final = re.compile(r"<((?:https?|ftp|mailto|tel):|[!@#])([^<>|\n]*)(?:\|([^<>\n]*))?>", re.IGNORECASE)
"""Only what a service would write between < and >: a text that says a < b > c stays as it is."""
_ESCAPE: Final = re.compile(r"&(lt|gt|amp);")
_ESCAPED: Final = {"lt": "<", "gt": ">", "amp": "&"}
_EVERYONE: Final = frozenset({"channel", "here", "everyone", "group"})
_AT: Final = re.compile(r"@(?=([^\s@]{1,16}))")


def plain(text: str, *, everyone: bool) -> str:
    """A text with Slack's marks in it, as people read it: <https://x|label> is "label (https://x)", <!channel> is @all where
    `everyone` may be called and "channel" elsewhere, &lt; is <. In time that grows with its length."""
    return _ESCAPE.sub(
        lambda found: _ESCAPED[found[1]], _MARK.sub(lambda found: _said(found, everyone), text)
    )


def _said(mark: re.Match[str], everyone: bool) -> str:
    kind, what, label = mark[1], mark[2], (mark[3] or "").strip()
    if kind == "!":
        name = what.split("^", 1)[0]
        if name in _EVERYONE:
            return "@all" if everyone else name
        return label or name  # a date, or a group of users: its fallback
    if kind in "@#":
        return kind + (label.removeprefix(kind) or what)
    if kind.lower() in ("mailto:", "tel:"):
        return linked(label, what)
    return linked(label, kind + what)


def linked(label: str, url: str) -> str:
    """A link as plain text; one whose label is but its address is shown once."""
    same = not label or label.rstrip("/") in (url.rstrip("/"), url.split("://", 1)[-1].rstrip("/"))
    return url if same else f"{label} ({url})"


def uncalled(text: str) -> str:
    """The same text, in which @all calls nobody: a space comes behind its @. Names are read as the server reads them, which takes
    letters of other widths for the same, and dots behind a name for the sentence's."""
    return _AT.sub(lambda found: "@ " if _is_all(found[1]) else "@", text)


def _is_all(run: str) -> bool:
    name = "".join(takewhile(_in_a_name, run)).rstrip(".-_")
    return folded(name) in RESERVED


def _in_a_name(character: str) -> bool:
    return character.isalnum() or character in "._-" or unicodedata.category(character)[0] == "M"


def harmless(text: str) -> str:
    """A text without control characters and halves of characters; lines end with one kind of end, and none is at its edges."""
    whole = _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(one for one in whole if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip("\n")


def one_line(text: str, longest: int) -> str:
    """The beginning of a text that has to be on one line."""
    return " ".join(harmless(text).split())[:longest]
