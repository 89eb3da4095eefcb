"""Listening for servers nearby, with real announcements that leave this machine by no network: all goes over 127.0.0.1."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from hubbub.broker import announcer
from hubbub.broker.announcer import Announced, announce
from hubbub.client import Nearby, discover, discovery
from hubbub.client.errors import NoServer
from hubbub.client.nearby import ANNOUNCEMENTS_MAX
from hubbub.client.testing.settling import until
from hubbub.schemas.announcement import SERVICE, Announcement, host_label, strings_of
from hubbub.schemas.hello import key_text

KEY = b"discovery, tested over 127.0.0.1"
LOOPBACK: Any = functools.partial(AsyncZeroconf, interfaces=["127.0.0.1"])
WAIT_S = 20.0


@pytest.fixture(autouse=True)
def this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "AsyncZeroconf", lambda ip_version: LOOPBACK())
    monkeypatch.setattr(announcer, "_network", lambda host: LOOPBACK())
    monkeypatch.setattr(announcer, "_LOOK_S", 0.1)


@asynccontextmanager
async def network() -> AsyncIterator[AsyncZeroconf]:
    opened = LOOPBACK()
    try:
        yield opened
    finally:
        await opened.async_close()


def info(label: str, key: bytes = KEY, properties: Any = None, port: int = 2000, **more: Any) -> ServiceInfo:
    said = Announcement(server=label, key=key, publish_port=2001)
    addresses = more.pop("parsed_addresses", ["127.0.0.1"])
    return ServiceInfo(
        SERVICE,
        f"{label}.{SERVICE}",
        port,
        properties=strings_of(said) if properties is None else properties,
        server=f"{host_label(key)}.local.",
        parsed_addresses=addresses,
        **more,
    )


async def say(opened: AsyncZeroconf, *infos: ServiceInfo) -> None:
    await asyncio.gather(*(opened.async_register_service(one, cooperating_responders=True) for one in infos))


async def first(heard: AsyncIterator[Nearby], wanted: Callable[[Nearby], bool]) -> Nearby:
    async with asyncio.timeout(WAIT_S):
        async for found in heard:
            if wanted(found):
                return found
    raise AssertionError("it ended")


def of(key: bytes, *, gone: bool = False) -> Callable[[Nearby], bool]:
    return lambda found: found.key == key and found.gone == gone


async def test_a_server_comes_changes_and_goes() -> None:
    async with network() as opened, aclosing(discover(None)) as heard:
        await say(opened, info("Before"))
        found = await first(heard, of(KEY))
        assert (found.name, found.address, found.publish_port, found.version) == (
            "Before",
            "127.0.0.1:2000",
            2001,
            1,
        )
        later = info(
            "Before", properties=strings_of(Announcement(server="After", key=KEY, publish_port=2001))
        )
        await opened.async_update_service(later)
        assert (await first(heard, of(KEY))).name == "After"
        await (await opened.async_unregister_service(later))
        assert (await first(heard, of(KEY, gone=True))).name == "After"


async def test_it_ends_in_time() -> None:
    async with asyncio.timeout(WAIT_S):
        assert [found async for found in discover(0.05) if found.key == KEY] == []


async def test_where_nothing_can_be_heard_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(ip_version: IPVersion) -> AsyncZeroconf:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(discovery, "AsyncZeroconf", refused)
    with pytest.raises(NoServer, match=r"not permitted.*Type the address"):
        await anext(discover(0.01))
    monkeypatch.setattr(discovery, "_LOOK_AGAIN_S", 0.01)
    async with network() as opened, aclosing(discover(None)) as heard:
        await say(opened, info("Later"))
        waiting = asyncio.ensure_future(first(heard, of(KEY)))
        await asyncio.sleep(0)
        monkeypatch.setattr(discovery, "AsyncZeroconf", lambda ip_version: LOOPBACK())
        assert (await waiting).name == "Later", "without a timeout it waits for a network"


GARBAGE: list[Any] = [
    b"",
    b"\x00" * 64,
    b"\xff" * 512,
    b"\x05key=x",
    {"key": "short"},
    {"key": key_text(KEY), "protocol": "1"},
    {"key": key_text(KEY), "protocol": "-1", "publish_port": "99999999"},
    {f"k{number}": "x" * 200 for number in range(30)},
]


async def test_garbage_harms_nothing() -> None:
    liars = [info(f"garbage {place}", properties=what) for place, what in enumerate(GARBAGE)]
    liars += [
        info("\u202egnp.eht" + "é" * 20, b"a" * 32),
        info("line\u2028two\u2066", b"b" * 32),
        info("here", b"c" * 32, parsed_addresses=["0.0.0.0", "224.0.0.251", "ff02::1", "127.0.0.1"]),
        info("no port", b"d" * 32, port=0),
    ]
    async with network() as opened, aclosing(discover(None)) as heard:
        await say(opened, *liars)
        found = {
            one.key: one
            for one in [
                await first(heard, lambda one: one.key in (b"a" * 32, b"b" * 32, b"c" * 32)) for _ in range(3)
            ]
        }
        assert found[b"a" * 32].name == "gnp.eht" + "é" * 20
        assert found[b"b" * 32].name == "line two"
        assert found[b"c" * 32].addresses == ("127.0.0.1:2000",)
        await say(opened, info("Real"))
        assert (await first(heard, of(KEY))).name == "Real"


async def test_a_crowd_of_liars_costs_little_and_hides_nobody_who_was_there() -> None:
    async with network() as opened, aclosing(discover(None)) as heard:
        await say(opened, info("Real"))
        await first(heard, of(KEY))
        crowd = [
            info(f"liar {number}", number.to_bytes(32), parsed_addresses=["127.0.0.1"])
            for number in range(200)
        ]
        await say(opened, *crowd)
        seen: set[bytes] = set()
        while len(seen) < ANNOUNCEMENTS_MAX - 1:
            seen.add((await first(heard, lambda one: one.key not in (*seen, KEY) and not one.gone)).key)
        later = Announcement(server="Still here", key=KEY, publish_port=2001)
        await opened.async_update_service(info("Real", properties=strings_of(later)))
        async with asyncio.timeout(WAIT_S):
            async for one in heard:
                if one.name == "Still here":
                    break
                assert one.key in seen, "one more than there is room for"


def announced(key: bytes, port: int) -> Announced:
    return Announced(server="Hubbub", key=key_text(key), host="*", port=port, publish_port=2001)


@asynccontextmanager
async def announcing(*all_of_them: Announced) -> AsyncIterator[list[list[dict[str, Any]]]]:
    """What each of them says."""
    stop = asyncio.Event()
    said: list[list[dict[str, Any]]] = [[] for _ in all_of_them]
    tasks = [
        asyncio.ensure_future(announce(what, stop, lines.append))
        for what, lines in zip(all_of_them, said, strict=True)
    ]
    try:
        yield said
    finally:
        stop.set()
        async with asyncio.timeout(WAIT_S):
            await asyncio.gather(*tasks)


async def test_two_servers_of_one_name_that_start_at_once_are_both_shown() -> None:
    keys = {b"1" * 32, b"2" * 32}
    async with aclosing(discover(None)) as heard:
        async with announcing(
            *(announced(key, 2000 + place) for place, key in enumerate(sorted(keys)))
        ) as said:
            found = {(await first(heard, lambda one: one.key in keys)).key for _ in keys}
            while found != keys:
                found.add((await first(heard, lambda one: one.key in keys - found)).key)
            await until(lambda: len({lines[-1]["announced"] for lines in said}) == 2, "two names")
        gone: set[bytes] = set()
        while gone != keys:
            gone.add((await first(heard, lambda one: one.key in keys and one.gone)).key)


async def test_addresses_that_come_and_go_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {("127.0.0.1", 1)}
    monkeypatch.setattr(announcer, "_interfaces", lambda: set(here))
    async with announcing(announced(KEY, 2000)) as (said,), aclosing(discover(None)) as heard:
        assert (await first(heard, of(KEY))).addresses == ("127.0.0.1:2000",)
        assert said[-1] == {"waiting": "Hubbub"}
        here.add(("198.51.100.7", 2))
        await first(heard, lambda one: one.key == KEY and "198.51.100.7:2000" in one.addresses)
        await until(lambda: said[-1] == {"announced": "Hubbub"}, "a network")


async def test_a_network_that_cannot_be_used_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: Iterator[Exception | None] = iter(
        [OSError(98, "Address in use"), RuntimeError("no interfaces"), None]
    )

    def network_of(host: str) -> Awaitable[None]:
        if (error := next(tries)) is not None:
            raise error
        opened: Awaitable[None] = LOOPBACK()
        return opened

    monkeypatch.setattr(announcer, "_network", network_of)
    async with announcing(announced(KEY, 2000)) as (said,):
        await until(lambda: bool(said and "problem" not in said[-1]), "a network")
        assert [("problem" in line) for line in said] == [True, True, False]


def test_the_addresses_that_last_are_announced_first() -> None:
    here = {(address, 1) for address in ("127.0.0.1", "::1", "fe80::1", "fd00::1", "10.0.0.1", "169.254.1.1")}
    assert announcer.addresses(here) == ["10.0.0.1", "fd00::1", "169.254.1.1", "fe80::1"]
    assert announcer.addresses(here, with_ipv6=False) == ["10.0.0.1", "169.254.1.1"]
    assert announcer.addresses({("::1", 1), ("127.0.0.1", 1)}) == ["127.0.0.1", "::1"]
