"""Signing in: states that tests/gui/sign_in_states.py makes up, without any network."""

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

import click

from docs.screens.studio import NARROW, USUAL, Camera
from hubbub.client.gui.kit.theme import open_window
from hubbub.client.gui.views.sign_in import SignInScreen
from tests.gui.sign_in_states import Stage

if TYPE_CHECKING:
    from hubbub.client.gui.model.app import App

STATES: Final = (
    "looking", "nothing found", "several found", "accounts", "bad address", "asking", "first contact", "changed key",
    "log in", "register", "wrong password", "name taken", "too many tries", "expired", "busy", "unusable",
)  # fmt: skip
TWICE: Final = ("several found", "first contact")
IN_NARROW: Final = ("accounts", "changed key")


def take(folder: Path, word: str) -> None:
    """Those whose name has the word."""
    for scale, states in ((1.0, STATES), (2.0, TWICE)):
        wanted = [state for state in states if word in name_of(state).replace("-", "_")]
        if not wanted:
            continue
        root, theme = open_window("Hubbub", "light", scale)
        root.deiconify()
        camera = Camera(root, theme, folder)
        camera.leave_pointer()
        for state in wanted:
            _take_state(camera, state, "-2x" if scale == 2.0 else "")
        root.destroy()


def name_of(state: str) -> str:
    """Of its picture."""
    return "sign-in-" + state.replace(" ", "-")


def _take_state(camera: Camera, state: str, suffix: str) -> None:
    with closing(Stage()) as stage:
        camera.size(*USUAL)
        camera.root.focus_force()
        model = stage.show(state)
        shown = SignInScreen(camera.root, cast("App", SimpleNamespace(sign_in=model)))
        shown.pack(fill="both", expand=True)
        stage.bridge.drain()
        camera.scene = name_of(state) + suffix
        camera.take()
        if state in IN_NARROW and not suffix:
            camera.size(*NARROW)
            camera.take("narrow")
        shown.destroy()
        click.echo(camera.scene)
