"""One field from which everything can be reached: a card in the upper middle of the window."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client import Group
from hubbub.client.gui.kit.base import Label, Line, Pane
from hubbub.client.gui.kit.binding import keeping
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.popup import Popup
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.sheet import confirm
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.palette import Entry, Palette
from hubbub.client.gui.views.palette_rows import PaletteRows
from hubbub.client.gui.views.soon import Soon

WIDTH: Final = 600
HEIGHT: Final = 460
PATIENCE_MS: Final = 300
"""What the server finds sooner needs no word about being looked for."""
_EDGE: Final = 8
_HELP: Final = "↑ ↓  choose      Tab  next kind      Enter  open      Esc  close"


class PaletteCard:
    """Open from the start. Draws the palette's model; Escape and a press outside close it."""

    def __init__(self, window: tk.Misc, chat: Chat, palette: Palette) -> None:
        self._window, self._palette = window.winfo_toplevel(), palette
        x, y, width, height = self._place()
        self._popup = Popup(self._window, x, y, width, height, on_close=self._closed)
        body = self._popup.body
        px = body.theme.px
        self.field = SearchField(body, "Go to…", on_change=palette.set, on_enter=self._take, name="goto")
        self.field.pack(fill="x")
        self._spinner = Spinner(self.field.box, 16, "faint")
        self._spinner_shown = False
        self._timer = ""
        if width >= WIDTH:
            Label(body, _HELP, "small", colour="faint", anchor="center").pack(
                side="bottom", fill="x", pady=(px(8), 0)
            )
            Line(body).pack(side="bottom", fill="x")
        self.rows = PaletteRows(body, chat, self._choose, self._go)
        self.rows.pack(fill="both", expand=True, pady=(px(8), 0))
        self._nothing = Label(body, "", "note", colour="muted", anchor="center", justify="center", wrap=360)
        self._bind_keys(body)
        self._soon = Soon(body, self._draw)
        self._ends = [
            palette.changed.connect(self._soon),
            chat.media.person_changed.connect(lambda _: self.rows.redraw()),
        ]
        palette.begin()
        self._soon.now()
        self.field.focus()

    @property
    def open(self) -> bool:
        """Nobody closed it."""
        return bool(self._popup.page.winfo_exists())

    def close(self) -> None:
        """Take it away."""
        self._popup.close()

    def _place(self) -> tuple[int, int, int, int]:
        """Of the screen in device pixels; then its size at 96 dpi."""
        root, scale = self._window, theme_of(self._window).scale
        wide, high = root.winfo_width() / scale, root.winfo_height() / scale
        width = round(min(theme_of(root).wide(WIDTH) / scale, wide - 2 * _EDGE))
        top = max(_EDGE, min(high * 0.12, high - 320))
        height = round(min(HEIGHT, high - top - 2 * _EDGE))
        x = root.winfo_rootx() + (root.winfo_width() - round(width * scale)) // 2
        return x, root.winfo_rooty() + round(top * scale), width, height

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        palette = self._palette
        self.rows.show(palette.parts, palette.chosen)
        if palette.none:
            self._nothing.set(f"Nothing here has “{palette.text.strip()}”.")
            self._nothing.place(relx=0.5, rely=0.45, anchor="center")
        else:
            self._nothing.place_forget()
        if not palette.waiting:
            self._calm()
        elif not self._timer and not self._spinner_shown:
            self._timer = self._popup.body.after(PATIENCE_MS, self._spin)

    def _spin(self) -> None:
        self._timer, self._spinner_shown = "", True
        self._spinner.place(relx=1.0, x=-self._popup.body.theme.px(12), rely=0.5, anchor="e")

    def _calm(self) -> None:
        if self._timer:
            self._popup.body.after_cancel(self._timer)
            self._timer = ""
        self._spinner_shown = False
        self._spinner.place_forget()

    # --------------------------------------------------------------------------------------------------------- acting

    def _bind_keys(self, body: Pane) -> None:
        acts: dict[str, Callable[[], object]] = {
            "<Key-Down>": lambda: self._palette.step(1),
            "<Key-Up>": lambda: self._palette.step(-1),
            "<Key-Next>": lambda: self._palette.step_part(1),
            "<Key-Prior>": lambda: self._palette.step_part(-1),
            "<Key-Tab>": lambda: self._palette.step_part(1),
            "<<PrevWindow>>": lambda: self._palette.step_part(-1),
            "<Key-Escape>": self.close,
        }
        entry = self.field.entry
        for keys, act in acts.items():
            entry.bind(keys, keeping(act))

    def _choose(self, entry: Entry) -> None:
        self._palette.choose(entry.key)

    def _take(self) -> None:
        if (entry := self._palette.current) is not None:
            self._go(entry)

    def _go(self, entry: Entry) -> None:
        self.close()
        self._palette.go(entry)

    def _closed(self) -> None:
        for end in self._ends:
            end()
        self._palette.end()


def ask_to_join(window: tk.Misc, palette: Palette, group: Group) -> None:
    """It is public, and I am not in it."""
    topic = f"{group.topic}\n\n" if group.topic else ""
    confirm(
        window,
        f"Join {group.name}?",
        f"{topic}Everybody in it sees that you came.",
        "Join",
        done=lambda: palette.join(group),
    )
