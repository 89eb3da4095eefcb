"""What another program copied, as far as Tk tells: files, a picture, or text.

On X11 Tk gives anything that is offered, what is no text as numbers in words ("0x89 0x50 ..."), for which a picture takes long:
taking.py is a program that does it. On other systems it only gives text, and Pillow has to be asked for the rest.
"""

import re
import tkinter as tk
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from hubbub.client.gui.kit.taking import from_numbers

_PICTURES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp")
_TEXTS: Final = ("UTF8_STRING", "STRING", "TEXT", "text/plain", "text/plain;charset=utf-8")
_FILES: Final = "text/uri-list"
_NUMBERS: Final = re.compile(r"(?:0x[0-9a-fA-F]{1,8}\s*)+")


class Offer(NamedTuple):
    """At most one of them; none: there is text, or nothing."""

    files: tuple[Path, ...] = ()
    """A file manager copied them."""
    picture: str = ""
    """The type of one that is there to be taken."""
    elsewhere: bool = False
    """Tk does not know: Pillow may."""


def look(widget: tk.Misc) -> Offer:
    """Text wins over a picture of it, and files over their names in text."""
    if str(widget.tk.call("tk", "windowingsystem")) != "x11":
        return Offer(elsewhere=not _get(widget, None))
    kinds = (_get(widget, "TARGETS") or "").split()
    if _FILES in kinds and (files := files_in(_text(_get(widget, _FILES) or ""))):
        return Offer(files=tuple(files))
    if any(kind in kinds for kind in _TEXTS):
        return Offer()
    for kind in _PICTURES:
        if kind in kinds:
            return Offer(picture=kind)
    return Offer(elsewhere=any(kind.startswith("image/") for kind in kinds))


def files_in(uris: str) -> list[Path]:
    """Files of this device, if all of the lines are."""
    lines = [line for line in uris.splitlines() if line.strip() and not line.startswith("#")]
    paths = [_path(line.strip()) for line in lines]
    return [path for path in paths if path is not None] if None not in paths else []


def dropped(widget: tk.Misc, data: str) -> Sequence[Path]:
    """What a drop of files tells: a list of Tcl's, where names with spaces stand in braces."""
    names = [str(name) for name in widget.tk.splitlist(data)]
    return [_path(name) or Path(name) for name in names if name]


def _path(uri: str) -> Path | None:
    from urllib.request import url2pathname  # loads all that speaks HTTP

    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        return None
    return Path(url2pathname(parts.path))  # takes the signs of percent away too


def _text(value: str) -> str:
    """Tk writes some text as numbers too."""
    if _NUMBERS.fullmatch(value):
        return from_numbers(value).decode(errors="replace").rstrip("\0")
    return value


def _get(widget: tk.Misc, kind: str | None) -> str | None:
    """None: there is none of this kind, or its owner does not answer."""
    try:
        return str(widget.clipboard_get(type=kind) if kind else widget.clipboard_get())
    except tk.TclError:
        return None
