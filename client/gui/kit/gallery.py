"""Every widget of the kit on one page: `python -m hubbub.client.gui.kit.gallery [--dark] [--scale 2] [--png FILE]`."""

import dataclasses
import tkinter as tk
from collections.abc import Callable
from pathlib import Path

import click

from hubbub.client.gui.kit.base import Label, Line, Pane, Pressable
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fields import Field, SearchField
from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.notices import Banner, toast
from hubbub.client.gui.kit.pictures import Presence
from hubbub.client.gui.kit.progress import ProgressBar, ProgressRing, Spinner
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.sheet import Sheet, confirm
from hubbub.client.gui.kit.switches import Choice, Switch
from hubbub.client.gui.kit.textarea import TextArea
from hubbub.client.gui.kit.theme import Mode, Theme, open_window


@dataclasses.dataclass(frozen=True)
class Person:
    """What the gallery's list shows."""

    key: int
    name: str
    said: str
    presence: Presence | None
    unread: int


_SAID = (
    "See you at ten 👋 and bring the plans for the new room, please",
    "👍🏽",
    "The build is green again ✅ nobody knows why",
    "Ça marche, à demain",
    "Завтра в три",
    "Thanks ❤️ 👩‍👩‍👧‍👦",
)
_NAMES = ("Ada Lovelace", "Grace Hopper", "Team kitchen 🍳", "Édith Clarke", "Радья Перлман", "katherine")


def people(count: int) -> list[Person]:
    """Rows to show."""
    states: tuple[Presence | None, ...] = ("online", "away", None, "busy", None, "online")
    return [
        Person(
            n,
            _NAMES[n % 6] + (f" {n}" if n > 5 else ""),
            _SAID[n % 6],
            states[n % 6],
            (0, 3, 0, 128, 0, 0)[n % 6],
        )
        for n in range(count)
    ]


def draw_person(row: Row, person: Person, width: int, state: RowState) -> None:
    """One row as the list of conversations has them."""
    px = row.theme.px
    row.ground(state)
    row.avatar(person.name, px(16), px(10), px(44), None, person.presence)
    left, right = px(72), width - px(20)
    time = row.text("12:04", right, px(21), "small", "faint", right=True)
    row.text(person.name, left, px(21), "body", weight="semibold", width=right - left - time - px(8))
    badge = row.badge(str(person.unread), right, px(43)) + px(8) if person.unread else 0
    row.text(person.said, left, px(43), "note", "muted", width=right - left - badge)


def build(root: tk.Tk, theme: Theme) -> None:
    """Fills the window."""
    px = theme.px
    side = Pane(root, "surface", width=px(320))
    side.pack(side="left", fill="y")
    side.pack_propagate(False)
    top = Pane(side)
    top.pack(fill="x", padx=px(12), pady=px(12))
    IconButton(top, "pencil-square", tooltip="New conversation").pack(side="right", padx=(px(4), 0))
    SearchField(top).pack(fill="x")
    rows: RowList[Person] = RowList(side, 64, draw_person, lambda person: rows.select(person.key))
    rows.pack(fill="both", expand=True)
    rows.show(people(10_000))
    rows.select(1)
    Line(root, upright=True).pack(side="left", fill="y")
    Banner(root, "No connection to the server. Next try in 5 s.", "wifi-off", "Try now", kind="warning").pack(
        fill="x"
    )
    scroll = ScrollPane(root)
    scroll.pack(fill="both", expand=True)
    page = Pane(scroll.body)
    page.pack(fill="both", expand=True, padx=px(32), pady=px(24))
    _type(page, px)
    _buttons(page, px)
    _states(page)
    _fields(page, px)
    _rest(page, px)


def _type(page: Pane, px: object) -> None:
    theme = page.theme
    for role, text in (
        ("hero", "Hero 28"),
        ("title", "Title 20: A quick brown fox"),
        ("strong", "Strong 16: jumps over the lazy dog"),
        ("body", "Body 14: Zwölf Boxkämpfer jagen Viktor über den Sylter Deich"),
        ("note", "Note 13: Съешь ещё этих мягких французских булок"),
        ("small", "Small 11: Ξεσκεπάζω την ψυχοφθόρα βδελυγμία"),
        ("mono", "Mono 13: def main() -> None:"),
    ):
        Label(page, text, role).pack(fill="x", pady=(0, theme.px(4)))


def _row(page: Pane) -> Pane:
    row = Pane(page)
    row.pack(fill="x", pady=(page.theme.px(16), 0))
    return row


def _buttons(page: Pane, _: object) -> None:
    px = page.theme.px
    row = _row(page)
    for button in (
        Button(row, "Sign in"),
        Button(row, "Attach", icon="paperclip", kind="quiet"),
        Button(row, "Outline", kind="outline"),
        Button(row, "Delete", icon="trash", kind="danger"),
        Button(row, "A link", kind="link"),
    ):
        button.pack(side="left", padx=(0, px(8)))
    row = _row(page)
    busy, off = Button(row, "Signing in"), Button(row, "Disabled")
    busy.set(busy=True)
    off.set(enabled=False)
    for button in (busy, off):
        button.pack(side="left", padx=(0, px(8)))
    for icon, badge in (("search", 0), ("bell", 3), ("three-dots-vertical", 0)):
        IconButton(row, icon, tooltip=icon, badge=badge).pack(side="left", padx=(0, px(8)))
    chosen, disabled = IconButton(row, "pin", tooltip="Pinned"), IconButton(row, "send", tooltip="Send")
    chosen.set(chosen=True)
    disabled.set(enabled=False)
    for icon_button in (chosen, disabled):
        icon_button.pack(side="left", padx=(0, px(8)))


def _states(page: Pane) -> None:
    row = _row(page)
    for kind in ("primary", "quiet", "outline", "danger", "link"):
        for state in ("hovered", "pressed", "ringed"):
            button = Button(row, state.title(), kind=kind, height=32)
            setattr(button, state, True)
            button.redraw()
            button.pack(side="left", padx=(0, page.theme.px(4)))
    row = _row(page)
    for state in ("hovered", "pressed", "ringed"):
        controls: tuple[Pressable, ...] = (
            IconButton(row, "bell"),
            Switch(row),
            Switch(row, value=True),
            Choice(row, ("One", "Two")),
        )
        for control in controls:
            setattr(control, state, True)
            control.redraw()
            control.pack(side="left", padx=(0, page.theme.px(8)))


def _fields(page: Pane, _: object) -> None:
    px = page.theme.px
    row = _row(page)
    row.columnconfigure((0, 1, 2), weight=1, uniform="fields")
    name = Field(row, "Name", value="ada")
    password = Field(row, "Password", secret=True, value="secret")
    server = Field(row, "Server", hint="chat.example.org")
    password.error("This is not the password for ada")
    for column, field in enumerate((name, password, server)):
        field.grid(row=0, column=column, sticky="new", padx=(0, px(16)))
    for text in ("", "Written 👩‍🚀 with ❤️ and 👍🏽 over\ntwo lines"):
        area = TextArea(_row(page), placeholder="Message #team")
        area.pack(fill="x")
        area.value = text


def _rest(page: Pane, _: object) -> None:
    px = page.theme.px
    row = _row(page)
    ring, bar = ProgressRing(row), ProgressBar(row)
    ring.set(0.4)
    bar.set(0.6)
    off = Switch(row, "Off")
    for widget in (
        Switch(row, "Notify me", value=True),
        off,
        Choice(row, ("Light", "Dark", "System"), on_change=_mode(page.theme)),
        Spinner(row),
        ring,
        bar,
    ):
        widget.pack(side="left", padx=(0, px(16)))
    row = _row(page)
    items = [
        MenuItem("Reply", "reply", shortcut="Ctrl+R"),
        MenuItem("Copy", "copy"),
        None,
        MenuItem("Edit", "pencil", enabled=False),
        MenuItem("Delete", "trash", danger=True),
    ]
    for text, command in (
        ("Menu", lambda: menu(row, row.winfo_rootx() + px(40), row.winfo_rooty() - px(60), items)),
        ("Sheet", lambda: _sheet(row)),
        (
            "Confirm",
            lambda: confirm(row, "Delete the message?", "It goes for everyone.", "Delete", danger=True),
        ),
        ("Toast", lambda: toast(row, "Copied", "Undo")),
    ):
        Button(row, text, kind="quiet", command=command, name=text.lower()).pack(side="left", padx=(0, px(8)))


def _mode(theme: Theme) -> Callable[[int], None]:
    modes: tuple[Mode, ...] = ("light", "dark", "system")
    return lambda place: theme.set_mode(modes[place])


def _sheet(widget: tk.Misc) -> None:
    sheet = Sheet(widget, "New conversation")
    Field(sheet.body, "Name").pack(fill="x")


@click.command()
@click.option("--dark", is_flag=True)
@click.option("--scale", type=float, default=None)
@click.option(
    "--png", type=click.Path(path_type=Path), default=None, help="Save a picture of the window and end."
)
@click.option("--open", "opened", type=click.Choice(["menu", "sheet", "confirm", "toast"]), default=None)
def main(dark: bool, scale: float | None, png: Path | None, opened: str | None) -> None:
    """Shows the kit."""
    root, theme = open_window("Kit", "dark" if dark else "light", scale)
    root.geometry(f"{theme.px(1100)}x{theme.px(820)}")
    build(root, theme)
    root.deiconify()
    root.update()
    if opened:
        _find(root, opened).invoke()
        root.update()
    if png:
        _save(root, png)
        root.destroy()
    else:
        root.mainloop()


def _find(widget: tk.Misc, name: str) -> Button:
    for child in widget.winfo_children():
        if isinstance(child, Button) and child.winfo_name() == name:
            return child
        with_it = _find_or_none(child, name)
        if with_it:
            return with_it
    raise KeyError(name)


def _find_or_none(widget: tk.Misc, name: str) -> Button | None:
    try:
        return _find(widget, name)
    except KeyError:
        return None


def _save(root: tk.Tk, path: Path) -> None:
    from PIL import ImageGrab

    left, top = root.winfo_rootx(), root.winfo_rooty()
    box = (left, top, left + root.winfo_width(), top + root.winfo_height())
    ImageGrab.grab(
        box, xdisplay=root.winfo_screen() if str(root.tk.call("tk", "windowingsystem")) == "x11" else None
    ).save(path)


if __name__ == "__main__":
    main()
