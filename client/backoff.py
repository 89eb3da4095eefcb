"""How long to wait before the next try. Pure: the dice are given."""

from collections.abc import Callable
from typing import Final

SHORTEST_S: Final = 0.5
LONGEST_S: Final = 30.0


class Backoff:
    """Waits that double from try to try, each somewhere between SHORTEST_S and its bound, so that a thousand clients
    of a restarted server do not come back at the same moment."""

    def __init__(self, dice: Callable[[], float]) -> None:
        self._dice = dice
        self._tries = 0

    def next(self) -> float:
        """Seconds to wait now: SHORTEST_S to LONGEST_S. `dice` gives 0 to 1."""
        bound = min(LONGEST_S, SHORTEST_S * 2.0 ** min(self._tries + 1, 16))
        self._tries += 1
        return SHORTEST_S + (bound - SHORTEST_S) * self._dice()

    @property
    def tries(self) -> int:
        """Waits handed out since the last success."""
        return self._tries

    def reset(self) -> None:
        """It worked."""
        self._tries = 0
