"""Carries messages, replies and edits between two groups, of two servers or one: python examples/bridge.py '#team' '#team'

HUBBUB_SERVER and HUBBUB_TOKEN say where the first is, OTHER_SERVER and OTHER_TOKEN the second; HUBBUB_PROFILE keeps how far it has
come. The key of what it says is made of what it carries: carried again after a crash, it is stored once.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

from hubbub.client import Client, Message, derived_key, errors, events


def side(name: str) -> Client:
    server, token = os.environ[f"{name}_SERVER"], os.environ[f"{name}_TOKEN"]
    profile = Path(os.environ["HUBBUB_PROFILE"]) / name
    return Client(server, token=token, profile=profile, consumer="bridge", patient=True)


async def copy(message: Message, source: Client, target: Client, to: str) -> Message:
    """The message on the other side: made there, or, where it is there already, found by its key."""
    text = f"{message.sender}: {message.text}"
    if message.reply_to is not None:
        answered = await source.message((message.conversation, message.reply_to))
        text = f"> {answered.text[:80]}\n{text}"
    return await target.send(to, text, key=derived_key(message.sender, message.key, at=message.sent_at))


async def change(edit: events.MessageEdited, source: Client, target: Client, to: str) -> None:
    copied = await copy(await source.message((edit.conversation, edit.target)), source, target, to)
    await target.edit(
        copied, f"{edit.by}: {edit.text}"
    )  # a second time it has this text, and nothing happens


async def carry(source: Client, group: str, target: Client, to: str) -> None:
    """From one side to the other, for ever. What the bridge has said itself stays where it is: no loops."""
    async for event in source.events():
        try:
            match event:  # without a text it was deleted or changed again by now, as a later event says
                case events.MessageReceived(message=said) if said.conversation == group and said.text:
                    if said.sender != source.user:
                        await copy(said, source, target, to)
                case events.MessageEdited(conversation=where, text=text) if where == group and text:
                    if event.by != source.user:
                        await change(event, source, target, to)
        except errors.Refused as error:
            logging.warning("something is left out in %s: %s", to, error)


async def bridge(group: str, group_there: str) -> None:
    async with side("HUBBUB") as one, side("OTHER") as other:
        await asyncio.gather(carry(one, group, other, group_there), carry(other, group_there, one, group))


if __name__ == "__main__":
    asyncio.run(bridge(*sys.argv[1:3]))
