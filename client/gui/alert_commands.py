"""The command lines that show a notification where no library does. Pure.

What others wrote is an argument of its own or in the environment, and never a part of a script, an option or a markup.
"""

import sys
from typing import Final

from msgspec import Struct

from hubbub.client.gui.model.alerts import Alert

CLICKED: Final = "default"
"""What notify-send prints when the notification itself is clicked."""
_APPLE: Final = (
    "on run argv",
    "display notification (item -1 of argv) with title (item -2 of argv)",
    "end run",
)
_TITLE, _TEXT = "HUBBUB_ALERT_TITLE", "HUBBUB_ALERT_TEXT"
_WINDOWS: Final = rf"""
$kind = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$content = $kind::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)
$lines = $content.GetElementsByTagName('text')
[void]$lines.Item(0).AppendChild($content.CreateTextNode($env:{_TITLE}))
[void]$lines.Item(1).AppendChild($content.CreateTextNode($env:{_TEXT}))
$program = '{{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}}\WindowsPowerShell\v1.0\powershell.exe'
$kind::CreateToastNotifier($program).Show([Windows.UI.Notifications.ToastNotification]::new($content))
"""
"""Toasts need a program that the start menu knows: PowerShell lends its name."""


class Command(Struct, frozen=True, kw_only=True):
    """A program to run."""

    arguments: tuple[str, ...]
    environment: dict[str, str] = {}
    """In addition to what there is."""


def program(platform: str = sys.platform) -> str:
    """What shows notifications on this system."""
    return {"darwin": "osascript", "win32": "powershell.exe"}.get(platform, "notify-send")


def command(
    alert: Alert, icon: str, *, path: str, clicks: bool, named: bool, platform: str = sys.platform
) -> Command:
    """path: of the program. clicks: notify-send of 0.8 tells of clicks, and runs until then. named: it takes the name of a program."""
    if platform == "darwin":
        script = [part for line in _APPLE for part in ("-e", line)]
        return Command(arguments=(path, *script, "--", alert.title, alert.text))
    if platform == "win32":
        options = ("-NoProfile", "-NonInteractive", "-WindowStyle", "Hidden", "-Command", _WINDOWS)
        return Command(
            arguments=(path, *options), environment={_TITLE: alert.title or " ", _TEXT: alert.text or " "}
        )
    options = (
        *(("--app-name=Hubbub",) if named else ()),
        *((f"--icon={icon}",) if icon else ()),
        "--category=im.received",
        *((f"--action={CLICKED}=Open",) if clicks else ()),
    )
    return Command(arguments=(path, *options, "--", alert.title, _unstrung(marked_up(alert.text))))


def marked_up(text: str) -> str:
    """As it is to be where a text is taken for markup: the bodies of notifications on Linux are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unstrung(text: str) -> str:
    """notify-send takes the body for a string of C."""
    return text.replace("\\", "\\\\")
