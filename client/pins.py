"""Which server keys are known, and whether the one that answers may be talked to. Pure.

A pin hangs on the key, not on the address: a known server under a new address is no first use, and asks nobody anything.
An address that was seen with another key before stops: somebody may be listening in between. (What a server calls itself
proves nothing, and most keep the name they come with.)
"""

from msgspec import Struct, field

from hubbub.client.errors import KeyChanged
from hubbub.schemas.hello import Address, Hello, fingerprint, key_text, parse_key


class Pin(Struct, kw_only=True):
    """A known server."""

    name: str
    """What it called itself."""
    addresses: list[str] = field(default_factory=list)
    """Where it was met, as tcp://HOST:PORT; the last used first."""


Pins = dict[str, Pin]
"""By the key's text."""


def plain(address: Address) -> str:
    """The address without a key in it."""
    return str(address._replace(key=None))


def check(pins: Pins, address: Address, hello: Hello) -> bool:
    """True: a server that was never met before. Raises KeyChanged, before anything is sent to it."""
    if address.key is not None and address.key != hello.key:
        raise KeyChanged(
            f"The server at {plain(address)} is not the one of this address's key.\n"
            f"  expected: {fingerprint(address.key)}\n  answers:  {fingerprint(hello.key)}\n"
            "Ask whoever gave you the address for a new one, over another channel."
        )
    if key_text(hello.key) in pins:
        return False
    where = plain(address)
    for text, known in pins.items():
        if where in known.addresses and address.key is None:
            raise KeyChanged(_changed(where, text, hello.key))
    return address.key is None


def pin(pins: Pins, address: Address, hello: Hello) -> bool:
    """Take the server in. True if anything changed."""
    known = pins.setdefault(key_text(hello.key), Pin(name=""))
    where = plain(address)
    if known.name == hello.server and known.addresses[:1] == [where]:
        return False
    for (
        other
    ) in pins.values():  # an address is one server's: this one was vouched for by the key in its address
        if other is not known and where in other.addresses:
            other.addresses.remove(where)
    known.name = hello.server
    known.addresses = [where, *(other for other in known.addresses if other != where)]
    return True


def forget(pins: Pins, where: str) -> list[str]:
    """Take out every server known by this address, name or key; the texts of the keys that went."""
    gone = [text for text, known in pins.items() if where in (text, known.name) or where in known.addresses]
    for text in gone:
        del pins[text]
    return gone


def _changed(where: str, old: str, new: bytes) -> str:
    return (
        f"THE KEY OF THE SERVER HAS CHANGED: the one at {where} is not the one you know.\n"
        f"  known:   {fingerprint(parse_key(old))}\n  answers: {fingerprint(new)}\n"
        "Somebody may be listening in between, or it was set up anew: ask its administrator. If the new key is right,\n"
        f"run 'hubbub forget {where}' and connect again."
    )
