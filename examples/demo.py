"""A broker, two windows and a bot, with a little conversation in them, in a throw-away folder (make demo)."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from furnish import furnish

from hubbub.client import Client, events

HERE = Path(sys.executable).parent
BOT = Path(__file__).with_name("echo.py")


def started(
    stack: ExitStack, command: list[str], *, quiet: bool = False, **environment: str
) -> subprocess.Popen[bytes]:
    """A program that ends with this one."""
    errors = subprocess.DEVNULL if quiet else None
    process = stack.enter_context(subprocess.Popen(command, env={**os.environ, **environment}, stderr=errors))
    stack.callback(process.terminate)
    return process


def serve(stack: ExitStack, folder: Path) -> str:
    """A broker's address, once it serves."""
    ready = folder / "ready.json"
    command = [str(HERE / "hubbub-broker"), "serve", "--host", "127.0.0.1", "--port", "0", "--no-discovery"]
    broker = stack.enter_context(
        subprocess.Popen(
            [*command, "--data", str(folder / "data"), "--ready-file", str(ready)], stdout=subprocess.DEVNULL
        )
    )
    stack.callback(broker.terminate)
    while not ready.exists():
        if broker.poll() is not None:
            sys.exit("The broker did not start; see above.")
        time.sleep(0.05)
    return str(json.loads(ready.read_text())["address"])


def bot_token(folder: Path) -> str:
    """Of a new bot's account, made while the broker runs."""
    command = [str(HERE / "hubbub-broker"), "user", "add", "--bot", "echo", "--json"]
    command += ["--data", str(folder / "data")]
    return str(json.loads(subprocess.check_output(command))["token"])


def put(profile: Path, left: int) -> None:
    """Where its window is to be: the two stand beside one another on any screen that is 1366 wide."""
    (profile / "window.json").write_text(json.dumps({"geometry": f"664x680+{left}+32"}))


async def greet_the_bot(server: str, folder: Path) -> None:
    """Let alice and the bot know each other, so that it stands in her list."""
    async with Client(server, user="alice", profile=folder / "alice") as alice:
        async for event in alice.events():  # the first of them tells who is there
            if isinstance(event, events.PresenceChanged) and any(one.name == "echo" for one in event.online):
                await alice.send("echo", "Hello, echo! Do you say everything again?")
            if isinstance(event, events.MessageReceived) and event.message.sender == "echo":
                return


def look_for_a_screen() -> None:
    """Before anything is begun: without one there is nothing to see."""
    try:
        import tkinter as tk
    except ImportError:
        sys.exit(
            "This Python has no Tk, which draws the windows (Debian and Ubuntu: apt install python3-tk)."
        )
    try:
        tk.Tk().destroy()
    except tk.TclError:
        sys.exit("There is no screen here: start the demo on a desktop, or set DISPLAY.")


def main(folder: Path) -> None:
    """Until the windows are closed."""
    with ExitStack() as stack:
        server = serve(stack, folder)
        asyncio.run(furnish(server, folder))
        settings = {"HUBBUB_SERVER": server, "HUBBUB_TOKEN": bot_token(folder)}
        started(
            stack, [sys.executable, str(BOT)], quiet=True, HUBBUB_PROFILE=str(folder / "echo"), **settings
        )
        try:
            asyncio.run(asyncio.wait_for(greet_the_bot(server, folder), 30))
        except TimeoutError:
            sys.exit("The bot did not answer.")
        for name, left in (("alice", 8), ("bob", 688)):
            put(folder / name, left)
        print(
            "Alice's window is at the left, Bob's at the right, as their titles say: write in one, and look at the other."
        )
        print("Close both, or press Ctrl-C, to end the demo.", flush=True)
        windows = [
            started(stack, [str(HERE / "hubbub"), "window", "--profile", str(folder / name)])
            for name in ("alice", "bob")
        ]
        ends = [window.wait() for window in windows]
    if any(ends):
        sys.exit("The windows could not be opened: the line above says why.")


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever ends it, nothing is left
        signal.signal(number, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="hubbub-demo-") as name:
        try:
            look_for_a_screen()
            main(Path(name))
        except KeyboardInterrupt:
            sys.exit(130)
    print("The folder is gone. Your own server: make run")
