"""The feed's socket: when to make one, and when to give one up. Pure: times are seconds of the caller's clock."""

from collections.abc import Callable

from hubbub.client.backoff import Backoff
from hubbub.schemas.limits import CONFIRMATION_TIMEOUT_S


class Subscription:
    """At most one feed at a time; each presents the token, and is confirmed or made anew. `dice` gives 0 to 1."""

    def __init__(self, dice: Callable[[], float]) -> None:
        self._backoff = Backoff(dice)
        self._at = 0.0
        self._confirm_by: float | None = None
        self.open = False

    @property
    def deadline(self) -> float | None:
        """When the confirmation is late, or the next feed may be made; None: it is there and confirmed."""
        return self._confirm_by if self.open else self._at

    def due(self, now: float) -> bool:
        """A feed may be made."""
        return not self.open and now >= self._at

    def late(self, now: float) -> bool:
        """The confirmation did not come: libzmq never retries a refused handshake."""
        return self._confirm_by is not None and now >= self._confirm_by

    def wanted(self, now: float) -> None:
        """There is a new link or session: no need to wait."""
        self._at = now

    def presented(self, now: float) -> None:
        """The token was sent on the feed."""
        self.open, self._confirm_by = True, now + CONFIRMATION_TIMEOUT_S

    def confirmed(self) -> None:
        """The broker applied the topics."""
        self._confirm_by = None

    def worked(self) -> None:
        """All is well."""
        self._backoff.reset()

    def lost(self, now: float) -> None:
        """The feed is closed; the next one is made after a while."""
        self.stop()
        self._at = now + self._backoff.next()

    def stop(self) -> None:
        """The link is gone, and the feed with it."""
        self.open, self._confirm_by = False, None
