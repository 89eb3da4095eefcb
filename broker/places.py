"""What `serve` prints, and the files that say where a broker is. Addresses by ifaddr, on any OS."""

import ipaddress
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import ifaddr
import msgspec

from hubbub.broker.ready import Ready
from hubbub.schemas.hello import Address, fingerprint, parse_key

PLACE_FILE: Final = "broker.json"
"""In the data folder: where the broker that has it serves."""


def write_ready(path: Path, ready: Ready) -> None:
    """One JSON object, whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.new")
    partial.write_bytes(msgspec.json.encode(ready) + b"\n")
    partial.replace(path)


def read_ready(path: Path) -> Ready:
    """What write_ready wrote. Raises OSError, msgspec.DecodeError."""
    return msgspec.json.decode(path.read_bytes(), type=Ready)


def reachable(host: str) -> list[tuple[str, str]]:
    """(address, interface) that a client can type: the host, or those of all interfaces, the nearest to people first."""
    if host != "*":
        return [(host, "")]
    found = list(_interfaces())
    found.sort(key=lambda pair: (_rank(pair[0]), pair[0]))
    return found


def _interfaces() -> Iterator[tuple[str, str]]:
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            if isinstance(ip.ip, str):
                yield ip.ip, adapter.nice_name
            else:
                address, _, scope = ip.ip
                # A link-local address means nothing without the interface, which has another name on another machine.
                if not ipaddress.IPv6Address(address).is_link_local or scope == 0:
                    yield address, adapter.nice_name


def _rank(address: str) -> int:
    ip = ipaddress.ip_address(address)
    return (2 if ip.is_loopback else 0) + (ip.version == 6)


def banner(ready: Ready, host: str, data: Path, version: str) -> str:
    """How to connect, for whoever started the server."""
    key = parse_key(ready.server_key)
    port = int(ready.address.rsplit(":", 1)[1])
    places = reachable(host)
    typed = [(str(Address(address, port)).removeprefix("tcp://"), interface) for address, interface in places]
    width = max((len(address) for address, _ in typed), default=0)
    first = typed[0][0] if typed else ready.address
    lines = [
        f"Hubbub {version}: {ready.server!r} is open.",
        "",
        "Others type one of these addresses:",
        *(f"    {address:<{width}}  {interface}".rstrip() for address, interface in typed),
        "or, which also proves that it is this server:",
        *(f"    {Address(address, port, key)}" for address, _ in places[:1]),
        "The words of its key, to compare on first contact:",
        f"    {fingerprint(key)}",
        "",
        f"Data is in {data}",
        f"To chat from another shell:  {_client()} register --server {first} --user YOUR-NAME",
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


def _client() -> str:
    """How to call the client from here: by its name where the shell finds it, else beside the command that runs."""
    beside = Path(sys.argv[0]).with_name("hubbub")
    return "hubbub" if shutil.which("hubbub") or not beside.exists() else os.path.relpath(beside)
