"""The bridge between the library's thread and the window's."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from time import monotonic

import pytest

from hubbub.client import HubbubError
from hubbub.client.errors import NoServer
from hubbub.client.gui.bridge import WAITING_MAX, Bridge
from tests.helpers.waiting import until


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


def drained(bridge: Bridge, found: list[object], count: int = 1) -> list[object]:
    """What came, once it is so many."""

    def there() -> bool:
        bridge.drain()
        return len(found) >= count

    until(there)
    return found


def test_a_job_runs_in_the_other_thread_and_its_value_is_told_in_this_one(bridge: Bridge) -> None:
    seen: list[object] = []

    async def job() -> int:
        return threading.get_ident()

    bridge.run(job, lambda there: seen.extend((there, threading.get_ident())))
    there, here = drained(bridge, seen, 2)
    assert here == threading.get_ident() != there


def test_nothing_is_told_before_the_window_drains(bridge: Bridge) -> None:
    seen: list[object] = []
    ready = threading.Event()

    async def job() -> None:
        ready.set()

    bridge.run(job, seen.append)
    assert ready.wait(10)
    assert seen == []
    assert drained(bridge, seen) == [None]


def test_an_error_of_the_library_is_told_where_it_was_asked(bridge: Bridge) -> None:
    seen: list[object] = []

    async def job() -> None:
        raise NoServer("nobody there")

    bridge.run(job, failed=seen.append)
    (error,) = drained(bridge, seen)
    assert isinstance(error, NoServer)


def test_a_mistake_of_ours_is_told_as_a_fault_from_both_sides(bridge: Bridge) -> None:
    faults: list[object] = []
    bridge.on_fault = faults.append

    async def wrong() -> None:
        raise ValueError("there")

    async def right() -> None:
        return None

    def careless(_: object) -> None:
        raise KeyError("here")

    bridge.run(wrong)
    drained(bridge, faults)
    bridge.run(right, careless)
    assert [str(fault) for fault in drained(bridge, faults, 2)] == ["there", "'here'"]


def test_what_is_cancelled_ends_and_tells_nothing_any_more(bridge: Bridge) -> None:
    seen: list[object] = []
    running, ended = threading.Event(), threading.Event()

    async def job() -> None:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    call = bridge.run(job, seen.append, seen.append)
    assert running.wait(10)
    call.cancel()
    call.cancel()
    assert ended.wait(10)

    async def nothing() -> None:
        return None

    bridge.run(nothing, lambda _: seen.append("the next one"))
    assert drained(bridge, seen) == ["the next one"]
    assert not call.active


def test_a_result_that_waits_is_not_told_after_cancelling(bridge: Bridge) -> None:
    seen: list[object] = []
    done = threading.Event()

    async def job() -> str:
        return "too late"

    async def mark() -> None:
        done.set()

    call = bridge.run(job, seen.append)
    bridge.run(mark)
    assert done.wait(10)
    call.cancel()
    bridge.drain()
    assert seen == []


def test_what_is_followed_comes_in_order_and_then_its_end(bridge: Bridge) -> None:
    seen: list[object] = []

    async def source() -> AsyncIterator[int]:
        for number in range(100):
            yield number

    bridge.follow(source, seen.append, lambda error: seen.append(error))
    assert drained(bridge, seen, 101) == [*range(100), None]


def test_a_source_that_fails_tells_its_error_at_its_end(bridge: Bridge) -> None:
    seen: list[object] = []

    async def source() -> AsyncIterator[int]:
        yield 1
        raise HubbubError("over")

    bridge.follow(source, seen.append, seen.append)
    one, error = drained(bridge, seen, 2)
    assert (one, str(error)) == (1, "over")


def test_a_source_is_not_asked_for_more_than_the_window_keeps_up_with(bridge: Bridge) -> None:
    given, seen = [0], list[object]()

    async def source() -> AsyncIterator[int]:
        while given[0] < 3 * WAITING_MAX:
            given[0] += 1
            yield given[0]
            await asyncio.sleep(0)

    bridge.follow(source, seen.append)
    until(lambda: given[0] > WAITING_MAX)
    assert given[0] <= WAITING_MAX + 2
    drained(bridge, seen, 3 * WAITING_MAX)
    assert seen == [*range(1, 3 * WAITING_MAX + 1)]


def test_a_turn_ends_when_its_time_is_over_and_says_that_more_waits(bridge: Bridge) -> None:
    seen: list[object] = []
    ready = threading.Event()

    def slow(number: int) -> None:
        seen.append(number)
        end = monotonic() + 0.002
        while monotonic() < end:
            pass

    tell = bridge.telling(slow)

    async def job() -> None:
        for number in range(10):
            tell(number)
        ready.set()

    bridge.run(job)
    assert ready.wait(10)
    assert bridge.drain(budget_s=0.001)
    assert seen == [0]
    while bridge.drain():
        pass
    assert seen == [*range(10)]


def test_closing_cancels_what_is_under_way_and_ends_the_thread() -> None:
    bridge = Bridge()
    running, ended = threading.Event(), threading.Event()

    async def job() -> None:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    bridge.run(job)
    assert running.wait(10)
    bridge.close()
    bridge.close()
    assert ended.is_set()
    assert not any(thread.name == "hubbub-library" for thread in threading.enumerate())
