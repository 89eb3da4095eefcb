"""A window for each test of the kit; a mistake in a callback fails the test in which it happened."""

import tkinter as tk
from collections.abc import Iterator

import pytest

from hubbub.client.gui.kit import fonts
from hubbub.client.gui.kit.theme import Theme
from tests.helpers.stage import Stage


@pytest.fixture
def stage(display: str) -> Iterator[Stage]:
    fonts.load()
    root = tk.Tk()
    faults: list[BaseException] = []
    root.report_callback_exception = lambda _, fault, __: faults.append(fault)  # type: ignore[method-assign]  # tkinter's own way
    root.geometry("640x480+0+0")
    theme = Theme(root, "light", scale=1.0)
    root.update()
    root.focus_force()
    root.update()
    yield Stage(root, theme)
    root.destroy()
    assert faults == []
