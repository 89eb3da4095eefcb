"""Hubbub's client library: `Client` (asyncio), hubbub.client.sync (the same, blocking), events, errors.

async with Client("tcp://127.0.0.1:2000", user="alice", password="...") as chat:
    sent = await chat.send("bob", "hi")
"""

from hubbub.client import errors, events
from hubbub.client.attachments import Attachment, Progress
from hubbub.client.client import Client
from hubbub.client.errors import HubbubError
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

__all__ = [
    "Attachment",
    "Client",
    "Conversation",
    "Earlier",
    "Group",
    "Hit",
    "HubbubError",
    "Login",
    "Member",
    "Message",
    "Profile",
    "Progress",
    "Reaction",
    "User",
    "errors",
    "events",
]
