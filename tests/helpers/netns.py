"""Two network namespaces with a cable between them: machines that share a network and nothing else."""

import contextlib
import itertools
import os
import subprocess
from collections.abc import Iterator
from typing import Final

LEFT: Final = "10.219.7.1"
RIGHT: Final = "10.219.7.2"
_NUMBERS: Final = itertools.count()


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def within(space: str, *command: str) -> list[str]:
    """The command, to be run in that namespace."""
    return ["ip", "netns", "exec", space, *command]


@contextlib.contextmanager
def cabled(*, ipv4: bool = True) -> Iterator[tuple[str, str]]:
    """The namespaces: in the first the end `left` (LEFT), in the second `right` (RIGHT). Link-local IPv6 addresses they have besides, or
    alone."""
    number = next(_NUMBERS)
    names = (f"hubbub-a{os.getpid()}-{number}", f"hubbub-b{os.getpid()}-{number}")
    try:
        for name in names:
            ip("netns", "add", name)
            # An IPv6 address is of no use for two seconds otherwise, while it looks for another one of its kind.
            with contextlib.suppress(subprocess.CalledProcessError):  # a kernel without IPv6
                ip("netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")
            ip("-n", name, "link", "set", "lo", "up")
        ends = ("left", "right")
        ip("link", "add", ends[0], "netns", names[0], "type", "veth", "peer", "name", ends[1], "netns", names[1])  # fmt: skip
        for name, end, address in zip(names, ends, (LEFT, RIGHT), strict=True):
            if ipv4:
                ip("-n", name, "addr", "add", f"{address}/24", "dev", end)
            ip("-n", name, "link", "set", end, "up")
        yield names
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
