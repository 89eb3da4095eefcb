"""The screen of somebody who is not logged in: one page at a time, on a card in the middle."""

import tkinter as tk
from typing import TYPE_CHECKING, Final, Protocol, cast

from hubbub.client.gui.kit.area import Area
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.binding import bind_until
from hubbub.client.gui.kit.layers import Layers, is_inside
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.model.sign_in import Page, SignIn
from hubbub.client.gui.views.keyboard import Keyboard
from hubbub.client.gui.views.sign_in_parts import Mark

if TYPE_CHECKING:
    from hubbub.client.gui.model.app import App
    from hubbub.client.gui.views.sign_in_form import FormPage
    from hubbub.client.gui.views.sign_in_key import BrokenPage, ChangedPage, TrustPage
    from hubbub.client.gui.views.sign_in_start import StartPage

WIDTH: Final = 440
NARROW: Final = 480
"""Below this the card loses its margins."""
_TICK_MS: Final = 250
_TOP: Final = 100_000
"""Pixels: more than there are."""
_SOON_MS: Final = 400
"""What opens faster than this shows no wheel."""


class _Shown(Protocol):
    inset: int
    """So much of the card's padding at the sides, in pixels at 96 dpi, is the page's own."""

    def refresh(self) -> None: ...

    def focus_first(self) -> None: ...


class SignInScreen(Pane):
    """`page` is what is on the card."""

    def __init__(self, parent: tk.Misc, app: "App") -> None:
        super().__init__(parent, "background")
        self._sign_in: SignIn = app.sign_in
        self._scroll = ScrollPane(self)
        self._scroll.pack(fill="both", expand=True)
        self._card = Area(self._scroll.body)
        self.page: _Shown | None = None
        self._busy = False
        self._timers: dict[str, str] = {}
        self._ends = [
            self._sign_in.page_changed.connect(self._show),
            self._sign_in.state_changed.connect(self._refresh),
            self._sign_in.choices.changed.connect(self._refresh),
        ]
        self.bind("<Configure>", self._resized)
        self._card.bind("<Configure>", lambda _: self._centre(), add="+")
        self._follow_focus()
        self._keyboard = Keyboard(self, {"keys": self._show_keys})
        self._show()
        self._tick()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        for timer in self._timers.values():
            self.after_cancel(timer)
        self._keyboard.release()
        super().destroy()

    # ---------------------------------------------------------------------------------------------------------- pages

    def _show(self) -> None:
        for child in self._card.inside.winfo_children():
            child.destroy()
        page = self._sign_in.page
        self._card.set_fill("background" if page == "opening" else "surface")
        self.page = None
        if page == "opening":
            self._opening().pack()
        else:
            made = _class_of(page)(self._card.inside, self._sign_in)
            made.pack(fill="both", expand=True)
            self.page = made
        self._scroll.wheel(-_TOP)
        self._centre()
        if self.page is not None:
            self.page.focus_first()

    def _refresh(self) -> None:
        if self.page is not None:
            self.page.refresh()
            busy = self._sign_in.busy is not None
            if self._busy and not busy and self._sign_in.page == "form":
                cast("FormPage", self.page).focus_wrong()
            self._busy = busy

    def _opening(self) -> Pane:
        page = Pane(self._card.inside, "background")
        Mark(page).pack(pady=self.theme.px(16))
        text = Label(page, self._sign_in.notice, colour="muted", anchor="center")
        text.pack(fill="x")

        def turn() -> None:
            self._timers.pop("wheel", None)
            if page.winfo_exists():
                Spinner(page, 24).pack(pady=self.theme.px(16), before=text)

        self._timers["wheel"] = self.after(_SOON_MS, turn)
        return page

    # --------------------------------------------------------------------------------------------------------- layout

    def _show_keys(self) -> None:
        from hubbub.client.gui.views.keys_sheet import KeysSheet

        KeysSheet(self)

    def _follow_focus(self) -> None:
        """What Tab comes to is seen, also where the window is low; Escape ends what is awaited."""
        window = self.winfo_toplevel()

        def focused(event: "tk.Event[tk.Misc]") -> None:
            here = self.winfo_exists() and is_inside(event.widget, self._card)
            if here and str(window.tk.call("focus")) == str(
                event.widget
            ):  # and not what the widget stands in
                self._scroll.show(event.widget)

        def escape(_: object) -> None:
            if self.winfo_exists() and self.theme.part(Layers).top is None:
                self._sign_in.cancel()

        for keys, act in (("<FocusIn>", focused), ("<Key-Escape>", escape)):
            self._ends.append(bind_until(str(window), keys, act, window))

    def _tick(self) -> None:
        self._sign_in.tick()
        self._timers["tick"] = self.after(_TICK_MS, self._tick)

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        if event.widget is self:
            self._centre()

    def _centre(self) -> None:
        """In the middle, as long as it is lower than the window."""
        px = self.theme.px
        width, height = self.winfo_width(), self.winfo_height()
        narrow = width < self.theme.wide(NARROW)
        margin = px(8 if narrow else 24)
        self._card.pad(20 if narrow else 32, self.page.inset if self.page is not None else 0)
        self._card.configure(width=min(self.theme.wide(WIDTH), max(1, width - 2 * margin)))
        room = max(0, (height - self._card.winfo_reqheight()) // 2)
        self._card.pack_configure(pady=(max(margin, room), margin))


def _class_of(
    page: Page,
) -> "type[StartPage] | type[FormPage] | type[TrustPage] | type[ChangedPage] | type[BrokenPage]":
    """Loaded only now: whoever is remembered sees none of them."""
    if page == "start":
        from hubbub.client.gui.views.sign_in_start import StartPage

        return StartPage
    if page == "form":
        from hubbub.client.gui.views.sign_in_form import FormPage

        return FormPage
    from hubbub.client.gui.views.sign_in_key import BrokenPage, ChangedPage, TrustPage

    if page == "trust":
        return TrustPage
    return ChangedPage if page == "changed" else BrokenPage
