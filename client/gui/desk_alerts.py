"""Shows notifications of the desktop, by whatever there is for it. All coroutines here run in the library's thread.

desktop-notifier where it is installed and works, else a program of the system. What does not work is logged once, and not tried again.
"""

import asyncio
import importlib
import logging
import os
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Protocol

from hubbub.client.gui import badge
from hubbub.client.gui.alert_commands import CLICKED, command, marked_up, program
from hubbub.client.gui.model.alerts import Alert
from hubbub.client.profile import replace_file

ICON: Final = "icon.png"
PATIENCE_S: Final = 5.0
"""For what the desktop has to answer at once."""
ENDING_S: Final = 1.0
"""For a program that was told to end."""
CLICK_S: Final = 600.0
"""As long a click on a notification is waited for."""
WAITING_MAX: Final = 8
"""Notifications whose click is waited for, each by a process; of older ones it is not any more."""
_QUIETLY: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_log: Final = logging.getLogger(__name__)
Clicked = Callable[[str], object]


class Unavailable(Exception):
    """This means shows nothing here; the text says why, for the log."""


class Means(Protocol):
    """One way to show notifications."""

    async def show(self, alert: Alert) -> None:
        """Raises Unavailable: now, and for ever."""

    async def withdraw(self, conversation: str) -> None:
        """What is shown of it is old. Raises nothing."""


class DeskAlerts:
    """What the desktop shows of one window."""

    def __init__(self, folder: Path, clicked: Clicked) -> None:
        """folder: for the icon. clicked: called in the library's thread with the conversation, empty for several."""
        icon = folder / ICON
        self._icon = icon
        self._means: list[Means] = [_Library(icon, clicked), _Program(icon, clicked)]
        self._icon_kept = asyncio.Lock()

    async def show(self, alert: Alert) -> bool:
        """False: nothing here can. May return only when the notification was clicked or is gone."""
        await self._keep_icon()
        for means in tuple(self._means):
            if means not in self._means:
                continue
            try:
                await means.show(alert)
            except Unavailable as why:
                if means in self._means:
                    self._means.remove(means)
                    _log.info("no notifications by this means: %s", why)
            else:
                return True
        return False

    async def withdraw(self, conversation: str) -> None:
        """It was read."""
        for means in tuple(self._means):
            await means.withdraw(conversation)

    async def _keep_icon(self) -> None:
        async with self._icon_kept:
            if not self._icon.exists():
                with suppress(OSError):  # a notification without it is one still
                    await asyncio.to_thread(_draw, self._icon)


class _Library:
    """desktop-notifier, an extra."""

    def __init__(self, icon: Path, clicked: Clicked) -> None:
        self._icon, self._clicked = icon, clicked
        self._starting = asyncio.Lock()
        self._notifier: Any = None
        self._shown: dict[str, list[str]] = {}

    async def show(self, alert: Alert) -> None:
        async with self._starting:
            if self._notifier is None:
                self._notifier = await self._start()
        dispatched: list[bool] = []
        identifier = await self._notifier.send(
            title=alert.title,
            message=marked_up(alert.text) if sys.platform == "linux" else alert.text,
            on_clicked=partial(self._clicked, alert.conversation),
            on_dispatched=lambda: dispatched.append(True),
            thread=alert.conversation or None,
        )
        if not dispatched:
            raise Unavailable("desktop-notifier could not show one")
        shown = self._shown.setdefault(alert.conversation, [])
        shown.append(identifier)
        del shown[:-WAITING_MAX]

    async def withdraw(self, conversation: str) -> None:
        for identifier in self._shown.pop(conversation, ()):
            with suppress(Exception):  # it is gone already; each system says so in its own way
                await self._notifier.clear(identifier)

    async def _start(self) -> Any:
        """A notifier that works. On macOS the library shows nothing for a Python that is no bundle, and says so by what it can."""
        logging.getLogger("desktop_notifier").setLevel(logging.ERROR)  # it warns anew each time
        try:
            module: Any = await asyncio.to_thread(importlib.import_module, "desktop_notifier")
            notifier = module.DesktopNotifier(app_name="Hubbub", app_icon=module.Icon(path=self._icon))
            found = await asyncio.wait_for(notifier.get_capabilities(), PATIENCE_S)
        except Exception as error:  # noqa: BLE001 - of each system's own making: no D-Bus, no permission, half installed
            raise Unavailable(f"desktop-notifier: {error!r}") from None
        if module.Capability.TITLE not in found:
            raise Unavailable("desktop-notifier can show nothing here")
        return notifier


class _Program:
    """A command of the system: notify-send, osascript, PowerShell."""

    def __init__(self, icon: Path, clicked: Clicked) -> None:
        self._icon, self._clicked = icon, clicked
        self._starting = asyncio.Lock()
        self._path = ""
        self._clicks = self._named = False
        self._waiting: dict[Process, str] = {}

    async def show(self, alert: Alert) -> None:
        async with self._starting:
            if not self._path:
                self._path = await self._find()
        icon = str(self._icon) if self._icon.exists() else ""
        wanted = command(alert, icon, path=self._path, clicks=self._clicks, named=self._named)
        try:
            process = await _run(*wanted.arguments, **wanted.environment)
        except OSError as error:
            raise Unavailable(f"{self._path}: {error.strerror}") from None
        await self._follow(process, alert.conversation)

    async def withdraw(self, conversation: str) -> None:
        """notify-send takes its notification back when it is interrupted."""
        for process in [one for one, name in self._waiting.items() if name == conversation]:
            self._leave(process, signal.SIGINT)

    async def _follow(self, process: Process, conversation: str) -> None:
        self._waiting[process] = conversation
        for oldest in list(self._waiting)[:-WAITING_MAX]:
            self._leave(oldest)
        try:
            said, problem = await asyncio.wait_for(process.communicate(), CLICK_S)
        except TimeoutError:
            return
        finally:
            wanted = process in self._waiting
            self._leave(process)
            with suppress(TimeoutError):  # or its pipes stay open
                await asyncio.wait_for(process.communicate(), ENDING_S)
        if wanted and said.decode(errors="replace").strip() == CLICKED:
            self._clicked(conversation)
        elif wanted and process.returncode:
            self._judge(problem.decode(errors="replace"))

    def _leave(self, process: Process, how: signal.Signals = signal.SIGTERM) -> None:
        """What becomes of it is of no interest any more."""
        self._waiting.pop(process, None)
        _end(process, how)

    def _judge(self, problem: str) -> None:
        """It failed. One that could not be made clickable was shown nevertheless."""
        if self._clicks and "Actions are not supported" in problem:
            self._clicks = False
        else:
            raise Unavailable(f"{self._path}: {problem.strip()[:200]}")

    async def _find(self) -> str:
        path = shutil.which(program())
        if path is None:
            raise Unavailable(f"there is no {program()}")
        if sys.platform not in {"darwin", "win32"}:
            asked = await _run(path, "--help")
            try:
                said, _ = await asyncio.wait_for(asked.communicate(), PATIENCE_S)
            except TimeoutError:
                raise Unavailable(f"{path} does not answer") from None
            finally:
                _end(asked)
            self._clicks, self._named = b"--action" in said, b"--app-name" in said
        return path


async def _run(*arguments: str, **environment: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *arguments,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env=os.environ | environment,
        creationflags=_QUIETLY,
    )


def _end(process: Process, how: signal.Signals = signal.SIGTERM) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(how)


def _draw(path: Path) -> None:
    picture = BytesIO()
    badge.icon(badge.SIZES[0]).save(picture, "PNG")
    replace_file(path, picture.getvalue())
