"""A window that is used for long, ended from outside, or makes a mistake."""

import gc
import json
import signal
import subprocess
import sys
import tkinter as tk
import weakref
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubbub.client.errors import FileProblem
from hubbub.client.gui import app
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person

pytestmark = [pytest.mark.window, pytest.mark.slow]
SitsDown = Callable[..., Person]

PROGRAM = """
import sys
from pathlib import Path
from hubbub.client.gui import app

class Told(app.Window):
    def run(self):
        self.root.after(1, self.tell)
        super().run()

    def tell(self):
        self.settings.drafts("me")["@bob"] = "half a word"
        print("open", flush=True)

app.Window = Told
app.run(Path(sys.argv[1]))
"""
"""A window in which somebody wrote something in this moment."""


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        client.create_group("team")
        yield client


def logs_in(person: Person, broker: Served, name: str, *, register: bool = True) -> None:
    person.window.model.log_in(
        broker.place.address, name, PASSWORD.decode(), register=register, failed=lambda _: None
    )
    person.waits_to_see("#general")


def widgets(widget: tk.Misc) -> int:
    """As Python has them."""
    return 1 + sum(map(widgets, widget.children.values()))


def test_opening_conversations_leaves_nothing_behind(
    sits_down: SitsDown, broker: Served, bob: Client
) -> None:
    anna = sits_down("anna")
    logs_in(anna, broker, "anna")
    bob.send("anna", "hello")
    bob.send("#general", "hello all")
    anna.waits_to_see("bob")
    anna.settles()
    chat, root = anna.window.model.chat, anna.window.root
    assert chat is not None

    def held() -> tuple[int, int]:
        for text, name in (("hello", "@bob"), ("hello all", "#general")) * 2:
            chat.open(name)
            anna.waits_to_see(text)
        anna.wait(lambda: len(root.tk.splitlist(root.tk.call("after", "info"))) < 10)
        return widgets(root), len(root.tk.splitlist(root.tk.call("info", "commands")))

    held()
    before = held()
    for _ in range(3):
        after = held()
    assert after[0] <= before[0]
    assert after[1] <= before[1] + 2  # timers


def test_whoever_logs_out_leaves_nothing_behind(sits_down: SitsDown, broker: Served, bob: Client) -> None:
    carol = sits_down("carol")
    carol.wait(lambda: carol.window.model.sign_in.page == "start")
    gone = [weakref.ref(carol.window.screen)]
    logs_in(carol, broker, "carol")
    gone.append(weakref.ref(carol.window.screen))
    carol.window.model.log_out()
    carol.waits_to_see("Your accounts")
    logs_in(carol, broker, "carol", register=False)

    def nothing_left() -> bool:
        gc.collect()
        return not any(one() for one in gone)

    carol.wait(nothing_left, "the end of the screens before")


@pytest.mark.skipif(sys.platform == "win32", reason="there it ends a program at once")
def test_a_signal_ends_it_and_what_was_written_is_kept(display: str, tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "open\n"
    program.send_signal(signal.SIGTERM)
    assert program.wait(10) == 0
    assert json.loads((tmp_path / "window.json").read_text())["drafts"] == {"me": {"@bob": "half a word"}}
    program.stdout.close()


def test_a_mistake_that_cannot_be_told_of_does_not_end_the_turns(
    sits_down: SitsDown, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dora = sits_down("dora")
    told: list[str] = []

    def fail(*_: object) -> None:
        raise tk.TclError("no toast")

    def act() -> None:
        raise ValueError("a mistake")

    with monkeypatch.context() as patched:
        patched.setattr(app, "toast", fail)
        patched.setattr(dora.window.root, "report_callback_exception", lambda *_: told.append("seen"))
        dora.window.bridge.telling(act)()
        dora.wait(lambda: told)
    dora.window.bridge.telling(told.append)("heard")
    dora.wait(lambda: "heard" in told)
    dora.window.faults.clear()
    caplog.clear()


def test_a_window_that_cannot_keep_anything_goes_all_the_same(
    sits_down: SitsDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    emil = sits_down("emil")

    def fail() -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr(emil.window.settings, "close", fail)
    with pytest.raises(ValueError, match="a mistake"):
        emil.window.close()
    with pytest.raises(tk.TclError):
        emil.window.root.winfo_exists()


def test_links_open_outside_of_the_window_and_only_links_do(
    sits_down: SitsDown, broker: Served, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    frida = sits_down("frida")
    logs_in(frida, broker, "frida")
    asked: list[str] = []
    problems: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: asked.append(url))
    chat = frida.window.model.chat
    assert chat is not None
    for url in ("file:///etc/passwd", "javascript:alert(1)", "-new-window", "https://example.org/\u202e"):
        chat.media.open_link(url, chat.complain)
    chat.media.open_link("https://example.org", lambda error: problems.append(error.code))
    frida.wait(lambda: problems)
    assert (asked, problems) == (["https://example.org"], [FileProblem.code])
