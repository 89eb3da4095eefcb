"""Garbage is collected in the window's thread alone.

Python collects where it happens to be, also in the library's thread. What Tk gave out (a variable, a font, a picture) calls Tk
when it goes, and Tk must not be called from there: it raises, or waits for a window that waits itself.
"""

import gc
from time import monotonic
from typing import Final

QUIET_S: Final = 2.0
"""All of it is only looked through when nothing happened for so long: it takes some tens of milliseconds."""
WHOLE_EVERY_S: Final = 30.0


class Collector:
    """One for each window; what they have in common is that Python does nothing by itself while there is one."""

    _windows = 0

    def __init__(self) -> None:
        if Collector._windows == 0:
            gc.disable()
            gc.freeze()  # modules, which stay: looking through them takes as long as a tenth of the start
        Collector._windows += 1
        self._last_whole = self._last_busy = monotonic()

    def turn(self, *, busy: bool) -> None:
        """Called often; `busy`: something happened just now."""
        now = monotonic()
        young, middle, _ = gc.get_count()
        most_young, most_middle, _ = gc.get_threshold()
        if busy:
            self._last_busy = now
        if now - self._last_busy > QUIET_S and now - self._last_whole > WHOLE_EVERY_S:
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
