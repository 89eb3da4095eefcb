"""What the shell starts as `hubbub`: the window at once, else the commands; ends without noise where Ctrl-C comes meanwhile."""

import os
import sys
from pathlib import Path

_COMPLETING = "_HUBBUB_COMPLETE"
"""click's: the shell asks what could be typed."""


def main() -> None:
    """The command."""
    try:
        if not sys.argv[1:] and _COMPLETING not in os.environ and _opens_window():
            return
        from hubbub.client.cli import main as command
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    command()


def _opens_window() -> bool:
    """Open the window without loading the commands, a third of the start, and return when it was closed. False: it cannot be
    opened; what the commands say of that is for people."""
    from hubbub.client.gui import NoScreen, open_window
    from hubbub.client.gui.collecting import uncollected

    with uncollected():
        from hubbub.client.errors import HubbubError
        from hubbub.client.profile import default_folder

    try:
        open_window(Path(os.environ.get("HUBBUB_PROFILE") or default_folder()))
    except (NoScreen, HubbubError):
        return False
    return True
