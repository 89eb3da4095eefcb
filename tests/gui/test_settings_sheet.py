"""Settings, as a person uses them: each takes effect at once, or says what went wrong beside it."""

import gc
import tkinter as tk
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client import errors
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.model import quiet
from hubbub.client.gui.views import settings_parts
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.gui.views.settings import SECTIONS, SettingsSheet
from hubbub.client.gui.views.settings_account import AccountPage
from hubbub.client.gui.views.settings_device import LookPage
from hubbub.client.gui.views.settings_parts import Page
from hubbub.client.gui.views.settings_profile import ProfilePage
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, chat, in_front, within
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window
NUMBERS = count(1)
NEW_PASSWORD = "a battery and a staple"


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    """At no window."""
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as there:
        yield there


stay = pytest.fixture(scope="module")(staying)
nora = pytest.fixture(seated)


@pytest.fixture
def newcomer(sits_down: Callable[..., Person], broker: Served, bob: Client) -> Person:
    """With a window and an account that nobody else needs."""
    person = sits_down("newcomer")
    person.enters(broker, f"nora{next(NUMBERS)}")
    return person


def open_settings(person: Person, section: str = "") -> SettingsSheet:
    assert isinstance(person.window.screen, MainScreen)
    sheet = person.window.screen.own_menu.open_settings(section)
    person.window.root.update()
    return sheet


def elsewhere(broker: Served, person: Person, password: str = PASSWORD.decode(), **options: str) -> Client:
    """The same account on another device."""
    return Client(broker.place.address, user=chat(person).me, password=password, **options)  # type: ignore[arg-type]  # texts


# ---------------------------------------------------------------------------------------------------------- the sheet


def test_it_opens_by_a_key_and_its_pages_by_keys(nora: Person) -> None:
    nora.press("<Control-comma>")
    nora.waits_to_see("Name to show")
    for _ in range(len(SECTIONS) - 1):
        nora.press("<Down>")
    nora.press("<Return>")
    nora.waits_to_see("Version")
    nora.press("<Escape>")
    nora.waits_to_miss("Version")


def test_the_own_menu_leads_to_it(nora: Person) -> None:
    assert isinstance(nora.window.screen, MainScreen)
    nora.click(nora.window.screen.sidebar.me)
    nora.clicks_when_seen("Settings")
    nora.waits_to_see("Name to show")


def test_a_narrow_window_shows_the_pages_first(nora: Person) -> None:
    nora.window.root.geometry("400x640")
    nora.wait(lambda: nora.window.root.winfo_width() == 400)
    open_settings(nora)
    nora.waits_to_see("Appearance")
    assert not nora.sees("Name to show")
    nora.click("Privacy")
    nora.waits_to_see("Read receipts")
    assert not nora.sees("Appearance")
    nora.click("All settings")
    nora.waits_to_see("Appearance")


def test_without_a_server_it_says_so_and_offers_nothing_that_needs_one(newcomer: Person) -> None:
    sheet, link = open_settings(newcomer, "profile"), chat(newcomer).link
    page = sheet.page
    assert isinstance(page, ProfilePage)
    assert not newcomer.sees("There is no connection")
    link.trying()
    link.down("There is no server.")
    newcomer.waits_to_see("There is no connection")
    assert not page.choose.enabled
    assert str(page.name.entry.cget("state")) == "disabled"
    assert not page.presence.enabled
    link.up()
    newcomer.waits_to_miss("There is no connection")
    assert page.choose.enabled
    assert str(page.name.entry.cget("state")) == "normal"


def test_it_takes_no_more_memory_however_often_it_is_opened(nora: Person) -> None:
    def once() -> None:
        sheet = open_settings(nora)
        for section in SECTIONS:
            sheet.open(section.key)
            nora.wait(lambda: section.key != "devices" or nora.sees("This device"))  # noqa: B023 - it is called here
        nora.wait(lambda: sheet.preferences.version)
        sheet.sheet.close()
        nora.window.root.update()

    def held() -> tuple[int, ...]:
        gc.collect()
        tcl = nora.window.root.tk
        ours = sum(isinstance(one, Page | SettingsSheet | tk.Misc) for one in gc.get_objects())
        listening = len(nora.window.theme._callbacks) + len(chat(nora).people.changed._listeners)
        return len(tcl.call("image", "names")), len(tcl.call("info", "commands")), ours, listening

    nora.wait(lambda: chat(nora).people.user(chat(nora).me).online, "the dot at my picture")
    nora.settles()
    for _ in range(2):
        once()
    before = held()
    for _ in range(3):
        once()
    assert held() == before


# ------------------------------------------------------------------------------------------------------------ profile


def test_my_profile_is_kept_part_by_part_and_seen_by_others(
    newcomer: Person, bob: Client, tmp_path: Path
) -> None:
    name = chat(newcomer).me
    page = open_settings(newcomer, "profile").page
    assert isinstance(page, ProfilePage)
    newcomer.click(page.name.entry)
    newcomer.type("Nora the Explorer\n")
    newcomer.waits_to_see("Saved")
    newcomer.press("<Tab>")
    newcomer.type("at sea")
    newcomer.press("<Tab>")
    newcomer.wait(lambda: chat(newcomer).mine.profile.status_text == "at sea", "the status")
    newcomer.click("Away")
    page.colours.focus_set()
    newcomer.press("<Right>")
    picture = tmp_path / "me.png"
    Image.new("RGB", (64, 64), "red").save(picture)
    page.use_picture(picture)
    newcomer.waits_to_see("Remove")
    newcomer.wait(lambda: bob.profile(name).status == "away", "bob sees it")
    seen = bob.profile(name)
    assert (seen.display_name, seen.status_text, seen.colour) == (
        "Nora the Explorer",
        "at sea",
        page.colours.colour,
    )
    assert seen.picture and seen.colour
    newcomer.click("Remove")
    newcomer.wait(lambda: not bob.profile(name).picture, "no picture")


def test_what_is_wrong_stands_beside_it_and_the_rest_stays(nora: Person, tmp_path: Path) -> None:
    page = open_settings(nora, "profile").page
    assert isinstance(page, ProfilePage)
    nora.click(page.name.entry)
    nora.type("N" * 65 + "\n")
    nora.waits_to_see("at most 64")
    page.use_picture(tmp_path / "none.png")
    nora.wait(lambda: page.preferences.standing("picture").kind == "failed", "no such picture")
    assert not page.choose.busy
    assert chat(nora).mine.profile.display_name == ""


def test_what_is_left_without_enter_is_kept_too(nora: Person, bob: Client) -> None:
    name = chat(nora).me
    page = open_settings(nora, "profile").page
    assert isinstance(page, ProfilePage)
    nora.click(page.status.entry)
    nora.type("gone")
    nora.press("<Escape>")
    nora.wait(lambda: bob.profile(name).status_text == "gone", "the status")


def test_a_wait_shows_after_a_while(nora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_parts, "SLOW_MS", 1)
    preferences = open_settings(nora, "profile").preferences
    preferences.say("name", "saving")
    nora.waits_to_see("Saving…")
    preferences.say("name", "saved")
    nora.waits_to_see("Saved")
    assert not nora.sees("Saving…")


# -------------------------------------------------------------------------------------------------------- this device


def test_the_size_of_text_changes_everywhere_at_once_and_is_kept(nora: Person) -> None:
    screen, theme = nora.window.screen, nora.window.theme
    assert isinstance(screen, MainScreen)
    chat(nora).open("#general")
    sheet = open_settings(nora, "look")
    page, row = sheet.page, screen.sidebar.list.row_height
    assert isinstance(page, LookPage)
    page.sizes.focus_set()
    nora.press("<End>")
    nora.waits_to_see("200 %")
    assert theme.text_scale == 2.0
    assert nora.window.settings.text_scale == 2.0
    assert sheet.page is page, "what is moved is still there"
    assert screen.sidebar.list.row_height > row
    sheet.sheet.close()
    nora.window.root.update()
    assert cut_off(screen) == []
    open_settings(nora, "look")
    nora.press("<Tab>")
    theme.set_text_scale(1.0)
    nora.window.root.update()
    assert screen.sidebar.list.row_height == row


def cut_off(widget: tk.Misc) -> list[str]:
    """Words that are seen and have less height than they need."""
    seen = [one for one in within(widget) if one.winfo_viewable()]
    words = [one for one in seen if isinstance(one, tk.Label | LineLabel)]
    return [str(one) for one in words if one.winfo_height() < one.winfo_reqheight()]


def test_theme_and_compact_messages_are_chosen(nora: Person) -> None:
    open_settings(nora, "look")
    nora.click("Dark")
    assert nora.window.theme.dark
    assert nora.window.settings.theme == "dark"
    nora.click("Compact messages")
    assert nora.window.settings.compact


def test_notifications_are_chosen_and_silenced_for_a_while(nora: Person) -> None:
    settings = nora.window.settings
    open_settings(nora, "notify")
    nora.click("Mentions and direct messages")
    nora.click(in_front(nora, "notify_text"))
    assert (settings.notify, settings.notify_text) == ("mentions", False)
    nora.click("Be quiet…")
    nora.clicks_when_seen("For 1 hour")
    nora.waits_to_see("Until ")
    assert quiet.until(settings, chat(nora).now()) is not None
    nora.click("Notify me again")
    nora.waits_to_see("Be quiet…")
    assert settings.quiet_until == ""


def test_enter_begins_a_line_where_ctrl_enter_sends(nora: Person) -> None:
    sheet = open_settings(nora, "keys")
    nora.click("Ctrl+Enter sends")
    nora.waits_to_see("Enter begins a new line")
    sheet.sheet.close()
    chat(nora).open("#general")
    nora.type("one\ntwo")
    composer = chat(nora).composer
    assert composer is not None
    assert composer.text == "one\ntwo"
    nora.press("<Control-Return>")
    nora.wait(lambda: composer.text == "", "it is sent")


# ------------------------------------------------------------------------------------------------------------ account


def test_read_receipts_and_blocked_people(nora: Person) -> None:
    chat(nora).block("bob", on=True)
    open_settings(nora, "privacy")
    nora.waits_to_see("Unblock")
    nora.click("Read receipts")
    nora.wait(lambda: chat(nora).mine.profile.receipts is False, "nobody sees it")
    nora.waits_to_see("Saved")
    nora.click("Unblock")
    nora.waits_to_see("You have blocked nobody")
    assert not chat(nora).people.blocked


def test_another_password_and_what_is_wrong_with_it(newcomer: Person, broker: Served) -> None:
    page = open_settings(newcomer, "account").page
    assert isinstance(page, AccountPage)
    newcomer.click(page.old.entry)
    newcomer.type("not it\t\tshort\t\tother\n")
    newcomer.waits_to_see("Too short")
    newcomer.waits_to_see("not the same password")
    page.new.value = page.again.value = NEW_PASSWORD
    newcomer.click("Change password")
    newcomer.waits_to_see("This is not your password")
    assert page.new.problem is None
    page.old.value = PASSWORD.decode()
    newcomer.click("Change password")
    newcomer.waits_to_see("Your password is another one now")
    assert page.old.value == ""
    with elsewhere(broker, newcomer, NEW_PASSWORD) as there:
        assert there.user == chat(newcomer).me


def test_devices_are_listed_and_ended_after_a_question(nora: Person, broker: Served) -> None:
    with elsewhere(broker, nora, device="Telephone"), elsewhere(broker, nora, device="Tablet"):
        pass  # they are away, and logged in
    open_settings(nora, "devices")
    nora.waits_to_see("Telephone")
    assert nora.sees("This device, logged in today")
    nora.click("End")
    nora.click(in_front(nora, "no"))
    assert nora.sees("Telephone") and nora.sees("Tablet")
    nora.click("End")
    nora.click(in_front(nora, "yes"))
    nora.wait(lambda: nora.sees("Telephone") != nora.sees("Tablet"), "one of them is gone")
    nora.click("End all others…")
    nora.click(in_front(nora, "yes"))
    nora.wait(lambda: not nora.sees("Telephone") and not nora.sees("Tablet"), "both are gone")
    assert nora.sees("This device, logged in today")
    assert not nora.sees("End all others…")


def test_the_account_is_deleted_for_ever_once_the_password_is_typed(newcomer: Person, bob: Client) -> None:
    name = chat(newcomer).me
    open_settings(newcomer, "account")
    newcomer.click("Delete account…")
    newcomer.waits_to_see(f"The name @{name} is never given")
    newcomer.type("wrong password\n")
    newcomer.waits_to_see("This is not your password")
    assert newcomer.window.model.chat is not None
    newcomer.click("Delete them too")
    field = in_front(newcomer, "delete_password")
    field.value = PASSWORD.decode()  # type: ignore[attr-defined]  # a Field
    newcomer.click("Delete for ever")
    newcomer.wait(lambda: newcomer.window.model.chat is None, "nobody is logged in")
    newcomer.wait(lambda: not newcomer.window.theme.part(Layers).top, "no sheet stays")
    with pytest.raises(errors.NotFound):
        bob.profile(name)
    newcomer.waits_to_see("Your account is deleted.")
    newcomer.waits_to_see("Other servers")
    assert not newcomer.sees(name)


def test_about_says_what_this_is_and_whom_it_talks_to(nora: Person) -> None:
    sheet = open_settings(nora, "about")
    nora.waits_to_see("Version ")
    about = sheet.preferences.about()
    assert len(about.words.split()) == 10
    assert about.profile == nora.window.model.profile
    for word in (about.server, about.address, about.words.split()[0]):
        assert nora.sees(word)
    nora.click(in_front(nora, "licence"))
    nora.waits_to_see("SIL OPEN FONT LICENSE")
