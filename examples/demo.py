"""A broker in a throw-away folder, two people and a program that answers: what Hubbub does, in ten seconds (make demo)."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hubbub.client import Client, events

CONVERSATION = [
    ("alice", "bob", "Hi bob! Is the build green? 😀"),
    ("bob", "alice", "It is: 3 passed, 0 failed # and ::1 answers"),
    ("alice", "#general", "Lunch at 12:30?"),
    ("bob", "echo", "Does the program listen?"),
]


async def echo(server: str) -> None:
    """Says everything again that is said to it."""
    async with Client(server, user="echo", password="echo-echo", register=True, replay=True) as chat:
        async for event in chat.events():
            if isinstance(event, events.MessageReceived) and event.message.sender == "bob":
                await chat.send("bob", f"You said: {event.message.text}")


async def listen(chat: Client, name: str, done: asyncio.Event) -> None:
    """Prints what reaches one of the two."""
    async for event in chat.events():
        if isinstance(event, events.MessageReceived) and event.message.sender != name:
            print(
                f"  {name} reads in {event.message.conversation}: {event.message.sender}: {event.message.text}"
            )
            if event.message.sender == "echo":
                done.set()


async def main(server: str) -> None:
    """The conversation, then what the server keeps of it."""
    background = [asyncio.create_task(echo(server))]
    done = asyncio.Event()
    async with (
        Client(server, user="alice", password="alice-alice", register=True) as alice,
        Client(server, user="bob", password="bob-bob-bob", register=True) as bob,
    ):
        people = {"alice": alice, "bob": bob}
        background += [asyncio.create_task(listen(chat, name, done)) for name, chat in people.items()]
        for sender, to, text in CONVERSATION:
            print(f"{sender} to {to}: {text}")
            sent = await people[sender].send(to, text)
            print(f"  on the disk as number {sent.seq} of {sent.conversation}")
        await asyncio.wait_for(done.wait(), 30)
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        command = [str(Path(sys.executable).with_name("hubbub-broker")), "serve", "--port", "0", "--no-discovery"]
        command += ["--host", "127.0.0.1", "--data", folder, "--ready-file", str(ready)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as broker:
            try:
                while not ready.exists():
                    if broker.poll() is not None:
                        sys.exit("The broker did not start; see above.")
                    time.sleep(0.05)
                asyncio.run(main(json.loads(ready.read_text())["address"]))
            finally:
                broker.terminate()
    print("The folder is gone. Your own server: make run")
