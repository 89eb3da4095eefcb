"""Garbage is looked for while nobody does anything, and not while the program loads."""

import gc
import time
import tkinter as tk
from collections.abc import Iterator

import pytest

from hubbub.client.gui import collecting
from hubbub.client.gui.collecting import QUIET_S, WHOLE_AFTER_S, WHOLE_EVERY_S, Collector
from tests.helpers.waiting import until

LONG = QUIET_S + 0.1


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(collecting, "monotonic", moved)
    return moved


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each time all of it was looked through."""
    times: list[int] = []
    monkeypatch.setattr(
        gc, "collect", lambda generation=2: times.append(generation) if generation == 2 else None
    )
    return times


@pytest.fixture
def collector(clock: Clock, whole: list[int]) -> Iterator[Collector]:
    one = Collector()
    yield one
    one.close()


def test_all_of_it_is_looked_through_after_a_while_without_anything(
    collector: Collector, clock: Clock, whole: list[int]
) -> None:
    collector.turn(lambda: LONG, busy=False)
    assert whole == []
    clock.now += WHOLE_EVERY_S + 1
    collector.turn(lambda: LONG, busy=False)
    collector.turn(lambda: LONG, busy=False)
    assert whole == [2]


@pytest.mark.parametrize(("untouched", "busy"), [(0.1, False), (LONG, True)], ids=["person", "library"])
def test_it_waits_while_somebody_types_or_messages_come(
    collector: Collector, clock: Clock, whole: list[int], untouched: float, busy: bool
) -> None:
    clock.now += WHOLE_EVERY_S + 1
    collector.turn(lambda: untouched, busy=busy)
    assert whole == []
    clock.now += LONG
    collector.turn(lambda: LONG, busy=False)
    assert whole == [2]


def test_it_does_not_wait_for_ever(collector: Collector, clock: Clock, whole: list[int]) -> None:
    clock.now += WHOLE_AFTER_S + 1
    collector.turn(lambda: 0.0, busy=True)
    assert whole == [2]


def test_the_system_says_how_long_nothing_was_touched(display: str) -> None:
    root = tk.Tk()
    try:
        root.update()
        root.event_generate("<Motion>", warp=True, x=3, y=3)
        root.update()
        begun, first = time.monotonic(), collecting.untouched_s(root)
        if first == float("inf"):
            pytest.skip("this system does not say")
        until(lambda: collecting.untouched_s(root) > first + 0.05)
        assert time.monotonic() - begun > 0.04, "seconds, as the clock counts them"
    finally:
        root.destroy()


def test_what_is_loaded_is_not_looked_through() -> None:
    gc.enable()
    try:
        with collecting.uncollected():
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.disable()
    with collecting.uncollected():
        assert not gc.isenabled()
    assert not gc.isenabled()  # as a window in this process wants it
