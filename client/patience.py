"""How long a client waits for a server that is away or asks for patience, and when it has had enough. Pure."""

from collections.abc import Callable
from typing import Final

from hubbub.client.backoff import LONGEST_S, Backoff

FIRST_TRIES: Final = 3
"""A client that was never let in and is not patient gives up after this many links."""
LATER_TRIES: Final = 5
"""One that is to give up does so after this many waits in a row: some ten seconds."""
LONG_WAIT_S: Final = 5.0
"""One that is to give up is told of a longer wait for its login, in place of waiting in silence."""
QUICK_S: Final = 0.5
"""The first try after a working link broke comes within this: a supervised server is back at once."""
_ANY_WAIT_S: Final = 3600.0
"""A server that asks for more than this is not believed."""


class Patience:
    """`patient`: wait for a server that was never there. `give_up`: stop when it stays away. `dice` gives 0 to 1."""

    def __init__(self, dice: Callable[[], float], *, patient: bool, give_up: bool) -> None:
        self._dice, self._patient, self._give_up = dice, patient, give_up
        self._backoff = Backoff(dice)
        self._let_in = False

    def let_in(self) -> None:
        """The link works."""
        self._let_in = True
        self._backoff.reset()

    def next(self, worked: bool) -> float:
        """Seconds to the next try; `worked`: the link that broke was one that worked."""
        return QUICK_S * self._dice() if worked else self._backoff.next()

    def ends(self, there: bool) -> bool:
        """No more tries after this one; `there`: somebody had answered."""
        if self._let_in:
            return self._give_up and self._backoff.tries >= LATER_TRIES
        return not self._patient and (not there or self._backoff.tries + 1 >= FIRST_TRIES)

    def ends_at(self, retry_after: float | None) -> bool:
        """The server wants a login to wait for so long that a person is better told."""
        return self._give_up and not self._let_in and (retry_after or 0.0) > LONG_WAIT_S

    def again(self, retry_after: float | None, refusals: int) -> float:
        """Seconds until a refused request is sent once more: what the server says, else more from time to time."""
        if retry_after is not None and 0 <= retry_after < _ANY_WAIT_S:
            return retry_after
        return min(LONGEST_S, 0.1 * 2.0 ** min(refusals, 10)) * (0.5 + 0.5 * self._dice())
