"""How the command line prints: text that steers no terminal, times, and lines for people or for programs. Knows no client.

Text of others never reaches a terminal raw: an escape sequence in a message could rewrite the screen, set the window's
title or type for its reader. In JSON it is escaped anyway.
"""

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from hubbub.client.errors import HubbubError

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that reorder what stands around them: a name could look like another."""


def harmless(text: str, *, indent: str = "    ") -> str:
    """The text with everything visible that would steer a terminal. Lines stay lines, indented below the first."""
    lines = text.replace("\r\n", "\n").split("\n")
    return ("\n" + indent).join("".join(_visible(character) for character in line) for line in lines)


def one_line(text: str, columns: int = 60) -> str:
    """The text's beginning, on one line."""
    return shortened(harmless(text, indent="").replace("\n", " ⏎ "), columns)


def shortened(line: str, columns: int) -> str:
    """The line's beginning, as much as fits."""
    if width(line) <= columns:
        return line
    room = columns - 1
    for place, character in enumerate(line):
        room -= width(character)
        if room < 0:
            return line[:place] + "…"
    return line


def width(line: str) -> int:
    """How many columns of a terminal it takes: Chinese characters and emoji two each, accents that join a letter none."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in line
    )


def aligned(rows: Sequence[tuple[str, ...]], columns: int) -> list[str]:
    """A line a row, with cells below one another, two spaces apart; columns without any text are left out, and the last one
    is shortened to the terminal's `columns` (0: it is not)."""
    cells = [max((width(cell) for cell in column), default=0) for column in zip(*rows, strict=True)]
    kept = [place for place, widest in enumerate(cells) if widest]
    lines = []
    for row in rows:
        parts = [row[place] + " " * (cells[place] - width(row[place])) for place in kept]
        line = "  ".join(parts).rstrip()
        lines.append(shortened(line, columns) if columns else line)
    return lines


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


def size_text(size: int) -> str:
    """A number of bytes for people, as the powers of ten that files are measured in: 1.2 MB."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    power = 1 if size < 999_500 else 2 if size < 999_500_000 else 3
    amount = size / 1000**power
    return f"{amount:.{int(amount < 9.95)}f} {('kB', 'MB', 'GB')[power - 1]}"


class Output:
    """Where a command prints to."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    @property
    def bold(self) -> bool:
        """What is printed is read on a terminal, which can show it."""
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not self.as_json and sys.stdout.isatty() and not plain

    def show(self, sentence: str, fields: dict[str, Any]) -> None:
        """One thing: a line for people, the fields for programs."""
        self._print(fields if self.as_json else sentence)

    def table(self, rows: Sequence[tuple[tuple[str, ...], dict[str, Any]]]) -> None:
        """Many things: the cells of each line, the fields of each."""
        columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
        lines = aligned([cells for cells, _ in rows], columns)
        for line, (_, fields) in zip(lines, rows, strict=True):
            self.show(line, fields)

    def nothing(self, sentence: str) -> None:
        """There is nothing to print; said to people only, beside what is printed."""
        if not self.as_json:
            self.note(sentence)

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
