"""What the worker and its supervisor say to each other. Loads next to nothing: the command and the supervisor have no use
for the broker itself, which takes a fifth of a second to load."""

import time
from typing import Final

from msgspec import Struct

EXIT_UNUSABLE: Final = 3
"""The worker cannot start, and a new one could not either; its last line of output says why."""


class Ready(Struct):
    """Where a broker serves: what the ready file holds."""

    pid: int
    """Of the process to send a signal to."""
    address: str
    publish: str
    server_key: str
    """base64url, as everywhere that people see a key."""
    server: str
    worker: int
    """The pid of the process that serves; a new one takes its place when it dies."""


class CannotStart(Exception):
    """The text says what happened and what to do, for a person."""


def clock() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000
