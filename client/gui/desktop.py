"""What the desktop shows of the window beside itself: its title and icon with how much is unread, notifications, a hint to look."""

import tkinter as tk
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from PIL import ImageTk

from hubbub.client.gui import badge
from hubbub.client.gui.attention import want_attention
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk_alerts import DeskAlerts
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.listing import Listing
from hubbub.client.gui.model.plain import plain, tally
from hubbub.client.gui.timeline.watch import Watch
from hubbub.client.gui.views.soon import Soon

NAME: Final = "Hubbub"
TITLE_MAX: Final = 60
FIRST_ICON_MS: Final = 400
"""The window is to be seen first, with what it shows: the icon takes some 20 ms."""
AGING_MS: Final = 30_000
"""How often it is counted anew: a mute may have ended."""


class Desktop:
    """Of one window; follows the account that is open in it."""

    def __init__(self, root: tk.Tk, theme: Theme, bridge: Bridge, profile: Path) -> None:
        """profile: a folder for the icon that notifications bear."""
        self._root, self._bridge = root, bridge
        self._watch = theme.part(Watch)
        self._alerts = DeskAlerts(profile, bridge.telling(self._on_click))
        self._chat: Chat | None = None
        self._ends: list[Callable[[], object]] = []
        self._told: set[str] = set()
        self._count = ""
        self._attention = False
        self._timer: str | None = None
        self._soon = Soon(root, self._draw)
        self._watch.on_return(self._calm)
        self._aging = root.after(AGING_MS, self._age)
        self._has_icon = False
        self._icon_timer = root.after(FIRST_ICON_MS, self._draw_icon)

    def follow(self, chat: Chat | None) -> None:
        """This account is open now."""
        self._leave()
        self._chat = chat
        if chat is not None:
            chat.alerts.watched = lambda: self._watch.watched
            self._ends = [
                chat.conversations.changed.connect(self._soon),
                chat.people.changed.connect(self._soon),
                chat.opened.connect(self._soon),
                chat.alerts.changed.connect(self._await_alert),
            ]
        self._draw()

    def close(self) -> None:
        """The window goes."""
        self._leave()
        self._chat = None
        self._root.after_cancel(self._aging)
        self._root.after_cancel(self._icon_timer)

    def _leave(self) -> None:
        for end in self._ends:
            end()
        self._ends, self._told = [], set()
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None

    # ------------------------------------------------------------------------------------------------ title and icon

    def _draw(self) -> None:
        chat = self._chat
        count = tally(chat.conversations.unread(chat.now())) if chat is not None else ""
        name = ""
        if chat is not None and chat.timeline is not None:
            name = plain(Listing(chat).title(chat.timeline.name), TITLE_MAX)
        # There may be a window for each of two accounts.
        whose = f"{NAME} ({chat.me})" if chat is not None else NAME
        title = (f"({count}) " if count else "") + (f"{name} — {whose}" if name else whose)
        if title != self._root.title():
            self._root.title(title)
        if count != self._count:
            self._count = count
            if self._has_icon:
                self._draw_icon()
        self._withdraw_read()

    def _draw_icon(self) -> None:
        self._has_icon = True
        icons = [badge.icon(size, self._count) for size in badge.SIZES]
        photos = [ImageTk.PhotoImage(icon, master=self._root) for icon in icons]
        self._root.iconphoto(True, *photos)  # type: ignore[arg-type]  # Pillow's photos are Tk's, though no subclass

    def _age(self) -> None:
        self._draw()
        self._aging = self._root.after(AGING_MS, self._age)

    # ------------------------------------------------------------------------------------------------- notifications

    def _await_alert(self) -> None:
        chat = self._chat
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None
        if chat is not None and (due := chat.alerts.due) is not None:
            self._timer = self._root.after(
                max(1, -((chat.now() - due) // timedelta(milliseconds=1))), self._tell
            )

    def _tell(self) -> None:
        self._timer = None
        if (chat := self._chat) is None:
            return
        for alert in chat.alerts.take():
            self._told.add(alert.conversation)
            self._bridge.run(partial(self._alerts.show, alert), self._on_shown)
            if not self._watch.watched:
                self._attention = want_attention(self._root, True)
        self._await_alert()

    def _on_shown(self, shown: bool) -> None:
        if not shown:
            self._root.bell()

    def _withdraw_read(self) -> None:
        """What was read is not news any more."""
        if self._chat is None:
            return
        for name in tuple(self._told):
            row = self._chat.conversations.get(name)
            if name and (row is None or not row.unread):
                self._told.discard(name)
                self._bridge.run(partial(self._alerts.withdraw, name))

    def _on_click(self, conversation: str) -> None:
        """A notification was clicked: show what it is about."""
        chat = self._chat
        if chat is None:
            return
        self._root.deiconify()
        self._root.lift()
        self._root.focus_force()
        if conversation and chat.conversations.get(conversation) is not None:
            chat.open(conversation)
            if chat.timeline is not None:
                chat.timeline.to_newest()

    def _calm(self) -> None:
        """Somebody looks."""
        if self._attention:
            self._attention = False
            want_attention(self._root, False)
