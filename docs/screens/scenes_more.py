"""What one finds after a while: the settings, going anywhere, every key, messages as lines, larger text."""

import tkinter as tk

from docs.screens.studio import NARROW, Studio, all_of
from hubbub.client.gui.views.keys_sheet import KeysSheet
from hubbub.client.gui.views.settings import SECTIONS


def settings_pages(studio: Studio) -> None:
    for section in SECTIONS:
        studio.take(section.key, lambda key=section.key: _settings(studio, key))


def settings_narrow(studio: Studio) -> None:
    studio.size(*NARROW)
    studio.take(before=lambda: _settings(studio, ""))
    studio.take("look", lambda: _settings(studio, "look"))


def palette_begin(studio: Studio) -> None:
    studio.take(before=studio.main.go_anywhere)


def palette_found(studio: Studio) -> None:
    def look() -> None:
        card = studio.main.go_anywhere()
        card.field.value = "th"
        card.field.entry.icursor("end")
        studio.main.palette.set("th")
        studio.live(0.8)

    studio.take(before=look)


def keys_sheet(studio: Studio) -> None:
    studio.take(before=lambda: KeysSheet(studio.main))


def compact_group(studio: Studio) -> None:
    """A line a message, and a part of several marked."""
    studio.window.settings.compact = True
    studio.open("#field-trip")
    studio.to_end()
    studio.take()
    studio.open("#reading-room")
    studio.to_end()

    def mark() -> None:
        text = studio.messages.flow.text
        text.focus_force()
        text.tag_add("sel", "end - 9 lines linestart + 30 chars", "end - 5 lines linestart + 42 chars")

    studio.take("reading", mark)
    studio.window.settings.compact = False


def compact_right_to_left(studio: Studio) -> None:
    studio.window.settings.compact = True
    studio.open("@farid")
    studio.to_end()
    studio.take()
    studio.window.settings.compact = False


def text_large(studio: Studio) -> None:
    """At 150 and at 200 %."""
    studio.open("@bob")
    for percent in (150, 200):
        studio.theme.set_text_scale(percent / 100)
        studio.to_end()
        studio.take(str(percent))
    studio.theme.set_text_scale(1.0)


def writing_shortcode(studio: Studio) -> None:
    studio.open("#field-trip")

    def spell() -> None:
        studio.composer.write("")
        studio.composer.changed.emit()
        studio.type("See you there :smi")

    studio.take(before=spell)


def _settings(studio: Studio, key: str) -> None:
    studio.main.own_menu.open_settings(key)
    studio.live(0.3)
    for widget in all_of(studio.root):  # no path of the machine that took the picture
        if isinstance(widget, tk.Label) and str(studio.world.folder) in str(widget.cget("text")):
            widget.configure(text="/home/alice/.local/share/hubbub")


SCENES = (
    palette_begin, palette_found, keys_sheet, compact_group, compact_right_to_left, text_large, writing_shortcode,
    settings_pages, settings_narrow,
)  # fmt: skip
TWICE = ()
