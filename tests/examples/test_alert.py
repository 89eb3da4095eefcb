"""The alert for a log: what it posts, and where."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue

import pytest

from examples import alert
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker
from tests.helpers.waiting import until


@pytest.fixture
def log(tmp_path: Path) -> Path:
    made = tmp_path / "app.log"
    made.write_text("ERROR before\n")
    return made


def write(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(text)


def test_what_is_news(log: Path) -> None:
    text, place = alert.news(log, "ERROR|FATAL", None)
    assert text == ""
    write(log, "fine\nERROR one\nFATAL two\nERROR half")
    text, place = alert.news(log, "ERROR|FATAL", place)
    assert text == "ERROR one\nFATAL two"
    write(log, " and half\n")
    text, place = alert.news(log, "ERROR|FATAL", place)
    assert text == "ERROR half and half"
    log.rename(log.with_name("app.log.1"))
    log.write_text("".join(f"ERROR {number}\n" for number in range(50)))
    text, place = alert.news(log, "ERROR|FATAL", place)
    assert text.splitlines() == [*(f"ERROR {number}" for number in range(10)), "... and 40 more"]
    log.write_text("ERROR cut short\n")
    assert alert.news(log, "ERROR", place)[0] == "ERROR cut short"


class Receiver(HTTPServer):
    """An incoming webhook that is out of order for the first request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Post)
        self.came: Queue[tuple[str, str | None, str]] = Queue()
        self.status = 503


class Post(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.came.put((self.path, self.headers["Content-Type"], body["text"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.server.status = 200

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_it_posts_to_a_webhook_until_it_is_through(log: Path, receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{receiver.server_port}/hooks/secret"
    command = [sys.executable, alert.__file__, log, "ERROR"]
    settings = {"WEBHOOK_URL": url, "ALERT_PAUSE": "0.01"}
    with subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.PIPE, text=True) as program:
        try:
            until(
                lambda: write(log, "ERROR one\n") or not receiver.came.empty()
            )  # its first look sees no news
            refused, posted = receiver.came.get(timeout=20), receiver.came.get(timeout=20)
        finally:
            program.terminate()
        assert program.stderr is not None
        assert program.stderr.readline() == "not posted: HTTP Error 503: Service Unavailable\n"
    assert refused[:2] == posted[:2] == ("/hooks/secret", "application/json")
    assert posted[2].startswith("ERROR one")


async def test_it_says_it_by_itself(broker: LocalBroker, run_bot: RunBot, log: Path) -> None:
    bot = alert.by_bot(log, "ERROR", "#ops")
    ada = await broker.user("ada", group="#ops")
    running = await run_bot(bot, group="#ops")
    await broker.clock.advance(10)
    write(log, "ERROR one\nfine\n")
    await broker.clock.advance(9)
    await ada.expect_nothing()
    await broker.clock.advance(1)
    await ada.expect("ERROR one", timeout=0.1)
    await running.crash()
    write(log, "ERROR two\n")
    await run_bot(bot)
    await broker.clock.advance(10)
    await ada.expect("ERROR two", timeout=0.1)
    await ada.expect_nothing()
