"""How notifications reach the desktop: by a library, by a program, by nothing; and that words of others stay words."""

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from hubbub.client.gui.alert_commands import command
from hubbub.client.gui.desk_alerts import DeskAlerts
from hubbub.client.gui.model.alerts import Alert
from tests.helpers.waiting import until

unix = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="notify-send is of other systems")
ALERT = Alert(conversation="@bob", title="bob", text="hello")
NASTY = Alert(conversation="@bob", title="--help", text="--urgency=critical <b>&\\n'\"$(id)`id`")


@dataclass
class Sender:
    """A notify-send of the test's: writes down how it is called."""

    folder: Path
    calls: Path = field(init=False)

    def __post_init__(self) -> None:
        self.calls = self.folder / "calls"

    def install(
        self, monkeypatch: pytest.MonkeyPatch, then: str = "", *, knows: str = "--action --app-name"
    ) -> None:
        self.folder.mkdir()
        script = self.folder / "notify-send"
        script.write_text(
            f'#!/bin/sh\nif [ "$1" = --help ]; then echo "{knows}"; exit; fi\n'
            f'for one in "$@"; do printf "%s\\0" "$one" >> "{self.calls}"; done\nprintf "\\1\\0" >> "{self.calls}"\n{then}\n'
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{self.folder}{os.pathsep}{os.environ['PATH']}")

    def called(self) -> list[list[str]]:
        """The arguments of each call."""
        if not self.calls.exists():
            return []
        calls = self.calls.read_text().split("\1\0")[:-1]
        return [call.split("\0")[:-1] for call in calls]


@pytest.fixture
def sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sender:
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)
    return Sender(tmp_path / "bin")


def show(desk: DeskAlerts, *alerts: Alert) -> list[bool]:
    async def all_() -> list[bool]:
        return [await desk.show(alert) for alert in alerts]

    return asyncio.run(all_())


@unix
def test_words_of_others_are_no_options_no_markup_and_no_escapes(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sender.install(monkeypatch)
    assert show(DeskAlerts(tmp_path, print), NASTY) == [True]
    ((*options, end, title, text),) = sender.called()
    assert (end, title) == ("--", "--help")
    assert text == "--urgency=critical &lt;b&gt;&amp;\\\\n'\"$(id)`id`"
    icon = f"--icon={tmp_path / 'icon.png'}"
    assert options == ["--app-name=Hubbub", icon, "--category=im.received", "--action=default=Open"]
    with Image.open(tmp_path / "icon.png") as picture:
        assert picture.size == (128, 128)


@unix
def test_an_old_program_is_given_only_what_it_knows(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sender.install(monkeypatch, knows="--icon --category")
    assert show(DeskAlerts(tmp_path, print), ALERT) == [True]
    assert sender.called() == [
        [f"--icon={tmp_path / 'icon.png'}", "--category=im.received", "--", "bob", "hello"]
    ]


@unix
def test_a_click_is_told(sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sender.install(monkeypatch, "echo default")
    clicked: list[str] = []
    assert show(DeskAlerts(tmp_path, clicked.append), ALERT) == [True]
    assert clicked == ["@bob"]


@unix
def test_what_was_read_is_withdrawn_and_nothing_is_left_running(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended, ready = tmp_path / "ended", tmp_path / "ready"
    program = (
        tmp_path / "program.py"
    )  # a shell that was started in the background cannot trap what is ignored there
    program.write_text(
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(ended)!r}, 'a').write('INT\\n')\n"
        "    sys.exit(1)\n"
        "signal.signal(signal.SIGINT, end)\n"
        f"open({str(ready)!r}, 'a').write('.\\n')\n"
        "while True:\n"
        "    time.sleep(0.02)\n"
    )
    sender.install(monkeypatch, f"exec {sys.executable} -S {program}")
    desk = DeskAlerts(tmp_path, print)

    async def scenario() -> None:
        shown = [asyncio.create_task(desk.show(ALERT)) for _ in range(2)]
        while not (ready.exists() and ready.read_text() == ".\n.\n"):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.005)
        await desk.withdraw("@carol")
        assert not any(task.done() for task in shown)
        while not all(task.done() for task in shown):  # the program may run before it is known to
            await desk.withdraw("@bob")
            await asyncio.sleep(0.005)
        assert await asyncio.gather(*shown) == [True, True]

    asyncio.run(asyncio.wait_for(scenario(), 10))
    assert ended.read_text() == "INT\nINT\n"


@unix
def test_a_window_that_closes_ends_what_waits_for_a_click(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = tmp_path / "pid"
    sender.install(monkeypatch, f"echo $$ > {number}.new && mv {number}.new {number}; exec sleep 60")

    async def scenario() -> int:
        shown = asyncio.create_task(DeskAlerts(tmp_path, print).show(ALERT))
        while not number.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.005)
        shown.cancel()
        await asyncio.gather(shown, return_exceptions=True)
        return int(number.read_text())

    process = asyncio.run(asyncio.wait_for(scenario(), 10))
    until(lambda: not runs(process))


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "(sleep) Z" not in Path(f"/proc/{process}/stat").read_text() if Path("/proc").exists() else True


@unix
def test_only_so_many_clicks_are_waited_for(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from hubbub.client.gui import desk_alerts

    monkeypatch.setattr(desk_alerts, "WAITING_MAX", 2)
    sender.install(monkeypatch, "exec sleep 60")
    desk = DeskAlerts(tmp_path, print)

    async def scenario() -> None:
        shown = [asyncio.create_task(desk.show(ALERT)) for _ in range(3)]
        done, waiting = await asyncio.wait(shown, return_when=asyncio.FIRST_COMPLETED)
        assert (len(done), len(waiting)) == (1, 2)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*shown, return_exceptions=True)

    asyncio.run(asyncio.wait_for(scenario(), 10))


@unix
def test_what_fails_is_logged_once_and_not_tried_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sender.install(monkeypatch, 'echo "no bus" >&2; exit 1')
    caplog.set_level(logging.INFO, "hubbub.client.gui.desk_alerts")
    assert show(DeskAlerts(tmp_path, print), ALERT, ALERT, ALERT) == [False, False, False]
    assert len(sender.called()) == 1
    assert len([one for one in caplog.messages if "no bus" in one]) == 1


@unix
def test_a_desktop_without_clicks_shows_it_all_the_same(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sender.install(monkeypatch, 'echo "Actions are not supported by this notifications server." >&2; exit 1')
    desk = DeskAlerts(tmp_path, print)
    assert show(desk, ALERT) == [True]
    sender.calls.unlink()
    show(desk, ALERT)
    assert "--action=default=Open" not in sender.called()[0]


def test_without_any_means_it_says_so(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert show(DeskAlerts(tmp_path / "not there", print), ALERT, ALERT) == [False, False]


def test_on_other_systems_words_are_arguments_or_environment_and_never_script() -> None:
    options: Any = {"path": "x", "clicks": True, "named": True}
    apple = command(NASTY, "icon.png", platform="darwin", **options)
    assert apple.arguments[-3:] == ("--", NASTY.title, NASTY.text)
    assert not any("bob" in one or "id" in one.split() for one in apple.arguments[:-3])
    windows = command(NASTY, "icon.png", platform="win32", **options)
    assert sorted(windows.environment.values()) == sorted((NASTY.title, NASTY.text))
    assert windows.arguments == command(ALERT, "icon.png", platform="win32", **options).arguments


@dataclass
class Library:
    """A desktop-notifier of the test's."""

    able: bool = True
    works: bool = True
    sent: list[dict[str, Any]] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module: Any = ModuleType("desktop_notifier")
        module.Icon = SimpleNamespace
        module.Capability = SimpleNamespace(TITLE="title")
        module.DesktopNotifier = lambda **_: self
        monkeypatch.setitem(sys.modules, "desktop_notifier", module)

    async def get_capabilities(self) -> frozenset[str]:
        return frozenset({"title"} if self.able else ())

    async def send(self, *, on_dispatched: Callable[[], object], **options: Any) -> str:
        self.sent.append(options)
        if self.works:
            on_dispatched()
        return str(len(self.sent))

    async def clear(self, identifier: str) -> None:
        self.cleared.append(identifier)
        raise RuntimeError("gone already")


def test_the_library_goes_first_tells_of_clicks_and_withdraws(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = Library()
    library.install(monkeypatch)
    clicked: list[str] = []
    desk = DeskAlerts(tmp_path, clicked.append)
    assert show(desk, NASTY) == [True]
    (sent,) = library.sent
    assert sent["title"] == NASTY.title
    assert ("<" in sent["message"]) == (sys.platform != "linux"), "markup is markup on Linux alone"
    sent["on_clicked"]()
    assert clicked == ["@bob"]
    asyncio.run(desk.withdraw("@bob"))
    assert library.cleared == ["1"]


@unix
@pytest.mark.parametrize("library", [Library(able=False), Library(works=False)])
def test_where_the_library_shows_nothing_the_program_does(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, library: Library
) -> None:
    library.install(monkeypatch)
    sender.install(monkeypatch)
    assert show(DeskAlerts(tmp_path, print), ALERT, ALERT) == [True, True]
    assert len(sender.called()) == 2 and len(library.sent) <= 1
