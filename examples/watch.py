"""Says what is new or changed in a folder: HUBBUB_SERVER=... HUBBUB_TOKEN=... python examples/watch.py FOLDER '#team'

A bot that talks by itself. Made by a function, so that a test can make one for a folder of its own.
"""

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

from hubbub.client import Bot, Context, derived_key, errors

ATTACHED_MAX = 1_000_000


def stamps(folder: Path) -> dict[str, list[int]]:
    """Name -> when it was written, in nanoseconds, and its size. Without hidden files."""
    found = {}
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith("."):
            stat = path.stat()
            found[path.name] = [stat.st_mtime_ns, stat.st_size]
    return found


def watcher(folder: Path, to: str) -> Bot:
    bot = Bot()
    last: dict[str, list[int]] = {}

    @bot.on_start
    def begin() -> None:
        bot.store.setdefault("told", stamps(folder))  # what is there at the very first start is no news

    @bot.every(seconds=2)
    async def look(ctx: Context) -> None:
        nonlocal last
        before, last = last, stamps(folder)
        for name, stamp in sorted(last.items()):
            if stamp == bot.store["told"].get(name) or stamp != before.get(
                name
            ):  # the second: it is being written
                continue
            word = "changed" if name in bot.store["told"] else "new"
            attached = [folder / name] if word == "new" and stamp[1] <= ATTACHED_MAX else []
            try:  # once for this stamp, even if the bot is killed before it has kept what it told
                key = derived_key(name, *stamp, at=datetime.fromtimestamp(stamp[0] / 1e9, UTC))
                await ctx.send(f"{name} is {word} ({stamp[1]:,} bytes)", to, attachments=attached, key=key)
            except (errors.Refused, errors.FileProblem) as error:
                logging.warning("%s could not be sent: %s", name, error)
            bot.store["told"] |= {name: stamp}

    return bot


if __name__ == "__main__":
    watcher(Path(sys.argv[1]), sys.argv[2]).run()
