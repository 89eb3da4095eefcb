"""Writing at a window with more than letters: emoji by name, what is pasted, what is dropped."""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from hubbub.client.gui.kit.drops import Drops
from hubbub.client.gui.views.attached import FileCard
from hubbub.client.gui.views.composer import ComposerView
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, chat, within
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window
NUMBERS = count(1)
stay = pytest.fixture(scope="module")(staying)
seat = pytest.fixture(seated)
OWNER = """
import sys, tkinter
root = tkinter.Tk()
root.withdraw()
root.selection_own(selection="CLIPBOARD")
for line in sys.stdin:
    if line == "go\\n":
        break
    kind, data = line.rstrip("\\n").split("\\t")
    told = bytes.fromhex(data)
    if kind != "UTF8_STRING":  # other types go as numbers
        told = " ".join(map(hex, told)).encode()
    give = lambda offset, most, told=told: told[int(offset):int(offset) + int(most)].decode()
    root.selection_handle(give, selection="CLIPBOARD", type=kind, format=kind)
root.update()
print("here", flush=True)
root.mainloop()
"""


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


@pytest.fixture
def anna(seat: Person, bob: Client) -> Person:
    """Somebody who writes in a new group of bob's."""
    name = bob.create_group(f"crew{next(NUMBERS)}", [chat(seat).me]).name
    seat.wait(lambda: chat(seat).conversations.get(name), "the group")
    chat(seat).open(name)
    seat.waits_to_see("Message")
    return seat


def view(person: Person) -> ComposerView:
    screen = person.window.screen
    assert isinstance(screen, MainScreen) and screen.conversation.composer is not None
    return screen.conversation.composer


@contextmanager
def copied(**kinds: bytes) -> Iterator[None]:
    """Another program has this in the clipboard, by type; "_" stands for a slash."""
    program = subprocess.Popen(
        [sys.executable, "-IS", "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with program:
        assert program.stdin is not None and program.stdout is not None
        lines = [
            f"{kind.replace('text_', 'text/').replace('image_', 'image/')}\t{data.hex()}\n"
            for kind, data in kinds.items()
        ]
        program.stdin.write("".join([*lines, "go\n"]).replace("uri_list", "uri-list"))
        program.stdin.flush()
        assert program.stdout.readline() == "here\n"
        try:
            yield
        finally:
            program.kill()


def png(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (90, 60), colour).save(out, "PNG")
    return out.getvalue()


def bmp() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 6), "navy").save(out, "BMP")
    return out.getvalue()


def pasted(person: Person) -> list[Path]:
    folder = chat(person).desk.media.pasted
    return sorted(folder.iterdir()) if folder.exists() else []


def files(person: Person) -> list[str]:
    composer = chat(person).composer
    assert composer is not None
    return [one.name for one in composer.files]


def said(person: Person, bob: Client) -> list[str]:
    """What stands in the group that is open, as bob reads it."""
    timeline = chat(person).timeline
    assert timeline is not None
    return [one.text for one in bob.history(timeline.name)]


x11 = pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="the clipboard of X11")


def test_emoji_by_their_names(anna: Person, bob: Client) -> None:
    area = view(anna).area
    anna.type("hi :smi")
    anna.wait(lambda: view(anna).names.current is not None)
    assert anna.sees(":smile:")
    anna.press("<Return>")
    anna.wait(lambda: area.value == "hi 😄")
    anna.type(" :tada:")
    anna.wait(lambda: area.value == "hi 😄 🎉")
    anna.press("<BackSpace>")
    anna.wait(lambda: area.value == "hi 😄 :tada:", "what was typed")
    anna.press("<BackSpace>")
    anna.type(":")
    anna.wait(lambda: area.value == "hi 😄 🎉", "the second time it is meant")
    anna.type(" at 10:30")
    assert view(anna).names.current is None
    anna.press("<Return>")
    anna.wait(lambda: area.value == "")
    anna.wait(lambda: said(anna, bob) == ["hi 😄 🎉 at 10:30"])
    assert anna.window.settings.recent_emoji[:2] == ("🎉", "😄")


@x11
def test_a_pasted_picture_waits_for_enter_and_is_forgotten_then(
    anna: Person, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    get = ComposerView.clipboard_get
    monkeypatch.setattr(
        ComposerView,
        "clipboard_get",
        lambda view, **kind: (asked.extend(kind.values()), get(view, **kind))[1],
    )
    with copied(image_png=png()):
        anna.press("<<Paste>>")
        anna.wait(lambda: files(anna))
    assert asked == ["TARGETS"], "the window does not wait for the picture itself"
    assert [path.read_bytes() for path in pasted(anna)] == [png()]
    assert files(anna) == [pasted(anna)[0].name] and files(anna)[0].startswith("Picture 20")
    assert said(anna, bob) == []
    anna.type("look")
    anna.press("<Return>")
    anna.wait(lambda: said(anna, bob) == ["look"])
    (message,) = bob.history(chat(anna).timeline.name)  # type: ignore[union-attr]  # it is open
    assert [one.type for one in message.attachments] == ["image/png"]
    anna.wait(lambda: pasted(anna) == [], "the end of the file")


@x11
def test_what_is_not_wanted_after_all_is_forgotten(anna: Person) -> None:
    with copied(image_bmp=bmp()):
        anna.press("<<Paste>>")
        anna.wait(lambda: files(anna))
    assert files(anna)[0].endswith(".png"), "made a kind that is sent"
    (card,) = (card for card in within(view(anna)) if isinstance(card, FileCard))
    anna.click(card.winfo_children()[0])
    anna.wait(lambda: not files(anna) and not pasted(anna))


@x11
def test_text_stays_text_whatever_else_there_is(anna: Person, tmp_path: Path) -> None:
    text = "file:///etc/hosts is a path"
    with copied(UTF8_STRING=text.encode(), image_png=png(), text_uri_list=b"https://example.org/a.png"):
        anna.press("<<Paste>>")
        anna.wait(lambda: view(anna).area.value == text)
    assert files(anna) == [] == pasted(anna)
    chat(anna).composer.write("")  # type: ignore[union-attr]  # it is open
    view(anna).area.value = ""
    (tmp_path / "a plan.txt").write_text("one, two")
    with copied(
        UTF8_STRING=b"a plan.txt", text_uri_list=(tmp_path / "a plan.txt").as_uri().encode() + b"\r\n"
    ):
        anna.press("<<Paste>>")
        anna.wait(lambda: files(anna) == ["a plan.txt"], "what a file manager copied")
    assert view(anna).area.value == "" and pasted(anna) == []


@x11
def test_what_is_no_picture_is_refused_in_words(anna: Person) -> None:
    with copied(image_png=b"\x89PNG and no more"):
        anna.press("<<Paste>>")
        anna.waits_to_see("no picture that can be sent")
    assert files(anna) == []


def test_what_is_dropped_is_attached(anna: Person, tmp_path: Path) -> None:
    screen = anna.window.screen
    assert isinstance(screen, MainScreen)
    pane = screen.conversation
    (tmp_path / "a plan.txt").write_text("one, two")
    (tmp_path / "b.txt").write_text("three")
    assert pane.drops.enter() == "copy"
    anna.waits_to_see("Drop to attach")
    pane.drops.leave()
    anna.waits_to_miss("Drop to attach")
    pane.drops.enter()
    data = f"{{{tmp_path / 'a plan.txt'}}} {tmp_path / 'b.txt'}"
    assert pane.drops.drop(SimpleNamespace(data=data)) == "copy", "never moved away from where they are"
    anna.waits_to_miss("Drop to attach")
    anna.wait(lambda: files(anna) == ["a plan.txt", "b.txt"])
    anna.type("hm")
    anna.wait(lambda: view(anna).area.value == "hm", "the focus where one writes")
    chat(anna).leave_open()
    assert pane.drops.enter() == "refuse_drop" and not anna.sees("Drop to attach")


def test_a_window_takes_drops_where_tkdnd_is(anna: Person) -> None:
    pytest.importorskip("tkinterdnd2")
    screen = anna.window.screen
    assert isinstance(screen, MainScreen)
    pane = screen.conversation
    anna.wait(lambda: pane.bind("<<Drop>>"))
    assert anna.window.theme.part(Drops).loaded
