"""The clock of a test, without a broker."""

import asyncio
import time

from hubbub.client.testing.clock import Clock, Tasks


async def ran(tasks: Tasks) -> None:
    """Returns when what woke has come to its next sleep, or its end."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_pauses_one_after_the_other_are_their_sum_on_a_slow_machine() -> None:
    clock = Clock()
    clock.on_woken = ran
    woken: list[str] = []

    async def tries() -> None:
        for pause in (1, 5):
            await clock.sleep(pause)
            woken.append(f"{pause} s")
            began = time.monotonic_ns()
            while time.monotonic_ns() - began < 3_000_000:
                pass  # what it does takes its time, by the clock too

    trying = asyncio.create_task(tries())
    await asyncio.sleep(0)
    await clock.advance(6)
    assert woken == ["1 s", "5 s"]
    await trying
    clock.close()


async def test_who_does_not_sleep_at_all_does_not_hold_it_up() -> None:
    clock = Clock()
    clock.on_woken = ran

    async def restless() -> None:
        while True:
            await clock.sleep(0)

    one = asyncio.create_task(restless())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await clock.advance(0.01)
    one.cancel()
    clock.close()
