"""The window: makes root, theme, bridge and model, keeps them going, and swaps the screens."""

import logging
import re
import signal
import tkinter as tk
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final

from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.collecting import Collector, untouched_s
from hubbub.client.gui.desktop import Desktop
from hubbub.client.gui.kit.accessible import Accessible
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.notices import toast
from hubbub.client.gui.kit.theme import Mode, open_window
from hubbub.client.gui.later import Later
from hubbub.client.gui.model.app import App
from hubbub.client.gui.settings import Settings
from hubbub.client.gui.views.sign_in import SignInScreen

TURN_MS: Final = 15
"""How often what came from the library is looked at: once a frame."""
SMALLEST: Final = (360, 480)
USUAL: Final = (1080, 720)
_GEOMETRY: Final = re.compile(r"(\d+)x(\d+)([+-]-?\d+)([+-]-?\d+)")
_FAULT: Final = "Something went wrong here. If it happens again, close Hubbub and open it anew."
_log: Final = logging.getLogger(__name__)


class Window:
    """A window of its own: an interpreter of Tk and a thread for the library. Several may be in one process, in one thread."""

    def __init__(
        self,
        profile: Path,
        *,
        mode: Mode | None = None,
        scale: float | None = None,
        minimised: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """mode, scale: of the theme; None: what the person chose, and what the screen has. minimised: begin as an icon, and leave
        the keyboard where it is. Raises ProfileError, tkinter.TclError
        where there is no screen."""
        self.faults: list[BaseException] = []
        """Mistakes of ours, so far."""
        self._collector = Collector()
        self.bridge = Bridge()
        self.bridge.on_fault = self._on_fault
        self.settings = Settings(profile, self.bridge)
        try:
            self.root, self.theme = open_window(
                "Hubbub", mode or self.settings.theme, scale, self.settings.text_scale
            )
        except tk.TclError:
            self.bridge.close()
            self._collector.close()
            raise
        self.root.report_callback_exception = self._on_callback_error
        self.theme.part(Accessible)
        self.model = App(self.bridge, profile, now, self.settings)
        self.desktop = Desktop(self.root, self.theme, self.bridge, profile)
        self.open = True
        self.screen: tk.Widget | None = None
        """What fills the window."""
        self.root.minsize(*map(self.theme.px, SMALLEST))
        self.root.geometry(self._place())
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        self.model.screen_changed.connect(self._show_screen)
        self._show_screen()
        if minimised:
            self.root.update_idletasks()  # Tk takes a window that it never thought of mapping for withdrawn, for ever
            self.root.iconify()
        else:
            self.root.deiconify()
        self._ending = False
        self._turn = self.root.after(0, self._take_turn)
        self.model.start()

    def run(self) -> None:
        """Until the window is closed."""
        self.root.mainloop()

    def end_soon(self) -> None:
        """Close it once what it does now is done: for signals, which come in the middle of anything."""
        self._ending = True

    def close(self) -> None:
        """Keep what is to be kept, let go of the server, and go."""
        if not self.open:
            return
        self.open = False
        self.root.after_cancel(self._turn)
        self.settings.geometry = self.root.geometry()
        self.root.withdraw()
        with ExitStack() as last:  # each, whatever fails: a program without a window could not be ended
            last.callback(self._collector.close)
            last.callback(self._destroy)
            last.callback(self.bridge.close)
            last.callback(self.model.close)
            last.callback(self.desktop.close)

    def _destroy(self) -> None:
        self.root.destroy()
        self.screen = None

    def _place(self) -> str:
        """Where it was last, if the screen still has that place."""
        usual = "{}x{}".format(*map(self.theme.px, USUAL))
        if (found := _GEOMETRY.fullmatch(self.settings.geometry)) is None:
            return usual
        width = int(found[1])
        x, y = int(found[3].replace("+-", "-")), int(found[4].replace("+-", "-"))
        seen = x + width > 0 and x < self.root.winfo_screenwidth() and 0 <= y < self.root.winfo_screenheight()
        return self.settings.geometry if seen else usual

    def _take_turn(self) -> None:
        if self._ending:
            self.close()
            return
        busy = False
        try:
            busy = self.bridge.drain()
            self._collector.turn(partial(untouched_s, self.root), busy=busy)
        finally:
            if self.open:  # without a next turn it would hear nothing any more
                self._turn = self.root.after(1 if busy else TURN_MS, self._take_turn)

    def _show_screen(self) -> None:
        if self.screen is not None:
            self.theme.part(Layers).leave()
            self.screen.destroy()
        chat = self.model.chat
        if chat is None:
            self.screen = SignInScreen(self.root, self.model)
        else:
            from hubbub.client.gui.views.main import MainScreen

            self.screen = MainScreen(self.root, self.model, chat)
        self.screen.pack(fill="both", expand=True)
        self.desktop.follow(chat)

    def _on_callback_error(
        self, _: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._on_fault(error.with_traceback(trace))

    def _on_fault(self, error: BaseException) -> None:
        self.faults.append(error)
        _log.error("the window made a mistake", exc_info=error)
        if self.open:
            toast(self.root, _FAULT)


def run(profile: Path, mode: Mode | None = None, *, minimised: bool = False) -> None:
    """Open the window, and return when it was closed, which the system's signals to end do as well: what was written is kept."""
    window = Window(profile, mode=mode, minimised=minimised)
    Later(window.root)

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # whoever says it twice does not wait
        window.end_soon()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    window.run()
