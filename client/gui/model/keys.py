"""Every key that does something in the window: what is bound is taken from here, and so is the sheet that F1 opens."""

import sys
from typing import Final, Literal, NamedTuple

Part = Literal["Anywhere", "Messages", "Writing", "Lists and menus", "Pictures"]
MAC: Final = sys.platform == "darwin"


class Key(NamedTuple):
    """One act. keys: as "Mod+Shift+K"; Mod is Ctrl, on a Mac Command. words: what it does."""

    id: str
    part: Part
    keys: tuple[str, ...]
    words: str


KEYS: Final = (
    Key("go", "Anywhere", ("Mod+K",), "Go anywhere: people, groups, commands, messages"),
    Key("new", "Anywhere", ("Mod+N",), "New conversation"),
    Key("find", "Anywhere", ("Mod+F",), "Search messages"),
    Key("before", "Anywhere", ("Alt+Up",), "The conversation above"),
    Key("after", "Anywhere", ("Alt+Down",), "The conversation below"),
    *(Key(f"nth{n}", "Anywhere", (f"Mod+{n}",), "The conversation at this place of the list") for n in range(1, 10)),
    Key("details", "Anywhere", ("Mod+I",), "Who this is, or the settings of the group"),
    Key("attach", "Anywhere", ("Mod+O",), "Attach files"),
    Key("emoji", "Anywhere", ("Mod+E",), "Choose an emoji"),
    Key("settings", "Anywhere", ("Mod+,",), "Settings"),
    Key("area_next", "Anywhere", ("F6",), "From the list to the messages, the text, and round"),
    Key("area_back", "Anywhere", ("Shift+F6",), "The other way round"),
    Key("control_next", "Anywhere", ("Tab",), "The next control"),
    Key("control_back", "Anywhere", ("Shift+Tab",), "The control before"),
    Key("press", "Anywhere", ("Enter", "Space"), "Press the control"),
    Key("close", "Anywhere", ("Esc",), "Close what was opened last; leave the conversation"),
    Key("keys", "Anywhere", ("F1",), "These keys"),
    Key("line_before", "Messages", ("Up",), "The message above"),
    Key("line_after", "Messages", ("Down",), "The message below"),
    Key("line_menu", "Messages", ("Enter", "Menu", "Shift+F10"), "What can be done with it: answer, react, open, edit"),
    Key("copy", "Messages", ("Mod+C",), "Copy what is marked, or the message"),
    Key("mark_all", "Messages", ("Mod+A",), "Mark all, where messages are lines of text"),
    Key("delete", "Messages", ("Del",), "Delete it"),
    Key("page_before", "Messages", ("PgUp",), "A page up"),
    Key("page_after", "Messages", ("PgDn",), "A page down"),
    Key("oldest", "Messages", ("Home",), "The first message"),
    Key("newest", "Messages", ("End",), "The newest message"),
    Key("let_go", "Messages", ("Esc",), "Choose none"),
    Key("send", "Writing", ("Enter",), "Send, or take what is offered"),
    Key("send_other", "Writing", ("Mod+Enter",), "Begin a line; send, if the settings say so"),
    Key("line", "Writing", ("Shift+Enter",), "Begin a line"),
    Key("take", "Writing", ("Tab",), "Take the name or the emoji that is offered"),
    Key("edit_last", "Writing", ("Up",), "Change the last message; in what is offered, go up"),
    Key("offer_after", "Writing", ("Down",), "In what is offered, go down"),
    Key("take_back", "Writing", ("Backspace",), "After a name became an emoji, have the name again"),
    Key("give_up", "Writing", ("Esc",), "No answer, no change"),
    Key("row", "Lists and menus", ("Up", "Down", "Home", "End", "PgUp", "PgDn"), "Go along"),
    Key("open", "Lists and menus", ("Enter", "Space"), "Open it, or do it"),
    Key("row_menu", "Lists and menus", ("Menu", "Shift+F10"), "What else can be done with it"),
    Key("tones", "Lists and menus", ("Alt+Down",), "The skin tones of an emoji"),
    Key("picture_before", "Pictures", ("Left", "PgUp"), "The picture before"),
    Key("picture_after", "Pictures", ("Right", "PgDn"), "The next picture"),
    Key("larger", "Pictures", ("+",), "Larger"),
    Key("smaller", "Pictures", ("-",), "Smaller"),
    Key("fit", "Pictures", ("0",), "As large as the window"),
    Key("again", "Pictures", ("Enter",), "Fetch it again, if that failed"),
)  # fmt: skip
_BY_ID: Final = {key.id: key for key in KEYS}

_SYMBOLS: Final = {
    "Enter": ("Return", "KP_Enter"), "Esc": ("Escape",), "Del": ("Delete",), "PgUp": ("Prior",), "PgDn": ("Next",),
    "Space": ("space",), "Backspace": ("BackSpace",), ",": ("comma",), "+": ("plus", "KP_Add", "equal"), "-": ("minus", "KP_Subtract"),
}  # fmt: skip
_MAC_SIGNS: Final = {"Mod": "⌘", "Shift": "⇧", "Alt": "⌥"}
_PLAIN_SIGNS: Final = {"Mod": "Ctrl+", "Shift": "Shift+", "Alt": "Alt+"}
_ARROWS: Final = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}


def patterns(wanted: str, *, mac: bool = MAC, windows: bool = sys.platform == "win32") -> list[str]:
    """The key of an act as Tk binds it. Letters twice, as they are with Caps Lock too."""
    found = []
    for combination in _BY_ID[wanted].keys:
        *modifiers, key = _parts(combination)
        ahead = "".join(f"{_modifier(one, mac)}-" for one in modifiers)
        found += [f"<{ahead}Key-{symbol}>" for symbol in _symbols(key, bool(modifiers), mac, windows)]
    return found


def shown(wanted: str, *, mac: bool = MAC) -> str:
    """The first key of an act, for a person: "Ctrl+K"."""
    return _shown(_BY_ID[wanted].keys[0], mac)


def sheet(*, mac: bool = MAC) -> dict[str, list[tuple[list[str], str]]]:
    """For each part its lines: the keys, and what they do."""
    parts: dict[str, list[tuple[list[str], str]]] = {}
    for key in KEYS:
        lines = parts.setdefault(key.part, [])
        if key.id.startswith("nth") and key.id != "nth1":
            lines[-1] = ([f"{lines[-1][0][0].split(' ')[0]} to {key.id[3:]}"], key.words)
        else:
            lines.append(([_shown(one, mac) for one in key.keys], key.words))
    return parts


def letters() -> dict[str, str]:
    """Mod and which letter, digit or sign: the act. For keyboards whose letters are others."""
    return {
        key.keys[0][4:].lower(): key.id
        for key in KEYS
        if key.keys[0].startswith("Mod+") and len(key.keys[0]) == 5
    }


def _parts(combination: str) -> list[str]:
    return [combination] if combination == "+" else combination.split("+")


def _modifier(name: str, mac: bool) -> str:
    return ("Command" if mac else "Control") if name == "Mod" else "Option" if mac and name == "Alt" else name


def _symbols(key: str, modified: bool, mac: bool, windows: bool) -> tuple[str, ...]:
    if key == "Menu":
        return () if mac else ("App",) if windows else ("Menu",)
    if len(key) == 1 and key.isalpha():
        return (key.lower(), key)
    return _SYMBOLS.get(key, (key,))


def _shown(combination: str, mac: bool) -> str:
    *modifiers, key = _parts(combination)
    signs = _MAC_SIGNS if mac else _PLAIN_SIGNS
    return "".join(signs[one] for one in modifiers) + _ARROWS.get(key, key)
