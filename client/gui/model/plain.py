"""Words of others for what is not drawn by the window itself: the desktop's notifications, the window's title. Pure."""

import unicodedata
from typing import Final

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that reorder what stands around them: a name could look like another."""


def plain(text: str, most: int) -> str:
    """In one line of at most so many characters, without what is not seen and steers what is. Joined emoji stay joined."""
    line = " ".join("".join(" " if _steers(one) else one for one in text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def tally(count: int) -> str:
    """A count where there is little room: empty for none, "99+" for many."""
    return "" if count <= 0 else str(count) if count < 100 else "99+"


def _steers(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
