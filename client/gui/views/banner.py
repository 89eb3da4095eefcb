"""The quiet strip that says whether there is a server."""

import tkinter as tk
from collections.abc import Callable
from datetime import datetime

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.notices import Banner
from hubbub.client.gui.model.link import Link


class LinkBanner(Pane):
    """Takes no room while all is well."""

    def __init__(self, parent: tk.Misc, link: Link, now: Callable[[], datetime]) -> None:
        super().__init__(parent)
        self._link, self._now = link, now
        self._banner = Banner(self, "", "wifi-off", kind="warning")
        self._end = link.changed.connect(self._draw)
        self._timer = ""
        self._draw()

    def destroy(self) -> None:
        self._end()
        self.after_cancel(self._timer) if self._timer else None
        super().destroy()

    def _draw(self) -> None:
        if self._timer:
            self.after_cancel(self._timer)
            self._timer = ""
        if self._link.state == "up":
            self._banner.pack_forget()
            self.configure(height=1)
            return
        self._banner.set(self._words())
        self._banner.pack(fill="x")
        if self._link.state == "down":
            self._timer = self.after(1000, self._draw)

    def _words(self) -> str:
        if self._link.state == "stopped":
            return self._link.reason
        seconds = self._link.seconds(self._now())
        if self._link.state == "connecting" or not seconds:
            return "Connecting to the server. What you write is kept and sent then."
        return f"No server. Next try in {seconds} s. What you write is kept and sent then."
