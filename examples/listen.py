"""Prints what is said to you, from where it left off the last time: python examples/listen.py SERVER NAME PROFILE-FOLDER"""

import asyncio
import sys

from hubbub.client import Client, events


async def main(server: str, user: str, profile: str) -> None:
    """Needs a profile that has logged in once: hubbub login --profile PROFILE-FOLDER."""
    async with Client(server, user=user, profile=profile, consumer="listen", replay=True) as chat:
        async for event in chat.events():
            if isinstance(event, events.MessageReceived):
                message = event.message
                print(
                    f"{message.sent_at:%H:%M} {message.conversation} {message.sender}: {message.text}",
                    flush=True,
                )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
