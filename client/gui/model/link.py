"""Whether there is a server, as the banner says it. Pure."""

from datetime import datetime, timedelta
from typing import Literal

from hubbub.client.gui.model.signal import Signal

State = Literal["connecting", "up", "down", "stopped"]


class Link:
    """The state of the connection."""

    def __init__(self) -> None:
        self.state: State = "connecting"
        """ "connecting": a try is under way; "down": the next one is waited for; "stopped": there will be none, `reason` says why."""
        self.away = False
        """A try failed since there was a link: it is no short break."""
        self.reason = ""
        self.next_try: datetime | None = None
        """When it is tried again, where that is known."""
        self.held = ""
        """Why what is written waits although there is a link; empty: it does not."""
        self.changed = Signal[()]()
        self._least: int | None = None
        """The seconds until this try that were told already: a clock that is set back makes them no more."""

    @property
    def connected(self) -> bool:
        """Requests are answered."""
        return self.state == "up"

    def up(self) -> None:
        """Requests are answered."""
        self._be("up", away=False)

    def trying(self) -> None:
        """A try is under way."""
        self._be("connecting", self.reason, away=self.away)

    def down(self, reason: str, next_try: datetime | None = None) -> None:
        """It is tried again by itself."""
        self._be("down", reason, next_try, away=self.away or self.state == "connecting")

    def stopped(self, reason: str) -> None:
        """For good: another key, a session that ended."""
        self._be("stopped", reason, away=True)

    def hold(self, why: str) -> None:
        """What is written waits, or (empty) is sent again."""
        if why != self.held:
            self.held = why
            self.changed.emit()

    def seconds(self, now: datetime) -> int | None:
        """Until the next try, rounded up; None: it is not known."""
        if self.state != "down" or self.next_try is None:
            return None
        left = max(0, -((now - self.next_try) // timedelta(seconds=1)))
        self._least = left if self._least is None else min(self._least, left)
        return self._least

    def _be(self, state: State, reason: str = "", next_try: datetime | None = None, *, away: bool) -> None:
        new = (state, reason, next_try, away)
        if new != (self.state, self.reason, self.next_try, self.away):
            if next_try != self.next_try:
                self._least = None
            self.state, self.reason, self.next_try, self.away = new
            self.changed.emit()
