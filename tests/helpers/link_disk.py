"""What a device of the lossy link keeps when its program dies. Knows no session."""

from msgspec import Struct, field


class Outgoing(Struct, eq=False):
    """A message of the outbox."""

    to: str
    """A user's name, or "#team"."""
    key: bytes
    state: str = "pending"
    asked: bool = False
    """An answer is awaited, by the program that runs now."""
    problem: str = ""


class Disk(Struct):
    """What survives a crash of the program."""

    token: bytes = b""
    epoch: bytes = b""
    cursors: dict[int, int] = field(default_factory=dict)
    outbox: list[Outgoing] = field(default_factory=list)
