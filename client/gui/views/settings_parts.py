"""What the pages of the settings are made of: a page, rows with a switch, and how a change stands."""

import tkinter as tk
from collections.abc import Callable
from typing import Final, Protocol

from hubbub.client.gui.kit.base import Label, Line, Pane
from hubbub.client.gui.kit.notices import Banner
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.switches import Switch
from hubbub.client.gui.model.preferences import OFFLINE, Preferences
from hubbub.client.gui.views.soon import Soon

SLOW_MS: Final = 300
"""What takes longer shows that something goes on."""


class Enabled(Protocol):
    """A control that can be out of use."""

    def enable(self, enabled: bool) -> object:
        """In use, or not."""


class Page(Pane):
    """One page of the settings. It follows signals while it is there."""

    title = ""

    def __init__(self, parent: tk.Misc, preferences: Preferences) -> None:
        super().__init__(parent)
        self.preferences = preferences
        self.chat, self.settings = preferences.chat, preferences.settings
        self._ends: list[Callable[[], None]] = []
        self._served: list[Enabled] = []
        self._offline: Banner | None = None
        self._strip = Pane(self)
        self.build()
        if self._served:
            self._ends.append(self.chat.link.changed.connect(Soon(self, self._draw_link)))
            self._draw_link()

    def build(self) -> None:
        """Put in what is to be seen."""

    def leave(self) -> None:
        """It is about to go: keep what was written."""

    def destroy(self) -> None:
        if self.preferences.app.chat is self.chat:
            self.leave()
        for end in self._ends:
            end()
        super().destroy()

    def follow(self, *ends: Callable[[], None]) -> None:
        """Stop listening when the page goes."""
        self._ends += ends

    def served(self, *controls: Enabled) -> None:
        """These need the server."""
        self._served += controls
        for control in controls:
            control.enable(self.preferences.reachable)

    def heading(self, text: str, above: int = 24) -> Label:
        """Over a few controls."""
        label = Label(self, text, "note", weight="semibold", colour="muted")
        label.pack(fill="x", pady=(self.theme.px(above), self.theme.px(6)))
        return label

    def prose(self, text: str, above: int = 4, colour: str = "muted") -> Prose:
        """A sentence or two."""
        prose = Prose(self, text, "note", colour=colour)
        prose.pack(fill="x", pady=(self.theme.px(above), 0))
        return prose

    def line(self) -> None:
        """Between two matters."""
        Line(self).pack(fill="x", pady=self.theme.px(20))

    def stands(self, *controls: str, parent: Pane | None = None) -> "Stands":
        """How changes of these controls stand is said here."""
        stands = Stands(parent or self, self.preferences, controls)
        stands.pack(fill="x")
        return stands

    def _draw_link(self) -> None:
        reachable = self.preferences.reachable
        for control in self._served:
            if not isinstance(control, tk.Misc) or control.winfo_exists():
                control.enable(reachable)
        if not reachable and self._offline is None:
            self._strip.pack(fill="x", pady=(0, self.theme.px(16)), before=self.winfo_children()[1])
            self._offline = Banner(self._strip, OFFLINE, "wifi-off", kind="warning")
            self._offline.pack(fill="x")
        elif reachable and self._offline is not None:
            self._offline.destroy()
            self._offline = None
            self._strip.pack_forget()


class Stands(Pane):
    """Saving, saved, or what went wrong; nothing while nothing was changed."""

    def __init__(self, parent: tk.Misc, preferences: Preferences, controls: tuple[str, ...]) -> None:
        super().__init__(parent, height=1)
        self._preferences, self._controls = preferences, controls
        self._timer: str | None = None
        self._spinner: Spinner | None = None
        self._words: Label | None = None
        self._end = preferences.changed.connect(self._on_change)

    def destroy(self) -> None:
        self._end()
        self._stop()
        super().destroy()

    def _on_change(self, control: str) -> None:
        if control not in self._controls:
            return
        self._stop()
        standing = self._preferences.standing(control)
        if standing.kind == "saving":
            self._timer = self.after(SLOW_MS, self._turn)
            if self._words is not None:
                self._say("Saving…", "muted")
        elif standing.kind:
            wrong = standing.kind == "failed"
            self._say(standing.text or ("" if wrong else "Saved"), "danger" if wrong else "success")
        else:
            self._say("", "muted")

    def _say(self, text: str, colour: str) -> None:
        if self._words is not None:
            self._words.destroy()
            self._words = None
            self.configure(height=1)
        if text:
            self._words = Prose(self, text, "note", colour=colour)
            if colour != "muted":
                self._words.set_icon("exclamation-circle" if colour == "danger" else "check-lg")
            self._words.pack(side="left", fill="x", expand=True, pady=(self.theme.px(4), 0))

    def _turn(self) -> None:
        self._timer = None
        self._say("", "muted")
        self._spinner = Spinner(self, 14)
        self._spinner.pack(side="left", padx=(0, self.theme.px(6)))
        self._say("Saving…", "muted")

    def _stop(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None
        if self._spinner is not None:
            self._spinner.destroy()
            self._spinner = None


class SwitchRow(Pane):
    """What is on or off, with a sentence on it; a press on the words is one on the switch."""

    def __init__(
        self,
        parent: tk.Misc,
        title: str,
        note: str,
        *,
        value: bool,
        on_change: Callable[[bool], object],
        name: str,
    ) -> None:
        super().__init__(parent)
        px = self.theme.px
        self.switch = Switch(self, value=value, on_change=on_change, name=name)
        self.switch.pack(side="right", anchor="n", padx=(px(16), 0))
        self.columns = (
            [Prose(self, title), Prose(self, note, "note", colour="muted")] if note else [Prose(self, title)]
        )
        for words in self.columns:
            words.pack(fill="x", pady=(px(6), 0) if words is self.columns[0] else (px(2), 0))
            words.bind("<Button-1>", self._pressed)

    def set(self, value: bool) -> None:
        """Without telling anybody."""
        self.switch.set(value)

    def enable(self, enabled: bool) -> None:
        """In use, or not."""
        self.switch.enable(enabled)
        self.columns[0].set(colour="text" if enabled else "faint")

    def _pressed(self, _: object) -> None:
        if self.switch.enabled:
            self.switch.press()
