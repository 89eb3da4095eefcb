"""Announces the broker on the local network by multicast DNS: a process beside the worker, which outlives it. Takes a
description as a line on standard input, whose end means stop; says what came of it as lines. Knows nothing of the broker.

A process of its own, since it reads whatever anybody on the network sends: what breaks it breaks nothing else.
"""

import asyncio
import contextlib
import ipaddress
import json
import logging
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final

import ifaddr
import msgspec
import zeroconf
from msgspec import Struct
from zeroconf import InterfaceChoice, IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from hubbub.schemas.announcement import SERVICE, Announcement, host_label, instance_label, strings_of
from hubbub.schemas.hello import parse_key

_LOOK_S: Final = 3.0
"""How often addresses that came or went are looked for, and another server of the same name."""
_TTL_S: Final = 120
"""Of every record: a server that died without a goodbye is shown for so long."""
_ADDRESSES_MAX: Final = 16
_EVERYWHERE: Final = ("*", "::", "0.0.0.0")
_SRV: Final = 33
_IN: Final = 1
_SILENT: Final = logging.CRITICAL + 1

Say = Callable[[dict[str, Any]], None]


class Announced(Struct, frozen=True):
    """What to announce."""

    server: str
    key: str
    host: str
    """Where it listens; "*": everywhere."""
    port: int
    publish_port: int


async def announce(what: Announced, stop: asyncio.Event, say: Say) -> None:
    """Until `stop`; then says goodbye. Where the network can't be used it says so and tries again."""
    stopped = asyncio.ensure_future(stop.wait())
    while not stop.is_set():
        try:
            network = _network(what.host)
        except (OSError, RuntimeError) as error:
            say({"problem": str(error)})
            await asyncio.wait([stopped], timeout=_LOOK_S)
            continue
        kept = asyncio.ensure_future(_Announcing(network, what, say).keep())
        try:
            await asyncio.wait([stopped, kept], return_when=asyncio.FIRST_COMPLETED)
            kept.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await kept
        finally:
            await network.async_close()  # with the goodbye


def _network(host: str) -> AsyncZeroconf:
    """The sockets; of IPv4 alone where those of IPv6 can't be had. Raises OSError, RuntimeError."""
    if host not in _EVERYWHERE:
        return AsyncZeroconf(interfaces=[host])
    if host != "0.0.0.0" and socket.has_dualstack_ipv6():
        with contextlib.suppress(OSError):
            return AsyncZeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.All)
    return AsyncZeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.V4Only)


class _Announcing:
    """One set of sockets, and what is announced on them."""

    def __init__(self, network: AsyncZeroconf, what: Announced, say: Say) -> None:
        self._network, self._what, self._say = network, what, say
        self._key = parse_key(what.key)
        self._alone = True
        """No other server here has the name, as far as we know."""
        self._here = _interfaces()
        self._sending: list[Awaitable[object]] = []

    async def keep(self) -> None:
        """Announce, and follow what changes, until it is cancelled."""
        try:
            try:
                await self._send(self._network.async_register_service(self._info()))
            except zeroconf.NonUniqueNameException:
                await self._rename()
            self._tell()
            while True:
                await asyncio.sleep(_LOOK_S)
                await self._look()
        finally:
            for sending in self._sending:
                asyncio.ensure_future(sending).cancel()

    async def _look(self) -> None:
        if self._alone and self._others_have_the_name():
            await self._rename()
            self._tell()
        if (now := _interfaces()) != self._here:
            self._here = now
            await self._network.async_update_interfaces()
            await self._send(self._network.async_update_service(self._info()))
            self._tell()

    async def _send(self, begun: Awaitable[Awaitable[object]]) -> None:
        """What is sent is sent three times, in the background: a goodbye must be the last that is heard."""
        self._sending = [await begun]

    async def _rename(self) -> None:
        # No goodbye: it would take the other server of this name off every screen.
        if self._network.zeroconf.registry.async_get_info_name(self._info().name) is not None:
            self._network.zeroconf.registry.async_remove(self._info())
        self._alone = False
        await self._send(self._network.async_register_service(self._info(), cooperating_responders=True))

    def _others_have_the_name(self) -> bool:
        """Two that start at the same moment do not see one another when they ask whether the name is free."""
        ours = self._info()
        found = self._network.zeroconf.cache.get_all_by_details(ours.name, _SRV, _IN)
        return any(getattr(one, "server_key", ours.server_key) != ours.server_key for one in found)

    def _info(self) -> ServiceInfo:
        what = self._what
        said = Announcement(server=what.server, key=self._key, publish_port=what.publish_port)
        label = instance_label(what.server, self._key, alone=self._alone)
        return ServiceInfo(
            SERVICE,
            f"{label}.{SERVICE}",
            what.port,
            properties=strings_of(said),
            server=f"{host_label(self._key)}.local.",
            host_ttl=_TTL_S,
            other_ttl=_TTL_S,
            parsed_addresses=self._addresses(),
        )

    def _addresses(self) -> list[str]:
        host = self._what.host
        if host not in _EVERYWHERE:
            return [host.partition("%")[0]]
        return addresses(self._here, with_ipv6=host != "0.0.0.0")

    def _tell(self) -> None:
        label = self._info().get_name()
        alone = all(ipaddress.ip_address(ip).is_loopback for ip in self._addresses())
        self._say({"waiting": label} if alone else {"announced": label})


def _interfaces() -> set[tuple[str, int]]:
    """Every address of this machine, with the number of its interface."""
    return {
        (ip.ip if isinstance(ip.ip, str) else ip.ip[0], adapter.index or 0)
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    }


def addresses(here: set[tuple[str, int]], *, with_ipv6: bool = True) -> list[str]:
    """Those that others can reach, the most lasting first; this machine's own where there are no others."""
    every = {ipaddress.ip_address(ip) for ip, _ in here if with_ipv6 or ":" not in ip}
    found = sorted(every, key=lambda ip: (_rank(ip), ip.packed))
    others = [ip for ip in found if not ip.is_loopback]
    return [str(ip) for ip in (others or found)[:_ADDRESSES_MAX]]


def _rank(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[bool, bool]:
    return ip.is_link_local, ip.version == 6


# ----------------------------------------------------------------------------------------------------- the process


def main() -> None:
    """The process. Ends with 0 when it was told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in the worker
    logging.getLogger("zeroconf").setLevel(_SILENT)
    what = msgspec.json.decode(sys.stdin.readline(), type=Announced)
    try:
        asyncio.run(_run(what))
    except Exception as error:  # noqa: BLE001  # whatever it is: one line, and a new process
        _print({"problem": f"{type(error).__name__}: {error}"})
        sys.exit(1)


async def _run(what: Announced) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def asked(*_: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)

    def watch_input() -> None:
        sys.stdin.readline()
        asked()

    signal.signal(signal.SIGTERM, asked)
    threading.Thread(target=watch_input, daemon=True).start()
    await announce(what, stop, _print)


def _print(line: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
