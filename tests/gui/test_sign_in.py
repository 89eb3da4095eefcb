"""Signing in at a real window: what a person reads, types and clicks."""

import tkinter as tk
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from hubbub.client.gui.desk_sign_in import SignInDesk
from hubbub.client.gui.model import sign_in_words as words
from hubbub.client.gui.model.app import App
from hubbub.client.gui.views.sign_in import SignInScreen
from hubbub.client.gui.views.sign_in_form import FormPage
from hubbub.schemas.hello import fingerprint
from tests.gui.sign_in_states import Stage, states
from tests.helpers.brokers import Served
from tests.helpers.ground import Ground
from tests.helpers.person import Person
from tests.helpers.seat import SECRET, here, key_of
from tests.helpers.signing_in import Around, HangingServer, swap_key

pytestmark = pytest.mark.window
SitsDown = Callable[..., Person]
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def around(monkeypatch: pytest.MonkeyPatch) -> Around:
    made = Around()
    monkeypatch.setattr(SignInDesk, "nearby", lambda desk: made.nearby(desk))
    return made


def somebody() -> str:
    return f"anna{next(NUMBERS)}"


def form(person: Person) -> FormPage:
    screen = person.window.screen
    assert isinstance(screen, SignInScreen) and isinstance(screen.page, FormPage)
    return screen.page


def goes_to(person: Person, broker: Served) -> None:
    """Types the address, and says that the words are right."""
    person.waits_to_see("Address of a server")
    person.type(here(broker))
    person.press("<Return>")
    person.clicks_when_seen("The words are the same")
    person.waits_to_see("Password")


def test_a_newcomer_registers_with_the_keyboard_alone(broker: Served, sits_down: SitsDown) -> None:
    person = sits_down()
    person.waits_to_see("Hubbub")
    person.type(here(broker))
    person.press("<Return>")
    person.waits_to_see("Is this the right server?")
    for word in fingerprint(key_of(broker)).split():
        assert person.sees(word)
    person.press("<Return>")
    assert person.sees("Is this the right server?"), "a key that is still held down trusts nobody"
    person.press("<Tab>")
    person.press("<Return>")
    person.waits_to_see(
        words.PASSWORD_HINT
    )  # a new account: who meets a server for the first time has none there
    name = somebody()
    for key, waits in (("<Left>", person.waits_to_miss), ("<Right>", person.waits_to_see)):
        form(person).mode.focus_set()
        person.press(key)
        waits(words.PASSWORD_HINT)
    person.type(name)
    person.press("<Return>")
    person.type(SECRET)
    person.press("<Return>")
    person.wait(lambda: person.window.model.chat, "a chat")
    chat = person.window.model.chat
    assert chat is not None and chat.me == name


def test_who_logs_out_finds_the_name_again_and_who_returns_needs_no_password(
    broker: Served, sits_down: SitsDown
) -> None:
    person, name = sits_down(), somebody()
    person.enters(broker, name)
    person.window.model.log_out()
    person.waits_to_see("Your accounts")
    person.click(name)
    person.waits_to_see("Password")
    assert form(person).user.value == name
    person.type(SECRET)
    person.press("<Return>")
    person.wait(lambda: person.window.model.chat, "a chat")
    person.window.model.switch()
    person.waits_to_see("Your accounts")
    person.click(name)
    person.wait(lambda: person.window.model.chat, "a chat without a password")


def test_an_account_is_forgotten_after_asking(broker: Served, sits_down: SitsDown) -> None:
    person, name = sits_down(), somebody()
    person.enters(broker, name)
    person.window.model.switch()
    person.waits_to_see("Your accounts")
    person.click(name, button=3)
    person.clicks_when_seen("Forget this account…")
    person.waits_to_see(f"Forget {name}?")
    person.press("<Escape>")
    assert person.sees(name)
    person.click(name, button=3)
    person.clicks_when_seen("Forget this account…")
    person.waits_to_see(f"Forget {name}?")
    person.click("Forget")
    person.waits_to_miss(name)


def test_servers_nearby_appear_and_are_chosen(broker: Served, sits_down: SitsDown, around: Around) -> None:
    person = sits_down()
    person.waits_to_see("Looking on this network…")
    around.announce("The lab", here(broker), key=key_of(broker))
    person.waits_to_see("The lab")
    assert not person.sees("Looking on this network…")
    around.announce("The lab", here(broker), key=key_of(broker), gone=True)
    person.waits_to_miss("The lab")
    around.announce("The new lab", here(broker), key=key_of(broker))
    person.clicks_when_seen("The new lab")
    person.waits_to_see("Is this the right server?")


def test_what_is_wrong_stands_beside_its_field_and_has_the_focus(broker: Served, sits_down: SitsDown) -> None:
    person = sits_down()
    person.waits_to_see("Address of a server")
    person.type("127.0.0.1:1")
    person.press("<Return>")
    person.waits_to_see(words.NOBODY)
    person.press("<Control-a>")
    person.press("<Delete>")
    person.waits_to_miss(words.NOBODY)
    goes_to(person, broker)
    person.clicks_when_seen("I have an account")
    person.press("<Return>")
    assert person.sees("Type your name.") and person.sees("Type your password.")
    person.type("nobody")
    assert not person.sees("Type your name.")
    person.press("<Tab>")
    person.type(SECRET)
    person.press("<Return>")
    person.waits_to_see("Name or password is wrong.")
    assert form(person).focus_get() is form(person).password.entry
    assert form(person).password.entry.selection_present(), "the next try replaces it"


def test_a_server_that_hangs_leaves_the_window_live_and_the_try_can_be_cancelled(sits_down: SitsDown) -> None:
    slow = HangingServer()
    person = sits_down()
    person.waits_to_see("Address of a server")
    person.type(slow.address)
    person.press("<Return>")
    person.clicks_when_seen("The words are the same")
    person.clicks_when_seen("I have an account")
    person.type("anna")
    person.press("<Return>")
    person.type(SECRET)
    person.press("<Return>")
    person.waits_to_see("Logging in…")
    assert str(form(person).user.entry.cget("state")) == "disabled"
    person.click("Cancel")
    person.waits_to_miss("Logging in…")
    assert form(person).password.value == SECRET
    person.click(form(person).submit)
    person.waits_to_see("Logging in…")
    person.press("<Escape>")
    person.waits_to_miss("Logging in…")
    slow.close()


def test_another_key_stops_and_the_old_one_is_forgotten_on_purpose_alone(
    broker: Served, sits_down: SitsDown, tmp_path: Path
) -> None:
    person = sits_down()
    goes_to(person, broker)
    swap_key(tmp_path / "somebody")
    person.window.model.sign_in.look_again()
    person.window.model.sign_in.back()
    person.wait(
        lambda: (
            [row.server.key != key_of(broker) for row in person.window.model.sign_in.choices.recent] == [True]
        )
    )
    person.click("Connect")
    person.waits_to_see("This is another server than before")
    assert person.sees(fingerprint(key_of(broker)))
    person.clicks_when_seen("Forget Hubbub…")
    person.waits_to_see("Forget Hubbub?")
    person.press("<Escape>")
    assert person.sees("This is another server than before")
    person.click("Forget Hubbub…")
    person.waits_to_see("Forget Hubbub?")
    person.click("Forget")
    person.waits_to_see("Choose a server to begin.")


def test_arrows_walk_along_the_rows_and_enter_chooses(
    broker: Served, sits_down: SitsDown, around: Around
) -> None:
    around.announce("A lab", "127.0.0.1:1", key=bytes(32))
    around.announce("B lab", here(broker), key=key_of(broker))
    person = sits_down()
    person.waits_to_see("B lab")
    rows = [
        widget
        for widget in _widgets(person.window.root)
        if getattr(widget, "title", None) in ("A lab", "B lab")
    ]
    rows[0].focus_set()
    person.press("<Down>")
    assert person.window.root.focus_get() is rows[1]
    person.press("<Return>")
    person.waits_to_see("Is this the right server?")


def test_in_a_low_window_what_tab_comes_to_is_scrolled_into_sight_and_no_further(
    broker: Served, sits_down: SitsDown, around: Around
) -> None:
    for number in range(6):
        around.announce(f"Lab {number}", "127.0.0.1:1", key=bytes([number]) * 32)
    person = sits_down()
    person.window.root.geometry("420x480")
    person.waits_to_see("Lab 0")
    rows = [one for one in _widgets(person.window.root) if str(getattr(one, "title", "")).startswith("Lab")]
    rows[0].focus_set()
    person.wait(lambda: _in_sight(person, rows[0]), "the first row in sight")
    before = rows[0].winfo_rooty()
    assert _in_sight(person, rows[1])
    person.press("<Down>")
    assert rows[1].focus_get() is rows[1]
    assert rows[0].winfo_rooty() == before
    for _ in range(4):
        person.press("<Down>")
    person.wait(lambda: _in_sight(person, rows[5]), "the last row in sight")


def _in_sight(person: Person, widget: tk.Misc) -> bool:
    top = widget.winfo_rooty() - person.window.root.winfo_rooty()
    return top >= 0 and top + widget.winfo_height() <= person.window.root.winfo_height()


@pytest.mark.parametrize("name", states())
def test_every_state_fits_a_narrow_and_a_wide_window(ground: Ground, name: str) -> None:
    ground.begin("1080x720")
    stage = Stage()
    screen = SignInScreen(ground.root, cast("App", SimpleNamespace(sign_in=stage.show(name))))
    screen.pack(fill="both", expand=True)
    stage.bridge.drain()
    for width, height in ((1080, 720), (360, 480)):
        ground.root.geometry(f"{width}x{height}")
        ground.root.update()
        assert ground.root.winfo_width() == width
        for widget in _widgets(screen):
            if widget.winfo_viewable():
                left = widget.winfo_rootx() - ground.root.winfo_rootx()
                assert left >= 0 and left + widget.winfo_width() <= width, f"{widget} sticks out"
                if isinstance(widget, tk.Label):
                    assert widget.winfo_reqwidth() <= widget.winfo_width(), f"{widget.cget('text')!r} is cut"
    stage.close()
    ground.end()
    assert ground.faults == []


def _widgets(widget: tk.Misc) -> Iterator[tk.Misc]:
    yield widget
    for child in widget.winfo_children():
        yield from _widgets(child)
