"""What a device of the lossy link keeps when its program dies. Knows no session."""

from itertools import count

from msgspec import Struct, field

from hubbub.schemas.limits import HASH_BYTES, KEY_BYTES
from hubbub.schemas.requests import NewAttachment

_FIRST = 1000
"""Fewer than these are of the prepared store."""
_numbers = count(1)
_FILES = 3
_CALLS = ("", "", " @alice", " @bob @alice", " @all")


def new_key() -> bytes:
    """Of an act that was not done before."""
    return next(_numbers).to_bytes(KEY_BYTES, "big")


def begin_keys() -> None:
    """A world begins: the same steps give the same keys, or hypothesis would take it for luck."""
    global _numbers
    _numbers = count(_FIRST)


class Outgoing(Struct, eq=False):
    """A message of the outbox."""

    to: str
    """A user's name, or the label of a group."""
    key: bytes
    state: str = "pending"
    asked: bool = False
    """An answer is awaited, by the program that runs now."""
    problem: str = ""

    @property
    def text(self) -> str:
        """Says where it belongs; some name people."""
        return f"{self.to} {self.key.hex()}{_CALLS[self.key[-1] % len(_CALLS)]}"

    @property
    def attachments(self) -> list[NewAttachment]:
        """Every other has one or two; there are only a few files, so that many messages hold the same."""
        last = self.key[-1]
        files = [(last + place) % _FILES for place in range(1 + last % 3 // 2)] if last % 2 else []
        return [
            NewAttachment(
                sha256=bytes([file]) * HASH_BYTES, name=f"{self.key.hex()}.{place}", type="text/plain"
            )
            for place, file in enumerate(files)
        ]


class Disk(Struct):
    """What survives a crash of the program."""

    token: bytes = b""
    epoch: bytes = b""
    cursors: dict[int, int] = field(default_factory=dict)
    outbox: list[Outgoing] = field(default_factory=list)
