"""Whether there is a server, as the banner says it. Pure."""

from typing import Literal

from hubbub.client.gui.model.signal import Signal


class Link:
    """The state of the connection."""

    def __init__(self) -> None:
        self.state: Literal["connecting", "up", "down", "stopped"] = "connecting"
        """"stopped": it is not tried again by itself; `reason` says why."""
        self.reason = ""
        self.changed = Signal[()]()

    def up(self) -> None:
        """Requests are answered."""
        self._be("up", "")

    def down(self, reason: str) -> None:
        """Tried again from time to time."""
        self._be("down", reason)

    def stopped(self, reason: str) -> None:
        """For good: another key, a session that ended."""
        self._be("stopped", reason)

    def _be(self, state: Literal["connecting", "up", "down", "stopped"], reason: str) -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self.changed.emit()
