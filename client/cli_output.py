"""How the command line shows things: a form for people, and JSON lines for programs. Knows no client.

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
from hubbub.client.models import Conversation, Message, User

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


def message_json(message: Message) -> dict[str, Any]:
    """A message as --json prints it."""
    return {
        "conversation": message.conversation,
        "seq": message.seq,
        "sender": message.sender,
        "text": message.text,
        "sent_at": instant(message.sent_at),
        "key": message.key.hex(),
    }


def conversation_json(row: Conversation) -> dict[str, Any]:
    """A row of home as --json prints it."""
    last = message_json(row.last_message) if row.last_message else None
    return {
        "conversation": row.name,
        "unread": row.unread,
        "read": row.read,
        "head": row.head,
        "last_message": last,
    }


def user_json(user: User) -> dict[str, Any]:
    """A user as --json prints him."""
    return {"name": user.name, "online": user.online}


def message_line(message: Message, *, where: bool = True) -> str:
    """A message for people: local time, conversation, sender, text."""
    time = message.sent_at.astimezone()
    day = "%H:%M" if time.date() == datetime.now().astimezone().date() else "%Y-%m-%d %H:%M"
    place = f"{one_line(message.conversation)}  " if where else ""
    return f"{time.strftime(day)}  {place}{one_line(message.sender)}: {harmless(message.text)}"


def conversation_line(row: Conversation) -> str:
    """A row of home for people."""
    unread = f"{row.unread} unread" if row.unread else ""
    last = ""
    if row.last_message:
        last = f"{one_line(row.last_message.sender)}: {one_line(row.last_message.text)}"
    return f"{one_line(row.name):<20}  {unread:<12}  {last}".rstrip()


class Output:
    """Where a command prints to."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def message(self, message: Message, *, where: bool = True) -> None:
        """One message."""
        self._print(message_json(message) if self.as_json else message_line(message, where=where))

    def conversation(self, row: Conversation) -> None:
        """One row of home."""
        self._print(conversation_json(row) if self.as_json else conversation_line(row))

    def user(self, user: User) -> None:
        """One user."""
        mark = "●" if user.online else "○"
        self._print(user_json(user) if self.as_json else f"{mark} {one_line(user.name)}")

    def result(self, sentence: str, **fields: object) -> None:
        """What a command did: a sentence for people, the fields for programs."""
        self._print(fields if self.as_json else sentence)

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
