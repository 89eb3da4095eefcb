"""What holds on this device alone: the look, what the desktop tells of, keys."""

from typing import Final

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.choosing import Radios, Slider
from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.switches import Choice
from hubbub.client.gui.kit.theme import Mode
from hubbub.client.gui.model import quiet, times
from hubbub.client.gui.settings import Notify
from hubbub.client.gui.views.settings_parts import Page, SwitchRow
from hubbub.client.gui.views.soon import Soon

MODES: Final[dict[Mode, str]] = {"light": "Light", "dark": "Dark", "system": "System"}
SCALES: Final = (80, 90, 100, 110, 120, 130, 150, 175, 200)
"""Sizes of text, in per cent."""
NOTIFY: Final[dict[Notify, str]] = {
    "all": "Every message",
    "mentions": "Mentions and direct messages",
    "none": "Nothing",
}
_LATE_MS: Final = 200


class LookPage(Page):
    """Theme, size of text, how messages stand."""

    title = "Appearance"

    def build(self) -> None:
        settings = self.settings
        self.heading("Theme", above=0)
        self.modes = Choice(
            self,
            list(MODES.values()),
            chosen=list(MODES).index(settings.theme),
            on_change=self._set_mode,
            name="theme",
        )
        self.modes.pack(anchor="w")
        self.prose("System: as your desktop is, and when it changes.", above=6)
        self.heading("Text size")
        row = Pane(self)
        row.pack(fill="x")
        self.percent = Label(row, "", weight="semibold", anchor="e")
        self.percent.configure(width=6)
        self.percent.pack(side="right")
        self.sizes = Slider(
            row,
            len(SCALES),
            chosen=_nearest(settings.text_scale),
            marked=SCALES.index(100),
            on_change=self._set_scale,
            name="text_size",
        )
        self.sizes.pack(side="left", fill="x", expand=True)
        self._say_scale()
        self.line()
        self.compact = SwitchRow(
            self,
            "Compact messages",
            "Lines beneath one another instead of bubbles: more fits on the screen.",
            value=settings.compact,
            on_change=lambda on: setattr(settings, "compact", on),
            name="compact",
        )
        self.compact.pack(fill="x")
        self.follow(settings.changed.connect(self._on_change))

    def _on_change(self, name: str) -> None:
        if name == "theme":
            self.modes.set(list(MODES).index(self.settings.theme))
        elif name == "compact":
            self.compact.set(self.settings.compact)

    def _set_mode(self, place: int) -> None:
        self.settings.theme = list(MODES)[place]
        self.theme.set_mode(self.settings.theme)

    def _set_scale(self, place: int) -> None:
        self.settings.text_scale = SCALES[place] / 100
        self._say_scale()
        self.theme.set_text_scale(self.settings.text_scale)

    def _say_scale(self) -> None:
        self.percent.set(f"{SCALES[self.sizes.chosen]} %")


class NotifyPage(Page):
    """What the desktop tells of."""

    title = "Notifications"

    def build(self) -> None:
        settings = self.settings
        self._timer: str | None = None
        self.heading("Tell me on this device about", above=0)
        self.notify = Radios(
            self,
            list(NOTIFY.values()),
            chosen=list(NOTIFY).index(settings.notify),
            on_change=self._set_notify,
            name="notify",
        )
        self.notify.pack(anchor="w", fill="x")
        self.prose("Muted conversations stay silent; mute one in its menu.", above=4)
        self.line()
        self.shown = SwitchRow(
            self,
            "Show what was written",
            "When it is off, notifications say only who wrote.",
            value=settings.notify_text,
            on_change=lambda on: setattr(settings, "notify_text", on),
            name="notify_text",
        )
        self.shown.pack(fill="x")
        self.line()
        self.heading("Do not disturb", above=0)
        self.state = Prose(self)
        self.state.pack(fill="x", pady=(0, self.theme.px(8)))
        self.quiet = Button(self, "", kind="quiet", command=self._press, height=36, name="quiet")
        self.quiet.pack(anchor="w")
        self.follow(
            settings.changed.connect(self._on_change), self.chat.mine.changed.connect(Soon(self, self._draw))
        )
        self._draw()

    def destroy(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
        super().destroy()

    def _set_notify(self, place: int) -> None:
        self.settings.notify = list(NOTIFY)[place]

    def _on_change(self, name: str) -> None:
        if name == "quiet_until":
            self._draw()

    def _draw(self) -> None:
        """Once more when it ends."""
        now = self.chat.now()
        end = quiet.until(self.settings, now)
        self.quiet.set(text="Notify me again" if end else "Be quiet…", icon="bell" if end else "moon")
        busy = self.chat.mine.presence == "busy"
        otherwise = "You are busy: nothing is told until you are not." if busy else "Notifications come."
        self.state.set(f"Until {_day(times.full(end, now))}." if end else otherwise)
        if self._timer is not None:
            self.after_cancel(self._timer)
        left = round((end - now).total_seconds() * 1000) + _LATE_MS if end else 0
        self._timer = self.after(min(left, 3_600_000), self._draw) if end else None

    def _press(self) -> None:
        now = self.chat.now()
        if quiet.until(self.settings, now):
            quiet.begin(self.settings, None)
            return
        at = self.quiet
        items: list[MenuItem | None] = [
            MenuItem(text, "moon", lambda end=end: quiet.begin(self.settings, end))  # type: ignore[misc]  # a default of a lambda
            for text, end in quiet.choices(now)
        ]
        menu(self, at.winfo_rootx(), at.winfo_rooty() + at.winfo_height() + self.theme.px(4), items)


class KeysPage(Page):
    """What keys do."""

    title = "Keys"

    def build(self) -> None:
        self.heading("While you write", above=0)
        self.enter = Radios(
            self,
            ["Enter sends", "Ctrl+Enter sends"],
            chosen=0 if self.settings.enter_sends else 1,
            on_change=self._set_enter,
            name="enter_sends",
        )
        self.enter.pack(anchor="w", fill="x")
        self._note = self.prose("")
        self._draw()

    def _set_enter(self, place: int) -> None:
        self.settings.enter_sends = place == 0
        self._draw()

    def _draw(self) -> None:
        sends = self.settings.enter_sends
        self._note.set("Shift+Enter begins a new line." if sends else "Enter begins a new line.")


def _nearest(scale: float) -> int:
    return min(range(len(SCALES)), key=lambda place: abs(SCALES[place] - scale * 100))


def _day(said: str) -> str:
    """ "Today at 14:05" within a sentence."""
    return said[0].lower() + said[1:] if said.startswith("Today") else said
