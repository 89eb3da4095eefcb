"""How much one session or address may ask, and how long a wrong password has to wait. Pure: time comes as microseconds."""

import ipaddress
from functools import lru_cache
from typing import Final

from msgspec import Struct

SECOND: Final = 1_000_000
_TRACKED_MAX: Final = 50_000
"""Addresses or names that are remembered; beyond it the oldest are forgotten, so that nobody can fill the memory."""


class Bucket:
    """A token bucket: `burst` at once, `rate` a second in the long run."""

    __slots__ = ("at", "burst", "level", "rate")

    def __init__(self, rate: float, burst: float, now: int) -> None:
        self.rate = rate
        self.burst = self.level = burst
        self.at = now

    def take(self, cost: float, now: int) -> float:
        """0.0 and the cost is taken, or the seconds after which it would be there."""
        elapsed = now - self.at
        if elapsed > 0:
            self.level = min(self.burst, self.level + elapsed * self.rate / SECOND)
        self.at = now
        if self.level >= cost:
            self.level -= cost
            return 0.0
        return (cost - self.level) / self.rate

    def charge(self, cost: float) -> None:
        """Take what was found out only afterwards; what is not there is owed."""
        self.level -= cost


class AddressBuckets:
    """A bucket for each network address, for what is asked without a session."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._buckets: dict[str, Bucket] = {}

    def take(self, address: str, cost: float, now: int) -> float:
        """As Bucket.take."""
        network = network_of(address)
        bucket = self._buckets.get(network)
        if bucket is None:
            if len(self._buckets) >= _TRACKED_MAX:
                del self._buckets[next(iter(self._buckets))]
            bucket = self._buckets[network] = Bucket(self._rate, self._burst, now)
        return bucket.take(cost, now)


class _Failures(Struct, gc=False):
    count: int
    until: int
    """No try before this."""
    forget_at: int


class Backoff:
    """Failed tries by whoever made them: the first `free` cost nothing, each further one doubles the wait."""

    def __init__(self, free: int, longest_s: float, memory_s: float) -> None:
        self._free = free
        self._longest = int(longest_s * SECOND)
        self._memory = int(memory_s * SECOND)
        self._failures: dict[str, _Failures] = {}

    def wait(self, who: str, now: int) -> float:
        """Seconds until the next try is heard; 0.0: now."""
        failures = self._failures.get(who)
        if failures is None:
            return 0.0
        if now >= failures.forget_at:
            del self._failures[who]
            return 0.0
        return max(0, failures.until - now) / SECOND

    def failed(self, who: str, now: int) -> None:
        """Count one more."""
        failures = self._failures.pop(who, None) or _Failures(0, 0, 0)
        failures.count += 1
        beyond = failures.count - self._free
        failures.until = now + min(self._longest, SECOND << min(beyond, 30)) if beyond >= 0 else 0
        failures.forget_at = max(now, failures.until) + self._memory
        if len(self._failures) >= _TRACKED_MAX:
            del self._failures[next(iter(self._failures))]
        self._failures[who] = failures

    def succeeded(self, who: str) -> None:
        """Forget the failures."""
        self._failures.pop(who, None)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """What counts as one peer: an IPv4 address, or the /64 that one IPv6 household has. Anything else is itself."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(ip) >> 64 << 64, 64)))
    return str(ip)
