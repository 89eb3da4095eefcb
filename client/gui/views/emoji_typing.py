"""Emoji while one writes: offered behind a colon, put in at the second one, and remembered as used."""

from collections.abc import Sequence

from msgspec.structs import replace

from hubbub.client.gui.kit.emoji import Emoji, search, toned
from hubbub.client.gui.kit.textarea import TextArea
from hubbub.client.gui.model import shortcodes
from hubbub.client.gui.model.completing import Completion
from hubbub.client.gui.settings import Settings


class EmojiTyping:
    """Of one field. settings: None where nothing is remembered."""

    def __init__(self, area: TextArea, settings: Settings | None) -> None:
        self._area, self._settings = area, settings
        self._put_in: tuple[str, str, str] | None = None
        """What stands before an emoji that was a name, that name with its colons, the emoji."""
        self._taken_back = ""

    @property
    def recent(self) -> Sequence[str]:
        """The last used first."""
        return self._settings.recent_emoji if self._settings is not None else ()

    @property
    def tone(self) -> Settings | None:
        """Where it is kept which skin tone emoji have."""
        return self._settings

    def offered(self, before: str) -> list[Completion]:
        """What may be meant by what stands before the caret."""
        found = shortcodes.complete(before, search, self.recent)
        return [replace(one, emoji=self._toned(one.emoji)) for one in found]

    def use(self, sequence: str, replacing: int = 0) -> None:
        """Put it in, in place of so many plain characters before the caret."""
        if self._settings is not None:
            self._settings.use_emoji(sequence)
        self._area.insert(sequence, replacing=replacing)
        self._area.focus()

    def on_text(self, *, typed: bool) -> bool:
        """The text is another; typed: by one character. The second colon of a name makes it an emoji: whether it did."""
        before = self._area.before_cursor
        if self._put_in is not None and before != self._put_in[0] + self._put_in[2]:
            self._put_in = None
        refused, self._taken_back = before == self._taken_back, ""
        if refused or not typed or not before.endswith(":"):
            return False
        if (found := shortcodes.closed(before, search)) is None:
            return False
        name, sequence = found[0], self._toned(found[1])
        self.use(sequence, len(name))
        self._put_in = (before[: -len(name)], name, sequence)
        return True

    def _toned(self, sequence: str) -> str:
        tone = self._settings.emoji_tone if self._settings is not None else 0
        return toned(Emoji(sequence), tone).sequence if tone else sequence

    def take_back(self) -> bool:
        """Right behind such an emoji: what was typed stands there again. Whether it was so."""
        if self._put_in is None or self._area.edit.tag_ranges("sel"):
            return False
        (before, name, sequence), self._put_in = self._put_in, None
        if self._area.before_cursor != before + sequence:
            return False
        self._taken_back = before + name
        self._area.insert(name, replacing=1)
        return True
