"""What is announced nearby: which announcements are of one server, and which of its addresses to type. Pure.

Everything here was said by whoever answers on the network, and may be a lie: names are harmless to show, numbers are bounded,
and only the key that answers at an address tells whose it is.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hubbub.schemas.announcement import Announcement
from hubbub.schemas.hello import Address, fingerprint, key_text

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface

ANNOUNCEMENTS_MAX: Final = 128
"""Held at a time, so that a liar costs little. Where there are more, those at the address that has the most give way."""
ADDRESSES_MAX: Final = 16
"""Of one server."""


class Nearby(Struct, kw_only=True, frozen=True):
    """A server that was announced on a network that this device is on. A hint by whoever answers, not a proof."""

    name: str
    """What it calls itself: one line that is harmless to show; others may call themselves the same."""
    address: str
    """HOST:PORT, as a person types it: of `addresses` the one most likely to work from here."""
    addresses: tuple[str, ...]
    """All, the most likely first."""
    key: bytes
    """The public CURVE key that it says it has: what makes it one server, wherever it is announced."""
    publish_port: int
    version: int
    """Of the protocol."""
    gone: bool = False
    """It is announced no more."""

    @property
    def words(self) -> str:
        """The key's fingerprint, to compare."""
        return fingerprint(self.key)

    @property
    def link(self) -> str:
        """The address with the key in it (hubbub://…): only a server with this key is talked to."""
        return f"hubbub://{self.address}/?key={key_text(self.key)}"


class Sighting(Struct, frozen=True):
    """One announcement, as it was resolved."""

    said: Announcement
    port: int
    addresses: tuple[str, ...]
    """IP addresses, link-local ones of IPv6 with their interface; the most likely first."""


class Sightings:
    """What is announced now. Each change tells the servers that it changed."""

    def __init__(self) -> None:
        self._by_instance: dict[str, Sighting] = {}
        self._shown: dict[bytes, Nearby] = {}

    def seen(self, instance: str, sighting: Sighting) -> list[Nearby]:
        """The announcement of this name says this."""
        if not sighting.addresses:
            return self.lost(instance)
        before = self._by_instance.get(instance)
        gone = [before] if before else []
        if before is None and len(self._by_instance) >= ANNOUNCEMENTS_MAX:
            if (other := self._to_give_way(sighting)) is None:
                return []
            gone.append(self._by_instance.pop(other))
        self._by_instance[instance] = sighting
        return self._changes(dict.fromkeys(one.said.key for one in (*gone, sighting)))

    def _to_give_way(self, sighting: Sighting) -> str | None:
        """The latest announcement at the address that has the most; None: this one is at such an address itself. One machine that
        announces hundreds of servers hides no other so; one that makes up an address for each can."""
        crowds = Counter(one.addresses[0] for one in self._by_instance.values())
        ((crowded, number),) = crowds.most_common(1)
        if number <= crowds[sighting.addresses[0]] + 1:
            return None
        return next(name for name, one in reversed(self._by_instance.items()) if one.addresses[0] == crowded)

    def lost(self, instance: str) -> list[Nearby]:
        """The announcement of this name is no more."""
        before = self._by_instance.pop(instance, None)
        return self._changes([before.said.key]) if before else []

    def _changes(self, keys: Iterable[bytes]) -> list[Nearby]:
        found = []
        for key in keys:
            before, now = self._shown.get(key), self._server(key)
            if now is None:
                del self._shown[key]
                assert before is not None  # noqa: S101  # it had an announcement until now
                found.append(replace(before, gone=True))
            elif now != before:
                self._shown[key] = now
                found.append(now)
        return found

    def _server(self, key: bytes) -> Nearby | None:
        """The announcements of this key together: what the first says, and all their addresses."""
        same = [one for one in self._by_instance.values() if one.said.key == key]
        if not same:
            return None
        addresses = tuple(
            dict.fromkeys(typed(address, one.port) for one in same for address in one.addresses)
        )[:ADDRESSES_MAX]
        said = same[0].said
        return Nearby(
            name=said.server,
            address=addresses[0],
            addresses=addresses,
            key=key,
            publish_port=said.publish_port,
            version=said.protocol,
        )


def typed(address: str, port: int) -> str:
    """HOST:PORT, with IPv6 in brackets."""
    return str(Address(address, port)).removeprefix("tcp://")


def likely_first(addresses: Sequence[IP], here: Sequence[Interface]) -> list[IP]:
    """Those that can be connected to, the most likely first: on a network of ours before others, lasting ones before link-local
    ones, IPv4, which is easier to type, before IPv6. Our own address on somebody else (every machine has a 172.17.0.1 where
    Docker is) leads back to us: it comes last."""
    kept = [address for address in dict.fromkeys(addresses) if _usable(address)]
    return sorted(kept, key=lambda address: _rank(address, here))[:ADDRESSES_MAX]


def _rank(address: IP, here: Sequence[Interface]) -> tuple[bool, ...]:
    plain = ipaddress.ip_address(address.packed)
    return (
        address.is_loopback,
        any(plain == ours.ip for ours in here),
        not address.is_link_local and not any(plain in ours.network for ours in here),
        address.is_link_local,
        address.version == 6,
    )


def _usable(address: IP) -> bool:
    if address.is_unspecified or address.is_multicast:
        return False
    scope = address.scope_id if isinstance(address, ipaddress.IPv6Address) else "none needed"
    return bool(scope) or not address.is_link_local
