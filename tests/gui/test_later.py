"""The start loads what it shows, and the rest comes while the window rests."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hubbub.client import command, gui
from hubbub.client.gui import NoScreen, later
from hubbub.client.profile import default_folder

NEVER_AT_THE_START = {
    *later.LATER,
    "PIL.PngImagePlugin",
    "click",
    "email",
    "http.client",
    "hubbub.client.bot",
    "hubbub.client.gui.views.sign_in_start",
    "importlib.metadata",
    "tkinter.filedialog",
    "webbrowser",
    "zeroconf",
}
MOST = 500
"""Modules, Python's own among them, which are more in later ones: each takes a third of a millisecond, whatever it is for."""


class Root:
    """Of a window that has nothing to do: what is to come after a while comes when it is asked."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.waits: list[int] = []

    def after(self, milliseconds: int, act: Any) -> None:
        self.waits.append(milliseconds)
        self.waiting.append(act)


@pytest.mark.parametrize(
    ("first", "never"),
    [("hubbub.client.gui.app", NEVER_AT_THE_START), (later.MAIN, NEVER_AT_THE_START - {later.MAIN})],
    ids=["sign in", "main"],
)
def test_nothing_that_only_a_press_needs_is_loaded_at_the_start(first: str, never: set[str]) -> None:
    code = f"import sys, hubbub.client.gui.app, {first}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert first in loaded
    assert loaded.isdisjoint(never)
    assert len(loaded) <= MOST


def test_all_of_it_is_loaded_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    there = SimpleNamespace(modules={later.LATER[1]})
    monkeypatch.setattr(later, "sys", there)
    monkeypatch.setattr(later, "import_module", loaded.append)
    root = Root()
    later.Later(cast("Any", root))
    for number in range(len(later.LATER) - 1):
        assert len(loaded) == number
        root.waiting.pop()()
    assert loaded == [name for name in later.LATER if name != later.LATER[1]]
    assert root.waiting == []
    assert root.waits[:3] == [0, later.QUIET_MS, later.REST_MS], "the main screen while the account is opened"


@pytest.mark.parametrize("profile", ["", "some folder"])
def test_the_window_opens_without_the_commands(monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(sys, "argv", ["hubbub"])
    monkeypatch.setenv("HUBBUB_PROFILE", profile)
    monkeypatch.setattr(gui, "open_window", opened.append)
    monkeypatch.setitem(sys.modules, "hubbub.client.cli", None)
    command.main()
    assert opened == [Path(profile) if profile else default_folder()]


def test_where_it_cannot_open_the_commands_say_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NoScreen("There is no screen.")

    monkeypatch.setattr(sys, "argv", ["hubbub"])
    monkeypatch.setenv("HUBBUB_PROFILE", str(tmp_path))
    monkeypatch.setattr(gui, "open_window", refuse)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert "There is no screen. From the shell: hubbub --help." in capsys.readouterr().err
