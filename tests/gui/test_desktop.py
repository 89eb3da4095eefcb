"""What a desktop sees of a real window: title, icon, notifications and their clicks, the hint to look, starting as an icon."""

import shutil
import subprocess
import tkinter as tk
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from hubbub.client import gui
from hubbub.client.cli import main
from hubbub.client.gui import desktop
from hubbub.client.gui.desk_alerts import DeskAlerts
from hubbub.client.gui.model import alerts
from hubbub.client.gui.model.alerts import Alert
from hubbub.client.gui.timeline.watch import Watch
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person

pytestmark = pytest.mark.window
NUMBERS = count(1)
SitsDown = Callable[..., Person]


class Shelf:
    """Where notifications go here."""

    def __init__(self) -> None:
        self.shown: list[Alert] = []
        self.withdrawn: list[str] = []
        self.works = True
        self.click: Callable[[str], object] = print


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, no_notifications: None) -> Shelf:
    shelf = Shelf()

    async def show(desk: DeskAlerts, alert: Alert) -> bool:
        shelf.shown.append(alert)
        shelf.click = desk._means[1]._clicked  # type: ignore[attr-defined]  # what every means would call
        return shelf.works

    async def withdraw(_: DeskAlerts, conversation: str) -> None:
        shelf.withdrawn.append(conversation)

    monkeypatch.setattr(DeskAlerts, "show", show)
    monkeypatch.setattr(DeskAlerts, "withdraw", withdraw)
    monkeypatch.setattr(alerts, "PATIENCE", timedelta(milliseconds=1))
    monkeypatch.setattr(alerts, "APART", timedelta(milliseconds=2))
    return shelf


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


def sit(sits_down: SitsDown, broker: Served, **options: object) -> tuple[Person, str]:
    """Somebody new, logged in."""
    name = f"anna{next(NUMBERS)}"
    person = sits_down(name, **options)
    model = person.window.model
    model.log_in(broker.place.address, name, PASSWORD.decode(), register=True, failed=lambda _: None)
    person.wait(lambda: model.chat is not None and model.chat.conversations.known, "the main screen")
    return person, name


def test_title_and_icon_carry_what_is_unread(
    sits_down: SitsDown, broker: Served, bob: Client, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    icons: list[str] = []
    draw = desktop.badge.icon
    monkeypatch.setattr(
        desktop.badge, "icon", lambda size, count="": (icons.append(count), draw(size, count))[1]
    )
    anna, name = sit(sits_down, broker)
    root, chat = anna.window.root, anna.window.model.chat
    assert chat is not None
    own = f"Hubbub ({name})"
    assert root.title() == own
    bob.send(name, "one")
    bob.send(name, "two")
    anna.wait(lambda: root.title() == f"(2) {own}", "a title with a number")
    anna.wait(lambda: icons and icons[-1] == "2", "an icon with a number")
    chat.mute("@bob", None)
    anna.wait(lambda: root.title() == own, "what is muted does not count")
    chat.unmute("@bob")
    chat.open("#general")
    anna.wait(lambda: root.title() == f"(2) #general — {own}", "which one is open")
    chat.open("@bob")
    anna.press("<Key>")
    anna.wait(lambda: root.title() == f"bob — {own}", "all is read")
    anna.window.model.switch()
    anna.wait(lambda: root.title() == "Hubbub", "nobody's")


def test_a_message_is_told_and_a_click_leads_to_it(
    sits_down: SitsDown, broker: Served, bob: Client, shelf: Shelf
) -> None:
    anna, name = sit(sits_down, broker, minimised=True)
    chat = anna.window.model.chat
    assert chat is not None
    bob.send(name, "are you there?")
    anna.wait(lambda: shelf.shown, "a notification")
    assert shelf.shown == [Alert(conversation="@bob", title="bob", text="are you there?")]
    assert chat.timeline is None
    shelf.click("@bob")
    anna.wait(lambda: chat.timeline is not None and chat.timeline.name == "@bob", "the conversation")
    anna.wait(lambda: anna.window.root.state() == "normal", "the window")
    anna.waits_to_see("are you there?")
    anna.wait(lambda: shelf.withdrawn == ["@bob"], "it is read, and not shown any more")
    bob.send(name, "now I see you")
    anna.waits_to_see("now I see you")
    anna.wait(lambda: chat.alerts.due is None)
    assert len(shelf.shown) == 1, "what is looked at is not told"


def test_where_nothing_is_shown_the_bell_rings_and_the_window_manager_points_at_the_window(
    sits_down: SitsDown, broker: Served, bob: Client, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.works = False
    monkeypatch.setattr(Watch, "watched", False)
    anna, name = sit(sits_down, broker, minimised=True)
    root, rung = anna.window.root, []
    monkeypatch.setattr(root, "bell", lambda: rung.append(True))
    bob.send(name, "psst")
    anna.wait(lambda: rung, "the bell")
    if root.tk.call("tk", "windowingsystem") == "x11" and shutil.which("xprop"):
        assert "urgency" in hints(anna)
        anna.window.desktop._on_click("@bob")
        anna.press("<Key>")
        anna.wait(lambda: "urgency" not in hints(anna), "no hint any more")


def hints(person: Person) -> str:
    """What a window manager reads of the window."""
    inner = person.window.root.winfo_id()
    tree = subprocess.run(
        ["xwininfo", "-tree", "-id", str(inner)], capture_output=True, text=True, check=True
    )
    (parent,) = [line.split()[3] for line in tree.stdout.splitlines() if "Parent window id" in line]
    asked = subprocess.run(["xprop", "-id", parent, "WM_HINTS"], capture_output=True, text=True, check=True)
    return asked.stdout


def test_it_starts_as_an_icon(sits_down: SitsDown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it becomes one is the window manager's to do, and there is none here."""
    states: list[str] = []
    iconify = tk.Tk.iconify
    monkeypatch.setattr(tk.Tk, "iconify", lambda root: (iconify(root), states.append(root.state())))
    monkeypatch.setattr(tk.Tk, "deiconify", lambda _: states.append("shown"))
    anna = sits_down(minimised=True)
    assert states == ["iconic"]
    anna.wait(lambda: anna.window.model.sign_in.page == "start")
    if anna.window.root.tk.call("tk", "windowingsystem") == "x11" and shutil.which("xprop"):
        assert "Iconic" in hints(anna)


def test_a_damaged_profile_is_the_windows_to_tell_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text("{nonsense")
    asked: list[object] = []
    monkeypatch.setattr(gui, "open_window", lambda folder, *_, **__: asked.append(folder))
    monkeypatch.setenv("HUBBUB_PROFILE", str(tmp_path))
    done = CliRunner().invoke(main, [])
    assert (done.exit_code, asked) == (0, [tmp_path]), done.output


@pytest.mark.parametrize(
    ("options", "minimised"), [([], False), (["--minimised"], True), (["--minimized"], True)]
)
def test_the_command_passes_it_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: list[str], minimised: bool
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(gui, "open_window", lambda *_, **more: asked.append(more))
    done = CliRunner().invoke(main, ["window", "--profile", str(tmp_path), *options])
    assert (done.exit_code, asked) == (0, [{"minimised": minimised}]), done.output


def test_the_window_without_its_name_takes_a_profile_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(gui, "open_window", lambda folder, *_, **__: asked.append(folder))
    done = CliRunner().invoke(main, ["--profile", str(tmp_path)])
    assert (done.exit_code, asked) == (0, [tmp_path]), done.output
    done = CliRunner().invoke(main, ["--profile", str(tmp_path), "users"])
    assert (done.exit_code, "hubbub users --profile DIR" in done.output) == (2, True), done.output
