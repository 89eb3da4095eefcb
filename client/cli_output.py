"""How the command line prints: text that steers no terminal, times, and lines for people or for programs. Knows no client.

Text of others never reaches a terminal raw: an escape sequence in a message could rewrite the screen, set the window's
title or type for its reader. In JSON it is escaped anyway.
"""

import json
import os
import sys
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final

from hubbub.client.errors import HubbubError

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that reorder what stands around them: a name could look like another."""


def harmless(text: str, *, indent: str = "    ") -> str:
    """The text with everything visible that would steer a terminal. Lines stay lines, indented below the first."""
    lines = text.replace("\r\n", "\n").split("\n")
    return ("\n" + indent).join("".join(_visible(character) for character in line) for line in lines)


def one_line(text: str, width: int = 60) -> str:
    """The text's beginning, on one line."""
    flat = harmless(text, indent="").replace("\n", " ⏎ ")
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def _visible(character: str) -> str:
    if character == "\t":
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character in _BIDI or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return "\ufffd"
    return character


def instant(time: datetime) -> str:
    """RFC 3339, UTC, milliseconds."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(time: datetime) -> str:
    """Local time for people, with the day where it is not today."""
    local = time.astimezone()
    today = local.date() == datetime.now().astimezone().date()
    return local.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")


class Output:
    """Where a command prints to."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    @property
    def bold(self) -> bool:
        """What is printed is read on a terminal, which can show it."""
        return not self.as_json and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, sentence: str, fields: dict[str, Any]) -> None:
        """One thing: a line for people, the fields for programs."""
        self._print(fields if self.as_json else sentence)

    def result(self, sentence: str, **fields: object) -> None:
        """What a command did."""
        self.show(sentence, fields)

    def note(self, text: str) -> None:
        """Something on the side, for people; to standard error."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def error(self, error: HubbubError) -> None:
        """What went wrong, to standard error."""
        if not self.as_json:
            self.note(harmless(str(error), indent=""))
            return
        self.note(
            json.dumps(
                {"error": error.code, "message": str(error), "retryable": error.retryable}, ensure_ascii=False
            )
        )

    def _print(self, what: dict[str, Any] | str) -> None:
        line = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False)
        try:
            sys.stdout.write(line + "\n")
        except UnicodeEncodeError:  # a terminal that is not UTF-8, or a lone surrogate
            encoding = sys.stdout.encoding or "utf-8"
            shown = (
                json.dumps(what)
                if not isinstance(what, str)
                else line.encode(encoding, "replace").decode(encoding)
            )
            sys.stdout.write(shown + "\n")
        sys.stdout.flush()


def abandon_stdout() -> None:
    """Whoever read our output is gone (`| head`): end without a word when Python flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
