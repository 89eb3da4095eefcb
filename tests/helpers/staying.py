"""One window and one account for the tests of a module. Behind each test the window is put back; one that can't be is closed.

    stay = pytest.fixture(scope="module")(staying)
    anna = pytest.fixture(seated)

What was said stays said: tests talk where nobody talked before, and those that change the account sit down at a window of their own.
"""

import logging
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.brokers import Served
from tests.helpers.person import Person

CHOSEN: Final = ("theme", "text_scale", "compact", "notify", "notify_text", "quiet_until", "enter_sends")


class Stay:
    """Somebody in front of the main screen, test after test."""

    def __init__(self, broker: Served, folder: Path) -> None:
        self._broker, self._folder = broker, folder
        self._numbers = count(1)
        self._person: Person | None = None

    def sits(self) -> Person:
        """Who sat there before, or somebody new where that window is no more."""
        if self._person is None:
            self._person = self._opens()
        self._person.window.root.focus_set()
        return self._person

    def rises(self) -> None:
        """Behind a test, in which nothing of ours may have gone wrong."""
        person, self._person = self._person, None
        if person is None:
            return
        try:
            assert person.window.faults == []
            put_back(person)
            self._person = person
        finally:
            if self._person is None:
                person.leaves()

    def close(self) -> None:
        if self._person is not None:
            self._person.leaves()

    def _opens(self) -> Person:
        from hubbub.client.gui.app import Window  # only where there is Tk

        name = f"anna{next(self._numbers)}"
        person = Person(Window(self._folder / name, mode="light", scale=1.0), [])
        person.enters(self._broker, name)
        return person


def put_back(person: Person) -> None:
    """No sheet, no conversation, nothing sought, nobody blocked, and nothing that was chosen here, is left."""
    from hubbub.client.gui.app import USUAL  # only where there is Tk
    from hubbub.client.gui.kit.layers import Layers
    from hubbub.client.gui.kit.notices import Toasts
    from hubbub.client.gui.settings import State
    from hubbub.client.gui.views.main import MainScreen

    window, theme, chat = person.window, person.window.theme, person.window.model.chat
    assert chat is not None, "who logs out does so at a window of his own"
    assert isinstance(window.screen, MainScreen)
    while (top := theme.part(Layers).top) is not None:
        top.close()
    theme.part(Toasts).hide()
    for name in CHOSEN:
        setattr(window.settings, name, getattr(State(), name))
    if theme.dark:
        theme.set_mode("light")
    if theme.text_scale != 1.0:
        theme.set_text_scale(1.0)
    if not window.root.geometry().startswith(usual := "{}x{}".format(*USUAL)):
        window.root.geometry(usual)
    window.screen.sidebar.filter.value = ""
    chat.finding.set("")
    chat.leave_open()
    chat.drafts.clear()
    chat.asides.clear()
    for name in tuple(chat.people.blocked):
        chat.block(name, on=False)
    person.wait(lambda: not chat.people.blocked, "nobody blocked")


def staying(display: str, broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stay]:
    """A module's. Nothing of it is shown on the desktop of whoever runs it."""
    from hubbub.client.gui.desk_alerts import DeskAlerts

    async def show(*_: object) -> bool:
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DeskAlerts, "show", show)
        made = Stay(broker, tmp_path_factory.mktemp("stay"))
        yield made
        made.close()


def seated(stay: Stay, caplog: pytest.LogCaptureFixture) -> Iterator[Person]:
    """A test's."""
    yield stay.sits()
    stay.rises()
    assert [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []
