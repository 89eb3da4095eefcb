"""Hubbub's client library: `Client` (asyncio), hubbub.client.sync (the same, blocking), events, errors.

async with Client("tcp://127.0.0.1:2000", user="alice", password="...") as chat:
    sent = await chat.send("bob", "hi")

`Bot` calls functions for what happens in the chat; hubbub.client.testing is a pytest plugin for them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubbub.client import errors, events
    from hubbub.client.bot import Bot
    from hubbub.client.bots.context import BotError, BotMessage, Context
    from hubbub.client.cached import Cached
    from hubbub.client.client import Client
    from hubbub.client.discovery import discover
    from hubbub.client.errors import HubbubError
    from hubbub.client.files.attachments import Attachment, Progress
    from hubbub.client.keys import derived_key
    from hubbub.client.models import (
        Conversation,
        Earlier,
        Group,
        Hit,
        Login,
        Member,
        Message,
        Profile,
        Reaction,
        User,
    )
    from hubbub.client.nearby import Nearby
    from hubbub.client.offline import Offline
    from hubbub.client.outbox import Waiting
    from hubbub.client.servers import Standing, inspect_server

__all__ = [
    "Attachment",
    "Bot",
    "BotError",
    "BotMessage",
    "Cached",
    "Client",
    "Context",
    "Conversation",
    "Earlier",
    "Group",
    "Hit",
    "HubbubError",
    "Login",
    "Member",
    "Message",
    "Nearby",
    "Offline",
    "Profile",
    "Progress",
    "Reaction",
    "Standing",
    "User",
    "Waiting",
    "derived_key",
    "discover",
    "errors",
    "events",
    "inspect_server",
]

_HOMES = {
    "files.attachments": ("Attachment", "Progress"),
    "bot": ("Bot",),
    "cached": ("Cached",),
    "client": ("Client",),
    "bots.context": ("BotError", "BotMessage", "Context"),
    "discovery": ("discover",),
    "errors": ("HubbubError",),
    "keys": ("derived_key",),
    "models": (
        "Conversation",
        "Earlier",
        "Group",
        "Hit",
        "Login",
        "Member",
        "Message",
        "Profile",
        "Reaction",
        "User",
    ),
    "nearby": ("Nearby",),
    "offline": ("Offline",),
    "outbox": ("Waiting",),
    "servers": ("Standing", "inspect_server"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
"""Where each name is: nothing else is loaded for it."""

if not TYPE_CHECKING:  # or a type checker would believe that there is every name

    def __getattr__(name: str) -> object:
        """Loads a name at its first use: pytest loads this package for its fixtures in every run, whatever is tested."""
        if name in ("errors", "events"):
            return import_module(f"{__name__}.{name}")
        if name in _HOME_OF:
            return globals().setdefault(name, getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
