import tkinter as tk
import tkinter.font

import pytest

from hubbub.client.gui.kit import fonts, screen
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.palette import DARK, LIGHT
from hubbub.client.gui.kit.theme import ROLES, Theme, theme_of
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def test_a_widget_finds_its_theme(stage: Stage) -> None:
    inner = Pane(Pane(stage.root))
    assert theme_of(inner) is stage.theme


def test_lengths_follow_the_scale(stage: Stage) -> None:
    assert stage.theme.px(8) == 8
    theme = Theme(stage.root, "light", scale=1.5)
    assert [theme.px(n) for n in (0, 1, 8, -1, 0.2)] == [0, 2, 12, -2, 1]
    assert theme.font("body").cget("size") == -21


def test_changing_the_mode_repaints_and_tells_once(stage: Stage) -> None:
    told: list[str] = []
    pane = Pane(stage.root, "surface")
    label = Label(pane, "Hello", colour="muted")
    undo = stage.theme.on_change(lambda: told.append(stage.theme.palette.text))
    stage.theme.set_mode("dark")
    stage.theme.set_mode("dark")
    assert told == [DARK.text]
    assert (pane.cget("bg"), label.cget("bg"), label.cget("fg")) == (DARK.surface, DARK.surface, DARK.muted)
    assert stage.root.cget("bg") == DARK.background
    undo()
    undo()
    stage.theme.set_mode("light")
    assert told == [DARK.text]
    assert pane.cget("bg") == LIGHT.surface


def test_text_can_be_made_larger(stage: Stage) -> None:
    before = stage.theme.measure("body", "A line of text")
    font = stage.theme.font("body")
    stage.theme.set_text_scale(1.5)
    assert stage.theme.measure("body", "A line of text") > before * 1.3
    assert stage.theme.font("body") is font


def test_every_role_has_a_font_of_its_own(stage: Stage) -> None:
    heights = [stage.theme.line_height(role) for role in ("small", "note", "body", "strong", "title", "hero")]
    assert heights == sorted(heights) and heights[0] < heights[-1]
    for role in ROLES:
        assert stage.theme.measure(role, "Wide enough") > 0
    assert stage.theme.measure("body", "Bold", "semibold") != stage.theme.measure("body", "Bold")


@pytest.mark.skipif("sys.platform != 'linux'", reason="elsewhere the system may refuse")
def test_the_bundled_font_is_in_use(stage: Stage) -> None:
    assert fonts.load()
    assert stage.theme.font("body").actual("family") == fonts.FAMILY
    assert stage.theme.font("title").actual("family") == fonts.FAMILY
    assert fonts.FAMILY in tkinter.font.families(stage.root)


def test_the_system_is_asked_without_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.sys, "platform", "linux")
    asked = [("sh", "-c", "echo prefer-dark")]
    ask = screen._ask
    monkeypatch.setattr(screen, "_ask", lambda root, _, done: ask(root, asked, done))
    stage.theme.set_mode("system")
    assert not stage.theme.dark
    stage.until(lambda: stage.theme.dark)
    asked[0] = ("sh", "-c", "echo default")
    stage.theme.set_mode("system")
    stage.until(lambda: not stage.theme.dark)


def test_an_answer_that_comes_too_late_changes_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    monkeypatch.setattr(screen, "ask_dark", lambda _, done: answers.append(done))
    stage.theme.set_mode("system")
    stage.theme.set_mode("light")
    answers[0](True)
    assert not stage.theme.dark


def test_a_system_that_cannot_be_asked_leaves_it_light(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.shutil, "which", lambda _: None)
    monkeypatch.setattr(screen.sys, "platform", "linux")
    stage.theme.set_mode("system")
    stage.settle()
    assert not stage.theme.dark


def test_the_screen_s_scale_comes_in_quarters(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.sys, "platform", "linux")
    for dots, scale in ((72.0, 1.0), (100.1, 1.0), (120.0, 1.25), (144.0, 1.5), (192.0, 2.0)):
        monkeypatch.setattr(screen, "_dots_asked", lambda dots=dots: dots)
        assert screen.scale(stage.root) == scale
    monkeypatch.setattr(screen, "_dots_asked", lambda: None)
    assert screen.scale(stage.root) == 1.0


def test_two_windows_have_a_theme_each(stage: Stage) -> None:
    other = tk.Tk()
    try:
        theme = Theme(other, "dark", scale=2.0)
        assert theme_of(Pane(other)) is theme
        assert theme_of(Pane(stage.root)) is stage.theme
    finally:
        other.destroy()
