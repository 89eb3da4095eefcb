"""Posts the bad lines of a log, at most ten in ten seconds: WEBHOOK_URL=https://... python examples/alert.py app.log 'ERROR|FATAL'"""

import json
import os
import re
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

from hubbub.client import Bot

LINES, PAUSE_S = 10, float(os.environ.get("ALERT_PAUSE", "10"))


def news(log: Path, pattern: str, place: list[int] | None) -> tuple[str, list[int]]:
    """What there is to say of the lines behind a place (file and byte), and the place behind them. None: from now on."""
    with log.open("rb") as file:
        stat = os.fstat(file.fileno())
        inode, begin = place or (stat.st_ino, stat.st_size)
        if inode != stat.st_ino or begin > stat.st_size:
            begin = 0  # the log was rotated
        file.seek(begin)
        whole, end, _ = file.read().rpartition(b"\n")  # the last line may be half written
    bad = [line[:500] for line in whole.decode(errors="replace").split("\n") if re.search(pattern, line)]
    bad[LINES:] = [f"... and {len(bad) - LINES} more"] * (len(bad) > LINES)
    return "\n".join(bad), [stat.st_ino, begin + len(whole + end)]


def by_webhook(log: Path, pattern: str) -> None:
    url, place = os.environ["WEBHOOK_URL"], None
    while True:
        try:
            text, behind = news(log, pattern, place)
            if text:
                body = json.dumps({"text": text}).encode()
                urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=30).close()
            place = behind
        except OSError as error:  # the next time the same lines, and what has come since
            print(f"not posted: {error}", file=sys.stderr, flush=True)
        time.sleep(PAUSE_S)


def by_bot(log: Path, pattern: str, to: str) -> Bot:
    """With HUBBUB_SERVER and HUBBUB_TOKEN, and '#ops' at the end of the command: nobody else is needed."""
    bot = Bot()

    @bot.every(seconds=PAUSE_S)
    async def look() -> None:
        text, bot.store["place"] = news(log, pattern, bot.store.get("place"))
        if text:
            await bot.send(to, text)

    return bot


if __name__ == "__main__":
    log, pattern, *to = sys.argv[1:]
    by_bot(Path(log), pattern, *to).run() if to else by_webhook(Path(log), pattern)
