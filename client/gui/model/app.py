"""The whole of what the window shows: signing in, or an account that is open. Pure."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from hubbub.client import HubbubError
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk import Desk
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.signal import Signal


class App:
    """Which screen there is."""

    def __init__(self, bridge: Bridge, profile: Path, now: Callable[[], datetime]) -> None:
        self.bridge: Final = bridge
        self.profile: Final = profile
        self.chat: Chat | None = None
        """None: somebody has to sign in."""
        self.screen_changed = Signal[()]()
        self._now = now

    def log_in(
        self,
        server: str,
        user: str,
        password: str | None,
        *,
        register: bool,
        failed: Callable[[HubbubError], None],
    ) -> None:
        """Try to open an account; the screen changes when it is."""
        job = partial(Desk.enter, server, user, password, profile=self.profile, register=register)
        self.bridge.run(job, self._on_entered, failed)

    def log_out(self) -> None:
        """End the session, and sign in anew."""
        if self.chat is not None:
            self.bridge.run(self.chat.desk.log_out)
            self.chat = None
            self.screen_changed.emit()

    def _on_entered(self, desk: Desk) -> None:
        self.chat = Chat(self.bridge, desk, self._now)
        self.screen_changed.emit()
