"""The quiet strip at the top of the window that says that there is no server, and when it is tried again; or that the one that is
there can't take what is written."""

import tkinter as tk
from collections.abc import Callable
from datetime import datetime
from typing import Final

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.notices import Banner
from hubbub.client.gui.model.link import Link

PATIENCE_MS: Final = 1_000
"""A link that is back sooner was never gone."""
TRYING_MS: Final = 300
"""A try that fails sooner than that does not change the words for a blink."""
_TICK_MS: Final = 250
_BESIDE: Final = 148
"""What icon and button take of the width, in pixels at 96 dpi."""
_AWAY: Final = (
    "No connection to the server. {} What you write is kept, and sent then.",
    "No connection to the server. {}",
    "No connection. {}",
)
"""The first for which there is room."""
_HELD: Final = "What you write waits here, and is sent as soon as that is over."


class LinkBanner(Pane):
    """Packs itself above everything in its parent while there is something to say. try_now, sign_in: what its buttons do."""

    def __init__(
        self,
        parent: tk.Misc,
        link: Link,
        now: Callable[[], datetime],
        try_now: Callable[[], object],
        sign_in: Callable[[], object],
    ) -> None:
        super().__init__(parent)
        self._link, self._now = link, now
        self.waiting = Banner(self, "", "wifi-off", "Try now", try_now, kind="warning")
        self.ended = Banner(self, "", "exclamation-octagon", "Sign in", sign_in, kind="danger")
        self.held = Banner(self, "", "clock", kind="warning")
        self._jobs: dict[str, str] = {}
        self._away = _AWAY[-1]
        self._end = link.changed.connect(self._on_changed)
        self.bind("<Configure>", self._fit)
        self._on_changed()

    def destroy(self) -> None:
        self._end()
        self._stop("show", "tick", "trying")
        super().destroy()

    @property
    def text(self) -> str:
        """What it says; empty: nothing."""
        if not self.winfo_manager():
            return ""
        return next(banner.text for banner in self._banners if banner.winfo_manager())

    @property
    def _banners(self) -> tuple[Banner, Banner, Banner]:
        return self.waiting, self.ended, self.held

    @property
    def _wanted(self) -> Banner:
        """The one for how things are."""
        if self._link.state == "stopped":
            return self.ended
        return self.held if self._link.state == "up" else self.waiting

    def _on_changed(self) -> None:
        state = self._link.state
        if state == "up":
            self._stop("show", "tick", "trying")
            if self._link.held:
                self._show()
            else:
                self.pack_forget()
        elif state == "stopped":
            self._show()
        elif not self.winfo_manager() or self.held.winfo_manager():
            self._later("show", PATIENCE_MS, self._show)
        elif state == "connecting":
            self._stop("tick")
            self._later("trying", TRYING_MS, self._draw)
        else:
            self._stop("trying")
            self._draw()

    def _show(self) -> None:
        self._stop("show")
        others = [widget for widget in self.master.pack_slaves() if widget is not self]
        self.pack(side="top", fill="x")
        if others:
            self.pack(before=others[0])
        for banner in self._banners:
            banner.pack_forget()
        self._wanted.pack(fill="x")
        self._draw()

    def _draw(self) -> None:
        if self._link.state == "stopped":
            self.ended.set(self._link.reason)
            return
        if self._link.state == "up":
            self.held.set(f"{self._link.held} {_HELD}")
            return
        self.waiting.set(self._words())
        self.waiting.button.set(enabled=self._link.state == "down")
        if self._link.state == "down":
            self._later("tick", _TICK_MS, self._draw)

    def _words(self) -> str:
        if not self._link.away:
            return "Connecting to the server…"
        seconds = self._link.seconds(self._now())
        when = f"Next try in {_duration(seconds)}." if seconds else "Trying now…"
        return self._away.format(when)

    def _fit(self, event: "tk.Event[tk.Misc]") -> None:
        """What is not needed goes first; then the words break where they must."""
        room, measure = event.width - self.theme.px(_BESIDE), self.theme.measure
        longest = "Next try in 30 s."
        fitting = (words for words in _AWAY if measure("note", words.format(longest)) <= room)
        self._away = next(fitting, _AWAY[-1])
        for banner in self._banners:
            banner.label.set(wrap=max(120, int(room / self.theme.scale)))
        if self.winfo_manager():
            self._draw()

    def _later(self, name: str, ms: int, act: Callable[[], object]) -> None:
        def run() -> None:
            del self._jobs[name]
            act()

        if name not in self._jobs:
            self._jobs[name] = self.after(ms, run)

    def _stop(self, *names: str) -> None:
        for name in names:
            if (job := self._jobs.pop(name, None)) is not None:
                self.after_cancel(job)


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"
