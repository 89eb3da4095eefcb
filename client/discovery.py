"""Listens for servers that announce themselves nearby, by multicast DNS. Connects to none of them: what is heard is a hint by
whoever answers."""

import asyncio
import ipaddress
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import ifaddr
import zeroconf
from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from hubbub.client.errors import NoServer
from hubbub.client.nearby import (
    ANNOUNCEMENTS_MAX,
    IP,
    Interface,
    Nearby,
    Sighting,
    Sightings,
    likely_first,
)
from hubbub.schemas.announcement import SERVICE, BadAnnouncement, read

__all__ = ["Nearby", "discover"]

_RESOLVE_MS: Final = 3_000
"""An announcement whose address and key nobody tells within this is passed over."""
_LOOK_AGAIN_S: Final = 3.0
"""How often networks that came or went meanwhile are looked for."""

# It warns of each network that can't be asked: most machines have one.
logging.getLogger("zeroconf").setLevel(logging.ERROR)


async def discover(timeout: float | None = 2.0) -> AsyncIterator[Nearby]:
    """Servers nearby, as they appear; one that changes comes again, and once more with `gone` when it is announced no more. A
    key is one server. Connects to none of them. Ends after `timeout` seconds; None: never, until the iterator is closed.
    Raises NoServer where this device can't listen; without a timeout it waits until it can."""
    ends = None if timeout is None else asyncio.get_running_loop().time() + timeout
    network = await _open(ends)
    ear = _Ear(network)
    try:
        ear.listen()
        async for found in ear.changes(ends):
            yield found
    finally:
        await ear.close()
        await network.async_close()


async def _open(ends: float | None) -> AsyncZeroconf:
    """The sockets. Where there are none to have it tries again until the loop's clock says `ends`."""
    while True:
        try:
            families = IPVersion.All if socket.has_dualstack_ipv6() else IPVersion.V4Only
            return AsyncZeroconf(ip_version=families)
        except (OSError, RuntimeError) as error:
            left = _LOOK_AGAIN_S if ends is None else ends - asyncio.get_running_loop().time()
            if left <= 0:
                text = f"Nearby servers can't be looked for here ({error}). Type the address of yours."
                raise NoServer(text) from None
            await asyncio.sleep(min(left, _LOOK_AGAIN_S))


class _Ear:
    """Resolves what is heard, a task for each announcement. Everything here happens in the event loop."""

    def __init__(self, network: AsyncZeroconf) -> None:
        self._network = network
        self._sightings = Sightings()
        self._changed: dict[bytes, Nearby] = {}
        """By key: whoever does not ask for a while is told the last change only, however many there were."""
        self._told: set[bytes] = set()
        self._wake = asyncio.Event()
        self._resolving: dict[str, asyncio.Task[None]] = {}
        self._browser: AsyncServiceBrowser | None = None
        self._watching: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """From now on, and on networks that appear later too."""
        self._browse()
        self._watching = asyncio.get_running_loop().create_task(self._watch_networks())

    async def close(self) -> None:
        """Listen no more."""
        tasks = [*self._resolving.values(), *([self._watching] if self._watching else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._browser is not None:
            await self._browser.async_cancel()

    async def changes(self, ends: float | None) -> AsyncIterator[Nearby]:
        """What changed, until the loop's clock says `ends`."""
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout_at(ends):
                    await self._wake.wait()
                self._wake.clear()
                while self._changed:
                    found = self._changed.pop(next(iter(self._changed)))
                    (self._told.discard if found.gone else self._told.add)(found.key)
                    yield found

    def _browse(self) -> None:
        self._browser = AsyncServiceBrowser(self._network.zeroconf, SERVICE, handlers=[self._heard])

    async def _watch_networks(self) -> None:
        """zeroconf listens on the interfaces of its beginning, and asks again only when something is about to expire."""
        before = _addresses_here()
        while True:
            await asyncio.sleep(_LOOK_AGAIN_S)
            now = _addresses_here()
            if now == before:
                continue
            with suppress(OSError, zeroconf.Error):  # a network that went again
                await self._network.async_update_interfaces()
                if self._browser is not None:
                    await self._browser.async_cancel()
                self._browse()
                before = now

    def _heard(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        """Called by the browser, with these names."""
        if (task := self._resolving.pop(name, None)) is not None:
            task.cancel()
        if state_change is ServiceStateChange.Removed:
            self._tell(self._sightings.lost(name))
        elif len(self._resolving) < ANNOUNCEMENTS_MAX:
            task = asyncio.get_running_loop().create_task(self._resolve(name))
            self._resolving[name] = task
            task.add_done_callback(lambda done: self._resolved(name, done))

    def _resolved(self, name: str, task: "asyncio.Task[None]") -> None:
        if self._resolving.get(name) is task:
            del self._resolving[name]

    async def _resolve(self, name: str) -> None:
        try:
            info = AsyncServiceInfo(SERVICE, name)
            known = await info.async_request(self._network.zeroconf, _RESOLVE_MS)
            sighting = _sighting(info) if known else None
        except (BadAnnouncement, zeroconf.Error):
            sighting = None
        self._tell(self._sightings.seen(name, sighting) if sighting else self._sightings.lost(name))

    def _tell(self, changes: list[Nearby]) -> None:
        for change in changes:
            if change.gone and change.key not in self._told:
                self._changed.pop(change.key, None)
            else:
                self._changed[change.key] = change
        self._wake.set()


def _sighting(info: AsyncServiceInfo) -> Sighting | None:
    """What an announcement says. Raises BadAnnouncement."""
    said = read(info.properties)
    here = [address for address, _ in _addresses_here()]
    found = [_here_named(str(one)) for one in info.ip_addresses_by_version(IPVersion.All)]
    addresses = tuple(str(address) for address in likely_first(found, here))
    return Sighting(said, info.port, addresses) if info.port and addresses else None


def _here_named(address: str) -> IP:
    """With the interface by its name, as people know it; Windows knows it by its number."""
    plain, _, scope = address.partition("%")
    if scope.isdecimal() and sys.platform != "win32":
        with suppress(OSError):  # it went
            scope = socket.if_indextoname(int(scope))
    return ipaddress.ip_address(f"{plain}%{scope}" if scope else plain)


def _addresses_here() -> set[tuple[Interface, int]]:
    """This device's addresses, with the number of their interface."""
    found = set()
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            address = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
            with suppress(ValueError):
                found.add((ipaddress.ip_interface(f"{address}/{ip.network_prefix}"), adapter.index or 0))
    return found
