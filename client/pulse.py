"""When to ask whether the link is alive, and when it is not. Pure: times are seconds of the caller's clock."""

from typing import Final

from hubbub.schemas.limits import PING_INTERVAL_S

ANSWER_TIMEOUT_S: Final = 5.0
"""A PING without any frame from the server for this long: the link is dead, whatever TCP says."""
LOGIN_TIMEOUT_S: Final = 20.0
"""The same before there is a session: hashing passwords for everybody after a restart takes a while."""
UNANSWERED_S: Final = 30.0
"""A request that is on its way for longer while PINGs are answered was lost on the way."""
SUSPICION_S: Final = 1.0
"""After a lost event a PING comes this soon: where one is lost there may be more, and the last leaves no gap."""


class Pulse:
    """What was heard and asked, and when."""

    def __init__(self) -> None:
        self.asking = False
        """A PING is on its way."""
        self._heard_at = self._asked_at = 0.0
        self._suspicion: float | None = None

    def linked(self, now: float) -> None:
        """There is a new link, or a new session on it."""
        self._heard_at = self._asked_at = now

    def heard(self, now: float) -> None:
        """A frame came."""
        self._heard_at = now

    def asked(self, now: float) -> None:
        """A PING was sent."""
        self.asking, self._asked_at, self._suspicion = True, now, None

    def suspect(self, now: float) -> None:
        """An event was lost."""
        if self._suspicion is None:
            self._suspicion = now + SUSPICION_S

    def stop(self) -> None:
        """The link is gone, and the answer with it."""
        self.asking = False
        self._suspicion = None

    def entrance_ends(self, paused_until: float) -> float:
        """When a link on which nobody was let in yet counts as dead."""
        return max(self._heard_at, paused_until) + LOGIN_TIMEOUT_S

    def due(self, unanswered: bool) -> float:
        """When the next PING is due (earlier while requests are unanswered), or the one on its way counts as lost."""
        silence = max(self._heard_at, self._asked_at) + ANSWER_TIMEOUT_S
        if self.asking:
            return silence
        due = self._asked_at + PING_INTERVAL_S
        if self._suspicion is not None:
            due = min(due, self._suspicion)
        return min(due, silence) if unanswered else due


def is_lost(now: float, sent_at: float | None) -> bool:
    """Whether a request that was sent then will not be answered any more."""
    return sent_at is not None and now - sent_at > UNANSWERED_S
