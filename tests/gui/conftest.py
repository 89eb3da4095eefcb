"""Windows for tests: a screen for all of them, a broker for each module, and people at windows.

A mistake in a callback, or a logged error, fails the test in which it happened.
"""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers.brokers import Served, served
from tests.helpers.display import screen
from tests.helpers.person import Person


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    with screen() as name:
        yield name


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("broker")) as there:
        yield there


@pytest.fixture
def sits_down(
    display: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[Callable[..., Person]]:
    """`sits_down("alice")`: somebody at a window with a profile of that name; options are Window's."""
    people: list[Person] = []

    def sit_down(profile: str = "somebody", **options: object) -> Person:
        from hubbub.client.gui.app import Window  # only where there is Tk

        window = Window(tmp_path / profile, **{"mode": "light", "scale": 1.0, **options})  # type: ignore[arg-type]  # a test's
        return Person(window, people)

    yield sit_down
    for person in people:
        person.leaves()
    assert [fault for person in people for fault in person.window.faults] == []
    assert [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []
