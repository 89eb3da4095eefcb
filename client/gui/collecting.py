"""Garbage is collected in the window's thread alone, and a lot of it only while nobody does anything.

Python collects where it happens to be, also in the library's thread. What Tk gave out (a variable, a font, a picture) calls Tk
when it goes, and Tk must not be called from there: it raises, or waits for a window that waits itself.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tkinter as tk

QUIET_S: Final = 2.0
"""All of it is only looked through when nothing happened for so long: it takes some tens of milliseconds."""
WHOLE_EVERY_S: Final = 30.0
WHOLE_AFTER_S: Final = 600.0
"""After so long it is looked through in any case."""


@contextmanager
def uncollected() -> Iterator[None]:
    """For loading modules, which stay: looking for garbage among them again and again takes a fifth of the start."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.enable()


def untouched_s(root: "tk.Tk") -> float:
    """For so long nobody has touched keyboard, mouse or wheel, in any window: events of ours would not tell, since a widget may
    keep one for itself. For ever where the system does not say."""
    milliseconds = int(root.tk.call("tk", "inactive"))
    return milliseconds / 1000 if milliseconds >= 0 else float("inf")


class Collector:
    """One for each window; what they have in common is that Python does nothing by itself while there is one."""

    _windows = 0

    def __init__(self) -> None:
        if Collector._windows == 0:
            gc.disable()
            gc.freeze()
        Collector._windows += 1
        self._last_whole = self._last_busy = monotonic()

    def turn(self, untouched: Callable[[], float], *, busy: bool) -> None:
        """Called often; untouched: for how many seconds the person has done nothing; busy: something came from the library."""
        now = monotonic()
        young, middle, _ = gc.get_count()
        most_young, most_middle, _ = gc.get_threshold()
        if busy:
            self._last_busy = now
        if now - self._last_whole > WHOLE_EVERY_S and self._rests(now, untouched):
            self._last_whole = now
            gc.collect()
        elif middle > most_middle:
            gc.collect(1)
        elif young > most_young:
            gc.collect(0)

    def close(self) -> None:
        """The window is gone: take what is left of it, here."""
        gc.collect()
        Collector._windows -= 1
        if Collector._windows == 0:
            gc.unfreeze()
            gc.enable()

    def _rests(self, now: float, untouched: Callable[[], float]) -> bool:
        if now - self._last_whole > WHOLE_AFTER_S:
            return True
        return now - self._last_busy > QUIET_S and untouched() > QUIET_S
