"""A program of its own: writes the picture that another program copied to standard output, on X11.

Tk has whoever asks wait until all of it is there and made numbers of, in words: for 8 MB a second, in which a window would stand
still, and half a gigabyte.
"""

import signal
import sys
import tkinter as tk
from typing import Final

PATIENCE_S: Final = 30
"""A picture of 100 MB takes half of it. Behind that nobody waits: the window may be gone, and an owner can go on for ever."""
MEMORY: Final = 2 * 1024**3
"""Of this program, so that an owner who does not come to an end costs no more: each byte takes ten."""

_NUMBERS: Final = {hex(number): number for number in range(256)}
_AT_ONCE: Final = 500_000
"""Characters: each number is an object of 50 bytes for a moment."""


def main() -> None:
    """TYPE: one of those that are offered. Writes nothing where it is not there, or its owner does not answer."""
    _bound()
    root = tk.Tk()
    root.withdraw()
    try:
        numbers = str(root.clipboard_get(type=sys.argv[1]))
    except tk.TclError:
        return
    sys.stdout.buffer.write(from_numbers(numbers))


def _bound() -> None:
    if sys.platform != "win32":
        import resource

        signal.alarm(PATIENCE_S)
        for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
            _, hard = resource.getrlimit(what)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (least, hard))


def from_numbers(numbers: str) -> bytes:
    """The bytes that Tk wrote as numbers ("0x89 0x50 ..."); nothing where they are no bytes."""
    found = bytearray()
    start = 0
    try:
        while start < len(numbers):
            end = numbers.find(" ", start + _AT_ONCE)
            end = end if end >= 0 else len(numbers)
            found += bytes(map(_NUMBERS.__getitem__, numbers[start:end].split()))
            start = end
    except KeyError:
        return b""
    return bytes(found)


if __name__ == "__main__":
    main()
