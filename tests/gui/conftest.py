"""Windows for tests: a screen for all of them, a broker for each module, and people at windows.

A mistake in a callback, or a logged error, fails the test in which it happened.
"""

import gc
import logging
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubbub.client.gui.collecting import Collector
from hubbub.client.gui.desk_alerts import DeskAlerts
from tests.helpers.brokers import Served, served
from tests.helpers.display import screen
from tests.helpers.person import Person

if TYPE_CHECKING:
    from tests.helpers.ground import Ground

HERE = Path(__file__).parent


COLLECTOR = pytest.StashKey[Collector]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Garbage of a window is collected here, after each file: where another thread happens to do it, Tcl ends the process.

    One Collector lives as long as these tests, so that what was there before a file (pytest, a thousand modules) is not looked
    through again at the end of each of its windows. A hook and no fixture, since pytest holds what fixtures gave until a test is
    wholly over.
    """
    if HERE not in item.path.parents:
        return (yield)
    if COLLECTOR not in item.session.stash:
        item.session.stash[COLLECTOR] = Collector()
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path != item.path:
            gc.collect()
            gc.freeze()
        if nextitem is None or HERE not in nextitem.path.parents:
            gc.unfreeze()
            item.session.stash[COLLECTOR].close()
            del item.session.stash[COLLECTOR]


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    with screen() as name:
        yield name


@pytest.fixture(scope="session")
def ground(display: str) -> Iterator["Ground"]:
    """Where widgets stand that need no window of their own."""
    from tests.helpers.ground import Ground  # only where there is Tk

    there = Ground()
    yield there
    there.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("broker")) as there:
        yield there


@pytest.fixture
def no_notifications(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a test is shown on the desktop of whoever runs it."""

    async def show(*_: object) -> bool:
        return True

    monkeypatch.setattr(DeskAlerts, "show", show)


@pytest.fixture
def sits_down(
    display: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, no_notifications: None
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
